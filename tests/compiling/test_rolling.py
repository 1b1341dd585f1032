"""Recurrences become loops, with the engine's numbers to the last bit; what is none stays arrays."""

import math

import numpy as np
import pytest

from autograd_mini import Value, compile, exp, gradients, sin, tanh, value_and_grad

STEPS = 600


def line(x, a, b):
    for _ in range(STEPS):
        x = x * a + b
    return x


def circle(x, a, b):
    for _ in range(STEPS):
        x = x + a * sin(x) + b
    return x


def filtered(xs, a):
    y = Value(0.5)
    for x in xs:
        y = a * y + x * x
    return y


def oscillator(x, v):
    for _ in range(STEPS):
        v = v + 0.01 * (-x - 0.1 * v * x)
        x = x + 0.01 * v
    return x * x + v


def two_steps_back(a, b):
    x, y = a, b
    for _ in range(STEPS):
        x, y = y, tanh(0.5 * x + 0.25 * y)
    return y


def kept(x, a):
    states = []
    for _ in range(STEPS):
        x = tanh(a * x + 0.1)
        states.append(x)
    return sum(s * s for s in states)


XS = np.random.default_rng(0).uniform(-1, 1, STEPS).tolist()
CASES = {
    "line": (line, (1.0, 0.999, 0.01)),
    "circle": (circle, (0.3, 0.2, 0.1)),
    "filtered": (filtered, (XS, 0.99)),
    "oscillator": (oscillator, (1.0, 0.5)),
    "two steps back": (two_steps_back, (0.3, -0.4)),
    "kept": (kept, (0.2, 0.9)),
}
of_cases = pytest.mark.parametrize(("f", "args"), CASES.values(), ids=CASES)


def flat(x):
    return [y for part in x for y in flat(part)] if isinstance(x, list | tuple) else [x]


def allowed(f):
    """Of a sum of positive terms in another order n · eps; else the rounding of the gradient's own few sums."""
    return STEPS * np.finfo(float).eps if f is kept else 1e-14


def loops(program):
    return [x for x in program.recording.listing.instructions if x.name == "loop"]


@of_cases
def test_a_recurrence_is_a_loop_and_equals_the_engine(f, args):
    argnums = tuple(range(len(args)))
    program = compile(value_and_grad(f, argnums))
    for scale in (1.0, 0.7, -1.1):
        moved = [[scale * x for x in arg] if isinstance(arg, list) else scale * arg for arg in args]
        found, expected = flat(program(*moved)), flat(value_and_grad(f, argnums)(*moved))
        assert len(found) == len(expected)
        np.testing.assert_allclose(found, expected, rtol=allowed(f))
    assert loops(program)
    assert len(program.recording.listing.instructions) < STEPS / 4


@of_cases
def test_a_recurrence_that_leaves_the_floats_follows_ieee(f, args):
    program = compile(f)
    for x in (1e200, math.inf, math.nan, 0.0):
        first = [x, *args[0][1:]] if isinstance(args[0], list) else x
        leaves = [[Value(y) for y in arg] if isinstance(arg, list) else Value(arg) for arg in (first, *args[1:])]
        np.testing.assert_allclose(program(first, *args[1:]), f(*leaves).data, rtol=allowed(f))


def test_division_by_zero_on_the_way_is_no_error():
    def f(x):
        for _ in range(STEPS):
            x = 1.0 / x - 1.0
        return x

    program = compile(f).record(0.3)
    assert loops(program)
    assert program(1.0) == f(Value(1.0)).data
    assert math.isnan(program(0.0)) == math.isnan(f(Value(0.0)).data)


def test_steps_that_feed_nobody_are_done_side_by_side():
    program = compile(lambda xs: [exp(x * x) + 1.0 for x in xs]).record([*map(float, range(600))])
    assert not loops(program)
    assert len(program.recording.listing.instructions) <= 4


def test_sums_and_recurrences_of_which_there_are_several_stay_arrays():
    sums = compile(lambda xs: sum(x * x for x in xs)).record([1.0] * 900)
    assert not loops(sums)

    def particles(xs):
        return [line(x, 0.9, 0.1) for x in xs]

    many = compile(particles).record([0.1 * i for i in range(8)])
    assert not loops(many)
    np.testing.assert_allclose(many([1.0] * 8), [line(1.0, 0.9, 0.1)] * 8, rtol=1e-14)


def test_a_chain_of_many_nodes_and_its_gradient_are_a_few_instructions():
    def f(x):
        for _ in range(20_000):
            x = x * 0.9999 + 0.0001
        return x

    program = compile(value_and_grad(f)).record(1.0)
    assert program.recording.origins.recorded > 40_000
    assert len(program.recording.listing.instructions) < 10
    x = Value(0.5)
    y = f(x)
    assert program(0.5) == (y.data, gradients(y)[x])
