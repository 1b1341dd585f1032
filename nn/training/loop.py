"""The loop over the data, and the measure of a model."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from tqdm import tqdm

from autograd_mini import KindError, no_grad

from ..compiled import compile_step
from ..data import DataLoader
from ..losses import cross_entropy
from ..module import Module
from ..optimizers import Optimizer
from ..schedules import Schedule
from .history import Epoch, History
from .metrics import accuracy

Loss = Callable[[Any, Any], Any]
Metric = Callable[[Any, Any], float]


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

    >>> import numpy as np
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
