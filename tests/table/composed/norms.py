"""Every norm, of vectors by their definition and of matrices by theirs."""

from typing import Any

import numpy as np

from ...support.oracles import mp
from ..row import Row, at, inf, on, reals
from .decompositions import of_apart, singular_values

_magnitude, _root = np.frompyfunc(abs, 1, 1), np.frompyfunc(lambda x, p: mp.mpf(x) ** (1 / mp.mpf(p)), 2, 1)


def _of_vectors(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    size = _magnitude(x)
    if ord in (inf, -inf):
        return (np.max if ord > 0 else np.min)(size, axis=axis, keepdims=keepdims)
    if ord == 0:
        return np.sum(np.frompyfunc(lambda a: mp.mpf(a != 0), 1, 1)(x), axis=axis, keepdims=keepdims)
    return _root(np.sum(np.frompyfunc(lambda a: a ** mp.mpf(ord), 1, 1)(size), axis=axis, keepdims=keepdims), ord)


def _of_matrices(x: Any, ord: Any, axes: Any, keepdims: bool) -> Any:
    if ord == "fro":
        return _of_vectors(x, 2, axes, keepdims)
    x = np.moveaxis(x, axes, (-2, -1))
    if ord in (2, -2, "nuc"):
        s = singular_values(x)
        z = s.sum(-1) if ord == "nuc" else s[..., 0 if ord == 2 else -1]
    else:
        sums = np.sum(_magnitude(x), axis=-2 if ord in (1, -1) else -1)
        z = (np.max if ord > 0 else np.min)(sums, axis=-1)
    return np.expand_dims(z, axes) if keepdims else z


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis
    if ord is None:
        return _of_vectors(x, 2, axis, keepdims)
    is_vector = isinstance(axes, int) or len(axes) == 1
    return (_of_vectors if is_vector else _of_matrices)(x, ord, axes, keepdims)


def _vector_norm(x: Any, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    return _of_vectors(x, ord, axis, keepdims)


def _matrix_norm(x: Any, keepdims: bool = False, ord: Any = "fro") -> Any:
    return _of_matrices(x, ord, (-2, -1), keepdims)


_FAR, _POSITIVE = reals(-8, 8, gap=1.0), reals(1, 8)  # where magnitudes are compared, no two are the same
_ADDED = reals(0.125, 0.5)  # away from the kinks of the absolute value
ROWS = [
    Row("norm", norm, [on([(3,)]), on([(2, 2)]), on([(2, 2)], axis=0), on([(2, 1, 2)], axis=(0, -1), keepdims=True),
                       on([(3,)], 1), on([(3,)], 2), on([(3,)], inf, domains=[_POSITIVE]), on([(2, 2)], 3.5, -1),
                       on([(2, 3)], -inf, -1, domains=[_POSITIVE]), on([(2, 3)], ord=0, axis=0, keepdims=True),
                       on([(2, 2)], "fro"), on([(2, 1, 2)], "fro", (0, 2)), on([(2, 2)], 1, domains=[_POSITIVE]),
                       on([(0, 2)], axis=0), on([(1,)], 2)],
        [_FAR], distinct=True, cancelling=(2,), ulps=64,
        kinks=[at([0.0, 0.0], gives=[0.0, 0.0]), at(0.0, gives=0.0)]),
    Row("vector_norm", _vector_norm, [on([(3,)]), on([(2, 2)]), on([(2, 2)], axis=1, ord=1), on([(2, 2)], ord=1.5),
                                      on([(2, 2)], axis=(0, -1), ord=-1, keepdims=True), on([()], ord=3)],
        [_FAR], distinct=True, cancelling=(2,), ulps=64,
        kinks=[at([0.0, 0.0], gives=[0.0, 0.0]), at(0.0, gives=0.0)]),
    Row("matrix_norm", _matrix_norm, [on([(2, 2)]), on([(2, 3)], ord="nuc"), on([(2, 2, 2)], ord=2, keepdims=True),
                                      on([(2, 2)], ord=-2), on([(3, 2)], ord=1, domains=[_ADDED]),
                                      on([(2, 2)], ord=-inf, domains=[_ADDED])],
        [reals(-0.5, 0.5)], ulps=64, cancelling=(0, 1, 2), of_values=False, passing=of_apart),
]  # fmt: skip
