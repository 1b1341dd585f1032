"""Functions sent to another process by their names, and words for idioms of other libraries."""

import operator
import pickle
import subprocess
import sys

import numpy as np
import pytest

import autograd_mini
from autograd_mini import KindError, Tensor, Value, gradients, linalg

FUNCTIONS = [
    *(getattr(autograd_mini, name) for name in autograd_mini.__all__ if name != "linalg"),
    *(function for name, function in vars(linalg).items() if name in linalg.__all__),
]


def test_every_function_is_pickled_by_its_name():
    assert len(FUNCTIONS) > 100
    for function in filter(callable, FUNCTIONS):
        assert pickle.loads(pickle.dumps(function)) is function


def test_functions_and_leaves_arrive_in_another_process():
    sent = pickle.dumps(([*filter(callable, FUNCTIONS)], Tensor([1.0, 2.0], label="w"), Value(3.0)))
    program = (
        "import pickle, sys\n"
        "functions, tensor, value = pickle.load(sys.stdin.buffer)\n"
        "print(len(functions), tensor, value, all(map(callable, functions)))"
    )
    path = "import sys; sys.path[:0] = " + repr([path for path in sys.path if path]) + "\n"
    done = subprocess.run([sys.executable, "-c", path + program], input=sent, capture_output=True, check=True)
    expected = (
        f"{len([*filter(callable, FUNCTIONS)])} Tensor([1., 2.], grad=None, label='w') Value(3.0, grad=None) True"
    )
    assert done.stdout.decode().strip() == expected


# Words.


@pytest.mark.parametrize("node", [Value(2.0), Tensor([1.0, 2.0])])
@pytest.mark.parametrize("operation", [operator.iadd, operator.isub, operator.imul, operator.itruediv])
def test_an_array_changed_in_place_by_a_node(operation, node):
    array = np.ones(2)
    with pytest.raises(KindError, match=r"history would be lost: write array = array \+ node, not array \+= node"):
        operation(array, node)
    assert array.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_options_of_pytorch(kind):
    with pytest.raises(KindError, match=f"no requires_grad: every {kind.__name__} varies; what shall not vary"):
        kind(1.0, requires_grad=True)
    with pytest.raises(KindError, match=r"no dtype: convert the data before, np\.asarray\(data, dtype\)"):
        kind(1.0, dtype=np.float32)


@pytest.mark.parametrize("parameters", [list, tuple, lambda x: dict.fromkeys(x, 1.0)])
def test_gradients_of_parameters(parameters):
    x = Value(3.0)
    with pytest.raises(KindError, match=r"takes no parameters, .*: gradients\(loss\)\[p\] is that of p"):
        gradients(x * x, parameters([x]))
    assert gradients(x * x)[x] == 6.0


@pytest.mark.parametrize("node", [Value(2.5), Tensor(2.5)])
def test_what_a_node_rounds_to(node):
    assert (int(node), round(node), float(round(node, 1)), float(round(node * 10.0, -1))) == (2, 2, 2.5, 20.0)


def test_functions_that_write_files_take_data(tmp_path):
    parameters = {"w": Tensor([1.0])}
    with pytest.raises(KindError, match=r"numpy\.savez\(node\.data\)"):
        np.savez(tmp_path / "all.npz", **parameters)
    assert not [*tmp_path.iterdir()]


def test_a_ufunc_of_scipy_is_called_by_its_own_name():
    special = pytest.importorskip("scipy.special", reason="SciPy is not installed")
    with pytest.raises(KindError, match=r"^scipy\.special\.ellipk has no derivative here"):
        special.ellipk(Tensor([0.5]))
