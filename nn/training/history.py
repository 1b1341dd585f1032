"""What a run of training was like, epoch by epoch."""

from dataclasses import dataclass, field
from typing import Any

from ..figures import figure_of, style


@dataclass
class Epoch:
    """What one pass over the data gave."""

    loss: float
    accuracy: float
    seconds: float
    examples: int
    validation_loss: float | None = None
    validation_accuracy: float | None = None

    def __str__(self) -> str:
        line = f"loss {self.loss:.4f}  accuracy {self.accuracy:7.2%}"
        if self.validation_loss is not None:
            line += f"  |  test loss {self.validation_loss:.4f}  accuracy {self.validation_accuracy:7.2%}"
        return f"{line}  |  {self.examples / self.seconds:,.0f} examples/s"


@dataclass
class History:
    """A run, epoch by epoch."""

    epochs: list[Epoch] = field(default_factory=list)

    def plot(self) -> Any:
        """A matplotlib Figure of the loss and the accuracy over the epochs; ImportError without the extra `plot`."""
        figure, sheets = figure_of(2, width=9.0, height=3.5)
        numbers = range(1, len(self.epochs) + 1)
        for axes, name in zip(sheets, ("loss", "accuracy"), strict=True):
            for prefix, label in (("", "training"), ("validation_", "test")):
                series = [getattr(epoch, prefix + name) for epoch in self.epochs]
                if None not in series:
                    axes.plot(numbers, series, marker="o", markersize=3, label=label)
            axes.set(title=name, xlabel="epoch")
            style(axes)
            axes.legend(frameon=False)
        return figure
