"""Operations of one's own: `custom_primitive`, and `checkpoint`, which computes again instead of keeping."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .containers import leaf, zero
from .errors import KindError
from .node import Derivative, Node, Rule, data_of, is_recording, next_birth, record, recording
from .sweep import gradients, history


def custom_primitive(*derivatives: Derivative) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: a function of raw floats and arrays, with a derivative(g, z, *inputs) for each input.

    g is the gradient with respect to the output z, in its shape; a derivative gives the gradient with respect to
    its input (what broadcasting spread is summed for you), linear in g, and is written with operators and the
    functions of this package, so that it can itself be differentiated, to any order.

    >>> from autograd_mini import Value, custom_primitive, grad
    >>> @custom_primitive(lambda g, z, x: g * (3.0 * x**2))
    ... def cube(x):
    ...     return x**3
    >>> cube(2.0), grad(cube)(2.0), grad(grad(cube))(2.0)
    (8.0, 12.0, 12.0)
    """

    def made(forward: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(forward):
            raise KindError("custom_primitive takes the derivatives first: @custom_primitive(lambda g, z, x: ...)")

        @wraps(forward)
        def apply(*inputs: Any) -> Any:
            if len(inputs) != len(derivatives):
                raise KindError(
                    f"{rule.name} has {len(derivatives)} derivatives, but was given {len(inputs)} inputs: one for each"
                )
            node = next((x for x in inputs if isinstance(x, Node)), None)
            if node is None:
                return forward(*inputs)
            inputs = tuple(x if isinstance(x, Node) else node.constant(x, rule.name) for x in inputs)
            data = forward(*map(data_of, inputs))
            if isinstance(data, np.ndarray) and data.dtype not in (np.float32, np.float64):
                raise KindError(f"{rule.name} gave an array of {data.dtype}, which no node holds")
            return record(data, rule, inputs[0], inputs[1:] or None)

        rule = Rule(getattr(forward, "__name__", "custom"), "custom", apply, derivatives)
        return apply

    return made


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """f that keeps none of its own nodes: the backward sweep runs it again, for the time of one more forward pass.

    f: takes and gives a number or array, and may use nodes from outside. It must compute the same when run again.
    Raises KindError where f gives anything else.

    >>> from autograd_mini import Tensor, checkpoint, tanh
    >>> x = Tensor([1.0, 2.0])
    >>> y = checkpoint(lambda x: tanh(tanh(x)))(x)
    >>> y.name, y.inputs[0] is x
    ('checkpoint', True)
    """

    @wraps(f)
    def apply(*args: Any) -> Any:
        if not is_recording():
            return f(*args)
        start = next_birth()
        root = f(*(leaf(data_of(x)) if isinstance(x, Node) else x for x in args))
        if not isinstance(root, Node | np.ndarray | np.number | float | int):
            raise KindError(f"checkpoint is of a function that gives a number or array; it gave {type(root).__name__}")
        slots = [i for i, x in enumerate(args) if isinstance(x, Node)]
        outside = [x for x in history(root, start) if x.birth < start] if isinstance(root, Node) else []
        inputs = (*(args[i] for i in slots), *outside)
        if not inputs or not isinstance(root, Node):
            return root

        def again(g: Any, differentiable: bool, values: Any) -> list[Any]:
            start = next_birth()
            given = list(args)
            for i, value in zip(slots, values, strict=False):
                given[i] = leaf(value)
            with recording():
                root = f(*given)
            found = gradients(root, g, differentiable=differentiable, since=start)
            return [found.get(x, zero(x)) for x in (*(given[i] for i in slots), *outside)]

        last: dict[str, Any] = {"g": None}  # one run serves the derivatives of all inputs

        def pulled(k: int) -> Derivative:
            def derivative(g: Any, z: Any, *values: Any) -> Any:
                differentiable = isinstance(z, Node) or isinstance(g, Node)
                if last["g"] is not g or last["differentiable"] is not differentiable:
                    last.update(g=g, differentiable=differentiable, parts=again(g, differentiable, values))
                part = last["parts"][k]
                if k == len(inputs) - 1:
                    last.update(g=None, parts=None)
                return part

            return derivative

        rule = Rule("checkpoint", "custom", apply, tuple(pulled(k) for k in range(len(inputs))))
        return record(data_of(root), rule, inputs[0], inputs[1:] or None)

    return apply
