"""Pictures and pages of large graphs: no cost grows with the square, nothing recurses by depth."""

import pytest

from autograd_mini import Value, draw, gradients, scope, stack, step_through, sum, tanh
from autograd_mini.drawing.orders import find_orders
from autograd_mini.node import Node
from autograd_mini.snapshot import Snapshot

from ..support.counted import count_lines, grows_linearly
from ..support.drawn import chain, groups, shared


def stacked(n):
    """Leaves in a stack, after its sweep."""
    loss = sum(stack([Value(float(i)) for i in range(n)]))
    loss.backward()
    return loss


def wide(n):
    """Nodes that differ in kind from one another, in a stack."""
    x = Value(0.5)
    loss = sum(stack([tanh(x * x) if i % 2 else x + float(i) for i in range(n)]))
    loss.backward()
    return loss


def deeply_nested(n, *, in_each=True):
    """Scopes within scopes, with a node in each, or in the innermost alone, and a leaf that all use."""
    x = y = Value(1.0, label="x")
    scopes = [scope(f"s{i}") for i in range(n)]
    for inner in scopes:
        inner.__enter__()
        y = y * x if in_each else y
    y = y * x
    for inner in reversed(scopes):
        inner.__exit__(None, None, None)
    return y


GRAPHS = [stacked, wide, shared, chain, deeply_nested]
CHOICES = [
    {},
    {"alike": False},
    {"alike": True},
    {"unfold": False},
    {"unfold": True},
    {"max_nodes": None},
    {"max_nodes": 20, "unfold": True, "alike": False},
    {"depth": 10**9, "max_nodes": None},
]


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_a_picture_of_twice_as_many_nodes_is_twice_the_work(graph, choice):
    assert grows_linearly(graph, lambda root: draw(root, **choice), 200)
    assert grows_linearly(graph, lambda root: draw(root, **choice).text, 200)


def test_paths_from_a_start_are_twice_the_work():
    assert grows_linearly(shared, lambda root: draw(root, start=root.inputs[1]), 200)


def test_the_scopes_to_open_are_named_in_twice_the_time():
    assert grows_linearly(deeply_nested, lambda root: draw(root, unfold=[f"s{i}" for i in range(100)]), 200)


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)
def test_a_page_of_twice_as_many_nodes_is_twice_the_work(graph):
    assert grows_linearly(graph, step_through, 200)


def test_a_count_of_lines_finds_a_square():
    """So that the tests above can fail: the sum of a stack, asked for each of its parts."""
    nodes = {n: stacked(n).inputs[0] for n in (50, 100)}
    once, twice = (count_lines(lambda n=n: [d(1.0) for d in nodes[n].local_derivatives]) for n in (50, 100))
    assert twice > 3.5 * once


def test_what_a_node_hands_back_is_asked_once_for_all_its_arrows(monkeypatch):
    asked = []
    hand_back = Node.hand_back
    monkeypatch.setattr(Node, "hand_back", lambda node, g: asked.append(node.name) or hand_back(node, g))
    draw(stacked(50), alike=False, max_nodes=None)
    assert sorted(asked) == ["stack", "sum"]
    asked.clear()
    draw(shared(10), max_nodes=None)
    assert asked == ["multiply"] * 10


def test_leaves_in_a_stack_are_alike_wherever_they_stand():
    shown = draw(stacked(33_000)).shown
    assert [(card.kind, card.operation, card.count) for card in shown.cards] == [
        ("alike", "leaf", 33_000),
        ("operation", "stack", 1),
        ("operation", "sum", 1),
    ]


@pytest.mark.parametrize("in_each", [True, False])
@pytest.mark.parametrize("choice", [{}, {"unfold": True}, {"unfold": False}, {"max_nodes": None}], ids=str)
def test_five_thousand_nested_scopes_are_drawn(in_each, choice):
    picture = draw(deeply_nested(5_000, in_each=in_each), **choice)
    assert max(len(card.frames) for card in picture.shown.cards) <= 20
    assert groups(picture)


def test_frames_that_are_too_deep_to_draw_are_owned_up_to():
    def said(n):
        picture = draw(deeply_nested(n, in_each=False))
        return [words for key, words in groups(picture).items() if key.startswith("f")]

    assert said(20) == [[f"s{i}"] for i in range(20)]
    assert said(21) == [*([f"s{i}"] for i in range(19)), ["s19 (scopes in it are not drawn)"]]


def test_a_chain_of_recorded_sweeps_is_followed_to_its_end():
    x = Value(2.0)
    slope, leaf = x * 3.0, x
    held = [slope]
    for _ in range(5_000):  # each the derivative of the one before by what that began with
        slope = gradients(slope, differentiable=True)[leaf]
        leaf = slope.inputs[0]
        held.append(slope)
    taken = Snapshot(slope * x)  # whose nodes are few: the roots of all sweeps but the last are not in it
    assert len(taken.nodes) == 4
    assert find_orders(taken.nodes)[taken.root] == 5_000


def test_depth_may_be_any():
    assert not draw(shared(10), depth=10**18).shown.is_folded
