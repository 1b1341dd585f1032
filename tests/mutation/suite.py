"""The tests that every rule has to pass, and that a wrong one must not pass."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUITE = (
    "test_operations.py",
    "test_complex_step.py",
    "test_identities.py",
    "test_conventions.py",
    "test_conventions_of_arrays.py",
    "test_conventions_of_elements.py",
    "test_bends.py",
    "test_accuracy.py",
    "test_safety.py",
)


def suite_with(*options: str, seed: int) -> list[str]:
    """The command that runs these tests with hypothesis' examples of a seed, in the folder of the project."""
    command = [sys.executable, "-m", "pytest", "--no-header", "-p", "no:cacheprovider", f"--hypothesis-seed={seed}"]
    return [*command, *options, *(f"tests/{name}" for name in SUITE)]
