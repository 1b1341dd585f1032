"""The colours of pictures, by theme, and of pages, which are light or dark as their reader is."""

from dataclasses import dataclass

from ..errors import DrawingError, brief


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as Graphviz takes them; what a fill marks, a line of its own (dashed, bold, double) marks too."""

    paper: str
    ink: str  # data
    quiet: str  # words, constants
    line: str
    faint: str
    operation: str  # fills
    leaf: str
    root: str
    fold: str
    leaf_line: str
    root_line: str
    sign: str
    gradient: str  # all that flows back
    orders: tuple[str, ...]  # fills by order of derivative; the highest for all above it
    page: tuple[str, ...] = ()  # breadth and height in inches that a picture must fit into


# After Okabe and Ito, whose blue and orange every eye tells apart; text keeps a contrast of 4.5 to its fill.
LIGHT = Theme(
    paper="white", ink="#1b1f24", quiet="#5b6572", line="#98a2b0", faint="#c9d1da",
    operation="white", leaf="#e9f2fa", root="#fdf2e7", fold="#f1f3f5",
    leaf_line="#0072b2", root_line="#d55e00", sign="#00659e", gradient="#a84300",
    orders=("white", "#d7ecf9", "#ffe9bf", "#d6f2e4", "#f6ddec"),
)  # fmt: skip
DARK = Theme(
    paper="#14181d", ink="#eceff3", quiet="#9fabb9", line="#6a7684", faint="#434d58",
    operation="#1d2329", leaf="#12304a", root="#452a10", fold="#262d35",
    leaf_line="#56b4e9", root_line="#e69f00", sign="#7cc4ee", gradient="#ffb454",
    orders=("#1d2329", "#123a55", "#4d3a0a", "#0d4433", "#4b2540"),
)  # fmt: skip
# Black and white alone, for a printer or a copier: shades that survive, lines that differ.
PRINT = Theme(
    paper="white", ink="black", quiet="#404040", line="#606060", faint="#a0a0a0",
    operation="white", leaf="#ececec", root="white", fold="#f6f6f6",
    leaf_line="black", root_line="black", sign="black", gradient="black",
    orders=("white", "#e6e6e6", "#cccccc", "#b3b3b3"), page=("7.3", "10.7"),  # A4 without its margins
)  # fmt: skip
# Blue, yellow and vermilion at full strength, which the three kinds of colour blindness keep apart.
COLOURBLIND = Theme(
    paper="white", ink="black", quiet="#4d4d4d", line="#808080", faint="#bdbdbd",
    operation="white", leaf="#bfe0f5", root="#fbe3a6", fold="#eeeeee",
    leaf_line="#0072b2", root_line="#d55e00", sign="#004b76", gradient="#8f3800",
    orders=("white", "#a6d8f5", "#f7e79a", "#8fd6bd", "#e8bcd5"),
)  # fmt: skip

ON_PAGES = {  # what a page calls them, which marks other things with them, too
    "paper": "paper",
    "ink": "ink",
    "quiet": "quiet",
    "line": "line",
    "faint": "faint",
    "blue": "sign",
    "pale-blue": "leaf",
    "orange": "gradient",
    "pale-orange": "root",
    "bright": "root_line",
}
THEMES = {"light": LIGHT, "dark": DARK, "colourblind": COLOURBLIND, "print": PRINT}


def find_theme(name: str) -> Theme:
    """The theme of that name; a DrawingError that lists them for any other.

    >>> find_theme("dark").paper
    '#14181d'
    """
    if not isinstance(name, str) or name not in THEMES:
        raise DrawingError(f"a picture's theme is one of {', '.join(THEMES)}; got {brief(name)}")
    return THEMES[name]


def write_variables() -> str:
    """The light and the dark colours as CSS variables, of which the reader's system chooses.

    >>> write_variables().partition(" --quiet")[0]
    ':root { --paper: white; --ink: #1b1f24;'
    """
    light, dark = (
        " ".join(f"--{name}: {getattr(theme, field)};" for name, field in ON_PAGES.items()) for theme in (LIGHT, DARK)
    )
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
