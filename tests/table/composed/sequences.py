"""NumPy's names for running along an axis."""

from typing import Any

import numpy as np

from ..row import Row, on


def _running(function: Any, initial: int) -> Any:
    def run(x: Any, axis: int = 0, include_initial: bool = False) -> Any:
        z = function(x, axis)
        return np.insert(z, 0, initial, axis) if include_initial else z

    return run


_RUNS = [on([(3,)]), on([(2, 3)], axis=1), on([(2, 2)], axis=-2, include_initial=True), on([()]), on([(0,)])]
ROWS = [
    Row("cumulative_sum", _running(np.cumsum, 0), _RUNS),
    Row("cumulative_prod", _running(np.cumprod, 1), _RUNS),
    Row("ediff1d", np.ediff1d, [on([(4,)]), on([(2, 2)]), on([(3,), (2,)]), on([(3,), (), (1, 2)]), on([(1,)])]),
    Row("partition", lambda x, kth, axis=-1: np.sort(x, axis), [on([(3,)], 1), on([(2, 3)], 0, 0),
        on([(2, 3)], [1, -1], axis=1), on([(2, 2)], 3, None)], distinct=True),
]  # fmt: skip
