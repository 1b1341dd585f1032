"""Random programs of the calculus against PyTorch: their values, gradients, and gradients of gradients."""

from importlib.util import find_spec

import numpy as np
import pytest

from ..support.programs import Library
from ..support.pytorch import pytorch, takes
from ..support.random_programs import Calls, compare_programs
from ..table import CASES_OF_CALCULUS

if not find_spec("torch"):
    pytest.skip("PyTorch is not installed, so no programs are compared with it: make peers", allow_module_level=True)

import torch

DOUBLE = {"dtype": torch.float64}


def result(answer):
    if isinstance(answer, list | tuple):
        answer = torch.cat([part.ravel() for part in answer])
    return answer.to(**DOUBLE)


PYTORCH = Library(pytorch(), lambda numbers: torch.tensor(numbers, **DOUBLE), result)


def swept(root, leaves, **options):
    """PyTorch's gradient for each leaf; 0 where no path leads to it."""
    if not root.requires_grad:
        return [torch.zeros_like(x) for x in leaves]
    return torch.autograd.grad(root, leaves, materialize_grads=True, **options)


def flat(parts):
    return np.concatenate([part.detach().numpy(force=True).ravel() for part in parts])


@pytest.fixture(scope="module")
def calls():
    return Calls([case for case in CASES_OF_CALCULUS if takes(case)])


def compare(measured):
    """What the engine found, number by number, with what PyTorch finds."""
    program = measured.program
    leaves = [torch.tensor(x, requires_grad=True, **DOUBLE) for x in program.leaves]
    root = program.run(PYTORCH, leaves)
    gradient = swept(root, leaves, create_graph=True)
    along = sum((g * torch.tensor(d)).sum() for g, d in zip(gradient, program.direction, strict=True))
    answers = [flat(parts) for parts in ([root], gradient, swept(along, leaves))]
    for order, (found, expected) in enumerate(zip(measured.found, answers, strict=True)):
        measured.check(order, found, expected)


@pytest.mark.parametrize("name", {case.row.name: None for case in CASES_OF_CALCULUS})
def test_values_and_derivatives_are_pytorchs(calls, name):
    compare_programs(name, calls, compare)
