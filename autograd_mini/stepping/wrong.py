"""Plants one wrong local derivative in a graph, for a learner to find the card that lies."""

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from ..errors import DrawingError, KindError, describe
from ..languages import say
from ..node import Node
from ..primitive import Elementwise
from ..reverse import gradients
from ..snapshot import Snapshot
from ..value import Value


class Lie(NamedTuple):
    """What was planted: at which node, by which of its inputs, and in words what is wrong."""

    node: Node
    position: int
    words: str


class _Liar(Elementwise):
    """An operation that computes as another does, of the same name and words, but for one of its derivatives."""

    __slots__ = ()
    is_of_package = False


Twist = Callable[[Any, Any, Any], Any]  # of what the right rule gives, of the upstream g, and of the input itself
TWISTS: dict[str, Twist] = {
    "turned": lambda right, g, x: -right,
    "twice": lambda right, g, x: right * 2.0,
    "half": lambda right, g, x: right * 0.5,
    "itself": lambda right, g, x: g * x,
}


def describe_twist(name: str) -> str:
    """What a twist makes of a derivative, in words.

    >>> describe_twist("twice")
    'it is twice what it should be'
    """
    return {
        "turned": say("its sign is turned round"),
        "twice": say("it is twice what it should be"),
        "half": say("it is half of what it should be"),
        "itself": say("it is the input itself that it multiplies by, not the other one"),
    }[name]


def plant(graph: Snapshot, wrong: int | Node) -> Lie:
    """Make one node of a snapshot lie about one of its local derivatives.

    wrong: the node that is to lie, or a whole number from which node and lie are chosen, the same for the same number.
    Raises DrawingError where no node could lie so that anybody could see it.

    >>> from autograd_mini import Value
    >>> taken = Snapshot(Value(3.0) * Value(2.0))
    >>> lie = plant(taken, 0)
    >>> taken.local_derivatives(lie.node) != [2.0, 3.0]
    True
    """
    if isinstance(wrong, bool) or not isinstance(wrong, int | Node):
        raise KindError(f"step_through takes a whole number or a node of the graph as wrong; got {describe(wrong)}")
    gradient = gradients(graph.root) if graph.root.shape == () else {}
    copy = graph.copy_of(wrong) if isinstance(wrong, Node) else None
    nodes = graph.nodes if isinstance(wrong, int) else [] if copy is None else [copy]
    places = [(node, i) for node in nodes for i in range(len(node.inputs)) if _shows(node, i, gradient)]
    if not places:
        raise DrawingError(
            f"no lie would show in {graph.root.label or graph.root.name}: it takes a node of numbers whose derivative, "
            "and whose gradient, is neither 0 nor nan"
        )
    rng = Random(wrong if isinstance(wrong, int) else 0)
    node, position = rng.choice(places)
    return _twist(node, position, rng.choice([twist for twist in TWISTS if _differs(node, position, twist)]))


def _shows(node: Node, position: int, gradient: dict[Node, Any]) -> bool:
    """Whether a wrong derivative would be seen: of a number, by a number, handing on what is neither 0 nor nan."""
    if not isinstance(node, Value) or not isinstance(node.rule, Elementwise) or node not in gradient:
        return False
    part = node.hand_back(gradient[node])[position]
    return isinstance(part, float) and part != 0.0 and abs(part) < float("inf")


def _differs(node: Node, position: int, twist: str) -> bool:
    if twist != "itself":
        return True
    x, right = node.inputs[position], node.hand_back(1.0)[position]
    return node.name == "multiply" and isinstance(x, Node) and bool(x.data != right)


def _twist(node: Node, position: int, name: str) -> Lie:
    primitive, twist = node.primitive, TWISTS[name]
    right = primitive.derivatives[position]

    def derivative(g: Any, z: Any, *inputs: Any) -> Any:
        return twist(right(g, z, *inputs), g, inputs[position])

    derivatives = [derivative if i == position else rule for i, rule in enumerate(primitive.derivatives)]
    node.rule = _Liar(primitive.name, primitive.compute, derivatives, primitive.slopes)
    return Lie(node, position, describe_twist(name))
