"""The base of all that has parameters: it finds them, names them and shows the tree it makes."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn, Self

import numpy as np

from autograd_mini import AutogradError, KindError, Tensor, Value, scope

from .arrays import Array
from .interrupts import uninterrupted
from .numbers import boolean
from .predicting import predict
from .pytorch_names import refuse_attribute
from .state import checked

Parameter = Tensor | Value
_Generator = np.random.Generator


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
    _buffers: tuple[str, ...] = ()
    _title: str = ""  # "0: Linear", once the module that it is in has named its parts
    _has_named: bool = False

    def __call__(self, *inputs: Any, **named: Any) -> Any:
        """The output for the inputs, as `forward` computes it.

        On a picture it folds into a box of its path and class, "0: Linear", or of its class alone if it is the whole.
        """
        if not self._has_named:
            self._name_parts()
        with scope(self._title or type(self).__name__):
            return self.forward(*inputs, **named)

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """The output for the inputs; each module writes its own."""
        raise TypeError(f"{type(self).__name__} has no forward(self, x): write one")

    if not TYPE_CHECKING:  # to a type checker a name that is missing is an error already

        def __getattr__(self, name: str) -> NoReturn:
            refuse_attribute(self, name)

    def parameters(self) -> list[Parameter]:
        """Every parameter once, in the order of the attributes."""
        if not self._title:  # else the module around it names them
            return self._name_parts()
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter once, with its path ("0.weight"), the first where it is found at several."""
        return ((path, part) for path, part in _walk(self, set()) if isinstance(part, Parameter))

    def modules(self) -> Iterator["Module"]:
        """This module and every one within it, once each, outermost first."""
        return (module for _, module in self.named_modules())

    def named_modules(self) -> Iterator[tuple[str, "Module"]]:
        """This module and every one within it, once each, outermost first, with its path; "" for this one."""
        return ((path, part) for path, part in _walk(self, set()) if isinstance(part, Module))

    def named_generators(self) -> Iterator[tuple[str, _Generator]]:
        """Every source of randomness once, with its path: what a run needs, beside the state, to go on as it was."""
        return ((path, part) for path, part in _walk(self, set()) if isinstance(part, _Generator))

    def _name_parts(self) -> list[Parameter]:
        """Label the parameters by their paths ("xh.weight"), tell the modules theirs, for pictures; gives the former.

        A label of your own stays; one that is the end of the path ("weight") grows to the whole. Done at the first
        call, and by `parameters()`: only what is made later and drawn before needs it.
        """
        parameters: list[Parameter] = []
        for path, part in _walk(self, set()):
            if isinstance(part, Module):
                part._has_named = True
                if part is not self:
                    part._title = f"{path}: {type(part).__name__}"
            elif isinstance(part, Parameter):
                parameters.append(part)
                if part.label != path and f".{path}".endswith(f".{part.label or path}"):
                    part.label = path
        return parameters

    def register_buffer(self, name: str, array: Any) -> None:
        """Keep a copy of an array as the attribute of that name: state, but no parameter, such as a running mean.

        It is a plain array, to be changed in place or replaced by assignment.

        >>> module = Module()
        >>> module.register_buffer("count", np.array(0))
        >>> module.count += 3
        >>> module.state_dict()
        {'count': array(3)}
        """
        if not isinstance(name, str) or not name.isidentifier():
            raise KindError(f"a buffer has the name of an attribute; got {name!r}")
        if isinstance(array, Parameter):
            raise KindError(f"a buffer is a plain array; got a {type(array).__name__}: assign it, it is a parameter")
        if name not in self._buffers and hasattr(self, name):
            raise KindError(f"{type(self).__name__} has an attribute {name} already: give the buffer a name of its own")
        buffer = np.array(array)
        if buffer.dtype.kind not in "biuf":
            raise KindError(f"a buffer holds numbers; got {name} of {buffer.dtype}")
        self._buffers = tuple(dict.fromkeys((*self._buffers, name)))
        setattr(self, name, buffer)

    def named_buffers(self) -> Iterator[tuple[str, Any]]:
        """Every buffer, with its path ("1.running_mean"): the array itself."""
        return ((path, getattr(module, name)) for path, module, name in self._places_of_buffers())

    def _places_of_buffers(self) -> Iterator[tuple[str, "Module", str]]:
        for path, module in self.named_modules():
            for name in module._buffers:
                yield _join(path, name), module, name

    def state_dict(self) -> dict[str, Array]:
        """{path: array} of all parameters and buffers, copies; a Value is a float64 array of shape ().

        A parameter that several modules share is there once, under its first path, as in `named_parameters`.

        >>> from nn import Linear
        >>> {path: array.shape for path, array in Linear(3, 2).state_dict().items()}
        {'weight': (3, 2), 'bias': (2,)}
        """
        return {path: np.array(data) for path, data in self._kept().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over the numbers of a state, as `state_dict` gives it; what the caller does to its arrays later is not.

        Parameters stay the objects that they are, so an optimizer goes on with them. Raises `StateError` with all
        that is missing, unexpected or of another shape or dtype; then nothing has been loaded.

        >>> from nn import Linear
        >>> one, other = Linear(3, 2, rng=1), Linear(3, 2, rng=2)
        >>> other.load_state_dict(one.state_dict())
        >>> np.array_equal(one.weight, other.weight)
        True
        """
        arrays = checked(state, self._kept(), type(self).__name__)
        parameters, buffers = list(self.named_parameters()), list(self._places_of_buffers())
        with uninterrupted():
            for path, parameter in parameters:
                parameter.data = arrays[path]
            for path, module, name in buffers:
                setattr(module, name, arrays[path])

    def _kept(self) -> dict[str, Any]:
        """The data of all parameters and buffers themselves."""
        kept: dict[str, Any] = {}
        data = ((path, parameter.data) for path, parameter in self.named_parameters())
        for path, array in chain(data, self.named_buffers()):
            if path in kept:
                raise AutogradError(f"two parts of this {type(self).__name__} are called {path}: rename one")
            kept[path] = array
        return kept

    def train(self, mode: bool = True) -> Self:
        """Put this module and all within it in training mode (or, with False, out of it)."""
        mode = boolean("train", "mode", mode)
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Put this module and all within it out of training mode."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget every parameter's gradient."""
        for _, parameter in self.named_parameters():
            parameter.grad = None

    def predict(self, x: Any, *, batch_size: int = 1000) -> Array:
        """The output for the rows of x, (n, ...), as a plain array: out of training mode, and nothing recorded.

        batch_size: how many rows are computed at a time, so that many fit into the memory. Each module's mode is
        afterwards what it was. KindError where the model gives more than one array, ShapeError where those of several
        batches are not one for the rows of each.

        >>> from nn import MLP
        >>> MLP(2, [8], 3, rng=0).predict(np.zeros((5, 2), np.float32)).shape
        (5, 3)
        """
        return predict(self, x, batch_size=batch_size)

    def _held(self) -> dict[str, Any]:
        """What the module holds, by the names that make paths: its attributes; a container gives its items' own."""
        return vars(self)

    def extra_repr(self) -> str:
        """What the module's own line of the repr says in parentheses."""
        return ""

    def _repr_html_(self) -> str:
        """Each part on a line with the number of its parameters, as a notebook shows them."""
        from html import escape

        cell = '<td style="text-align:{};white-space:pre;font-family:monospace;padding:1px 10px">{}</td>'
        rows = ((escape(line), f"{count:,}" if count else "") for line, count in _lines(self))
        cells = (cell.format("left", line) + cell.format("right", count) for line, count in rows)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"

    def __repr__(self) -> str:
        lines = list(_lines(self))
        width = max(len(line) for line, _ in lines)
        return "\n".join(f"{line:<{width}}  {count:>9,}" if count else line for line, count in lines)


Part = Module | Parameter | _Generator
_PARTS = (Tensor, Value, Module, _Generator)


def numbered(module: Module, name: str) -> dict[str, Any]:
    """What a module holds, with the items of its list of that name as "0", "1", … among its attributes."""
    own = vars(module)
    return {str(i): x for i, x in enumerate(own.get(name, ()))} | {key: x for key, x in own.items() if key != name}


def _lines(root: Module) -> Iterator[tuple[str, int]]:
    """A line and a count of parameters for the module, each one within it, and the parameters beside those.

    A module may be met again: a layer used twice, or a parent. Then it has its line alone.
    """
    above: set[int] = set()
    waiting: list[tuple[str, str, Any]] = [("", "", root)]
    while waiting:
        indent, name, part = waiting.pop()
        if isinstance(part, Parameter):
            yield f"{indent}{name}{type(part).__name__}{part.shape}", np.size(part)
            continue
        line = f"{indent}{name}{type(part).__name__}({part.extra_repr()})"
        if id(part) in above:
            yield line, 0
            continue
        yield line, sum(np.size(x) for _, x in _walk(part, set(above)) if isinstance(x, Parameter))
        above.add(id(part))
        parts: list[Any] = []
        own: dict[int, Any] = {}
        for path, x in _children(part):
            if isinstance(x, Module):
                parts.append((indent + "  ", f"({path}) ", x))
            elif isinstance(x, Parameter):
                own.setdefault(id(x), (indent + "  ", f"({path}) ", x))
        if parts:  # else its own parameters are all that it counts
            waiting += reversed([*parts, *own.values()])


def _walk(root: Module, seen: set[int]) -> Iterator[tuple[str, Part]]:
    """All that is in a module, itself first, each once and with its path; none of those seen.

    With a list of those that wait, not by recursion: a chain of modules may be long.
    """
    waiting: list[tuple[str, Part]] = [("", root)]
    while waiting:
        path, part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        yield path, part
        if isinstance(part, Module):
            waiting += reversed([(_join(path, name), child) for name, child in _children(part)])


def every_path(root: Module) -> Iterator[tuple[str, Module, str, Any]]:
    """Each parameter and buffer under all its paths: the path, the module that has it, its name there, and it itself.

    Where `named_parameters` has each once, this has what several modules share as often as it can be reached, but
    never through a module that is within itself.
    """
    waiting: list[tuple[str, Module, frozenset[int]]] = [("", root, frozenset())]
    while waiting:
        path, module, above = waiting.pop()
        above |= {id(module)}
        children = list(_children(module))
        for name, part in children:
            if isinstance(part, Parameter):
                yield _join(path, name), module, name, part
        for name in module._buffers:
            yield _join(path, name), module, name, getattr(module, name)
        within = [(name, part) for name, part in children if isinstance(part, Module) and id(part) not in above]
        waiting += reversed([(_join(path, name), part, above) for name, part in within])


def _children(container: Any, path: str = "", around: frozenset[int] = frozenset()) -> Iterator[tuple[str, Part]]:
    """What a module or container holds of modules, parameters and generators, through lists, tuples and dicts.

    around: the containers that this one is in, for a list may hold itself.
    """
    if id(container) in around:
        return
    held = container._held() if isinstance(container, Module) else container
    for key, item in held.items() if isinstance(held, dict) else enumerate(held):
        if isinstance(item, _PARTS):
            if not (isinstance(item, Parameter) and item.inputs):
                yield _join(path, str(key)), item
        elif isinstance(item, list | tuple | dict):
            yield from _children(item, _join(path, str(key)), around | {id(container)})


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
