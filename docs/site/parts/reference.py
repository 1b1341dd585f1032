"""The reference: what a module hands on, each with its signature and its docstring, which is Markdown."""

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Reference(SphinxDirective):
    """```{reference} nn``` lists the public names of a module; below it, one a line, those to list where not all."""

    has_content = True
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """A heading-less entry for each."""
        module = importlib.import_module(self.arguments[0])
        names = [line.strip() for line in self.content if line.strip()] or module.__all__
        lines = [f"```{{py:module}} {self.arguments[0]}", "```", ""]
        for name in names:
            lines += [*_entry(name, getattr(module, name)), ""]
        found = nodes.container()
        self.state.nested_parse(StringList(lines, source=self.arguments[0]), 0, found)
        return found.children


def _entry(name: str, thing: Any, fence: str = "`````") -> Iterator[str]:
    """The lines of a directive that describes it; methods within the class."""
    kind = "class" if inspect.isclass(thing) else "function" if callable(thing) else "data"
    yield f"{fence}{{py:{kind}}} {name}{_signature(thing) if kind != 'data' else ''}"
    yield ""
    yield from _marked_up(inspect.getdoc(thing) or "")
    if inspect.isclass(thing):
        for method, function in vars(thing).items():
            if not method.startswith("_") and inspect.isfunction(function) and inspect.getdoc(function):
                yield f"{fence[1:]}{{py:method}} {method}{_signature(function, bound=True)}"
                yield ""
                yield from _marked_up(inspect.getdoc(function) or "")
                yield fence[1:]
                yield ""
    yield fence


def _signature(thing: Any, *, bound: bool = False) -> str:
    """The parameters with their defaults; types stand in words, in the docstring."""
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return "()"
    parameters = [
        p.replace(annotation=inspect.Parameter.empty, default=_Named(p.default) if _is_named(p.default) else p.default)
        for p in signature.parameters.values()
    ]
    return str(inspect.Signature(parameters[1:] if bound else parameters))


def _is_named(default: Any) -> bool:
    return default is not inspect.Parameter.empty and hasattr(default, "__name__")


class _Named:
    """A function or class as a default: its name, for its repr is an address."""

    def __init__(self, thing: Any) -> None:
        self._name = thing.__name__

    def __repr__(self) -> str:
        return self._name


def _marked_up(docstring: str) -> Iterator[str]:
    """The docstring, its examples as code."""
    for paragraph in docstring.split("\n\n"):
        if paragraph.lstrip().startswith(">>>"):
            yield from ("```python", *paragraph.splitlines(), "```", "")
        else:
            yield from (*paragraph.splitlines(), "")


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directive known."""
    app.add_directive("reference", Reference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
