"""Every operation of the registry, tested from its row in `table/` against the oracles."""

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd_mini
from autograd_mini import Tensor, Value, astype, calculus, gradients, multiply
from autograd_mini import sum as total
from autograd_mini.forward import tangents
from autograd_mini.node import Node, data_of
from autograd_mini.numpy_names import operations
from autograd_mini.registry import registry

from ..support.oracles import Array, assert_close, curvature, jacobian, ulps_apart, value
from ..support.points import FORMS, arrays, points, points_of, random_arrays, slopes
from ..table import CASES, TABLE
from ..table.row import Case, Row


def alike(case: Case) -> bool:
    """Whether one operand can be all its inputs."""
    return len(case.call.shapes) > 1 and len(set(case.call.shapes)) == 1


def scalar(case: Case) -> bool:
    """Whether its inputs can be Values."""
    return case.row.of_values and set(case.call.shapes) == {()}


def first_case(row: Row) -> Case:
    """The row with its first call."""
    return Case(row, row.calls[0])


def numpys(row: Row) -> list[Any]:
    """NumPy's functions that reach it."""
    return [function for function, operation in operations.items() if operation is row.function]


def other_names(row: Row, kind: type) -> list[Any]:
    """NumPy's functions, the operator and the method that are the same operation."""
    return [*numpys(row), *filter(None, [getattr(kind, row.name, None)]), *row.operators]


def rows_of(cases: Sequence[Case]) -> pytest.MarkDecorator:
    """Parametrize by the rows that these cases are of."""
    rows = {case.row.name: case.row for case in cases}
    return pytest.mark.parametrize("row", rows.values(), ids=repr)


WITH_DERIVATIVES = [case for case in CASES if case.row.family != "step"]
STEPS = [case for case in CASES if case.row.family == "step"]
TWICE = [case for case in WITH_DERIVATIVES if alike(case)]
BY_ELEMENT = [row for row in TABLE if row.by_element]
SCALAR = [case for case in CASES if scalar(case)]
KINKS = [(row, kink) for row in TABLE for kink in row.kinks]
KINDS = ["Tensor", "Tensor of float32", "Value"]
every_case = pytest.mark.parametrize("case", CASES, ids=repr)
cases_with_derivatives = pytest.mark.parametrize("case", WITH_DERIVATIVES, ids=repr)
few = settings(max_examples=settings().max_examples // 2)  # for tests that run once for every call of every row


def precision(operands: Sequence[Any]) -> Any:
    """The coarsest dtype that takes part."""
    dtypes = [np.asarray(data_of(x)).dtype for x in operands]
    return np.float32 if np.float32 in dtypes else np.float64


def swept(root: Any, seed: Any, leaves: Sequence[Any], differentiable: bool = False) -> list[Any]:
    """The gradient for each leaf; 0 where no path leads to it, or nothing was recorded at all."""
    found = gradients(root, seed, differentiable=differentiable) if isinstance(root, Node) else {}
    return [found.get(leaf, np.zeros(leaf.shape)) for leaf in leaves]


def flat(parts: Sequence[Any]) -> Array:
    return np.concatenate([np.asarray(part, dtype=np.float64).ravel() for part in parts])


def norm(numbers: Array) -> float:
    return float(np.sum(np.abs(numbers)))


def compare(
    case: Case, operands: Sequence[Any], found: Sequence[Any], expected: Array, scale: Array, dtype: Any
) -> None:
    """The gradients found for the nodes among the operands, with the flat truth for all inputs."""
    found = iter(found)
    start = 0
    for x in operands:
        stop = start + math.prod(np.shape(data_of(x)))
        if isinstance(x, Node):
            part = slice(start, stop)
            truth, size = expected[part].reshape(x.shape), scale[part].reshape(x.shape)
            assert_close(next(found), truth, size, case.row.ulps, dtype)
        start = stop


# Completeness


def test_every_operation_has_a_row():
    assert [row.name for row in TABLE] == [*dict.fromkeys(row.name for row in TABLE)]
    assert {row.name for row in TABLE} == set(registry), "each operation has a row of its name in tests/table/"


def test_every_public_operation_is_in_the_registry():
    # pytest, whose plugin the package has, puts names such as @py_builtins into its modules.
    rooms = [room for name, room in vars(calculus).items() if name.isidentifier() and not name.startswith("_")]
    tables = [*map(vars, rooms)]
    public = {name for name in dir(autograd_mini) if any(name in table for table in tables)}
    operations = {name for name in public if callable(getattr(autograd_mini, name)) and name.islower()}
    assert operations <= set(registry), "an operation that no row of the table can test"


# Values and derivatives


@every_case
@few
@given(data=st.data())
def test_the_value_is_that_of_the_reference(case, data):
    point = data.draw(points(case))
    operands = point.operands()
    z = data_of(case.ours(*operands))
    truth, j = value(case.reference, point.numbers), jacobian(case.reference, point.numbers)
    scale = np.abs(truth) + (np.abs(j) @ np.abs(flat(point.numbers))).reshape(truth.shape)
    if 0 in case.row.cancelling:
        scale += norm(flat(point.numbers))
    assert_close(z, truth, scale, case.row.ulps, precision(operands))


@cases_with_derivatives
@few
@given(data=st.data())
def test_the_gradient_is_the_upstream_times_the_jacobian(case, data):
    point = data.draw(points(case))
    operands = point.operands()
    nodes = [x for x in operands if isinstance(x, Node)]
    found = swept(case.ours(*operands), point.upstream, nodes)
    j, u = jacobian(case.reference, point.numbers), point.upstream.ravel()
    scale = np.abs(u) @ slopes(case, point.numbers) + (norm(u) if 1 in case.row.cancelling else 0)
    compare(case, operands, found, u @ j, scale, precision(operands))


@cases_with_derivatives
@few
@given(data=st.data())
def test_the_gradient_of_a_gradient_is_the_curvature(case, data):
    point = data.draw(points(case))
    operands = point.operands()
    nodes = [x for x in operands if isinstance(x, Node)]
    root = case.ours(*operands)
    if not isinstance(root, Node):
        return  # the branch that where took is a raw number; its first derivative is tested above
    upstream = type(root)(point.upstream)
    first = swept(root, upstream, nodes, differentiable=True)
    direction = [v for v, x in zip(point.direction, operands, strict=True) if isinstance(x, Node)]
    along = sum(total(multiply(g, v)) for g, v in zip(first, direction, strict=True))
    *second, of_upstream = swept(along, None, [*nodes, upstream])

    v = flat(d if isinstance(x, Node) else 0 * d for d, x in zip(point.direction, operands, strict=True))
    u, j, t = point.upstream.ravel(), jacobian(case.reference, point.numbers), curvature(case.reference, point.numbers)
    # What a product of derivatives is made of is as large as the derivatives themselves.
    linked = (j != 0)[:, :, None] & (j != 0)[:, None, :]
    terms = np.abs(t) + linked * (np.abs(j)[:, :, None] + np.abs(j)[:, None, :])
    scale = np.einsum("j,jik,k", np.abs(u), terms, np.abs(v)) + (norm(u) * norm(v) if 2 in case.row.cancelling else 0)
    compare(case, operands, second, np.einsum("j,jik,k", u, t, v), scale, precision(operands))
    scale = slopes(case, point.numbers) @ np.abs(v) + (norm(v) if 1 in case.row.cancelling else 0)
    compare(case, [upstream], [of_upstream], j @ v, scale, precision(operands))


@rows_of(TWICE)
@given(data=st.data())
def test_an_operand_used_twice_gets_both_contributions(row, data):
    case, point = data.draw(points_of(row, TWICE))
    count = len(case.call.shapes)
    form = data.draw(st.sampled_from(KINDS if scalar(case) else KINDS[:2]))
    x = FORMS[form](point.numbers[0])
    [found] = swept(case.ours(*[x] * count), point.upstream, [x])
    u = point.upstream.ravel()
    truth = u @ jacobian(lambda a: case.reference(*[a] * count), [point.numbers[0]])
    contributions = np.abs(u) @ np.abs(jacobian(case.reference, [point.numbers[0]] * count))
    compare(case, [x], [found], truth, contributions.reshape(count, -1).sum(axis=0), precision([x]))


@pytest.mark.parametrize(("row", "kink"), KINKS, ids=repr)
@given(data=st.data())
def test_at_a_kink_the_convention_holds(row, kink, data):
    form = data.draw(st.sampled_from(KINDS if np.ndim(kink.inputs[0]) == 0 else KINDS[:2]))
    upstream = data.draw(st.floats(0.125, 8, width=16))
    inputs = [FORMS[form](np.array(x)) for x in kink.inputs]
    with np.errstate(all="ignore"):  # NumPy warns of the infinite values among them
        found = swept(first_case(row).ours(*inputs), upstream, inputs)
    for g, derivative in zip(found, kink.derivatives, strict=True):
        np.testing.assert_allclose(g, np.multiply(upstream, derivative), rtol=float(np.finfo(precision(inputs)).eps))


@pytest.mark.parametrize(("row", "kink"), [(r, k) for r, k in KINKS if r.by_element], ids=repr)
@given(data=st.data())
def test_a_kink_does_not_touch_its_neighbours(row, kink, data):
    case = first_case(row)
    [upstream], numbers = data.draw(random_arrays([(5,)])), [data.draw(arrays((5,), d)) for d in case.domains()]
    alone = [Tensor(x) for x in numbers]
    expected = swept(case.ours(*alone), upstream, alone)
    for x, at_kink in zip(numbers, kink.inputs, strict=True):
        x[2] = at_kink
    inputs = [Tensor(x) for x in numbers]
    with np.errstate(all="ignore"):
        found = swept(case.ours(*inputs), upstream, inputs)
        for e, derivative in zip(expected, kink.derivatives, strict=True):
            e[2] = upstream[2] * derivative
    for g, e in zip(found, expected, strict=True):
        np.testing.assert_array_equal(g, e)


# What is promised of every gradient


@rows_of(WITH_DERIVATIVES)
@given(data=st.data())
def test_no_upstream_gives_no_gradient(row, data):
    case, point = data.draw(points_of(row))
    operands = point.operands()
    nodes = [x for x in operands if isinstance(x, Node)]
    for g in swept(case.ours(*operands), np.zeros_like(point.upstream), nodes):
        np.testing.assert_array_equal(g, np.zeros_like(g))


@rows_of(WITH_DERIVATIVES)
@given(data=st.data())
def test_a_gradient_is_like_its_node_and_in_memory_of_its_own(row, data):
    case, point = data.draw(points_of(row))
    operands = point.operands()
    root = case.ours(*operands)
    found = gradients(root, point.upstream) if isinstance(root, Node) else {}
    for node, g in found.items():
        assert type(g) is type(node.data)
        if isinstance(node, Tensor):
            assert (g.shape, g.dtype, g.flags.writeable) == (node.shape, node.dtype, True)
    mine = [g for g in found.values() if isinstance(g, np.ndarray)]
    others = [point.upstream, *map(data_of, [*operands, *found])]
    for i, g in enumerate(mine):
        assert not any(np.shares_memory(g, other) for other in [*mine[:i], *others])


@rows_of(CASES)
@given(data=st.data())
def test_what_goes_in_is_not_changed(row, data):
    case, point = data.draw(points_of(row))
    operands = point.operands()
    everything = [*map(data_of, operands), point.upstream]
    before = [np.asarray(x).tobytes() for x in everything]
    root = case.ours(*operands)
    if isinstance(root, Node):
        gradients(root, point.upstream)
        gradients(root, point.upstream, differentiable=True)
    assert [np.asarray(x).tobytes() for x in everything] == before


# NumPy's make an array of float64 of a float or a list, and complex eigenvalues.
LEAVE_THE_DTYPE_ALONE = (
    *("append", "dot", "inner", "polyval", "eig", "eigvals"),
    *(nan + name for nan in ("", "nan") for name in ("quantile", "percentile")),
)


@rows_of(CASES)
@given(data=st.data())
def test_the_kind_of_number_is_kept(row, data):
    case, point = data.draw(points_of(row))
    operands = point.operands()
    raw = [data_of(x) for x in operands]
    found = data_of(case.ours(*operands))
    if row.by_element:
        assert (type(found) is float) == all(type(x) is float for x in raw)
    if type(found) is not float and row.name != "astype":  # whose parameter it is
        theirs = [] if row.name in LEAVE_THE_DTYPE_ALONE else numpys(row)
        assert found.dtype == (np.asarray(case.of(theirs[0], raw)).dtype if theirs else np.result_type(*raw))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("x", [Tensor([1.0, 2.0]), Tensor(np.ones(2, np.float32)), Value(1.0)], ids=repr)
def test_astype_gives_the_dtype_and_the_gradient_the_leafs(x, dtype):
    z = astype(x, dtype)
    assert z.dtype == dtype
    g = gradients(z, np.ones(z.shape))[x]
    assert np.asarray(g).dtype == np.asarray(x.data).dtype


@rows_of(STEPS)
@given(data=st.data())
def test_what_is_constant_between_its_jumps_is_recorded_and_hands_nothing_on(row, data):
    case, point = data.draw(points_of(row))
    operands = point.operands()
    root = case.ours(*operands)
    assert list(map(id, root.inputs)) == list(map(id, operands)) or any(not isinstance(x, Node) for x in operands)
    for differentiable in (False, True):
        assert [*gradients(root, point.upstream, differentiable=differentiable)] == [root]
    assert tangents(root, {x: np.ones(x.shape) for x in operands if isinstance(x, Node)}) is None


# The kinds of numbers agree


def agree(case: Case, columns: Sequence[Array]) -> None:
    """The scalar engine and the array engine give the same numbers, and the same derivatives."""
    with np.errstate(all="ignore"):
        tensors = [Tensor(column) for column in columns]
        z = case.ours(*tensors)
        of_arrays = [z, *swept(z, np.ones(z.shape), tensors)]
        of_floats = []
        for numbers in zip(*columns, strict=True):
            values = [Value(x) for x in numbers]
            z = case.ours(*values)
            assert type(data_of(z)) is float
            of_floats.append([z, *swept(z, 1.0, values)])
    for order, (a, b) in enumerate(zip(of_arrays, zip(*of_floats, strict=True), strict=True)):
        a, b = data_of(a), np.array([data_of(x) for x in b])
        distance = ulps_apart(a, b) * ~(case.row.either_zero & (a == 0) & (b == 0))
        if order and case.row.c_library and case.row.family == "composed":
            # x · σ(x) and its like: the two terms of the derivative cancel near its zero, and are there as large as 1.
            with np.errstate(invalid="ignore"):
                distance = distance * ~(np.abs(a - b) <= 4 * np.finfo(np.float64).eps)
        # A derivative is made of up to four of the library's numbers.
        assert np.max(distance) <= (4 if order else 1) * case.row.c_library, (columns, a, b)


EDGES = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 1000.0, -1000.0, 5e-324, -2e-308, 1.7e308, np.inf, -np.inf, np.nan]
# Where tanh, sinh and sigmoid of NumPy with AVX512 and of glibc are farthest apart.
EDGES += [0.5145675755895063, 0.821327981322403, 2.303053764795381]


@pytest.mark.parametrize("row", BY_ELEMENT, ids=repr)
def test_value_and_tensor_agree_at_the_edges(row):
    case = first_case(row)
    agree(case, np.array(list(product(EDGES, repeat=len(case.call.shapes)))).T)


@pytest.mark.parametrize("row", BY_ELEMENT, ids=repr)
@given(data=st.data())
def test_value_and_tensor_agree_anywhere(row, data):
    case = first_case(row)
    agree(case, [data.draw(arrays((5,), st.floats() | domain)) for domain in case.domains()])


@rows_of([case for case in SCALAR if not case.row.by_element])
@given(data=st.data())
def test_value_and_tensor_without_axes_agree(row, data):
    case, point = data.draw(points_of(row, SCALAR))
    answers = []
    for form in ("Value", "Tensor"):
        inputs = [FORMS[form](x) for x in point.numbers]
        z = case.ours(*inputs)
        answers.append([np.asarray(data_of(z)), *swept(z, point.upstream, inputs)])
    for a, b in zip(*answers, strict=True):
        assert np.max(ulps_apart(a, b)) == 0


@rows_of(CASES)
@given(data=st.data())
def test_raw_numbers_give_raw_numbers(row, data):
    case, point = data.draw(points_of(row))
    form = data.draw(st.sampled_from(["array", "array of float32", *["float"] * (scalar(case))]))
    raw = [FORMS[form](x) for x in point.numbers]
    kind = {"array": "Tensor", "array of float32": "Tensor of float32", "float": "Value"}[form]
    recorded = case.ours(*(FORMS[kind](x) for x in point.numbers))
    z = case.ours(*raw)
    assert not isinstance(z, Node)
    if form == "float" and row.by_element:
        assert type(z) is float
    np.testing.assert_array_equal(z, data_of(recorded), strict=form != "float")


@rows_of([case for case in CASES if other_names(case.row, Tensor)])
@given(data=st.data())
def test_other_names_are_the_same_operation(row, data):
    case, point = data.draw(points_of(row))
    operands = point.operands()
    node = next(x for x in operands if isinstance(x, Node))
    expected = case.ours(*operands)
    for name in other_names(row, type(node)):
        z = case.of(name, operands)
        assert type(z) is type(expected)
        np.testing.assert_array_equal(data_of(z), data_of(expected), strict=True)
        for g, e in zip(swept(z, point.upstream, [node]), swept(expected, point.upstream, [node]), strict=True):
            np.testing.assert_array_equal(g, e, strict=True)
