"""The time to import autograd_mini, beside NumPy, without which it cannot be."""

import subprocess
import sys

from .harness import ROOT, Row, report

ROWS = (Row("import", 1.3, "numpy"),)


def measure(side: str) -> dict[str, float]:
    """The time of the import in a bare interpreter: this one has loaded modules that would be found ready."""
    name = "numpy" if side == "numpy" else "autograd_mini"
    code = f"import time; start = time.perf_counter(); import {name}; print(time.perf_counter() - start)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return {"import": float(done.stdout)}


if __name__ == "__main__":
    report(measure)
