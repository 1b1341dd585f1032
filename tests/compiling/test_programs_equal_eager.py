"""A program gives what the engine gives: every operation of the table, and random programs of all of them.

On arrays a program does what the engine does, in the same order: every bit is the same, signs of zeros among them. Two
things may differ, and have their bounds here. Numbers of Values are computed by NumPy's code for arrays, which need not
agree with Python's math to the last bit: each may be off by its row's ulps, handed on by the derivatives
(`support/rounding_of_sums.py`). And a sum of n products over windows may be added in another order: it is off by
n · eps · sum|terms| at most, where the sum of magnitudes is the same operation on magnitudes.
"""

import zlib

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autograd_mini import AutogradError, Tensor, Value, compile, gradients, multiply
from autograd_mini import sum as total
from autograd_mini.compiling.tracing.deciding import same
from autograd_mini.node import Node, data_of
from autograd_mini.registry import registry

from ..calculus.test_replay import elsewhere, leaves_of, recorded
from ..support.programs import ENGINE, leaf
from ..support.random_programs import THOROUGH, Calls, random_program, sides
from ..support.rounding_of_programs import measured
from ..support.rounding_of_sums import apart
from ..table import CASES, ONCE_COMPOSED

# NumPy's warnings are of numbers outside of a domain.
pytestmark = [pytest.mark.thorough, pytest.mark.filterwarnings("ignore::RuntimeWarning")]

SOME = 100 if THOROUGH else 4  # of the points elsewhere
OF_WINDOWS = ("conv1d", "conv2d", "avg_pool2d")  # NumPy adds over a window in the order in which it lies in memory
seeds = given(seed=st.integers(0, 2**24 - 1))  # the first is always 0
rarely = settings(max_examples=max(1, settings().max_examples // 16), phases=[Phase.generate])


@pytest.fixture(scope="module", autouse=True)
def ends():
    """The ends of all domains are looked for before, as hypothesis does not like to look for them inside of a test."""
    for case in CASES:
        for domain in case.domains():
            sides(domain)


def outcome(compute):
    try:
        return compute()
    except AutogradError as error:
        return type(error)


def leaves_in(case, numbers, dtype):
    """Values, and Tensors of that dtype."""
    return [x if isinstance(x, Value) else Tensor(np.asarray(x.data, dtype)) for x in leaves_of(case, numbers)]


def drawn(rng, case):
    """Numbers for each input, in the row's domains."""
    numbers = []
    for shape, domain in zip(case.call.shapes, case.domains(), strict=True):
        ends = np.array(sides(domain))
        low, high = np.moveaxis(ends[rng.integers(len(ends), size=shape)], -1, 0)
        numbers.append(np.asarray(rng.uniform(low, high)))
    return numbers


def allowed_for(case, leaves, record):
    """How far each number may lie from the engine's: 0 where nothing but the same operations are done."""
    if all(isinstance(x, Value) for x in leaves):
        with np.errstate(all="ignore"):
            nodes = [node for node in record if node is not None]
            bounds = iter(apart(nodes) if all(isinstance(node, Value) for node in nodes) else [0.0] * len(nodes))
        return [None if node is None else next(bounds) for node in record]
    if case.row.name not in OF_WINDOWS:
        return [0.0] * len(record)
    terms = [type(x)(np.abs(x.data)) for x in leaves]
    n = sum(np.size(x.data) for x in leaves)
    magnitudes = [data_of(node) for node in recorded(case, terms)]
    return [None if x is None else n * np.finfo(np.asarray(x).dtype).eps * np.abs(x) for x in magnitudes]


@pytest.mark.parametrize("case", ONCE_COMPOSED, ids=str)
@rarely
@seeds
def test_every_operation_and_its_derivatives(case, seed):
    rng = np.random.default_rng([seed, zlib.crc32(str(case).encode())])
    dtype = (np.float64, np.float32)[rng.integers(2)]
    first, second = drawn(rng, case), drawn(rng, case)
    f = lambda *leaves: recorded(case, leaves)
    program = compile(f)
    points = [*elsewhere(case, first, second), [np.full_like(x, np.nan) for x in first]]
    for point in (first, *(points[i] for i in rng.permutation(len(points))[:SOME])):
        leaves = leaves_in(case, point, dtype)
        eager = outcome(lambda leaves=leaves: f(*leaves))
        found = outcome(lambda leaves=leaves: program(*(leaf.data for leaf in leaves)))
        if isinstance(eager, type):
            assert found is eager
            continue
        for x, node, allowed in zip(found, eager, allowed_for(case, leaves, eager), strict=True):
            expected = data_of(node)
            assert type(x) is type(expected)
            if node is None or same(x, expected):
                continue
            assert np.shape(x) == np.shape(expected)
            assert np.asarray(x).dtype == np.asarray(expected).dtype
            with np.errstate(invalid="ignore"):
                is_near = np.abs(x - expected) <= allowed
            assert np.all(is_near | (x == expected) | (np.isnan(x) & np.isnan(expected))), (x, expected, allowed)


@pytest.fixture(scope="module")
def calls():
    return Calls(CASES)


def derivatives_of(program):
    """The function of the leaves that gives its value, its gradients, and those of the slope along its direction."""

    def f(*leaves):
        root = program.run(ENGINE, leaves)
        if not isinstance(root, Node):
            return root, [], []
        gradient = gradients(root, differentiable=True)
        slopes = [gradient.get(x) for x in leaves]
        along = [total(multiply(g, d)) for g, d in zip(slopes, program.direction, strict=True) if g is not None]
        bends = gradients(sum(along), differentiable=True) if along else {}
        return root, slopes, [bends.get(x) for x in leaves]

    return f


@pytest.mark.parametrize("name", registry)
@rarely
@seeds
def test_random_programs_and_their_derivatives(calls, name, seed):
    """Recorded elsewhere, then run at the point: within what rounding does there, measured."""
    random = random_program(seed, name, calls)
    rounding = measured(random)
    if rounding is None:
        return  # a kink is near by
    rng = np.random.default_rng(seed)
    elsewhere = [rng.uniform(-3.0, 3.0, np.shape(x)) for x in random.leaves]
    f = derivatives_of(random)
    program = compile(f)
    elsewhere = [float(x) if isinstance(y, float) else x for x, y in zip(elsewhere, random.leaves, strict=True)]
    outcome(lambda: program(*elsewhere))
    value, *found = program(*random.leaves)
    root, *nodes = f(*map(leaf, random.leaves))
    for numbers, expected, allowed in zip([[value], *found], [[root], *nodes], rounding.allowed, strict=True):
        for x, y in zip(numbers, map(data_of, expected), strict=True):
            assert type(x) is type(y)
            if y is not None and not same(x, y):
                assert np.shape(x) == np.shape(y)
                assert np.all(np.abs(x - y) <= allowed), str(random)
