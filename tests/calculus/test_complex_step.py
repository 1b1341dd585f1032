"""The whole Jacobian beside Im f(x + ih) / h, where f is NumPy's own function and goes on into the complex plane.

No difference is taken, so nothing cancels, and neither mpmath nor a reference of ours has a part in it. Which
functions these are is found by trying: NumPy's abs takes complex numbers too, but has no derivative among them.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import jacobian

from ..support.oracles import Array
from ..support.points import arrays
from ..table import TABLE
from ..table.row import Case, Row


def numpys(row: Row) -> Callable[..., Any] | None:
    """NumPy's function of the operation's name, or Python's operator; None where there is neither."""
    return getattr(np, row.name, None) or getattr(np.linalg, row.name, None) or next(iter(row.operators), None)


def slopes(case: Case, inputs: Sequence[Array], along: Callable[..., Array]) -> Array:
    """NumPy's Jacobian, all outputs below one another and all inputs beside one another: a line along each element."""
    vector = np.concatenate([x.ravel() for x in inputs])
    cuts = np.cumsum([x.size for x in inputs])[:-1]

    def f(vector: Array) -> Array:
        parts = [part.reshape(x.shape) for part, x in zip(np.split(vector, cuts), inputs, strict=True)]
        return np.asarray(case.of(numpys(case.row), parts)).ravel()

    columns = [along(lambda t, unit=unit: f(vector + t * unit)) for unit in np.eye(vector.size)]
    return np.array(columns).reshape(vector.size, f(vector).size).T


def complex_step(line: Callable[[Any], Array]) -> Array:
    return np.imag(line(1e-30j)) / 1e-30


def difference(line: Callable[[Any], Array]) -> Array:
    return (line(1e-6) - line(-1e-6)) / 2e-6


def analytic(case: Case) -> bool:
    """Whether NumPy's function takes complex numbers, and its complex step is its slope: in one of two places."""
    for start in (0.3, 1.3):
        sizes = [(math.prod(shape), shape) for shape in case.call.shapes]
        inputs = [start + (np.arange(n) + i / 3).reshape(shape) / 16 for i, (n, shape) in enumerate(sizes)]
        try:
            with np.errstate(all="ignore"):
                if np.allclose(slopes(case, inputs, complex_step), slopes(case, inputs, difference), 1e-5, 1e-5):
                    return True
        except (TypeError, ValueError, np.exceptions.ComplexWarning):
            return False
    return False


OPEN = {"partition"}  # NumPy leaves open in which order the others come
TRIED = [row for row in TABLE if row.family != "step" and numpys(row) and row.name not in OPEN]
ANALYTIC = [row for row in TRIED if all(analytic(Case(row, call)) for call in row.calls)]


@pytest.mark.parametrize("row", ANALYTIC, ids=repr)
@given(data=st.data())
def test_the_jacobian_is_the_complex_step(row, data):
    case = Case(row, data.draw(st.sampled_from(row.calls)))
    # Not beside 0, where NumPy's complex quotients cancel.
    domains = [domain.filter(lambda x: abs(x) >= 2**-6) for domain in case.domains()]
    shapes = zip(case.call.shapes, domains, strict=True)
    inputs = [data.draw(arrays(shape, domain, distinct=row.distinct)) for shape, domain in shapes]
    found = jacobian(case.ours, range(len(inputs)))(*inputs)
    truth = slopes(case, inputs, complex_step)
    ours = np.hstack([part.reshape(len(truth), x.size) for part, x in zip(found, inputs, strict=True)])
    # Of each element alone nothing cancels; of several, a sum is as exact as its terms.
    largest = 0.0 if row.by_element else np.max(np.abs(truth), initial=0.0)
    np.testing.assert_allclose(ours, truth, rtol=1e-10, atol=1e-10 * largest)


def test_most_operations_with_a_name_of_numpys_are_among_them():
    assert len(ANALYTIC) >= 70
    assert {"exp", "sin", "matmul", "einsum", "sum", "power", "prod", "inv"} <= {row.name for row in ANALYTIC}
