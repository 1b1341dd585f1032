"""Operations on whole arrays, said with the functions of the Python array API standard."""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ...calculus.bilinear import spelled
from ...errors import KindError
from ...primitive import Operation
from ..lifting.listing import View, whole
from .contractions import contracted
from .places import added_at, in_a_row, joined, taken
from .slicing import beside, positions
from .standard_matrices import MATRICES
from .standard_windows import WINDOWS

Shape = tuple[int, ...]

# Each row: the name of a primitive, and function(xp, shape, *inputs, *parameters) with xp the library and shape that of
# the result. Indices are constants: where they point is known when the program is made, in places counted in a row.
# cofactors and curvature, the derivatives of det, choose their way by the numbers, and have no row.
# fmt: off


def _places(shape: Shape, index: Any) -> Any:
    """Where the elements lie that an index names."""
    return np.asarray(np.arange(math.prod(shape)).reshape(shape)[index])


def _scatter(xp: Any, shape: Shape, x: Any, index: Any, _: Shape) -> Any:
    places = _places(shape, index)
    return added_at(xp, shape, xp.broadcast_to(x, places.shape), places)


def _add_at(xp: Any, shape: Shape, x: Any, values: Any, index: Any) -> Any:
    return x + _scatter(xp, shape, values, index, shape)


def _set_at(xp: Any, shape: Shape, x: Any, values: Any, index: Any) -> Any:
    places = _places(shape, index)
    source = np.arange(math.prod(shape))
    source[places.reshape(-1)] = len(source) + np.arange(places.size)
    both = xp.astype(x, xp.result_type(x, values)), xp.broadcast_to(values, places.shape)
    return taken(xp, joined(xp, both), source.reshape(shape))


def _axes(x: Any, axis: Any) -> Any:
    """The axes of a reduction; of a number NumPy takes axis 0 and -1, too."""
    return tuple(range(x.ndim)) if axis is None or x.ndim == 0 else normalize_axis_tuple(axis, x.ndim)


def _masked(xp: Any, x: Any, where: Any, neutral: float) -> Any:
    if where is True:
        return x
    return xp.where(xp.broadcast_to(beside(xp, np.asarray(where), x), x.shape), x, xp.zeros_like(x) + neutral)


def _sum(xp: Any, shape: Shape, x: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    x, axes = _masked(xp, x, where, 0.0), _axes(x, axis)
    return xp.reshape(xp.sum(x, axis=axes, dtype=x.dtype) if axes else x, shape)


def _prod(xp: Any, shape: Shape, x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    axes = _axes(x, axis)
    return xp.reshape(xp.prod(x, axis=axes, dtype=x.dtype) if axes else x, shape)


def _extreme(name: str, worst: float) -> Operation:
    def extreme(
        xp: Any, shape: Shape, x: Any, axis: Any = None, *, keepdims: bool = False, initial: Any = None,
        where: Any = True,
    ) -> Any:
        x, axes = _masked(xp, x, where, worst), _axes(x, axis)
        if axes and not math.prod(x.shape[i] for i in axes):
            return xp.zeros_like(xp.sum(x, axis=axes)) + initial
        z = xp.reshape(getattr(xp, name)(x, axis=axes) if axes else x, shape)
        if initial is None:
            return z
        beyond = xp.zeros_like(z) + float(initial)
        return xp.maximum(z, beyond) if name == "max" else xp.minimum(z, beyond)

    return extreme


def _truth(name: str) -> Operation:
    def ask(xp: Any, shape: Shape, x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        axes = _axes(x, axis)
        return xp.reshape(getattr(xp, name)(x != 0, axis=axes) if axes else x != 0, shape)

    return ask


def _extreme_number(name: str, beyond: float) -> Operation:
    """The extreme one of those that are not nan; nan where there is none, not even an initial number."""
    extreme, largest = _extreme(name, beyond), _extreme("max", -math.inf)

    def reduced(xp: Any, shape: Shape, x: Any, axis: Any = None, initial: Any = None, **named: Any) -> Any:
        z = extreme(xp, shape, xp.where(x == x, x, xp.zeros_like(x) + beyond), axis, initial=initial, **named)
        if initial is not None:
            return z
        is_any = largest(xp, shape, xp.astype(x == x, x.dtype), axis, **named) > 0
        return xp.where(is_any, z, xp.zeros_like(z) + math.nan)

    return reduced


def _is_same(x: Any, z: Any) -> Any:
    return (x == z) | ((x != x) & (z != z))


def _shares(xp: Any, shape: Shape, x: Any, z: Any, axis: Any, initial: Any = None, where: Any = True) -> Any:
    chosen = _masked(xp, xp.astype(_is_same(x, z), x.dtype), where, 0.0)
    axes = _axes(x, axis)
    total = xp.sum(chosen, axis=axes, keepdims=True, dtype=x.dtype) if axes else chosen
    if initial is not None:
        total = total + xp.astype(_is_same(z, xp.zeros_like(z) + float(initial)), x.dtype)
    return chosen / total


def _log_of_sum(xp: Any, x: Any, axes: Any) -> Any:
    """log(sum(exp(x))) where the largest x is 0."""
    is_peak = x == 0
    ties = xp.sum(xp.astype(is_peak, x.dtype), axis=axes, keepdims=True, dtype=x.dtype)
    rest = xp.where(is_peak, xp.zeros_like(x), xp.exp(x))
    return xp.log1p(xp.sum(rest, axis=axes, keepdims=True, dtype=x.dtype) + (ties - 1.0))


def _logsumexp(xp: Any, shape: Shape, x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    x, axes = (x, _axes(x, axis)) if x.ndim else (xp.reshape(x, (1,)), (0,))
    if not axes:
        return x
    peak = xp.max(x, axis=axes, keepdims=True)
    peak = xp.where(xp.isfinite(peak), peak, xp.zeros_like(peak))
    return xp.reshape(peak + _log_of_sum(xp, x - peak, axes), shape)


def _log_softmax(xp: Any, shape: Shape, x: Any, axis: Any = -1) -> Any:
    x, axes = (x, _axes(x, axis)) if x.ndim else (xp.reshape(x, (1,)), (0,))
    if not axes:
        return xp.zeros_like(x)
    peak = xp.max(x, axis=axes, keepdims=True)
    behind = xp.where(xp.isinf(peak), xp.zeros_like(peak) - math.inf, x - peak)
    moved = xp.where(x == peak, xp.zeros_like(x), behind)
    return xp.reshape(moved - _log_of_sum(xp, moved, axes), shape)


def _softmax_weights(xp: Any, shape: Shape, x: Any, z: Any, axis: Any) -> Any:
    return xp.where(xp.isinf(z), _shares(xp, shape, x, z, axis), xp.exp(x - z))


def _length(xp: Any, shape: Shape, x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """sqrt(sum(x²)); where squares over- or underflow, of x divided by its largest element."""
    x, axes = (x, _axes(x, axis)) if x.ndim else (xp.reshape(x, (1,)), (0,))
    if not axes or not math.prod(x.shape[i] for i in axes):
        return xp.reshape(xp.sum(abs(x), axis=axes) if axes else abs(x), shape)
    limits = xp.finfo(x.dtype)
    squares = xp.sum(x * x, axis=axes, keepdims=True, dtype=x.dtype)
    peak = xp.max(abs(x), axis=axes, keepdims=True)
    is_safe = (limits.smallest_normal / limits.eps <= squares) & (squares < math.inf)
    unit = xp.where(is_safe | (peak == 0) | ~xp.isfinite(peak), xp.ones_like(peak), peak)
    scaled = x / unit
    return xp.reshape(xp.sqrt(xp.sum(scaled * scaled, axis=axes, keepdims=True, dtype=x.dtype)) * unit, shape)


def _p_norm(xp: Any, shape: Shape, x: Any, axis: Any = None, *, ord: float, keepdims: bool = False) -> Any:
    """sum(|x|^p)^(1/p), of x in units of its largest element, or its smallest for p below 0."""
    x, axes = (x, _axes(x, axis)) if x.ndim else (xp.reshape(x, (1,)), (0,))
    size = abs(x)
    if not axes or not math.prod(x.shape[i] for i in axes):
        return xp.reshape(xp.sum(size, axis=axes) if axes else size, shape)
    unit = (xp.max if ord > 0 else xp.min)(size, axis=axes, keepdims=True)
    unit = xp.where((unit > 0) & xp.isfinite(unit), unit, xp.ones_like(unit))
    return xp.reshape(xp.sum((size / unit) ** ord, axis=axes, keepdims=True) ** (1.0 / ord) * unit, shape)


def _cumsum(xp: Any, shape: Shape, x: Any, axis: Any = None) -> Any:
    return xp.cumulative_sum(in_a_row(xp, x) if axis is None or x.ndim == 0 else x, axis=0 if axis is None else axis)


def _accumulated(xp: Any, shape: Shape, u: Any, x: Any) -> Any:
    """z_k = u_k + x_k · z_(k-1), one after another."""
    x, u = xp.broadcast_to(x, shape), xp.broadcast_to(u, shape)
    if not shape[0]:
        return u
    is_finite = xp.all(xp.isfinite(x)) & xp.all(xp.isfinite(u))
    rows = [u[0, ...]]
    for k in range(1, shape[0]):
        carried = x[k, ...] * rows[-1]
        rows.append(u[k, ...] + xp.where(is_finite & (x[k, ...] == 0), xp.zeros_like(carried), carried))
    return xp.stack(rows)


def _others(xp: Any, shape: Shape, x: Any) -> Any:
    """For each element along the first axis the product of all others."""
    n = shape[0]
    is_own = xp.reshape(beside(xp, np.eye(n, dtype=bool), x), (n, n, *[1] * (x.ndim - 1)))
    factors = xp.where(is_own, xp.ones_like(x)[None, ...], x[None, ...])
    return xp.prod(factors, axis=1, dtype=x.dtype)


def _order(xp: Any, x: Any, axis: int) -> Any:
    return xp.argsort(x, axis=axis, stable=True)


def _arranged(xp: Any, shape: Shape, g: Any, x: Any, axis: int) -> Any:
    return xp.take_along_axis(g, _order(xp, x, axis), axis=axis)


def _restored(xp: Any, shape: Shape, g: Any, x: Any, axis: int) -> Any:
    return xp.take_along_axis(g, xp.argsort(_order(xp, x, axis), axis=axis), axis=axis)


def _einsum(xp: Any, shape: Shape, *operands: Any, subscripts: str) -> Any:
    terms, out = spelled(subscripts, [x.ndim for x in operands])
    lengths = {letter: 1 for term in terms for letter in term}
    for term, x in zip(terms, operands, strict=True):
        lengths |= {letter: n for letter, n in zip(term, x.shape, strict=True) if n != 1}
    pairs = [_diagonal(xp, term, x) for term, x in zip(terms, operands, strict=True)]
    return contracted(xp, [term for term, _ in pairs], out, lengths, [x for _, x in pairs])


def _diagonal(xp: Any, term: str, x: Any) -> tuple[str, Any]:
    """Without letters that stand twice: the elements that lie on their diagonal."""
    letters = "".join(dict.fromkeys(term))
    if letters == term:
        return term, x
    lengths, strides = dict.fromkeys(letters, 1), dict.fromkeys(letters, 0)
    for letter, length, stride in zip(term, x.shape, whole(0, x.shape).strides, strict=True):
        lengths[letter] = max(lengths[letter], length)
        strides[letter] += stride if length != 1 else 0
    return letters, taken(xp, x, positions(View(0, 0, tuple(lengths.values()), tuple(strides.values()))))


def _reshape(xp: Any, shape: Shape, x: Any, *_: Any, **__: Any) -> Any:
    return xp.reshape(x, shape)


def _transpose(xp: Any, shape: Shape, x: Any, axes: Any = None) -> Any:
    if axes is None:
        return xp.permute_dims(x, tuple(reversed(range(x.ndim))))
    return xp.permute_dims(x, normalize_axis_tuple(axes, x.ndim))


def _swapaxes(xp: Any, shape: Shape, x: Any, axis1: int, axis2: int) -> Any:
    order = list(range(x.ndim))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return xp.permute_dims(x, tuple(order))


ARRAYS: dict[str, Operation] = {
    "reshape": _reshape,
    "expand_dims": _reshape,
    "squeeze": _reshape,
    "transpose": _transpose,
    "swapaxes": _swapaxes,
    "moveaxis": lambda xp, shape, x, source, destination: xp.moveaxis(x, source, destination),
    "broadcast_to": lambda xp, shape, x, _: xp.broadcast_to(x, shape),
    "astype": lambda xp, shape, x, dtype: x,
    "as_number": lambda xp, shape, x: xp.sum(x, dtype=x.dtype),
    "getitem": lambda xp, shape, x, index: taken(xp, x, _places(x.shape, index)),
    "scatter": _scatter,
    "set_at": _set_at,
    "add_at": _add_at,
    "concatenate": lambda xp, shape, *inputs, axis=0: xp.concat(list(inputs), axis=axis),
    "stack": lambda xp, shape, *inputs, axis=0: xp.stack(list(inputs), axis=axis),
    "matmul": lambda xp, shape, x, y: xp.matmul(x, y),
    "einsum": _einsum,
    "sum": _sum,
    "prod": _prod,
    "max": _extreme("max", -math.inf),
    "min": _extreme("min", math.inf),
    "nanmax": _extreme_number("max", -math.inf),
    "nanmin": _extreme_number("min", math.inf),
    "any": _truth("any"),
    "all": _truth("all"),
    "shares": _shares,
    "logsumexp": _logsumexp,
    "log_softmax": _log_softmax,
    "softmax_weights": _softmax_weights,
    "euclidean_norm": _length,
    "p_norm": _p_norm,
    "cumsum": _cumsum,
    "cumprod": lambda xp, shape, x: xp.cumulative_prod(x, axis=0),
    "accumulated": _accumulated,
    "others": _others,
    "sort": lambda xp, shape, x, axis: xp.take_along_axis(x, _order(xp, x, axis), axis=axis),
    "arranged": _arranged,
    "restored": _restored,
    **MATRICES,
    **WINDOWS,
}


def _flat(xp: Any, index: Any, shape: Shape, like: Any) -> tuple[Any, int, Shape]:
    """Where arrays of whole numbers, one for each of the first axes, point: places along those, taken as one axis.

    An index out of its axis points behind the end. Gives the places, how many there are, and the other axes.
    """
    parts = index if isinstance(index, tuple) else (index,)
    if any(part is None or part is Ellipsis or isinstance(part, slice) for part in parts):
        raise KindError("beside whole numbers among the arguments an index has only whole numbers elsewhere")
    total, flat, is_out = math.prod(shape[: len(parts)]), 0, False
    for part, length in zip(parts, shape, strict=False):
        place = beside(xp, np.asarray(part), like) if isinstance(part, int | list | np.ndarray | np.generic) else part
        place = xp.where(place < 0, place + length, place)
        flat = flat * length + place
        is_out = is_out | (place < 0) | (place >= length)
    return xp.where(is_out, xp.zeros_like(flat) + total, flat), total, shape[len(parts):]


def _picked(xp: Any, shape: Shape, x: Any, index: Any) -> Any:
    flat, total, rest = _flat(xp, index, x.shape, x)
    return xp.reshape(xp.take(xp.reshape(x, (total, *rest)), xp.reshape(flat, (-1,)), axis=0), shape)


def _added(xp: Any, shape: Shape, x: Any, index: Any, _: Shape) -> Any:
    """Each place takes what arrives there: a comparison of every place with every arrival."""
    flat, total, rest = _flat(xp, index, shape, x)
    row = xp.reshape(flat, (-1, 1, 1))
    arrives = row == xp.reshape(beside(xp, np.arange(total), flat), (1, -1, 1))
    values = xp.reshape(xp.broadcast_to(x, (*flat.shape, *rest)), (row.shape[0], 1, math.prod(rest)))
    return xp.reshape(xp.sum(xp.where(arrives, values, xp.zeros_like(values)), axis=0, dtype=x.dtype), shape)


INDEXED: dict[str, Operation] = {
    "getitem": _picked,
    "scatter": _added,
    "add_at": lambda xp, shape, x, values, index: x + _added(xp, shape, values, index, shape),
}
"""The same by whole numbers among the arguments: an index is an array of the library, or a tuple with some."""
