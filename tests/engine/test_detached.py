"""Derivatives that are 0 because the path was cut on the way: a warning at the user's line says so."""

import math
import threading
import warnings

import numpy as np
import pytest

from autograd_mini import (
    DetachedWarning,
    Tensor,
    Value,
    elementwise_grad,
    floor,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)

POINT = np.array([0.3, 0.7])


def assigned(x):
    c = np.zeros(2)
    c[0] = x[0]
    return c


CUT = {
    "math": lambda: grad(lambda x: math.sin(x))(0.7),
    "float": lambda: grad(lambda x: float(x) ** 2)(0.7),
    "int": lambda: grad(lambda x: int(x) * 2.0)(0.7),
    "complex": lambda: grad(lambda x: complex(x).real)(0.7),
    "round": lambda: grad(lambda x: round(x) * 2.0)(0.7),
    "item": lambda: grad(lambda x: x.item() ** 2)(0.7),
    "assignment": lambda: jacobian(assigned)(POINT),
    "fromiter": lambda: jacobian(lambda x: np.fromiter(x, float))(POINT),
    "list of floats": lambda: grad(lambda x: Tensor([float(v) for v in x]).sum())(POINT),
    "value_and_grad": lambda: value_and_grad(lambda x: math.sin(x))(0.7)[1],
    "elementwise_grad": lambda: elementwise_grad(lambda x: math.sin(x))(0.7),
    "vjp": lambda: vjp(lambda x: math.sin(x), 0.7)[1](1.0)[0],
    "jvp": lambda: jvp(lambda x: math.sin(x), (0.7,), (1.0,))[1],
    "hessian": lambda: hessian(lambda x: math.sin(x))(0.7),
    "hvp": lambda: hvp(lambda x: math.sin(x), 0.7, 1.0),
    "container": lambda: grad(lambda p: math.sin(p["a"]))({"a": 0.7})["a"],
    "one argument of two": lambda: grad(lambda x, y: y * float(x))(0.7, Value(2.0)),
}


@pytest.mark.parametrize("call", CUT.values(), ids=CUT)
def test_a_path_that_was_cut_is_told_once_at_the_user_s_line(call):
    with pytest.warns(DetachedWarning, match="turned into a plain number.*use the functions of this package") as told:
        derivative = call()
    assert not np.any(derivative)
    assert [(warning.filename, warning.lineno) for warning in told] == [(__file__, call.__code__.co_firstlineno)]


def logged(x):
    """What a user prints on the way: it cuts nothing."""
    seen.append((float(x), x.item(), f"{x:.3f}", bool(x > 0)))
    return x


seen: list[tuple[float, float, str, bool]] = []
WHOLE = {
    "constant": (lambda: grad(lambda x: 3.0)(0.7), 0.0),
    "step": (lambda: grad(lambda x: floor(x))(0.7), 0.0),
    "branch": (lambda: grad(lambda x: 1.0 if x > 0 else 2.0)(0.7), 0.0),
    "logged": (lambda: grad(lambda x: logged(x) * x)(0.7), 1.4),
    "logged gradient of a linear function": (lambda: grad(lambda x: logged(x) * 3.0)(0.7), 3.0),
    "logged second derivative": (lambda: grad(grad(lambda x: logged(x) * 3.0))(0.7), 0.0),
    "logged jacobian": (lambda: jacobian(lambda x: logged(x) * np.ones(2))(0.7).tolist(), [1.0, 1.0]),
    "logged hessian": (lambda: hessian(lambda x: logged(x) * 3.0)(0.7), 0.0),
    "logged hvp": (lambda: hvp(lambda x: logged(x) * 3.0, 0.7, 1.0), 0.0),
    "logged jvp of grad": (lambda: jvp(grad(lambda x: logged(x) * 3.0), (0.7,), (1.0,))[1], 0.0),
    "hvp of a linear function": (lambda: hvp(lambda x: x * 3.0, 0.7, 1.0), 0.0),
    "no_grad on purpose": (lambda: grad(no_grad()(lambda x: x * x))(0.7), 0.0),
    "data on purpose": (lambda: grad(lambda x: x.data**2)(0.7), 0.0),
    "constant of a node": (lambda: grad(lambda x: 3.0)(Value(0.7)), 0.0),
    "one of two arguments": (lambda: grad(lambda x, y: y * float(x), (0, 1))(0.7, 2.0), (0.0, 0.7)),
}


@pytest.mark.parametrize(("call", "derivative"), WHOLE.values(), ids=WHOLE)
def test_no_false_alarms(call, derivative):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert call() == derivative


def test_what_other_threads_turn_into_numbers_raises_no_alarm():
    def other(x):
        thread = threading.Thread(target=lambda: float(Value(1.0)))
        thread.start()
        thread.join()
        return 3.0

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(other)(0.7) == 0.0


@pytest.mark.parametrize("derivative", [grad, hessian, jacobian, lambda f: lambda x: hvp(f, x, 1.0)])
def test_a_function_of_a_node_from_outside_instead_of_its_argument(derivative):
    u = Value(0.7)
    with pytest.warns(DetachedWarning, match="uses a node from outside and not its argument") as told:
        found = derivative(lambda x: u * u)(u)
    assert float(found) == 0.0
    assert {warning.filename for warning in told} == {__file__}


def test_a_function_of_its_argument_and_the_node_that_it_was_made_from():
    u = Value(0.7)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(lambda x: u * x)(u).data == 0.7
        assert grad(lambda x: u * x)(Value(2.0)).data == 0.7


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("leaf", [Value(3.0), Tensor(3.0)])
def test_backward_of_what_was_computed_under_no_grad(leaf, inside):
    with no_grad():
        loss = leaf * leaf
        if inside:
            with pytest.warns(DetachedWarning, match="computed under no_grad: it has no history") as told:
                loss.backward()
    if not inside:
        with pytest.warns(DetachedWarning, match="computed under no_grad: it has no history") as told:
            loss.backward()
    assert leaf.grad is None
    assert [warning.filename for warning in told] == [__file__]


def test_backward_under_no_grad_of_what_was_recorded_outside():
    x = Value(3.0)
    loss = x * x
    with no_grad():
        loss.backward()
    assert x.grad == 6.0


def test_backward_of_a_leaf_is_no_mistake():
    x = Value(3.0)
    x.backward()
    assert x.grad == 1.0


def test_what_was_computed_under_no_grad_is_a_leaf_like_others():
    with no_grad():
        w = Value(3.0) * 2.0
    (w * w).backward()
    assert w.grad == 12.0
