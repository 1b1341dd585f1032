"""What a sweep frees serves the next one: no page of it comes anew from the system."""

import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource
import numpy as np
from autograd_mini import Tensor

def step():
    x = Tensor(np.ones(10_000))
    y = x
    for _ in range(100):
        y = y * x
    y.sum().backward()

for _ in range(5):
    step()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries decide otherwise what they give back")
def test_a_step_meets_hardly_a_page_that_the_step_before_it_had_not():
    """A step holds some 24 MB, 6,000 pages."""
    run = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 600
