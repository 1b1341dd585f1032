"""A recorded graph computed again from other data: what a graph that forgets nothing is good for."""

from typing import Any

import numpy as np

from .node import Node
from .refusals import attempt
from .reverse import history


def replay(root: Node, data: dict[Node, Any], *, since: int = 0) -> Any:
    """The root's data where the given nodes hold other data: every operation in between computed again.

    data: {node: array or float}, in the shapes that were recorded; other leaves keep theirs. since: a birth; nodes born
    before it keep their data. What was decided outside of operations (by `if`, by `.data`) stays as it was recorded.

    >>> from autograd_mini import Value, relu
    >>> from autograd_mini.replay import replay
    >>> x = Value(-3.0)
    >>> replay(relu(x) + 1.0, {x: 2.0})
    3.0
    """
    found = dict(data)
    for node in reversed(history(root, since=since)):
        if node in found:
            continue
        if node.rule is None or node.birth < since:
            found[node] = node._raw
            continue
        inputs = [found[x] if isinstance(x, Node) else x for x in node.inputs]
        rule = node.rule
        raw = attempt(rule.name, rule.primitive.compute, *inputs, *rule.args, **rule.named)
        found[node] = np.asarray(raw) if isinstance(node._raw, np.ndarray) else float(raw)
    return found[root]
