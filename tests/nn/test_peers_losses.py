"""PyTorch's losses beside ours, in double precision: values, gradients and what the gradients' own derivatives are."""

from functools import partial
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd_mini import Tensor, gradients, log_softmax, sigmoid

if not find_spec("torch"):
    pytest.skip("PyTorch is not installed, so nothing is compared with it: make peers", allow_module_level=True)

import torch
import torch.nn.functional as f

REDUCTIONS = st.sampled_from(["mean", "sum", "none"])


def ours(loss, inputs, draw):
    """The loss, its gradients, and those of a sum of all gradients, each with a weight of its own."""
    leaves = [Tensor(x) for x in inputs]
    z = loss(*leaves)
    total = (z * draw.normal(size=z.shape)).sum() if z.shape else z
    first = gradients(total, differentiable=True)
    found = [first[leaf] for leaf in leaves]
    mixed = sum(((g * draw.normal(size=g.shape)).sum() for g in found), start=Tensor(0.0))
    second = gradients(mixed)
    return [z.data, *(g.data for g in found), *(second.get(leaf, np.zeros(leaf.shape)) for leaf in leaves)]


def theirs(loss, inputs, draw):
    leaves = [torch.tensor(x, requires_grad=True) for x in inputs]
    z = loss(*leaves)
    total = (z * torch.tensor(draw.normal(size=tuple(z.shape)))).sum() if z.ndim else z
    found = torch.autograd.grad(total, leaves, create_graph=True)
    mixed = sum((g * torch.tensor(draw.normal(size=tuple(g.shape)))).sum() for g in found)
    second = torch.autograd.grad(mixed, leaves, allow_unused=True) if mixed.requires_grad else [None] * len(leaves)
    whole = [torch.zeros_like(x) if s is None else s for x, s in zip(leaves, second, strict=True)]
    return [x.numpy(force=True) for x in (z, *found, *whole)]


def assert_same(mine, other, inputs, tolerance=1e-10):
    for a, b in zip(
        ours(mine, inputs, np.random.default_rng(1)), theirs(other, inputs, np.random.default_rng(1)), strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=1e-12)


def classes_second(x):
    return torch.moveaxis(x, -1, 1).contiguous() if x.ndim > 2 else x


@st.composite
def labelled(draw):
    """Logits (..., classes), labels (...), and perhaps weights."""
    lead = draw(st.sampled_from([(4,), (1,), (2, 3), (2, 3, 2)]))
    classes, seed = draw(st.integers(1, 5)), draw(st.integers(0, 99))
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.1, 2.0, classes) if draw(st.booleans()) else None
    return 3.0 * rng.normal(size=(*lead, classes)), rng.integers(0, classes, lead), weight


def of_numbers(x):
    return None if x is None else torch.tensor(x)


@given(labelled(), st.sampled_from([0.0, 0.1, 1.0]), REDUCTIONS, st.sampled_from([None, -100, -1, 0, 7]))
@settings(max_examples=40)
def test_cross_entropy_of_labels(case, smoothing, reduction, ignored):
    logits, labels, weight = case
    named = {"label_smoothing": smoothing, "reduction": reduction}
    beside = {} if ignored is None else {"ignore_index": ignored}
    if beside:
        labels = labels.copy()
        labels.ravel()[1::2] = ignored
    if not np.any(labels != ignored):
        labels, beside = np.zeros_like(labels), {}
    assert_same(
        lambda x: nn.cross_entropy(x, labels, weight=weight, **named, **beside),
        lambda x: f.cross_entropy(
            classes_second(x), torch.tensor(labels), weight=of_numbers(weight), **named, **beside
        ),
        [logits],
    )


@given(labelled(), st.sampled_from([0.0, 0.3]), REDUCTIONS)
@settings(max_examples=20)
def test_cross_entropy_of_probabilities(case, smoothing, reduction):
    logits, _, weight = case
    wanted = np.random.default_rng(5).dirichlet(np.ones(logits.shape[-1]), logits.shape[:-1])
    named = {"label_smoothing": smoothing, "reduction": reduction}
    assert_same(
        lambda x: nn.cross_entropy(x, wanted, weight=weight, **named),
        lambda x: f.cross_entropy(
            classes_second(x), classes_second(torch.tensor(wanted)), weight=of_numbers(weight), **named
        ),
        [logits],
    )


@given(labelled(), REDUCTIONS)
@settings(max_examples=20)
def test_nll_and_multi_margin(case, reduction):
    logits, labels, weight = case
    assert_same(
        lambda x: nn.nll(log_softmax(x), labels, weight=weight, reduction=reduction),
        lambda x: f.nll_loss(
            classes_second(f.log_softmax(x, -1)), torch.tensor(labels), of_numbers(weight), reduction=reduction
        ),
        [logits],
    )
    logits, labels = logits.reshape(-1, logits.shape[-1]), labels.ravel()
    x, y = Tensor(logits), torch.tensor(logits, requires_grad=True)  # which has no second derivative of it
    z = nn.multi_margin(x, labels, margin=0.7, reduction=reduction)
    w = f.multi_margin_loss(y, torch.tensor(labels), margin=0.7, reduction=reduction)
    np.testing.assert_allclose(z.data, w.detach().numpy(), rtol=1e-12)
    z.sum().backward()
    w.sum().backward()
    np.testing.assert_allclose(x.grad, y.grad.numpy(), rtol=1e-12)


SHAPES = st.sampled_from([(), (5,), (2, 3), (2, 1, 3)])


@given(SHAPES, st.integers(0, 99), REDUCTIONS, st.sampled_from([0.5, 1.0, 2.0]))
@settings(max_examples=20)
def test_losses_of_numbers(shape, seed, reduction, delta):
    rng = np.random.default_rng(seed)
    pair = [np.asarray(2.0 * rng.normal(size=shape)) for _ in range(2)]
    for mine, other, named in [
        (nn.mse, f.mse_loss, {}),
        (nn.mae, f.l1_loss, {}),
        (nn.huber, f.huber_loss, {"delta": delta}),
    ]:
        assert_same(partial(mine, reduction=reduction, **named), partial(other, reduction=reduction, **named), pair)


@given(SHAPES, st.integers(0, 99), REDUCTIONS, st.booleans())
@settings(max_examples=20)
def test_losses_of_yes_and_no(shape, seed, reduction, is_hard):
    rng = np.random.default_rng(seed)
    logits, t = np.asarray(5.0 * rng.normal(size=shape)), np.asarray(rng.random(shape))
    t = np.rint(t) if is_hard else t
    weight = rng.uniform(0.5, 2.0, shape[-1:])
    assert_same(
        lambda x: nn.bce_with_logits(x, t, pos_weight=weight, reduction=reduction),
        lambda x: f.binary_cross_entropy_with_logits(
            x, torch.tensor(t), pos_weight=torch.tensor(weight), reduction=reduction
        ),
        [logits],
    )
    assert_same(
        lambda x: nn.bce(sigmoid(x), t, reduction=reduction),
        lambda x: f.binary_cross_entropy(torch.sigmoid(x), torch.tensor(t), reduction=reduction),
        [logits / 5.0],
        tolerance=1e-9,
    )


@given(st.integers(0, 99), st.sampled_from([(4, 3), (2, 3, 5)]))
@settings(max_examples=10)
def test_kl_div_is_pytorchs_but_for_what_the_mean_divides_by(seed, shape):
    rng = np.random.default_rng(seed)
    logits, p = rng.normal(size=shape), rng.dirichlet(np.ones(shape[-1]), shape[:-1])
    rows = int(np.prod(shape[:-1]))
    for mine, other in [
        (lambda x: nn.kl_div(log_softmax(x), p),
         lambda x: f.kl_div(f.log_softmax(x, -1), torch.tensor(p), reduction="sum") / rows),
        (lambda x: nn.kl_div(log_softmax(x), p, reduction="none"),
         lambda x: f.kl_div(f.log_softmax(x, -1), torch.tensor(p), reduction="none").sum(-1)),
    ]:  # fmt: skip
        assert_same(mine, other, [logits])


@given(st.integers(0, 99), REDUCTIONS, st.sampled_from([0.0, 0.5, -0.3]))
@settings(max_examples=10)
def test_losses_of_directions(seed, reduction, margin):
    rng = np.random.default_rng(seed)
    pair, labels = [rng.normal(size=(6, 3)) for _ in range(2)], rng.choice([-1, 1], 6)
    assert_same(
        lambda x, y: nn.cosine_embedding(x, y, labels, margin=margin, reduction=reduction),
        lambda x, y: f.cosine_embedding_loss(x, y, torch.tensor(labels), margin=margin, reduction=reduction),
        pair,
        tolerance=1e-8,  # PyTorch's adds 1e-12 to the squares of the lengths
    )
    assert_same(lambda x, y: nn.cosine_similarity(x, y).sum(), lambda x, y: f.cosine_similarity(x, y).sum(), pair)
