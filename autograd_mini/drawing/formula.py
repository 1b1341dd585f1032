"""A local derivative in words, `g @ W.T`: the rule itself, applied to nodes that bear names, and read back."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..node import Node, flow, recording
from ..sweep import history
from .figures import number

LONGEST = 40  # letters; a longer formula says less than its name, f′(x)
LONGEST_NAME = 12

INFIX = {"add": (" + ", 1), "subtract": (" - ", 1), "multiply": (" * ", 2), "divide": (" / ", 2), "matmul": (" @ ", 2)}
NEGATIVE, POWER, ATOM = 3, 4, 5  # how tightly they bind; what INFIX holds binds less
RIGHT_TOO = {"subtract", "divide", "matmul"}  # a - (b - c) is not a - b - c


def formulas(node: Node) -> tuple[str, ...]:
    """What the derivative by each input hands on, in words: g is the gradient of the node, z its output.

    Inputs go by their label, or x and y. Nothing is known here of any rule: each is applied to named nodes, and
    the record of what it did is read.

    >>> from autograd_mini import Tensor
    >>> W, x = Tensor([[1.0, 2.0]], label="W"), Tensor([[3.0]], label="x")
    >>> formulas(x @ W)
    ('g @ W.T', 'x.T @ g')
    """
    assert node.rule is not None
    inputs, names = node.inputs, _names(node.inputs)
    shorts = [f"g * {node.name}′({name})" if len(names) == 1 else f"g * ∂{node.name}/∂{name}" for name in names]
    if node.rule.family == "custom":  # need not be made of operations that record
        return tuple(map(_short, shorts))
    found = []
    with recording():
        values = [_named(x, name, type(node)) for x, name in zip(inputs, names, strict=True)]
        g, z = type(node)(np.ones(node.shape), label="g"), type(node)(node.data, label="z")
        for x, derivative, short in zip(inputs, node.rule.derivatives, shorts, strict=True):
            if not isinstance(x, Node):
                found.append("")
                continue
            answer = x.fit(flow(derivative, g, z, *values))
            words = _read(answer) if isinstance(answer, Node) else _raw(answer)
            if node.rule.family == "elementwise" and (len(words) > LONGEST or "…" in words):
                words = short
            found.append(_short(words))
    return tuple(found)


def _names(inputs: Sequence[Any]) -> list[str]:
    """For each input its label where it can stand in a formula and no other input has it, else a letter."""
    letters = ["x", "y"][: len(inputs)] if len(inputs) <= 2 else [f"x{i}" for i in range(len(inputs))]
    labels = [((x.label or "") if isinstance(x, Node) else "").rpartition(".")[2] for x in inputs]
    fit = [word.isidentifier() and len(word) <= LONGEST_NAME and word not in ("g", "z") for word in labels]
    names = [label if good else letter for label, letter, good in zip(labels, letters, fit, strict=True)]
    bearer = {name: x for x, name in zip(inputs, names, strict=True)}
    return names if all(bearer[name] is x for x, name in zip(inputs, names, strict=True)) else letters


def _named(x: Any, name: str, kind: type[Node]) -> Any:
    """A node that bears the name; a raw number stays one, and is read as itself."""
    if isinstance(x, Node):
        return type(x)(x.data, label=name)
    return kind(x, label=name) if np.size(x) > 1 else x


def _read(answer: Node) -> str:
    """The record of a node as a formula, oldest first, so that depth is no limit."""
    words: dict[Node, tuple[str, int]] = {}
    for node in history(answer)[::-1]:
        words[node] = (node.label or _raw(node.data), ATOM) if node.rule is None else _operation(node, words)
    return words[answer][0]


def _operation(node: Node, words: dict[Node, tuple[str, int]]) -> tuple[str, int]:
    inputs = [words[x] if isinstance(x, Node) else (_raw(x), ATOM) for x in node.inputs]
    name = node.name
    if name in INFIX:
        sign, own = INFIX[name]
        right = _bracketed(inputs[1], own + (name in RIGHT_TOO))
        return _cut(_bracketed(inputs[0], own) + sign + right), own
    if name == "negative":
        return _cut("-" + _bracketed(inputs[0], NEGATIVE)), NEGATIVE
    if name == "power" and inputs[1][0] == "1":
        return inputs[0]
    if name == "power":
        return _cut(f"{_bracketed(inputs[0], ATOM)}**{_bracketed(inputs[1], ATOM)}"), POWER
    if name in ("transpose", "swapaxes") and node.ndim == 2:
        return _cut(_bracketed(inputs[0], ATOM) + ".T"), ATOM
    if name == "getitem":
        return _cut(_bracketed(inputs[0], ATOM) + "[i]"), ATOM
    if name == "astype":
        return inputs[0]
    arguments = [word for word, _ in inputs]
    return _cut(f"{name}({', '.join(['…', *arguments] if name == 'where' else arguments)})"), ATOM


def _bracketed(part: tuple[str, int], least: int) -> str:
    text, binding = part
    return text if binding >= least else f"({text})"


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _cut(text: str) -> str:
    return text if len(text) <= 2 * LONGEST else "…"


def _raw(x: Any) -> str:
    """A constant that a rule made; an array of them has no name."""
    return number(x) if np.size(x) == 1 else "…"
