"""NumPy's own names, called with nodes, reach the same primitives."""

import sys
from typing import Any

import numpy as np

from .calculus import activations, convolution, linalg, products, trigonometric  # noqa: F401  (they fill the registry)
from .errors import KindError
from .node import data_of
from .registry import registry
from .watching import watcher


class NumpyProtocol:
    """np.exp(node), np.sum(node, axis=1), array @ node: recorded; a NumPy function without a rule is an error."""

    __slots__ = ()

    __pandas_priority__ = 10_000  # above pandas' own kinds, which then leave series * node to the node

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        if method == "__call__" and ufunc in _operations and not named:
            return _operations[ufunc](*inputs)
        gives = {kinds[-1] for kinds in ufunc.types}
        among_options = any(isinstance(x, NumpyProtocol) for x in (*named.get("out", ()), named.get("where")))
        if method == "__call__" and "?" in gives <= {"?", "O"} and not among_options:
            if (tracer := watcher()) is not None:
                answer = tracer.ask(ufunc.__name__, *inputs, **named)
                if answer is not NotImplemented:
                    return answer
            return ufunc(*map(data_of, inputs), **named)  # comparisons give plain booleans
        if method == "__call__" and any(x is inputs[0] for x in named.get("out", ())) and ufunc in _operations:
            raise KindError(
                f"an array does not take in what {ufunc.__name__} with a node gives, for its history would be lost: "
                "write array = array + node, not array += node"
            )
        name = f"{_home(ufunc)}.{ufunc.__name__}" + (f".{method}" if method != "__call__" else "")
        raise KindError(_without_a_rule(name, named))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function in _operations:
            try:
                return _operations[function](*args, **kwargs)
            except TypeError as error:
                if isinstance(error, KindError):
                    raise
                raise KindError(f"{_without_a_rule(_full_name(function), kwargs)} ({error})") from error
        if function in _about_shape:
            return function(*map(data_of, args), **kwargs)
        raise KindError(_without_a_rule(_full_name(function), {}))

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise KindError(
            "a node does not turn into an array silently, for its history would be lost: "
            "join nodes with stack, or use node.data"
        )


_operations = {getattr(np, name): row.function for name, row in registry.items() if hasattr(np, name)}
# Not numpy.linalg's diagonal, outer and trace: they are others than NumPy's own.
_of_linalg = ("cholesky", "det", "inv", "matmul", "norm", "slogdet", "solve", "tensordot")
_operations |= {getattr(np.linalg, name): registry[name].function for name in _of_linalg}
_operations |= {np.around: registry["round"].function}
_operations |= {vars(np).get("fix", np.trunc): registry["trunc"].function}  # deprecated in NumPy 2.5: it may be gone
_about_shape = {np.shape, np.ndim, np.size}


def _home(ufunc: np.ufunc) -> str:
    """The module that a ufunc is called from, which it does not tell."""
    special = sys.modules.get("scipy.special")
    return "numpy" if getattr(special, ufunc.__name__, None) is not ufunc else "scipy.special"


def _full_name(function: Any) -> str:
    return f"{function.__module__}.{function.__name__}"


def _without_a_rule(name: str, named: dict[str, Any]) -> str:
    options = f" with {', '.join(named)}" if named else ""
    return (
        f"{name}{options} has no derivative here: compose it from operations that have, "
        f"or, where none is needed, {name}(node.data)"
    )
