"""What an operation computes and what its derivative is, in letters: read from where the engine says it."""

import re
from collections.abc import Sequence

from ..node import Rule

INFIX = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "power": "^", "matmul": "@"}
PREFIX = {"negative": "−", "positive": "+"}


def computes(rule: Rule, inputs: int) -> str:
    """The operation as a template of its inputs {0}, {1}, …

    >>> from autograd_mini import Value, exp
    >>> x = Value(2.0)
    >>> computes((x * 3).rule, 2), computes((-x).rule, 1), computes(exp(x).rule, 1)
    ('{0} × {1}', '−{0}', 'exp({0})')
    """
    slots = [f"{{{i}}}" for i in range(inputs)]
    if rule.name in INFIX and inputs == 2:
        return f" {INFIX[rule.name]} ".join(slots)
    if rule.name in PREFIX:
        return PREFIX[rule.name] + slots[0]
    return f"{rule.name}({', '.join(slots)})"


def filled(template: str, words: Sequence[str]) -> str:
    """The template with its inputs written in; other braces (of an operation's name) stay.

    >>> filled("{0} / {1}²", ["x", "{0}"]), filled("{my}({0})", ["x"])
    ('x / {0}²', '{my}(x)')
    """
    return re.sub(r"\{(\d+)\}", lambda slot: words[int(slot[1])] if int(slot[1]) < len(words) else slot[0], template)


def differentiates(rule: Rule, position: int) -> str:
    """The local derivative by one input as a template of the inputs; "" where the operation has none in letters.

    It is what the operation's docstring says: the line that the calculus is written beside.

    >>> from autograd_mini import Value, tanh
    >>> x = Value(2.0)
    >>> differentiates((x * 3).rule, 0), differentiates((3 / x).rule, 1), differentiates(tanh(x).rule, 0)
    ('{1}', '-{0} / {1}²', '1 - tanh({0})² = 1 / cosh({0})²')
    """
    if rule.family != "elementwise" or position > 1:
        return ""
    first_line = (rule.forward.__doc__ or "").partition("\n")[0].removesuffix(".")
    formula = dict(re.findall(r"d/d([xy]) = (.*?)(?=, d/d|, likewise|$)", first_line))
    letters = {"x": "{0}", "y": "{1}"}
    if position and "likewise d/dy" in first_line:
        formula["y"], letters = formula["x"], {"x": "{1}", "y": "{0}"}
    words = formula.get("xy"[position], "").replace("·", "×")
    return re.sub(r"(?<![A-Za-z])[xy](?![A-Za-z])", lambda letter: letters[letter[0]], words)
