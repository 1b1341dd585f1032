"""Conventions of decompositions and norms: equal values, ranks that fall, triangles, nothing at all."""

import operator
from functools import reduce

import numpy as np
import pytest

from autograd_mini import KindError, ShapeError, Tensor, diagonal, gradients, linalg, max, multiply, norm, sum
from autograd_mini.numpy_names import operations

DTYPES = [np.float32, np.float64]
every_dtype = pytest.mark.parametrize("dtype", DTYPES)
I = np.eye(3)  # noqa: E741  (as everybody calls it)
ONES = np.ones((3, 3))
OF_RANK_1 = np.outer([1.0, 2.0, 3.0], [1.0, 1.0])
WEIGHTS = np.arange(9.0).reshape(3, 3) / 2
_silent = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def slopes(function, x):
    """The gradient of the sum of what the function gives."""
    leaf = Tensor(x)
    g = gradients(sum(function(leaf)))[leaf]
    assert g.dtype == leaf.dtype
    return g


def near(found, expected, dtype=np.float64):
    np.testing.assert_allclose(found, expected, rtol=0, atol=64 * np.finfo(dtype).eps)


# Equal values


@every_dtype
@pytest.mark.parametrize("values", [linalg.eigvalsh, linalg.eigvals, linalg.svdvals])
def test_a_sum_of_equal_values_has_its_slope(values, dtype):
    x = 2 * I.astype(dtype)
    near(slopes(values, x), I, dtype)
    near(slopes(lambda t: values(t) ** 2, x), 4 * I, dtype)


@every_dtype
def test_a_sum_of_eigenvalues_is_the_trace_where_some_are_equal(dtype):
    near(slopes(linalg.eigvalsh, ONES.astype(dtype)), I, dtype)


@pytest.mark.parametrize("extreme", [lambda t: max(linalg.eigvalsh(t)), lambda t: norm(t, 2), lambda t: norm(t, -2)])
def test_the_extreme_among_equal_values_is_shared(extreme):
    near(slopes(extreme, I), I / 3)


VECTORS = {
    "eigh": lambda t: linalg.eigh(t).eigenvectors ** 2 * WEIGHTS,
    "eig": lambda t: linalg.eig(t).eigenvectors ** 2 * WEIGHTS,
    "left": lambda t: linalg.svd(t).U ** 2 * WEIGHTS,
    "right": lambda t: linalg.svd(t).Vh ** 2 * WEIGHTS,
    "again": lambda t: (lambda w, v: (v * w) @ v.mT * WEIGHTS)(*linalg.eigh(t)),
}


@every_dtype
@pytest.mark.parametrize("function", VECTORS.values(), ids=VECTORS)
@pytest.mark.parametrize("x", [I, 0 * I, ONES], ids=["one", "zero", "ones"])
def test_the_vectors_of_equal_values_have_no_slope(function, x, dtype):
    """Not 0 either where the upstream gradient happens to be 0, as V diag(w) Vᵀ's is at the zero matrix."""
    assert np.isnan(slopes(function, x.astype(dtype))).any()


@pytest.mark.parametrize("function", VECTORS.values(), ids=VECTORS)
@pytest.mark.parametrize("seed", range(50))
def test_nor_have_those_of_values_that_rounding_alone_sets_apart(function, seed):
    random = np.random.default_rng(seed)
    turned = np.linalg.qr(random.normal(size=(3, 3)))[0]
    x = turned * [0.7, random.uniform(), 0.7] @ turned.T
    assert np.isnan(slopes(function, (x + x.T) / 2)).any()


@pytest.mark.parametrize("values", [linalg.eigvalsh, linalg.svdvals])
def test_a_sum_of_equal_values_has_no_second_slope(values):
    leaf = Tensor(I)
    g = gradients(sum(values(leaf) ** 2), differentiable=True)[leaf]
    assert np.isnan(gradients(sum(multiply(g, WEIGHTS)))[leaf]).any()


@pytest.mark.parametrize("gap", [1e-12, 1e-6, 1.0])
def test_vectors_of_values_just_apart_turn_by_the_inverse_of_their_gap(gap):
    x = np.diag([1.0, 1.0 + gap])
    g = slopes(lambda t: linalg.eigh(t).eigenvectors[0, 1], x)
    exact = 0.5 / (x[1, 1] - x[0, 0])
    np.testing.assert_allclose(np.abs(g), [[0.0, exact], [exact, 0.0]], rtol=1e-12)


# Ranks that fall


@every_dtype
def test_the_singular_values_of_nothing_are_at_their_kink(dtype):
    for length in (linalg.svdvals, lambda t: norm(t, "nuc"), lambda t: norm(t, 2)):
        assert not slopes(length, np.zeros((3, 2), dtype)).any()


def test_where_the_rank_falls_the_sum_of_singular_values_has_a_subgradient():
    g = slopes(linalg.svdvals, OF_RANK_1)
    assert np.linalg.norm(g, 2) <= 1 + 1e-12
    near(np.sum(g * OF_RANK_1), np.linalg.norm(OF_RANK_1, "nuc"))


def test_vectors_of_a_singular_value_of_0_have_no_slope_where_they_may_turn_out_of_the_others():
    assert np.isnan(slopes(lambda t: linalg.svd(t, full_matrices=False).U ** 2 * WEIGHTS[:, :2], OF_RANK_1)).all()
    square = np.diag([2.0, 0.0])
    assert np.isfinite(slopes(lambda t: linalg.svd(t).U ** 2 * WEIGHTS[:2, :2], square)).all()


@every_dtype
def test_a_pseudo_inverse_has_a_value_of_any_rank_and_a_slope_of_full_rank(dtype):
    x = OF_RANK_1.astype(dtype)
    near(linalg.pinv(Tensor(x)).data, x.T / np.sum(x * x), dtype)
    for f in (linalg.pinv, lambda t: linalg.pinv(t.mT)):
        with pytest.raises(ShapeError, match="rank is 1, not 2"):
            slopes(f, x)
    near(slopes(linalg.pinv, I.astype(dtype)), -ONES, dtype)


def test_least_squares_are_asked_of_full_rank():
    with pytest.raises(ShapeError, match="rank is 1, not 2"):
        linalg.lstsq(OF_RANK_1, np.ones(3))


@pytest.mark.parametrize("x", [np.zeros((3, 2)), OF_RANK_1, OF_RANK_1.T])
def test_qr_of_columns_that_depend_on_others_has_no_slope(x):
    assert np.isnan(slopes(lambda t: linalg.qr(t, "r"), x)).any()
    assert np.isnan(slopes(lambda t: linalg.qr(t).Q ** 2 * WEIGHTS[: len(x), :1], x)).any()


@pytest.mark.parametrize("seed", range(50))
def test_nor_where_rounding_hides_that_they_depend(seed):
    random = np.random.default_rng(seed)
    free = random.normal(size=(3 + seed, 1 + seed % 3))
    x = np.hstack([free, free @ random.normal(size=(free.shape[1], 1))])
    assert np.isnan(slopes(lambda t: linalg.qr(t, "r"), x)).any()


def test_qr_minds_directions_not_sizes():
    near(slopes(lambda t: abs(linalg.qr(t, "r")), np.diag([1.0, 1e-20])), np.eye(2))


@_silent
def test_a_matrix_without_a_full_set_of_eigenvectors_has_no_slope():
    assert np.isnan(slopes(linalg.eigvals, [[1.0, 1.0], [0.0, 1.0]])).all()


@every_dtype
def test_the_logarithm_of_a_determinant_of_0(dtype):
    x = np.stack([np.ones((2, 2)), 2 * np.eye(2)]).astype(dtype)
    sign, logarithm = linalg.slogdet(Tensor(x))
    assert (sign.data.tolist(), logarithm.data[0]) == ([0.0, 1.0], -np.inf)
    g = slopes(linalg.logabsdet, x)
    assert np.isnan(g[0]).all()
    near(g[1], np.eye(2) / 2, dtype)


def test_the_condition_of_a_singular_matrix_is_infinite_and_has_no_slope():
    for x in (np.zeros((2, 2)), np.diag([1.0, 0.0])):
        assert linalg.cond(Tensor(x)).item() == np.linalg.cond(x) == np.inf
        assert np.isnan(slopes(linalg.cond, x)).any()


# Triangles


@pytest.mark.parametrize("values", [lambda t, *u: linalg.eigh(t, *u)[0], linalg.eigvalsh])
def test_eigenvalues_are_those_of_the_symmetric_part_or_of_the_triangle_that_is_named(values):
    x = np.array([[4.0, 1.0], [2.0, 9.0]])
    near(values(Tensor(x)).data, np.linalg.eigvalsh((x + x.T) / 2))
    np.testing.assert_array_equal(slopes(lambda t: values(t)[0], x), slopes(lambda t: values(t)[0], x.T))
    for UPLO, of in (("L", np.tril), ("U", np.triu)):
        near(np.linalg.eigvalsh(x, UPLO), values(Tensor(x), UPLO).data)
        g = slopes(lambda t, UPLO=UPLO: values(t, UPLO)[0], x)
        np.testing.assert_array_equal(g, of(g))


def test_eigenvectors_turn_with_the_triangle_that_is_named():
    x = np.array([[4.0, 1.0], [2.0, 9.0]])
    for UPLO in "LU":
        near(np.abs(linalg.eigh(Tensor(x), UPLO).eigenvectors.data), np.abs(np.linalg.eigh(x, UPLO)[1]))


def test_the_upper_cholesky_factor_is_the_lower_one_turned():
    x = np.array([[4.0, 1.0], [1.0, 5.0]])
    near(linalg.cholesky(Tensor(x), upper=True).data, np.linalg.cholesky(x).T)
    near(slopes(lambda t: 2 * np.log(diagonal(linalg.cholesky(t, upper=True))), x), np.linalg.inv(x))


# Norms


@every_dtype
@pytest.mark.parametrize(
    ("x", "ord", "derivative"),
    [
        ([0.0, 0.0], 3, [0.0, 0.0]),
        ([0.0, 4.0], 3, [0.0, 1.0]),
        ([0.0, 4.0], 0.5, [0.0, 1.0]),
        ([0.0, 0.0], 0.5, [0.0, 0.0]),
        ([0.0, 4.0], -1, [0.0, 0.0]),
        ([2.0, 2.0], -np.inf, [0.5, 0.5]),
        ([2.0, 0.0], 0, [0.0, 0.0]),
    ],
)
def test_kinks_of_norms(x, ord, derivative, dtype):
    near(slopes(lambda t: norm(t, ord), np.array(x, dtype)) if ord else np.zeros(2), derivative, dtype)


@every_dtype
@pytest.mark.parametrize("ord", [3, 1.5, 0.5, -1, -3])
@pytest.mark.parametrize("share", [0.001, 0.3, 0.5, 0.7, 0.99])
def test_norms_of_all_magnitudes(ord, share, dtype):
    limits = np.finfo(dtype)
    size = 2.0 ** round(limits.minexp + 3 + share * (limits.maxexp - limits.minexp - 8))
    x = np.array([3.0, -4.0, 5.0], dtype)
    expected = np.sum(np.abs(x.astype(float)) ** ord) ** (1 / ord)
    np.testing.assert_allclose(norm(Tensor(x * dtype(size)), ord).data / dtype(size), expected, rtol=16 * limits.eps)
    np.testing.assert_allclose(
        slopes(lambda t: norm(t, ord), x * dtype(size)),
        np.sign(x) * (np.abs(x.astype(float)) / expected) ** (ord - 1),
        rtol=64 * limits.eps,
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_how_many_are_not_0_is_counted(dtype):
    x = Tensor(np.array([[0.0, np.nan, -0.0], [np.inf, -2.0, 1e-30], [0.0, 0.0, 0.0]], dtype))
    z = norm(x, 0, axis=1)
    np.testing.assert_array_equal(z.data, np.linalg.norm(x.data, 0, axis=1), strict=True)
    assert x not in gradients(sum(z))


# Nothing, and what is no number


@pytest.mark.parametrize("shape", [(0, 0), (2, 0), (0, 2), (0, 2, 2), (3, 0, 0)])
@pytest.mark.parametrize("name", ["qr", "svd", "pinv", "svdvals", "eigh", "eig"])
def test_of_nothing_the_shapes_are_numpys(name, shape):
    x, options = Tensor(np.zeros(shape)), {"full_matrices": False} if name == "svd" else {}
    if name in ("eigh", "eig") and shape[-1] != shape[-2]:
        return
    parts, numpys = (getattr(place, name)(a, **options) for place, a in ((linalg, x), (np.linalg, x.data)))
    parts, numpys = ((p,) if isinstance(p, Tensor | np.ndarray) else p for p in (parts, numpys))
    assert [part.shape for part in parts] == [part.shape for part in numpys]
    for part in parts:
        assert gradients(sum(part))[x].shape == shape


@pytest.mark.parametrize("function", [linalg.eigh, linalg.eig, linalg.svd, linalg.pinv])
@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_lapack_is_not_asked_about_what_is_not_finite(function, bad):
    with pytest.raises(ShapeError, match=r"\(3, 3\).*inf or nan"):
        function(Tensor(np.where(I == 1.0, bad, I)))


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: linalg.eig(Tensor([[0.0, 1.0], [-1.0, 0.0]])), KindError, "complex eigenvalues.*eigh"),
        (lambda: linalg.eigh(Tensor(I), "X"), ShapeError, "'L' or 'U'.*'X'"),
        (lambda: linalg.eigh(Tensor(OF_RANK_1)), ShapeError, r"\(3, 2\).*square"),
        (lambda: linalg.eigh(Tensor(OF_RANK_1), "L"), ShapeError, r"square.*\(3, 2\)"),
        (lambda: np.linalg.svd(Tensor(OF_RANK_1)), ShapeError, r"\(3, 2\).*full_matrices=False"),
        (lambda: np.linalg.qr(Tensor(OF_RANK_1), "complete"), ShapeError, r"\(3, 2\).*'reduced'.*'complete'"),
        (lambda: linalg.pinv(Tensor(I), 1e-3, rtol=1e-3), KindError, "rcond or rtol"),
        (lambda: linalg.lstsq(Tensor(I), np.ones(2)), ShapeError, r"as many rows.*\(3, 3\) and \(2,\)"),
        (lambda: linalg.matrix_power(Tensor(OF_RANK_1), 2), ShapeError, r"square.*\(3, 2\)"),
        (lambda: linalg.multi_dot([Tensor(I)]), ShapeError, r"two matrices.*\(3, 3\)"),
        (lambda: linalg.tensorinv(Tensor(OF_RANK_1), 1), ShapeError, "first 1 axes have 3.*others 2"),
        (lambda: linalg.tensorsolve(Tensor(OF_RANK_1), np.ones(3)), ShapeError, r"\(3, 2\) and \(3,\).*2 and 3"),
        (lambda: norm(Tensor(np.ones(3)), "fro"), KindError, "vector takes a number.*'fro'"),
        (lambda: norm(Tensor(I), 3), KindError, "matrix takes 1, 2, inf.*3"),
        (lambda: linalg.cond(Tensor(I), Tensor(2.0)), KindError, "cond.*parameters"),
    ],
)
def test_what_is_refused(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


# What is plain, and what is done once


def test_least_squares_are_numpys():
    a, b = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), np.array([1.0, 2.0, 4.0])
    for part, numpys in zip(linalg.lstsq(Tensor(a), b), np.linalg.lstsq(a, b), strict=True):
        np.testing.assert_allclose(part.data, numpys, atol=1e-12)
    assert linalg.lstsq(Tensor(a[:2]), b[:2])[1].shape == (0,)


def test_a_rank_is_a_whole_number():
    assert np.linalg.matrix_rank(Tensor(OF_RANK_1)) == 1


@pytest.mark.parametrize(
    ("factor", "function"),
    [
        ("eigh", linalg.eigh),
        ("eig", linalg.eig),
        ("svd", linalg.svd),
        ("qr", linalg.qr),
        ("svd", lambda t: linalg.lstsq(t, np.ones(3))),
    ],
)
def test_a_matrix_is_factored_once(factor, function, monkeypatch):
    numpys, count = getattr(np.linalg, factor), []
    monkeypatch.setattr(np.linalg, factor, lambda *args, **named: (count.append(1), numpys(*args, **named))[1])
    leaf = Tensor(np.diag([1.0, 2.0, 4.0]) + 0.1)
    gradients(reduce(operator.add, map(sum, function(leaf))))
    assert len(count) == 1


def test_numpys_names_reach_them():
    names = {name for name in linalg.__all__ if name != "logabsdet"}
    assert all(operations[getattr(np.linalg, name)] is getattr(linalg, name) for name in names)
