"""Every operation of the registry, tested from its row in `table.py` against the oracles."""

import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini
from autograd_mini import Tensor, Value, gradients, multiply, transpose
from autograd_mini import sum as total
from autograd_mini.calculus import bilinear, elementwise, linear, reductions
from autograd_mini.node import Node, data_of
from autograd_mini.primitive import registry

from .oracles import Array, assert_close, curvature, exact, jacobian, ulps_apart, value
from .table import ANY, CASES, TABLE, Case, Kink, Row

RECORDED = [case for case in CASES if case.row.family != "unrecorded"]
recorded_rows = pytest.mark.parametrize("row", [r for r in TABLE if r.family != "unrecorded"], ids=repr)
recorded_cases = pytest.mark.parametrize("case", RECORDED, ids=repr)


# What an operation is given: numbers in one of many forms.

FORMS: dict[str, Callable[[Array], Any]] = {
    "Tensor": Tensor,
    "Tensor of float32": lambda a: Tensor(a.astype(np.float32)),
    "Value": lambda a: Value(float(a)),
    "Fortran": lambda a: Tensor(np.array(a, order="F")),
    "transposed": lambda a: transpose(Tensor(a.T)),
    "reversed": lambda a: Tensor(a[::-1])[::-1],
    "strided": lambda a: Tensor(np.repeat(a, 2, axis=-1))[..., ::2],
    "array": np.copy,
    "array of float32": lambda a: a.astype(np.float32),
    "reversed array": lambda a: a[::-1].copy()[::-1],
    "float": float,
}
RAW = [name for name in FORMS if "array" in name or name == "float"]


def forms(shape: tuple[int, ...], row: Row) -> list[str]:
    """The forms that numbers of this shape can have."""
    excluded = {"reversed", "strided", "reversed array"} if shape == () else {"Value", "float"}
    return [name for name in FORMS if name not in excluded and (row.of_values or name not in ("Value", "float"))]


class Point(NamedTuple):
    """Where an operation is tested: the numbers and forms of its inputs, an upstream gradient, a direction."""

    numbers: list[Array]
    forms: list[str]
    upstream: Array
    direction: list[Array]

    def operands(self) -> list[Any]:
        """The numbers in their forms: nodes, and raw floats and arrays."""
        return [FORMS[form](number) for form, number in zip(self.forms, self.numbers, strict=True)]


@cache
def points(case: Case) -> st.SearchStrategy[Point]:
    """Points in the operation's domain; at least one input is a node."""
    shapes = case.call.shapes
    ones = [exact(np.ones(shape)) for shape in shapes]
    available = [forms(shape, case.row) for shape in shapes]
    alike = [name for name in ("Tensor", "Tensor of float32", "Value") if all(name in each for each in available)]
    mixed = st.tuples(*map(st.sampled_from, available)).filter(lambda names: not set(names) <= set(RAW)).map(list)
    numbers = (arrays(s, d, distinct=case.row.distinct) for s, d in zip(shapes, case.domains(), strict=True))
    return st.builds(
        Point,
        st.tuples(*numbers).map(list),
        st.sampled_from(alike).map(lambda name: [name] * len(shapes)) | mixed,
        arrays(np.shape(case.reference(*ones)), ANY),
        st.tuples(*(arrays(shape, ANY) for shape in shapes)).map(list),
    )


def arrays(shape: tuple[int, ...], numbers: st.SearchStrategy[float], distinct: bool = False) -> Any:
    size = math.prod(shape)
    lists = st.lists(numbers, min_size=size, max_size=size, unique=distinct)
    return lists.map(lambda found: np.array(found, dtype=np.float64).reshape(shape))


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


def compare(case: Case, operands: Sequence[Any], found: Sequence[Any], expected: Array, scale: Array, dtype: Any):
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
    assert {row.name for row in TABLE} == set(registry)


def test_every_public_operation_is_in_the_registry():
    tables = [vars(module) for module in (bilinear, elementwise, linear, reductions)]
    public = {name for name in dir(autograd_mini) if any(name in table for table in tables)}
    operations = {name for name in public if callable(getattr(autograd_mini, name)) and name.islower()}
    assert operations <= set(registry), "an operation that no row of the table can test"


# Values and derivatives


@pytest.mark.parametrize("case", CASES, ids=repr)
@given(data=st.data())
def test_the_value_is_the_reference(case, data):
    point = data.draw(points(case))
    operands = point.operands()
    z = data_of(case.ours(*operands))
    truth, j = value(case.reference, point.numbers), jacobian(case.reference, point.numbers)
    scale = np.abs(truth) + (np.abs(j) @ np.abs(flat(point.numbers))).reshape(truth.shape)
    if 0 in case.row.cancelling:
        scale += norm(flat(point.numbers))
    assert_close(z, truth, scale, case.row.ulps, precision(operands))


@recorded_cases
@given(data=st.data())
def test_the_gradient_is_the_upstream_times_the_jacobian(case, data):
    point = data.draw(points(case))
    operands = point.operands()
    nodes = [x for x in operands if isinstance(x, Node)]
    found = swept(case.ours(*operands), point.upstream, nodes)
    j, u = jacobian(case.reference, point.numbers), point.upstream.ravel()
    scale = np.abs(u) @ np.abs(j) + (norm(u) if 1 in case.row.cancelling else 0)
    compare(case, operands, found, u @ j, scale, precision(operands))


@recorded_cases
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
    j, t, u = jacobian(case.reference, point.numbers), curvature(case.reference, point.numbers), point.upstream.ravel()
    # It is computed from terms as large as the first derivative's.
    scale = np.einsum("j,jik,k", *map(np.abs, (u, t, v))) + np.abs(u) @ np.abs(j) * np.abs(v)
    scale += norm(u) * norm(v) if 2 in case.row.cancelling else 0
    dtype = precision(operands)
    compare(case, operands, second, np.einsum("j,jik,k", u, t, v), scale, dtype)
    compare(case, [upstream], [of_upstream], j @ v, np.abs(j) @ np.abs(v), dtype)
