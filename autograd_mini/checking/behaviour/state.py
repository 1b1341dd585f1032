"""What f and its gradient remember: two calls with the same arguments are the same, whatever came before them."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..numbers.vectors import bits_of, copies, draw_like, flat, shape_like
from ..subjects.subject import Arguments, Recorded, Subject, evaluate, sweep_back, try_value
from ..subjects.trials import Trial
from ..telling.mistakes import Mistake
from .forms import RANDOM, find_differences

_BUFFERS = 4  # calls after which whoever uses some buffers in turn has come round
Answer = tuple[Any, tuple[Any, ...]]
"""f's value and its gradients."""

_AGAIN = "differs when it is asked for again, after f was called elsewhere: it must depend on its arguments alone"
_WRITTEN_ANEW = "is that of the numbers which an array held before: arrays are remembered by their identity"


def check_repeats(subject: Subject, args: Arguments, random: np.random.Generator, times: int) -> Iterator[Mistake]:
    """f and its gradient are asked for the same again and again, and what they say is the same bit for bit."""
    upstream = draw_upstream(subject, args, random)
    first = _kept(ask(subject, args, upstream))
    bits = bits_of([first[0], *first[1]])
    for _ in range(times):
        again = ask(subject, args, upstream)
        if bits_of([again[0], *again[1]]) != bits:
            yield from find_differences(RANDOM, first, again, subject.names, 0.0)
            return


def check_state(subject: Subject, args: Arguments, random: np.random.Generator) -> Iterator[Mistake]:
    """The gradient is the same when it is asked for again, whatever f was called with in between."""
    upstream = draw_upstream(subject, args, random)
    elsewhere = _move(args, random)
    value, first = ask(subject, args, upstream)
    if isinstance(subject, Recorded):
        root, leaves = subject.run(args)
        try_value(subject, elsewhere)
        again = sweep_back(root, leaves, upstream)
    else:
        try_value(subject, elsewhere)
        again = subject.pull_back(args, [upstream])[0]
    yield from find_differences(_AGAIN, (value, first), (value, again), subject.names, 0.0)


def check_memory(subject: Subject, args: Arguments, random: np.random.Generator) -> Iterator[Mistake]:
    """What was returned is the caller's own; an array that is written anew is looked at anew."""
    upstream = draw_upstream(subject, args, random)
    elsewhere = _move(args, random)
    other = try_value(subject, elsewhere)
    if other is None or np.shape(other) != np.shape(upstream):
        return
    first = ask(subject, args, upstream)
    kept = _kept(first)
    with Trial() as trial:
        fresh = [_kept(ask(subject, elsewhere, upstream)) for _ in range(_BUFFERS)][-1]
    if trial.error is not None:  # there the gradient fails, which other parts of the check tell
        return
    what = "is overwritten by a later call: return an array of its own"
    yield from find_differences(what, kept, first, subject.names, 0.0)
    for given in (upstream, np.ones_like(upstream)[()]):
        yield from _write_into(subject, args, given)

    buffers = copies(args)
    ask(subject, buffers, upstream)
    for i, x in enumerate(elsewhere):
        if isinstance(x, np.ndarray):
            buffers[i][...] = x
        else:
            buffers[i] = x
    yield from find_differences(_WRITTEN_ANEW, fresh, ask(subject, buffers, upstream), subject.names, 0.0)


def _write_into(subject: Subject, args: Arguments, upstream: Any) -> Iterator[Mistake]:
    """What a caller adds to a gradient is not there in the next one."""
    value, gradients = ask(subject, args, upstream)
    kept = tuple(copies(gradients))
    try:
        for g in gradients:
            if isinstance(g, np.ndarray) and g.flags.writeable:
                g += 1.0
        again = subject.pull_back(args, [upstream])[0]
        what = "shows what was written into the one before: return an array of its own"
        yield from find_differences(what, (value, kept), (value, again), subject.names, 0.0)
    finally:
        for g, before in zip(gradients, kept, strict=True):
            if isinstance(g, np.ndarray) and g.flags.writeable:
                g[...] = before  # it may be what the caller's own function lives by


class Witness:
    """What f and its gradient said at some points, to be asked for again when all else is done."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._said: list[tuple[Arguments, Any, Answer]] = []

    def note(self, args: Arguments, random: np.random.Generator) -> None:
        """Ask and remember; where f or its gradient fails, that is for others to tell."""
        with Trial():
            upstream = draw_upstream(self._subject, args, random)
            self._said.append((args, upstream, _kept(ask(self._subject, args, upstream))))

    def ask_again(self) -> Iterator[Mistake]:
        """A Mistake for the first point at which the answer is another one now."""
        for args, upstream, said in self._said:
            found = list(find_differences(_AGAIN, said, ask(self._subject, args, upstream), self._subject.names, 0.0))
            if found:
                yield from found
                return


def ask(subject: Subject, args: Arguments, upstream: Any) -> Answer:
    """f's value and its gradients."""
    return subject.value(args), subject.pull_back(args, [upstream])[0]


def draw_upstream(subject: Subject, args: Arguments, random: np.random.Generator) -> Any:
    """A random upstream gradient of the shape of f's value."""
    return draw_like(evaluate(subject, args), random)


def _move(args: Arguments, random: np.random.Generator) -> list[Any]:
    """Arguments somewhat smaller, for which f has a value nearly always."""
    return shape_like(flat(args) * random.uniform(0.8, 0.9, sum(map(np.size, args))), args)


def _kept(answer: Answer) -> Answer:
    """The answer as it is now, whoever writes into it later."""
    return copies([answer[0]])[0], tuple(copies(answer[1]))
