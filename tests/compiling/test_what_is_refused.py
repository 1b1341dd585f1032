"""What a program cannot repeat is refused in words, and a trace is nobody else's business."""

import threading

import numpy as np
import pytest

from autograd_mini import (
    AutogradError,
    KindError,
    StaleError,
    Tensor,
    Value,
    no_grad,
)
from autograd_mini.compiling.tracing.masks import is_mask
from autograd_mini.compiling.tracing.trace import trace
from autograd_mini.watching import watcher

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
        (lambda x: [x, {1.0}], "gives set"),
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
    with pytest.raises(KindError, match=r"x\[0\]: Tensor holds .* float16"):
        trace(lambda x: x, ([np.ones(2, np.float16)],))
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
