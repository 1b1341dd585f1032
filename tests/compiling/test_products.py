"""Sums of products laid out as matrix products: the numbers of einsum, whatever the axes and strides."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.compiling.lifting.listing import Buffer, Instruction, Listing, View, whole
from autograd_mini.compiling.running.machine import Machine
from autograd_mini.compiling.running.planning import plan
from autograd_mini.compiling.running.products import with_matrix_products

FLOAT = np.dtype(np.float64)


@st.composite
def products(draw):
    """A product of two views, with letters of one operand alone, of both, summed or kept."""
    letters = "abcde"[: draw(st.integers(1, 5))]
    lengths = {letter: draw(st.integers(1, 6)) for letter in letters}
    owners = {letter: draw(st.sampled_from([(0,), (1,), (0, 1)])) for letter in letters}
    kept = "".join(draw(st.permutations([letter for letter in letters if draw(st.booleans())])))
    terms = ["".join(draw(st.permutations([x for x in letters if k in owners[x]]))) for k in (0, 1)]
    views, sizes = [], []
    for k, term in enumerate(terms):
        shape = tuple(lengths[letter] for letter in term)
        strides = [draw(st.sampled_from([1, 2, 3, -1, 7])) * (i + 1) for i in range(len(shape))]
        reach = [stride * (n - 1) for stride, n in zip(strides, shape, strict=True)]
        offset = -sum(x for x in reach if x < 0)
        views.append(View(k, offset, shape, tuple(strides)))
        sizes.append(1 + sum(map(abs, reach)))
    out = tuple(lengths[letter] for letter in kept)
    return views, sizes, f"{terms[0]},{terms[1]}->{kept}", out


@given(products(), st.integers(0, 2**20))
def test_a_product_in_any_layout_is_einsum(case, seed):
    views, sizes, subscripts, out = case
    rng = np.random.default_rng(seed)
    memory = [rng.normal(size=size) for size in sizes]
    expected = np.einsum(subscripts, *(view.of(m) for view, m in zip(views, memory, strict=True)))
    bound = np.einsum(subscripts, *(abs(view.of(m)) for view, m in zip(views, memory, strict=True)))
    buffers = [*(Buffer(size, FLOAT, (size,)) for size in sizes), Buffer(int(np.prod(out)), FLOAT, out)]
    listing = Listing(buffers, [Instruction("product", tuple(views), whole(2, out), subscripts=subscripts)])
    laid_out = with_matrix_products(listing)
    assert {x.name for x in laid_out.instructions} <= {"copy", "matmul", "einsum"}
    machine = Machine(laid_out, plan(laid_out, [0, 1], [], [2]))
    for b in (0, 1):
        machine.fill(b, memory[b])
    machine.run()
    found = machine.read(whole(2, out))
    assert (np.abs(found - expected) <= 1e3 * np.finfo(FLOAT).eps * bound).all()
