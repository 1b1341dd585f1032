"""What a check found, and how it is told: mistakes, kinks, the points it looked at, what it could not decide."""

import math
import os
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileError, KindError, brief, describe
from ..files import write_whole
from ..refusals import COMPLAINTS
from .patterns import explain
from .tables import Table

_SHOWN = 4  # lines of each kind
_SMALL = 400  # letters of a point's arguments


@dataclass(frozen=True)
class Mistake:
    """One number or other thing that is wrong: what, in which argument and element, at which order and in which mode.

    element: the index in the argument. output: which number was differentiated. error: the uncertainty of expected.
    hint: what it looks like. table: what was compared together with it.
    """

    what: str
    argument: str | None = None
    element: tuple[int, ...] | None = None
    output: str | None = None
    expected: Any = None
    got: Any = None
    error: float | None = None
    order: int = 1
    mode: str | None = None
    where: str = "the given point"
    hint: str = ""
    table: Table | None = field(default=None, repr=False)

    @property
    def size(self) -> float:
        """How wrong the number is, relative to the larger one; inf where it is no question of size."""
        if not isinstance(self.expected, float) or self.got == 0.0 == self.expected:
            return math.inf
        size = abs(self.got - self.expected) / max(abs(self.got), abs(self.expected))
        return math.inf if math.isnan(size) else size

    @property
    def kind(self) -> tuple[str, int, str]:
        """What mistakes have in common that are told together."""
        return self.what, self.order, self.where

    @property
    def place(self) -> str:
        """The argument, the element and the output."""
        place = self.argument or ""
        if self.element is not None:
            place += f" at {self.element}"
        return ", ".join(filter(None, (place, self.output and f"of {self.output}")))

    @property
    def numbers(self) -> str:
        """What was expected and what came instead."""
        if self.expected is None:
            return ""
        within = "" if self.error is None else f" ± {self.error:.1g}"
        return f"expected {_number(self.expected)}{within}, got {_number(self.got)}"

    def context(self, mode: str | None) -> str:
        """The order, the mode and the point."""
        return ", ".join(filter(None, (f"order {self.order}", mode, f"at {self.where}")))

    def __str__(self) -> str:
        told = ": ".join(filter(None, (self.what, self.place, self.numbers, self.hint)))
        return f"{told} ({self.context(self.mode)})"


@dataclass(frozen=True)
class Kink:
    """An element where the derivatives from the left and from the right differ; ours lies between them."""

    argument: str
    element: tuple[int, ...]
    output: str
    left: float
    right: float
    ours: float
    order: int = 1

    @property
    def between(self) -> str:
        """The two sides and ours."""
        return f"{self.left:.6g} from the left, {self.right:.6g} from the right, {self.ours:.6g} taken"

    def __str__(self) -> str:
        return f"kink of order {self.order}: {self.argument} at {self.element}, of {self.output}: {self.between}"


@dataclass(frozen=True)
class Point:
    """A point that was looked at. where: what it is called. arguments: those of f, nested as they were given."""

    where: str
    arguments: tuple[Any, ...]

    def __str__(self) -> str:
        digits = lambda x: str(x)  # the fewest that give the number again
        with np.printoptions(threshold=_SMALL, edgeitems=_SMALL, formatter={"float_kind": digits}):
            return ", ".join(" ".join(_show(x).split()) for x in self.arguments)


@dataclass(frozen=True)
class Finding:
    """Mistakes that are one and the same, and the line that tells of them.

    mistakes: one for each number, where it is wrong in both modes the first.
    """

    line: str
    mistakes: list[Mistake]


@dataclass
class Report:
    """The outcome of a check.

    entries: how many derivatives were compared at the given point. points: those that were looked at, the given one
    first. undecided: how many derivatives at the given point could not be computed to seven digits from f's values;
    what was compared of them was right. mistakes: number by number, in the order in which they were found; findings:
    the same, those that are alike in one. diagnosis: where f's value or gradient at the given point is nan or infinite,
    where that arises. options: the check's keywords, the seed among them:
    `check_gradients(f, *report.points[0].arguments, **report.options)` is the same check again, and
    `check_gradients(f, *report.points[i].arguments, elsewhere=False)` looks at one of its points alone.

    >>> import numpy as np
    >>> from autograd_mini import GradientError, check_gradients
    >>> try:
    ...     check_gradients(np.square, np.array([1.0, 3.0]), gradient=lambda g, x: x * g, seed=7)
    ... except GradientError as error:
    ...     report = error.report
    >>> len(report.mistakes), len(report.findings), report.points[0].arguments, report.options["seed"]
    (2, 1, (array([1., 3.]),), 7)
    """

    entries: int = 0
    points: list[Point] = field(default_factory=list)
    undecided: int = 0
    kinks: list[Kink] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    diagnosis: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def findings(self) -> list[Finding]:
        """One for each mistake that was made, however many numbers it spoils; of each kind the worst first."""
        bundles = [*_bundle(self.mistakes)]
        kinds = list(dict.fromkeys(bundle.mistakes[0].kind for bundle in bundles))
        bundles.sort(key=lambda bundle: (kinds.index(bundle.mistakes[0].kind), -bundle.worst.size))
        return [bundle.tell() for bundle in bundles]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all of it to a .npz file, whole or not at all; without pickle.

        Raises KindError for arguments that are no numbers, text, None, arrays, lists, tuples and dicts of these;
        OSError where the file cannot be written. What was there before is still there then.

        >>> import os, tempfile
        >>> from autograd_mini import check_gradients
        >>> from autograd_mini.checking.report import Report
        >>> report = check_gradients(lambda x: x**3, 2.0, order=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     report.save(f"{folder}/report.npz")
        ...     again = Report.load(f"{folder}/report.npz")
        >>> str(again) == str(report), again.points[0].arguments
        (True, (2.0,))
        """
        from .saving import pack_object

        write_whole(path, pack_object(self))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Report":
        """The report that was saved; FileError where the file holds none or is damaged, OSError where there is none."""
        from .saving import unpack_object

        if not isinstance(path, str | os.PathLike):
            raise KindError(f"Report.load takes a path, text or a Path; got {describe(path)}")
        content = Path(path).read_bytes()
        try:
            report = unpack_object(content, (Table, Mistake, Kink, Point, cls))
            if not isinstance(report, cls):
                raise FileError("it holds something else")
            str(report)  # it can be told, so it is whole
        except COMPLAINTS as error:
            raise FileError(f"{os.fspath(path)} is no report of check_gradients that can be read: {error}") from error
        return report

    def __str__(self) -> str:
        seed = f"; seed {self.options['seed']}" if "seed" in self.options else ""
        findings = self.findings
        lines = [f"{self.entries} derivatives, {self.undecided} undecided; points looked at: {len(self.points)}{seed}"]
        if findings:
            count = "1 mistake" if len(findings) == 1 else f"{len(findings)} mistakes"
            lines = [f"check_gradients found {count}{seed and ' (' + seed[2:] + ')'}:", *self._worst(findings)]
        return "\n".join([*lines, *_tell_kinks(self.kinks), *filter(None, [self.diagnosis])])

    def _worst(self, findings: list[Finding]) -> Iterator[str]:
        """Of each kind of mistake the worst, and the points where they are."""
        kinds: dict[Hashable, list[Finding]] = {}
        for finding in findings:
            kinds.setdefault(finding.mistakes[0].kind, []).append(finding)
        for alike in kinds.values():
            yield from (f"  {finding.line}" for finding in alike[:_SHOWN])
            if len(alike) > _SHOWN:
                yield f"  and {len(alike) - _SHOWN} more like these"
        places = {mistake.where for finding in findings for mistake in finding.mistakes}
        for i, point in enumerate(self.points):
            told = str(point) if point.where in places else ""
            if len(told) > _SMALL:
                told = f"its arguments are report.points[{i}].arguments, of this error's report"
            if told:
                yield f"  {point.where}: {told}"


@dataclass
class _Bundle:
    """Mistakes to be told in one line. names: of their arguments; whole: all elements of these; words: a pattern."""

    mistakes: list[Mistake]
    modes: str
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
        """The one that is told of."""
        return max(self.mistakes, key=lambda mistake: mistake.size)

    def tell(self) -> Finding:
        """The line, with the worst of the numbers."""
        worst = self.worst
        if worst.element is None:
            places = _listed([mistake.place for mistake in self.mistakes], "; ")
            parts = [worst.what, places, worst.numbers, worst.hint]
        elif len(self.mistakes) == 1:
            parts = [worst.what, worst.place, worst.numbers, self.words or worst.hint]
        else:
            place = _listed(self.names, ", ") + (self.place and f", {self.place}")
            sample = worst.place if len(self.names) > 1 else worst.place.removeprefix(self.names[0]).strip()
            parts = [worst.what, place, f"{self.words + ', such as' if self.words else 'the worst'} {sample}"]
            parts += [worst.numbers]
        return Finding(f"{': '.join(filter(None, parts))} ({worst.context(self.modes)})", self.mistakes)


def _bundle(mistakes: Iterable[Mistake]) -> Iterator[_Bundle]:
    """Those together that are one: seen in both modes, by many entries in the same way, in all arguments."""
    alike: dict[Hashable, tuple[str, list[Mistake]]] = {}
    for modes, mistake in _join_modes(mistakes):
        told = mistake.hint, str(mistake.expected), str(mistake.got)
        is_told_whole = mistake.element is None and not isinstance(mistake.expected, float)
        same: Hashable = told if is_told_whole else mistake.argument
        alike.setdefault((mistake.kind, modes, same), (modes, []))[1].append(mistake)
    wholes: dict[Hashable, _Bundle] = {}
    for modes, group in alike.values():
        for bundle in _explain(modes, group):
            key: Hashable = group[0].kind, modes, bundle.words if bundle.whole else len(wholes)
            if key in wholes:
                wholes[key].add(bundle)
            else:
                wholes[key] = bundle
    return iter(wholes.values())


def _explain(modes: str, group: list[Mistake]) -> Iterator[_Bundle]:
    """Mistakes in one argument by the patterns that they show."""
    argument, table = group[0].argument or "", group[0].table
    if table is None or group[0].element is None:
        count = len({mistake.element for mistake in group})
        yield _Bundle(group, modes, [argument], f"{count} elements")
        return
    entries = {(mistake.output or "", (argument, mistake.element or ())): mistake for mistake in group}
    for pattern in explain(table.block(argument, entries)):
        there = table.entries(argument, pattern.where)
        chosen = [entries[entry] for entry in there]
        yield _Bundle(chosen, modes, [argument], pattern.place, pattern.words, pattern.whole, pattern.where.shape[1])


def _join_modes(mistakes: Iterable[Mistake]) -> Iterator[tuple[str, Mistake]]:
    """Each once, with the modes in which it shows the same number."""
    found: dict[Hashable, list[Mistake]] = {}
    for mistake in mistakes:
        found.setdefault((mistake.kind, mistake.argument, mistake.element, mistake.output), []).append(mistake)
    for left in found.values():
        while left:
            same = [mistake for mistake in left if _is_same(mistake, left[0])]
            yield " and ".join(dict.fromkeys(mistake.mode for mistake in same if mistake.mode)), same[0]
            left = [mistake for mistake in left if mistake not in same]


def _is_same(a: Mistake, b: Mistake) -> bool:
    """Whether the same number is told of both."""
    if isinstance(a.got, float) and isinstance(b.got, float) and a.got == a.got and b.got == b.got:
        return a.got == b.got or abs(a.got - b.got) <= 1e-6 * max(abs(a.got), abs(b.got))
    return str((a.expected, a.got, a.hint)) == str((b.expected, b.got, b.hint))


def _tell_kinks(kinks: Iterable[Kink]) -> Iterator[str]:
    """Those with equal sides in one line."""
    alike: dict[Hashable, list[Kink]] = {}
    for kink in kinks:
        alike.setdefault((kink.order, kink.argument, kink.between), []).append(kink)
    for first, *others in [*alike.values()][:_SHOWN]:
        count = len(others)
        yield f"{first}" + (f"; and {count} more like it" if count else "")
    if len(alike) > _SHOWN:
        yield f"and {len(alike) - _SHOWN} other kinds of kinks"


def _listed(names: Iterable[str], comma: str) -> str:
    """The first few, and how many more there are."""
    names = list(dict.fromkeys(filter(None, names)))
    left = len(names) - _SHOWN
    return comma.join(names[:_SHOWN]) + (f"{comma}and {left} more" if left > 0 else "")


def _show(x: Any) -> str:
    """Its repr, if it has one."""
    try:
        return repr(x)
    except Exception:
        return brief(x)


def _number(x: Any) -> str:
    return f"{x:.12g}" if isinstance(x, float) else str(x)
