"""A function is run once on nodes: what it computes and decides is noted, and holds elsewhere or is known not to."""

import contextlib
import copy
import math
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import (
    AutogradError,
    KindError,
    StaleError,
    Tensor,
    Value,
    checkpoint,
    custom_primitive,
    exp,
    grad,
    gradients,
    jvp,
    no_grad,
    set_at,
    value_and_grad,
    where,
)
from autograd_mini.compiling.deciding import same
from autograd_mini.compiling.masks import is_mask
from autograd_mini.compiling.tracing import trace
from autograd_mini.watching import watcher

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
        (lambda x: x ** round(x), ["value"]),
        (lambda x: x * math.sin(x), ["value"]),
        (lambda x: x * Value(float(x)), ["value"]),
        (lambda x: [x] * (x > 0), ["truth"]),
        (lambda x: (float(x), float(x), bool(x)), ["value", "truth"]),  # each once
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


def test_what_is_looked_at_is_kept_as_it_was():
    outside = Tensor([1.0, 2.0])
    recorded = trace(lambda x: x * outside.data[0], (2.0,))
    (decision,) = recorded.decisions
    outside.data = [3.0, 4.0]
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


def test_arguments_by_their_names():
    def f(params, x, *rest, scale=1.0, mode="a"):
        assert mode == "b"
        assert rest[0][1] is None
        return params["w"][1] * x * scale + rest[0][0]

    recorded = trace(f, ({"w": [1.0, 2.0], "n": 3}, np.ones(2), (4.0, None)), {"scale": 5.0, "mode": "b"})
    assert [argument.path for argument in recorded.arguments] == [
        "params['w'][0]", "params['w'][1]", "x", "rest[0][0]", "scale",
    ]  # fmt: skip
    assert [type(argument.node) for argument in recorded.arguments] == [Value, Value, Tensor, Value, Value]
    np.testing.assert_array_equal(recorded.outcome.data, [14.0, 14.0])
    np.testing.assert_array_equal(again(recorded, 0.0, 1.0, np.ones(2), 0.0, 1.0)[1], [1.0, 1.0])


def test_what_no_argument_is_needed_for_is_a_constant():
    recorded = trace(lambda x: (1.0, np.ones(2), None, True, [x]), (2.0,))
    assert recorded.outcome[:1] == (1.0,)
    assert recorded.outcome[2:4] == (None, True)
    assert recorded.outcome[4] == [recorded.arguments[0].node]


def test_arguments_are_left_alone():
    x = np.array([1.0, 2.0])
    recorded = trace(lambda x: x * 2, (x,))
    x[0] = 5.0
    assert recorded.outcome.data.tolist() == [2.0, 4.0]


# Derivatives


def test_gradients_are_recorded_and_returned():
    def f(w, x):
        loss = ((w * x) ** 2).sum()
        loss.backward()
        return loss, w.grad, gradients(loss)[x]

    here, there = (np.array([1.0, 2.0]), np.array([3.0, 4.0])), (np.array([5.0, 6.0]), np.array([7.0, -8.0]))
    holds, (loss, dw, dx) = again(trace(f, here), *there)
    w, x = there
    assert holds
    np.testing.assert_allclose(loss, ((w * x) ** 2).sum())
    np.testing.assert_allclose(dw, 2 * w * x * x)
    np.testing.assert_allclose(dx, 2 * w * w * x)


def test_gradients_of_constants_stay_numbers():
    recorded = trace(lambda x: [grad(lambda t: t**3)(2.0), jvp(lambda t: t * t, (3.0,), (1.0,))[1], x], (1.0,))
    assert recorded.outcome[:2] == [12.0, 6.0]


def test_what_nodes_hand_back_is_recorded():
    def f(x):
        z = x * x
        return z.hand_back(1.0)[0] + z.local_derivatives[1](2.0)

    assert again(trace(f, (3.0,)), 5.0)[1] == 15.0


def test_checkpoints_are_looked_through():
    f = checkpoint(lambda x: exp(x) if x > 0 else -x)
    recorded = trace(value_and_grad(f), (1.0,))
    assert [decision.kind for decision in recorded.decisions] == ["truth"]
    assert again(recorded, 2.0) == (True, (math.exp(2.0), math.exp(2.0)))
    assert again(recorded, -2.0)[0] is False


def test_operations_of_ones_own():
    cube = custom_primitive(lambda g, z, x: g * 3.0 * x**2)(lambda x: x**3)
    assert again(trace(value_and_grad(cube), (1.0,)), 2.0)[1] == (8.0, 12.0)


def test_no_gradient_is_left_on_a_leaf():
    def f(x):
        (x * x).backward()
        return x.grad

    recorded = trace(f, (3.0,))
    assert recorded.outcome.data == 6.0
    assert recorded.arguments[0].node.grad is None


def test_a_leaf_of_ones_own_may_change():
    def f(x):
        w = Value(1.0)
        w.data = 2.0
        w.grad = None
        return w * x

    assert again(trace(f, (3.0,)), 5.0) == (True, 10.0)


# Lines


def test_lines():
    def f(x):
        y = x * x
        y = np.exp(y)
        with no_grad():
            float(x)
        return y, grad(lambda t: t * t * t)(x), y.sum()

    first = f.__code__.co_firstlineno
    recorded = trace(f, (np.ones(()),))
    lines = {node.name: recorded.line(node) for node in recorded.nodes if node.rule is not None and node.name != "add"}
    y, slope, total = recorded.outcome
    assert recorded.line(recorded.arguments[0].node) is None
    assert lines["exp"] == (__file__, first + 2, False)
    assert recorded.line(y.first) == (__file__, first + 1, False)
    assert recorded.line(slope) == (__file__, first + 5, True)
    assert recorded.line(total) == (__file__, first + 5, False)
    assert recorded.decisions[0].line == (__file__, first + 4, False)


def test_lines_after_an_error_and_a_sweep():
    def f(x):
        with contextlib.suppress(AutogradError):
            x.relu().sum(axis=7)
        y = grad(lambda t: (t**2).sum())(x)
        return y + x

    recorded = trace(f, (np.ones(2),))
    assert recorded.line(recorded.outcome) == (__file__, f.__code__.co_firstlineno + 4, False)
    assert recorded.line(recorded.outcome.first) == (__file__, f.__code__.co_firstlineno + 3, True)


# What is refused

w = Value(1.0)


def outside_data(x):
    w.data = 2.0
    return x * w


def outside_grad(x):
    w.grad = None
    return x * w


def outside_backward(x):
    (x * w).backward()
    return x.grad


def outside_gradient(x):
    return x if w.grad is None else x * w.grad


def argument_data(x):
    x.data = 2.0
    return x


def writing(x):
    data = Tensor([1.0, 2.0]).data
    data[0] = 5.0
    return x * data


def unrecorded(x):
    with no_grad():
        y = x * x
    return y + x


def unrecorded_decision(x):
    with no_grad():
        y = x * x
    return x if y > 1 else -x


def tracing(x):
    return trace(lambda y: y * y, (2.0,)).outcome


def generating(x):
    yield x


async def waiting(x):
    return x


async def not_yet(x):
    return x


def holding_itself(x):
    result = [x]
    result.append(result)
    return result


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (outside_data, "sets the data of a node from outside"),
        (outside_grad, "sets the grad of a node from outside"),
        (outside_backward, "sets the grad of a node from outside"),
        (outside_gradient, "reads the grad of a node from outside"),
        (argument_data, "sets the data of an argument"),
        (writing, "writing writes into the data of a node"),
        (unrecorded, "unrecorded uses what it computed under no_grad"),
        (unrecorded_decision, "uses what it computed under no_grad"),
        (tracing, "is to be traced while another function is"),
        (generating, "generating is a generator or coroutine"),
        (waiting, "waiting is a generator or coroutine"),
        (lambda x: not_yet(x), "gives coroutine"),
        (lambda x: generating(x), "gives generator"),
        (lambda x: (y for y in [x]), "gives generator"),
        (lambda x: [x, "loss"], "gives str 'loss'"),
        (lambda x: {x}, "gives set"),
        (lambda x: x + 1j, "complex"),
        (lambda x: np.array([None]), "gives ndarray"),
        (holding_itself, "does list .* hold itself"),
        (lambda x: ~(x > 0), "~ of True and False"),
        (lambda x: (x > 0) & x, "& joins masks"),
    ],
)
def test_what_a_program_cannot_repeat_is_refused(f, message):
    with pytest.raises(AutogradError, match=message):
        trace(f, (2.0,))
    assert watcher() is None


def test_refusals_name_the_line():
    with pytest.raises(AutogradError, match=rf"{__file__}:{outside_data.__code__.co_firstlineno + 1}: "):
        trace(outside_data, (2.0,))
    with pytest.raises(AutogradError, match=rf"{__file__}:{unrecorded.__code__.co_firstlineno + 2}: "):
        trace(unrecorded, (2.0,))


def test_refused_side_effects_leave_outside_nodes_as_they_were():
    with pytest.raises(AutogradError):
        trace(outside_data, (2.0,))
    assert w.data == 1.0
    with pytest.raises(AutogradError):
        trace(outside_backward, (2.0,))
    assert w.grad is None


def test_a_leaf_of_ones_own_that_was_used_and_then_replaced():
    def f(x):
        w = Value(1.0)
        y = w * x
        w.data = 2.0
        return y

    with pytest.raises(StaleError, match="replaced"):
        trace(f, (3.0,))


def test_arguments_that_are_refused():
    circle: list = []
    circle.append(circle)
    with pytest.raises(KindError, match=r"x\[0\] is a node"):
        trace(lambda x: x, ([Value(1.0)],))
    with pytest.raises(KindError, match="hold itself"):
        trace(lambda x: x, (circle,))
    with pytest.raises(KindError, match="a function"):
        trace(3.0, (1.0,))
    with pytest.raises(KindError, match="float16"):
        trace(lambda x: x, (np.ones(2, np.float16),))
    with pytest.raises(TypeError, match="positional argument"):
        trace(lambda x: x, (1.0, 2.0))
    assert watcher() is None


def test_what_the_function_raises_comes_through_and_no_watcher_is_left():
    def f(x):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        trace(f, (1.0,))
    assert watcher() is None
    assert (Value(1.0) > 0) is True


def test_a_read_only_array_of_ones_own_raises_what_numpy_raises():
    array = np.ones(2)
    array.flags.writeable = False

    def f(x):
        array[0] = 2.0
        return x

    with pytest.raises(ValueError, match="read-only"):
        trace(f, (1.0,))


# Other threads


def test_a_trace_is_not_seen_by_another_thread():
    started, done, seen = threading.Event(), threading.Event(), []

    def elsewhere():
        started.wait(10)
        x = Value(2.0)
        seen.extend([(x > 1), float(x), x.data, watcher()])
        x.data = 3.0
        done.set()

    def f(x):
        started.set()
        assert done.wait(10)
        return x * x if x > 1 else x

    thread = threading.Thread(target=elsewhere)
    thread.start()
    recorded = trace(f, (2.0,))
    thread.join()
    assert seen == [True, 2.0, 2.0, None]
    assert [decision.kind for decision in recorded.decisions] == ["truth"]


def test_two_threads_trace_at_once():
    barrier, found = threading.Barrier(2), {}

    def run(number):
        def f(x):
            barrier.wait(10)
            for _ in range(100):
                x = x * 1.01 if x > 0 else x
            return x

        found[number] = trace(f, (number,))

    threads = [threading.Thread(target=run, args=(number,)) for number in (1.0, -1.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {decision.outcome for decision in found[1.0].decisions} == {True}
    assert {decision.outcome for decision in found[-1.0].decisions} == {False}
    assert {found[1.0].line(node).file for node in found[1.0].nodes if node.rule is not None} == {__file__}


def test_functions_of_every_callable_kind():
    class Model:
        def __call__(self, x):
            return x * x

        def method(self, x):
            return x + x

    assert trace(Model(), (3.0,)).arguments[0].path == "x"
    assert trace(Model().method, (3.0,)).outcome.data == 6.0
    assert trace(np.exp, (0.0,)).outcome.name == "exp"
    assert not is_mask(trace(Model(), (3.0,)).outcome)
