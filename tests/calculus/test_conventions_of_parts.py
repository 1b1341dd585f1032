"""Values and derivatives of remainders, of the parts of a number, and of bounds: rows of the table of conventions."""

import numpy as np
import pytest

from autograd_mini import KindError, Tensor, Value, clip, gradients
from autograd_mini.composed.elements import angle, modf
from autograd_mini.node import data_of

from ..support.kinds import KINDS, derivatives, inf, item, nan, of_every_kind, same, second_derivative


@of_every_kind
@pytest.mark.parametrize(("x", "parts"), [(-2.5, (-0.5, -2.0)), (3.0, (0.0, 3.0)), (-3.0, (-0.0, -3.0))])
def test_the_parts_of_a_number(kind, x, parts):
    fraction, whole = modf(kind(x))
    same([data_of(fraction), data_of(whole)], np.reshape(parts, (2, *np.shape(data_of(whole)))))
    same(np.signbit(data_of(fraction)), np.signbit(x))
    same(derivatives(lambda x: modf(x)[0], kind, x), [parts[0], 1.0])
    same(derivatives(lambda x: modf(x)[1], kind, x), [parts[1], 0.0])


@of_every_kind
def test_the_parts_of_an_infinity_and_of_nan(kind):
    same(derivatives(lambda x: modf(x)[0], kind, inf), [0.0, 1.0])
    same(derivatives(lambda x: modf(x)[0], kind, nan), [nan, nan])


@of_every_kind
@pytest.mark.parametrize(("x", "y"), [(7.0, 2.0), (-7.0, 2.0), (7.0, -2.0), (0.5, 3.0), (1e300, 3.0)])
def test_remainders_have_pythons_sign(kind, x, y):
    if kind is KINDS["float32"] and x > 1e38:
        x = 1e30
    node = kind(x)
    x = float(np.asarray(node.data).item())
    exact = divmod(x, y) if kind is not KINDS["float32"] else divmod(np.float32(x), np.float32(y))
    for quotient, rest in (divmod(node, y), np.divmod(node, y), (node // y, node % y)):
        same([np.ravel(quotient.data)[0], np.ravel(rest.data)[0]], exact)
        assert gradients(quotient, np.ones(quotient.shape)).get(node) is None
        same(gradients(rest, np.ones(rest.shape))[node], np.ones(rest.shape))
    same((y % node).data, np.remainder(y, node.data))
    same((y // node).data, np.floor_divide(y, node.data))
    same(divmod(y, node)[1].data, np.remainder(y, node.data))


@of_every_kind
def test_a_remainder_bends_nowhere(kind):
    assert second_derivative(lambda x: x % 2.0, kind, 3.5) == 0.0


@of_every_kind
def test_the_angle_of_a_real_number(kind):
    for x, expected in ((2.0, 0.0), (-2.0, np.pi), (0.0, 0.0)):
        z, slope = derivatives(angle, kind, x)
        np.testing.assert_allclose(z, expected, rtol=1e-7)
        assert slope == 0.0


@pytest.mark.parametrize(
    ("x", "low", "high", "slopes"),
    [
        (0.5, 0.0, 1.0, (1.0, 0.0, 0.0)),
        (-2.0, 0.0, 1.0, (0.0, 1.0, 0.0)),
        (2.0, 0.0, 1.0, (0.0, 0.0, 1.0)),
        (0.0, 0.0, 1.0, (1.0, 0.0, 0.0)),
        (1.0, 0.0, 1.0, (1.0, 0.0, 0.0)),
        (0.5, 2.0, 1.0, (0.0, 0.0, 1.0)),
        (nan, 0.0, 1.0, (1.0, 0.0, 0.0)),
        (0.5, nan, 1.0, (0.0, 1.0, 0.0)),
    ],
)
@of_every_kind
def test_bounds_of_clip_that_are_nodes_have_the_gradient_where_they_are_taken(kind, x, low, high, slopes):
    expected = [np.clip(x, low, high), *slopes]
    for call in (clip, np.clip, lambda x, low, high: clip(x, min=low, max=high)):
        same(derivatives(call, kind, x, low, high), expected)
    for place, slope in enumerate(slopes):
        bounds = [kind(b) if i == place else b for i, b in enumerate((x, low, high))]
        z = clip(*bounds)
        same([item(z), item(gradients(z, np.ones(z.shape)).get(bounds[place], 0.0))], [expected[0], slope])


def test_clip_of_one_bound_and_of_a_bound_named_twice():
    low, x = Tensor([1.0, 2.0]), Tensor(1.5)
    z = clip(x, low)
    same(z.data, [1.5, 2.0])
    same(gradients(z, np.ones(2))[low], [0.0, 1.0])
    same(clip(x, a_max=Value(1.0)).data, 1.0)
    for bounds in (((0.0,), {"min": 1.0}), ((None, low), {"max": 1.0})):
        with pytest.raises(KindError, match="two names of one bound"):
            clip(x, *bounds[0], **bounds[1])
