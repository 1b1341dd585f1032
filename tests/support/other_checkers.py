"""The published wrong gradients as functions of PyTorch and JAX, for their own checkers: what do those let pass?

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

from autograd_mini import check_gradients
from autograd_mini.checking.subjects.subject import Subject, make_subject

from .wrong_by_hand import WRONG
from .wrong_gradients import Wrong

LUCK = {"random", "counts its calls", "noise in f"}
"""Wrong by chance, or one call more than another: whether it is noticed once says little."""

COMPARED = [wrong for wrong in WRONG if wrong.said != "forward"]
"""A gradient that is handed to another framework is its reverse mode: a wrong forward mode stays behind."""


def gradcheck_notices(wrong: Wrong) -> bool:
    """PyTorch's gradcheck, and gradgradcheck where there is a second derivative, with their defaults."""
    import torch

    subject, args = subject_of(wrong)
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in args]
    torch.manual_seed(0)

    def check() -> None:
        torch.autograd.gradcheck(as_torch(subject, args), tensors)
        if subject.differentiate() is not None:
            torch.autograd.gradgradcheck(as_torch(subject, args), tensors)

    return raises(check)


def check_grads_notices(wrong: Wrong) -> bool:
    """JAX's check_grads in reverse mode, with its defaults, to the second order where there is one."""
    import jax
    from jax.test_util import check_grads

    subject, args = subject_of(wrong)
    order = 1 if subject.differentiate() is None else 2
    with jax.enable_x64(True):
        given = [*map(jax.numpy.array, args)]
        return raises(lambda: check_grads(as_jax(subject, args), given, order, modes=["rev"]))


def ours_notices(wrong: Wrong) -> bool:
    """check_gradients of the very function that gradcheck is given."""
    import torch

    subject, args = subject_of(wrong)
    return raises(lambda: check_gradients(as_torch(subject, args), *map(torch.tensor, args)))


def raises(check: Callable[[], Any]) -> bool:
    """Whether it says anything at all: errors that are none of a checker's count for it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check()
    except Exception:
        return True
    return False


CHECKERS = {"gradcheck": gradcheck_notices, "check_grads": check_grads_notices, "check_gradients": ours_notices}


def page() -> str:
    """The comparison, a line for each wrong gradient."""
    rows = {wrong.name: [notices(wrong) for notices in CHECKERS.values()] for wrong in COMPARED}
    passed = [len(rows) - sum(column) for column in zip(*rows.values(), strict=True)]
    return "\n".join(
        [
            "# What checkers let pass",
            "",
            f"The {len(rows)} wrong gradients of `tests/support`, each handed as a `torch.autograd.Function` to",
            "PyTorch's `gradcheck` (with `gradgradcheck`) and to `check_gradients`, and as a `jax.custom_vjp` to JAX's",
            "`check_grads`, all with their defaults. An error of any kind counts as noticed. Made by",
            "`python -m tests.support.other_checkers docs/checkers.md`; `make peers` looks whether it is still so.",
            "",
            f"| | {' | '.join(f'`{name}`' for name in CHECKERS)} |",
            f"| --- |{' --- |' * len(CHECKERS)}",
            f"| **let pass** | {' | '.join(f'**{count}**' for count in passed)} |",
            *(f"| {name} | {' | '.join('' if seen else 'passes' for seen in row)} |" for name, row in rows.items()),
            "",
        ]
    )


def subject_of(wrong: Wrong) -> tuple[Subject, list[Any]]:
    """The function of what varies, and copies of its arguments."""
    subject, filling = make_subject(wrong.f, wrong.gradient, wrong.args)
    return subject, filling.varying


def as_torch(subject: Subject, args: list[Any]) -> Callable[..., Any]:
    """A torch.autograd.Function of the subject's values and gradients, and of its second ones, where it has them."""
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


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
