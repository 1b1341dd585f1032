"""NumPy's names for running along an axis: sums and products of the first elements, differences, partitions."""

from typing import Any

import numpy as np

from ..admission import admit
from ..calculus.linear import astype, axis_of, concatenate, cumsum
from ..calculus.moving import diff, ravel, sort
from ..calculus.products import cumprod
from ..errors import ShapeError
from ..node import dtype_of, ndim_of, shape_of
from ..primitive import refuse_nodes
from ..refusals import asked, attempt
from ..registry import registered


@registered("composed")
def cumulative_sum(x: Any, /, *, axis: int | None = None, include_initial: bool = False) -> Any:
    """The sums of the first 1, 2, 3, … elements along an axis, which a vector need not name; of 0 too, if asked.

    >>> from autograd_mini import Tensor
    >>> cumulative_sum(Tensor([1.0, 2.0]), include_initial=True).data
    array([0., 1., 3.])
    """
    return _with_initial("cumulative_sum", cumsum(x, _only_axis("cumulative_sum", x, axis)), axis, 0.0, include_initial)


@registered("composed")
def cumulative_prod(x: Any, /, *, axis: int | None = None, include_initial: bool = False) -> Any:
    """The products of the first 1, 2, 3, … elements along an axis, which a vector need not name; of 0 too, if asked.

    >>> from autograd_mini import Tensor
    >>> cumulative_prod(Tensor([2.0, 3.0])).data
    array([2., 6.])
    """
    return _with_initial(
        "cumulative_prod", cumprod(x, _only_axis("cumulative_prod", x, axis)), axis, 1.0, include_initial
    )


def _only_axis(name: str, x: Any, axis: int | None) -> int:
    if axis is None and ndim_of(x) > 1:
        raise ShapeError(f"{name} of shape {shape_of(x)}: along which axis? Only a vector need not name it")
    return 0 if axis is None else axis


def _with_initial(name: str, z: Any, axis: int | None, initial: float, include_initial: bool) -> Any:
    if not asked(name, include_initial):
        return z
    axis = axis_of(name, z, 0 if axis is None else axis)
    shape = shape_of(z)
    return concatenate([np.full((*shape[:axis], 1, *shape[axis + 1 :]), initial, dtype_of(z)), z], axis)


@registered("composed")
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of neighbours, all elements laid in a row; before and behind them what is given.

    >>> from autograd_mini import Tensor
    >>> ediff1d(Tensor([1.0, 4.0, 9.0]), to_begin=0.0).data
    array([0., 3., 5.])
    """
    z = diff(ravel(ary))
    if to_begin is None and to_end is None:
        return z
    parts = admit("ediff1d", [part for part in (to_begin, z, to_end) if part is not None])
    return astype(concatenate([ravel(part) for part in parts]), dtype_of(z))


@registered("composed")
def partition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    """The kth smallest in its place, smaller ones before it and larger ones behind, which here are sorted, too.

    >>> from autograd_mini import Tensor
    >>> partition(Tensor([3.0, 1.0, 2.0]), 1).data
    array([1., 2., 3.])
    """
    refuse_nodes("partition", (kth,))
    z = sort(a, axis)
    attempt("partition", np.partition, np.zeros(shape_of(z)[0 if axis is None else axis]), kth)
    return z
