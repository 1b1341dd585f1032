"""What runs an instruction: NumPy's functions, writing into the memory they are given."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .indices import Indices, holds_indices
from .listing import Instruction, Number
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
    if ufunc is not None:
        return ufunc  # type: ignore[no-any-return]
    if (made := _KERNELS.get(primitive.name)) is not None and (function := made(instruction)) is not None:
        return function
    compute = primitive.compute
    if any(map(holds_indices, (*args, *named.values()))):
        return lambda *inputs: _put(
            inputs[-1],
            compute(*inputs[:-1], *_filled(args, indices), **{k: _filled(x, indices) for k, x in named.items()}),
        )
    if args or named:
        return lambda *inputs: _put(inputs[-1], compute(*inputs[:-1], *args, **named))
    return lambda *inputs: _put(inputs[-1], compute(*inputs[:-1]))


def _filled(parameter: Any, indices: dict[Any, Any]) -> Any:
    if isinstance(parameter, tuple | list):
        return type(parameter)(_filled(x, indices) for x in parameter)
    return indices[parameter] if isinstance(parameter, Indices) else parameter


def is_in_place(instruction: Instruction) -> bool:
    """Whether the output may be the memory of an input that lies alike: element by element, in one pass."""
    operation = instruction.operation
    return operation is not None and getattr(operation.primitive, "ufunc", None) is not None


def _put(out: Any, data: Any) -> None:
    out[...] = data


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
    "take": lambda x, positions, out: x.take(positions, None, out, "clip"),
    "put": _put_at,
    "copy": np.positive,
    "matmul": np.matmul,
}


def _relu(instruction: Instruction) -> Kernel:
    zero = np.zeros((), np.float64)
    return lambda x, out: np.maximum(x, zero if x.dtype == np.float64 else np.float32(0), out)


def _sum(instruction: Instruction) -> Kernel | None:
    operation = instruction.operation
    assert operation is not None
    options = dict(zip(("axis",), operation.args, strict=False)) | operation.named
    if options.get("where", True) is not True:
        return None
    axis, keepdims = options.get("axis"), options.get("keepdims", False)
    add: Any = np.add.reduce
    return lambda x, out: add(x, axis, None, out, keepdims)


_KERNELS: dict[str, Callable[[Instruction], Kernel | None]] = {"relu": _relu, "matmul": lambda _: np.matmul}
