"""Programs on other array libraries: what they give there is what NumPy gives, in arrays of the library."""

import functools
import math
import warnings
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

import autograd_mini
from autograd_mini import (
    KindError,
    Tensor,
    Value,
    compile,
    conv2d,
    cumsum,
    erf,
    linalg,
    log_softmax,
    relu,
    sin,
    sort,
    tanh,
    value_and_grad,
    where,
)
from autograd_mini.compiling.elsewhere.standard import ELEMENTWISE
from autograd_mini.compiling.elsewhere.standard_arrays import ARRAYS
from autograd_mini.containers import mapped
from autograd_mini.node import shape_of
from autograd_mini.primitive import primitives

from ..support import scalar_models
from ..support.points import arrays
from ..table import CASES, CASES_OF_CALCULUS, WITHOUT_SCIPY

outside_of_domains = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's
pytestmark = [pytest.mark.usefixtures("jax_in_doubles"), outside_of_domains]

LIBRARIES = {
    "strict": ("array_api_strict", "array_api_strict", "pip install 'autograd_mini[test]'"),
    "torch": ("torch", "array_api_compat.torch", "pip install 'autograd_mini[peers]'"),
    "jax": ("jax", "jax.numpy", "pip install 'autograd_mini[peers]'"),
}


@functools.cache
def library(name):
    """The library, or a skip with the reason."""
    needed, module, how = LIBRARIES[name]
    if not find_spec(needed) or not find_spec(module.split(".")[0]):
        pytest.skip(f"{module} is not installed, so nothing runs on it: {how}")
    return import_module(module)


every_library = pytest.mark.parametrize("name", LIBRARIES)


def theirs(xp, x):
    """Arguments with the library's arrays in the place of NumPy's."""
    return mapped(lambda part: xp.asarray(part) if isinstance(part, np.ndarray) else part, x)


def check_alike(xp, found, expected, rtol=1e-11, atol=1e-13):
    """Results of the library are those of NumPy: nesting, shape, dtype, and numbers within rounding."""

    def check(y, x):
        if not isinstance(y, float | np.ndarray) or isinstance(x, float):  # a constant
            assert type(x) is type(y)
            assert x == y
            return
        assert type(x) is type(xp.asarray(np.zeros(2))[0, ...])
        array, largest = (
            np.from_dlpack(xp.asarray(x, copy=True)),
            np.max(np.abs(y), initial=0.0),
        )  # NumPy 2.0 takes no read-only ones
        assert (array.shape, array.dtype) == (np.shape(y), np.asarray(y).dtype)
        np.testing.assert_allclose(array, y, rtol=rtol, atol=atol * max(1.0, largest))

    mapped(check, expected, found)


def check_program(xp, program, arguments):
    """What a program gives on the library is what it gives on NumPy."""
    expected = program(*arguments)
    check_alike(xp, program.on(xp)(*theirs(xp, arguments)), expected)


def parts_of(z):
    return z if isinstance(z, list | tuple) else [z]


def with_gradient(case):
    """The case as a function to be compiled: its parts, and the gradients of their weighted sum."""

    def total(*inputs):
        terms = []
        for part in parts_of(case.ours(*inputs)):
            shape = shape_of(part)
            weights = np.arange(1.0, 1.0 + math.prod(shape)).reshape(shape) / 2
            terms.append(autograd_mini.sum(part * (weights if weights.ndim else float(weights))))
        return sum(terms)

    gradient = value_and_grad(total, range(len(case.call.shapes)))
    return lambda *inputs: (list(parts_of(case.ours(*inputs))), gradient(*inputs))


def inputs_of(case, numbers):
    return [float(x) if np.shape(x) == () and case.row.of_values else np.asarray(x) for x in numbers]


def home(primitive):
    """The module that a primitive is written in."""
    return next(f.__module__ for f in (*primitive.derivatives, primitive.compute) if f is not None)


MISSING = {
    *("erf", "erfc", "normal_cdf", "cofactors", "curvature", "eig", "eig_values", "eig_vectors", "full_rank"),
    "quantile_weights",
    *("convolution", "sliding", "segment", "picked", "put", "unwrap"),
    *(f"{name}{part}" for name in ("cummax", "cummin") for part in ("", "_shared", "_collected")),
}
"""Primitives that the standard has no functions for, SciPy's aside."""

OF_SCIPY = {name for name, primitive in primitives.items() if home(primitive).startswith("autograd_mini.scipy")}
OF_SCIPY |= {"are_last", "domain"}  # steps, which have no derivatives to tell where they are written
WITHOUT = {"erf", "erfc", "gelu", "det", "slogdet", "unwrap", "cummax", "cummin"}
"""Operations that are made of them, or whose gradients are."""


def test_every_primitive_has_a_row_or_is_known_to_have_none():
    ours = {*primitives} - {"A"}  # which is that of wrong_gradients.py
    assert {*ELEMENTWISE, *ARRAYS} == ours - MISSING - OF_SCIPY
    assert not {*ELEMENTWISE} & {*ARRAYS}


FACTORED = {"eigh", "eigvalsh", "svd", "svdvals", "qr"}


@pytest.mark.parametrize(
    "case",
    [case for case in CASES_OF_CALCULUS if case.row.name not in WITHOUT]
    + [case for case in CASES if case.row.name in FACTORED],
    ids=str,
)
@settings(max_examples=2, phases=[Phase.generate])
@seed(0)
@given(data=st.data())
def test_every_operation_and_its_gradient(case, data):
    xp = library("strict")
    numbers = [
        data.draw(arrays(shape, domain, distinct=case.row.distinct))
        for shape, domain in zip(case.call.shapes, case.domains(), strict=True)
    ]
    inputs = inputs_of(case, numbers)
    program = compile(with_gradient(case))
    check_program(xp, program, inputs)


ELEMENTS = [row for row in WITHOUT_SCIPY if row.by_element and row.name not in WITHOUT]


@pytest.mark.parametrize("row", ELEMENTS, ids=lambda row: row.name)
def test_every_operation_on_elements_at_its_kinks_zeros_and_infinities(row):
    xp = library("strict")
    case = next(case for case in CASES if case.row is row)
    count = len(case.call.shapes)
    special = [kink.inputs for kink in row.kinks] + [[x] * count for x in (0.0, -0.0, np.inf, -np.inf, np.nan, 0.75)]
    columns = [np.array([point[i] for point in special], np.float64) for i in range(count)]
    program = compile(lambda *inputs: case.of(row.function, inputs))
    check_program(xp, program, columns)


@pytest.mark.parametrize("name", ["torch", "jax"])
@pytest.mark.parametrize("row", ELEMENTS, ids=lambda row: row.name)
def test_every_operation_on_elements_in_other_libraries(row, name):
    xp = library(name)
    case = next(case for case in CASES if case.row is row and all(len(shape) == 1 for shape in case.call.shapes[:1]))
    source = np.random.default_rng(0)
    low, high = (0.2, 0.8) if row.name != "arccosh" else (1.2, 1.8)
    inputs = inputs_of(case, [source.uniform(low, high, shape) for shape in case.call.shapes])
    program = compile(with_gradient(case))
    check_program(xp, program, inputs)


def mlp(weights, x):
    hidden = tanh(x @ weights["hidden"]["w"] + weights["hidden"]["b"])
    return autograd_mini.sum(relu(hidden @ weights["out"]) ** 2) / len(x)


def mlp_arguments(dtype=np.float64):
    source = np.random.default_rng(1)
    draw = lambda *shape: source.normal(size=shape).astype(dtype)
    return {"hidden": {"w": draw(4, 5), "b": draw(5)}, "out": draw(5, 2)}, draw(6, 4)


def moons():
    points = scalar_models.rows(scalar_models.numbers(20, 5), 2)
    labels = [1.0 if i % 2 else -1.0 for i in range(len(points))]
    return lambda parameters: scalar_models.moons_loss(parameters, points, labels)


def ragged(weights):
    total = 0.0
    for i in range(8):
        part = 0.0
        for k in range(2 + i % 5):
            part = part + tanh(weights[(3 * i + k * k) % 12] * 0.5)
        total = total + part * part
    return total


MODELS = {
    "arrays": (value_and_grad(mlp), mlp_arguments()),
    "numbers": (value_and_grad(moons()), (scalar_models.numbers(337, 3),)),
    "ragged numbers": (value_and_grad(ragged), (scalar_models.numbers(12, 4),)),
    "images": (
        value_and_grad(lambda w, x: autograd_mini.sum(relu(conv2d(x, w, padding=1)) ** 2)),
        (np.random.default_rng(2).normal(size=(2, 1, 3, 3)), np.random.default_rng(3).normal(size=(2, 1, 5, 5))),
    ),
}
every_model = pytest.mark.parametrize("model", MODELS)


@every_library
@every_model
def test_models_and_their_gradients(model, name):
    xp = library(name)
    f, arguments = MODELS[model]
    program = compile(f)
    expected = program(*arguments)
    check_alike(xp, program.on(xp)(*theirs(xp, arguments)), expected, rtol=1e-10, atol=1e-12)


@every_model
def test_models_under_jit(model):
    xp = library("jax")
    f, arguments = MODELS[model]
    program = compile(f)
    expected = program(*arguments)
    compiled = import_module("jax").jit(program.on(xp))
    check_jitted = functools.partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-12)
    mapped(lambda x, y: check_jitted(np.from_dlpack(y), x), expected, compiled(*theirs(xp, arguments)))


@every_library
def test_numpy_is_such_a_library_too_and_float32_stays(name):
    xp = library(name)
    weights, x = mlp_arguments(np.float32)
    program = compile(value_and_grad(mlp))
    expected = program(weights, x)
    assert expected[1]["out"].dtype == np.float32
    check_alike(xp, program.on(xp)(theirs(xp, weights), theirs(xp, x)), expected, rtol=1e-4, atol=1e-5)
    assert type(program.on(np)(weights, x)[1]["out"]) is np.ndarray


@every_library
def test_whole_numbers_among_the_arguments_are_indices(name):
    xp = library(name)
    source = np.random.default_rng(0)

    def loss(w, x, labels):
        return -autograd_mini.mean(log_softmax(x @ w)[np.arange(5), labels]) + autograd_mini.sum(w[labels])

    w, x = source.normal(size=(4, 4)), source.normal(size=(5, 4))
    program = compile(value_and_grad(loss)).record(w, x, np.array([0, 1, 2, 0, 1]))
    for labels in (np.array([3, 3, 3, 0, 1]), np.array([-1, 2, -4, 0, 3])):
        check_program(xp, program, (w, x, labels))


@every_library
def test_numbers_may_be_arrays_without_axes(name):
    xp = library(name)
    program = compile(value_and_grad(lambda x, n: x[0] * x[1] ** n)).record([2.0, 3.0], 2)
    found = program.on(xp)([xp.asarray(np.array(4.0)), 5.0], 2)
    check_alike(xp, found, (100.0, [25.0, 40.0]))


@every_library
def test_nodes_from_outside_are_read_at_each_call(name):
    xp = library(name)
    scale, shift = Tensor([1.0, 2.0]), Value(1.0)
    program = compile(lambda x: x * scale + shift).record(np.zeros(2))
    there = program.on(xp)
    check_alike(xp, there(xp.asarray(np.ones(2))), np.array([2.0, 3.0]))
    scale.data, shift.data = np.array([3.0, 4.0]), 2.0
    check_alike(xp, there(xp.asarray(np.ones(2))), np.array([5.0, 6.0]))


@every_library
def test_arguments_are_not_changed(name):
    xp = library(name)
    x = xp.asarray(np.arange(6.0).reshape(2, 3))
    program = compile(lambda x: (x, x.T, cumsum(x) + 1.0)).record(np.ones((2, 3)))
    same, turned, _ = program.on(xp)(x)
    check_alike(xp, (same, turned), (np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3).T))
    np.testing.assert_array_equal(np.from_dlpack(x), np.arange(6.0).reshape(2, 3))


def test_everything_stays_on_the_device_of_the_arguments():
    xp = library("strict")
    other = next(device for device in xp.__array_namespace_info__().devices() if device != xp.Device("CPU_DEVICE"))
    labels = np.array([0, 1, 1])
    w, x = np.ones((3, 2)), np.arange(9.0).reshape(3, 3)

    def loss(w, x):
        return autograd_mini.sum(where(x @ w > 2.0, sort(x @ w, 0) * np.array([1.0, 2.0]), 0.5)[np.arange(3), labels])

    program = compile(value_and_grad(loss)).record(w, x)
    value, gradient = program.on(xp)(xp.asarray(w, device=other), xp.asarray(x, device=other))
    assert value.device == gradient.device == other


def test_a_decision_that_goes_otherwise_is_refused():
    xp = library("strict")
    program = compile(lambda x: x * 2.0 if x > 1.0 else -x).record(3.0)
    there = program.on(xp)
    check_alike(xp, there(2.0), 4.0)
    with pytest.raises(KindError, match=r"test_elsewhere.py:\d+.*record it with such arguments"):
        there(0.5)
    program.record(0.25)
    check_alike(xp, there(0.5), -0.5)
    check_alike(xp, there(2.0), 4.0)


def test_what_a_function_reads_by_name_is_looked_at():
    xp = library("strict")
    rate = 2.0
    program = compile(lambda x: x * rate).record(1.0)
    there = program.on(xp)
    check_alike(xp, there(3.0), 6.0)
    rate = 3.0
    with pytest.raises(KindError, match="reads by name what has changed"):
        there(3.0)
    program.record(1.0)
    check_alike(xp, there(3.0), 9.0)


def test_a_decision_under_jit_is_refused():
    xp = library("jax")
    program = compile(lambda x: x * 2.0 if x > 1.0 else -x).record(3.0)
    with pytest.raises(KindError, match="choose by where"):
        import_module("jax").jit(program.on(xp))(2.0)


def test_what_the_standard_does_not_have_is_named():
    xp = library("strict")
    for f, word in ((erf, "erf"), (value_and_grad(linalg.det), "cofactors")):
        x = np.eye(2)
        program = compile(f).record(x)
        with pytest.raises(KindError, match=rf"^{word} is no function of the array API standard"):
            program.on(xp)(xp.asarray(x))


def chain(count):
    def steps(x):
        for _ in range(count):
            x = sin(x) * 1.1 + x * 0.5 - x * x * 0.01 + x / 7.0
        return x

    return steps


@every_library
def test_loops_are_spelled_out_or_refused(name):
    xp = library(name)
    program = compile(value_and_grad(chain(130)))
    check_program(xp, program, (0.5,))
    assert any(x.name == "loop" for x in program.recording.listing.instructions)
    with pytest.raises(KindError, match="the standard has no loops"):
        compile(chain(1000)).record(0.5).on(xp)(0.5)


@pytest.mark.parametrize(
    "arguments", [(np.ones(3),), (np.ones(2, np.float32),), (1.0,), ([np.ones(2)],), (np.ones(2), 1), ("x",)], ids=str
)
def test_other_arguments_are_refused(arguments):
    xp = library("strict")
    program = compile(lambda x: x * 2.0).record(np.ones(2))
    with pytest.raises(KindError, match="record it first"):
        program.on(xp)(*theirs(xp, arguments))
    with pytest.raises(KindError, match="record it first"):
        compile(lambda x: x * 2.0).on(xp)(*theirs(xp, arguments))


def test_a_library_without_float64_is_told_so():
    jax, xp = import_module("jax") if library("jax") else None, library("jax")
    program = compile(lambda x, y: x * y).record(np.ones(2, np.float32), 2.0)
    jax.config.update("jax_enable_x64", False)
    try:
        with warnings.catch_warnings(), pytest.raises(KindError, match="gives no float64"):
            program.on(xp)(xp.ones(2, dtype=xp.float32), 2.0)
    finally:
        jax.config.update("jax_enable_x64", True)
