"""Values and derivatives at edges of statistics and of what leaves nan out: rows of the table of conventions."""

import numpy as np
import pytest

from autograd_mini import KindError, ShapeError, Tensor, Value, gradients, std, var

from ..support.kinds import inf, nan, same, weights_of

METHODS = (
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
)  # fmt: skip
NUMBERS = np.random.default_rng(0).normal(size=(3, 4, 5))
HOLED = np.where(np.random.default_rng(1).random(NUMBERS.shape) < 0.3, nan, NUMBERS)
HOLED[:, 0, 0] = nan  # a slice of nothing else
AXES = (None, 0, -1, (0, 2), (2, 1, 0))


def agree_with_numpy(function, x, *args, **named):
    """NumPy's function gives of a node, and of the data of one, what it gives of the array."""
    for axis in AXES:
        for keepdims in (False, True):
            expected = function(x, *args, axis=axis, keepdims=keepdims, **named)
            found = function(Tensor(x), *args, axis=axis, keepdims=keepdims, **named)
            assert isinstance(found, Tensor)
            np.testing.assert_allclose(found.data, expected, rtol=1e-13, atol=1e-15)


@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")  # NumPy's, of slices that are all nan
@pytest.mark.parametrize("x", [NUMBERS, HOLED], ids=["numbers", "some nan"])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_quantiles_is_numpys(method, x):
    for q in (0.3, [0.0, 0.25, 0.5, 0.9, 1.0]):
        for function in (np.quantile, np.nanquantile):
            agree_with_numpy(function, x, q, method=method)


@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
@pytest.mark.parametrize("x", [NUMBERS, HOLED], ids=["numbers", "some nan"])
@pytest.mark.parametrize(
    "name", ["median", "ptp", "nanmedian", "nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin"]
)
def test_reductions_of_arrays_with_nan_are_numpys(name, x):
    agree_with_numpy(getattr(np, name), x)
    if name in ("nanvar", "nanstd"):
        agree_with_numpy(getattr(np, name), x, ddof=2)
    if name in ("nansum", "nanprod", "nanmax"):
        agree_with_numpy(getattr(np, name), x, initial=2.0)


@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_a_gradient_at_nan_is_zero():
    for function in (np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmedian, np.nan_to_num):
        x = Tensor(HOLED)
        z = function(x) if function is np.nan_to_num else function(x, axis=2)
        g = gradients(z, np.ones(z.shape))[x]
        same(g[np.isnan(HOLED)], 0.0)
        assert np.any(g != 0.0)


def test_a_median_of_infinities_and_of_nan():
    with np.errstate(invalid="ignore"):
        same(np.median(Tensor([-inf, inf])).data, nan)
    same(np.median(Tensor([1.0, nan])).data, nan)
    same(weights_of(np.median, [2.0, 2.0, 2.0]), [0.0, 1.0, 0.0])
    same(np.quantile(Tensor([1.0, 2.0, inf]), [0.5, 0.75]).data, [2.0, inf])
    same(weights_of(lambda t: np.quantile(t, 0.5), [1.0, 2.0, inf]), [0.0, 1.0, 0.0])


def test_quantiles_of_nothing_or_of_impossible_parts_are_refused():
    for call in (lambda t: np.quantile(t, 0.5, axis=0), lambda t: np.nanmedian(t, axis=0)):
        with pytest.raises(ShapeError, match=r"quantile of shape .*of no numbers there is none"):
            call(Tensor(np.ones((0, 2))))
    with pytest.raises(ShapeError, match=r"in the range \[0, 1\]"):
        np.quantile(Tensor([1.0, 2.0]), 1.5)
    with pytest.raises(KindError, match="constant"):
        np.quantile(Tensor([1.0, 2.0]), Value(0.5))
    with pytest.raises(KindError, match="weights"):
        np.quantile(Tensor([1.0, 2.0]), 0.5, weights=[1.0, 2.0], method="inverted_cdf")


def test_weights_that_fit_nothing_are_refused():
    x = Tensor(NUMBERS)
    for axis, shape in ((None, (3,)), (0, (4,)), ((0, 1), (4, 3)), (1, (3, 4))):
        with pytest.raises(ShapeError, match="average: weights have x's shape"):
            np.average(x, axis=axis, weights=np.ones(shape))
    for name, weights in (("fweights", [0.5, 1.0]), ("fweights", [1]), ("aweights", [-1.0, 1.0])):
        with pytest.raises(ShapeError, match=f"cov: {name} are a"):
            np.cov(Tensor([[1.0, 2.0], [3.0, 5.0]]), **{name: weights})


def test_weights_that_are_nodes_have_a_gradient():
    x, w = Tensor([1.0, 3.0]), Tensor([1.0, 1.0])
    z, total = np.average(x, weights=w, returned=True)
    same([z.item(), total.item()], [2.0, 2.0])
    same(gradients(z)[w], [-0.5, 0.5])


@pytest.mark.parametrize("spread", [var, std, np.nanvar, np.nanstd])
def test_a_mean_that_is_given_and_a_correction(spread):
    x, mean = Tensor([1.0, 2.0, 6.0]), Tensor([2.0])
    z = spread(x, mean=mean, correction=1)
    numpys = {var: np.var, std: np.std}.get(spread, spread)
    np.testing.assert_allclose(z.data, numpys(x.data, mean=mean.data, ddof=1), rtol=4e-16)
    power = 1.0 if spread in (var, np.nanvar) else 2.0 * z.item()
    np.testing.assert_allclose(gradients(z)[mean], [-3.0 / power], rtol=1e-15)
    with pytest.raises(KindError, match="correction is another name for ddof"):
        spread(x, ddof=1, correction=1)


def test_a_correlation_of_a_constant_is_nan_as_numpys():
    with np.errstate(invalid="ignore"):
        same(np.corrcoef(Tensor([[1.0, 1.0], [2.0, 4.0]])).data, np.corrcoef([[1.0, 1.0], [2.0, 4.0]]))


def test_a_covariance_of_too_few_observations():
    with np.errstate(divide="ignore", invalid="ignore"):
        same(np.cov(Tensor([[1.0], [2.0]])).data, np.full((2, 2), nan))


def test_a_running_sum_of_a_matrix_names_its_axis():
    with pytest.raises(ShapeError, match="along which axis"):
        np.cumulative_sum(Tensor([[1.0, 2.0]])) if hasattr(np, "cumulative_sum") else _cumulative(Tensor([[1.0, 2.0]]))


def _cumulative(x):
    from autograd_mini.composed.sequences import cumulative_sum

    return cumulative_sum(x)


def test_a_partition_has_its_gradient_where_the_elements_came_from():
    x = Tensor([3.0, 1.0, 2.0])
    z = np.partition(x, 1)
    same(gradients(z, np.array([1.0, 2.0, 3.0]))[x], [3.0, 1.0, 2.0])
    with pytest.raises(ShapeError, match="partition"):
        np.partition(x, 3)


@pytest.mark.parametrize("kind", ["quicksort", "mergesort", "heapsort", "stable"])
def test_a_kind_of_sorting_changes_nothing(kind):
    same(np.sort(Tensor([3.0, 1.0, 2.0]), kind=kind).data, [1.0, 2.0, 3.0])
