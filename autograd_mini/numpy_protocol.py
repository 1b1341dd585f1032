"""NumPy's own names, called with nodes, reach the same operations, or are answered plainly."""

import sys
from functools import cache, wraps
from typing import Any

import numpy as np

from .arithmetic import detachments
from .calculus.linear import reshape
from .errors import KindError
from .node import Node, data_of, ndim_of, shape_of
from .numpy_names import IN_PLACE, REASONS, accumulations, in_place, of_numbers, of_shapes, operations, reductions
from .numpy_options import by_name, call, call_on_elements, options_from
from .watching import watcher


class NumpyProtocol:
    """np.exp(node), np.sum(node, axis=1), array @ node: recorded; a NumPy function without a rule is an error."""

    __slots__ = ()

    __pandas_priority__ = 10_000  # above pandas' own kinds, which then leave series * node to the node

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        if method == "__call__" and ufunc in operations and not named:
            return operations[ufunc](*inputs)
        if ufunc not in operations and _home(ufunc) == "scipy.special":
            from . import scipy  # noqa: F401  (it enters those that it knows among the operations)
        among_options = any(isinstance(x, NumpyProtocol) for x in (*named.get("out", ()), named.get("where")))
        if method == "__call__" and _is_question(ufunc) and not among_options:
            return _asked(ufunc, inputs, named)
        name = f"{_home(ufunc)}.{ufunc.__name__}" + (f".{method}" if method != "__call__" else "")
        refused = _without_a_rule(name, named)
        if among_options:
            raise KindError(refused)
        if method == "at":
            raise KindError(
                _not_in_place(name, IN_PLACE.get(f"{ufunc.__name__}.at", "use x = set_at(x, index, values)"))
            )
        out = named.pop("out", ())
        if any(x is not None for x in out):
            raise KindError(_not_taken_in(ufunc) if out[0] is inputs[0] else refused)
        if method in ("__call__", "outer") and ufunc in operations:
            given = inputs if method == "__call__" else _across(*inputs)
            return _tried(name, call_on_elements, operations[ufunc], given, named)
        along = {"reduce": reductions, "accumulate": accumulations}.get(method, {})
        if ufunc in along:
            args, named = by_name(getattr(ufunc, method), inputs, named) if len(inputs) > 1 else (inputs, named)
            if len(args) == 1 and "axis" not in named:
                named = {**named, "axis": 0}  # a ufunc's own default
            return _tried(name, call, along[ufunc], args, named)
        raise KindError(refused)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.where and len(args) == 1:
            function = np.nonzero
        if function in operations:
            return _tried(_full_name(function), call, operations[function], *by_name(function, args, kwargs))
        if function in of_shapes:
            return function(*map(data_of, args), **kwargs)
        if function in of_numbers:
            answer = function(*map(_looked_at, args), **{name: _looked_at(x) for name, x in kwargs.items()})
            detachments.count += _has_floats(answer)
            return answer
        if function in in_place:
            raise KindError(_not_in_place(_full_name(function), in_place[function]))
        raise KindError(_without_a_rule(_full_name(function), kwargs))

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise KindError(
            "a node does not turn into an array silently, for its history would be lost: "
            "join nodes with stack, multiply by array @ node, fill with np.broadcast_to(node, shape), take SciPy's "
            "functions from autograd_mini.scipy, or use node.data"
        )


def method(function: Any) -> Any:
    """The method of arrays that NumPy's function is, with its options: x.mean(axis=0, dtype=np.float32)."""
    operation, own = operations[function], options_from(function)

    @wraps(operation)
    def with_options(self: Any, *args: Any, **named: Any) -> Any:
        if len(args) < own and (not named or named.keys() <= _OWN):  # most calls, which need not wait for the others
            return operation(self, *args, **named)
        return self.__array_function__(function, (), (self, *args), named)

    return with_options


_OWN = {"axis", "keepdims"}  # which operations take themselves


@cache
def _is_question(ufunc: np.ufunc) -> bool:
    """Whether it answers by true and false."""
    return {kinds[-1] for kinds in ufunc.types} in ({"?"}, {"?", "O"})


def _asked(question: np.ufunc, inputs: Any, named: dict[str, Any]) -> Any:
    """A comparison's plain booleans; a node of them while a function is traced."""
    if (tracer := watcher()) is not None:
        answer = tracer.ask(question.__name__, *inputs, **named)
        if answer is not NotImplemented:
            return answer
    return question(*map(data_of, inputs), **named)


def _across(x: Any, y: Any) -> Any:
    """The inputs of a ufunc's outer, so that each element of the one meets each of the other."""
    return reshape(x, (*shape_of(x), *(1,) * ndim_of(y))), y


def _tried(name: str, calling: Any, operation: Any, args: Any, named: dict[str, Any]) -> Any:
    """The call; where the operation knows no such argument, that it is refused."""
    try:
        return calling(operation, args, named)
    except TypeError as error:
        if isinstance(error, KindError):
            raise
        raise KindError(f"{_without_a_rule(name, named)} ({error})") from error


def _looked_at(x: Any) -> Any:
    """The data of a node, or of those in a list or tuple, which Python code will decide by."""
    if isinstance(x, list | tuple):
        return tuple(map(_looked_at, x)) if any(isinstance(part, Node) for part in x) else x
    return x.data if isinstance(x, Node) else x


def _has_floats(answer: Any) -> bool:
    """Whether plain numbers came out that move with what went in, as those of np.unique do: not places or counts."""
    parts = answer if isinstance(answer, tuple) else (answer,)
    return any(np.asarray(part).dtype.kind == "f" for part in parts)


def _home(ufunc: np.ufunc) -> str:
    """The module that a ufunc is called from, which it does not tell."""
    special = sys.modules.get("scipy.special")
    return "numpy" if getattr(special, ufunc.__name__, None) is not ufunc else "scipy.special"


def _full_name(function: Any) -> str:
    return f"{function.__module__}.{function.__name__}"


def _not_taken_in(ufunc: np.ufunc) -> str:
    return (
        f"an array does not take in what {ufunc.__name__} with a node gives, for its history would be lost: write "
        "array = array + node, not array += node"
    )


def _not_in_place(name: str, way_out: str) -> str:
    return f"{name} changes an array in place, which is not recorded: {way_out}"


def _without_a_rule(name: str, named: dict[str, Any]) -> str:
    options = f" with {', '.join(named)}" if named else ""
    reason = next((f" ({words})" for part, words in REASONS.items() if part in name), "")
    return (
        f"{name}{options} has no derivative here{reason}: compose it from operations that have, "
        f"or, where none is needed, {name}(node.data)"
    )
