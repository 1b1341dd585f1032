"""PyTorch's functions under our names and with our signatures; what it has no function for is made of two or three."""

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from ..table.row import Case

# What it calls as we do.
_ALIKE = """abs add arccos arccosh arcsin arcsinh arctan arctan2 arctanh ceil copysign cos cosh divide einsum erf
erfc exp exp2 expm1 floor fmax fmin fmod hypot inner log log10 log1p log2 logaddexp logaddexp2 matmul
maximum minimum moveaxis multiply negative positive ravel reciprocal relu remainder sigmoid sign sin sinc
sinh sqrt square subtract swapaxes tan tanh trunc"""


def takes(case: Case) -> bool:
    """Whether it has the call.

    Not a mask of a reduction, not axis=(), which is all axes to it, not the other modes of padding and taking or orders
    of reading; not the spread of one number, whose second derivative is nan to it, or of none, of which it warns.
    """
    (shape, *_), args, named, _ = case.call
    masked_or_of_a_mode = {"where", "initial", "mode", "order"} & set(named)
    padded_by_a_mode = case.row.name == "pad" and any(isinstance(x, str) for x in args)
    spread_of_one = case.row.name in ("std", "var") and math.prod(shape) < 2
    return not (masked_or_of_a_mode or padded_by_a_mode or spread_of_one or named.get("axis") == ())


def pytorch() -> dict[str, Callable[..., Any]]:
    """PyTorch's functions; it is imported here, so that tests without it need not have it."""
    import torch

    f = torch.nn.functional

    def whole(function: Callable[..., Any]) -> Callable[..., Any]:
        """Along an axis; of all laid in a row where that is None."""
        return lambda x, axis=None: function(x.ravel() if axis is None or x.ndim == 0 else x, axis or 0)

    def over_axes(function: Callable[..., Any]) -> Callable[..., Any]:
        def reduced(x: Any, axis: Any = None, keepdims: bool = False, **named: Any) -> Any:
            return function(x, tuple(range(x.ndim)) if axis is None else axis, keepdim=keepdims, **named)

        return reduced

    def spread(function: Callable[..., Any]) -> Callable[..., Any]:
        def spreading(x: Any, axis: Any = None, keepdims: bool = False, ddof: float = 0) -> Any:
            return over_axes(function)(x, axis, keepdims, correction=ddof)

        return spreading

    def one_by_one(x: Any, axes: Any, keepdim: bool) -> Any:
        axes = sorted((axis % x.ndim for axis in np.atleast_1d(axes)), reverse=True) if x.ndim else []
        return reduce(lambda z, axis: torch.prod(z, int(axis), keepdim), axes, x)

    def of_slices(function: Callable[..., Any]) -> Callable[..., Any]:
        def softened(x: Any, axis: Any = -1) -> Any:
            every = axis is None or (isinstance(axis, tuple) and len(axis) == x.ndim)
            return function(x.ravel(), 0).reshape(x.shape) if every else function(x, axis)

        return softened

    def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
        return torch.linalg.vector_norm(x, 2 if ord in (None, "fro") else ord, axis, keepdims)

    def shaped(function: Callable[..., Any]) -> Callable[..., Any]:
        """The same elements in the shape that NumPy's function gives."""
        return lambda x, *args, **named: x.reshape(function(np.empty(x.shape), *args, **named).shape)

    def places(shape: Any, index: Any) -> Any:
        """Where in a row of all elements the index finds its own."""
        return torch.tensor(np.arange(math.prod(shape)).reshape(shape)[index].copy())

    def scatter(x: Any, index: Any, shape: Any) -> Any:
        to = places(shape, index)
        return torch.zeros(math.prod(shape)).to(x).index_add(0, to.ravel(), x.expand(to.shape).ravel()).reshape(shape)

    def windows(x: Any, size: Any, stride: Any, dilation: Any) -> Any:
        ndim, first = len(size), x.ndim - len(size)
        for axis in range(ndim):
            x = x.unfold(first + axis, (size[axis] - 1) * dilation[axis] + 1, stride[axis])[..., :: dilation[axis]]
        return x.movedim(tuple(range(-ndim, 0)), tuple(range(first, first + ndim)))

    def overlap_add(w: Any, shape: Any, stride: Any, dilation: Any) -> Any:
        whole_shape = (*w.shape[: -2 * len(shape)], *shape)
        count = math.prod(whole_shape)
        to = windows(torch.arange(count).reshape(whole_shape), w.shape[-2 * len(shape) : -len(shape)], stride, dilation)
        return torch.zeros(count).to(w).index_add(0, to.ravel(), w.ravel()).reshape(whole_shape)

    def set_at(x: Any, index: Any, values: Any) -> Any:
        to = places(x.shape, index)
        return x.ravel().index_copy(0, to.ravel(), values.expand(to.shape).ravel()).reshape(x.shape)

    def clip(x: Any, a_min: Any = None, a_max: Any = None, **named: Any) -> Any:
        ends = (named.get("min", a_min), named.get("max", a_max))
        given = [torch.as_tensor(end).to(x) for end in ends if end is not None]
        x, *given = torch.broadcast_tensors(x, *given)  # its second derivative knows no other shapes
        return torch.clamp(x, *(end if end is None else given.pop(0) for end in ends))

    def take(x: Any, indices: Any, axis: Any = None) -> Any:
        indices = torch.tensor(indices, dtype=torch.int64)
        return torch.take(x, indices) if axis is None else x[(slice(None),) * (axis % x.ndim) + (indices,)]

    def take_along_axis(x: Any, indices: Any, axis: Any = -1) -> Any:
        return whole(lambda x, axis: torch.take_along_dim(x, torch.tensor(indices), axis))(x, axis)

    def diff(x: Any, n: int = 1, axis: int = -1, *beside: Any) -> Any:
        return torch.diff(
            x, n, axis, *(part if part.ndim else part.expand(x.narrow(axis, 0, 1).shape) for part in beside)
        )

    def pad(x: Any, pad_width: Any, constant_values: float = 0.0) -> Any:
        return f.pad(x, np.broadcast_to(pad_width, (x.ndim, 2))[::-1].ravel().tolist(), value=constant_values)

    def dot(x: Any, y: Any) -> Any:
        return x * y if 0 in (x.ndim, y.ndim) else torch.tensordot(x, y, ([x.ndim - 1], [max(y.ndim - 2, 0)]))

    def tensordot(x: Any, y: Any, axes: Any = 2) -> Any:
        return torch.tensordot(x, y, axes if isinstance(axes, int) else [np.atleast_1d(a).tolist() for a in axes])

    def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
        return torch.diagonal(x, offset, axis1, axis2)

    def unwrap(x: Any, *args: Any, **named: Any) -> Any:
        angles = x.detach().numpy(force=True)
        return x + torch.tensor(np.unwrap(angles, *args, **named) - angles)

    def triangle(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x, k=0: function(x.expand(x.shape * 2) if x.ndim == 1 else x, k)

    return {name: getattr(torch, name) for name in _ALIKE.split()} | {
        "add_at": lambda x, index, values: x + scatter(values, index, x.shape),
        "astype": lambda x, dtype: x.to(getattr(torch, np.dtype(dtype).name)),
        "avg_pool2d": f.avg_pool2d,
        "broadcast_to": lambda x, shape: torch.broadcast_to(x, np.atleast_1d(shape).tolist()),
        "cbrt": lambda x: torch.sign(x) * torch.abs(x) ** (1 / 3),
        "cholesky": lambda x, upper=False: torch.linalg.cholesky((x + x.mT) / 2, upper=upper),
        "clip": clip,
        "concatenate": lambda xs, axis=0: torch.cat([x.ravel() for x in xs] if axis is None else xs, axis or 0),
        "conv1d": lambda x, weight, **named: f.conv1d(x, weight, None, **named),
        "conv2d": lambda x, weight, **named: f.conv2d(x, weight, None, **named),
        "cummax": lambda x, axis=0: torch.cummax(x, axis).values,
        "cummin": lambda x, axis=0: torch.cummin(x, axis).values,
        "cumprod": whole(torch.cumprod),
        "cumsum": whole(torch.cumsum),
        "det": torch.linalg.det,
        "diag": lambda x, k=0: torch.diag(x, k),
        "diagonal": diagonal,
        "diff": diff,
        "dot": dot,
        "elu": f.elu,
        "equals": lambda x, y: torch.eq(x, y).to(x),
        "euclidean_norm": over_axes(lambda x, axes, keepdim: torch.linalg.vector_norm(x, 2, axes, keepdim)),
        "expand_dims": shaped(np.expand_dims),
        "flip": lambda x, axis=None: torch.flip(
            x, tuple(range(x.ndim)) if axis is None else tuple(np.atleast_1d(axis))
        ),
        "floor_divide": lambda x, y: torch.floor(x / y),  # its own has no derivative
        "gelu": f.gelu,
        "gelu_tanh": lambda x: f.gelu(x, approximate="tanh"),
        "getitem": lambda x, index: torch.take(x, places(x.shape, index)),
        "heaviside": lambda x, y: torch.where(x == 0, y, (x > 0).to(y)),
        "inv": torch.linalg.inv,
        "kron": lambda x, y: torch.kron(x.contiguous(), y.contiguous()),  # it takes no others
        "ldexp": lambda x, n: x * torch.exp2(torch.as_tensor(n).to(x)),
        "leaky_relu": lambda x, slope=0.01: f.leaky_relu(x, slope),
        "log_softmax": of_slices(torch.log_softmax),
        "logabsdet": lambda x: torch.linalg.slogdet(x)[1],
        "logsumexp": over_axes(torch.logsumexp),
        "max": over_axes(torch.amax),
        "max_pool2d": f.max_pool2d,
        "mean": over_axes(torch.mean),
        "min": over_axes(torch.amin),
        "norm": norm,
        "overlap_add": overlap_add,
        "outer": lambda x, y: torch.outer(x.ravel(), y.ravel()),
        "p_norm": over_axes(lambda x, axes, keepdim, ord: torch.linalg.vector_norm(x, ord, axes, keepdim)),
        "pad": pad,
        "power": lambda x, p: torch.pow(x, torch.tensor(p) if isinstance(p, np.ndarray) else p),
        "prod": over_axes(one_by_one),
        "repeat": lambda x, repeats, axis=None: torch.repeat_interleave(x, torch.tensor(repeats), axis),
        "reshape": lambda x, shape: x.reshape(np.atleast_1d(shape).tolist()),
        "rint": torch.round,
        "roll": lambda x, shift, axis=None: torch.roll(x, shift, axis),
        "round": lambda x, decimals=0: torch.round(x, decimals=decimals),
        "scatter": scatter,
        "set_at": set_at,
        "silu": f.silu,
        "slogdet": torch.linalg.slogdet,
        "softmax": of_slices(torch.softmax),
        "softplus": lambda x: f.softplus(x, threshold=40.0),  # by default it is x from 20 on
        "solve": torch.linalg.solve,
        "sort": lambda x, axis=-1: whole(lambda x, axis: torch.sort(x, axis).values)(x, axis),
        "split": lambda x, parts, axis=0: torch.tensor_split(x, parts, axis),
        "squeeze": shaped(np.squeeze),
        "stack": lambda inputs, axis=0: torch.stack(inputs, axis),
        "std": spread(torch.std),
        "sum": over_axes(torch.sum),
        "take": take,
        "take_along_axis": take_along_axis,
        "tensordot": tensordot,
        "tile": lambda x, reps: torch.tile(x, np.atleast_1d(reps).tolist()),
        "trace": lambda x, *args, **named: diagonal(x, *args, **named).sum(-1),
        "transpose": lambda x, axes=None: x.permute(tuple(axes or reversed(range(x.ndim)))),
        "tril": triangle(torch.tril),
        "triu": triangle(torch.triu),
        "unwrap": unwrap,
        "var": spread(torch.var),
        "where": lambda condition, x, y: torch.where(torch.tensor(condition), x, y),
        "xlogy": torch.special.xlogy,
        "windows": windows,
    }
