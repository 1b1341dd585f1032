"""Large graphs fold until they are readable: scopes, subgraphs alike, what is left out; orders of derivative."""

import threading

import numpy as np
import pytest
from hypothesis import given

import nn
from autograd_mini import KindError, Tensor, Value, draw, exp, grad, gradients, hessian, no_grad, scope, tanh
from autograd_mini.drawing.frames import find_frames
from autograd_mini.drawing.orders import find_orders
from autograd_mini.drawing.parts import Choice, choose_parts
from autograd_mini.drawing.themes import LIGHT
from autograd_mini.node import Node
from autograd_mini.reverse import history
from autograd_mini.scopes import REMEMBERED, scopes
from autograd_mini.snapshot import Snapshot

from ..support.drawn import chain, close, drawn_words, groups, many, nested, scalar_graphs, second_derivative


def cards(picture, kind):
    return [card for card in picture.shown.cards if card.kind == kind]


def names_of(nodes):
    def names_around(frame):
        return [] if frame is None else [*names_around(frame.around), frame.name]

    return {node: names_around(frame) for node, frame in find_frames(nodes).items()}


def test_a_node_belongs_to_the_scopes_it_was_born_in():
    x = Value(2.0, label="x")
    before = x * 2.0
    with scope("outer"):
        a = before * 3.0
        with scope("inner"):
            b = a * 4.0
        c = b * 5.0
    after = c * 6.0
    names = names_of(history(after)[::-1])
    assert [names[node] for node in (x, before, a, b, c, after)] == [
        [], [], ["outer"], ["outer", "inner"], ["outer"], [],
    ]  # fmt: skip


def test_a_leaf_belongs_where_all_its_uses_are():
    own, shared = Value(1.0), Value(2.0)
    with scope("first"):
        y = own * shared
    with scope("second"):
        z = y * shared
    names = names_of(history(z)[::-1])
    assert names[own] == ["first"]
    assert names[shared] == []


def test_scopes_without_nodes_are_not_remembered():
    x = Value(1.0)
    before = list(scopes)
    with scope("nothing"):
        pass
    with no_grad(), scope("not recorded"):
        x * x
    assert list(scopes) == before


def test_scopes_are_forgotten_in_the_end():
    assert scopes.maxlen == REMEMBERED


def test_a_scope_that_is_left_by_an_error_is_closed():
    x = Value(1.0)

    def failing():
        with scope("failing"):
            born.append(x * x)
            raise ZeroDivisionError

    born = []
    with pytest.raises(ZeroDivisionError):
        failing()
    (y,) = born
    assert names_of(history(y)[::-1])[y] == ["failing"]
    z = x * x
    assert names_of(history(z)[::-1])[z] == []


def test_scopes_of_two_threads_end_each_for_itself():
    started, ended = threading.Event(), threading.Event()

    def other():
        with scope("other"):
            Value(1.0) * 2.0
            started.set()
            ended.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    started.wait(10)
    x = Value(1.0)
    with scope("mine"):
        y = x * x
    ended.set()
    thread.join()
    z = x * y
    assert names_of(history(z)[::-1])[y][-1] == "mine"
    assert "mine" not in names_of(history(z)[::-1])[z]


def test_a_scope_takes_a_name():
    with pytest.raises(KindError, match="a string; got int 3"):
        scope(3)


def test_open_scopes_are_frames_and_closed_ones_boxes():
    loss = nested(3)
    whole = draw(loss)
    assert not whole.shown.is_folded
    assert {name for card in whole.shown.cards for _, name in card.frames} == {"net", "layer 0", "layer 1", "layer 2"}
    assert "cluster_f3" in whole.dot
    (box,) = cards(draw(loss, unfold=False), "scope")
    assert (box.label, box.about) == ("net", ("6 operations", "x", "w0", "w1", "w2"))
    layers = cards(draw(loss, unfold="net"), "scope")
    assert [box.label for box in layers] == ["layer 0", "layer 1", "layer 2"]
    assert layers[1].about == ("2 operations", "w1")
    opened = draw(loss, unfold=["net", "layer 1"])
    assert [box.label for box in cards(opened, "scope")] == ["layer 0", "layer 2"]


def test_a_box_shows_its_output_and_what_flows_in_and_out():
    loss = nested(2)
    said = groups(draw(loss, unfold="net"))
    nodes = history(loss)[::-1]
    key = {node: i for i, node in enumerate(nodes)}
    first, second = (node for node in nodes if node.name == "tanh")
    box = said[f"s{key[first]}"]
    assert close(box[box.index("data") + 1], first.data)
    assert close(box[box.index("grad") + 1], first.grad)
    wire = said[f"e{key[second.inputs[0]]}_0"]
    assert close(wire[0], first.data)
    assert close(wire[2].removeprefix("= "), first.grad)


def test_modules_fold_into_boxes_with_their_parameters():
    model = nn.MLP(3, [4], 2, rng=np.random.default_rng(0))
    loss = nn.cross_entropy(model(np.ones((5, 3), np.float32)), np.zeros(5, int))
    picture = draw(loss, unfold="MLP")
    boxes = cards(picture, "scope")
    assert [box.label or box.operation for box in boxes] == ["0: Linear", "2: Linear", "cross_entropy"]
    assert [box.label for box in cards(draw(loss, unfold=["MLP", "0: Linear"]), "scope")] == ["2: Linear", ""]
    assert not cards(draw(loss, unfold=["MLP", "Linear", "cross_entropy", "mean"]), "scope")
    assert boxes[0].about == ("2 operations", "0.weight (3, 4)", "0.bias (4,)")
    assert [card.operation for card in picture.shown.cards if card.operation == "relu"], "a box of one node is the node"


def test_a_scalar_network_folds_by_itself():
    model = nn.ScalarMLP(2, [8, 8], 1, rng=np.random.default_rng(0))
    picture = draw(model([1.0, 2.0]))
    assert repr(picture) == "<Picture of 297 nodes, folded into 3 cards>"
    neurons = draw(model([1.0, 2.0]), unfold={"ScalarMLP", "Layer"}, alike=True)
    assert [(card.label, card.count) for card in neurons.shown.cards] == [
        ("Neuron", 8),
        ("Neuron", 8),
        ("2.0: Neuron", 1),
    ]


def test_subgraphs_alike_fold():
    picture = draw(many(40))
    assert [(card.operation, card.count) for card in picture.shown.cards if card.kind == "alike"] == [
        ("multiply", 40),
        ("subtract", 40),
        ("power", 40),
        ("add", 39),
    ]
    (squares,) = (card for card in picture.shown.cards if card.operation == "power")
    assert squares.data == (("0 … 342.2",),)
    assert [arrow.uses for arrow in picture.shown.arrows if arrow.tail == "n0"] == [40]
    assert not draw(many(5)).shown.is_folded
    assert draw(many(10), alike=True).shown.is_folded


def test_subgraphs_that_differ_do_not_fold():
    x, v = Value(0.5), Tensor([1.0, 2.0])
    root = (tanh(x) + exp(x)) * tanh(v)
    assert not draw(root, alike=True).shown.is_folded


def test_what_is_left_out_is_said():
    picture = draw(chain(300), max_nodes=10)
    (rest,) = cards(picture, "rest")
    assert rest.about == ("292 nodes left out,", "1 of them leaves")
    assert "292 nodes left out," in groups(picture)["rest"]
    assert len([card for card in picture.shown.cards if card.kind != "constant"]) == 10


def test_depth_limits_the_steps_from_the_root():
    root = chain(20)
    for depth in (0, 3):
        picture = draw(root, depth=depth)
        assert len([card for card in picture.shown.cards if card.kind == "operation"]) == depth + 1
        assert len(cards(picture, "rest")) == 1
    assert not draw(root, depth=100).shown.is_folded


def test_a_leaf_beyond_the_depth_is_left_out_of_its_scope_too():
    picture = draw(nested(3), depth=1)
    assert not cards(picture, "leaf")


def test_only_the_paths_between_two_nodes():
    x, y = Value(2.0, label="x"), Value(3.0, label="y")
    a, b = x * 2.0, exp(y)
    root = a * a + b
    picture = draw(root, start=x)
    assert [card.label for card in cards(picture, "leaf")] == ["x"]
    assert [card.operation for card in cards(picture, "operation")] == ["multiply", "multiply", "add"]
    (rest,) = cards(picture, "rest")
    assert rest.about == ("2 nodes left out,", "1 of them leaves")


@given(scalar_graphs())
def test_each_node_is_on_one_card_however_it_folds(root):
    with scope("end"):
        root = tanh(root) * 2.0 + root
    graph = Snapshot(root)
    nodes = list(graph.nodes)
    choices = [Choice(), Choice(alike=True), Choice(max_nodes=2), Choice(max_nodes=3, alike=False), Choice(depth=2)]
    for choice in [*choices, Choice(unfold=False), Choice(start=history(root)[-1]), Choice(alike=True, unfold=False)]:
        found = choose_parts(graph, choice)
        told = [node for part in found for node in part.nodes]
        assert {node.birth for node in told} == {node.birth for node in nodes}
        assert len(told) == len(nodes)
        assert choice.max_nodes is None or len(found) <= choice.max_nodes
        kept = [part for part in found if part.kind == "rest"]
        assert len(kept) <= 1


@pytest.mark.parametrize("unfold", [None, True], ids=["scopes", "alike"])
def test_a_hundred_thousand_nodes_fold(unfold):
    w, terms = Value(0.5, label="w"), []
    for i in range(12_000):
        with scope("term"):
            terms.append((tanh(w * float(i)) - 1.0) ** 2.0 * 3.0 + w)
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    picture = draw(total, unfold=unfold)
    assert picture.shown.nodes > 80_000
    assert len(picture.shown.cards) <= 12
    assert max(card.count for card in picture.shown.cards) == 12_000
    assert groups(picture)["n0"][:3] == ["w", "data", "0.5"]


def test_orders_of_derivative():
    x = Value(2.0, label="x")
    y = x**3.0 * exp(x)
    first = gradients(y, differentiable=True)[x]
    second = gradients(first, differentiable=True)[x]
    penalty = first * first
    third = gradients(penalty, differentiable=True)[x]
    for root, order in ((y, 0), (first, 1), (second, 2), (penalty, 1), (third, 2)):
        nodes = history(root)[::-1]
        assert find_orders(nodes)[root] == order
        assert find_orders(nodes)[x] == 0


def test_orders_where_the_root_of_a_sweep_is_not_in_the_graph():
    x = Value(2.0)
    slope = x * x * x * x
    for order in (1, 2):
        slope = gradients(slope, differentiable=True)[x]
        assert find_orders(history(slope)[::-1])[slope] == order


def test_orders_through_the_transforms():
    seen = []

    def watched(x):
        y = x * x * x
        seen.append(y)
        return y

    inner = grad(watched)

    def slope(x):
        z = inner(x)
        seen.append(z)
        return z

    grad(slope)(2.0)
    y, z = (node for node in seen if isinstance(node, Node))
    assert find_orders(history(z)[::-1])[z] == 1
    assert find_orders(history(y)[::-1])[y] == 0
    hessian(lambda v: (v * v * v).sum())(np.ones(2))  # whose sweeps lie within one another


def test_a_gradients_own_graph_is_coloured_by_order():
    picture = draw(second_derivative())
    assert {card.order for card in picture.shown.cards} == {0, 1, 2}
    words = drawn_words(picture.svg)
    for name in ("the function", "its gradient", "second derivatives"):
        assert any(name in text for text in words)
    for card in cards(picture, "operation"):
        (line,) = (line for line in picture.dot.splitlines() if f"\t{card.key} [" in line)
        assert str(card.order) in groups(picture)[card.key][:2], "a digit, not a colour alone"
        assert (LIGHT.ink in line) == (card.order > 0), "what belongs to the function itself is dim"
        assert f'fillcolor="{LIGHT.orders[card.order]}"' in line or f"fillcolor={LIGHT.orders[card.order]}" in line


def test_what_a_recorded_sweep_started_from_stands_by_its_operations():
    root = second_derivative()
    picture = draw(root)
    seeds = [card for card in cards(picture, "constant") if card.label == "seed"]
    assert len(seeds) == len(
        [x for node in history(root) for x in node.inputs if isinstance(x, Node) and x.label == "seed"]
    )
    assert [card.label for card in cards(picture, "leaf")] == ["x"]
    assert groups(picture)[seeds[0].key] == ["seed", "1"]
    assert "seed 1" in picture.text


def test_a_seed_of_ones_own_is_a_leaf():
    x, mine = Value(2.0, label="x"), Value(3.0, label="seed")
    root = gradients(x * x, mine, differentiable=True)[x]
    assert [card.label for card in cards(draw(root), "leaf")] == ["x", "seed"]
    assert [card.label for card in cards(draw(mine), "leaf")] == ["seed"]


def test_a_seed_takes_no_room_of_the_cards():
    x = Value(2.0, label="x")
    root = gradients(x * 3.0, differentiable=True)[x] * x  # x, two products, and a seed
    assert [(card.kind, card.label) for card in draw(root, max_nodes=3).shown.cards] == [
        ("leaf", "x"),
        ("constant", "seed"),
        ("constant", ""),
        ("operation", ""),
        ("operation", ""),
    ]
