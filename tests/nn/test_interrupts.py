"""Ctrl-C at any moment: a step has been made whole or not at all, and what a run recorded is still there."""

import signal
import sys
import threading

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, Value
from nn.interrupts import uninterrupted
from nn.optimizers import STRETCH

MAKERS = {
    "sgd": lambda p: nn.SGD(p, 0.1),
    "momentum": lambda p: nn.SGD(p, 0.1, momentum=0.9),
    "adam": lambda p: nn.Adam(p, 0.1, weight_decay=0.1),
}


def parameters():
    """A Value, a Tensor, and one that is moved in two parts; each with a gradient."""
    made = [Value(3.0), Tensor([1.0, -2.0]), Tensor(np.ones((2, STRETCH), np.float32))]
    for parameter in made:
        parameter.grad = 0.5 if isinstance(parameter, Value) else np.full_like(parameter.data, 0.5)
    return made


def state(optimizer):
    """All that a step changes."""
    kept = [array for p in optimizer.parameters for array in optimizer._kept.get(p, ())]
    return [optimizer.steps, *(np.copy(p.data) for p in optimizer.parameters), *map(np.copy, kept)]


def same(state, other):
    # Sums that a step makes and has not moved yet are 0, as those that are not there yet.
    longest = max(len(state), len(other))
    state, other = ([*s, *[0.0] * (longest - len(s))] for s in (state, other))
    return all(np.array_equal(a, np.broadcast_to(b, np.shape(a))) for a, b in zip(state, other, strict=True))


def interrupted(function, moment):
    """Call the function and press Ctrl-C at that moment, counted in Python's instructions; False if it was over."""
    left = moment

    def trace(frame, event, _):
        nonlocal left
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left == -1:
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    assert left >= 0, "Ctrl-C was swallowed"
    return False


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_ctrl_c_at_any_moment_finds_a_step_made_whole_or_not_at_all(make):
    moment, ends = 0, set()
    handler = signal.getsignal(signal.SIGINT)
    while True:
        optimizer = make(parameters())
        before = state(optimizer)
        if not interrupted(optimizer.step, moment):
            break
        assert signal.getsignal(signal.SIGINT) is handler
        twin = make(parameters())
        twin.step()
        is_old, is_new = same(state(optimizer), before), same(state(optimizer), state(twin))
        assert is_old or is_new, f"half a step after {moment} instructions"
        ends.add((is_old, is_new))
        moment += 1
    assert moment > 100
    assert ends == {(True, False), (False, True)}


def test_a_run_goes_on_after_ctrl_c_as_if_nothing_had_been():
    straight, stopped = nn.Adam(parameters()), nn.Adam(parameters())
    for _ in range(3):
        straight.step()
    stopped.step()
    assert interrupted(stopped.step, 200)
    while stopped.steps < 3:
        stopped.step()
    assert same(state(straight), state(stopped))


def test_a_handler_of_ones_own_is_called_once_the_step_is_made():
    optimizer, seen = nn.SGD(parameters(), 0.1), []

    class Pressed(nn.SGD):
        def change(self, g, *sums):
            signal.raise_signal(signal.SIGINT)
            return super().change(g, *sums)

    optimizer = Pressed(parameters(), 0.1)
    before = signal.signal(signal.SIGINT, lambda *_: seen.append(state(optimizer)))
    try:
        optimizer.step()
    finally:
        signal.signal(signal.SIGINT, before)
    (whole,) = seen
    assert same(whole, state(optimizer))
    assert whole[0] == 1


@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL])
def test_a_handler_that_is_no_function_is_left_alone(handler):
    before = signal.signal(signal.SIGINT, handler)
    try:
        with uninterrupted():
            assert signal.getsignal(signal.SIGINT) == handler
        assert signal.getsignal(signal.SIGINT) == handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_moves_parameters_too():
    optimizer = nn.SGD(parameters(), 0.1)
    thread = threading.Thread(target=optimizer.step)
    thread.start()
    thread.join()
    assert optimizer.steps == 1
    assert optimizer.parameters[0].data == 3.0 - 0.1 * 0.5


def test_an_error_inside_comes_through_and_leaves_the_handler():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ZeroDivisionError), uninterrupted():
        _ = 1 / 0
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize(
    ("wrong", "error"),
    [(np.ones(3), ShapeError), (np.array(["a", "b"]), KindError), ("x", KindError)],
    ids=["shape", "letters", "letter"],
)
def test_a_wrong_gradient_is_seen_before_anything_moves(make, wrong, error):
    optimizer = make(parameters())
    before = state(optimizer)
    optimizer.parameters[1].grad = wrong
    with pytest.raises(error):
        optimizer.step()
    assert same(state(optimizer), before)
