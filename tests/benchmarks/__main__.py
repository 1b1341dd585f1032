"""`python -m tests.benchmarks [names]`: the table of all benchmarks, or of those named."""

import argparse

from .harness import compare

NAMES = (
    "moons",
    "scalar_networks",
    "chain",
    "ragged",
    "mapped",
    "mnist_step",
    "fit_overhead",
    "lstm",
    "convolution",
    "small_arrays",
    "rosenbrock",
    "importing",
    "pictures",
    "live_page",
    "mnist_training",
    "mnist_convolution",
    "image_folder",
)

parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
parser.add_argument("names", nargs="*", help=f"of {', '.join(NAMES)}; without any, all")
names = parser.parse_args().names or NAMES
if unknown := set(names) - set(NAMES):
    parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
compare(names)
