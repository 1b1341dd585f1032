"""What is told of the nodes of a fold: its leaves, the constants that it is given, what it is called outside."""

from collections.abc import Container, Sequence
from typing import Any

import numpy as np

from ..languages import say, say_rule
from ..node import Node, data_of
from .formatting import format_number, format_span
from .formula import LONGEST
from .labels import cut
from .letters import Letters
from .parts import Part

MOST_NAMED = 4  # leaves, constants of a fold


def describe_leaves(leaves: Sequence[Node]) -> tuple[str, ...]:
    """The leaves of a fold, each by its label and shape, where they are few; else how many they are.

    >>> from autograd_mini import Value
    >>> describe_leaves([Value(1.0, label="w"), Value(2.0)])
    ('w', 'leaf')
    >>> describe_leaves([Value(1.0, label=f"w{i}") for i in range(9)])
    ('9 leaves', 'w0 … w8')
    """
    if len(leaves) <= MOST_NAMED:
        return tuple(f"{leaf.label or say('leaf')} {leaf.shape or ''}".rstrip() for leaf in leaves)
    labels = [leaf.label for leaf in leaves if leaf.label]
    return (say("{0} leaves", f"{len(leaves):,}"), *([f"{labels[0]} … {labels[-1]}"] if labels else []))


def find_given(nodes: Sequence[Node], shown: Container[Any]) -> tuple[list[Any], list[float]]:
    """The constants that a fold is given: arrays, each once, and numbers, in the order of their use.

    shown: the nodes that stand on a picture; other inputs, such as the seed of a sweep, stand for their data.

    >>> from autograd_mini import Tensor
    >>> x = Tensor([1.0, 2.0])
    >>> find_given([x, x * np.array([3.0, 4.0])], {x})
    ([array([3., 4.])], [])
    """
    arrays: dict[int, Any] = {}
    numbers = []
    for node in nodes:
        for x in node.inputs:
            if type(x) is float:
                numbers.append(x)
            elif not (isinstance(x, Node) and x in shown):
                data = data_of(x)
                if np.size(data) == 1:
                    numbers.append(float(np.ravel(data)[0]))
                else:
                    arrays.setdefault(id(data), data)
    return list(arrays.values()), numbers


def describe_given(numbers: Sequence[float]) -> tuple[str, ...]:
    """Constant numbers, each once where they are few, else how far they reach.

    >>> describe_given([2.0, 1.0, 2.0]), describe_given([float(i) for i in range(9)]), describe_given([])
    (('constants 2, 1',), ('9 constants, 0 … 8',), ())
    """
    own = list(dict.fromkeys(numbers))
    if not own:
        return ()
    if len(own) <= MOST_NAMED:
        return (say("constant{0} {1}", "s" * (len(own) > 1), ", ".join(map(format_number, own))),)
    return (say("{0} constants, {1}", f"{len(numbers):,}", format_span(own)[0][0]),)


def say_through(part: Part, output: Node | None, letters: Letters) -> str:
    """What flows back through a fold whose derivative is no single number; output: the only one that it has.

    >>> from autograd_mini import Value
    >>> say_through(Part("scope", (), name="layer"), Value(1.0), Letters())
    'g back through layer'
    """
    if part.kind == "rest":
        return say("back from what is left out")
    if part.count > 1:
        return say("back from one of {0}", f"{part.count:,}")
    if output is None:
        return cut(say("back from the outputs of {0}", part.name), LONGEST)
    return cut(say("{0} back through {1}", letters.upstream, part.name), LONGEST)


def name_given(part: Part, words: str, letters: Letters) -> str:
    """The words of the composed operation that a fold is, with the labels of what it was given.

    >>> from autograd_mini import Tensor, draw, mean
    >>> [card.about for card in draw(mean(Tensor([1.0, 2.0], label="scores"))).shown.cards][-1]
    ('sum(scores) / n',)
    """
    assert part.call is not None
    labels: dict[int | None, str] = {
        x.birth: x.label for node in part.nodes for x in node.inputs if isinstance(x, Node) and x.label
    }
    own = letters.name_operands(2)
    given = [labels.get(birth, "").rpartition(".")[2] for birth in part.call.inputs[:2]]
    names = [label if label.isidentifier() else letter for label, letter in zip(given, own, strict=False)]
    return letters.rename(say_rule(words), [*names, *own[len(names) :]])
