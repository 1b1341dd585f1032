"""The tests that every rule has to pass, and that a wrong one must not pass."""

import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUITE = (
    "calculus/test_operations.py",
    "calculus/test_complex_step.py",
    "calculus/test_identities.py",
    "calculus/test_conventions.py",
    "calculus/test_conventions_of_arrays.py",
    "calculus/test_conventions_of_elements.py",
    "calculus/test_conventions_of_matrices.py",
    "calculus/test_conventions_of_parts.py",
    "calculus/test_conventions_of_samples.py",
    "calculus/test_conventions_of_statistics.py",
    "calculus/test_bends.py",
    "calculus/test_products_of_many.py",
    "calculus/test_accuracy.py",
    "engine/test_pieces.py",
    "engine/test_safety.py",
)


FILES = tuple(f"tests/{name}" for name in SUITE)


def suite_with(*options: str, seed: int, tests: Sequence[str] = FILES) -> list[str]:
    """The command that runs these tests with hypothesis' examples of a seed, in the folder of the project."""
    command = [sys.executable, "-m", "pytest", "--no-header", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}"]
    return [*command, *options, *tests]
