"""Arrays as a page shows them: heat maps with their numbers, and which of them a matrix product is made of."""

from typing import Any

import numpy as np

from ..drawing.formatting import format_number
from ..heat_maps import MOST_CELLS, count_sheets, find_sheets, write_png
from ..languages import say
from ..node import Node, data_of
from .trace import Trace

MOST_NUMBERS = 100_000  # of a page: beyond, its maps have none, for a page is to load at once


def describe_maps(run: Trace) -> list[dict[str, Any]]:
    """For each card what it shows of its array: "map", of its gradient: "slope", and of a matrix product its "factors".

    >>> import numpy as np
    >>> from autograd_mini import Tensor
    >>> from autograd_mini.stepping.trace import trace
    >>> *_, last, _ = describe_maps(trace((np.ones((2, 3)) @ Tensor(np.eye(3))).sum()))
    >>> last["map"]["rows"], last["map"]["columns"], [list(factor) for factor in last["factors"]]
    (2, 3, [['map', 'name'], ['card']])
    """
    index = {node: i for i, node in enumerate(run.graph.nodes)}
    has_numbers = (
        2 * sum(np.size(node.data) for node in run.graph.nodes if np.size(node.data) <= MOST_CELLS) <= MOST_NUMBERS
    )
    told = []
    for node in run.graph.nodes:
        about: dict[str, Any] = {}
        if np.size(node.data) > 1:
            about["map"] = describe_map(node.data, has_numbers)
            if node in run.right:
                about["slope"] = describe_map(run.right[node], has_numbers)
            if node.name == "matmul" and all(np.ndim(data_of(x)) == 2 for x in node.inputs):
                about["factors"] = [_describe_factor(x, index, has_numbers) for x in node.inputs]
        told.append(about)
    return told


def _describe_factor(x: Any, index: dict[Node, int], has_numbers: bool) -> dict[str, Any]:
    if isinstance(x, Node):
        return {"card": index[x]}
    data = data_of(x)
    return {"map": describe_map(data, has_numbers), "name": f"array{np.shape(data)}"}


def describe_map(data: Any, has_numbers: bool = True) -> dict[str, Any]:
    """The sheets of an array as images, how many more there are, its range, and the numbers of a small one.

    >>> told = describe_map(np.array([[1.0, -2.0]]))
    >>> told["rows"], told["columns"], told["numbers"], told["range"]
    (1, 2, ['1', '-2'], '-2 … 1')
    """
    array = np.asarray(data)
    sheets = find_sheets(array)
    finite = array[np.isfinite(array)]
    told: dict[str, Any] = {
        "rows": sheets[0][0].shape[0],
        "columns": sheets[0][0].shape[1],
        "sheets": [write_png(colours) for _, colours in sheets],
        "range": f"{format_number(finite.min())} … {format_number(finite.max())}"
        if finite.size
        else say("no finite number"),
    }
    if more := count_sheets(array) - len(sheets):
        told["more"] = more
    if has_numbers and array.size <= MOST_CELLS:
        told["numbers"] = [format_number(x) for sheet, _ in sheets for x in sheet.ravel()]
    return told
