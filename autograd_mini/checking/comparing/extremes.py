"""At tiny and huge numbers f may be nothing but rounding: whether it is simple enough there to be judged."""

import numpy as np

from ..numbers.differences import TRUST
from ..numbers.vectors import Array, sizes_of
from .rounding import PLACES, measure_rest
from .stage import Stage

_WIDE, _LESS = 0.25, 4.0  # of the elements' sizes: over that way f is looked at, and over so much less
_CLEAR = 1e-3  # of how far a number moves: more that no polynomial explains is no polynomial
_SMOOTHER = 100.0  # times less is to be unexplained over the shorter way, where a smooth f leaves 4**6 times less


def is_simple(stage: Stage) -> bool:
    """Whether each number of f's value moves like a polynomial over much of the elements' sizes, to both sides.

    Where all digits are lost, f stands still, or is a staircase on which no difference tells a derivative; waves are
    shorter than the steps, and as high on a shorter way. What stands still, and does so by our derivatives, too, is
    simple.
    """
    sizes = sizes_of(stage.args)
    direction = _WIDE * sizes * np.random.default_rng(0).uniform(0.5, 1.0, sizes.size)
    stands = np.all(stage.rows == 0.0, axis=1)
    with np.errstate(all="ignore"):
        return all(np.all(_is_polynomial(stage, sign * direction, stands)) for sign in (1.0, -1.0))


def _is_polynomial(stage: Stage, direction: Array, stands: Array) -> Array:
    line = stage.line(direction)
    wide = [line(t) for t in PLACES]
    rest, closer = measure_rest(wide), measure_rest([line(t / _LESS) for t in PLACES])
    moved, rounding = np.ptp(wide, axis=0), TRUST * np.finfo(float).eps * np.max(np.abs(wide), axis=0)
    smooth = (rest <= _CLEAR * moved) & (closer <= np.maximum(rest / _SMOOTHER, rounding))
    return np.where(moved == 0.0, stands, smooth)
