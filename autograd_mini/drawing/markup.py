"""Words, numbers and tables in Graphviz' html: the only place that escapes."""

from html import escape

from .formatting import Grid
from .labels import clean

WORDS = "Helvetica,Arial,sans-serif"
# Digits of one width, in every font alike: columns stay columns where a reader's fonts are not the layout's.
NUMBERS = "DejaVu Sans Mono,Menlo,Consolas,monospace"


def text(words: str) -> str:
    r"""Words as Graphviz shows them letter by letter, on one line.

    >>> print(text('a<b & "c"\\N\n\0'))
    a&lt;b &amp; &quot;c&quot;\\N �
    """
    return escape(clean(words)).replace("\\", r"\\").replace("]", "&#93;")  # of which some Graphviz lose the last


def font(words: str, colour: str, size: float) -> str:
    """Markup in a colour and size."""
    return f'<FONT COLOR="{colour}" POINT-SIZE="{size:g}">{words}</FONT>'


def digits(number: str) -> str:
    """A number in digits of one width."""
    return f'<FONT FACE="{NUMBERS}">{text(number)}</FONT>'


def table(rows: list[str], border: str = 'BORDER="0"') -> str:
    """Rows as a table without room between them."""
    return f'<TABLE {border} CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>'


def row(cell: str, attributes: str = "") -> str:
    """A row of one cell."""
    return f"<TR><TD{' ' * bool(attributes)}{attributes}>{cell}</TD></TR>"


def numbers(grid: Grid, bars: str) -> str:
    """A number by itself, several between the bars of a matrix, which are of that colour."""
    if len(grid) == len(grid[0]) == 1:
        return digits(grid[0][0])
    if grid[-1][0].startswith("norm"):  # a matrix in brief
        return table([row(digits(line[0]), 'ALIGN="RIGHT"') for line in grid])
    rows = ("".join(f'<TD ALIGN="RIGHT">{digits(f" {cell} ")}</TD>' for cell in line) for line in grid)
    return table([f"<TR>{line}</TR>" for line in rows], f'BORDER="1" SIDES="LR" COLOR="{bars}"')
