"""Equations that are true as they are shown: with as many digits as that takes, else with another sign."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

import numpy as np

from ..errors import AutogradError
from ..languages import say
from ..node import Node, data_of
from .formatting import ALL, DIGITS, Grid, format_grid, is_small
from .formula import OPAQUE

EQUAL, NEARLY, RULED = "=", "≈", "gives"
"""Signs: the numbers shown give the result shown; they do but for rounding; they do not (0 × inf), the rule does."""

NEAR = Decimal("0.005")  # relative error that ≈ owns up to
SMALLEST = Decimal("1e-300")  # below, floats lose digits
INSIDE = Decimal("0.999999")  # of half a last digit: in the middle a float may lie on either side
# A sum of the largest float and the smallest needs 650 digits, a quotient any number. inf and nan are numbers too.
_exact = Context(prec=700, Emax=10**6, Emin=-(10**6), traps=[])
_precise = Context(prec=60, Emax=10**6, Emin=-(10**6), traps=[])

EXACT: dict[str, Callable[..., Any]] = {
    "add": _exact.add,
    "divide": _precise.divide,
    "multiply": _exact.multiply,
    "negative": _exact.minus,
    "subtract": _exact.subtract,
}
"""What is computed in decimals, for it may lie in the middle between two results."""
WHOLE = range(1, 10)  # exponents of powers that are computed so, too


@dataclass(frozen=True, slots=True)
class Equation:
    """The numbers on both sides of a sign, as they are to be shown; of arrays element by element."""

    operands: tuple[Grid, ...]
    sign: str
    result: Grid


def join(sign: str, number: str) -> str:
    """A sign before a number, which may bear one of its own.

    >>> join("=", "2"), join("≈", "≈1")
    ('= 2', '≈1')
    """
    if sign == NEARLY and number.startswith(NEARLY):
        return number
    return f"{say('gives') if sign == RULED else sign} {number}"


def word_product(upstream: Any, local: Any, contribution: Any, terms: Sequence[Any] = ()) -> Equation:
    """upstream × local = contribution: floats, or arrays of one shape; terms: of which the contribution is the sum.

    >>> word_product(0.0204449, 2.0, 0.0408898)
    Equation(operands=((('0.020445',),), (('2',),)), sign='=', result=(('0.04089',),))
    >>> word_product(1 / 3, 3.0, 1.0).sign, word_product(0.0, float("inf"), 0.0).sign
    ('≈', 'gives')
    """
    return _word((upstream, local), contribution, _exact.multiply, _find_slack(terms, contribution))


def word_sum(terms: Sequence[Any], total: Any) -> Equation:
    """terms[0] + terms[1] + ... = total: floats, or arrays of one shape.

    >>> word_sum([1.2345678, -1.2345], 1.2345678 - 1.2345).operands
    ((('1.2345678',),), (('-1.2345',),))
    """
    return _word(terms, total, _add, _find_slack(terms, total))


def word_forward(node: Node) -> Equation:
    """A node's operation on numbers = its data. What a user's own operation takes is told in all digits.

    >>> from autograd_mini import Value, tanh
    >>> word_forward(Value(2.0) * 1.0001)
    Equation(operands=((('2',),), (('1.0001',),)), sign='=', result=(('2.0002',),))
    >>> word_forward(tanh(Value(0.8813735870195432))).operands
    ((('0.8814',),),)
    """
    inputs = [data_of(x) for x in node.inputs]
    if any(np.size(x) != 1 for x in inputs) or not is_small(node.data):
        return Equation(tuple(map(format_grid, inputs)), EQUAL, format_grid(node.data))
    if node.name in EXACT:
        slack = _find_slack(inputs, node.data) if node.name in ("add", "subtract") else 0.0
        return _word(inputs, node.data, EXACT[node.name], slack)
    if node.name == "power" and np.ravel(inputs[1])[0] in WHOLE:
        return _word(inputs, node.data, _exact.power)
    if isinstance(node.primitive, OPAQUE):  # which may do anything when it is called
        return Equation(tuple(format_grid(x, ALL) for x in inputs), EQUAL, format_grid(node.data))
    assert node.rule is not None
    compute, rule, shapes = node.primitive.compute, node.rule, [np.shape(x) for x in inputs]

    def apply(*cells: Decimal) -> Any:
        numbers = [
            float(x) if shape == () else np.full(shape, float(x)) for x, shape in zip(cells, shapes, strict=True)
        ]
        try:
            with np.errstate(all="ignore"):
                return [Decimal(float(x)) for x in np.ravel(compute(*numbers, *rule.args, **rule.named))]
        except (ArithmeticError, ValueError, AutogradError):  # these digits are outside of its domain: more are not
            return [Decimal("nan")] * np.size(node.data)

    return _word(inputs, node.data, apply)


def _find_slack(terms: Sequence[Any], total: Any) -> float:
    """What may be lost of a sum where its terms cancel; nothing where it is none."""
    largest = max((float(np.max(np.abs(term), initial=0.0)) for term in terms), default=0.0)
    slack = largest * (2.0**-20 if _is_single(total) else 2.0**-50)
    return slack if slack < float("inf") else 0.0


def _add(*terms: Decimal) -> Decimal:
    total = terms[0]
    for term in terms[1:]:
        total = _exact.add(total, term)
    return total


def _is_single(x: Any) -> bool:
    return getattr(x, "dtype", None) == np.float32


def _word(operands: Sequence[Any], result: Any, compute: Callable[..., Any], slack: float = 0.0) -> Equation:
    """The fewest digits with which the numbers shown give the result shown, in its last digit.

    slack: what is lost to rounding beside the result's own error, as where terms of a sum cancel.
    """
    if not is_small(result):
        return Equation(tuple(map(format_grid, operands)), EQUAL, format_grid(result))
    nearly = None
    for kept in (DIGITS, DIGITS + 1):  # one more where the result lies in the middle between two
        shown = format_grid(result, kept)
        before = None
        for digits in range(kept, ALL + 1):
            grids = tuple(format_grid(x, digits) for x in operands)
            if grids == before:
                continue
            before = grids
            pairs = _compute_cells(grids, shown, compute)
            if pairs is None:  # some number is said to be nearly another
                continue
            if all(_is_given(value, text, kept) for value, text in pairs):
                return Equation(grids, EQUAL, shown)
            if nearly is None and all(_is_near(value, text, slack) for value, text in pairs):
                nearly = grids
        if nearly is None and before is not None and "≈" not in str(shown):
            break
    if nearly is not None:
        return Equation(nearly, NEARLY, format_grid(result))
    return Equation(tuple(map(format_grid, operands)), RULED, format_grid(result))


def _compute_cells(
    operands: Sequence[Grid], result: Grid, compute: Callable[..., Any]
) -> list[tuple[Decimal, str]] | None:
    """For each cell of the result what the cells of the operands give, and what is shown."""
    columns = [[cell for row in grid for cell in row] for grid in operands]
    texts = [cell for row in result for cell in row]
    if any(cell.startswith("≈") for column in columns for cell in column):
        return None
    most = max(map(len, columns))
    columns = [column * most if len(column) == 1 else column for column in columns]  # a number meets each element
    values: list[Decimal] = []
    for cells in zip(*columns, strict=True):
        found = compute(*map(Decimal, cells))
        values.extend(found if isinstance(found, list) else [found])
    return list(zip(values, texts, strict=True))


def _is_given(value: Decimal, text: str, digits: int) -> bool:
    """Whether a text is what a value rounds to, in its last digit; a whole number is what it says, to the last."""
    if text.startswith("≈"):
        return False
    result = Decimal(text)
    if not (value.is_finite() and result.is_finite()):
        return str(value) == str(result)
    if value == result:
        return True
    if "." not in text and "e" not in text:
        return False
    last = min(int(result.as_tuple().exponent), result.adjusted() - digits + 1)
    return abs(value - result) * 2 < INSIDE.scaleb(last)


def _is_near(value: Decimal, text: str, slack: float) -> bool:
    result = Decimal(text.removeprefix("≈"))
    if not (value.is_finite() and result.is_finite()):
        return False
    return abs(value - result) <= NEAR * abs(result) + Decimal(slack) + SMALLEST
