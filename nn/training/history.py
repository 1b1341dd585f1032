"""What a run of training was like, epoch by epoch."""

import csv
import html
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograd_mini import KindError, write_whole

from ..figures import figure_of, style
from ..state import StateError

TRAINING, AFTER = "training", "after"
"""What the numbers of the training are called: of the batches as they were met, and of the epoch's network."""

Numbers = dict[str, float]


@dataclass
class Epoch:
    """What one pass over the data gave.

    measured: the loss and the metrics by name, for each set of data. "training" is the training itself: each batch as
    it was met, by a network that went on learning, in training mode; the loss is the mean over the examples, the
    metrics are taken of all outputs together. The other sets are measured with the network as the epoch left it, out
    of training mode: "validation" (or the name of the set) and, where `fit` was asked to evaluate_training, "after",
    the training data again. numbers: the same in one dict, which are attributes too: `epoch.loss`,
    `epoch.validation_accuracy`. seconds: what the steps took. examples: how many there were.

    >>> epoch = Epoch({"training": {"loss": 0.25, "accuracy": 0.9}, "validation": {"loss": 0.5}}, 2.0, 100)
    >>> print(epoch)
    loss 0.2500  accuracy  90.00%  |  validation loss 0.5000  |  50 examples/s
    >>> epoch.numbers
    {'loss': 0.25, 'accuracy': 0.9, 'validation_loss': 0.5}
    >>> epoch.validation_loss
    0.5
    """

    measured: dict[str, Numbers]
    seconds: float
    examples: int

    @property
    def numbers(self) -> Numbers:
        """All numbers in one dict, those of other sets than the training with the set's name before them."""
        return {
            name if data == TRAINING else f"{data}_{name}": number
            for data, numbers in self.measured.items()
            for name, number in numbers.items()
        }

    def __getattr__(self, name: str) -> float:
        if name.startswith("_") or name == "measured":  # as while a copy of the epoch is being made
            raise AttributeError(name)
        numbers = self.numbers
        if name not in numbers:
            raise AttributeError(f"this epoch has no {name}, but {', '.join(numbers)}")
        return numbers[name]

    def in_words(self) -> str:
        """The numbers on a line."""
        return "  |  ".join(
            "".join(["" if data == TRAINING else f"{data} ", "  ".join(f"{n} {_shown(n, x)}" for n, x in some.items())])
            for data, some in self.measured.items()
        )

    def __str__(self) -> str:
        return f"{self.in_words()}  |  {self.examples / max(self.seconds, 1e-9):,.0f} examples/s"


def _shown(name: str, number: float) -> str:
    return f"{number:7.2%}" if name.endswith("accuracy") else f"{number:.4f}"


@dataclass(repr=False)
class History:
    """A run, epoch by epoch: a table where it is printed or stands last in a cell of a notebook.

    history["loss"] is that number in every epoch, nan where an epoch has none; history.epochs[-1] is the last epoch.

    >>> history = History([Epoch({"training": {"loss": loss}}, 2.0, 100) for loss in (0.5, 0.25)])
    >>> history
    epoch    loss  seconds  examples
        1  0.5000   2.0000       100
        2  0.2500   2.0000       100
    >>> history["loss"]
    [0.5, 0.25]
    """

    epochs: list[Epoch] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not isinstance(self.epochs, list) or not all(isinstance(epoch, Epoch) for epoch in self.epochs):
            raise KindError(f"a History is of a list of Epochs; got {self.epochs!r:.80}")

    @property
    def names(self) -> list[str]:
        """The names of all numbers, in the order in which they came up."""
        return list(dict.fromkeys(name for epoch in self.epochs for name in epoch.numbers))

    def __getitem__(self, name: str) -> list[float]:
        if name not in self.names:
            raise KeyError(f"no epoch has {name!r}; there are {', '.join(self.names) or 'no epochs'}")
        return [epoch.numbers.get(name, float("nan")) for epoch in self.epochs]

    def __repr__(self) -> str:
        if not self.epochs:
            return "History of no epochs"
        rows = self._rows(_shown)
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows)

    def _repr_html_(self) -> str:
        """The table, as a notebook shows it."""
        return html_table(self._rows(_shown))

    def _rows(self, shown: Callable[[str, float], str]) -> list[list[str]]:
        """The table as text: its head, then a row for each epoch."""
        rows = [["epoch", *self.names, "seconds", "examples"]]
        for i, epoch in enumerate(self.epochs, 1):
            numbers = {**epoch.numbers, "seconds": epoch.seconds}
            cells = [shown(name, numbers[name]).strip() if name in numbers else "" for name in rows[0][1:-1]]
            rows.append([str(i), *cells, str(epoch.examples)])
        return rows

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the table as a CSV file, every digit of it, whole or not at all; OSError where it cannot be written.

        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     History([Epoch({"training": {"loss": 0.1}}, 2.0, 100)]).to_csv(f"{folder}/run.csv")
        ...     print(pathlib.Path(f"{folder}/run.csv").read_text(), end="")
        epoch,loss,seconds,examples
        1,0.1,2.0,100
        """
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(self._rows(lambda _, number: repr(float(number))))
        write_whole(path, text.getvalue().encode())

    def plot(self) -> Any:
        """A matplotlib Figure with a sheet for the loss and each metric; last in a notebook's cell it shows itself.

        ImportError without the extra `plot`, ValueError where there is no epoch.
        """
        lines = dict.fromkeys(
            (name, data) for epoch in self.epochs for data, numbers in epoch.measured.items() for name in numbers
        )
        if not lines:
            raise ValueError("there is nothing to plot: the history has no epochs")
        sheets = list(dict.fromkeys(name for name, _ in lines))
        figure, axes = figure_of(len(sheets), width=4.5 * len(sheets), height=3.5)
        for name, data in lines:
            series = [epoch.measured.get(data, {}).get(name, float("nan")) for epoch in self.epochs]
            place = axes[sheets.index(name)]
            place.plot(range(1, len(series) + 1), series, marker="o", markersize=3, label=data)
        for name, place in zip(sheets, axes, strict=True):
            place.set(title=name, xlabel="epoch")
            style(place)
            place.legend(frameon=False)
        return figure

    def state_dict(self) -> dict[str, Any]:
        """The epochs as plain numbers, to be kept in a file.

        >>> History([Epoch({"training": {"loss": 0.5}}, 2.0, 100)]).state_dict()
        {'epochs': [{'measured': {'training': {'loss': 0.5}}, 'seconds': 2.0, 'examples': 100}]}
        """
        return {
            "epochs": [
                {
                    "measured": {data: dict(numbers) for data, numbers in epoch.measured.items()},
                    "seconds": epoch.seconds,
                    "examples": epoch.examples,
                }
                for epoch in self.epochs
            ]
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Become the history that gave the state; StateError, and nothing changed, where it is no such state."""
        try:
            self.epochs = [_epoch_of(**kept) for kept in state["epochs"]]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StateError(f"this is no state of a History, as its state_dict() gives it: {error!r}") from error


def _epoch_of(*, measured: Mapping[str, Mapping[str, float]], seconds: float, examples: int) -> Epoch:
    numbers = {data: {name: float(x) for name, x in some.items()} for data, some in measured.items()}
    return Epoch(numbers, float(seconds), int(examples))


def html_table(rows: list[list[str]]) -> str:
    """A table for a notebook; the first row is its head.

    >>> html_table([["epoch"], ["1"]])
    '<table><tr><th>epoch</th></tr><tr><td>1</td></tr></table>'
    """
    lines = []
    for kind, row in zip(["th", *["td"] * len(rows)], rows, strict=False):
        cells = "".join(f"<{kind}>{html.escape(cell)}</{kind}>" for cell in row)
        lines.append(f"<tr>{cells}</tr>")
    return f"<table>{''.join(lines)}</table>"
