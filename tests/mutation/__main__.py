"""Plants each wrong rule alone into a copy of the project and runs the suite: every one must be caught.

`python -m tests.mutation` prints the matrix and, with a path, writes it there.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .suite import FILES, ROOT, suite_with
from .wrong_rules import WRONG_RULES, Wrong

PAGE = ROOT / "docs" / "mutation.md"
PARTS = ("autograd_mini", "nn", "tests", "pyproject.toml")


def copied(folder: Path) -> None:
    """The project, as far as the suite needs it, with what Python has compiled of it: half of a run's time."""
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("digits"))
        else:
            shutil.copy(source, folder / part)


def first_failure(folder: str, *options: str, tests: Sequence[str] = FILES) -> str | None:
    """The test that fails first in a copy of the project; None where none does."""
    command = suite_with("-x", *options, seed=0, tests=tests)
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "failing"}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    failed = [line for line in run.stdout.splitlines() if line.startswith("FAILED")]
    if not failed and run.returncode not in (0, 5):  # all passed, or none was selected
        raise SystemExit(f"the suite does not start\n{run.stdout[-2000:]}")
    return failed[0].split(" - ")[0].split("::", 1)[-1] if failed else None


def caught_before() -> dict[tuple[str, str], str]:
    """By operation and kind, the test that the page names."""
    lines = [line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if "| test_" in line]
    return {(operation, kind): test for operation, kind, test in lines}


def where_it_is(test: str) -> list[str]:
    """A test by its file and name, as pytest is given it; nothing where it is no more."""
    defined = f"def {test.partition('[')[0]}("
    return [f"{file}::{test}" for file in FILES if defined in (ROOT / file).read_text("utf-8")]


def caught_by(wrong: Wrong) -> str | None:
    """A test that fails: what caught it before, else among those of the operation, else in the suite; or None."""
    print(f"{wrong.operation}: {wrong.kind}", file=sys.stderr, flush=True)
    before = where_it_is(caught_before().get((wrong.operation, wrong.kind), ""))
    # "hypot" alone would select half of all tests: they bear the mark "hypothesis".
    ours = f"{wrong.operation} and not hypothesis or [{wrong.operation}"
    with tempfile.TemporaryDirectory() as folder:
        copied(Path(folder))
        path = wrong.path(Path(folder))
        path.write_text(wrong.planted(path.read_text()))
        return (
            (before and first_failure(folder, tests=before))
            or first_failure(folder, "-k", ours)
            or first_failure(folder)
        )


def false_alarm(tests: Iterable[str]) -> str | None:
    """The first of these tests that fails in a copy of the true rules, too: what it catches proves nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copied(Path(folder))
        return first_failure(folder, tests=[there for test in sorted(set(tests)) for there in where_it_is(test)])


def main() -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(caught_by, WRONG_RULES))
    if (alarm := false_alarm(filter(None, found))) is not None:
        raise SystemExit(f"on the true rules {alarm} fails, too: what it catches proves nothing")
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
            "| operation | what is wrong | a test that fails |",
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
