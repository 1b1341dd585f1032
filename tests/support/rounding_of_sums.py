"""How far sums in another order may lie apart: the usual bound, added up over a graph of Values.

A sum of n terms in any order is off by at most n · eps · sum|terms|, to first order in eps. Here every addition of a
chain is off by eps · sum|terms so far|, which adds up to that, any other operation by its row's ulps, and an operation
hands on what its inputs are off by, times its derivatives. Two computations lie apart by twice that at most.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_mini.node import Node
from autograd_mini.reverse import history

from ..table import TABLE

EPS = float(np.finfo(np.float64).eps)
EXACT = ("negative", "positive", "relu", "maximum", "minimum", "abs", "where", "keep", "sign")
ULPS = {row.name: row.ulps for row in TABLE}
IN_SIGNS = ("add", "subtract", "multiply", "divide")


def apart(roots: Sequence[Node]) -> list[float]:
    """For each root how far two computations of it may lie apart, in whatever order each of them adds."""
    off: dict[Any, float] = {}
    terms: dict[Any, float] = {}  # of a sum the sum of the magnitudes of its terms, else the magnitude
    for node in reversed(history(*roots)):
        if node.rule is None:
            off[node], terms[node] = 0.0, abs(node.data)
            continue
        is_sum = node.name in ("add", "subtract")
        inherited = terms_of_inputs = 0.0
        for x, slope in zip(node.inputs, node.hand_back(1.0), strict=True):
            if isinstance(x, Node):
                inherited += abs(slope or 0.0) * off[x] if off[x] else 0.0
            terms_of_inputs += (terms[x] if isinstance(x, Node) else abs(x)) if is_sum else 0.0
        terms[node] = terms_of_inputs if is_sum else abs(node.data)
        ulps = 0 if node.name in EXACT else 1 if node.name in IN_SIGNS else ULPS.get(node.name, 8)
        off[node] = inherited + ulps * EPS * terms[node]
    return [2.0 * off[root] for root in roots]
