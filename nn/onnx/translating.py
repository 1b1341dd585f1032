"""Each operation and module by its name in ONNX; what is not here cannot be exported."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd_mini import KindError

from ..arrays import Array
from ..layers import AvgPool2d, BatchNorm1d, BatchNorm2d, Conv1d, Conv2d, Embedding, LayerNorm, MaxPool2d
from ..module import Module
from .reading import Shape, Step

CODES = {"float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7}
CODES |= {"float64": 11, "uint32": 12, "uint64": 13}
"""The types of numbers, as ONNX numbers them."""
FAR = np.iinfo(np.int64).max  # an end, in a slice that has none


class Writer:
    """The steps of an ONNX graph, as (operation, inputs, outputs, attributes), and the arrays that they use by name.

    paths: the names of arrays that have one, by their id.
    """

    def __init__(self, paths: dict[int, str]) -> None:
        self.steps: list[tuple[str, list[str], list[str], dict[str, Any]]] = []
        self.arrays: dict[str, Array] = {}
        self._paths = {key: path for key, path in paths.items() if path not in ("input", "output")}
        self._taken = set(self._paths.values())
        self._names: dict[str, int] = {}

    def step(self, operation: str, *inputs: str, **attributes: Any) -> str:
        """Write a step; the name of its output."""
        name = self._named(operation)
        told = {key: value for key, value in attributes.items() if value is not None}
        self.steps.append((operation, list(inputs), [name], told))
        return name

    def array(self, array: Array) -> str:
        """Keep an array; its name, which is its path where it has one."""
        name = self._paths.get(id(array)) or self._named("constant")
        self.arrays[name] = array
        return name

    def whole_numbers(self, numbers: Sequence[int]) -> str:
        """Keep whole numbers, such as axes."""
        return self.array(np.array(numbers, np.int64))

    def _named(self, stem: str) -> str:
        stem = stem.lower()
        while True:
            self._names[stem] = self._names.get(stem, -1) + 1
            if (name := f"{stem}_{self._names[stem]}") not in self._taken:  # by a parameter's path
                return name


Translation = Callable[[Writer, Step, list[str]], str]
"""Writes a step whose inputs have these names; gives the name of its output."""


def _as(operation: str) -> Translation:
    return lambda to, step, x: to.step(operation, *x)


def _number(to: Writer, step: Step, number: float) -> str:
    return to.array(np.array(number, step.node.dtype))


def _normal_cdf(to: Writer, step: Step, x: list[str]) -> str:
    """(1 + erf(x / sqrt(2))) / 2."""
    error = to.step("Erf", to.step("Mul", *x, _number(to, step, 0.5**0.5)))
    half = _number(to, step, 0.5)
    return to.step("Mul", to.step("Add", error, _number(to, step, 1.0)), half)


def _clip(to: Writer, step: Step, x: list[str]) -> str:
    bounds = [step.told.get(name) for name in ("a_min", "a_max")]
    return to.step("Clip", *x, *("" if bound is None else _number(to, step, bound) for bound in bounds))


def _reduction(operation: str) -> Translation:
    def translate(to: Writer, step: Step, x: list[str]) -> str:
        axis, told = step.told.get("axis"), step.told
        if told.get("where", True) is not True or told.get("initial") is not None:
            raise KindError(f"{step.name} with where= or initial= is not exported")
        ndim = step.inputs[0].ndim
        axes = normalize_axis_tuple(range(ndim) if axis is None else axis, ndim)
        return to.step(operation, *x, to.whole_numbers(axes), keepdims=int(told.get("keepdims", False)))

    return translate


def _reshape(to: Writer, step: Step, x: list[str]) -> str:
    """Any change of shape alone: the shape is the output's, -1 where it depends on the batch."""
    return _reshaped(to, x[0], step.shape)


def _reshaped(to: Writer, x: str, shape: Shape) -> str:
    if shape.count(None) > 1:
        raise KindError(f"a reshape to {shape} has several lengths that depend on the batch: ONNX finds one")
    return to.step("Reshape", x, to.whole_numbers([-1 if n is None else n for n in shape]))


def _expand(to: Writer, step: Step, x: list[str]) -> str:
    return to.step("Expand", *x, to.whole_numbers([1 if n is None else n for n in step.shape]))


def _transpose(to: Writer, step: Step, x: list[str]) -> str:
    """The permutation is what NumPy makes of the shape 0, 1, 2, …"""
    order = getattr(np, step.name)(np.empty(range(step.node.ndim)), **step.told).shape
    return to.step("Transpose", *x, perm=list(order))


def _getitem(to: Writer, step: Step, x: list[str]) -> str:
    """Slices, whole numbers, new axes and ...: cut by Slice, and brought into shape."""
    index = step.told["index"]
    index = list(index) if isinstance(index, tuple) else [index]
    if not all(i is None or i is ... or isinstance(i, int | np.integer | slice) for i in index):
        raise KindError("x[index] is exported where the index is of whole numbers and slices")
    ndim = step.inputs[0].ndim
    missing = ndim - sum(i is not None and i is not ... for i in index)
    if ... not in index:
        index.append(...)
    place = index.index(...)
    cuts = [i for i in [*index[:place], *[slice(None)] * missing, *index[place + 1 :]] if i is not None]
    parts = [(axis, *_cut(cut)) for axis, cut in enumerate(cuts) if cut != slice(None)]
    if parts:
        axes, starts, ends, steps = map(to.whole_numbers, zip(*parts, strict=True))
        x = [to.step("Slice", *x, starts, ends, axes, steps)]
    return _reshaped(to, x[0], step.shape)


def _cut(cut: Any) -> tuple[int, int, int]:
    if not isinstance(cut, slice):
        return int(cut), FAR if cut == -1 else int(cut) + 1, 1
    stride = 1 if cut.step is None else cut.step
    start, end = (0, FAR) if stride > 0 else (FAR, -FAR)
    return start if cut.start is None else cut.start, end if cut.stop is None else cut.stop, stride


_NAMES = {
    "abs": "Abs",
    "add": "Add",
    "ceil": "Ceil",
    "cos": "Cos",
    "divide": "Div",
    "erf": "Erf",
    "exp": "Exp",
    "floor": "Floor",
    "log": "Log",
    "matmul": "MatMul",
    "maximum": "Max",
    "minimum": "Min",
    "multiply": "Mul",
    "negative": "Neg",
    "positive": "Identity",
    "power": "Pow",
    "relu": "Relu",
    "rint": "Round",
    "sigmoid": "Sigmoid",
    "sign": "Sign",
    "sin": "Sin",
    "softplus": "Softplus",
    "sqrt": "Sqrt",
    "subtract": "Sub",
    "tanh": "Tanh",
    "where": "Where",
}
_REDUCTIONS = {"sum": "ReduceSum", "max": "ReduceMax", "min": "ReduceMin", "logsumexp": "ReduceLogSumExp"}

OPERATIONS: dict[str, Translation] = {
    **{name: _as(operation) for name, operation in _NAMES.items()},
    **{name: _reduction(operation) for name, operation in _REDUCTIONS.items()},
    **dict.fromkeys(("reshape", "expand_dims", "squeeze"), _reshape),
    **dict.fromkeys(("transpose", "swapaxes", "moveaxis"), _transpose),
    "astype": _as("Identity"),  # the input is cast already
    "broadcast_to": _expand,
    "clip": _clip,
    "concatenate": lambda to, step, x: to.step("Concat", *x, axis=step.told.get("axis", 0)),
    "einsum": lambda to, step, x: to.step("Einsum", *x, equation=step.told["subscripts"]),
    "elu": lambda to, step, x: to.step("Elu", *x, alpha=float(step.told.get("alpha", 1.0))),
    "getitem": _getitem,
    "leaky_relu": lambda to, step, x: to.step("LeakyRelu", *x, alpha=float(step.told.get("slope", 0.01))),
    "log_softmax": lambda to, step, x: to.step("LogSoftmax", *x, axis=step.told.get("axis", -1)),
    "normal_cdf": _normal_cdf,
}
"""The operations of autograd_mini that are exported, by the names of their nodes."""


def _batch_norm(to: Writer, step: Step, x: list[str]) -> str:
    layer = step.told["module"]
    if not layer.track_running_stats:
        raise KindError(f"{step.name} with track_running_stats=False takes each batch's mean, which is not exported")
    arrays = *_affine(layer, layer.running_mean), layer.running_mean, layer.running_var
    return to.step("BatchNormalization", *x, *map(to.array, arrays), epsilon=layer.eps)


def _layer_norm(to: Writer, step: Step, x: list[str]) -> str:
    layer = step.told["module"]
    shape = layer.normalized_shape
    arrays = _affine(layer, np.empty(shape, step.node.dtype))
    return to.step("LayerNormalization", *x, *map(to.array, arrays), axis=-len(shape), epsilon=layer.eps)


def _affine(layer: Any, like: Array) -> tuple[Array, Array]:
    """The weight and the bias of a layer, or what stands for them where it has none."""
    weight = np.ones_like(like) if layer.weight is None else layer.weight.data
    return weight, np.zeros_like(like) if layer.bias is None else layer.bias.data


def _embedding(to: Writer, step: Step, x: list[str]) -> str:
    layer = step.told["module"]
    table = layer.weight.data
    if layer.padding_idx is not None and np.any(table[layer.padding_idx]):
        table = table.copy()
        table[layer.padding_idx] = 0.0
    return to.step("Gather", to.array(table), to.step("Cast", *x, to=CODES["int64"]), axis=0)


def _convolution(to: Writer, step: Step, x: list[str]) -> str:
    layer = step.told["module"]
    arrays = [layer.weight.data] + ([] if layer.bias is None else [layer.bias.data])
    told = {"strides": layer.stride, "pads": layer.padding * 2, "dilations": layer.dilation, "group": layer.groups}
    return to.step("Conv", *x, *map(to.array, arrays), **told)


def _pooling(operation: str, **told: int) -> Translation:
    def translate(to: Writer, step: Step, x: list[str]) -> str:
        layer = step.told["module"]
        lengths = {"kernel_shape": layer.kernel_size, "strides": layer.stride, "pads": layer.padding * 2}
        return to.step(operation, *x, **lengths, **told)

    return translate


MODULES: dict[type[Module], Translation] = {
    AvgPool2d: _pooling("AveragePool", count_include_pad=1),
    BatchNorm1d: _batch_norm,
    BatchNorm2d: _batch_norm,
    Conv1d: _convolution,
    Conv2d: _convolution,
    Embedding: _embedding,
    LayerNorm: _layer_norm,
    MaxPool2d: _pooling("MaxPool"),
}
"""The modules that ONNX has whole, of which no operations are written."""
