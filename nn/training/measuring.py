"""The measure of a model: the loss and the metrics over a set of data."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np

from autograd_mini import AutogradError, KindError, ShapeError, no_grad

from ..arrays import plain
from ..data import DataLoader
from ..losses import cross_entropy
from ..losses.targets import NEAR, loss_of
from ..module import Module
from ..predicting import resting
from .arguments import check_loss, check_measured, pair
from .history import Numbers
from .metrics import accuracy, r2

Loss = Callable[[Any, Any], Any]
Metric = Callable[[Any, Any], float]
Metrics = Metric | Sequence[Metric] | Mapping[str, Metric]


TAKEN = ("loss", "epoch", "seconds", "examples", "measured", "numbers")
"""What an epoch, and a column of the history's table, is called already."""


def named(metrics: Metrics | None) -> dict[str, Metric] | None:
    """Metrics by name, that of the function unless a dict says another; None stays, for those that suit the targets.

    >>> named([accuracy])
    {'accuracy': <function accuracy at 0x...>}
    """
    if metrics is None:
        return None
    if isinstance(metrics, Mapping):
        given = dict(metrics)
    else:
        functions = list(metrics) if isinstance(metrics, Iterable) else [metrics]
        if isinstance(metrics, str) or not all(map(callable, functions)):
            raise KindError(f"metrics takes functions of outputs and targets, metrics=[nn.accuracy]; got {metrics!r}")
        given = {getattr(function, "__name__", "?"): function for function in functions}
        if len(given) < len(functions) or not all(map(str.isidentifier, given)):
            raise KindError("metrics without a name of their own, such as lambdas, go in a dict: {'name': function}")
    for name, function in given.items():
        if not isinstance(name, str) or name in TAKEN or not callable(function):
            raise KindError(
                "metrics takes functions of outputs and targets: one, a list, or a dict by name, none of which is one "
                f"of {', '.join(TAKEN)}; got {name!r}: {type(function).__name__}"
            )
    return given


class Tally:
    """The loss and what the metrics need, gathered batch by batch.

    metrics: functions by name, each handed all outputs and all targets as plain arrays; None for those that suit the
    targets, which `chosen` are once `numbers` were asked for. With metrics the outputs of all batches are kept, as far
    as they are arrays. measure: the loss, as a function.
    """

    def __init__(self, metrics: dict[str, Metric] | None, measure: Loss) -> None:
        self.chosen, self.measure = metrics, measure
        self.total, self.examples = 0.0, 0
        self.outputs: list[Any] = []
        self.targets: list[Any] = []

    def add(self, loss: float, outputs: Any, targets: Any, examples: int) -> None:
        """Count a batch: its mean loss, what the model gave (a plain array; it is copied) and what was right."""
        if self.chosen is None and not self.examples and not suiting(outputs, targets, self.measure):
            self.chosen = {}  # what suits no batch suits not all of them, and need not be kept
        self.total += loss * examples
        self.examples += examples
        if self.chosen != {}:
            self.outputs.append(np.array(outputs) if isinstance(outputs, np.ndarray) else None)
            self.targets.append(targets)

    @property
    def loss(self) -> float:
        """The mean loss over the examples so far."""
        return self.total / self.examples

    def numbers(self) -> Numbers:
        """The loss and each metric, by name; a ValueError where there was no batch."""
        if not self.examples:
            raise ValueError("the data has examples but gave no batch of them: its batches may be larger than it is")
        found = {"loss": self.loss}
        if self.chosen == {}:
            return found
        outputs, targets = _joined(self.outputs), _joined(self.targets)
        if self.chosen is None:
            self.chosen = suiting(outputs, targets, self.measure)
        elif outputs is None or targets is None:
            raise ShapeError(
                "metrics are handed the outputs and targets of all batches in one array each, and those of this model "
                "cannot be joined: give metrics=[] and measure in a callback"
            )
        return found | {name: value_of(name, metric, outputs, targets) for name, metric in self.chosen.items()}


def value_of(name: str, metric: Metric, outputs: Any, targets: Any) -> float:
    """What a metric of that name says of outputs and targets; a KindError where it is no number.

    >>> value_of("accuracy", accuracy, np.array([0, 1]), np.array([1, 1]))
    0.5
    """
    found = metric(outputs, targets)
    if np.ndim(found) or not hasattr(found, "__float__"):
        shape = f" of shape {np.shape(found)}" if np.ndim(found) else ""
        raise KindError(
            f"the metric {name} gave a {type(found).__name__}{shape}; a metric of fit gives a number: measure others "
            "of model.predict(x), in a callback or after the run"
        )
    return float(found)


def _joined(parts: list[Any]) -> Any:
    """The batches in one array; None where they are no arrays, or not of one shape but for the examples."""
    shapes = {part.shape[1:] if isinstance(part, np.ndarray) and part.ndim else None for part in parts}
    return np.concatenate(parts) if len(shapes) == 1 and None not in shapes else None


def suiting(outputs: Any, targets: Any, loss: Loss) -> dict[str, Metric]:
    """The metric that suits outputs and targets, by its name; none where they are not of numbers for each example.

    Accuracy where the targets are classes: integer labels (...,) for outputs (..., classes), one-hot rows or, where the
    loss takes scores (`cross_entropy`), probabilities, of which the most probable class counts; or two labels, 0 and 1
    or -1 and 1, for one output an example, or for several of a loss whose scores are cut at 0. R² for other targets of
    the outputs' shape, rows of at most two axes.
    """
    if not (isinstance(outputs, np.ndarray) and isinstance(targets, np.ndarray) and targets.dtype.kind in "biuf"):
        return {}
    if outputs.ndim > 1 and outputs.shape[-1] > 1 and targets.shape == outputs.shape[:-1]:
        are_labels = targets.dtype.kind in "iu" and targets.min() >= 0 and targets.max() < outputs.shape[-1]
        return {"accuracy": accuracy} if are_labels else {}
    if outputs.ndim > 1 and outputs.shape == targets.shape and outputs.shape[-1] > 1 and _are_shares(targets):
        if np.all((targets == 0) | (targets == 1)):
            return {"accuracy": _of_rows}
        try:
            takes_scores = _takes_scores(outputs, targets, loss)
        except AutogradError:  # it takes probabilities, or their logarithms, which R² would be of
            return {}
        return {"accuracy": _of_rows} if takes_scores else {"r2": r2} if outputs.ndim <= 2 else {}
    if outputs.size == targets.size == len(outputs):
        labels = set(np.unique(targets).tolist())
        if not (labels <= {0, 1} or labels <= {-1, 1}):
            return {"r2": partial(_of_one, r2)}
        cut = _cut(outputs, targets, loss) if labels <= {0, 1} else 0.0
        return {"accuracy": partial(_of_one, partial(accuracy, threshold=cut))}
    if outputs.shape != targets.shape or outputs.ndim > 2:
        return {}
    are_signs = np.all((targets == 0) | (targets == 1)) or np.all(np.abs(targets) == 1)
    if are_signs and _cut(outputs, targets, loss) == 0.0:
        return {"accuracy": partial(_of_one, partial(accuracy, threshold=0.0))}
    return {"r2": r2}


def _are_shares(targets: Any) -> bool:
    """Whether each row is of probabilities, as far as rounding lets it be."""
    return bool(np.all(targets >= 0) and np.all(np.abs(targets.sum(axis=-1) - 1.0) < NEAR))


def _takes_scores(outputs: Any, targets: Any, loss: Loss) -> bool:
    """Whether a loss goes by the softmax of the outputs, which stays as it is where all of a row grow by 1."""
    output, target = outputs[:1], targets[:1]
    return bool(np.isclose(float(loss(output, target)), float(loss(output + 1, target))))


def _of_rows(outputs: Any, targets: Any) -> float:
    """The accuracy by the most probable class of each row."""
    return accuracy(outputs, targets.argmax(axis=-1))


def _of_one(metric: Metric, outputs: Any, targets: Any) -> float:
    """A metric of one output a label, in a column or not."""
    return metric(np.ravel(outputs), np.ravel(targets))


def _cut(outputs: Any, targets: Any, loss: Loss) -> float:
    """Where outputs change from the label 0 to 1: at 0, if the loss finds both as wrong there; else at 0.5.

    At 0 too, if the loss has no label 0: it is one for -1 and 1, and the 1 are all that has come so far.
    """
    output, label = np.zeros_like(outputs[:1]), np.zeros_like(targets[:1])
    try:
        with np.errstate(all="ignore"):  # of a probability of 0 the logarithm is infinite, and that is the answer
            is_logit = np.isclose(float(loss(output, label)), float(loss(output, np.ones_like(label))))
    except AutogradError:
        return 0.0
    return 0.0 if is_logit else 0.5


@contextmanager
def _kept(rng: np.random.Generator | None) -> Iterator[None]:
    """A context after which a source of randomness is as before: whether the data was measured changes no training."""
    if rng is None:
        yield
        return
    before = rng.bit_generator.state
    try:
        yield
    finally:
        rng.bit_generator.state = before


@no_grad()
def evaluate(model: Module, data: DataLoader, *, loss: Loss = cross_entropy, metrics: Metrics | None = None) -> Numbers:
    """The loss and the metrics over the data, by name, the model out of training mode and nothing recorded.

    data: yields (inputs, targets). The loss is the mean over the examples; each metric is metric(outputs, targets) of
    all of them together, plain arrays; metrics as in `fit`. Each module's mode, and the loader's source of randomness,
    is afterwards what it was.

    >>> from nn import MLP
    >>> x = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    >>> list(evaluate(MLP(2, [4], 2, rng=0), DataLoader(x, np.array([0, 1]))))
    ['loss', 'accuracy']
    """
    check_measured(model, data)
    check_loss(loss)
    return measured(model, data, loss, named(metrics))


@no_grad()
def measured(model: Module, data: DataLoader, loss: Loss, metrics: dict[str, Metric] | None) -> Numbers:
    """What `evaluate` gives, with metrics that have names already."""
    tally = Tally(metrics, loss)
    with resting(model), _kept(getattr(data, "rng", None)):
        for inputs, targets in map(pair, data):
            outputs = model(inputs)
            tally.add(float(loss_of(loss, outputs, targets)), plain(outputs), targets, len(inputs))
    return tally.numbers()
