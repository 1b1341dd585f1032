"""`scipy.stats.dirichlet`: the distribution of shares that sum to 1."""

from typing import Any

from ...calculus.elementwise import exp, xlogy
from ...calculus.linear import concatenate, expand_dims
from ...calculus.linear import sum as total
from ...errors import ShapeError
from ...node import ndim_of, shape_of
from ...registry import registered
from ..special import gammaln
from .parameters import positive


@registered("composed")
def dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    """The logarithm of the density, Γ(Σ alpha) / Π Γ(alpha) · Π x^(alpha - 1), with the shares in the first axis of x.

    x: of shape (k,) or (k, n); or one row less, the last share being what is left of 1. That they sum to 1 is not
    looked at. alpha: of shape (k,).

    >>> import numpy as np
    >>> float(dirichlet_logpdf(np.array([0.5, 0.5]), np.array([1.0, 1.0])))
    0.0
    """
    if ndim_of(alpha) != 1 or ndim_of(x) not in (1, 2) or shape_of(alpha)[0] - shape_of(x)[0] not in (0, 1):
        raise ShapeError(
            f"dirichlet takes as many shares in the first axis as alpha has numbers, or one less; got shapes "
            f"{shape_of(x)} and {shape_of(alpha)}"
        )
    if shape_of(x)[0] < shape_of(alpha)[0]:
        x = concatenate([x, 1.0 - total(x, 0, keepdims=True)], 0)
    alpha = positive(alpha)
    powers = xlogy((alpha if ndim_of(x) == 1 else expand_dims(alpha, 1)) - 1.0, x)
    return total(powers, 0) + gammaln(total(alpha)) - total(gammaln(alpha))


@registered("composed")
def dirichlet_pdf(x: Any, alpha: Any) -> Any:
    """The density.

    >>> import numpy as np
    >>> float(dirichlet_pdf(np.array([0.5, 0.5]), np.array([1.0, 1.0])))
    1.0
    """
    return exp(dirichlet_logpdf(x, alpha))


pdf, logpdf = dirichlet_pdf, dirichlet_logpdf
