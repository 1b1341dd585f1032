"""Every public function, and calls of it that work: what bad calls are made from."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random
from typing import Any, NamedTuple

import numpy as np

import autograd_mini as ag
from autograd_mini import Picture, Tensor, Value
from autograd_mini.admission import FLOATS
from autograd_mini.checking.report import Report
from autograd_mini.node import Node
from autograd_mini.registry import registry
from autograd_mini.stepping import Page

from ..table import TABLE
from ..table.row import Row

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


class Door(NamedTuple):
    """A public function. good: calls that work, from which bad ones are made; is_right: whether an answer is its kind.

    also: errors that are its own to raise. spared: how many of the first arguments are left as they are.
    """

    name: str
    call: Callable[..., Any]
    good: Sequence[Callable[[Random], Arguments]]
    is_right: Callable[[Any], bool]
    also: tuple[type[BaseException], ...] = ()
    spared: int = 0


def numbers(answer: Any) -> bool:
    """Whether it is a number, an array or a node, or a container of such."""
    if isinstance(answer, dict):
        return all(map(numbers, answer.values()))
    if isinstance(answer, tuple | list):
        return all(map(numbers, answer))
    if isinstance(answer, np.ndarray | np.generic):
        return answer.dtype in FLOATS
    return isinstance(answer, float | Node)


def comparisons(answer: Any) -> bool:
    return isinstance(answer, bool | np.bool_) or (isinstance(answer, np.ndarray) and answer.dtype == bool)


def varied(x: Any, random: Random) -> Any:
    """An array as it is, as a node, or as nested lists; those in a list or tuple each for itself."""
    if isinstance(x, list | tuple):
        return type(x)([varied(part, random) for part in x])
    if not isinstance(x, np.ndarray) or x.dtype not in FLOATS:
        return x
    kinds: list[Any] = [Tensor, np.array, lambda x: Value(x) if x.ndim == 0 else Tensor(x), lambda x: x.tolist()]
    return random.choice(kinds)(x)


class _Noted(Exception):
    """Carries the arguments of a call out of the row that made it."""


def calls_of(row: Row) -> list[Callable[[Random], Arguments]]:
    def note(*args: Any, **named: Any) -> Any:
        raise _Noted(args, named)

    def good(random: Random) -> Arguments:
        call = random.choice(row.calls)
        draw = np.random.default_rng(random.randrange(99))
        try:
            row.passing(note, [draw.uniform(0.5, 1.5, shape) for shape in call.shapes], call.args, call.named)
        except _Noted as noted:
            args, named = noted.args
            return tuple(varied(x, random) for x in args), dict(named)
        raise AssertionError("the row calls nothing")

    return [good]


def given(*args: Any, **named: Any) -> Callable[[Random], Arguments]:
    """A good call with what these make."""
    made = lambda x: x() if isinstance(x, _Made) else x
    return lambda random: (tuple(map(made, args)), {name: made(x) for name, x in named.items()})


class _Made:
    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __call__(self) -> Any:
        return self.make()


# Functions that take whatever they are given, as a user may write them: what they raise is the user's to read.
SQUARE = lambda x=1.0, /, *others, **named: x * x
SLOPE = lambda g=1.0, z=1.0, x=1.0, /, *others, **named: g * 2.0 * x
LOSS = lambda x=1.0, /, *others, **named: ag.sum(x * x)
TREE_LOSS = lambda p, /, *others, **named: p["w"] ** 2 * ag.sum(p["b"][1])
V, T, A = _Made(lambda: Value(2.0)), _Made(lambda: Tensor([1.0, 2.0])), _Made(lambda: np.array([1.0, 2.0]))
ROOT, TREE = _Made(lambda: ag.exp(Value(2.0)) * 3.0), _Made(lambda: {"w": 3.0, "b": [1.0, np.ones(2)]})
VECTOR = _Made(lambda: ag.exp(Tensor([1.0, 2.0])) * 3.0)


def _twice(transform: Callable[..., Any]) -> Callable[..., Any]:
    """The derivative function made and called: its first two arguments are the transform's, the others its own."""
    return lambda f, argnums, *args, **named: transform(f, argnums)(*args, **named)


def _pulled(f: Any, g: Any, *primals: Any) -> Any:
    value, pull = ag.vjp(f, *primals)
    return value, pull(g)


def _compiled(function: Any, *args: Any, **named: Any) -> Any:
    return ag.compile(function)(*args, **named)


def _checkpointed(f: Any, *args: Any, **named: Any) -> Any:
    return ag.checkpoint(f)(*args, **named)


def _in_sources() -> Any:
    with ag.sources():
        return ag.exp(Value(2.0))


def _in_scope(name: Any) -> Any:
    with ag.scope(name):
        return Value(1.0) * 2.0


def _in_language(name: Any) -> Any:
    with ag.language(name):
        return Value(1.0) * 2.0


def _unrecorded(*args: Any, **named: Any) -> Any:
    return ag.no_grad(*args, **named)(SQUARE)(Value(2.0))


def _decorated(function: Any) -> Any:
    return ag.no_grad()(function)


def _custom(derivative: Any, function: Any, *args: Any, **named: Any) -> Any:
    answer = ag.custom_primitive(derivative)(function)(*args, **named)
    return answer, ag.gradients(answer, 1.0 if np.ndim(getattr(answer, "data", 0.0)) == 0 else None)


def _swept(root: Any, seed: Any, **named: Any) -> Any:
    return list(ag.gradients(root, seed, **named).values())


def _relabelled(label: Any) -> Any:
    node = Value(1.0)
    node.label = label
    return node


def _replaced(node: Any, data: Any) -> Any:
    node.data = data
    return node


def _backward(node: Any, *args: Any, **named: Any) -> Any:
    node.backward(*args, **named)
    return node


USERS = {f.__code__ for f in (SQUARE, SLOPE, LOSS, TREE_LOSS)}
SWEEPS = [given(f, 0, x) for f, x in ((LOSS, A), (LOSS, 2.0), (LOSS, V), (LOSS, T))]
NESTED = [given(TREE_LOSS, 0, TREE), given(LOSS, (0, 1), A, 2.0)]
TRANSFORMS = ("grad", "value_and_grad", "jacobian", "hessian", "elementwise_grad")
anything = lambda answer: True

OTHERS = [
    Door("Value", Value, [given(2.0), given(2.0, label="x")], numbers),
    Door("Tensor", Tensor, [given(A), given([1.0, 2.0], label="x")], numbers),
    *(Door(name, _twice(getattr(ag, name)), SWEEPS + NESTED, numbers) for name in TRANSFORMS),
    Door(
        "vjp",
        _pulled,
        [given(SQUARE, 1.0, 2.0), given(SQUARE, A, T), given(lambda x=1.0, *others: [x, x], [1.0, 2.0], V)],
        numbers,
    ),
    Door(
        "jvp",
        ag.jvp,
        [given(SQUARE, (2.0,), (1.0,)), given(SQUARE, (A,), (A,)), given(LOSS, (T, 1.0), (T, 0.0))],
        numbers,
    ),
    Door("hvp", ag.hvp, [given(LOSS, A, A), given(LOSS, 2.0, 1.0), given(LOSS, T, T)], numbers),
    Door(
        "gradients",
        _swept,
        [given(ROOT, 1.0), given(VECTOR, A), given(ROOT, V, differentiable=True, since=0)],
        numbers,
    ),
    Door(
        "draw",
        ag.draw,
        [given(ROOT), given(VECTOR, theme="dark", direction="down", max_nodes=5, unfold=True, alike=False, depth=1)],
        lambda answer: isinstance(answer, Picture),
    ),
    Door(
        "step_through",
        ag.step_through,
        [given(ROOT), given(VECTOR, A, title="t", about="a", max_nodes=9), given(ROOT, wrong=3)],
        lambda answer: isinstance(answer, Page),
    ),
    Door(
        "train_through",
        ag.train_through,
        [given(ROOT), given(ROOT, lr=0.5, steps=3, title="t", about="a")],
        lambda answer: isinstance(answer, Page),
    ),
    Door(
        "diagnose",
        ag.diagnose,
        [given(ROOT), given(VECTOR, A), given(ROOT, leaf=ROOT, references={"sin": np.sin})],
        lambda answer: isinstance(answer, str),
    ),
    Door(
        "check_gradients",
        ag.check_gradients,
        [
            given(SQUARE, 2.0, order=1, elsewhere=False, seed=1),
            given(SQUARE, A, gradient=lambda g=1.0, x=1.0, *others: g * 2.0 * x, elsewhere=False),
        ],
        lambda answer: isinstance(answer, Report),
    ),
    Door("custom_primitive", _custom, [given(SLOPE, SQUARE, V), given(SLOPE, SQUARE, T)], anything),
    Door("checkpoint", _checkpointed, [given(SQUARE, V), given(SQUARE, T, 3.0)], anything),
    Door("compile", _compiled, [given(SQUARE, 2.0), given(SQUARE, A), given(SQUARE, V)], anything),
    Door("Program", ag.Program, [given(SQUARE)], callable),
    Door("load_program", ag.load_program, [given("no such file.npz")], callable, (OSError,)),
    Door("is_rerunning", ag.is_rerunning, [given()], lambda answer: answer is False),
    Door("is_tracing", ag.is_tracing, [given()], lambda answer: answer is False),
    Door("no_grad", _unrecorded, [given()], numbers),
    Door("no_grad of", _decorated, [given(SQUARE)], callable),
    Door("scope", _in_scope, [given("name")], numbers),
    Door("language", _in_language, [given("ko")], numbers),
    Door("constant", ag.constant, [given(np.array([1.0, 2.0]), label="t")], numbers),
    Door("named_call", ag.named_call, [given("name", "x²", "2 g x")], callable),
    Door("sources", _in_sources, [given()], numbers),
    Door("write_whole", ag.write_whole, [given("file", b"content")], lambda answer: answer is None, (OSError,)),
    Door("label", _relabelled, [given("name")], numbers),
    Door("data", _replaced, [given(V, 1.0), given(T, A)], numbers, spared=1),
    Door("backward", _backward, [given(ROOT), given(VECTOR, A)], numbers, spared=1),
]


def methods() -> Iterator[Door]:
    """NumPy's names and Python's operators, with a node among their arguments."""
    for row in TABLE:
        for place in (np, np.linalg):
            if (function := getattr(place, row.name, None)) is not None:
                yield Door(f"{place.__name__}.{row.name}", _on_a_node(function), calls_of(row), anything)
    for name in (
        "__add__",
        "__rsub__",
        "__mul__",
        "__truediv__",
        "__pow__",
        "__rpow__",
        "__matmul__",
        "__getitem__",
        "reshape",
    ):
        yield Door(name, partial(_of_node, name), [given(T, 0)], lambda x: x is NotImplemented or numbers(x), spared=1)
    for name in ("__eq__", "__ne__", "__lt__", "__ge__"):
        yield Door(name, partial(_of_node, name), [given(T, 0.0), given(V, V)], anything, spared=1)


def _of_node(method: str, node: Any, /, *args: Any, **named: Any) -> Any:
    return getattr(node, method)(*args, **named)


def _on_a_node(function: Any) -> Callable[..., Any]:
    def call(*args: Any, **named: Any) -> Any:
        if not any(isinstance(x, Node) for x in args):
            args = (Tensor([1.0, 2.0]), *args[1:])
        return function(*args, **named)

    return call


LINALG = {name: getattr(ag.linalg, name) for name in ag.linalg.__all__}
ROWS = {row.name: row for row in TABLE}
OPERATIONS = [Door(name, row.function, calls_of(ROWS[name]), numbers) for name, row in registry.items()]
DOORS = [*OPERATIONS, *OTHERS, *methods()]
