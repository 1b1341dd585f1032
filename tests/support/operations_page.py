"""Writes the lists of operations, docs/operations.md and the README's, from the registry.

python -m tests.support.operations_page
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import autograd_mini
from autograd_mini import Tensor, Value, numpy_names
from autograd_mini.primitive import Joining, primitives
from autograd_mini.registry import registry
from autograd_mini.scipy import linalg, special, stats
from autograd_mini.scipy.ufuncs import reached

ROOT = Path(__file__).parents[2]
PAGE, README = ROOT / "docs" / "operations.md", ROOT / "README.md"
START, END = "<!-- operations: python -m tests.support.operations_page -->\n", "<!-- end of operations -->\n"

CALCULUS = {
    "choosing": "Choosing",
    "linear": "Linear maps",
    "elementwise": "Arithmetic, powers, logarithms",
    "trigonometric": "Angles and hyperbolas",
    "piecewise": "Kinks and jumps",
    "activations": "Activations",
    "moving": "Moving elements",
    "reductions": "Reductions",
    "products": "Products of many",
    "bilinear": "Products",
    "linalg": "Linear algebra",
    "convolution": "Convolution and pooling",
    "running": "Extremes so far",
    "samples": "Angles without jumps",
}
COMPOSED = {
    "joining": "Joining and cutting",
    "shapes": "Turning and windows",
    "choosing": "Choosing among several",
    "ranges": "Ranges and grids",
    "elements": "Each element",
    "sequences": "Running along a line",
    "statistics": "Statistics",
    "without_nans": "Without nan",
    "signals": "Samples",
    "polynomials": "Polynomials",
    "vectors": "Products of vectors",
    "linalg": "Matrices in the last two axes",
    "norms": "Norms",
    "decompositions": "Decompositions",
}


def spelled(name: str) -> str:
    """The name as users write it."""
    if hasattr(autograd_mini, name):
        return name
    if name in autograd_mini.linalg.__all__:
        return f"linalg.{name}"
    return next(iter(numpys(name)), name)


def numpys(name: str) -> list[str]:
    """NumPy's functions that reach it, as users write them."""
    operations = {f: operation for f, operation in numpy_names.operations.items() if f not in reached}
    reaching = [f for f, operation in operations.items() if operation is registry[name].function]
    shown = [f for f in reaching if f.__name__ != "fix"]  # deprecated: works, but is recommended to nobody
    return [f"{getattr(f, '__module__', 'numpy').replace('numpy', 'np')}.{f.__name__}" for f in shown]


def public(name: str) -> bool:
    """Whether users can call it; the rest are parts that others are composed of."""
    return hasattr(autograd_mini, name) or name in autograd_mini.linalg.__all__ or bool(numpys(name))


def by_table(tables: dict[str, str], home: str) -> dict[str, list[str]]:
    """The names of the operations that each table of a folder writes, in the order of its lines."""
    names = {table: f"autograd_mini.{home}.{table}" for table in tables}
    found = {
        table: [name for name, row in registry.items() if row.function.__module__ == module and public(name)]
        for table, module in names.items()
    }
    return {table: mine for table, mine in found.items() if mine}


def line(name: str) -> str:
    """One operation: its name, what other names reach it, its family, what it does."""
    row, mine = registry[name], spelled(name)
    others = [f"`{other}`" for other in numpys(name) if other != mine]
    for letter, kind in {"t": Tensor, "v": Value}.items():
        method = getattr(kind, name, None)
        others += [f"`{letter}.{name}`"] * (row.function in (method, getattr(method, "__wrapped__", None)))
    about = (row.function.__doc__ or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
    return f"| `{mine}` | {' '.join(others)} | {row.family} | {' '.join(about.split())} |"


def part(tables: dict[str, str], home: str) -> list[str]:
    """The tables of a folder, one after another."""
    head = ["| operation | also | family | what it gives |", "| --- | --- | --- | --- |"]
    return [
        f"### {tables[table]}: `{home}/{table}.py`\n\n" + "\n".join([*head, *map(line, names)])
        for table, names in by_table(tables, home).items()
    ]


def is_of_engine(derivative: Any) -> bool:
    """Whether a derivative is the engine's own: not of the optional room, nor of a test's primitive."""
    home = getattr(derivative, "__module__", "autograd_mini.calculus")
    return home.startswith("autograd_mini.") and not home.startswith("autograd_mini.scipy")


def counted() -> tuple[int, int]:
    """How many primitives, which have derivatives of their own, and how many names composed from them."""
    engines = [p for p in primitives.values() if all(map(is_of_engine, p.derivatives))]
    rules = [p for p in engines if any(p.derivatives) or isinstance(p, Joining)]
    return len(rules), sum(public(name) and row.family == "composed" for name, row in registry.items())


def page() -> str:
    """The page of all operations."""
    rules, names = counted()
    return (
        "\n\n".join(
            [
                "# Operations",
                "Each takes floats, arrays, Values and Tensors alike. Its proof is a row in `tests/table/`; t is a "
                "Tensor, v a Value. How to add one: [adding_an_operation.md](adding_an_operation.md).",
                f"**{rules} rules** have derivatives of their own, each a line of calculus or a few. From them "
                f"**{names} names are composed** and have no rule: their derivatives follow.",
                "## The calculus",
                *part(CALCULUS, "calculus"),
                "## Composed from it: NumPy's other names",
                "Called by NumPy's name, `np.median(t)`; each is an ordinary function of the operations above.",
                *part(COMPOSED, "composed"),
                "## SciPy's: `autograd_mini.scipy`",
                "An extra (`pip install 'autograd_mini[scipy]'`) with rules of its own, by SciPy's names and "
                "parameters; SciPy's own functions of each element, `scipy.special.gammaln(t)`, reach them.",
                "\n".join(f"- `{room}`: {' '.join(f'`{name}`' for name in names)}" for room, names in of_scipy()),
                "## Answered plainly",
                "What is counted, compared, found or written is constant but for jumps, and what is asked of shapes "
                "knows no numbers: NumPy answers from the data, without nodes.",
                " ".join(f"`np.{name}`" for name in plain()),
            ]
        )
        + "\n"
    )


def of_scipy() -> Iterator[tuple[str, list[str]]]:
    """The rooms of autograd_mini.scipy, and the names in each."""
    yield "special", special.__all__
    yield "linalg", linalg.__all__
    for name in stats.__all__:
        functions = ("pdf", "logpdf", "pmf", "logpmf", "cdf", "logcdf", "sf", "logsf", "ppf")
        yield f"stats.{name}", [f for f in functions if hasattr(getattr(stats, name), f)]


def plain() -> list[str]:
    """NumPy's functions that are answered from the data."""
    return [name for name in (*numpy_names.OF_SHAPES, *numpy_names.OF_NUMBERS) if numpy_names.named(name)]


def summary() -> str:
    """The README's list: the names, table by table."""
    tables = [
        *((CALCULUS[table], names) for table, names in by_table(CALCULUS, "calculus").items()),
        *((COMPOSED[table], names) for table, names in by_table(COMPOSED, "composed").items()),
    ]
    lines = [f"| {title} | {' '.join(f'`{spelled(name)}`' for name in names)} |" for title, names in tables]
    lines += [f"| `scipy.{room}` | {' '.join(f'`{name}`' for name in names)} |" for room, names in of_scipy()]
    return "\n".join(["| | |", "| --- | --- |", *lines]) + "\n"


def within(readme: str) -> str:
    """The README with the list of today between its marks."""
    before, _, rest = readme.partition(START)
    return f"{before}{START}{summary()}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    README.write_text(within(README.read_text("utf-8")), "utf-8")
