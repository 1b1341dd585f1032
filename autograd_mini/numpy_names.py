"""Which of NumPy's functions are operations here, and which are answered plainly: what they give has no derivative."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from .calculus import (  # noqa: F401  (they fill the registry)
    activations,
    convolution,
    products,
    running,
    samples,
    trigonometric,
)
from .composed import (  # noqa: F401
    choosing,
    decompositions,
    elements,
    joining,
    linalg,
    norms,
    polynomials,
    ranges,
    sequences,
    shapes,
    signals,
    statistics,
    vectors,
    without_nans,
)
from .primitive import Operation
from .registry import registry

SECOND_NAMES = {
    "amax": "max",
    "amin": "min",
    "around": "round",
    "conjugate": "positive",
    "degrees": "rad2deg",
    "fabs": "abs",
    "fix": "trunc",
    "linalg.cross": "linalg_cross",
    "linalg.diagonal": "linalg_diagonal",
    "linalg.outer": "linalg_outer",
    "linalg.trace": "linalg_trace",
    "lib.stride_tricks.sliding_window_view": "sliding_window_view",
    "radians": "deg2rad",
    "real": "positive",
    "real_if_close": "positive",
}
"""NumPy's names for operations that are called by another one here."""

OF_SHAPES = (
    "shape", "ndim", "size", "zeros_like", "ones_like", "empty_like", "result_type", "can_cast", "min_scalar_type",
    "common_type", "imag", "iscomplexobj", "isrealobj", "may_share_memory", "shares_memory", "iscomplex", "isreal",
    "diag_indices_from", "tril_indices_from", "triu_indices_from",
    "einsum_path",
)  # fmt: skip
"""What is answered without a look at the numbers."""

OF_NUMBERS = (
    "all", "any", "allclose", "isclose", "array_equal", "array_equiv", "isin", "isneginf", "isposinf",
    "argmax", "argmin", "argsort", "argpartition", "argwhere", "nanargmax", "nanargmin", "lexsort", "searchsorted",
    "nonzero", "flatnonzero", "count_nonzero", "digitize", "histogram", "histogram_bin_edges", "histogram2d",
    "histogramdd", "unique", "unique_all", "unique_counts", "unique_inverse", "unique_values",
    "linalg.matrix_rank",
    "array2string", "array_repr", "array_str",
)  # fmt: skip
"""What is counted, compared, found or written: constant but for jumps, so NumPy answers by the data alone."""

IN_PLACE = {
    "add.at": "use x = add_at(x, index, values)",
    "copyto": "to fill with a node use np.broadcast_to(node, shape), to choose np.where",
    "fill_diagonal": "use set_at(x, np.diag_indices_from(x), values)",
    "place": "use set_at(x, mask, values), or np.where(mask, values, x)",
    "put": "use set_at, whose index may be np.unravel_index(places, x.shape)",
    "put_along_axis": "use set_at, with an index for each axis",
    "putmask": "use np.where(mask, values, x)",
}
"""What changes an array in place, which no operation does; each with the way out."""

REASONS = {
    "numpy.fft.": "complex numbers are out of scope",
    "numpy.roots": "roots may be complex, and complex numbers are out of scope",
    ".reduceat": "stack the reductions of the parts, x[start:stop], instead",
}
"""Parts of NumPy's names, and why what is called so has no derivative."""


def named(path: str) -> Any:
    """NumPy's function of that dotted name; None where this NumPy has none."""
    found: Any = np
    for name in path.split("."):
        found = getattr(found, name, None)
    return found


def _reached_by() -> Iterator[tuple[Any, str]]:
    """NumPy's functions, each with the name of its operation."""
    for name in registry:
        yield named(name), name
        if f"linalg.{name}" not in SECOND_NAMES:
            yield named(f"linalg.{name}"), name
    for path, name in SECOND_NAMES.items():
        yield named(path), name


operations: dict[Any, Operation] = {f: registry[name].function for f, name in _reached_by() if f is not None}
"""The operation that each of NumPy's functions reaches."""

of_shapes, of_numbers = ({f for f in map(named, names) if f is not None} for names in (OF_SHAPES, OF_NUMBERS))

in_place = {f: way_out for path, way_out in IN_PLACE.items() if (f := named(path)) is not None}

reductions: dict[np.ufunc, Operation] = {
    np.add: registry["sum"].function,
    np.multiply: registry["prod"].function,
    np.maximum: registry["max"].function,
    np.minimum: registry["min"].function,
    np.fmax: registry["nanmax"].function,
    np.fmin: registry["nanmin"].function,
    np.logaddexp: registry["logsumexp"].function,
    np.hypot: registry["norm"].function,
}
"""What a ufunc's reduce is."""

accumulations: dict[np.ufunc, Operation] = {
    np.add: registry["cumsum"].function,
    np.multiply: registry["cumprod"].function,
    np.maximum: registry["cummax"].function,
    np.minimum: registry["cummin"].function,
}
"""What a ufunc's accumulate is."""
