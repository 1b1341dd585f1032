"""Random nested loops over numbers, printed: each source gives what its program gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_mini import compile, draw, value_and_grad

from ..support.printed import function_of, numbers_of
from ..support.structured_programs import numbers, random_nest


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@given(seed=st.integers(0, 2**24 - 1))
def test_a_printed_nest_gives_what_its_program_gives(depth, seed):
    nest = random_nest(seed, depth)
    program = compile(value_and_grad(nest, range(len(nest.sizes)))).record(*numbers(nest, 0))
    printed = function_of(program.source())
    for point in range(2):
        rows = numbers(nest, point)
        expected = np.array(numbers_of(program(*rows)))
        size = np.max(np.abs(expected), initial=1.0, where=np.isfinite(expected))
        np.testing.assert_allclose(numbers_of(printed(*rows)), expected, rtol=1e-9, atol=1e-11 * size)


@given(seed=st.integers(0, 2**24 - 1))
def test_a_nest_is_told_and_drawn(seed):
    nest = random_nest(seed, 3)
    program = compile(value_and_grad(nest, range(len(nest.sizes)))).record(*numbers(nest, 0))
    count = len(program.recording.listing.instructions)
    assert f"{count:,} instruction" in str(program).splitlines()[0]
    cards = {card.key for card in draw(program).shown.cards}
    arrows = draw(program).shown.arrows
    assert {arrow.tail for arrow in arrows} | {arrow.head for arrow in arrows} <= cards
    assert len(draw(program).text.splitlines()) >= len(arrows)
