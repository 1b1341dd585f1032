"""A number in every kind that holds one, and the value and derivatives of a function there."""

import math

import numpy as np
import pytest

from autograd_mini import Tensor, Value, gradients
from autograd_mini.node import Node, data_of

inf, nan = math.inf, math.nan
KINDS = {
    "Value": Value,
    "Tensor": lambda x: Tensor(np.array(x)),
    "float32": lambda x: Tensor(np.array(x, np.float32)),
    "array": lambda x: Tensor([x]),
}
of_every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
without_warnings = pytest.mark.filterwarnings("error")


def derivatives(function, kind, *numbers):
    """The function's value at these numbers and its derivative by each, as floats."""
    inputs = [kind(x) for x in numbers]
    root = function(*inputs)
    found = gradients(root, np.ones(root.shape)) if isinstance(root, Node) else {}
    return [item(x) for x in (root, *(found.get(x, 0.0) for x in inputs))]


def second_derivative(function, kind, number):
    x = kind(number)
    root = function(x)
    first = gradients(root, np.ones(root.shape), differentiable=True)[x]
    return item(gradients(first, np.ones(x.shape)).get(x, 0.0)) if isinstance(first, Node) else 0.0


def item(x):
    return float(np.asarray(data_of(x)).item())


def same(found, expected):
    """Equal to the last bit: nan is nan, inf is inf."""
    np.testing.assert_array_equal(found, expected)


def weights_of(function, x):
    """The derivative of a function of all elements, as an array."""
    leaf = Tensor(x)
    return gradients(function(leaf))[leaf]
