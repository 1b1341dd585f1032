"""A recorded graph forgets nothing: computed again from other data it gives what the engine gives there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import AutogradError, Tensor, Value, gradients
from autograd_mini.arithmetic import Arithmetic
from autograd_mini.node import Node, data_of
from autograd_mini.replay import replay

from ..support.points import arrays
from ..table import CASES

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, of numbers outside of a domain


def leaves_of(case, numbers):
    """A leaf for each input: Values of scalars where the operation takes them, else Tensors."""
    kinds = [Value if np.shape(x) == () and case.row.of_values else Tensor for x in numbers]
    return [kind(x) for kind, x in zip(kinds, numbers, strict=True)]


def recorded(case, leaves):
    """The output, its gradients along fixed weights, and the gradients of their weighted sum: all as recorded nodes."""
    z = case.ours(*leaves)
    parts = z if isinstance(z, list | tuple) else [z]
    results = []
    for z in (part for part in parts if isinstance(part, Node)):
        first = recorded_gradients(z, leaves)
        second = [recorded_gradients(g, leaves) for g in first if g is not None]
        results += [z, *first, *(h for each in second for h in each)]
    return results


def recorded_gradients(z, leaves):
    """By each leaf that a path leads to, of z times weights that differ; None for the others."""
    weights = np.arange(1.0, 1.0 + np.size(z.data)).reshape(z.shape) / 2
    found = gradients(z, np.asarray(weights, np.asarray(z.data).dtype), differentiable=True)
    return [found.get(leaf) for leaf in leaves]


def elsewhere(case, numbers, drawn):
    """Where the record is computed again: a drawn point, other signs, ties, zeros, infinities, and the row's kinks."""
    yield drawn
    yield [-x for x in numbers]
    yield [np.full_like(x, 0.75) for x in numbers]
    yield [np.zeros_like(x) for x in numbers]
    yield [np.full_like(x, -0.0) for x in drawn]
    yield [np.where(np.arange(x.size).reshape(x.shape) == 0, np.inf, x) for x in numbers]
    yield [np.where(np.arange(x.size).reshape(x.shape) == 0, x, -np.inf) for x in numbers]
    for kink in (kink for kink in case.row.kinks if len(kink.inputs) == len(numbers)):  # a bound may be an input, too
        yield [np.broadcast_to(k, x.shape) if np.ndim(k) == 0 else x for k, x in zip(kink.inputs, numbers, strict=True)]


def outcome(compute):
    try:
        return compute()
    except AutogradError as error:
        return type(error)


@pytest.mark.parametrize("case", CASES, ids=str)
@given(data=st.data())
def test_a_record_computed_again_is_what_the_engine_gives_there(case, data):
    draw = lambda: [
        np.asarray(data.draw(arrays(shape, domain, distinct=case.row.distinct)))
        for shape, domain in zip(case.call.shapes, case.domains(), strict=True)
    ]
    numbers, drawn = draw(), draw()
    leaves = leaves_of(case, numbers)
    record = recorded(case, leaves)
    for point in elsewhere(case, numbers, drawn):
        there = leaves_of(case, point)
        eager = outcome(lambda there=there: recorded(case, there))
        moved = dict(zip(leaves, (leaf.data for leaf in there), strict=True))
        again = outcome(lambda moved=moved: [None if r is None else replay(r, moved) for r in record])
        if isinstance(eager, type):
            assert again is eager
            continue
        assert [r is None for r in record] == [r is None for r in eager]
        for found, expected in zip(again, eager, strict=True):
            np.testing.assert_array_equal(found, data_of(expected))


LOOKS = ("__bool__", "__float__", "__int__", "__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__", "_number")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_rule_asks_a_node_for_its_numbers(case, monkeypatch):
    leaves = leaves_of(case, [np.random.default_rng(0).uniform(0.2, 0.8, shape) for shape in case.call.shapes])
    z = case.ours(*leaves)

    def refuse(self, *others):
        pytest.fail(f"a rule looks at the numbers of {self.name}")

    for look in LOOKS:
        monkeypatch.setattr(Arithmetic, look, refuse)
    outputs = z if isinstance(z, list | tuple) else [z]
    for output in (part for part in outputs if isinstance(part, Node)):
        for g in recorded_gradients(output, leaves):
            if g is not None:
                recorded_gradients(g, leaves)
