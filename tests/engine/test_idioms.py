"""What people write: micrograd's idioms unchanged, Python's own operators and functions, and what nodes look like."""

import operator

import numpy as np
import pytest

import autograd_mini
from autograd_mini import Tensor, Value, gradients

A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


# micrograd's.


def demonstration(a, b):
    """The expression of micrograd's README."""
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


def test_the_demonstration_of_micrograd():
    a, b = Value(-4.0), Value(2.0)
    g = demonstration(a, b)
    g.backward()
    h = 1e-6

    def at(x, y):
        return demonstration(Value(x), Value(y)).data

    slopes = (at(-4.0 + h, 2.0) - at(-4.0 - h, 2.0)) / (2 * h), (at(-4.0, 2.0 + h) - at(-4.0, 2.0 - h)) / (2 * h)
    assert f"{g.data:.4f}" == "24.7041"
    assert (a.grad, b.grad) == pytest.approx(slopes, rel=1e-7)
    assert f"{a.grad:.4f}, {b.grad:.4f}" == "138.8338, 645.5773"


@pytest.mark.parametrize("cleared", [0, 0.0, None])
def test_descent_as_in_micrograd(cleared):
    p, q = Value(5.0), Value(-3.0)
    for _ in range(100):
        loss = sum([(p - 1.0) ** 2, (q - 2) ** 2]) * (1.0 / 2)
        for x in (p, q):
            x.grad = cleared
        loss.backward()
        for x in (p, q):
            x.data -= 0.1 * x.grad
    assert (p.data, q.data) == pytest.approx((1.0 + 4 * 0.9**100, 2.0 - 5 * 0.9**100), abs=1e-12)


def test_an_augmented_assignment_makes_a_node_and_changes_none():
    c = first = Value(2.0)
    c += 1
    c *= first
    c -= 1
    c /= 5
    c **= 2
    assert (first.data, c.data) == (2.0, 1.0)
    c.backward()
    assert first.grad == pytest.approx(2.0)  # of ((x + 1) x - 1)² / 25 at 2
    t = u = Tensor(A)
    u += 1.0
    assert t.data.tolist() == A.tolist()
    assert u.inputs[0] is t


def test_the_star_leaves_python_its_own():
    names: dict[str, object] = {}
    exec("from autograd_mini import *", names)
    assert {"Value", "Tensor", "exp", "grad"} <= names.keys()
    assert not names.keys() & {"sum", "max", "min", "abs", "round", "pow", "all", "any"}
    assert {"sum", "max", "min", "abs"} <= vars(autograd_mini).keys()


def test_python_builtins_take_nodes():
    x, y = Value(-3.0), Value(2.0)
    total = sum([x, y, x])
    assert (total.data, gradients(total)[x]) == (-4.0, 2.0)
    assert gradients(abs(x))[x] == -1.0
    assert max(x, y) is y
    assert sorted([y, x]) == [x, y]
    assert (float(x), f"{x:.1f}", bool(x), bool(Value(0.0))) == (-3.0, "-3.0", True, False)
    assert (x.data, x.grad) == (-3.0, None)


# Comparisons.


@pytest.mark.parametrize("relation", [operator.lt, operator.le, operator.gt, operator.ge])
def test_comparisons_give_plain_booleans(relation):
    assert relation(Value(1.0), Value(2.0)) is relation(1.0, 2.0)
    assert relation(Value(2.0), 2) is relation(2, 2)
    assert relation(3.0, Value(2.0)) is relation(3.0, 2.0)
    t, x = Tensor(A), Value(2.0)
    for one, other in [(t, 2.0), (2.0, t), (t, Tensor(A[::-1])), (A[:1], t), (x, A), (A, x), (x, t)]:
        answer = relation(one, other)
        expected = relation(*(node.data if isinstance(node, Value | Tensor) else node for node in (one, other)))
        assert type(answer) is np.ndarray
        assert answer.dtype == bool
        assert answer.tolist() == expected.tolist()


@pytest.mark.parametrize("ufunc", [np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal])
def test_comparison_ufuncs_give_plain_arrays(ufunc):
    answer = ufunc(Tensor(A), 2.0)
    assert type(answer) is np.ndarray
    assert answer.tolist() == ufunc(A, 2.0).tolist()


def test_questions_about_numbers_give_plain_arrays():
    t = Tensor([1.0, np.nan, np.inf])
    assert np.isnan(t).tolist() == [False, True, False]
    assert np.isfinite(t).tolist() == [True, False, False]
    assert np.equal(t, 1.0).tolist() == [True, False, False]


def test_equality_compares_data_and_keys_are_told_apart_by_identity():
    x, y = Value(1.0), Value(1.0)
    assert (x == y, x != y, x == 1.0, x == 1.0, x == np.float64(1.0), x != 2.0) == (True, False, True, True, True, True)
    assert {x: "x", y: "y"}[x] == "x"
    assert len({x, y, x}) == 2
    t, u = Tensor([0.0, 1.0, 2.0]), Tensor([0.0, 5.0, 2.0])
    for answer in (t == u, u == t, t == u.data, u.data == t):
        assert (type(answer), answer.tolist()) == (np.ndarray, [True, False, True])
    assert (t != u).tolist() == [False, True, False]
    assert {t: "t", u: "u"}[u] == "u"
    assert np.where(t == 0, 9.0, t).data.tolist() == [9.0, 1.0, 2.0]
    assert t[t != 0].data.tolist() == [1.0, 2.0]
    assert (x == "one", x != None) == (False, True)  # noqa: E711


# What they look like.


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Value(2), "Value(2.0, grad=None)"),
        (lambda: Value(2.0, label="x"), "Value(2.0, grad=None, label='x')"),
        (lambda: Value(2.0) * 3, "Value(6.0, grad=None, name='multiply')"),
        (lambda: Tensor([1.0, 2.0]), "Tensor([1., 2.], grad=None)"),
        (lambda: Tensor(1.5), "Tensor(1.5, grad=None)"),
        (lambda: Tensor([1, 2], label="w"), "Tensor([1., 2.], grad=None, label='w')"),
        (lambda: Tensor([1.0, 2.0]).sum(), "Tensor(3., grad=None, name='sum')"),
        (lambda: Tensor(np.float32([1, 2])), "Tensor([1., 2.], dtype=float32, grad=None)"),
        (lambda: Tensor([[1.0], [2.0]]), "Tensor([[1.],\n        [2.]], grad=None)"),
    ],
)
def test_reprs(make, text):
    assert repr(make()) == str(make()) == f"{make()}" == text


def test_reprs_show_the_gradient():
    x, t = Value(3.0, label="x"), Tensor([1.0, 2.0])
    (x * x).backward()
    (t * t).sum().backward()
    assert repr(x) == "Value(3.0, grad=6.0, label='x')"
    assert repr(t) == "Tensor([1., 2.], grad=[2., 4.])"
    assert len(repr(Tensor(np.zeros((100, 100))))) < 1000
