"""Derivatives of functions: `grad` and its kin, over numbers, arrays and containers of them."""

import math
import operator
from collections.abc import Callable, Sequence
from functools import partial, reduce, wraps
from typing import Any

import numpy as np

from .arithmetic import detachments
from .calculus.elementwise import positive
from .calculus.linear import astype, reshape, stack, sum
from .containers import leaf, mapped, zero
from .errors import DetachedWarning, KindError, ShapeError, brief, describe
from .forward import tangents, tangents_together
from .grad_mode import is_recording, recording
from .node import Node, data_of, next_birth, shape_of
from .reverse import history, sweep
from .warn import warn_user

Function = Callable[..., Any]


def _run(f: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: int | Sequence[int]) -> tuple[Any, ...]:
    """What f gives, the leaf nodes that stood for the differentiated arguments, and a birth before all of theirs."""
    _check_function(f)
    wanted = _positions(argnums, len(args))
    start, before = next_birth(), detachments.count
    by_position = {i: mapped(leaf, args[i]) for i in wanted}
    with recording():
        given = f(*(by_position.get(i, arg) for i, arg in enumerate(args)), **kwargs)
    leaves = by_position[wanted[0]] if isinstance(argnums, int) else tuple(by_position[i] for i in wanted)
    _warn_where_detached(given, leaves, start, detachments.count > before)
    detachments.count = before  # looked into here: a derivative of this derivative may well be constant
    return given, leaves, start


def _warn_where_detached(given: Any, leaves: Any, start: int, is_detached: bool) -> None:
    """A DetachedWarning where nothing that f gives depends on an argument, and there is a sign of why that is."""
    arguments: list[Node] = []
    mapped(arguments.append, leaves)
    from_outside = {x for leaf in arguments for x in _origins(leaf)}
    if not (is_detached or from_outside):
        return
    seen: set[Node] = set()
    mapped(lambda root: seen.update(history(root, since=start) if isinstance(root, Node) else ()), given)
    if any(leaf in seen for leaf in arguments):
        return
    if from_outside & seen:
        warn_user(
            "the function uses a node from outside and not its argument, which was made from it: by its argument the "
            "derivative is 0; write the function of its argument, or take gradients(loss)[node]",
            DetachedWarning,
        )
    elif is_detached:
        warn_user(
            "the result does not depend on the arguments differentiated by, and a node was turned into a plain number "
            "while the function ran (by float(), the functions of math, .item(), .tolist(), np.unique, or "
            "array[i] = node), so that the derivative is 0: use the functions of this package or NumPy's, and stack or "
            "set_at, not assignments",
            DetachedWarning,
        )


def _origins(leaf: Node) -> list[Node]:
    """The node that a leaf stands for, and those that this one stands for in turn, where derivatives are nested."""
    origins = []
    while leaf.name == positive.__name__:
        origins.append(leaf := leaf.first)
    return origins


class _Run:
    """A number or array that a function gave, and the leaf nodes that it is differentiated by, in their nesting."""

    def __init__(self, root: Any, leaves: Any, start: int) -> None:
        is_kept = isinstance(root, Node | np.ndarray | np.number | float | int)
        if not is_kept or np.asarray(data_of(root)).dtype.kind not in "fiub":
            raise KindError(f"derivatives are of a function that gives numbers and arrays; it gave {describe(root)}")
        self.root, self.leaves, self.start = root, leaves, start
        # A node from before the run varies too: then the derivatives are recorded, and can be differentiated by it.
        seen = history(root, since=start) if isinstance(root, Node) else []
        self.varies = is_recording() and any(node.birth < start for node in seen)

    @property
    def value(self) -> Any:
        return self.root if self.varies else data_of(self.root)

    def pulled(self, seed: Any = None) -> Any:
        """The gradient of the leaves, in their nesting."""
        if not isinstance(self.root, Node):
            return mapped(zero, self.leaves)
        differentiable = self.varies or isinstance(seed, Node)
        gradient = sweep(self.root, seed, differentiable=differentiable, since=self.start)
        return mapped(lambda x: gradient.get(x, zero(x)), self.leaves)

    def pushed(self, directions: Any) -> Any:
        """How the value moves when the leaves move along the directions."""
        moves: dict[Node, Any] = {}
        mapped(lambda x, t: moves.update({x: _along(x, t)}), self.leaves, directions)
        return self.moved(moves)

    def moved(self, moves: dict[Node, Any]) -> Any:
        """How the value moves when these leaves move, and no others."""
        differentiable = self.varies or any(isinstance(t, Node) for t in moves.values())
        moved = tangents(self.root, moves, differentiable=differentiable) if isinstance(self.root, Node) else None
        return zero(self.root) if moved is None else moved

    def jacobian(self) -> Any:
        """The derivatives of all elements of the value by each leaf, by rows or by columns: whichever are fewer."""
        sizes: list[int] = []
        mapped(lambda x: sizes.append(np.size(data_of(x))), self.leaves)
        z = data_of(self.root)
        if np.shape(z) == ():
            return self.pulled()
        return self.rows() if 0 < np.size(z) < np.sum(sizes) else mapped(self.columns, self.leaves)

    def rows(self) -> Any:
        """The gradients of the elements of the value, one below the other: reverse mode."""
        z = data_of(self.root)
        below = lambda *rows: reshape(stack(rows), (*np.shape(z), *np.shape(data_of(rows[0]))))
        return mapped(below, *(self.pulled(unit) for unit in _units(z)))

    def columns(self, x: Node) -> Any:
        """How the value moves along each element of a leaf, side by side: forward mode."""
        units = _units(data_of(x))
        shape = (*np.shape(data_of(self.root)), *x.shape)
        if not isinstance(self.root, Node) or 0 in shape:
            moved = None
        elif self.varies:
            moved = stack([self.moved({x: _along(x, unit)}) for unit in units], -1)
        else:
            moved = tangents_together(self.root, {x: np.moveaxis(units, 0, -1)})
        return np.zeros(shape, units.dtype) if moved is None else astype(reshape(moved, shape), units.dtype)


def value_and_grad(f: Function, argnums: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """The function that returns f's value and its gradient with respect to the positional argument(s) argnums.

    f: a function of floats, arrays, Values, Tensors, or nested lists, tuples and dicts of them, that gives a
    scalar, or an array of one element. The gradient has the argument's own nesting, each part the shape and dtype of
    its own leaf; for a sequence of argnums it is a tuple. Where an argument is itself a node, or f uses
    nodes from outside, value and gradient are nodes: derivatives of derivatives, to any order.

    Raises KindError where an argument holds anything but numbers, ShapeError where f's value is no scalar.

    >>> from autograd_mini import value_and_grad
    >>> value_and_grad(lambda p: p["w"] * p["w"] + p["b"])({"w": 3.0, "b": 1.0})
    (10.0, {'w': 6.0, 'b': 1.0})
    """

    @wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        run = _Run(*_run(f, args, kwargs, argnums))
        if math.prod(shape := shape_of(run.root)) != 1:
            raise ShapeError(
                f"grad needs a scalar; the function gave shape {shape}: reduce it (sum, mean), or take its jacobian"
            )
        return run.value, run.pulled()

    return differentiated


def grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that returns the gradient of f; arguments and errors as in `value_and_grad`.

    >>> from autograd_mini import grad
    >>> cube = lambda x: x**3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (12.0, 12.0, 6.0)
    """
    with_value = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return with_value(*args, **kwargs)[1]

    return gradient


def elementwise_grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that returns df/dx of each element, for an f that maps each element alone.

    >>> from autograd_mini import elementwise_grad, sin
    >>> elementwise_grad(sin)(np.array([0.0, np.pi])).round(6)
    array([ 1., -1.])
    """
    _check_function(f)
    return grad(lambda *args, **kwargs: sum(f(*args, **kwargs)), argnums)


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """f's value at the primals, and the function g -> gᵀ J that gives a tuple with a part for each primal.

    Where f gives a container, g has its nesting; the parts are pulled back one by one, and added.
    Raises KindError where f gives anything but numbers, ShapeError where g has another nesting or shape.

    >>> from autograd_mini import vjp
    >>> value, pull = vjp(lambda x, y: x * y, 2.0, 5.0)
    >>> value, pull(1.0)
    (10.0, (5.0, 2.0))
    """
    given, leaves, start = _run(f, primals, {}, tuple(range(len(primals))))
    runs = mapped(lambda root: _Run(root, leaves, start), given)

    def pull(g: Any = None) -> Any:
        parts: list[Any] = []
        seeds = mapped(lambda run: None, runs) if g is None else g
        mapped(lambda run, seed: parts.append(run.pulled(seed)), runs, seeds)
        with np.errstate(all="ignore"):  # silent, as in a sweep
            return reduce(partial(mapped, operator.add), parts or [mapped(zero, leaves)])

    return mapped(lambda run: run.value, runs), pull


def jvp(f: Function, primals: Sequence[Any], directions: Sequence[Any]) -> tuple[Any, Any]:
    """f's value at the primals, and J times the directions: forward mode, one pass.

    Where f gives a container, value and tangent have its nesting, with one pass for each part (of a loss' gradient,
    `hvp` has them all in one sweep).
    primals, directions: a tuple or list with an entry for each argument, the direction in the argument's own nesting.
    Raises KindError where they are not, ShapeError where a direction does not go with its argument.

    >>> from autograd_mini import jvp
    >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 0.0))
    (10.0, 5.0)
    >>> jvp(grad(lambda p: p["w"] ** 2 * p["b"]), ({"w": 3.0, "b": 2.0},), ({"w": 1.0, "b": 0.0},))
    ({'w': 12.0, 'b': 9.0}, {'w': 4.0, 'b': 6.0})
    """
    if not isinstance(primals, tuple | list) or not isinstance(directions, tuple | list):
        raise KindError("jvp takes a tuple of arguments and a tuple of directions: jvp(f, (x,), (direction,))")
    given, leaves, start = _run(f, tuple(primals), {}, tuple(range(len(primals))))
    runs = mapped(lambda root: _Run(root, leaves, start), given)
    return mapped(lambda run: run.value, runs), mapped(lambda run: run.pushed(tuple(directions)), runs)


def jacobian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that returns all df_j/dx_i, in shape f's shape + x's shape.

    f: gives a number or an array; x, the argument argnums, is a number or an array. Where x is a container or argnums
    a sequence, the result has their nesting, with a Jacobian for each leaf; where f gives a container, it has f's, and
    in the place of each part the derivatives of that part. By rows in reverse mode or by columns in forward mode,
    whichever are fewer. Raises KindError where x, or what f gives, holds anything but numbers.

    >>> from autograd_mini import jacobian
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0])).tolist()
    [[2.0, 0.0], [0.0, 4.0]]
    >>> jacobian(lambda p: p["w"] * p["w"] + p["b"])({"w": 3.0, "b": np.zeros(2)})
    {'w': array([6., 6.]), 'b': array([[1., 0.],
           [0., 1.]])}
    """

    @wraps(f)
    def all_derivatives(*args: Any, **kwargs: Any) -> Any:
        given, leaves, start = _run(f, args, kwargs, argnums)
        return mapped(lambda root: _Run(root, leaves, start).jacobian(), given)

    return all_derivatives


def hessian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The function that returns all second derivatives d²f / dx_i dx_k, in shape x's shape twice; f gives a scalar.

    Of a container, and of several argnums, it is the container of the gradient's Jacobians.

    >>> from autograd_mini import hessian
    >>> hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0])).tolist()
    [[6.0, 0.0], [0.0, 12.0]]
    >>> hessian(lambda p: p["x"] ** 2 * p["y"])({"x": 1.0, "y": 5.0})
    {'x': {'x': 10.0, 'y': 2.0}, 'y': {'x': 2.0, 'y': 0.0}}
    """
    return jacobian(grad(f, argnums), argnums)


def hvp(f: Function, primal: Any, direction: Any) -> Any:
    """The Hessian of f times a direction, without the Hessian: the gradient of f's slope along the direction.

    primal, direction: numbers, arrays or containers of them, in one nesting, which is that of the result.

    >>> from autograd_mini import hvp
    >>> hvp(lambda x: (x**3).sum(), np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([6., 0.])
    """
    return grad(lambda x: jvp(f, (x,), (direction,))[1])(primal)


def _check_function(f: Any) -> None:
    if not callable(f):
        raise KindError(f"derivatives are of a function; got {describe(f)}")


def _positions(argnums: int | Sequence[int], count: int) -> tuple[int, ...]:
    wanted = (argnums,) if isinstance(argnums, int | str) or not isinstance(argnums, Sequence) else tuple(argnums)
    if not all(isinstance(i, int) and -count <= i < count for i in wanted):
        raise ShapeError(f"argnums={brief(argnums)} names no positional argument of {count}")
    return tuple(i % count for i in wanted)


def _along(x: Node, direction: Any) -> Any:
    direction = direction if isinstance(direction, Node) else x.hold(direction)
    if (shape := np.shape(data_of(direction))) != x.shape:
        raise ShapeError(f"a direction of shape {shape} for an argument of shape {x.shape}")
    return x.fit(direction)


def _units(data: Any) -> Any:
    """For each element an array of data's shape that is 1 there and 0 elsewhere."""
    return np.eye(np.size(data), dtype=np.asarray(data).dtype).reshape(np.size(data), *np.shape(data))
