"""What a check found, and how it is told: mistakes, kinks, the points it looked at, what it could not decide."""

import os
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import FileError, KindError, brief, describe
from ..files import write_whole
from ..refusals import COMPLAINTS
from .telling.faults import Fault
from .telling.findings import Finding, join_mistakes
from .telling.mistakes import Kink, Mistake
from .telling.tables import Table

_SHOWN = 4  # lines of each kind
_SMALL = 400  # letters of a point's arguments


@dataclass(frozen=True)
class Point:
    """A point that was looked at. where: what it is called. arguments: those of f, nested as they were given."""

    where: str
    arguments: tuple[Any, ...]

    def __str__(self) -> str:
        digits = lambda x: str(x)  # the fewest that give the number again
        with np.printoptions(threshold=_SMALL, edgeitems=_SMALL, formatter={"float_kind": digits}):
            return ", ".join(" ".join(_show(x).split()) for x in self.arguments)


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
        return join_mistakes(self.mistakes)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all of it to a .npz file, whole or not at all; without pickle.

        Tensors of PyTorch and JAX are arrays there. Of an argument that is no number, text, None, array, list, tuple or
        dict of these the file holds what it is as text, and a remark that says so.

        Raises OSError where the file cannot be written; what was there before is still there then.

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
        from .frameworks import as_array
        from .telling.saving import pack_object

        content, lost = pack_object(self, _KINDS, as_array)
        if lost:
            said = replace(self, remarks=[*self.remarks, f"saved otherwise than it was given: {'; '.join(lost)}"])
            content = pack_object(said, _KINDS, as_array)[0]
        write_whole(path, content)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Report":
        """The report that was saved; FileError where the file holds none or is damaged, OSError where there is none."""
        from .telling.saving import unpack_object

        if not isinstance(path, str | os.PathLike):
            raise KindError(f"Report.load takes a path, text or a Path; got {describe(path)}")
        content = Path(path).read_bytes()
        try:
            report = unpack_object(content, _KINDS)
            if not isinstance(report, cls):
                raise FileError("it holds something else")
            str(report)  # it can be told, so it is whole
        except COMPLAINTS as error:
            raise FileError(f"{os.fspath(path)} is no report of check_gradients that can be read: {error}") from error
        return report

    def __str__(self) -> str:
        seed = f"; seed {self.options['seed']}" if "seed" in self.options else ""
        findings = self.findings
        count = "1 derivative" if self.entries == 1 else f"{self.entries} derivatives"
        lines = [f"{count}, {self.undecided} undecided; points looked at: {len(self.points)}{seed}"]
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


_KINDS = Table, Mistake, Fault, Kink, Point, Report  # what a file holds


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


def _show(x: Any) -> str:
    """Its repr, if it has one."""
    try:
        return repr(x)
    except Exception:
        return brief(x)
