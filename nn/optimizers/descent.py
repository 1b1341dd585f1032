"""Gradient descent, with and without momentum."""

from collections.abc import Iterable
from typing import Any

from .optimizer import Optimizer
from .settings import memory, switch


class SGD(Optimizer):
    """Stochastic gradient descent: w -= lr · g, or with momentum v = momentum · v + g, w -= lr · v.

    nesterov: look ahead, w -= lr · (g + momentum · v) (Sutskever et al. 2013). As torch.optim.SGD.

    >>> from autograd_mini import Value
    >>> w = Value(5.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    4.0
    """

    momentum = memory()
    nesterov = switch()

    def __init__(
        self,
        parameters: Iterable[Any],
        lr: float,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay, momentum=momentum, nesterov=nesterov)
        if any(group["nesterov"] and not group["momentum"] for group in self.groups):
            raise ValueError("nesterov looks ahead along the momentum: give momentum > 0")

    @property
    def sums(self) -> int:
        """The velocity, where there is momentum."""
        return 1 if self.momentum else 0

    def change(self, g: Any, *sums: Any) -> Any:
        """lr · g, with the momentum of earlier steps."""
        if not sums:
            return self.lr * g
        (velocity,) = sums
        velocity *= self.momentum
        velocity += g
        return self.lr * (g + self.momentum * velocity if self.nesterov else velocity)
