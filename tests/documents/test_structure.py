"""The house keeps its shape: arrows run one way, folders only hand names on, files stay short."""

import ast
import importlib
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from ..support import map_page

ROOT = Path(__file__).parents[2]
CODE = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("autograd_mini", "nn")
    for path in sorted((ROOT / package).rglob("*.py"))
}
TREES = {module: ast.parse(path.read_text("utf-8")) for module, path in CODE.items()}

ONLOOKERS = {
    "autograd_mini": {"__main__", "compiling", "drawing", "stepping", "checking", "testing"},
    "nn": {"convert", "landscape", "onnx", "parallel", "recorders", "sklearn"},
}
"""They look at whatever is below them; nobody below looks at them."""


def imports(module: str) -> list[tuple[str, str]]:
    """The (module, name) of every import in a module, inside its functions too; name is "" for a whole module."""
    found = []
    package = module if CODE[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            inner = {alias.name: f"{source}.{alias.name}" for alias in node.names}
            found += [(path, "") if path in CODE else (source, name) for name, path in inner.items()]
    return found


def bound_here(module: str) -> set[str]:
    """The names that a module defines itself, as opposed to those it imports."""
    names: set[str] = set()
    for node in TREES[module].body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return names


FOLDERS = [path.parent for house in map_page.HOUSES for path in sorted(house.rglob("__init__.py"))]


@pytest.mark.parametrize("house", FOLDERS, ids=lambda house: str(house.relative_to(ROOT)))
def test_arrows_between_rooms_run_one_way(house):
    graph = {room: map_page.arrows(room, path) for room, path in map_page.rooms(house).items()}
    assert len(tuple(TopologicalSorter(graph).static_order())) == len(graph)
    seen_from_afar = ONLOOKERS.get(house.name, set())
    assert seen_from_afar <= graph.keys()
    assert all(not below & seen_from_afar for room, below in graph.items() if room not in seen_from_afar)


def test_the_map_is_that_of_the_imports():
    page = map_page.PAGE.read_text("utf-8")
    assert page == map_page.within(page), "run python -m tests.support.map_page"


@pytest.mark.parametrize("module", [m for m in CODE if m.startswith("autograd_mini.")])
def test_the_engine_stands_alone(module):
    sources = [source.split(".") for source, _ in imports(module) if source.split(".")[0] in ("autograd_mini", "nn")]
    assert all(source[0] == "autograd_mini" and len(source) > 1 for source in sources)


SHAPES = {"shape_of", "ndim_of", "dtype_of", "holds_array"}
"""What a rule may ask of its inputs; what it makes of their numbers it makes by operations, which are recorded."""


RULES = [m for m in CODE if m.startswith(("autograd_mini.calculus.", "autograd_mini.scipy."))]


@pytest.mark.parametrize("module", RULES)
def test_no_rule_looks_at_numbers(module):
    asked = {name for source, name in imports(module) if source == "autograd_mini.node"}
    assert asked <= SHAPES | {"Node", "Derivative"}
    attributes = {node.attr for node in ast.walk(TREES[module]) if isinstance(node, ast.Attribute)}
    assert not attributes & {"_raw", "data", "item", "grad"}


def test_no_import_circles():
    graph = {module: {source for source, _ in imports(module) if source in CODE} for module in CODE}
    assert len(tuple(TopologicalSorter(graph).static_order())) == len(CODE)


@pytest.mark.parametrize("module", [m for m in CODE if m.split(".")[0] == "nn"])
def test_nn_uses_the_public_api_alone(module):
    public = {name for source, name in imports("autograd_mini") if name}
    used = [(source, name) for source, name in imports(module) if source.split(".")[0] == "autograd_mini"]
    assert {source for source, _ in used} <= {"autograd_mini"}
    assert {name for _, name in used} <= public


@pytest.mark.parametrize("module", CODE)
def test_only_folders_hand_names_on(module):
    if CODE[module].name == "__init__.py":  # nothing but words, imports and __all__
        words, *rest = TREES[module].body
        assert isinstance(words, ast.Expr)
        assert all(isinstance(node, ast.Import | ast.ImportFrom) for node in rest[:-1])
        assert not rest or bound_here(module) == {"__all__"}
    for source, name in imports(module):
        if name and source in CODE and CODE[source].name != "__init__.py":
            assert name in bound_here(source), f"{module} takes {name} from {source}, where it is a guest"


@pytest.mark.parametrize("module", [m for m in CODE if m.startswith("autograd_mini")])
def test_drawing_alone_knows_graphviz(module):
    assert module.startswith("autograd_mini.drawing") or "graphviz" not in CODE[module].read_text("utf-8").lower()


@pytest.mark.parametrize("module", CODE)
def test_documented(module):
    assert ast.get_docstring(TREES[module])


@pytest.mark.parametrize("package", ["autograd_mini", "nn"])
def test_public_names_exist_and_types_ship(package):
    module = importlib.import_module(package)
    assert sorted(set(module.__all__)) == sorted(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)
    assert (ROOT / package / "py.typed").is_file()


def test_no_file_is_long():
    folders = ("autograd_mini", "nn", "tests", "examples", "docs")
    paths = [path for folder in folders for end in ("py", "js", "css") for path in (ROOT / folder).rglob(f"*.{end}")]
    long = {str(path): n for path in paths if (n := len(path.read_text("utf-8").splitlines())) > 400}
    assert not long


def test_top_level_is_tidy():
    house = {"autograd_mini", "nn", "tests", "examples", "docs"}
    papers = {"pyproject.toml", "README.md", "Makefile", "LICENSE", "CHANGELOG.md"} | {
        "CITATION.cff",
        "CONTRIBUTING.md",
        "SECURITY.md",
    }
    made = {"build", "dist", "output"}  # by tools; git ignores them
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__pycache__"))}
    assert house | papers <= found <= house | papers | made


def test_importing_the_engine_loads_the_engine_alone():
    code = "import sys, autograd_mini; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert {"autograd_mini", "numpy"} <= loaded
    assert not loaded & {"pygraphviz", "matplotlib", "tqdm", "pooch", "hypothesis", "pytest", "nn", "scipy"}
