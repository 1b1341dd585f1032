"""NumPy's names for choosing among elements, among arrays, and among functions."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..admission import admit
from ..calculus.choosing import where
from ..calculus.linear import broadcast_to, getitem, inputs_of, reshape
from ..calculus.moving import ravel, set_at, take
from ..errors import KindError, ShapeError, describe
from ..node import Node, ndim_of, shape_of
from ..primitive import refuse_nodes
from ..refusals import attempt
from ..registry import registered


@registered("composed")
def extract(condition: Any, arr: Any) -> Any:
    """The elements for which the condition holds, in a row.

    >>> from autograd_mini import Tensor
    >>> extract([True, False, True], Tensor([1.0, 2.0, 3.0])).data
    array([1., 3.])
    """
    return take(ravel(arr), attempt("extract", np.flatnonzero, condition))


@registered("composed")
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    """The slices along an axis for which the condition, a row of answers, holds; without an axis, the elements.

    >>> from autograd_mini import Tensor
    >>> compress([False, True], Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0).data.tolist()
    [[3.0, 4.0]]
    """
    if ndim_of(condition) != 1:
        raise ShapeError(f"compress takes a row of conditions; got shape {shape_of(condition)}")
    return take(a, attempt("compress", np.flatnonzero, condition), axis)


def _choices(a: Any, choices: Sequence[Any], mode: Any) -> tuple[Any, tuple[int, ...]]:
    """The number of the choice for each place, and the shape that all broadcast to."""
    places = np.asarray(a)
    if places.dtype.kind not in "iub":
        raise TypeError("choices are numbered by whole numbers")
    places = np.arange(len(choices)).take(places, mode=mode) if mode != "raise" else places.astype(int)
    if places.size and not 0 <= places.min() <= places.max() < len(choices):
        raise ValueError(f"a choice that is none of the {len(choices)}: they are counted from 0")
    shape = np.broadcast_shapes(places.shape, *map(shape_of, choices))
    return np.broadcast_to(places, shape), shape


@registered("composed")
def choose(a: Any, choices: Any, mode: str = "raise") -> Any:
    """At each place the element of the choice of that number, all broadcast: choices[a[i]][i].

    mode: "wrap" and "clip" take a number that is none of a choice as `numpy.take` does.

    >>> from autograd_mini import Tensor
    >>> choose([0, 1], [Tensor([1.0, 2.0]), [3.0, 4.0]]).data
    array([1., 4.])
    """
    refuse_nodes("choose", (a, mode))
    choices = admit("choose", inputs_of("choose", choices))
    places, shape = attempt("choose", _choices, a, choices, mode)
    chosen = reduce(lambda z, i: where(places == i, choices[i], z), range(1, len(choices)), choices[0])
    return broadcast_to(chosen, shape)


@registered("composed")
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """At each place the element of the first choice whose condition holds, all broadcast; else the default.

    >>> from autograd_mini import Tensor
    >>> t = Tensor([1.0, 2.0, 3.0])
    >>> select([t < 2, t > 2], [t, -t]).data
    array([ 1.,  0., -3.])
    """
    conditions, choices = inputs_of("select", condlist), inputs_of("select", choicelist)
    if len(conditions) != len(choices):
        raise ShapeError(f"select takes a choice for each condition; got {len(choices)} for {len(conditions)}")
    for condition in conditions:
        if not isinstance(condition, Node) and attempt("select", np.asarray, condition).dtype != bool:
            raise KindError(f"select takes conditions of True and False; got {describe(condition)}")
    pairs = [*zip(conditions, choices, strict=True)][::-1]
    return reduce(lambda rest, pair: where(*pair, rest), pairs, default)


@registered("composed")
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """The functions of the elements for which their conditions hold, as `numpy.piecewise`; numbers stand for constants.

    Where several hold, the last is taken; a function more than there are conditions is of the rest, for which without
    it the answer is 0. A function is asked of its own elements alone, in a row.

    >>> from autograd_mini import Tensor
    >>> t = Tensor([-1.0, 4.0])
    >>> piecewise(t, [t < 0, t >= 0], [lambda t: -t, np.sqrt]).data
    array([1., 2.])
    """
    x = reshape(x, shape_of(x))
    conditions = _conditions(x, condlist)
    functions = inputs_of("piecewise", funclist)
    if len(functions) == len(conditions) + 1:
        conditions = [*conditions, ~np.any(conditions, axis=0)]
    if len(functions) != len(conditions):
        raise ShapeError(
            f"piecewise takes a function for each condition, and one for the rest; got {len(functions)} for "
            f"{len(conditions)} conditions"
        )
    z = where(np.zeros(shape_of(x), bool), x, 0.0)
    for condition, function in zip(conditions, functions, strict=True):
        if not callable(function):
            z = set_at(z, condition, function)
        elif 0 not in shape_of(part := getitem(x, condition)):
            z = set_at(z, condition, function(part, *args, **kw))
    return z


def _conditions(x: Any, condlist: Any) -> list[Any]:
    """The conditions as masks in x's shape; of one alone NumPy takes the mask itself, too."""
    parts = [condlist] if isinstance(condlist, Node) or np.isscalar(condlist) else inputs_of("piecewise", condlist)
    if ndim_of(x) > 0 and not any(isinstance(parts[0], kind) for kind in (list, tuple, np.ndarray, Node)):
        parts = [condlist]
    masks = [attempt("piecewise", np.asarray, part) for part in parts]
    for mask in masks:
        if mask.dtype != bool or mask.shape != shape_of(x):
            raise ShapeError(
                f"piecewise takes conditions of True and False in x's shape {shape_of(x)}; got {mask.dtype} of shape "
                f"{mask.shape}"
            )
    return masks
