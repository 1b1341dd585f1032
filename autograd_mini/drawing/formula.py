"""A node and its derivatives in words: as the line of the calculus says it, else as the rule's own record does."""

import re
from collections.abc import Sequence
from functools import cache
from inspect import Parameter, signature
from typing import Any

import numpy as np

from ..checkpoints import Checkpoint
from ..constants import label_of
from ..custom import Custom
from ..errors import AutogradError
from ..grad_mode import recording
from ..languages import say, say_rule
from ..node import Node, record
from ..primitive import Elementwise
from ..reverse import history
from .formatting import format_exactly, format_number
from .labels import cut
from .letters import Letters

LONGEST = 40  # letters; a longer formula says less than its name, f′(x)
LONGEST_NAME = 12
LONGEST_LIST = 4  # numbers of an index

INFIX = {"add": (" + ", 1), "subtract": (" - ", 1), "multiply": (" × ", 2), "divide": (" / ", 2), "matmul": (" @ ", 2)}
UNKNOWN, NEGATIVE, POWER, ATOM = 0, 3, 4, 5  # how tightly they bind; what INFIX holds is in between
WORD = r"-?([#\w.…]+|[\d.]+e-\d+)"  # of a name, a number, a function without its brackets
RIGHT_TOO = {"subtract", "divide", "matmul"}  # a - (b - c) is not a - b - c
TEXTBOOK = {  # what parts of other operations are but for rounding and edges; how tightly it binds
    "direction": ("{0} / hypot({0}, {1})", 2),
    "inversion": ("{0} / ({0}² + {1}²)", 2),
    "lowered": ("{1} - 1", 1),
    "over_length": ("{0} / {1}", 2),
    "sech_squared": ("1 / cosh({0})²", 2),
    "sigmoid_slope": ("exp({0}) / (1 + exp({0}))²", 2),
    "softmax_weights": ("exp({0} - {1})", ATOM),
    "weight": ("1 / (1 + exp({1} - {0}))", 2),
}
AS_USUAL = {"stride": 1, "dilation": 1, "groups": 1}
UNNAMED = {"shape", "index", "subscripts", "dtype"}  # parameters that everybody gives by place
STANDARD = Letters()
OPAQUE = (Custom, Checkpoint)  # rules that need not be made of operations that record, or run a whole function


def spell(node: Node, inputs: Sequence[str]) -> str:
    """What a node computes, of inputs that stand for themselves.

    >>> from autograd_mini import Value, clip, exp
    >>> x = Value(2.0)
    >>> spell(x * 3.0, ["x", "3"]), spell(x**2.0, ["x", "2"]), spell(exp(x), ["x"]), spell(clip(x, 0.0, 1.0), ["x"])
    ('x × 3', 'x²', 'exp(x)', 'clip(x, a_min=0, a_max=1)')
    """
    return _spell_operation(node, [_bind(words) for words in inputs])[0]


def spell_parameters(node: Node) -> list[str]:
    """What an operation was told beside its inputs, but for what it does when nothing is told.

    >>> from autograd_mini import Tensor, max, reshape
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> spell_parameters(max(x, axis=0)), spell_parameters(max(x)), spell_parameters(x[0, 1:])
    (['axis=0'], [], ['0, 1:'])
    """
    if not node.parameters or node.name in TEXTBOOK or isinstance(node.primitive, OPAQUE):
        return []
    usual = _find_defaults(node.primitive.compute)
    return [
        words if name in UNNAMED else f"{name}={words}"
        for name, value in node.parameters.items()
        if (name not in usual or isinstance(value, np.ndarray) or value != usual[name])
        and not (name in AS_USUAL and np.all(np.equal(value, AS_USUAL[name])))
        for words in [_spell_index(value) if name == "index" else _spell_parameter(name, value)]
    ]


@cache
def _find_defaults(compute: Any) -> dict[str, Any]:
    parameters = signature(compute).parameters.items()
    return {name: told.default for name, told in parameters if told.default is not Parameter.empty}


def _spell_parameter(name: str, value: Any) -> str:
    if isinstance(value, tuple | list) and name == "axis" and len(value) == 1:
        (value,) = value
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, type | np.dtype):
        return str(np.dtype(value))
    if isinstance(value, tuple | list):
        inner = ", ".join(_spell_parameter(name, x) for x in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return format_exactly(value) if np.size(value) == 1 else _spell_raw(value)


def _spell_index(index: Any) -> str:
    """An index as it stands between its brackets; each array of positions by a letter."""
    if isinstance(index, tuple):
        letters = iter("jklmnopqrstu")
        words = list(map(_spell_index, index))
        return ", ".join(next(letters) if word == "i" and "i" in words[:n] else word for n, word in enumerate(words))
    if isinstance(index, slice):
        start, stop, step = ("" if x is None else str(x) for x in (index.start, index.stop, index.step))
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
    if index is None:
        return "None"
    if index is Ellipsis:
        return "..."
    if np.ndim(index) == 0 and not isinstance(index, bool | np.bool_):
        return str(int(index))
    if np.ndim(index) == 1 and len(index) <= LONGEST_LIST and np.asarray(index).dtype.kind in "iu":
        return str(list(map(int, index)))
    return "i"


def spell_slopes(node: Node, names: Sequence[str]) -> tuple[str, ...]:
    """The local derivative by each input in words; "" where the operation has none, or is not elementwise.

    They are the words that the calculus is written beside, with the names of the inputs and the parameters told.

    >>> from autograd_mini import Value, leaky_relu, tanh
    >>> x = Value(2.0)
    >>> spell_slopes(x * 3.0, ["x", "3"]), spell_slopes(x**3.0, ["x", "3"]), spell_slopes(tanh(x), ["x"])
    (('3', 'x'), ('3 × x²', 'x^3 × log(x)'), ('1 - tanh(x)² = 1 / cosh(x)²',))
    >>> spell_slopes(leaky_relu(x, 0.1), ["x"])
    ('1 above 0, 0.1 at 0 and below',)
    """
    primitive = node.primitive
    if primitive is None or not primitive.slopes:
        return ("",) * len(names)
    said, exponent = [say_rule(slope).replace("·", "×") for slope in primitive.slopes], node.inputs[-1]
    if node.name == "power" and isinstance(exponent, float):
        said[0] = _spell_slope_of_power(said[0], exponent)
    told = _find_defaults(primitive.compute) | node.parameters
    words = {name: _spell_raw(value) for name, value in told.items() if np.ndim(value) == 0 and value is not None}
    for letter, name in zip("xy", names, strict=False):
        words |= {letter: _bracket(_bind(name), ATOM), f"({letter})": f"({name})"}
    found = rf"\([xy]\)|(?<![A-Za-z])({'|'.join(word for word in words if word.isidentifier())})(?![A-Za-z])"
    return tuple(re.sub(found, lambda word: words[word[0]], slope) for slope in said)


def _spell_slope_of_power(slope: str, exponent: float) -> str:
    """The derivative of a power by its base, its exponent being known."""
    if exponent in (0.0, 1.0):
        return format_number(exponent)
    return slope.replace("^(y-1)", _raise_to(_bracket(_bind(format_exactly(exponent - 1.0)), ATOM)))


def spell_flows(node: Node, names: Sequence[str] | None = None, letters: Letters = STANDARD) -> tuple[str, ...]:
    """What a node hands to each input, in words: g is the gradient of the node, z its output; "" where nothing is.

    Inputs go by the names given, else by their label, or x and y; letters: others than these. Where there are no slopes
    in letters, nothing is known here of the rule: it is applied to named nodes, once, and the record of what it did is
    read.

    >>> from autograd_mini import Tensor, tanh
    >>> W, x = Tensor([[1.0, 2.0]], label="W"), Tensor([[3.0]], label="x")
    >>> spell_flows(x @ W), spell_flows(tanh(x))
    (('g @ W.T', 'x.T @ g'), ('g × (1 - tanh(x)²)',))
    """
    assert node.rule is not None
    inputs, kind, primitive = node.inputs, type(node), node.primitive
    names, g = choose_names(node, letters) if names is None else names, letters.upstream
    if node.name == "conv":
        told = [say("{0} laid back through {1}", g, names[1]), say("windows of {0} weighed by {1}", names[0], g)]
        return tuple(cut(words, LONGEST) if isinstance(x, Node) else "" for x, words in zip(inputs, told, strict=True))
    if isinstance(primitive, OPAQUE):
        if len(names) == 1:
            told = [say("{0} by the rule of {1}", g, node.name)]
        else:
            told = [say("{0} by the rule of {1} for {2}", g, node.name, name) for name in names]
        return tuple(cut(words, LONGEST) if isinstance(x, Node) else "" for x, words in zip(inputs, told, strict=True))
    slopes = spell_slopes(node, names)
    found = []
    with recording():
        first, *others = [_name(x, name, kind) for x, name in zip(inputs, names, strict=True)]
        named = record(node.data, node.rule, first, tuple(others) if len(others) > 1 else others[0] if others else None)
        named.label = letters.output
        try:
            parts = node.rule.pull(named, kind(np.ones(node.shape), label=g))
        except AutogradError:  # as that of a pseudo-inverse, where it jumps
            return tuple(say("no derivative at these numbers") if isinstance(x, Node) else "" for x in inputs)
        for x, slope, part, name in zip(inputs, slopes, parts, names, strict=False):
            if part is None or not isinstance(x, Node):
                found.append("")
                continue
            is_said = bool(slope) and "," not in _find_outside(slope)  # not in a sentence
            answer = kind(np.ones(node.shape), label=_multiply_by(slope, g)) if is_said else part
            words = _read(answer)  # before what undoes broadcasting, which is clear however long
            is_unclear = isinstance(primitive, Elementwise) and (len(words) > LONGEST or "…" in words)
            sentence = f"{g} × ({slope})"
            is_by_output = f"({letters.output})" in words  # where a sentence tells of the input
            if slope and not is_said and (is_unclear or is_by_output) and len(sentence) <= LONGEST:
                found.append(sentence)
            elif is_unclear:
                if len(names) == 1:
                    words = say("{0} × the slope of {1} at {2}", g, node.name, name)
                else:
                    words = say("{0} × the slope of {1} by {2}", g, node.name, name)
                found.append(cut(words, LONGEST))
            else:
                found.append(cut(_read(x.fit(answer)), LONGEST))
    return tuple(found)


def _multiply_by(slope: str, g: str) -> str:
    """g times a slope, of which only the first way to say it counts."""
    slope = slope.partition(" = ")[0]
    is_sum = re.search(" [+-] ", _find_outside(slope))
    g, slope = (f"-{g}", slope[1:]) if slope.startswith("-") and not is_sum else (g, slope)
    if slope == "1":
        return g
    if slope.startswith("1 / "):
        return g + slope[1:]
    return f"{g} × ({slope})" if is_sum else f"{g} × {slope}"


def _find_outside(words: str) -> str:
    """The words without what stands in brackets."""
    depth, found = 0, ""
    for letter in words:
        depth += letter == "("
        found += "" if depth else letter
        depth -= letter == ")"
    return found


def choose_names(node: Node, letters: Letters) -> list[str]:
    """Each input's label where it can stand in a formula and no other input has it, else a letter; numbers as such.

    >>> from autograd_mini import Tensor
    >>> W, x = Tensor([[1.0, 2.0]], label="W"), Tensor([[3.0]])
    >>> choose_names(x @ W, STANDARD)
    ['x', 'W']
    """
    inputs = node.inputs
    numbers = [None if isinstance(x, Node) or np.size(x) != 1 else _spell_raw(x) for x in inputs]
    free = iter(letters.name_operands(numbers.count(None)))
    own = [word or next(free) for word in numbers]
    if node.name == "where":
        own = [word or name for word, name in zip(numbers, ("condition", *letters.name_operands(2)), strict=True)]
    labels = [(label_of(x) or "").rpartition(".")[2] for x in inputs]
    fit = [
        word.isidentifier() and len(word) <= LONGEST_NAME and word not in (letters.upstream, letters.output)
        for word in labels
    ]
    names = [label if good else letter for label, letter, good in zip(labels, own, fit, strict=True)]
    bearer = dict(zip(names, inputs, strict=True))
    return names if all(bearer[name] is x for x, name in zip(inputs, names, strict=True)) else own


def _name(x: Any, name: str, kind: type[Node]) -> Any:
    """A node that bears the name; a raw number stays one, and is read as itself."""
    if isinstance(x, Node):
        return type(x)(x.data, label=name)
    return x if np.size(x) == 1 else kind(x, label=name)


def _read(answer: Any) -> str:
    """The record of a node as a formula, oldest first, so that depth is no limit."""
    if not isinstance(answer, Node):
        return _spell_raw(answer)
    words: dict[Node, tuple[str, int]] = {}
    for node in history(answer)[::-1]:
        if node.rule is None:
            words[node] = _bind(node.label or _spell_raw(node.data))
        elif node.label:
            words[node] = _bind(node.label)
        else:
            inputs = [words[x] if isinstance(x, Node) else _bind(_spell_raw(x)) for x in node.inputs]
            words[node] = _spell_operation(node, inputs)
    return words[answer][0]


def _spell_operation(node: Node, inputs: Sequence[tuple[str, int]]) -> tuple[str, int]:
    """The words of a node from those of its inputs, each with how tightly it binds."""
    name, first = node.name, inputs[0]
    if name in INFIX and len(inputs) == 2:
        sign, own = INFIX[name]
        right = _bracket(inputs[1], NEGATIVE + 1 if inputs[1][0].startswith("-") else own + (name in RIGHT_TOO))
        return _leave_out_if_long(_bracket(first, own) + sign + right), own
    if name == "negative":
        return _leave_out_if_long("-" + _bracket(first, NEGATIVE + 1)), NEGATIVE
    if name == "power":
        return _leave_out_if_long(_bracket(first, ATOM) + _raise_to(_bracket(inputs[1], ATOM))), POWER
    if name in TEXTBOOK:
        formula, own = TEXTBOOK[name]
        return _leave_out_if_long(formula.format(*(_bracket(part, ATOM) for part in inputs))), own
    if is_transposition(node):
        return _leave_out_if_long(_bracket(first, ATOM) + ".T"), ATOM
    if name == "getitem":
        return _leave_out_if_long(f"{_bracket(first, ATOM)}[{spell_parameters(node)[0]}]"), ATOM
    if name == "scatter":
        return _leave_out_if_long(
            say("{0} at [{1}], 0 elsewhere", _bracket(first, ATOM), spell_parameters(node)[0])
        ), UNKNOWN
    if name == "astype" or (name == "as_number" and node.inputs[0].shape == ()):
        return first
    if name == "reshape" and (index := _find_new_axes(node)):
        return _leave_out_if_long(_bracket(first, ATOM) + index), ATOM
    told = spell_parameters(node)
    words = [word for word, _ in inputs]
    arguments = ", ".join([*told, *words] if name == "einsum" else [*words, *told])
    return f"{name}({_leave_out_if_long(arguments)})", ATOM


def is_transposition(node: Node) -> bool:
    """Whether a node is its input with rows and columns changed.

    >>> from autograd_mini import Tensor
    >>> x = Tensor([[1.0, 2.0]])
    >>> is_transposition(x.T), is_transposition(x.transpose((0, 1)))
    (True, False)
    """
    if node.ndim != 2:
        return False
    if node.name == "swapaxes":
        return {axis % 2 for axis in node.parameters.values()} == {0, 1}
    axes = node.parameters.get("axes")
    return node.name == "transpose" and (axes is None or [axis % 2 for axis in axes] == [1, 0])


def _find_new_axes(node: Node) -> str:
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


def _bracket(part: tuple[str, int], least: int) -> str:
    text, binding = part
    return text if binding >= least else f"({text})"


def _bind(words: str) -> tuple[str, int]:
    """A name or a number, with how tightly it binds: a label may itself be a formula, and is not read as one."""
    outside = _find_outside(words)
    if re.fullmatch(rf"{WORD}(·{WORD})+", outside):
        return words, INFIX["multiply"][1]
    if not re.fullmatch(WORD, outside):
        return words, UNKNOWN
    return words, NEGATIVE if words.startswith("-") else ATOM


def _raise_to(exponent: str) -> str:
    return {"1": "", "2": "²"}.get(exponent, f"^{exponent}")


def _leave_out_if_long(text: str) -> str:
    return text if len(text) <= 2 * LONGEST else "…"


def _spell_raw(x: Any) -> str:
    """A constant that a rule made; an array of them has no name."""
    return format_number(x) if np.size(x) == 1 else "…"
