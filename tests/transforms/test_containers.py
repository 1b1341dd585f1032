"""jvp, vjp, hvp, jacobian and hessian over nested lists, tuples and dicts."""

from typing import Any

import numpy as np
import pytest

from autograd_mini import (
    KindError,
    ShapeError,
    Value,
    concatenate,
    exp,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    logsumexp,
    reshape,
    sin,
    tanh,
    vjp,
)  # fmt: skip
from autograd_mini import sum as total
from autograd_mini.containers import mapped

A = np.array([0.5, -1.0, 2.0])
B = np.array([[0.3, -0.7, 1.1], [0.2, 0.4, -0.9]])
TREE = {"w": B, "pair": [0.5, (A, 2.0)]}


def packed(tree: Any) -> Any:
    """The numbers of a container like TREE in a row."""
    first, (second, third) = tree["pair"]
    return concatenate([reshape(part, (-1,)) for part in (tree["w"], first, second, third)])


def unpacked(rows: Any) -> Any:
    """Such a container of what stands in rows of eleven numbers."""
    w = rows[..., :6].reshape(*rows.shape[:-1], 2, 3)
    return {"w": w, "pair": [rows[..., 6], (rows[..., 7:10], rows[..., 10])]}


def alike(found: Any, truth: Any) -> None:
    mapped(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12), found, truth)
    mapped(lambda a, b: np.testing.assert_equal(np.shape(a), np.shape(b)), found, truth)


@pytest.mark.parametrize("shape", [(), (2,), (13,), (2, 13), (0,)])  # more rows and fewer than the eleven columns
def test_a_jacobian_by_a_container_is_a_container_of_jacobians(shape):
    mix = np.random.default_rng(0).standard_normal((*shape, 11))
    f = lambda x: sin(mix @ x) * exp(x[6] * x[10])
    alike(jacobian(lambda tree: f(packed(tree)))(TREE), unpacked(jacobian(f)(packed(TREE))))
    by_both = jacobian(lambda tree, x: f(packed(tree)) * f(x), (1, 0))(TREE, packed(TREE))
    assert type(by_both) is tuple
    square = jacobian(lambda x: 0.5 * f(x) ** 2)(packed(TREE))
    alike(by_both, (square, unpacked(square)))


def test_a_jacobian_of_a_container_has_its_nesting():
    both = jacobian(lambda x, y: {"product": x * y, "rest": [x[0], 7.0]}, (0, 1))(A, 2.0)
    alike(both, {"product": (2.0 * np.eye(3), A), "rest": [([1.0, 0.0, 0.0], 0.0), ([0.0] * 3, 0.0)]})


def test_a_hessian_by_a_container_is_a_container_of_containers():
    f = lambda x: logsumexp(x[:6]) * total(tanh(x[7:10])) + x[6] * x[10] ** 3
    rows = mapped(lambda part: np.moveaxis(part, 0, -1), unpacked(hessian(f)(packed(TREE))))
    alike(hessian(lambda tree: f(packed(tree)))(TREE), mapped(unpacked, rows))
    found = hessian(lambda x, tree: total(x) ** 2 * tree[0], (0, 1))(A, [5.0])
    alike(found, ((np.full((3, 3), 10.0), [np.full(3, 3.0)]), [(np.full(3, 3.0), [0.0])]))
    third = jacobian(hessian(lambda p: p["x"] ** 3 * p["y"] + p["z"][0]))({"x": 2.0, "y": 5.0, "z": A})
    assert third["x"]["x"] == {"x": 30.0, "y": 12.0, "z": pytest.approx(0.0 * A)}


def test_a_jacobian_by_a_container_with_a_node_in_it_is_recorded():
    tree = {"x": 2.0, "y": Value(3.0), "z": A.astype(np.float32)}
    found = jacobian(lambda p: p["x"] ** 2 * p["y"] ** 2 * total(p["z"]))(tree)
    assert found["z"].dtype == np.float32
    assert float(found["x"].data) == 4.0 * 9.0 * 1.5
    assert gradients(found["x"])[tree["y"]] == 4.0 * 6.0 * 1.5
    assert jacobian(lambda p: p["x"] ** 2 * p["y"])({"x": 2.0, "y": 3.0}) == {"x": 12.0, "y": 4.0}


def test_products_with_containers():
    def f(tree, *rest):
        return tree["w"] * tree["pair"][0] + tree["pair"][1] * rest[0]

    primals = ({"w": A, "pair": (2.0, [A, A][0])}, 3.0)
    directions = ({"w": A, "pair": (1.0, 0 * A)}, 1.0)
    value, moved = jvp(f, primals, directions)
    assert value.tolist() == (5.0 * A).tolist()
    assert moved.tolist() == (2.0 * A + A + A).tolist()
    value, pull = vjp(f, *primals)
    tree, number = pull(A)
    assert (tree["w"].tolist(), tree["pair"][0], tree["pair"][1].tolist()) == (
        (2 * A).tolist(),
        A @ A,
        (3 * A).tolist(),
    )
    assert number == A @ A
    bent = hvp(lambda tree: total(tree["a"] * tree["b"][0] ** 2), {"a": 1.5, "b": [A]}, {"a": 1.0, "b": [0.0 * A]})
    assert (bent["a"], bent["b"][0].tolist()) == (0.0, (2.0 * A).tolist())


def several(tree, x):
    """A container of what depends on all, on some and on no arguments."""
    w, (a, (b, c)) = tree["w"], tree["pair"]
    return {"image": sin(w @ b) * x, "rest": (a * c, [7.0, total(tanh(b)) ** 2 * a])}


def test_a_product_with_the_jacobian_of_a_container_has_its_nesting():
    primals, directions = (TREE, 3.0), (mapped(lambda part: 0.5 + 0.0 * part, TREE), 2.0)
    value, moved = jvp(several, primals, directions)
    alike(value, several(*primals))
    parts = [
        lambda *xs: several(*xs)["image"],
        lambda *xs: several(*xs)["rest"][0],
        lambda *xs: several(*xs)["rest"][1][1],
    ]
    first, second, third = (jvp(part, primals, directions)[1] for part in parts)
    alike(moved, {"image": first, "rest": (second, [0.0, third])})


def test_what_is_pulled_back_from_a_container_is_the_sum_over_its_parts():
    primals = (TREE, 3.0)
    upstream = {"image": np.array([2.0, -1.0]), "rest": (0.5, [11.0, -3.0])}

    def weighed(*xs):
        found = several(*xs)
        first, (_, third) = found["rest"]
        return total(upstream["image"] * found["image"]) + 0.5 * first - 3.0 * third

    value, pull = vjp(several, *primals)
    alike(value, several(*primals))
    alike(pull(upstream), grad(weighed, (0, 1))(*primals))
    alike(vjp(lambda x: [x * x, x**3], 2.0)[1](), (4.0 + 12.0,))
    alike(vjp(lambda x: (), A)[1](()), (0.0 * A,))
    assert jvp(lambda x: (), (A,), (A,)) == ((), ())


def test_forward_over_reverse_is_the_hessian_of_a_container_times_a_direction():
    f = lambda tree: logsumexp(packed(tree)) * tree["pair"][0] ** 3
    direction = mapped(lambda part: 1.0 - 0.0 * part, TREE)
    gradient, product = jvp(grad(f), (TREE,), (direction,))
    alike(gradient, grad(f)(TREE))
    alike(product, hvp(f, TREE, direction))
    by_rows = vjp(grad(f), TREE)[1](direction)
    alike(by_rows, (product,))


def test_products_with_the_jacobian_of_a_container_are_recorded_where_a_node_takes_part():
    y = Value(3.0)
    value, pull = vjp(lambda x: {"a": x * y, "b": x**2 * y}, 2.0)
    (slope,) = pull({"a": 5.0, "b": 7.0})
    assert (value["b"].item(), slope.item(), gradients(slope)[y]) == (12.0, 3.0 * (5.0 + 7.0 * 4.0), 5.0 + 7.0 * 4.0)
    assert jacobian(lambda x: jvp(lambda z: [z**3, z], (x,), (1.0,))[1])(2.0) == [12.0, 0.0]


def test_an_upstream_of_another_nesting_is_refused():
    pull = vjp(lambda x: {"a": x, "b": x**2}, 2.0)[1]
    with pytest.raises(ShapeError, match="a list of 2 does not go with a dict with the keys"):
        pull([1.0, 1.0])
    with pytest.raises(KindError, match="gave NoneType"):
        jvp(lambda x: [x, None], (2.0,), (1.0,))
