"""PyTorch and JAX in double precision: the same values and gradients as ours, and what differs at special points."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from autograd_mini import Tensor, gradients, linalg
from autograd_mini.node import Node, data_of
from autograd_mini.registry import registry

from ..support.oracles import Array
from ..support.points import points_of
from ..support.pytorch import pytorch as pytorchs
from ..support.pytorch import takes as pytorch_takes
from ..table import CASES, TABLE
from ..table.row import Case, Row, as_it_is, inf, nan

pytestmark = pytest.mark.usefixtures("jax_in_doubles")

Call = Callable[[Callable[..., Any], Sequence[Any]], Any]
"""How an operation is called with its inputs: call(function, inputs)."""


class Answer(NamedTuple):
    """A value, and the gradient of each input."""

    value: Array
    gradients: list[Array]


class Peer(NamedTuple):
    """A library: its functions under our names, called as ours are, and how it is asked."""

    name: str
    functions: dict[str, Callable[..., Any]]
    answer: Callable[[Callable[..., Any], Call, Sequence[Array], Array | None], Answer]
    takes: Callable[[Case], bool]  # whether a call of the table has a meaning to it
    linalg: Any  # its linear algebra


def ours(name: str, call: Call, inputs: Sequence[Array], upstream: Array | None = None) -> Answer:
    leaves = [Tensor(x) for x in inputs]
    with np.errstate(divide="ignore"):  # log(0)
        z = call(registry[name].function, leaves)
    seed = np.ones(np.shape(data_of(z))) if upstream is None else upstream
    found = gradients(z, seed) if isinstance(z, Node) else {}
    return Answer(np.asarray(data_of(z)), [found.get(x, np.zeros(x.shape)) for x in leaves])


def pytorch() -> Peer:
    """Its functions for ours, called as ours are."""
    import torch

    others = ("cholesky", "det", "inv", "logabsdet", "slogdet", "solve", "split")  # are called in other ways
    functions = {name: function for name, function in pytorchs().items() if name not in others}

    def answer(function: Callable[..., Any], call: Call, inputs: Sequence[Array], upstream: Array | None) -> Answer:
        leaves = [torch.tensor(x, requires_grad=True) for x in inputs]
        z = call(function, leaves)
        z.backward(torch.ones_like(z) if upstream is None else torch.tensor(upstream.copy()))
        return Answer(z.detach().numpy(), [np.zeros(x.shape) if x.grad is None else x.grad.numpy() for x in leaves])

    return Peer("torch", functions, answer, pytorch_takes, torch.linalg)


def jax() -> Peer:
    """jax.numpy has NumPy's names and signatures."""
    import jax

    places = [jax.numpy, jax.nn, jax.scipy.special, jax.numpy.linalg]
    found = {name: next((getattr(p, name) for p in places if hasattr(p, name)), None) for name in registry}
    others = ("getitem", "scatter", "astype", "split", "slogdet", "take", "tril", "triu")  # are called in other ways
    others += ("divmod", "modf", "ldexp", "partition")  # give two answers; is 1 at 0; knows no axis None
    others += ("apply_over_axes", "vander")  # takes no axis by itself; is nan at 0
    others += ("atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "meshgrid", "unstack")  # give several
    others += ("array_split", "hsplit", "vsplit", "dsplit")
    others += ("eig", "log_ndtr", "beta", "betaln")  # has no derivative; are not so exact
    functions = {name: function for name, function in found.items() if function and name not in others}
    functions["clip"] = lambda x, a_min=None, a_max=None, **named: jax.numpy.clip(x, a_min, a_max, **named)
    functions["leaky_relu"] = lambda x, slope=0.01: jax.nn.leaky_relu(x, slope)
    functions["gelu"] = lambda x: jax.nn.gelu(x, approximate=False)
    functions["logabsdet"] = lambda x: jax.numpy.linalg.slogdet(x)[1]
    functions["where"] = lambda condition, x, y: jax.numpy.where(np.asarray(condition), x, y)
    functions["reshape"] = lambda x, shape, order="C": jax.numpy.reshape(x, np.atleast_1d(shape).tolist(), order)

    def answer(function: Callable[..., Any], call: Call, inputs: Sequence[Array], upstream: Array | None) -> Answer:
        z, pull = jax.vjp(lambda *xs: call(function, xs), *inputs)
        found = pull(np.ones(z.shape) if upstream is None else upstream)
        return Answer(np.asarray(z), [np.asarray(g) for g in found])

    def takes(case: Case) -> bool:
        """Not lists, the deviation of one number, which is nan to it, or an axis or determinant of nothing.

        Not most methods of quantiles, nor a correction; nor what is compared by parts, for which see `OF_MATRICES`.
        """
        listed = any(isinstance(x, list) for x in (*case.call.args, *case.call.named.values()))
        nothing = any(shape == () or 0 in shape for shape in case.call.shapes)
        of_something = ("cumsum", "cumprod", "cumulative_sum", "cumulative_prod", "det")
        unknown = case.row.name == "std" or {"method", "correction"} & {*case.call.named}
        in_parts = case.row.compared is not as_it_is
        return not (listed or unknown or in_parts or (nothing and case.row.name in of_something))

    return Peer("jax", functions, answer, takes, jax.numpy.linalg)


MAKERS = {"torch": pytorch, "jax": jax}
PEERS = [make() for name, make in MAKERS.items() if find_spec(name)]
if not PEERS:
    why = "neither PyTorch nor JAX is installed, so nothing is compared with them: make peers"
    pytest.skip(why, allow_module_level=True)


def calls(peer: Peer, row: Row) -> list[Case]:
    """The row's calls that the peer takes."""
    known = row.family != "step" and row.name in peer.functions
    return [case for case in CASES if known and case.row is row and peer.takes(case)]


SHARED = [(peer, row) for peer in PEERS for row in TABLE if calls(peer, row)]
every_peer = pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)


@pytest.mark.parametrize("name", MAKERS)
def test_there_is_much_to_compare(name):
    if not find_spec(name):
        pytest.skip(f"{name} is not installed, so nothing is compared with it: make peers")
    assert sum(peer.name == name for peer, _ in SHARED) > 50


@pytest.mark.parametrize(("peer", "row"), SHARED, ids=lambda x: x.name)
@settings(max_examples=4, phases=[Phase.generate], derandomize=True)  # few: every shape is compiled by JAX
@given(data=st.data())
def test_values_and_gradients_are_theirs(peer, row, data):
    case, point = data.draw(points_of(row, calls(peer, row)))
    mine = ours(row.name, case.of, point.numbers, point.upstream)
    theirs = peer.answer(peer.functions[row.name], case.of, point.numbers, point.upstream)
    size = float(np.sum(np.abs(point.upstream)))
    np.testing.assert_allclose(mine.value, theirs.value, rtol=1e-11, atol=1e-13)
    for g, other in zip(mine.gradients, theirs.gradients, strict=True):
        np.testing.assert_allclose(g, other, rtol=1e-11, atol=1e-13 * size)


# Special points, most of them from conventions.md: the inputs of one operation, and what else it is given.

SPECIAL: list[tuple[str, tuple[Any, ...], tuple[Any, ...]]] = [
    *(("relu", (x,), ()) for x in (0.0, -inf, nan)),
    ("leaky_relu", (0.0,), (0.25,)),
    ("abs", (0.0,), ()),
    *((name, (2.0, 2.0), ()) for name in ("maximum", "minimum")),
    *((name, (x, 1.0), ()) for name in ("maximum", "minimum") for x in (nan, inf)),
    *((name, (x,), ()) for name in ("max", "min") for x in ([1.0, 3.0, 3.0], [2.0, 2.0, 2.0], [nan, 1.0])),
    ("clip", (1.0,), (0.0, 1.0)),
    ("sqrt", (0.0,), ()),
    ("log", (0.0,), ()),
    *(("power", (0.0,), (p,)) for p in (0.5, 0.0, 1.0, 2.0)),
    *(("power", (0.0, p), ()) for p in (0.0, 1.0, 2.0)),
    ("power", (-2.0, 3.0), ()),
    ("norm", ([0.0, 0.0],), ()),
    ("std", ([3.0, 3.0],), ()),
    *((name, (x,), ()) for name in ("arcsin", "arccos") for x in (1.0, -1.0)),
    ("sinc", (0.0,), ()),
    *(("prod", (x,), ()) for x in ([0.0, 2.0, 3.0], [0.0, 0.0, 3.0])),
    *((name, (x,), ()) for name in ("sigmoid", "tanh", "softplus") for x in (1000.0, -1000.0)),
    *((name, (x,), ()) for name in ("softmax", "log_softmax", "logsumexp") for x in ([1e3, 1e3], [-1e3, 1e3])),
    ("logsumexp", ([-inf, -inf],), ()),
    *((name, (0.0, 0.0), ()) for name in ("hypot", "arctan2", "xlogy")),
]


# Their gradients where they are not ours; the values are the same everywhere.
DIFFERENCES: dict[str, dict[str, list[Any]]] = {
    "torch": {
        "relu(nan)": [1.0],
        "maximum(nan, 1.0)": [1.0, 1.0],
        "minimum(nan, 1.0)": [1.0, 1.0],
        "max([nan, 1.0])": [[nan, nan]],
        "min([nan, 1.0])": [[nan, nan]],
        "logsumexp([-inf, -inf])": [[nan, nan]],
        "hypot(0.0, 0.0)": [nan, nan],
        "xlogy(0.0, 0.0)": [0.0, nan],
    },
    "jax": {
        "relu(nan)": [0.0],
        "leaky_relu(0.0; 0.25)": [1.0],
        "abs(0.0)": [1.0],
        "maximum(nan, 1.0)": [0.0, 0.0],
        "minimum(nan, 1.0)": [0.0, 0.0],
        "max([nan, 1.0])": [[nan, nan]],
        "min([nan, 1.0])": [[nan, nan]],
        "clip(1.0; 0.0, 1.0)": [0.5],
        "power(0.0; 0.0)": [nan],
        "power(0.0, 0.0)": [nan, 0.0],
        "norm([0.0, 0.0])": [[nan, nan]],
        "std([3.0, 3.0])": [[nan, nan]],
        "logsumexp([-inf, -inf])": [[nan, nan]],
        "hypot(0.0, 0.0)": [0.5, 0.5],
        "arctan2(0.0, 0.0)": [nan, nan],
        "xlogy(0.0, 0.0)": [-inf, nan],
    },
}


def written(name: str, inputs: Sequence[Any], rest: Sequence[Any]) -> str:
    """The call as text, what is not differentiated after a semicolon."""
    return f"{name}({'; '.join(', '.join(map(str, part)) for part in (inputs, rest) if part)})"


def agree(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return all(np.allclose(a, b, rtol=1e-12, atol=1e-13, equal_nan=True) for a, b in zip(some, others, strict=True))


@every_peer
@pytest.mark.parametrize(("name", "inputs", "rest"), SPECIAL, ids=[written(*point) for point in SPECIAL])
def test_special_points(peer, name, inputs, rest):
    call = lambda function, xs: function(*xs, *rest)
    arrays = [np.array(x) for x in inputs]
    mine, theirs = ours(name, call, arrays), peer.answer(peer.functions[name], call, arrays, None)
    assert agree([mine.value], [theirs.value])
    told = DIFFERENCES[peer.name].get(written(name, inputs, rest))
    assert agree(theirs.gradients, mine.gradients if told is None else told), (mine, theirs)
    assert told is None or not agree(told, mine.gradients), "no longer a difference"


def test_every_difference_is_looked_at():
    points = {written(*point) for point in SPECIAL}
    assert all(set(differences) <= points for differences in DIFFERENCES.values())


@every_peer
def test_a_peers_functions_are_under_our_names(peer):
    assert set(peer.functions) <= set(registry)


# Decompositions and norms: of each a function that knows no signs, written once for all libraries.

_M = np.random.default_rng(7).normal(size=(4, 4))
_WEIGHTS = np.arange(16.0).reshape(4, 4) / 8 - 1
OF_MATRICES: dict[str, Callable[[Any, Any], Any]] = {
    "eigh": lambda of, x: (lambda w, v: (v * w**3) @ v.mT)(*of.eigh(x + x.mT)),
    "eigvalsh": lambda of, x: of.eigvalsh(x + x.mT) ** 3,
    "svd": lambda of, x: (lambda u, s, vh: (u * s**2) @ vh)(*of.svd(x[:, :3], full_matrices=False)),
    "svdvals": lambda of, x: of.svdvals(x[:2]),
    "qr": lambda of, x: (lambda q, r: (q**2) @ (r**2))(*of.qr(x[:, :3])),
    "qr of a wide one": lambda of, x: (lambda q, r: (q**2) @ (r**2))(*of.qr(x[:3])),
    "pinv": lambda of, x: of.pinv(x[:, :3]),
    "lstsq": lambda of, x: of.lstsq(x[:, :2], x[:, 2:])[0],
    "cholesky": lambda of, x: of.cholesky(x @ x.mT),
    "matrix_power": lambda of, x: of.matrix_power(x, -3),
    "multi_dot": lambda of, x: of.multi_dot([x[:1], x, x[:, 1:], x[:3]]),
    "tensorinv": lambda of, x: of.tensorinv(x.reshape(4, 2, 2), ind=1),
    "tensorsolve": lambda of, x: of.tensorsolve(x.reshape(2, 2, 4), x[:2, :2]),
    "cond": lambda of, x: of.cond(x),
    "cubic norm": lambda of, x: of.vector_norm(x, ord=3),
    **{f"norm {ord}": lambda of, x, ord=ord: of.matrix_norm(x, ord=ord) for ord in ("nuc", 2, -2, 1, -inf, "fro")},
}


def _of_ours(function: Callable[..., Any], x: Array) -> Answer:
    leaf = Tensor(x)
    z = function(linalg, leaf)
    weights = _WEIGHTS.ravel()[: z.size].reshape(z.shape)
    return Answer(z.data, [gradients(z, weights)[leaf]])


@every_peer
@pytest.mark.parametrize("name", OF_MATRICES)
def test_of_matrices(peer, name):
    function = OF_MATRICES[name]
    mine = _of_ours(function, _M)
    weights = _WEIGHTS.ravel()[: mine.value.size].reshape(mine.value.shape)
    theirs = peer.answer(peer.linalg, lambda of, xs: function(of, *xs), [_M], weights)
    np.testing.assert_allclose(mine.value, theirs.value, rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(mine.gradients[0], theirs.gradients[0], rtol=1e-9, atol=1e-9)
