"""Nodes and the libraries that people use beside: a derivative is right, or refused in words, or its loss is told."""

import array
import math
import random
import statistics
import warnings

import numpy as np
import pytest

from autograd_mini import AutogradError, DetachedWarning, KindError, Tensor, Value, grad, hessian, hvp, jacobian
from autograd_mini import value_and_grad as with_gradient

scipy = pytest.importorskip("scipy", reason="SciPy is not installed")
from scipy import fft, integrate, interpolate, linalg, ndimage, optimize, signal, sparse, spatial, special, stats  # noqa: E402

V = np.array([1.0, 2.0, 3.5])
S = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 2.0]])
SPARSE = sparse.csr_array(S)
START = np.array([1.3, 0.7, 0.8, 1.9, 1.2])


# Minimisers, which take plain arrays and are given plain gradients.


def valley(x):
    """Rosenbrock's, with its only minimum of 5 variables near this start at ones."""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "CG", "SLSQP", "TNC"])
def test_minimising_with_a_gradient(method):
    found = optimize.minimize(with_gradient(valley), START, jac=True, method=method, tol=1e-10)
    np.testing.assert_allclose(found.x, 1.0, atol=1e-3)


@pytest.mark.parametrize("method", ["Newton-CG", "trust-ncg", "trust-exact", "trust-krylov"])
def test_minimising_with_curvature(method):
    whole = optimize.minimize(valley, START, jac=grad(valley), hess=hessian(valley), method=method, tol=1e-8)
    np.testing.assert_allclose(whole.x, 1.0, atol=1e-4)
    if method != "trust-exact":  # it factors the matrix itself
        products = optimize.minimize(
            valley, START, jac=grad(valley), hessp=lambda x, v: hvp(valley, x, v), method=method, tol=1e-8
        )
        np.testing.assert_allclose(products.x, 1.0, atol=1e-4)


def test_roots_and_least_squares_with_a_jacobian():
    squares = lambda x: x**2 - np.array([2.0, 3.0])
    fitted = optimize.least_squares(squares, np.ones(2), jac=jacobian(squares), xtol=1e-12)
    np.testing.assert_allclose(fitted.x, np.sqrt([2.0, 3.0]), rtol=1e-7)
    symmetric = lambda x: np.stack([x[0] + x[1] - 3.0, x[0] * x[1] - 2.0])
    found = optimize.root(symmetric, np.array([0.0, 5.0]), jac=jacobian(symmetric))
    np.testing.assert_allclose(np.sort(found.x), [1.0, 2.0], rtol=1e-8)
    times = np.linspace(0.0, 1.0, 20)
    decay = lambda p: p[0] * np.exp(-p[1] * times)
    slopes = lambda t, *p: jacobian(decay)(np.array(p))
    (height, rate), _ = optimize.curve_fit(
        lambda t, *p: decay(p), times, 2.0 * np.exp(-1.5 * times), [1, 1], jac=slopes
    )
    assert (height, rate) == pytest.approx((2.0, 1.5))


def test_a_root_by_newton():
    f = lambda x: np.cos(x) - x
    assert optimize.newton(f, 1.0, fprime=grad(f), fprime2=grad(grad(f))) == pytest.approx(0.7390851332151607)


def test_a_start_that_is_a_node_is_refused():
    with pytest.raises(KindError, match=r"history would be lost.*node\.data"):
        optimize.minimize(valley, Tensor(START), jac=grad(valley))


# Everything else is given nodes: by the derivative along them, or not at all, or with a warning that it is lost.

ON_A_NUMBER = {
    "quad": lambda w: integrate.quad(lambda t: t * w, 0.0, 1.0)[0],
    "brentq": lambda w: optimize.brentq(lambda z: z - w, 0.0, 9.0),
    "newton": lambda w: optimize.newton(lambda z: z * z - w, 1.0),
    "odeint": lambda w: integrate.odeint(lambda y, t: -y * w, 1.0, [0.0, 1.0])[-1, 0],
    "solve_ivp": lambda w: integrate.solve_ivp(lambda t, y: -y * w, (0.0, 1.0), [1.0]).y[0, -1],
    "approx_fprime": lambda w: optimize.approx_fprime(V, lambda x: np.sum(x * w))[0],
    "norm.pdf": lambda w: stats.norm.pdf(w),
    "norm.pdf of a place": lambda w: stats.norm.pdf(0.5, loc=w),
    "binom": lambda w: special.binom(w, 2.0),
    "sparse matrix": lambda w: (SPARSE * w).sum(),
    "fsum": lambda w: math.fsum([w, w]),
    "hypot": lambda w: math.hypot(w, 1.0),
    "prod": lambda w: math.prod([w, w]),
    "fmean": lambda w: statistics.fmean([w, 2.0 * w]),
    "gauss": lambda w: random.Random(0).gauss(w, 1.0),
    "sorted": lambda w: sorted([w, 1.0])[-1],
    "array": lambda w: array.array("d", [w])[0],
    "numpy's own float": lambda w: np.float64(w) * 2.0,
    "fromiter": lambda w: np.sum(np.fromiter((w for _ in range(3)), float)),
    "frompyfunc": lambda w: np.frompyfunc(lambda q: q * w, 1, 1)(V).sum(),
    "vectorize": lambda w: np.vectorize(lambda q: q * w)(V).sum(),
    "an array of objects": lambda w: np.sum(np.array([w, None], dtype=object)[:1]),
    "an element": lambda w: _filled(lambda z: z.__setitem__(0, w)),
    "a slice": lambda w: _filled(lambda z: z.__setitem__(slice(None), w)),
    "flat": lambda w: _filled(lambda z: z.flat.__setitem__(0, w)),
    "fill": lambda w: _filled(lambda z: z.fill(w)),
    "put": lambda w: _filled(lambda z: np.put(z, [0], w)),
    "place": lambda w: _filled(lambda z: np.place(z, z > 2.0, [w])),
    "putmask": lambda w: _filled(lambda z: np.putmask(z, z > 2.0, w)),
    "copyto": lambda w: _filled(lambda z: np.copyto(z, w)),
    "add.at": lambda w: _filled(lambda z: np.add.at(z, [0], w)),
    "out": lambda w: _filled(lambda z: np.multiply(V, w, out=z)),
    "clip of an array": lambda w: np.sum(V.clip(0.0, w)),
    "full": lambda w: np.sum(np.full(3, w)),
    "arange": lambda w: np.sum(np.arange(0.0, w)),
    "Generator.normal": lambda w: np.random.default_rng(0).normal(w),
    "polynomial": lambda w: np.polynomial.Polynomial([1.0, 2.0])(w),
    "poly1d": lambda w: np.poly1d([w, 1.0])(2.0),
    "unique": lambda w: np.sum(np.unique(w * V)),
    "unique in places": lambda w: np.sum(np.unique(w * V, return_index=True)[0]),
    "edges of a histogram": lambda w: np.sum(np.histogram(w * V, bins=2)[1]),
    "weights of a histogram": lambda w: np.sum(np.histogram(V, bins=2, weights=w * V)[0]),
    "tolist": lambda w: sum((w * V).tolist()),
    "divmod": lambda w: np.divmod(w, 2.0)[1],
    "modf": lambda w: np.modf(w)[0],
    "frexp": lambda w: np.frexp(w)[0],
}

ON_AN_ARRAY = {
    "expit": special.expit,
    "erf": special.erf,
    "gammaln": special.gammaln,
    "logsumexp": special.logsumexp,
    "softmax": special.softmax,
    "xlogy": lambda x: special.xlogy(x, x),
    "zscore": stats.zscore,
    "skew": stats.skew,
    "gmean": stats.gmean,
    "entropy": stats.entropy,
    "pearsonr": lambda x: stats.pearsonr(x, V**2)[0],
    "solve": lambda x: linalg.solve(S, x),
    "solve_triangular": lambda x: linalg.solve_triangular(np.tril(S), x, lower=True),
    "inverse": lambda x: linalg.inv(S * x),
    "expm": lambda x: linalg.expm(S * x),
    "cho_factor": lambda x: linalg.cho_factor(S + np.diag(x))[0],
    "block_diag": lambda x: linalg.block_diag(x, x),
    "toeplitz": linalg.toeplitz,
    "norm": linalg.norm,
    "trapezoid": integrate.trapezoid,
    "solve_ivp from a node": lambda x: integrate.solve_ivp(lambda t, y: -y, (0.0, 1.0), x).y[:, -1],
    "interp1d at": lambda x: interpolate.interp1d([0.0, 2.0, 4.0], V)(x),
    "interp1d of": lambda x: interpolate.interp1d([0.0, 2.0, 4.0], x)(1.5),
    "spline of": lambda x: interpolate.CubicSpline([0.0, 2.0, 4.0], x)(1.5),
    "convolve": lambda x: signal.convolve(x, V),
    "fftconvolve": lambda x: signal.fftconvolve(x, V),
    "dct": fft.dct,
    "gaussian_filter": lambda x: ndimage.gaussian_filter(x, 1.0),
    "distances": lambda x: spatial.distance.pdist(x[:, None]),
    "euclidean": lambda x: spatial.distance.euclidean(x, V**2),
    "sparse @ node": lambda x: SPARSE @ x,
    "node @ sparse": lambda x: x @ SPARSE,
    "sparse * node": lambda x: SPARSE * x,
    "node * sparse": lambda x: x * SPARSE,
    "sparse.dot": lambda x: SPARSE.dot(x),
    "sparse.multiply": lambda x: SPARSE.multiply(x).sum(),
    "spsolve": lambda x: sparse.linalg.spsolve(sparse.csc_array(S), x),
    "linear operator": lambda x: sparse.linalg.aslinearoperator(S) @ x,
    "permutation": lambda x: np.random.default_rng(0).permutation(x),
    "Generator.choice": lambda x: np.random.default_rng(0).choice(x),
    "polyfit": lambda x: np.polyfit(V, x, 1),
    "r_": lambda x: np.r_[x, 1.0],
    "c_": lambda x: np.c_[x, x],
    "an array of": lambda x: np.array([x, x]),
    "windows": lambda x: np.lib.stride_tricks.sliding_window_view(x, 2),
    "strides": lambda x: np.lib.stride_tricks.as_strided(x),
    "array": lambda x: np.array(array.array("d", x)),
}


def _filled(fill):
    z = V.copy()
    fill(z)
    return np.sum(z)


def weighted(f):
    """The function with its numbers added up with weights, so that a derivative lost in part would be seen."""

    def added_up(x):
        z = f(x)
        return np.sum(z * np.cos(np.arange(np.size(z))).reshape(np.shape(z)))

    return added_up


def outcome(f, at):
    """What comes of the derivative: "right", "refused" in words, or "told" by a warning that it was lost."""
    try:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            derivative = grad(f)(at)
    except (AutogradError, AttributeError) as error:  # a name that nodes have not is one of ours, too
        return "refused" if any(way in str(error) for way in (": ", "takes ", "write ")) else str(error)
    if any(warning.category is DetachedWarning for warning in seen):
        return "told"
    along, step = np.sin(1.0 + np.arange(np.size(at))).reshape(np.shape(at)), 1e-6
    difference = (f(at + step * along) - f(at - step * along)) / (2 * step)
    return "right" if np.sum(derivative * along) == pytest.approx(float(difference), rel=1e-5, abs=1e-8) else derivative


@pytest.mark.parametrize("f", ON_A_NUMBER.values(), ids=ON_A_NUMBER)
def test_a_derivative_by_a_number_is_not_lost_in_silence(f):
    assert outcome(f, 2.3) in ("right", "refused", "told")


@pytest.mark.parametrize("f", ON_AN_ARRAY.values(), ids=ON_AN_ARRAY)
def test_a_derivative_by_an_array_is_not_lost_in_silence(f):
    assert outcome(weighted(f), V) in ("right", "refused", "told")


@pytest.mark.parametrize("places", [np.argmax, np.count_nonzero, lambda x: np.sum(np.isclose(x, 2.0))])
def test_what_is_constant_but_for_jumps_raises_no_alarm(places):
    assert not np.any(grad(lambda x: 1.0 * places(x))(V))  # a warning would be an error


def test_that_test_sees_what_is_lost():
    assert outcome(lambda w: w.data * 2.0 if isinstance(w, Value) else w * 2.0, 2.3) == 0.0
    assert outcome(lambda w: float(w) * 2.0, 2.3) == "told"
    assert outcome(lambda w: w * 2.0, 2.3) == "right"
    assert (
        outcome(weighted(lambda x: x[0] + 0.0 * x if isinstance(x, np.ndarray) else x * 0.0), V).tolist() == [0.0] * 3
    )
