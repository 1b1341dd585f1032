"""Operations of one's own: `custom_primitive`."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from .admission import FLOATS, admit
from .errors import KindError, describe
from .node import Derivative, Node, data_of
from .primitive import Primitive, per_slot, refuse_nodes


class Custom(Primitive):
    """A rule written by a user, of which nothing is known: it need not be made of operations that record."""

    __slots__ = ()
    family = "custom"
    is_of_package = False

    def apply(self, inputs: Sequence[Any], /, *args: Any, **named: Any) -> Any:
        """The operation on nodes and raw inputs; what the user's function raises is the user's to read."""
        inputs = admit(self.name, inputs)
        refuse_nodes(self.name, (*args, *named.values()))
        data = self.compute(*map(data_of, inputs), *args, **named)
        if isinstance(data, np.ndarray) and data.dtype not in FLOATS:
            raise KindError(f"{self.name} gave an array of {data.dtype}, which no node holds")
        return self.record(data, inputs, args, named) if any(isinstance(x, Node) for x in inputs) else data

    def pull(self, node: Node, g: Any) -> Sequence[Any]:
        """As ever, but whatever a derivative of the user's gave: nodes in a recorded sweep, else data, fitted."""
        is_recorded = isinstance(g, Node)

        def convert(x: Node, part: Any) -> Any:
            if part is None or (is_recorded and isinstance(part, Node)):
                return part
            return type(x)(x.fit(part)) if is_recorded else x.fit(data_of(part))

        return per_slot(map(convert, node.inputs, super().pull(node, g)))


def custom_primitive(*derivatives: Derivative) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: a function of raw floats and arrays, with a derivative(g, z, *inputs) for each input.

    g is the gradient with respect to the output z, in its shape; a derivative gives the gradient with respect to
    its input (what broadcasting spread is summed for you), linear in g, and is written with operators and the
    functions of this package, so that it can itself be differentiated, to any order; None in the place of a derivative
    says that no path leads to its input. Inputs are given by place; what
    is given by name is a parameter, which the function and every derivative get, too.

    >>> from autograd_mini import Value, custom_primitive, grad
    >>> @custom_primitive(lambda g, z, x: g * (3.0 * x**2))
    ... def cube(x):
    ...     return x**3
    >>> cube(2.0), grad(cube)(2.0), grad(grad(cube))(2.0)
    (8.0, 12.0, 12.0)
    """

    for derivative in derivatives:
        if derivative is not None and not callable(derivative):
            raise KindError(f"custom_primitive takes derivative functions, (g, z, *inputs); got {describe(derivative)}")

    def made(forward: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(forward):
            raise KindError("custom_primitive takes the derivatives first: @custom_primitive(lambda g, z, x: ...)")
        name = getattr(forward, "__name__", "custom")
        primitive = Custom(name, forward, derivatives)

        @wraps(forward)
        def apply(*inputs: Any, **parameters: Any) -> Any:
            if len(inputs) != len(derivatives):
                raise KindError(
                    f"{name} has {len(derivatives)} derivatives, but was given {len(inputs)} inputs: one for each, "
                    "by place"
                )
            if not any(isinstance(x, Node) for x in inputs):
                return forward(*inputs, **parameters)
            return primitive.apply(inputs, **parameters)

        return apply

    return made
