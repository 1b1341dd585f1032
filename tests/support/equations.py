"""Equations as a reader finds them on pictures and pages, and whether what is written is true."""

import re
from decimal import Context, Decimal, localcontext

import numpy as np

import autograd_mini
from autograd_mini.stepping.page_data import describe_run
from autograd_mini.stepping.trace import trace

from .drawn import words

NUMBER = r"-?(?:[\d.]+(?:e-?\d+)?|inf|nan)"
SIGN = "=|≈|gives"
context = Context(prec=800, Emax=10**7, Emin=-(10**7), traps=[])
KNOWN = {name: getattr(autograd_mini, name) for name in autograd_mini.__all__} | {"Decimal": Decimal}


def evaluate(side):
    """What numbers give, exactly, "-2 × (-3) + 0.5"; of named operations what the engine does, "1 / cosh(0.3)²"."""
    code = side.replace("²", " ** 2").replace("^", " ** ").replace("×", "*")
    is_exact = not re.search(r"\^(?![1-9]$)", side) and not re.search(r"[a-df-z_]{2}", re.sub("inf|nan", "", side))
    number = r"Decimal('\1')" if is_exact else r"Value(float('\1'))"
    code = re.sub(r"(?<![\w.=])(\d[\d.]*(?:e-?\d+)?|inf|nan)(?![\w(])", number, code)
    with np.errstate(all="ignore"), localcontext(context):
        answer = eval(code, KNOWN)  # the words are the library's own
        return answer if is_exact else Decimal(answer.data)


def is_true(side, sign, result, terms=()):
    """Whether a side gives the result: with "=" in the result's last digit, a whole one to the last; else nearly.

    terms: what may have been added up to the result, and cancelled.
    """
    shown = Decimal(result.removeprefix("≈"))
    if sign == "gives":  # as 0 × inf gives 0, or ≈3 / 0 gives -inf, for it is -0: no digits would say so
        return not (evaluate(side.replace("≈", "")).is_finite() and shown.is_finite())
    value = evaluate(side)
    if not (value.is_finite() and shown.is_finite()):
        return sign == "=" and str(value) == str(shown)
    if sign != "=" or result.startswith("≈"):
        operands = re.findall(NUMBER, side) if re.search(" [+-] ", side) else terms
        largest = max((abs(Decimal(x)) for x in operands), default=Decimal(0))
        return abs(value - shown) <= abs(shown) / 100 + largest * Decimal(2) ** -48 + Decimal("1e-299")
    if re.fullmatch(r"-?\d+", result):
        return value == shown
    return value == shown or abs(value - shown) * 2 < Decimal(1).scaleb(shown.as_tuple().exponent)


def read_picture(picture):
    """(side, sign, result) of each equation on the picture's cards and arrows, read from its source."""
    found = []
    for markup in re.findall(r"label=<(.*)>(?: |\])", picture.dot):
        cells = words(markup)
        if "grad" in cells:
            rest = cells[cells.index("grad") + 1 :]
            total = " ".join(cell for cell in rest[1:] if re.match(rf"(\+|{SIGN}) ", cell))
            if total and "…" not in total:
                sign, _, side = total.partition(" ")
                found.append((side, sign, rest[0]))
        elif len(cells) == 3 and " × " in cells[1] and "–" not in cells[1] and "g" not in cells[1]:
            found.append((cells[1], *split_sign(cells[2])))
    return found


def read_text(picture):
    """The same of its tree."""
    found = []
    for line in picture.text.splitlines():
        back = re.search(rf"← ({NUMBER} × {NUMBER}) (.*)$", line)
        if back:
            found.append((back[1], *split_sign(back[2])))
        total = re.search(rf"grad (≈?{NUMBER}) ({SIGN}) ({NUMBER}(?: \+ {NUMBER})+)", line)
        if total:
            found.append((total[3], total[2], total[1]))
    return found


def split_sign(text):
    """ "= 2" as "=", "2"; a result that bears its own sign keeps it."""
    sign, _, result = text.partition(" ")
    return (sign, result) if result else ("≈", sign)


def read_page(root):
    """The same of the page: products and sums of the steps of a scalar graph, and what each card is computed from."""
    page = describe_run(trace(root))
    found = []
    for step in page["steps"]:
        if step["kind"] == "backward":
            (upstream,), (local,), (contribution,) = step["upstream"], step["local"], step["contribution"]
            found.append((f"{upstream} × {local}", step["sign"] or "≈", contribution))
            if "before" in step:
                (before,), (added,), (after,) = step["before"], step["added"], step["after"]
                found.append((f"{before} + {added}", step["total"] or "≈", after))
    return found + read_forward_steps(page)


def read_forward_steps(page):
    """What each card of a page of a scalar graph is computed from."""
    return [(card["numbers"], card["sign"] or "≈", card["data"][0]) for card in page["cards"] if card["numbers"]]
