"""Equations as a reader finds them on pictures and pages, and whether what is written is true."""

import re
from decimal import Context, Decimal

from autograd_mini.stepping.page_data import describe_run
from autograd_mini.stepping.trace import trace

from .drawn import words

NUMBER = r"-?(?:[\d.]+(?:e-?\d+)?|inf|nan)"
SIGN = "=|≈|gives"
context = Context(prec=800, Emax=10**7, Emin=-(10**7), traps=[])


def evaluate(side):
    """Sums of products of numbers, exactly: "-2 × (-3) + 0.5"."""
    total = None
    for term in re.split(r" \+ ", side):
        product = Decimal(1)
        for factor in term.split(" × "):
            product = context.multiply(product, Decimal(factor.strip("()")))
        total = product if total is None else context.add(total, product)
    return total


def is_true(side, sign, result):
    """Whether a side gives the result: with "=" in the result's last digit, a whole one to the last; else nearly."""
    value, shown = evaluate(side), Decimal(result.removeprefix("≈"))
    if sign == "gives":
        return True
    if not (value.is_finite() and shown.is_finite()):
        return sign == "=" and str(value) == str(shown)
    if sign != "=" or result.startswith("≈"):
        operands = re.findall(NUMBER, side)
        largest = max((abs(Decimal(x)) for x in operands), default=Decimal(0)) if "+" in side else Decimal(0)
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
    for card in page["cards"]:
        if re.fullmatch(rf"{NUMBER} (\+|×) \(?{NUMBER}\)?", card["numbers"]):
            found.append((card["numbers"], card["sign"] or "≈", card["data"][0]))
    return found
