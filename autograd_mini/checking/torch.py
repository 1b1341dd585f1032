"""PyTorch's functions for a check: a function of tensors, a `torch.autograd.Function`, a module."""

import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..containers import mapped
from ..errors import KindError
from .subjects.filling import Filling
from .subjects.foreign import Foreign, is_differentiated
from .subjects.subject import Arguments
from .subjects.trials import telling_the_call


class TorchFunction(Foreign):
    """A function of PyTorch's tensors, differentiated by `torch.autograd`."""

    def value(self, args: Arguments) -> Any:
        """f's value; its tensors lie where the arrays lie, so that a write is seen."""
        return as_array(self.f(*map(as_tensor, args)))

    def pull_back(self, args: Arguments, upstreams: Iterable[Any]) -> list[tuple[Any, ...]]:
        """One run of f, one call of `torch.autograd.grad` for each upstream."""
        leaves = [as_tensor(x).requires_grad_() for x in args]
        root = self.f(*leaves)
        found = []
        for upstream in upstreams:
            with telling_the_call("torch.autograd.grad", upstream, args, self.names):
                found.append(tuple(as_array(g).copy() for g in _sweep(root, leaves, as_tensor(upstream), False)))
        return found

    def push_forward(self, args: Arguments, directions: Iterable[Arguments]) -> list[Any] | None:
        """One run of f on dual numbers for each direction; None where some part of f has no `jvp`."""
        import torch
        from torch.autograd import forward_ad

        def push(direction: Arguments) -> Any:
            with forward_ad.dual_level():
                duals = [forward_ad.make_dual(as_tensor(x), as_tensor(d)) for x, d in zip(args, direction, strict=True)]
                value, tangent = forward_ad.unpack_dual(self.f(*duals))
                return as_array(torch.zeros_like(value) if tangent is None else tangent).copy()

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "`torch.jit", DeprecationWarning)  # PyTorch's of itself
            try:
                return [*map(push, directions)]
            except NotImplementedError:
                return None

    def gradient(self, *tensors: Any) -> Any:
        """`torch.autograd.grad` with `create_graph=True`."""
        import torch

        *args, upstream = tensors
        with torch.enable_grad():
            leaves = [x if x.requires_grad else x.clone().requires_grad_() for x in args]
            found = _sweep(self.f(*leaves), leaves, upstream, True)
            return torch.cat([g.reshape(-1) for g in found])

    def is_refused(self, error: Exception) -> bool:
        """Of what is `once_differentiable`, and of operations whose derivative has no derivative."""
        return isinstance(error, NotImplementedError) or "is not implemented" in str(error)


def is_its_own(x: Any) -> bool:
    """Whether this is a tensor or a function of PyTorch's; nothing is, as long as nobody has imported PyTorch."""
    torch = sys.modules.get("torch")
    if torch is None:
        return False
    is_function = isinstance(x, type) and issubclass(x, torch.autograd.Function)
    return is_function or isinstance(x, torch.Tensor | torch.nn.Module)


def adopt(f: Callable[..., Any], given: Sequence[Any]) -> tuple[TorchFunction, Filling]:
    """f as a subject, and where what varies stands: tensors that require a gradient, or all of floats if none does."""
    import torch

    if isinstance(f, torch.nn.Module) and any(p.dtype == torch.float32 for p in f.parameters()):
        raise KindError(
            "a module is checked in double precision, and this one has float32 inside: pass module.double()"
        )
    tensors: list[Any] = []
    mapped(lambda x: tensors.append(x) if isinstance(x, torch.Tensor) else None, tuple(given))
    marked = any(x.requires_grad for x in tensors)

    def varies(x: Any, name: str) -> bool:
        if isinstance(x, torch.Tensor):
            kind = str(x.dtype).removeprefix("torch.")
            return (x.requires_grad or not marked) and is_differentiated(kind, name)
        return isinstance(x, np.ndarray) and is_differentiated(str(x.dtype), name)

    # Given are tensors that are marked as those were, so that they can be checked once more.
    give = lambda x: as_tensor(np.array(x)).requires_grad_(marked)
    filling = Filling(tuple(given), varies, lambda x: np.array(as_array(x)), give)
    apply = f.apply if isinstance(f, type) else f  # type: ignore[attr-defined]

    def call(*values: Any) -> Any:
        """Constants of floats come in the precision of what varies: many operations take no two."""
        alike = lambda x: x.to(values[0].dtype) if isinstance(x, torch.Tensor) and x.is_floating_point() else x
        called = (lambda *args: apply(*mapped(alike, args))) if marked else apply
        return filling.call("f", called, values)

    return TorchFunction(call, filling.names, filling.varying), filling


def as_tensor(x: Any) -> Any:
    """The array's memory as a tensor; what a tensor cannot be (read-only, of negative strides) as a copy."""
    import torch

    x = np.asarray(x)
    return torch.from_numpy(x if x.flags.writeable and min(x.strides, default=0) >= 0 else x.copy())


def as_array(x: Any) -> Any:
    """A tensor as an array; anything else as it is."""
    return x.numpy(force=True) if hasattr(x, "detach") else x


def _sweep(root: Any, leaves: list[Any], upstream: Any, differentiable: bool) -> Sequence[Any]:
    """The gradients of the leaves, 0 where the root does not depend on them."""
    import torch

    if not (isinstance(root, torch.Tensor) and root.requires_grad):
        return [torch.zeros_like(x) for x in leaves]
    options = {"retain_graph": True, "allow_unused": True, "materialize_grads": True}
    found: Sequence[Any] = torch.autograd.grad(root, leaves, upstream, create_graph=differentiable, **options)
    if differentiable and any(_is_refusing(g.grad_fn) for g in found):
        raise NotImplementedError("a part of f is once_differentiable")
    return found


def _is_refusing(node: Any) -> bool:
    """Whether a node of the graph raises when it is swept; one that leads to no leaf is left out, not asked."""
    seen, waiting = set(), [node]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            waiting += [parent for parent, _ in node.next_functions]
    return any(node.name() == "torch::autograd::Error" for node in seen)
