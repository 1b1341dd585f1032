"""Differential equations, solved by Runge's and Kutta's method in a loop, and derivatives of the solutions."""

import itertools

import numpy as np

from autograd_mini import grad, hessian, jacobian


def solved(field, state, times, *parameters):
    """The states at the times, one below the other, each from the one before by a step of order 4 (Kutta 1901)."""
    states = [state]
    for start, end in itertools.pairwise(times):
        h = end - start
        k1 = field(state, start, *parameters)
        k2 = field(state + h / 2 * k1, start + h / 2, *parameters)
        k3 = field(state + h / 2 * k2, start + h / 2, *parameters)
        k4 = field(state + h * k3, end, *parameters)
        state = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        states.append(state)
    return np.stack(states)


def spring(state, time, stiffness):
    place, speed = state
    return np.stack([speed, -stiffness * place])


def end_of_spring(stiffness, steps=100):
    return solved(spring, np.array([1.0, 0.0]), np.linspace(0.0, 3.0, steps + 1), stiffness)[-1, 0]


def test_the_derivatives_of_a_spring_are_known():
    """Its place is cos(√k t)."""
    k, t = 2.0, 3.0
    w = np.sqrt(k)
    slope = -t * np.sin(w * t) / (2 * w)
    curvature = t * np.sin(w * t) / (4 * w**3) - t**2 * np.cos(w * t) / (4 * k)
    lag = t * w**5 * 0.03**4 / 120  # of the phase, in steps of 0.03
    assert 0.5 * lag < abs(end_of_spring(k) - np.cos(w * t)) < lag
    assert abs(grad(end_of_spring)(k) - slope) < 1e-6
    assert abs(grad(grad(end_of_spring))(k) - curvature) < 1e-5


def test_the_error_of_the_derivative_is_of_order_4_too():
    exact = -3.0 * np.sin(np.sqrt(2.0) * 3.0) / (2 * np.sqrt(2.0))
    coarse, fine = (abs(grad(lambda k, n=n: end_of_spring(k, n))(2.0) - exact) for n in (20, 40))
    assert 12.0 < coarse / fine < 20.0  # 2⁴


def hares_and_lynxes(state, time, rates):
    """Lotka and Volterra's: hares grow and are eaten, lynxes grow by eating and die."""
    hares, lynxes = state
    return np.stack([rates[0] * hares - rates[1] * hares * lynxes, rates[2] * hares * lynxes - rates[3] * lynxes])


def test_rates_are_found_from_what_they_led_to():
    times, start, rates = np.linspace(0.0, 4.0, 41), np.array([1.0, 0.5]), np.array([1.5, 1.0, 0.8, 1.2])
    led_to = lambda log_rates: np.ravel(solved(hares_and_lynxes, start, times, np.exp(log_rates)))
    seen, found = led_to(np.log(rates)), np.zeros(4)
    for _ in range(12):  # Gauss and Newton's method: linear least squares of the difference, again and again
        J, apart = jacobian(led_to)(found), seen - led_to(found)
        found = found + np.linalg.solve(J.T @ J + 1e-9 * np.eye(4), J.T @ apart)
    np.testing.assert_allclose(np.exp(found), rates, rtol=1e-8)


def test_what_is_conserved_has_the_gradient_that_it_has_at_the_start():
    """The energy at the end, as a function of the start, is the energy of the start."""
    times, energy = np.linspace(0.0, 3.0, 301), lambda state: state[1] ** 2 / 2 + 2.0 * state[0] ** 2 / 2
    at_the_end = lambda start: energy(solved(spring, start, times, 2.0)[-1])
    start = np.array([0.4, -0.9])
    np.testing.assert_allclose(grad(at_the_end)(start), grad(energy)(start), atol=1e-9)
    np.testing.assert_allclose(hessian(at_the_end)(start), np.diag([2.0, 1.0]), atol=1e-9)
