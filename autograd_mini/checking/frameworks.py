"""Whose function it is, and whose tensor: that of the framework whose tensors it is given, or which made it."""

from collections.abc import Callable, Sequence
from typing import Any

from ..containers import mapped
from . import jax, torch
from .subjects.filling import Filling
from .subjects.foreign import Foreign

Adopt = Callable[[Callable[..., Any], Sequence[Any]], tuple[Foreign, Filling]]


def find_framework(f: Callable[..., Any], given: Sequence[Any]) -> Adopt | None:
    """What makes a subject of f, where f or one of its arguments is another framework's; else None."""
    things: list[Any] = [f]
    mapped(things.append, tuple(given))
    if any(map(torch.is_its_own, things)):
        return torch.adopt
    return jax.adopt if any(map(jax.is_its_own, things)) else None


def as_array(x: Any) -> Any:
    """A tensor of another framework's as an array of NumPy; anything else as it is."""
    for framework in torch, jax:
        if framework.is_its_own(x):
            return framework.as_array(x)
    return x
