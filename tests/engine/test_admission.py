"""What comes in at the one door: subclasses of arrays, other libraries' containers, small integers, complex numbers."""

import functools

import numpy as np
import pytest

from autograd_mini import (
    KindError,
    Tensor,
    Value,
    clip,
    custom_primitive,
    elu,
    exp,
    grad,
    jvp,
    leaky_relu,
    max,
    maximum,
    pad,
    power,
    sigmoid,
    softmax,
    stack,
    vjp,
    where,
    xlogy,
)
from autograd_mini.node import Node, data_of

from ..table import CASES

NODES = {
    "Value": lambda: Value(2.0),
    "Tensor": lambda: Tensor([1.0, 2.0]),
    "float32": lambda: Tensor(np.float32([1, 2])),
}
of_every_node = pytest.mark.parametrize("make", NODES.values(), ids=NODES)


# Subclasses of arrays: one that is an array with a name is an array; one with a meaning of its own is refused.


class Named(np.ndarray):
    pass


def mapped_file(tmp_path):
    array = np.memmap(tmp_path / "numbers", dtype=float, mode="w+", shape=(2,))
    array[:] = 3.0, 4.0
    return array


ARRAYS = {
    "subclass": lambda path: np.array([3.0, 4.0]).view(Named),
    "memmap": mapped_file,
    "field of records": lambda path: np.rec.fromarrays([[3.0, 4.0], [0, 0]], names="a,b").a,
}


@of_every_node
@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_arrays_by_another_name(array, make, tmp_path):
    array, node = array(tmp_path), make()
    expected = data_of(node) * np.array([3.0, 4.0])
    for product in (node * array, array * node, np.multiply(array, node)):
        assert type(product) is Tensor
        assert type(product.data) is np.ndarray
        np.testing.assert_array_equal(product.data, expected)
    assert type(Tensor(array).data) is np.ndarray
    assert type(exp(array)) is np.ndarray
    gradient = grad(lambda x: (x * x).sum())(array)
    np.testing.assert_array_equal(gradient, [6.0, 8.0])
    assert isinstance(stack([array, Tensor(array)]), Tensor)


MEANING = {
    "masked": (np.ma.masked_array([1.0, 2.0], [False, True]), "masks|does not turn into an array"),
    "nothing masked": (np.ma.masked_array([1.0, 2.0]), "masks|does not turn into an array"),
    "matrix": (np.array([[1.0, 2.0], [3.0, 4.0]]).view(np.matrix), r"np\.asarray\(matrix\)"),
    "records": (np.rec.array([(1.0, 2.0)], dtype=[("a", float), ("b", float)]), "float32 or float64"),
}
USES = {
    "node first": lambda node, x: node * x,
    "node last": lambda node, x: x * node,
    "ufunc": lambda node, x: np.multiply(x, node),
    "product": lambda node, x: x @ node,
    "in place": lambda node, x: x.__iadd__(node),
    "leaf": lambda node, x: Tensor(x),
    "raw": lambda node, x: exp(x),
    "joined": lambda node, x: stack([node, x]),
    "branch": lambda node, x: where(np.array([True, False]), node, x),
    "argument": lambda node, x: grad(lambda x: x.sum())(x),
    "direction": lambda node, x: jvp(exp, (np.ones(np.shape(x)),), (x,)),
    "seed": lambda node, x: vjp(exp, np.ones(np.shape(x)))[1](x),
    "data": lambda node, x: setattr(Tensor(np.ones(np.shape(x))), "data", x),
    "own primitive": lambda node, x: custom_primitive(lambda g, z, x, y: g, lambda g, z, x, y: g)(np.add)(node, x),
}


@of_every_node
@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize(("array", "words"), MEANING.values(), ids=MEANING)
def test_arrays_with_a_meaning_of_their_own_are_refused(array, words, use, make):
    before = array.copy()
    words = f"{words}|history would be lost" if use is USES["in place"] else words
    with pytest.raises(KindError, match=words):
        use(make(), array)
    assert np.array_equal(np.asarray(array), np.asarray(before))


@of_every_node
@pytest.mark.parametrize("name", ["exp", "add", "multiply", "sqrt", "maximum", "power", "sin", "absolute"])
def test_functions_of_masked_arrays_do_not_drop_the_graph(name, make):
    function, node = getattr(np.ma, name), make()
    inputs = [node] * (2 if name in ("add", "multiply", "maximum", "power") else 1)
    with pytest.raises(KindError, match=r"history would be lost|node\.data"):
        function(*inputs)


# Containers of other libraries.


class Labelled:
    """Numbers with labels, which follow the protocols that pandas follows."""

    __pandas_priority__ = 4000
    __array_priority__ = 1000

    def __init__(self, numbers):
        self.numbers = numbers

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numbers, dtype)

    def _left(self, operation, other):
        if getattr(other, "__pandas_priority__", 0) > self.__pandas_priority__:
            return NotImplemented
        return Labelled(operation(np.asarray(self), other))

    __mul__, __rmul__ = (functools.partialmethod(_left, np.multiply),) * 2
    __add__, __radd__ = (functools.partialmethod(_left, np.add),) * 2


class Unconvertible:
    def __array__(self, dtype=None, copy=None):
        raise TypeError("cannot directly convert a data set of several arrays")


@of_every_node
def test_a_container_of_numbers_meets_a_node_on_either_side(make):
    node, labelled = make(), Labelled([3.0, 4.0])
    for product in (node * labelled, labelled * node):
        assert type(product) is Tensor
        np.testing.assert_array_equal(product.data, data_of(node) * np.array([3.0, 4.0]))
    for total in (node + labelled, labelled + node):
        np.testing.assert_array_equal(total.data, data_of(node) + np.array([3.0, 4.0]))
    np.testing.assert_array_equal(Tensor(labelled).data, [3.0, 4.0])


@of_every_node
def test_a_container_that_is_no_array_is_refused_in_words(make):
    for use in (lambda x: make() * x, lambda x: x * make(), Tensor, exp, lambda x: stack([make(), x])):
        with pytest.raises(KindError, match=r"array.*got.*Unconvertible.*several arrays"):
            use(Unconvertible())


@of_every_node
def test_pandas_and_nodes(make):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed; its protocol is tested above")
    node, series = make(), pandas.Series([3.0, 4.0])
    for product in (node * series, series * node, np.multiply(series, node)):
        np.testing.assert_array_equal(product.data, data_of(node) * np.array([3.0, 4.0]))


# Small integers: float64 before any arithmetic, in every operation.

SMALL = {"uint8": 250, "int8": 100, "int16": 30_000, "int64": 3, "bool": 1}
INTEGERS = [case for case in CASES if case.row.name != "astype" and case.call.shapes]


def whole_numbers(case, dtype):
    """Numbers of which squares and sums do not fit the dtype."""
    rng = np.random.default_rng(0)
    numbers = [rng.integers(1, 4, shape) for shape in case.call.shapes]
    return [np.asarray(np.where(x == 3, SMALL[dtype], x), dtype) for x in numbers]


def answer(case, inputs):
    """What the operation gives, as arrays; the kind of error where it refuses."""
    try:
        given = case.ours(*inputs)
    except Exception as error:
        return type(error)
    return [np.asarray(data_of(part)) for part in (given if isinstance(given, list | tuple) else [given])]


@pytest.mark.parametrize("dtype", SMALL)
def test_integers_do_not_wrap(dtype):
    computed = 0
    for case in INTEGERS:
        whole = whole_numbers(case, dtype)
        floats = [x.astype(np.float64) for x in whole]
        for inputs, expected in (
            (whole, answer(case, floats)),
            ([Tensor(x) for x in whole], answer(case, floats)),
            ([Tensor(floats[0]), *whole[1:]], answer(case, floats)),
            ([*whole[:-1], Tensor(floats[-1])], answer(case, floats)),
        ):
            found = answer(case, inputs)
            if isinstance(expected, type) or isinstance(found, type):
                assert found is expected, case
                continue
            computed += 1
            for a, b in zip(found, expected, strict=True):
                assert a.dtype == np.float64, case
                np.testing.assert_array_equal(a, b, err_msg=repr(case))
    assert computed > 2 * len(INTEGERS)


def test_the_examples_of_small_integers():
    np.testing.assert_allclose(softmax(np.array([[1, 2]], np.uint8)).sum(), 1.0)
    np.testing.assert_allclose(xlogy(Tensor([2.0]), np.array([3], np.uint8)).data, [2.0 * np.log(3.0)], rtol=1e-15)
    np.testing.assert_allclose(xlogy(Value(2.0), np.array([3], np.int8)).data, [2.0 * np.log(3.0)], rtol=1e-15)
    assert (Tensor(np.float32([2])) * np.array([3], np.uint8)).data.dtype == np.float32  # as in NumPy


# Complex numbers, and whatever else no node holds.

FOREIGN = {
    "complex128": np.complex128,
    "complex64": np.complex64,
    "object": object,
}


@pytest.mark.parametrize("dtype", FOREIGN.values(), ids=FOREIGN)
def test_no_operation_takes_numbers_that_are_not_real(dtype):
    tried = 0
    for case in INTEGERS:
        for place in range(len(case.call.shapes)):
            for kind in (np.asarray, Tensor):
                inputs = [kind(np.ones(shape)) for shape in case.call.shapes]
                inputs[place] = np.ones(case.call.shapes[place]).astype(dtype)
                assert issubclass(answer(case, inputs), KindError), case
                tried += 1
    assert tried > 500


IMAGINARY = {
    "function": lambda: sigmoid(1j),
    "leaf": lambda: Value(1j),
    "array": lambda: Tensor([1j]),
    "operand": lambda: Value(2.0) * 1j,
    "operand first": lambda: 1j * Tensor([2.0]),
    "power": lambda: Value(2.0) ** 1j,
    "raw power": lambda: power(2.0, 1j),
    "raw maximum": lambda: maximum(1j, 2.0),
    "argument": lambda: grad(exp)(1j),
    "direction": lambda: jvp(exp, (1.0,), (1j,)),
    "upstream": lambda: vjp(exp, 1.0)[1](1j),
    "branch": lambda: where(np.array([True]), 1j, Tensor([2.0])),
    "stacked": lambda: stack([1j, 2.0]),
    "data": lambda: setattr(Value(1.0), "data", 1j),
    "bound": lambda: clip(Tensor([2.0]), 1j, 2.0),
    "raw bound": lambda: clip(2.0, 1j, 2.0),
    "array of bounds": lambda: clip(np.ones(2), np.array([1j, 0]), 2.0),
    "bound of objects": lambda: clip(Tensor([2.0]), np.array([1], object), 2.0),
    "slope": lambda: leaky_relu(Tensor([2.0]), 1j),
    "alpha": lambda: elu(Tensor([2.0]), 1j),
    "initial": lambda: max(Tensor([2.0]), initial=1j),
    "filling": lambda: pad(Tensor([2.0]), 1, constant_values=1j),
}


@pytest.mark.parametrize("call", IMAGINARY.values(), ids=IMAGINARY)
def test_complex_is_refused_everywhere(call):
    with pytest.raises(KindError):
        call()


def test_a_node_is_no_constant():
    assert issubclass(Value, Node)
    with pytest.raises(KindError, match="join nodes with stack"):
        exp([Value(1.0)])
