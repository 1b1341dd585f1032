"""The largest and the smallest number so far; ties share the gradient, as in `max`."""

from typing import Any

import numpy as np

from ..primitive import Operation
from ..registry import general
from .piecewise import equal

# Each derivative takes the upstream gradient g, the output z, the inputs and the axis.


def _running(name: str, ufunc: np.ufunc, about: str, example: str) -> Any:
    """The operation that keeps the extreme one of the numbers so far along an axis."""

    def chosen(x: Any) -> tuple[Any, Any, Any]:
        """Along the first axis: who is the extreme so far, whether it is still the last one, how many have been it."""
        z = ufunc.accumulate(x)
        mine, stays = equal(x, z), equal(z[1:], z[:-1])
        return mine, stays, _counted(mine, stays)

    def shared(g: Any, x: Any, axis: int = 0) -> Any:
        mine, stays, count = chosen(np.moveaxis(x, axis, 0))
        later = _counted((np.moveaxis(g, axis, 0) / count)[::-1], stays[::-1])[::-1]
        return np.moveaxis(later * mine, 0, axis)

    def collected(u: Any, x: Any, axis: int = 0) -> Any:
        mine, stays, count = chosen(np.moveaxis(x, axis, 0))
        return np.moveaxis(_counted(np.moveaxis(u, axis, 0) * mine, stays) / count, 0, axis)

    share: Operation = general(f"{name}_shared", shared, lambda g, z, u, x, axis=0: collect(g, x, axis), None)
    collect: Operation = general(f"{name}_collected", collected, lambda g, z, u, x, axis=0: share(g, x, axis), None)
    return general(
        name,
        lambda x, axis=0: ufunc.accumulate(x, axis),
        lambda g, z, x, axis=0: share(g, x, axis),
        about=about,
        example=example,
    )


def _counted(x: Any, stays: Any) -> Any:
    """The sums so far, begun anew where it does not stay."""
    total = np.array(x)
    for k in range(1, len(total)):
        total[k] += np.where(stays[k - 1], total[k - 1], 0)
    return total


cummax: Operation = _running(
    "cummax",
    np.maximum,
    "The largest of the first 1, 2, 3, … elements along an axis, `numpy.maximum.accumulate`; ties share the gradient.",
    "cummax(Tensor([1.0, 3.0, 2.0])).data → array([1., 3., 3.])",
)
cummin: Operation = _running(
    "cummin",
    np.minimum,
    "The smallest of the first 1, 2, 3, … elements along an axis, `numpy.minimum.accumulate`; ties share the gradient.",
    "cummin(Tensor([3.0, 1.0, 2.0])).data → array([3., 1., 1.])",
)
