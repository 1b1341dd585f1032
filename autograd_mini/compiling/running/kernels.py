"""What runs an instruction: NumPy's functions, writing into the memory they are given."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...calculus.piecewise import sign_of_array
from ..lifting.listing import Instruction, Number
from ..tracing.indices import Indices
from .looping import python_loop

Kernel = Callable[..., Any]


def kernel(instruction: Instruction, indices: dict[Any, Any]) -> tuple[Kernel, tuple[Any, ...]]:
    """A function and what it takes besides the inputs, before the output: function(*inputs, *further, out).

    indices: where the arrays are found, at each run, that stand in the place of `Indices`.
    """
    name, operation = instruction.name, instruction.operation
    if operation is None:
        if name == "sum":
            ndim = len(instruction.output.shape)
            return np.add.reduce, (tuple(range(ndim, len(instruction.views[0].shape))), None)
        if name == "einsum":
            subscripts = instruction.subscripts
            return lambda x, y, out: np.einsum(subscripts, x, y, out=out), ()
        if name == "loop":
            return python_loop(instruction), ()
        return _MADE[name], ()
    function = into(instruction, indices)
    numbers = [i for i, x in enumerate(instruction.inputs) if isinstance(x, Number)]
    return (_with_floats(function, numbers) if numbers else function), ()


def into(instruction: Instruction, indices: dict[Any, Any]) -> Kernel:
    """function(*inputs, out) of a recorded operation."""
    operation = instruction.operation
    assert operation is not None
    primitive, args, named = operation
    ufunc = getattr(primitive, "ufunc", None)
    if ufunc in (np.maximum, np.minimum):  # which want their output by name
        return lambda x, y, out: ufunc(x, y, out=out)
    if ufunc is not None:
        return ufunc  # type: ignore[no-any-return]
    if (made := _KERNELS.get(primitive.name)) is not None and (function := made(instruction)) is not None:
        return function
    compute = primitive.compute
    if operation.reads_indices:
        fill = _filling((args, named), indices)
        return lambda *inputs: _called(compute, inputs, *fill())
    if args or named:
        return lambda *inputs: _put(inputs[-1], compute(*inputs[:-1], *args, **named))
    return lambda *inputs: _put(inputs[-1], compute(*inputs[:-1]))


def _called(compute: Kernel, inputs: tuple[Any, ...], args: Any, named: Any) -> None:
    inputs[-1][...] = compute(*inputs[:-1], *args, **named)


def _filling(parameter: Any, indices: dict[Any, Any]) -> Callable[[], Any]:
    """What gives the parameter with the arrays of the run in the place of its Indices."""
    if isinstance(parameter, Indices):
        return lambda: indices[parameter]
    if isinstance(parameter, dict):
        by_name = {name: _filling(part, indices) for name, part in parameter.items()}
        return lambda: {name: fill() for name, fill in by_name.items()}
    if not isinstance(parameter, tuple | list):
        return lambda: parameter
    parts = [_filling(part, indices) for part in parameter]
    kind = type(parameter)
    return lambda: kind([fill() for fill in parts])


def is_in_place(instruction: Instruction) -> bool:
    """Whether the output may be the memory of an input that lies alike: element by element, in one pass."""
    operation = instruction.operation
    return operation is not None and getattr(operation.primitive, "ufunc", None) is not None


def _put(out: Any, data: Any) -> None:
    out[...] = data


def _copy(x: Any, out: Any) -> None:
    out[...] = x  # in a fifth of the time of np.positive


def _with_floats(function: Kernel, numbers: list[int]) -> Kernel:
    def called(*inputs: Any) -> None:
        given = list(inputs)
        for i in numbers:
            given[i] = float(given[i])
        function(*given)

    return called


def _put_at(x: Any, positions: Any, out: Any) -> None:
    out[positions] = x


_MADE: dict[str, Kernel] = {
    "take": lambda x, positions, out: x.take(positions, 0, out, "clip"),
    "put": _put_at,
    "copy": _copy,
    "matmul": np.matmul,
}


def _relu(instruction: Instruction) -> Kernel:
    row = np.zeros(instruction.output.shape[-1:])  # twice as fast as a single 0
    rows = {np.dtype(np.float64): row, np.dtype(np.float32): row.astype(np.float32)}
    maximum: Any = np.maximum
    return lambda x, out: maximum(x, rows[out.dtype], out=out)


def _sum(instruction: Instruction) -> Kernel | None:
    operation = instruction.operation
    assert operation is not None
    options = dict(zip(("axis",), operation.args, strict=False)) | operation.named
    if options.get("where", True) is not True:
        return None
    axis, keepdims = options.get("axis"), options.get("keepdims", False)
    add: Any = np.add.reduce
    return lambda x, out: add(x, axis, None, out, keepdims)


def _reshape(instruction: Instruction) -> Kernel:
    shape = instruction.views[0].shape
    return lambda x, out: _copy(x, out.reshape(shape))


def _joining(join: Kernel) -> Callable[[Instruction], Kernel]:
    """Of NumPy's function that joins arrays, along axis 0 unless told."""

    def made(instruction: Instruction) -> Kernel:
        operation = instruction.operation
        assert operation is not None
        named = operation.named
        return lambda *inputs: join(inputs[:-1], **named, out=inputs[-1])

    return made


_KERNELS: dict[str, Callable[[Instruction], Kernel | None]] = {
    "sign": lambda _: sign_of_array,
    "relu": _relu,
    "matmul": lambda _: np.matmul,
    "reshape": _reshape,
    "stack": _joining(np.stack),
    "concatenate": _joining(np.concatenate),
}
