"""Linear maps: shape, sum, indexing, joining; each with its adjoint in one line."""

import math
from collections.abc import Iterable
from itertools import accumulate
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from ..errors import KindError, ShapeError, describe
from ..node import Node, holds_array, ndim_of, shape_of
from ..primitive import Joining, Linear, Operation
from ..refusals import attempt
from ..registry import linear, registered
from ..watching import watcher
from .choosing import where

# Each adjoint takes the upstream gradient g, the input x and the parameters of the call; the forward function takes
# the same parameters and no others, so that an option without a rule is refused at the call.


def expand(g: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """What a reduction of x over the axes gave, in a shape that broadcasts to x again."""
    if keepdims or axis is None or ndim_of(x) == 0:  # of a number NumPy takes axis 0 and -1 too
        return g
    shape = list(shape_of(x))
    for i in (axis,) if type(axis) is int else normalize_axis_tuple(axis, len(shape)):
        shape[i] = 1
    return g.reshape(tuple(shape))


def mask_of(where: Any) -> Any:
    """The mask of a reduction, of which NumPy would take anything that is true or false."""
    if where is True:
        return True
    mask = attempt("a mask", np.asarray, where)
    if mask.dtype != bool:
        raise KindError(f"where= is a mask of True and False; got {describe(where)}")
    return mask


def unmasked(name: str, x: Any, mask: Any, neutral: float) -> Any:
    """x with the neutral number where the mask of a reduction leaves an element out."""
    if mask is True:
        return x
    return where(attempt(name, lambda a: np.broadcast_to(mask_of(mask), shape_of(a)), x), x, neutral)


def axis_of(name: str, x: Any, axis: int) -> int:
    """The axis counted from the front; a ShapeError where x has no such axis."""
    return attempt(name, lambda a: normalize_axis_index(axis, ndim_of(a)), x)  # type: ignore[no-any-return]


def axes_of(name: str, x: Any, axis: Any) -> tuple[int, ...]:
    """The axis, or each of a tuple, counted from the front, all of them for None; a ShapeError where x has no such."""
    ndim = ndim_of(x)
    return attempt(name, lambda a: normalize_axis_tuple(range(ndim) if axis is None else axis, ndim), x)  # type: ignore[no-any-return]


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
    return np.add.reduce(x, axis=axis, keepdims=keepdims, where=mask_of(where))  # type: ignore[call-overload]


def _sum_adjoint(g: Any, x: Any, axis: Any = None, *, keepdims: bool = False, where: Any = True) -> Any:
    spread = expand(g, x, axis, keepdims)
    return spread if where is True else unmasked("sum", broadcast_to(spread, shape_of(x)), where, 0.0)


def _as_float_type(x: Any, dtype: Any) -> Any:
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise TypeError(f"gradients need float32 or float64, not {np.dtype(dtype)}; node.data.astype has them all")
    return np.asarray(x).astype(dtype)


def _cumsum_adjoint(g: Any, x: Any, axis: int | None = None) -> Any:
    """Each element is in its own sum and all later ones: the sums of g from the end."""
    backwards = (slice(None),) * ((axis or 0) % max(ndim_of(x), 1)) + (slice(None, None, -1),)
    summed = getitem(cumsum(getitem(g, backwards), axis or 0), backwards)
    return reshape(summed, shape_of(x))


_PICKS_ONCE = int | np.integer | slice | EllipsisType | None


def picks_once(index: Any) -> bool:
    """Whether the index is of whole numbers and slices alone, which name no element twice."""
    return all(isinstance(i, _PICKS_ONCE) for i in (index if isinstance(index, tuple) else (index,)))


def add_each(x: Any, index: Any, values: Any) -> None:
    """x[index] += values, once for each time that an element is named; a ValueError where NumPy would crash instead."""
    new = len([i for i in index if i is None]) if isinstance(index, tuple) else 0
    if max(x.ndim + new, np.ndim(values)) > 32:
        raise ValueError("elements are added one by one in arrays of 32 axes at most")
    np.add.at(x, index, values)


def arrays_in(index: Any) -> Any:
    """An index as NumPy takes it; a tracer has other things stand in it for arrays."""
    return index if (tracer := watcher()) is None else tracer.fill(index)


def _picked(x: Any, index: Any) -> Any:
    return x[index] if watcher() is None else x[arrays_in(index)]


def _scattered(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    x = np.zeros(shape, np.asarray(g).dtype)
    _add_picked(x, g, index)
    return x


def _add_picked(x: Any, g: Any, index: Any) -> None:
    """x[index] += g, once for each time that an element is named."""
    index = arrays_in(index)
    if picks_once(index):
        x[index] += g  # in a tenth of the time of np.add.at
    else:
        add_each(x, index, g)  # an element picked twice gets both contributions


def _inverse(axes: Any) -> tuple[int, ...]:
    return tuple(map(int, np.argsort(normalize_axis_tuple(axes, len(axes)))))


def _pieces(g: Any, inputs: Any, axis: int | None = 0) -> Any:
    before: tuple[Any, ...] = ()
    if axis is None:  # all laid in a row
        sizes = [math.prod(shape_of(x)) for x in inputs]
    else:
        before = (slice(None),) * (axis % ndim_of(inputs[0]))
        sizes = [shape_of(x)[len(before)] for x in inputs]
    ends = accumulate(sizes)
    cuts = ((*before, slice(end - size, end)) for size, end in zip(sizes, ends, strict=True))
    pieces = (g[cut] for cut in cuts)
    return pieces if axis is not None else (p.reshape(shape_of(x)) for p, x in zip(pieces, inputs, strict=True))


def _layers(g: Any, inputs: Any, axis: int = 0) -> Any:
    are_numbers = len(set(map(type, inputs))) == 1 and not holds_array(inputs[0])
    if isinstance(g, np.ndarray) and are_numbers and g.ndim == 1:  # there may be a million
        return g.tolist()
    before = (slice(None),) * (axis % (ndim_of(inputs[0]) + 1))
    return (g[(*before, i)] for i in range(len(inputs)))


def _joined(inputs: Any, axis: int) -> Any:
    """As np.stack; numbers in a row, of which there may be a million, without an array for each."""
    if axis in (0, -1) and all(type(x) is float for x in inputs):
        return np.array(inputs, np.float64)
    return np.stack(inputs, axis)


_concatenate = Joining("concatenate", lambda *inputs, axis=0: np.concatenate(inputs, axis), _pieces)
_stack = Joining("stack", lambda *inputs, axis=0: _joined(inputs, axis), _layers)


_reshape: Operation = linear(
    "reshape",
    lambda x, shape: np.reshape(x, shape),
    lambda g, x, shape: _reshape(g, shape_of(x)),
)
transpose: Operation = linear(
    "transpose",
    lambda x, axes=None: np.transpose(x, (axes,) if isinstance(axes, int) else axes),
    lambda g, x, axes=None: transpose(g, axes if axes is None or isinstance(axes, int) else _inverse(axes)),
    "The axes in another order, by default reversed.",
    "transpose(Tensor([[1.0, 2.0], [3.0, 4.0]])).data.tolist() → [[1.0, 3.0], [2.0, 4.0]]",
)
swapaxes: Operation = linear(
    "swapaxes",
    lambda x, axis1, axis2: np.swapaxes(x, axis1, axis2),
    lambda g, x, axis1, axis2: swapaxes(g, axis1, axis2),
    "Two axes change places.",
    "swapaxes(Tensor([[1.0, 2.0], [3.0, 4.0]]), 0, 1).data.tolist() → [[1.0, 3.0], [2.0, 4.0]]",
)
moveaxis: Operation = linear(
    "moveaxis",
    lambda x, source, destination: np.moveaxis(x, source, destination),
    lambda g, x, source, destination: moveaxis(g, destination, source),
    "An axis, or several, moved to another place.",
    "moveaxis(Tensor([[1.0, 2.0], [3.0, 4.0]]), 0, 1).data.tolist() → [[1.0, 3.0], [2.0, 4.0]]",
)
expand_dims: Operation = linear(
    "expand_dims",
    lambda x, axis: np.expand_dims(x, axis),
    lambda g, x, axis: _reshape(g, shape_of(x)),
    "New axes of length 1.",
    "expand_dims(Tensor([1.0, 2.0]), 0).shape → (1, 2)",
)
squeeze: Operation = linear(
    "squeeze",
    lambda x, axis=None: np.squeeze(x, axis),
    lambda g, x, axis=None: _reshape(g, shape_of(x)),
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
_astype: Operation = linear(
    "astype",
    _as_float_type,
    lambda g, x, dtype: g,  # the sweep gives each gradient its leaf's dtype
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
    lambda x, axis=None: np.cumsum(x, axis),
    _cumsum_adjoint,
    "The sums of the first 1, 2, 3, … elements along an axis, or of all of them laid in a row.",
    "cumsum(Tensor([1.0, 2.0, 3.0])).data → array([1., 3., 6.])",
)
getitem: Operation = linear(
    "getitem",
    _picked,
    lambda g, x, index: scatter(g, index, shape_of(x)),
    "x[index]: slices, integers, masks, integer arrays; what is picked twice gets both contributions.",
    "getitem(Tensor([1.0, 2.0, 3.0]), [2, 0]).data → array([3., 1.])",
    add=_add_picked,
)
scatter: Operation = linear(
    "scatter",
    _scattered,
    lambda g, x, index, shape: getitem(g, index),
    "Zeros of that shape with x added at index: the adjoint of indexing.",
    "scatter(Tensor([1.0, 5.0]), [0, 0], (3,)).data → array([6., 0., 0.])",
)
as_number: Operation = linear(
    "as_number",
    lambda x: float(np.ravel(x)[0] if np.size(x) == 1 else np.sum(x)),  # a sum makes 0 of -0
    lambda g, x: broadcast_to(g, shape_of(x)),
)  # the sum as a float, for the gradient of a Value


def read_by(name: str, x: Any, order: str) -> Any:
    """x so that reading it row by row reads it in that order: "C" with the last axis fastest, "F" with the first."""
    if not isinstance(order, str) or order not in ("C", "F"):
        raise KindError(f"{name} reads by order 'C' or 'F', not as memory happens to lie; got {describe(order)}")
    return x if order == "C" else transpose(x)


@registered(Linear.family)
def reshape(x: Any, shape: Any, order: str = "C") -> Any:
    """The same elements in another shape; one length may be -1.

    order: "C" reads and fills with the last axis fastest, "F" with the first.

    >>> from autograd_mini import Tensor
    >>> reshape(Tensor([[1.0, 2.0], [3.0, 4.0]]), (4,)).data
    array([1., 2., 3., 4.])
    """
    x = read_by("reshape", x, order)
    if order == "C":
        return _reshape(x, shape)
    return transpose(_reshape(x, tuple(shape)[::-1] if isinstance(shape, Iterable) else shape))


@registered(Linear.family)
def astype(x: Any, dtype: Any, copy: bool = True) -> Any:
    """x in another float type; copy is NumPy's, no operation shares memory that could be seen to change.

    >>> from autograd_mini import Tensor
    >>> astype(Tensor([1.0]), np.float32).dtype
    dtype('float32')
    """
    return _astype(x, dtype)


def inputs_of(name: str, inputs: Any) -> tuple[Any, ...]:
    """The inputs of an operation that takes a sequence of them, one at least."""
    has_no_axis = isinstance(inputs, Node | np.ndarray) and inputs.ndim == 0
    if has_no_axis or isinstance(inputs, str | bytes | dict) or not isinstance(inputs, Iterable):
        raise KindError(f"{name} takes a sequence of inputs, [x, y]; got {describe(inputs)}")
    sequence: tuple[Any, ...] = attempt(name, tuple, inputs)
    if not sequence:
        raise ShapeError(f"{name} of no inputs: it takes one at least")
    return sequence


@registered(Joining.family)
def concatenate(inputs: Iterable[Any], axis: int | None = 0) -> Any:
    """The inputs one after another along an axis; None: all elements in a row.

    >>> from autograd_mini import Tensor
    >>> concatenate([Tensor([1.0]), Tensor([2.0, 3.0])]).data
    array([1., 2., 3.])
    """
    return _concatenate.apply(inputs_of("concatenate", inputs), axis=axis)


@registered(Joining.family)
def stack(inputs: Iterable[Any], axis: int = 0) -> Any:
    """Inputs of one shape, or scalars, along a new axis.

    >>> from autograd_mini import Value
    >>> stack([Value(1.0), Value(2.0)]).data
    array([1., 2.])
    """
    return _stack.apply(inputs_of("stack", inputs), axis=axis)
