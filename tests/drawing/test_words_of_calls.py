"""The words of composed operations are true: what they say is computed by hand, and is what the engine computes."""

from collections.abc import Callable
from inspect import getclosurevars
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm as normal

import autograd_mini as ag
import nn
from autograd_mini import Tensor, gradients, named_call
from autograd_mini.drawing.formula import spell_flows, spell_parameters
from autograd_mini.node import next_birth
from autograd_mini.scopes import Composition, calls

RNG = np.random.default_rng(4)
ROW, SQUARE = RNG.normal(size=5), RNG.normal(size=(4, 3))
LABELS, SIGNS, SHARES = np.array([0, 2, 1, 2]), np.array([1.0, -1.0, 1.0, 1.0, -1.0]), RNG.dirichlet(np.ones(3), size=4)
IMAGES, KERNEL = RNG.normal(size=(2, 2, 5, 6)), RNG.normal(size=(3, 2, 2, 3))
SIGNALS, SLIDER = RNG.normal(size=(2, 2, 7)), RNG.normal(size=(3, 2, 3))


def softmax(x):
    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.log1p(np.exp(x))


def one_hot(labels, width):
    return np.eye(width)[labels]


def deviate(x, axis=None):
    return x - x.mean(axis, keepdims=axis is not None)


def spread(x):
    return np.sqrt(x.var(-1, keepdims=True) + 1e-5)


def windows(x, size, step=1):
    """The windows of the last axes of x, each with where it begins; step by step."""
    ranges = [range(0, length - width + 1, step) for length, width in zip(x.shape[-len(size) :], size, strict=True)]
    for start in np.ndindex(*map(len, ranges)):
        cut = tuple(slice(step * i, step * i + width) for i, width in zip(start, size, strict=True))
        yield start, (..., *cut)


def padded(x):
    return np.pad(x, [(0, 0), (0, 0)] + [(1, 1)] * (x.ndim - 2))


def slide(x, weight):
    """The weight laid over each window: the products of what lies on each other, added up."""
    x, size = padded(x), weight.shape[2:]
    shape = [length - width + 1 for length, width in zip(x.shape[2:], size, strict=True)]
    answer = np.zeros((len(x), len(weight), *shape))
    for start, cut in windows(x, size):
        answer[(..., *start)] = np.tensordot(x[cut], weight, (range(1, x.ndim), range(1, x.ndim)))
    return answer


def lay_back(g, x, weight):
    """Each number of g times the weight, added where the window was."""
    answer = np.zeros_like(padded(x))
    for start, cut in windows(answer, weight.shape[2:]):
        answer[cut] += np.tensordot(g[(..., *start)], weight, 1)
    return answer[(..., *[slice(1, -1)] * (x.ndim - 2))]


def weigh_windows(g, x, weight):
    """The windows of x, each times the number of g that it led to, added up."""
    x = padded(x)
    return sum(np.tensordot(g[(..., *start)].T, x[cut], 1) for start, cut in windows(x, weight.shape[2:]))


def pool(x, choose):
    shape = (*x.shape[:2], x.shape[2] // 2, x.shape[3] // 2)
    answer = np.zeros(shape)
    for start, cut in windows(x, (2, 2), step=2):
        answer[(..., *start)] = choose(x[cut])
    return answer


def give_back(g, x, share):
    answer = np.zeros_like(x)
    for start, cut in windows(x, (2, 2), step=2):
        answer[cut] += g[(..., *start)][..., None, None] * share(x[cut])
    return answer


def is_largest(window):
    return window == window.max((-2, -1), keepdims=True)


# What the words of each operation say, by hand. In flows g is the upstream gradient and z the output.
SAID: dict[str, Callable[..., Any]] = {
    "sum(x) / n": lambda x: x.sum() / x.size,
    "g / n": lambda g, z, x: g / x.size + 0 * x,
    "exp(x) / sum(exp(x))": softmax,
    "z × (g - sum(g × z))": lambda g, z, x: z * (g - (g * z).sum(-1, keepdims=True)),
    "mean of (x - mean(x))²": lambda x: np.mean((x - x.mean()) ** 2),
    "g × 2 (x - mean(x)) / n": lambda g, z, x: g * 2 * (x - x.mean()) / x.size,
    "√ var(x)": lambda x: np.sqrt(np.var(x)),
    "g × (x - mean(x)) / (n × z)": lambda g, z, x: g * (x - x.mean()) / (x.size * z),
    "x × sigmoid(x)": lambda x: x * sigmoid(x),
    "x × Φ(x)": lambda x: x * normal.cdf(x),
    "x × Φ(x), nearly": lambda x: x * normal.cdf(x),
    "g × (Φ(x) + x × φ(x))": lambda g, z, x: g * (normal.cdf(x) + x * normal.pdf(x)),
    "weight laid over each window of x": slide,
    "g laid back through weight": lambda g, z, x, weight: lay_back(g, x, weight),
    "windows of x weighed by g": lambda g, z, x, weight: weigh_windows(g, x, weight),
    "the largest in each window": lambda x: pool(x, lambda window: window.max((-2, -1))),
    "g to the largest in each window": lambda g, z, x: give_back(g, x, is_largest),
    "the mean of each window": lambda x: pool(x, lambda window: window.mean((-2, -1))),
    "g / n to all in each window": lambda g, z, x: give_back(g, x, lambda window: 1 / 4),
    "mean of -target · log softmax(logits)": lambda x, t: -(t * np.log(softmax(x))).sum(-1).mean(),
    "g × (softmax(logits) - target) / n": lambda g, z, x, t: g * (softmax(x) - t) / len(x),
    "mean of -log_probabilities[label]": lambda x, t: -(t * x).sum(-1).mean(),
    "-g / n at each label": lambda g, z, x, t: -g / len(x) * t,
    "mean of max(0, 1 - label × score)": lambda x, t: np.maximum(0, 1 - t * x).mean(),
    "-g × label / n where the margin is missed": lambda g, z, x, t: np.where(t * x < 1, -g * t / x.size, 0),
    "mean of (outputs - targets)²": lambda x, t: ((x - t) ** 2).mean(),
    "g × 2 (outputs - targets) / n": lambda g, z, x, t: g * 2 * (x - t) / x.size,
    "-g × 2 (outputs - targets) / n": lambda g, z, x, t: -g * 2 * (x - t) / x.size,
    "mean of |outputs - targets|": lambda x, t: np.abs(x - t).mean(),
    "g × sign(outputs - targets) / n": lambda g, z, x, t: g * np.sign(x - t) / x.size,
    "-g × sign(outputs - targets) / n": lambda g, z, x, t: -g * np.sign(x - t) / x.size,
    "sum of (outputs - targets)²": lambda x, t: ((x - t) ** 2).sum(),
    "g × 2 (outputs - targets)": lambda g, z, x, t: g * 2 * (x - t),
    "-g × 2 (outputs - targets)": lambda g, z, x, t: -g * 2 * (x - t),
    "mean of -(t × log p + (1 - t) × log(1 - p))": lambda p, t: -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean(),
    "g × (p - t) / (p × (1 - p)) / n": lambda g, z, p, t: g * (p - t) / (p * (1 - p)) / p.size,
    "mean of t × softplus(-x) + (1 - t) × softplus(x)": lambda x, t: (t * softplus(-x) + (1 - t) * softplus(x)).mean(),
    "g × (sigmoid(x) - t) / n": lambda g, z, x, t: g * (sigmoid(x) - t) / x.size,
    "sum of p × (log p - log q), the mean over rows": lambda q, p: (p * (np.log(p) - q)).sum(-1).mean(),
    "-g × p / rows": lambda g, z, q, p: -g * p / len(p),
    "x · y / (|x| × |y|)": lambda x, y: (x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum()),
    "(x - mean(x)) / √(var(x) + eps)": lambda x: deviate(x, -1) / spread(x),
    "(g - mean(g) - z × mean(g × z)) / √(var(x) + eps)": lambda g, z, x: (
        (deviate(g, -1) - z * (g * z).mean(-1, keepdims=True)) / spread(x)
    ),
}

# Each operation, what it is called with, and what stands for that where it is computed by hand.
CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...], tuple[Any, ...]]] = {
    "mean": (ag.mean, (ROW,), (ROW,)),
    "softmax": (ag.softmax, (SQUARE,), (SQUARE,)),
    "var": (ag.var, (ROW,), (ROW,)),
    "std": (ag.std, (ROW,), (ROW,)),
    "silu": (ag.silu, (ROW,), (ROW,)),
    "gelu": (ag.gelu, (ROW,), (ROW,)),
    "gelu_tanh": (ag.gelu_tanh, (ROW,), (ROW,)),
    "conv2d": (lambda x, w: ag.conv2d(x, w, padding=1), (IMAGES, KERNEL), (IMAGES, KERNEL)),
    "conv1d": (lambda x, w: ag.conv1d(x, w, padding=1), (SIGNALS, SLIDER), (SIGNALS, SLIDER)),
    "max_pool2d": (lambda x: ag.max_pool2d(x, 2), (IMAGES,), (IMAGES,)),
    "avg_pool2d": (lambda x: ag.avg_pool2d(x, 2), (IMAGES,), (IMAGES,)),
    "cross_entropy": (lambda x: nn.cross_entropy(x, LABELS), (SQUARE,), (SQUARE, one_hot(LABELS, 3))),
    "cross_entropy of shares": (lambda x: nn.cross_entropy(x, SHARES), (SQUARE,), (SQUARE, SHARES)),
    "nll": (lambda x: nn.nll(x, LABELS), (np.log(SHARES),), (np.log(SHARES), one_hot(LABELS, 3))),
    "hinge": (lambda x: nn.hinge(x, SIGNS), (ROW,), (ROW, SIGNS)),
    "mse": (nn.mse, (SQUARE, SHARES), (SQUARE, SHARES)),
    "mae": (nn.mae, (SQUARE, SHARES), (SQUARE, SHARES)),
    "sse": (nn.sse, (SQUARE, SHARES), (SQUARE, SHARES)),
    "bce": (lambda x: nn.bce(x, SHARES[::-1]), (SHARES,), (SHARES, SHARES[::-1])),
    "bce_with_logits": (lambda x: nn.bce_with_logits(x, SHARES), (SQUARE,), (SQUARE, SHARES)),
    "kl_div": (lambda x: nn.kl_div(x, SHARES), (np.log(SHARES[::-1]),), (np.log(SHARES[::-1]), SHARES)),
    "cosine_similarity": (nn.cosine_similarity, (ROW, SIGNS), (ROW, SIGNS)),
    "standardize": (nn.LayerNorm(3, dtype=np.float64), (SQUARE,), (SQUARE,)),
}


@pytest.mark.parametrize("name", CASES)
def test_words_are_what_is_computed(name):
    operation, given, by_hand = CASES[name]
    inputs = [Tensor(x) for x in given]
    since = next_birth()
    answer = operation(*inputs)
    of = next(call.of for start, _, call in calls if start >= since and call.of.name == name.partition(" ")[0])
    seed, z = RNG.normal(size=answer.shape), answer.data
    assert np.allclose(z, SAID[of.formula](*by_hand), atol=1e-2 if "nearly" in of.formula else 1e-8)
    flows = gradients(answer, seed)
    for words, x in zip(of.flows, inputs, strict=False):
        assert np.allclose(flows[x], SAID[words](seed, z, *by_hand)), words


def test_a_convolution_without_padding_has_the_same_words():
    x, w = Tensor(IMAGES, label="x"), Tensor(KERNEL, label="w")
    node = ag.conv2d(x, w)
    assert node.name == "conv"
    assert spell_flows(node) == ("g laid back through w", "windows of x weighed by g")
    assert spell_parameters(node) == []
    assert spell_parameters(ag.conv2d(x, w, stride=2)) == ["stride=(2, 2)"]


@pytest.mark.parametrize("operation", [lambda x: ag.var(x, 0, mean=0.0), lambda x: flat(x, 2.0)])
def test_options_leave_no_words_wherever_they_stand(operation):
    z = operation(Tensor(ROW))
    assert calls[-1][2].of == Composition(calls[-1][2].of.name)
    assert np.all(np.isfinite(z.data))


@named_call("flat", "x² / 2", "g × x")
def flat(x, by=2.0):
    return x * x / by


def compositions():
    """Those of the public functions of both packages, with words."""
    for room in (ag, nn):
        for function in vars(room).values():
            if callable(function) and hasattr(function, "__wrapped__"):
                of = getclosurevars(function).nonlocals.get("about")
                if isinstance(of, Composition) and (of.formula or of.flows):
                    yield of


def test_no_words_are_left_unproven():
    told = {of.name: of for of in compositions()}
    assert {"conv2d", "cross_entropy", "gelu"} <= set(told)
    assert set(told) <= set(CASES)
    for of in told.values():
        assert {of.formula, *of.flows} <= set(SAID), of.name
