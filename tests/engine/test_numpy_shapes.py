"""NumPy's names for shapes, beside NumPy itself on the data; and what is refused, with the way out."""

import numpy as np
import pytest

from autograd_mini import KindError, ShapeError, Tensor, Value, gradients
from autograd_mini.node import Node

A = np.array([[1.0, -2.0, 3.0], [0.5, 5.0, -1.0]])
MASK = np.array([[True, False, True], [False, True, True]])

CALLS = {
    "reshape by method, order F": lambda x: x.reshape(3, 2, order="F"),
    "reshape by place, order F": lambda x: np.reshape(x, (3, -1), "F"),
    "ravel in order F": lambda x: x.ravel(order="F"),
    "flatten in order F": lambda x: x.flatten("F"),
    "copy": lambda x: x.copy(),
    "copy in order F": lambda x: np.copy(x, order="F"),
    "flat": lambda x: np.stack([*x.flat]),
    "an element of flat": lambda x: x.flat[4],
    "astype by place": lambda x: np.astype(x, np.float32),
    "astype without a copy": lambda x: x.astype(np.float32, copy=False),
    "hstack to float32": lambda x: np.hstack([x, x], dtype=np.float32),
    "hstack of the rows": lambda x: np.hstack(x),
    "vstack of the rows": lambda x: np.vstack(tuple(x)),
    "linspace to a float32": lambda x: np.linspace(x, A, 3, True, False, np.float32, 1),
    "linspace from an array": lambda x: np.linspace(A, x, 3, endpoint=False),
    "linspace's step": lambda x: np.linspace(x, 9.0, 4, retstep=True)[1],
    "meshgrid": lambda x: np.meshgrid(x[0], x[1], indexing="ij", copy=False)[1],
    "ix_": lambda x: x[np.ix_([0, 1], [2, 0])],
    "ix_ of masks": lambda x: x[np.ix_([True, False], [True, False, True])],
    "insert, cast": lambda x: np.insert(np.float32(A), [0, 2], x[:, 1:], axis=1),
    "expand_dims": lambda x: np.expand_dims(x, (0, 2)),
    "take by mode": lambda x: np.take(x, [0, 7, -9], 1, None, "clip"),
    "roll of axes": lambda x: np.roll(x, (1, 2), axis=(0, 1)),
    "compress by method": lambda x: x.compress([False, True], axis=0),
    "select among nodes": lambda x: np.select([x > 2.0, x < 0.0], [x * x, -x], x),
    "piecewise": lambda x: np.piecewise(x, [x > 2.0, x < 0.0], [np.sqrt, lambda x: x * x, 1.0]),
    "extract": lambda x: np.extract(x > 0.0, x),
    "choose among rows": lambda x: np.choose([0, 1, 1], x),
    "logspace": lambda x: np.logspace(0.0, 1.0, 3, base=abs(x[0, 0])),
    "apply_along_axis": lambda x: np.apply_along_axis(np.repeat, 1, x, 2),
    "windows": lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, axis=1, writeable=True),
    "matrix_transpose": lambda x: np.matrix_transpose(x),
    "full_like in float32": lambda x: np.full_like(x, x[0, 0], np.float32),
    "full_like": lambda x: np.full_like(x, x[0, 0], shape=(2, 2)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_node_gives_what_an_array_gives(call):
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


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [("concat", "concatenate", [A, A]), ("permute_dims", "transpose", A), ("unstack", "array_split", A)],
)
def test_names_of_newer_numpys_are_those_of_older_ones(name, one, other):
    if not hasattr(np, name):
        pytest.skip(f"this NumPy has no {name}")
    leaf = Tensor(A)
    given = [leaf, leaf] if isinstance(other, list) else leaf
    found, expected = getattr(np, name)(given), getattr(np, name)(other)
    if isinstance(expected, tuple):
        found, expected = np.stack(found), np.stack(expected)
    np.testing.assert_array_equal(found.data, expected)


def test_what_is_full_of_a_number_is_a_plain_array():
    assert type(np.full_like(Tensor(A), 2.0)) is np.ndarray
    assert np.full_like(Tensor(np.float32(A)), 2.0).dtype == np.float32
    assert np.full_like(Tensor(A), 2, dtype=int).dtype == int


def test_answers_without_nodes_are_numpys():
    found = np.apply_along_axis(np.argmax, 1, Tensor(A))
    assert found.tolist() == [2, 1]
    assert found.dtype == int


IN_PLACE = {
    "add.at": lambda t: np.add.at(t, [0, 0], 1.0),
    "add.at with a node": lambda t: np.add.at(np.zeros((2, 3)), [0, 0], t),
    "multiply.at": lambda t: np.multiply.at(t, 0, 2.0),
    "copyto": lambda t: np.copyto(np.zeros((2, 3)), t),
    "copyto of full_like": lambda t: np.full_like(A, t),
    "fill_diagonal": lambda t: np.fill_diagonal(t, 1.0),
    "place": lambda t: np.place(t, MASK, [1.0]),
    "put": lambda t: np.put(t, 0, 1.0),
    "put_along_axis": lambda t: np.put_along_axis(t, np.array([[0], [1]]), 1.0, 1),
    "putmask": lambda t: np.putmask(t, MASK, 1.0),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_what_changes_an_array_in_place_says_what_to_write(name):
    leaf = Tensor(A)
    with pytest.raises(KindError, match=rf"numpy\.{name.split()[0]} changes an array in place.*use "):
        IN_PLACE[name](leaf)
    assert leaf.data.tolist() == A.tolist()


REFUSED = {
    "ravel by memory": (lambda t: np.ravel(t, order="K"), KindError, "order 'C' or 'F'"),
    "reshape by memory": (lambda t: t.reshape(6, order="A"), KindError, "order 'C' or 'F'"),
    "ix_ of a node": (lambda t: np.ix_(t[0]), KindError, r"ix_.*node\.data"),
    "vsplit of a vector": (
        lambda t: np.vsplit(t[0], 3),
        ShapeError,
        r"vsplit takes an array of 2 or more axes.*\(3,\)",
    ),
    "unstack of a number": (lambda t: np.dsplit(t, 3), ShapeError, r"dsplit takes an array of 3 or more"),
    "array_split into none": (lambda t: np.array_split(t, 0), ShapeError, r"array_split of shape \(2, 3\) and int 0"),
    "block of uneven lists": (lambda t: np.block([t, [t]]), ShapeError, "nested equally deep"),
    "insert at a node": (lambda t: np.insert(t, Value(1.0), 0.0), KindError, "insert takes a Value among"),
    "insert at a mask": (lambda t: np.insert(t, [True, False, True], 0.0), KindError, "not a mask"),
    "insert too far": (lambda t: np.insert(t, 9, 0.0), ShapeError, "insert of shape"),
    "meshgrid of another kind": (lambda t: np.meshgrid(t, t, indexing="yx"), ShapeError, "'xy' or 'ij'.*'yx'"),
    "rot90 in no plane": (lambda t: np.rot90(t, 1, (0, 0)), ShapeError, r"rot90 of shape \(2, 3\).*axis"),
    "vander of a matrix": (lambda t: np.vander(t), ShapeError, r"vander takes a vector; got shape \(2, 3\)"),
    "vander of -1": (lambda t: np.vander(t[0], -1), ShapeError, "vander takes a whole number, 0 or more; got int -1"),
    "linspace of -1": (lambda t: np.linspace(t, 1.0, -1), ShapeError, "-1 numbers"),
    "linspace of 2.5": (lambda t: np.linspace(t, 1.0, 2.5), KindError, "linspace of float 2.5"),
    "compress by a matrix": (lambda t: np.compress(MASK, t), ShapeError, r"a row of conditions.*\(2, 3\)"),
    "choose none of them": (lambda t: np.choose([0, 2, 1], t), ShapeError, "none of the 2"),
    "choose by floats": (lambda t: np.choose([0.5], t), KindError, "whole numbers"),
    "select with too few": (lambda t: np.select([MASK, MASK], [t]), ShapeError, "got 1 for 2"),
    "select by numbers": (lambda t: np.select([A], [t]), KindError, "True and False"),
    "piecewise with too few": (lambda t: np.piecewise(t, [MASK, MASK], [1.0]), ShapeError, "got 1 for 2 conditions"),
    "piecewise of another shape": (lambda t: np.piecewise(t, [MASK[0]], [1.0]), ShapeError, r"\(2, 3\).*\(3,\)"),
    "apply_along_axis to nothing": (
        lambda t: np.apply_along_axis(np.sum, 0, t[:, :0]),
        ShapeError,
        "there is no line",
    ),
    "apply_along_axis of no function": (lambda t: np.apply_along_axis(3, 0, t), KindError, "takes a function; got int"),
    "apply_over_axes of a sum of all": (
        lambda t: np.apply_over_axes(lambda x, axis: x[0, 0], t, [0]),
        ShapeError,
        "gives 2 axes, or one less; got 0",
    ),
}


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_a_bad_call_is_refused_in_words(call, kind, words):
    with pytest.raises(kind, match=words):
        call(Tensor(A))
