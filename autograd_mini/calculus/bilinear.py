"""Products: linear in each of their inputs, with one derivative for each."""

import math
from collections.abc import Sequence
from string import ascii_letters, ascii_lowercase, ascii_uppercase
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from ..errors import KindError, ShapeError, brief
from ..node import Node, dtype_of, ndim_of, shape_of
from ..primitive import Multilinear, Operation, per_slot, refuse_nodes, seen
from ..refusals import attempt
from ..registry import bilinear, operation, registered
from .elementwise import multiply
from .linear import getitem, reshape, scatter

# Each derivative takes the upstream gradient g, the output z and the inputs x, y.

_LETTERS = ascii_uppercase + ascii_lowercase  # whose order is that of the numbers 0, 1, 2, ...


def column(x: Any) -> Any:
    """Vectors as matrices of one column."""
    return getitem(x, (..., None))


def row(x: Any) -> Any:
    """Vectors as matrices of one row."""
    return getitem(x, (..., None, slice(None)))


def rows(x: Any) -> Any:
    """The rows of a stack of matrices as those of one."""
    *before, length = shape_of(x)
    return reshape(x, (math.prod(before), length))


def _matmul_left(g: Any, z: Any, x: Any, y: Any) -> Any:
    """dL/dx = g yᵀ; a vector is a row on the left of @ and a column on its right."""
    if y.ndim == 1:
        return column(g) * y
    return getitem(y @ column(g), (..., 0)) if x.ndim == 1 else g @ y.mT


def _matmul_right(g: Any, z: Any, x: Any, y: Any) -> Any:
    """dL/dy = xᵀ g."""
    if x.ndim == 1:
        return column(g) * x if y.ndim == 1 else column(x) * row(g)
    if y.ndim == 1:
        return getitem(x.mT @ column(g), (..., 0))
    if y.ndim == 2 < x.ndim:  # one matrix for a stack of them: a product of all rows, and no stack of products to add
        return rows(x).mT @ rows(g)
    return x.mT @ g


def _matmul(x: Any, y: Any) -> Any:
    try:
        return np.matmul(x, y)
    except ValueError as error:
        if np.ndim(x) == 0 or np.ndim(y) == 0:
            raise ValueError("a single number multiplies by *, not by @") from error
        inner = x.shape[-1], y.shape[-2:][0]
        if inner[0] == inner[1]:
            raise
        raise ValueError(f"each row of the left has {inner[0]} numbers, each column of the right {inner[1]}") from error


matmul: Operation = bilinear(
    "matmul",
    _matmul,
    _matmul_left,
    _matmul_right,
    "The matrix product x @ y; vectors and stacks of matrices as `numpy.matmul`.",
    "matmul(Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]])).data → array([[11.]])",
)


convolution: Operation = operation(
    Multilinear(
        "convolution",
        lambda x, y: np.convolve(x, y),
        (lambda g, z, x, y: sliding(g, y), lambda g, z, x, y: sliding(g, x)),
    ),
    inputs=2,
)  # of two vectors, wherever they overlap
sliding: Operation = operation(
    Multilinear(
        "sliding",
        lambda x, y: np.correlate(x, y, "valid"),
        (lambda g, z, x, y: convolution(g, y), lambda g, z, x, y: sliding(x, g)),
    ),
    inputs=2,
)  # each stretch of x that is as long as y, which is no longer than x, times y


class _Einsum(Multilinear):
    """The sum of products that subscripts spell: they say how many operands it has, and so how many derivatives."""

    __slots__ = ()

    def pull(self, node: Node, g: Any) -> Any:
        """The gradient of each operand."""
        assert node.rule is not None
        _, inputs = seen(node, isinstance(g, Node))
        terms, output = spelled(node.rule.named["subscripts"], [*map(ndim_of, inputs)])
        lengths = {letter: 1 for term in terms for letter in term}
        for term, x in zip(terms, inputs, strict=True):
            for letter, n in zip(term, shape_of(x), strict=True):
                lengths[letter] = n if n != 1 else lengths[letter]
        return per_slot(
            _einsum_derivative(k, terms, output, lengths, g, inputs) if isinstance(x, Node) else None
            for k, x in enumerate(node.inputs)
        )


def _einsum_derivative(
    k: int, terms: list[str], output: str, lengths: dict[str, int], g: Any, values: Sequence[Any]
) -> Any:
    """The gradient of operand k: the einsum of g with the other operands, for k's own subscripts."""
    own = "".join(dict.fromkeys(terms[k]))
    others = [term for i, term in enumerate(terms) if i != k]
    alone = "".join(letter for letter in own if letter not in output + "".join(others))
    ones = [np.ones(tuple(lengths[letter] for letter in alone), dtype_of(g))] if alone else []
    spelled = ",".join([output, *others, *([alone] if alone else [])]) + "->" + own
    rest = (value for i, value in enumerate(values) if i != k)
    gradient = einsum(spelled, g, *rest, *ones)
    if own == terms[k]:
        return gradient
    places = dict(zip(own, np.ix_(*(np.arange(lengths[letter]) for letter in own)), strict=True))
    shape = tuple(lengths[letter] for letter in terms[k])
    return scatter(gradient, tuple(places[letter] for letter in terms[k]), shape)


_einsum = _Einsum("einsum", lambda *operands, subscripts: np.einsum(subscripts, *operands), ())


@registered(Multilinear.family)
def einsum(subscripts: Any, *operands: Any, optimize: Any = False) -> Any:
    """The sum of products that the subscripts spell, as `numpy.einsum`: "ij,jk->ik" is a matrix product.

    Repeated subscripts take a diagonal, an ellipsis stands for any further axes, and without "->" the output has
    the subscripts that occur once, in the order of the alphabet. Numbers will do, too: einsum(x, [0, 1], y, [1, 2]).

    optimize: more than two operands are multiplied pair by pair, in the order that `numpy.einsum_path` finds with it.

    >>> from autograd_mini import Tensor
    >>> einsum("ii", Tensor([[1.0, 2.0], [3.0, 4.0]])).item()
    5.0
    """
    if not isinstance(subscripts, str):
        subscripts, operands = _from_lists(subscripts, *operands)
    if optimize is not False and len(operands) > 2:
        return _pair_by_pair(subscripts, operands, optimize)
    return _einsum.apply(operands, subscripts=subscripts)


def _from_lists(*args: Any) -> tuple[str, tuple[Any, ...]]:
    """Operands, each with a list of its subscripts, and perhaps one of the output's, as a string and the operands."""
    operands, lists = args[: len(args) // 2 * 2 : 2], [*args[1::2], *args[len(args) // 2 * 2 :]]
    if not operands or not all(isinstance(numbers, list | tuple) for numbers in lists):
        raise KindError('einsum takes subscripts as a string first, "ij,jk->ik", or as a list after each operand')
    if not all(i is ... or (isinstance(i, int | np.integer) and 0 <= i < 52) for numbers in lists for i in numbers):
        raise ShapeError(f"einsum takes the whole numbers from 0 to 51 as subscripts, and ...; got {brief(lists)}")
    terms = ["".join("..." if i is ... else _LETTERS[i] for i in numbers) for numbers in lists]
    output = "".join(f"->{term}" for term in terms[len(operands) :])
    return ",".join(terms[: len(operands)]) + output, operands


def _pair_by_pair(subscripts: str, operands: Sequence[Any], optimize: Any) -> Any:
    """The same sum of products, two operands at a time: what only those two have is summed at once."""
    refuse_nodes("einsum", (optimize,))
    find = lambda *x: np.einsum_path(subscripts, *(np.broadcast_to(0.0, shape_of(a)) for a in x), optimize=optimize)
    path, _ = attempt("einsum", find, *operands)
    terms, output = spelled(subscripts, [*map(ndim_of, operands)])
    rest = [*zip(terms, operands, strict=True)]
    for places in path[1:]:
        taken = [rest.pop(i) for i in sorted(places, reverse=True)]
        needed = output + "".join(term for term, _ in rest)
        term = output if not rest else "".join(dict.fromkeys(i for own, _ in taken for i in own if i in needed))
        spelled_out = ",".join(own for own, _ in taken) + "->" + term
        rest.append((term, _einsum.apply([x for _, x in taken], subscripts=spelled_out)))
    return rest[0][1]


def spelled(subscripts: str, ndims: list[int]) -> tuple[list[str], str]:
    """The subscripts of each operand and of the output, the ellipsis as letters that are free."""
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    free = [letter for letter in ascii_letters if letter not in subscripts]
    widest = 0
    for i, (term, ndim) in enumerate(zip(terms, ndims, strict=True)):
        if "..." in term:
            hidden = ndim - len(term) + 3
            widest = max(widest, hidden)
            terms[i] = term.replace("...", "".join(reversed(free[:hidden])))
    ellipsis = "".join(reversed(free[:widest]))
    if not arrow:
        letters = "".join(left.replace("...", "").replace(",", ""))
        output = ellipsis + "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    return terms, output.replace("...", ellipsis)


@registered("composed")
def tensordot(x: Any, y: Any, axes: Any = 2) -> Any:
    """The products summed over pairs of axes: the last `axes` of x with the first of y, or two lists of axes.

    >>> from autograd_mini import Tensor
    >>> tensordot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]), 1).item()
    11.0
    """
    return _contracted("tensordot", x, y, axes)


def _contracted(name: str, x: Any, y: Any, axes: Any) -> Any:
    return einsum(attempt(name, lambda a, b: _contraction(shape_of(a), shape_of(b), axes), x, y), x, y)


def _contraction(of_x: tuple[int, ...], of_y: tuple[int, ...], axes: Any) -> str:
    """The subscripts of a sum over pairs of axes of arrays of these shapes."""
    m, n = len(of_x), len(of_y)
    pairs = (range(m - axes, m), range(axes)) if isinstance(axes, int) else axes
    first, second = (normalize_axis_tuple(axis, ndim) for axis, ndim in zip(pairs, (m, n), strict=True))
    if [of_x[i] for i in first] != [of_y[j] for j in second]:  # einsum would spread a length of 1
        raise ValueError(f"axes {first} of the one and {second} of the other differ in length")
    left, right = list(ascii_letters[:m]), list(ascii_letters[m : m + n])
    for i, j in zip(first, second, strict=True):
        right[j] = left[i]
    kept = [a for a in left if a not in right] + [b for b in right if b not in left]
    return f"{''.join(left)},{''.join(right)}->{''.join(kept)}"


@registered("composed")
def dot(x: Any, y: Any) -> Any:
    """The product of scalars, of a scalar and an array, or over the last axis of x and the last but one of y.

    >>> from autograd_mini import Tensor
    >>> dot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0])).item()
    11.0
    """
    if ndim_of(x) == 0 or ndim_of(y) == 0:
        return multiply(x, y)
    if ndim_of(y) <= 2 and shape_of(x)[-1] == shape_of(y)[0]:
        return matmul(x, y)  # the same, in a quarter of the time of einsum
    return _contracted("dot", x, y, ((-1,), (-2 if ndim_of(y) > 1 else -1,)))


@registered("composed")
def inner(x: Any, y: Any) -> Any:
    """The product over the last axes of both.

    >>> from autograd_mini import Tensor
    >>> inner(Tensor([1.0, 2.0]), Tensor([3.0, 4.0])).item()
    11.0
    """
    return multiply(x, y) if ndim_of(x) == 0 or ndim_of(y) == 0 else _contracted("inner", x, y, ((-1,), (-1,)))


@registered("composed")
def outer(x: Any, y: Any) -> Any:
    """Every product of an element of x and one of y, as a matrix.

    >>> from autograd_mini import Tensor
    >>> outer(Tensor([1.0, 2.0]), Tensor([3.0, 4.0])).data.tolist()
    [[3.0, 4.0], [6.0, 8.0]]
    """
    return multiply(reshape(x, (-1, 1)), reshape(y, (1, -1)))


@registered("composed")
def kron(x: Any, y: Any) -> Any:
    """The Kronecker product: y in the place of each element of x, times that element.

    >>> from autograd_mini import Tensor
    >>> kron(Tensor([1.0, 10.0]), Tensor([1.0, 2.0])).data
    array([ 1.,  2., 10., 20.])
    """
    ndim = max(ndim_of(x), ndim_of(y))
    shapes = [(1,) * (ndim - ndim_of(a)) + shape_of(a) for a in (x, y)]
    left = tuple(n for m in shapes[0] for n in (m, 1))
    right = tuple(n for m in shapes[1] for n in (1, m))
    product = multiply(reshape(x, left), reshape(y, right))
    return reshape(product, tuple(m * n for m, n in zip(*shapes, strict=True)))
