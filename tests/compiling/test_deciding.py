"""What a traced function decides by its numbers is noted: where it holds, the trace gives what the engine gives."""

import copy
import fractions
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import (
    Tensor,
    Value,
    grad,
    no_grad,
    set_at,
    where,
)
from autograd_mini.compiling.tracing.deciding import same
from autograd_mini.compiling.tracing.trace import trace

from .support import again, plainly

# Functions of two Values that decide by their numbers.


def by_branch(x, y):
    if x > y:
        return x * y
    elif x > 0:
        return x - y
    return -y


def by_loop(x, y):
    steps = 0
    while x > 1 and steps < 9:
        x, steps = x / 2, steps + 1
    return x + y * steps


def by_largest(x, y):
    return max(x, y, 1.0) - min(x, y)


def by_order(x, y):
    first, second, third = sorted([x, y, x * y])
    return first + 2 * second + 3 * third


def by_chain(x, y):
    return x * 10 if 0 < x <= y < 2 else y


def by_truth(x, y):
    return y if x else x + 1


def by_membership(x, y):
    return x * 3 if x in [y, 0.0] else x + y


def by_whole_number(x, y):
    return y ** int(x) if abs(x) < 4 else x


def by_rounding(x, y):
    return [x, y][round(abs(x)) % 2] * 2


def by_number(x, y):
    return y * math.floor(x)


def by_data(x, y):
    return y * (x.data > 0) + x


def by_item(x, y):
    return x if x.item() < y.item() else y


def by_question(x, y):
    return y if np.isfinite(x / y) and not np.isnan(x) else x


def by_index(x, y):
    return (x, y)[x > y]


def by_any(x, y):
    return x if any([x > 1, y > 1]) else y


def by_slope(x, y):
    slope = grad(lambda t: t**3 - t)(x)
    return slope * y if slope > 0 else y


def by_copy(x, y):
    return copy.copy(x) * y


DECIDING = [f for name, f in list(globals().items()) if name.startswith("by_")]
numbers = st.one_of(st.floats(-5, 5), st.sampled_from([0.0, -0.0, 1.0, 2.0, 0.5, math.inf, math.nan]))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, of infinite numbers
@pytest.mark.parametrize("f", DECIDING, ids=lambda f: f.__name__)
@given(here=st.tuples(numbers, numbers), there=st.tuples(numbers, numbers))
def test_where_the_decisions_hold_the_trace_gives_what_the_engine_gives(f, here, there):
    def eager(*args):
        return plainly(f, *map(Value, args))

    try:
        recorded = trace(f, here)
    except (OverflowError, ValueError) as error:  # int(nan), and what math says of infinity
        with pytest.raises(type(error)):
            eager(*here)
        return
    holds, given_here = again(recorded, *here)
    assert holds
    assert same(float(given_here), float(eager(*here)))
    holds, given_there = again(recorded, *there)
    if holds:
        assert same(float(given_there), float(eager(*there)))


@pytest.mark.parametrize(
    ("f", "here", "elsewhere"),
    [
        (by_branch, (2.0, 1.0), (1.0, 2.0)),
        (by_loop, (5.0, 1.0), (3.0, 1.0)),
        (by_largest, (2.0, 3.0), (3.0, 2.0)),
        (by_order, (2.0, 3.0), (3.0, 2.0)),
        (by_chain, (1.0, 1.5), (-1.0, 1.5)),
        (by_truth, (0.0, 1.0), (2.0, 1.0)),
        (by_membership, (1.0, 1.0), (1.0, 2.0)),
        (by_whole_number, (2.5, 3.0), (1.5, 3.0)),
        (by_rounding, (0.4, 1.0), (0.6, 1.0)),
        (by_number, (2.5, 1.0), (2.6, 1.0)),
        (by_data, (2.5, 1.0), (2.6, 1.0)),
        (by_item, (1.0, 2.0), (1.0, 3.0)),
        (by_question, (1.0, 2.0), (1.0, 0.0)),
        (by_index, (1.0, 2.0), (2.0, 1.0)),
        (by_any, (0.0, 0.0), (0.0, 3.0)),
        (by_slope, (1.0, 2.0), (0.0, 2.0)),
        (by_copy, (1.0, 2.0), (1.5, 2.0)),
    ],
    ids=lambda f: getattr(f, "__name__", None),
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_another_branch_is_taken_a_decision_fails(f, here, elsewhere):
    assert again(trace(f, here), *here)[0]
    assert not again(trace(f, here), *elsewhere)[0]


@pytest.mark.parametrize(
    ("f", "kinds"),
    [
        (lambda x: x * 2 if x > 1 else x, ["truth"]),
        (lambda x: x * 2 if x else x, ["truth"]),
        (lambda x: x * float(x), ["value"]),
        (lambda x: x * x.data, ["value"]),
        (lambda x: x * x.item(), ["value"]),
        (lambda x: x ** int(x), ["value"]),
        (lambda x: x if x == fractions.Fraction(3) else -x, ["value"]),
        (lambda x: x if x == 3 + 0j else -x, ["value"]),
        (lambda x: x if x > np.float32(0.1) else -x, ["value"]),
        (lambda x: x if x > np.float64(0.1) else -x, ["truth"]),
        (lambda x: [f"{x > 0} {x > 0!s:>5}", x][1], []),
        (lambda x: x ** round(x), ["value"]),
        (lambda x: x * math.sin(x), ["value"]),
        (lambda x: x * Value(float(x)), ["value"]),
        (lambda x: [x] * (x > 0), ["truth"]),
        (lambda x: (bool(x), float(x), float(x), bool(x)), ["truth", "value"]),  # each once
        (lambda x: [f"{x} {x:.2f} {x!r}", x][1], []),  # shown, not decided
        (lambda x: where(x > 0, x, -x), []),
        (lambda x: x * (x > 0), []),
        (lambda x: x if x is not None and x != "a" else x * 2, []),
        (lambda x: x if isinstance(x, Value) and x.shape == () and x.ndim == 0 else 0.0, []),
        (lambda x: x.relu() + abs(x) + max(2.0, 1.0), []),
    ],
)
def test_kinds_of_looks(f, kinds):
    assert [decision.kind for decision in trace(f, (3.0,)).decisions] == kinds


@pytest.mark.parametrize(
    ("f", "kinds"),
    [
        (lambda x: x.data.sum() * x, ["value"]),
        (lambda x: x[x.data > 0], ["value"]),
        (lambda x: x[x > 0], ["value"]),
        (lambda x: set_at(x, x > 0, 1.0), ["value"]),
        (lambda x: x.sum(where=x > 0), ["value"]),
        (lambda x: x * 2 if 3.0 in x else x, ["truth"]),
        (lambda x: x * 2 if (x > 0).all() else x, ["truth"]),
        (lambda x: x * 2 if np.any(x > 0) else x, ["truth"]),
        (lambda x: x * (x > 0).tolist()[0], ["value"]),
        (lambda x: x * np.array([1.0, 2.0, 3.0])[x > 0].sum(), ["value"]),
        (lambda x: x * len(x) + x.shape[0] + x.size + np.shape(x)[0], []),
        (lambda x: x if x.dtype == np.float64 else 0.0, []),
        (lambda x: [row * 2 for row in x], []),
        (lambda x: x.max() + np.sort(x) + x[::-1] + x.std(), []),
    ],
)
def test_kinds_of_looks_at_arrays(f, kinds):
    assert [decision.kind for decision in trace(f, (np.array([1.0, -2.0, 3.0]),)).decisions] == kinds


def test_of_a_whole_number_only_the_whole_part_is_decided():
    recorded = trace(by_whole_number, (2.3, 3.0))
    assert again(recorded, 2.7, 3.0) == (True, 9.0)
    recorded = trace(lambda x: x * round(x), (2.3,))
    assert again(recorded, 1.75)[0]
    assert not again(recorded, 2.75)[0]


def test_decisions_under_no_grad():
    def f(x):
        with no_grad():
            is_large = x > 2 and (x * 1.0 is not None)
        return x if is_large else -x

    recorded = trace(f, (3.0,))
    assert again(recorded, 4.0) == (True, 4.0)
    assert not again(recorded, 1.0)[0]


def test_what_is_looked_at_is_kept_as_it_was():
    outside = Tensor([1.0, 2.0])
    recorded = trace(lambda x: x * outside.data[0], (2.0,))
    (decision,) = recorded.decisions
    outside.data[0] = 3.0
    assert decision.node is outside
    assert decision.holds(np.array([1.0, 2.0]))
    assert not decision.holds(outside.data)


def test_nan_and_the_signs_of_zeros():
    assert same(math.nan, -math.nan)
    assert same(np.array([0.0, math.nan]), np.array([0.0, math.nan]))
    assert not same(0.0, -0.0)
    assert not same(np.array([0.0]), np.array([-0.0]))
    assert not same(np.zeros(2), np.zeros(3))
    assert not same(np.zeros(2), np.zeros(2, np.float32))
