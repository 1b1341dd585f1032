"""Runs ours and a peer in turns, each in a process of its own, and prints one row for each comparison."""

import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
OURS = "ours"
STARTS = 3  # how often the processes are started afresh: where memory lies is luck
PAUSE = 0.1  # seconds in which the threads of one side, which spin for a while, leave the processor to the other

Cases = dict[str, Callable[[], float]]
"""For each case what measures it once: a time in seconds, bytes, or a part of a whole."""


class Row(NamedTuple):
    """One line of the table: a case beside a peer's, or on its own."""

    case: str
    target: float  # the largest ratio ours / peer; without a peer, the largest amount of the unit
    peer: str = ""
    unit: str = "ms"
    turns: int = 5  # of each side, after each start
    needs: str = "numpy"  # the package that ours needs for it

    @property
    def missing(self) -> list[str]:
        """What is not installed of the packages that it and its peer need."""
        return [name for name in (self.needs, self.peer or "numpy") if not find_spec(name)]


UNITS = {"s": 1.0, "ms": 1e3, "µs": 1e6, "ns": 1e9, "bytes": 1.0, "%": 1e2}
COLUMNS = "{:<36}{:>12}{:>12}  {:<14}{:>9}{:>10}{:>9}  {}"


def seconds(function: Callable[[], object], lasting: float = 0.0) -> float:
    """The median time of the calls in so many seconds, half as long a warm-up not counted; of one call if 0."""
    times = [0.0]
    start = end = time.perf_counter()
    while len(times) == 1 or end - start < 1.5 * lasting:
        function()
        before, end = end, time.perf_counter()
        if end - start >= 0.5 * lasting:
            times.append(end - before)
    return statistics.median(times[1:])


def run(cases: Callable[[str], Cases]) -> None:
    """What a module does as a process: `moons micrograd` measures all once, `moons micrograd -` what stdin asks for."""
    side, *served = sys.argv[1:] or [OURS]
    ready = cases(side)
    for case in map(str.strip, sys.stdin) if served else ready:
        print(ready[case](), *([] if served else [case]), flush=True)


def compare(names: Sequence[str]) -> None:
    """Measure each module's rows, its sides in turns: what disturbs the machine disturbs both."""
    print(COLUMNS.format("", "ours", "peer", "", "ratio", "of bests", "target", "").rstrip())
    for name in names:
        rows: Sequence[Row] = import_module(f"{__package__}.{name}").ROWS
        possible = [row for row in rows if not row.missing]
        found: dict[tuple[Row, str], list[float]] = defaultdict(list)
        for _ in range(STARTS):
            sides = {OURS, *(row.peer for row in possible if row.peer)}
            processes = {side: _started(name, side) for side in sorted(sides)}
            for row in possible:
                for _ in range(row.turns):
                    for side in sorted({OURS, row.peer} & sides):
                        found[row, side].append(_measured(processes[side], row.case))
            for process in processes.values():
                process.communicate()
        for row in rows:
            print(_line(row, found[row, OURS], found[row, row.peer]), flush=True)


def _started(name: str, side: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", f"{__package__}.{name}", side, "-"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _measured(process: "subprocess.Popen[str]", case: str) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    time.sleep(PAUSE)
    print(case, file=process.stdin, flush=True)
    if not (answer := process.stdout.readline()):
        raise SystemExit(f"{' '.join(map(str, process.args[2:4]))} ended with the error above, asked for {case!r}")
    return float(answer)


def _line(row: Row, ours: Sequence[float], theirs: Sequence[float]) -> str:
    cells = [row.case, "", "", row.peer, "", "", f"{row.target:.3g}"]
    if row.missing:
        return COLUMNS.format(*cells, f"skipped: {' and '.join(row.missing)} not installed")
    if not row.peer:
        cells[1] = _amount([min(ours)], row.unit)  # with no peer to share what disturbs, the turn least disturbed
        return COLUMNS.format(*cells, _verdict(min(ours) * UNITS[row.unit], row.target))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    cells[1:3] = _amount(ours, row.unit), _amount(theirs, row.unit)
    cells[4:6] = f"{ratio:.3g}", f"{min(ours) / min(theirs):.3g}"
    return COLUMNS.format(*cells, _verdict(ratio, row.target))


def _amount(values: Sequence[float], unit: str) -> str:
    return f"{statistics.median(values) * UNITS[unit]:.4g} {unit}"


def _verdict(value: float, target: float) -> str:
    return "pass" if value <= target else "MISS"
