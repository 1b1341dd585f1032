"""Operations that NumPy has no name for, as short functions of arrays: a printed program brings those it needs.

They say what the engine computes, by its formula in the textbook; what the engine does besides for the last digits is
left out.
"""

import math
from typing import Any

import numpy as np


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), of which no exponential overflows."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def erf(x: Any) -> Any:
    """The error function."""
    return np.vectorize(math.erf, otypes=[np.float64])(x).astype(np.asarray(x).dtype)


def erfc(x: Any) -> Any:
    """1 - erf(x), exact where that is near 0."""
    return np.vectorize(math.erfc, otypes=[np.float64])(x).astype(np.asarray(x).dtype)


def normal_cdf(x: Any) -> Any:
    """Of the standard normal distribution."""
    return 0.5 * erfc(x * -math.sqrt(0.5))


def leaky_relu(x: Any, slope: Any = 0.01) -> Any:
    """x above 0, slope · x below."""
    return np.where(x > 0, x, slope * x)


def leaky_slope(x: Any, slope: Any) -> Any:
    """1 above 0, the slope below."""
    return np.where(x > 0, 1, slope).astype(np.asarray(x).dtype)


def elu(x: Any, alpha: Any = 1.0) -> Any:
    """x above 0, alpha · (exp(x) - 1) below."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def is_above(x: Any) -> Any:
    """1 above 0, else 0."""
    return np.where(x > 0, 1, 0).astype(np.asarray(x).dtype)


def equals(x: Any, z: Any) -> Any:
    """1 where both are the same, nan among it, else 0."""
    same = (x == z) | ((x != x) & (z != z))
    return np.asarray(same).astype(np.result_type(x, z))


def share_of_larger(x: Any, y: Any) -> Any:
    """The part of maximum's gradient that is x's: 1, 0, or one half in a tie."""
    z = np.maximum(x, y)
    return equals(x, z) / (equals(x, z) + equals(y, z))


def share_of_smaller(x: Any, y: Any) -> Any:
    """The part of minimum's gradient that is x's: 1, 0, or one half in a tie."""
    z = np.minimum(x, y)
    return equals(x, z) / (equals(x, z) + equals(y, z))


def clip(x: Any, a_min: Any = None, a_max: Any = None) -> Any:
    """x between the bounds."""
    return np.positive(x) if a_min is None and a_max is None else np.clip(x, a_min, a_max)


def inside(x: Any, a_min: Any = None, a_max: Any = None) -> Any:
    """1 where clip leaves x as it is, else 0."""
    return equals(x, clip(x, a_min, a_max))


def keep(x: Any, condition: Any) -> Any:
    """x where the condition holds, else 0."""
    return np.where(condition, x, 0.0)


def lowered(x: Any, y: Any) -> Any:
    """The exponent y - 1 of a power's derivative; 0 where y is 0 and 1 / x would overflow."""
    tiny = np.finfo(np.result_type(x, np.float32)).tiny
    return np.where((np.abs(x) <= tiny / 4) & (y == 0), 0, y - 1)


def stays_zero(x: Any, y: Any) -> Any:
    """1 where x ** y is 0 however y moves, else 0."""
    return np.where((x == 0) & (y >= 0), 1, 0).astype(np.result_type(x, y))


def are_zero(x: Any, y: Any) -> Any:
    """1 where both are 0, else 0."""
    return np.where((x == 0) & (y == 0), 1, 0).astype(np.result_type(x, y))


def weight(x: Any, y: Any) -> Any:
    """exp(x) / (exp(x) + exp(y))."""
    e = np.exp(-np.abs(np.where(x == y, 0, x - y)))
    return np.where(x >= y, 1 / (1 + e), e / (1 + e))


def xlogy(x: Any, y: Any) -> Any:
    """x · log(y), and 0 where x is 0."""
    return np.where((x == 0) & (y == y), 0, x * np.log(y))


def gaussian(x: Any) -> Any:
    """exp(-x²)."""
    return np.exp(-(x * x))


def normal_density(x: Any) -> Any:
    """exp(-x² / 2)."""
    return np.exp(-0.5 * (x * x))


def sigmoid_slope(x: Any) -> Any:
    """The derivative of the sigmoid."""
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


def sech_squared(x: Any) -> Any:
    """The derivative of tanh."""
    return (1 / np.cosh(x)) ** 2


def times(x: Any, y: Any) -> Any:
    """x · y, and 0 where y is 0."""
    return np.where(y == 0, 0, x * y)


def over_length(x: Any, length: Any) -> Any:
    """x / length, and 0 where that is 0."""
    return x / np.where(length == 0, np.inf, length)


def in_range(x: Any, y: Any) -> Any:
    """The point divided by a power of 2, and its exponent: squares then neither overflow nor vanish."""
    x, y = (np.asarray(a, np.result_type(x, y)) for a in (x, y))
    far = np.isinf(x) | np.isinf(y)
    x, y = (np.where(far, np.copysign(np.isinf(a), a), a) for a in (x, y))
    exponent = np.frexp(np.maximum(np.abs(x), np.abs(y)))[1]
    return np.ldexp(x, -exponent), np.ldexp(y, -exponent), exponent


def direction(x: Any, y: Any) -> Any:
    """x / hypot(x, y), and 0 at the origin."""
    u, v, _ = in_range(x, y)
    length = np.hypot(u, v)
    return u / np.where(length == 0, 1, length)


def inversion(x: Any, y: Any) -> Any:
    """x / (x² + y²), and 0 at the origin."""
    u, v, exponent = in_range(x, y)
    square = u * u + v * v
    ratio = np.ldexp(u, -exponent) / np.where(square == 0, 1, square)
    return np.where(np.isinf(x) | np.isinf(y), 0, ratio)


def pole(x: Any, y: Any) -> Any:
    """nan at the origin, 1 elsewhere."""
    return np.where((x == 0) & (y == 0), np.nan, 1).astype(np.result_type(x, y))


def bessel(x: Any, n: int) -> Any:
    """The spherical Bessel function of order n at πx: its power series near 0, else its recurrence."""
    t = np.pi * np.asarray(x, np.float64)
    near = np.abs(t) < n + 1
    inner, outer = np.where(near, t, 0), np.where(near, 1, t)
    series = np.ones_like(t)
    for k in range(19 + n, 0, -1):
        series = 1 - inner * inner / 2 / (k * (2 * n + 2 * k + 1)) * series
    series = inner**n / np.prod(np.arange(1.0, 2 * n + 2, 2)) * series
    half_turns = np.rint(x)  # whole turns are taken off x, where that is exact
    rest = x - half_turns
    side = 1 - 2 * np.fmod(np.abs(half_turns), 2)
    before, after = side * np.sin(np.pi * (0.5 - np.abs(rest))) / outer, side * np.sin(np.pi * rest) / outer
    for k in range(n):
        before, after = after, (2 * k + 1) / outer * after - before
    return np.where(near, series, after).astype(np.asarray(x).dtype)


def shares(x: Any, z: Any, axis: Any, initial: Any = None, where: Any = True) -> Any:
    """Equal shares of the gradient for the elements that are the extreme one, z."""
    chosen = equals(x, z) * np.asarray(where)
    total = np.sum(chosen, axis=axis, keepdims=True)
    return chosen / (total if initial is None else total + equals(z, initial))


def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """log(sum(exp(x))) without overflow."""
    peak = np.max(x, axis=axis, keepdims=True)
    peak = np.where(np.isfinite(peak), peak, 0).astype(peak.dtype)
    z = peak + np.log(np.sum(np.exp(x - peak), axis=axis, keepdims=True))
    return z if keepdims else z.squeeze(axis)


def softmax_weights(x: Any, z: Any, axis: Any) -> Any:
    """exp(x - z), z the logsumexp; where z is infinite equal shares."""
    return np.where(np.isinf(z), shares(x, z, axis), np.exp(x - z))


def log_softmax(x: Any, axis: Any = -1) -> Any:
    """x - logsumexp(x); beside a peak of inf all else is -inf, and equal infinities share."""
    peak = np.max(x, axis=axis, keepdims=True)
    x = np.where(x == peak, 0, np.where(np.isinf(peak), -np.inf, x - peak)).astype(peak.dtype)
    return x - np.log(np.sum(np.exp(x), axis=axis, keepdims=True))


def euclidean_norm(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """sqrt(sum(x²)), of x divided by its largest element, so that no square overflows."""
    peak = np.max(np.abs(x), axis=axis, keepdims=True, initial=0)
    unit = np.where((peak == 0) | np.isinf(peak), 1, peak).astype(peak.dtype)
    z = unit * np.sqrt(np.sum((x / unit) ** 2, axis=axis, keepdims=True))
    return z if keepdims else z.squeeze(axis)


def accumulated(u: Any, x: Any) -> Any:
    """z_k = u_k + x_k · z_(k-1) along the first axis; a 0 forgets what came before."""
    z = np.array(u, np.result_type(u, x))
    for k in range(1, len(z)):
        z[k] += np.where(x[k] == 0, 0, x[k] * z[k - 1])
    return z


def others(x: Any) -> Any:
    """For each element along the first axis the product of all others."""
    product = np.ones_like(x)
    for k in range(len(x)):
        factor = np.broadcast_to(x[k], x.shape).copy()
        factor[k] = 1
        product = product * factor
    return product


def order(x: Any, axis: int) -> Any:
    """Places of the elements in rising order."""
    return np.argsort(x, axis=axis, stable=True)


def arranged(g: Any, x: Any, axis: int) -> Any:
    """g in the order of x."""
    return np.take_along_axis(g, order(x, axis), axis)


def restored(g: Any, x: Any, axis: int) -> Any:
    """g, which is in the order of x, where x has it."""
    return np.take_along_axis(g, np.argsort(order(x, axis), axis=axis), axis)


def scatter(x: Any, index: Any, shape: Any) -> Any:
    """Zeros of that shape with x added at the index."""
    result = np.zeros(shape, np.asarray(x).dtype)
    np.add.at(result, index, x)
    return result


def set_at(x: Any, values: Any, index: Any) -> Any:
    """x with the values in the place of what is at the index."""
    result = np.array(x)
    result[index] = values
    return result


def add_at(x: Any, values: Any, index: Any) -> Any:
    """x with the values added at the index."""
    result = np.array(x)
    np.add.at(result, index, values)
    return result


def cholesky(x: Any) -> Any:
    """The Cholesky factor of the symmetric part."""
    return np.linalg.cholesky(0.5 * (x + np.swapaxes(x, -1, -2)))


def is_number(x: Any) -> Any:
    """1 where it is not nan, else 0."""
    return np.where(x == x, 1, 0).astype(np.asarray(x).dtype)


def fraction(x: Any) -> Any:
    """What trunc leaves of x."""
    return np.modf(x)[0]


def weight2(x: Any, y: Any) -> Any:
    """2^x / (2^x + 2^y)."""
    e = np.exp2(-np.abs(np.where(x == y, 0, x - y)))
    return np.where(x >= y, 1 / (1 + e), e / (1 + e))


def share_of_fmax(x: Any, y: Any) -> Any:
    """The part of fmax's gradient that is x's: all, nothing, or half in a tie; nothing of nan."""
    mine, other = equals(x, np.fmax(x, y)), equals(y, np.fmax(x, y))
    return mine / (mine + other)


def share_of_fmin(x: Any, y: Any) -> Any:
    """The part of fmin's gradient that is x's: all, nothing, or half in a tie; nothing of nan."""
    mine, other = equals(x, np.fmin(x, y)), equals(y, np.fmin(x, y))
    return mine / (mine + other)


def inverse_if_any(x: Any) -> Any:
    """The inverse of each matrix; nan of one that has none."""
    singular = np.linalg.det(x)[..., None, None] == 0
    return np.where(singular, np.nan, np.linalg.inv(np.where(singular, np.eye(x.shape[-1]), x)))


def p_norm(x: Any, axis: Any = None, *, ord: Any, keepdims: Any = False) -> Any:
    """sum(|x|^p)^(1/p)."""
    return np.sum(np.abs(x) ** float(ord), axis=axis, keepdims=keepdims) ** (1.0 / ord)


def windows(x: Any, size: Any, stride: Any, dilation: Any) -> Any:
    """Every window of that size in the last axes, as views: (..., *size, *places)."""
    ndim = len(size)
    reach = [(n - 1) * d + 1 for n, d in zip(size, dilation, strict=True)]
    views = np.lib.stride_tricks.sliding_window_view(x, reach, tuple(range(-ndim, 0)), writeable=True)
    every: Any = (..., *(slice(None, None, step) for step in (*stride, *dilation)))
    return np.moveaxis(views[every], range(-ndim, 0), range(-2 * ndim, -ndim))


def overlap_add(w: Any, shape: Any, stride: Any, dilation: Any) -> Any:
    """Windows added up where they lie in zeros of that shape."""
    ndim = len(shape)
    x = np.zeros((*w.shape[: -2 * ndim], *shape), w.dtype)
    views = windows(x, w.shape[-2 * ndim : -ndim], stride, dilation)
    for place in np.ndindex(w.shape[-2 * ndim : -ndim]):
        views[(..., *place, *(slice(None),) * ndim)] += w[(..., *place, *(slice(None),) * ndim)]
    return x


def conv(x: Any, w: Any, stride: Any, dilation: Any, groups: Any) -> Any:
    """Each window of x times each of the filters, summed."""
    filters, depth, *size = w.shape
    seen = windows(x, size, stride, dilation)
    places = seen.shape[2 + len(size) :]
    columns = seen.reshape(len(x), groups, depth * math.prod(size), math.prod(places))
    rows = w.reshape(groups, filters // groups, depth * math.prod(size))
    return (rows @ columns).reshape(len(x), filters, *places)


def conv_transpose(g: Any, w: Any, shape: Any, stride: Any, dilation: Any, groups: Any) -> Any:
    """The gradient of what conv takes, of that shape in its last axes."""
    filters, depth, *size = w.shape
    upstream = g.reshape(len(g), groups, filters // groups, math.prod(g.shape[2:]))
    columns = w.reshape(groups, filters // groups, depth * math.prod(size)).mT @ upstream
    seen = columns.reshape(len(g), groups * depth, *size, *g.shape[2:])
    return overlap_add(seen, shape, stride, dilation)


def conv_weights(x: Any, g: Any, size: Any, stride: Any, dilation: Any, groups: Any) -> Any:
    """The gradient of conv's filters, of that size."""
    filters, depth, area = g.shape[1], x.shape[1] // groups, math.prod(g.shape[2:])
    seen = windows(x, size, stride, dilation)
    columns = seen.reshape(len(x), groups, depth * math.prod(size), area)
    each = g.reshape(len(g), groups, filters // groups, area) @ columns.mT
    return each.sum(0).reshape(filters, depth, *size)
