"""Nodes made inside of sources() know the line that made them, and the page lights it."""

import inspect
import threading

import numpy as np
import pytest

from autograd_mini import Tensor, Value, exp, no_grad, sources, step_through, tanh
from autograd_mini.errors import KindError
from autograd_mini.lines import Line, Notes, noting
from autograd_mini.node import Node
from autograd_mini.reverse import history
from autograd_mini.stepping import code_lines
from autograd_mini.stepping.code_lines import describe_code, find_lines

from ..support.stepped import card, expect


def neuron(w, x, b):
    z = w * x
    z = z + b
    return tanh(z)


def loss():
    w, x, b = Value(2.0, label="w"), Value(-1.0, label="x"), Value(0.5, label="b")
    error = (neuron(w, x, b) - 1.0) ** 2
    error.label = "loss"
    return error


FIRST = inspect.getsourcelines(neuron)[1]
LAST = inspect.getsourcelines(loss)[1]


def lines(root):
    found = find_lines(tuple(history(root)[::-1]))
    return {node.name: line.number for node, line in found.items()}


def test_each_operation_knows_its_line_and_leaves_have_none():
    with sources():
        root = loss()
    assert lines(root) == {
        "multiply": FIRST + 1, "add": FIRST + 2, "tanh": FIRST + 3, "subtract": LAST + 2, "power": LAST + 2,
    }  # fmt: skip
    assert all(line.file == __file__ for line in find_lines(tuple(history(root))).values())


def test_arrays_know_their_lines_too_through_numpys_functions():
    with sources():
        here = inspect.currentframe().f_lineno
        y = np.exp(Tensor([1.0, 2.0])).sum(axis=0)
    assert lines(y) == {"exp": here + 1, "sum": here + 1}


def test_outside_nothing_is_remembered():
    before = len(code_lines._latest)
    assert lines(loss()) == {}
    assert len(code_lines._latest) == before


def test_nothing_else_changes():
    with sources():
        y = loss()
    y.backward()
    other = loss()
    other.backward()
    assert [(x.data, x.grad) for x in history(y)] == [(x.data, x.grad) for x in history(other)]
    with no_grad(), sources():
        assert exp(Value(1.0)).rule is None
    with sources(), no_grad():
        assert exp(Value(1.0)).rule is None
    with sources(), pytest.raises(ZeroDivisionError):
        raise ZeroDivisionError
    assert lines(exp(Value(1.0))) == {}


def test_what_another_thread_makes_is_not_taken_for_ours():
    made = []
    with sources():
        thread = threading.Thread(target=lambda: made.append(loss()))
        thread.start()
        thread.join()
        mine = loss()
    assert lines(made[0]) == {}
    assert len(lines(mine)) == 5


def test_two_threads_at_once_each_know_their_own_lines():
    made = {}

    def build(name):
        with sources():
            x = made[name] = Value(0.5)
            for _ in range(2_000):
                x = tanh(x) if name == "a" else exp(-x)
            made[name] = x

    threads = [threading.Thread(target=build, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (a,), (b,) = ({*find_lines(tuple(history(made[name]))).values()} for name in "ab")
    assert a == b  # of one line
    assert len(find_lines(tuple(history(made["a"])))) == 2_000


def test_the_latest_are_kept():
    notes = Notes(6)
    with noting(notes):
        nodes = [exp(Value(1.0)) for _ in range(8)]
    here = inspect.currentframe().f_lineno - 1
    kept = [notes.line(node.birth) for node in nodes]
    assert kept == [None] * 3 + [Line(__file__, here)] * 5
    assert len(notes) == 5


def test_a_page_of_a_function_shows_the_code(visit):
    tab = visit(step_through(loss), "#step=1")
    lit = tab.locator(".lines .lit")
    expect(lit).to_contain_text("z = w * x")
    tab.keyboard.press("ArrowRight")
    expect(lit).to_contain_text("z = z + b")
    for _ in range(5):
        tab.keyboard.press("ArrowRight")
    expect(tab.locator(".words")).to_contain_text("loss hands on to")
    expect(lit).to_contain_text("** 2")
    tab.get_by_role("button", name="return tanh(z)").click()
    expect(tab.locator(".words")).to_contain_text("hands on to tanh(w·x + b)")
    expect(card(tab, "tanh(w·x + b)")).to_be_visible()
    expect(lit).to_contain_text("return tanh(z)")


def test_what_lies_between_is_shown_and_what_lies_far_is_left_out():
    with sources():
        root = loss()
    told = describe_code(tuple(history(root)[::-1]))
    numbers = [line["number"] for line in told["lines"]]
    assert numbers == [FIRST + 1, FIRST + 2, FIRST + 3, 0, LAST + 2]
    assert told["lines"][0] == {"file": "test_sources.py", "number": FIRST + 1, "text": "    z = w * x"}
    assert told["cards"] == [None, None, None, 0, 1, 2, 4, 4]


def test_code_that_is_in_no_file_is_not_shown():
    names = {}
    exec("def made(x):\n    return x * x", {}, names)
    page = step_through(lambda: names["made"](Value(2.0)))
    assert page.runs[0]["code"] is None


def test_hostile_code_is_only_text(visit):
    x = Value(2.0, label="x")

    def made():
        return x * x  # </script><img src=x onerror=alert(1)>

    tab = visit(step_through(made), "#step=1")
    expect(tab.locator(".lines .lit")).to_contain_text("</script><img src=x onerror=alert(1)>")
    assert tab.locator("img").count() == 0


@pytest.mark.parametrize("function", [lambda x: x, Node, print.__call__, dict.fromkeys])
def test_a_function_that_wants_arguments_is_refused(function):
    with pytest.raises(KindError, match=r"without arguments; got .*: wrap it, lambda: loss\(w, x\)|got NoneType"):
        step_through(function)


def test_a_function_that_gives_no_node_is_refused():
    with pytest.raises(KindError, match=r"a graph ends at a Value or a Tensor, .*; got float 1\.0"):
        step_through(lambda: 1.0)
