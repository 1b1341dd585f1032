"""Choices by what a program computes: made anew at every call, as the engine makes them."""

import numpy as np
import pytest

from autograd_mini import Tensor, compile, gradients

CHOICES = {
    "select": lambda x: np.select([x > 1.0, x < 0.0], [x * x, np.exp(x)], -x),
    "piecewise": lambda x: np.piecewise(x, [x > 1.0, x < 0.0], [np.sqrt, np.exp, 2.0]),
    "piecewise of the rest": lambda x: np.piecewise(x, [x > 1.0], [np.sqrt, lambda x: x * x]),
    "extract": lambda x: np.extract(x > 0.0, x * x),
    "compress": lambda x: np.compress(x > 0.0, x * x),
    "delete": lambda x: np.delete(x, x > 0.0),
    "max of some": lambda x: np.max(x * x, where=x > 0.0, initial=0.5),
    "nanmin of some": lambda x: np.nanmin(x * x, where=x > 0.0, initial=0.5),
    "std of some": lambda x: np.std(x, where=x < 5.0),
    "choose": lambda x: np.choose(x > 0.0, [x * x, -x]),
}
POINTS = [[-1.0, 0.5, 2.0], [3.0, -2.0, 0.25], [0.0, 1.0, np.nan], [-1.0, -2.0, -3.0]]


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_is_made_anew(name):
    def f(x):
        z = CHOICES[name](x)
        return z, gradients(z, np.ones(z.shape), differentiable=True)[x] if z.size else z

    program = compile(f)
    for point in POINTS:
        z, slope = program(np.array(point))
        expected, g = f(Tensor(point))
        np.testing.assert_array_equal(z, expected.data, strict=True)
        np.testing.assert_array_equal(slope, g.data, strict=True)
