"""What NumPy's options ask for: dropped where it is so anyway, done where operations here can, else handed on."""

import sys
from collections.abc import Callable, Sequence
from functools import cache
from inspect import Parameter, signature
from itertools import takewhile
from typing import Any

import numpy as np

from .calculus.linear import astype, broadcast_to, getitem
from .calculus.moving import set_at
from .errors import KindError
from .node import Node, data_of, dtype_of, shape_of
from .primitive import Operation
from .refusals import attempt

_IS_SO: dict[str, Callable[[Any], bool]] = {
    "out": lambda x: x is None,
    "dtype": lambda x: x is None,
    "casting": lambda x: x in ("same_kind", "safe", "unsafe"),
    "subok": lambda x: True,
    "like": lambda x: x is None,
    "device": lambda x: x in (None, "cpu"),
    "order": lambda x: x in (None, "C"),
    "copy": lambda x: x in (None, True),
    "kind": lambda x: x in (None, "quicksort", "mergesort", "heapsort", "stable", "introselect"),
    "stable": lambda x: x in (None, True, False),
    "overwrite_input": lambda x: True,
    "prepend": lambda x: x is np._NoValue,
    "append": lambda x: x is np._NoValue,
    "keepdims": lambda x: x is np._NoValue,
    "initial": lambda x: x is np._NoValue,
    "where": lambda x: x is np._NoValue or x is True,
    "mean": lambda x: x is np._NoValue,
    "correction": lambda x: x is np._NoValue,
}
"""The options that say how NumPy is to compute; whether one, so said, leaves the result as it is without it."""

_ADDED: dict[str, Callable[[Any, Any], Any]] = {
    "sum": lambda z, initial: z + initial,
    "prod": lambda z, initial: z * initial,
    "nansum": lambda z, initial: z + initial,
    "nanprod": lambda z, initial: z * initial,
}
"""What takes part in a reduction from the beginning, for those that know of no initial number themselves."""

_TYPED = ("astype", "full_like")
"""Those that take a dtype themselves."""

_BY_PLACE = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


@cache
def _names(function: Callable[..., Any]) -> Sequence[str]:
    """The names of NumPy's parameters that go by place, in their order; none where it does not say."""
    try:
        parameters = signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [one.name for one in takewhile(lambda one: one.kind in _BY_PLACE, parameters)]


@cache
def options_from(function: Callable[..., Any]) -> int:
    """The place of the first such option of NumPy's; beyond all places where it has none."""
    return next((i for i, name in enumerate(_names(function)) if name in _IS_SO), sys.maxsize)


def by_name(function: Any, args: Sequence[Any], named: dict[str, Any]) -> tuple[Sequence[Any], dict[str, Any]]:
    """The arguments with all from the first such option on by its name: np.std(x, 0, None, None, 1) has ddof=1."""
    names, start = _names(function), options_from(function)
    if len(args) <= start:
        return args, named
    return args[:start], {**dict(zip(names[start:], args[start:], strict=False)), **named}


def call(operation: Operation, args: Sequence[Any], named: dict[str, Any]) -> Any:
    """The operation with these options of NumPy's: without those that are so anyway, in the dtype that is asked for."""
    if not named or not (named := without_what_is_so(named)):
        return operation(*args)
    initial = named.pop("initial") if "initial" in named and operation.__name__ in _ADDED else None
    dtype = named.pop("dtype", None) if operation.__name__ not in _TYPED else None
    first, *others = args or (None,)
    if dtype is not None and isinstance(first, Node):
        args = (astype(first, dtype), *others)
    answer = operation(*args, **named)
    if dtype is not None and (isinstance(answer, tuple | list) or dtype_of(answer) != np.dtype(dtype)):
        answer = _each_astype(answer, dtype)
    return answer if initial is None else _ADDED[operation.__name__](answer, initial)


def _each_astype(answer: Any, dtype: Any) -> Any:
    """The answer, or each of several, in that dtype."""
    if isinstance(answer, tuple | list):
        return type(answer)(_each_astype(part, dtype) for part in answer)
    return astype(answer, dtype)


def call_on_elements(operation: Operation, inputs: Sequence[Any], named: dict[str, Any]) -> Any:
    """The operation on each element with a ufunc's options; where a mask says no, its answer is nan."""
    named = without_what_is_so({name: x for name, x in named.items() if name != "order"})  # which is of memory alone
    dtype, mask = named.pop("dtype", None), named.pop("where", None)
    if dtype is not None:
        inputs = [astype(x, dtype) for x in inputs]
    if mask is None or named:
        return operation(*inputs, **named)
    name = operation.__name__
    mask = attempt(name, np.asarray, mask)
    if mask.dtype != bool:
        raise KindError(f"{name}: where= takes a mask of True and False; got one of {mask.dtype}")
    shape = attempt(name, np.broadcast_shapes, mask.shape, *map(shape_of, inputs))
    mask = np.broadcast_to(mask, shape)
    answer = operation(*(getitem(broadcast_to(x, shape), mask) for x in inputs))
    return set_at(np.full(shape, np.nan, data_of(answer).dtype), mask, answer)


def without_what_is_so(named: dict[str, Any]) -> dict[str, Any]:
    """The options without those that change nothing."""
    return {name: x for name, x in named.items() if name not in _IS_SO or not _is_so(name, x)}


def _is_so(name: str, x: Any) -> bool:
    return (x is None or x is np._NoValue or isinstance(x, str | bool)) and _IS_SO[name](x)
