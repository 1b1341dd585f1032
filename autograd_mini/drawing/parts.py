"""Which nodes of a graph share a card: a scope's, those of subgraphs alike, those left out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

import numpy as np

from ..errors import DrawingError
from ..node import Node, data_of
from ..primitive import Joining
from ..scopes import Call
from ..snapshot import Snapshot
from .formula import spell_parameters
from .frames import Frame, find_all, find_common_of_all, find_frames, kind_of
from .orders import find_seeds


@dataclass(frozen=True, slots=True)
class Choice:
    """What `draw` was asked to show; its docstring says what each means."""

    start: Node | None = None
    depth: int | None = None
    unfold: bool | str | Collection[str] | None = None
    alike: bool | None = None
    max_nodes: int | None = None
    levels: int | None = None  # of scopes that are open, at most


EVERYTHING = Choice()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one card shows: a node, or the nodes of a scope, alike, or left out; oldest first."""

    kind: Literal["node", "scope", "alike", "rest"]
    nodes: tuple[Node, ...]
    frame: Frame | None = None  # the innermost open scope around it
    name: str = ""
    count: int = 1  # how many alike
    call: Call | None = None  # the use of a composed operation that is folded here


def choose_parts(graph: Snapshot, choice: Choice) -> list[Part]:
    """The parts of a graph as chosen; the one whose youngest node is oldest first.

    Scopes fold before subgraphs alike do, and these before anything is left out. What recorded sweeps started from is
    no part: it stands by its operations, as constants do.
    """
    root = graph.root
    seeds = find_seeds(graph.nodes) - {root}
    nodes = [node for node in graph.nodes if node not in seeds]
    rest = _find_unwanted(graph, choice) - seeds
    shown = [node for node in nodes if node not in rest] if rest else nodes
    most = len(nodes) if choice.max_nodes is None else choice.max_nodes
    unfold = True if choice.unfold is None and choice.max_nodes is None else choice.unfold
    found = _fold_scopes(shown, unfold, most, choice.levels)
    if choice.alike or (choice.alike is None and len(found) > most):
        found = _fold_alike(found, root)
    if len(found) > most:
        found.sort(key=_birth_of_youngest)
        rest |= {node for part in found[: 1 - most or None] for node in part.nodes}
        found = found[len(found) + 1 - most :]
    if rest:
        found.append(Part("rest", tuple(node for node in nodes if node in rest)))
    return sorted(found, key=_birth_of_youngest)


def _birth_of_youngest(part: Part) -> int:
    return part.nodes[-1].birth


def _find_unwanted(graph: Snapshot, choice: Choice) -> set[Node]:
    """What is off every path from the start to the root, or further from the root than the depth."""
    wanted = set(graph.nodes)
    if choice.start is not None:
        start = graph.copy_of(choice.start)
        if start is None:
            raise DrawingError(
                f"the {graph.root.name} to draw was not computed from the start given, {choice.start!r}: "
                "there is no path"
            )
        reached = {start}
        for node in graph.nodes:
            if any(x in reached for x in _parents_of(node)):
                reached.add(node)
        wanted &= reached
    if choice.depth is not None:
        near, layer, steps = {graph.root}, {graph.root}, 0
        while layer and steps < choice.depth:
            layer = {x for node in layer for x in _parents_of(node) if x not in near}
            near |= layer
            steps += 1
        wanted &= near
    return set(graph.nodes) - wanted


def _parents_of(node: Node) -> Iterator[Node]:
    return (x for x in node.inputs if isinstance(x, Node))


def _fold_scopes(
    nodes: Collection[Node], unfold: bool | str | Collection[str] | None, most: int, levels: int | None
) -> list[Part]:
    """A part for each closed scope that has no closed one around it, and for each node in none."""
    frame = find_frames(nodes)
    frames = find_all(frame.values())
    if isinstance(unfold, str | Collection):
        names = {unfold} if isinstance(unfold, str) else set(unfold)
        known = {inner.name for inner in frames}
        unknown = names - known - set(map(kind_of, known))
        if unknown:
            raise DrawingError(
                f"unfold names {', '.join(map(repr, sorted(unknown)))}; "
                f"the scopes of this graph are {', '.join(map(repr, sorted(known))) or 'none'}"
            )
        return make_boxes(frame, frames, lambda inner: names.isdisjoint((inner.name, kind_of(inner.name))))
    if not frames:
        return [Part("node", (node,)) for node in nodes]
    if unfold is None:
        level = min(_find_level(frame, frames, most), len(frames) if levels is None else levels)
        return make_boxes(frame, frames, _close_from(level))
    return make_boxes(frame, frames, lambda inner: not unfold)


def _find_level(frame: dict[Node, Frame | None], frames: list[Frame], most: int) -> int:
    """How many levels of scopes can be open: as many as leave room for the cards, and few arrows.

    Where one level more gives no more boxes it gives the same ones, so no more than `most` levels are looked at.
    """
    called = _find_closed(frames, lambda inner: inner.call is not None)
    single = Counter(0 if inner is None else inner.depth + 1 for inner in frame.values() if called[inner] is None)
    single.update(inner.depth for inner in {called[inner] for inner in frame.values()} if inner is not None)
    closed = Counter(inner.depth for inner in frames if called[inner] is None)
    deepest = max(closed, default=0) + 1
    boxes, outside = [], 0
    for level in range(deepest + 1):
        outside += single[level]
        boxes.append(outside + closed[level])
    arrows = [(x, node) for node in frame for x in _parents_of(node) if x in frame]
    looked_at = 0
    for level in range(deepest, 0, -1):
        if boxes[level] <= most and boxes[level] != looked_at:
            looked_at = boxes[level]
            box_of = _find_closed(frames, _close_from(level))
            box = {node: box_of[inner] or node for node, inner in frame.items()}
            if len({(box[tail], box[head]) for tail, head in arrows}) <= 2 * looked_at:
                return level
    return 0


def _close_from(level: int) -> Callable[[Frame], bool]:
    """Whether a frame is closed where scopes are open to a level: those of that level are, and every call."""
    return lambda inner: inner.call is not None or inner.depth == level


def _find_closed(frames: list[Frame], is_closed: Callable[[Frame], bool]) -> dict[Frame | None, Frame | None]:
    """For each frame the outermost closed one among it and those around it; None where all are open."""
    closed: dict[Frame | None, Frame | None] = {None: None}
    for frame in frames:
        closed[frame] = closed[frame.around] or (frame if is_closed(frame) else None)
    return closed


def make_boxes(frame: dict[Node, Frame | None], frames: list[Frame], is_closed: Callable[[Frame], bool]) -> list[Part]:
    """A part for each closed frame that has no closed one around it, and for each node in none."""
    closed = _find_closed(frames, is_closed)
    members: dict[Node | Frame, list[Node]] = defaultdict(list)
    for node, inner in frame.items():
        members[closed[inner] or node].append(node)
    found = []
    for box, nodes in members.items():
        if isinstance(box, Node):
            found.append(Part("node", (box,), frame[box]))
        elif len(nodes) == 1:  # a box around a single node would say less than the node
            found.append(Part("node", tuple(nodes), box.around))
        else:
            nodes.sort(key=attrgetter("birth"))
            found.append(Part("scope", tuple(nodes), box.around, box.name, call=box.call))
    return found


def _fold_alike(found: list[Part], root: Node) -> list[Part]:
    """Parts that do the same to parts alike as one: the same operations on the same kinds of inputs.

    A chain that does the same again and again with parts alike, as a sum of many terms does, is one too. The root
    stays by itself.
    """
    found = sorted(found, key=_birth_of_youngest)
    index = {node: i for i, part in enumerate(found) for node in part.nodes}
    kinds: list[int] = []  # what each part does, as a number
    numbers: dict[Any, int] = {}
    but_first: dict[Any, Any] = {}  # of each kind with two inputs: what it does but for the first
    uses: dict[int, set[Any]] = defaultdict(set)  # of leaves, which do nothing themselves
    for i, part in enumerate(found):
        inputs: list[Any] = []
        for position, x in find_outer_inputs(part):
            j = index.get(x) if isinstance(x, Node) else None
            if j is None:
                inputs.append(np.shape(data_of(x)))
                continue
            inputs.append(kinds[j] if j < i else -1)  # scopes may use one another
            if found[j].kind == "node" and found[j].nodes[0].rule is None:
                uses[j].add((i, position))
        does = describe_work(part)
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
        groups[kinds[i], used, index[root] == i].append(part)
    return [group[0] if len(group) == 1 else join_alike(group) for group in groups.values()]


def find_outer_inputs(part: Part) -> Iterable[tuple[int, Any]]:
    """What comes from outside of a part, each with its place among the inputs where the place matters."""
    if part.kind == "node":
        (node,) = part.nodes
        return ((0, x) for x in node.inputs) if isinstance(node.primitive, Joining) else enumerate(node.inputs)
    own = set(part.nodes)
    return [(0, x) for node in part.nodes for x in node.inputs if isinstance(x, Node) and x not in own]


def describe_work(part: Part) -> tuple[Any, ...]:
    """What a part does, the same for two that do the same, whatever to."""
    if part.kind != "node":
        return (
            part.kind,
            kind_of(part.name),
            frozenset(Counter((node.name, node.shape) for node in part.nodes).items()),
        )
    (node,) = part.nodes
    return node.name, node.shape, *(() if node.name == "getitem" else spell_parameters(node))


def join_alike(group: Sequence[Part]) -> Part:
    """Parts alike as one."""
    nodes = sorted((node for part in group for node in part.nodes), key=attrgetter("birth"))
    frame = find_common_of_all(part.frame for part in group)
    return Part("alike", tuple(nodes), frame, kind_of(group[0].name), sum(part.count for part in group))
