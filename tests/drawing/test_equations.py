"""Every equation shown is true as it is shown: read off pictures and pages of random graphs, and evaluated exactly."""

import math
import os
import re
from itertools import chain

import numpy as np
import pytest

import autograd_mini
from autograd_mini import Tensor, Value, draw, exp, gradients, log1p, maximum, scope, sigmoid, sin, sqrt, tanh
from autograd_mini.drawing.equations import word_forward, word_product, word_sum
from autograd_mini.drawing.formatting import format_exactly
from autograd_mini.drawing.formula import spell
from autograd_mini.primitive import Elementwise, primitives
from autograd_mini.stepping.page_data import describe_run
from autograd_mini.stepping.trace import trace

from ..support.drawn import groups
from ..support.equations import is_true, read_forward_steps, read_page, read_picture, read_text

pytestmark = pytest.mark.thorough

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
GRAPHS = 1_200 if THOROUGH else 40


MAKE = (
    lambda x, y, c: x * y,
    lambda x, y, c: x + y,
    lambda x, y, c: x - y,
    lambda x, y, c: x / y,
    lambda x, y, c: tanh(x),
    lambda x, y, c: x * c,
    lambda x, y, c: x + c,
    lambda x, y, c: x**2,
    lambda x, y, c: sigmoid(y),
    lambda x, y, c: -x,
    lambda x, y, c: exp(-(x**2)),
    lambda x, y, c: sin(x) * c,
    lambda x, y, c: maximum(x, y),
    lambda x, y, c: log1p(y**2),
    lambda x, y, c: c - sqrt(abs(x)),
)


def random_number(random):
    """Of any magnitude; some are whole, some nearly so."""
    kind = random.integers(6)
    if kind == 0:
        return float(random.integers(-9, 10))
    if kind == 1:
        return float(random.integers(1, 4)) + float(random.choice([1e-4, 1e-7, 1e-10, 2**-52, -1e-5]))
    if kind == 2:
        return float(random.normal() * 10.0 ** random.integers(-12, 9))
    return float(random.normal())


def random_graph(random):
    """Leaves of all magnitudes; sums that cancel; forks; scopes."""
    nodes = [Value(random_number(random), label=f"x{i}") for i in range(random.integers(1, 5))]

    def pick():
        return nodes[int(len(nodes) * random.beta(2, 1))]

    def grow(steps):
        for kind in random.integers(len(MAKE), size=steps):
            nodes.append(MAKE[kind](pick(), pick(), random_number(random)))

    for _ in range(random.integers(1, 4)):
        with scope("part"):
            grow(random.integers(1, 6))
            with scope("inner"):
                grow(random.integers(0, 4))
        grow(random.integers(0, 2))
    return nodes[-1] + pick()


def test_every_equation_shown_is_true():
    random = np.random.default_rng(15)
    on_pictures = on_pages = edges = 0
    for _ in range(GRAPHS):
        root = random_graph(random)
        root.backward()
        pictures = [draw(root), draw(root, unfold=False)]
        if any(card.label == "part" for card in pictures[1].shown.cards):
            pictures.append(draw(root, unfold="part"))
        on_page = read_page(root)
        drawn = [[*read_picture(picture), *read_text(picture)] for picture in pictures]
        graph = pictures[0].graph
        terms = [flow for node in graph.nodes for flow in graph.contributions(node) if flow]
        terms = list(filter(math.isfinite, terms))
        for equation in [*on_page, *drawn[0]]:
            assert is_true(*equation), equation
        for equation in chain(*drawn[1:]):  # of folds: what flows back through one may cancel inside
            assert is_true(*equation, terms), equation
        edges += len(pictures[0].shown.arrows)
        on_pictures += sum(map(len, drawn))
        on_pages += len(on_page)
    assert on_pictures > 10 * GRAPHS
    assert on_pages > 10 * GRAPHS
    assert edges > 10_000 * THOROUGH


OPERATIONS = [name for name, of in primitives.items() if isinstance(of, Elementwise) and name in autograd_mini.__all__]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_step_forward_is_true_as_it_is_shown(name):
    random = np.random.default_rng(16)
    operation = getattr(autograd_mini, name)
    count = next(n for n in (1, 2, 3) if takes(operation, n))
    for _ in range(200 if THOROUGH else 10):
        numbers = [random_number(random) for _ in range(count)]
        if not isinstance(z := operation(*map(Value, numbers)), Value):
            return  # a comparison: no node, and on no page
        (equation,) = read_forward_steps(describe_run(trace(z)))
        assert is_true(*equation), (numbers, equation)
        assert equation[1] != "gives", (numbers, equation)


def takes(operation, count):
    try:
        operation(*[Value(1.0)] * count)
    except TypeError:
        return False
    return True


def test_pictures_show_forward_what_pages_compute():
    random = np.random.default_rng(17)
    for _ in range(GRAPHS // 4):
        root = random_graph(random)
        picture, page = draw(root, max_nodes=None), describe_run(trace(root))
        card = {card.key: card for card in picture.shown.cards}
        given = {
            (arrow.head, arrow.position): card[arrow.tail].data[0][0] if arrow.is_constant else arrow.forward
            for arrow in picture.shown.arrows
        }
        for i, (node, told) in enumerate(zip(picture.graph.nodes, page["cards"], strict=True)):
            assert card[f"n{i}"].data == (tuple(told["data"]),)
            if node.inputs:
                assert spell(node, [given[f"n{i}", k] for k in range(len(node.inputs))]) == told["numbers"]


def test_a_false_equation_is_found():
    """So that the test above can fail."""
    for false in (
        ("0.02044 × 2", "=", "0.04089"),
        ("1 + -1", "=", "1e-5"),
        ("2 × 1", "=", "2.0002"),
        ("2 × 3", "≈", "6.1"),
        ("2 × 3", "gives", "5"),
        ("tanh(0.5)", "=", "0.4622"),
        ("1 / cosh(0.5)²", "=", "0.7865"),
        ("8.5 - 0.5", "=", "7.999"),
        ("2^0.5", "=", "1.415"),
    ):
        assert not is_true(*false)
    for true in (
        ("0.020445 × 2", "=", "0.04089"),
        ("0.3333 × 3", "≈", "1"),
        ("0.5 × 4", "=", "2"),
        ("0 × inf", "gives", "0"),
        ("tanh(0.5)", "=", "0.4621"),
        ("1 / cosh(0.5)²", "=", "0.7864"),
        ("8.68855 - 0.68855", "=", "8"),
        ("(-2)^1e-5", "=", "nan"),
    ):
        assert is_true(*true)


def test_digits_are_added_until_the_product_is_right():
    x, w = Value(0.0204449, label="x"), Value(2.0, label="w")
    y = x * w * x
    y.backward()
    said = groups(draw(y))
    assert said["n2"][:3] == ["×", "data", "0.04089"]
    assert said["e2_0"][0] == "0.020445", "0.02044 × 2 is not 0.04089"
    assert said["e2_0"][1:] == ["0.020445 × 2", "= 0.04089"]
    assert said["e2_1"] == ["2", "0.020445 × 0.020445", "= 0.000418"]


def test_no_number_is_shown_as_a_whole_one_that_is_not():
    y = Value(2.0, label="a") * Value(1.0001, label="b")
    y.backward()
    said = groups(draw(y))
    assert said["e2_0"] == ["2", "1 × 1.0001", "= 1.0001"]
    assert said["n2"][:3] == ["×", "data", "2.0002"]
    nearly = Value(1.0) - Value(1e-12)
    assert "≈1" in groups(draw(nearly))["n2"]
    assert word_forward(nearly).operands == ((("1",),), (("1e-12",),))


def test_where_no_digits_suffice_the_sign_says_so():
    assert word_product(0.42, 0.0, -1.1e-16).sign == "gives"
    assert word_product(0.42, 0.0, -1.1e-16, [0.3, -0.3]).sign == "≈"
    a, b = Value(0.7623285947289468), Value(0.7623285947289465)
    assert word_forward(a - b).sign == word_forward(-a + b).sign == "≈"
    assert word_product(1 / 3, 3.0, 1.0).sign == "≈"
    assert word_sum([0.1 + 0.2, -0.3], 0.1 + 0.2 - 0.3).sign == "≈"
    assert word_product(0.0, math.inf, 0.0).sign == "gives"
    assert word_product(1e-200, 1e-200, 0.0).sign == "≈"
    assert word_product(math.nan, 1.0, math.nan).sign == "="


def test_arrays_are_worded_element_by_element():
    upstream, local = np.array([0.0204449, 1.0]), np.array([2.0, 1.0001])
    worded = word_product(upstream, local, upstream * local)
    cells = zip(*(grid[0] for grid in (*worded.operands, worded.result)), strict=True)
    assert worded.sign == "="
    assert all(is_true(f"{a} × {b}", "=", c.rstrip("0").rstrip(".")) for a, b, c in cells)


def test_all_digits_are_there_on_hover():
    x = Value(1 / 3, label="x")
    y = tanh(x) * x
    y.backward()
    svg = draw(y).svg
    titles = re.findall("<title>([^<]*)</title>", svg)
    assert f"x: data {1 / 3!r}; grad {x.grad!r}" in titles
    (hidden,) = (node for node in y.inputs if node is not x)
    assert any(f"data {1 / 3!r}; upstream {hidden.grad!r}" in title for title in titles)
    assert format_exactly(Tensor([0.1]).data) == "[0.1]"


def test_a_recorded_gradient_is_worded_too():
    x = Value(0.3, label="x")
    slope = gradients(tanh(x) ** 2 * x, differentiable=True)[x]
    slope.backward()
    equations = read_picture(draw(slope))
    assert equations
    assert all(is_true(*equation) for equation in equations)
