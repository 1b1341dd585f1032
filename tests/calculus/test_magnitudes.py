"""Values at every magnitude, zeros, subnormals and infinities: NumPy's own, or nearer to the truth."""

import itertools

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import Tensor
from autograd_mini.node import data_of

from ..table import TABLE

MAGNITUDES = [0.0, -0.0, 5e-324, -1e-310, 1e-300, -1e-160, 1e-38, 1e-8, 0.5, -1.0, 1.0, 3.0, -700.0]
MAGNITUDES += [1e10, 1e38, 1e154, -1e200, 1e300, np.inf, -np.inf, np.nan]
OF_NUMPY = [row for row in TABLE if row.by_element and hasattr(np, row.name)]
of_both_dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@of_both_dtypes
@pytest.mark.parametrize("row", OF_NUMPY, ids=repr)
def test_operations_on_elements(row, dtype):
    numpys = np.positive if row.name == "clip" else getattr(np, row.name)  # before 2.1 clip wanted a bound
    exact = 8 * np.finfo(dtype).eps if row.name == "sinc" else 0.0  # ours is 0 at whole numbers, NumPy's is not
    with np.errstate(all="ignore"):
        for point in itertools.product(MAGNITUDES, repeat=len(row.calls[0].shapes)):
            arrays = [np.array([x]).astype(dtype) for x in point]
            expected = numpys(*arrays)
            for kind in (np.asarray, Tensor):
                found = data_of(row.function(*map(kind, arrays)))
                assert found.dtype == expected.dtype
                np.testing.assert_allclose(
                    found, expected, rtol=row.ulps * np.finfo(dtype).eps, atol=exact, err_msg=f"{row.name} of {point}"
                )


NUMBERS = [0.0, 1e-300, -1e-200, 1e200, 1e300, 1.0, -3.0, 1e-38, 1e38, 10.0, 5e-324, np.inf, np.nan, -1e150]


@of_both_dtypes
@pytest.mark.parametrize("name", ["sum", "prod", "mean", "var", "max", "min", "cumsum", "cumprod", "diff", "sort"])
def test_operations_on_arrays(name, dtype):
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):
        for _ in range(300):
            x = rng.choice(NUMBERS, rng.integers(1, 7)).astype(dtype)
            found, expected = getattr(am, name)(Tensor(x)).data, getattr(np, name)(x)
            assert found.dtype == expected.dtype
            np.testing.assert_allclose(found, expected, rtol=8 * np.finfo(dtype).eps, atol=0.0, err_msg=repr(x))


@pytest.mark.parametrize("unit", [1.0, 1e-300, 1e-200, 1e200, 1e300])
def test_lengths_do_not_over_or_underflow_on_the_way_as_numpys_do(unit):
    x = np.array([3.0, -4.0]) * unit
    np.testing.assert_allclose(am.norm(x), 5.0 * unit, rtol=1e-15)
    np.testing.assert_allclose(am.std(x), 3.5 * unit, rtol=1e-15)
