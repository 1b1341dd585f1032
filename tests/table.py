"""Every operation, one row each: how it is called, where its inputs lie, its kinks, and what it should compute.

`test_operations.py` makes its tests from these rows. A reference is written for arrays of mpmath's numbers (see
`oracles.py`); an operation that only moves numbers about has NumPy's own function for a reference.
"""

import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from autograd_mini.primitive import registry

from .oracles import each, mp

Shape = tuple[int, ...]
Domain = st.SearchStrategy[float]
inf, nan = np.inf, np.nan


def reals(low: float, high: float, gap: float = 0.0) -> Domain:
    """Numbers between low and high, but none within the gap around 0.

    They are numbers of half precision: every dtype holds them, so that float32 is measured against the same truth.
    """
    if not gap:
        return st.floats(low, high, width=16)
    return st.floats(gap, high, width=16) | st.floats(low, -gap, width=16)


ANY = reals(-8, 8)
WIDE = reals(-30, 30)
POSITIVE = reals(2**-6, 30)
NONZERO = reals(-8, 8, gap=2**-6)
BETWEEN = ANY.map(lambda x: float(np.float32(x + 1 / 3)))  # never one of ANY: no ties


class Call(NamedTuple):
    """One way to call an operation: the shapes of its inputs, and what else it is given."""

    shapes: Sequence[Shape]
    args: tuple[Any, ...]
    named: dict[str, Any]
    domains: Sequence[Domain]  # where they are not the row's

    def __repr__(self) -> str:
        shapes = [",".join(map(str, shape)) or "scalar" for shape in self.shapes]
        named = [f"{key}={value}" for key, value in self.named.items()]
        return " ".join([*shapes, *map(str, self.args), *named]).replace("\n", "")


def on(shapes: Sequence[Shape], *args: Any, domains: Sequence[Domain] = (), **named: Any) -> Call:
    """The call operation(*inputs of these shapes, *args, **named)."""
    return Call(shapes, args, named, domains)


class Kink(NamedTuple):
    """A point where there is no derivative, and what the convention takes for it; for each input."""

    inputs: Sequence[Any]
    derivatives: Sequence[Any]


def at(*inputs: Any, gives: Any) -> Kink:
    """At these inputs the convention gives this derivative; a tuple, where there is more than one input."""
    return Kink(inputs, gives if isinstance(gives, tuple) else (gives,))


def _as_they_are(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return function(*inputs, *args, **named)


def _joined(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return function(list(inputs), *args, **named)


def _after_a_condition(function: Any, inputs: Any, args: Any, named: Any) -> Any:
    return function(*args, *inputs, **named)


class Row(NamedTuple):
    """An operation of the registry.

    reference: the same function of arrays of mpmath's numbers, called in the same way. domains: for each input the
    numbers it is drawn from, or one for all; away from kinks, and the first must fit the other inputs too.
    distinct: no two numbers of an input are the same. kinks: points that are gone to on purpose.
    ulps: the rounding allowed, in units of the last place of the terms. cancelling: the orders of derivatives (0 is the
    value) at which terms as large as what goes in cancel, for example g - softmax · sum(g), so that no more than
    their last place can be asked for. c_library: on floats it is a function of Python's math, which need not agree
    with NumPy's to the last bit. either_zero: whether NumPy's result is 0 or -0 depends on the machine.
    of_values: it takes Values. operators: other names for it. passing: how its inputs are handed over.
    """

    name: str
    reference: Callable[..., Any]
    calls: Sequence[Call]
    domains: Sequence[Domain] = (ANY,)
    kinks: Sequence[Kink] = ()
    distinct: bool = False
    ulps: float = 8
    cancelling: tuple[int, ...] = ()
    c_library: bool = False
    either_zero: bool = False
    of_values: bool = True
    operators: Sequence[Callable[..., Any]] = ()
    passing: Callable[..., Any] = _as_they_are

    def __repr__(self) -> str:
        return self.name

    @property
    def function(self) -> Callable[..., Any]:
        """The engine's function."""
        return registry[self.name].function

    @property
    def family(self) -> str:
        """The family of primitives it is of."""
        return registry[self.name].family


class Case:
    """A row and one of its calls."""

    def __init__(self, row: Row, call: Call) -> None:
        self.row, self.call = row, call

    def of(self, function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
        """The function's answer to the call with these inputs."""
        return self.row.passing(function, inputs, self.call.args, self.call.named)

    def ours(self, *inputs: Any) -> Any:
        """The engine's answer."""
        return self.of(self.row.function, inputs)

    def reference(self, *inputs: Any) -> Any:
        """The true answer, of arrays of mpmath's numbers."""
        return self.of(self.row.reference, inputs)

    def domains(self) -> Sequence[Domain]:
        """The numbers that each input is drawn from."""
        domains = self.call.domains or self.row.domains
        return domains if len(domains) == len(self.call.shapes) else [domains[0]] * len(self.call.shapes)

    def __repr__(self) -> str:
        return f"{self.row.name}: {self.call}"


SHAPES = [(), (1,), (3,), (2, 3), (0,), (2, 1, 2)]
PAIRS = [
    [(), ()],
    [(3,), ()],
    [(), (2, 1)],
    [(1,), ()],
    [(2, 2), (2, 2)],
    [(2, 3), (3,)],
    [(2,), (3, 2)],
    [(2, 1), (1, 3)],
    [(3, 1), (2,)],
    [(2, 2), (1, 1)],
    [(2, 1, 2), (2, 1)],
    [(1,), (2, 1, 1)],
    [(0,), (1,)],
    [(2, 1), (2, 0)],
    [(0, 3), ()],
]
ROUND = [on([shape]) for shape in SHAPES]


def unary(name: str, reference: Callable[..., Any], domain: Domain = ANY, **more: Any) -> Row:
    """An elementwise operation of one input; reference is a function of one number."""
    return Row(name, each(reference), ROUND, [domain], **more)


def binary(name: str, reference: Callable[..., Any], *domains: Domain, also: Sequence[Call] = (), **more: Any) -> Row:
    """An elementwise operation of two inputs; reference is a function of two numbers."""
    return Row(name, each(reference), [*map(on, PAIRS), *also], domains or (ANY, ANY), **more)


def _scattered(x: Any, index: Any, shape: Shape) -> Any:
    result = np.full(shape, mp.mpf(0), dtype=object)
    places = np.arange(result.size).reshape(shape)[index]
    for place, number in zip(np.ravel(places), np.ravel(x), strict=True):
        result.flat[place] += number
    return result


def _mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    total = np.asarray(np.sum(x, axis=axis, keepdims=keepdims))
    return total if total.size == 0 else total / (np.size(x) // total.size)


def _logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _log(np.sum(_exp(x), axis=axis, keepdims=keepdims))  # no overflow: mpmath's exponents have no bound


def _softmax(x: Any, axis: Any = -1) -> Any:
    return _exp(x) / np.sum(_exp(x), axis=axis, keepdims=True)


_exp, _log = each(mp.exp), each(mp.log)
_EXPONENT = 64  # exp(x - z) with |x - z| up to 60: half a unit in its last place is as many ulp of the result
_CHOICE = np.array([[True, False], [False, True]])

REDUCTIONS = [
    on([()]),
    on([(3,)]),
    on([(2, 3)]),
    on([(2, 3)], axis=0),
    on([(2, 3)], axis=-1, keepdims=True),
    on([(2, 1, 3)], axis=(0, -1)),
    on([(2, 1, 3)], axis=(2, 0), keepdims=True),
    on([(2, 2)], axis=None, keepdims=True),
    on([(2, 2)], axis=()),
    on([(2, 2)], 1),
    on([(1,)], axis=0),
    on([(0, 2)], axis=1),
]
SOFTMAXES = [
    on([(3,)]),
    on([(2, 3)]),
    on([(2, 3)], axis=0),
    on([(2, 2)], axis=(0, 1)),
    on([(2, 2)], axis=None),
    on([()], axis=None),
    on([(1,)]),
    on([(0, 2)]),
]
INDICES = [
    on([(3,)], 0),
    on([(2, 3)], -1),
    on([(2, 3)], np.int64(1)),
    on([(2, 3)], (1, -2)),
    on([(3,)], slice(None, None, -1)),
    on([(2, 3)], (slice(None), slice(0, 3, 2))),
    on([(3,)], slice(3, 1)),
    on([(2, 3)], (None, ..., 1)),
    on([()], ()),
    on([()], None),
    on([(2,)], ...),
    on([(2,)], True),
    on([(3,)], [0, 2, 0]),
    on([(3,)], [-1, 2]),
    on([(2, 3)], np.array([[1, 1], [0, 1]])),
    on([(3,)], np.array(1)),
    on([(2, 3)], ([0, 1, 0], [2, 2, 2])),
    on([(2, 3)], (np.array([[0], [1]]), np.array([0, 0]))),
    on([(2, 3)], (slice(None), [1, 1])),
    on([(2, 2, 2)], ([0, 0], slice(None), 1)),
    on([(2, 3)], (np.int64(1), slice(None, None, 2))),
    on([(3,)], np.array([True, False, True])),
    on([(3,)], [True, False, True]),
    on([(2, 2)], _CHOICE),
    on([(2, 2)], (slice(None), np.array([False, True]))),
    on([(2,)], []),
    on([(0, 2)], [[]]),
]

TABLE = [
    # linear
    Row("reshape", np.reshape, [on([(2, 3)], (6,)), on([(2, 3)], (3, -1)), on([(4,)], -1), on([(2, 2)], [1, 4]),
                                on([()], (1, 1)), on([(1,)], ()), on([(0, 2)], (3, 0))]),
    Row("transpose", np.transpose, [on([(2, 3)]), on([(3,)]), on([()]), on([(2, 3)], (1, 0)), on([(2, 0)]),
                                    on([(1, 2, 3)], (2, 0, 1)), on([(1, 2, 3)], (-1, 0, 1)),
                                    on([(1, 2, 3)], [1, 2, 0])]),
    Row("swapaxes", np.swapaxes, [on([(2, 3)], 0, 1), on([(1, 2, 3)], -1, 0), on([(2, 2)], 1, 1), on([(0, 2)], 0, 1)]),
    Row("broadcast_to", np.broadcast_to, [on([()], (2, 3)), on([(3,)], (2, 3)), on([(2, 1)], (2, 3)), on([(1,)], (0,)),
                                          on([(2,)], (2,)), on([(1, 2)], (2, 1, 2)), on([(1,)], 3)]),
    Row("astype", lambda x, dtype: x, [on([(2, 3)], np.float32), on([()], np.float32), on([(3,)], np.float64),
                                       on([()], float), on([(0,)], "float32")]),
    Row("sum", np.sum, REDUCTIONS),
    Row("getitem", operator.getitem, INDICES, operators=[operator.getitem], of_values=False),
    Row("scatter", _scattered, [on([()], 1, (3,)), on([(2,)], [0, 0], (3,)), on([(2,)], slice(0, 3, 2), (3,)),
                                on([(2,)], (slice(None), 1), (2, 3)), on([(2,)], _CHOICE, (2, 2)),
                                on([(2, 2)], np.array([[0, 1], [1, 1]]), (2,)), on([(2, 2)], (..., [1, 1]), (2, 3)),
                                on([(0,)], slice(0), (2,)), on([(2,)], (), (2,))]),
    Row("concatenate", np.concatenate, [on([(1,), (2,)]), on([(2, 2), (1, 2)]), on([(1, 2), (1, 1)], axis=1),
                                        on([(1, 1), (1, 2)], -1), on([(2,), (1,), (3,)]), on([(2,)]),
                                        on([(0, 2), (1, 2)], axis=0), on([(2, 1), (2, 1)], axis=None)],
        passing=_joined),
    Row("stack", np.stack, [on([(), ()]), on([()]), on([(2,), (2,)]), on([(2,), (2,)], axis=1),
                            on([(2, 1), (2, 1)], -1), on([(2, 1), (2, 1)], axis=-2), on([(0,), (0,)]),
                            on([(), (), ()], axis=0)],
        passing=_joined),
    Row("where", np.where, [on([(), ()], True), on([(), ()], np.False_), on([(), ()], np.array(True)),
                            on([(2, 2), (2, 2)], _CHOICE), on([(2,), (2,)], True), on([(), (2, 2)], _CHOICE),
                            on([(2, 1), (2,)], _CHOICE), on([(), ()], _CHOICE), on([(1, 2), ()], _CHOICE[:, :1]),
                            on([(3,), (1,)], [True, False, True]), on([(0,), (1,)], np.array([True])),
                            on([(), (3,)], False)],
        passing=_after_a_condition),
    # bilinear
    Row("matmul", np.matmul, [on([(3,), (3,)]), on([(2, 3), (3,)]), on([(3,), (3, 2)]), on([(2, 3), (3, 2)]),
                              on([(2, 1, 2), (2, 2, 1)]), on([(2, 1, 2), (2, 2)]), on([(1, 2), (2, 2, 1)]),
                              on([(2, 1, 1, 2), (2, 2, 1)]), on([(2,), (2, 2, 1)]), on([(2, 1, 2), (2,)]),
                              on([(1, 1), (1, 1)]), on([(2, 0), (0, 1)]), on([(0, 2), (2, 1)]), on([(2, 2), (2, 2)])],
        operators=[operator.matmul]),
    # constant between jumps
    unary("sign", lambda x: (x > 0) - (x < 0)),
    binary("equals", lambda x, y: int(x == y)),
    # elementwise
    unary("positive", lambda x: x, operators=[operator.pos]),
    unary("negative", lambda x: -x, operators=[operator.neg]),
    binary("add", operator.add, operators=[operator.add]),
    binary("subtract", operator.sub, operators=[operator.sub]),
    binary("multiply", operator.mul, operators=[operator.mul]),
    binary("divide", operator.truediv, NONZERO, NONZERO, operators=[operator.truediv]),
    binary("power", mp.power, reals(0.125, 4), reals(-3, 3), operators=[operator.pow], c_library=True, also=[
        *(on([shape], n) for n in (2, 2.0, 1, 0, 0.0, 3) for shape in ((3,), ())),
        *(on([(3,)], p, domains=[POSITIVE]) for p in (0.5, -1.5)),
        *(on([(3,)], n, domains=[NONZERO]) for n in (-1, -2.0)),
        on([(3,)], np.array([2.0, 3.0, 0.0])),
    ]),
    unary("exp", mp.exp, WIDE, c_library=True),
    unary("log", mp.log, POSITIVE, c_library=True),
    unary("sqrt", mp.sqrt, POSITIVE),
    unary("sin", mp.sin, WIDE, c_library=True),
    unary("cos", mp.cos, WIDE, c_library=True),
    unary("sinh", mp.sinh, WIDE, c_library=True),
    unary("cosh", mp.cosh, WIDE, c_library=True),
    unary("tanh", mp.tanh, WIDE, c_library=True),
    unary("sigmoid", lambda x: 1 / (1 + mp.exp(-x)), WIDE, c_library=True),
    unary("softplus", lambda x: mp.log(1 + mp.exp(x)), WIDE, c_library=True),
    unary("relu", lambda x: max(x, mp.mpf(0)), NONZERO,
          kinks=[at(0.0, gives=0.0), at(-0.0, gives=0.0), at(-inf, gives=0.0), at(nan, gives=nan)]),
    unary("abs", abs, NONZERO, operators=[abs], kinks=[at(0.0, gives=0.0), at(-0.0, gives=0.0), at(nan, gives=nan)]),
    binary("maximum", max, ANY, BETWEEN, either_zero=True, kinks=[
        at(2.0, 2.0, gives=(0.5, 0.5)), at(0.0, -0.0, gives=(0.5, 0.5)), at(nan, 1.0, gives=(1.0, 0.0)),
        at(1.0, nan, gives=(0.0, 1.0)), at(inf, inf, gives=(0.5, 0.5)), at(nan, nan, gives=(0.5, 0.5)),
    ]),
    binary("minimum", min, ANY, BETWEEN, either_zero=True, kinks=[
        at(2.0, 2.0, gives=(0.5, 0.5)), at(0.0, -0.0, gives=(0.5, 0.5)), at(nan, 1.0, gives=(1.0, 0.0)),
        at(1.0, nan, gives=(0.0, 1.0)), at(-inf, -inf, gives=(0.5, 0.5)), at(nan, nan, gives=(0.5, 0.5)),
    ]),
    # reductions
    Row("max", np.max, REDUCTIONS, distinct=True,
        kinks=[at([1.0, 3.0, 3.0], gives=[0.0, 0.5, 0.5]), at([2.0] * 3, gives=[1 / 3] * 3),
               at([nan, 1.0], gives=[1.0, 0.0]), at([-inf, -inf], gives=[0.5, 0.5])]),
    Row("min", np.min, REDUCTIONS, distinct=True,
        kinks=[at([1.0, 3.0, 1.0], gives=[0.5, 0.0, 0.5]), at([2.0] * 3, gives=[1 / 3] * 3),
               at([nan, 1.0], gives=[1.0, 0.0]), at([inf, inf], gives=[0.5, 0.5])]),
    Row("logsumexp", _logsumexp, REDUCTIONS, [WIDE], c_library=True, ulps=_EXPONENT, cancelling=(2,),
        kinks=[at([-inf, -inf], gives=[0.5, 0.5]), at([-inf, 1.0], gives=[0.0, 1.0]),
               at([inf, 1.0], gives=[1.0, 0.0])]),
    # composed
    Row("mean", _mean, REDUCTIONS),
    Row("softmax", _softmax, SOFTMAXES, [WIDE], c_library=True, ulps=_EXPONENT, cancelling=(1, 2)),
    Row("log_softmax", lambda x, axis=-1: _log(_softmax(x, axis)), SOFTMAXES, [WIDE],
        c_library=True, ulps=_EXPONENT, cancelling=(0, 1, 2)),
]  # fmt: skip
CASES = [Case(row, call) for row in TABLE for call in row.calls]
