"""The base of all that has parameters: it finds them, names them and shows the tree it makes."""

from collections.abc import Iterator
from typing import Any, Self

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
        seen: set[int] = set()
        for path, part in _walk(self, ""):
            if not isinstance(part, Module) and id(part) not in seen:
                seen.add(id(part))
                yield path, part

    def modules(self) -> Iterator["Module"]:
        """This module and every one within it, once each, outermost first."""
        seen: set[int] = set()
        for _, part in _walk(self, ""):
            if isinstance(part, Module) and id(part) not in seen:
                seen.add(id(part))
                yield part

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
        lines = list(_lines(self, "", ""))
        width = max(len(line) for line, _ in lines)
        return "\n".join(f"{line:<{width}}  {count:>9,}" if count else line for line, count in lines)


def _size(module: Module) -> int:
    return sum(parameter.data.size if isinstance(parameter, Tensor) else 1 for parameter in module.parameters())


def _lines(module: Module, name: str, indent: str) -> Iterator[tuple[str, int]]:
    """A line and a parameter count for the module and each one within it."""
    yield f"{indent}{name}{type(module).__name__}({module.extra_repr()})", _size(module)
    for path, part in _children(vars(module), ""):
        if isinstance(part, Module):
            yield from _lines(part, f"({path}) ", indent + "  ")


def _walk(part: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The modules and parameters in a part, itself first, each with its path."""
    yield path, part
    if isinstance(part, Module):
        for name, child in _children(vars(part), ""):
            yield from _walk(child, f"{path}.{name}" if path else name)


def _children(container: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The modules and parameters that a container holds, through lists, tuples and dicts."""
    items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, item in items:
        name = f"{path}.{key}" if path else str(key)
        if isinstance(item, Module) or (isinstance(item, Parameter) and not item.inputs):
            yield name, item
        elif isinstance(item, list | tuple | dict):
            yield from _children(item, name)
