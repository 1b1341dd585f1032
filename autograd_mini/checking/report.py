"""What a check found, and how it is told: mistakes, kinks, the points it looked at, what it could not decide."""

import math
import os
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileError, KindError, brief, describe
from ..files import write_whole
from ..refusals import COMPLAINTS
from .faults import Fault
from .patterns import explain, name_place
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
            place = f"{place} at {self.element}".strip()
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
    where that arises. faults: the operations to blame for the mistakes, where the engine sees into f. remarks: what is
    to be known first: that f is nan or infinite at the given point, which precision it computes in, within which
    tolerance all is right. left_out: what was not looked at, in words, where less or more than usual was asked for.
    options: the check's keywords, the seed among them:
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
    remarks: list[str] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)
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

        Tensors of PyTorch and JAX are arrays there.

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
            report = unpack_object(content, (Table, Mistake, Fault, Kink, Point, cls))
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
        left_out = f"left out: {'; '.join(self.left_out)}" if self.left_out else ""
        told = [*self.remarks, *lines, *map(str, self.faults), *_tell_kinks(self.kinks)]
        return "\n".join([*told, *filter(None, [self.diagnosis, left_out])])

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
