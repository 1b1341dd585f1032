"""What a compiled function reads by name from outside: a change is seen, and nothing is silently old."""

import numpy as np
import pytest

from autograd_mini import AutogradError, KindError, Tensor, compile, exp, grad, value_and_grad

RATE = 2.0


def scaled(x):
    return RATE * x


def test_a_number_that_changed_is_read_anew(monkeypatch):
    program = compile(lambda x: scaled(x) + 1.0)  # by way of a function that it calls
    assert program(3.0) == 7.0
    monkeypatch.setitem(globals(), "RATE", 5.0)
    assert program(3.0) == 16.0
    monkeypatch.setitem(globals(), "RATE", 2.0)
    assert program(3.0) == 7.0


class Rate(float):
    """A number that runs a program while it is compared, as another thread may."""

    meanwhile = staticmethod(lambda: None)

    def __ne__(self, other):
        return not self == other

    def __eq__(self, other):
        Rate.meanwhile()
        return float(self) == float(other)

    __hash__ = float.__hash__


def test_a_recording_that_holds_no_more_is_dropped_by_several_at_once(monkeypatch):
    monkeypatch.setitem(globals(), "RATE", Rate(2.0))
    program = compile(lambda x: RATE * x)
    assert program(3.0) == 6.0
    calls = []

    def call_once():
        if not calls:
            calls.append(None)
            calls[0] = program(3.0)

    monkeypatch.setattr(Rate, "meanwhile", call_once)
    monkeypatch.setitem(globals(), "RATE", Rate(5.0))
    assert program(3.0) == 15.0
    assert calls == [15.0]


def test_what_holds_no_more_and_is_not_recorded_anew_is_no_recording(monkeypatch):
    program = compile(lambda x: x * RATE if RATE else unknown)  # noqa: F821
    assert program(3.0) == 6.0
    monkeypatch.setitem(globals(), "RATE", 0.0)
    with pytest.raises(NameError):
        program(3.0)
    with pytest.raises(KindError, match="nothing is recorded"):
        program.source()
    assert str(program) == repr(program)


def test_a_number_of_an_enclosing_function_is_read_anew():
    power = 2

    def f(x):
        return x**power

    slope = compile(grad(f))
    assert slope(3.0) == 6.0
    power = 3
    assert slope(3.0) == 27.0


@pytest.mark.parametrize(
    "use",
    [lambda x, a: x * np.exp(a).sum(), lambda x, a: (Tensor(a) * x).sum(), lambda x, a: x if a[0] > 0 else -x],
    ids=["through NumPy", "as a Tensor", "in a decision"],
)
def test_an_array_that_was_changed_in_place_is_an_error(use):
    weights = np.array([1.0, 2.0])
    program = compile(value_and_grad(lambda x: use(x, weights)))
    program(3.0)
    weights[0] = -7.0
    with pytest.raises(AutogradError, match=r"the array weights was changed in place.*as an argument"):
        program(3.0)
    weights[0] = 1.0
    program(3.0)


def test_another_array_under_the_name_is_read_anew():
    weights = np.array([1.0, 2.0])

    def f(x):
        return x * float(weights.sum())

    program = compile(f)
    assert program(2.0) == 6.0
    weights = np.array([5.0, 5.0])
    assert program(2.0) == 20.0


def test_an_array_that_meets_a_node_is_read_at_each_run():
    weights = np.array([1.0, 2.0])
    program = compile(lambda x: exp(x) * weights)
    program(0.0)
    weights[:] = 7.0
    np.testing.assert_array_equal(program(0.0), [7.0, 7.0])


def test_of_a_large_array_a_sample_is_looked_at():
    data = np.zeros(10**6)
    program = compile(lambda x: x + np.exp(data).sum())
    program(1.0)
    data += 1.0
    with pytest.raises(AutogradError, match="data"):
        program(1.0)
