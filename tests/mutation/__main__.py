"""Plants each wrong rule alone into a copy of the project and runs the suite: every one must be caught.

`python -m tests.mutation` prints the matrix and, with a path, writes it there.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .suite import ROOT, suite_with
from .wrong_rules import WRONG_RULES, Wrong

PARTS = ("autograd_mini", "nn", "tests", "pyproject.toml")


def copied(folder: Path) -> None:
    """The project, as far as the suite needs it."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__", "digits"))
        else:
            shutil.copy(source, folder / part)


def first_failure(folder: str, *options: str) -> str | None:
    """The test that fails first in a copy of the project; None where none does."""
    command = suite_with("-x", *options, seed=0)
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    failed = [line for line in run.stdout.splitlines() if line.startswith("FAILED")]
    if not failed and run.returncode not in (0, 5):  # all passed, or none was selected
        raise SystemExit(f"the suite does not start\n{run.stdout[-2000:]}")
    return failed[0].split(" - ")[0].split("::", 1)[-1] if failed else None


def false_alarm() -> str | None:
    """The test that fails in a copy of the true rules: it would catch anything."""
    with tempfile.TemporaryDirectory() as folder:
        copied(Path(folder))
        return first_failure(folder)


def caught_by(wrong: Wrong) -> str | None:
    """The test that fails first: among those of the operation, else in the whole suite; None where none does."""
    print(f"{wrong.operation}: {wrong.kind}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        copied(Path(folder))
        path = wrong.path(Path(folder))
        path.write_text(wrong.planted(path.read_text()))
        # "hypot" alone would select half of all tests: they bear the mark "hypothesis".
        ours = f"{wrong.operation} and not hypothesis or [{wrong.operation}"
        return first_failure(folder, "-k", ours) or first_failure(folder)


def main() -> None:
    if (alarm := false_alarm()) is not None:
        raise SystemExit(f"on the true rules {alarm} fails: what it catches proves nothing")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(caught_by, WRONG_RULES))
    rows = [
        f"| {w.operation} | {w.kind} | {by or '**not caught**'} |" for w, by in zip(WRONG_RULES, found, strict=True)
    ]
    caught = sum(by is not None for by in found)
    matrix = "\n".join(
        [
            "# Wrong rules, and what catches them",
            "",
            f"`make mutation` planted {len(found)} wrong rules, each alone; {caught} were caught.",
            "The CI plants them too.",
            "",
            "| operation | what is wrong | the first test to fail |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )
    print(matrix)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(matrix)
    sys.exit(caught < len(found))


if __name__ == "__main__":
    main()
