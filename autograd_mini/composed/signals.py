"""NumPy's names for what is sampled: convolutions, sums, integrals and slopes of samples, and what lies between."""

import math
from typing import Any

import numpy as np

from ..admission import admit_one
from ..calculus.bilinear import convolution, sliding
from ..calculus.choosing import where
from ..calculus.elementwise import divide, multiply
from ..calculus.linear import astype, axes_of, axis_of, concatenate, getitem, reshape, scatter, sum
from ..calculus.moving import arranged, diff, flip, ravel, sort
from ..calculus.piecewise import questions, remainder
from ..calculus.samples import picked, segment
from ..errors import ShapeError, describe
from ..node import dtype_of, ndim_of, shape_of
from ..primitive import refuse_nodes
from ..refusals import attempt
from ..registry import registered


@registered("composed")
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """The sums of a[k] · v[n - k] of two vectors, for each n: their convolution.

    mode: "full", wherever they overlap, n + m - 1 numbers; "same", the middle max(n, m) of these; "valid", the
    max(n, m) - min(n, m) + 1 of them where they overlap completely.

    >>> from autograd_mini import Tensor
    >>> convolve(Tensor([1.0, 2.0, 3.0]), [1.0, 10.0]).data
    array([ 1., 12., 23., 30.])
    """
    return _overlapping("convolve", a, v, mode)


@registered("composed")
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """The sums of a[n + k] · v[k] of two vectors, for each n: the convolution with v reversed; modes as of `convolve`.

    >>> from autograd_mini import Tensor
    >>> correlate(Tensor([1.0, 2.0, 3.0]), [1.0, 10.0]).data
    array([21., 32.])
    """
    if ndim_of(a) == ndim_of(v) == 1 and shape_of(a) < shape_of(v):  # "same" is the middle of what is longer
        return flip(_overlapping("correlate", v, flip(a), mode))
    return _overlapping("correlate", a, flip(v), mode)


def _overlapping(name: str, x: Any, y: Any, mode: Any) -> Any:
    """The part of the convolution of two vectors that the mode names."""
    n, m = (math.prod(shape_of(v)) for v in (x, y))
    if ndim_of(x) > 1 or ndim_of(y) > 1 or 0 in (n, m):
        raise ShapeError(f"{name} of shapes {shape_of(x)} and {shape_of(y)}: it takes two vectors, and no empty ones")
    if not isinstance(mode, str) or mode not in ("full", "same", "valid"):
        raise ShapeError(f"{name} has the modes 'full', 'same' and 'valid'; got {describe(mode)}")
    longer, shorter = (ravel(x), ravel(y)) if n >= m else (ravel(y), ravel(x))
    if mode == "valid":
        return sliding(longer, flip(shorter))
    before = 0 if mode == "full" else (min(n, m) - 1) // 2
    return getitem(convolution(longer, shorter), slice(before, None if mode == "full" else before + max(n, m)))


@registered("composed")
def bincount(x: Any, weights: Any, minlength: int = 0) -> Any:
    """The sum of the weights of each whole number in x, from 0 to the largest, or minlength of them if that is more.

    >>> from autograd_mini import Tensor
    >>> bincount([0, 2, 2], Tensor([1.0, 2.0, 3.0])).data
    array([1., 0., 5.])
    """
    refuse_nodes("bincount", (x, minlength))
    length = len(attempt("bincount", lambda numbers: np.bincount(numbers, minlength=minlength), x))
    if shape_of(weights) != np.shape(x):
        raise ShapeError(f"bincount of shape {np.shape(x)} with weights of shape {shape_of(weights)}: one for each")
    return scatter(astype(weights, np.float64), attempt("bincount", np.asarray, x, np.intp), (length,))


@registered("composed")
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of samples by the trapezoidal rule: the sum of (y[k] + y[k + 1]) / 2 · (x[k + 1] - x[k]).

    x: where the samples lie along the axis, a vector or an array that broadcasts to y; without it they are dx apart.

    >>> from autograd_mini import Tensor
    >>> trapezoid(Tensor([1.0, 2.0, 4.0]), [0.0, 1.0, 3.0]).item()
    7.5
    """
    axis = axis_of("trapezoid", y, axis)
    if x is not None:
        dx = _along(diff(x), axis, ndim_of(y)) if ndim_of(x) == 1 else diff(x, 1, axis - ndim_of(y))
    return sum(multiply(dx, _cut(y, axis, 1, None) + _cut(y, axis, None, -1)) / 2.0, axis)


def _cut(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """What lies between two places along the axis."""
    return getitem(x, (*(slice(None),) * axis, slice(start, stop)))


def _along(vector: Any, axis: int, ndim: int) -> Any:
    """A vector along that axis of an array of so many."""
    return reshape(vector, (-1, *(1,) * (ndim - 1 - axis)))


@registered("composed")
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """The slopes of samples along each axis: those of the parabolas through three neighbours (`numpy.gradient`).

    varargs: how far apart the samples are, one number for all axes or for each axis one, or a vector of where they lie.
    edge_order: at both ends the slope of the line through two samples (1), or of the parabola through three (2).
    Gives an array of f's shape for one axis, a tuple of them for more.

    >>> from autograd_mini import Tensor
    >>> gradient(Tensor([1.0, 2.0, 4.0, 7.0]), 0.5).data
    array([2., 3., 5., 6.])
    """
    refuse_nodes("gradient", (axis, edge_order))
    f = admit_one("gradient", f)
    axes = axes_of("gradient", f, axis)
    steps = (varargs or (1.0,)) * (len(axes) if len(varargs) < 2 else 1)
    if len(steps) != len(axes):
        raise ShapeError(f"gradient along {len(axes)} axes takes one spacing or {len(axes)}; got {len(steps)}")
    if type(edge_order) is not int or edge_order not in (1, 2):
        raise ShapeError(f"gradient has edges of order 1 and 2; got {describe(edge_order)}")
    slopes = tuple(_slopes(f, step, i, edge_order) for i, step in zip(axes, steps, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _slopes(f: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    """The slopes along one axis, by the weights of Lagrange's parabola."""
    n, are_places = shape_of(f)[axis], ndim_of(spacing) > 0
    if n <= edge_order or (are_places and shape_of(spacing) != (n,)):
        raise ShapeError(
            f"gradient of shape {shape_of(f)} along axis {axis} with a spacing of shape {shape_of(spacing)}: that is a "
            f"number or as many as there are samples, of which edges of order {edge_order} need {edge_order + 1}"
        )
    h = _along(diff(spacing), axis, ndim_of(f)) if are_places else spacing
    secants = divide(diff(f, 1, axis), h)
    left, right = _cut(f, axis, None, -2), _cut(f, axis, 2, None)
    if are_places:
        a, b = _cut(h, 0, None, -1), _cut(h, 0, 1, None)
        at_both = right * (a / (b * (a + b))) - left * (b / (a * (a + b)))
        inner = at_both + _cut(f, axis, 1, -1) * ((b - a) / (a * b))
    else:
        inner = divide(right - left, 2.0 * h)

    def end(near: tuple[Any, Any], beside: tuple[Any, Any]) -> Any:
        secant = _cut(secants, axis, *near)
        if edge_order == 1:
            return secant
        share = divide(_cut(h, 0, *near), _cut(h, 0, *near) + _cut(h, 0, *beside)) if are_places else 0.5
        return secant + (secant - _cut(secants, axis, *beside)) * share

    slopes = concatenate([end((None, 1), (1, 2)), inner, end((-1, None), (-2, -1))], axis)
    dtype = dtype_of(f)  # as NumPy's, whatever the spacing
    return slopes if dtype_of(slopes) == dtype else astype(slopes, dtype)


@registered("composed")
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """What lies at x on the lines through the points (xp, fp): two vectors, xp rising.

    left, right: what it is below xp[0] and above xp[-1], else fp[0] and fp[-1]. period: of the x, which then have no
    ends. At a place of xp the slope is that of the line to its right, at the last that of the last line.

    >>> from autograd_mini import Tensor
    >>> interp(Tensor([0.5, 2.0]), [0.0, 1.0, 3.0], [0.0, 10.0, 30.0]).data
    array([ 5., 20.])
    """
    x, xp, fp = (admit_one("interp", part) for part in (x, xp, fp))
    if ndim_of(xp) != 1 or shape_of(xp) != shape_of(fp) or 0 in shape_of(xp):
        raise ShapeError(f"interp takes the points as two vectors of one length; got {shape_of(xp)} and {shape_of(fp)}")
    if period is not None:
        x, xp, fp = _in_a_circle(x, xp, fp, period)
    first, last = getitem(xp, 0), getitem(xp, -1)
    is_below, is_above = questions["less"](x, first), questions["greater"](x, last)
    line = getitem(fp, 0)
    if shape_of(xp)[0] > 1:
        inside = where(is_below, first, where(is_above, last, x))  # an infinite x is no slope times infinity
        i = segment(inside, xp)
        begin, start = picked(xp, i), picked(fp, i)
        slope = divide(picked(fp, i + 1.0) - start, picked(xp, i + 1.0) - begin)
        line = slope * (inside - begin) + start
    line = where(is_above, getitem(fp, -1) if right is None else right, line)
    return where(is_below, getitem(fp, 0) if left is None else left, line)


def _in_a_circle(x: Any, xp: Any, fp: Any, period: Any) -> tuple[Any, Any, Any]:
    """All within one period, the points in order, and one more of them on both sides."""
    refuse_nodes("interp", (period,))
    period = abs(attempt("interp", float, period))
    if period == 0.0:
        raise ShapeError("interp of period 0: how long is it?")
    x, xp = remainder(x, period), remainder(xp, period)
    xp, fp = sort(xp), arranged(fp, xp, 0)
    before, after = slice(-1, None), slice(0, 1)
    xp = concatenate([getitem(xp, before) - period, xp, getitem(xp, after) + period])
    return x, xp, concatenate([getitem(fp, before), fp, getitem(fp, after)])
