"""What a check is asked for, and how much it looks at for that: quickly, as usual, or thoroughly."""

from typing import NamedTuple


class Effort(NamedTuple):
    """How much is looked at.

    order: the highest order where none is asked for. repeats: how often the same call is made again. rounds: how often
    points are drawn. points, ties: of those drawn in a round, how many are looked at. layouts, caches: whether they are
    looked at. whole: whether each derivative is compared at each point, rather than along one direction. left_out: in
    words, what a usual check looks at and this one does not; or what even the most thorough one does not.
    """

    order: int
    repeats: int
    rounds: int
    points: int
    ties: int
    layouts: bool
    caches: bool
    whole: bool
    left_out: tuple[str, ...]


_ALL = 100

QUICK = Effort(
    order=1,
    repeats=16,
    rounds=1,
    points=3,
    ties=2,
    layouts=False,
    caches=False,
    whole=False,
    left_out=(
        "orders above 1 unless asked for",
        "most of the other points",
        "other layouts in memory",
        "what is remembered of arguments nearby",
        "the rarest chance: 16 calls with the same arguments, not 100",
    ),
)
USUAL = Effort(
    order=2, repeats=100, rounds=1, points=_ALL, ties=_ALL, layouts=True, caches=True, whole=False, left_out=()
)
THOROUGH = USUAL._replace(
    repeats=1000,
    rounds=4,
    whole=True,
    left_out=("orders above the one asked for", "arrays of other shapes, and other constants, than the given ones"),
)


class Options(NamedTuple):
    """The keywords of `check_gradients`, once they make sense."""

    order: int
    elsewhere: bool
    quick: bool
    thorough: bool
    seed: int
    tolerance: float

    @property
    def effort(self) -> Effort:
        """How much is looked at."""
        return choose_effort(self.quick, self.thorough)


def choose_effort(quick: bool, thorough: bool) -> Effort:
    """That which goes by this name; the usual one where neither is asked for."""
    return QUICK if quick else THOROUGH if thorough else USUAL
