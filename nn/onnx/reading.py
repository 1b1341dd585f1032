"""What a model computes, step by step, and what of it depends on the batch: two runs side by side."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import KindError, Tensor

from ..arrays import Array
from ..module import Module

Shape = tuple[int | None, ...]
"""A shape in which None depends on the batch."""


class Step(NamedTuple):
    """What gave a node. name: the operation's, or "leaf", or the class of a module that is one step.

    inputs: nodes, arrays and numbers. told: the operation's parameters, or the module.
    """

    node: Any
    shape: Shape
    name: str
    inputs: tuple[Any, ...]
    told: dict[str, Any]


class Run(NamedTuple):
    """A run of a model. made: for the output of each module that is one step, the module and its input."""

    input: Any
    output: Any
    made: dict[Any, tuple[Module, Any]]

    def source(self, node: Any) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """What gave a node, from what, and what it was told."""
        if node in self.made:
            module, x = self.made[node]
            return type(module).__name__, (x,), {"module": module}
        return node.name, node.inputs, node.parameters

    def nodes(self) -> list[Any]:
        """All that the output was computed from, in the order of birth."""
        found: dict[Any, None] = {}
        waiting = [self.output]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Tensor) and node not in found:
                found[node] = None
                waiting += self.source(node)[1]
        return sorted(found, key=lambda node: node.birth)


def steps_of(model: Module, example: Array, wholes: tuple[type[Module], ...]) -> tuple[Run, list[Step]]:
    """A run of the model, in which each module of these classes is one step, and its steps in order.

    What differs in a second run, on other numbers and one example more, is the batch's; a KindError where that is
    more than shapes.
    """
    run, other = _run(model, example, wholes), _run(model, _others(example), wholes)
    nodes, twins = run.nodes(), other.nodes()
    if len(nodes) != len(twins):
        raise KindError(_OTHERWISE)
    return run, [_step(run, node, other, twin) for node, twin in zip(nodes, twins, strict=True)]


_OTHERWISE = "the model computes in another way for other inputs, or for more of them: ONNX has one graph for all"


def _others(example: Any) -> Any:
    more = np.concatenate([example[::-1], example[:1]])
    return (0.75 * more + 0.125).astype(example.dtype) if example.dtype.kind == "f" else more


def _run(model: Module, example: Any, wholes: tuple[type[Module], ...]) -> Run:
    made: dict[Any, tuple[Module, Any]] = {}

    def whole(module: Module) -> Callable[[Any], Any]:
        def forward(x: Any) -> Any:
            output = Tensor(type(module).forward(module, x).data)
            made[output] = module, x
            return output

        return forward

    patched = [module for module in model.modules() if type(module) in wholes]
    for module in patched:
        vars(module)["forward"] = whole(module)
    x = Tensor(example) if example.dtype.kind == "f" else example
    output = model(x)
    for module in patched:
        del vars(module)["forward"]
    if not isinstance(output, Tensor):
        raise KindError(f"export takes a model that gives one Tensor; this one gives a {type(output).__name__}")
    return Run(x, output, made)


def _step(run: Run, node: Any, other: Run, twin: Any) -> Step:
    (name, inputs, told), (other_name, other_inputs, other_told) = run.source(node), other.source(twin)
    if (name, len(inputs), told.keys(), node.ndim) != (other_name, len(other_inputs), other_told.keys(), twin.ndim):
        raise KindError(_OTHERWISE)
    constants = [(a, b) for a, b in zip(inputs, other_inputs, strict=True) if not isinstance(a, Tensor)]
    constants += [(told[key], other_told[key]) for key in told if key != "shape"]
    if name == "leaf" and node is not run.input:
        constants.append((node.data, twin.data))
    if not all(a is run.input or _same(a, b) for a, b in constants):
        floats = "" if isinstance(run.input, Tensor) else "; whole numbers go into modules alone: give a float example"
        raise KindError(
            f"a constant of {name} was computed from the input, or from how many there are, by other than recorded "
            f"operations (x.data, a comparison, zeros for each example): ONNX would keep the example's{floats}"
        )
    return Step(
        node, tuple(a if a == b else None for a, b in zip(node.shape, twin.shape, strict=True)), name, inputs, told
    )


def _same(a: Any, b: Any) -> bool:
    """Whether two constants are the same, element by element where they are containers or arrays."""
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, np.ndarray | np.generic | float):
        return np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f")
    return a is b or bool(a == b)
