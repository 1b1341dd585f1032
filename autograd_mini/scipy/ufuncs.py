"""SciPy's own functions of each element, `scipy.special.erf(node)`: which operations they reach."""

import numpy as np

from ..numpy_names import operations
from . import special
from .installed import special as scipys

_pairs = [(getattr(scipys, name), getattr(special, name)) for name in special.__all__]
reached = {function: operation for function, operation in _pairs if isinstance(function, np.ufunc)}
operations.update(reached)
