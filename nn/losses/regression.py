"""Losses of numbers against numbers."""

from typing import Any

from autograd_mini import abs, clip, named_call, sum

from ..numbers import ABOVE_ZERO, boolean, number
from .reducing import reduced
from .targets import alike


@named_call("mse", "mean of (outputs - targets)²", "g × 2 (outputs - targets) / n", "-g × 2 (outputs - targets) / n")
def mse(outputs: Any, targets: Any, *, reduction: str = "mean") -> Any:
    """The mean squared error, mean((outputs - targets)²); outputs and targets of one shape.

    >>> import numpy as np
    >>> mse(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    np.float64(2.0)
    """
    return reduced("mse", _error("mse", outputs, targets) ** 2, reduction)


@named_call("mae", "mean of |outputs - targets|", "g × sign(outputs - targets) / n", "-g × sign(outputs - targets) / n")
def mae(outputs: Any, targets: Any, *, reduction: str = "mean") -> Any:
    """The mean absolute error, mean(|outputs - targets|), PyTorch's l1_loss; outputs and targets of one shape.

    >>> import numpy as np
    >>> mae(np.array([1.0, 3.0]), np.array([2.0, 0.0]))
    np.float64(2.0)
    """
    return reduced("mae", abs(_error("mae", outputs, targets)), reduction)


@named_call("huber")
def huber(outputs: Any, targets: Any, *, delta: float = 1.0, reduction: str = "mean") -> Any:
    """The mean of error² / 2 up to an error of delta, and of delta · (|error| - delta / 2) beyond (Huber 1964).

    Outliers pull with the strength delta and no more. outputs and targets of one shape; delta: above 0.

    >>> import numpy as np
    >>> huber(np.array([0.5, 3.0]), np.array([0.0, 0.0]), reduction="none")
    array([0.125, 2.5  ])
    """
    error = _error("huber", outputs, targets)
    delta = number("huber", "delta", delta, ABOVE_ZERO)
    pull = clip(error, -delta, delta)
    return reduced("huber", pull * (error - 0.5 * pull), reduction)


@named_call("sse", "sum of (outputs - targets)²", "g × 2 (outputs - targets)", "-g × 2 (outputs - targets)")
def sse(outputs: Any, targets: Any, *, half: bool = False) -> Any:
    """The sum of squared errors, sum((outputs - targets)²); outputs and targets of one shape.

    half: of that the half, whose gradient is outputs - targets.

    >>> import numpy as np
    >>> sse(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    np.float64(4.0)
    """
    total = sum(_error("sse", outputs, targets) ** 2)
    return 0.5 * total if boolean("sse", "half", half) else total


def _error(name: str, outputs: Any, targets: Any) -> Any:
    outputs, targets = alike(name, outputs, targets)
    return outputs - targets
