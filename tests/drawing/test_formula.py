"""Local derivatives in words: read as Python they give what the engine gives."""

import ast
import builtins

import numpy as np
import pytest

import autograd_mini
from autograd_mini import Tensor, Value, broadcast_to, custom_primitive, einsum, logsumexp, mean, stack, sum, where
from autograd_mini.drawing.formula import formulas, slopes, spelled
from autograd_mini.primitive import flow
from autograd_mini.registry import registry

ELEMENTWISE = [name for name, primitive in registry.items() if primitive.family == "elementwise"]


def applied(name, kind):
    """The operation on one input, or two where it takes two."""
    x, y = kind(0.6), kind(0.3)
    try:
        return registry[name].function(x, y)
    except TypeError:
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
    names = dict(zip("xy", node.inputs, strict=False))
    g = 2.0 if isinstance(node, Value) else np.array([2.0, -3.0])
    readable = vars(autograd_mini) | GREEK | names | {"g": g, "z": node}
    for i, words in enumerate(formulas(node)):
        if not is_readable(words, readable):
            continue
        values = [x.data for x in node.inputs]
        expected = flow(node.rule.derivatives[i], g, node.data, *values)
        assert np.allclose(autograd_mini.node.data_of(eval(as_python(words), readable)), expected, rtol=1e-3), words


def test_most_elementwise_operations_have_words():
    names = [*vars(autograd_mini), *GREEK, "g", "x", "y", "z"]
    words = [words for name in ELEMENTWISE for words in formulas(applied(name, Value))]
    assert builtins.sum(is_readable(spelled, names) for spelled in words) >= 0.9 * len(words)


def test_matrix_products():
    x, w, b = Tensor(np.ones((3, 4)), label="x"), Tensor(np.ones((4, 2)), label="W"), Tensor(np.ones(2), label="b")
    assert formulas(x @ w) == ("g @ W.T", "x.T @ g")
    assert formulas(x @ w + b) == ("g", "sum(g, axis=0)")
    assert formulas(np.ones((5, 3)) @ Tensor(np.ones((3, 4)))) == ("", "x.T @ g")
    assert formulas(einsum("ij,jk->ik", x, w)) == ("einsum(g, W, 1)", "einsum(g, x, 1)")


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
    assert formulas(node) == (words,)
    assert_evaluates_to_what_flows(node, {"x": X.data, "z": node.data})


def assert_evaluates_to_what_flows(node, names):
    """The words, read as NumPy, give what each local derivative gives for a g of numbers that all differ."""
    g = np.arange(2.0, 2.0 + np.size(node.data)).reshape(node.shape)
    for words, derivative in zip(formulas(node), node.local_derivatives, strict=True):
        np.testing.assert_allclose(eval(as_python(words), vars(np) | names | {"g": g}), derivative(g), rtol=1e-12)


def test_a_sum_says_its_axes():
    assert spelled(sum(X, axis=-1), ["a"]) == "sum(a, axis=1)"
    assert spelled(sum(X, axis=(1, 0), keepdims=True), ["a"]) == "sum(a, axis=(0, 1), keepdims=True)"
    column = Tensor(np.ones((3, 1)))
    assert spelled(sum(column, axis=1, keepdims=True), ["a"]) == "sum(a, axis=1, keepdims=True)"  # no length changes
    masked = sum(X, axis=1, where=np.array([True, False, True]))
    assert spelled(masked, ["a"]) == "sum(a)"  # rather than words without the mask
    all_but_the_first = np.arange(X.size).reshape(X.shape) > 0
    assert spelled(sum(X, axis=1, where=all_but_the_first), ["a"]) == "sum(a)"


def test_indexing_puts_the_gradient_back_among_zeros():
    assert formulas(X[1]) == ("zeros with g at [i]",)
    assert spelled(X[1], ["a + b"]) == "(a + b)[i]"


def test_what_undoes_broadcasting_leaves_a_formula_readable():
    """The words of the rule are judged without it; a long whole is cut, as ever."""
    weight, scale = Tensor(np.ones((3, 3)), label="weight"), Tensor(np.ones((3, 1)), label="scale")
    assert formulas(weight / scale) == ("g / scale", "sum(-g × weight / scale², axis=1, keepd…")


def test_brackets_stand_where_they_must():
    x, y = Tensor([1.0, 2.0], label="x"), Tensor([3.0, 4.0], label="y")
    assert formulas(x / y) == ("g / y", "-g × x / y²")
    assert formulas(x - y) == ("g", "-g")
    assert formulas(x**2.0) == ("g × 2 × x", "")
    assert formulas(x**3.0)[0] == "g × 3 × x²"
    assert [formulas(x**p)[0] for p in (0.0, 1.0, 0.5, -1.0)] == [
        "g × 0",
        "g",
        "g × 0.5 × x^(-0.5)",
        "g × (-1) × x^(-2)",
    ]
    assert formulas(1.0 / x) == ("", "-g / x²")
    assert formulas(-3.0 * x) == ("", "g × (-3)")
    assert formulas(autograd_mini.tanh(x)) == ("g × (1 - tanh(x)²)",)
    assert formulas(mean(x)) == ("g / 2", "")


def test_names():
    odd, z, long = Value(1.0, label="a b"), Value(2.0, label="z"), Value(3.0, label="a_very_long_name_indeed")
    assert formulas(odd * z) == ("g × y", "g × x")
    assert formulas(z * long) == ("g × y", "g × x")
    twins = Value(1.0, label="w"), Value(2.0, label="w")
    assert formulas(twins[0] * twins[1]) == ("g × y", "g × x")
    assert formulas(Value(1.0, label="0.weight") * Value(2.0, label="0.bias")) == ("g × bias", "g × weight")
    assert formulas(where(np.array([True, False]), Tensor([1.0, 2.0]), 0.0)) == ("where(…, g, 0)", "")


def test_a_rule_that_records_nothing_goes_by_its_name():
    @custom_primitive(lambda g, z, x: np.asarray(g) * 2.0)
    def twice(x):
        return 2.0 * x

    assert formulas(twice(Value(1.0, label="a"))) == ("g × twice′(a)",)


def test_a_node_of_a_thousand_inputs_is_read_at_once():
    words = formulas(stack([Value(float(i)) for i in range(1_000)]))
    assert set(words) == {"sum(g[i])"}


def test_a_formula_is_never_long():
    x = Tensor([0.5, 1.5], label="x")
    for name in ELEMENTWISE:
        assert all(len(words) <= 40 for words in formulas(applied(name, Value)))
    assert all(len(words) <= 40 for words in formulas(autograd_mini.logsumexp(sum(x) * x)))


IN_WORDS = {"maximum", "minimum", "relu", "abs"}  # their derivative is said in a sentence


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name not in IN_WORDS])
def test_each_slope_in_letters_is_the_derivative(name):
    inputs = [Value(1.5 if name == "arccosh" else 0.5), Value(0.75)]
    try:
        node = registry[name].function(*inputs)
    except TypeError:
        node = registry[name].function(inputs[0])
    for words, derivative in zip(slopes(node, ["x", "y"][: len(node.inputs)]), node.local_derivatives, strict=True):
        for side in as_python(words).split(" = "):
            local = eval(
                side, vars(autograd_mini) | GREEK | {x: node.data for x, node in zip("xy", inputs, strict=True)}
            )
            assert local == pytest.approx(derivative(1.0), rel=1e-12), side


def test_a_slope_takes_the_names_it_is_given():
    x, y = Value(2.0), Value(3.0)
    assert slopes(x / y, ["#1", "-3"]) == ("1 / (-3)", "-#1 / (-3)²")
    assert slopes(sum(Tensor([1.0])), ["x"]) == ("",)


def test_a_name_that_is_itself_a_formula_stands_in_brackets():
    """As labels do that say how a node came to be."""
    x, y = Value(2.0), Value(3.0)
    assert spelled(x * y, ["a + b", "c"]) == "(a + b) × c"
    assert spelled(x - y, ["a", "f(b) + g(c)"]) == "a - (f(b) + g(c))"
    assert spelled(x**2.0, ["-a+b", "2"]) == "(-a+b)²"
    assert slopes(x / y, ["c", "a+b"]) == ("1 / (a+b)", "-c / (a+b)²")
    assert slopes(autograd_mini.tanh(x), ["x1*w1 + b"]) == ("1 - tanh(x1*w1 + b)² = 1 / cosh(x1*w1 + b)²",)
    for word in ("#1", "w", "0.weight", "σ(a + b)", "array(3, 2)", "2.5", "1e-9", "inf"):
        assert spelled(x * y, [word, word]) == f"{word} × {word}"


def test_each_operation_says_what_it_computes():
    x, y = Value(2.0), Value(3.0)
    said = [spelled(node, ["a", "b"][: len(node.inputs)]) for node in (x + y, 1 - y, x * y, x / y, x**y, -x, sum(x))]
    assert said == ["a + b", "a - b", "a × b", "a / b", "a^b", "-a", "sum(a)"]
    assert [spelled(x * y, ["-2", "-3"]), spelled(-x, ["-2"]), spelled(x**2.0, ["-2", "2"])] == [
        "-2 × (-3)",
        "-(-2)",
        "(-2)²",
    ]
    assert spelled(stack([x] * 1_000), ["x"] * 1_000) == "stack(…)"
