"""How wrong derivatives come out of the right ones, in words: another factor, the sign, the transpose, a lost sum."""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, permutations
from typing import NamedTuple

import numpy as np

from ..numbers.factors import name_fraction, show_signed, tell_factor
from ..numbers.vectors import Array, largest
from .places import name_all, name_place
from .tables import Block

_FEW = 3  # patterns side by side in one argument
_Shape = tuple[int, ...]


class Pattern(NamedTuple):
    """What wrong entries have in common.

    where: (m, n), which they are. place: the elements of the argument; words: what was done to them, "" where that is
    not seen; whole: whether it was done to all of them.
    """

    where: Array
    place: str
    words: str
    whole: bool = False


def explain(block: Block) -> list[Pattern]:
    """The wrong entries, parted into those that go wrong in the same way: most often all in one.

    >>> expected = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> numbers = expected.reshape(1, 4), np.zeros((1, 4)), expected.T.reshape(1, 4), np.array([[0, 1, 1, 0]], bool)
    >>> explain(Block(*numbers, (2, 2), (), np.ones(4), np.ones(1), {}, {}))[0][1:]
    ('all 4 elements', 'ours is the transpose of expected', True)
    """
    with np.errstate(all="ignore"):
        return _find_patterns(block)


def name_shape(wanted: _Shape, got: _Shape) -> str:
    """What is missing in a gradient of another shape than its argument's, where that can be told.

    >>> name_shape((3,), (4, 3)), name_shape((2, 3), (3, 2)), name_shape((4, 1), (4,))
    ('the sum over axis 0 is missing', 'it is the transpose', 'the axis 1 of length 1 is missing: keep it (keepdims)')
    """
    if got == wanted:
        return ""
    if len(wanted) > 1 and got == wanted[::-1]:
        return "it is the transpose"
    for k, length in enumerate(got):
        if length == 1 and wanted == got[:k] + got[k + 1 :]:
            return f"the axis {k} of length 1 is one too many"
    added = len(got) - len(wanted)
    if added >= 0 and all(w in (1, g) for w, g in zip(wanted, got[added:], strict=True)):
        axes = [k for k in range(len(got)) if k < added or (wanted[k - added] == 1 < got[k])]
        return f"the sum over {_name_axes(axes)} is missing"
    for k, length in enumerate(wanted):
        if length == 1 and got == wanted[:k] + wanted[k + 1 :]:
            return f"the axis {k} of length 1 is missing: keep it (keepdims)"
    if np.prod(got) == np.prod(wanted):
        return "it has the right number of elements: a reshape is missing"
    if got == ():
        return "it is one number: is it a sum over all elements?"
    return ""


def name_tie(low: float, high: float, got: float) -> str:
    """What is given to two elements that are tied, where what they get together should lie from low to high."""
    slack = 1e-3 * max(abs(low), abs(high))  # as derivatives around a kink are known
    if slack and min(abs(got - 2.0 * low), abs(got - 2.0 * high)) <= slack:
        return "each of the tied is given the whole"
    if slack and abs(got) <= slack:
        return "none of the tied is given anything"
    return ""


def _find_patterns(block: Block) -> list[Pattern]:
    wrong = block.wrong & block.known
    if np.any(block.wrong & ~block.known):  # what is nan or infinite is no matter of numbers
        strange = block.wrong & ~block.known
        words = "ours is not finite" if np.sum(strange) > 1 else ""
        rest = _find_patterns(block._replace(wrong=wrong)) if np.any(wrong) else []
        return [Pattern(strange, name_place(strange, block), words), *rest]
    scaled = _scaled(block, block.known) if np.sum(wrong) > 1 else ""
    for words in filter(None, (scaled, *_rearranged(block))):
        return [Pattern(wrong, name_all(block), words, True)]
    words = _each(block, wrong)
    if words:
        whole = bool(np.all(wrong)) or bool(np.sum(wrong) > 1 and words == _each(block, block.known))
        return [Pattern(wrong, name_all(block) if whole else name_place(wrong, block), words, whole)]
    if np.all(wrong | block.is_nothing):
        for words in _along(block):
            return [Pattern(wrong, name_all(block), words, True)]
    parts = [*islice(_parted(block, wrong), _FEW + 1)]
    told = [Pattern(part, name_place(part, block), _each(block, part)) for part in parts]
    if {pattern.words for pattern in told} == {"ours is 0", "expected is 0"}:
        return [Pattern(wrong, name_place(wrong, block), "ours is 0 where expected is not, and not 0 where it is")]
    if len(parts) <= _FEW and all(pattern.words for pattern in told):
        return told
    return [Pattern(wrong, name_place(wrong, block), "")]


def _each(block: Block, where: Array) -> str:
    """What is done to each of these expected entries to make it ours."""
    expected, got = block.expected[where], block.got[where]
    if np.all(block.is_nothing[block.known]):
        return "f does not depend on it there"
    words = _scaled(block, where)
    if words or expected.size < 2:
        return words
    if np.all(block.is_nothing[where]):
        return "expected is 0"
    if block.fits(0.0 * block.got, where):
        return "ours is 0"
    for words, pattern in _made(block):
        if np.all(np.isfinite(pattern[where])) and block.fits(pattern, where):
            return words
    if np.ptp(got) <= block.slack:
        return f"ours is {got[0]:.6g}"
    offset = float(np.mean(got - expected))
    return f"ours is expected {show_signed(offset)}" if block.fits(block.expected + offset, where) else ""


def _scaled(block: Block, where: Array) -> str:
    """How many times as large as expected ours is, if not 0 times; of a single entry only what is a simple fraction."""
    expected, got = block.expected[where], block.got[where]
    strong = ~block.is_nothing[where]
    if not np.any(strong):
        return ""
    size = largest(expected)
    factor = float(np.sum((got / size * (expected / size))[strong]) / np.sum((expected / size)[strong] ** 2))
    fraction = name_fraction(factor)
    if factor == 0.0 or not block.fits(factor * block.expected, where) or not (expected.size > 1 or fraction):
        return ""
    return _tell_factor(factor, fraction, block)


def _made(block: Block) -> Iterator[tuple[str, Array]]:
    """Common slips of the chain rule."""
    expected, x, y = block.expected, block.x[None, :], block.y[:, None]
    for called, number in ("the argument", x), ("f's value", y):
        yield f"ours is expected times {called}", expected * number
        yield f"ours is expected divided by {called}", expected / number
        yield f"ours is expected times the square of {called}", expected * number**2
        yield f"ours is expected divided by the square of {called}", expected / number**2
    yield "ours is the reciprocal of expected", 1.0 / expected
    yield "ours is the square of expected", expected**2
    if np.ptp(expected[block.wrong & block.known]) > block.slack:
        yield "ours is 1 minus expected", 1.0 - expected


def _rearranged(block: Block) -> Iterator[str]:
    """The patterns that mix entries and give all of ours."""
    expected, everywhere = block.expected, block.known
    m, n = expected.shape
    if np.sum(block.wrong) < 2 or not np.all(everywhere) or not np.any(block.got):
        return
    for words, pattern in _mixed(expected, block.shape, block.output):
        if block.fits(pattern, everywhere):
            yield words
    for name, (theirs, given) in block.others.items():
        if block.fits(theirs, everywhere):
            is_exchange = bool(np.all(np.abs(given - expected) <= block.slack))
            yield "each is that of the other" if is_exchange else f"ours is that of {name}"
    ordered = np.sort(expected, 1)[np.arange(m)[:, None], np.argsort(np.argsort(block.got, 1), 1)]
    is_order = n > 2 and np.any(np.sum(~block.is_nothing, 1) > 1)  # of more than one number and zeros
    if is_order and block.fits(ordered, everywhere):
        yield "ours has the numbers of expected in another order"


def _mixed(expected: Array, shape: _Shape, output: _Shape) -> Iterator[tuple[str, Array]]:
    m, n = expected.shape
    yield "ours is expected without its sign", np.abs(expected)
    for words, order in _orders(shape):
        yield f"ours is {words} expected", expected[:, order]
    if m == n:
        yield "ours is the transpose of the Jacobian: transpose the matrix that the upstream gradient meets", expected.T
        yield "ours is what each element does to itself alone", np.diag(np.diag(expected))
    if m > 1:
        yield "as if the upstream gradient was 1 everywhere, or summed", np.tile(np.sum(expected, 0), (m, 1))
    for words, order in _orders(output):
        yield f"as if ours was handed {words} the upstream gradient", expected[order]
    rows = expected.reshape(m, *shape)
    for axis in range(1, rows.ndim):
        if shape[axis - 1] > 1:
            for called, reduce in ("sum", np.sum), ("mean", np.mean):
                one = np.broadcast_to(reduce(rows, axis=axis, keepdims=True), rows.shape)
                yield f"ours is the {called} of expected over axis {axis - 1}", one.reshape(m, n)
    if len(shape) == 2 and shape[0] == shape[1]:
        turned = rows.swapaxes(1, 2)
        yield "ours is the lower triangle of expected", np.tril(rows).reshape(m, n)
        yield "ours is the upper triangle of expected", np.triu(rows).reshape(m, n)
        yield "ours is expected plus its transpose", (rows + turned).reshape(m, n)
        yield "ours is the mean of expected and its transpose", (rows + turned).reshape(m, n) / 2.0


def _along(block: Block) -> Iterator[str]:
    """What is done along an axis of an argument that has others."""
    expected, got = (part.reshape(-1, *block.shape) for part in (block.expected, block.got))
    if not np.all(block.known):
        return
    for axis in range(1, expected.ndim if expected.ndim > 2 else 1):
        off = got - expected
        if block.shape[axis - 1] > 1 and np.all(np.ptp(off, axis=axis) <= block.slack):
            yield f"ours is off by the same number all along axis {axis - 1}: is a sum or a mean over it left out?"
        others = tuple(k for k in range(expected.ndim) if k != axis)
        factor = np.sum(got * expected, others, keepdims=True) / np.sum(expected**2, others, keepdims=True)
        is_many = np.all(
            np.sum(~block.is_nothing.reshape(expected.shape), others) > 1
        )  # one number alone tells no factor
        if is_many and np.all(np.abs(got - factor * expected) <= block.slack):
            numbers = ", ".join(f"{number:.6g}" for number in factor.ravel()[:_FEW])
            more = ", …" if factor.size > _FEW else ""
            yield f"ours is expected times a number for each index of axis {axis - 1} ({numbers}{more})"


def _orders(shape: _Shape) -> Iterator[tuple[str, Array]]:
    """Ways to lay an array's elements in another order, with words that go before what is laid so."""
    places = np.arange(int(np.prod(shape))).reshape(shape)
    for axes in list(permutations(range(len(shape))))[1:] if len(shape) <= 4 else []:
        turned = places.transpose(axes)
        called = "the transpose of" if len(shape) == 2 else f"the transpose, axes {axes}, of"
        yield called if turned.shape == shape else f"{called} (reshaped)", turned.ravel()
    long = [axis for axis, length in enumerate(shape) if length > 1]
    for count in range(1, len(long) + 1):
        for several in combinations(long, count):  # a kernel's axes are reversed together
            yield f"the reverse, along {_name_axes(several)}, of", np.flip(places, several).ravel()
    for axis in long:
        for step in (1, -1) if shape[axis] > 2 else ():
            yield f"the shift, by {step} along axis {axis}, of", np.roll(places, step, axis).ravel()


def _parted(block: Block, wrong: Array) -> Iterator[Array]:
    """The wrong entries by how many times as large as expected they are."""
    ratio = np.where(block.is_nothing, np.inf, block.got / block.expected)
    left = wrong.copy()
    while np.any(left):
        first = ratio[left][0]
        same = left & np.isclose(ratio, first, rtol=1e-5, atol=0.0)
        yield same
        left = left & ~same


def _tell_factor(factor: float, fraction: str, block: Block) -> str:
    words = f"ours is {tell_factor(factor)}"
    if fraction == "-1":
        return f"the sign: {words}"
    count = int(fraction.removeprefix("1/")) if fraction.removeprefix("1/").isdigit() else 0
    if count > 1:
        slip = "a sum taken for a mean" if fraction.startswith("1/") else "a mean taken for a sum"
        for called, shape in block.shapes.items():
            if count in shape:
                return f"{words} ({count} is the length of axis {shape.index(count)} of {called}: {slip}?)"
        for called, shape in block.shapes.items():
            if count == np.prod(shape):
                return f"{words} ({count} is the number of elements of {called}: {slip}?)"
    return words


def _name_axes(axes: Sequence[int]) -> str:
    return f"axis {axes[0]}" if len(axes) == 1 else f"the axes {', '.join(map(str, axes))}"
