"""NumPy's names for each element: angles in degrees, parts of numbers, what takes the place of nan."""

import math
from typing import Any

import numpy as np

from ..admission import admit_one
from ..calculus.choosing import where
from ..calculus.elementwise import multiply, power
from ..calculus.linear import astype
from ..calculus.piecewise import floor_divide, fraction, is_number, questions, remainder, trunc
from ..calculus.trigonometric import arctan2
from ..node import dtype_of
from ..refusals import asked
from ..registry import registered


@registered("composed")
def deg2rad(x: Any) -> Any:
    """The angle in radians of one in degrees, x · π / 180; also `numpy.radians`.

    >>> deg2rad(180.0) == np.pi
    True
    """
    return multiply(x, math.pi / 180.0)


@registered("composed")
def rad2deg(x: Any) -> Any:
    """The angle in degrees of one in radians, x · 180 / π; also `numpy.degrees`.

    >>> rad2deg(np.pi)
    180.0
    """
    return multiply(x, 180.0 / math.pi)


@registered("composed")
def angle(z: Any, deg: bool = False) -> Any:
    """The angle of a real number in the complex plane: 0, or π (180 degrees) below 0 and at -0.0; derivative 0.

    >>> angle(-2.0, deg=True)
    180.0
    """
    in_radians = arctan2(0.0, z)
    return rad2deg(in_radians) if asked("angle", deg) else in_radians


@registered("composed")
def float_power(x: Any, y: Any) -> Any:
    """x to the power y in float64.

    >>> from autograd_mini import Tensor
    >>> float_power(Tensor(np.array([3.0], np.float32)), 2.0).data
    array([9.])
    """
    x, y = (admit_one("float_power", a) for a in (x, y))
    return power(*(astype(a, np.float64) if dtype_of(a) == np.float32 else a for a in (x, y)))


@registered("composed")
def divmod(x: Any, y: Any) -> tuple[Any, Any]:
    """The whole quotient and what it leaves, floor_divide(x, y) and remainder(x, y), as Python's divmod.

    >>> divmod(7.0, 2.0)
    (3.0, 1.0)
    """
    return floor_divide(x, y), remainder(x, y)


@registered("composed")
def modf(x: Any) -> tuple[Any, Any]:
    """What is behind the point, and the whole number before it (derivative 0), both of x's sign.

    >>> modf(-2.5)
    (-0.5, -2.0)
    """
    return fraction(x), trunc(x)


@registered("composed")
def nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """x with other numbers in place of nan and of the infinities, the largest there are by default; 0 flows there.

    >>> from autograd_mini import Tensor
    >>> nan_to_num(Tensor([np.nan, 2.0, np.inf]), posinf=9.0).data
    array([0., 2., 9.])
    """
    x = admit_one("nan_to_num", x)
    largest = float(np.finfo(dtype_of(x)).max)
    is_equal = questions["equal"]
    z = where(is_equal(x, np.inf), largest if posinf is None else posinf, x)
    z = where(is_equal(x, -np.inf), -largest if neginf is None else neginf, z)
    return where(is_number(x), z, nan)
