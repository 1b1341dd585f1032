"""Optimizers that give each number a rate of its own."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from .optimizer import Optimizer
from .settings import above_zero, memories


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015): w -= lr · m / (sqrt(v) + eps), m and v the averages of g and g².

    Averages over about 1 / (1 - beta) steps, with the paper's correction for their start at 0.
    weight_decay is added to the gradient. As torch.optim.Adam.

    >>> from autograd_mini import Value
    >>> w = Value(5.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    4.9
    """

    betas = memories()
    eps = above_zero()

    def __init__(
        self,
        parameters: Iterable[Any],
        lr: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, weight_decay, betas=betas, eps=eps)

    @property
    def sums(self) -> int:
        """The averages of g and of g²."""
        return 2

    def change(self, g: Any, *sums: Any) -> Any:
        """lr · m / (sqrt(v) + eps), bias-corrected.

        The sums kept are m / (1 - beta1) and v / (1 - beta2): two passes over memory fewer. A parameter that
        joins late is corrected as if it had been there from the first step, with gradients of 0.
        """
        beta1, beta2 = self.betas
        m, v = sums
        m *= beta1
        m += g
        v *= beta2
        v += g * g
        spread = ((1.0 - beta2) / (1.0 - beta2**self.steps)) ** 0.5
        root = np.sqrt(v)
        root += self.eps / spread
        change = m / root
        change *= self.lr * (1.0 - beta1) / (1.0 - beta1**self.steps) / spread
        return change
