"""The scopes around each node of a graph, as frames within frames."""

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from ..node import Node
from ..scopes import Call, Span, calls, scopes

_start = attrgetter("start")


def kind_of(name: str) -> str:
    """What frames alike have in common: of "0: Linear", a module with its path, the class.

    >>> kind_of("0: Linear"), kind_of("loss")
    ('Linear', 'loss')
    """
    return name.rpartition(": ")[2]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A scope of a graph, or a call of a composed operation, between two births.

    around: the frame it is in, if any; depth: how many are around it. call: what was called with what, of a call.
    """

    start: int
    stop: int
    name: str
    around: "Frame | None"
    depth: int
    call: Call | None = None


def find_frames(nodes: Iterable[Node]) -> dict[Node, Frame | None]:
    """The innermost frame of each node: in which it was born, or, of a leaf, the scope which holds all its uses.

    A leaf is never within a call: it is what the operation was called with.

    nodes: those of a graph, oldest first.

    >>> from autograd_mini import Value, scope
    >>> with scope("square"):
    ...     y = Value(2.0) ** 2
    >>> [frame.name for frame in find_frames([*y.inputs[:1], y]).values()]
    ['square', 'square']
    """
    nodes = list(nodes)
    first, last = nodes[0].birth, nodes[-1].birth
    frame: dict[Node, Frame | None] = dict.fromkeys(nodes)
    known = [*list(scopes), *list(calls)]
    waiting = iter(sorted(Span(*span) for span in known if span[1] > first and span[0] < last))
    coming = next(waiting, None)
    if coming is None:
        return frame
    first_use: dict[Node, int] = {}  # of each leaf
    inside: list[Frame] = []
    for node in nodes:
        while coming is not None and coming.start < node.birth:
            _leave(inside, coming.start)
            around = inside[-1] if inside else None
            call = coming.about if isinstance(coming.about, Call) else None
            name = str(coming.about) if call is None else call.of.name
            inside.append(Frame(coming.start, coming.stop, name, around, len(inside), call))
            coming = next(waiting, None)
        _leave(inside, node.birth)
        if node.rule is None:
            continue
        frame[node] = inside[-1] if inside else None
        for x in node.inputs:
            if isinstance(x, Node) and x.rule is None and x in frame:
                # Of the frames that are open now, those hold all its uses that were open at the first.
                shared = bisect(inside, first_use.setdefault(x, node.birth), key=_start)
                while shared and inside[shared - 1].call is not None:
                    shared -= 1
                frame[x] = inside[shared - 1] if shared else None
    return frame


def _leave(inside: list[Frame], birth: int) -> None:
    while inside and inside[-1].stop < birth:
        inside.pop()


def find_common(a: Frame | None, b: Frame | None) -> Frame | None:
    """The innermost frame that is, or is around, both.

    >>> outer = Frame(0, 9, "outer", None, 0)
    >>> one, two = Frame(1, 3, "one", outer, 1), Frame(4, 6, "two", outer, 1)
    >>> find_common(one, two).name
    'outer'
    """
    while a is not b:
        if a is None or b is None:
            return None
        if a.depth > b.depth:
            a = a.around
        elif b.depth > a.depth:
            b = b.around
        else:
            a, b = a.around, b.around
    return a


def find_common_of_all(frames: Iterable[Frame | None]) -> Frame | None:
    """The innermost frame that is around all: of frames in the order of their starts, the first and the last tell.

    >>> outer = Frame(0, 9, "outer", None, 0)
    >>> find_common_of_all([Frame(4, 6, "two", outer, 1), outer]).name
    'outer'
    """
    found = set(frames)
    if None in found:
        return None
    ordered = sorted((frame for frame in found if frame is not None), key=_start)
    return find_common(ordered[0], ordered[-1])


def find_all(frames: Iterable[Frame | None]) -> list[Frame]:
    """The frames and all that are around them, each after the one it is in.

    >>> outer = Frame(0, 9, "outer", None, 0)
    >>> [frame.name for frame in find_all([Frame(1, 3, "inner", outer, 1)])]
    ['outer', 'inner']
    """
    found: set[Frame] = set()
    for frame in frames:
        while frame is not None and frame not in found:
            found.add(frame)
            frame = frame.around
    return sorted(found, key=_start)
