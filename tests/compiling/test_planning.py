"""Buffers share memory only while their times do not meet."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import compile, grad
from autograd_mini.calculus.elementwise import add, exp
from autograd_mini.compiling.lifting.listing import Buffer, Instruction, Listing, whole
from autograd_mini.compiling.lifting.simplifying import Operation
from autograd_mini.compiling.running.planning import LINE, plan
from autograd_mini.node import Node
from autograd_mini.value import Value

SUM, EXP = (Operation(made.primitive, (), {}) for made in (add(Value(1.0), Value(1.0)), exp(Value(1.0))))


@st.composite
def listings(draw):
    """Instructions that each read one or two of the buffers before them."""
    sizes = [draw(st.sampled_from([1, 8, 50])) for _ in range(draw(st.integers(2, 14)))]
    given_buffers = draw(st.integers(1, 2))
    instructions = []
    for b in range(given_buffers, len(sizes)):
        read = [draw(st.integers(0, b - 1)) for _ in range(draw(st.integers(1, 2)))]
        alike = [x for x in read if sizes[x] == sizes[b]]
        if len(alike) == len(read):
            operation = EXP if len(read) == 1 else SUM
            views = tuple(whole(x, (sizes[x],)) for x in read)
            instructions.append(Instruction(operation.name, views, whole(b, (sizes[b],)), operation))
        else:
            views = (whole(read[0], (sizes[read[0]],)), np.zeros(sizes[b], np.intp))
            instructions.append(Instruction("take", views, whole(b, (sizes[b],))))
    kept = draw(st.sets(st.integers(0, len(sizes) - 1), max_size=3))
    buffers = [Buffer(n, np.dtype(np.float64), (n,)) for n in sizes]
    return Listing(buffers, instructions), [*range(given_buffers)], kept


@given(listings())
def test_no_buffer_lies_where_another_is_needed(case):
    listing, given_buffers, kept = case
    found = plan(listing, given_buffers, [], kept)
    never = len(listing.instructions)
    born = dict.fromkeys(given_buffers, -1) | {x.output.buffer: i for i, x in enumerate(listing.instructions)}
    last = dict(born)
    for i, instruction in enumerate(listing.instructions):
        last |= dict.fromkeys((view.buffer for view in instruction.views), i)
    last |= dict.fromkeys((*kept, *given_buffers), never)
    for a, at in found.offsets.items():
        size = listing.buffers[a].size * 8
        assert at % LINE == 0
        assert at + size <= found.size
        for b, other in found.offsets.items():
            apart = at + size <= other or other + listing.buffers[b].size * 8 <= at
            # In place: b is born in the instruction that reads a for the last time, at the very same memory.
            follows = a != b and at == other and (born[b] == last[a] or born[a] == last[b])
            assert a == b or apart or follows or last[a] < born[b] or last[b] < born[a]


def test_a_chain_of_elementwise_operations_needs_one_place():
    n = 1000
    chain = [Instruction("exp", (whole(b, (n,)),), whole(b + 1, (n,)), EXP) for b in range(1, 6)]
    first = Instruction("exp", (whole(0, (n,)),), whole(1, (n,)), EXP)
    listing = Listing([Buffer(n, np.dtype(np.float64), (n,)) for _ in range(7)], [first, *chain])
    assert plan(listing, [0], [], [6]).size == 2 * n * 8


def test_the_operations_of_this_test_are_what_they_are_called():
    assert isinstance(Value(1.0), Node)
    assert (SUM.name, EXP.name) == ("add", "exp")


def test_results_without_a_copy_do_not_share_memory_with_each_other():
    program = compile(grad(lambda a, b: exp(a + b).sum(), (0, 1)), copy=False)
    x = np.array([0.0, 1.0])
    for _ in range(2):
        left, right = program(x, x)
        assert not np.shares_memory(left, right)
