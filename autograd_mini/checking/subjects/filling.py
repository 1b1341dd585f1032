"""What f is given: what varies, in its places among all the rest; and whether the rest stays as it was."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ...containers import mapped, paths
from ...errors import KindError


class Filling:
    """The arguments in their own nesting, to be filled with other numbers where they vary.

    varies: whether a part of the arguments does. take: makes of what varies a float, or an array of its own. give:
    makes of such a one what f is given. names: of what varies, for people. varying: what stood there, taken.
    changes: which calls changed which argument's constants or containers, as far as `call` saw it.
    """

    def __init__(
        self,
        tree: tuple[Any, ...],
        varies: Callable[[Any, str], bool],
        take: Callable[[Any], Any],
        give: Callable[[Any], Any] = lambda x: x,
    ) -> None:
        parts = [(name, x) for i, arg in enumerate(tree) for name, x in name_parts(f"argument {i}", arg)]
        found = [(name, x) for name, x in parts if varies(x, name)]
        if not found:
            got = ", ".join(dict.fromkeys(_kind_of(x) for _, x in parts)) or "no arguments"
            raise KindError(
                "there is nothing to differentiate by: pass arrays or tensors of float32 or float64, or floats where f "
                f"takes them (whole numbers are constants: 1.0, not 1); got {got}"
            )
        self.names, self.varying = [name for name, _ in found], [take(x) for _, x in found]
        self.changes: dict[tuple[str, str], None] = {}
        self._give = give
        self._varies: Callable[[Any], bool] = lambda x: varies(x, "")
        # Whoever sorts labels in place must not sort those of the caller.
        self._tree = mapped(lambda x: x if self._varies(x) else _copied(x), tree)
        constants = [i for i, arg in enumerate(tree) if _may_change(arg) and not self._varies(arg)]
        self._watched = [*constants, *(i for i, arg in enumerate(tree) if isinstance(arg, _CONTAINERS))]
        kept = [x for i in self._watched for x in _leaves(self._tree[i]) if _may_change(x) and not self._varies(x)]
        self._kept = [(x, _copied(x)) for x in kept]

    def __call__(self, values: Iterable[Any]) -> Any:
        """The arguments with these values in place of what varies."""
        left = iter(values)
        return mapped(lambda x: next(left) if self._varies(x) else x, self._tree)

    def copied(self, values: Iterable[Any]) -> tuple[Any, ...]:
        """What f is given for these values, in memory of its own, as it is now."""
        return tuple(mapped(_copied, self(map(self._give, values))))

    def call(self, who: str, function: Callable[..., Any], values: Iterable[Any], *first: Any) -> Any:
        """What the function says to the arguments with these values; `changes` says what it did to the rest."""
        given = self(values)
        before = [list(_leaves(given[i])) for i in self._watched]
        try:
            answer = function(*first, *given)
        except StopIteration as error:  # which would end a loop that asks for it, as if all was well
            raise RuntimeError(f"{who} raised {error!r}") from error
        for i, leaves in zip(self._watched, before, strict=True):
            now = list(_leaves(given[i]))
            if len(now) != len(leaves) or any(a is not b for a, b in zip(now, leaves, strict=True)):
                self.changes[who, f"argument {i}, what the {type(given[i]).__name__} holds"] = None
        for i, (x, kept) in enumerate(self._kept):
            if not _is_same(x, kept):
                self.changes[who, f"{self._name(x)}, which does not vary"] = None
                self._kept[i] = x, _copied(x)  # the next one to call is not to blame
        return answer

    def _name(self, constant: Any) -> str:
        parts = ((name, x) for i in self._watched for name, x in name_parts(f"argument {i}", self._tree[i]))
        return next(name for name, x in parts if x is constant)


_CONTAINERS = dict, list, tuple


def name_parts(name: str, tree: Any) -> Iterator[tuple[str, Any]]:
    """What the nested lists, tuples and dicts hold, each with its name."""
    parts: list[Any] = []
    mapped(parts.append, tree)
    return zip(paths(tree, name), parts, strict=True)


def _leaves(tree: Any) -> Iterator[Any]:
    """All that the containers hold, and the keys under which."""
    if isinstance(tree, _CONTAINERS):
        for part in tree.items() if isinstance(tree, dict) else tree:
            yield from _leaves(part)
    else:
        yield tree


def _kind_of(x: Any) -> str:
    """The type, of arrays that of their elements, in words."""
    dtype = getattr(x, "dtype", None)
    return type(x).__name__ if dtype is None else f"{type(x).__name__} of {dtype}"


def _may_change(x: Any) -> bool:
    return isinstance(x, np.ndarray | set | bytearray)


def _copied(x: Any) -> Any:
    return x.copy() if _may_change(x) else x


def _is_same(x: Any, kept: Any) -> bool:
    if isinstance(x, np.ndarray):
        return bool(x.shape == kept.shape and x.dtype == kept.dtype and x.tobytes() == kept.tobytes())
    return bool(x == kept)
