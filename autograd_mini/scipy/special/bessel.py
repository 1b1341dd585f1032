"""Bessel functions of whole and other constant orders."""

from typing import Any

from ...calculus.piecewise import sign
from ...primitive import Operation
from ...registry import registered
from ..installed import special
from .makers import constant, of_order, of_scipy

# Each derivative takes the upstream gradient g, the output z, the input x and the constant order v
# (Abramowitz and Stegun 1964, 9.1.27, 9.1.28, 9.6.26, 9.6.27). Half a sum of neighbours is exact at 0 too, where
# the textbook's j0(x) - j1(x) / x is nan.
# fmt: off

_jv: Operation = of_order("jv", special.jv, lambda g, z, x, v: g * (0.5 * (_jv(x, v - 1) - _jv(x, v + 1))))
_yv: Operation = of_order("yv", special.yv, lambda g, z, x, v: g * (0.5 * (_yv(x, v - 1) - _yv(x, v + 1))))
_iv: Operation = of_order("iv", special.iv, lambda g, z, x, v: g * (0.5 * (_iv(x, v - 1) + _iv(x, v + 1))))
_ive: Operation = of_order(
    "ive", special.ive,
    lambda g, z, x, v: g * (0.5 * (_ive(x, v - 1) + _ive(x, v + 1)) - sign(x) * z),
)
j0: Operation = of_scipy(
    "j0", special.j0,
    lambda g, z, x: -(g * j1(x)),
    about="The Bessel function of the first kind of order 0", slopes=("-j1(x)",), example="j0(0.0) → 1.0",
)
j1: Operation = of_scipy(
    "j1", special.j1,
    lambda g, z, x: g * (0.5 * (j0(x) - _jv(x, 2.0))),
    about="The Bessel function of the first kind of order 1", slopes=("j0(x) - j1(x) / x",), example="j1(0.0) → 0.0",
)
y0: Operation = of_scipy(
    "y0", special.y0,
    lambda g, z, x: -(g * y1(x)),
    about="The Bessel function of the second kind of order 0", slopes=("-y1(x)",), example="y0(0.0) → -inf",
)
y1: Operation = of_scipy(
    "y1", special.y1,
    lambda g, z, x: g * (0.5 * (y0(x) - _yv(x, 2.0))),
    about="The Bessel function of the second kind of order 1", slopes=("y0(x) - y1(x) / x",),
    example="y1(0.0) → -inf",
)
special_i0: Operation = of_scipy(
    "special_i0", special.i0,
    lambda g, z, x: g * i1(x),
    about="The modified Bessel function of the first kind of order 0, `scipy.special.i0`", slopes=("i1(x)",),
    example="special_i0(0.0) → 1.0",
)
i0 = special_i0
i1: Operation = of_scipy(
    "i1", special.i1,
    lambda g, z, x: g * (0.5 * (i0(x) + _iv(x, 2.0))),
    about="The modified Bessel function of the first kind of order 1", slopes=("i0(x) - i1(x) / x",),
    example="i1(0.0) → 0.0",
)
i0e: Operation = of_scipy(
    "i0e", special.i0e,
    lambda g, z, x: g * (i1e(x) - sign(x) * z),
    about="exp(-|x|) · i0(x)", slopes=("i1e(x) - sign(x) · i0e(x)",), example="i0e(0.0) → 1.0",
)
i1e: Operation = of_scipy(
    "i1e", special.i1e,
    lambda g, z, x: g * (0.5 * (i0e(x) + _ive(x, 2.0)) - sign(x) * z),
    about="exp(-|x|) · i1(x)", slopes=("i0e(x) - i1e(x) · (1 / x + sign(x))",), example="i1e(0.0) → 0.0",
)
# fmt: on


@registered("composed")
def jv(v: Any, x: Any) -> Any:
    """The Bessel function of the first kind of order v, a constant: only by x it has a derivative here.

    >>> jv(0.0, 0.0)
    1.0
    """
    return _jv(x, constant("jv", "the order v", v))


@registered("composed")
def yv(v: Any, x: Any) -> Any:
    """The Bessel function of the second kind of order v, a constant: only by x it has a derivative here.

    >>> yv(0.0, 0.0)
    -inf
    """
    return _yv(x, constant("yv", "the order v", v))


@registered("composed")
def iv(v: Any, x: Any) -> Any:
    """The modified Bessel function of the first kind of order v, a constant: only by x it has a derivative here.

    >>> iv(0.0, 0.0)
    1.0
    """
    return _iv(x, constant("iv", "the order v", v))
