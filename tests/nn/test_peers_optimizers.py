"""PyTorch's optimizers and schedulers beside ours, step for step, in double precision."""

from importlib.util import find_spec

import numpy as np
import pytest

import nn
from autograd_mini import Tensor

if not find_spec("torch"):
    pytest.skip("PyTorch is not installed, so nothing is compared with it: make peers", allow_module_level=True)

import torch

STEPS = 100
SHAPES = [(3, 4), (4,), ()]

PAIRS = {
    "sgd": (nn.SGD, torch.optim.SGD, {"lr": 0.05}),
    "sgd decay": (nn.SGD, torch.optim.SGD, {"lr": 0.05, "weight_decay": 0.1}),
    "momentum": (nn.SGD, torch.optim.SGD, {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.01}),
    "nesterov": (nn.SGD, torch.optim.SGD, {"lr": 0.01, "momentum": 0.8, "nesterov": True}),
    "adam": (nn.Adam, torch.optim.Adam, {}),
    "adam decay": (nn.Adam, torch.optim.Adam, {"lr": 0.01, "betas": (0.8, 0.95), "weight_decay": 0.1, "eps": 1e-3}),
    "adamw": (nn.AdamW, torch.optim.AdamW, {}),
    "adamw large": (nn.AdamW, torch.optim.AdamW, {"lr": 0.05, "betas": (0.5, 0.9), "weight_decay": 0.5}),
    "nadam": (nn.NAdam, torch.optim.NAdam, {}),
    "nadam decay": (
        nn.NAdam,
        torch.optim.NAdam,
        {"lr": 0.02, "betas": (0.6, 0.9), "weight_decay": 0.1, "momentum_decay": 0.1},
    ),
    "adagrad": (nn.Adagrad, torch.optim.Adagrad, {}),
    "adagrad decay": (nn.Adagrad, torch.optim.Adagrad, {"lr": 0.1, "weight_decay": 0.1, "eps": 1e-3}),
    "rmsprop": (nn.RMSprop, torch.optim.RMSprop, {}),
    "rmsprop centered": (nn.RMSprop, torch.optim.RMSprop, {"alpha": 0.9, "centered": True, "eps": 1e-3}),
    "rmsprop momentum": (nn.RMSprop, torch.optim.RMSprop, {"lr": 1e-3, "momentum": 0.9, "weight_decay": 0.1}),
    "rmsprop all": (nn.RMSprop, torch.optim.RMSprop, {"lr": 1e-3, "momentum": 0.5, "centered": True, "alpha": 0.9}),
}


@pytest.fixture(autouse=True)
def in_double_precision():
    """PyTorch keeps NAdam's products in its default precision, whatever the parameters are of."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def start():
    rng = np.random.default_rng(0)
    return [np.asarray(rng.normal(size=shape)) for shape in SHAPES], [rng.normal(size=s) for s in SHAPES]


def assert_same_path(ours, theirs, mine, others, targets, moved=range(STEPS)):
    """Both down the sum of (w - t)² / 2, with noise, step by step.

    Without it the gradients vanish together with the square roots that divide them, where a rounding grows fourfold
    in a step.
    """
    noise = np.random.default_rng(2)
    for i in range(STEPS):
        for p, q, t in zip(mine, others, targets, strict=True):
            n = noise.normal(size=p.shape)
            has_gradient = i in moved or p is not mine[0]
            p.grad = p.data - t + n if has_gradient else None
            q.grad = q.detach() - torch.tensor(t) + torch.tensor(n) if has_gradient else None
        ours.step()
        theirs.step()
        for p, q in zip(mine, others, strict=True):
            np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-10, atol=1e-12, err_msg=f"step {i}")


@pytest.mark.parametrize(("ours", "theirs", "settings"), PAIRS.values(), ids=PAIRS)
def test_a_hundred_steps_are_pytorchs(ours, theirs, settings):
    data, targets = start()
    mine, others = [Tensor(x) for x in data], [torch.nn.Parameter(torch.tensor(x)) for x in data]
    assert_same_path(ours(mine, **settings), theirs(others, **settings), mine, others, targets)
    assert not np.allclose(mine[0].data, data[0])


def test_the_defaults_are_pytorchs():
    for ours, theirs in {(ours, theirs) for ours, theirs, _ in PAIRS.values()} - {(nn.SGD, torch.optim.SGD)}:
        settings, others = ours([Tensor([1.0])]).groups[0].settings, theirs([torch.zeros(1)]).defaults
        assert settings == {name: others[name] for name in settings}, ours.__name__


def test_groups_move_as_pytorchs():
    data, targets = start()
    mine, others = [Tensor(x) for x in data], [torch.nn.Parameter(torch.tensor(x)) for x in data]
    ways = [{"lr": 0.02}, {"weight_decay": 0.2, "betas": (0.5, 0.5)}, {}]

    def groups(parameters):
        return [{"params": [p], **way} for p, way in zip(parameters, ways, strict=True)]

    ours, theirs = nn.Adam(groups(mine), lr=0.01), torch.optim.Adam(groups(others), lr=0.01)
    assert_same_path(ours, theirs, mine, others, targets)


def test_a_parameter_without_a_gradient_for_some_steps_keeps_its_velocity():
    data, targets = start()
    mine, others = [Tensor(x) for x in data], [torch.nn.Parameter(torch.tensor(x)) for x in data]
    settings = {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.01}
    ours, theirs = nn.SGD(mine, **settings), torch.optim.SGD(others, **settings)
    assert_same_path(ours, theirs, mine, others, targets, moved={*range(10), *range(50, 100)})


@pytest.mark.parametrize("bound", [0.5, 3.0, 1e9])
def test_clipping_is_pytorchs(bound):
    rng = np.random.default_rng(1)
    grads = [3.0 * rng.normal(size=shape) for shape in SHAPES]
    mine, others = [Tensor(np.zeros(s)) for s in SHAPES], [torch.zeros(s, dtype=torch.float64) for s in SHAPES]
    for ours, theirs, tolerance in (
        (nn.clip_grad_norm_, torch.nn.utils.clip_grad_norm_, 1e-6 / bound),  # PyTorch adds 1e-6 to the norm
        (nn.clip_grad_value_, torch.nn.utils.clip_grad_value_, 0.0),
    ):
        for p, q, g in zip(mine, others, grads, strict=True):
            p.grad, q.grad = np.asarray(g), torch.tensor(g)
        norm, expected = ours(mine, bound), theirs(others, bound)
        if norm is not None:
            assert norm == pytest.approx(float(expected), rel=1e-14)
        for p, q in zip(mine, others, strict=True):
            np.testing.assert_allclose(p.grad, q.grad.numpy(), rtol=1e-14 + tolerance)


def path_of_torch(make, steps=30):
    """What PyTorch's scheduler makes of a rate of 1, at each step."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler, path = make(optimizer), []
    for _ in range(steps):
        path.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return path


schedulers = torch.optim.lr_scheduler
SCHEDULES = {
    "step": (nn.step_decay(7, 0.3), lambda o: schedulers.StepLR(o, 7, 0.3)),
    "multistep": (nn.multistep([3, 11], 0.3), lambda o: schedulers.MultiStepLR(o, [3, 11], 0.3)),
    "exponential": (nn.exponential(0.9), lambda o: schedulers.ExponentialLR(o, 0.9)),
    "cosine": (nn.cosine(30), lambda o: schedulers.CosineAnnealingLR(o, 30)),
    "warm-up": (nn.warm_up(8), lambda o: schedulers.LinearLR(o, 1 / 8, total_iters=7)),
    "one cycle": (nn.one_cycle(30), lambda o: schedulers.OneCycleLR(o, 1.0, 30, cycle_momentum=False)),
    "one cycle, others": (
        nn.one_cycle(30, pct_start=0.55, div_factor=3.0, final_div_factor=10.0),
        lambda o: schedulers.OneCycleLR(
            o, 1.0, 30, pct_start=0.55, div_factor=3.0, final_div_factor=10.0, cycle_momentum=False
        ),
    ),
    "chained": (
        nn.chained(nn.warm_up(8), nn.exponential(0.9)),
        lambda o: schedulers.ChainedScheduler(
            [schedulers.LinearLR(o, 1 / 8, total_iters=7), schedulers.ExponentialLR(o, 0.9)]
        ),
    ),
}


@pytest.mark.parametrize(("ours", "theirs"), SCHEDULES.values(), ids=SCHEDULES)
def test_schedules_are_pytorchs(ours, theirs):
    steps = 29 if "one" in str(theirs) else 30
    np.testing.assert_allclose([ours(i) for i in range(steps)], path_of_torch(theirs, steps), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("settings", [{}, {"patience": 0}, {"patience": 2, "cooldown": 3}, {"threshold": 0.05}])
def test_a_plateau_is_pytorchs(settings):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    settings = {"factor": 0.5, "patience": 1, **settings}
    ours, theirs = nn.Plateau(**settings), schedulers.ReduceLROnPlateau(optimizer, eps=0.0, **settings)
    rng = np.random.default_rng(0)
    for i in range(60):
        loss = float(np.exp(-0.05 * i) + 0.1 * rng.random())
        ours.observe(loss)
        theirs.step(loss)
        assert ours(i) == optimizer.param_groups[0]["lr"]
    assert ours(0) < 0.5
