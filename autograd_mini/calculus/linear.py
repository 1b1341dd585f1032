"""Linear maps: shape, sum, indexing, joining; each with its adjoint in one line."""

import operator
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..errors import ShapeError
from ..node import Node, data_of
from ..primitive import Operation, attempt, joining, linear, register, registered

# Each adjoint takes the upstream gradient g, the input x and the parameters of the call; the forward function takes
# the same parameters and no others, so that an option without a rule is refused at the call.


def expand(g: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """What a reduction of x over the axes gave, in a shape that broadcasts to x again."""
    if keepdims or axis is None:
        return g
    shape = list(np.shape(data_of(x)))
    for i in (axis,) if type(axis) is int else normalize_axis_tuple(axis, len(shape)):
        shape[i] = 1
    return g.reshape(tuple(shape))


def unmasked(name: str, x: Any, mask: Any, neutral: float) -> Any:
    """x with the neutral number where the mask of a reduction leaves an element out."""
    if mask is True:
        return x
    return _choose((x, neutral), attempt(name, lambda a: np.broadcast_to(mask, np.shape(a)), data_of(x)))


def axis_of(name: str, x: Any, axis: int) -> int:
    """The axis counted from the front; a ShapeError where x has no such axis."""
    return attempt(name, lambda a: normalize_axis_index(axis, np.ndim(a)), data_of(x))  # type: ignore[no-any-return]


def fitted(x: Any, shape: tuple[int, ...]) -> Any:
    """x in that shape: summed over the axes that broadcasting spread, spread over those it lacks."""
    add = sum if isinstance(x, Node) else _sum
    if (extra := x.ndim - len(shape)) > 0:
        x = add(x, 0 if extra == 1 else tuple(range(extra)))
    shared = range(1, min(x.ndim, len(shape)) + 1)
    if spread := tuple(-i for i in shared if shape[-i] == 1 != x.shape[-i]):
        x = add(x, spread, keepdims=True)
    if x.shape == shape:
        return x
    if isinstance(x, Node):
        return broadcast_to(x, shape)
    filled = np.empty(shape, x.dtype)  # memory of its own, in a fifth of the time of np.broadcast_to
    try:
        filled[...] = x
    except ValueError as error:
        raise ShapeError(f"a derivative gave shape {x.shape} for an input of shape {shape}") from error
    return filled


def _sum(x: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    return np.add.reduce(x, axis=axis, keepdims=keepdims, where=where)  # type: ignore[call-overload]


def _sum_adjoint(g: Any, x: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    spread = expand(g, x, axis, keepdims)
    return spread if where is True else unmasked("sum", broadcast_to(spread, np.shape(data_of(x))), where, 0.0)


def _as_float_type(x: Any, dtype: Any) -> Any:
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise TypeError(f"gradients need float32 or float64, not {np.dtype(dtype)}; node.data.astype has them all")
    return np.asarray(x).astype(dtype)


def _cumsum_adjoint(g: Any, x: Any, axis: int | None = None) -> Any:
    """Each element is in its own sum and all later ones: the sums of g from the end."""
    backwards = (slice(None),) * ((axis or 0) % max(np.ndim(data_of(x)), 1)) + (slice(None, None, -1),)
    summed = getitem(cumsum(getitem(g, backwards), axis or 0), backwards)
    return reshape(summed, np.shape(data_of(x)))


_PICKS_ONCE = int | np.integer | slice | EllipsisType | None


def _scattered(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    x = np.zeros(shape, np.asarray(g).dtype)
    parts = index if isinstance(index, tuple) else (index,)
    if all(isinstance(i, _PICKS_ONCE) for i in parts):
        x[index] = g  # in a twentieth of the time of np.add.at
    else:
        np.add.at(x, index, g)  # an element picked twice gets both contributions
    return x


def _inverse(axes: Any) -> tuple[int, ...]:
    return tuple(map(int, np.argsort(normalize_axis_tuple(axes, len(axes)))))


def _cut(part: slice, shape: tuple[int, ...]) -> Any:
    return lambda g: reshape(getitem(g, part), shape)


def _pieces(inputs: Any, axis: int | None = 0) -> Any:
    if axis is None:  # all laid in a row
        ends = np.cumsum([np.size(x) for x in inputs])
        return [_cut(slice(end - np.size(x), end), np.shape(x)) for x, end in zip(inputs, ends, strict=True)]
    axis %= inputs[0].ndim
    ends = np.cumsum([x.shape[axis] for x in inputs])
    cuts = [(slice(None),) * axis + (slice(end - x.shape[axis], end),) for x, end in zip(inputs, ends, strict=True)]
    return [lambda g, cut=cut: getitem(g, cut) for cut in cuts]


def _layers(inputs: Any, axis: int = 0) -> Any:
    axis %= np.ndim(inputs[0]) + 1
    return [lambda g, i=i: getitem(g, (slice(None),) * axis + (i,)) for i in range(len(inputs))]


reshape: Operation = linear(
    "reshape",
    lambda x, shape: np.reshape(x, shape),
    lambda g, x, shape: reshape(g, np.shape(data_of(x))),
    "The same elements in another shape; one length may be -1.",
    "reshape(Tensor([[1.0, 2.0], [3.0, 4.0]]), (4,)).data → array([1., 2., 3., 4.])",
)
transpose: Operation = linear(
    "transpose",
    lambda x, axes=None: np.transpose(x, axes),
    lambda g, x, axes=None: transpose(g, axes if axes is None else _inverse(axes)),
    "The axes in another order, by default reversed.",
    "transpose(Tensor([[1.0, 2.0], [3.0, 4.0]])).data.tolist() → [[1.0, 3.0], [2.0, 4.0]]",
)
swapaxes: Operation = linear(
    "swapaxes",
    np.swapaxes,
    lambda g, x, axis1, axis2: swapaxes(g, axis1, axis2),
    "Two axes change places.",
    "swapaxes(Tensor([[1.0, 2.0], [3.0, 4.0]]), 0, 1).data.tolist() → [[1.0, 3.0], [2.0, 4.0]]",
)
moveaxis: Operation = linear(
    "moveaxis",
    np.moveaxis,
    lambda g, x, source, destination: moveaxis(g, destination, source),
    "An axis, or several, moved to another place.",
    "moveaxis(Tensor([[1.0, 2.0], [3.0, 4.0]]), 0, 1).data.tolist() → [[1.0, 3.0], [2.0, 4.0]]",
)
expand_dims: Operation = linear(
    "expand_dims",
    np.expand_dims,
    lambda g, x, axis: reshape(g, np.shape(data_of(x))),
    "New axes of length 1.",
    "expand_dims(Tensor([1.0, 2.0]), 0).shape → (1, 2)",
)
squeeze: Operation = linear(
    "squeeze",
    np.squeeze,
    lambda g, x, axis=None: reshape(g, np.shape(data_of(x))),
    "Without the axes of length 1, or without those named.",
    "squeeze(Tensor([[1.0, 2.0]])).shape → (2,)",
)
broadcast_to: Operation = linear(
    "broadcast_to",
    lambda x, shape: np.broadcast_to(x, shape),
    lambda g, x, shape: g,  # the sweep sums what broadcasting spread
    "x repeated along new axes and along axes of length 1.",
    "broadcast_to(Tensor([1.0, 2.0]), (2, 2)).data.tolist() → [[1.0, 2.0], [1.0, 2.0]]",
)
astype: Operation = linear(
    "astype",
    _as_float_type,
    lambda g, x, dtype: g,  # the sweep gives each gradient its leaf's dtype
    "x in another float type.",
    "astype(Tensor([1.0]), np.float32).dtype → dtype('float32')",
)
sum: Operation = linear(
    "sum",
    _sum,
    _sum_adjoint,
    "The sum over an axis, a tuple of axes, or all; with keepdims those axes stay, of length 1.\n\n"
    "where: a mask of the elements that take part.",
    "sum(Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0).data → array([4., 6.])",
)
cumsum: Operation = linear(
    "cumsum",
    np.cumsum,
    _cumsum_adjoint,
    "The sums of the first 1, 2, 3, … elements along an axis, or of all of them laid in a row.",
    "cumsum(Tensor([1.0, 2.0, 3.0])).data → array([1., 3., 6.])",
)
getitem: Operation = linear(
    "getitem",
    operator.getitem,
    lambda g, x, index: scatter(g, index, np.shape(data_of(x))),
    "x[index]: slices, integers, masks, integer arrays; what is picked twice gets both contributions.",
    "getitem(Tensor([1.0, 2.0, 3.0]), [2, 0]).data → array([3., 1.])",
)
scatter: Operation = linear(
    "scatter",
    _scattered,
    lambda g, x, index, shape: getitem(g, index),
    "Zeros of that shape with x added at index: the adjoint of indexing.",
    "scatter(Tensor([1.0, 5.0]), [0, 0], (3,)).data → array([6., 0., 0.])",
)
concatenate: Operation = register(
    "concatenate",
    "linear",
    joining("concatenate", lambda inputs, axis=0: np.concatenate(inputs, axis), _pieces),
    "The inputs one after another along an axis.",
    "concatenate([Tensor([1.0]), Tensor([2.0, 3.0])]).data → array([1., 2., 3.])",
)
stack: Operation = register(
    "stack",
    "linear",
    joining("stack", lambda inputs, axis=0: np.stack(inputs, axis), _layers),
    "Inputs of one shape, or scalars, along a new axis.",
    "stack([Value(1.0), Value(2.0)]).data → array([1., 2.])",
)


@registered("linear")
def where(condition: Any, x: Any, y: Any, /) -> Any:
    """x where the condition holds, else y; the gradient goes to the branch taken.

    For Values and floats the branch taken is returned itself, the other is not even recorded. For arrays both are
    computed: 0 · inf in the branch not taken is nan, as IEEE says, so guard its argument with a where of its own.

    >>> from autograd_mini import Tensor
    >>> where(np.array([True, False]), Tensor([1.0, 2.0]), 0.0).data
    array([1., 0.])
    """
    condition = data_of(condition)
    if np.ndim(condition) == 0 and not any(isinstance(a, np.ndarray) for a in (condition, data_of(x), data_of(y))):
        return x if condition else y
    return _choose((x, y), condition)


_choose: Operation = joining(
    "where",
    lambda inputs, condition: np.where(condition, *inputs),
    lambda inputs, condition: (lambda g: where(condition, g, 0.0), lambda g: where(condition, 0.0, g)),
)
