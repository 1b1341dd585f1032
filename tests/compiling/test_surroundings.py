"""What a compiled function reads by name from outside: a change is seen, and nothing is silently old."""

import numpy as np
import pytest

from autograd_mini import AutogradError, KindError, Tensor, Value, compile, exp, grad, tanh, value_and_grad

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


class Scaled:
    """An object whose method reads a number, a list and a node of it."""

    kind = 1.0

    def __init__(self):
        self.scale, self.weights, self.node = 2.0, [1.0], Value(1.0)

    def __call__(self, x):
        return x * self.scale * self.kind * self.node + self.shift(x)

    def shift(self, x):
        return x * self.weights[0]

    def reset(self, name, value):
        setattr(self, name, value)


@pytest.mark.parametrize("call", [lambda k: k, lambda k: k.__call__, lambda k: lambda x: k(x)], ids=["", "bound", "in"])
@pytest.mark.parametrize(
    "change",
    [
        lambda k: k.reset("scale", 7.0),
        lambda k: k.reset("kind", 7.0),
        lambda k: k.reset("node", Value(7.0)),
        lambda k: k.reset("weights", [7.0]),
        lambda k: k.weights.__setitem__(0, 7.0),
    ],
    ids=["number", "class attribute", "node", "another list", "the list inside"],
)
def test_attributes_are_read_anew(call, change):
    thing = Scaled()
    program = compile(call(thing))
    before = program(3.0)
    change(thing)
    assert program(3.0) == thing(3.0).data != before


@pytest.mark.parametrize(
    "change",
    [
        lambda box: box.__setitem__(0, 7.0),
        lambda box: box.append(7.0),
        lambda box: box.__setitem__(1, Value(7.0)),
        lambda box: box[2].append(7.0),
        lambda box: box[3].update(a=7.0),
    ],
    ids=["number", "longer", "node", "list inside", "dict inside"],
)
def test_lists_and_dicts_are_read_anew(change):
    box = [1.0, Value(2.0), [3.0], {"a": 4.0}]

    def f(x):
        inside = sum(box[2]) * 2.0 + box[3]["a"] * 5.0
        return x * (len(box) + box[0] + 3.0 * box[1] + inside)

    program = compile(f)
    before = program(1.0)
    change(box)
    assert program(1.0) == f(Value(1.0)).data != before


def test_a_default_is_read_anew():
    first, second = [1.0, 2.0], [2]

    def f(x, weights=first, *, power=second):
        return x ** power[0] * sum(weights)

    program = compile(f)
    assert program(3.0) == 27.0
    first[0] = 5.0
    assert program(3.0) == 63.0
    second[0] = 1
    assert program(3.0) == 21.0


def test_another_node_function_or_array_under_the_name_is_read_anew():
    node, function, weights = Value(2.0), tanh, np.array([1.0, 2.0])
    program = compile(lambda x: [node * v + function(v) + weights for v in [x]])
    program(0.5)
    node = Value(3.0)
    np.testing.assert_allclose(program(0.5)[0], 1.5 + np.tanh(0.5) + weights)
    function = exp
    np.testing.assert_allclose(program(0.5)[0], 1.5 + np.exp(0.5) + weights)
    weights = np.array([5.0, 6.0])
    np.testing.assert_allclose(program(0.5)[0], 1.5 + np.exp(0.5) + weights)


def test_a_number_read_inside_of_a_comprehension_or_lambda_is_read_anew(monkeypatch):
    program = compile(lambda x: sum([RATE * v for v in x]) + (lambda v: RATE * v)(x[0]))
    assert program([1.0, 2.0]) == 8.0
    monkeypatch.setitem(globals(), "RATE", 5.0)
    assert program([1.0, 2.0]) == 20.0


def test_an_inner_program_reads_its_surroundings_for_the_outer():
    rate = 2.0
    inner = compile(lambda x: rate * x)
    outer = compile(lambda x: inner(x) + 1.0)
    assert outer(3.0) == 7.0
    rate = 5.0
    assert outer(3.0) == 16.0


def test_an_attribute_that_is_called_as_a_variable_elsewhere_is_not_taken_for_it(monkeypatch):
    thing = Scaled()
    program = compile(lambda x: x * thing.scale)
    monkeypatch.setitem(globals(), "scale", 1.0)
    program(1.0)
    first = program.recording
    monkeypatch.setitem(globals(), "scale", 2.0)
    program(1.0)
    assert program.recording is first


def test_attributes_of_an_argument_are_read_anew():
    def f(thing, x):
        return x * thing.scale + thing.shift(x)

    thing, program = Scaled(), compile(f)
    assert program(thing, 3.0) == 9.0
    thing.scale = 5.0
    assert program(thing, 3.0) == 18.0
    thing.weights[0] = 2.0
    assert program(thing, 3.0) == 21.0
