"""Linear algebra under NumPy's names: what `numpy.linalg` has of it."""

from ..calculus.linalg import cholesky, det, inv, logabsdet, slogdet, solve
from ..composed.decompositions import eig, eigh, eigvals, eigvalsh, pinv, qr, svd, svdvals
from ..composed.linalg import cond, lstsq, matrix_power, multi_dot, tensorinv, tensorsolve
from ..composed.norms import matrix_norm, norm, vector_norm

__all__ = [
    "cholesky",
    "cond",
    "det",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "logabsdet",
    "lstsq",
    "matrix_norm",
    "matrix_power",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensorinv",
    "tensorsolve",
    "vector_norm",
]
