"""Prints what check_gradients notices of the lists of wrong gradients, and whom it accuses of the right ones.

python -m tests.checking.figures [wrong seeds] [right seeds] [words of the lists to look at]
"""

import sys
from collections import Counter
from time import perf_counter

from autograd_mini import AutogradError, check_gradients

from ..support.lists import RIGHT_LISTS, WRONG_LISTS
from ..support.lists.case import Case


def judge(case: Case, seed: int) -> str:
    """What check_gradients does: accuses, says that it cannot decide, passes, or fails with another error."""
    f, args, gradient, options = case.problem(seed)
    try:
        report = check_gradients(f, *args, gradient=gradient, seed=seed, **options)
    except AutogradError:
        return "accused"
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0][:150]
    return "undecided" if report.undecided else "passed"


def describe(case: Case, seeds: range, expected: str) -> tuple[int, str]:
    """How often a case is judged as expected, and a line of what else was said."""
    found = Counter(judge(case, seed) for seed in seeds)
    others = ", ".join(f"{number} × {said}" for said, number in found.items() if said not in expected)
    return sum(number for said, number in found.items() if said in expected), others


def print_list(name: str, cases: list[Case], seeds: range, expected: str) -> tuple[int, int]:
    begun, right = perf_counter(), 0
    for case in cases:
        number, others = describe(case, seeds, expected)
        right += number
        if others:
            print(f"    {case.name}: {others}", flush=True)
    total = len(cases) * len(seeds)
    print(f"{name}: {right} of {total} {expected} ({perf_counter() - begun:.0f} s)", flush=True)
    return right, total


def print_figures(wrong_seeds: int = 20, right_seeds: int = 9, *words: str) -> None:
    for lists, seeds, expected in (
        (WRONG_LISTS, range(wrong_seeds), "accused"),
        (RIGHT_LISTS, range(right_seeds), "passed or undecided"),
    ):
        chosen = {name: cases for name, cases in lists.items() if all(word in name for word in words)}
        counts = [print_list(name, cases, seeds, expected) for name, cases in chosen.items()]
        if counts and seeds:
            right, total = (sum(column) for column in zip(*counts, strict=True))
            print(f"all: {right} of {total} {expected}, {100.0 * right / total:.2f} %\n")


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:3]]
    print_figures(*numbers, *sys.argv[3:])
