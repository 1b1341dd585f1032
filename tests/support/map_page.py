"""Writes the maps of autograd_mini and of nn in docs/architecture.md from the files and their imports.

python -m tests.support.map_page
"""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSES = (ROOT / "autograd_mini", ROOT / "nn")
PAGE = ROOT / "docs" / "architecture.md"
START, END = "<!-- map of {}: python -m tests.support.map_page -->\n", "<!-- end of map -->\n"
WIDTH = 20
SHOWN_INSIDE = {
    "autograd_mini": ("calculus", "compiling", "checking"),
    "nn": ("data", "layers", "optimizers", "saving", "training"),
}


def rooms(house: Path) -> dict[str, Path]:
    """The rooms of the house, or of a folder in it, by name: a file, or a folder of them."""
    files = {path.stem: path for path in house.glob("*.py") if path.stem != "__init__"}
    return files | {path.parent.name: path for path in house.glob("*/__init__.py")}


def purpose(path: Path) -> str:
    """What a file is for: the first sentence of its docstring."""
    words = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n\n")[0]
    return " ".join(words.split()).rstrip(".")


def borrowed(path: Path, level: int) -> Iterator[str]:
    """The neighbours from which a file imports, at so many dots."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == level:
            yield from [node.module.split(".")[0]] if node.module else (alias.name for alias in node.names)


def arrows(room: str, path: Path) -> set[str]:
    """The rooms beside it from which a room imports."""
    house = path.parent if path.name != "__init__.py" else path.parent.parent
    files = [path] if path.name != "__init__.py" else [*path.parent.rglob("*.py")]
    names = {name for file in files for name in borrowed(file, len(file.relative_to(house).parts))}
    return names & rooms(house).keys() - {room}


def upwards(graph: dict[str, set[str]]) -> list[str]:
    """The rooms from the ground up: each after those that it stands on, the nearest to the ground first."""
    height: dict[str, int] = {}
    for room in TopologicalSorter(graph).static_order():
        height[room] = 1 + max((height[below] for below in graph[room]), default=0)
    return sorted(graph, key=lambda room: (height[room], room))


def map_of(house: Path) -> str:
    """Every room, what it is for and what it stands on; a room is below those that import from it."""
    return "```\n" + "\n".join([f"{house.name}/", *lines_of(house, SHOWN_INSIDE[house.name])]) + "\n```\n"


def lines_of(house: Path, shown_inside: tuple[str, ...], depth: int = 1) -> Iterator[str]:
    """The lines of the map for a folder, from the ground up, and below some rooms those of the rooms in them."""
    found = rooms(house)
    graph = {room: arrows(room, path) for room, path in found.items()}
    for room in upwards(graph):
        path = found[room]
        name = f"{room}.py" if path.name != "__init__.py" else f"{room}/"
        stands_on = ", ".join(below for below in upwards(graph) if below in graph[room])
        words = purpose(path) + (f"  <- {stands_on}" if stands_on else "")
        yield f"{'  ' * depth}{name:<{WIDTH - 2 * (depth - 1)}}{words}"
        if room in shown_inside:
            yield from lines_of(path.parent, shown_inside, depth + 1)


def within(page: str) -> str:
    """The page with the maps of today between their marks."""
    for house in HOUSES:
        start = START.format(house.name)
        before, mark, rest = page.partition(start)
        assert mark, f"the page has no place for the map of {house.name}: {start}"
        page = f"{before}{start}{map_of(house)}{END}{rest.partition(END)[2]}"
    return page


if __name__ == "__main__":
    PAGE.write_text(within(PAGE.read_text("utf-8")), "utf-8")
