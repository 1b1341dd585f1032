"""A program as a function in NumPy, for itself: what a person would have written."""

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np

from ...errors import KindError
from ..recording import Recording
from ..running.results import Items
from ..running.signature import Nesting
from ..tracing.indices import Indices
from .arguments import Arguments
from .decisions import write_check
from .literals import literal, wrapped
from .operations import needed_helpers, source_of
from .outcomes import Stretch, write_outcome
from .sketch import Sketch, made, refuse_large, sketch
from .writer import Writer


def numpy_source(f: Callable[..., Any], recording: Recording, nesting: Nesting) -> str:
    """The source of a function that computes what the recording computes, of NumPy alone."""
    drawn = sketch(recording, Arguments(f, nesting))
    refuse_large(drawn)
    writer = Writer(drawn, recording)
    name = getattr(f, "__name__", "program")
    name = writer.names.new(name if name.isidentifier() else "program")
    body = [line for text in _body(recording, drawn, writer) for line in wrapped(f"    {text}")]
    head = [line for text in _constants(drawn, writer) for line in wrapped(text)]
    function = [f"def {name}({drawn.arguments.heading}):", *body]
    text = "\n".join(function)
    needed = needed_helpers(text)
    for helper in needed:
        if helper.__name__ in drawn.arguments.names:
            raise KindError(f"an argument {helper.__name__} hides the function of that name in a source: rename it")
    parts = [source_of(helper).rstrip() for helper in needed]
    guard = '@np.errstate(all="ignore")  # inf and nan are answers\n'
    imports = "import numpy as np" if "math." not in "".join(parts) else "import math\n\nimport numpy as np"
    blocks = [imports, *(["\n".join(head)] if head else [])]
    return "\n\n".join(blocks) + "\n\n\n" + "\n\n\n".join([*parts, guard + text]) + "\n"


def _constants(drawn: Sketch, writer: Writer) -> Iterator[str]:
    for b, numbers in drawn.constants.items():
        yield f"{writer.of[b]} = {literal(np.asarray(numbers).reshape(drawn.buffers[b].shape))}"
    for b, positions in drawn.positions.items():
        yield f"{writer.of[b]} = {literal(positions)}"
    if drawn.captured:
        yield "# from outside, as they were when this was printed"
    for b, nodes in drawn.captured.items():
        data = np.asarray([node._raw for node in nodes]) if len(drawn.buffers[b].shape) == 1 else nodes[0]._raw
        yield f"{writer.of[b]} = {literal(np.asarray(data).reshape(drawn.buffers[b].shape))}"


def _body(recording: Recording, drawn: Sketch, writer: Writer) -> Iterator[str]:
    for b, given in zip(drawn.given, drawn.arguments.given, strict=True):
        if given.shape is None:
            if writer.of[b] != given.path:
                yield f"{writer.of[b]} = {given.path}"
        else:
            make = "np.float64" if given.is_number else "np.array"
            yield f"{writer.of[b]} = {make}({given.path})"
    if drawn.together is not None:
        names = [
            writer.of[b] for b, given in zip(drawn.given, drawn.arguments.given, strict=True) if given.shape is not None
        ]
        yield f"{writer.of[drawn.together]} = np.concatenate([{', '.join(f'np.ravel({name})' for name in names)}])"
    for b, view in drawn.parts.items():
        yield f"{writer.of[b]} = {writer.read(view).text}"
    for line in writer.lines():
        output = line.instruction.output
        is_piece = made(line.instruction) in ("copy", "put") and not writer.is_whole(line.instruction)
        if is_piece and not writer.is_started(output.buffer):
            buffer = drawn.buffers[output.buffer]
            shape = buffer.shape[0] if len(buffer.shape) == 1 else buffer.shape
            dtype = "" if buffer.dtype == np.float64 else f", np.{buffer.dtype.name}"
            yield f"{writer.of[output.buffer]} = np.empty({shape}{dtype})"
        yield str(line)
        yield from line.body
    for decision, x in zip(recording.decisions, drawn.decided, strict=True):
        yield from write_check(decision, writer.of[drawn.indices[x]] if isinstance(x, Indices) else writer.read(x).text)
    results = recording.results
    outcome = write_outcome(results, lambda x: _numbers(drawn, writer, x), lambda i: _array(drawn, writer, i))
    is_row = isinstance(results.nesting, Items) and len(results.nesting.parts) > 1 and outcome.startswith("(")
    yield f"return {outcome[1:-1] if is_row and len(outcome) < 90 else outcome}"


def _numbers(drawn: Sketch, writer: Writer, stretch: Stretch) -> str:
    words = writer.read(drawn.stretches[stretch])
    return f"float({words.text})" if prod(stretch.shape) == 1 and not stretch.shape else f"{words.beside(4)}.tolist()"


def _array(drawn: Sketch, writer: Writer, i: int) -> str:
    x = drawn.arrays[i]
    text = writer.read(x).text
    return f"np.array({text})"
