"""How a function and its gradient behave: shapes, memory, upstream gradients, layouts, one argument given twice."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..containers import leaf
from ..node import Node, data_of
from ..sweep import history
from .elsewhere import LAYOUTS, RECORDED_LAYOUTS
from .report import Mistake
from .subjects import Recorded, Subject, outcome, pulled
from .vectors import Array, flat, largest, places, shaped, units

_CLOSE = 1e-9  # the same numbers in another order of summation


def forms(subject: Subject, args: Sequence[Any], names: list[str], random: np.random.Generator) -> Iterator[Mistake]:
    """Each gradient has its argument's kind, shape and dtype, and memory of its own; nothing given is changed."""
    given, kept = _copies(args), _copies(args)
    value = outcome(subject, given)
    yield from _changed("f changes", given, kept, names)
    if not _same(flat([value]), flat([outcome(subject, _copies(args))])):
        yield Mistake("f gives another value when it is called again: what is random has no gradient to check")
    for draw in (random.normal(size=np.size(value)), np.ones(np.size(value))):
        given = _copies(args)
        upstream, sent = (shaped(draw, [value])[0] for _ in range(2))
        gradient = subject.reverse(given, [sent])[0]
        yield from _changed("gradient changes", [*given, sent], [*kept, upstream], [*names, "the upstream gradient"])
        for x, g, name in zip(args, gradient, names, strict=True):
            yield from _misshapen(x, g, name)
        arrays = [(g, f"the gradient of {name}") for g, name in zip(gradient, names, strict=True)]
        others = [(sent, "the upstream gradient"), *zip(given, names, strict=True)]
        for i, (g, name) in enumerate(arrays):
            for other, its_name in [*arrays[i + 1 :], *others]:
                if isinstance(g, np.ndarray) and isinstance(other, np.ndarray) and np.shares_memory(g, other):
                    yield Mistake(f"{name} shares memory with {its_name}: return a copy")


def recorded_memory(subject: Recorded, args: Sequence[Any], random: np.random.Generator) -> Iterator[Mistake]:
    """No rule changes the data of a node or the gradient it is handed."""
    leaves = [leaf(x) for x in args]
    root = subject.f(*leaves)
    for i, (x, node) in enumerate(zip(args, leaves, strict=True)):
        if not _same(flat([x]), flat([node.data])):
            yield Mistake("f changes its input", f"argument {i}")
    if not isinstance(root, Node):
        return
    nodes = history(root)
    before = _copies([node.data for node in nodes])
    (upstream,) = shaped(random.normal(size=np.size(root.data)), [root.data])
    gradient = pulled(root, [root], upstream)[0]
    for node, data in zip(nodes, before, strict=True):
        if not _same(flat([data]), flat([node.data])):
            yield Mistake(f"a derivative changes the data of {node.name}", mode="reverse")
    if not _same(flat([gradient]), flat([upstream])):
        yield Mistake(f"a derivative of {root.name} changes the upstream gradient", mode="reverse")


def upstreams(
    subject: Subject, args: Sequence[Any], names: list[str], random: np.random.Generator
) -> Iterator[Mistake]:
    """The gradient is linear in the upstream gradient: u ↦ Jᵀu, whatever u's size and signs, and 0 for 0."""
    value = outcome(subject, args)
    x, size = flat(args), np.size(value)
    rows = np.array([flat(g) for g in subject.reverse(args, [u[0] for u in units([value])])]).reshape(size, x.size)
    natural = largest(flat([value])) / np.min(np.abs(x), where=x != 0.0, initial=1.0)
    normal = random.normal(size=size)
    draws = {"random": normal, "large negative": -1e3 * np.abs(normal), "small": 1e-3 * normal, "zero": 0.0 * normal}
    for name, draw in draws.items():
        got = flat(subject.reverse(args, shaped(draw, [value]))[0])
        with np.errstate(all="ignore"):
            expected = draw @ rows
            allowed = 1e-8 * largest(np.abs(draw) @ np.abs(rows)) + 1e-12 * largest(draw) * natural
            off = np.where(np.isnan(expected), 0.0, np.abs(got - expected))
        if x.size and not np.max(off) <= allowed:
            worst = int(np.argmax(off))
            argument, at = places(args, names)[worst]
            what = f"not linear in the upstream gradient (a {name} one)"
            yield Mistake(what, argument, at, None, float(expected[worst]), float(got[worst]), mode="reverse")


def layouts(subject: Subject, args: Sequence[Any], names: list[str], random: np.random.Generator) -> Iterator[Mistake]:
    """Arrays laid differently in memory give the same value and the same gradients."""
    value = outcome(subject, args)
    (upstream,) = shaped(random.normal(size=np.size(value)), [value])
    expected = value, subject.reverse(args, [upstream])[0]
    for name, layout in (RECORDED_LAYOUTS if isinstance(subject, Recorded) else LAYOUTS).items():
        try:
            if isinstance(subject, Recorded):
                nodes: list[Any] = [layout(x) if np.ndim(x) else leaf(x) for x in args]
                root = subject.f(*nodes)
                got = data_of(root), pulled(root, nodes, upstream)
            else:
                laid, sent = _laid(args, layout), _laid([upstream], layout)[0]
                got = subject.value(laid), subject.reverse(_laid(args, layout), [sent])[0]
        except Exception as error:
            yield Mistake(f"fails where its arrays are {name}: {type(error).__name__}: {error}")
            continue
        yield from _differing(f"differs where arrays are {name}", expected, got, names)


def twice(subject: Subject, args: Sequence[Any], names: list[str], random: np.random.Generator) -> Iterator[Mistake]:
    """Where one array is given for two arguments, its gradient is the sum of both."""
    for i, x in enumerate(args):
        for k in range(i + 1, len(args)):
            if np.shape(x) != np.shape(args[k]) or type(x) is not type(args[k]):
                continue
            apart = [*args[:k], _copies([x])[0], *args[k + 1 :]]
            together = [*args[:k], x, *args[k + 1 :]]
            try:
                value = outcome(subject, apart)
                if not np.all(np.isfinite(value)):
                    continue
            except Exception:  # f(x, x) may be outside f's domain
                continue
            (upstream,) = shaped(random.normal(size=np.size(value)), [value])
            parts = list(subject.reverse(apart, [upstream])[0])
            if isinstance(subject, Recorded):
                nodes = [leaf(a) for a in args]
                nodes[k] = nodes[i]
                root = subject.f(*nodes)
                parts[i] = parts[k] = parts[i] + parts[k]
                got = data_of(root), pulled(root, nodes, upstream)
            else:
                got = subject.value(together), subject.reverse(together, [upstream])[0]
            what = f"differs where {names[i]} is also given as {names[k]}"
            yield from _differing(what, (value, tuple(parts)), got, names)


def single_precision(
    subject: Subject, args: Sequence[Any], names: list[str], random: np.random.Generator
) -> Iterator[Mistake]:
    """Gradients of float32 arguments are those of the same numbers as float64, to about two digits, kinks aside."""
    wide = [np.asarray(x, np.float64) if isinstance(x, np.ndarray) else x for x in args]
    value = outcome(subject, wide)
    (upstream,) = shaped(random.normal(size=np.size(value)), [value])
    narrow = shaped(flat([upstream]), [outcome(subject, args)])[0]
    expected, got = subject.reverse(wide, [upstream])[0], subject.reverse(args, [narrow])[0]
    yield from _differing("differs between float32 and float64", (value, expected), (value, got), names, 1e-2)


def _differing(
    what: str, expected: tuple[Any, Any], got: tuple[Any, Any], names: list[str], close: float = _CLOSE
) -> Iterator[Mistake]:
    """Mistakes where a value or gradients are not those expected: of each the worst element."""
    pairs: list[tuple[str, str | None, Any, Any]] = [("f's value", None, expected[0], got[0])]
    pairs += [("the gradient", name, x, y) for x, y, name in zip(expected[1], got[1], names, strict=True)]
    for whose, name, x, y in pairs:
        if np.shape(x) != np.shape(y):
            yield Mistake(f"{whose} {what}", name, expected=f"shape {np.shape(x)}", got=f"shape {np.shape(y)}")
        elif not _same(flat([x]), flat([y]), close):
            with np.errstate(all="ignore"):
                off = np.nan_to_num(np.abs(np.subtract(x, y, dtype=np.float64)), nan=np.inf)
            worst = tuple(map(int, np.unravel_index(np.argmax(off), off.shape)))
            numbers = float(np.asarray(x)[worst]), float(np.asarray(y)[worst])
            yield Mistake(f"{whose} {what}", name, worst, None, *numbers)


def _misshapen(x: Any, g: Any, name: str) -> Iterator[Mistake]:
    want = f"an array of {x.dtype} of shape {x.shape}" if isinstance(x, np.ndarray) else "a number"
    if isinstance(g, np.ndarray | np.generic):
        have = f"an array of {g.dtype} of shape {g.shape}"
    else:
        have = "a number" if isinstance(g, float | int) else f"{type(g).__name__} {g!r}"
    right = isinstance(g, np.ndarray | np.generic | float | int) and np.shape(g) == np.shape(x)
    if isinstance(x, np.ndarray):
        right = right and (np.ndim(x) == 0 or isinstance(g, np.ndarray)) and np.asarray(g).dtype == x.dtype
    if not right:
        yield Mistake("wrong shape or dtype of the gradient", name, expected=want, got=have, mode="reverse")


def _changed(what: str, given: Sequence[Any], kept: Sequence[Any], names: list[str]) -> Iterator[Mistake]:
    for x, before, name in zip(given, kept, names, strict=True):
        if not _same(flat([x]), flat([before])):
            yield Mistake(what, name)


def _same(a: Array, b: Array, close: float = 0.0) -> bool:
    """The same numbers, nan and inf in the same places; close: relative to the largest."""
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return False
    finite = np.isfinite(a)
    largest = np.max(np.abs(a[finite]), initial=0.0)
    return bool(np.all(np.abs(a[finite] - b[finite]) <= close * largest))


def _copies(parts: Sequence[Any]) -> list[Any]:
    return [x.copy() if isinstance(x, np.ndarray) else x for x in parts]


def _laid(parts: Sequence[Any], layout: Callable[[Array], Array]) -> list[Any]:
    return [layout(x) if np.ndim(x) else x for x in parts]
