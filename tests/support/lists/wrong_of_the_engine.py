"""Wrong rules of the engine: planted in a net, or of its own operations."""

from typing import Any

import numpy as np

import autograd_mini as ag
from autograd_mini.node import data_of

from ..right_gradients import fixed, integers, normal
from ..wrong_gradients import rule
from .case import Case, case


def planted(factor: float, at: int) -> Any:
    """A net of three layers with a wrong factor in the tanh of one of them."""

    def net(x: Any, w: Any) -> Any:
        for i in range(3):
            x = wrong_tanh(factor)(x @ w) if i == at else ag.tanh(x @ w)
        return (x**2).sum()

    return net


def wrong_tanh(factor: float) -> Any:
    return rule(np.tanh, lambda g, z, x: factor * g * (1.0 - z * z))


OF_THE_ENGINE: list[Case] = [
    *(
        case(f"engine: a net's layer {at}, a factor {factor}", planted(factor, at), None, normal(2, 2), normal(2, 2))
        for at in range(3)
        for factor in (1.01, 1.0 + 1e-5)
    ),
    case(
        "engine: the upstream at most 50",
        rule(np.sin, lambda g, z, x: ag.minimum(g, 50.0) * ag.cos(x)),
        None,
        normal(3),
    ),
    case(
        "engine: below a thousandth nothing",
        rule(np.sin, lambda g, z, x: ag.where(np.abs(data_of(g)) < 1e-3, 0.0, g) * ag.cos(x)),
        None,
        normal(3),
    ),
    case(
        "engine: each of the largest gets all",
        rule(np.max, lambda g, z, x: g * (data_of(x) == data_of(z))),
        None,
        normal(3),
    ),
    case("engine: x over a length", lambda x: ag.sqrt((x * x).sum() + 0.0 * x[0]), None, fixed(np.zeros(3))),
    case(
        "engine: an offset of 1e5",
        rule(lambda x: 1e5 + np.sin(x), lambda g, z, x: g * ag.cos(x) * (1 + 1e-6)),
        None,
        normal(3),
    ),
    case(
        "engine: the second derivative's sign",
        rule(np.cos, lambda g, z, x: -g * rule(np.sin, lambda g, z, x: -g * ag.cos(x))(x)),
        None,
        normal(2),
    ),
    case("engine: detached in the middle", lambda x: ag.sin(x) * np.exp(data_of(x)), None, normal(3)),
    case("engine: a target that moves", lambda w: ((w - 0.9 * data_of(w)) ** 2).sum(), None, normal(3)),
    case("engine: a quotient divided", rule(np.prod, lambda g, z, x: g * z / x), None, integers(3)),
]
