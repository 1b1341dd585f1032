"""Operations of one's own: `custom_primitive`, and `checkpoint`, which computes again instead of keeping."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .containers import leaf
from .errors import KindError
from .node import Derivative, Node, Rule, data_of, record
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
        @wraps(forward)
        def apply(*inputs: Any) -> Any:
            if len(inputs) != len(derivatives):
                raise KindError(f"{rule.name} has {len(derivatives)} derivatives, but was given {len(inputs)} inputs")
            node = next((x for x in inputs if isinstance(x, Node)), None)
            if node is None:
                return forward(*inputs)
            inputs = tuple(x if isinstance(x, Node) else node.constant(x, rule.name) for x in inputs)
            return record(forward(*map(data_of, inputs)), rule, inputs[0], inputs[1:] or None)

        rule = Rule(getattr(forward, "__name__", "custom"), "custom", apply, derivatives)
        return apply

    return made


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """f that keeps none of its own nodes: the backward sweep runs it again, for the time of one more forward pass.

    f: takes and gives a number or array, and may use parameters from outside.

    >>> from autograd_mini import Tensor, checkpoint, tanh
    >>> x = Tensor([1.0, 2.0])
    >>> y = checkpoint(lambda x: tanh(tanh(x)))(x)
    >>> y.name, y.inputs[0] is x
    ('checkpoint', True)
    """

    @wraps(f)
    def apply(*args: Any) -> Any:
        leaves = [leaf(data_of(x)) if isinstance(x, Node) else x for x in args]
        own = [x for x in leaves if isinstance(x, Node)]
        root = f(*leaves)
        if not isinstance(root, Node):
            return root
        outside = [node for node in history(root) if node.rule is None and node not in own]
        inputs = (*(x for x in args if isinstance(x, Node)), *outside)
        slots = [i for i, x in enumerate(args) if isinstance(x, Node)]

        def again(*values: Any) -> tuple[Node, list[Node]]:
            fresh = [leaf(x) for x in values[: len(slots)]]
            given = list(args)
            for i, x in zip(slots, fresh, strict=True):
                given[i] = x
            return f(*given), [*fresh, *outside]

        last: dict[str, Any] = {}  # one run serves the derivatives of all inputs

        def pulled(k: int) -> Derivative:
            def derivative(g: Any, z: Any, *values: Any) -> Any:
                if last.get("g") is not g:
                    again_root, nodes = again(*values)
                    differentiable = isinstance(z, Node) or isinstance(g, Node)
                    found = gradients(again_root, g, differentiable=differentiable)
                    last.update(g=g, parts=[found.get(x, np.zeros_like(x.data)) for x in nodes])
                part = last["parts"][k]
                if k == len(inputs) - 1:
                    last.clear()
                return part

            return derivative

        rule = Rule("checkpoint", "custom", apply, tuple(pulled(k) for k in range(len(inputs))))
        return record(data_of(root), rule, inputs[0], inputs[1:] or None)

    return apply
