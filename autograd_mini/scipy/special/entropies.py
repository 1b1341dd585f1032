"""Products with logarithms, as information theory has them."""

from typing import Any

import numpy as np

from ...calculus.choosing import where
from ...calculus.elementwise import log, log1p
from ...primitive import Operation
from ...refusals import ieee, quiet
from ...registry import elementwise, step
from ..installed import special
from .makers import of_scipy

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.
# fmt: off


def _log_ratio_of(x: Any, y: Any) -> Any:
    """log(x / y), also where the quotient over- or underflows or is near 1, and its rounding would show."""
    x, y = np.asarray(x), np.asarray(y)
    ratio = x / y
    near = (ratio > 0.5) & (ratio < 2.0)
    far = (ratio < np.finfo(ratio.dtype).tiny) | (ratio == np.inf)  # a subnormal quotient has lost digits
    z = np.where(near, np.log1p((x - y) / y), np.where(far, np.log(x) - np.log(y), np.log(ratio)))
    return z.astype(np.result_type(x, y), copy=False)


def _relative_entropy_of(x: Any, y: Any) -> Any:
    """x · log(x / y); inf outside of its domain, as SciPy has it."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        z = np.where(x == 0, 0.0 * y, x * _log_ratio_of(x, y))
    outside = (x < 0) | (y < 0) | ((y == 0) & (x > 0))
    return np.where(outside & (x == x) & (y == y), np.inf, z).astype(np.result_type(x, y), copy=False)


def _divergence_of(x: Any, y: Any) -> Any:
    return _relative_entropy_of(x, y) + (y - x)


def _domain_of(x: Any, y: Any) -> Any:
    return np.where((x >= 0) & (y >= 0), 1.0, np.nan).astype(np.result_type(x, y))


_are_last: Operation = step(
    "are_last", lambda x, y: float(x == 0.0 and y == -1.0),
    lambda x, y: ((x == 0) & (y == -1)).astype(np.result_type(x, y)), inputs=2,
)
_domain: Operation = step("domain", lambda x, y: float(_domain_of(x, y)), _domain_of, inputs=2)  # 1, and nan outside
_log_ratio: Operation = elementwise(
    "log_ratio", lambda x, y: float(ieee(_log_ratio_of, x, y)), quiet(_log_ratio_of),
    lambda g, z, x, y: g / x,
    lambda g, z, x, y: -(g / y),
    about=None,
)
xlog1py: Operation = of_scipy(
    "xlog1py", special.xlog1py,
    lambda g, z, x, y: g * log1p(y),
    lambda g, z, x, y: g * (x / where(_are_last(x, y), 1.0, 1.0 + y)),
    about="x · log(1 + y), and 0 where x is 0", slopes=("log1p(y)", "x / (1 + y)"), example="xlog1py(0.0, -1.0) → 0.0",
)
entr: Operation = of_scipy(
    "entr", special.entr,
    lambda g, z, x: -(g * (log(x) + 1.0)),
    about="-x · log(x), 0 at 0 and -inf below", slopes=("-log(x) - 1",), example="entr(1.0) → -0.0",
)
rel_entr: Operation = elementwise(
    "rel_entr", lambda x, y: float(_relative_entropy_of(x, y)), quiet(_relative_entropy_of),
    lambda g, z, x, y: g * (_log_ratio(x, y) + 1.0),
    lambda g, z, x, y: -(g * (x / y * _domain(x, y))),
    about="x · log(x / y), 0 where x is 0, inf outside of its domain", slopes=("log(x / y) + 1", "-x / y"),
    example="rel_entr(1.0, 1.0) → 0.0",
)
kl_div: Operation = elementwise(
    "kl_div", lambda x, y: float(_divergence_of(x, y)), quiet(_divergence_of),
    lambda g, z, x, y: g * _log_ratio(x, y),
    lambda g, z, x, y: g * ((y - x) / y * _domain(x, y)),
    about="x · log(x / y) - x + y, inf outside of its domain", slopes=("log(x / y)", "1 - x / y"),
    example="kl_div(1.0, 1.0) → 0.0",
)
