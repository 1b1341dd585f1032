"""Steps that come again and again, as those of a recurrent network or of a long chain, rolled up into one."""

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from ..node import Node, data_of
from .parts import Part, describe_work, find_outer_inputs, join_alike


def fold_repeats(found: Sequence[Part], root: Node) -> list[Part]:
    """Parts that do the same to what does the same, for what does the same, as one: arrows between them may go round.

    Where `fold_alike` asks what all inputs before are, back to the leaves, this asks for the nearest alone, so the
    second step of a loop is like the third. A leaf that several steps use is itself, others are alike where their uses
    are. The root stays by itself.
    """
    part_of = {node: part for part in found for node in part.nodes}
    users: dict[Part, set[Part]] = defaultdict(set)
    for part in found:
        for _, x in find_outer_inputs(part):
            if isinstance(x, Node) and x in part_of:
                users[part_of[x]].add(part)
    does = {part: describe_work(part) for part in found}

    def kind_of_input(x: Any) -> Any:
        tail = part_of.get(x) if isinstance(x, Node) else None
        if tail is None:
            return np.shape(data_of(x))
        is_leaf = tail.kind == "node" and tail.nodes[0].rule is None
        return id(tail) if is_leaf and len(users[tail]) > 1 else does[tail]

    groups: dict[Any, list[Part]] = defaultdict(list)
    for part in found:
        if part_of[root] is part or part.kind == "rest":
            groups[id(part)].append(part)
            continue
        inputs = tuple(kind_of_input(x) for _, x in find_outer_inputs(part))
        used = frozenset((does[user], part_of[root] is user) for user in users[part])
        if part.nodes[0].rule is None and len(users[part]) > 1:
            groups[id(part)].append(part)
        else:
            groups[does[part], inputs, used].append(part)
    return [group[0] if len(group) == 1 else join_alike(sorted(group, key=_birth)) for group in groups.values()]


def _birth(part: Part) -> int:
    return int(attrgetter("birth")(part.nodes[-1]))
