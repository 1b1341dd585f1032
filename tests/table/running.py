"""The largest and the smallest number so far."""

from typing import Any

import numpy as np

from .row import Row, on


def _so_far(function: Any) -> Any:
    def reference(x: Any, axis: int = 0) -> Any:
        x = np.moveaxis(x, axis, 0)
        return np.moveaxis(np.array([function.reduce(x[: k + 1], 0) for k in range(len(x))]).reshape(x.shape), 0, axis)

    return reference


_CALLS = [on([(4,)]), on([(2, 3)], 1), on([(2, 2)]), on([(2, 1, 2)], axis=-1), on([(0, 2)]), on([(1,)])]
ROWS = [
    Row("cummax", _so_far(np.maximum), _CALLS, distinct=True),
    Row("cummin", _so_far(np.minimum), _CALLS, distinct=True),
]
