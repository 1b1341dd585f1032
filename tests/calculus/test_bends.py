"""At every bend of the table our derivative lies between those from both sides."""

import numpy as np
import pytest

from ..support.oracles import exact, mp
from ..table import TABLE
from ..table.row import Case


def quotients(row, kink, i):
    """The difference quotients by input element i from below and from above; None at a jump or where none is real."""
    sizes = [np.size(x) for x in kink.inputs]
    start = [exact(x) for x in kink.inputs]

    def at(step):
        moved = np.concatenate([np.ravel(x) for x in start])
        moved[i] += step
        parts = np.split(moved, np.cumsum(sizes)[:-1])
        return Case(row, row.calls[0]).reference(*(p.reshape(np.shape(x)) for p, x in zip(parts, start, strict=True)))

    step = mp.mpf(2) ** -80
    try:
        here, *beside = (np.asarray(at(s), dtype=object).item() for s in (0, -step, step))
    except (ValueError, ZeroDivisionError):  # a pole
        return None
    if any(isinstance(z, mp.mpc) or abs(z - here) > mp.sqrt(step) for z in beside):
        return None
    return (here - beside[0]) / step, (beside[1] - here) / step


BENDS = [
    (row, kink, i, float(derivative))
    for row in TABLE
    for kink in row.kinks
    for i, derivative in enumerate(np.concatenate([np.ravel(d) for d in kink.derivatives]))
    if all(np.all(np.isfinite(x)) for x in kink.inputs) and np.isfinite(derivative) and quotients(row, kink, i)
]


def test_the_table_has_bends_of_many_operations():
    assert {"abs", "relu", "maximum", "clip", "hypot", "max", "leaky_relu"} <= {row.name for row, *_ in BENDS}


@pytest.mark.parametrize(("row", "kink", "i", "derivative"), BENDS, ids=repr)
def test_at_a_bend_our_derivative_lies_between_those_from_both_sides(row, kink, i, derivative):
    low, high = sorted(quotients(row, kink, i))
    assert low - 1e-15 <= derivative <= high + 1e-15
