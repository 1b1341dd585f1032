"""Products of vectors."""

import numpy as np

from ..row import Row, on


def _cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """By the permutations of three."""
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis,) * 3
    x, y = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    sign = np.zeros((3, 3, 3), object)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        sign[i, j, k], sign[i, k, j] = 1, -1
    return np.moveaxis(np.einsum("ijk,...j,...k->...i", sign, x, y), -1, axisc)


ROWS = [
    Row("vdot", lambda a, b: np.sum(a.ravel() * b.ravel()), [on([(3,), (3,)]), on([(2, 2), (4,)]), on([(), (1,)]),
                                                             on([(0,), (0, 2)])]),
    Row("vecdot", lambda a, b, axis=-1: np.sum(np.moveaxis(a, axis, -1) * np.moveaxis(b, axis, -1), -1),
        [on([(3,), (3,)]), on([(2, 2), (2,)]), on([(2, 1, 2), (2, 3, 1)], axis=0), on([(2, 0), (0,)])]),
    Row("matvec", lambda a, b: np.sum(a * b[..., None, :], -1),
        [on([(2, 3), (3,)]), on([(2, 1, 2), (2,)]), on([(2, 2), (3, 2)]), on([(2, 0), (0,)])]),
    Row("vecmat", lambda a, b: np.sum(a[..., :, None] * b, -2),
        [on([(2,), (2, 3)]), on([(2,), (2, 2, 1)]), on([(3, 2), (2, 2)]), on([(0,), (0, 2)])]),
    Row("cross", _cross, [on([(3,), (3,)]), on([(2, 3), (3,)]), on([(3, 2), (2, 3)], axisa=0, axisc=0),
                          on([(2, 1, 3), (3, 3)]), on([(3, 1), (3, 2)], axis=0), on([(0, 3), (3,)])]),
    Row("linalg_cross", _cross, [on([(3,), (3,)]), on([(3, 1), (3, 2)], axis=0)]),
]  # fmt: skip
