"""What becomes of the losses of many examples: their mean, their sum, or each its own."""

from typing import Any

from autograd_mini import KindError, mean, sum


def reduced(name: str, losses: Any, reduction: str) -> Any:
    """The mean or the sum of the losses, or they themselves.

    >>> import numpy as np
    >>> reduced("mse", np.array([1.0, 3.0]), "mean")
    np.float64(2.0)
    """
    if reduction == "mean":
        return mean(losses)
    if reduction == "sum":
        return sum(losses)
    if reduction == "none":
        return losses
    raise KindError(f'{name} takes as reduction "mean", "sum" or "none"; got {reduction!r}')
