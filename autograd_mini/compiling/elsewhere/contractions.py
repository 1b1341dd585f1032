"""Sums of products as matrix products, with the functions of the Python array API standard, which has no einsum."""

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

Letters = str


def contracted(xp: Any, terms: Sequence[Letters], out: Letters, lengths: dict[str, int], inputs: Sequence[Any]) -> Any:
    """The product of the inputs, summed over the letters that are not in the output.

    terms: a letter for each axis of each input, none twice in one; an axis may be of length 1 where the letter is
    longer. lengths: of each letter of the output, at least.
    """
    parts = [_spread_dropped(xp, term, x, lengths) for term, x in zip(terms, inputs, strict=True)]
    term, x = parts[0]
    for i, (other, y) in enumerate(parts[1:], 2):
        later = {*out, *"".join(t for t, _ in parts[i:])}
        kept = "".join(letter for letter in dict.fromkeys(term + other) if letter in later)
        term, x = kept, _of_two(xp, term, x, other, y, kept)
    term, x = _summed(xp, term, x, out)
    x = _in_order(xp, term, x, "".join(letter for letter in out if letter in term))
    shape = tuple(lengths[letter] if letter in term else 1 for letter in out)
    return xp.broadcast_to(xp.reshape(x, shape), tuple(lengths[letter] for letter in out))


def _spread_dropped(xp: Any, term: Letters, x: Any, lengths: dict[str, int]) -> tuple[Letters, Any]:
    """The input without axes of length 1 that are spread, and without those whose letter is no length."""
    kept = [k for k, letter in enumerate(term) if x.shape[k] == lengths[letter]]
    if len(kept) == len(term):
        return term, x
    return "".join(term[k] for k in kept), xp.reshape(x, tuple(x.shape[k] for k in kept))


def _of_two(xp: Any, left: Letters, x: Any, right: Letters, y: Any, out: Letters) -> Any:
    """A stack of matrix products: what both have and the output too is the stack, what it has not is summed."""
    left, x = _summed(xp, left, x, out + right)
    right, y = _summed(xp, right, y, out + left)
    stack = "".join(letter for letter in left if letter in right and letter in out)
    summed = "".join(letter for letter in left if letter in right and letter not in out)
    rows = "".join(letter for letter in left if letter not in right)
    columns = "".join(letter for letter in right if letter not in left)
    if not summed:
        return _outer(xp, left, x, right, y, out)
    x, y = _in_order(xp, left, x, stack + rows + summed), _in_order(xp, right, y, stack + summed + columns)
    m, n, k = len(stack), len(stack) + len(rows), len(stack) + len(summed)
    middle = math.prod(y.shape[m:k])
    product = xp.matmul(
        xp.reshape(x, (*x.shape[:m], math.prod(x.shape[m:n]), middle)),
        xp.reshape(y, (*y.shape[:m], middle, math.prod(y.shape[k:]))),
    )
    product = xp.reshape(product, (*x.shape[:n], *y.shape[k:]))
    return _in_order(xp, stack + rows + columns, product, out)


def _outer(xp: Any, left: Letters, x: Any, right: Letters, y: Any, out: Letters) -> Any:
    """Nothing is summed: every pair of elements."""
    parts = []
    for term, a in ((left, x), (right, y)):
        a = _in_order(xp, term, a, "".join(letter for letter in out if letter in term))
        sizes = iter(a.shape)
        parts.append(xp.reshape(a, tuple(next(sizes) if letter in term else 1 for letter in out)))
    return reduce(lambda a, b: a * b, parts)


def _summed(xp: Any, term: Letters, x: Any, others: Letters) -> tuple[Letters, Any]:
    """Without the axes whose letters nobody else has."""
    axes = tuple(k for k, letter in enumerate(term) if letter not in others)
    if not axes:
        return term, x
    return "".join(letter for letter in term if letter in others), xp.sum(x, axis=axes, dtype=x.dtype)


def _in_order(xp: Any, term: Letters, x: Any, order: Letters) -> Any:
    return x if term == order else xp.permute_dims(x, tuple(term.index(letter) for letter in order))
