"""What `fit` and `evaluate` are given: refused in words where it is not what it should be."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError

from ..data import DataLoader
from ..module import Module
from ..numbers import whole
from .history import AFTER, TRAINING, History


def lengths(epochs: int | None, steps: int | None) -> tuple[float, float]:
    """The most epochs and the most steps of a run: one of them is given, or neither, for one epoch."""
    if epochs is not None and steps is not None:
        raise ValueError(f"fit takes epochs or steps, not both; got epochs={epochs!r} and steps={steps!r}")
    if steps is not None:
        return np.inf, whole("fit", "steps", steps, least=1)
    return whole("fit", "epochs", 1 if epochs is None else epochs, least=1), np.inf


def check_parts(model: Any, data: Any, optimizer: Any) -> None:
    """A KindError where the parts of `fit` come in another order, a ValueError where the data is empty."""
    are_made = not any(isinstance(part, type) for part in (model, data, optimizer))
    if not (are_made and hasattr(data, "examples") and hasattr(optimizer, "step") and isinstance(model, Module)):
        kinds = ", ".join(map(_kind, (model, data, optimizer)))
        way_out = ": another library's DataLoader, nn.DataLoader(data.dataset) takes its data" * (
            hasattr(data, "dataset") and not hasattr(data, "examples")
        )
        raise KindError(f"fit takes a model, a DataLoader and an optimizer, in this order; got {kinds}{way_out}")
    if not data.examples:
        raise ValueError("there is nothing to learn from: the data has no examples")


def validation_sets(given: DataLoader | Mapping[str, DataLoader] | None) -> dict[str, DataLoader]:
    """Data sets by name; one alone is called "validation".

    >>> validation_sets({"after": DataLoader([1.0])})
    Traceback (most recent call last):
    ValueError: a validation set takes another name than 'after', which is the training data's
    """
    if given is None:
        return {}
    sets = dict(given) if isinstance(given, Mapping) else {"validation": given}
    for name, data in sets.items():
        if not (isinstance(name, str) and name and hasattr(data, "examples")):
            raise KindError(
                "validation takes a DataLoader, or a dict of some by name, {'test': loader}; "
                f"got {name!r}: {type(data).__name__}"
            )
        if name in (TRAINING, AFTER):
            raise ValueError(f"a validation set takes another name than {name!r}, which is the training data's")
        check_examples(data)
    return sets


def check_examples(data: Any) -> None:
    """A KindError for what is no DataLoader, a ValueError where there is nothing to measure a model by."""
    if not hasattr(data, "examples"):
        raise KindError(f"a model is measured on a DataLoader, DataLoader(x, y); got a {_kind(data)}")
    if not data.examples:
        raise ValueError("there is nothing to measure: the data has no examples")


def pair(batch: Any) -> tuple[Any, Any]:
    """A batch as inputs and targets; a ShapeError where it is not two of them.

    >>> pair(np.zeros((3, 2)))
    Traceback (most recent call last):
    autograd_mini.errors.ShapeError: a batch is inputs and targets, such as DataLoader(x, y) gives; got a ndarray of 3
    """
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        size = f" of {len(batch)}" if hasattr(batch, "__len__") else ""
        way_out = ": where the inputs are what is to be learned, as of an autoencoder, DataLoader(x, x)"
        raise ShapeError(
            f"a batch is inputs and targets, such as DataLoader(x, y) gives; got a {type(batch).__name__}{size}"
            f"{way_out if size == ' of 1' else ''}"
        )
    return batch[0], batch[1]


def check_function(name: str, given: Any, words: str) -> None:
    """A KindError unless it is a function, which the words tell.

    >>> check_function("loss", "mse", "of outputs and targets, such as nn.mse")
    Traceback (most recent call last):
    autograd_mini.errors.KindError: loss takes a function of outputs and targets, such as nn.mse; got 'mse'
    """
    if not callable(given) or isinstance(given, type):
        raise KindError(f"{name} takes a function {words}; got {given!r}")


def check_loss(loss: Any) -> None:
    """A KindError unless it is a function."""
    check_function("loss", loss, "of outputs and targets, such as nn.mse")


def check_schedule(schedule: Any) -> None:
    """A KindError unless it is a function of the step, or none."""
    if schedule is not None:
        check_function("schedule", schedule, "of the step, such as nn.cosine(steps)")


def check_history(history: Any) -> None:
    """A KindError unless it is a History, or none."""
    if history is not None and not isinstance(history, History):
        raise KindError(f"fit adds its epochs to a History, history=nn.History(); got a {_kind(history)}")


def check_measured(model: Any, data: Any) -> None:
    """A KindError where the parts of `evaluate` come in another order, a ValueError where the data is empty."""
    if not callable(model):
        raise KindError(f"evaluate takes a model and a DataLoader, in this order; got {_kind(model)}, {_kind(data)}")
    check_examples(data)


def _kind(part: Any) -> str:
    return f"the class {part.__name__}" if isinstance(part, type) else type(part).__name__


def functions_in(name: str, given: Any) -> list[Callable[..., Any]]:
    """Functions in a list of our own, for a generator gives its items once; a KindError where they are none.

    >>> functions_in("callbacks", (function for function in [len]))
    [<built-in function len>]
    """
    functions = [given] if callable(given) or not isinstance(given, Iterable) else list(given)
    if functions == [given] or not all(map(callable, functions)):
        raise KindError(f"{name} takes functions in a list, {name}=[function]; got {given!r}")
    return functions


def check_watched(model: Module, callbacks: Iterable[Any]) -> None:
    """A KindError for a callback that has `watched_parameters()`, and none of them is in the model trained."""
    trained = {id(parameter) for _, parameter in model.named_parameters()}
    for callback in callbacks:
        watched = getattr(callback, "watched_parameters", None)
        if callable(watched) and not isinstance(callback, type) and trained.isdisjoint(map(id, watched())):
            name = type(callback).__name__
            raise KindError(
                f"this {name} was made for another model than the one that fit trains, of which it holds no parameter: "
                f"make it of that one, {name}(model, …)"
            )
