"""Sums of exponentials, with SciPy's parameters: over all elements where no axis is told."""

from typing import Any

import numpy as np

from ...calculus.elementwise import exp, log, subtract
from ...calculus.linear import squeeze
from ...calculus.linear import sum as total
from ...calculus.piecewise import abs, sign
from ...calculus.reductions import log_softmax as our_log_softmax
from ...calculus.reductions import logsumexp as our_logsumexp
from ...calculus.reductions import softmax as our_softmax
from ...primitive import Operation
from ...refusals import ieee, quiet
from ...registry import elementwise, general, registered
from .makers import flag


@registered("composed")
def special_softmax(x: Any, axis: Any = None) -> Any:
    """exp(x) / sum(exp(x)) over an axis, a tuple of axes, or all; `scipy.special.softmax`.

    >>> special_softmax([[0.0, 0.0], [0.0, 0.0]]).tolist()
    [[0.25, 0.25], [0.25, 0.25]]
    """
    return our_softmax(x, axis)


@registered("composed")
def special_log_softmax(x: Any, axis: Any = None) -> Any:
    """log(softmax(x)) over an axis, a tuple of axes, or all; `scipy.special.log_softmax`.

    >>> special_log_softmax([-2000.0, 0.0]).tolist()
    [-2000.0, 0.0]
    """
    return our_log_softmax(x, axis)


def _weighted_of(x: Any, y: Any) -> Any:
    return (x * np.exp(np.where(x == 0, 0, y))).astype(np.result_type(x, y), copy=False)


_weighted: Operation = elementwise(
    "weighted",  # x · exp(y), and 0 where x is 0 even if the exponential overflows
    lambda x, y: float(ieee(_weighted_of, x, y)),
    quiet(_weighted_of),
    lambda g, z, x, y: g * exp(y),
    lambda g, z, x, y: g * z,
    about=None,
)


def _peak_of(x: Any, b: Any, axis: Any) -> Any:
    """The largest x whose weight is not 0, to be subtracted from all: any other number would do, so it has no slope."""
    peak = np.max(np.where(b == 0, -np.inf, x), axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(peak), peak, 0.0).astype(np.asarray(x).dtype)


_peak: Operation = general("peak", _peak_of, None, None)


@registered("composed")
def special_logsumexp(
    a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False
) -> Any:
    """log(sum(b · exp(a))) over an axis, a tuple of axes, or all, without overflow; `scipy.special.logsumexp`.

    b: weights, 1 where there are none. return_sign: the logarithm of the sum's absolute value and the sum's sign, in
    a tuple; else the logarithm of a sum below 0 is nan.

    >>> from math import exp
    >>> round(exp(special_logsumexp([0.0, 0.0], b=[1.0, 3.0])), 9)
    4.0
    """
    keepdims, return_sign = flag("logsumexp", "keepdims", keepdims), flag("logsumexp", "return_sign", return_sign)
    if b is None and not return_sign:
        return our_logsumexp(a, axis, keepdims=keepdims)
    b = 1.0 if b is None else b
    peak = _peak(a, b, axis)
    found = total(_weighted(b, subtract(a, peak)), axis, keepdims=True)
    parts = (log(abs(found)) + peak, sign(found)) if return_sign else (log(found) + peak,)
    parts = parts if keepdims else tuple(squeeze(part, axis) for part in parts)
    return parts if return_sign else parts[0]


softmax, log_softmax, logsumexp = special_softmax, special_log_softmax, special_logsumexp
