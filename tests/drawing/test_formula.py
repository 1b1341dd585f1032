"""Local derivatives in words: read as Python they give what the engine gives."""

import ast
import builtins

import numpy as np
import pytest

import autograd_mini
from autograd_mini import (
    Tensor,
    Value,
    broadcast_to,
    custom_primitive,
    einsum,
    gradients,
    logsumexp,
    mean,
    stack,
    sum,
    where,
)
from autograd_mini.drawing.formula import TEXTBOOK, spell, spell_flows, spell_slopes
from autograd_mini.node import data_of
from autograd_mini.registry import registry
from autograd_mini.reverse import history
from autograd_mini.scipy import special

NAMES = {name: row.function for name, row in registry.items()} | vars(special) | vars(autograd_mini)
ELEMENTWISE = [name for name, primitive in registry.items() if primitive.family == "elementwise"]


def applied(name, kind):
    """The operation on as many inputs as it takes."""
    x, y = kind(0.6), kind(0.3)
    if name == "where":
        return registry[name].function(kind(1.0), x, y)
    if name == "ldexp":
        return registry[name].function(x, 3)
    try:
        return registry[name].function(x, y)
    except (TypeError, autograd_mini.KindError):
        return registry[name].function(kind(1.5 if name == "arccosh" else 0.6))


GREEK = {"σ": autograd_mini.sigmoid, "π": np.pi}


def as_python(words):
    return words.replace("×", "*").replace("^", "**").replace("²", "**2")


def is_readable(words, names):
    """Whether the words are a formula of public functions; some name a derivative, or a part of an operation."""
    if set("′∂") & set(words):
        return False
    return {node.id for node in ast.walk(ast.parse(as_python(words))) if isinstance(node, ast.Name)} <= set(names)


@pytest.mark.parametrize("kind", [Value, lambda x: Tensor([x, x + 0.1])], ids=["Value", "Tensor"])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_words_and_numbers_agree(name, kind):
    node = applied(name, kind)
    names = dict(zip(("condition", "x", "y") if name == "where" else "xy", node.inputs, strict=False))
    g = 2.0 if isinstance(node, Value) else np.array([2.0, -3.0])
    readable = NAMES | GREEK | names | {"g": g, "z": node}
    for i, words in enumerate(spell_flows(node)):
        if not words:  # the condition of a where: nothing flows back to it
            assert node.hand_back(g)[i] is None
            continue
        if not is_readable(words, readable):
            continue
        expected = 0.0 if (back := node.hand_back(g)[i]) is None else back  # to a branch not taken nothing flows
        assert np.allclose(autograd_mini.node.data_of(eval(as_python(words), readable)), expected, rtol=1e-3), words


STEPS = (
    "share_of_larger",
    "share_of_smaller",
    "share_of_fmax",
    "share_of_fmin",
    "is_number",
    "inside",
    "leaky_slope",
)  # parts of kinks, whose names say what they are


def test_nearly_all_elementwise_operations_have_words():
    names = [*NAMES, *GREEK, *STEPS, "g", "x", "y", "z", "condition"]
    words = [words for name in ELEMENTWISE for words in spell_flows(applied(name, Value)) if words]
    assert builtins.sum(is_readable(spelled, names) for spelled in words) >= 0.95 * len(words)


def find_parts(node):
    """Every operation in the second derivatives of a node that is read by its textbook formula."""
    first = [g for g in gradients(node, differentiable=True).values() if g.inputs]
    second = [h for g in first for h in gradients(g, np.ones(g.shape), differentiable=True).values()]
    return {part.name: part for root in (*first, *second) for part in history(root) if part.name in TEXTBOOK}


def test_parts_of_operations_read_as_what_they_are():
    x, y, row = Value(0.6), Value(0.7), Tensor([0.3, 0.5, 0.9])
    found = {}
    for node in (
        autograd_mini.tanh(x),
        autograd_mini.sigmoid(x),
        autograd_mini.hypot(x, y),
        autograd_mini.arctan2(x, y),
        autograd_mini.logaddexp(x, y),
        x**y,
        logsumexp(row),
        autograd_mini.norm(row),
    ):
        found |= find_parts(node)
    assert set(found) == set(TEXTBOOK)
    for part in found.values():
        names = dict(zip("ab", (data_of(x) for x in part.inputs), strict=False))
        words = spell(part, list(names))
        np.testing.assert_allclose(eval(as_python(words), vars(np) | names), part.data, rtol=1e-12, err_msg=words)


def test_matrix_products():
    x, w, b = Tensor(np.ones((3, 4)), label="x"), Tensor(np.ones((4, 2)), label="W"), Tensor(np.ones(2), label="b")
    assert spell_flows(x @ w) == ("g @ W.T", "x.T @ g")
    assert spell_flows(x @ w + b) == ("g", "sum(g, axis=0)")
    assert spell_flows(np.ones((5, 3)) @ Tensor(np.ones((3, 4)))) == ("", "x.T @ g")
    assert spell_flows(einsum("ij,jk->ik", x, w)) == ('einsum("ik,jk->ij", g, W)', 'einsum("ik,ij->jk", g, x)')


SPREAD = [((3, 3), (3,)), ((3, 3), (3, 1)), ((2, 3, 3), (3,)), ((2, 2, 2), (2, 1, 2)), ((2, 1), (1, 3)), ((2, 2), ()),
          ((2, 2, 2), (1, 2, 1)), ((1, 3), (3,)), ((2,), (1,))]  # fmt: skip


@pytest.mark.parametrize("shapes", SPREAD, ids=str)
def test_what_undoes_broadcasting_names_its_axes(shapes):
    x, y = (Tensor(np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)) for shape in shapes)
    assert_evaluates_to_what_flows(x * y, {"x": x.data, "y": y.data})


X = Tensor(np.arange(1.0, 10.0).reshape(3, 3), label="x")


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (sum(X, axis=0), "broadcast_to(g[None, :], (3, 3))"),
        (sum(X, axis=1), "broadcast_to(g[:, None], (3, 3))"),
        (sum(X, axis=1, keepdims=True), "broadcast_to(g, (3, 3))"),
        (sum(X), "broadcast_to(g, (3, 3))"),
        (X.reshape((9, 1)), "reshape(g, (3, 3))"),
        (X.reshape((3, 1, 3)), "reshape(g, (3, 3))"),
        (broadcast_to(X, (2, 3, 3)), "sum(g, axis=0)"),
        (logsumexp(X, axis=1), "g[:, None] × exp(x - z[:, None])"),
    ],
    ids=lambda case: case if isinstance(case, str) else None,
)
def test_a_new_shape_is_told(node, words):
    assert spell_flows(node) == (words,)
    assert_evaluates_to_what_flows(node, {"x": X.data, "z": node.data})


def assert_evaluates_to_what_flows(node, names):
    """The words, read as NumPy, give what each local derivative gives for a g of numbers that all differ."""
    g = np.arange(2.0, 2.0 + np.size(node.data)).reshape(node.shape)
    for words, derivative in zip(spell_flows(node), node.local_derivatives, strict=True):
        np.testing.assert_allclose(eval(as_python(words), vars(np) | names | {"g": g}), derivative(g), rtol=1e-12)


def test_a_sum_says_its_axes():
    assert spell(sum(X, axis=-1), ["a"]) == "sum(a, axis=-1)"
    assert spell(sum(X, axis=(1, 0), keepdims=True), ["a"]) == "sum(a, axis=(1, 0), keepdims=True)"
    column = Tensor(np.ones((3, 1)))
    assert spell(sum(column, axis=1, keepdims=True), ["a"]) == "sum(a, axis=1, keepdims=True)"  # no length changes
    masked = sum(X, axis=1, where=np.array([True, False, True]))
    assert spell(masked, ["a"]) == "sum(a, axis=1, where=…)"


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (autograd_mini.clip(X, 2.0, None), "clip(a, a_min=2)"),
        (autograd_mini.leaky_relu(X, 0.1), "leaky_relu(a, slope=0.1)"),
        (autograd_mini.leaky_relu(X), "leaky_relu(a)"),
        (autograd_mini.elu(X, 0.5), "elu(a, alpha=0.5)"),
        (autograd_mini.sort(X, axis=0), "sort(a, axis=0)"),
        (autograd_mini.max(X, axis=(0, 1)), "max(a, axis=(0, 1))"),
        (autograd_mini.max(X), "max(a)"),
        (autograd_mini.round(X, 1), "round(a, decimals=1)"),
        (autograd_mini.cumsum(X, 1), "cumsum(a, axis=1)"),
        (stack([X, X], axis=1), "stack(a, a, axis=1)"),
        (X.transpose((1, 0)), "a.T"),
        (X.transpose((0, 1)), "transpose(a, axes=(0, 1))"),
        (autograd_mini.swapaxes(X, 0, 0), "swapaxes(a, axis1=0, axis2=0)"),
        (X.astype(np.float32), "a"),
        (X.reshape((-1,)), "reshape(a, (-1,))"),
        (X[1], "a[1]"),
        (X[:, 1:3], "a[:, 1:3]"),
        (X[..., None, ::2], "a[..., None, ::2]"),
        (X[[2, 0]], "a[[2, 0]]"),
        (X[X.data > 3.0], "a[i]"),
        (X[np.arange(5) % 3, np.arange(5) % 2], "a[i, j]"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
def test_an_operation_says_what_it_was_told(node, words):
    assert spell(node, ["a"] * len(node.inputs)) == words


def test_indexing_puts_the_gradient_back_among_zeros():
    assert spell_flows(X[1]) == ("zeros with g at [1]",)
    assert spell(X[1], ["a + b"]) == "(a + b)[1]"


def test_what_undoes_broadcasting_leaves_a_formula_readable():
    """The words of the rule are judged without it; a long whole is cut, as ever."""
    weight, scale = Tensor(np.ones((3, 3)), label="weight"), Tensor(np.ones((3, 1)), label="scale")
    assert spell_flows(weight / scale) == ("g / scale", "sum(-g × weight / scale², axis=-1, keep…")


def test_brackets_stand_where_they_must():
    x, y = Tensor([1.0, 2.0], label="x"), Tensor([3.0, 4.0], label="y")
    assert spell_flows(x / y) == ("g / y", "-g × x / y²")
    assert spell_flows(x - y) == ("g", "-g")
    assert spell_flows(x**2.0) == ("g × 2 × x", "")
    assert spell_flows(x**3.0)[0] == "g × 3 × x²"
    assert [spell_flows(x**p)[0] for p in (0.0, 1.0, 0.5, -1.0)] == [
        "g × 0",
        "g",
        "g × 0.5 × x^(-0.5)",
        "g × (-1) × x^(-2)",
    ]
    assert spell_flows(1.0 / x) == ("", "-g / x²")
    assert spell_flows(-3.0 * x) == ("", "g × (-3)")
    assert spell_flows(autograd_mini.tanh(x)) == ("g × (1 - tanh(x)²)",)
    assert spell_flows(mean(x)) == ("g / 2", "")


def test_names():
    odd, z, long = Value(1.0, label="a b"), Value(2.0, label="z"), Value(3.0, label="a_very_long_name_indeed")
    assert spell_flows(odd * z) == ("g × y", "g × x")
    assert spell_flows(z * long) == ("g × y", "g × x")
    twins = Value(1.0, label="w"), Value(2.0, label="w")
    assert spell_flows(twins[0] * twins[1]) == ("g × y", "g × x")
    assert spell_flows(Value(1.0, label="0.weight") * Value(2.0, label="0.bias")) == ("g × bias", "g × weight")
    assert spell_flows(where(np.array([True, False]), Tensor([1.0, 2.0]), 0.0)) == ("", "where(condition, g, 0)", "")


def test_a_rule_that_records_nothing_goes_by_its_name():
    @custom_primitive(lambda g, z, x: np.asarray(g) * 2.0)
    def twice(x):
        return 2.0 * x

    assert spell_flows(twice(Value(1.0, label="a"))) == ("g × twice′(a)",)


def test_a_node_of_a_thousand_inputs_is_read_at_once():
    words = spell_flows(stack([Value(float(i)) for i in range(1_000)]))
    assert words == tuple(f"g[{i}]" for i in range(1_000))


def test_a_formula_is_never_long():
    x = Tensor([0.5, 1.5], label="x")
    for name in ELEMENTWISE:
        assert all(len(words) <= 40 for words in spell_flows(applied(name, Value)))
    assert all(len(words) <= 40 for words in spell_flows(autograd_mini.logsumexp(sum(x) * x)))


IN_WORDS = {
    "maximum",
    "minimum",
    "relu",
    "abs",
    "clip",
    "leaky_relu",
    "elu",
    "where",
    "fmax",
    "fmin",
    "copysign",
    "heaviside",
    "ldexp",
}  # said in a sentence, or not at all


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name not in IN_WORDS])
def test_each_slope_in_letters_is_the_derivative(name):
    inputs = [Value(1.5 if name == "arccosh" else 0.5), Value(0.75)]
    try:
        node = registry[name].function(*inputs)
    except TypeError:
        node = registry[name].function(inputs[0])
    for words, derivative in zip(
        spell_slopes(node, ["x", "y"][: len(node.inputs)]), node.local_derivatives, strict=True
    ):
        for side in as_python(words).split(" = "):
            local = eval(side, NAMES | GREEK | {x: node.data for x, node in zip("xy", inputs, strict=True)})
            assert local == pytest.approx(derivative(1.0), rel=1e-12), side


def test_a_slope_takes_the_names_it_is_given():
    x, y = Value(2.0), Value(3.0)
    assert spell_slopes(x / y, ["#1", "-3"]) == ("1 / (-3)", "-#1 / (-3)²")
    assert spell_slopes(sum(Tensor([1.0])), ["x"]) == ("",)


def test_a_name_that_is_itself_a_formula_stands_in_brackets():
    """As labels do that say how a node came to be."""
    x, y = Value(2.0), Value(3.0)
    assert spell(x * y, ["a + b", "c"]) == "(a + b) × c"
    assert spell(x - y, ["a", "f(b) + g(c)"]) == "a - (f(b) + g(c))"
    assert spell(x**2.0, ["-a+b", "2"]) == "(-a+b)²"
    assert spell_slopes(x / y, ["c", "a+b"]) == ("1 / (a+b)", "-c / (a+b)²")
    assert spell_slopes(autograd_mini.tanh(x), ["x1*w1 + b"]) == ("1 - tanh(x1*w1 + b)² = 1 / cosh(x1*w1 + b)²",)
    for word in ("#1", "w", "0.weight", "σ(a + b)", "array(3, 2)", "2.5", "1e-9", "inf"):
        assert spell(x * y, [word, word]) == f"{word} × {word}"


def test_each_operation_says_what_it_computes():
    x, y = Value(2.0), Value(3.0)
    said = [spell(node, ["a", "b"][: len(node.inputs)]) for node in (x + y, 1 - y, x * y, x / y, x**y, -x, sum(x))]
    assert said == ["a + b", "a - b", "a × b", "a / b", "a^b", "-a", "sum(a)"]
    assert [spell(x * y, ["-2", "-3"]), spell(-x, ["-2"]), spell(x**2.0, ["-2", "2"])] == [
        "-2 × (-3)",
        "-(-2)",
        "(-2)²",
    ]
    assert spell(stack([x] * 1_000), ["x"] * 1_000) == "stack(…)"
