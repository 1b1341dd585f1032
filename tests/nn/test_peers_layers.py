"""Layers and activations against PyTorch's: values, gradients to second order, running numbers, in both precisions."""

import copy

import numpy as np
import pytest

import nn
from autograd_mini import Tensor, gradients

from ..support.twins import as_theirs, hand_over

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so nothing is compared with it: make peers")

DTYPES = {np.float64: (torch.float64, 1e-10), np.float32: (torch.float32, 3e-4)}


def of(dtype):
    return {"dtype": DTYPES[dtype][0]}


# ours of a dtype, torch's of a dtype, the shape of x
PAIRS = {
    "Linear": (lambda d: nn.Linear(3, 4, rng=0, dtype=d), lambda d: torch.nn.Linear(3, 4, **of(d)), (5, 3)),
    "Linear, no bias": (
        lambda d: nn.Linear(3, 4, bias=False, rng=0, dtype=d),
        lambda d: torch.nn.Linear(3, 4, bias=False, **of(d)),
        (2, 5, 3),
    ),
    "BatchNorm1d": (lambda d: nn.BatchNorm1d(3, dtype=d), lambda d: torch.nn.BatchNorm1d(3, **of(d)), (6, 3)),
    "BatchNorm1d, time": (
        lambda d: nn.BatchNorm1d(3, momentum=0.3, eps=0.01, dtype=d),
        lambda d: torch.nn.BatchNorm1d(3, momentum=0.3, eps=0.01, **of(d)),
        (2, 3, 4),
    ),
    "BatchNorm1d, averages": (
        lambda d: nn.BatchNorm1d(3, momentum=None, affine=False, dtype=d),
        lambda d: torch.nn.BatchNorm1d(3, momentum=None, affine=False, **of(d)),
        (6, 3),
    ),
    "BatchNorm1d, untracked": (
        lambda d: nn.BatchNorm1d(3, track_running_stats=False, dtype=d),
        lambda d: torch.nn.BatchNorm1d(3, track_running_stats=False, **of(d)),
        (6, 3),
    ),
    "BatchNorm2d": (lambda d: nn.BatchNorm2d(2, dtype=d), lambda d: torch.nn.BatchNorm2d(2, **of(d)), (3, 2, 4, 4)),
    "LayerNorm": (lambda d: nn.LayerNorm(4, dtype=d), lambda d: torch.nn.LayerNorm(4, **of(d)), (3, 4)),
    "LayerNorm, two axes": (
        lambda d: nn.LayerNorm((2, 4), bias=False, eps=0.1, dtype=d),
        lambda d: torch.nn.LayerNorm((2, 4), bias=False, eps=0.1, **of(d)),
        (3, 2, 4),
    ),
    "Dropout, eval": (lambda d: nn.Dropout(0.5).eval(), lambda d: torch.nn.Dropout(0.5).eval(), (3, 4)),
    "ReLU": (lambda d: nn.ReLU(), lambda d: torch.nn.ReLU(), (3, 4)),
    "LeakyReLU": (lambda d: nn.LeakyReLU(0.2), lambda d: torch.nn.LeakyReLU(0.2), (3, 4)),
    "ELU": (lambda d: nn.ELU(0.7), lambda d: torch.nn.ELU(0.7), (3, 4)),
    "GELU": (lambda d: nn.GELU(), lambda d: torch.nn.GELU(), (3, 4)),
    "GELU, tanh": (lambda d: nn.GELU("tanh"), lambda d: torch.nn.GELU("tanh"), (3, 4)),
    "SiLU": (lambda d: nn.SiLU(), lambda d: torch.nn.SiLU(), (3, 4)),
    "Softplus": (lambda d: nn.Softplus(), lambda d: torch.nn.Softplus(), (3, 4)),
    "Sigmoid": (lambda d: nn.Sigmoid(), lambda d: torch.nn.Sigmoid(), (3, 4)),
    "Tanh": (lambda d: nn.Tanh(), lambda d: torch.nn.Tanh(), (3, 4)),
    "Softmax": (lambda d: nn.Softmax(axis=0), lambda d: torch.nn.Softmax(dim=0), (3, 4)),
    "LogSoftmax": (lambda d: nn.LogSoftmax(), lambda d: torch.nn.LogSoftmax(dim=-1), (3, 4)),
}


def same_weights(ours, theirs, rng):
    """Random ones in both."""
    for parameter in ours.parameters():
        parameter.data = rng.normal(size=parameter.shape).astype(parameter.dtype)
    hand_over(ours, theirs)


def flows(model, x, weights):
    """Output, gradients of a weighted sum of the outputs, and of the sum of the squared gradients, laid as theirs."""
    leaf = Tensor(x)
    leaves = [leaf, *model.parameters()]
    y = model(leaf)
    first = gradients((y * weights).sum(), differentiable=True)
    total = sum((first[node] ** 2).sum() for node in leaves)
    second = gradients(total)
    # A derivative that is constant has none of its own: no path leads from it.
    found = [y.data]
    for gradient in ({node: first[node].data for node in leaves}, second):
        x_gradient, *others = (_filled(gradient.get(node), node) for node in leaves)
        laid = as_theirs(model, others)
        found += [x_gradient, *(laid[path] for path in sorted(laid))]
    return found


def _filled(g, node):
    return np.zeros(node.shape, node.dtype) if g is None else g


def their_flows(model, x, weights):
    leaf = torch.tensor(x, requires_grad=True)
    leaves = [leaf, *(parameter for _, parameter in sorted(model.named_parameters()))]
    y = model(leaf)
    first = torch.autograd.grad((y * torch.tensor(weights)).sum(), leaves, create_graph=True)
    total = sum((g**2).sum() for g in first)
    second = [None] * len(leaves) if not total.requires_grad else torch.autograd.grad(total, leaves, allow_unused=True)
    filled = [torch.zeros_like(p) if g is None else g for g, p in zip(second, leaves, strict=True)]
    return [t.detach().numpy() for t in (y, *first, *filled)]


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", PAIRS)
def test_values_and_gradients_to_second_order(name, dtype):
    rng = np.random.default_rng(0)
    make, make_theirs, shape = PAIRS[name]
    ours, theirs = make(dtype), make_theirs(dtype)
    same_weights(ours, theirs, rng)
    modes = [True, False] if "BatchNorm" in name else [ours.training]
    for mode in modes:  # in training first, so that the running numbers have moved
        ours.train(mode)
        theirs.train(mode)
        x, weights = (rng.normal(size=s).astype(dtype) for s in (shape, np.shape(ours.eval()(np.zeros(shape, dtype)))))
        ours.train(mode)
        for mine, other in zip(flows(ours, x, weights), their_flows(theirs, x, weights), strict=True):
            assert mine.dtype == other.dtype == dtype
            scale = max(1.0, np.abs(other).max(initial=0.0))
            np.testing.assert_allclose(mine, other, rtol=0, atol=DTYPES[dtype][1] * scale)


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
@pytest.mark.parametrize("name", [name for name in PAIRS if "BatchNorm" in name])
def test_running_numbers_after_many_batches(name, dtype):
    rng = np.random.default_rng(1)
    make, make_theirs, shape = PAIRS[name]
    ours, theirs = make(dtype), make_theirs(dtype)
    for size in (4, 7, 2, 5):
        x = rng.normal(3.0, 2.0, (size, *shape[1:])).astype(dtype)
        ours(x)
        theirs(torch.tensor(x))
    mine = dict(ours.named_buffers())
    other = {path: t.numpy() for path, t in theirs.named_buffers() if t is not None}
    assert mine.keys() == other.keys()
    for path, array in mine.items():
        assert array.dtype == other[path].dtype
        np.testing.assert_allclose(array, other[path], rtol=DTYPES[dtype][1])
    twin = copy.deepcopy(ours).eval()
    np.testing.assert_allclose(
        np.asarray(twin(Tensor(x)).data), theirs.eval()(torch.tensor(x)).detach().numpy(), rtol=0, atol=DTYPES[dtype][1]
    )


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.__name__)
def test_embedding(dtype):
    rng = np.random.default_rng(2)
    for padding in (None, 2):
        ours = nn.Embedding(5, 3, padding_idx=padding, rng=0, dtype=dtype)
        theirs = torch.nn.Embedding(5, 3, padding_idx=padding, **of(dtype))
        hand_over(ours, theirs)
        indices, weights = rng.integers(0, 5, (4, 6)), rng.normal(size=(4, 6, 3)).astype(dtype)
        y, other = ours(indices), theirs(torch.tensor(indices))
        np.testing.assert_array_equal(y.data, other.detach().numpy(), strict=True)
        ((y**2) * weights).sum().backward()
        ((other**2) * torch.tensor(weights)).sum().backward()
        np.testing.assert_allclose(ours.weight.grad, theirs.weight.grad.numpy(), rtol=DTYPES[dtype][1], atol=1e-6)


def test_the_names_of_a_state_are_theirs():
    ours = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.LayerNorm(3), nn.Embedding(2, 2))
    theirs = torch.nn.Sequential(
        torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3), torch.nn.ReLU(), torch.nn.LayerNorm(3), torch.nn.Embedding(2, 2)
    )
    assert sorted(ours.state_dict()) == sorted(theirs.state_dict())
