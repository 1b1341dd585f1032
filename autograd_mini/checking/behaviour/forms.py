"""How a function and its gradient behave: shapes, dtypes and memory, layouts, one argument given twice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from ...admission import without_subclass
from ...errors import AutogradError, describe
from ...node import Node
from ...reverse import history
from ..comparing.assumptions import Assumptions
from ..comparing.rounding import is_left_of_ones, measure_rounding
from ..numbers.differences import TRUST
from ..numbers.vectors import Array, copies, draw_like, flat, largest, shape_like, widen
from ..subjects.foreign import Foreign
from ..subjects.subject import Arguments, Recorded, Subject, evaluate, sweep_back, try_value
from ..subjects.trials import Trial, words_of
from ..telling.mistakes import Mistake
from ..telling.patterns import name_shape

_CLOSE = 1e-9  # the same numbers in another order of summation
_CLOSE_IN_SINGLE = 1e-2  # the same in another precision
RANDOM = "is random: two calls with the same arguments differ"  # of f's value, or of the gradient


def check_forms(subject: Subject, args: Arguments, random: np.random.Generator) -> Iterator[Mistake]:
    """Each gradient has its argument's kind, shape and dtype, and memory of its own; nothing given is changed."""
    given = copies(args)
    value = evaluate(subject, given)
    yield from _find_changes("f changes", given, args, subject.names)
    without_subclass(value, "f's value in a check")
    for draw in (random.normal(size=np.size(value)), np.ones(np.size(value))):
        given = copies(args)
        upstream, sent = (shape_like(draw, [value])[0] for _ in range(2))
        with Trial(AutogradError) as trial:
            gradient = subject.pull_back(given, [sent])[0]
        if trial.error is not None:
            yield Mistake(f"f has a value, but its gradient fails: {words_of(trial.error)}")
            return
        everything = [*subject.names, "the upstream gradient"]
        yield from _find_changes("gradient changes", [*given, sent], [*args, upstream], everything)
        misshapen = [
            m for x, g, name in zip(args, gradient, subject.names, strict=True) for m in _find_misshapen(x, g, name)
        ]
        if misshapen:
            yield from misshapen
            return
        arrays = [(g, f"the gradient of {name}") for g, name in zip(gradient, subject.names, strict=True)]
        others = [(sent, "the upstream gradient"), *zip(given, subject.names, strict=True)]
        for i, (g, name) in enumerate(arrays):
            for other, its_name in [*arrays[i + 1 :], *others]:
                if isinstance(g, np.ndarray) and isinstance(other, np.ndarray) and np.shares_memory(g, other):
                    yield Mistake(f"{name} shares memory with {its_name}: return a copy")


def check_rules(subject: Subject, args: Arguments, random: np.random.Generator) -> Iterator[Mistake]:
    """No rule changes the data of a node or the gradient it is handed."""
    if not isinstance(subject, Recorded):
        return
    root = subject.run(copies(args))[0]
    if not isinstance(root, Node):
        return
    nodes = history(root)
    before = copies([node.data for node in nodes])
    upstream = draw_like(root.data, random)
    gradient = sweep_back(root, [root], upstream)[0]
    for node, data in zip(nodes, before, strict=True):
        if not _same(flat([data]), flat([node.data])):
            yield Mistake(f"a derivative changes the data of {node.name}", mode="reverse")
    if not _same(flat([gradient]), flat([upstream])):
        yield Mistake(f"a derivative of {root.name} changes the upstream gradient", mode="reverse")


def check_each_alone(
    subject: Subject, args: Arguments, random: np.random.Generator, assumed: Assumptions
) -> Iterator[Mistake]:
    """Where other frameworks are asked for the gradient of one argument alone, it is that among all of them."""
    if not isinstance(subject, Foreign) or len(args) < 2:
        return
    value = evaluate(subject, args)
    upstream = draw_like(value, random)
    together, each = subject.pull_back(args, [upstream])[0], subject.pull_back_each(args, upstream)
    noise = partial(measure_rounding, subject, args, [upstream], assumed.coarsest)
    what = "differs where it alone is asked for, the other arguments being constants"
    yield from find_differences(what, (value, together), (value, each), subject.names, noise=noise)


def check_single_precision(
    subject: Subject, args: Arguments, random: np.random.Generator, assumed: Assumptions
) -> Iterator[Mistake]:
    """Gradients of float32 arguments are those of the same numbers as float64, to about two digits, kinks aside."""
    wide = widen(args)
    value = evaluate(subject, wide)
    upstream = draw_like(value, random)
    (narrow,) = shape_like(flat([upstream]), [evaluate(subject, args)])
    expected, got = subject.pull_back(wide, [upstream])[0], subject.pull_back(args, [narrow])[0]
    noise = partial(measure_rounding, subject, args, [narrow], assumed.coarsest)
    close = max(_CLOSE_IN_SINGLE, assumed.tolerance)
    what = "differs between float32 and float64"
    yield from find_differences(what, (value, expected), (value, got), subject.names, close, noise)


def check_layouts(
    subject: Subject, args: Arguments, random: np.random.Generator, assumed: Assumptions
) -> Iterator[Mistake]:
    """Arrays laid differently in memory give the same value and the same gradients."""
    value = evaluate(subject, args)
    upstream = draw_like(value, random)
    expected = value, subject.pull_back(args, [upstream])[0]
    noise = partial(measure_rounding, subject, args, [upstream], assumed.coarsest)
    close = max(_CLOSE, assumed.tolerance)
    for name, layout in _LAYOUTS.items():
        *laid, sent = (layout(x) if np.ndim(x) else x for x in (*args, upstream))
        with Trial() as trial:
            got = subject.value(laid), subject.pull_back(laid, [sent])[0]
        if trial.error is not None:
            yield Mistake(f"fails where its arrays are {name}: {words_of(trial.error)}")
            continue
        what = "differs where arrays lie otherwise in memory"
        for mistake in find_differences(what, expected, got, subject.names, close, noise):
            yield replace(mistake, hint=name)
    yield from _check_spread(subject, args, value, assumed)


def _check_spread(subject: Subject, args: Arguments, value: Any, assumed: Assumptions) -> Iterator[Mistake]:
    """Through a sum there comes one number at all places, with strides of 0, and not an array of as many."""
    (ones,) = shape_like(np.ones(np.size(value)), [value])
    if np.ndim(ones) == 0:
        return
    spread = as_strided(ones.ravel()[:1], ones.shape, (0,) * ones.ndim)
    hint = "the upstream gradient is one number spread over its shape, with strides of 0"
    with Trial() as trial:
        one_by_one, at_once = [subject.pull_back(args, [upstream])[0] for upstream in (ones, spread)]
    if trial.error is not None:
        yield Mistake(f"fails where {hint}: {words_of(trial.error)}")
        return
    what, close = "differs where arrays lie otherwise in memory", max(_CLOSE, assumed.tolerance)
    noise = partial(measure_rounding, subject, args, [ones], assumed.coarsest)
    for mistake in find_differences(what, (value, one_by_one), (value, at_once), subject.names, close, noise):
        yield replace(mistake, hint=hint)


def check_shared_arguments(
    subject: Subject, args: Arguments, random: np.random.Generator, assumed: Assumptions
) -> Iterator[Mistake]:
    """Where one array is given for two arguments, its gradient is the sum of both."""
    for i, x in enumerate(args):
        for k in range(i + 1, len(args)):
            if np.shape(x) != np.shape(args[k]) or type(x) is not type(args[k]):
                continue
            apart = [*args[:k], *copies([x]), *args[k + 1 :]]
            together = [*args]
            together[i] = together[k] = subject.wrap(x)
            value = try_value(subject, apart)
            if value is None or not np.all(np.isfinite(value)):  # f(x, x) may be outside f's domain
                continue
            upstream = draw_like(value, random)
            parts = list(subject.pull_back(apart, [upstream])[0])
            if isinstance(together[i], Node):
                parts[i] = parts[k] = parts[i] + parts[k]
            got = subject.value(together), subject.pull_back(together, [upstream])[0]
            what = f"differs where {subject.names[i]} is also given as {subject.names[k]}"
            noise = partial(measure_rounding, subject, apart, [upstream], assumed.coarsest)
            close = max(_CLOSE, assumed.tolerance)
            yield from find_differences(what, (value, tuple(parts)), got, subject.names, close, noise)


def find_differences(
    what: str,
    expected: tuple[Any, Any],
    got: tuple[Any, Any],
    names: list[str],
    close: float = _CLOSE,
    noise: Callable[[], tuple[Array, Array]] = lambda: (np.zeros(1), np.zeros(1)),
) -> Iterator[Mistake]:
    """Mistakes where a value or gradients are not those expected: of each the worst element.

    close: relative to the largest; 0 for the same numbers. noise: the `measure_rounding` values and gradients.
    """
    pairs: list[tuple[str, str | None, Any, Any]] = [("f's value", None, expected[0], got[0])]
    pairs += [("the gradient", name, x, y) for x, y, name in zip(expected[1], got[1], names, strict=True)]
    for whose, name, x, y in pairs:
        pair = flat([x]), flat([y])
        if np.shape(x) != np.shape(y):
            yield Mistake(f"{whose} {what}", name, expected=f"shape {np.shape(x)}", got=f"shape {np.shape(y)}")
        elif not _same(*pair, close):
            values, gradients = noise()
            if _same(*pair, close, TRUST * largest(values if name is None else gradients)):
                continue
            off = np.nan_to_num(np.abs(np.subtract(x, y, dtype=np.float64)), nan=np.inf)
            if close > 0.0 and np.all(is_left_of_ones(off, np.asarray(x))):
                continue
            worst = tuple(map(int, np.unravel_index(np.argmax(off), off.shape)))
            numbers = float(np.asarray(x)[worst]), float(np.asarray(y)[worst])
            yield Mistake(f"{whose} {what}", name, worst, None, *numbers)


def _find_misshapen(x: Any, g: Any, name: str) -> Iterator[Mistake]:
    want = f"an array of {x.dtype} of shape {x.shape}" if isinstance(x, np.ndarray) else "a number"
    if isinstance(g, np.ndarray) and type(g) is not np.ndarray and not isinstance(g, np.memmap):
        have = f"a {type(g).__name__}, whose products or sums are not those of an array"
        yield Mistake("wrong kind of the gradient", name, expected=want, got=have, mode="reverse")
        return
    if isinstance(g, np.ndarray | np.generic):
        have = f"an array of {g.dtype} of shape {g.shape}"
    else:
        have = "a number" if isinstance(g, float | int) else describe(g)
    right = isinstance(g, np.ndarray | np.generic | float | int) and np.shape(g) == np.shape(x)
    if isinstance(x, np.ndarray):
        right = right and (np.ndim(x) == 0 or isinstance(g, np.ndarray)) and np.asarray(g).dtype == x.dtype
    if not right:
        hint = name_shape(np.shape(x), np.shape(g)) if isinstance(g, np.ndarray | np.generic | float | int) else ""
        what = "wrong shape or dtype of the gradient"
        yield Mistake(what, name, expected=want, got=have, mode="reverse", hint=hint)


def _find_changes(what: str, given: Sequence[Any], kept: Sequence[Any], names: list[str]) -> Iterator[Mistake]:
    for x, before, name in zip(given, kept, names, strict=True):
        if not _same(flat([x]), flat([before])):
            yield Mistake(what, name)


def _same(a: Array, b: Array, close: float = 0.0, noise: float = 0.0) -> bool:
    """The same numbers, nan and inf in the same places; close: relative to the largest."""
    if close == noise == 0.0:
        return np.array_equal(a, b, equal_nan=True)
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return False
    finite = np.isfinite(a)
    return bool(np.all(np.abs(a[finite] - b[finite]) <= close * largest(a) + noise))


def _read_only(a: Array) -> Array:
    copy = a.copy()
    copy.flags.writeable = False
    return copy


_LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "in Fortran order": lambda a: np.array(a, order="F"),
    "transposed in memory": lambda a: a.T.copy().T,
    "with negative strides": lambda a: np.flip(np.flip(a).copy()),
    "not contiguous": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "a part of a larger array": lambda a: np.pad(a, 1)[(slice(1, -1),) * a.ndim],
    "read-only": _read_only,
}
