"""The wrong gradients that are published here, given to other frameworks' checkers: what do they let pass?

Run as a module it writes the page that compares them: python -m tests.support.other_checkers docs/checkers.md
"""

import sys
import warnings
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from autograd_mini import GradientError, check_gradients
from autograd_mini.checking.subjects import Subject, make_subject

from .wrong_by_hand import WRONG
from .wrong_gradients import Wrong


def subject_of(wrong: Wrong) -> tuple[Subject, list[Any]]:
    """The function of what varies, and copies of its arguments."""
    return make_subject(wrong.f, wrong.gradient, [x.copy() if isinstance(x, np.ndarray) else x for x in wrong.args])


def as_torch(subject: Subject, args: list[Any]) -> Callable[..., Any]:
    """A torch.autograd.Function with the subject's values and gradients, and with its second ones, where it has them."""
    import torch

    like = [float if isinstance(x, float) else np.asarray for x in args]

    def arrays(tensors: Any) -> list[Any]:
        return [take(x.detach().numpy()) for take, x in zip(like, tensors, strict=True)]

    def tensor(x: Any) -> Any:
        return torch.from_numpy(x) if type(x) is np.ndarray else torch.tensor(x)

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *tensors: Any) -> Any:
            ctx.save_for_backward(*tensors)
            return tensor(subject.value(arrays(tensors)))

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            tensors, higher = ctx.saved_tensors, subject.differentiate()
            if higher is None or not torch.is_grad_enabled():
                upstream = g.numpy() if g.ndim else float(g)
                return tuple(map(tensor, subject.pull_back(arrays(tensors), [upstream])[0]))
            together = as_torch(higher, [*args, np.ones(g.shape) if g.ndim else 1.0])(*tensors, g)
            ends = np.cumsum([0, *(x.numel() for x in tensors)])
            return tuple(together[a:b].reshape(x.shape) for (a, b), x in zip(pairwise(ends), tensors, strict=True))

    return Function.apply


def as_jax(subject: Subject, args: list[Any]) -> Callable[..., Any]:
    """A jax.custom_vjp with the subject's values and gradients, and with its second ones, where it has them."""
    import jax

    like = [float if isinstance(x, float) else np.array for x in args]

    def arrays(given: Any) -> list[Any]:
        return [take(x) for take, x in zip(like, given, strict=True)]

    def value(*given: Any) -> Any:
        return np.asarray(subject.value(arrays(given)))

    def pulled(g: Any, *given: Any) -> Any:
        return tuple(map(np.asarray, subject.pull_back(arrays(given), [np.array(g)[()]])[0]))

    shape = jax.ShapeDtypeStruct(np.shape(subject.value(args)), np.float64)
    shapes = tuple(jax.ShapeDtypeStruct(np.shape(x), np.float64) for x in args)
    upstream = np.ones(shape.shape)[()]

    @cache
    def together() -> Any:
        higher = subject.differentiate()
        return None if higher is None else as_jax(higher, [*args, upstream])

    def gradients(given: Any, g: Any) -> Any:
        if together() is None:
            return jax.pure_callback(pulled, shapes, g, *given)
        vector, ends = together()(*given, g), np.cumsum([0, *(x.size for x in given)])
        return tuple(vector[a:b].reshape(x.shape) for (a, b), x in zip(pairwise(ends), given, strict=True))

    f = jax.custom_vjp(lambda *given: jax.pure_callback(value, shape, *given))
    f.defvjp(lambda *given: (f(*given), given), gradients)
    return f
