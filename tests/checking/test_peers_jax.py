"""check_gradients of JAX's functions: right ones pass, wrong ones are found, and what cannot be checked is said."""

import os
from typing import Any

import numpy as np
import pytest

from autograd_mini import GradientError, KindError, check_gradients
from autograd_mini.checking.__main__ import main
from autograd_mini.checking.report import Report
from autograd_mini.containers import mapped

from ..support.jax_functions import jax_functions

jax = pytest.importorskip("jax", reason="JAX is not installed, so nothing of it is checked: make peers")
jnp = jax.numpy

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
FUNCTIONS = jax_functions()
X = np.array([0.5, 1.0, 2.0])


def function(backward: Any) -> Any:
    """The sine with a vjp of its own; backward(g, x)."""
    f = jax.custom_vjp(jnp.sin)
    f.defvjp(lambda x: (f(x), x), lambda x, g: (backward(g, x),))
    return f


def moved(push: Any) -> Any:
    """The sine with a jvp of its own; push(t, x)."""
    f = jax.custom_jvp(jnp.sin)
    f.defjvp(lambda x, t: (f(*x), push(*t, *x)))
    return f


@pytest.mark.parametrize("seed", range(5) if THOROUGH else range(1))
@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_own_functions_are_not_accused(name: str, seed: int) -> None:
    f, draw = FUNCTIONS[name]
    random = np.random.default_rng(seed)
    args = mapped(jnp.asarray, [x(random) for x in draw])
    assert len(FUNCTIONS) >= 100
    assert check_gradients(f, *args, order=2 if THOROUGH else 1, quick=not THOROUGH, seed=seed).entries > 0


def test_orders_and_precisions() -> None:
    assert check_gradients(function(lambda g, x: g * jnp.cos(x)), X, elsewhere=False).entries == 9 + 18
    assert check_gradients(moved(lambda t, x: t * jnp.cos(x)), jnp.asarray(X), elsewhere=False).entries == 9 + 18
    assert check_gradients(jnp.multiply, 2.0, 3.0, quick=True).entries == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (function(lambda g, x: g * jnp.cos(x) * (1 + 1e-6)), "reverse"),
        (moved(lambda t, x: t * jnp.cos(x) * (1 + 1e-6)), "forward"),
        (function(lambda g, x: g * jnp.cos(jax.lax.stop_gradient(x))), "order 2"),
        (function(lambda g, x: abs(g) * jnp.cos(x)), "upstream gradient"),
    ],
)
def test_a_wrong_function_is_found(wrong: Any, said: str) -> None:
    with pytest.raises(GradientError) as caught:
        check_gradients(wrong, X)
    assert said in str(caught.value)


def test_each_argument_may_be_asked_for_alone() -> None:
    f = jax.custom_vjp(lambda x, y: x * y)

    def forward(x: Any, y: Any) -> Any:
        return x.value * y.value, (x.value, y.value, x.perturbed)

    f.defvjp(forward, lambda kept, g: (g * kept[1], g * kept[0] * (1.0 if kept[2] else 2.0)), symbolic_zeros=True)
    with pytest.raises(GradientError, match="alone is asked for"):
        check_gradients(f, X, np.exp(X), quick=True)


def test_float64_that_jax_would_have_cut_is_said_and_keys_are_constants(tmp_path: Any) -> None:
    assert "jax_enable_x64" in str(check_gradients(jnp.sin, X, quick=True))
    key = jax.random.key(3)
    report = check_gradients(lambda x, key: x * jax.random.normal(key, x.shape), jnp.asarray(X), key, quick=True)
    assert "jax_enable_x64" not in str(report)
    report.save(tmp_path / "report.npz")
    again = Report.load(tmp_path / "report.npz").points[0].arguments[1]
    assert again.tolist() == jax.random.key_data(key).tolist()


def test_what_decides_in_python_is_not_compiled() -> None:
    f = lambda x: jnp.sin(x) if x > 0.0 else jnp.cos(x)
    assert check_gradients(f, jnp.asarray(0.5), elsewhere=False).entries == 3


def test_what_is_differentiable_once_is_compared_to_the_first_order_and_the_report_says_so() -> None:
    doubled = lambda x: 2.0 * np.asarray(x)
    double = lambda x: jax.pure_callback(doubled, jax.ShapeDtypeStruct(x.shape, x.dtype), x)
    f = jax.custom_vjp(double)
    f.defvjp(lambda x: (double(x), x.shape), lambda shape, g: (double(g),))
    report = check_gradients(f, X, quick=True, order=2)
    assert report.entries == 9
    assert "orders above 1" in str(report)


def test_jax_is_left_as_it_was() -> None:
    before = jax.config.jax_enable_x64
    check_gradients(jnp.sin, X, quick=True)
    assert jax.config.jax_enable_x64 == before
    assert jnp.ones(1).dtype == np.float32


@pytest.mark.parametrize(
    ("f", "x", "said"),
    [
        (jnp.sin, jnp.ones(2, "bfloat16"), "argument 0 is of bfloat16"),
        (jnp.sin, jnp.ones(2) + 0j, "argument 0 is of complex64"),
        (jnp.sin, jnp.arange(3), "nothing to differentiate"),
        (lambda x: (x, x), jnp.ones(2), "it gave tuple"),
    ],
)
def test_what_cannot_be_checked_is_refused(f: Any, x: Any, said: str) -> None:
    with pytest.raises(KindError, match=said):
        check_gradients(f, x)


def test_from_the_command_line(capsys: Any) -> None:
    assert main(["jax.numpy:tanh", "[0.5, 1.0]", "--framework", "jax", "--quick"]) == 0
    assert capsys.readouterr().out.startswith("4 derivatives")


def test_a_report_is_saved_and_its_arrays_are_those_of_numpy(tmp_path: Any) -> None:
    x = jnp.array([0.5, -1.2])
    report = check_gradients(jnp.sin, x, order=1, elsewhere=False)
    report.save(tmp_path / "report.npz")
    (again,) = Report.load(tmp_path / "report.npz").points[0].arguments
    assert isinstance(again, np.ndarray)
    assert (again.dtype, again.tolist()) == (np.float32, x.tolist())
