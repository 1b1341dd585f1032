"""The published wrong gradients, given to other checkers: what those let pass is what the page says."""

from pathlib import Path

import pytest

from ..support.other_checkers import CHECKERS, COMPARED, LUCK, ours_notices
from ..support.wrong_gradients import Wrong

pytest.importorskip("torch", reason="PyTorch is not installed, so its checker is not asked: make peers")
pytest.importorskip("jax", reason="JAX is not installed, so its checker is not asked: make peers")

LINES = (Path(__file__).parents[2] / "docs" / "checkers.md").read_text("utf-8").splitlines()


@pytest.mark.parametrize("wrong", COMPARED, ids=lambda wrong: wrong.name)
def test_the_page_says_what_each_lets_pass(wrong: Wrong) -> None:
    cells = [line for line in LINES if line.startswith(f"| {wrong.name} |")]
    assert len(cells) == 1, "run python -m tests.support.other_checkers docs/checkers.md"
    if wrong.name.removeprefix("by hand: ") in LUCK:
        assert ours_notices(wrong)
    else:
        row = [("" if notices(wrong) else "passes") for notices in CHECKERS.values()]
        assert cells == [f"| {wrong.name} | {' | '.join(row)} |"]
