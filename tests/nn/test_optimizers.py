"""Optimizers: they follow their papers, in arrays of any size and in Values, and lose nothing."""

import math
import re

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, Value
from nn.optimizers import adaptive
from nn.optimizers.adaptive import _momentum, _mu
from nn.optimizers.optimizer import STRETCH

MAKERS = [
    lambda p: nn.SGD(p, 0.1, weight_decay=0.1),
    lambda p: nn.SGD(p, 0.1, momentum=0.9, nesterov=True),
    lambda p: nn.Adam(p, 0.1, weight_decay=0.1),
    lambda p: nn.AdamW(p, 0.1, weight_decay=0.1),
    lambda p: nn.NAdam(p, 0.1),
    lambda p: nn.Adagrad(p, 0.1),
    lambda p: nn.RMSprop(p, 0.1, momentum=0.9, centered=True),
    lambda p: nn.Lion(p, 0.1, weight_decay=0.1),
]
NAMES = ["sgd", "momentum", "adam", "adamw", "nadam", "adagrad", "rmsprop", "lion"]


def descended(make, steps=5):
    """The path of a parameter whose loss is (w - 1)⁴ / 4, and the gradients met."""
    w, path, met = Tensor([3.0, -2.0]), [], []
    optimizer = make([w])
    for _ in range(steps):
        optimizer.zero_grad()
        ((w - 1.0) ** 4 / 4.0).sum().backward()
        met.append(w.grad.copy())
        path.append(w.data.copy())
        optimizer.step()
    return [*path, w.data.copy()], met


def sgd(path, met, *, momentum=0.0, nesterov=False, decay=0.0):
    v, w = 0.0, path[0]
    for g in met:
        g = g + decay * w
        v = momentum * v + g
        w = w - 0.01 * ((g + momentum * v) if nesterov else v)
    return w


def adam(path, met, *, decay=0.0, beta1=0.9, beta2=0.999):
    m = v = 0.0
    w = path[0]
    for t, g in enumerate(met, 1):
        g = g + decay * w
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        w = w - 0.01 * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + 1e-8)
    return w


@pytest.mark.parametrize(
    ("make", "written_out"),
    [
        (lambda p: nn.SGD(p, 0.01), lambda p, g: sgd(p, g)),
        (lambda p: nn.SGD(p, 0.01, momentum=0.9), lambda p, g: sgd(p, g, momentum=0.9)),
        (lambda p: nn.SGD(p, 0.01, momentum=0.9, nesterov=True), lambda p, g: sgd(p, g, momentum=0.9, nesterov=True)),
        (lambda p: nn.SGD(p, 0.01, weight_decay=0.1), lambda p, g: sgd(p, g, decay=0.1)),
        (lambda p: nn.Adam(p, 0.01), lambda p, g: adam(p, g)),
        (lambda p: nn.Adam(p, 0.01, weight_decay=0.1), lambda p, g: adam(p, g, decay=0.1)),
        (lambda p: nn.Adam(p, 0.01, betas=(0.5, 0.6)), lambda p, g: adam(p, g, beta1=0.5, beta2=0.6)),
    ],
    ids=["sgd", "momentum", "nesterov", "sgd decay", "adam", "adam decay", "adam betas"],
)
def test_optimizers_follow_their_papers(make, written_out):
    path, met = descended(make)
    np.testing.assert_allclose(path[-1], written_out(path, met), rtol=1e-12)


def lion(path, met, *, decay=0.0, beta1=0.9, beta2=0.99):
    m, w = 0.0, path[0]
    for g in met:
        w = w - 0.01 * (np.sign(beta1 * m + (1 - beta1) * g) + decay * w)
        m = beta2 * m + (1 - beta2) * g
    return w


@pytest.mark.parametrize("settings", [{}, {"decay": 0.1}, {"beta1": 0.5, "beta2": 0.3}], ids=str)
def test_lion_follows_its_paper_for_a_hundred_steps(settings):
    betas, decay = (settings.get("beta1", 0.9), settings.get("beta2", 0.99)), settings.get("decay", 0.0)
    path, met = descended(lambda p: nn.Lion(p, 0.01, betas=betas, weight_decay=decay), steps=100)
    np.testing.assert_allclose(path[-1], lion(path, met, **settings), rtol=1e-12)


def test_decay_beside_the_gradient_shrinks_what_has_a_gradient_of_0_and_decay_in_it_does_not_know_the_rate():
    for kind, left in ((nn.AdamW, 0.5), (nn.Lion, 0.5), (nn.SGD, 0.5), (nn.Adam, 0.0)):
        w = Value(1.0)
        w.grad = 0.0
        kind([w], lr=1.0, weight_decay=0.5).step()
        assert w.data == pytest.approx(left, abs=1e-7), kind.__name__


def test_the_variance_of_a_constant_gradient_is_no_less_than_0():
    w = Tensor([1.0])
    optimizer = nn.RMSprop([w], 1e-9, alpha=0.3, centered=True)
    w.grad = np.array([0.1])
    with np.errstate(invalid="raise"):
        for _ in range(200):
            optimizer.step()
    assert np.isfinite(w.data).all()


def test_nadam_forgets_its_first_momenta_as_its_formula_does():
    """Long after they have no part in it the products of all momenta are still what they are: 0."""
    w, u = Tensor([1.0]), Tensor([1.0])
    w.grad = u.grad = np.array([0.1])
    long, longer = nn.NAdam([w], betas=(0.5, 0.6)), nn.NAdam([u], betas=(0.5, 0.6))
    for _ in range(500):
        long.step()
    longer.load_state_dict(long.state_dict())
    u.data = w.data.copy()
    for optimizer in (long, longer):
        optimizer.step()
    np.testing.assert_array_equal(w.data, u.data)


def test_momenta_are_products_however_they_are_asked_for():
    def written_out(t):
        return math.prod(0.9 * (1 - 0.5 * 0.96 ** (i * 0.004)) for i in range(1, t + 1))

    for t in (30, 1, 7, 2000):
        mu, product = _momentum(0.9, 0.004, t)
        assert mu == 0.9 * (1 - 0.5 * 0.96 ** (t * 0.004))
        assert 1 - product == pytest.approx(1 - written_out(t), rel=1e-15)


def test_momenta_are_products_though_two_threads_ask_for_them_at_once(monkeypatch):
    decay, whole, asked = 0.0123, [], []

    def interrupted(beta1, decay, step):
        if not asked:  # the other thread's turn, halfway through this one's
            asked.append(step)
            whole.append(_momentum(beta1, decay, step)[1])
        return _mu(beta1, decay, step)

    monkeypatch.setattr(adaptive, "_mu", interrupted)
    found = [_momentum(0.9, decay, step)[1] for step in range(1, 5)]
    assert whole == found[:1]
    np.testing.assert_allclose(found, np.cumprod([_mu(0.9, decay, step) for step in range(1, 5)]), rtol=1e-15)


@pytest.mark.parametrize("make", MAKERS, ids=NAMES)
def test_optimizers_move_values_as_they_move_tensors(make):
    value, tensor = Value(3.0), Tensor([3.0])
    for w in (value, tensor):
        optimizer = make([w])
        for _ in range(4):
            optimizer.zero_grad()
            (w * w).sum().backward() if isinstance(w, Tensor) else (w * w).backward()
            optimizer.step()
    assert value.data == pytest.approx(tensor.data[0], rel=1e-14)
    assert type(value.data) is float


def test_optimizers_skip_what_has_no_gradient_keep_dtypes_and_refuse_nonsense():
    moved, still = Tensor(np.ones(2, np.float32)), Tensor([1.0])
    (moved * moved).sum().backward()
    grad = moved.grad.copy()
    for optimizer in (nn.Adam([moved, still]), nn.SGD([moved, still], 0.1, momentum=0.5)):
        optimizer.step()
    assert moved.dtype == np.float32
    assert np.all(moved.data < 1)
    np.testing.assert_array_equal(moved.grad, grad)
    np.testing.assert_array_equal(still.data, [1.0])
    with pytest.raises(ValueError, match="no parameters"):
        nn.SGD([], 0.1)
    with pytest.raises(ValueError, match="momentum > 0"):
        nn.SGD([moved], 0.1, nesterov=True)


@pytest.mark.parametrize("make", MAKERS, ids=NAMES)
@pytest.mark.parametrize("shape", [(300, 400), (STRETCH + 1,), (1, STRETCH + 1), (3, 300, 100)], ids=str)
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_large_array_moves_as_its_parts_would(make, shape, order):
    rng = np.random.default_rng(0)
    whole = Tensor(rng.normal(size=shape).astype(np.float32))
    parts = [Tensor(part) for part in np.array_split(whole.data.ravel(), 9)]
    optimizers = make([whole]), make(parts)
    for _ in range(3):
        g = rng.normal(size=shape).astype(np.float32)
        whole.grad = np.array(g, order=order)
        for part, slope in zip(parts, np.array_split(g.ravel(), 9), strict=True):
            part.grad = slope
        for optimizer in optimizers:
            optimizer.step()
        np.testing.assert_array_equal(whole.grad, g)
    np.testing.assert_array_equal(whole.data.ravel(), np.concatenate([part.data for part in parts]), strict=True)


@pytest.mark.parametrize("shape", [(2, 5), (5,), (), (4000, 100)], ids=str)
def test_a_gradient_of_another_shape_moves_nothing(shape):
    w = Tensor(np.ones((2000, 100)))
    w.grad = np.ones(shape)
    with pytest.raises(ShapeError, match=rf"shape {re.escape(str(shape))} .* shape \(2000, 100\)"):
        nn.SGD([w], 0.1).step()
    assert np.all(w.data == 1.0)


def test_momentum_may_be_set_later():
    w = Value(0.0)
    optimizer = nn.SGD([w], 1.0)
    for momentum in (0.0, 0.5, 0.5):
        optimizer.momentum, w.grad = momentum, 1.0
        optimizer.step()
    assert w.data == -(1.0 + 1.0 + 1.5)


@pytest.mark.parametrize(
    "given",
    [
        Tensor([1.0, 2.0]),
        [Tensor([1.0]) * 2.0],
        nn.MLP(2, [3], 1),
        [np.ones(2)],
        nn.Linear(2, 2),
        3.0,
        None,
        dict(nn.Linear(2, 2).named_parameters()),
        nn.Linear(2, 2).named_parameters(),
        "w",
    ],
    ids=range(10),
)
def test_an_optimizer_is_given_a_list_of_leaves(given):
    with pytest.raises(KindError, match=r"SGD moves leaves.*model\.parameters\(\)"):
        nn.SGD(given, 0.1)
