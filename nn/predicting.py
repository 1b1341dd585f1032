"""A model used, not trained: out of training mode, and nothing recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, no_grad

from .arrays import Array, check_plain, plain
from .interrupts import uninterrupted
from .numbers import whole


@contextmanager
def resting(model: Any) -> Iterator[None]:
    """A context in which a model and all within it are out of training mode, each in its own mode again afterwards.

    >>> from nn import Linear
    >>> model = Linear(2, 1)
    >>> with resting(model):
    ...     model.training
    False
    >>> model.training
    True
    """
    modes = [(module, module.training) for module in model.modules()]
    try:
        model.eval()
        yield
    finally:
        with uninterrupted():
            for module, training in modes:
                module.training = training


def predict(model: Any, x: Any, *, batch_size: int = 1000) -> Array:
    """What the model gives for the rows of x, as one plain array; see `Module.predict`."""
    is_data_set = hasattr(x, "__getitem__") and not (hasattr(x, "shape") or isinstance(x, list | tuple))
    if is_data_set or hasattr(x, "dataset"):
        raise KindError(
            f"predict takes the inputs alone, an array of rows; got a {type(x).__name__}: evaluate(model, loader) "
            "measures on data with targets, and of a data set of arrays, dataset.batch(slice(None))[0] are the inputs"
        )
    check_plain("predict", x)
    x = np.asarray(plain(x))
    if not x.ndim:
        raise ShapeError("predict takes rows, (n, ...): put a single example in a list")
    batch_size = whole("predict", "batch_size", batch_size, least=1)
    with resting(model), no_grad():
        given = [plain(model(x[start : start + batch_size])) for start in range(0, max(1, len(x)), batch_size)]
    for part in given:
        if not isinstance(part, np.ndarray):
            raise KindError(
                f"predict gives one array, and this model gives a {type(part).__name__}: call the model itself"
            )
    first: Array = given[0]  # of a whole batch; the last one may be smaller
    if len(given) == 1:
        return first.copy()
    for part, start in zip(given, range(0, len(x), batch_size), strict=True):
        rows = min(batch_size, len(x) - start)
        if not part.ndim or len(part) * batch_size != len(first) * rows or part.shape[1:] != first.shape[1:]:
            raise ShapeError(
                f"predict joins what the model gives of {batch_size} rows at a time, but of {batch_size} rows it gives "
                f"{first.shape}, of {rows} rows {part.shape}: call the model itself, or give a larger batch_size"
            )
    return np.concatenate(given)
