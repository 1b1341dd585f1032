"""What holds between the derivatives of any operation: two modes that agree, symmetric Hessians, sums of sums."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import Tensor
from autograd_mini.calculus.linear import fitted
from autograd_mini.forward import tangents, tangents_together
from autograd_mini.node import Node, data_of

from ..support.oracles import Array, curvature
from ..support.points import FORMS, Point, points_of, random_arrays, slopes
from ..table.row import Case
from .test_operations import WITH_DERIVATIVES, flat, precision, rows_of, swept

DIGITS = 1e-12  # of the terms that a number is the sum of
DROWNED = 1e-50  # a derivative so small that the oracle's differences, which measure the terms, take it for 0
SPREAD = [
    case
    for case in WITH_DERIVATIVES
    if len(set(case.call.shapes)) > 1 and (case.row.family == "elementwise" or case.row.name == "where")
]


def in_doubles(point: Point) -> list[Any]:
    """The operands of a point, those of float32 as doubles."""
    return [FORMS[form.removesuffix(" of float32")](x) for form, x in zip(point.forms, point.numbers, strict=True)]


def along(operands: Sequence[Any], direction: Sequence[Array]) -> dict[Node, Any]:
    """The direction of each node, in its own kind and dtype."""
    return {x: x.fit(d) for x, d in zip(operands, direction, strict=True) if isinstance(x, Node)}


def moved(root: Any, tangent: dict[Node, Any], **options: Any) -> Any:
    """The tangent of the root; 0 where it does not move."""
    found = tangents(root, tangent, **options) if isinstance(root, Node) else None
    return np.zeros_like(data_of(root)) if found is None else found


def sizes(case: Case, point: Point) -> Array:
    """The magnitudes of the operation's Jacobian, and of what cancels in it."""
    j = slopes(case, point.numbers)
    return j + 1.0 if 1 in case.row.cancelling else j


def bends(case: Case, point: Point) -> Array:
    """The magnitudes of what the Hessian of upstream · f is made of, as the terms in `test_operations`."""
    j, t = sizes(case, point), np.abs(curvature(case.reference, point.numbers))
    linked = (j != 0)[:, :, None] & (j != 0)[:, None, :]
    terms = t + linked * (j[:, :, None] + j[:, None, :]) + (2 in case.row.cancelling)
    return np.einsum("j,jik", np.abs(point.upstream.ravel()), terms)


def steps(operands: Sequence[Any], direction: Sequence[Array]) -> Array:
    """The direction as one vector for all inputs; raw ones do not move."""
    return flat([d if isinstance(x, Node) else 0 * d for x, d in zip(operands, direction, strict=True)])


def within(difference: Any, scale: Any, digits: float = DIGITS) -> None:
    assert np.all(np.abs(difference) <= digits * scale + DROWNED), (difference, scale)


@rows_of(WITH_DERIVATIVES)
@given(data=st.data())
def test_forward_and_reverse_mode_are_transposes(row, data):
    case, point = data.draw(points_of(row))
    operands = in_doubles(point)
    root = case.ours(*operands)
    tangent = along(operands, point.direction)
    pushed = np.vdot(point.upstream, moved(root, tangent))
    pulled = swept(root, point.upstream, list(tangent))
    pulled = sum(np.vdot(g, d) for g, d in zip(pulled, tangent.values(), strict=True))
    u = np.abs(steps(operands, point.direction))
    within(pushed - pulled, np.abs(point.upstream.ravel()) @ sizes(case, point) @ u)


@rows_of(WITH_DERIVATIVES)
@given(data=st.data())
def test_a_hessian_is_symmetric(row, data):
    case, point = data.draw(points_of(row))
    operands = in_doubles(point)
    other = data.draw(random_arrays(case.call.shapes))
    root = case.ours(*operands)
    tangent, another = along(operands, point.direction), along(operands, other)
    slopes = swept(root, point.upstream, list(tangent), differentiable=True)

    def bent(t: dict[Node, Any], by: dict[Node, Any]) -> Any:
        return sum(np.vdot(moved(slope, t), d) for slope, d in zip(slopes, by.values(), strict=True))

    u, w = (np.abs(steps(operands, d)) for d in (point.direction, other))
    within(bent(tangent, another) - bent(another, tangent), u @ bends(case, point) @ w)


@rows_of(WITH_DERIVATIVES)
@given(data=st.data(), a=st.integers(-9, 9), b=st.integers(-9, 9))
def test_a_gradient_is_linear_in_the_upstream(row, data, a, b):
    case, point = data.draw(points_of(row))
    operands = in_doubles(point)
    nodes = [x for x in operands if isinstance(x, Node)]
    root = case.ours(*operands)
    [other] = data.draw(random_arrays([point.upstream.shape]))
    together, one, two = (swept(root, u, nodes) for u in (a * point.upstream + b * other, point.upstream, other))
    terms = np.abs(a * point.upstream).ravel() + np.abs(b * other).ravel()
    scale = terms @ sizes(case, point)
    cuts = np.cumsum([np.size(x) for x in point.numbers])[:-1]
    of_nodes = [part for part, x in zip(np.split(scale, cuts), operands, strict=True) if isinstance(x, Node)]
    for g, first, second, part in zip(together, one, two, of_nodes, strict=True):
        within(g - (a * first + b * second), part.reshape(np.shape(g)))


@rows_of(SPREAD)
@given(data=st.data())
def test_the_gradient_of_a_spread_operand_is_the_sum_over_its_copies(row, data):
    case, point = data.draw(points_of(row, SPREAD))
    operands = [Tensor(x) for x in point.numbers]
    root = case.ours(*operands)
    copies = [Tensor(np.broadcast_to(x, root.shape)) for x in point.numbers]
    whole = case.ours(*copies)
    np.testing.assert_array_equal(whole.data, root.data)
    for x, g, parts in zip(
        operands, swept(root, point.upstream, operands), swept(whole, point.upstream, copies), strict=True
    ):
        within(g - fitted(parts, x.shape), fitted(np.abs(parts), x.shape))


@rows_of(WITH_DERIVATIVES)
@given(data=st.data())
def test_a_recorded_tangent_is_the_same_number(row, data):
    case, point = data.draw(points_of(row))
    operands = point.operands()
    root = case.ours(*operands)
    tangent = along(operands, point.direction)
    plain, recorded = moved(root, tangent), moved(root, tangent, differentiable=True)
    assert not isinstance(plain, Node)
    np.testing.assert_array_equal(data_of(recorded), plain, strict=isinstance(plain, np.ndarray))
    if isinstance(root, Node) and isinstance(plain, np.ndarray):
        assert (plain.shape, plain.dtype) == (root.shape, np.asarray(root.data).dtype)


@rows_of(WITH_DERIVATIVES)
@given(data=st.data(), count=st.integers(1, 3))
def test_tangents_together_are_those_one_by_one(row, data, count):
    case, point = data.draw(points_of(row))
    operands = point.operands()
    root = case.ours(*operands)
    if not isinstance(root, Node):
        return  # the branch that where took is a raw number
    directions = [point.direction, *(data.draw(random_arrays(case.call.shapes)) for _ in range(count - 1))]
    each = [along(operands, direction) for direction in directions]
    together = tangents_together(root, {x: np.stack([one[x] for one in each], -1) for x in each[0]})
    assert (together is None) == (tangents(root, each[0]) is None)
    if together is None:
        return  # where took the branch that does not move
    assert (together.shape, together.dtype) == ((*root.shape, count), np.asarray(root.data).dtype)
    digits = DIGITS if precision(operands) == np.float64 else row.ulps * float(np.finfo(np.float32).eps)
    for i, direction in enumerate(directions):
        scale = sizes(case, point) @ np.abs(steps(operands, direction))
        within(together[..., i] - moved(root, each[i]), scale.reshape(root.shape), digits)
