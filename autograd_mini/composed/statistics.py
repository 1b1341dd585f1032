"""NumPy's names of statistics: averages, ranges, quantiles, covariances."""

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..admission import admit, admit_one, plain
from ..calculus.bilinear import matmul
from ..calculus.choosing import where
from ..calculus.elementwise import sqrt
from ..calculus.linear import astype, axes_of, broadcast_to, concatenate, getitem, reshape, squeeze, sum, transpose
from ..calculus.moving import diagonal, sort
from ..calculus.piecewise import clip, questions
from ..calculus.quantiles import places
from ..calculus.reductions import max, mean, min
from ..errors import ShapeError, brief
from ..node import dtype_of, ndim_of, shape_of
from ..primitive import refuse_nodes
from ..refusals import asked, attempt
from ..registry import registered


@registered("composed")
def ptp(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """From the smallest to the largest: max - min, over an axis, a tuple of axes, or all.

    >>> from autograd_mini import Tensor
    >>> ptp(Tensor([1.0, 5.0, 2.0])).item()
    4.0
    """
    return max(x, axis, keepdims=keepdims) - min(x, axis, keepdims=keepdims)


@registered("composed")
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """The mean, each element with its weight: sum(a · weights) / sum(weights); `returned`: that sum beside it.

    weights: of a's shape, or of the lengths of the axes alone. Where they sum to 0 the answer is IEEE's, inf or nan.

    >>> from autograd_mini import Tensor
    >>> average(Tensor([1.0, 4.0]), weights=[2.0, 1.0]).item()
    2.0
    """
    if weights is None:
        z = mean(a, axis, keepdims=keepdims)
        count = math.prod(shape_of(a)) / (math.prod(shape_of(z)) or 1)
        return (z, np.full(shape_of(z), count, dtype_of(z))) if asked("average", returned) else z
    x, weights = admit("average", (a, weights))
    weights = _in_its_shape("average", x, axis, weights)
    total = sum(weights, axis, keepdims=keepdims)
    z = sum(x * weights, axis, keepdims=keepdims) / total
    return (z, total) if asked("average", returned) else z


def _in_its_shape(name: str, x: Any, axis: Any, weights: Any) -> Any:
    """The weights in x's shape, where they have the lengths of the axes alone."""
    shape, lengths = shape_of(x), shape_of(weights)
    if lengths == shape:
        return weights
    axes = axes_of(name, x, axis)
    if axis is None or lengths != tuple(shape[i] for i in axes):
        raise ShapeError(
            f"{name}: weights have x's shape {shape} or, with an axis, its length; got {lengths} along axis {axis}"
        )
    ordered = transpose(weights, tuple(map(int, np.argsort(axes))))
    return broadcast_to(reshape(ordered, tuple(n if i in axes else 1 for i, n in enumerate(shape))), shape)


def _in_order(name: str, x: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """x's elements sorted along one axis, the first, in place of the axes; and the shape of x reduced, axes kept."""
    x = admit_one(name, x)
    axes, shape = axes_of(name, x, axis), shape_of(x)
    if axes != (0,):
        others = [i for i in range(len(shape)) if i not in axes]
        x = reshape(transpose(x, (*axes, *others)), (math.prod(shape[i] for i in axes), *(shape[i] for i in others)))
    return sort(x, 0), tuple(1 if i in axes else length for i, length in enumerate(shape))


def some_in_order(name: str, x: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """The same of one number at least: of none there is no quantile."""
    ordered, kept = _in_order(name, x, axis)
    if shape_of(ordered)[0] == 0:
        raise ShapeError(f"{name} of shape {shape_of(x)} along axis {axis}: of no numbers there is none")
    return ordered, kept


def shaped(name: str, z: Any, before: Sequence[int], kept: Sequence[int], keepdims: bool) -> Any:
    """What was computed of slices, as often as these axes before say; with keepdims in the shape of x reduced."""
    return reshape(z, (*before, *kept)) if asked(name, keepdims) else z


def _or_nan(x: Any, z: Any) -> Any:
    """What was computed of sorted numbers, but nan where one of them is: it is the last."""
    last = getitem(x, -1)
    return where(questions["isnan"](last), last, z)


@registered("composed")
def median(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The number in the middle, or the mean of the two there, along an axis, a tuple of axes, or of all.

    >>> from autograd_mini import Tensor
    >>> median(Tensor([3.0, 1.0, 8.0])).item()
    3.0
    """
    x, kept = _in_order("median", a, axis)
    count = shape_of(x)[0]
    middle = mean(getitem(x, slice((count - 1) // 2, count // 2 + 1)), 0)
    return shaped("median", _or_nan(x, middle) if count else middle, (), kept, keepdims)


@registered("composed")
def quantile(a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False) -> Any:
    """The numbers below which the parts q of all lie, along an axis, a tuple of axes, or of all; q's axes come first.

    q: a constant from 0 to 1, or an array of them. method: NumPy's names of Hyndman and Fan's (1996) nine, or
    "lower", "higher", "midpoint", "nearest". The gradient goes to the one or two numbers that it is read from.

    >>> from autograd_mini import Tensor
    >>> quantile(Tensor([3.0, 1.0, 8.0]), [0.25, 1.0]).data
    array([2., 8.])
    """
    refuse_nodes("quantile", (q, method))
    x, kept = some_in_order("quantile", a, axis)
    below, above, beyond = attempt("quantile", places, shape_of(x)[0], q, method)
    z = getitem(x, below)
    if np.any(beyond):
        weight = beyond.reshape((*beyond.shape, *(1,) * (ndim_of(x) - 1))).astype(dtype_of(x))
        z = where(weight == 0, z, z * (1 - weight) + getitem(x, above) * weight)
    return shaped("quantile", _or_nan(x, z), np.shape(q), kept, keepdims)


@registered("composed")
def percentile(a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False) -> Any:
    """The quantile of q / 100.

    >>> from autograd_mini import Tensor
    >>> percentile(Tensor([3.0, 1.0, 8.0]), 50.0).item()
    3.0
    """
    return quantile(a, as_parts("percentile", q), axis, method=method, keepdims=keepdims)


def as_parts(name: str, q: Any) -> Any:
    """Percents as numbers from 0 to 1."""
    refuse_nodes(name, (q,))
    return attempt(name, np.true_divide, q, 100)


@registered("composed")
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
) -> Any:
    """The covariances of variables, a row each (or a column, rowvar=False), over their observations; in float64.

    y: more variables. The sum of products of distances from the means is divided by n - ddof, by default n - 1, or n
    with bias. fweights: how often each observation was made; aweights: how much it weighs; both constants.

    >>> from autograd_mini import Tensor
    >>> cov(Tensor([[1.0, 3.0], [2.0, 6.0]])).data.tolist()
    [[2.0, 4.0], [4.0, 8.0]]
    """
    refuse_nodes("cov", (rowvar, bias, ddof, fweights, aweights))
    in_columns = not asked("cov", rowvar)
    x = _variables(m, in_columns)
    if y is not None:
        x = concatenate([x, _variables(y, in_columns and shape_of(y)[:1] != (1,))])
    n = shape_of(x)[1]
    often, much = _weights("fweights", fweights, n), _weights("aweights", aweights, n)
    weights = often * much
    total = weights.sum()
    less = attempt("cov", operator.index, (0 if asked("cov", bias) else 1) if ddof is None else ddof)
    freedom = total - (less * ((weights * much).sum() / total) if total else less)
    from_mean = x - average(x, 1, weights, keepdims=True)
    return squeeze(matmul(from_mean * weights, transpose(from_mean)) / float(np.maximum(freedom, 0)))


def _variables(x: Any, in_columns: bool) -> Any:
    """A row for each variable, in float64."""
    x = admit_one("cov", x)
    if ndim_of(x) > 2:
        raise ShapeError(f"cov takes variables as rows of a matrix, or one as a vector; got shape {shape_of(x)}")
    rows = reshape(x, (1, -1)) if ndim_of(x) < 2 else transpose(x) if in_columns else x
    return rows if dtype_of(rows) == np.float64 else astype(rows, np.float64)


def _weights(name: str, weights: Any, count: int) -> Any:
    """A weight for each observation, 1 where none are given."""
    if weights is None:
        return np.ones(count)
    found = plain(weights, name)
    if np.shape(found) != (count,) or not np.all(found >= 0) or (name == "fweights" and np.any(found % 1)):
        kind = "a whole number" if name == "fweights" else "a number"
        raise ShapeError(f"cov: {name} are {kind} of 0 or more for each of {count} observations; got {brief(weights)}")
    return found


@registered("composed")
def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    """The correlations of variables: their covariances, divided by both standard deviations; nan of a constant.

    >>> from autograd_mini import Tensor
    >>> corrcoef(Tensor([[1.0, 3.0], [2.0, -6.0]])).data.round(3).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    c = cov(x, y, rowvar)
    if ndim_of(c) == 0:
        return c / c
    deviations = sqrt(diagonal(c))
    return clip(c / reshape(deviations, (-1, 1)) / deviations, -1.0, 1.0)
