"""What a program's arguments are called in print: a name for each array, and for each list of numbers."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

NUMBER, ARRAY, FIXED = "number", "array", "fixed"
"""What stands in the outline of arguments for what varies, and for what does not."""


class Given(NamedTuple):
    """Numbers that lie in order, or an array: how Python gets at it, a name for it, and its shape (None: an array's)."""

    path: str
    name: str
    shape: tuple[int, ...] | None

    @property
    def is_number(self) -> bool:
        """Whether it is a single number."""
        return self.shape == ()


class Arguments:
    """The arguments of a function, as its source names them.

    heading: what stands between the brackets of its def. given: what varies, in the order in which it is collected.

    >>> def loss(params, x, n=2): ...
    >>> outline = (({"W": [[NUMBER] * 3] * 2, "b": NUMBER}, ARRAY, FIXED), {})
    >>> arguments = Arguments(loss, outline)
    >>> arguments.heading, [(given.path, given.name, given.shape) for given in arguments.given]
    ('params, x, n=None', [("params['W']", 'W', (2, 3)), ("params['b']", 'b', ()), ('x', 'x', None)])
    """

    def __init__(self, f: Callable[..., Any], outline: Any) -> None:
        args, kwargs = outline
        names, self.heading = _signature(f, len(args), kwargs)
        pairs = zip(names, (*args, *kwargs.values()), strict=True)
        self.given = [given for name, x in pairs for given in _given(x, name, name)]


def _signature(f: Any, count: int, kwargs: dict[str, Any]) -> tuple[list[str], str]:
    try:
        parameters = [*inspect.signature(f).parameters.values()]
    except (TypeError, ValueError):  # of some functions written in C
        parameters = []
    by_place = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    rest = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "args")
    further = range(max(0, count - len(by_place)))
    names = [*(p.name for p in by_place[:count]), *(f"{rest}[{i}]" for i in further), *kwargs]
    heading = [p.name if p.default is p.empty else f"{p.name}=None" for p in by_place]
    heading += [f"*{rest}"] if further else []
    others = [name for name in kwargs if name not in {p.name for p in by_place}]
    if others:
        heading += [*([] if further else ["*"]), *others]
    return names, ", ".join(heading)


def _given(x: Any, path: str, name: str) -> Iterator[Given]:
    shape = run_shape(x, lambda part: part == NUMBER)
    if shape is not None or x == ARRAY:
        yield Given(path, name, shape)
    elif isinstance(x, dict):
        for key, part in x.items():
            own = key if isinstance(key, str) and key.isidentifier() else f"{name}_{key}"
            yield from _given(part, f"{path}[{key!r}]", own)
    elif isinstance(x, list | tuple):
        fields = getattr(x, "_fields", None)
        for i, part in enumerate(x):
            if fields is None:
                yield from _given(part, f"{path}[{i}]", f"{name}_{i}")
            else:
                yield from _given(part, f"{path}.{fields[i]}", fields[i])


def run_shape(x: Any, is_leaf: Callable[[Any], bool]) -> tuple[int, ...] | None:
    """The shape of nested lists or tuples of leaves that an array could hold; () of a leaf, None of anything else.

    >>> run_shape([[1, 2, 3], [4, 5, 6]], lambda x: isinstance(x, int)), run_shape([1, [2]], lambda x: isinstance(x, int))
    ((2, 3), None)
    """
    if not isinstance(x, list | tuple):
        return () if is_leaf(x) else None
    shapes = {run_shape(part, is_leaf) for part in x}
    inner = shapes.pop() if len(shapes) == 1 else None
    return None if inner is None or hasattr(x, "_fields") else (len(x), *inner)


class Names:
    """Names, each given once."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._count: dict[str, int] = {}

    def new(self, wish: str) -> str:
        """The name that is wished for, or that with a number behind it."""
        wish = re.sub(r"\W+", "_", wish).strip("_") or "x"
        wish = f"_{wish}" if wish[0].isdigit() else wish
        name, number = wish, 1
        while name in self._taken:
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
