"""Points that share something with the given one, which a cache may take for the whole of it."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..comparing.assumptions import Assumptions
from ..comparing.rounding import vary_last_places
from ..numbers.differences import TRUST
from ..numbers.vectors import Array, bits_of, draw_like, flat, largest, name_elements, shape_like
from ..points import FIRST
from ..subjects.subject import Arguments, Subject, jacobian, try_value
from ..subjects.trials import Trial
from ..telling.mistakes import Mistake

_NEAR = 1e-2, 1e-3, 1e-4, 1e-5, 1e-6  # of the largest element
_COARSE = 1e-4  # of f's value: a change that no rounding hides, in single precision neither
_STEPS = 24.0
_SMOOTH = 100.0  # times the roughness of f
_FAR = 64.0  # times a step
_DIGITS = 20  # binary ones
_FURTHER = 2.0**-46  # of each number: 64 last places, too far to come back to it by moving the last
_JUMP = 1e-6  # of the largest derivative


def find_suspects(subject: Subject, args: Arguments, random: np.random.Generator) -> Iterator[tuple[str, list[Any]]]:
    """Neighbours of a point at which the gradient of an argument is the same to the last bit, with a name for each.

    That of a linear function is so rightly; else it is another point's. args: of all numbers, where no kinks meet.
    """
    args = shape_like(np.concatenate([_shorten(x) for x in args]), args)
    upstream = draw_like(subject.value(args), random)
    known = bits_of(subject.pull_back(args, [upstream])[0])
    for where, neighbour in _draw_neighbours(args, random):
        value = try_value(subject, neighbour)
        if value is None or np.shape(value) != np.shape(upstream) or not np.all(np.isfinite(value)):
            continue
        found = known  # where the gradient fails, which the comparison tells
        with Trial():
            subject.pull_back(args, [upstream])  # again, for whoever remembers no more than the last one
            found = bits_of(subject.pull_back(neighbour, [upstream])[0])
        if any(here and here == there for here, there in zip(found, known, strict=True)):
            yield where, neighbour


def find_jump(subject: Subject, args: Arguments, where: str, assumed: Assumptions) -> Iterator[Mistake]:
    """A Mistake where a suspect's gradient is another one a little further: this point's own, that is."""
    (upstream,) = shape_like(np.ones(np.size(subject.value(args))), [subject.value(args)])
    further = shape_like(flat(args) * (1.0 + _FURTHER), args)
    here, there = (flat(subject.pull_back(x, [upstream])[0]) for x in (args, further))
    off = np.nan_to_num(np.abs(here - there), nan=0.0, posinf=0.0)
    rounding = vary_last_places(subject, further, [upstream], assumed.coarsest)[1][0]
    if np.any(off > np.maximum(_JUMP * largest(there), TRUST * rounding)):
        worst = int(np.argmax(off - TRUST * rounding))
        name, index = name_elements(args, subject.names)[worst]
        what = "the gradient is that of another point, which is remembered"
        yield Mistake(what, name, index, None, float(there[worst]), float(here[worst]), mode="reverse", where=where)


def check_steps(
    subject: Subject, args: Arguments, random: np.random.Generator, assumed: Assumptions
) -> Iterator[Mistake]:
    """Where f moves as its gradient says over some way, it moves over a small part of it, too.

    If it does not, it rounds its arguments, or remembers its values for others nearby; by more than the tolerance.
    """
    value, rows, start = flat([subject.value(args)]), jacobian(subject, args), flat(args)
    roughness, size = _measure_roughness(subject, args, random)  # before values nearby are there to be remembered
    for step in (*_NEAR, 1e-7, 1e-8):
        move = step * (largest(start) or 1.0) * random.uniform(0.5, 1.0, start.shape)
        beside = [try_value(subject, shape_like(start + t * move, args)) for t in (1.0, -1.0, _FAR)]
        if any(x is None or np.size(x) != value.size for x in beside):
            continue
        above, below, far = (flat([x]) - value for x in beside)
        promised = rows @ move
        moves = np.abs(far - _FAR * promised) < 0.5 * _FAR * np.abs(promised)
        suspected = (above == 0.0) & (below == 0.0) & moves
        if not np.any(suspected):
            continue
        upstream = shape_like(0.0 * value, [subject.value(args)])
        rounding = vary_last_places(subject, args, upstream, assumed.coarsest)[0]
        unseen = np.maximum(TRUST * rounding, assumed.tolerance * size)
        visible = np.abs(promised) > np.maximum(np.minimum(_COARSE * size, _SMOOTH * roughness), unseen)
        for j in np.flatnonzero(suspected & visible):
            what = f"f gives the same value for arguments {step:.0e} apart: it rounds them, or remembers others"
            yield Mistake(what, expected=float(value[j] + promised[j]), got=float(value[j]))
            return


def _measure_roughness(subject: Subject, args: Arguments, random: np.random.Generator) -> tuple[Array, Array]:
    """How rough each number of f's value is over large steps, and how large: a smooth one has no sixth differences.

    What rounds its arguments is rough; what remembers values gives true ones where it was not called before.
    """
    start = flat(args)
    step = 1e-3 * (largest(start) or 1.0) * random.uniform(0.5, 1.0, start.shape)
    values = [try_value(subject, shape_like(start + t * step, args)) for t in np.arange(_STEPS)]
    if any(x is None or np.size(x) != np.size(values[0]) for x in values):
        unknown = np.full(np.size(subject.value(args)), np.inf)
        return unknown, unknown
    along = np.array([flat([x]) for x in values])
    size = np.max(np.abs(along), axis=0)
    return np.max(np.abs(np.diff(along, 6, axis=0)), axis=0) + np.finfo(float).eps * size, size


def _draw_neighbours(args: Arguments, random: np.random.Generator) -> Iterator[tuple[str, list[Any]]]:
    size = largest(flat(args)) or 1.0
    for step in _NEAR:
        yield f"a point {step:.0e} away", shape_like(flat(args) + step * size, args)
    for i, x in enumerate(args[:FIRST]):
        changed = {"another argument": _change(x, random)} if len(args) > 1 else {}
        if np.size(x) > 1:
            changed |= {
                "another point with the same first part": _keep(x, [0], random),
                "another point with the same last part": _keep(x, [-1], random),
                "another point with the same first and last part": _keep(x, [0, -1], random),
                "a point with the elements in another order": np.roll(x.ravel(), 1).reshape(x.shape),
            }
        for where, y in changed.items():
            yield where, [*args[:i], y, *args[i + 1 :]]


def _change(x: Any, random: np.random.Generator) -> Any:
    return x * random.uniform(0.8, 0.9, np.shape(x)) + (x == 0.0) * random.normal(size=np.shape(x))


def _shorten(x: Any) -> Array:
    """Numbers of few digits, whose sums and sums of squares are the same in any order: some know arrays by these."""
    elements = flat([x])
    step = 2.0 ** (np.frexp(largest(elements))[1] - _DIGITS)
    return np.where(np.abs(elements) > 100.0 * step, np.round(elements / step) * step, elements)


def _keep(x: Array, part: list[int], random: np.random.Generator) -> Array:
    """Other numbers but for some of the first axis."""
    changed = np.array(_change(x, random))
    lines, kept = (a if len(a) > 1 else a.reshape(-1) for a in (changed, x))
    lines[part] = kept[part]
    return changed
