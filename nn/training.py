"""Training: one loop over the data, what it recorded, and the measure of the result."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from tqdm import tqdm

from autograd_mini import KindError, ShapeError, Tensor, Value, no_grad

from .compiled import compile_step
from .data import DataLoader
from .figures import figure_of, style
from .losses import check_signs, cross_entropy, floats
from .module import Module
from .optimizers import Optimizer
from .schedules import Schedule

Loss = Callable[[Any, Any], Any]
Metric = Callable[[Any, Any], float]


def accuracy(outputs: Any, labels: Any) -> float:
    """The part that is right: the largest of each row against integer labels, or the sign against -1 and 1.

    Raises ShapeError for shapes and for labels that are none of these, which would all be wrong in silence.

    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    0.5
    """
    outputs, labels = _array("accuracy", outputs), _array("accuracy", labels)
    in_classes = outputs.ndim == 2 and outputs.shape[1] > 1
    if labels.shape != (outputs.shape[:1] if in_classes else outputs.shape):
        raise ShapeError(
            f"accuracy takes scores (n, classes) and integer labels (n,), or scores and labels -1 and 1 of one shape; "
            f"got {outputs.shape} and {labels.shape}: one-hot rows become labels by argmax(axis=1)"
        )
    if not in_classes:
        check_signs("accuracy", labels, "; for targets that are no labels give fit a metric of your own")
        return float(np.mean(np.sign(outputs) == labels))
    if np.any(labels != np.floor(labels)):
        raise ShapeError("accuracy takes integer labels; there are others among these: give fit a metric of your own")
    return float(np.mean(outputs.argmax(axis=1) == labels))


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


def _eager(model: Module, loss: Loss, optimizer: Optimizer) -> Callable[[Any, Any], tuple[float, Any]]:
    """What computes loss and outputs of a batch, and leaves the gradients in the parameters."""

    def differentiate(inputs: Any, targets: Any) -> tuple[float, Any]:
        optimizer.zero_grad()
        outputs = model(inputs)
        wrong = loss(outputs, targets)
        wrong.backward()
        return wrong.item(), outputs

    return differentiate


def fit(
    model: Module,
    data: DataLoader,
    optimizer: Optimizer,
    *,
    loss: Loss = cross_entropy,
    epochs: int = 1,
    validation: DataLoader | None = None,
    schedule: Schedule | None = None,
    metric: Metric = accuracy,
    callbacks: Sequence[Callable[[Epoch], object]] = (),
    step_callbacks: Sequence[Callable[[float], object]] = (),
    history: History | None = None,
    compiled: bool = False,
    progress: bool = True,
) -> History:
    """Train the model and return the history of the run.

    data: yields (inputs, targets). loss: loss(outputs, targets), a scalar. validation: measured after every
    epoch. schedule: a factor of the optimizer's learning rate for each step of this call (`nn.cosine`). metric: a
    number, shown as accuracy; whatever is no classification needs one of its own. callbacks: each called with the
    Epoch just done. step_callbacks: each called after every step with the loss of its batch, the gradients of the
    step still there (`nn.GradientNorms`). history: that of an earlier run, to which this one adds its epochs.
    compiled: whether loss and gradients run as a program (`nn.compile_step`): faster, and written into the same memory
    at every step. progress: in a terminal a bar with loss, accuracy and examples a second.

    Interrupted by Ctrl-C, or by an error, it leaves a model between two steps, the optimizer's own learning rate in
    place, and the epochs done in the `history` given, or else in the error's attribute `history`.

    >>> from nn import MLP, SGD
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(64, 2)).astype(np.float32)
    >>> model = MLP(2, [8], 2, rng=rng)
    >>> history = fit(model, DataLoader(x, (x[:, 0] > 0).astype(int), rng=rng), SGD(model.parameters(), 0.5),
    ...               epochs=20, progress=False)
    >>> history.epochs[-1].accuracy > 0.9
    True
    """
    if not (hasattr(data, "examples") and hasattr(optimizer, "step")):
        kinds = ", ".join(type(part).__name__ for part in (model, data, optimizer))
        raise KindError(f"fit takes a model, a DataLoader and an optimizer, in this order; got {kinds}")
    if not data.examples:
        raise ValueError("there is nothing to learn from: the data has no examples")
    history = History() if history is None else history
    base, step = optimizer.lr, 0
    differentiate = compile_step(model, loss, optimizer).differentiate if compiled else _eager(model, loss, optimizer)
    quiet = None if progress else True  # None: quiet where the output is no terminal
    try:
        for number in range(1, epochs + 1):
            model.train()
            start, total, right, seen = time.perf_counter(), 0.0, 0.0, 0
            with tqdm(total=data.examples, unit=" examples", unit_scale=True, leave=False, disable=quiet) as bar:
                bar.set_description(f"epoch {number}/{epochs}")
                for inputs, targets in data:
                    if schedule is not None:
                        optimizer.lr = base * schedule(step)
                    batch_loss, outputs = differentiate(inputs, targets)
                    batch_right = float(metric(outputs, targets))
                    optimizer.step()
                    step += 1
                    seen += len(inputs)
                    total += batch_loss * len(inputs)
                    right += batch_right * len(inputs)
                    for step_callback in step_callbacks:
                        step_callback(batch_loss)
                    if not bar.disable:
                        bar.set_postfix(loss=f"{total / seen:.4f}", accuracy=f"{right / seen:.2%}", refresh=False)
                        bar.update(len(inputs))
            seconds = time.perf_counter() - start
            epoch = Epoch(total / seen, right / seen, seconds, seen)
            if validation is not None:
                epoch.validation_loss, epoch.validation_accuracy = evaluate(model, validation, loss=loss, metric=metric)
            history.epochs.append(epoch)
            for callback in callbacks:
                callback(epoch)
    except BaseException as error:
        error.history = history  # type: ignore[attr-defined]
        raise
    finally:
        if schedule is not None:  # else the rate is what a callback may have made it
            optimizer.lr = base
    return history


@no_grad()
def evaluate(
    model: Module, data: DataLoader, *, loss: Loss = cross_entropy, metric: Metric = accuracy
) -> tuple[float, float]:
    """The mean loss and the metric over the data, the model out of training mode and nothing recorded.

    Each module's mode is afterwards what it was.
    """
    if not data.examples:
        raise ValueError("there is nothing to measure: the data has no examples")
    modes = [(module, module.training) for module in model.modules()]
    total, right, seen = 0.0, 0.0, 0
    try:
        model.eval()
        for inputs, targets in data:
            outputs = model(inputs)
            seen += len(inputs)
            total += float(loss(outputs, targets)) * len(inputs)
            right += float(metric(outputs, targets)) * len(inputs)
    finally:
        for module, training in modes:
            module.training = training
    return total / seen, right / seen


def _array(name: str, x: Any) -> np.ndarray[Any, Any]:
    numbers = floats(name, x)
    return np.asarray(numbers.data if isinstance(numbers, Tensor | Value) else numbers)
