"""What a live page computes is what the engine computes: each operation, and whole programs forward and back."""

import math
import os
import re
import subprocess
import sys
from decimal import Decimal
from random import Random

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import Tensor, Value, gradients, step_through, tanh, where
from autograd_mini.drawing.equations import word_product, word_sum
from autograd_mini.drawing.formatting import format_number
from autograd_mini.formulas import read_formula
from autograd_mini.primitive import Elementwise, primitives
from autograd_mini.stepping.live.recorded import MOST, find_known, record_run
from autograd_mini.stepping.trace import trace

from ..support.drawn import neuron
from ..support.stepped import product

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
NUMBERS = [
    0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.0, -2.0, 2.5, 3.0, 1e-9, -1e-9, 0.3, -0.7, 0.999, 1.7, -1.3, 7.25, -12.75,
    20.0, -30.0, 1e-300, 3e-310, 1e8, 1e200, math.inf, -math.inf, math.nan,
]  # fmt: skip
PARAMETERS = {
    "bessel": [(1,), (2,)],
    "clip": [(-1.0, 2.0), (None, 0.5), (0.5, None), (2.0, -1.0)],
    "elu": [(1.0,), (0.3,)],
    "inside": [(-1.0, 2.0), (None, 0.5), (0.5, None), (2.0, -1.0)],
    "keep": [(True,), (False,)],
    "ldexp": [(3,), (-1074,), (1030,)],
    "leaky_relu": [(0.01,), (0.3,)],
    "leaky_slope": [(0.3,)],
    "round": [(0,), (2,), (-1,)],
}
OF_REDUCTIONS = {"softmax_weights"}  # beside logsumexp, which is no operation on each element


def find_primitives():
    """The operations on each element of the engine alone: those of SciPy are computed by nobody else."""
    code = """if True:
        from autograd_mini.primitive import Elementwise, primitives
        print(*(name for name, primitive in primitives.items() if isinstance(primitive, Elementwise)))
    """
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert len(names) > 80
    return set(names)


def test_the_table_has_a_line_for_every_operation_on_each_element():
    assert find_known() == find_primitives() - OF_REDUCTIONS


def is_close(found, right):
    """To 1e-12, relative; what is as small as the smallest normal number counts as 0."""
    if math.isnan(right) or math.isinf(right):
        return found == right or (math.isnan(found) and math.isnan(right))
    return abs(found - right) <= 1e-12 * abs(right) + 1e-307


def told(x):
    return x if isinstance(x, bool) or x is None or math.isfinite(x) else str(float(x))


def test_each_line_computes_what_the_engine_does(visit):
    asked, right = [], []
    for name in sorted(find_known()):
        primitive = primitives[name]
        assert isinstance(primitive, Elementwise)
        count = len(primitive.derivatives)
        points = [(x,) for x in NUMBERS] if count == 1 else [(x, y) for x in NUMBERS for y in NUMBERS]
        for numbers in [(c, *p) for c in (0.0, 1.0) for p in points] if count == 3 else points:
            for parameters in PARAMETERS.get(name, [()]):
                with np.errstate(all="ignore"):
                    right.append(float(primitive.compute(*numbers, *parameters)))
                asked.append([name, *map(told, (*numbers, *parameters))])
    found = visit(product()).evaluate(
        "asked => asked.map(([name, ...told]) => String(OPERATIONS[name](...told.map(number))))", asked
    )
    found = [float(text.replace("Infinity", "inf")) for text in found]
    wrong = [(call, x, y) for call, x, y in zip(asked, found, right, strict=True) if not is_close(x, y)]
    assert not wrong, (len(wrong), sorted({call[0] for call, *_ in wrong}), wrong[:20])


ONE = [
    ag.tanh, ag.sigmoid, ag.softplus, ag.relu, ag.silu, ag.gelu, ag.gelu_tanh, ag.elu, ag.leaky_relu, ag.erf, ag.erfc,
    ag.sin, ag.cos, ag.tan, ag.arctan, ag.sinh, ag.cosh, ag.arcsinh, ag.sinc, ag.exp, ag.exp2, ag.expm1, ag.square,
    ag.sign, ag.floor, ag.abs, ag.cbrt, lambda x: ag.log(x + 4.0), lambda x: ag.log1p(x + 3.0),
    lambda x: ag.log2(x + 4.0), lambda x: ag.log10(x + 4.0),
    lambda x: ag.sqrt(x + 4.0), lambda x: ag.arcsin(x / 4.0), lambda x: ag.arccos(x / 4.0),
    lambda x: ag.arctanh(x / 4.0),
    lambda x: ag.arccosh(x + 5.0), lambda x: ag.clip(x, -0.5, 0.75), lambda x: x**3, lambda x: x**2.0, lambda x: -x,
    lambda x: 1.0 / (x + 4.0), lambda x: 3.0 - x, ag.ceil, ag.trunc, ag.rint, lambda x: (x + 4.0) ** -1.5,
]  # fmt: skip
TWO = [
    ag.add, ag.subtract, ag.multiply, ag.maximum, ag.minimum, ag.hypot, ag.arctan2, ag.logaddexp, np.logaddexp2,
    np.copysign, np.fmax, np.fmin, lambda x, y: x / (y + 4.0), lambda x, y: (x + 4.0) ** y,
    lambda x, y: ag.xlogy(x, y + 4.0), lambda x, y: np.remainder(x, y + 4.0), lambda x, y: np.fmod(x, y + 4.0),
]  # fmt: skip


def random_function(seed):
    """A function of three numbers between -3 and 3, in which every intermediate result stays of their size."""
    rng = Random(seed)
    drawn = [rng.random() < 0.6 for _ in range(rng.randint(3, 25))]
    picks = [(rng.choice(ONE), None) if is_one else (None, rng.choice(TWO)) for is_one in drawn]
    places = [(rng.random(), rng.random()) for _ in picks]

    def function(*leaves):
        found = list(leaves)
        for (one, two), (i, j) in zip(picks, places, strict=True):
            x, y = (found[int(place * len(found))] for place in (i, j))
            found.append(3.0 * tanh(0.5 * (two(x, y) if one is None else one(x))))
        total = found[-1]
        for x in found[:-1]:
            total = total + x
        return total

    return function


def run_in(tab, told, numbers):
    """Data and gradients of every card where the leaves hold these numbers."""
    return tab.evaluate(
        """([told, numbers]) => {
            const program = new Program(told);
            numbers.forEach(([card, x]) => program.set(card, x));
            program.run();
            const gradient = (place) => (place === null ? null : program.at(place));
            return told.forward.map((_, i) => [program.at(i), gradient(told.gradients[i])]);
        }""",
        [told, numbers],
    )


def test_a_gradient_that_depends_on_no_number_is_a_constant():
    x = Value(3.0, label="x")
    told = record_run(trace(np.heaviside(2.0, x)))
    assert [told["constants"][~place] for place in told["gradients"]] == [0.0, 1.0]
    assert [told["constants"][~place] for place in told["right"]] == [0.0, 1.0]


def test_random_programs_compute_what_the_engine_does(visit):
    tab = visit(product())
    for seed in range(200 if THOROUGH else 25):
        function, rng = random_function(seed), Random(seed)
        recorded = trace(function(*(Value(rng.uniform(-3, 3)) for _ in range(3))))
        leaves = [i for i, node in enumerate(recorded.graph.nodes) if node.rule is None]
        numbers = [rng.choice([rng.uniform(-3, 3), 0.0, 1.0]) for _ in leaves]  # kinks among them
        page = run_in(tab, record_run(recorded), list(zip(leaves, numbers, strict=True)))

        # The engine, asked anew; leaves that the function does not use are in no graph.
        used = {node.birth for node in recorded.graph.nodes if node.rule is None}
        fresh = [Value(0.0) for _ in range(3)]
        first = trace(root := function(*fresh))
        assert len(first.graph.nodes) == len(recorded.graph.nodes)
        assert len(used) == len(leaves)
        kept = [x for x in fresh if first.graph.copy_of(x) is not None]
        for x, data in zip(kept, numbers, strict=True):
            x.data = data
        again = trace(root := function(*fresh))
        right = gradients(root)
        for node, (data, gradient) in zip(again.graph.nodes, page, strict=True):
            assert data == pytest.approx(node.data, rel=1e-12, abs=1e-12, nan_ok=True)
            engines = again.right.get(node)
            assert (engines is None) == (gradient is None)
            if engines is not None:
                assert gradient == pytest.approx(engines, rel=1e-12, abs=1e-12, nan_ok=True)
        assert right[root] == 1.0


def test_a_wrong_order_stays_wrong_from_other_numbers(visit):
    x = Value(3.0, label="x")
    u = x * 2.0
    v = u + 1.0
    loss = u * v
    naive = record_run(trace(loss, order=[loss, u, v, x]))
    x.data = 0.5
    u = x * 2.0
    v = u + 1.0
    again = trace(loss := u * v, order=[loss, u, v, x])
    found = run_in(visit(product()), naive, [(0, 0.5)])
    assert found == [[node.data, again.gradient[node]] for node in again.graph.nodes]
    assert again.gradient != again.right


@pytest.mark.parametrize(
    ("root", "why"),
    [
        (lambda: (Tensor([1.0, 2.0]) * 2.0).sum(), "holds arrays"),
        (lambda: where(ag.sign(Value(1.0)), Value(2.0), Value(3.0)), "which branch its where takes"),
        (lambda: ag.custom_primitive(lambda g, z, x: g)(lambda x: x + 1.0)(Value(1.0)), "does not know how to compute"),
    ],
)
def test_what_cannot_be_computed_says_why(root, why):
    assert why in record_run(trace(root()))["still"]


def test_a_graph_of_more_nodes_than_a_page_computes_stands_still():
    x = Value(1.0)
    for _ in range(MOST):
        x = x + 1.0
    assert record_run(trace(x))["still"] == "it has 2,001 nodes, and a page computes 2,000 at most"
    assert "still" not in record_run(trace(neuron()))


def test_numbers_are_worded_as_on_the_page(visit):
    rng = Random(0)
    numbers = [rng.uniform(-10, 10) * 10.0 ** rng.randint(-12, 12) for _ in range(300)]
    numbers += [0.0, -0.0, 5.0, 1e5, -123456.0, 0.5, -0.25, 1e-4, 9999.5, 1e6, 1e22]
    numbers += [1.0001, 0.99999, 2.00000001, 12345.6, 1e-9, -3.0000004, 99999.99, 1 - 2**-53]
    tab = visit(product())
    for digits in (4, 5, 17):
        found = tab.evaluate("([numbers, digits]) => numbers.map((x) => worded(x, digits))", [numbers, digits])
        assert found == [format_number(x, digits) for x in numbers]


def draw_half(rng, digits):
    """A float in the middle between two decimals of so many digits: one digit more, a 5, and not too many bits."""
    while True:
        fives = rng.randint(1, digits)  # as often as 10 divides it, 5 must
        odd = 2 * rng.randrange(10**digits // (2 * 5**fives), 10 ** (digits + 1) // (2 * 5**fives)) + 1
        half = Decimal(odd * 5**fives).scaleb(rng.randint(-fives, 6))
        if len(half.as_tuple().digits) == digits + 1 and Decimal(float(half)) == half:
            return rng.choice([-1.0, 1.0]) * float(half)


@pytest.mark.parametrize("digits", [4, 5, 6, 8, 12, 16])
def test_halves_go_to_the_even_digit_as_in_python(visit, digits):
    rng = Random(digits)
    numbers = [draw_half(rng, digits) for _ in range(300)]
    found = visit(product()).evaluate("([numbers, digits]) => numbers.map((x) => worded(x, digits))", [numbers, digits])
    assert found == [format_number(x, digits) for x in numbers]
    assert sum(Decimal(text) != Decimal(x) for text, x in zip(found, numbers, strict=True)) > 100, "they were rounded"


def word_in(tab, name, pairs):
    """The equation of each pair of numbers, as the page words it: both operands, sign, result."""
    return tab.evaluate(
        """([name, pairs]) => pairs.map((pair) => {
            const { operands, sign, result } = wordEquation(pair, OPERATIONS[name], OPERATIONS[name](...pair));
            return [...operands, sign, result];
        })""",
        [name, pairs],
    )


@pytest.mark.parametrize(
    ("name", "word"),
    [("multiply", lambda x, y: word_product(x, y, x * y)), ("add", lambda x, y: word_sum((x, y), x + y))],
)
def test_equations_are_worded_as_in_python(visit, name, word):
    rng = Random(2)
    pairs = [[rng.uniform(-3, 3), rng.uniform(-3, 3) * 10.0 ** rng.randint(-6, 6)] for _ in range(500)]
    pairs += [[round(rng.uniform(-3, 3), rng.randint(1, 4)), rng.randint(1, 99) / 16] for _ in range(500)]  # halves
    right = [word(*pair) for pair in pairs]
    assert [[*numbers, sign or "≈", result] for *numbers, sign, result in word_in(visit(product()), name, pairs)] == [
        [*(grid[0][0] for grid in equation.operands), equation.sign, equation.result[0][0]] for equation in right
    ]


def test_equations_are_true_as_shown(visit):
    rng = Random(1)
    pairs = [[rng.uniform(-3, 3), rng.uniform(-3, 3) * 10.0 ** rng.randint(-6, 6)] for _ in range(500)]
    pairs += [[1.00001, -1.0], [1e-9, 1.0], [2.0, 1.0001], [0.1, 0.2], [3.0, 1e-17], [0.0204449, 2.0]]
    tab = visit(product())
    for name, compute in [("multiply", Decimal.__mul__), ("add", Decimal.__add__)]:
        found = word_in(tab, name, pairs)
        assert sum(sign == "=" for *_, sign, _ in found) >= 0.98 * len(pairs)
        for x, y, sign, result in found:
            right = compute(Decimal(x), Decimal(y))
            if sign == "=":  # what is shown rounds to what is shown, in its last digit
                last = min(Decimal(result).as_tuple().exponent, Decimal(result).adjusted() - 3)
                assert abs(right - Decimal(result)) * 2 <= Decimal(1).scaleb(last), (x, y, result)
            else:
                assert sign == "≈" or result.startswith("≈"), (x, y, sign, result)
                assert abs(right - Decimal(result.lstrip("≈"))) <= abs(right) * Decimal("0.005"), (x, y, result)


def test_what_a_card_says_of_its_numbers_is_true(visit):
    """Read back by Python: the formula with its numbers gives the number beside it, to its last digit."""
    x, y = Value(1.0, label="x"), Value(2.0, label="y")
    nodes = [
        0.123456 * x, x - 1.00001, x / -3.7, x * y, x - y, -x, x / y, (x + 4.0) ** 2, (x + 4.0) ** -1.5, (x + 4.0) ** y,
        3.0 - x, x * -2.0, x**3 * y,
    ]  # fmt: skip
    total = nodes[0]
    for node in nodes[1:]:
        total = total + node
    tab = visit(step_through(total))
    rng = Random(0)
    for _ in range(20):
        numbers = {"x": rng.choice([rng.uniform(-3, 3), -1.0, 2.0]), "y": rng.uniform(-3, 3)}
        told = tab.evaluate(
            """numbers => {
                const { run, leaves } = live.live;
                live.live.set(leaves.map((card) => [card, numbers[run.cards[card].name]]));
                const computed = run.cards.filter((card) => card.numbers);
                return computed.map(({ numbers, sign, data }) => [numbers, sign, data[0]]);
            }""",
            numbers,
        )
        assert len(told) == 29
        for formula, sign, result in told:
            assert sign in ("=", "≈"), (formula, sign, result)
            python = re.sub(r"\^(\([^)]*\)|[\w.]+)", r"**\1", formula.replace("×", "*").replace("²", "**2"))
            value = read_formula(python.replace("e-", "E-") + " + zero", {"zero": 0.0}).data
            shown = Decimal(result.lstrip("≈"))
            last = min(shown.as_tuple().exponent, shown.adjusted() - 3)
            allowed = 10.0**last / 2 * 1.000001 if sign == "=" else 0.005 * abs(value)
            assert abs(value - float(shown)) <= allowed, (formula, sign, result)
