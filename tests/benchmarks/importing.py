"""The time to import autograd_mini, beside NumPy, without which it cannot be."""

import os
import subprocess
import sys

from .harness import ROOT, Cases, Row, run

ROWS = (Row("import", 1.3, "numpy"),)


def cases(side: str) -> Cases:
    """The import in a bare interpreter: this one has loaded modules that would be found ready."""
    name = "numpy" if side == "numpy" else "autograd_mini"
    code = f"import time; start = time.perf_counter(); import {name}; print(time.perf_counter() - start)"
    # Bytecode may be written, as on a user's machine; the first run is there to write it.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

    def once() -> float:
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        return float(done.stdout)

    once()
    return {ROWS[0].case: once}


if __name__ == "__main__":
    run(cases)
