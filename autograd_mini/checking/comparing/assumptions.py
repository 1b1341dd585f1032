"""What a check assumes of f, measured before anything is compared, and said aloud in the report."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..numbers.vectors import Array, flat
from ..subjects.subject import Arguments, Subject, evaluate, try_value
from .precision import find_precision, tell_precision

_EVERY = 3  # other point is one at which f's precision is looked at


@dataclass(frozen=True)
class Assumptions:
    """What derivatives are judged by.

    natural_size: how large each number of f's value usually is; where one is far smaller, large terms cancelled, and
    their rounding is left. eps: that of the precision in which f computes each of them, where it is less than double,
    else 0. tolerance: how far a derivative may be off, of the largest derivative of its output, where f is an
    approximation itself. lost: how many numbers of f's value at the given point are nan, and how many infinite. size:
    of how many.
    """

    natural_size: Array | float = 0.0
    eps: Array | float = 0.0
    tolerance: float = 0.0
    lost: tuple[int, int] = (0, 0)
    size: int = 1

    def natural_size_of(self, size: int) -> Array:
        """Of each of so many numbers; 0 where f's value has other numbers than at the given point."""
        fits = np.size(self.natural_size) in (1, size)
        return np.broadcast_to(self.natural_size if fits else 0.0, size)

    def eps_of(self, size: int) -> Array:
        """That of each of so many numbers; if they are others, that of the coarsest."""
        fits = np.size(self.eps) in (1, size)
        return np.broadcast_to(self.eps if fits else self.coarsest, size)

    @property
    def coarsest(self) -> float:
        """The largest eps."""
        return float(np.max(self.eps, initial=0.0))

    @property
    def remarks(self) -> list[str]:
        """For people, what is out of the ordinary, the worst first."""
        said = []
        for count, called in zip(self.lost, ("nan", "infinite"), strict=True):
            if count:
                what = "f" if self.size == 1 else f"{count} of the {self.size} numbers that f gives"
                verb = "is" if count == 1 else "are"
                said.append(f"{what} {verb} {called} at the given point: no difference can be taken there")
        said += tell_precision(self.eps)
        if self.tolerance:
            said.append(
                f"within the tolerance {self.tolerance:g} of the largest derivative of its output all counts as right"
            )
        return said


def measure_assumptions(
    subject: Subject, args: Arguments, points: Sequence[Arguments], tolerance: float
) -> Assumptions:
    """Those for a check at args; points: others, where f may have no value."""
    value = flat([evaluate(subject, args)])
    with np.errstate(all="ignore"):
        others = [flat([answer]) for point in points if (answer := try_value(subject, point)) is not None]
        answers = [value, *(other for other in others if other.shape == value.shape)]
        natural_size = np.quantile(np.nan_to_num(np.abs(answers), nan=0.0, posinf=0.0), 0.75, axis=0)
    # It is a property of f, though here or there it may not show.
    eps = find_precision(subject, [args, *points[::_EVERY]], answers)
    lost = int(np.isnan(value).sum()), int(np.isinf(value).sum())
    return Assumptions(natural_size, eps, tolerance, lost, value.size)
