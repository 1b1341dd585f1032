"""How exact every operation on elements and its derivative is, in units of the last place, over all magnitudes.

`python -m tests.support.accuracy docs/accuracy.md` writes the page. The truth is mpmath's: the value of a row's
reference, and its difference quotient with so many digits that nothing is lost. No formula of the engine is used.
"""

import math
import operator
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import Tensor, Value, gradients
from autograd_mini.node import Node, data_of

from ..table import TABLE
from ..table.row import Case, Row
from .oracles import Array, mp

GOAL = 4  # ulp
ROWS = [row for row in TABLE if row.by_element and row.family != "step"]
TINY = float(np.finfo(np.float64).tiny)  # smaller numbers are subnormal: they have fewer digits


class Excuse(NamedTuple):
    """Why the goal is not kept everywhere.

    terms: the size of what cancels, in whose units the error is measured where it is larger than the result.
    lost: whether at these numbers digits are lost for another reason, so that nothing is asked.
    """

    why: str
    terms: Callable[..., Any] = lambda *numbers: 0
    lost: Callable[..., bool] = lambda *numbers: False


def _out_of_range(x: float, y: float) -> bool:
    """Whether x^y is subnormal or overflows."""
    with np.errstate(all="ignore"):
        return not TINY <= np.abs(np.float64(x)) ** np.float64(y) < np.inf


_CANCELS = "two terms cancel: right to the goal in units of the larger term"
_LEAST = "it is 0 where x is y, and there the difference quotient of the truth is not"
_MAGNIFIED = "x magnifies the digits that its other factor lost where that is subnormal"


def _terms_of_silu(x: float) -> Any:
    step = 1 / (1 + mp.exp(-x))
    return max(step, abs(x) * step * (1 - step))


def _terms_of_gelu(x: float) -> Any:
    return max(mp.ncdf(x), abs(x) * mp.npdf(x))


EXCUSED = {
    "d divide / dy": Excuse(
        "-(x / y) / y: where x / y is subnormal and y below 1, its lost digits are missed",
        lost=lambda x, y: abs(x / y) < TINY,
    ),
    "d power / dx": Excuse(
        "y · x^(y-1), where the rounding of y - 1 is amplified by log(x), or x^(y-1) is subnormal or overflows",
        lost=lambda x, y: (y - 1.0) + 1.0 != y or abs(y) > 2**53 or _out_of_range(x, y - 1.0),
    ),
    "d power / dy": Excuse(
        "x^y · log(x): where x^y is subnormal, its lost digits are missed; or it overflows",
        lost=_out_of_range,
    ),
    "logaddexp": Excuse(f"NumPy's own; near 0 {_CANCELS}", lambda x, y: mp.log1p(mp.exp(-abs(x - y)))),
    "logaddexp2": Excuse(f"as logaddexp: near 0 {_CANCELS}", lambda x, y: mp.log(1 + mp.power(2, -abs(x - y)), 2)),
    "silu": Excuse(f"{_MAGNIFIED}, below -708", lost=lambda x: x < -708),
    "d silu / dx": Excuse(
        f"as its value; also it crosses 0 near x = -1.278, where {_CANCELS}", _terms_of_silu, lost=lambda x: x < -708
    ),
    "gelu": Excuse(f"{_MAGNIFIED}, below -37.5", lost=lambda x: x < -37.5),
    "d gelu / dx": Excuse(
        f"as its value; also it crosses 0 near x = -0.7518, where {_CANCELS}", _terms_of_gelu, lost=lambda x: x < -37.5
    ),
    "gelu_tanh": Excuse(
        "its cubic is rounded before it is an exponent, which amplifies what was lost: |exponent| ulp, below 0",
        lost=lambda x: x < 0,
    ),
    "d gelu_tanh / dx": Excuse(
        "as its value, below 0; what was lost shows where it crosses 0 near x = -0.7525", lost=lambda x: x < 0
    ),
    "d entr / dx": Excuse(f"-log(x) - 1: near 1/e {_CANCELS}", lambda x: 1),
    "d rel_entr / dx": Excuse(f"log(x / y) + 1: where x is y / e {_CANCELS}", lambda x, y: 1),
    "d kl_div / dx": Excuse(_LEAST, lost=operator.eq),
    "d kl_div / dy": Excuse(_LEAST, lost=operator.eq),
    "kl_div": Excuse(f"x · log(x / y) - x + y: where x is near y {_CANCELS}", max),
    "d sinc / dx": Excuse(
        f"it crosses 0 where tan(πx) = πx, beyond 1, and there {_CANCELS}", lambda x: 1 / abs(x) if abs(x) > 1 else 0
    ),
}
for _name in "xy":
    EXCUSED[f"d float_power / d{_name}"] = EXCUSED[f"d power / d{_name}"]
    for _rest in ("remainder", "fmod"):
        EXCUSED[f"d {_rest} / d{_name}"] = Excuse(
            "at a multiple of y it jumps, and beyond 2^90 multiples the truth's difference quotient reaches one",
            lost=lambda x, y: math.remainder(x, y) == 0 or abs(x / y) > 2.0**90,
        )


def bits_lost(numbers: Sequence[float]) -> int:
    """How many bits can cancel: those of the inputs' exponents, and of exp(x), exp(-x²) and exp(x - y) beside 1.

    Exponentials of numbers beyond 800, of 2 beyond 1100, are no doubles.
    """
    inputs = [mp.mpf(x) for x in numbers]
    exponents = sum(abs(mp.mag(x)) for x in inputs if x)
    exponentials = [abs(y) for x in inputs for y in (x, x * x, x - inputs[-1]) if abs(y) < 1100]
    return int(360 + 3 * exponents + 3 * max(exponentials, default=0))


def truth(case: Case, numbers: Sequence[float], by: int | None = None) -> Any:
    """The reference's value at these numbers, or its derivative by one of them; None where it is no real number."""
    bits = bits_lost(numbers)
    try:
        with mp.workprec(bits if by is None else bits // 2):  # for a difference mpmath doubles it
            inputs = [mp.mpf(x) for x in numbers]

            def at(*inputs: Any) -> Any:
                return np.asarray(case.reference(*inputs), dtype=object).item()

            if by is None:
                answer = at(*inputs)
            else:
                # Smaller than each of the numbers: two that differ by the least double may have a kink between them.
                step = min([mp.mpf(1), *(abs(x) for x in inputs if x)]) * mp.mpf(2) ** -120
                answer = mp.diff(lambda x: at(*inputs[:by], x, *inputs[by + 1 :]), inputs[by], h=step)
    except (ZeroDivisionError, ValueError, TypeError):
        return None
    return mp.mpf(answer) if not isinstance(answer, mp.mpc) and mp.isfinite(answer) else None


def ulps_off(found: Any, exact: Any, dtype: Any = np.float64, terms: Any = 0) -> float:
    """How far a number is from the truth, in units of the last place of the truth or, where larger, of its terms.

    0 where both are out of range.
    """
    with np.errstate(over="ignore"):
        rounded, size = dtype(float(exact)), dtype(float(max(abs(exact), terms)))
    if not (np.isfinite(found) and np.isfinite(rounded)):
        return 0.0 if found == rounded else np.inf
    return float(abs(mp.mpf(float(found)) - exact) / mp.mpf(float(np.spacing(size))))


def computed(case: Case, columns: Sequence[Array]) -> list[Array]:
    """The engine's values at these points, and its derivatives by each input."""
    with np.errstate(all="ignore"):
        inputs = [Tensor(column) for column in columns]
        z = case.ours(*inputs)
        found = gradients(z, np.ones(z.shape, columns[0].dtype))
        return [z.data, *(found.get(x, np.zeros_like(x.data)) for x in inputs)]


def computed_of_floats(case: Case, numbers: Sequence[float]) -> list[float]:
    """The same for one point of Values."""
    inputs = [Value(x) for x in numbers]
    z = case.ours(*inputs)
    found = gradients(z) if isinstance(z, Node) else {}
    return [data_of(z), *(found.get(x, 0.0) for x in inputs)]


# Where it is measured


def magnitudes(rng: Any, count: int, low: float, high: float) -> Array:
    """Numbers of both signs, their magnitudes even on a logarithmic scale between 10**low and 10**high."""
    with np.errstate(under="ignore"):
        return np.asarray(rng.choice([-1.0, 1.0], count) * 10.0 ** rng.uniform(low, high, count))


def points(row: Row, dtype: Any, count: int) -> list[Array]:
    """A column of numbers for each input: all magnitudes, those of daily life, subnormal ones, and beside kinks."""
    rng = np.random.default_rng(0)
    inputs = len(row.calls[0].shapes)
    reach = 300 if dtype is np.float64 else 37
    info = np.finfo(dtype)
    tiny = float(np.log10(info.smallest_subnormal)), float(np.log10(info.tiny))
    ranges = [(-reach, reach), (-3, 3), tiny]
    columns = []
    for i in range(inputs):
        parts = [magnitudes(rng, n, *ends) for n, ends in zip((count, count, count // 8), ranges, strict=True)]
        if inputs > 1:  # both of one size
            parts.append(10.0 ** rng.uniform(-0.5, 0.5, count) * columns[0][:count] if i else parts[0])
        for kink in row.kinks:
            if all(np.isfinite(kink.inputs)):
                near = magnitudes(rng, count // 8, -16, -1)
                parts.append(kink.inputs[i] + near)
        columns.append(np.concatenate(parts))
    with np.errstate(under="ignore", over="ignore"):
        return [column.astype(dtype) for column in columns]


class Error(NamedTuple):
    """What is measured of one number an operation computes: in ulp, and where it is worst."""

    most: float  # the 99th percentile
    worst: float
    at: tuple[float, ...]
    count: int


def errors(row: Row, dtype: Any, count: int) -> list[Error]:
    """The errors of the value and of the derivative by each input."""
    case = Case(row, row.calls[0])
    columns = points(row, dtype, count)
    result = []
    for i, found in enumerate(computed(case, columns)):
        off = []
        for number, *inputs in zip(found, *columns, strict=True):
            numbers = tuple(map(float, inputs))
            if not all(np.isfinite(numbers)) or any(numbers == tuple(kink.inputs) for kink in row.kinks):
                continue
            exact = truth(case, numbers, i - 1 if i else None)
            if exact is not None:
                off.append((ulps_off(number, exact, dtype), numbers))
        ulps = np.array([each for each, _ in off])
        most = float(np.percentile(ulps, 99, method="lower"))
        result.append(Error(most, *max(off), len(off)))
    return result


# The page


SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan]
PAIRS = [(0.0, 0.0), (np.inf, 1.0), (1.0, np.inf), (np.inf, np.inf), (-np.inf, np.inf), (np.nan, 1.0), (1.0, np.nan)]


def named(row: Row, i: int) -> str:
    """What the number i is of a row: its value, or its derivative."""
    inputs = "xy" if len(row.calls[0].shapes) > 1 else "x"
    return f"d {row.name} / d{inputs[i - 1]}" if i else row.name


def number(x: float) -> str:
    """A number of a table."""
    return f"{x:.1f}" if x < 1000 else f"{x:.0e}" if np.isfinite(x) else "∞"


def measured(row: Row) -> Iterator[tuple[str, ...]]:
    """The lines of the table of errors that a row gives."""
    of_doubles, of_singles = errors(row, np.float64, 80), errors(row, np.float32, 40)
    for i, (double, single) in enumerate(zip(of_doubles, of_singles, strict=True)):
        where = ", ".join(f"{x:.17g}" for x in double.at)
        yield named(row, i), number(double.most), number(double.worst), where, number(single.most), number(single.worst)


def specials(row: Row) -> Iterator[tuple[str, ...]]:
    """The line of a row in the table of special inputs."""
    case = Case(row, row.calls[0])
    at = PAIRS if len(row.calls[0].shapes) > 1 else [(x,) for x in SPECIAL]
    answers = (computed_of_floats(case, numbers) for numbers in at)
    yield row.name, *("{:.4g} ⟶ {}".format(z, ", ".join(f"{d:.4g}" for d in slopes)) for z, *slopes in answers)


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    rows = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def page() -> str:
    """The whole page."""
    lines = [line for row in ROWS for line in measured(row)]
    one, two = ([r for r in ROWS if len(r.calls[0].shapes) == n] for n in (1, 2))
    return f"""# Accuracy

How far values and derivatives are from the truth, in units in the last place (ulp) of the truth; half a unit is what
rounding alone costs. The truth is mpmath's, of many more digits: the function's value, and its difference quotient.
The inputs have both signs and magnitudes from 1e-300 to 1e300 (float32: 1e-37 to 1e37), even on a logarithmic scale,
half of them between 0.001 and 1000; some are subnormal, some beside a kink. 99 % of the inputs do better than the
first number, the second is the worst that was seen, the third where. Values are NumPy's and the C library's own work,
so they differ a little from machine to machine; derivatives are this engine's rules.

The goal is {GOAL} ulp for every derivative in float64, and `tests/calculus/test_accuracy.py` keeps it everywhere
but here:

{chr(10).join(f"- `{name}`: {excuse.why}." for name, excuse in EXCUSED.items())}

This page is written by `make accuracy`; last with NumPy {np.__version__}.

{table(("", "99 %", "worst", "at", "float32: 99 %", "worst"), lines)}

## Special inputs

The value, and after the arrow the derivative, of a `Value`. Where no limit exists, or IEEE's arithmetic meets ∞ · 0,
the answer is nan.

{table(("", *map(str, SPECIAL)), [line for row in one for line in specials(row)])}

Of two inputs x, y:

{table(("", *map(str, PAIRS)), [line for row in two for line in specials(row)])}
"""


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
