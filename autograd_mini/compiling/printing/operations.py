"""Operations in NumPy's words: what a person would write for each, and the functions it takes where NumPy has none."""

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from ...calculus.piecewise import questions
from ...errors import KindError
from ..simplifying import Operation
from . import helpers

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)  # how firmly an expression holds together


class Words(NamedTuple):
    """An expression, and how firmly it holds together."""

    text: str
    firmness: int = ATOM

    def beside(self, firmness: int) -> str:
        """The text for a place in which less firm expressions need brackets."""
        return self.text if self.firmness >= firmness else f"({self.text})"


class Name(str):
    """A parameter that is an argument, by its name."""

    __slots__ = ()


class Sign(NamedTuple):
    """How an operation of two inputs is written between them, and how firm each must be."""

    sign: str
    firmness: int
    left: int
    right: int


SIGNS = {
    "add": Sign("+", SUM, SUM, SUM),
    "subtract": Sign("-", SUM, SUM, PRODUCT),
    "multiply": Sign("*", PRODUCT, PRODUCT, SIGN),
    "divide": Sign("/", PRODUCT, PRODUCT, SIGN),
    "matmul": Sign("@", PRODUCT, PRODUCT, SIGN),
}
FORMS = {
    "relu": "np.maximum({}, 0)",
    "softplus": "np.logaddexp({}, 0)",
    "as_number": "np.sum({})",
    "logaddexp": "np.logaddexp({}, {})",
    "where": "np.where({}, {}, {})",
    "sort": "np.take_along_axis({0}, order({0}, {axis}), {axis})",
}
QUESTIONS = {
    "less": "{} < {}",
    "less_equal": "{} <= {}",
    "greater": "{} > {}",
    "greater_equal": "{} >= {}",
    "equal": "{} == {}",
    "not_equal": "{} != {}",
}
NAMES = {
    "sign": "np.sign",
    "abs": "np.abs",
    "sinc": "np.sinc",
    "max": "np.max",
    "min": "np.min",
    "prod": "np.prod",
    "cumprod": "np.cumprod",
    "det": "np.linalg.det",
    "inv": "np.linalg.inv",
    "solve": "np.linalg.solve",
    **{
        name: f"np.{name}"
        for name in (
            "round",
            "sum",
            "cumsum",
            "reshape",
            "transpose",
            "swapaxes",
            "moveaxis",
            "expand_dims",
            "squeeze",
            "broadcast_to",
        )
    },
}


_DEFAULTS = {"keepdims": False, "where": True, "initial": None}  # of NumPy's own functions: need not be said


def write_operation(operation: Operation, inputs: Sequence[Words]) -> Words:
    """The operation on inputs that are written already; a KindError where NumPy has no words for it.

    >>> from autograd_mini.compiling.simplifying import Operation
    >>> from autograd_mini.calculus.elementwise import multiply
    >>> rule = multiply.__closure__[1].cell_contents
    >>> write_operation(Operation(rule, (), {}), [Words("x + 1", SUM), Words("y")]).text
    '(x + 1) * y'
    """
    name, parameters = operation.name, _parameters(operation)
    if name in SIGNS:
        return write_sign(SIGNS[name], *inputs)
    if name == "negative":
        return Words(f"-{inputs[0].beside(SIGN)}", SIGN)
    if name == "positive":
        return inputs[0]
    if name == "power":
        return _write_power(*inputs)
    written = [x.text for x in inputs]
    if name == "getitem":
        return Words(f"{inputs[0].beside(ATOM)}[{write_index(*operation.args, **operation.named)}]")
    if name == "astype":
        return Words(f"np.asarray({written[0]}).astype({', '.join(parameters)})")
    if name == "einsum":
        return Words(f"np.einsum({operation.named['subscripts']!r}, {', '.join(written)})".replace("'", '"'))
    if name in ("concatenate", "stack"):
        row = f"({', '.join(written)}{',' * (len(written) == 1)})"
        return Words(f"np.{name}({', '.join([row, *parameters])})")
    if name == "cumprod":
        return Words(f"np.cumprod({written[0]}, 0)")
    if name == "sort":
        return Words(FORMS[name].format(*written, axis=parameters[0].removeprefix("axis=")))
    if name in ("slogdet", "logabsdet"):
        return Words(f"np.linalg.slogdet({written[0]})[{int(name == 'logabsdet')}]")
    if name in questions:
        asked = QUESTIONS.get(name, f"np.{name}({', '.join(['{}'] * len(inputs))})")
        operands = written if name not in QUESTIONS else [x.beside(SUM) for x in inputs]
        answer = asked.format(*operands)
        return Words(f"1.0 * ({answer})" if name in QUESTIONS else f"1.0 * {answer}", PRODUCT)
    if name.startswith("bessel"):
        return Words(f"bessel({name.removeprefix('bessel')}, {written[0]})")
    if name in FORMS:
        return Words(FORMS[name].format(*written))
    return Words(f"{_function_of(operation)}({', '.join([*written, *parameters])})")


def write_sign(sign: Sign, left: Words, right: Words) -> Words:
    """Two inputs with a sign between them."""
    return Words(f"{left.beside(sign.left)} {sign.sign} {right.beside(sign.right)}", sign.firmness)


def is_known(operation: Operation) -> bool:
    """Whether there are words for the operation."""
    try:
        write_operation(operation, [Words("x")] * 3)
    except KindError:
        return False
    return True


def needed_helpers(text: str) -> list[Callable[..., Any]]:
    """The helpers that a text calls, those that they call among them, each after those it needs."""
    found: dict[Callable[..., Any], None] = {}

    def find(words: str) -> None:
        for name in re.findall(r"(?<![.\w])(\w+)\(", words):
            helper = vars(helpers).get(name)
            if isinstance(helper, FunctionType) and helper not in found and f"def {name}(" not in words:
                find(source_of(helper).split("\n", 1)[1])
                found[helper] = None

    find(text)
    return list(found)


def source_of(helper: Callable[..., Any]) -> str:
    """A helper's source without annotations."""
    plain = re.sub(r"(\w+): (Any|int|bool) = ", r"\1=", inspect.getsource(helper))
    return re.sub(r"(?<=\w): (Any|int|bool)(?=[,)])| -> Any(?=:)", "", plain)


def _function_of(operation: Operation) -> str:
    ufunc = getattr(operation.primitive, "ufunc", None)
    if operation.name in NAMES:
        return NAMES[operation.name]
    if ufunc is not None:
        return f"np.{ufunc.__name__}"
    if isinstance(vars(helpers).get(operation.name), FunctionType):
        return operation.name
    raise KindError(f"{operation.name} has no words in NumPy that a printed program could use: run the program itself")


def _write_power(x: Words, y: Words) -> Words:
    """With a sign where that gives what NumPy gives for numbers, too: for whole exponents above 0."""
    if re.fullmatch(r"\d+(\.0)?", y.text) and float(y.text) > 0:
        return Words(f"{x.beside(ATOM)} ** {y.text.removesuffix('.0')}", POWER)
    return Words(f"np.power({x.text}, {y.text})")


def _parameters(operation: Operation) -> list[str]:
    joins = operation.name in ("concatenate", "stack")
    named = [
        f"{key}={literal(x)}"
        for key, x in operation.named.items()
        if not (x is _DEFAULTS.get(key, ...) or (joins and key == "axis" and x == 0))
    ]
    return [*map(literal, operation.args), *named]


def write_index(index: Any) -> str:
    """What stands between brackets."""
    if isinstance(index, tuple) and index:
        words = ", ".join(map(_index_part, index))
        return f"{words}," if len(index) == 1 else words
    return _index_part(index)


def _index_part(part: Any) -> str:
    if not isinstance(part, slice):
        return literal(part)
    start, stop, step = ("" if x is None else literal(x) for x in (part.start, part.stop, part.step))
    return f"{start}:{stop}" + (f":{step}" if step else "")


def literal(x: Any) -> str:
    """A parameter or a constant as Python writes it."""
    if isinstance(x, Name):
        return str(x)
    if isinstance(x, np.ndarray):
        return _array_literal(x)
    if isinstance(x, np.generic):
        x = x.item()
    if isinstance(x, float):
        return _float_literal(x)
    if isinstance(x, tuple):
        return f"({', '.join(map(literal, x))}{',' * (len(x) == 1)})"
    if isinstance(x, list):
        return f"[{', '.join(map(literal, x))}]"
    if x is Ellipsis:
        return "..."
    if isinstance(x, slice):
        return f"slice({', '.join(map(literal, (x.start, x.stop, x.step)))})"
    if isinstance(x, np.dtype):
        return f"np.{x.name}"
    if isinstance(x, type) and issubclass(x, np.generic | float):
        return f"np.{np.dtype(x).name}"
    if x is None or isinstance(x, int | str):
        return repr(x)
    raise KindError(f"a parameter of type {type(x).__name__} cannot be printed: run the program itself")


def _float_literal(x: float) -> str:
    return repr(x) if np.isfinite(x) else f"{'-' * (x < 0)}np.{'nan' if x != x else 'inf'}"


def _array_literal(x: Any) -> str:
    dtype = "" if x.dtype in (np.float64, np.int64, np.bool_) and x.size else f", np.{x.dtype.name}"
    if not x.size:
        return f"np.empty({x.shape}{dtype})"
    return f"np.array({_nested(x.tolist())}{dtype})"


def _nested(x: Any) -> str:
    return f"[{', '.join(map(_nested, x))}]" if isinstance(x, list) else literal(x)


def wrapped(text: str, width: int = 100) -> Iterable[str]:
    """A long line of text cut after commas, what follows indented by four more."""
    indent = " " * (len(text) - len(text.lstrip()) + 4)
    while len(text) > width:
        rows = text.rfind("], [", 0, width) + 1
        cut = rows if rows > width // 2 else text.rfind(", ", 0, width)
        if cut <= len(indent):
            break
        yield text[: cut + 1]
        text = indent + text[cut + 2 :]
    yield text
