"""NumPy's reductions that leave out what is nan: the gradient there is 0."""

from typing import Any

import numpy as np

from ..admission import admit_one
from ..calculus.choosing import where as choose
from ..calculus.elementwise import sqrt
from ..calculus.linear import cumsum, getitem, sum, unmasked
from ..calculus.piecewise import is_number, questions
from ..calculus.products import cumprod, prod
from ..calculus.quantiles import quantile_weights
from ..calculus.reductions import degrees_less, euclidean_norm
from ..node import dtype_of
from ..primitive import refuse_nodes
from ..refusals import attempt
from ..registry import registered
from .statistics import as_parts, shaped, some_in_order


def _replaced(name: str, x: Any, neutral: float) -> Any:
    """x with the neutral number in place of nan."""
    x = admit_one(name, x)
    return choose(is_number(x), x, neutral)


@registered("composed")
def nansum(a: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """The sum of the numbers that are not nan, over an axis, a tuple of axes, or all.

    >>> from autograd_mini import Tensor
    >>> nansum(Tensor([1.0, np.nan, 2.0])).item()
    3.0
    """
    return sum(_replaced("nansum", a, 0.0), axis, keepdims=keepdims, where=where)


@registered("composed")
def nanprod(a: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """The product of the numbers that are not nan, over an axis, a tuple of axes, or all.

    >>> from autograd_mini import Tensor
    >>> nanprod(Tensor([3.0, np.nan, 2.0])).item()
    6.0
    """
    return prod(_replaced("nanprod", a, 1.0), axis, keepdims=keepdims, where=where)


@registered("composed")
def nancumsum(a: Any, axis: int | None = None) -> Any:
    """The running sums of the numbers that are not nan, along an axis, or of all laid in a row.

    >>> from autograd_mini import Tensor
    >>> nancumsum(Tensor([1.0, np.nan, 2.0])).data
    array([1., 1., 3.])
    """
    return cumsum(_replaced("nancumsum", a, 0.0), axis)


@registered("composed")
def nancumprod(a: Any, axis: int | None = None) -> Any:
    """The running products of the numbers that are not nan, along an axis, or of all laid in a row.

    >>> from autograd_mini import Tensor
    >>> nancumprod(Tensor([3.0, np.nan, 2.0])).data
    array([3., 3., 6.])
    """
    return cumprod(_replaced("nancumprod", a, 1.0), axis)


@registered("composed")
def nanmean(a: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """The mean of the numbers that are not nan, over an axis, a tuple of axes, or all; nan where there are none.

    >>> from autograd_mini import Tensor
    >>> nanmean(Tensor([1.0, np.nan, 2.0])).item()
    1.5
    """
    total = nansum(a, axis, keepdims=keepdims, where=where)
    return total / _count(a, axis, keepdims, where)


@registered("composed")
def nanvar(
    a: Any,
    axis: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """The variance of the numbers that are not nan, as `var`; nan where there are no more than ddof of them.

    >>> from autograd_mini import Tensor
    >>> nanvar(Tensor([1.0, np.nan, 2.0])).item()
    0.25
    """
    less = degrees_less("nanvar", ddof, correction)
    away = _away(a, axis, where, mean)
    return sum(away * away, axis, keepdims=keepdims, where=where) / _freedom(_count(a, axis, keepdims, where), less)


@registered("composed")
def nanstd(
    a: Any,
    axis: Any = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    mean: Any = None,
    correction: Any = None,
) -> Any:
    """The standard deviation of the numbers that are not nan, as `std`; nan where there are no more than ddof of them.

    >>> from autograd_mini import Tensor
    >>> nanstd(Tensor([1.0, np.nan, 2.0])).item()
    0.5
    """
    less = degrees_less("nanstd", ddof, correction)
    away = _away(a, axis, where, mean)
    if mean is None:  # one alone is its mean, wherever it moves
        away = choose(questions["greater"](_count(a, axis, True, where), 1.0), away, dtype_of(away).type(0))
    length = euclidean_norm(unmasked("nanstd", away, where, 0.0), axis, keepdims=keepdims)
    return length / sqrt(_freedom(_count(a, axis, keepdims, where), less))


def _count(x: Any, axis: Any, keepdims: bool, where: Any) -> Any:
    """How many are not nan."""
    return sum(is_number(x), axis, keepdims=keepdims, where=where)


def _away(x: Any, axis: Any, where: Any, center: Any) -> Any:
    """How far each number is from the mean; 0 for nan."""
    if center is None:
        center = nanmean(x, axis, keepdims=True, where=where)
    return choose(is_number(x), x - center, 0.0)


def _freedom(count: Any, less: float) -> Any:
    """What a sum of squares of so many numbers is divided by: so many less; nan where none are left."""
    return choose(questions["greater"](count, less), count - less, np.nan)


@registered("composed")
def nanquantile(a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False) -> Any:
    """The quantile of the numbers that are not nan, as `quantile`; nan where there are none.

    >>> from autograd_mini import Tensor
    >>> nanquantile(Tensor([1.0, np.nan, 2.0]), 0.5).item()
    1.5
    """
    refuse_nodes("nanquantile", (q, method))
    x, kept = some_in_order("nanquantile", a, axis)
    weights = quantile_weights(x, q, method)
    z = sum(choose(weights, x, 0.0) * weights, attempt("nanquantile", np.ndim, q))
    return shaped("nanquantile", choose(is_number(getitem(x, 0)), z, np.nan), np.shape(q), kept, keepdims)


@registered("composed")
def nanpercentile(a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False) -> Any:
    """The quantile of q / 100 of the numbers that are not nan.

    >>> from autograd_mini import Tensor
    >>> nanpercentile(Tensor([1.0, np.nan, 2.0]), 50.0).item()
    1.5
    """
    return nanquantile(a, as_parts("nanpercentile", q), axis, method=method, keepdims=keepdims)


@registered("composed")
def nanmedian(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The median of the numbers that are not nan; nan where there are none.

    >>> from autograd_mini import Tensor
    >>> nanmedian(Tensor([3.0, np.nan, 2.0])).item()
    2.5
    """
    return nanquantile(a, 0.5, axis, keepdims=keepdims)
