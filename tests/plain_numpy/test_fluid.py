"""Smoke carried by a fluid on a torus: a starting flow is sought that draws a picture with it."""

import numpy as np

from autograd_mini import grad, value_and_grad

SIZE, STEPS, TIME = 12, 5, 0.1
ROWS, COLUMNS = np.meshgrid(np.arange(SIZE), np.arange(SIZE), indexing="ij")


def slope(f, axis):
    """The central difference along an axis that closes in itself."""
    return (np.roll(f, -1, axis=axis) - np.roll(f, 1, axis=axis)) / 2


def divergence(flow):
    return slope(flow[0], 0) + slope(flow[1], 1)


def without_divergence(flow, sweeps=60):
    """The flow less the slope of a pressure, which sweeps of Jacobi solve for: Δ pressure = divergence."""
    source, pressure = divergence(flow), np.zeros((SIZE, SIZE))
    for _ in range(sweeps):
        around = sum(np.roll(pressure, shift, axis=axis) for axis in (0, 1) for shift in (-2, 2))
        pressure = (around - 4 * source) / 4
    return np.stack([flow[0] - slope(pressure, 0), flow[1] - slope(pressure, 1)])


def carried(smoke, flow):
    """The smoke after a step of Euler: what a cell loses its neighbours get, so that none is lost."""
    return smoke - TIME * (slope(smoke * flow[0], 0) + slope(smoke * flow[1], 1))


def simulated(flow, smoke):
    flow = without_divergence(flow)
    for _ in range(STEPS):
        smoke = carried(smoke, flow)
        flow = without_divergence(np.stack([carried(flow[0], flow), carried(flow[1], flow)]), sweeps=5)
    return smoke


def blob(row, column):
    return np.exp(-((ROWS - row) ** 2 + (COLUMNS - column) ** 2) / 4.0)


START, PICTURE = blob(6, 5), blob(6, 7)


def loss(flow):
    return np.mean((simulated(flow, START) - PICTURE) ** 2)


def test_a_flow_is_found_that_draws_the_picture():
    flow = np.zeros((2, SIZE, SIZE))
    first, descent = loss(flow), np.zeros_like(flow)
    for _ in range(20):
        value, slopes = value_and_grad(loss)(flow)
        descent = 0.8 * descent + slopes
        flow = flow - 150.0 * descent
    assert first == np.mean((START - PICTURE) ** 2)  # nothing moves without a flow
    assert value < 0.1 * first
    assert np.mean(flow[1]) > 0.5  # the blob has to move along the columns, 2 cells in a time of 0.5


def test_no_smoke_is_lost_by_whatever_flow():
    rng = np.random.default_rng(0)
    flow = rng.normal(size=(2, SIZE, SIZE))
    total, slopes = value_and_grad(lambda flow: np.sum(simulated(flow, START)))(flow)
    assert total == np.sum(simulated(flow, START))
    np.testing.assert_allclose(total, np.sum(START), rtol=1e-13)
    np.testing.assert_allclose(slopes, 0.0, atol=1e-13)


def test_a_flow_that_is_a_slope_is_pressure_alone():
    hill = np.sin(2 * np.pi * ROWS / SIZE) * np.cos(4 * np.pi * COLUMNS / SIZE)
    flow = np.stack([slope(hill, 0), slope(hill, 1)])
    assert np.max(np.abs(without_divergence(flow))) < 1e-6 * np.max(np.abs(flow))
    # What is projected away is no way to change anything: the derivative along it is 0.
    swirl = np.stack([np.sin(2 * np.pi * COLUMNS / SIZE), np.zeros((SIZE, SIZE))])
    slopes = grad(lambda flow: np.sum(without_divergence(flow) ** 3))(swirl + flow)
    assert abs(np.sum(slopes * flow)) < 1e-6 * np.sum(np.abs(slopes))


def test_the_gradient_of_the_simulation():
    rng = np.random.default_rng(1)
    flow, along = 0.3 * rng.normal(size=(2, 2, SIZE, SIZE))
    difference = (loss(flow + 1e-5 * along) - loss(flow - 1e-5 * along)) / 2e-5
    np.testing.assert_allclose(np.sum(grad(loss)(flow) * along), difference, rtol=1e-7)
