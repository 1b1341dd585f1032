"""A program mapped over rows gives for each what it gives for that row alone."""

from collections import namedtuple
from importlib.util import find_spec

import numpy as np
import pytest

from autograd_mini import (
    KindError,
    RecordingWarning,
    ShapeError,
    Tensor,
    Value,
    clip,
    compile,
    concatenate,
    einsum,
    exp,
    linalg,
    log,
    maximum,
    relu,
    sort,
    stack,
    tanh,
    value_and_grad,
    where,
)
from autograd_mini.compiling.mapping.lanes import LANES
from autograd_mini.containers import mapped

from ..support import scalar_models as models

EPS = np.finfo(np.float64).eps
NUMBA = find_spec("numba") is not None
ENGINES = [
    pytest.param(lambda f: compile(f), id="numpy"),
    pytest.param(
        lambda f: compile(f).native(),
        id="native",
        marks=pytest.mark.skipif(not NUMBA, reason="native code needs numba and SciPy: pip install '.[fast]'"),
    ),
]
with_engines = pytest.mark.parametrize("made", ENGINES)
Pair = namedtuple("Pair", "left right")


def row(args, i):
    def of(x):
        return x if not isinstance(x, np.ndarray) else x[i] if x.ndim > 1 else x[i].item()

    return mapped(of, args)


def assert_rows(program, alone, *args, terms=100):
    """The program mapped is, row by row, what a program of its own gives alone: up to a sum of so many terms."""
    count = next(len(x) for x in leaves(args) if isinstance(x, np.ndarray))
    found = program.map(*args)
    for i in range(count):
        expected = alone(*row(args, i))
        mapped(lambda whole, x, i=i: compare(whole, x, i, count, terms), found, expected)


def leaves(tree):
    found = []
    mapped(found.append, tree)
    return found


def compare(whole, x, i, count, terms):
    if not isinstance(x, float | np.ndarray):
        assert whole == x
        return
    assert whole.shape == (count, *np.shape(x))
    assert whole.dtype == np.asarray(x).dtype
    allowed = terms * np.finfo(whole.dtype).eps * max(1.0, np.abs(x).max(initial=0.0))
    np.testing.assert_allclose(whole[i], x, rtol=terms * np.finfo(whole.dtype).eps, atol=allowed)


@with_engines
@pytest.mark.parametrize("count", [1, LANES - 1, LANES, LANES + 1])
def test_any_number_of_rows(made, count):
    f = value_and_grad(lambda x, y: tanh(x) * y + x / y, (0, 1))
    rng = np.random.default_rng(0)
    assert_rows(made(f), compile(f), rng.normal(size=count), rng.uniform(1.0, 2.0, count))


def nested(a, pair, more):
    total = a * pair.left + sum(x * y for x, y in zip(more["x"], more["y"], strict=True))
    return Pair({"total": total, "fixed": 3.0, "name": more["name"]}, [exp(-total), pair.right.sum()])


@with_engines
def test_arguments_and_results_in_containers(made):
    rng = np.random.default_rng(1)
    draw = lambda *shape: rng.normal(size=(20, *shape))
    more = {"x": [draw(), draw()], "y": (draw(), draw()), "name": "n"}
    assert_rows(made(nested), compile(nested), draw(), Pair(draw(), draw(3)), more)


@with_engines
def test_plain_floats_are_the_same_for_all_rows(made):
    found = made(lambda x, y: (x * y, y * y)).map(np.arange(3.0), 2.0)
    assert [x.tolist() for x in found] == [[0.0, 2.0, 4.0], [4.0, 4.0, 4.0]]


MODELS = {
    "energy": (models.energy, 15),
    "ragged": (lambda p: models.ragged_loss(p, models.ragged_groups(8, 5)), 5),
    "attention": (
        lambda p: models.attention_loss(p[:16], p[16:32], p[32:], [models.rows(models.numbers(20, 0), 4)]),
        48,
    ),
    "chain": (lambda p: models.linear_chain(p[0], p[1], p[2], 100), 3),
}


@with_engines
@pytest.mark.parametrize("name", MODELS)
def test_models_of_numbers(made, name):
    f, count = MODELS[name]
    f = value_and_grad(f)
    rows = [models.atoms(i)[:count] if name == "energy" else models.numbers(count, i) for i in range(5)]
    assert_rows(made(f), compile(f), list(np.array(rows).T), terms=1000)


W = np.random.default_rng(3).normal(size=(4, 3))
ON_ARRAYS = {
    "layer": lambda x, m: relu(x @ W).sum() * m.sum(),
    "matrix and vector": lambda x, m: (m @ x, x @ m, x @ x, m @ m),
    "elements": lambda x, m: where(m > 0.0, m, 0.5 * m) * x + maximum(m, x[0]),
    "constants beside it": lambda x, m: m * W[:, :1] + np.arange(4.0) / x,
    "parts": lambda x, m: (m[1:, 0], x[::-1], m.T, m[[0, 2]], concatenate([m, m * 2.0])),
    "numbers": lambda x, m: stack([x[0] * x[1], m[0, 0] / x[2]]),
    "reductions": lambda x, m: (m.sum(axis=0), m.max(), m.mean(axis=1, keepdims=True), sort(x)),
    "parameters": lambda x, m: (clip(m, -0.5, 0.5), clip(x, np.full(4, -0.1), 0.2)),
    "whole matrices": lambda x, m: (linalg.inv(m), einsum("ij,j->i", m, x)),
    "the argument itself": lambda x, m: (x, m, 2.0),
}


@with_engines
@pytest.mark.parametrize("name", ON_ARRAYS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_operations_on_arrays(made, name, dtype):
    rng = np.random.default_rng(4)
    f = ON_ARRAYS[name]
    x, m = rng.normal(size=(7, 4)).astype(dtype), (rng.normal(size=(7, 4, 4)) + 3.0 * np.eye(4)).astype(dtype)
    assert_rows(made(f), compile(f), x, m)


@with_engines
def test_gradients_by_arrays(made):
    f = value_and_grad(lambda x, m: tanh(m @ x).sum() + linalg.det(m), (0, 1))
    rng = np.random.default_rng(5)
    assert_rows(made(f), compile(f), rng.normal(size=(6, 3)), rng.normal(size=(6, 3, 3)))


@with_engines
def test_a_number_beside_single_precision(made):
    f = lambda x, a: x * a + x / a
    rng = np.random.default_rng(6)
    assert_rows(made(f), compile(f), rng.normal(size=(5, 3)).astype(np.float32), rng.uniform(1.0, 2.0, 5))


@with_engines
def test_kinks_and_what_is_no_number(made):
    points = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e-320])
    f = value_and_grad(lambda x, y: relu(x) + maximum(x, y) * where(x > y, 2.0, 1.0), (0, 1))
    x, y = (part.ravel() for part in np.meshgrid(points, points))
    found = made(f).map(x, y)
    alone = compile(f)
    for i in range(len(x)):
        value, slopes = alone(x[i].item(), y[i].item())
        assert np.array_equal([found[0][i], *(s[i] for s in found[1])], [value, *slopes], equal_nan=True)


@with_engines
def test_rows_that_decide_otherwise_run_together(made):
    seen = []

    def f(x):
        seen.append(None)
        return (x * x, 1.0) if x > 0.0 else (-x, 0.0)

    x = np.linspace(-1.0, 1.0, 9)
    found = made(f).map(x)
    assert np.array_equal(found, [np.where(x > 0.0, x * x, -x), np.where(x > 0.0, 1.0, 0.0)])
    assert len(seen) == 4  # each way to decide is recorded once, and to record is to run twice


@with_engines
def test_rows_that_look_at_their_arrays(made):
    f = lambda x: x.sum() if (x > 0.0).all() else x.max() * 2.0
    rng = np.random.default_rng(7)
    assert_rows(made(f), compile(f), rng.normal(size=(10, 2)))


@with_engines
def test_whole_numbers_as_indices(made):
    f = lambda x, i: x[i] * 2.0
    rng = np.random.default_rng(8)
    assert_rows(made(f), compile(f), rng.normal(size=(5, 4)), rng.integers(4, size=(5, 2)))


@with_engines
def test_nodes_from_outside_are_read_anew(made):
    w, v = Tensor(np.ones(2)), Value(1.0)
    program = made(lambda x: (w * x).sum() * v)
    assert program.map(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    w.data, v.data = np.full(2, 2.0), 3.0
    assert program.map(np.array([1.0, 2.0])).tolist() == [12.0, 24.0]


@with_engines
def test_results_that_nothing_varying_goes_into(made):
    w = Tensor(np.ones(2))
    found = made(lambda x: (x, w * 2.0, np.ones(3), 4.0)).map(np.arange(2.0))
    assert [part.tolist() for part in found] == [[0.0, 1.0], [[2.0, 2.0]] * 2, [[1.0] * 3] * 2, [4.0, 4.0]]


def test_arguments_and_results_share_no_memory():
    x = np.ones((3, 2))
    program = compile(lambda x: (x, x * 2.0))
    same, double = program.map(x)
    same += 1.0
    double += 1.0
    assert (x == 1.0).all()
    assert (program.map(x)[1] == 2.0).all()


def test_errors_in_words():
    program = compile(lambda x, y: x * y)
    with pytest.raises(ShapeError, match=r"equally many rows; got the shapes \(3,\) and \(2, 4\)"):
        program.map(np.ones(3), np.ones((2, 4)))
    with pytest.raises(KindError, match="there is none among the arguments"):
        program.map(1.0, [2.0])
    with pytest.raises(ShapeError, match="one row or more"):
        program.map(np.ones(0), 1.0)
    with pytest.raises(KindError, match="pass its data"):
        program.map(Tensor([1.0]), 1.0)
    ragged = compile(lambda x: x if x[0] > 0.0 else x[:1])
    with pytest.raises(ShapeError, match=r"row 1 gives the shape \(1,\) where others give \(2,\)"):
        ragged.map(np.array([[1.0, 2.0], [-1.0, 2.0]]))


def test_what_the_function_refuses_it_refuses():
    with pytest.raises(KindError, match="log"):
        compile(lambda x: log("x") * x).map(np.ones(2))


@with_engines
def test_arrays_that_meet_a_node_are_read_anew(made):
    a = np.ones((2, 2))
    turned = np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])
    f = lambda x: (x * a, a @ x, turned @ x, x + turned)
    program = made(f)
    x = np.arange(4.0).reshape(2, 2)
    for _ in range(2):
        assert_rows(program, f, x)
        for ours, theirs in zip(program(x[1]), f(x[1]), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-15)
        a += 1.0
        turned += 1.0


@with_engines
def test_rows_without_elements(made):
    found = made(value_and_grad(lambda x: tanh(x).sum())).map(np.zeros((3, 0)))
    assert found[0].tolist() == [0.0] * 3
    assert found[1].shape == (3, 0)


def test_more_ways_to_decide_than_run_together():
    f = lambda x: x * float(int(float(x)))
    x = np.arange(20.0) + 0.5
    with pytest.warns(RecordingWarning):
        found = compile(f).map(x)
    assert found.tolist() == [f(y) for y in x.tolist()]


def test_what_is_no_number_is_the_same_for_all_rows():
    program = compile(lambda x: (x, "up") if x > 0.0 else (-x, "down"))
    assert program.map(np.ones(2))[1] == "up"
    with pytest.raises(KindError, match="'up' for some rows and 'down' for row 1"):
        program.map(np.array([1.0, -1.0]))
