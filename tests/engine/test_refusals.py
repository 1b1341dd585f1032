"""What the engine refuses: input of a wrong kind or shape, with a message that names what was given and the way out."""

import operator

import numpy as np
import pytest

from autograd_mini import (
    AutogradError,
    KindError,
    ShapeError,
    Tensor,
    Value,
    add_at,
    avg_pool2d,
    concatenate,
    conv1d,
    conv2d,
    diff,
    einsum,
    exp,
    inner,
    linalg,
    matmul,
    max_pool2d,
    maximum,
    multiply,
    norm,
    pad,
    set_at,
    sort,
    split,
    stack,
    tensordot,
    where,
)

V, T, IMAGE = Value(2.0), Tensor([1.0, 2.0, 3.0]), Tensor(np.ones((1, 1, 2, 2)))


@pytest.mark.parametrize("data", [[1, 2], "x", "1.0", None, 1j, V, T, np.ones(1), {}])
def test_a_value_holds_a_number(data):
    with pytest.raises(KindError, match=f"Value holds a float.*got {type(data).__name__}.*use Tensor"):
        Value(data)


@pytest.mark.parametrize("data", [True, np.True_, 2, np.int8(2), np.float32(2.0), np.array(2.0), np.array(2)])
def test_a_value_takes_any_real_number(data):
    value = Value(data)
    assert type(value.data) is float
    assert value.data == data


@pytest.mark.parametrize(
    "data",
    ["abc", np.array([1.0, 2.0], object), [1.0, None], 1j, np.ones(2, complex), np.float16(1.0), {1.0}, None],
)
def test_a_tensor_holds_an_array_of_floats(data):
    with pytest.raises(KindError, match="Tensor holds float32 or float64; got an array of"):
        Tensor(data)


@pytest.mark.parametrize("data", [V, T, [V, V], [T, 1.0]])
def test_a_tensor_is_not_made_of_nodes(data):
    with pytest.raises(KindError, match=r"stack or concatenate|node\.data"):
        Tensor(data)


def test_a_ragged_tensor_is_refused():
    with pytest.raises(KindError, match="inhomogeneous"):
        Tensor([[1.0], [1.0, 2.0]])


BINARY = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": operator.pow,
    "matmul": operator.matmul,
    "maximum": maximum,
    "stack": lambda x, y: stack([x, y]),
    "where": lambda x, y: where(np.array([True, False, True]), x, y),
}
NEITHER = {
    "got NoneType": None,
    "got str": "x",
    "got complex": 1j,
    "got dict": {},
    "got object": object(),
    "array of object": np.array([1.0, 2.0, 3.0], object),
    "array of complex128": np.ones(3, complex),
    "array of float16": np.ones(3, np.float16),
    "array of <U1": np.array(["a", "b", "c"]),
}


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("words", NEITHER)
@pytest.mark.parametrize("node", [V, T], ids=["Value", "Tensor"])
def test_an_operand_that_no_node_holds(name, words, node):
    for operands in ((node, NEITHER[words]), (NEITHER[words], node)):
        with pytest.raises(KindError, match=f"^{name}.*{words}"):
            BINARY[name](*operands)


@pytest.mark.parametrize(
    "make",
    [
        lambda x: np.array([x]),
        lambda x: np.array([x, 1.0], dtype=object),
        lambda x: np.array([[x, x]], dtype=float),
        lambda x: np.asarray(x),
        lambda x: np.full(3, x),
        lambda x: np.vectorize(lambda y: y)(x),
        lambda x: exp([x, x]),
        lambda x: np.exp([x, x]),
        lambda x: np.sum([x, x]),
        lambda x: [x, x] * T,
    ],
)
@pytest.mark.parametrize("node", [V, T], ids=["Value", "Tensor"])
def test_nodes_never_end_in_an_array_of_objects(make, node):
    with pytest.raises(KindError, match=r"node\.data"):
        make(node)


@pytest.mark.parametrize(
    ("name", "compute", "words"),
    [
        ("add", lambda: Tensor(np.ones((3, 4))) + Tensor(np.ones(5)), [r"\(3, 4\)", r"\(5,\)"]),
        ("multiply", lambda: T * np.ones(2), [r"\(3,\)", r"\(2,\)"]),
        ("subtract", lambda: np.ones(2) - T, [r"\(3,\)", r"\(2,\)"]),
        ("matmul", lambda: T @ Tensor([1.0, 2.0]), [r"\(3,\)", r"\(2,\)", "3 numbers", "right 2"]),
        ("matmul", lambda: T @ 2.0, [r"\(3,\)", r"2\.0", r"by \*"]),
        ("matmul", lambda: matmul(V, V), [r"2\.0"]),
        ("sum", lambda: T.sum(axis=1), [r"\(3,\)", "axis 1"]),
        ("max", lambda: T.max(axis=(0, 2)), [r"\(3,\)", "axis 2"]),
        ("reshape", lambda: T.reshape(2, 2), [r"\(3,\)", "2"]),
        ("transpose", lambda: T.transpose(0, 1), [r"\(3,\)"]),
        ("swapaxes", lambda: T.mT, [r"\(3,\)"]),
        ("getitem", lambda: T[3], [r"\(3,\)", "3"]),
        ("getitem", lambda: T["a"], [r"\(3,\)", "'a'"]),
        ("concatenate", lambda: concatenate([T, np.ones((1, 3))]), [r"\(3,\)", r"\(1, 3\)"]),
        ("stack", lambda: stack([T, V]), [r"\(3,\)", r"2\.0"]),
        ("where", lambda: where(np.ones(2, bool), T, 0.0), [r"\(3,\)"]),
        ("sum", lambda: T.sum(where=np.ones((2, 3), bool)), [r"\(3,\)"]),
        ("prod", lambda: T.prod(axis=1), [r"\(3,\)", "axis 1"]),
        ("prod", lambda: T.prod(where=np.ones((2, 3), bool)), [r"\(3,\)"]),
        ("max", lambda: T.max(where=np.ones(3, bool)), [r"\(3,\)", "initial"]),
        ("cumprod", lambda: T.cumprod(1), [r"\(3,\)", "axis 1"]),
        ("norm", lambda: norm(Tensor(np.ones((2, 3, 4))), 2), [r"\(2, 3, 4\)", "one axis", "ord=None"]),
        ("take", lambda: T.take([3]), [r"\(3,\)", "index 3"]),
        ("repeat", lambda: T.repeat([1, 2]), [r"\(3,\)"]),
        ("diagonal", lambda: T.diagonal(), [r"\(3,\)"]),
        ("sort", lambda: sort(T, 1), [r"\(3,\)", "axis 1"]),
        ("split", lambda: split(T, 2), [r"\(3,\)", "2"]),
        ("diff", lambda: diff(T, 1, 2), [r"\(3,\)", "axis 2"]),
        ("diff", lambda: diff(T, -1), ["-1"]),
        ("pad", lambda: pad(T, -1), [r"\(3,\)", "-1"]),
        ("pad", lambda: pad(T, 1, "mean"), ["'mean'", "constant"]),
        ("add_at", lambda: add_at(T, 3, 1.0), [r"\(3,\)", "index 3"]),
        ("set_at", lambda: set_at(T, [0, 1], [1.0, 2.0, 3.0]), [r"\(3,\)"]),
        ("set_at", lambda: set_at(T, [0, -3], 1.0), ["twice"]),
        ("einsum", lambda: einsum(T, [0, 99]), ["from 0 to 51"]),
        ("einsum", lambda: einsum("i,j,j", T, T, T, optimize="best"), ["best"]),
        ("einsum", lambda: einsum("ij", T), [r"\(3,\)"]),
        ("tensordot", lambda: tensordot(T, Tensor([1.0]), 1), [r"\(3,\)", r"\(1,\)"]),
        ("dot", lambda: T.dot(Tensor([1.0])), [r"\(3,\)", r"\(1,\)"]),
        ("inner", lambda: inner(T, np.ones(2)), [r"\(3,\)", r"\(2,\)"]),
        ("inv", lambda: linalg.inv(Tensor(np.zeros((2, 2)))), [r"\(2, 2\)", "Singular"]),
        ("inv", lambda: linalg.inv(Tensor(np.ones((2, 3)))), [r"\(2, 3\)", "square"]),
        ("solve", lambda: linalg.solve(Tensor(np.eye(2)), T), [r"\(2, 2\)", r"\(3,\)", "as many rows"]),
        ("solve", lambda: linalg.solve(np.eye(2), V), [r"\(2, 2\)", r"2\.0", "as many rows"]),
        ("solve", lambda: linalg.solve(np.ones((3, 2, 2)), Tensor(np.ones((2, 2, 1)))), [r"\(2, 2, 1\)", "broadcast"]),
        ("solve", lambda: linalg.solve(np.ones((2, 3)), T), [r"\(2, 3\)", "square"]),
        ("solve", lambda: linalg.solve(np.zeros((3, 3)), T), [r"\(3, 3\)", "Singular"]),
        ("det", lambda: linalg.det(T), [r"\(3,\)"]),
        ("slogdet", lambda: linalg.slogdet(T), [r"\(3,\)"]),
        ("cholesky", lambda: linalg.cholesky(Tensor(-np.eye(2))), [r"\(2, 2\)", "positive definite"]),
        ("cholesky", lambda: linalg.cholesky(Tensor(np.ones((1, 3)))), [r"\(1, 3\)", "square"]),
        ("conv2d", lambda: conv2d(T, np.ones((1, 1, 1, 1))), [r"\(3,\)"]),
        ("conv2d", lambda: conv2d(IMAGE, np.ones((1, 2, 1, 1))), [r"\(1, 1, 2, 2\)", r"\(1, 2, 1, 1\)"]),
        ("conv2d", lambda: conv2d(IMAGE, np.ones((1, 1, 3, 3))), [r"\(1, 1, 2, 2\)", r"\(3, 3\)"]),
        ("conv2d", lambda: conv2d(IMAGE, np.ones((1, 1, 1, 1)), stride=0), [r"stride \(0, 0\)"]),
        ("conv1d", lambda: conv1d(T, T), [r"\(3,\)"]),
        ("max_pool2d", lambda: max_pool2d(IMAGE, 3), [r"\(1, 1, 2, 2\)", r"\(3, 3\)"]),
        ("max_pool2d", lambda: max_pool2d(IMAGE, 1, padding=1), [r"padding \(1, 1\)"]),
        ("avg_pool2d", lambda: avg_pool2d(IMAGE, (1, 1, 1)), [r"\(1, 1, 1\)"]),
    ],
)
def test_shapes_that_do_not_go_together(name, compute, words):
    with pytest.raises(ShapeError, match=f"^{name}") as caught:
        compute()
    for word in words:
        caught.match(word)


def test_item_assignment_is_refused_with_a_way_out():
    with pytest.raises(KindError, match="where or concatenate"):
        T[0] = 5.0


@pytest.mark.parametrize("dtype", [int, bool, complex, np.float16, object])
def test_a_tensor_stays_of_floats(dtype):
    with pytest.raises(KindError, match="float32 or float64"):
        T.astype(dtype)


def test_one_number_of_many_is_refused():
    for number in (float, bool, Tensor.item, "{:.2f}".format):
        with pytest.raises(AutogradError, match=r"\(3,\)"):
            number(T)


def test_a_constant_is_not_taken_from_a_node():
    for compute in (lambda: T.max(initial=V), lambda: pad(T, 1, constant_values=V)):
        with pytest.raises(KindError, match=r"constant|node\.data"):
            compute()


def test_numbers_too_large_for_a_float():
    for compute in (lambda: Value(10**400), lambda: multiply(V, 10**400), lambda: T + 10**400):
        with pytest.raises(AutogradError, match="too large"):
            compute()


def test_errors_are_of_the_package_and_of_python():
    assert issubclass(KindError, AutogradError)
    assert issubclass(KindError, TypeError)
    assert issubclass(ShapeError, AutogradError)
    assert issubclass(ShapeError, ValueError)


@pytest.mark.parametrize(
    "given", [("a", 1.0, 2.0), (None, 1.0, 2.0), (1j, 1.0, 2.0), (True, 1j, 2.0), (True, "a", 2.0)]
)
def test_where_of_single_numbers_takes_numbers(given):
    with pytest.raises(KindError, match="where takes numbers"):
        where(*given)


def test_where_of_whole_numbers_is_a_float():
    assert type(where(True, 1, 2)) is float
