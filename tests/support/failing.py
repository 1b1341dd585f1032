"""Checks that find mistakes: their reports, and a layer whose gradient is changed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd_mini import GradientError, check_gradients
from autograd_mini.checking.report import Report

_drawn = np.random.default_rng(14)
V, X, S, B = _drawn.normal(size=5), _drawn.normal(size=(2, 3)), _drawn.normal(size=(3, 3)), _drawn.normal(size=3)
P = np.abs(V) + 0.5


def failing(f: Any, *args: Any, **options: Any) -> Report:
    """The report of a check that finds mistakes."""
    with pytest.raises(GradientError) as caught:
        check_gradients(f, *args, **options)
    report = caught.value.report
    assert isinstance(report, Report)
    assert str(caught.value) == str(report)
    return report


def layer(x: Any, w: Any, b: Any) -> Any:
    return np.tanh(x @ w + b).sum()


def layer_backward(g: Any, x: Any, w: Any, b: Any) -> Any:
    d = g * (1.0 - np.tanh(x @ w + b) ** 2)
    return d @ w.T, x.T @ d, d.sum(0)


def with_w(change: Callable[[Any], Any]) -> Any:
    def backward(g: Any, x: Any, w: Any, b: Any) -> Any:
        for_x, for_w, for_b = layer_backward(1.0, x, w, b)
        return g * for_x, np.ascontiguousarray(g * change(for_w)), g * for_b

    return backward


def softmax(x: Any) -> Any:
    return np.exp(x) / np.exp(x).sum()


def affine(x: Any, w: Any, b: Any) -> Any:
    return x @ w + b
