"""A node and its derivatives in words: as the line beside the calculus says it, else as the rule's own record does."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from ..grad_mode import recording
from ..node import Node
from ..primitive import flow
from ..reverse import history
from .figures import number
from .labels import cut

LONGEST = 40  # letters; a longer formula says less than its name, f′(x)
LONGEST_NAME = 12

INFIX = {"add": (" + ", 1), "subtract": (" - ", 1), "multiply": (" × ", 2), "divide": (" / ", 2), "matmul": (" @ ", 2)}
UNKNOWN, NEGATIVE, POWER, ATOM = 0, 3, 4, 5  # how tightly they bind; what INFIX holds is in between
WORD = r"-?([#\w.…]+|[\d.]+e-\d+)"  # of a name, a number, a function without its brackets
RIGHT_TOO = {"subtract", "divide", "matmul"}  # a - (b - c) is not a - b - c


def spelled(node: Node, inputs: Sequence[str]) -> str:
    """What a node computes, of inputs that stand for themselves.

    >>> from autograd_mini import Value, exp
    >>> x = Value(2.0)
    >>> spelled(x * 3.0, ["x", "3"]), spelled(x**2.0, ["x", "2"]), spelled(exp(x), ["x"])
    ('x × 3', 'x²', 'exp(x)')
    """
    return _operation(node, [_atom(words) for words in inputs])[0]


def slopes(node: Node, names: Sequence[str]) -> tuple[str, ...]:
    """The local derivative by each input; "" where the operation is not elementwise, or has none in letters.

    It is what the operation's docstring says, the line that the calculus is written beside.

    >>> from autograd_mini import Value, relu, tanh
    >>> x = Value(2.0)
    >>> slopes(x * 3.0, ["x", "3"]), slopes(x**3.0, ["x", "3"]), slopes(tanh(x), ["x"])
    (('3', 'x'), ('3 × x²', 'x^3 × log(x)'), ('1 - tanh(x)² = 1 / cosh(x)²',))
    >>> slopes(relu(x), ["x"])
    ('1 above 0, 0 at 0 and below',)
    """
    if node.rule is None or node.rule.family != "elementwise":
        return ("",) * len(names)
    said, exponent = _letters(node.rule.forward, len(names)), node.inputs[-1]
    if node.name == "power" and isinstance(exponent, float):
        said = (_slope_of_power(said[0], exponent), *said[1:])
    words: dict[str, str] = {}
    for letter, name in zip("xy", names, strict=False):
        words |= {letter: _bracketed(_atom(name), ATOM), f"({letter})": f"({name})"}
    found = r"\([xy]\)|(?<![A-Za-z])[xy](?![A-Za-z])"
    return tuple(re.sub(found, lambda letter: words[letter[0]], letters) for letters in said)


def _slope_of_power(letters: str, exponent: float) -> str:
    """The derivative of a power by its base, its exponent being known."""
    if exponent in (0.0, 1.0):
        return number(exponent)
    return letters.replace("^(y-1)", _raised(_bracketed(_atom(number(exponent - 1.0)), ATOM)))


@cache
def _letters(operation: Callable[..., Any], inputs: int) -> tuple[str, ...]:
    """The derivatives by x and y, as the first line of the operation's docstring says them."""
    line = (operation.__doc__ or "").partition("\n")[0].removesuffix(".").replace("·", "×")
    said = dict(re.findall("d/d([xy]) = (.*?)(?=, d/d|;|$)", line))
    return tuple(said.get(letter, "") for letter in "xy"[:inputs])


def formulas(node: Node, names: Sequence[str] | None = None, output: str = "z") -> tuple[str, ...]:
    """What the derivative by each input hands on: g is the gradient of the node, z its output.

    Inputs go by the names given, else by their label, or x and y. Where there are no slopes in letters, nothing is
    known here of the rule: it is applied to named nodes, and the record of what it did is read.

    >>> from autograd_mini import Tensor, tanh
    >>> W, x = Tensor([[1.0, 2.0]], label="W"), Tensor([[3.0]], label="x")
    >>> formulas(x @ W), formulas(tanh(x))
    (('g @ W.T', 'x.T @ g'), ('g × (1 - tanh(x)²)',))
    """
    assert node.rule is not None
    inputs, kind = node.inputs, type(node)
    names = _names(inputs) if names is None else names
    slope = slopes(node, names)
    found = []
    with recording():
        values = [_named(x, name, kind) for x, name in zip(inputs, names, strict=True)]
        g, z = kind(np.ones(node.shape), label="g"), kind(node.data, label=output)
        for i, (x, name) in enumerate(zip(inputs, names, strict=True)):
            if not isinstance(x, Node):
                found.append("")
                continue
            by_name = f"g × {node.name}′({name})" if len(names) == 1 else f"g × ∂{node.name}/∂{name}"
            if node.rule.family == "custom":  # need not be made of operations that record
                found.append(cut(by_name, LONGEST))
                continue
            if slope[i]:
                answer = kind(np.ones(node.shape), label=by_name if "," in _outside(slope[i]) else _times(slope[i]))
            else:
                answer = flow(node.rule.derivatives[i], g, z, *values)
            words = _read(answer)  # before what undoes broadcasting, which is clear however long
            is_unclear = node.rule.family == "elementwise" and (len(words) > LONGEST or "…" in words)
            found.append(cut(by_name if is_unclear else _read(x.fit(answer)), LONGEST))
    return tuple(found)


def _times(slope: str) -> str:
    """g times a slope, of which only the first way to say it counts."""
    slope = slope.partition(" = ")[0]
    g, slope = ("-g", slope[1:]) if slope.startswith("-") else ("g", slope)
    if slope == "1":
        return g
    if slope.startswith("1 / "):
        return g + slope[1:]
    return f"{g} × ({slope})" if re.search(" [+-] ", _outside(slope)) else f"{g} × {slope}"


def _outside(words: str) -> str:
    """The words without what stands in brackets."""
    depth, found = 0, ""
    for letter in words:
        depth += letter == "("
        found += "" if depth else letter
        depth -= letter == ")"
    return found


def _names(inputs: Sequence[Any]) -> list[str]:
    """Each input's label where it can stand in a formula and no other input has it, else a letter; numbers as such."""
    numbers = [None if isinstance(x, Node) or np.size(x) > 1 else _raw(x) for x in inputs]
    named = numbers.count(None)
    free = iter("xy" if named <= 2 else (f"x{i}" for i in range(named)))
    letters = [word or next(free) for word in numbers]
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


def _read(answer: Any) -> str:
    """The record of a node as a formula, oldest first, so that depth is no limit."""
    if not isinstance(answer, Node):
        return _raw(answer)
    words: dict[Node, tuple[str, int]] = {}
    for node in history(answer)[::-1]:
        if node.rule is None:
            words[node] = _atom(node.label or _raw(node.data))
        else:
            words[node] = _operation(node, [words[x] if isinstance(x, Node) else _atom(_raw(x)) for x in node.inputs])
    return words[answer][0]


def _operation(node: Node, inputs: Sequence[tuple[str, int]]) -> tuple[str, int]:
    """The words of a node from those of its inputs, each with how tightly it binds."""
    name, first = node.name, inputs[0]
    if name in INFIX and len(inputs) == 2:
        sign, own = INFIX[name]
        right = _bracketed(inputs[1], NEGATIVE + 1 if inputs[1][0].startswith("-") else own + (name in RIGHT_TOO))
        return _whole(_bracketed(first, own) + sign + right), own
    if name == "negative":
        return _whole("-" + _bracketed(first, NEGATIVE + 1)), NEGATIVE
    if name == "power":
        return _whole(_bracketed(first, ATOM) + _raised(_bracketed(inputs[1], ATOM))), POWER
    if name in ("transpose", "swapaxes") and node.ndim == 2:
        return _whole(_bracketed(first, ATOM) + ".T"), ATOM
    if name == "getitem":
        return _whole(_bracketed(first, ATOM) + "[i]"), ATOM
    if name == "scatter":
        return _whole(f"zeros with {_bracketed(first, ATOM)} at [i]"), UNKNOWN
    if name == "astype":
        return first
    if name == "reshape" and (index := _with_new_axes(node)):
        return _whole(_bracketed(first, ATOM) + index), ATOM
    arguments = ", ".join([*(word for word, _ in inputs), *_parameters(node)])
    return f"{name}({'…, ' * (name == 'where')}{_whole(arguments)})", ATOM


def _with_new_axes(node: Node) -> str:
    """The index that gives a node's input new axes of length 1, "[:, None]"; "" where that is not all it does."""
    places, rest = [], list(node.inputs[0].shape)
    for length in node.shape:
        is_old = bool(rest) and length == rest[0]
        places.append(":" if is_old else "None")
        if is_old:
            rest.pop(0)
        elif length != 1:
            return ""
    return f"[{', '.join(places)}]" if "None" in places and not rest else ""


def _parameters(node: Node) -> list[str]:
    """What an operation was told beside its inputs, as far as that shows: a new shape, the axes of a sum."""
    if node.name in ("reshape", "broadcast_to"):
        return [str(node.shape)]
    return _axes(node) if node.name == "sum" and node.shape else []


def _axes(node: Node) -> list[str]:
    """The axes of a sum, found by what it does to numbers that all differ; nothing where a mask took part."""
    assert node.rule is not None
    shape = node.inputs[0].shape
    x = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)
    summed, keepdims = node.rule.forward(x), x.ndim == node.ndim
    lost = sum(a != b for a, b in zip(shape, node.shape, strict=True)) if keepdims else x.ndim - node.ndim
    for axes in combinations(range(x.ndim), max(1, lost)):
        if np.array_equal(x.sum(axes, keepdims=keepdims), summed):
            return [f"axis={axes[0] if len(axes) == 1 else axes}", *["keepdims=True"] * keepdims]
    return []


def _bracketed(part: tuple[str, int], least: int) -> str:
    text, binding = part
    return text if binding >= least else f"({text})"


def _atom(words: str) -> tuple[str, int]:
    """A name or a number, with how tightly it binds: a label may itself be a formula, and is not read as one."""
    if not re.fullmatch(WORD, _outside(words)):
        return words, UNKNOWN
    return words, NEGATIVE if words.startswith("-") else ATOM


def _raised(exponent: str) -> str:
    return {"1": "", "2": "²"}.get(exponent, f"^{exponent}")


def _whole(text: str) -> str:
    return text if len(text) <= 2 * LONGEST else "…"


def _raw(x: Any) -> str:
    """A constant that a rule made; an array of them has no name."""
    return number(x) if np.size(x) == 1 else "…"
