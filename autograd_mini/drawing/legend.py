"""The legend: what the marks on a picture mean, for those marks that it bears."""

from .markup import font, row, table, text
from .themes import Theme
from .view import View

ORDERS = ("the function", "its gradient", "second derivatives", "third derivatives", "higher ones")


def legend(shown: View, theme: Theme, *, is_down: bool, has_wires: bool) -> str:
    """The legend as a table in Graphviz' html."""
    kinds = {card.kind for card in shown.cards}
    by_order = any(card.order for card in shown.cards)
    marks = []
    if "leaf" in kinds:
        marks.append(_mark(theme.leaf, theme.leaf_line, 'STYLE="ROUNDED"', "leaf, yours to change", theme))
    if "operation" in kinds and not by_order:
        marks.append(_mark(theme.operation, theme.line, "", "operation", theme))
    if kinds & {"scope", "alike"}:
        marks.append(_mark(theme.fold, theme.line, "", "several nodes in one", theme))
    if by_order:
        last = len(theme.orders) - 1
        for order in sorted({card.order for card in shown.cards}):
            words = f"{order}: {ORDERS[min(order, len(ORDERS) - 1)]}"
            marks.append(_mark(theme.orders[min(order, last)], theme.line, "", words, theme))
    marks.append(_mark(theme.paper if by_order else theme.root, theme.root_line, 'BORDER="2"', "the node drawn", theme))
    lines = [table(["<TR>" + "".join(marks) + "</TR>"])]
    if not has_wires:
        lines += [font("so many arrows leave no room for their numbers: print(draw(...)) tells them", theme.quiet, 9)]
    elif any(arrow.forward for arrow in shown.arrows):
        before, after = ("left of", "right of") if is_down else ("above", "below")
        flows = "upstream × local derivative = contribution"
        if any(arrow.formula and not arrow.local for arrow in shown.arrows):
            flows += "; in words, g is the upstream gradient, z the output"
        forward = font(f"{before} a line: what flows forward", theme.ink, 9)
        back = font(f"{after} it, flowing back: {flows}", theme.gradient, 9)
        lines += [f"{forward}{font('; ', theme.quiet, 9)}{back}"]
        lines += [font("grad: the sum of the contributions; – where no sweep has been yet", theme.quiet, 9)]
    return table([row(line, 'ALIGN="LEFT"') for line in lines])


def _mark(fill: str, line: str, style: str, words: str, theme: Theme) -> str:
    border = style if "BORDER" in style else f'BORDER="1" {style}'.rstrip()
    look = f'{border} COLOR="{line}" BGCOLOR="{fill}" CELLBORDER="0" CELLPADDING="0"'
    swatch = f'<TABLE FIXEDSIZE="TRUE" WIDTH="16" HEIGHT="10" {look}><TR><TD></TD></TR></TABLE>'
    return f'<TD>{swatch}</TD><TD ALIGN="LEFT">{font(text(words), theme.quiet, 9)}   </TD>'
