"""In these tests a program's memory is nan before every run: what is read before it was written shows."""

import pytest

from autograd_mini.compiling.running.machine import Machine


@pytest.fixture(scope="package", autouse=True)
def poison():
    Machine.poison = True
    yield
    Machine.poison = False
