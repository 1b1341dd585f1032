"""NumPy's names for polynomials: vectors of coefficients, the highest power first."""

from typing import Any

import numpy as np

from ..admission import admit_one
from ..calculus.bilinear import convolution
from ..calculus.elementwise import add, divide, multiply, power, subtract
from ..calculus.linear import broadcast_to, concatenate, getitem, reshape, stack
from ..calculus.moving import ravel
from ..calculus.reductions import euclidean_norm
from ..errors import ShapeError, describe
from ..node import Node, dtype_of, ndim_of, shape_of
from ..primitive import refuse_nodes
from ..refusals import attempt
from ..registry import registered
from .linalg import lstsq


@registered("composed")
def polyval(p: Any, x: Any) -> Any:
    """p[0] · x^(n-1) + p[1] · x^(n-2) + … + p[n-1] at each x, by Horner's rule.

    >>> from autograd_mini import Tensor
    >>> polyval([3.0, 0.0, 1.0], Tensor([2.0, 5.0])).data
    array([13., 76.])
    """
    p = _coefficients("polyval", p)
    value = multiply(0.0, x)
    for i in range(shape_of(p)[0]):
        value = add(multiply(value, x), getitem(p, i))
    return value


@registered("composed")
def polyadd(a1: Any, a2: Any) -> Any:
    """The sum of two polynomials.

    >>> from autograd_mini import Tensor
    >>> polyadd(Tensor([1.0, 2.0]), [9.0, 5.0, 4.0]).data
    array([9., 6., 6.])
    """
    return add(*_of_one_length("polyadd", a1, a2))


@registered("composed")
def polysub(a1: Any, a2: Any) -> Any:
    """The difference of two polynomials.

    >>> from autograd_mini import Tensor
    >>> polysub(Tensor([1.0, 2.0]), [9.0, 5.0, 4.0]).data
    array([-9., -4., -2.])
    """
    return subtract(*_of_one_length("polysub", a1, a2))


@registered("composed")
def polymul(a1: Any, a2: Any) -> Any:
    """The product of two polynomials: their convolution. Leading zeros stay, which NumPy's leaves out.

    >>> from autograd_mini import Tensor
    >>> polymul(Tensor([1.0, 2.0]), [1.0, 3.0]).data
    array([1., 5., 6.])
    """
    x, y = (_coefficients("polymul", a) for a in (a1, a2))
    if 0 in (*shape_of(x), *shape_of(y)):
        raise ShapeError(
            f"polymul of shapes {shape_of(a1)} and {shape_of(a2)}: a polynomial has a coefficient at least"
        )
    return convolution(x, y)


@registered("composed")
def polyder(p: Any, m: int = 1) -> Any:
    """The coefficients of the m-th derivative.

    >>> from autograd_mini import Tensor
    >>> polyder(Tensor([1.0, 1.0, 1.0])).data
    array([2., 1.])
    """
    p = _coefficients("polyder", p)
    for _ in range(min(_count("polyder", m), shape_of(p)[0])):
        p = multiply(getitem(p, slice(None, -1)), np.arange(shape_of(p)[0] - 1, 0, -1))
    return p


@registered("composed")
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """The coefficients of the m-th integral; k: its constants, one number for all, the first integral's first.

    >>> from autograd_mini import Tensor
    >>> polyint(Tensor([2.0, 1.0])).data
    array([1., 1., 0.])
    """
    p, constants = _coefficients("polyint", p), _coefficients("polyint", 0.0 if k is None else k)
    m = _count("polyint", m)
    if shape_of(constants)[0] == 1:
        constants = broadcast_to(constants, (m,))
    if shape_of(constants)[0] < m:
        raise ShapeError(f"polyint of order {m} takes as many constants, or one for all; got shape {shape_of(k)}")
    for i in range(m):
        p = concatenate([divide(p, np.arange(shape_of(p)[0], 0, -1)), getitem(constants, slice(i, i + 1))])
    return p


@registered("composed")
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of each element of a vector, N of them (or as many as there are elements), the highest first.

    >>> from autograd_mini import Tensor
    >>> vander(Tensor([1.0, 2.0, 3.0]), 2).data.tolist()
    [[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]]
    """
    refuse_nodes("vander", (N, increasing))
    if ndim_of(x) != 1:
        raise ShapeError(f"vander takes a vector; got shape {shape_of(x)}")
    rising = lambda n: np.arange(float(n))[:: 1 if increasing else -1]
    return power(reshape(x, (-1, 1)), attempt("vander", rising, _count("vander", shape_of(x)[0] if N is None else N)))


@registered("composed")
def polyfit(x: Any, y: Any, deg: int, rcond: Any = None, *, w: Any = None) -> Any:
    """The coefficients of the polynomial of that degree that comes closest to the points (x, y), by least squares.

    x: a vector. y: a vector, or a matrix with a polynomial for each column. w: a weight for each distance.

    >>> from autograd_mini import Tensor
    >>> polyfit([0.0, 1.0, 2.0], Tensor([1.0, 3.0, 5.0]), 1).data.round(9)
    array([2., 1.])
    """
    refuse_nodes("polyfit", (deg,))
    if shape_of(x) != shape_of(y)[:1] or shape_of(w if w is not None else x) != shape_of(x):
        weights = "" if w is None else f", with weights of shape {shape_of(w)}"
        raise ShapeError(f"polyfit of shapes {shape_of(x)} and {shape_of(y)}{weights}: as many of each, along one axis")
    powers = vander(x, _count("polyfit", deg) + 1)
    if w is not None:
        powers, y = multiply(powers, reshape(w, (-1, 1))), multiply(y, reshape(w, (-1,) + (1,) * (ndim_of(y) - 1)))
    lengths = euclidean_norm(powers, 0)
    if rcond is None:
        rcond = shape_of(x)[0] * np.finfo(np.float64).eps
    scaled = lstsq(powers / lengths, y, rcond)[0]
    return divide(scaled, lengths if ndim_of(y) == 1 else reshape(lengths, (-1, 1)))


def _count(name: str, n: Any) -> int:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
        raise ShapeError(f"{name} takes a whole number, 0 or more; got {describe(n)}")
    return int(n)


def _coefficients(name: str, p: Any) -> Any:
    """The coefficients as a vector, of nodes in a list too; a ShapeError where they are none."""
    if isinstance(p, list | tuple) and any(isinstance(x, Node) for x in p):
        p = stack(p)
    p = admit_one(name, p)
    if ndim_of(p) > 1:
        raise ShapeError(f"{name} takes a vector of coefficients; got shape {shape_of(p)}")
    return ravel(p)


def _of_one_length(name: str, *polynomials: Any) -> list[Any]:
    """Polynomials with as many coefficients each, zeros first."""
    vectors = [_coefficients(name, p) for p in polynomials]
    longest = max(shape_of(p)[0] for p in vectors)
    missing = (np.zeros(longest - shape_of(p)[0], dtype_of(p)) for p in vectors)
    return [concatenate([zeros, p]) if len(zeros) else p for zeros, p in zip(missing, vectors, strict=True)]
