"""The legend: what the marks on a picture mean, for those marks that it bears."""

from ..languages import say
from .cards import View
from .formatting import DASH
from .labels import breadth
from .letters import explain
from .markup import font, row, table
from .themes import Theme

IN_A_LINE = 4  # letters explained
LETTER, SWATCH = 5.2, 30  # points that a letter of the legend takes, at most, and a mark with its margins
HIGH, HIGHER = 16, 20  # points of the line of marks, and of one in letters of East Asia


def write_legend(shown: View, theme: Theme, *, is_down: bool, has_wires: bool) -> str:
    """The legend as a table in Graphviz' html."""
    kinds = {"leaf" if card.is_leaf else card.kind for card in shown.cards}
    by_order = any(card.order for card in shown.cards)
    marks = []  # (swatch, what it means)
    if "leaf" in kinds:
        words = say("argument") if shown.kind == "program" else say("leaf, yours to change")
        marks.append((_draw_swatch(theme.leaf, theme.leaf_line, rounded=True), words))
    if "operation" in kinds and not by_order:
        marks.append((_draw_swatch(theme.operation, theme.line), say("operation")))
    if any(card.kind in ("scope", "alike") for card in shown.cards):
        double = _draw_swatch(theme.fold, theme.line, inner=_draw_swatch(theme.fold, theme.line, size=(12, 6)))
        marks.append((double, say("several nodes in one")))
    if by_order:
        last = len(theme.orders) - 1
        for order in sorted({card.order for card in shown.cards}):
            marks.append((write_order(order, theme, theme.orders[min(order, last)]), _name_order(order)))
    root = _draw_swatch(theme.paper if by_order else theme.root, theme.root_line, border=2)
    marks.append((root, say("result") if shown.kind == "program" else say("the node drawn")))

    lines = []
    if shown.kind == "program":
        lines = [
            font(say("on a line: the shape of what flows; on a card: how many nodes it stands for"), theme.quiet, 9)
        ]
    elif not has_wires:
        lines = [
            font(say("so many arrows leave no room for their numbers: print(draw(...)) tells them"), theme.quiet, 9)
        ]
    elif any(arrow.forward for arrow in shown.arrows):
        if is_down:
            forward = say("left of a line: what flows forward; grad: the sum of what flows back")
            back = say("right of it, flowing back: upstream × local derivative = contribution")
        else:
            forward = say("above a line: what flows forward; grad: the sum of what flows back")
            back = say("below it, flowing back: upstream × local derivative = contribution")
        lines = [font(forward, theme.ink, 9), font(back, theme.gradient, 9)]
        if any(arrow.is_step for arrow in shown.arrows):
            lines.append(font(say("dashed: a step or a choice, over which nothing flows back"), theme.quiet, 9))
        lines += [font(words, theme.gradient, 9) for words in _explain_letters(shown)]
        if any(card.grad == DASH for card in shown.cards):
            lines.append(font(say("–: no sweep has been there yet"), theme.quiet, 9))
    return table([_write_marks(marks, theme), *(row(line, 'ALIGN="LEFT"') for line in lines)])


def write_order(order: int, theme: Theme, fill: str = "") -> str:
    """The digit that tells the order of derivative, in a frame; fill: the colour that tells it too."""
    back = f' BGCOLOR="{fill}"' if fill else ""
    look = f'BORDER="1" COLOR="{theme.line}"{back} CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
    size = f'FIXEDSIZE="TRUE" WIDTH="{7 * len(str(order)) + 7}" HEIGHT="14"'
    return f"<TABLE {size} {look}><TR><TD>{font(str(order), theme.quiet, 9)}</TD></TR></TABLE>"


def _explain_letters(shown: View) -> list[str]:
    """What the letters of the formulas on cards and arrows stand for, in lines of a few."""
    formulas = [arrow.formula for arrow in shown.arrows if arrow.formula]
    formulas += [words for card in shown.cards if card.kind == "scope" for words in card.about[:1]]
    formulas += [card.operation for card in shown.cards if card.kind == "operation" and " " in card.operation]
    told = explain(formulas, shown.letters)
    lines = ["; ".join(told[i : i + IN_A_LINE]) for i in range(0, len(told), IN_A_LINE)]
    return [say("in words: {0}", line) if i == 0 else line for i, line in enumerate(lines)]


def _name_order(order: int) -> str:
    names = say("the function"), say("its gradient"), say("second derivatives"), say("third derivatives")
    return names[order] if order < len(names) else say("higher ones")


def _write_marks(marks: list[tuple[str, str]], theme: Theme) -> str:
    """The marks side by side, in a table of fixed width: another would spread them over the whole legend."""
    cells = (
        f'<TD>{swatch}</TD><TD ALIGN="LEFT">{font(f" {words}   ", theme.quiet, 9)}</TD>' for swatch, words in marks
    )
    width = sum(SWATCH + LETTER * (breadth(words) + 4) for _, words in marks)
    is_wide = any(breadth(words) > len(words) for _, words in marks)
    fixed = f'ALIGN="LEFT" FIXEDSIZE="TRUE" WIDTH="{width:.0f}" HEIGHT="{HIGHER if is_wide else HIGH}" BORDER="0"'
    return row(table([f"<TR>{''.join(cells)}</TR>"], fixed), 'ALIGN="LEFT"')


def _draw_swatch(
    fill: str,
    line: str,
    *,
    border: int = 1,
    rounded: bool = False,
    inner: str = "",
    size: tuple[int, int] = (16, 10),
) -> str:
    style = ' STYLE="ROUNDED"' if rounded else ""
    look = f'BORDER="{border}"{style} COLOR="{line}" BGCOLOR="{fill}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
    return f'<TABLE FIXEDSIZE="TRUE" WIDTH="{size[0]}" HEIGHT="{size[1]}" {look}><TR><TD>{inner}</TD></TR></TABLE>'
