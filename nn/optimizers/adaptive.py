"""Optimizers that give each number a rate of its own."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from .optimizer import DecoupledDecay, Optimizer
from .settings import above_zero, from_zero, memories, memory, switch


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


class AdamW(DecoupledDecay, Adam):
    """Adam with weight decay beside the gradient (Loshchilov and Hutter 2019): w -= lr · weight_decay · w too.

    The decay is not divided by sqrt(v), so it is the same for numbers of small and of large gradients. As
    torch.optim.AdamW.
    """

    def __init__(
        self,
        parameters: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(parameters, lr, betas=betas, eps=eps, weight_decay=weight_decay)


class NAdam(Optimizer):
    """Adam that looks ahead along its momentum, as Nesterov's does (Dozat 2016). As torch.optim.NAdam.

    w -= lr · n / (sqrt(v) + eps), v as Adam's. The momentum of step t is mu(t) = beta1 · (1 - 0.96^(t · momentum_decay)
    / 2); n = (1 - mu(t)) · g / (1 - mu(1) ··· mu(t)) + mu(t + 1) · m / (1 - mu(1) ··· mu(t + 1)).
    """

    betas = memories()
    eps = above_zero()
    momentum_decay = from_zero()

    def __init__(
        self,
        parameters: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
    ) -> None:
        super().__init__(parameters, lr, weight_decay, betas=betas, eps=eps, momentum_decay=momentum_decay)

    @property
    def sums(self) -> int:
        """The averages of g and of g²."""
        return 2

    def change(self, g: Any, *sums: Any) -> Any:
        """lr · n / (sqrt(v) + eps)."""
        (beta1, beta2), t = self.betas, self.steps
        m, v = sums
        m *= beta1
        m += (1.0 - beta1) * g
        v *= beta2
        v += (1.0 - beta2) * g * g
        mu, passed = _momentum(beta1, self.momentum_decay, t)
        ahead, passed_ahead = _momentum(beta1, self.momentum_decay, t + 1)
        n = (1.0 - mu) / (1.0 - passed) * g + ahead / (1.0 - passed_ahead) * m
        return self.lr * n / (np.sqrt(v / (1.0 - beta2**t)) + self.eps)


def _momentum(beta1: float, decay: float, step: int) -> tuple[float, float]:
    """NAdam's mu(step), and mu(1) ··· mu(step)."""
    products = _products(beta1, decay)
    while (n := len(products)) <= step and products[n - 1] > 1e-17:  # from there on 1 - product is 1
        products[n : n + 1] = [
            products[n - 1] * _mu(beta1, decay, n)
        ]  # in its place, though another thread was quicker
    return _mu(beta1, decay, step), products[min(step, len(products) - 1)]


def _mu(beta1: float, decay: float, step: int) -> float:
    return float(beta1 * (1.0 - 0.5 * 0.96 ** (step * decay)))


@cache
def _products(beta1: float, decay: float) -> list[float]:
    """The products that have been asked for so far; the first, of none, is 1."""
    return [1.0]


class Adagrad(Optimizer):
    """Adagrad (Duchi, Hazan and Singer 2011): w -= lr · g / (sqrt(s) + eps), s the sum of all g².

    What has been moved much is moved less and less; good where some numbers seldom have a gradient. As
    torch.optim.Adagrad.

    >>> from autograd_mini import Value
    >>> w = Value(5.0)
    >>> optimizer = Adagrad([w], lr=0.5)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    4.5
    """

    eps = above_zero()

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-2, *, eps: float = 1e-10, weight_decay: float = 0.0
    ) -> None:
        super().__init__(parameters, lr, weight_decay, eps=eps)

    @property
    def sums(self) -> int:
        """The sum of g²."""
        return 1

    def change(self, g: Any, *sums: Any) -> Any:
        """lr · g / (sqrt(s) + eps)."""
        (s,) = sums
        s += g * g
        return self.lr * g / (np.sqrt(s) + self.eps)


class RMSprop(Optimizer):
    """RMSprop (Tieleman and Hinton 2012): w -= lr · g / (sqrt(v) + eps), v the average of g². As torch.optim.RMSprop.

    Averages over about 1 / (1 - alpha) steps. centered: v less the square of the average of g, so it is g's variance
    (Graves 2013). momentum: u = momentum · u + g / (sqrt(v) + eps), w -= lr · u.

    >>> from autograd_mini import Value
    >>> w = Value(5.0)
    >>> optimizer = RMSprop([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    4.0
    """

    alpha = memory()
    eps = above_zero()
    momentum = memory()
    centered = switch()

    def __init__(
        self,
        parameters: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        super().__init__(parameters, lr, weight_decay, alpha=alpha, eps=eps, momentum=momentum, centered=centered)

    @property
    def sums(self) -> int:
        """The average of g²; centered that of g, and with momentum the velocity."""
        return 1 + int(self.centered) + int(self.momentum > 0.0)

    def change(self, g: Any, *sums: Any) -> Any:
        """lr · g / (sqrt(v) + eps), with the momentum of earlier steps."""
        v, *others = sums
        v *= self.alpha
        v += (1.0 - self.alpha) * g * g
        spread = v
        if self.centered:
            m = others[0]
            m *= self.alpha
            m += (1.0 - self.alpha) * g
            spread = np.maximum(v - m * m, 0.0)  # which rounding may take below 0
        way = g / (np.sqrt(spread) + self.eps)
        if not self.momentum:
            return self.lr * way
        velocity = others[-1]
        velocity *= self.momentum
        velocity += way
        return self.lr * velocity
