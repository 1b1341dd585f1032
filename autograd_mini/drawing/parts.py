"""Which nodes of a graph share a card: a scope's, those of subgraphs alike, those left out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np

from ..errors import DrawingError
from ..node import Node, data_of
from ..scopes import Span, scopes

T = TypeVar("T")
Path = tuple[Span, ...]
"""The scopes around a node, outermost first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What `draw` was asked to show; its docstring says what each means."""

    start: Node | None = None
    depth: int | None = None
    unfold: bool | str | Collection[str] | None = None
    alike: bool | None = None
    max_nodes: int | None = None


EVERYTHING = Choice()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one card shows: a node, or the nodes of a scope, alike, or left out; oldest first."""

    kind: Literal["node", "scope", "alike", "rest"]
    nodes: tuple[Node, ...]
    frames: Path = ()  # the open scopes around it
    name: str = ""
    count: int = 1  # how many alike


def parts(root: Node, nodes: list[Node], choice: Choice) -> list[Part]:
    """The parts of the root's history (nodes: oldest first) as chosen; the one whose youngest is oldest first.

    Scopes fold before subgraphs alike do, and these before anything is left out.
    """
    rest = _unwanted(root, nodes, choice)
    shown = [node for node in nodes if node not in rest] if rest else nodes
    most = len(nodes) if choice.max_nodes is None else choice.max_nodes
    unfold = True if choice.unfold is None and choice.max_nodes is None else choice.unfold
    found = _by_scope(shown, unfold, most)
    if choice.alike or (choice.alike is None and len(found) > most):
        found = _merged(found, root)
    if len(found) > most:
        found.sort(key=_youngest)
        rest |= {node for part in found[: 1 - most or None] for node in part.nodes}
        found = found[len(found) + 1 - most :]
    if rest:
        found.append(Part("rest", tuple(node for node in nodes if node in rest)))
    return sorted(found, key=_youngest)


def _youngest(part: Part) -> int:
    return part.nodes[-1].birth


def _unwanted(root: Node, nodes: list[Node], choice: Choice) -> set[Node]:
    """What is off every path from the start to the root, or further from the root than the depth."""
    wanted = set(nodes)
    if choice.start is not None:
        if choice.start not in wanted:
            raise DrawingError(
                f"the {root.name} to draw was not computed from the start given, {choice.start!r}: there is no path"
            )
        reached = {choice.start}
        for node in nodes:
            if any(x in reached for x in _parents(node)):
                reached.add(node)
        wanted &= reached
    if choice.depth is not None:
        near = layer = {root}
        for _ in range(choice.depth):
            layer = {x for node in layer for x in _parents(node)} - near
            near = near | layer
        wanted &= near
    return set(nodes) - wanted


def _parents(node: Node) -> Iterator[Node]:
    return (x for x in node.inputs if isinstance(x, Node))


def paths(nodes: list[Node]) -> dict[Node, Path]:
    """The scopes in which each node was born; a leaf belongs where all its uses are. nodes: oldest first."""
    first, last = nodes[0].birth, nodes[-1].birth
    spans = sorted(Span(*span) for span in list(scopes) if span[1] > first and span[0] < last)
    if not spans:
        return dict.fromkeys(nodes, ())
    path: dict[Node, Path] = {}
    around: dict[Node, Path] = {}  # of leaves
    inside: Path = ()
    waiting = iter(spans)
    coming = next(waiting, None)
    for node in nodes:
        while coming is not None and coming.start < node.birth:
            inside = (*_open_at(inside, coming.start), coming)
            coming = next(waiting, None)
        inside = _open_at(inside, node.birth)
        path[node] = inside if node.rule is not None else ()
        for x in _parents(node):
            if x.rule is None and x in path:
                around[x] = common(around.get(x, inside), inside)
    return path | around


def _open_at(inside: Path, birth: int) -> Path:
    while inside and inside[-1].stop < birth:
        inside = inside[:-1]
    return inside


def common(a: tuple[T, ...], b: tuple[T, ...]) -> tuple[T, ...]:
    """What two paths begin with.

    >>> common((1, 2, 3), (1, 2, 4))
    (1, 2)
    """
    if a is b:
        return a
    same = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        same += 1
    return a[:same]


def _by_scope(nodes: list[Node], unfold: bool | str | Collection[str] | None, most: int) -> list[Part]:
    """A part for each closed scope that has no closed one around it, and for each node in none."""
    path = paths(nodes)
    deepest = max(map(len, path.values()), default=0)
    if not deepest and (unfold is None or isinstance(unfold, bool)):
        return [Part("node", (node,)) for node in nodes]
    if unfold is None:
        level = next((n for n in range(deepest, 0, -1) if _is_readable(path, n, most)), 0)
        return _boxes(path, lambda spans: level if len(spans) > level else None)
    if isinstance(unfold, bool):
        return _boxes(path, lambda spans: None if unfold or not spans else 0)
    names = {unfold} if isinstance(unfold, str) else set(unfold)
    known = {str(span.about) for spans in path.values() for span in spans}
    if names - known:
        raise DrawingError(
            f"unfold names {', '.join(map(repr, sorted(names - known)))}; "
            f"the scopes of this graph are {', '.join(map(repr, sorted(known))) or 'none'}"
        )
    return _boxes(path, lambda spans: next((i for i, span in enumerate(spans) if span.about not in names), None))


def _is_readable(path: dict[Node, Path], level: int, most: int) -> bool:
    """Whether so many levels of scopes can be open: there is room for the cards, and arrows are few."""
    box: dict[Node, Any] = {x: spans[: level + 1] if len(spans) > level else x for x, spans in path.items()}
    if len(set(box.values())) > most:
        return False
    between = {(box[x], box[node]) for node in path for x in _parents(node) if x in box}
    return len(between) <= 2 * len(set(box.values()))


def _boxes(path: dict[Node, Path], closed: Callable[[Path], int | None]) -> list[Part]:
    """closed: of the scopes around a node, the place of the first that is closed."""
    members: dict[Any, list[Node]] = defaultdict(list)
    for node, spans in path.items():
        i = closed(spans)
        members[node if i is None else spans[: i + 1]].append(node)
    found = []
    for key, inner in members.items():
        if isinstance(key, Node):
            found.append(Part("node", (key,), path[key]))
        elif len(inner) == 1:  # a box around a single node would say less than the node
            found.append(Part("node", tuple(inner), key[:-1]))
        else:
            inner.sort(key=lambda node: node.birth)
            found.append(Part("scope", tuple(inner), key[:-1], str(key[-1].about)))
    return found


def _merged(found: list[Part], root: Node) -> list[Part]:
    """Parts that do the same to parts alike as one: the same operations on the same kinds of inputs.

    A chain that does the same again and again with parts alike, as a sum of many terms does, is one too. The root
    stays by itself.
    """
    found = sorted(found, key=_youngest)
    place = {node: i for i, part in enumerate(found) for node in part.nodes}
    kinds: list[int] = []  # what each part does, as a number
    numbers: dict[Any, int] = {}
    but_first: dict[Any, Any] = {}  # of each kind with two inputs: what it does but for the first
    uses: dict[int, set[Any]] = defaultdict(set)  # of leaves, which do nothing themselves
    for i, part in enumerate(found):
        inputs: list[Any] = []
        for position, x in _outer_inputs(part):
            j = place.get(x) if isinstance(x, Node) else None
            if j is None:
                inputs.append(np.shape(data_of(x)))
                continue
            inputs.append(kinds[j] if j < i else -1)  # scopes may use one another
            if found[j].kind == "node" and found[j].nodes[0].rule is None:
                uses[j].add((i, position))
        does = _doing(part)
        if part.kind != "node":
            inputs = sorted(set(inputs), key=str)
        elif len(inputs) == 2 and but_first.get(inputs[0]) == (does, inputs[1]):
            kinds.append(inputs[0])  # one more link of a chain
            continue
        kinds.append(numbers.setdefault((does, *inputs), len(numbers)))
        if part.kind == "node" and len(inputs) == 2:
            but_first[kinds[i]] = does, inputs[1]
    groups: dict[Any, list[Part]] = defaultdict(list)
    for i, part in enumerate(found):
        used = frozenset((kinds[head], position) for head, position in uses[i])
        groups[kinds[i], used, root in part.nodes].append(part)
    return [group[0] if len(group) == 1 else _alike(group) for group in groups.values()]


def _outer_inputs(part: Part) -> Iterable[tuple[int, Any]]:
    if part.kind == "node":
        return enumerate(part.nodes[0].inputs)
    own = set(part.nodes)
    return [(0, x) for node in part.nodes for x in node.inputs if isinstance(x, Node) and x not in own]


def _doing(part: Part) -> tuple[Any, ...]:
    if part.kind == "node":
        return part.nodes[0].name, part.nodes[0].shape
    return (part.kind, part.name, frozenset(Counter((node.name, node.shape) for node in part.nodes).items()))


def _alike(group: list[Part]) -> Part:
    frames = group[0].frames
    for part in group:
        frames = common(frames, part.frames)
    nodes = sorted((node for part in group for node in part.nodes), key=lambda node: node.birth)
    return Part("alike", tuple(nodes), frames, group[0].name, len(group))
