"""NumPy's options, methods of ufuncs and plain answers, beside NumPy itself on the data."""

import numpy as np
import pytest

from autograd_mini import (
    KindError,
    ShapeError,
    Tensor,
    Value,
    concatenate,
    cumsum,
    gradients,
    logsumexp,
    norm,
    softmax,
)
from autograd_mini.node import Node
from autograd_mini.numpy_names import OF_NUMBERS, OF_SHAPES, named

A = np.array([[1.0, -2.0, 3.0], [0.5, 5.0, -1.0]])
MASK = np.array([[True, False, True], [False, True, True]])

WITH_OPTIONS = {
    "sum by place": lambda x: np.sum(x, 0, None, None, True),
    "std by place": lambda x: np.std(x, 1, None, None, 1),
    "max by place": lambda x: np.max(x, 0, None, True),
    "cumsum in float32": lambda x: np.cumsum(x, 0, np.float32),
    "sum in float32": lambda x: np.sum(x, dtype=np.float32),
    "mean in float64": lambda x: np.mean(x, axis=0, dtype=float),
    "sum from 5": lambda x: np.sum(x, axis=1, initial=5.0),
    "sum of some from 5": lambda x: np.sum(x, axis=1, initial=5.0, where=MASK),
    "prod from 2": lambda x: np.prod(x, initial=2.0),
    "prod of float32": lambda x: np.prod(x, dtype=np.float32, initial=2.0),
    "stack with out=None": lambda x: np.stack([x, x], axis=1, out=None),
    "concatenate to float32": lambda x: np.concatenate([x, x], axis=1, dtype=np.float32),
    "trace by place": lambda x: np.trace(x, 0, 0, 1, None),
    "einsum, whose operands no parameters follow by place": lambda x: np.einsum("ij,kj->ik", x, A),
    "exp in float32": lambda x: np.exp(x, dtype=np.float32),
    "multiply in float64": lambda x: np.multiply(x, A, dtype=float, casting="same_kind", order="K", subok=True),
    "einsum of two": lambda x: np.einsum("ij,kj->ik", x, A, out=None),
    "einsum by lists": lambda x: np.einsum(x, [0, 1], A, [2, 1], [2, 0]),
    "einsum by lists alone": lambda x: np.einsum(x, [30, 1]),
    "einsum by lists with an ellipsis": lambda x: np.einsum(x, [..., 7], [7, ...]),
    "einsum in pairs": lambda x: np.einsum("ij,kj,kl,...l->...i", x, A, A, x, optimize=True),
    "einsum in pairs of the best order": lambda x: np.einsum("ij,kj,kl", x, A, x, optimize="optimal"),
    "einsum in pairs told": lambda x: np.einsum("ij,k,kj->", x, A[:, 0], x, optimize=["einsum_path", (1, 2), (0, 1)]),
    "einsum in pairs with a length of 1": lambda x: np.einsum("ij,kj,kl->il", x, np.ones((1, 3)), A, optimize="greedy"),
    "vecdot along an axis": lambda x: np.vecdot(x, A, axis=0),
    "dot with out=None": lambda x: np.dot(x, A.T, out=None),
    "outer with out=None": lambda x: np.outer(x, A, out=None),
    "tensordot by place": lambda x: np.tensordot(x, A, (0, 0)),
    "gradient at places that vary": lambda x: np.gradient(A[1], x[0], edge_order=2),
    "gradient between neighbours at places that vary": lambda x: np.gradient(A, x[1], axis=1),
    "gradient at the same places": lambda x: np.gradient(x, 0.5, axis=-1, edge_order=1),
    "polyfit at places that vary": lambda x: np.polyfit(x[0], A[1], 1),
    "polyfit with weights that vary": lambda x: np.polyfit(A[0], A[1] ** 2, 1, w=np.abs(x[1])),
    "convolve of a number": lambda x: np.convolve(x[0], 2.0),
    "correlate by place": lambda x: np.correlate(x[0], A[1], "full"),
    "trapezoid by place": lambda x: np.trapezoid(x, None, 0.5, 0),
    "add.reduce": lambda x: np.add.reduce(x),
    "add.reduce of all": lambda x: np.add.reduce(x, axis=None),
    "add.reduce by place": lambda x: np.add.reduce(x, 1, None, None, True),
    "multiply.reduce": lambda x: np.multiply.reduce(x, axis=1, keepdims=True),
    "maximum.reduce": lambda x: np.maximum.reduce(x),
    "minimum.reduce": lambda x: np.minimum.reduce(x, axis=-1),
    "logaddexp.reduce": lambda x: np.logaddexp.reduce(x),
    "add.accumulate": lambda x: np.add.accumulate(x),
    "multiply.accumulate": lambda x: np.multiply.accumulate(x, axis=1),
    "multiply.outer": lambda x: np.multiply.outer(x, x),
    "subtract.outer of an array": lambda x: np.subtract.outer(np.ones(2), x),
    "the method sum by place": lambda x: x.sum(0, None, None, True),
    "the method sum from 5": lambda x: x.sum(axis=1, initial=5.0, where=MASK),
    "the method mean in float32": lambda x: x.mean(axis=0, dtype=np.float32),
    "the method std by place": lambda x: x.std(1, None, None, 1),
    "the method max by place": lambda x: x.max(0, None, True),
    "the method prod from 2": lambda x: x.prod(initial=2.0),
    "the method cumsum in float32": lambda x: x.cumsum(dtype=np.float32, out=None),
    "the method clip by place": lambda x: x.clip(0, 2, None),
    "the method round by place": lambda x: x * x.round(1, None),
    "the method take by place": lambda x: x.take([0, 4], 1, None, "wrap"),
    "the method trace by place": lambda x: x.trace(0, 0, 1, None),
    "power.outer in float32": lambda x: np.power.outer(np.abs(x), np.arange(2.0), dtype=np.float32),
}


@pytest.mark.parametrize("call", WITH_OPTIONS.values(), ids=WITH_OPTIONS.keys())
def test_options_give_what_they_give_of_arrays(call):
    x = Tensor(A)
    z, expected = call(x), call(A)
    assert isinstance(z, Node)
    assert (z.shape, z.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(z.data, expected, rtol=8 * np.finfo(expected.dtype).eps)
    along = np.linspace(-1.0, 1.0, A.size).reshape(A.shape)
    step, tolerance = (1e-5, 1e-8) if expected.dtype == float else (1e-2, 1e-3)
    moved = (call(A + step * along).astype(float) - call(A - step * along)) / (2 * step)
    slope = np.sum(gradients(z, np.ones(z.shape))[x] * along)
    assert slope == pytest.approx(np.sum(moved), rel=tolerance, abs=tolerance)


def test_a_number_has_the_options_of_its_methods():
    x = Value(3.0)
    assert gradients(x.sum(None, None, None, True) * x.prod(initial=2.0), 1.0)[x] == pytest.approx(12.0)
    assert x.max(initial=5.0).data == 5.0


@pytest.mark.parametrize("call", [lambda x: x.mean(out=np.zeros(3)), lambda x: x.std(foo=1), lambda x: x.sum(bar=1)])
def test_a_method_says_what_it_does_not_take(call):
    with pytest.raises(KindError, match=r"(has no derivative|takes no .*) here"):
        call(Tensor(A))


@pytest.mark.parametrize("x", [Tensor(A), Value(2.0)], ids=["Tensor", "Value"])
def test_where_a_ufunc_is_not_asked_it_is_nan_and_hands_nothing_on(x):
    with np.errstate(invalid="ignore"):
        z = np.log(x, where=MASK)
    assert np.array_equal(np.isnan(z.data), ~MASK | (x.data < 0))
    g = gradients(np.log(np.abs(x), where=MASK), np.ones(A.shape))[x]
    np.testing.assert_allclose(g, (MASK / A) if isinstance(x, Tensor) else MASK.sum() / 2.0)


@pytest.mark.parametrize("mask", [A, Tensor(A), [1, 0, 1]], ids=["floats", "node", "whole numbers"])
def test_where_is_a_mask(mask):
    with pytest.raises(KindError, match="where"):
        np.exp(Tensor(A), where=mask)


def test_hypot_reduced_is_a_length():
    z = np.hypot.reduce(Tensor(A))
    np.testing.assert_allclose(z.data, np.hypot.reduce(A))


# What needs no derivative

SECOND = {
    "can_cast": (float,),
    "einsum_path": ([0, 1],),
    "argpartition": (2,),
    "digitize": ([0.0, 1.0],),
    "histogram2d": (A[0],),
}
SECOND |= dict.fromkeys(
    ["may_share_memory", "shares_memory", "allclose", "isclose", "array_equal", "array_equiv", "isin"], (A,)
)
OF_VECTORS = {"searchsorted": ([0.0, 1.0],), "digitize": ([0.0, 1.0],), "histogram2d": (A[0],)}
OF_SQUARES = {"diag_indices_from", "tril_indices_from", "triu_indices_from"}


@pytest.mark.parametrize("name", [name for name in (*OF_SHAPES, *OF_NUMBERS) if named(name)])
def test_what_needs_no_derivative_is_answered_plainly(name):
    array = {**dict.fromkeys(OF_VECTORS, A[0]), **dict.fromkeys(OF_SQUARES, A[:, :2])}.get(name, A)
    more = {**SECOND, **OF_VECTORS}.get(name, ())
    found, expected = named(name)(Tensor(array), *more), named(name)(array, *more)
    parts = found if isinstance(found, tuple | list) else [found]
    assert not any(isinstance(part, Node) for part in parts)
    if name == "empty_like":  # its numbers are anybody's
        found, expected = (found.shape, found.dtype), (expected.shape, expected.dtype)
    elif name in ("may_share_memory", "shares_memory"):  # a node's memory is its own
        expected = False
    np.testing.assert_equal(found, expected)


def test_nodes_in_a_row_are_answered_for_too():
    x = Tensor(A[0])
    assert np.lexsort((x, x)).tolist() == np.lexsort((A[0], A[0])).tolist()
    assert [index.tolist() for index in np.where(x)] == [[0, 1, 2]]


@pytest.mark.parametrize("x", [Tensor(A), Value(-2.0)], ids=["Tensor", "Value"])
def test_methods_answer_as_those_of_arrays(x):
    array = np.asarray(x.data)
    for name in ("argmax", "argmin", "any", "all", "tolist", "nonzero", "argsort", "searchsorted", "argpartition"):
        if array.ndim == 0 and name in ("nonzero", "searchsorted", "argsort", "argpartition"):
            continue  # of no axis NumPy's are deprecated or an error
        one, args = (x[0], (0.0,)) if name == "searchsorted" else (x, (1,) if name == "argpartition" else ())
        np.testing.assert_equal(getattr(one, name)(*args), getattr(np.asarray(one.data), name)(*args))
    assert x.real is x.conj() is x.conjugate() is x
    assert not np.any(x.imag)
    assert (x.size, x.dtype, x.T.shape) == (array.size, array.dtype, array.T.shape)
    assert x.sum().item() == array.sum()


@pytest.mark.parametrize("place", [(4,), (-1,), (1, 2), ((0, 1),)])
def test_the_item_at_a_place_is_that_of_an_array(place):
    answer = Tensor(A).item(*place)
    assert (answer, type(answer)) == (A.item(*place), float)


@pytest.mark.parametrize("place", [(6,), (0, 1, 2), (0, 7), ("a",)])
def test_the_item_at_no_place_is_refused(place):
    with pytest.raises((ShapeError, KindError, IndexError), match="getitem"):
        Tensor(A).item(*place)


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("detach", r"node\.data"),
        ("numpy", r"node\.data"),
        ("unsqueeze", r"np\.expand_dims"),
        ("permute", "transpose"),
        ("view", "reshape"),
        ("sort", r"np\.sort"),
        ("fill", "set_at"),
        ("requires_grad", "stays a plain array"),
    ],
)
@pytest.mark.parametrize("kind", [Value, Tensor])
def test_a_name_that_nodes_have_not_says_what_to_write(kind, name, way_out):
    with pytest.raises(AttributeError, match=f"a {kind.__name__} has no {name}: .*{way_out}"):
        getattr(kind(1.0), name)
    assert not hasattr(kind(1.0), name)


@pytest.mark.parametrize("name", ["sum", "mean", "std", "max", "cumsum", "argmax", "any", "argsort"])
def test_the_axis_of_a_method_is_called_as_in_numpy(name):
    with pytest.raises(KindError, match=f"{name} takes no dim= here: it is called axis="):
        getattr(Tensor(A), name)(dim=0)


@pytest.mark.parametrize("function", [softmax, logsumexp, norm, cumsum])
def test_the_axis_of_a_function_is_called_as_in_numpy(function):
    with pytest.raises(KindError, match=f"{function.__name__} takes no dim= here: it is called axis="):
        function(Tensor(A), dim=0)


def test_other_names_of_options_are_told():
    with pytest.raises(KindError, match="concatenate takes no dim= here: it is called axis="):
        concatenate([Tensor(A), Tensor(A)], dim=0)
    with pytest.raises(KindError, match="max takes no keepdim= here: it is called keepdims="):
        Tensor(A).max(axis=0, keepdim=True)
    with pytest.raises(KindError, match="mean takes no keepdim= here: it is called keepdims="):
        Tensor(A).mean(axis=0, keepdim=True)
