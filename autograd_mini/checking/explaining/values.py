"""Where a value is first wrong: every operation of a graph against a reference for it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...errors import KindError
from ...lines import Notes
from ...node import Node, data_of
from ...reverse import history
from ..numbers.factors import tell_ratio
from ..numbers.vectors import copies, largest
from .words import line_of, show_call, show_index, show_number

_CLOSE = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-4}  # of the largest number: rounding takes less


def find_wrong_value(root: Node, references: Mapping[str, Callable[..., Any]], notes: Notes | None) -> str:
    """In words: the first node whose data are not what its operation gives for its inputs; "" where all are.

    references: by an operation's name a function of its inputs and parameters as raw data; an operation without one is
    computed again, which shows what was changed in place.
    """
    for node in reversed(history(root)):
        if node.rule is None:
            continue
        reference = references.get(node.name, node.rule.primitive.compute)
        raw = copies([data_of(x) for x in node.inputs])
        try:
            expected = np.asarray(reference(*raw, *node.rule.args, **node.rule.named), np.float64)
        except Exception as error:
            raise KindError(f"the reference of {node.name} fails: {type(error).__name__}: {error}") from error
        if told := _compare(node, expected, node.name in references):
            return f"The value is first wrong in {told}{line_of(node, notes)}"
    return ""


def _compare(node: Node, expected: Any, is_reference: bool) -> str:
    got = np.asarray(node._raw)
    if expected.shape != got.shape:
        return f"{node.name}: expected shape {expected.shape}, got {got.shape}."
    same = (expected == got) | (np.isnan(expected) & np.isnan(got))
    with np.errstate(all="ignore"):
        off = np.where(same, 0.0, np.nan_to_num(np.abs(expected - got), nan=np.inf))
    if np.max(off, initial=0.0) <= _CLOSE[got.dtype] * largest(expected):
        return ""
    index = tuple(map(int, np.unravel_index(np.argmax(off), off.shape)))
    numbers = f"expected {show_number(expected, index)}, got {show_number(got, index)}"
    ratio = tell_ratio(float(expected[index]), float(got[index]))
    why = "" if is_reference else " Computed again it is another: something was changed in place since."
    return f"{show_call(node, index)}{show_index(index)}: {numbers}{ratio}.{why}"
