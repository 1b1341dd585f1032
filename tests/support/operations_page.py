"""Writes the lists of operations, docs/operations.md and the README's, from the registry.

python -m tests.support.operations_page
"""

from importlib import import_module
from pathlib import Path

import autograd_mini
from autograd_mini import Tensor, Value, numpy_protocol
from autograd_mini.registry import registry

ROOT = Path(__file__).parents[2]
PAGE, README = ROOT / "docs" / "operations.md", ROOT / "README.md"
START, END = "<!-- operations: python -m tests.support.operations_page -->\n", "<!-- end of operations -->\n"

# Each table is listed after those it borrows from: an operation belongs to the first that has it.
TABLES = {
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
}


def spelled(name: str) -> str:
    """The name as users write it."""
    return name if hasattr(autograd_mini, name) else f"linalg.{name}"


def public(name: str) -> bool:
    """Whether users can import it; the rest are parts that others are composed of."""
    return hasattr(autograd_mini, name) or name in autograd_mini.linalg.__all__


def by_table() -> dict[str, list[str]]:
    """The names of the operations in each table of the calculus, in the order of its lines."""
    found: dict[str, list[str]] = {}
    for table in TABLES:
        have = vars(import_module(f"autograd_mini.calculus.{table}"))
        known = {name for names in found.values() for name in names}
        mine = (name for name, row in registry.items() if have.get(name) is row.function and public(name))
        found[table] = [name for name in mine if name not in known]
    return found


def line(name: str) -> str:
    """One operation: its name, what other names reach it, its family, what it does."""
    row = registry[name]
    numpys = [f for f, operation in numpy_protocol._operations.items() if operation is row.function]
    numpys = [f for f in numpys if f.__name__ != "fix"]  # deprecated: works, but is recommended to nobody
    others = [f"`{getattr(f, '__module__', 'numpy').replace('numpy', 'np')}.{f.__name__}`" for f in numpys]
    others += [f"`t.{name}`"] * (getattr(Tensor, name, None) is row.function)
    others += [f"`v.{name}`"] * (getattr(Value, name, None) is row.function)
    about = (row.function.__doc__ or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
    return f"| `{spelled(name)}` | {' '.join(others)} | {row.family} | {' '.join(about.split())} |"


def page() -> str:
    """The page of all operations."""
    parts = [
        "# Operations",
        "Each takes floats, arrays, Values and Tensors alike. Its derivative is a line in a table of "
        "`autograd_mini/calculus/`, its proof a row in `tests/table/`; t is a Tensor, v a Value. "
        "How to add one: [adding_an_operation.md](adding_an_operation.md).",
    ]
    for table, names in by_table().items():
        parts += [
            f"## {TABLES[table]}: `calculus/{table}.py`",
            "\n".join(
                ["| operation | also | family | what it gives |", "| --- | --- | --- | --- |", *map(line, names)]
            ),
        ]
    return "\n\n".join(parts) + "\n"


def summary() -> str:
    """The README's list: the names, table by table."""
    lines = [
        f"| {TABLES[table]} | {' '.join(f'`{spelled(name)}`' for name in names)} |"
        for table, names in by_table().items()
    ]
    return "\n".join(["| | |", "| --- | --- |", *lines]) + "\n"


def within(readme: str) -> str:
    """The README with the list of today between its marks."""
    before, _, rest = readme.partition(START)
    return f"{before}{START}{summary()}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    README.write_text(within(README.read_text("utf-8")), "utf-8")
