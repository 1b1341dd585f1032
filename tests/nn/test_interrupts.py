"""Ctrl-C at any moment: a step has been made whole or not at all, and what a run recorded is still there."""

import gc
import signal
import sys
import threading

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, Value
from nn.interrupts import uninterrupted
from nn.optimizers.optimizer import STRETCH

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
    gc.disable()  # hypothesis listens to the collector, and what is raised there is raised nowhere
    sys._getframe().f_trace_opcodes = True  # Python 3.12 traces none, unless a frame wanted it before this call
    sys.settrace(trace)
    try:
        function()
        (lambda: None)()  # what was pressed at the last instruction is heard at the next call
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
        gc.enable()
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


# --- what a run leaves behind


def run_of(model, **options):
    x = np.random.default_rng(5).normal(size=(60, 2)).astype(np.float32)
    data = nn.DataLoader(x, (x[:, 0] > x[:, 1]).astype(int), batch_size=20, rng=0)
    optimizer = nn.SGD(model.parameters(), 0.5)
    return lambda: nn.fit(model, data, optimizer, progress=False, **options)


class After:
    """A callback that presses Ctrl-C, or raises, when it is called for the n-th time; it keeps what it was handed."""

    def __init__(self, n, error=None):
        self.n, self.error, self.handed = n, error, []

    def __call__(self, epoch):
        self.handed.append(epoch)
        if len(self.handed) == self.n:
            if self.error is not None:
                raise self.error
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("error", [None, RuntimeError("full")], ids=["Ctrl-C", "error"])
@pytest.mark.parametrize("handed_over", [True, False])
def test_the_history_of_an_interrupted_run_is_there(error, handed_over):
    model, stop = nn.MLP(2, [4], 2, rng=0), After(3, error)
    mine = {"history": nn.History()} if handed_over else {}
    with pytest.raises(KeyboardInterrupt if error is None else RuntimeError) as caught:
        run_of(model, epochs=5, callbacks=[stop], **mine)()
    assert len(caught.value.history.epochs) == 3
    assert caught.value.history.epochs == stop.handed
    if handed_over:
        assert mine["history"] is caught.value.history


def test_a_history_is_gone_on_with():
    model = nn.MLP(2, [4], 2, rng=0)
    first = run_of(model, epochs=2)()
    kept = list(first.epochs)
    both = run_of(model, epochs=3, history=first)()
    assert both is first
    assert both.epochs[:2] == kept
    assert len(both.epochs) == 5


def test_an_interrupted_run_leaves_the_epochs_that_were_whole_and_the_rate():
    model, stop = nn.MLP(2, [4], 2, rng=0), After(5)  # in the second epoch of three steps
    x = np.ones((60, 2), np.float32)
    optimizer = nn.SGD(model.parameters(), 0.5)
    data, history = nn.DataLoader(x, np.ones(60, int), batch_size=20), nn.History()
    with pytest.raises(KeyboardInterrupt):
        nn.fit(
            model,
            data,
            optimizer,
            epochs=9,
            schedule=nn.cosine(9),
            step_callbacks=[stop],
            history=history,
            progress=False,
        )
    assert len(history.epochs) == 1
    assert optimizer.lr == 0.5
    assert optimizer.steps == 5


def test_gradient_norms_keep_a_step_whole_or_not_at_all():
    moment, lengths = 0, set()
    while True:
        model = nn.Linear(2, 3, rng=0)
        norms = nn.GradientNorms(model)
        if not interrupted(norms, moment):
            break
        found = {len(kept) for kept in norms.norms.values()}
        assert len(found) == 1, f"half a step after {moment} instructions"
        lengths |= found
        moment += 1
    assert lengths == {0, 1}


def test_ctrl_c_while_weights_are_put_back_after_a_landscape_waits_until_they_are():
    class Pressed(Tensor):
        """Presses Ctrl-C whenever it is given data."""

        @property
        def data(self):
            return Tensor.data.__get__(self)

        @data.setter
        def data(self, data):
            Tensor.data.__set__(self, data)
            signal.raise_signal(signal.SIGINT)

    model = nn.MLP(2, [3], 1, rng=0)
    model[0].weight = Pressed(model[0].weight.data)
    before = [parameter.data.copy() for parameter in model.parameters()]
    with pytest.raises(KeyboardInterrupt):
        nn.loss_landscape(model, lambda: Value(1.0), rng=0, steps=1)
    for parameter, data in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.data, data)
