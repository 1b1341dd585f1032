"""SciPy's functions with nodes: its ufuncs find their operations, all else is refused; and SciPy may be missing."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg
import scipy.special
import scipy.stats

import autograd_mini.scipy as ours
from autograd_mini import KindError, ShapeError, Tensor, Value, check_gradients, compile, grad, gradients, load_program
from autograd_mini.scipy import linalg, special, stats
from autograd_mini.scipy.ufuncs import reached

ROOT = Path(__file__).parents[2]
MATRIX = np.array([[2.0, 1.0], [0.0, 3.0]])


def run(code):
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_engine_imports_no_scipy_and_a_ufunc_brings_the_room():
    code = (
        "import sys, autograd_mini as ag; print('scipy' in sys.modules)\n"
        "from scipy import special; print(special.gammaln(ag.Tensor([3.0])).data.round(6))"
    )
    assert run(code).split() == ["False", "[0.693147]"]


def test_without_scipy_the_room_says_what_to_install():
    code = (
        "import sys; sys.modules['scipy'] = None\n"
        "import autograd_mini\n"
        "try: import autograd_mini.scipy\n"
        "except ImportError as error: print(error)"
    )
    assert "pip install" in run(code)


def test_every_ufunc_of_the_room_is_found():
    theirs = {name for name in special.__all__ if isinstance(getattr(scipy.special, name), np.ufunc)}
    assert {function.__name__ for function in reached} >= theirs - {"digamma"}  # which SciPy calls psi
    assert {"erf", "expit", "xlogy", "betainc", "jv"} <= theirs


@pytest.mark.parametrize(
    "call",
    [
        lambda x: scipy.special.softmax(x),
        lambda x: scipy.special.logsumexp(x),
        lambda x: scipy.special.polygamma(1, x),
        lambda x: scipy.special.multigammaln(x, 2),
        lambda x: scipy.linalg.expm(Tensor(np.eye(2))),
        lambda x: scipy.linalg.block_diag(x, x),
        lambda x: scipy.linalg.solve_triangular(MATRIX, x),
        lambda x: scipy.stats.norm.pdf(x),
        lambda x: scipy.stats.norm.logcdf(1.0, loc=x),
        lambda x: scipy.stats.poisson.logpmf(2, x),
        lambda x: scipy.stats.multivariate_normal.logpdf(x),
    ],
)
def test_what_cannot_be_hooked_is_refused_and_names_the_room(call):
    with pytest.raises(KindError, match=r"autograd_mini\.scipy"):
        call(Tensor([0.5, 0.25]))


def test_a_ufunc_without_a_rule_is_refused():
    with pytest.raises(KindError, match=r"scipy\.special\.expi has no derivative here"):
        scipy.special.expi(Tensor([0.5]))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: special.gammainc(x, 1.0), "a is a constant, so pass node.data"),
        (lambda x: scipy.special.gammainc(x, 1.0), "a is a constant"),
        (lambda x: special.betainc(1.0, x, 0.5), "b is a constant"),
        (lambda x: special.jv(x, 1.0), "the order v is a constant"),
        (lambda x: special.polygamma(x, 1.0), "the order n is a constant"),
        (lambda x: special.polygamma(0.5, x), "whole order from 0 on"),
        (lambda x: special.multigammaln(x, 0), "whole dimension"),
        (lambda x: stats.poisson.logpmf(x, 1.0), "by mu alone"),
        (lambda x: linalg.solve_triangular(MATRIX, x, trans="Z"), "'N', 'T' or 'C' as trans"),
        (lambda x: linalg.solve_triangular(MATRIX, x, debug=True), "takes no debug"),
        (lambda x: linalg.cho_solve(MATRIX[0, 0], x), "what cho_factor gives"),
    ],
)
def test_what_is_no_input_is_refused_in_words(call, words):
    with pytest.raises(KindError, match=words):
        call(Tensor([0.5, 0.25]))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: linalg.solve_triangular(np.ones((2, 3)), x), "square matrix"),
        (lambda x: linalg.solve_triangular(np.zeros((2, 2)), x), "singular"),
        (lambda x: linalg.expm(x), "square matrix"),
        (lambda x: linalg.block_diag(), "one matrix or more"),
        (lambda x: linalg.block_diag(np.ones((1, 1, 1)), x), "numbers, vectors and matrices"),
        (lambda x: stats.multivariate_normal.logpdf(x, 0.0, np.eye(3)), r"takes a matrix \(2, 2\)"),
        (lambda x: stats.dirichlet.logpdf(x, np.ones(4)), "as many shares"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_in_words(call, words):
    with pytest.raises(ShapeError, match=words):
        call(Tensor([0.5, 0.25]))


X = np.array([-np.inf, -2.0, -0.5, 0.0, 0.25, 1.0, 3.0, np.inf, np.nan])


@pytest.mark.parametrize(
    ("ours", "theirs", "parameters"),
    [
        *((getattr(stats.norm, name), getattr(scipy.stats.norm, name), p)
          for name in ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf") for p in [(0.5, 2.0), (0.5, -1.0)]),
        *((getattr(ours, name), getattr(theirs, name), p) for name in ("pdf", "logpdf") for ours, theirs, p in [
            (stats.t, scipy.stats.t, (2.5,)), (stats.t, scipy.stats.t, (-1.0,)),
            (stats.gamma, scipy.stats.gamma, (1.5, 0.125, 2.0)), (stats.gamma, scipy.stats.gamma, (-1.0,)),
            (stats.beta, scipy.stats.beta, (2.5, 1.5)), (stats.beta, scipy.stats.beta, (1.0, -1.0)),
        ]),
        *((getattr(stats.poisson, name), getattr(scipy.stats.poisson, name), (mu,))
          for name in ("pmf", "logpmf") for mu in (0.0, 1.5, -1.0)),
    ],
)  # fmt: skip
def test_densities_outside_of_their_domain_are_scipys(ours, theirs, parameters):
    with np.errstate(all="ignore"):
        found, expected = ours(X[1:-2], *parameters), theirs(X[1:-2], *parameters)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        of_floats = [ours(float(x), *parameters) for x in X[1:-2]]
    np.testing.assert_allclose(of_floats, expected, rtol=1e-12)


def test_outside_of_its_support_a_density_does_not_move():
    assert grad(lambda x: stats.gamma.pdf(x, 2.0))(-1.0) == 0.0
    assert grad(lambda x: stats.beta.pdf(x, 2.0, 2.0))(1.5) == 0.0


@pytest.mark.parametrize("name", ["log_ndtr", "ndtri", "erfinv", "logit", "kl_div", "rel_entr", "entr", "log_expit"])
def test_values_at_the_edges_are_scipys(name):
    function, theirs = getattr(special, name), getattr(scipy.special, name)
    inputs = np.meshgrid(X, X) if theirs.nin == 2 else [np.concatenate([X, [1e-300, 40.0, -40.0, 1 - 2**-50]])]
    with np.errstate(all="ignore"):
        found, expected = function(*inputs), theirs(*inputs)
    if name in ("kl_div", "rel_entr"):  # of infinite numbers SciPy's versions differ
        finite = np.isfinite(inputs[0]) & np.isfinite(inputs[1])
        found, expected = found[finite], expected[finite]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_weight_of_zero_leaves_out_what_would_overflow():
    assert special.logsumexp(np.array([0.0, 1000.0]), b=np.array([1.0, 0.0])) == 0.0
    weights = Tensor([1.0, 0.0])
    special.logsumexp(np.array([1.0, 2.0]), b=weights).backward()
    np.testing.assert_allclose(weights.grad, [1.0, np.e])


def test_the_slope_of_gammaln_at_a_pole_is_digammas():
    with np.errstate(all="ignore"):
        assert [grad(special.gammaln)(x) for x in (0.0,)] == [-np.inf]
        assert np.isnan([grad(special.gammaln)(x) for x in (-1.0, -2.0)]).all()


def test_the_sign_of_a_sum_of_exponentials():
    a, b = Tensor([0.0, 1.0, 2.0]), np.array([1.0, -3.0, -2.0])
    logarithm, sign = special.logsumexp(a, b=b, return_sign=True)
    expected = scipy.special.logsumexp(a.data, b=b, return_sign=True)
    np.testing.assert_allclose([logarithm.data, sign.data], expected)
    terms = b * np.exp(a.data)
    np.testing.assert_allclose(gradients(logarithm)[a], terms / terms.sum())


def test_the_second_derivative_of_the_log_of_a_tail_keeps_its_digits():
    """-m (x + m) with m = φ / Φ, where x + m is about 1 / |x|: to the limit -1 + 1 / x² (Mills 1926)."""
    second = grad(grad(special.log_ndtr))(-1e6)
    np.testing.assert_allclose(second + 1.0, 1e-12, rtol=1e-3)


@pytest.mark.parametrize("lower", [True, False])
def test_a_system_is_solved_by_its_factor(lower):
    a, b = np.array([[4.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0])
    by_factor = lambda a, b: linalg.cho_solve(linalg.cho_factor(a, lower), b)
    np.testing.assert_allclose(by_factor(a, b), np.linalg.solve(a, b), rtol=1e-14)
    np.testing.assert_allclose(by_factor(a, b), scipy.linalg.cho_solve(scipy.linalg.cho_factor(a, lower), b))
    assert check_gradients(by_factor, a, b, order=2)


def test_a_large_gradient_does_not_drown_the_matrix():
    of_sum = lambda scale: grad(lambda x: (grad(lambda x: (linalg.expm(x) * scale).sum())(x) * MATRIX).sum())(MATRIX)
    np.testing.assert_allclose(of_sum(1e30), of_sum(1.0) * 1e30, rtol=1e-13)


def test_programs_run_and_say_what_cannot_be_printed(tmp_path):
    program = compile(grad(lambda x: special.gammaln(x).sum()))
    x = np.array([0.5, 2.0])
    np.testing.assert_array_equal(program(x), scipy.special.digamma(x))
    with pytest.raises(KindError, match="has no words in NumPy"):
        program.source()
    program.save(tmp_path / "slope.npz")
    np.testing.assert_array_equal(load_program(tmp_path / "slope.npz")(x), scipy.special.digamma(x))


def test_values_and_tensors_agree():
    for function in (
        stats.norm.logpdf,
        stats.norm.cdf,
        lambda x: stats.t.pdf(x, 3.0),
        lambda x: stats.gamma.pdf(x, 2.0),
    ):
        z = function(Value(0.75))
        assert isinstance(z, Value)
        np.testing.assert_allclose(z.data, function(Tensor([0.75])).data[0], rtol=1e-14)


def test_the_public_names_are_there():
    for room in (ours, special, linalg, stats):
        assert sorted(set(room.__all__)) == sorted(room.__all__)
        assert all(hasattr(room, name) for name in room.__all__)
