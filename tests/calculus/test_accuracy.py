"""Every rule of an operation on elements is right to a few units in the last place, at any magnitude."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ..support.accuracy import EXCUSED, GOAL, ROWS, Excuse, computed_of_floats, named, truth, ulps_off
from ..table.row import Case

MEASURED = [(row, i) for row in ROWS for i in range(len(row.calls[0].shapes) + 1)]
POWERS = [row for row in ROWS if row.name in ("power", "float_power")]
NONE = Excuse("")

magnitudes = st.builds(
    lambda sign, mantissa, exponent: sign * math.ldexp(mantissa, exponent),
    st.sampled_from([1.0, -1.0]),
    st.floats(0.5, 1.0, exclude_max=True),
    st.integers(-996, 996) | st.integers(-8, 9) | st.integers(-1073, -1021),
)


def beside(row, numbers):
    """The numbers; at a kink, where there is no truth, the next ones."""
    at_kink = any(numbers == tuple(kink.inputs) for kink in row.kinks)
    return tuple(math.nextafter(x, math.inf) for x in numbers) if at_kink else numbers


def inside(row):
    """Points where the reference has a real value."""
    inputs = len(row.calls[0].shapes)
    apart = st.tuples(*[magnitudes] * inputs)
    alike = st.tuples(magnitudes, st.floats(0.25, 4)).map(lambda pair: (pair[0], pair[0] * pair[1]))
    anywhere = apart if inputs == 1 else apart | alike
    points = anywhere.map(lambda numbers: beside(row, numbers)).filter(lambda numbers: np.all(np.isfinite(numbers)))
    return points.filter(lambda numbers: truth(Case(row, row.calls[0]), numbers) is not None)


# Of the derivatives of powers by x most points are excused: they have a test of their own.
@pytest.mark.parametrize(
    ("row", "i"),
    [(row, i) for row, i in MEASURED if not (row in POWERS and i == 1)],
    ids=lambda x: named(x, 0) if not isinstance(x, int) else "vxy"[x],
)
@given(data=st.data())
def test_the_goal_is_kept(row, i, data):
    case = Case(row, row.calls[0])
    excuse = EXCUSED.get(named(row, i), NONE)
    numbers = data.draw(inside(row).filter(lambda numbers: not excuse.lost(*numbers)))
    exact = truth(case, numbers, i - 1 if i else None)
    found = computed_of_floats(case, numbers)[i]
    if exact is None:  # a value for this very exponent, but none beside it
        assert math.isnan(found)
        return
    assert ulps_off(found, exact, terms=excuse.terms(*numbers)) <= GOAL, (found, float(exact))


# Whole and half exponents, and all from 1/2 on: y - 1 is then no other number when it is rounded.
@pytest.mark.parametrize("row", POWERS, ids=lambda row: row.name)
@given(x=magnitudes.map(abs), y=st.integers(-64, 64).map(lambda n: n / 4) | st.floats(0.5, 2.0**52))
def test_the_derivative_of_a_power_whose_exponent_less_one_is_exact(row, x, y):
    case = Case(row, row.calls[0])
    assume(not EXCUSED["d power / dx"].lost(x, y))
    assert ulps_off(computed_of_floats(case, (x, y))[1], truth(case, (x, y), 0)) <= GOAL


@pytest.mark.parametrize("name", ["maximum", "minimum", "arctan2", "hypot"])
@pytest.mark.parametrize("i", [1, 2])
def test_the_goal_is_kept_as_near_to_a_kink_as_numbers_come(name, i):
    case = next(Case(row, row.calls[0]) for row in ROWS if row.name == name)
    numbers = (math.ulp(0.0), 0.0)
    assert ulps_off(computed_of_floats(case, numbers)[i], truth(case, numbers, i - 1)) <= GOAL


def test_what_is_excused_is_measured():
    assert set(EXCUSED) <= {named(row, i) for row, i in MEASURED}
