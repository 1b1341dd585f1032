"""What each node of a graph is called in words about it: no two the same."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ..node import Node
from .formatting import format_exactly
from .formula import spell
from .labels import clean

SHORT = 14  # letters, up to which a node without a label is called by what it computes


def name_nodes(nodes: Sequence[Node]) -> dict[Node, str]:
    """A name for each node: its label; what it computes, where that is short; else "#" and its place.

    nodes: those of a graph, oldest first. Of a label that several bear, each has its place beside it.

    >>> from autograd_mini import Value
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> y = w * x
    >>> z = y + 1.0
    >>> list(name_nodes([w, x, y, z, z * z * z, w * x]).values())
    ['w', 'x', 'w·x', 'w·x + 1', '#4', '#5']
    """
    labels = Counter(clean(node.label) for node in nodes if node.label)
    names: dict[Node, str] = {}
    used = set(labels)
    for i, node in enumerate(nodes):
        name = f"#{i}"
        if node.label:
            name = clean(node.label)
            name += f" #{i}" * (labels[name] > 1)
        elif node.rule is not None:
            expression = _express(node, names)
            name = expression if expression and expression not in used else name
        used.add(name)
        names[node] = name
    return names


def _express(node: Node, names: dict[Node, str]) -> str:
    """What a node computes of named inputs and numbers; "" where that is long, or one of them has no name."""
    words = []
    for x in node.inputs:
        word = names.get(x, "#") if isinstance(x, Node) else format_exactly(x) if np.ndim(x) == 0 else "#"
        if "#" in word or len(word) > SHORT:
            return ""
        words.append(word)
    expression = clean(spell(node, words)).replace(" × ", "·")
    return expression if len(expression) <= SHORT and "…" not in expression else ""
