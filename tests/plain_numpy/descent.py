"""Adam in plain NumPy, of a list of arrays."""

import numpy as np


def adam(gradient, parameters, *, steps, rate):
    """The parameters after so many steps; gradient: of the list of parameters, one array for each.

    Kingma and Ba, Adam: a method for stochastic optimization (2015), algorithm 1.
    """
    means = [np.zeros_like(p) for p in parameters]
    squares = [np.zeros_like(p) for p in parameters]
    for step in range(1, steps + 1):
        slopes = gradient(parameters)
        means = [0.9 * m + 0.1 * g for m, g in zip(means, slopes, strict=True)]
        squares = [0.999 * s + 0.001 * g**2 for s, g in zip(squares, slopes, strict=True)]
        moves = [
            m / (1 - 0.9**step) / (np.sqrt(s / (1 - 0.999**step)) + 1e-8) for m, s in zip(means, squares, strict=True)
        ]
        parameters = [p - rate * move for p, move in zip(parameters, moves, strict=True)]
    return parameters
