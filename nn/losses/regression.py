"""Losses of numbers against numbers."""

from typing import Any

from autograd_mini import mean, sum

from .targets import alike


def mse(outputs: Any, targets: Any) -> Any:
    """The mean squared error, mean((outputs - targets)²); outputs and targets of one shape.

    >>> import numpy as np
    >>> mse(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    np.float64(2.0)
    """
    return mean(_error("mse", outputs, targets) ** 2)


def sse(outputs: Any, targets: Any) -> Any:
    """The sum of squared errors, sum((outputs - targets)²); outputs and targets of one shape.

    >>> import numpy as np
    >>> sse(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    np.float64(4.0)
    """
    return sum(_error("sse", outputs, targets) ** 2)


def _error(name: str, outputs: Any, targets: Any) -> Any:
    outputs, targets = alike(name, outputs, targets)
    return outputs - targets
