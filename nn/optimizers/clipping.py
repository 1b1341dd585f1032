"""Clipping: gradients that are too long are made shorter before a step."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd_mini import KindError

from ..arrays import norm_of
from ..interrupts import uninterrupted
from ..module import Parameter
from ..numbers import Range, number
from .optimizer import gradient_of

BOUNDS = Range("a number above 0", lambda x: x > 0.0)


def clip_grad_norm_(parameters: Iterable[Parameter], max_norm: float) -> float:
    """Scale all gradients by one factor so that their common norm is max_norm at most; the norm that they had.

    parameters: as `model.parameters()` gives them, between backward and step; those without a gradient do not count.
    The norm is the Euclidean one of all numbers together, computed in float64 (Pascanu, Mikolov and Bengio 2013, "On
    the difficulty of training recurrent neural networks"). As torch.nn.utils.clip_grad_norm_, but max_norm is reached
    exactly: PyTorch adds 1e-6 to the norm that it divides by. max_norm may be inf, where only the norm is wanted.

    Raises FloatingPointError, with all gradients as they are, where one is nan or infinite: scaled, it would make nan
    of all others.

    >>> from autograd_mini import Tensor
    >>> w = Tensor([3.0, 4.0])
    >>> (w * w).sum().backward()
    >>> clip_grad_norm_([w], max_norm=5.0), w.grad
    (10.0, array([3., 4.]))
    """
    most = number("clip_grad_norm_", "max_norm", max_norm, BOUNDS)
    held = _with_gradients("clip_grad_norm_", parameters)
    norm = math.hypot(*(norm_of(g) for _, g in held))
    if not math.isfinite(norm):
        raise _told("clip_grad_norm_", [p for p, g in held if not np.isfinite(g).all()])
    if norm > most:
        with uninterrupted():
            for parameter, g in held:
                parameter.grad = g * (most / norm)
    return norm


def clip_grad_value_(parameters: Iterable[Parameter], clip_value: float) -> None:
    """Bring each number of each gradient between -clip_value and clip_value. As torch.nn.utils.clip_grad_value_.

    Raises FloatingPointError, with all gradients as they are, where one is nan.

    >>> from autograd_mini import Tensor
    >>> w = Tensor([3.0, -0.25])
    >>> (w * w).sum().backward()
    >>> clip_grad_value_([w], 1.0)
    >>> w.grad
    array([ 1. , -0.5])
    """
    most = number("clip_grad_value_", "clip_value", clip_value, BOUNDS)
    held = _with_gradients("clip_grad_value_", parameters)
    if wrong := [p for p, g in held if np.isnan(g).any()]:
        raise _told("clip_grad_value_", wrong)
    with uninterrupted():
        for parameter, g in held:
            parameter.grad = np.clip(g, -most, most) if isinstance(g, np.ndarray) else max(-most, min(g, most))


def _with_gradients(function: str, parameters: Any) -> list[tuple[Parameter, Any]]:
    """Each parameter once that has a gradient, and the gradient's numbers."""
    if not isinstance(parameters, Iterable):
        raise KindError(f"{function} takes model.parameters(); got a {type(parameters).__name__}")
    given = [parameters] if isinstance(parameters, Parameter) else list(parameters)
    for parameter in given:
        if not isinstance(parameter, Parameter):
            raise KindError(f"{function} takes model.parameters(); got a {type(parameter).__name__} among them")
    return [(p, gradient_of(p)) for p in dict.fromkeys(given) if p.grad is not None]


def _told(function: str, wrong: list[Parameter]) -> FloatingPointError:
    names = ", ".join(f"{p.label or 'a parameter'} of shape {np.shape(p)}" for p in wrong)
    return FloatingPointError(
        f"{function}: the gradient of {names or 'all together'} is nan or infinite; autograd_mini.diagnose(loss) says "
        "which operation it comes from"
    )
