"""From a model to the bytes of an ONNX file; the only place of nn that knows onnx."""

import copy
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, write_whole

from ..layers import Embedding
from ..module import Module
from .reading import Run, Shape, Step, steps_of
from .translating import CODES, MODULES, OPERATIONS, Writer

OPSET = 18  # the first in which every reduction takes its axes in one way
IR = 8  # the format of files that goes with it


def export(model: Module, path: str | os.PathLike[str], example_input: Any) -> None:
    """Write the model, out of training mode, as an ONNX file with one input, "input", and one output, "output".

    example_input: an array such as the model takes, of one example or more; in the file the first axis is free. The
    parameters and buffers are in it under their paths, in the dtype that they have. Exported are linear, convolutional,
    pooling, normalising and activating modules in any order, and hand-written `forward` that uses arithmetic,
    activations, reductions, products of matrices and changes of shape.

    Raises KindError for an operation without a counterpart, by name, and for a `forward` that takes numbers out of the
    graph; ImportError without the extra `onnx`; OSError where the file cannot be written. The model stays as it is, and
    so does a file that was there.

    nn.onnx.export(model, "model.onnx", images[:1])
    onnxruntime.InferenceSession("model.onnx").run(None, {"input": images})

    Of a float64 model the file is float64 throughout but for numbers in an operation's own settings, such as
    LeakyReLU's slope and a norm's eps, which ONNX keeps in float32. Whether it runs is the runtime's affair: on the CPU
    onnxruntime has no float64 convolution, average pooling and erf (of GELU, but for its approximation "tanh"), and
    says NOT_IMPLEMENTED as it loads the file; all else it computes in float64. Such a model is exported in float32:
    make it once more with dtype=np.float32, and load the state with each array as that one's (`astype`).
    """
    try:
        import onnx
    except ImportError as error:
        raise ImportError('models are exported by onnx: pip install "autograd_mini[onnx]"') from error
    if not isinstance(model, Module):
        raise KindError(f"export takes a module, a path and an example, in this order; got a {type(model).__name__}")
    example = np.asarray(example_input.data if isinstance(example_input, Tensor) else example_input)
    if example.ndim == 0 or not example.shape[0] or example.dtype.kind not in "fiu":
        raise ShapeError(
            f"export takes an array of examples, one at least; got {example.dtype} of shape {example.shape}"
        )
    model = copy.deepcopy(model).eval()
    run, steps = steps_of(model, example, tuple(MODULES))
    to = Writer({id(data): name for name, data in _named_arrays(model)})
    _write(to, run, steps)
    file = _file(onnx, to, example.dtype, (None, *example.shape[1:]), steps[-1])
    onnx.checker.check_model(file, full_check=True)
    write_whole(path, file.SerializeToString())


def _named_arrays(model: Module) -> Iterator[tuple[str, Any]]:
    yield from ((path, parameter.data) for path, parameter in model.named_parameters())
    yield from model.named_buffers()


def _write(to: Writer, run: Run, steps: list[Step]) -> None:
    """Write the steps, from "input" to "output"."""
    names = {id(run.input): "input"}

    def name_of(x: Any, step: Step) -> str:
        """The name of an input of a step, made to be of the step's dtype as NumPy does."""
        if id(x) not in names:  # a constant
            array = np.asarray(x)
            return to.array(array.astype(step.node.dtype, copy=False) if array.dtype.kind == "f" else array)
        is_read_as_it_is = not isinstance(x, Tensor) and step.name == Embedding.__name__
        if x.dtype != step.node.dtype and not is_read_as_it_is:
            return to.step("Cast", names[id(x)], to=CODES[step.node.dtype.name])
        return names[id(x)]

    translations = OPERATIONS | {kind.__name__: translation for kind, translation in MODULES.items()}
    for step in steps:
        if step.name not in ("leaf", *translations):
            raise KindError(
                f"{step.name}, which gives shape {step.node.shape}, is nothing that export has a counterpart for in "
                f"ONNX; it has for {', '.join(sorted(translations))}. Convolution and pooling are exported as modules, "
                "nn.Conv2d and its kin, not as functions"
            )
        if step.name != "leaf":
            names[id(step.node)] = translations[step.name](to, step, [name_of(x, step) for x in step.inputs])
        elif step.node is not run.input:
            names[id(step.node)] = to.array(step.node.data)
    if not any("input" in inputs for _, inputs, _, _ in to.steps):
        raise KindError("the output was not computed from the input by recorded operations: it would be a constant")
    to.steps[-1][2][:] = ["output"]


def _file(onnx: Any, to: Writer, dtype: Any, shape: Shape, last: Step) -> Any:
    """The whole of a file in onnx's words."""

    def described(name: str, dtype: Any, shape: Shape) -> Any:
        lengths = ["batch" if i == 0 and n is None else n for i, n in enumerate(shape)]
        return onnx.helper.make_tensor_value_info(name, CODES[dtype.name], lengths)

    graph = onnx.helper.make_graph(
        [onnx.helper.make_node(operation, *ends, **told) for operation, *ends, told in to.steps],
        "autograd_mini",
        [described("input", dtype, shape)],
        [described("output", last.node.dtype, last.shape)],
        [onnx.numpy_helper.from_array(np.asarray(array, order="C"), name) for name, array in to.arrays.items()],
    )
    opsets = [onnx.helper.make_opsetid("", OPSET)]
    return onnx.helper.make_model(graph, opset_imports=opsets, ir_version=IR, producer_name="autograd_mini")
