"""`python -m tests.benchmarks [names]`: the table of all benchmarks, or of those named."""

import argparse

from .harness import compare

NAMES = ("moons", "chain", "mnist_step", "small_arrays", "importing")

parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
parser.add_argument("names", nargs="*", default=NAMES, help=f"of {', '.join(NAMES)}; without any, all")
parser.add_argument("--rounds", type=int, default=5, help="how often ours and theirs take turns (default: 5)")
arguments = parser.parse_args()
if unknown := set(arguments.names) - set(NAMES):
    parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
compare(arguments.names, arguments.rounds)
