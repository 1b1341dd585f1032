"""Sums of products as matrix products: which axes are rows, which columns, and what must be laid out anew for it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..lifting.listing import Buffer, Instruction, Listing, View, whole

Letters = str


def with_matrix_products(listing: Listing) -> Listing:
    """The listing with each `product` as a `matmul` of matrices or stacks of them, or an `einsum` where it is none."""
    laid_out = Listing(list(listing.buffers), [], listing.constants)
    for instruction in listing.instructions:
        laid_out.instructions += (
            _Layout(laid_out, instruction).run() if instruction.name == "product" else [instruction]
        )
    return laid_out


class _Layout:
    def __init__(self, listing: Listing, product: Instruction) -> None:
        self.listing, self.product = listing, product
        terms, self.out = product.subscripts.split("->")
        self.terms = terms.split(",")
        self.lengths: dict[str, int] = dict(zip(self.out, product.output.shape, strict=True))
        for term, view in zip(self.terms, product.views, strict=True):
            self.lengths |= dict(zip(term, view.shape, strict=True))
        self.before: list[Instruction] = []

    def run(self) -> list[Instruction]:
        """Copies where they are needed, then the product."""
        out = self.out
        last = [k for k in (0, 1) if out and out[-1] in self.terms[k]]
        if len(last) != 1:
            return [self._einsum()] if out else self._matrices(0, "", "", "")
        right = last[0]
        columns = _suffix(out, lambda letter: letter in self.terms[right] and letter not in self.terms[1 - right])
        rest = out.removesuffix(columns)
        rows = _suffix(rest, lambda letter: letter in self.terms[1 - right] and letter not in self.terms[right])
        return self._matrices(right, rest.removesuffix(rows), rows, columns)

    def _matrices(self, right: int, batch: Letters, rows: Letters, columns: Letters) -> list[Instruction]:
        summed = "".join(letter for letter in self.lengths if letter not in self.out)
        left_view = self._matrix(1 - right, batch, rows, summed)
        right_view = self._matrix(right, batch, summed, columns)
        sizes = [self.lengths[letter] for letter in batch]
        output = whole(self.product.output.buffer, (*sizes, self._count(rows), self._count(columns)))
        product = self.product
        return [*self.before, Instruction("matmul", (left_view, right_view), output, members=product.members)]

    def _einsum(self) -> Instruction:
        product = self.product
        subscripts = product.subscripts
        return Instruction("einsum", product.inputs, product.output, subscripts=subscripts, members=product.members)

    def _count(self, letters: Letters) -> int:
        return int(np.prod([self.lengths[letter] for letter in letters], dtype=np.int64))

    def _matrix(self, k: int, batch: Letters, first: Letters, second: Letters) -> View:
        """Operand k as a stack of matrices, each group of letters one axis."""
        view, term = self.product.views[k], self.terms[k]
        if any(set(group) - set(term) and set(group) & set(term) for group in (first, second)):
            view, term = self._copied(view, term, batch + first + second), batch + first + second
        strides = dict(zip(term, view.strides, strict=True))
        one, two = (self._joined(group, strides) for group in (first, second))
        sizes = self._count(first), self._count(second)
        if one is None or two is None or not _is_blas(sizes, (one, two)):
            kept = "".join(letter for letter in batch + first + second if letter in term)
            view, term = self._copied(view, term, kept), kept
            strides = dict(zip(term, view.strides, strict=True))
            one, two = (self._joined(group, strides) or 0 for group in (first, second))
        shape = (*(self.lengths[letter] for letter in batch), *sizes)
        return View(view.buffer, view.offset, shape, (*(strides.get(letter, 0) for letter in batch), one, two))

    def _joined(self, letters: Letters, strides: dict[str, int]) -> int | None:
        """The stride along the letters taken as one axis; None where they make none."""
        present = [letter for letter in letters if letter in strides]
        for outer, inner in pairwise(present):
            if strides[outer] != strides[inner] * self.lengths[inner]:
                return None
        return strides[present[-1]] if present else 0

    def _copied(self, view: View, term: Letters, order: Letters) -> View:
        """The operand in memory of its own, with its axes in this order; axes it lacks are spread."""
        strides = dict(zip(term, view.strides, strict=True))
        shape = tuple(self.lengths[letter] for letter in order)
        source = View(view.buffer, view.offset, shape, tuple(strides.get(letter, 0) for letter in order))
        dtype = self.listing.buffers[view.buffer].dtype
        self.listing.buffers.append(Buffer(source.size, dtype, shape))
        copy = whole(len(self.listing.buffers) - 1, shape)
        self.before.append(Instruction("copy", (source,), copy))
        return copy


def _suffix(letters: Letters, belongs: Any) -> Letters:
    """The longest end of the letters all of which belong."""
    end = len(letters)
    while end and belongs(letters[end - 1]):
        end -= 1
    return letters[end:]


def _is_blas(sizes: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether a matrix can be handed to BLAS as it lies; small ones need not."""
    (m, n), (first, second) = sizes, strides
    return m == 1 or n == 1 or m * n < 64 or (second == 1 and first >= n) or (first == 1 and second >= m)
