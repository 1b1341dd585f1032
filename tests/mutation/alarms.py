"""Runs the suite on the true rules with one seed after another: none may raise a false alarm.

`python -m tests.mutation.alarms 1 20` takes the seeds from 1 to 20; it goes on after a failure, and then fails.
"""

import subprocess
import sys
import time

from .suite import ROOT, suite_with


def main(first: int, last: int) -> None:
    red = []
    for seed in range(first, last + 1):
        start = time.monotonic()
        run = subprocess.run(suite_with("--numprocesses", "auto", seed=seed), cwd=ROOT, capture_output=True, text=True)
        print(f"seed {seed}, {time.monotonic() - start:.0f} s: {run.stdout.splitlines()[-1]}", flush=True)
        if run.returncode:
            red.append(seed)
            print(run.stdout, run.stderr, flush=True)
    sys.exit(f"false alarms with the seeds {red}" if red else 0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
