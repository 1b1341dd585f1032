"""Native code gives what the program gives: each operation on its own, models, and what surrounds them."""

import sys
from importlib.util import find_spec
from itertools import product
from threading import Thread

import numpy as np
import pytest

from autograd_mini import KindError, Tensor, Value, compile, exp, gradients, linalg, tanh, value_and_grad, where
from autograd_mini.compiling.lifting.listing import Buffer, Instruction, Listing, whole
from autograd_mini.compiling.lifting.simplifying import Operation
from autograd_mini.compiling.native import engine as native
from autograd_mini.compiling.native.scalars import FORMULAS, formula
from autograd_mini.compiling.running.machine import by_numpy
from autograd_mini.primitive import primitives

from ..support import scalar_models as models
from ..support.rounding_of_sums import apart
from ..support.structured_programs import numbers, random_nest
from .test_structured import compare

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, of numbers outside of a domain
needs_numba = pytest.mark.skipif(
    find_spec("numba") is None, reason="native code needs numba and SciPy: pip install '.[fast]'"
)
PARAMETERS = {
    "clip": [(-0.5, 1.0), (1.0, -0.5)],
    "inside": [(-0.5, 1.0), (1.0, -0.5)],
    "keep": [(True,), (False,)],
    "leaky_slope": [(0.25,)],
}
PARAMETERS |= {"leaky_relu": [(), (0.25,)], "elu": [(), (0.5,)]}
POINTS = [0.0, -0.0, 1.0, -1.0, 0.3, -0.3, 2.5, -2.5, 7.1, 100.0, -100.0, 1e-300, 1e300, -1e300, 5e-324]
POINTS += [np.inf, -np.inf, np.nan]
ULPS = 4  # by which two libraries' functions may differ


def run(engine, listing, given, kept, data):
    """What lies in the kept buffers after a run."""
    machine = engine(listing, list(given), [], kept)()
    machine.begin()
    for b, numbers_of_buffer in zip(given, data, strict=True):
        machine.buffers[b][:] = numbers_of_buffer
    machine.run()
    return [machine.buffers[b].copy() for b in kept]


def every_operation(dtype, count):
    """A listing of each operation that has a formula, on three buffers of so many elements."""
    buffers = [Buffer(count, np.dtype(dtype), (count,)) for _ in range(3)]
    instructions = []
    for name in FORMULAS:
        inputs = tuple(whole(b, (count,)) for b in range(len(primitives[name].derivatives)))
        for args in PARAMETERS.get(name, [()]):
            example = primitives[name].compute(*(np.full(1, 0.5, dtype) for _ in inputs), *args)
            buffers.append(Buffer(count, example.dtype, (count,)))
            operation = Operation(primitives[name], args, {})
            instructions.append(Instruction(name, inputs, whole(len(buffers) - 1, (count,)), operation))
    return Listing(buffers, instructions)


@needs_numba
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_every_formula_is_its_operation(dtype):
    with np.errstate(all="ignore"):
        points = np.array(POINTS).astype(dtype)
    x, y, z = np.array(list(product(points, points, [0.75]))).astype(dtype).T
    listing = every_operation(dtype, len(x))
    kept = [instruction.output.buffer for instruction in listing.instructions]
    assert all(formula(instruction) is not None for instruction in listing.instructions)
    found, expected = (run(engine, listing, range(3), kept, (x, y, z)) for engine in (native.by_numba(), by_numpy))
    for instruction, ours, theirs in zip(listing.instructions, found, expected, strict=True):
        with np.errstate(all="ignore"):
            is_near = np.abs(ours - theirs) <= ULPS * np.spacing(np.abs(theirs))
        is_same = is_near | (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
        is_same &= (ours != 0) | (theirs != 0) | (np.signbit(ours) == np.signbit(theirs))
        assert is_same.all(), (
            instruction.name,
            x[~is_same][:5],
            y[~is_same][:5],
            ours[~is_same][:5],
            theirs[~is_same][:5],
        )


def test_without_numba_an_error_names_the_extra(monkeypatch):
    native.numba.cache_clear()
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(ImportError, match=r"pip install 'autograd_mini\[fast\]'"):
        compile(tanh).native()
    native.numba.cache_clear()


MODELS = {
    "moons": (lambda p: models.moons_loss(p, models.rows(models.numbers(12, 1), 2), [1.0, -1.0] * 3), 337),
    "convolution": (
        lambda p: models.convolution_loss(p[:36], p[36:40], p[40:], models.rows(models.numbers(128, 1), 64)),
        184,
    ),
    "rnn": (
        lambda p: models.rnn_loss(
            p[:18], p[18:54], p[54:60], p[60:], [models.rows(models.numbers(9, i), 3) for i in range(3)]
        ),
        66,
    ),
    "attention": (
        lambda p: models.attention_loss(
            p[:16], p[16:32], p[32:], [models.rows(models.numbers(20, i), 4) for i in range(2)]
        ),
        48,
    ),
    "ragged": (lambda p: models.ragged_loss(p, models.ragged_groups(8, 5)), 5),
    "matrices": (lambda p: sum(products(p, 9)), 162),
    "chain": (lambda p: models.linear_chain(p[0], p[1], p[2], 300), 3),
    "circle map": (lambda p: models.circle_map(p[0], p[1], p[2], 200), 3),
}


def products(p, n):
    """The elements of a product of two matrices, squared: large enough for BLAS."""
    left, right = models.rows(p[: n * n], n), list(zip(*models.rows(p[n * n :], n), strict=True))
    return [models.product(row, column) ** 2 for row in left for column in right]


@needs_numba
@pytest.mark.parametrize("name", MODELS)
def test_models_are_as_the_engine_has_them(name):
    f, count = MODELS[name]
    program = compile(value_and_grad(f)).record(models.numbers(count, 5)).native()
    for seed in (6, 7):
        row = models.numbers(count, seed)
        value, slopes = program(row)
        leaves = list(map(Value, row))
        loss = f(leaves)
        found = gradients(loss, differentiable=True)
        nodes = [loss, *(found.get(leaf, Value(0.0)) for leaf in leaves)]
        for x, node, allowed in zip([value, *slopes], nodes, apart(nodes), strict=True):
            assert type(x) is float
            assert abs(x - node.data) <= allowed, (x, node.data, allowed)


@needs_numba
@pytest.mark.parametrize("seed", range(4))
def test_a_nest_of_loops_equals_the_engine(seed):
    nest = random_nest(seed, 1 + seed)
    argnums = range(len(nest.sizes))
    program = compile(value_and_grad(nest, argnums)).native()
    for point in range(3):
        compare(program, nest, numbers(nest, point), argnums)


def network(x, weights):
    """Layers of arrays, with what runs in loops, in BLAS and in NumPy."""
    first, second = weights
    h = tanh(x @ first) * where(x.sum(axis=1, keepdims=True) > 0.0, 2.0, 0.5)
    return (exp(-(h @ second)) + linalg.inv(second.T @ second + np.eye(second.shape[1], dtype=x.dtype)).sum()).sum()


@needs_numba
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_programs_of_arrays(dtype):
    rng = np.random.default_rng(0)
    f = value_and_grad(network, 1)
    program = compile(f)
    made = program.native()
    for _ in range(2):
        x, first, second = (rng.normal(size=shape).astype(dtype) for shape in ((40, 8), (8, 16), (16, 2)))
        found, expected = made(x, [first, second]), program(x, [first, second])
        for ours, theirs in zip([found[0], *found[1]], [expected[0], *expected[1]], strict=True):
            assert np.asarray(ours).dtype == np.asarray(theirs).dtype
            terms = len(x) * np.abs(theirs).max()  # each number is a sum over the rows of x
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=terms * np.finfo(dtype).eps)


@needs_numba
def test_arguments_of_every_kind_of_memory():
    program = compile(lambda x: tanh(x) * 2.0).native()
    x = np.arange(12.0).reshape(3, 4) / 7.0
    fixed = x.copy()
    fixed.flags.writeable = False
    for given in (x, fixed, np.asfortranarray(x), np.repeat(x, 2, axis=1)[:, ::2], x[::-1]):
        np.testing.assert_allclose(program(given), np.tanh(given) * 2.0, rtol=1e-15)
    assert (x == np.arange(12.0).reshape(3, 4) / 7.0).all()


@needs_numba
def test_arrays_without_elements():
    program = compile(value_and_grad(lambda x, y: (tanh(x) * y).sum() + (x @ y.T).sum(), (0, 1))).native()
    value, slopes = program(np.zeros((2, 0)), np.zeros((2, 0)))
    assert value == 0.0
    assert [slope.shape for slope in slopes] == [(2, 0), (2, 0)]


@needs_numba
def test_results_are_nobody_elses_memory():
    program = compile(lambda x: x * 2.0).native()
    first = program(np.ones(3))
    program(np.zeros(3))
    assert (first == 2.0).all()


@needs_numba
def test_nodes_from_outside_are_read_anew_and_decisions_kept():
    w, v = Tensor(np.ones((2, 3))), Value(3.0)
    program = compile(lambda x: (w * x).sum() * v if x > 0 else -v).native()
    assert program(2.0) == 36.0
    w.data, v.data = np.full((2, 3), 2.0), 1.0
    assert program(2.0) == 24.0
    assert program(-2.0) == -1.0


@needs_numba
def test_threads_do_not_meet():
    f, count = MODELS["rnn"]
    program = compile(f).native().record(models.numbers(count, 0))
    rows = [models.numbers(count, seed) for seed in range(4)]
    expected = [program(row) for row in rows]
    found = [[] for _ in rows]

    def call(i):
        found[i] += [program(rows[i]) for _ in range(200)]

    threads = [Thread(target=call, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[x] * 200 for x in expected]


@needs_numba
def test_an_instruction_cannot_be_timed_where_several_are_one():
    with pytest.raises(KindError, match=r"native\(\)"):
        compile(lambda x: x * x).native().record(1.0).profile(1)
