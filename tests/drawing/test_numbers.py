"""The numbers on a picture are the engine's: parsed back from the svg, at every card and every arrow."""

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograd_mini import Tensor, Value, draw, no_grad, stack, sum, tanh
from autograd_mini.drawing.formatting import format_grid, format_number, format_span
from autograd_mini.node import Node
from autograd_mini.reverse import history

from ..support.drawn import close, fork, groups, neuron, scalar_graphs

SIGNS = "^(=|≈|gives) "  # between the sides of an equation: see test_equations


@given(scalar_graphs(), st.booleans())
def test_every_number_is_the_engines(root, is_swept):
    if is_swept:
        root.backward()
    said = groups(draw(root))
    nodes = history(root)[::-1]
    key = {node: f"n{i}" for i, node in enumerate(nodes)}
    back = {node: [] for node in nodes}
    for node in nodes:
        for i, (x, derivative) in enumerate(zip(node.inputs, node.local_derivatives, strict=True)):
            if not isinstance(x, Node):
                assert close(said[f"{key[node]}_{i}"][0], x)
                continue
            forward, product, *contribution = said[f"e{key[node][1:]}_{i}"]
            upstream, local = product.split(" × ")
            assert close(forward, x.data)
            assert close(local, derivative(1.0))
            if not is_swept:
                assert (upstream, contribution) == ("–", [])
                continue
            assert close(upstream, node.grad)
            assert close(re.sub(SIGNS, "", contribution[0]), derivative(node.grad))
            back[x].append(derivative(node.grad))
    for node in nodes:
        after = said[key[node]]
        data, grad = after[after.index("data") + 1], after[after.index("grad") + 1]
        assert close(data, node.data)
        assert close(grad, node.grad) if is_swept else grad == "–"
        total = " ".join(text for text in after[after.index("grad") + 2 :] if re.match(rf"{SIGNS}|\+ ", text))
        terms = re.sub(SIGNS, "", total).split(" + ") if total else []
        assert len(terms) == (len(back[node]) if len(back[node]) > 1 else 0)
        assert all(close(term, flow) for term, flow in zip(terms, reversed(back[node]), strict=False))


@given(st.floats(-1e308, 1e308) | st.sampled_from([np.inf, -np.inf, np.nan]))
@example(-0.0)
def test_a_number_reads_back(x):
    text = format_number(x)
    assert close(text, x)
    assert text != "-0"
    assert len(text) <= len("-1.000000001")
    assert set(text) & set(".e≈n") or float(x).is_integer(), "what is not whole is not shown as if it were"


def test_the_neuron_that_learners_know():
    output = neuron()
    before = draw(output)
    output.backward()
    said = groups(draw(output))
    assert said["n1"] == ["x2", "data", "0", "grad", "0.5"]
    assert said["e9_0"] == ["0.8814", "1 × 0.5", "= 0.5"]
    assert said["n9"] == ["o", "tanh", "data", "0.7071", "grad", "1"]
    assert groups(before)["e9_0"] == ["0.8814", "– × 0.5"], "a picture shows the graph as it stood"


def test_contributions_and_their_sum_stand_at_a_fork():
    said = groups(draw(fork()))
    assert said["n0"] == ["x", "data", "2", "grad", "1", "= -2.5 + 1.5 + 1 + 1"]
    assert said["e4_1"] == ["2", "1 × -2.5", "= -2.5"]


def test_a_long_sum_says_how_many_terms_it_leaves_out():
    x = Value(1.0, label="x")
    y = x
    for _ in range(12):
        y = y + x
    y.backward()
    assert " ".join(groups(draw(y))["n0"]).endswith("= 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + … 5 more")


def test_a_gradient_that_another_sweep_added_to_is_owned_up_to():
    x = Value(3.0, label="x")
    first, second = x * 2.0, x * 5.0
    first.backward()
    second.backward()
    said = groups(draw(first))
    assert said["n0"] == ["x", "data", "3", "grad", "7", "grad also holds what another sweep added"]
    assert said["e1_0"] == ["3", "1 × 2", "= 2"]


def test_a_gradient_of_zero_is_no_dash():
    x = Value(3.0)
    (x * 0.0).backward()
    assert groups(draw(x))["n0"] == ["leaf", "data", "3", "grad", "0"]


def test_a_tensor_of_one_number_is_a_scalar():
    x = Tensor(3.0, label="x")
    said = groups(draw(x * x))
    assert said["n0"] == ["x", "data", "3", "grad", "–"]
    assert said["e1_0"] == said["e1_1"] == ["3", "– × 3"]


def test_small_arrays_show_their_numbers():
    w = Tensor([[1.5, -0.25], [2.0, 0.125]], label="w")
    loss = sum(w * np.array([1.0, 0.0]))
    loss.backward()
    said = groups(draw(loss))
    grad = ["1", "0"] * 2
    assert sorted(said["n0"]) == sorted(
        ["w", "(2, 2) float64", "data", "1.500", "-0.250", "2.000", "0.125", "grad", *grad]
    )
    assert said["n1_1"] == ["(2,) float64", "1", "0"]
    assert said["e1_0"] == ["(2, 2)", "g × y", "norm 1.414"]
    assert said["e2_0"] == ["(2, 2)", "broadcast_to(g, (2, 2))", "norm 2"]


def test_large_arrays_show_range_and_norm():
    data = np.arange(20, dtype=np.float32).reshape(4, 5) - 3
    w = Tensor(data, label="w")
    loss = sum(w * w)
    loss.backward()
    said = groups(draw(loss))
    norm = np.linalg.norm(data.astype(float))
    assert said["n0"][:2] == ["w", "(4, 5) float32"]
    for text in ("-3 … 16", f"norm {norm:.4g}", "-6 … 32", f"norm {2 * norm:.4g}"):
        assert text in said["n0"]
    assert said["e1_0"] == ["(4, 5)", "g × w", f"norm {norm:.4g}"]


@pytest.mark.parametrize(
    ("data", "range_"),
    [
        (np.ones(100), "all 1"),
        (np.where(np.arange(100) == 7, np.nan, 1.0), "nan, else all 1"),
        (np.where(np.arange(100) == 7, np.nan, np.arange(100.0)), "nan, else 0 … 99"),
        (np.where(np.arange(100) == 7, np.nan, np.inf), "nan, else all inf"),
        (np.full(100, np.nan), "all nan"),
        (1.0 + np.arange(100) * 1e-7, "1 … 1.00001"),
        (1.0 + np.arange(100) * 1e-15, "1 … ≈1"),
        (np.where(np.arange(100) == 7, -0.0, 0.0), "all 0"),
    ],
)
def test_a_range_hides_no_number(data, range_):
    assert format_grid(data)[0] == (range_,)
    assert format_span(list(map(float, data))) == format_span([data[:50], data[50:]]) == ((range_,),)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6))
def test_what_flows_between_arrays_is_the_engines(n, k, m):
    rng = np.random.default_rng(n + 10 * k + 100 * m)
    x, w, b = (
        Tensor(rng.normal(size=(n, k)), label="X"),
        Tensor(rng.normal(size=(k, m)), label="W"),
        Tensor(rng.normal(size=m)),
    )
    loss = sum(tanh(x @ w + b))
    loss.backward()
    said = groups(draw(loss))
    assert said["e3_0"][:2] == [f"({n}, {k})", "g @ W.T"]
    assert said["e3_1"][:2] == [f"({k}, {m})", "X.T @ g"]
    for texts, gradient in ((said["e3_0"], x.grad), (said["e3_1"], w.grad), (said["e4_1"], b.grad)):
        if max(gradient.shape) > 4 or gradient.size > gradient.shape[-1]:  # grids of numbers keep off arrows
            assert texts[2:] == [f"norm {format_number(np.linalg.norm(gradient))}"]
        else:
            numbers = list(map(float, texts[2].split()))
            assert numbers == pytest.approx(list(gradient.ravel()), rel=5.1e-4, abs=1e-5)


def test_odd_arrays_draw():
    tiny, empty = Tensor([1e-9, 1.0]), Tensor(np.zeros((0, 3)))
    said = groups(draw(sum(tiny) + sum(empty) + Tensor([np.inf, np.nan, -0.0]))).values()
    for numbers in (["1e-9", "1"], ["empty"], ["inf", "nan", "0"]):
        assert any(texts[:1] == ["leaf"] and set(numbers) <= set(texts) for texts in said)


def test_values_and_arrays_meet():
    a = Value(2.0, label="a")
    stacked = stack([a, a * 3.0])
    loss = sum(stacked)
    loss.backward()
    said = groups(draw(loss))
    assert said["e2_0"] == ["2", "g[0]", "1"]
    assert said["n0"][-1] == "= 1 + 3"


def test_drawing_under_no_grad_says_the_same():
    y = fork()
    with no_grad():
        quiet = draw(y)
    assert quiet.dot == draw(y).dot


def test_drawing_leaves_the_graph_alone():
    y = fork()
    before = [(node.birth, node.grad, node.label, node.data) for node in history(y)]
    draw(y).svg  # noqa: B018
    assert [(node.birth, node.grad, node.label, node.data) for node in history(y)] == before
