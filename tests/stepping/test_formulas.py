"""A formula typed in a terminal: it becomes the graph that Python would make of it, and anything else is refused."""

import math
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd_mini as ag
from autograd_mini import Value, draw, gradients, language, step_through
from autograd_mini.__main__ import main
from autograd_mini.errors import AutogradError
from autograd_mini.formulas import find_operations, read_formula, read_number

RIGHT = {
    "tanh(w*x + b)": lambda w, x, b: ag.tanh(w * x + b),
    "-(w - 2*x)**2 / (1 + b**2)": lambda w, x, b: -((w - 2 * x) ** 2) / (1 + b**2),
    "relu(w) % 3 + x // 2 + +b": lambda w, x, b: ag.relu(w) % 3 + x // 2 + b,
    "leaky_relu(w, 0.2) + clip(x, -1, a_max=1) * b": lambda w, x, b: ag.leaky_relu(w, 0.2) + ag.clip(x, -1, 1) * b,
    "  maximum(w, x) * sin(pi * b) - e ": lambda w, x, b: ag.maximum(w, x) * ag.sin(math.pi * b) - math.e,
    "round(w, 2) * x + ldexp(x, -3) + round(b, decimals=1)": lambda w, x, b: (
        np.round(w, 2) * x + np.ldexp(x, -3) + np.round(b, 1)
    ),
    "gelu(w) + silu(x) + square(b)": lambda w, x, b: ag.gelu(w) + ag.silu(x) + ag.square(b),
}


@pytest.mark.parametrize("text", RIGHT)
@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-3, 3))
def test_a_formula_is_the_graph_that_python_makes_of_it(text, w, x, b):
    numbers = {"w": w, "x": x, "b": b}
    found, leaves = read_formula(text, numbers), {name: Value(x) for name, x in numbers.items()}
    right = RIGHT[text](**leaves)
    assert found.data == right.data
    slopes = {node.label: g for node, g in gradients(found).items() if node.rule is None}
    assert slopes == {name: g for name, x in leaves.items() for node, g in gradients(right).items() if node is x}
    assert found.label == text.strip()


def test_a_name_is_one_leaf_however_often_it_stands_there():
    y = read_formula("x*x", {"x": 3.0})
    assert y.inputs[0] is y.inputs[1]
    assert y.inputs[0].label == "x"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("2x", "'2x' is no formula"),
        ("x^2", r"a power is written x\*\*2"),
        ("x > 0", r"'x > 0' decides, and a formula computes"),
        ("x if x else 1", "decides"),
        ("asin(x)", r"asin is no operation of numbers; did you mean \w+ or arcsin\?|did you mean arcsin or"),
        ("__import__('os').system('ls')", "is no part of a formula"),
        ("x.__class__", r"'x.__class__' is no part of a formula"),
        ("x[0]", "no part of a formula"),
        ("[x]", "no part of a formula"),
        ("lambda: x", "no part of a formula"),
        ("(y := x)", "no part of a formula"),
        ("f'{x}'", "no part of a formula"),
        ("'x'", "no part of a formula"),
        ("True", "no part of a formula"),
        ("1j * x", "no part of a formula"),
        ("x @ x", "no part of a formula"),
        ("exp(*x)", "no part of a formula"),
        ("exp(**x)", "no part of a formula"),
        ("eval(x)", "eval is no operation"),
        ("exp(x).data", "no part of a formula"),
        ("exp", "exp is an operation: write exp"),
        ("x * y", r"y has no number: add y=1"),
        ("exp(x, x)", r"exp"),
        ("clip(x, a_min=x)", "a plain number"),
        ("exp(x, dim=1)", "exp"),
        ("modf(x)", "gives tuple, and a formula is of numbers"),
        ("round(x, 0.5)", "round"),
        ("power(2, power(9, 999999999))", "holds no name"),
        ("1 + 1", "holds no name"),
        ("", "is no formula"),
        ("(" * 300 + "x" + ")" * 300, r"^.{,140} is nested too deeply"),
        ("-" * 1500 + "x", r"^.{,140} is nested too deeply"),
        ("x" * 3000, "2,000 letters at most"),
        ("x\0", "no formula"),
        ("1" + "0" * 400 + " * x", r"^.{,140} is no part of a formula"),
    ],
)
def test_anything_else_is_refused_in_words(text, complaint):
    with pytest.raises(AutogradError, match=complaint):
        read_formula(text, {"x": 1.0})


@pytest.mark.parametrize(("text", "found"), [("ldexp(x, 2)", math.inf), ("log(-x)", math.nan)])
def test_outside_of_a_domain_a_formula_is_what_it_is_without_a_warning(text, found):
    np.testing.assert_equal(read_formula(text, {"x": 1e308}).data, found)


def test_a_number_that_is_not_used_is_refused():
    with pytest.raises(AutogradError, match="b, z does not occur in 'x'"):
        read_formula("x", {"x": 1.0, "z": 2.0, "b": 1.0})


@given(st.text(max_size=30))
def test_no_text_does_anything_but_compute_or_complain(text):
    with suppress(AutogradError):
        assert isinstance(read_formula(text, {"x": 0.5}), Value)


def test_every_operation_of_a_formula_takes_numbers():
    assert {"exp", "relu", "hypot", "silu", "ldexp"} <= set(find_operations())
    assert not {"where", "matmul", "sum", "reshape", "linspace"} & set(find_operations())


@pytest.mark.parametrize(("text", "number"), [("1/3", 1 / 3), ("-1/4", -0.25), ("1e-3", 1e-3), ("inf", math.inf)])
def test_a_number_may_be_a_fraction(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "x", "1/0", "1/2/3", "1;2"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(AutogradError, match="is no number"):
        read_number(text)


def test_the_terminal_writes_the_page_and_says_where(tmp_path):
    path = tmp_path / "page.html"
    words = ["tanh(w*x + b)", "w=2", "x=-1", "b=1/2", "-o", str(path), "--no-browser"]
    done = subprocess.run([sys.executable, "-m", "autograd_mini", *words], capture_output=True, text=True, check=True)
    assert done.stdout == f"wrote {path}\n"
    right = read_formula("tanh(w*x + b)", {"w": 2.0, "x": -1.0, "b": 0.5})
    assert path.read_text("utf-8") == step_through(right, title="tanh(w*x + b)").html


def test_the_terminals_page_speaks_the_language_asked_for(tmp_path):
    path = tmp_path / "page.html"
    assert main(["2*x", "x=3", "--lang", "ko", "-o", str(path), "--no-browser"]) == 0
    with language("ko"):
        assert path.read_text("utf-8") == step_through(read_formula("2*x", {"x": 3.0}), title="2*x").html


@pytest.mark.parametrize(
    "name", ["\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}", "\N{LATIN SMALL LIGATURE FI}", "\N{OHM SIGN}"]
)
def test_a_name_is_the_same_behind_the_formula_as_in_it(name, tmp_path):
    assert main([f"2*{name}", f"{name}=1", "-o", str(tmp_path / "page.html"), "--no-browser"]) == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["x", "x"], "'x' gives no name a number: write w=2"),
        (["x", "x=1", "x=2"], "x is given two numbers"),
        (["x", "x=a"], "'a' is no number"),
        (["x", "1=2"], "gives no name a number"),
        (["x", "x=1", "--output", "page.png"], "a page saves as .html"),
    ],
)
def test_the_terminal_complains_and_writes_nothing(words, complaint, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*words, "--no-browser"]) == 2
    assert complaint in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_terminal_opens_the_page_it_wrote(monkeypatch, capsys, tmp_path):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda uri: opened.append(uri))  # None: none answers
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert main(["x", "x=1"]) == 0
    where, complaint = capsys.readouterr().out.splitlines()
    assert opened[0].endswith("formula.html")
    assert where.removeprefix("wrote ") in opened[0]
    assert complaint == "no browser answered: open the file in one"


def test_a_page_and_a_picture_show_themselves(monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    x = Value(2.0) * Value(3.0)
    for shown, content in [(step_through(x), step_through(x).html), (draw(x), draw(x).svg)]:
        path = shown.show()
        assert opened.pop() == path.as_uri()
        assert path.read_text("utf-8") == content


@pytest.mark.parametrize("formula", ["-w", "-w**2+1"])
def test_a_formula_that_looks_like_an_option_is_told_the_way_out(formula, capsys):
    with pytest.raises(SystemExit, match="2"):
        main([formula, "w=1", "--no-browser"])
    assert (
        f"no option is called {formula}; a formula that begins with - is written in brackets" in capsys.readouterr().err
    )
