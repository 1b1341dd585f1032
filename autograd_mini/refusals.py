"""What becomes of NumPy's and Python's complaints: IEEE's answer where there is one, else an error for people."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

import numpy as np

from .errors import AutogradError, KindError, ShapeError, describe
from .node import data_of

Function = Callable[..., Any]
COMPLAINTS = (
    ValueError,
    TypeError,
    LookupError,
    OverflowError,
    ZeroDivisionError,
    AttributeError,
    RuntimeError,
    AssertionError,
)
"""What NumPy, Python and other libraries' objects raise where an input is not what a function takes."""


def ieee(function: Function, /, *numbers: Any, **named: Any) -> Any:
    """The function's answer in NumPy's silent arithmetic: inf and nan where Python's floats raise."""
    with np.errstate(all="ignore"):
        answer = function(*(np.float64(x) if type(x) is float else x for x in numbers), **named)
    return float(answer) if isinstance(answer, np.floating) else answer


def quiet(function: Function) -> Function:
    """A function of our own on arrays that raises no FloatingPointError, which a user may have asked NumPy for.

    What over- or underflows in it on the way to a right answer is none of the user's business.
    """

    def silent(*inputs: Any, **named: Any) -> Any:
        try:
            return function(*inputs, **named)
        except FloatingPointError:
            with np.errstate(all="ignore"):
                return function(*inputs, **named)

    silent.__wrapped__ = function  # type: ignore[attr-defined]  # whose signature it has
    return silent


def attempt(name: str, forward: Function, /, *inputs: Any, **named: Any) -> Any:
    """The forward function's result; NumPy's complaint as an error of ours that names operation and shapes."""
    try:
        return forward(*inputs, **named)
    except COMPLAINTS as error:
        refuse(name, error, *inputs)


def asked(name: str, option: Any) -> bool:
    """Whether an option is true; an error of ours where it is neither true nor false."""
    return bool(attempt(name, bool, option))


def rescue(name: str, on_array: Function, error: Exception, *inputs: Any) -> Any:
    """IEEE's answer where Python's arithmetic raised on floats; elsewhere the error in words for people."""
    if isinstance(error, FloatingPointError):  # which the user asked NumPy for
        raise error
    if not isinstance(error, TypeError) and all(type(x) is float for x in inputs):
        return float(ieee(on_array, *inputs))
    refuse(name, error, *inputs)


_OF_PYTORCH = {"dim": "it is called axis=, as in NumPy", "keepdim": "it is called keepdims=, as in NumPy"}


def refuse(name: str, error: Exception, *inputs: Any) -> NoReturn:
    """Raise NumPy's or Python's complaint as ours: the operation, the shapes, the reason."""
    if isinstance(error, AutogradError):
        raise error
    kind = ShapeError if isinstance(error, ValueError | LookupError | ArithmeticError) else KindError
    if option := re.search(r"unexpected keyword argument '(\w+)'", str(error)):
        way_out = _OF_PYTORCH.get(option[1], "leave it out or, where no derivative is needed, use it of node.data")
        raise kind(f"{name} takes no {option[1]}= here: {way_out}") from error
    reason = re.sub(r"^(_?\w*\.)*[\w<>]+\(\)", f"{name}()", str(error))  # not the function behind the operation
    raise kind(f"{name} of {' and '.join(map(_show, inputs)) or 'nothing'}: {reason}") from error


def _show(x: Any) -> str:
    x = data_of(x)
    if isinstance(x, tuple):
        return f"[{', '.join(map(_show, x))}]"
    if isinstance(x, np.ndarray) and x.dtype.kind in "fiubcV":
        return f"shape {x.shape}"
    return describe(x)


def refusing(function: Function) -> Function:
    """The function, of which a call that does not fit its arguments is refused in our words."""

    @wraps(function)
    def refused(*args: Any, **named: Any) -> Any:
        try:
            return function(*args, **named)
        except TypeError as error:
            refuse_misfit(function.__name__, error, args)
            raise

    return refused


def refuse_misfit(name: str, error: TypeError, args: tuple[Any, ...]) -> None:
    """Raise ours where the call itself, made in the frame that asks, did not fit the function's arguments."""
    if error.__traceback__ is not None and error.__traceback__.tb_next is None:
        refuse(name, error, *args)
