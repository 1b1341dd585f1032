"""The base of all that has parameters: it finds them, names them and shows the tree it makes."""

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from autograd_mini import Tensor, Value, scope

Parameter = Tensor | Value


class Module:
    """A part of a network. Assign parameters and modules to attributes and write `forward`.

    Every leaf Tensor or Value found in an attribute, or in a list, tuple or dict there, is a parameter;
    what should not be trained stays a plain array or float.

    >>> from autograd_mini import Tensor
    >>> class Scale(Module):
    ...     def __init__(self):
    ...         self.factor = Tensor([2.0, 3.0])
    ...     def forward(self, x):
    ...         return x * self.factor
    >>> [name for name, _ in Scale().named_parameters()]
    ['factor']
    """

    training: bool = True

    def __call__(self, *inputs: Any) -> Any:
        """The output for the inputs, as `forward` computes it; on a picture it folds into a box of the class' name."""
        with scope(type(self).__name__):
            return self.forward(*inputs)

    def forward(self, *inputs: Any) -> Any:
        """The output for the inputs; each module writes its own."""
        raise TypeError(f"{type(self).__name__} has no forward(self, x): write one")

    def parameters(self) -> list[Parameter]:
        """Every parameter once, in the order of the attributes."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter once, with its path ("0.weight")."""
        return ((path, part) for path, part in _walk(self, "", set()) if not isinstance(part, Module))

    def modules(self) -> Iterator["Module"]:
        """This module and every one within it, once each, outermost first."""
        return (part for _, part in _walk(self, "", set()) if isinstance(part, Module))

    def train(self, mode: bool = True) -> Self:
        """Put this module and all within it in training mode (or, with False, out of it)."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Put this module and all within it out of training mode."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget every parameter's gradient."""
        for parameter in self.parameters():
            parameter.grad = None

    def extra_repr(self) -> str:
        """What the module's own line of the repr says in parentheses."""
        return ""

    def __repr__(self) -> str:
        lines = list(_lines(self, "", "", set()))
        width = max(len(line) for line, _ in lines)
        return "\n".join(f"{line:<{width}}  {count:>9,}" if count else line for line, count in lines)


def _lines(module: Module, name: str, indent: str, above: set[int]) -> Iterator[tuple[str, int]]:
    """A line and a parameter count for the module and each one within it; one that is above already has its line alone.

    above: the modules that have been counted. A module may be met again: a layer used twice, or a parent.
    """
    line = f"{indent}{name}{type(module).__name__}({module.extra_repr()})"
    if id(module) in above:
        yield line, 0
        return
    sizes = [np.size(part) for _, part in _walk(module, "", set(above)) if not isinstance(part, Module)]
    yield line, sum(sizes)
    above.add(id(module))
    for path, part in _children(module, "", set()):
        if isinstance(part, Module):
            yield from _lines(part, f"({path}) ", indent + "  ", above)


def _walk(part: Module | Parameter, path: str, seen: set[int]) -> Iterator[tuple[str, Module | Parameter]]:
    """The modules and parameters in a part, itself first, each once and with its path; none of those seen."""
    if id(part) in seen:
        return
    seen.add(id(part))
    yield path, part
    if isinstance(part, Module):
        for name, child in _children(part, "", set()):
            yield from _walk(child, f"{path}.{name}" if path else name, seen)


def _children(container: Any, path: str, around: set[int]) -> Iterator[tuple[str, Module | Parameter]]:
    """The modules and parameters that a module or container holds, through lists, tuples and dicts.

    around: the containers that this one is in, for a list may hold itself.
    """
    if id(container) in around:
        return
    held = vars(container) if isinstance(container, Module) else container
    for key, item in held.items() if isinstance(held, dict) else enumerate(held):
        name = f"{path}.{key}" if path else str(key)
        if isinstance(item, Module) or (isinstance(item, Parameter) and not item.inputs):
            yield name, item
        elif isinstance(item, list | tuple | dict):
            yield from _children(item, name, around | {id(container)})
