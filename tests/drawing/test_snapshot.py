"""A snapshot is the graph as it stood: nothing that happens afterwards reaches it, nor what is drawn of it."""

import numpy as np
import pytest

from autograd_mini import Tensor, Value, broadcast_to, checkpoint, draw, sign, step_through, sum, tanh
from autograd_mini.errors import KindError, StaleError
from autograd_mini.reverse import gradients
from autograd_mini.snapshot import Snapshot


def everything(graph):
    """All that a snapshot's nodes tell, as text that does not change with them."""
    return [
        (repr(node), str(node.inputs), str(node.parameters), str(graph.contributions(node)), node.birth)
        for node in graph.nodes
    ]


def layer():
    """A graph with leaves, constants, views, an index, and gradients; and what its user may change in place."""
    w, b = Tensor([[1.5, -0.25], [2.0, 0.125]], label="w"), Tensor([0.5, 0.25], label="b")
    x, index = np.array([[1.0, 2.0]]), np.array([0, 0, 1])
    loss = sum(tanh(x @ w.T + b)[:, index] * broadcast_to(b[:1], (1, 3)))
    loss.label = "loss"
    loss.backward()
    return loss, w, b, x, index


def change_all(loss, w, b, x, index):
    w.data += 1.0
    b.data[0] = 7.0
    x[:] = 9.0
    index[:] = 1
    w.grad[:] = 8.0
    b.grad = None
    loss.inputs[0].data[:] = 6.0
    loss.label, w.label = "changed", None


def test_nothing_that_changes_afterwards_reaches_it():
    parts = layer()
    graph, other = Snapshot(parts[0]), Snapshot(parts[0])
    before = everything(other)
    change_all(*parts)
    assert everything(graph) == before


def test_a_copy_is_a_node_like_any_other():
    loss, w, *_ = layer()
    graph = Snapshot(loss)
    copy = graph.copy_of(w)
    assert copy is not w
    assert [node.birth for node in graph.nodes] == sorted(node.birth for node in graph.nodes)
    found = gradients(graph.root)
    assert np.array_equal(found[copy], w.grad)
    assert {type(node) for node in graph.nodes} == {Tensor}


def test_what_broadcasting_repeats_is_kept_once():
    wide = broadcast_to(Tensor([1.0]), (10**6, 10**6))
    copy = Snapshot(wide).root
    assert copy.shape == (10**6, 10**6)
    assert copy.data.strides == (0, 0)


def test_an_array_used_twice_is_copied_once():
    x = np.ones((2, 2))
    root = Snapshot(Tensor(np.eye(2)) * x + x).root
    product, constant = root.inputs
    assert product.inputs[1] is constant
    assert constant is not x


def test_a_snapshot_is_of_a_node():
    with pytest.raises(KindError, match=r"ends at a Value or a Tensor, .* got list"):
        Snapshot([1.0])


def test_what_is_stale_has_no_snapshot():
    x = Value(1.0)
    y = x * x
    x.data = 2.0
    for make in (Snapshot, draw, step_through):
        with pytest.raises(StaleError):
            make(y)


@pytest.mark.parametrize("format_", ["dot", "svg", "txt", "html"])
def test_a_picture_is_of_the_graph_as_it_was_drawn(tmp_path, format_):
    parts = layer()
    at_once, later = tmp_path / f"a.{format_}", tmp_path / f"b.{format_}"
    draw(parts[0]).save(at_once)
    picture = draw(parts[0])
    change_all(*parts)
    picture.save(later)
    assert picture.root is parts[0]
    assert at_once.read_text("utf-8") == later.read_text("utf-8")


def test_a_checkpoint_that_would_run_on_other_numbers_refuses(tmp_path):
    w, x = Value(3.0, label="w"), Value(2.0, label="x")
    y = checkpoint(lambda x: tanh(x * w))(x) * 1.0
    y.backward()
    picture = draw(y)
    assert picture.graph.contributions(picture.graph.root.inputs[0]) == [x.grad, w.grad]
    picture.save(tmp_path / "before.html")
    w.data = 5.0
    with pytest.raises(StaleError, match="checkpoint: what its function uses from outside was replaced"):
        picture.save(tmp_path / "after.html")
    assert not (tmp_path / "after.html").exists()


def test_where_no_path_leads_there_is_none():
    x = Value(2.0)
    y = sign(x) * x
    graph = Snapshot(y)
    step, copy = graph.root.inputs
    assert graph.local_derivatives(graph.root) == [2.0, 1.0]
    assert graph.local_derivatives(step) == [None]
    assert graph.contributions(step) == graph.contributions(copy) == []
