"""What SciPy computes is right where numbers are usual, and so are the derivatives: to a few units in the last place.

Where more is allowed it is said whose error it is: derivatives of SciPy's functions are made of others of SciPy's.
"""

import numpy as np
import pytest

from ..support.accuracy import GOAL, computed, named, truth, ulps_off
from ..support.oracles import mp
from ..support.random_programs import sides
from ..table.row import Case
from ..table.scipy import special

MEASURED = [row for row in special.ROWS if not row.by_element and set(row.calls[0].shapes) == {()}]
ROWS = [row for row in MEASURED if not row.name.startswith("special_") or row.name == "special_i0"]
SCIPYS = {  # how far SciPy's own functions are off that stand in these
    "d ndtri / dx": 8,
    "d erfcinv / dx": 8,
    "special_i0": 8,
    "d special_i0 / dx": 8,
    "i1": 8,
    "d i1 / dx": 8,
    "i1e": 8,
    "d i0e / dx": 8,
    "d i1e / dx": 8,
    "gamma": 8,
    "d gamma / dx": 8,
    "betaln": 16,
    "d y1 / dx": 16,
    "yv": 16,
    "d yv / dx": 16,
    "jv": 16,
    "d jv / dx": 16,
    "iv": 16,
    "d iv / dx": 16,
    "beta": 32,
    "d beta / dx": 32,
    "d beta / dy": 32,
    "gammainc": 32,
    "gammaincc": 32,
    "d gammainc / dx": 16,
    "d gammaincc / dx": 16,
    "betainc": 16,
    "d betainc / dx": 16,
}


def _of_psi(x, y):
    return abs(mp.psi(0, x)) + abs(mp.psi(0, y)) + abs(mp.psi(0, x + y))


def _of_loggamma(x, y):
    return 1 + abs(mp.loggamma(x)) + abs(mp.loggamma(y)) + abs(mp.loggamma(x + y))


WAVES = ("j0", "j1", "y0", "y1", "jv", "yv")
TERMS = {  # the size of what cancels, or of the waves that a function goes through 0 by
    **{name: lambda x: 1 for name in WAVES},
    **{f"d {name} / dx": lambda x: 1 for name in WAVES},
    "gammaln": lambda x: 1,
    "d i0e / dx": lambda x: mp.exp(-abs(x)) * mp.besseli(0, x),
    "d i1e / dx": lambda x: mp.exp(-abs(x)) * mp.besseli(0, x),
    "betaln": _of_loggamma,
    "d betaln / dx": _of_psi,
    "d betaln / dy": _of_psi,
    "d beta / dx": lambda x, y: mp.beta(x, y) * _of_psi(x, y),
    "d beta / dy": lambda x, y: mp.beta(x, y) * _of_psi(x, y),
}


@pytest.mark.parametrize("row", ROWS, ids=repr)
def test_values_and_derivatives(row):
    case, rng = Case(row, row.calls[0]), np.random.default_rng(0)
    columns = []
    for domain in case.domains():
        low, high = np.array(sides(domain)[-1])
        columns.append(rng.uniform(low, high, 25))
    for i, found in enumerate(computed(case, columns)):
        name = named(row, i)
        for number, *x in zip(found, *columns, strict=True):
            exact = truth(case, x, i - 1 if i else None)
            terms = TERMS.get(name, lambda *x: 0)(*map(mp.mpf, x))
            assert ulps_off(number, exact, terms=terms) <= SCIPYS.get(name, GOAL), (name, x, number, float(exact))


def test_what_is_excused_is_measured():
    assert {*SCIPYS, *TERMS} <= {named(row, i) for row in ROWS for i in range(len(row.calls[0].shapes) + 1)}
