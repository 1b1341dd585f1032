"""NumPy's names for matrices."""

import numpy as np

from ..row import Row, on

ROWS = [
    Row("matrix_transpose", lambda x: np.swapaxes(x, -1, -2), [on([(2, 3)]), on([(2, 1, 2)]), on([(0, 2)])]),
    Row("linalg_diagonal", lambda x, offset=0: np.diagonal(x, offset, -2, -1),
        [on([(2, 3)]), on([(2, 1, 2)], offset=1), on([(2, 2)], offset=-1), on([(2, 0)])]),
    Row("linalg_trace", lambda x, offset=0: np.trace(x, offset, -2, -1),
        [on([(2, 3)]), on([(2, 1, 2)], offset=1), on([(2, 2)], offset=-1)]),
    Row("linalg_outer", np.outer, [on([(2,), (3,)]), on([(0,), (2,)]), on([(1,), (1,)])]),
]  # fmt: skip
