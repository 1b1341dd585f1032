"""Options that NumPy's functions have: supported or refused at the call; and nodes where a constant is asked for."""

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import AutogradError, KindError, Tensor, Value
from autograd_mini.node import data_of

STEPS = ["sign", "floor", "ceil", "trunc", "rint"]


@pytest.mark.parametrize("name", [*STEPS, "abs", "exp", "relu", "sqrt"])
@pytest.mark.parametrize("numpys", [True, False])
def test_a_second_array_is_not_written_into(name, numpys):
    function = getattr(np, name, None) if numpys else getattr(am, name)
    if function is None:
        function = getattr(am, name)
    x, w = Tensor([1.5, -2.5]), Tensor([7.0, 8.0])
    for second in (w, w.data):
        with pytest.raises(TypeError):
            function(x, second)
        with pytest.raises(TypeError):
            function(x, out=second)
    assert w.data.tolist() == [7.0, 8.0]


REDUCTIONS = ["sum", "prod", "mean", "std", "var", "max", "min", "cumsum", "cumprod"]


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("home", [am, np, Tensor], ids=["ours", "numpy", "method"])
def test_reductions_refuse_an_array_to_write_into_and_whole_numbers(name, home):
    buffer, x = np.zeros(()), Tensor([1.0, 2.0, 3.0])
    function = getattr(home, name)
    with pytest.raises(TypeError, match=f"{name}.*out"):
        function(x, out=buffer)
    with pytest.raises(TypeError, match=r"gradients need float32 or float64|dtype"):
        function(x, dtype=int)
    assert buffer == 0.0


@pytest.mark.parametrize("home", [am, np, Tensor], ids=["ours", "numpy", "method"])
def test_take_refuses_out(home):
    buffer, x = np.zeros(2), Tensor([1.0, 2.0, 3.0])
    with pytest.raises(KindError, match=r"take.*out"):
        home.take(x, [0, 1], out=buffer)
    assert buffer.tolist() == [0.0, 0.0]
    assert home.take(x, [0, 9], mode="clip").data.tolist() == [1.0, 3.0]


def test_ufuncs_refuse_an_array_to_write_into():
    x, buffer = Tensor([1.0, 2.0]), np.zeros(2)
    for call in (
        lambda: np.add(x, x, out=buffer),
        lambda: np.add(x, x, buffer),
        lambda: np.exp(x, buffer),
        lambda: np.add(x, x, out=buffer, where=np.array([True, False])),
    ):
        with pytest.raises(KindError, match="has no derivative here"):
            call()
    assert buffer.tolist() == [0.0, 0.0]


# A node where a parameter is asked for: refused at once, without going through it element by element.

X, V, T = Tensor([1.0, 2.0, 3.0]), Value(1.0), Tensor([1.0])
PARAMETERS = {
    "tile": lambda: am.tile(X, V),
    "tile of an array": lambda: am.tile(np.ones(3), V),
    "tile in a tuple": lambda: am.tile(X, (V, 2)),
    "numpy.tile": lambda: np.tile(X, V),
    "split": lambda: am.split(X, V),
    "split at places": lambda: am.split(X, [V]),
    "split of an array": lambda: am.split(np.ones(3), T),
    "numpy.split": lambda: np.split(X, V),
    "take_along_axis": lambda: am.take_along_axis(X, Tensor([0.0]), 0),
    "take_along_axis of an axis": lambda: am.take_along_axis(X, np.array([0]), V),
    "numpy.take_along_axis": lambda: np.take_along_axis(X, X, 0),
    "repeat": lambda: am.repeat(X, V),
    "roll": lambda: am.roll(X, T),
    "take": lambda: am.take(X, V),
    "reshape": lambda: am.reshape(X, (V,)),
    "pad": lambda: am.pad(X, V),
    "sort": lambda: am.sort(X, V),
    "diff": lambda: am.diff(X, V),
    "norm": lambda: am.norm(X, Value(2.0)),
    "std": lambda: am.std(X, ddof=V),
    "var": lambda: am.var(X, ddof=V),
    "clip": lambda: am.clip(X, [V], 2.0),
    "index": lambda: X[T],
    "concatenate": lambda: am.concatenate([X, X], axis=V),
    "softmax": lambda: am.softmax(X, V),
    "initial": lambda: am.max(X, initial=V),
}


@pytest.mark.parametrize("call", PARAMETERS.values(), ids=PARAMETERS)
def test_a_node_is_no_parameter(call):
    with pytest.raises(AutogradError):
        call()


# Assignments.


@pytest.mark.parametrize("kind", [np.asarray, Tensor])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_elements_that_are_not_named_stay_to_the_last_bit(kind, dtype):
    x = np.array([-0.0, 0.0, -0.0, 1.0], dtype)
    for changed in (am.set_at(kind(x), 3, 5.0), am.add_at(kind(x), [3, 3], 2.0)):
        data = data_of(changed)
        assert data.tolist() == [0.0, 0.0, 0.0, 5.0]
        assert np.signbit(data).tolist() == [True, False, True, False]
    moved = am.jvp(lambda x: am.add_at(x, 3, 5.0), (x,), (x,))[1]
    assert np.signbit(moved).tolist() == [True, False, True, False]


def test_an_augmented_assignment_leaves_the_other_name_alone():
    for y in (Value(2.0), Tensor([2.0])):
        z = y
        z += 1.0
        assert (float(y), float(z)) == (2.0, 3.0)
        assert z.inputs[0] is y


@pytest.mark.parametrize(
    "data", [np.ones((4, 8)), np.ones((4, 16), np.float32), 1.0, np.ones((16, 4)), np.ones((4, 16), complex), None, "a"]
)
def test_data_of_another_shape_or_dtype_is_refused(data):
    p = Tensor(np.zeros((4, 16)))
    with pytest.raises(AutogradError, match=r"shape|float32 or float64"):
        p.data = data
    assert (p.shape, p.data.sum()) == ((4, 16), 0.0)
    p.data = [[1] * 16] * 4
    assert (p.data.dtype, p.data.sum()) == (np.float64, 64.0)
