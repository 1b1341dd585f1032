"""A function of another framework's tensors, with the derivatives which that framework gives."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np

from ...errors import KindError
from .subject import Arguments


class Foreign(ABC):
    """A subject whose derivatives are those of the framework that it is written in.

    An adapter says how arrays go in and come out, and how this framework is asked for derivatives: on the CPU, and
    where arguments are of double precision, in that.

    left_out: what is not looked at, in words for the report.
    """

    left_out: tuple[str, ...] = ()

    def __init__(self, f: Callable[..., Any], names: list[str], point: Arguments) -> None:
        """point: the given arguments; there it is tried whether f can be differentiated once more."""
        self.f, self.names, self.point = f, names, point

    def wrap(self, x: Any) -> Any:
        """The array itself: it is handed over with each call."""
        return x

    @abstractmethod
    def value(self, args: Arguments) -> Any:
        """f's value as a NumPy array."""

    @abstractmethod
    def pull_back(self, args: Arguments, upstreams: Iterable[Any]) -> list[tuple[Any, ...]]:
        """One run of f, one sweep for each upstream."""

    @abstractmethod
    def pull_back_each(self, args: Arguments, upstream: Any) -> tuple[Any, ...]:
        """The gradient of each argument, all the others being constants."""

    @abstractmethod
    def push_forward(self, args: Arguments, directions: Iterable[Arguments]) -> list[Any] | None:
        """One run of f for each direction; None where f has no forward mode."""

    @abstractmethod
    def gradient(self, *tensors: Any) -> Any:
        """All gradients in one vector, of the arguments and an upstream gradient, all the framework's own tensors."""

    @abstractmethod
    def is_refused(self, error: Exception) -> bool:
        """Whether the framework says by this error that there is no such derivative, rather than that it fails."""

    @cached_property
    def higher(self) -> "Foreign | None":
        """The gradient as a function; None where the framework does not differentiate it."""
        try:
            return self.differentiable(self.gradient)
        except Exception as error:
            if self.is_refused(error):
                return None
            raise

    def differentiable(self, gradient: Callable[..., Any]) -> "Foreign":
        """The gradient as a subject, once it was differentiated at the given point; raises where that fails."""
        upstream = np.ones_like(self.value(self.point))
        subject = type(self)(gradient, [*self.names, "the upstream gradient"], [*self.point, upstream])
        subject.pull_back(subject.point, [np.ones_like(subject.value(subject.point))])
        return subject

    def differentiate(self) -> "Foreign | None":
        """`higher`, which is asked for at every point."""
        return self.higher


def comes_from(package: str, x: Any) -> bool:
    """Whether a function, or what it is of, was made by this package."""
    return str(getattr(x, "__module__", None)).partition(".")[0] == package


def is_differentiated(dtype: str, name: str) -> bool:
    """Whether f is differentiated by an array of this dtype; a KindError for floats too coarse and complex numbers."""
    if dtype in ("float32", "float64"):
        return True
    if "float" in dtype or "complex" in dtype:
        raise KindError(f"{name} is of {dtype}; derivatives are by float32 and float64: convert it first")
    return False
