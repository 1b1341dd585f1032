"""Mistakes that are one and the same in one line: seen in both modes, in many numbers, in several arguments."""

import math
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .mistakes import Mistake
from .patterns import explain
from .places import name_place

_SHOWN = 4  # names and places in a line


@dataclass(frozen=True)
class Finding:
    """Mistakes that are one and the same, and the line that tells of them.

    mistakes: one for each number, where it is wrong in both modes the first.
    """

    line: str
    mistakes: list[Mistake]


def join_mistakes(mistakes: Iterable[Mistake]) -> list[Finding]:
    """One for each mistake that was made, however many numbers it spoils; of each kind the worst first."""
    bundles = [*_bundle(mistakes)]
    kinds = list(dict.fromkeys(bundle.mistakes[0].kind for bundle in bundles))
    bundles.sort(key=lambda bundle: (kinds.index(bundle.mistakes[0].kind), -bundle.worst.size))
    return [bundle.tell() for bundle in bundles]


@dataclass
class _Bundle:
    """Mistakes to be told in one line. names: of their arguments; whole: all elements of these; words: a pattern."""

    mistakes: list[Mistake]
    names: list[str]
    place: str = ""
    words: str = ""
    whole: bool = False
    elements: int = 0

    def add(self, other: "_Bundle") -> None:
        """The same in one more argument."""
        self.mistakes += other.mistakes
        self.names += other.names
        self.elements += other.elements
        self.place = f"all {self.elements} elements"

    @property
    def worst(self) -> Mistake:
        """The one that is told of: the first of those that are as wrong to three digits."""
        return max(self.mistakes, key=lambda mistake: float(f"{mistake.size:.3g}"))

    def tell(self) -> Finding:
        """The line, with the worst of the numbers."""
        worst, several = self.worst, len(self.mistakes) > 1
        place, numbers = worst.place, worst.numbers
        if worst.table is None:
            place = _listed([place, *(mistake.place for mistake in self.mistakes)], "; ")
            numbers += " for the first" if len({mistake.numbers for mistake in self.mistakes}) > 1 else ""
        elif several:
            sample = place if len(self.names) > 1 else place.removeprefix(self.names[0]).strip()
            place = _listed(self.names, ", ") + (self.place and f", {self.place}")
            place += f": {self.words + ', such as' if self.words else 'the worst'} {sample}"
        words = "" if worst.table is not None and several else self.words
        told = ": ".join(filter(None, (worst.what, place, numbers, words)))
        modes = _listed([mode for mistake in self.mistakes for mode in (mistake.mode or "").split(" and ")], " and ")
        return Finding(f"{told} ({worst.context(modes)})", self.mistakes)


def _bundle(mistakes: Iterable[Mistake]) -> Iterable[_Bundle]:
    """Those together that are one: seen in both modes, by many entries in the same way, in all arguments."""
    alike: dict[Hashable, list[Mistake]] = {}
    for mistake in _join_modes(mistakes):
        same: Hashable = (
            isinstance(mistake.expected, float) or mistake.hint or (str(mistake.expected), str(mistake.got))
        )
        if mistake.table is not None:  # nan goes to other elements in each mode, which makes no two mistakes of it
            same = mistake.argument, "nan" if np.isnan(mistake.got) else mistake.mode
        alike.setdefault((mistake.kind, same), []).append(mistake)
    bundles: dict[Hashable, _Bundle] = {}
    for group in alike.values():
        for bundle in _explain(group):
            key = (group[0].kind, group[0].mode, bundle.words) if bundle.whole else len(bundles)
            if key in bundles:
                bundles[key].add(bundle)
            else:
                bundles[key] = bundle
    return bundles.values()


def _explain(group: list[Mistake]) -> Iterator[_Bundle]:
    """Mistakes of one kind by the patterns that they show."""
    argument, table = group[0].argument or "", group[0].table
    if table is None:
        yield _Bundle(
            group, [argument], words=", ".join(dict.fromkeys(mistake.hint for mistake in group if mistake.hint))
        )
        return
    entries = {(mistake.output or "", (argument, mistake.element or ())): mistake for mistake in group}
    block = table.block(argument, entries)
    if np.isnan(group[0].got):
        yield _Bundle(group, [argument], name_place(block.wrong, block), "ours is nan" if len(group) > 1 else "")
        return
    for pattern in explain(block):
        chosen = [entries[entry] for entry in table.entries(argument, pattern.where)]
        yield _Bundle(chosen, [argument], pattern.place, pattern.words, pattern.whole, pattern.where.shape[1])


def _join_modes(mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """Each once, with the modes in which it shows the same number."""
    found: dict[Hashable, list[Mistake]] = {}
    for mistake in mistakes:
        place = mistake.argument, mistake.element, mistake.output, mistake.hint
        found.setdefault((mistake.kind, place), []).append(mistake)
    for left in found.values():
        while left:
            same = [mistake for mistake in left if _is_same(mistake.got, left[0].got)]
            modes = dict.fromkeys(mistake.mode for mistake in same if mistake.mode)
            yield replace(left[0], mode=" and ".join(modes))
            left = [mistake for mistake in left if mistake not in same]


def _is_same(a: Any, b: Any) -> bool:
    """Whether it is the same number, but for rounding; in words the same is told otherwise."""
    if not isinstance(a, float) or not isinstance(b, float):
        return True
    return a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= 1e-6 * max(abs(a), abs(b))


def _listed(names: Iterable[str], comma: str) -> str:
    """The first few, and how many more there are."""
    names = list(dict.fromkeys(filter(None, names)))
    left = len(names) - _SHOWN
    return comma.join(names[:_SHOWN]) + (f"{comma}and {left} more" if left > 0 else "")
