"""Products."""

import operator

import numpy as np

from .row import Row, on

ROWS = [
    Row("matmul", np.matmul, [on([(3,), (3,)]), on([(2, 3), (3,)]), on([(3,), (3, 2)]), on([(2, 3), (3, 2)]),
                              on([(2, 1, 2), (2, 2, 1)]), on([(2, 1, 2), (2, 2)]), on([(1, 2), (2, 2, 1)]),
                              on([(2, 1, 1, 2), (2, 2, 1)]), on([(2,), (2, 2, 1)]), on([(2, 1, 2), (2,)]),
                              on([(1, 1), (1, 1)]), on([(2, 0), (0, 1)]), on([(0, 2), (2, 1)]), on([(2, 2), (2, 2)])],
        operators=[operator.matmul]),
]  # fmt: skip
