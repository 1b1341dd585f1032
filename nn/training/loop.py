"""The loop over the data."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from ..data import DataLoader
from ..losses import cross_entropy
from ..module import Module
from ..numbers import boolean
from ..optimizers import Optimizer
from ..saving import Checkpoint
from ..schedules import Schedule
from .arguments import (
    check_history,
    check_loss,
    check_parts,
    check_schedule,
    check_watched,
    functions_in,
    lengths,
    validation_sets,
)
from .history import AFTER, Epoch, History
from .measuring import Loss, Metrics, measured, named
from .monitoring import Monitor
from .progress import shown_as
from .steps import Run, Step
from .stopping import STOP, EarlyStopping
from .telling import tell


def fit(
    model: Module,
    data: DataLoader,
    optimizer: Optimizer,
    *,
    loss: Loss = cross_entropy,
    epochs: int | None = None,
    steps: int | None = None,
    metrics: Metrics | None = None,
    validation: DataLoader | Mapping[str, DataLoader] | None = None,
    evaluate_training: bool = False,
    schedule: Schedule | None = None,
    clip_norm: float | None = None,
    patience: int | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    callbacks: Sequence[Callable[[Epoch], object]] = (),
    step_callbacks: Sequence[Callable[[float], object]] = (),
    history: History | None = None,
    compiled: bool = False,
    progress: bool = True,
) -> History:
    """Train the model and return the history of the run.

    data: yields (inputs, targets). loss: loss(outputs, targets), a scalar. epochs, steps: how long, in passes over the
    data (one, unless told) or in steps. metrics: a function of outputs and targets, plain arrays of all examples; or
    several, in a list or a dict by name; [] for none; unless told, accuracy where the targets are classes (integer
    labels, one-hot rows, or 0 / 1 or -1 / 1), R² where they are numbers; the outputs of an epoch are kept for them.
    validation: a DataLoader, or a dict of some by name, measured after every epoch. evaluate_training: whether the
    training data is too, which costs a pass (`Epoch` says what each number is). schedule: a factor of the optimizer's
    learning rate for each step of this call (`nn.cosine`). clip_norm: the longest that the gradients of a step may be
    together. patience: so many epochs without a better validation loss (or loss) end the run, and the best epoch's
    weights are put back; for other numbers see `EarlyStopping`. checkpoint: a folder of its own in which the end of
    each epoch is kept (the extra `save`); a run that was killed, started again by the same call in a new process, goes
    on from there and ends with the same weights, bit for bit, as one left alone; one that was over goes on for more
    epochs. What a data set draws by itself is not kept. Other parts than those of the run there, another clip_norm,
    loss or schedule, or one with other numbers (functools.partial's, those of `nn.cosine`), and a second run in the
    folder at the same time are a FileError, and nothing is lost.

    callbacks: each called with the Epoch just done. step_callbacks: each called after every step with the loss of its
    batch, the gradients of the step still there (`nn.GradientNorms`). One that returns `nn.STOP` ends the run, after
    what is left to do for the epoch. history: that of an earlier run, to which this one adds its epochs. compiled:
    whether loss and gradients run as a program (`nn.compile_step`): faster, and written into the same memory at every
    step. progress: a bar in a terminal and in a notebook, else a line an epoch on stderr.

    On the way it looks whether the training can work. A loss or gradient that is not finite, or a loss that uses none
    of the optimizer's parameters, is a TrainingError; the weights are then the last good ones. Parameters without a
    gradient or without an optimizer, those that do not move, a layer whose units are dead or saturated by three
    quarters, probabilities where the loss takes scores, float64 inputs of a float32 model and a loss that grows to 1000
    times the first are a TrainingWarning.

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
    check_parts(model, data, optimizer)
    check_loss(loss)
    check_schedule(schedule)
    check_history(history)
    callbacks = functions_in("callbacks", callbacks)
    step_callbacks = functions_in("step_callbacks", step_callbacks)
    check_watched(model, [*callbacks, *step_callbacks])
    for name, given in {"evaluate_training": evaluate_training, "compiled": compiled, "progress": progress}.items():
        boolean("fit", name, given)
    sets, most = validation_sets(validation), lengths(epochs, steps)
    history = History() if history is None else history
    if patience is not None:
        watched = f"{next(iter(sets))}_loss" if sets else "loss"
        callbacks = [*callbacks, EarlyStopping(model, patience, watch=watched)]
    if evaluate_training:
        sets = {AFTER: data, **sets}
    kept = None
    if checkpoint is not None:
        beside: dict[str, Any] = {"schedule": schedule, "history": history}
        beside |= {f"data.{name}": others for name, others in sets.items()}
        told = {"loss": loss, "schedule": schedule, "clip_norm": clip_norm}
        kept = Checkpoint(checkpoint, model, data, optimizer, told, beside, callbacks)
    with kept.alone() if kept else nullcontext():
        before = kept.load() if kept else None
        monitor, shown = Monitor(model, loss, optimizer, data.examples), shown_as(progress)
        step = Step(model, loss, optimizer, monitor, schedule=schedule, clip_norm=clip_norm, compiled=compiled)
        run = Run(step, data, most=most, metrics=named(metrics), step_callbacks=step_callbacks)
        if before:
            run.load_state_dict(before)
        try:
            if run.epochs > run.most_epochs or step.steps > run.most_steps:
                tell(
                    f"the run kept in {checkpoint} has {run.epochs} epochs already, {step.steps} steps, which is more "
                    "than is asked for: nothing is trained, and the model is as it was after the last of them"
                )
            while not run.is_over:
                with shown(run.title, data.examples) as line:
                    epoch = run.epoch(model, line)
                    monitor.after_steps()
                    for name, others in sets.items():
                        epoch.measured[name] = measured(model, others, loss, run.metrics)
                    line.finish(epoch)
                history.epochs.append(epoch)
                step.observe(epoch)
                answers = [callback(epoch) for callback in callbacks]
                run.is_stopped |= any(answer is STOP for answer in answers)
                if kept:
                    kept.save(run.state_dict())
                monitor.after_epoch(epoch.loss, last=run.is_over)
        except BaseException as error:
            error.history = history  # type: ignore[attr-defined]
            raise
        finally:
            step.end()
    for stopping in callbacks:
        if isinstance(stopping, EarlyStopping):
            stopping.restore()
    return history
