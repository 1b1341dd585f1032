"""What f is given: what varies, in its places among all the rest; and whether the rest stays as it was."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from ...containers import mapped
from ...errors import KindError, brief


class Filling:
    """The arguments in their own nesting, to be filled with other numbers where they vary.

    varies: whether a part of the arguments does. names: of what varies, for people. varying: what stood there.
    changes: which calls changed which argument's constants or containers, as far as `call` saw it.
    """

    def __init__(self, tree: tuple[Any, ...], varies: Callable[[Any, str], bool]) -> None:
        parts = [(name, x) for i, arg in enumerate(tree) for name, x in name_parts(f"argument {i}", arg)]
        found = [(name, x) for name, x in parts if varies(x, name)]
        if not found:
            raise KindError(
                "there is nothing to differentiate by: pass arrays or tensors of float32 or float64, or floats where f "
                "takes them (whole numbers are constants: 1.0, not 1)"
            )
        self.names, self.varying = [name for name, _ in found], [x for _, x in found]
        self.changes: dict[tuple[str, str], None] = {}
        self._varies: Callable[[Any], bool] = lambda x: varies(x, "")
        # Whoever sorts labels in place must not sort those of the caller.
        self._tree = mapped(lambda x: x if self._varies(x) else _copied(x), tree)
        self._watched = [i for i, arg in enumerate(tree) if isinstance(arg, _CONTAINERS) or _may_change(arg)]
        self._watched = [i for i in self._watched if not self._varies(tree[i])]
        kept = [x for i in self._watched for x in _leaves(self._tree[i]) if _may_change(x) and not self._varies(x)]
        self._kept = [(x, _copied(x)) for x in kept]

    def __call__(self, values: Iterable[Any]) -> Any:
        """The arguments with these values in place of what varies."""
        left = iter(values)
        return mapped(lambda x: next(left) if self._varies(x) else x, self._tree)

    def copied(self, values: Iterable[Any]) -> tuple[Any, ...]:
        """The same in memory of their own, as they are now."""
        return tuple(mapped(_copied, self(values)))

    def call(self, who: str, function: Callable[..., Any], values: Iterable[Any], *first: Any) -> Any:
        """What the function says to the arguments with these values; `changes` says what it did to the rest."""
        given = self(values)
        before = [list(_leaves(given[i])) for i in self._watched]
        answer = function(*first, *given)
        for i, leaves in zip(self._watched, before, strict=True):
            now = list(_leaves(given[i]))
            if len(now) != len(leaves) or any(a is not b for a, b in zip(now, leaves, strict=True)):
                self.changes[who, f"argument {i}"] = None
        for i, (x, kept) in enumerate(self._kept):
            if not _is_same(x, kept):
                self.changes[who, self._name(x)] = None
                self._kept[i] = x, _copied(x)  # the next one to call is not to blame
        return answer

    def _name(self, constant: Any) -> str:
        parts = ((name, x) for i in self._watched for name, x in name_parts(f"argument {i}", self._tree[i]))
        return next(name for name, x in parts if x is constant)


_CONTAINERS = dict, list, tuple


def name_parts(name: str, tree: Any) -> Iterator[tuple[str, Any]]:
    """What the nested lists, tuples and dicts hold, each with its name, in the order of `mapped`."""
    if isinstance(tree, _CONTAINERS):
        for key, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from name_parts(f"{name}[{brief(key)}]", part)
    else:
        yield name, tree


def _leaves(tree: Any) -> Iterator[Any]:
    """All that the containers hold, and the keys under which."""
    if isinstance(tree, _CONTAINERS):
        for part in tree.items() if isinstance(tree, dict) else tree:
            yield from _leaves(part)
    else:
        yield tree


def _may_change(x: Any) -> bool:
    return isinstance(x, np.ndarray | set | bytearray)


def _copied(x: Any) -> Any:
    return x.copy() if _may_change(x) else x


def _is_same(x: Any, kept: Any) -> bool:
    if isinstance(x, np.ndarray):
        return bool(x.shape == kept.shape and x.dtype == kept.dtype and x.tobytes() == kept.tobytes())
    return bool(x == kept)
