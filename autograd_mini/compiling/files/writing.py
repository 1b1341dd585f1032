"""A program as the bytes of a file: JSON that `reading` reads, and arrays."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import FileError, KindError
from ...primitive import primitives
from ..lifting.listing import Given, Instruction, Number, Step, View
from ..lifting.rolling import Own
from ..lifting.simplifying import Operation
from ..recording import Recording
from ..running import results, signature
from ..tracing.deciding import Decision
from ..tracing.indices import Indices
from .archive import MOST, pack
from .encoding import Code, Encoder

VERSION = 1  # of what is written


def program_bytes(name: str, copy: bool, kinds: Sequence[tuple[signature.Nesting, Sequence[Recording]]]) -> bytes:
    """The bytes of a file: for each nesting of arguments its recordings."""
    if not kinds:
        raise KindError("nothing is recorded that could be saved: call the program, or program.record(*args)")
    encoder = Encoder()
    code = {
        "version": VERSION,
        "name": name,
        "copy": copy,
        "kinds": [
            [_arguments(nesting, encoder), [_recording(x, encoder) for x in recordings]]
            for nesting, recordings in kinds
        ],
    }
    return pack(json.dumps(code, allow_nan=False), encoder.arrays)


def _recording(recording: Recording, encoder: Encoder) -> Code:
    """A recording, with the data of the nodes from outside as they are now."""
    listing = recording.listing
    if recording.plan.size > MOST:
        raise FileError(f"a program in a file needs {MOST} bytes of memory at most; this one {recording.plan.size}")
    encoder.indices = [x for x in recording.arrays if isinstance(x, Indices)]
    constants = dict(listing.constants)
    if recording.captured_numbers is not None:
        b, nodes = recording.captured_numbers
        constants[b] = np.array([node._raw for node in nodes])
    for b, node in recording.captured_arrays:
        constants[b] = np.ravel(np.asarray(node._raw, listing.buffers[b].dtype))
    return {
        "buffers": [[b.dtype.name, list(b.shape)] for b in listing.buffers],
        "constants": [[b, encoder.array(np.asarray(x))] for b, x in constants.items()],
        "instructions": [_instruction(x, encoder) for x in listing.instructions],
        "numbers": recording.numbers,
        "arrays": [_argument(x) for x in recording.arrays],
        "row": recording.row,
        "counts": [len(recording.results.numbers), len(recording.results.arrays)],
        "results": _result(recording.results.nesting, encoder),
        "array_results": [_operand(x, encoder) for x in recording.array_results],
        "decisions": [_decision(x, encoder) for x in recording.decisions],
        "array_decisions": [_operand(x, encoder) for x in recording.array_decisions],
    }


def _arguments(x: signature.Nesting, encoder: Encoder) -> Code:
    """The nesting of arguments."""
    if isinstance(x, signature.Number):
        return {"number": []}
    if isinstance(x, signature.Array):
        return {"array": [x.dtype.name, list(x.shape)]}
    if isinstance(x, signature.Numbers):
        return {"numbers": [_kind(x.kind), x.count]}
    if isinstance(x, signature.Items):
        return {"items": [_kind(x.kind), [_arguments(part, encoder) for part in x.parts]]}
    if isinstance(x, signature.Entries):
        _kind(x.kind)
        return {"entries": [[encoder.value(key) for key in x.keys], [_arguments(y, encoder) for y in x.parts]]}
    assert isinstance(x, signature.Same)
    return {"same": encoder.value(x.example)}


def _result(x: results.Built, encoder: Encoder) -> Code:
    if isinstance(x, results.Number):
        return {"number": x.place}
    if isinstance(x, results.Array):
        return {"array": x.place}
    if isinstance(x, results.Numbers):
        return {"numbers": [x.start, x.end]}
    if isinstance(x, results.Items):
        return {"items": [_kind(x.kind), [_result(part, encoder) for part in x.parts]]}
    if isinstance(x, results.Entries):
        _kind(type(x.example))
        return {"entries": [[encoder.value(key) for key in x.example], [_result(y, encoder) for y in x.parts]]}
    assert isinstance(x, results.Same)
    return {"same": encoder.value(x.data)}


def _kind(kind: type) -> str:
    if kind not in (list, tuple, dict):
        raise KindError(
            f"a file holds lists, tuples and dicts, whose kinds are the same everywhere; not {kind.__name__}, which "
            "the function takes or gives"
        )
    return kind.__name__


def _argument(x: Any) -> Code:
    return {"indices": [x.dtype.name, list(x.shape)]} if isinstance(x, Indices) else x


def _view(x: View) -> Code:
    return [x.buffer, x.offset, list(x.shape), list(x.strides)]


def _operand(x: Any, encoder: Encoder) -> Code:
    if isinstance(x, View):
        return {"number" if isinstance(x, Number) else "view": _view(x)}
    return {"constant": encoder.value(x)}


def _instruction(x: Instruction, encoder: Encoder) -> Code:
    return {
        "name": x.name,
        "inputs": [_operand(y, encoder) for y in x.inputs],
        "output": _view(x.output),
        "operation": None if x.operation is None else _operation(x.operation, encoder),
        "subscripts": x.subscripts,
        "steps": [_step(step, encoder) for step in x.steps],
        "first": [[j, _loop_input(y, encoder)] for j, y in x.first.items()],
    }


def _operation(x: Operation, encoder: Encoder) -> Code:
    if primitives.get(x.name) is not x.primitive:
        raise KindError(
            f"{x.name} is an operation of your own, code that no file of a program holds: write it with this package's "
            "operations, or compile the function where it runs"
        )
    return [x.name, encoder.value(tuple(x.args)), encoder.value(dict(x.named))]


def _step(x: Step, encoder: Encoder) -> Code:
    return [_operation(x.operation, encoder), [_loop_input(y, encoder) for y in x.inputs], x.kept]


def _loop_input(x: Any, encoder: Encoder) -> Code:
    if isinstance(x, Own):
        return {"own": [x.step, x.lag]}
    return {"given": [x.input, x.varies]} if isinstance(x, Given) else encoder.value(x)


def _decision(x: Decision, encoder: Encoder) -> Code:
    node = encoder.value(x.node) if isinstance(x.node, Indices) else type(x.node._raw) is float
    return [node, x.kind, encoder.value(x.outcome), x.line.file, x.line.number, x.line.is_gradient]
