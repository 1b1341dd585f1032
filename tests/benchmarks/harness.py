"""Runs ours and a peer in turns, each in a process of its own, and prints one row for each comparison."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
OURS = "ours"


class Row(NamedTuple):
    """One line of the table: a case that a module's `measure` reports, beside a peer's or on its own."""

    case: str
    target: float  # the largest ratio ours / peer; without a peer, the largest amount of the unit
    peer: str = ""
    unit: str = "ms"


UNITS = {"s": 1.0, "ms": 1e3, "µs": 1e6, "bytes": 1.0}
COLUMNS = "{:<34}{:>12}{:>12}  {:<10}{:>8}{:>8}{:>8}  {}"


def seconds(function: Callable[[], object], repeats: int, warm: int = 1) -> float:
    """The median time of a call, after some calls that do not count."""
    for _ in range(warm):
        function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def report(measure: Callable[[str], dict[str, float]]) -> None:
    """What a module does when run as a process: `python -m tests.benchmarks.moons micrograd`."""
    print(json.dumps(measure(sys.argv[1] if len(sys.argv) > 1 else OURS)))


def compare(names: Sequence[str], rounds: int) -> None:
    """Measure each module, rounds times, its sides in turns: what disturbs the machine disturbs both."""
    print(COLUMNS.format("", "ours", "peer", "", "ratio", "of best", "target", "").rstrip())
    for name in names:
        rows: Sequence[Row] = import_module(f"{__package__}.{name}").ROWS
        peers = sorted({row.peer for row in rows if row.peer})
        sides = [OURS, *(peer for peer in peers if find_spec(peer))]
        results: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
        for i in range(rounds):
            for side in sides if i % 2 else sides[::-1]:
                results[side].append(_measured(name, side))
        for row in rows:
            print(_line(row, results), flush=True)


def _measured(name: str, side: str) -> dict[str, float]:
    command = [sys.executable, "-m", f"{__package__}.{name}", side]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} {side} failed:\n{done.stderr}")
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def _line(row: Row, results: dict[str, list[dict[str, float]]]) -> str:
    ours = [result[row.case] for result in results[OURS]]
    amount = _amount(statistics.median(ours), row.unit)
    if not row.peer:
        value = statistics.median(ours) * UNITS[row.unit]
        return COLUMNS.format(row.case, amount, "", "", "", "", f"{row.target:g}", _verdict(value, row.target))
    if row.peer not in results:
        return COLUMNS.format(row.case, amount, "", row.peer, "", "", f"{row.target:g}", "skipped: not installed")
    theirs = [result[row.case] for result in results[row.peer]]
    ratio = statistics.median(ours) / statistics.median(theirs)
    best = min(ours) / min(theirs)
    amounts = amount, _amount(statistics.median(theirs), row.unit), row.peer
    figures = f"{ratio:.3f}", f"{best:.3f}", f"{row.target:g}"
    return COLUMNS.format(row.case, *amounts, *figures, _verdict(ratio, row.target))


def _amount(value: float, unit: str) -> str:
    return f"{value * UNITS[unit]:.4g} {unit}"


def _verdict(value: float, target: float) -> str:
    return "pass" if value <= target else "MISS"
