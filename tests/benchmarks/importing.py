"""The time to import autograd_mini, beside NumPy, without which it cannot be."""

import os
import subprocess
import sys

from .harness import ROOT, Row, report

ROWS = (Row("import", 1.3, "numpy"),)


def measure(side: str) -> dict[str, float]:
    """The time of the import in a bare interpreter: this one has loaded modules that would be found ready."""
    name = "numpy" if side == "numpy" else "autograd_mini"
    code = f"import time; start = time.perf_counter(); import {name}; print(time.perf_counter() - start)"
    # Bytecode may be written, as on a user's machine, and the first of the two runs is there to write it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code]
    for _ in range(2):
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return {"import": float(done.stdout)}


if __name__ == "__main__":
    report(measure)
