"""Chains of additions become sums over a new axis, sums of products matrix products."""

from collections import defaultdict
from typing import Any

import numpy as np

from .groups import Group, Like, Product, Source, Sum
from .lifted import Lifted
from .strides import walk

SEVERAL = 8  # products, from which on sums of two are matrix products too


def contract(lifted: Lifted, needed: set[int]) -> None:
    """Replace the rules of groups by sums and products, wherever nobody else uses what lies between.

    needed: the groups that are results. The rules of groups that nobody uses any more are dropped.
    """
    _Contraction(lifted, needed).run()


class _Contraction:
    def __init__(self, lifted: Lifted, needed: set[int]) -> None:
        self.lifted, self.groups, self.needed = lifted, lifted.groups, needed
        self.users: dict[int, list[int]] = defaultdict(list)
        for i, group in enumerate(self.groups):
            for source in group.reads():
                self.users[source].append(i)

    def run(self) -> None:
        inside: set[int] = set()
        for first, group in enumerate(list(self.groups)):
            if first not in inside and _is_addition(group):
                chain = self._chain(first)
                inside.update(chain)
                if len(chain) > 1:
                    self._fold(chain)
        for i, group in enumerate(self.groups):
            if isinstance(group.rule, Sum):
                self._multiply(i, group)

    def _chain(self, first: int) -> list[int]:
        """Additions, each of the one before and one more term."""
        chain = [first]
        while True:
            last = chain[-1]
            users = self.users[last]
            if len(users) != 1 or last in self.needed:
                return chain
            following = self.groups[users[0]]
            if not _is_addition(following) or following.size != self.groups[last].size:
                return chain
            running = [x for x in following.rule.inputs if isinstance(x, Source) and x.group == last]
            if len(running) != 1 or not _is_each_in_turn(running[0].positions):
                return chain
            chain.append(users[0])

    def _fold(self, chain: list[int]) -> None:
        """The terms of the chain by the group they come from: of each that gives several, one sum."""
        running = {*chain}
        terms: list[Any] = []
        for i in chain:
            terms += [x for x in self.groups[i].rule.inputs if not (isinstance(x, Source) and x.group in running)]
        by_group: dict[int, list[Source]] = defaultdict(list)
        for x in terms:
            if isinstance(x, Source):
                by_group[x.group].append(x)
        repeated = {i: sources for i, sources in by_group.items() if len(sources) > 2 - self._is_product(i, running)}
        rest = [x for x in terms if not (isinstance(x, Source) and x.group in repeated)]
        for i, sources in repeated.items():
            repeated[i], others = _in_steps(sources)
            rest += others
        if not repeated:
            return
        if any(type(x) is float and x == 0.0 for x in rest):  # Python's sum() starts with it
            rest = [x for x in rest if not (type(x) is float and x == 0.0)]
        last = self.groups[chain[-1]]
        parts: list[Any] = list(rest)
        for sources in repeated.values():
            rule = Sum(Source(sources[0].group, np.stack([source.positions for source in sources], axis=-1)))
            if not parts and len(repeated) == 1:
                self._give(chain[-1], rule)
                break
            parts.append(Source(self._add(rule, last), np.arange(last.size)))
        else:
            self._add_up(chain, parts)
        for i in chain[:-1]:
            last.members.extend(self.groups[i].members)
            self._drop(i)

    def _is_product(self, i: int, chain: set[int]) -> bool:
        """Whether a group is products that only this chain adds up."""
        products = self.groups[i]
        is_worth_it = products.size >= SEVERAL and _is_multiplication(products)
        return is_worth_it and i not in self.needed and {*self.users[i]} <= chain

    def _add_up(self, chain: list[int], parts: list[Any]) -> None:
        """The parts added one after another, the last in the place of the chain's end."""
        last = self.groups[chain[-1]]
        add = last.rule.operation
        total = parts[0]
        for x in parts[1:-1]:
            total = Source(self._add(Like(add, [total, x]), last), np.arange(last.size))
        self._give(chain[-1], Like(add, [total, parts[-1]]))

    def _multiply(self, i: int, group: Group) -> None:
        """A sum of products that nobody else looks at, as one contraction."""
        source = group.rule.source
        factor = self.groups[source.group]
        if source.group in self.needed or self.users[source.group] != [i] or not _is_multiplication(factor):
            return
        left, right = (Source(x.group, x.positions[source.positions]) for x in factor.rule.inputs)
        self._give(i, Product(left, right))
        group.members.extend(factor.members)
        self._drop(source.group)

    def _add(self, rule: Any, like: Group) -> int:
        i = self.lifted.add(rule, like.shape)
        for source in rule.reads():
            self.users[source].append(i)
        return i

    def _give(self, i: int, rule: Any) -> None:
        self._forget(i)
        self.groups[i].rule = rule
        for source in rule.reads():
            self.users[source].append(i)

    def _drop(self, i: int) -> None:
        self._forget(i)
        self.groups[i].rule = None
        self.groups[i].shape = (0,)

    def _forget(self, i: int) -> None:
        for source in self.groups[i].reads():
            self.users[source].remove(i)


def _is_addition(group: Group) -> bool:
    return isinstance(group.rule, Like) and group.rule.operation.name == "add"


def _is_multiplication(group: Group) -> bool:
    rule = group.rule
    is_one = isinstance(rule, Like) and rule.operation.name == "multiply"
    return is_one and all(isinstance(x, Source) for x in rule.inputs)


def _in_steps(sources: list[Source]) -> tuple[list[Source], list[Source]]:
    """The terms in the order in which they lie, as a sum may take them, and one that lies apart from the others."""
    ordered = sorted(sources, key=lambda source: source.positions[0])
    for terms, others in ((ordered, []), (ordered[:-1], ordered[-1:]), (ordered[1:], ordered[:1])):
        if len(terms) > 1 and walk(np.array([source.positions[0] for source in terms])) is not None:
            return terms, others
    return ordered, []


def _is_each_in_turn(positions: Any) -> bool:
    return bool((positions == np.arange(len(positions))).all())
