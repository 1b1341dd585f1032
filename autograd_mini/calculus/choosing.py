"""The choice between two branches, element by element."""

from typing import Any

import numpy as np

from ..admission import admit, numeric
from ..node import Node, holds_array
from ..primitive import Elementwise, Operation
from ..registry import adjustable, registered


def _choose(condition: Any, x: Any, y: Any) -> Any:
    if holds_array(condition) or holds_array(x) or holds_array(y):
        return np.where(condition, x, y)
    return x if condition else y


def _taken(condition: Any, x: Any, y: Any) -> Any:
    """The one itself; of NumPy's raw numbers one of the dtype that both have together, whichever is taken."""
    taken, other = (x, y) if condition else (y, x)
    if isinstance(taken, Node) or isinstance(other, Node) or not isinstance(other, np.generic):
        return taken
    return np.result_type(taken, other).type(taken)


def _if_taken(condition: Any, g: Any) -> Any:
    """g where the condition holds, 0 elsewhere; to the branch of a number that was not taken nothing flows at all."""
    return (g if condition else None) if type(condition) is float else where(condition, g, 0.0)


def _if_untaken(condition: Any, g: Any) -> Any:
    return (None if condition else g) if type(condition) is float else where(condition, 0.0, g)


_where = Elementwise(
    "where",
    _choose,
    (
        None,
        lambda g, z, condition, x, y: _if_taken(condition, g),
        lambda g, z, condition, x, y: _if_untaken(condition, g),
    ),
)


@registered("elementwise")
def where(condition: Any, x: Any, y: Any, /) -> Any:
    """x where the condition holds, else y; the gradient goes to the branch taken.

    For Values and floats the branch taken is returned itself, the other is not even recorded, unless the condition is
    a node, too. For arrays both are computed: 0 · inf in the branch not taken is nan, as IEEE says, so guard its
    argument with a where of its own.

    >>> from autograd_mini import Tensor
    >>> where(np.array([True, False]), Tensor([1.0, 2.0]), 0.0).data
    array([1., 0.])
    """
    if not isinstance(condition, Node):
        if type(condition) not in (bool, float):
            condition = numeric(condition, "where")
        if np.ndim(condition) == 0 and not holds_array(condition):
            x, y = admit("where", (x, y))
            if not (holds_array(x) or holds_array(y)):
                return _taken(condition, x, y)
        condition = np.asarray(condition)
    return _where.apply((condition, x, y))


keep: Operation = adjustable(  # x where a constant condition holds, else 0
    "keep",
    lambda x, condition: x if condition else 0.0,
    lambda x, condition: np.where(condition, x, 0.0),
    lambda g, z, x, condition: keep(g, condition),
)
