"""Operations in NumPy's words: what a person would write for each, and the functions it takes where NumPy has none."""

import inspect
import re
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, NamedTuple

from ...calculus.piecewise import questions
from ...errors import KindError
from ..lifting.simplifying import Operation
from . import helpers
from .literals import literal, write_index

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)  # how firmly an expression holds together


class Words(NamedTuple):
    """An expression, and how firmly it holds together."""

    text: str
    firmness: int = ATOM

    def beside(self, firmness: int) -> str:
        """The text for a place in which less firm expressions need brackets."""
        return self.text if self.firmness >= firmness else f"({self.text})"


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
COMPARISONS = {"less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!="}
_SAME = (
    "round sum cumsum reshape transpose swapaxes moveaxis expand_dims squeeze broadcast_to max min prod sign sinc "
    "logaddexp logaddexp2 ldexp nanmax nanmin where"
)
NAMES = {
    "abs": "np.abs",
    "as_number": "np.sum",
    "det": "np.linalg.det",
    "inv": "np.linalg.inv",
    "solve": "np.linalg.solve",
    **{name: f"np.{name}" for name in _SAME.split()},
}
"""Operations that NumPy has under a name of its own, with the same parameters."""
_DEFAULTS = {"keepdims": False, "where": True, "initial": None, "axis": None}  # of NumPy's functions


def write_operation(operation: Operation, inputs: Sequence[Words]) -> Words:
    """The operation on inputs that are written already; a KindError where NumPy has no words for it.

    >>> from autograd_mini import Value
    >>> rule = (Value(1.0) * 2.0).rule
    >>> write_operation(Operation(rule, (), {}), [Words("x + 1", SUM), Words("y")]).text
    '(x + 1) * y'
    """
    name = operation.name
    if name in SIGNS:
        return write_sign(SIGNS[name], *inputs)
    if name in questions:
        return _write_question(name, inputs)
    if name in _WRITERS:
        return _WRITERS[name](operation, inputs)
    return Words(f"{_function_of(operation)}({', '.join([*(x.text for x in inputs), *_parameters(operation)])})")


def name_operation(operation: Operation, inputs: Sequence[Words]) -> Words:
    """The same, but by its own name where NumPy has none for it: to be read, not to be run."""
    try:
        return write_operation(operation, inputs)
    except KindError:
        return Words(f"{operation.name}({', '.join(x.text for x in inputs)})")


def write_sign(sign: Sign, left: Words, right: Words) -> Words:
    """Two inputs with a sign between them."""
    return Words(f"{left.beside(sign.left)} {sign.sign} {right.beside(sign.right)}", sign.firmness)


def needed_helpers(text: str) -> list[Callable[..., Any]]:
    """The helpers that a text calls, those that they call among them, each after those it needs."""
    found: dict[Callable[..., Any], None] = {}

    def find(words: str) -> None:
        for name in re.findall(r"(?<![.\w])(\w+)\(", words):
            helper = vars(helpers).get(name)
            if isinstance(helper, FunctionType) and helper not in found:
                find(re.sub(r'""".*?"""', "", source_of(helper), flags=re.DOTALL).split("\n", 1)[1])
                found[helper] = None

    find(text)
    return list(found)


def source_of(helper: Callable[..., Any]) -> str:
    """A helper's source without annotations."""
    plain = re.sub(r"(?m)^( +\w+): Any = ", r"\1 = ", inspect.getsource(helper))
    plain = re.sub(r"(\w+): (Any|int|bool) = ", r"\1=", plain)
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


def _parameters(operation: Operation) -> list[str]:
    defaults = _DEFAULTS if operation.name in NAMES else {}
    named = [f"{key}={literal(x)}" for key, x in operation.named.items() if x is not defaults.get(key, ...)]
    return [*map(literal, operation.args), *named]


def _write_question(name: str, inputs: Sequence[Words]) -> Words:
    """The answer as 1.0 or 0.0."""
    if name in COMPARISONS:
        return Words(f"1.0 * ({f' {COMPARISONS[name]} '.join(x.beside(SUM) for x in inputs)})", PRODUCT)
    return Words(f"1.0 * np.{name}({', '.join(x.text for x in inputs)})", PRODUCT)


def _write_power(operation: Operation, inputs: Sequence[Words]) -> Words:
    """With a sign where that gives what NumPy gives for numbers, too: for whole exponents above 0."""
    x, y = inputs
    if re.fullmatch(r"\d+(\.0)?", y.text) and float(y.text) > 0:
        if float(y.text) == 1:
            return x
        return Words(f"{x.beside(ATOM)} ** {y.text.removesuffix('.0')}", POWER)
    return Words(f"np.power({x.text}, {y.text})")


def _write_joined(operation: Operation, inputs: Sequence[Words]) -> Words:
    axis = operation.named["axis"]
    row = f"({', '.join(x.text for x in inputs)}{',' * (len(inputs) == 1)})"
    return Words(f"np.{operation.name}({row}{f', axis={axis}' if axis != 0 else ''})")


def _write_sort(operation: Operation, inputs: Sequence[Words]) -> Words:
    (axis,) = (*operation.args, *operation.named.values())
    return Words(f"np.take_along_axis({inputs[0].text}, order({inputs[0].text}, {axis}), {axis})")


def _form(text: str) -> Callable[[Operation, Sequence[Words]], Words]:
    return lambda operation, inputs: Words(text.format(*(x.text for x in inputs)))


_WRITERS: dict[str, Callable[[Operation, Sequence[Words]], Words]] = {
    "positive": lambda operation, inputs: inputs[0],
    "negative": lambda operation, inputs: Words(f"-{inputs[0].beside(SIGN)}", SIGN),
    "power": _write_power,
    "relu": _form("np.maximum({}, 0)"),
    "softplus": _form("np.logaddexp({}, 0)"),
    "cumprod": _form("np.cumprod({}, 0)"),
    "slogdet": _form("np.linalg.slogdet({})[0]"),
    "logabsdet": _form("np.linalg.slogdet({})[1]"),
    "concatenate": _write_joined,
    "stack": _write_joined,
    "sort": _write_sort,
    "astype": lambda operation, inputs: Words(
        f"np.asarray({inputs[0].text}).astype({', '.join(_parameters(operation))})"
    ),
    "getitem": lambda operation, inputs: Words(
        f"{inputs[0].beside(ATOM)}[{write_index(*operation.args, **operation.named)}]"
    ),
    "einsum": lambda operation, inputs: Words(
        f'np.einsum("{operation.named["subscripts"]}", {", ".join(x.text for x in inputs)})'
    ),
}
