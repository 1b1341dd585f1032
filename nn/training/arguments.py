"""What `fit` and `evaluate` are given: refused in words where it is not what it should be."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError

from ..data import DataLoader
from ..module import Module
from .history import AFTER, TRAINING, History


def whole(name: str, number: Any) -> int:
    """A whole number, 1 or more; else a ValueError.

    >>> whole("epochs", 0)
    Traceback (most recent call last):
    ValueError: epochs is 0; it takes a whole number, 1 or more
    """
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
        raise ValueError(f"{name} is {number!r}; it takes a whole number, 1 or more")
    return int(number)


def lengths(epochs: int | None, steps: int | None) -> tuple[float, float]:
    """The most epochs and the most steps of a run: one of them is given, or neither, for one epoch."""
    if epochs is not None and steps is not None:
        raise ValueError(f"fit takes epochs or steps, not both; got epochs={epochs!r} and steps={steps!r}")
    if steps is not None:
        return np.inf, whole("steps", steps)
    return whole("epochs", 1 if epochs is None else epochs), np.inf


def check_parts(model: Any, data: Any, optimizer: Any) -> None:
    """A KindError where the parts of `fit` come in another order, a ValueError where the data is empty."""
    are_made = not any(isinstance(part, type) for part in (model, data, optimizer))
    if not (are_made and hasattr(data, "examples") and hasattr(optimizer, "step") and isinstance(model, Module)):
        kinds = ", ".join(type(part).__name__ for part in (model, data, optimizer))
        raise KindError(f"fit takes a model, a DataLoader and an optimizer, in this order; got {kinds}")
    if not data.examples:
        raise ValueError("there is nothing to learn from: the data has no examples")


def check_settings(loss: Any, schedule: Any, history: Any) -> None:
    """A KindError for a loss or a schedule that is no function, and for a history that is none.

    >>> check_settings("mse", None, None)
    Traceback (most recent call last):
    autograd_mini.errors.KindError: loss is a function, loss(outputs, targets); got a str
    """
    if not callable(loss):
        raise KindError(f"loss is a function, loss(outputs, targets); got a {type(loss).__name__}")
    if schedule is not None and not callable(schedule):
        raise KindError(f"schedule is a function of the step, such as nn.cosine(1000); got a {type(schedule).__name__}")
    if history is not None and not isinstance(history, History):
        raise KindError(f"history is a History; got a {type(history).__name__}")


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
        raise KindError(f"a model is measured by a DataLoader, DataLoader(x, y); got a {type(data).__name__}")
    if not data.examples:
        raise ValueError("there is nothing to measure: the data has no examples")


def pair(batch: Any) -> tuple[Any, Any]:
    """A batch as inputs and targets; a ShapeError where it is not two of them.

    >>> pair((np.zeros(3),))
    Traceback (most recent call last):
    autograd_mini.errors.ShapeError: a batch is inputs and targets, such as DataLoader(x, y) gives; got a tuple of 1
    """
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        size = f" of {len(batch)}" if hasattr(batch, "__len__") else ""
        raise ShapeError(
            f"a batch is inputs and targets, such as DataLoader(x, y) gives; got a {type(batch).__name__}{size}"
        )
    return batch[0], batch[1]


def functions_in(name: str, given: Any) -> list[Callable[..., Any]]:
    """Functions in a list of our own, for a generator gives its items once; a KindError where they are none.

    >>> functions_in("callbacks", (function for function in [len]))
    [<built-in function len>]
    """
    functions = [given] if callable(given) or not isinstance(given, Iterable) else list(given)
    if functions == [given] or not all(map(callable, functions)):
        raise KindError(f"{name} takes functions in a list, {name}=[function]; got {given!r}")
    return functions
