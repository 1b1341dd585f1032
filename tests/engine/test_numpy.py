"""Nodes among NumPy's: its numbers and arrays as operands, its functions, its arrays' methods, its precisions."""

import operator
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_mini
from autograd_mini import KindError, Tensor, Value, exp, gradients

A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


# Operands on either side.

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
SCALARS = [2, 2.0, True, np.float64(2.0), np.float32(2.0), np.int64(2), np.uint8(2)]


@pytest.mark.parametrize("operation", OPERATORS)
@pytest.mark.parametrize("number", SCALARS, ids=lambda x: type(x).__name__)
def test_a_value_and_a_number_make_a_value(operation, number):
    for swapped in (False, True):
        x = Value(3.0)
        z = operation(number, x) if swapped else operation(x, number)
        assert (type(z), type(z.data)) == (Value, float)
        assert z.data == (operation(float(number), 3.0) if swapped else operation(3.0, float(number)))
        assert set(map(type, z.inputs)) == {float, Value}
        z.backward()
        assert type(x.grad) is float


@pytest.mark.parametrize("operation", OPERATORS)
@pytest.mark.parametrize("other", [*SCALARS, A[1], A[1].astype(int), np.array(2.0)], ids=repr)
def test_a_tensor_with_anything_makes_a_tensor(operation, other):
    for f in (lambda t: operation(t, other), lambda t: operation(other, t)):
        t = Tensor(A)
        z = f(t)
        assert type(z) is Tensor
        assert z.data.tolist() == f(A).tolist()
        z.sum().backward()
        assert t.grad == pytest.approx((f(A + 1e-6) - f(A - 1e-6)) / 2e-6, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("operation", OPERATORS)
def test_a_value_and_an_array_make_a_tensor(operation):
    x = Value(2.0)
    for z, expected in ((operation(x, A), operation(2.0, A)), (operation(A, x), operation(A, 2.0))):
        assert type(z) is Tensor
        assert z.data.tolist() == expected.tolist()
        assert type(gradients(z, np.ones_like(A))[x]) is float
    z = operation(x, Tensor(A))
    assert type(z) is Tensor
    z.sum().backward()
    assert type(x.grad) is float


def test_matrix_products_with_arrays():
    t = Tensor(A)
    assert isinstance(A.T @ t, Tensor)
    assert (t @ A.T).data.tolist() == (A @ A.T).tolist()
    assert (A.T @ t).data.tolist() == (A.T @ A).tolist()
    assert np.matmul(A.T, t).data.tolist() == (A.T @ A).tolist()
    (A.T @ t).sum().backward()
    assert t.grad.tolist() == (A @ np.ones((3, 3))).tolist()


# NumPy's functions.


@pytest.mark.parametrize(
    ("call", "slope"),
    [
        (lambda np, t: np.exp(t), np.exp(A)),
        (lambda np, t: np.sum(t, axis=1), np.ones((2, 3))),
        (lambda np, t: np.sum(t, axis=0, keepdims=True), np.ones((2, 3))),
        (lambda np, t: np.mean(t, axis=-1), np.full((2, 3), 1 / 3)),
        (lambda np, t: np.max(t, axis=1), A.max(axis=1, keepdims=True) == A),
        (lambda np, t: np.min(t), A == 1.0),
        (lambda np, t: np.where(A > 2.0, t, 0.0), A > 2.0),
        (lambda np, t: np.stack([t, t * 2.0], axis=1), np.full((2, 3), 3.0)),
        (lambda np, t: np.concatenate([t, t]), np.full((2, 3), 2.0)),
        (lambda np, t: np.transpose(t, (1, 0)), np.ones((2, 3))),
        (lambda np, t: np.swapaxes(t, 0, 1), np.ones((2, 3))),
        (lambda np, t: np.reshape(t, (3, 2)), np.ones((2, 3))),
        (lambda np, t: np.broadcast_to(t, (4, 2, 3)), np.full((2, 3), 4.0)),
        (lambda np, t: np.absolute(np.negative(t)), np.ones((2, 3))),
        (lambda np, t: np.maximum(t, 2.0), np.where(A == 2.0, 0.5, A > 2.0)),
        (lambda np, t: np.power(t, 2), 2 * A),
        (lambda np, t: np.add(1.0, np.multiply(t, A)), A),
    ],
)  # fmt: skip
def test_functions_of_numpy_reach_the_engine(call, slope):
    t = Tensor(A)
    z = call(np, t)
    assert type(z) is Tensor
    assert z.data.tolist() == call(np, A).tolist()
    z.sum().backward()
    assert t.grad == pytest.approx(slope + 0.0)


def test_functions_of_numpy_take_values():
    x, y = Value(2.0), Value(3.0)
    z = np.stack([x, y, 1.0])
    assert (type(z), z.data.tolist()) == (Tensor, [2.0, 3.0, 1.0])
    assert (type(np.exp(x)), np.exp(x).data) == (Value, exp(2.0))
    assert np.where(A > 2.0, x, y).data.tolist() == np.where(A > 2.0, 2.0, 3.0).tolist()
    (z * A).sum().backward()
    assert (x.grad, y.grad) == (5.0, 7.0)
    assert (np.shape(x), np.ndim(z), np.size(z)) == ((), 1, 3)


def test_roundings_by_all_their_names():
    x = A * -1.25
    for call in (lambda x: np.round(x, 1), lambda x: np.around(x, decimals=1), lambda x: x.round(1), np.round):
        found = call(Tensor(x))
        assert (type(found), found.data.tolist()) == (Tensor, call(x).tolist())
    assert (type(np.round(Value(2.5))), np.round(Value(2.5)).data) == (Value, 2.0)
    with pytest.raises(KindError, match="round of shape"):
        np.round(Tensor(x), 1.5)


def test_numpys_old_name_of_trunc_works_while_it_is_there():
    x = A * -1.25
    fix = vars(np).get("fix", np.trunc)  # deprecated in NumPy 2.5
    assert fix(Tensor(x)).data.tolist() == np.trunc(x).tolist()
    gone = (
        "import numpy as np; vars(np).pop('fix', None); "
        "from autograd_mini import Value; print(np.trunc(Value(-2)).data)"
    )
    root = Path(autograd_mini.__file__).parents[1]
    done = subprocess.run([sys.executable, "-W", "error", "-c", gone], cwd=root, capture_output=True, text=True)
    assert done.stdout.split() == ["-2.0"], done.stderr


def halved(x):
    return x / 2


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("fft.rfft", lambda t: np.fft.rfft(t)),
        (r"halved \(vectorized\)", lambda t: np.frompyfunc(halved, 1, 1)(t)),
        ("bitwise_and", lambda t: np.bitwise_and(t, t)),
        ("add.reduceat", lambda t: np.add.reduceat(t, [0, 1])),
        ("subtract.reduce", lambda t: np.subtract.reduce(t)),
        ("logaddexp2.accumulate", lambda t: np.logaddexp2.accumulate(t)),
        ("save", lambda t: np.save("nowhere", t)),
        ("add with out", lambda t: np.add(t, 1.0, out=np.zeros((2, 3)))),
        ("isnan with out", lambda t: np.isnan(t, out=t)),
        ("isnan with where", lambda t: np.isnan(A, where=t)),
        ("logical_and with out", lambda t: np.logical_and(A, t, t)),
    ],
)
def test_a_function_of_numpy_without_a_rule_is_an_error(name, call):
    with pytest.raises(KindError, match=rf"numpy\.{name} .*numpy\.{name.split()[0]}.*\(node\.data\)"):
        call(Tensor(A))


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda t: np.fft.fft2(t), "complex numbers are out of scope"),
        (lambda t: np.roots(t[0]), "complex numbers are out of scope"),
        (lambda t: np.add.reduceat(t, [0, 1]), r"the parts, x\[start:stop\]"),
    ],
)
def test_where_there_is_a_reason_it_is_said(call, reason):
    with pytest.raises(KindError, match=f"has no derivative here .*{reason}"):
        call(Tensor(A))


def test_comparisons_take_the_options_of_numpy():
    found = np.zeros(A.shape, bool)
    assert np.greater(Tensor(A), 2.0, out=found, where=A < 5.0) is found
    assert found.tolist() == ((A > 2.0) & (A < 5.0)).tolist()


def test_an_array_does_not_swallow_a_node():
    array = A.copy()
    with pytest.raises(KindError, match="add"):
        array += Tensor(A)
    with pytest.raises(KindError, match=r"node\.data"):
        array[0] = Tensor(A[0])
    with pytest.raises(KindError, match=r"node\.data"):
        np.asarray(Tensor(A))
    assert array.tolist() == A.tolist()


# Tensor's methods.


@pytest.mark.parametrize(
    ("method", "slope"),
    [
        (lambda t: t.T, 1.0),
        (lambda t: t.mT, 1.0),
        (lambda t: t.sum(), 1.0),
        (lambda t: t.sum(axis=0), 1.0),
        (lambda t: t.sum(0, keepdims=True), 1.0),
        (lambda t: t.mean(), 1 / 6),
        (lambda t: t.mean(axis=1), 1 / 3),
        (lambda t: t.mean((0, 1), keepdims=True), 1 / 6),
        (lambda t: t.max(axis=0), A > 3.0),
        (lambda t: t.min(axis=0), A < 4.0),
        (lambda t: t.reshape(3, 2), 1.0),
        (lambda t: t.reshape((3, 2)), 1.0),
        (lambda t: t.reshape(-1), 1.0),
        (lambda t: t.transpose(), 1.0),
        (lambda t: t.transpose(1, 0), 1.0),
        (lambda t: t.transpose((1, 0)), 1.0),
        (lambda t: t.swapaxes(0, 1), 1.0),
        (lambda t: t.astype(np.float64), 1.0),
        (lambda t: t.prod(axis=1), A.prod(axis=1, keepdims=True) / A),
        (lambda t: t.var(axis=0, ddof=1), [[-3.0] * 3, [3.0] * 3]),
        (lambda t: t.std(axis=0, ddof=1), [[-(0.5**0.5)] * 3, [0.5**0.5] * 3]),
        (lambda t: t.sum(axis=1, where=A > 2.0), A > 2.0),
        (lambda t: t.max(where=A < 4.0, initial=-1.0), A == 3.0),
        (lambda t: t.cumsum(axis=1), [[3, 2, 1], [3, 2, 1]]),
        (lambda t: t.cumprod(axis=0), [[5, 6, 7], [1, 2, 3]]),
        (lambda t: t.squeeze(), 1.0),
        (lambda t: t.ravel(), 1.0),
        (lambda t: t.flatten(), 1.0),
        (lambda t: t.take([0, 0], axis=1), [[2, 0, 0], [2, 0, 0]]),
        (lambda t: t.repeat(2, axis=0), 2.0),
        (lambda t: t.diagonal(), [[1, 0, 0], [0, 1, 0]]),
        (lambda t: t.trace(1), [[0, 1, 0], [0, 0, 1]]),
        (lambda t: t.dot(A.T), [[5, 7, 9], [5, 7, 9]]),
        (lambda t: t.clip(2.0, 5.0), (A >= 2.0) & (A <= 5.0)),
        (lambda t: t[1:, [0, 0]], [[0, 0, 0], [2, 0, 0]]),
        (lambda t: t[..., -1], [[0, 0, 1], [0, 0, 1]]),
        (lambda t: t[A > 2.0], A > 2.0),
    ],
)
def test_methods_are_those_of_arrays(method, slope):
    t = Tensor(A)
    z = method(t)
    assert type(z) is Tensor
    assert z.data.tolist() == method(A).tolist()
    z.sum().backward()
    assert t.grad == pytest.approx(np.broadcast_to(slope, A.shape).astype(float))


def test_functions_are_methods():
    t, x = Tensor(A), Value(0.5)
    for name in ("exp", "log", "sqrt", "tanh", "sigmoid", "relu"):
        function = getattr(autograd_mini, name)
        assert getattr(t, name)().data.tolist() == function(A).tolist()
        assert getattr(x, name)().data == function(0.5)


def test_a_tensor_tells_its_form():
    t = Tensor(A)
    assert (t.shape, t.ndim, t.size, len(t), t.dtype) == ((2, 3), 2, 6, 2, np.float64)
    assert [row.data.tolist() for row in t] == A.tolist()
    first, second = t
    (first * second).sum().backward()
    assert t.grad.tolist() == A[::-1].tolist()
    assert (float(t[0, 1]), t[1, 2].item(), Tensor([[7.0]]).item()) == (2.0, 6.0, 7.0)
    assert type(t[0, 1].item()) is float
    assert (Value(1.0).shape, Value(1.0).ndim) == ((), 0)
    with pytest.raises(TypeError):
        list(Tensor(1.0))
    with pytest.raises(TypeError):
        len(Tensor(1.0))


# Float32 stays float32.


@pytest.mark.parametrize(
    "compute",
    [
        lambda t: t * 2.0 + 1,
        lambda t: 3 / t - True,
        lambda t: t**2 + 2**t,
        lambda t: t.mean() * t,
        lambda t: (t @ t.T).exp().log().sqrt().tanh(),
        lambda t: t.relu() + t.sigmoid() + autograd_mini.softplus(t),
        lambda t: autograd_mini.softmax(t) + autograd_mini.log_softmax(t) + autograd_mini.logsumexp(t),
        lambda t: np.maximum(t, 0.5) + np.minimum(2.0, t) + np.where(t > 1.0, t, 0.0),
        lambda t: np.concatenate([t, t[:1] * t.max()]) * t.data[0],
        lambda t: t * Value(2.0) - Value(3.0) / t,
    ],
)  # fmt: skip
def test_float32_stays_float32(compute):
    t = Tensor(A.astype(np.float32))
    z = compute(t)
    assert z.dtype == np.float32
    for differentiable in (False, True):
        swept = gradients(z.sum(), differentiable=differentiable)
        found = {str(g.dtype) for node, g in swept.items() if isinstance(node, Tensor)}
        assert found == {"float32"}
    z.sum().backward()
    assert t.grad.dtype == np.float32


def test_precisions_mix_as_in_numpy_and_each_leaf_keeps_its_own():
    single, double = Tensor(A.astype(np.float32)), Tensor(A)
    z = single * double + np.float64(1.0)
    assert z.dtype == np.float64
    z.sum().backward()
    assert (single.grad.dtype, double.grad.dtype) == (np.float32, np.float64)
