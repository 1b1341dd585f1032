"""A trace computed again at other arguments, by the replay of its graph: what a program is to give."""

import numpy as np

from autograd_mini import Value
from autograd_mini.compiling.tracing.indices import Indices
from autograd_mini.compiling.tracing.masks import is_mask
from autograd_mini.containers import mapped
from autograd_mini.node import Node, data_of
from autograd_mini.replay import replay


def again(trace, *values):
    """(whether all decisions hold there, what the trace gives there), of other numbers for its arguments, in order."""
    numbers = {}
    for argument, x in zip(trace.arguments, values, strict=True):
        if isinstance(argument.node, Indices):
            argument.node.array = np.asarray(x)
        else:
            numbers[argument.node] = (
                float(x) if isinstance(argument.node, Value) else np.asarray(x, argument.node.dtype)
            )

    def data(x):
        return x.array if isinstance(x, Indices) else replay(x, numbers) if isinstance(x, Node) else x

    holds = all(decision.holds(data(decision.node)) for decision in trace.decisions)
    return holds, mapped(lambda x: data(x) != 0.0 if is_mask(x) else data(x), trace.outcome)


def plainly(f, *args):
    """What f gives of nodes made of the arguments, as numbers: the engine's own answer."""
    return mapped(data_of, f(*args))
