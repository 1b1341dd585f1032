"""What is seen of a run while it goes on: a bar in a terminal or a notebook, a line an epoch in a pipe, or nothing."""

import sys
from types import TracebackType
from typing import Any, Self

from .history import Epoch


class Silent:
    """An epoch of which nothing is seen: what the others are made from."""

    def __init__(self, title: str, examples: int) -> None:
        self.title, self.examples = title, examples

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Leave what is there to be read."""

    def advance(self, examples: int, loss: float) -> None:
        """So many examples more are done; the mean loss so far."""

    def finish(self, epoch: Epoch) -> None:
        """The epoch is over."""


class Line(Silent):
    """An epoch that is one line of plain text, written on stderr when it is over."""

    def finish(self, epoch: Epoch) -> None:
        """Write the line."""
        _write(self.title, epoch)


class Bar(Silent):
    """An epoch that is a bar of tqdm, in a notebook tqdm's own for notebooks, which stays."""

    def __init__(self, title: str, examples: int) -> None:
        super().__init__(title, examples)
        from tqdm.auto import tqdm

        self.bar: Any = tqdm(total=examples, desc=title, unit=" examples", unit_scale=True, leave=True)

    def __exit__(self, *ended: object) -> None:
        """Leave the bar where it came to."""
        self.bar.close()

    def advance(self, examples: int, loss: float) -> None:
        """Move on; the loss is written when the bar is drawn anyway."""
        if self.bar.update(examples):
            self.bar.set_postfix_str(f"loss {loss:.4f}", refresh=False)

    def finish(self, epoch: Epoch) -> None:
        """Write what the epoch gave beside the bar; tqdm itself says how many examples a second."""
        self.bar.set_postfix_str(epoch.in_words())


class BarThenLine(Bar):
    """An epoch that is a bar in a terminal, and then the line, which may be longer than a bar's."""

    def finish(self, epoch: Epoch) -> None:
        """Put the line in the bar's place."""
        self.bar.leave = False
        self.bar.close()
        _write(self.title, epoch)


def _write(title: str, epoch: Epoch) -> None:
    print(f"{title}  {epoch}", file=sys.stderr, flush=True)


def shown_as(progress: bool) -> type[Silent]:
    """What shows an epoch here: shown_as(...)(title, examples), a context with `advance` and `finish`.

    >>> shown_as(False).__name__
    'Silent'
    """
    if not progress:
        return Silent
    if _in_notebook():
        return Bar
    return BarThenLine if sys.stderr.isatty() else Line


def _in_notebook() -> bool:
    """Whether tqdm takes its bar for notebooks; asked only where IPython is there already."""
    if "IPython" not in sys.modules:
        return False
    from tqdm.auto import tqdm
    from tqdm.notebook import tqdm_notebook

    return issubclass(tqdm, tqdm_notebook)
