"""Values and derivatives at kinks and edges of operations on elements: rows of the table of conventions."""

import math

import numpy as np
import pytest

from autograd_mini import (
    Tensor,
    Value,
    abs,
    arccos,
    arccosh,
    arcsin,
    arctan2,
    arctanh,
    cbrt,
    ceil,
    clip,
    elu,
    floor,
    grad,
    gradients,
    hypot,
    leaky_relu,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    matmul,
    maximum,
    minimum,
    power,
    reciprocal,
    relu,
    rint,
    round,
    sigmoid,
    sign,
    sinc,
    softplus,
    sqrt,
    tanh,
    trunc,
    xlogy,
)

from ..support.kinds import (
    KINDS,
    derivatives,
    inf,
    item,
    nan,
    of_every_kind,
    same,
    second_derivative,
    weights_of,
    without_warnings,
)

# Kinks of one number


@of_every_kind
@pytest.mark.parametrize(
    ("x", "z", "derivative"), [(0.0, 0.0, 0.0), (-0.0, 0.0, 0.0), (-inf, 0.0, 0.0), (inf, inf, 1.0), (nan, nan, nan)]
)
def test_relu(kind, x, z, derivative):
    same(derivatives(relu, kind, x), [z, derivative])


@of_every_kind
@pytest.mark.parametrize("x", [0.0, -0.0])
def test_abs_at_zero(kind, x):
    same(derivatives(abs, kind, x), [0.0, 0.0])


@of_every_kind
@pytest.mark.parametrize("function", [relu, abs, lambda x: maximum(x, 0.0), lambda x: minimum(x, x)])
def test_a_kink_has_no_second_derivative(kind, function):
    same(second_derivative(function, kind, 0.0), 0.0)


@of_every_kind
@pytest.mark.parametrize("root", [sqrt, lambda x: x**0.5, lambda x: power(x, np.array(0.5))])
def test_a_square_root_is_infinitely_steep_at_zero(kind, root):
    same(derivatives(root, kind, 0.0), [0.0, inf])


@of_every_kind
def test_the_logarithm_of_zero(kind):
    with np.errstate(divide="ignore"):  # NumPy's word for it; a Value says nothing
        same(derivatives(log, kind, 0.0), [-inf, inf])


@of_every_kind
@pytest.mark.parametrize("function", [sqrt, log, log2, log10])
def test_beside_minus_zero_they_are_as_steep_downwards(kind, function):
    # The rules are 1 / (2 sqrt(x)) and 1 / x, and IEEE's 1 / -0 is -inf. To take the sign away, each of them would need
    # a "+ 0", which would stand on every picture of a square root or logarithm.
    with np.errstate(divide="ignore"):
        same(derivatives(function, kind, -0.0)[1], -inf)


@of_every_kind
def test_a_limit_that_the_product_alone_has_is_nan(kind):
    # 0.75 |x|^-0.5 · sign(x)² grows to inf beside 0, but there the chain rule multiplies inf and 0.
    same(second_derivative(lambda x: abs(x) ** 1.5, kind, 0.0), nan)


@of_every_kind
def test_x_times_log_x_at_zero_is_nan(kind):
    with np.errstate(all="ignore"):
        same(derivatives(lambda x: x * log(x), kind, 0.0), [nan, nan])


@of_every_kind
@without_warnings
@pytest.mark.parametrize(
    ("function", "x", "z", "derivative"),
    [
        (sigmoid, -1000.0, 0.0, 0.0),
        (sigmoid, 1000.0, 1.0, 0.0),
        (tanh, -1000.0, -1.0, 0.0),
        (tanh, 1000.0, 1.0, 0.0),
        (softplus, -1000.0, 0.0, 0.0),
        (softplus, 1000.0, 1000.0, 1.0),
    ],
)
def test_saturated_without_overflow(kind, function, x, z, derivative):
    same(derivatives(function, kind, x), [z, derivative])
    same(second_derivative(function, kind, x), 0.0)


# Powers


@of_every_kind
@without_warnings
@pytest.mark.parametrize("x", [0.0, -0.0, -3.0, 2.0])
@pytest.mark.parametrize("p", [0, 0.0, 1, 1.0, 2, 2.0, 3])
@pytest.mark.parametrize("held", [lambda p: p, np.array, Value], ids=["number", "array", "node"])
def test_a_whole_power_is_a_polynomial(kind, x, p, held):
    polynomial = np.polynomial.Polynomial.basis(int(p))
    expected = [polynomial(x), polynomial.deriv()(x)]
    same(derivatives(lambda x: x ** held(p), kind, x), expected)
    same(second_derivative(lambda x: x ** held(p), kind, x), polynomial.deriv(2)(x))


@of_every_kind
@without_warnings
@pytest.mark.parametrize("held", [float, np.array, Value], ids=["number", "array", "node"])
def test_the_power_zero_is_constant_where_the_reciprocal_overflows(kind, held):
    x = 2.0**-149 if kind is KINDS["float32"] else 5e-324
    same(derivatives(lambda x: x ** held(0.0), kind, x), [1.0, 0.0])
    same(second_derivative(lambda x: x ** held(0.0), kind, x), 0.0)


@of_every_kind
@without_warnings
@pytest.mark.parametrize("p", [0.0, 0.5, 1.0, 2.0])
def test_zero_stays_zero_whatever_the_power(kind, p):
    same(derivatives(power, kind, 0.0, p)[2], 0.0)
    same(derivatives(lambda p: 0.0**p, kind, p)[1], 0.0)
    same(second_derivative(lambda p: 0.0**p, kind, p), 0.0)


@of_every_kind
@pytest.mark.parametrize(("x", "p"), [(-2.0, 3.0), (-2.0, 2.0), (-0.5, -1.0)])
def test_a_power_of_a_negative_number_varies_with_the_number_alone(kind, x, p):
    same(derivatives(power, kind, x, p), [x**p, p * x ** (p - 1), nan])


# Two numbers


@of_every_kind
@pytest.mark.parametrize("extreme", [maximum, minimum])
@pytest.mark.parametrize("x", [2.0, -1.0, 0.0, inf, -inf])
def test_a_tie_is_split_in_halves(kind, extreme, x):
    same(derivatives(extreme, kind, x, x), [x, 0.5, 0.5])
    same(derivatives(lambda x: extreme(x, x), kind, x), [x, 1.0])


@of_every_kind
@pytest.mark.parametrize("extreme", [maximum, minimum])
def test_nan_is_the_extreme_one(kind, extreme):
    same(derivatives(extreme, kind, nan, 1.0), [nan, 1.0, 0.0])
    same(derivatives(extreme, kind, 1.0, nan), [nan, 0.0, 1.0])


@of_every_kind
@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (lambda x: x + x, 2.0),
        (lambda x: x - x, 0.0),
        (lambda x: x * x, 6.0),
        (lambda x: x * x * x, 27.0),
        (lambda x: x / x, 0.0),
    ],
)
def test_an_operand_used_twice_gets_the_sum(kind, function, derivative):
    same(derivatives(function, kind, 3.0)[1], derivative)


def test_a_vector_times_itself():
    same(weights_of(lambda x: matmul(x, x), [1.0, 2.0, -3.0]), [2.0, 4.0, -6.0])


# Bends and bounds


@of_every_kind
@pytest.mark.parametrize("slope", [0.01, 0.5, -1.0, 1.0])
@pytest.mark.parametrize("x", [0.0, -0.0])
def test_leaky_relu_at_zero_has_the_slope_below(kind, slope, x):
    z, derivative = derivatives(lambda x: leaky_relu(x, slope), kind, x)
    same([z, derivative], [0.0, kind(slope).item()])
    same(second_derivative(lambda x: leaky_relu(x, slope), kind, x), 0.0)


@of_every_kind
@pytest.mark.parametrize("alpha", [0.5, 1.0, 2.0])
def test_elu_at_zero_has_the_derivatives_below(kind, alpha):
    same(derivatives(lambda x: elu(x, alpha), kind, 0.0), [0.0, alpha])
    same(second_derivative(lambda x: elu(x, alpha), kind, 0.0), alpha)


@of_every_kind
@without_warnings
def test_elu_does_not_overflow(kind):
    same(derivatives(elu, kind, 1000.0), [1000.0, 1.0])
    same(derivatives(elu, kind, -1000.0), [-1.0, 0.0])


@of_every_kind
@pytest.mark.parametrize(
    ("x", "low", "high", "z", "derivative"),
    [
        (-1.0, -1.0, 2.0, -1.0, 1.0),
        (2.0, -1.0, 2.0, 2.0, 1.0),
        (-1.0, -1.0, None, -1.0, 1.0),
        (2.0, None, 2.0, 2.0, 1.0),
        (1.0, 1.0, 1.0, 1.0, 1.0),
        (0.0, -0.0, 1.0, 0.0, 1.0),
        (2.5, -1.0, 2.0, 2.0, 0.0),
        (-inf, -1.0, 2.0, -1.0, 0.0),
        (-inf, None, 2.0, -inf, 1.0),
        (nan, -1.0, 2.0, nan, 1.0),
    ],
)
def test_the_bounds_of_clip_belong_to_the_inside(kind, x, low, high, z, derivative):
    same(derivatives(lambda x: clip(x, low, high), kind, x), [z, derivative])


# Roundings


@of_every_kind
@pytest.mark.parametrize("rounding", [floor, ceil, trunc, rint, round, sign], ids=lambda f: f.__name__)
@pytest.mark.parametrize("x", [-1.5, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.5, 16777216.0, inf, -inf, nan])
def test_a_rounding_is_numpys_and_hands_nothing_on(kind, rounding, x):
    node = kind(x)
    z = rounding(node).data
    expected = getattr(np, rounding.__name__)(x)
    same(z, np.broadcast_to(expected, node.shape))
    same(np.signbit(z), np.signbit(np.broadcast_to(expected, node.shape)))
    same(derivatives(lambda x: x * rounding(x), kind, x)[1], expected)


# Vertical tangents


@of_every_kind
@pytest.mark.parametrize(
    ("function", "x", "derivative"),
    [
        (arcsin, 1.0, inf),
        (arcsin, -1.0, inf),
        (arccos, 1.0, -inf),
        (arccos, -1.0, -inf),
        (arccosh, 1.0, inf),
        (arctanh, 1.0, inf),
        (arctanh, -1.0, inf),
        (cbrt, 0.0, inf),
        (cbrt, -0.0, inf),
        (log2, 0.0, inf),
        (log10, 0.0, inf),
        (log1p, -1.0, inf),
        (reciprocal, 0.0, -inf),
        (reciprocal, -0.0, -inf),
    ],
)
def test_at_a_vertical_tangent_the_derivative_is_infinite(kind, function, x, derivative):
    with np.errstate(divide="ignore"):  # NumPy's word for an infinite value
        z, found = derivatives(function, kind, x)
        same(z, item(getattr(np, function.__name__)(kind(x).data)))
    same(found, derivative)


# Removable singularities


@of_every_kind
@without_warnings
@pytest.mark.parametrize("x", [0.0, -0.0])
def test_sinc_at_zero(kind, x):
    same(derivatives(sinc, kind, x), [1.0, 0.0])
    eps = float(np.finfo(kind(x).data.dtype if isinstance(kind(x), Tensor) else float).eps)
    assert second_derivative(sinc, kind, x) == pytest.approx(-(math.pi**2) / 3, rel=2 * eps)


def test_sinc_has_derivatives_of_any_order_at_zero():
    d = grad(sinc)
    found = [d(0.0), grad(d)(0.0), grad(grad(d))(0.0), grad(grad(grad(d)))(0.0)]
    assert found == pytest.approx([0.0, -(math.pi**2) / 3, 0.0, math.pi**4 / 5], rel=1e-15, abs=1e-15)


@of_every_kind
@without_warnings
@pytest.mark.parametrize("x", [1.0, -3.0, 1e6, -16777216.0])
def test_sinc_of_a_whole_number_is_zero(kind, x):
    z, derivative = derivatives(sinc, kind, x)
    same(z, 0.0)
    assert derivative == pytest.approx((-1) ** (x % 2) / x, rel=1e-6)


@of_every_kind
@without_warnings
@pytest.mark.parametrize(("function", "z"), [(hypot, 0.0), (arctan2, 0.0)])
def test_at_the_origin_the_gradient_is_the_least_one(kind, function, z):
    same(derivatives(function, kind, 0.0, 0.0), [z, 0.0, 0.0])
    same(second_derivative(lambda x: function(x, 0.0 * x), kind, 0.0), nan)  # there is none


@of_every_kind
@without_warnings
@pytest.mark.parametrize(
    ("function", "x", "y", "expected"),
    [
        (hypot, inf, 1.0, [1.0, 0.0]),
        (hypot, 1.0, -inf, [0.0, -1.0]),
        (arctan2, inf, 1.0, [0.0, 0.0]),
        (arctan2, 1.0, -inf, [0.0, 0.0]),
        (logaddexp, inf, 1.0, [1.0, 0.0]),
        (logaddexp, -inf, 1.0, [0.0, 1.0]),
        (logaddexp, inf, inf, [0.5, 0.5]),
        (logaddexp, -inf, -inf, [0.5, 0.5]),
        (logaddexp, 1000.0, -1000.0, [1.0, 0.0]),
    ],
)
def test_at_infinity_the_derivative_is_the_limit(kind, function, x, y, expected):
    same(derivatives(function, kind, x, y)[1:], expected)


@of_every_kind
@without_warnings
def test_xlogy_at_zero_is_the_limit(kind):
    same(derivatives(xlogy, kind, 0.0, 0.0), [0.0, -inf, 0.0])
    same(derivatives(xlogy, kind, 0.0, 2.0)[0::2], [0.0, 0.0])
    same(derivatives(xlogy, kind, 0.0, nan)[0], nan)
    same(second_derivative(lambda y: xlogy(0.0, y), kind, 2.0), 0.0)


@of_every_kind
def test_xlogy_at_zero_varies_with_both_inputs(kind):
    x, y = kind(0.0), kind(4.0)
    z = xlogy(x, y)
    by_y = gradients(z, np.ones(z.shape), differentiable=True)[y]
    same(item(gradients(by_y, np.ones(y.shape))[x]), 0.25)
