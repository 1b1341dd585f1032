"""Two traces of one function are the same, or are told apart where they first differ."""

import itertools
import random

import numpy as np
import pytest

import nn
from autograd_mini import AutogradError, Value, grad, value_and_grad, where
from autograd_mini.compiling.tracing.comparing import check_repeats
from autograd_mini.compiling.tracing.trace import trace

counter = itertools.count()
state = [1.0]
array = np.ones(3)
weight = Value(2.0)


def checked(f, *args):
    check_repeats(trace(f, args), trace(f, args))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * x,
        lambda x: [x * array, {"a": x + weight, "b": (1.0, None, np.nan, np.ones(2))}],
        lambda x: grad(lambda t: t**3)(x) if x > 1 else -x,
        lambda x: x * float(x) * Value(3.0),
        lambda x: where(x > 0, x, np.array([np.nan, -0.0]))[::-1][np.array([0, 0])],
        lambda x: x * np.random.default_rng(0).random(),
        lambda x: 3.0,
    ],
)
def test_the_same(f):
    checked(f, 2.0)


def test_the_same_of_a_network():
    model = nn.MLP(4, [5], 3, rng=0, dtype=np.float64)
    checked(lambda x, y: nn.cross_entropy(model(x), y), np.ones((2, 4)), np.array([0, 2]))


def counting(x):
    return x**2 * next(counter)


def drawing(x):
    return x * 2 + random.random()


def drawing_a_leaf(x):
    return x * Value(random.random())


def drawing_the_outcome(x):
    return [x, random.random()]


def remembering(x):
    state[0] += 1
    return x * state[0]


def adding_in_place(x):
    global array
    array += 1
    return x * array


def adding_afterwards(x):
    global array
    y = x * array
    array += 1
    return y


def growing(x):
    return [x] * next(counter)


def alternating(x):
    return x + 1.0 if next(counter) % 2 else x * 1.0


def alternating_inputs(x, y=3.0):
    return x - weight if next(counter) % 2 else weight - x


def picking(x):
    return (x * np.arange(4.0))[next(counter) % 4 :]


def deciding(x):
    return x if x > next(counter) else -x


def alternating_leaves(x):
    return [x, weight][next(counter) % 2]


@pytest.mark.parametrize(
    ("f", "what"),
    [
        (counting, "an input of multiply is"),
        (drawing, "an input of add is"),
        (drawing_a_leaf, "a leaf is Value"),
        (drawing_the_outcome, "the outcome is"),
        (remembering, "an input of multiply is"),
        (adding_in_place, "an input of multiply is array"),
        (adding_afterwards, "an input of multiply is array"),
        (growing, "a list of"),
        (alternating, "(add the first time, multiply then|multiply the first time, add then)"),
        (alternating_inputs, "an input of subtract is"),
        (picking, "a parameter of getitem is"),
        (deciding, "an input of greater is"),
        (alternating_leaves, "a leaf is|the outcome is"),
    ],
    ids=lambda x: getattr(x, "__name__", None),
)
def test_told_apart(f, what):
    with pytest.raises(AutogradError, match=f"{f.__name__} computes something else .*{what}.*as an argument"):
        checked(f, 2.5)


@pytest.mark.parametrize("f", [counting, drawing, remembering, alternating, picking, deciding])
def test_the_line_is_named(f):
    code = f.__code__
    with pytest.raises(AutogradError, match=rf"^{__file__}:{max(line for *_, line in code.co_lines() if line)}: "):
        checked(f, 2.5)


def test_a_difference_in_a_gradient_names_the_line_that_asked_for_it():
    scale = itertools.count(1)

    def f(x):
        return value_and_grad(lambda t: t * t)(x)[1] * next(scale)

    with pytest.raises(AutogradError, match=rf"{__file__}:{f.__code__.co_firstlineno + 1}: "):
        checked(f, 2.0)
