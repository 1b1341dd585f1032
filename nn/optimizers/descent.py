"""Descent along the gradient, with and without momentum, and along its signs."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from .optimizer import DecoupledDecay, Optimizer
from .settings import memories, memory, switch


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
        momentum: float = 0.0,
        *,
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


class Lion(DecoupledDecay):
    """Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms"): each number moves by lr.

    w -= lr · (sign(beta1 · m + (1 - beta1) · g) + weight_decay · w), then m = beta2 · m + (1 - beta2) · g. One running
    sum, where Adam has two; its authors take an lr three to ten times smaller than Adam's, and a weight_decay as many
    times larger.

    >>> from autograd_mini import Value
    >>> w = Value(5.0)
    >>> optimizer = Lion([w], lr=0.25)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    4.75
    """

    betas = memories()

    def __init__(
        self,
        parameters: Iterable[Any],
        lr: float = 1e-4,
        *,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay, betas=betas)

    @property
    def sums(self) -> int:
        """The average of g."""
        return 1

    def change(self, g: Any, *sums: Any) -> Any:
        """lr · the sign of the average of g, in which g itself counts 1 - beta1."""
        beta1, beta2 = self.betas
        (m,) = sums
        way = np.sign(beta1 * m + (1.0 - beta1) * g)
        m *= beta2
        m += (1.0 - beta2) * g
        return self.lr * way
