"""What a program's arguments are called in print: a name for each array, and for each list of numbers."""

import re
from collections.abc import Callable, Iterator
from keyword import iskeyword
from typing import Any, NamedTuple

from ...errors import KindError
from ..running.signature import Array, Entries, Items, Nesting, Number, Numbers
from ..tracing.naming import argument_names, placed
from .literals import quoted


class Given(NamedTuple):
    """Numbers that lie in order, or an array: how Python gets at it, its name and shape (None of an array)."""

    path: str
    name: str
    shape: tuple[int, ...] | None

    @property
    def is_number(self) -> bool:
        """Whether it is a single number."""
        return self.shape == ()


class Arguments:
    """The arguments of a function, as its source names them.

    names: of the parameters. heading: what stands between the brackets of its def. given: what varies, in the order in
    which it is collected.

    >>> from autograd_mini.compiling.running.signature import layout
    >>> def loss(params, x, n=2): ...
    >>> arguments = Arguments(loss, layout((({"W": [[1.0, 2.0], [3.0, 4.0]], "b": 0.5}, 3.0, 2), {})))
    >>> arguments.heading, [(given.path, given.name, given.shape) for given in arguments.given]
    ('params, x, n=None', [('params["W"]', 'W', (2, 2)), ('params["b"]', 'b', ()), ('x', 'x', ())])
    """

    def __init__(self, f: Callable[..., Any], nesting: Nesting) -> None:
        args, kwargs = _parts(nesting)
        keys = kwargs.keys if isinstance(kwargs, Entries) else []
        given = [*_parts(args), *_parts(kwargs)]
        names, self.names, self.heading = _signature(f, len(given) - len(keys), keys)
        self.given = [found for name, x in zip(names, given, strict=True) for found in _given(x, name, name)]


def _parts(nesting: Nesting) -> list[Nesting]:
    """What a container holds."""
    if isinstance(nesting, Numbers):
        return [Number()] * nesting.count
    return nesting.parts if isinstance(nesting, Items | Entries) else []


def _signature(f: Any, count: int, kwargs: list[str]) -> tuple[list[str], set[str], str]:
    by_place, rest = placed(f)
    has_further = count > len(by_place)
    heading = [p.name if p.default is p.empty else f"{p.name}=None" for p in by_place]
    heading += [f"*{rest}"] if has_further else []
    own = {p.name for p in by_place}
    others = [name for name in kwargs if name not in own]
    for name in others:
        if not name.isidentifier() or iskeyword(name):
            raise KindError(f"no source can have an argument of the name {name!r}: call it what Python can call it")
    if others:
        heading += [*([] if has_further else ["*"]), *others]
    return argument_names(f, count, kwargs), {*own, rest, *kwargs}, ", ".join(heading)


def _given(x: Nesting, path: str, name: str) -> Iterator[Given]:
    shape = shape_of_numbers(x)
    if shape is not None or isinstance(x, Array):
        yield Given(path, name, shape)
    elif isinstance(x, Entries):
        for key, part in zip(x.keys, x.parts, strict=True):
            own = key if isinstance(key, str) and key.isidentifier() else f"{name}_{key}"
            yield from _given(part, f"{path}[{quoted(key)}]", own)
    elif isinstance(x, Items):
        fields = getattr(x.kind, "_fields", None)
        for i, part in enumerate(x.parts):
            if fields is None:
                yield from _given(part, f"{path}[{i}]", f"{name}_{i}")
            else:
                yield from _given(part, f"{path}.{fields[i]}", fields[i])


def shape_of_numbers(x: Nesting) -> tuple[int, ...] | None:
    """The shape of nested lists or tuples of numbers that an array could hold; () of one number, None of what has none.

    >>> from autograd_mini.compiling.running.signature import layout
    >>> shape_of_numbers(layout([[1.0, 2.0], [3.0, 4.0]])), shape_of_numbers(layout([1.0, [2.0]]))
    ((2, 2), None)
    """
    if isinstance(x, Number):
        return ()
    if isinstance(x, Numbers):
        return (x.count,)
    if not isinstance(x, Items) or not x.parts or hasattr(x.kind, "_fields"):
        return None
    shapes = {shape_of_numbers(part) for part in x.parts}
    inner = shapes.pop() if len(shapes) == 1 else None
    return None if inner is None else (len(x.parts), *inner)


class Names:
    """Names, each given once."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._count: dict[str, int] = {}

    def new(self, wish: str) -> str:
        """The name that is wished for, or that with a number behind it."""
        wish = re.sub(r"\W+", "_", wish).strip("_") or "x"
        wish = re.sub(r"^(\d+)_*(.+)", r"\2\1", wish)  # 0.weight is weight0
        wish = f"_{wish}" if wish[0].isdigit() else wish
        name, number = wish, 1
        while name in self._taken or iskeyword(name):
            number += 1
            name = f"{wish}{'_' * wish[-1].isdigit()}{number}"
        self._taken.add(name)
        return name

    def numbered(self, letter: str) -> str:
        """The letter with the next number behind it: h1, h2, …"""
        while True:
            self._count[letter] = self._count.get(letter, 0) + 1
            name = f"{letter}{self._count[letter]}"
            if name not in self._taken:
                self._taken.add(name)
                return name
