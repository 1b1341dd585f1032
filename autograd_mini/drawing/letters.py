"""The letters of formulas: for what has no label such as no label uses, and what each of them stands for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..languages import say

UPSTREAM = ("g", "upstream", "gradient")  # the first that no label uses
OUTPUT = ("z", "output", "result")
OPERANDS = "xyuvwabcpqrsthk"
WORDS = {"n": "count", "p": "probability", "q": "model", "t": "target"}
"""Of composed operations' words: what else a letter is called where a label uses it."""
LETTER = r"(?<![\w.′])[A-Za-z]\d?(?![\w(])"


@dataclass(frozen=True, slots=True)
class Letters:
    """How formulas call what has no label.

    upstream: the gradient that comes back. output: what an operation computed. operands: its inputs, in order.
    taken: the words of all labels.
    """

    upstream: str = "g"
    output: str = "z"
    operands: tuple[str, ...] = tuple(OPERANDS)
    taken: frozenset[str] = frozenset()

    def name_operands(self, count: int) -> list[str]:
        """So many names: letters, or where they are more than two, one letter with numbers.

        >>> Letters().name_operands(2), choose_letters(["x", "a.b"]).name_operands(3)
        (['x', 'y'], ['y0', 'y1', 'y2'])
        """
        if count <= 2:
            return list(self.operands[:count])
        for letter in self.operands:
            names = [f"{letter}{i}" for i in range(count)]
            if self.taken.isdisjoint(names):
                break
        return names

    def rename(self, words: str, operands: Sequence[str]) -> str:
        """The words of a composed operation, written with g, z, x, y, with names that collide with no label.

        >>> choose_letters(["g", "n"]).rename("g × 2 x / n", ["w"])
        'upstream × 2 w / count'
        """
        names = {"g": self.upstream, "z": self.output} | dict(zip("xy", operands, strict=False))
        names |= {letter: word for letter, word in WORDS.items() if letter in self.taken}
        return re.sub(LETTER, lambda found: names.get(found[0], found[0]), words)

    def are_in(self, words: str) -> bool:
        """Whether the words speak of an input that has no label.

        >>> Letters().are_in("g @ y.T"), Letters().are_in("g @ W.T")
        (True, False)
        """
        return not set(re.findall(r"[^\W\d_]+", words)).isdisjoint(self.operands)


def choose_letters(labels: Iterable[str]) -> Letters:
    """The letters for a graph with these labels.

    >>> choose_letters(["x", "w1", "layer.g"]).operands[:3], choose_letters(["x", "w1", "layer.g"]).upstream
    (('y', 'u', 'v'), 'upstream')
    """
    taken = frozenset(word for label in labels for word in re.findall(r"\w+", label))

    def free(words: Sequence[str]) -> list[str]:
        return [word for word in words if word not in taken] or [f"{words[0]}{words[0]}"]

    operands = free(OPERANDS)
    if len(operands) < 2:
        operands = [f"input{i}" for i in range(1, 10)]
    return Letters(free(UPSTREAM)[0], free(OUTPUT)[0], tuple(operands), taken)


def explain(formulas: Iterable[str], letters: Letters) -> list[str]:
    """What the letters in formulas stand for, so far as they are there and no labels.

    >>> explain(["g @ y.T", "sum(g, axis=0)", "g at [i], 0 elsewhere"], Letters())
    ['g the upstream gradient', 'y the second input', 'i positions']
    """
    words = set()
    for formula in set(formulas):
        words |= set(re.findall(r"[^\W\d_]+\d?", formula))
    own = [
        (letters.upstream, say("the upstream gradient")),
        (letters.output, say("the output")),
        *zip(letters.operands, (say("the first input"), say("the second input")), strict=False),
        ("i", say("positions")),
        ("n", say("how many")),
        ("p", say("a probability")),
        ("q", say("the model's")),
        ("t", say("the target")),
    ]
    alone = {word for word in words - letters.taken if len(word) == 1}  # whole words speak for themselves
    known = [f"{letter} {meaning}" for letter, meaning in own if letter in alone]
    numbered = {f"{word[0]}0 …" for word in words if word[1:].isdigit() and word not in letters.taken}
    return [*known, *(say("{0} the inputs in order", word) for word in sorted(numbered))]
