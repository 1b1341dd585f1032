"""(to come)"""

from dataclasses import dataclass, field
from typing import Any
import numpy as np
from ..containers import leaf, mapped
from ..grad_mode import recording
from ..node import next_birth


@dataclass
class Trace:
    arguments: list
    outcome: Any
    since: int
    decisions: list = field(default_factory=list)


def trace(f, args, kwargs):
    since = next_birth()
    found = []

    def node(x):
        if isinstance(x, float) or (isinstance(x, np.ndarray) and x.dtype.kind == "f"):
            found.append(leaf(x))
            return found[-1]
        return x

    args, kwargs = mapped(node, (args, kwargs))
    with recording():
        outcome = f(*args, **kwargs)
    return Trace(found, outcome, since)
