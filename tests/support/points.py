"""Where an operation is tested: numbers of its domain, in one of the many forms that numbers can have."""

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from autograd_mini import Tensor, Value, transpose

from ..table import CASES
from ..table.row import Case, Row, Shape
from .oracles import Array, exact, jacobian

FORMS: dict[str, Callable[[Array], Any]] = {
    "Tensor": Tensor,
    "Tensor of float32": lambda a: Tensor(a.astype(np.float32)),
    "Value": lambda a: Value(float(a)),
    "Fortran": lambda a: Tensor(np.array(a, order="F")),
    "transposed": lambda a: transpose(Tensor(a.T)),
    "reversed": lambda a: Tensor(a[::-1])[::-1],
    "strided": lambda a: Tensor(np.repeat(a, 2, axis=-1))[..., ::2],
    "array": np.copy,
    "array of float32": lambda a: a.astype(np.float32),
    "reversed array": lambda a: a[::-1].copy()[::-1],
    "read-only array": lambda a: np.broadcast_to(a, a.shape),
    "float": float,
}
RAW = {name for name in FORMS if "array" in name or name == "float"}


def forms(shape: Shape, row: Row) -> list[str]:
    """The forms that numbers of this shape can have."""
    excluded = {"reversed", "strided", "reversed array"} if shape == () else {"Value", "float"}
    return [name for name in FORMS if name not in excluded and (row.of_values or name not in ("Value", "float"))]


class Point(NamedTuple):
    """Where an operation is tested: the numbers and forms of its inputs, an upstream gradient, a direction."""

    numbers: list[Array]
    forms: list[str]
    upstream: Array
    direction: list[Array]

    def operands(self) -> list[Any]:
        """The numbers in their forms: nodes, and raw floats and arrays."""
        return [FORMS[form](number) for form, number in zip(self.forms, self.numbers, strict=True)]


@cache
def points(case: Case) -> st.SearchStrategy[Point]:
    """Points in the operation's domain; at least one input is a node."""
    shapes = case.call.shapes
    output = np.shape(case.reference(*(exact(np.ones(shape)) for shape in shapes)))
    available = [forms(shape, case.row) for shape in shapes]
    alike = [name for name in ("Tensor", "Tensor of float32", "Value") if all(name in each for each in available)]
    mixed = st.tuples(*map(st.sampled_from, available)).filter(lambda names: not set(names) <= RAW).map(list)
    upstream = [name for name in ("array", "read-only array", "reversed array") if name in forms(output, case.row)]
    numbers = (arrays(s, d, distinct=case.row.distinct) for s, d in zip(shapes, case.domains(), strict=True))
    return st.builds(
        Point,
        st.tuples(*numbers).map(list),
        st.sampled_from(alike).map(lambda name: [name] * len(shapes)) | mixed,
        st.builds(lambda form, found: FORMS[form](found[0]), st.sampled_from(upstream), random_arrays([output])),
        random_arrays(shapes),
    )


def arrays(shape: Shape, numbers: st.SearchStrategy[float], distinct: bool = False) -> Any:
    """Arrays of numbers that hypothesis chooses one by one."""
    size = math.prod(shape)
    lists = st.lists(numbers, min_size=size, max_size=size, unique=distinct)
    return lists.map(lambda found: np.array(found, dtype=np.float64).reshape(shape))


def random_arrays(shapes: Sequence[Shape]) -> Any:
    """Arrays in which everything is linear, so that chance is as good as hypothesis, and faster."""
    seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)
    return seeds.map(lambda rng: [np.asarray(rng.integers(-512, 513, shape) / 64) for shape in shapes])


def points_of(row: Row, cases: Sequence[Case] = CASES) -> st.SearchStrategy[tuple[Case, Point]]:
    """Any call of the row, and a point for it."""
    ours = st.sampled_from([case for case in cases if case.row is row])
    return ours.flatmap(lambda case: st.tuples(st.just(case), points(case)))


def slopes(case: Case, numbers: Sequence[Array]) -> Array:
    """The size of the terms that each number of the Jacobian is the sum of.

    In a product they are those of the product of magnitudes: a number spread along a summed axis has for its slope
    a sum that may cancel.
    """
    terms = [np.abs(x) for x in numbers] if case.row.family == "multilinear" else numbers
    return np.abs(jacobian(case.reference, terms))
