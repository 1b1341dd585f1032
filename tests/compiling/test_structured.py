"""Random programs of nested loops over numbers: each equals the engine, and the regular ones are read by strides."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import Value, compile, gradients, value_and_grad

from ..support.rounding_of_sums import apart
from ..support.structured_programs import numbers, random_nest


def eager(nest, rows):
    """Value and gradients as nodes: the value, and for each row a list."""
    leaves = [[Value(x) for x in row] for row in rows]
    loss = nest(*leaves)
    found = gradients(loss, differentiable=True)
    return loss, [[found.get(x, Value(0.0)) for x in row] for row in leaves]


def compare(program, nest, rows, argnums):
    value, slopes = program(*rows)
    loss, expected = eager(nest, rows)
    pairs = [(value, loss)]
    for i, row in zip(argnums, slopes, strict=True):
        pairs += zip(row, expected[i], strict=True)
    for (x, node), allowed in zip(pairs, apart([node for _, node in pairs]), strict=True):
        assert type(x) is float
        assert abs(x - node.data) <= allowed, (x, node.data, allowed)


def first_nest(seed, depth, fits):
    """The first random nest that fits."""
    return next(filter(fits, (random_nest(i, depth) for i in count(seed))))


def names(program):
    return [instruction.name for instruction in program.recording.listing.instructions]


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@given(seed=st.integers(0, 2**24 - 1))
def test_a_nest_of_loops_equals_the_engine(depth, seed):
    nest = random_nest(seed, depth)
    argnums = range(len(nest.sizes))
    program = compile(value_and_grad(nest, argnums))
    for point in range(3):
        compare(program, nest, numbers(nest, point), argnums)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@given(seed=st.integers(0, 2**24 - 1))
def test_a_regular_nest_is_read_by_strides(depth, seed):
    nest = first_nest(seed, depth, lambda nest: nest.is_regular)
    program = compile(nest).record(*numbers(nest, 0))
    assert "take" not in names(program)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@given(seed=st.integers(0, 2**24 - 1))
def test_the_gradient_of_a_regular_nest_is_read_by_strides(depth, seed):
    # Where a number is read several times, equal expressions are shared, and not as many for each.
    nest = first_nest(seed, depth, lambda nest: nest.is_regular and nest.reads_each_once)
    program = compile(value_and_grad(nest, nest.unmixed)).record(*numbers(nest, 0))
    assert "take" not in names(program)
