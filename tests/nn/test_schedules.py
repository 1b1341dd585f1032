"""Schedules: their factors written out, what they refuse, and what those that watch the loss remember."""

import math
from itertools import pairwise

import numpy as np
import pytest

import nn
from autograd_mini import KindError, Tensor
from nn.state import StateError


def test_the_cosine_rises_and_falls():
    rise = nn.cosine(10, warmup=4)
    assert [rise(i) for i in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert rise(7) == pytest.approx(0.5)
    assert rise(10) == rise(99) == 0.0
    assert [nn.cosine(3, warmup=3)(i) for i in range(2, 5)] == [1.0, 1.0, 0.0]


def test_steps_at_which_the_rate_falls():
    assert [nn.step_decay(2, 0.5)(i) for i in range(6)] == [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    assert [nn.multistep([1, 4, 4], 0.5)(i) for i in range(6)] == [1.0, 0.5, 0.5, 0.5, 0.125, 0.125]
    assert [nn.exponential(0.5)(i) for i in range(4)] == [1.0, 0.5, 0.25, 0.125]
    assert [nn.warm_up(3)(i) for i in range(5)] == [1 / 3, 2 / 3, 1.0, 1.0, 1.0]
    assert nn.warm_up(1)(0) == 1.0


def test_one_cycle_goes_up_and_down_and_stays_where_it_ends():
    factor = nn.one_cycle(101, pct_start=0.5, div_factor=4.0, final_div_factor=10.0)
    path = [factor(i) for i in range(150)]
    assert path[0] == 0.25
    assert max(path) == pytest.approx(1.0, abs=1e-3)
    assert path.index(max(path)) in (49, 50)
    assert path[100] == path[149] == pytest.approx(0.025)
    assert all(a < b for a, b in pairwise(path[:50]))
    assert all(a > b for a, b in pairwise(path[50:101]))


@pytest.mark.parametrize("pct", [0.0, 0.1, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("steps", [1, 2, 10])
def test_one_cycle_of_few_steps_stays_between_its_ends(steps, pct):
    factor = nn.one_cycle(steps, pct_start=pct)
    assert all(1 / 25e4 * (1 - 1e-9) <= factor(i) <= 1.0 for i in range(steps + 3))
    assert factor(steps + 2) == pytest.approx(1 / 25e4)


def test_chained_schedules_multiply():
    factor = nn.chained(nn.warm_up(4), nn.exponential(0.5), nn.multistep([3], 0.1))
    assert [factor(i) for i in range(5)] == pytest.approx([0.25, 0.25, 0.1875, 0.0125, 0.00625])


def test_a_rate_that_grows_out_of_all_numbers_is_refused_by_the_optimizer():
    optimizer = nn.SGD([Tensor([1.0])], 0.1)
    with pytest.raises(ValueError, match=r"SGD takes as lr a finite number, 0 or more; got lr=inf"):
        optimizer.lr = 0.1 * nn.exponential(2.0)(5000)
    assert optimizer.lr == 0.1


# --- what watches the loss


def path_of(plateau, losses):
    """The factor after each loss."""
    factors = []
    for loss in losses:
        plateau.observe(loss)
        factors.append(plateau(0))
    return factors


def test_a_plateau_waits_and_falls():
    losses = [3.0, 2.0, 2.0, 2.5, 1.9, 1.9, 1.9, 1.9, 1.9]
    assert path_of(nn.Plateau(0.5, patience=1), losses) == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]
    assert path_of(nn.Plateau(0.5, patience=0), [1.0, 1.0, 1.0]) == [1.0, 0.5, 0.25]
    assert path_of(nn.Plateau(0.5, patience=0, min_factor=0.4), [1.0] * 4) == [1.0, 0.5, 0.4, 0.4]
    assert path_of(nn.Plateau(0.5, patience=0, cooldown=2), [1.0] * 6) == [1.0, 0.5, 0.5, 0.5, 0.25, 0.25]


def test_a_little_less_is_no_less_below_0_either():
    for losses, fell in [([1.0, 0.95], False), ([1.0, 0.85], True), ([-1.0, -1.05], False), ([-1.0, -1.15], True)]:
        assert (path_of(nn.Plateau(0.5, patience=0, threshold=0.1), losses)[-1] == 1.0) == fell, losses
    assert path_of(nn.Plateau(0.5, patience=0), [-1.0, -1.0])[-1] == 0.5
    assert path_of(nn.Plateau(0.5, patience=0, threshold=0.0), [0.0, -1e-300])[-1] == 1.0


def test_a_loss_that_is_nan_or_infinite_has_not_fallen():
    assert path_of(nn.Plateau(0.5, patience=0), [1.0, math.nan, 0.5, math.inf]) == [1.0, 0.5, 0.5, 0.25]
    assert path_of(nn.Plateau(0.5, patience=1), [math.nan, math.inf, 1.0, 0.5]) == [1.0, 0.5, 0.5, 0.5]


def test_what_a_plateau_has_seen_is_its_state():
    losses = [1.0, 1.0, 1.0, 0.9, 1.0, 1.0, 1.0, 1.0, 0.8, 1.0, 1.0]
    for moment in range(len(losses)):
        first, second = (nn.Plateau(0.5, patience=1, cooldown=1) for _ in range(2))
        path_of(first, losses[:moment])
        state = first.state_dict()
        path_of(second, [0.1] * 5)
        second.load_state_dict(state)
        assert path_of(second, losses[moment:]) == path_of(first, losses[moment:])


def test_chained_schedules_show_the_loss_to_those_that_watch_it_and_keep_what_they_have_seen():
    def made():
        return nn.chained(nn.warm_up(2), nn.Plateau(0.5, patience=0), nn.Plateau(0.1, patience=1))

    factor, other = made(), made()
    for _ in range(3):
        factor.observe(1.0)
    assert factor(0) == pytest.approx(0.5 * 0.25 * 0.1)
    other.load_state_dict(factor.state_dict())
    assert other(0) == factor(0)
    other.observe(1.0)
    before = other.state_dict()
    for state in ({"1": before["1"]}, [], {"1": before["1"], "2": {"factor": 0.5}}):
        with pytest.raises(StateError):
            other.load_state_dict(state)
        assert other.state_dict() == before


SEEN = {"factor": 0.5, "best": 1.0, "bad_epochs": 1, "resting_epochs": 0}


@pytest.mark.parametrize(
    "state",
    [
        [],
        {},
        {**SEEN, "more": 1},
        {**SEEN, "factor": 2.0},
        {**SEEN, "best": np.nan},
        {**SEEN, "bad_epochs": -1},
        {**SEEN, "resting_epochs": "0"},
    ],
    ids=str,
)
def test_a_state_of_no_plateau_is_refused(state):
    plateau = nn.Plateau()
    plateau.observe(2.0)
    before = plateau.state_dict()
    with pytest.raises(StateError, match="Plateau"):
        plateau.load_state_dict(state)
    assert plateau.state_dict() == before


# --- what is impossible


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: nn.cosine(-5), "cosine takes as steps a whole number, 1 or more; got steps=-5"),
        (lambda: nn.cosine(0), "got steps=0"),
        (lambda: nn.cosine(2.5), "got steps=2.5"),
        (lambda: nn.cosine(True), "got steps=True"),
        (lambda: nn.cosine(10, warmup=-1), "cosine takes as warmup a whole number, 0 or more; got warmup=-1"),
        (lambda: nn.cosine(10, warmup=11), "warms up within its steps; got steps=10, warmup=11"),
        (lambda: nn.step_decay(0), "step_decay takes as step_size a whole number, 1 or more; got step_size=0"),
        (lambda: nn.step_decay(5, 0.0), "step_decay takes as gamma a finite number above 0; got gamma=0.0"),
        (lambda: nn.step_decay(5, math.nan), "got gamma=nan"),
        (lambda: nn.multistep(5), "multistep takes as milestones a list of steps; got milestones=5"),
        (lambda: nn.multistep("12"), "a list of steps"),
        (lambda: nn.multistep([5, -1]), "multistep takes as milestones a whole number, 0 or more; got milestones=-1"),
        (lambda: nn.multistep([5], -0.1), "got gamma=-0.1"),
        (lambda: nn.exponential(math.inf), "exponential takes as gamma a finite number above 0; got gamma=inf"),
        (lambda: nn.exponential("0.9"), "got gamma='0.9'"),
        (lambda: nn.warm_up(0), "warm_up takes as steps a whole number, 1 or more; got steps=0"),
        (lambda: nn.one_cycle(0), "one_cycle takes as total_steps"),
        (
            lambda: nn.one_cycle(10, pct_start=1.5),
            "pct_start a number from 0 to 1; got pct_start=1.5",
        ),
        (lambda: nn.one_cycle(10, div_factor=0), "one_cycle takes as div_factor"),
        (lambda: nn.one_cycle(10, final_div_factor=math.nan), "one_cycle takes as final_div_factor"),
        (lambda: nn.chained(), "chained takes schedules.*; got none"),
        (lambda: nn.chained(nn.warm_up(3), 0.5), "chained takes schedules.*; got partial, float"),
        (lambda: nn.Plateau(1.0), "Plateau takes as factor a number from 0 to below 1; got factor=1.0"),
        (lambda: nn.Plateau(patience=-1), "Plateau takes as patience"),
        (lambda: nn.Plateau(threshold=math.nan), "Plateau takes as threshold"),
        (lambda: nn.Plateau(cooldown=1.5), "Plateau takes as cooldown"),
        (lambda: nn.Plateau(min_factor=2), "Plateau takes as min_factor"),
        (lambda: nn.Plateau().observe("low"), "Plateau takes as loss a finite number; got loss='low'"),
        (lambda: nn.Plateau().observe(None), "got loss=None"),
    ],
)
def test_impossible_schedules_are_refused_at_the_call(make, words):
    with pytest.raises((ValueError, KindError), match=words):
        make()


def test_whole_numbers_may_be_numpys():
    assert nn.cosine(np.int64(10), warmup=np.uint8(4))(3) == 1.0
    assert nn.multistep([np.int32(2)], np.float32(0.5))(2) == 0.5
