"""Products of many numbers, over axes and running: NumPy's own, left to right, with zeros no kink."""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..node import dtype_of, ndim_of, shape_of
from ..primitive import Operation
from ..refusals import quiet
from ..registry import elementwise, general, registered
from .elementwise import positive
from .linear import axis_of, concatenate, getitem, moveaxis, reshape, unmasked
from .reductions import reduction

# Each derivative takes the upstream gradient g, the output z, the inputs and the parameters; all runs along the first
# axis, which reshaping has made of those that are multiplied.


def _backwards(x: Any) -> Any:
    return getitem(x, slice(None, None, -1))


def _before(x: Any, first: float) -> Any:
    """Each element's predecessor along the first axis, the first number before them all."""
    head = np.full((1, *shape_of(x)[1:]), first, dtype_of(x))
    return concatenate([head, getitem(x, slice(0, -1))]) if shape_of(x)[0] else x


def _accumulated_of(u: Any, x: Any) -> Any:
    """z_k = u_k + x_k · z_(k-1); a 0 forgets what came before, an overflow of finite numbers too."""
    z = np.array(u, np.result_type(u, x))
    is_finite = bool(np.isfinite(x).all() and np.isfinite(z).all())
    for k in range(1, len(z)):
        carried = x[k] * z[k - 1]
        z[k] += np.where(x[k] == 0, 0, carried) if is_finite else carried
    return z


def _following(x: Any) -> Any:
    """Of the recurrence run backwards: what carries z_k on is x_(k+1)."""
    return _before(_backwards(x), 0.0)


_times: Operation = elementwise(
    "times",
    lambda x, y: 0.0 if y == 0.0 else x * y,
    quiet(lambda x, y: np.where(y == 0, np.zeros((), x.dtype), x * y)),
    lambda g, z, x, y: _times(g, y),
    lambda g, z, x, y: g * x,
    about=None,  # x · y, but where y is 0 the overflow of x is not nan
)
_accumulated: Operation = general(
    "accumulated",
    quiet(_accumulated_of),
    lambda g, z, u, x: _backwards(_accumulated(_backwards(g), _following(x))),
    lambda g, z, u, x: _times(_backwards(_accumulated(_backwards(g), _following(x))), _before(z, 0.0)),
)
_cumprod: Operation = general(
    "cumprod",
    lambda x: np.cumprod(x, 0),
    lambda g, z, x: _times(_backwards(_accumulated(_backwards(g), _following(x))), _before(z, 1.0)),
)


def _products_beside(x: Any) -> tuple[Any, Any]:
    """For each element the product of those before it, and of those behind it."""
    return _before(_cumprod(x), 1.0), _backwards(_before(_cumprod(_backwards(x)), 1.0))


def _is_exact(product: Any, no_zero: Any) -> bool:
    """Whether nothing was lost on the way: no overflow, and no 0 but of a factor that is 0."""
    is_normal = np.abs(product) >= np.finfo(product.dtype).tiny
    return bool(np.all(np.isfinite(product) & (is_normal | (no_zero == 0))))


def _others_of(x: Any) -> Any:
    """For each element the product of all others, left to right as NumPy multiplies."""
    before, behind = _products_beside(x)
    no_zero_before, no_zero_behind = _products_beside(np.where(x == 0, 0.0, 1.0))
    if _is_exact(before, no_zero_before) and _is_exact(behind, no_zero_behind):
        return before * behind
    product = np.ones_like(before)  # what over- or underflows on the way must not do so from the other end
    for k in range(len(x)):
        factor = np.broadcast_to(x[k], product.shape).copy()
        factor[k] = 1
        product = product * factor
    return product


def _others_derivative(g: Any, z: Any, x: Any) -> Any:
    """The product rule: one factor of each product of others gives way to its g."""
    before, behind = _products_beside(x)
    changed_before = _before(_accumulated(g * before, x), 0.0)
    changed_behind = _backwards(_before(_accumulated(_backwards(g * behind), _backwards(x)), 0.0))
    return changed_before * behind + before * changed_behind


_others: Operation = general("others", quiet(_others_of), _others_derivative)


def _others_in_place(x: Any, axis: Any) -> Any:
    """`_others` along the axes of a product, in x's own shape."""
    shape = shape_of(x)
    axes = normalize_axis_tuple(range(len(shape)) if axis is None or not shape else axis, len(shape))
    front = tuple(range(len(axes)))
    moved = moveaxis(x, axes, front) if axes else x
    count = math.prod(shape[i] for i in axes)
    others = _others(reshape(moved, (count, *shape_of(moved)[len(axes) :])))
    return moveaxis(reshape(others, shape_of(moved)), front, axes) if axes else reshape(others, shape)


_prod: Operation = reduction(
    "prod",
    lambda x, axis=None, *, keepdims=False: np.multiply.reduce(x, axis=axis, keepdims=keepdims),
    lambda z, x, axis: _others_in_place(x, axis),
)


@registered("reduction")
def prod(x: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    """The product over an axis, a tuple of axes, or all, of those where the mask holds; zeros are no kink.

    NumPy's own, left to right: where it over- or underflows on the way, so do this and its derivatives.

    >>> from autograd_mini import Tensor
    >>> prod(Tensor([2.0, 3.0, 4.0])).item()
    24.0
    """
    x = unmasked("prod", x, where, 1.0)
    is_number = ndim_of(x) == 0 and isinstance(axis, int | tuple | None) and axis in (None, 0, -1, ())
    return positive(x) if is_number else _prod(x, axis, keepdims=keepdims)


@registered("composed")
def cumprod(x: Any, axis: int | None = None) -> Any:
    """The products of the first 1, 2, 3, … elements along an axis, or of all of them laid in a row.

    >>> from autograd_mini import Tensor
    >>> cumprod(Tensor([1.0, 2.0, 3.0])).data
    array([1., 2., 6.])
    """
    if axis is None or ndim_of(x) == 0:
        x = reshape(x, (-1,))
    axis = axis_of("cumprod", x, 0 if axis is None else axis)
    return moveaxis(_cumprod(moveaxis(x, axis, 0)), 0, axis) if axis else _cumprod(x)
