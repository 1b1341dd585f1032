"""What an optimizer knows beside the parameters: groups with settings of their own, and a state that goes out whole."""

import math
import re

import numpy as np
import pytest

import nn
from autograd_mini import KindError, Tensor, Value
from nn.state import StateError

MAKERS = {
    "sgd": lambda p: nn.SGD(p, 0.1),
    "momentum": lambda p: nn.SGD(p, 0.1, momentum=0.9, nesterov=True),
    "adam": lambda p: nn.Adam(p, 0.1, weight_decay=0.1),
    "adamw": lambda p: nn.AdamW(p, 0.1),
    "nadam": lambda p: nn.NAdam(p, 0.1),
    "adagrad": lambda p: nn.Adagrad(p, 0.1),
    "rmsprop": lambda p: nn.RMSprop(p, 0.1, momentum=0.9, centered=True),
    "lion": lambda p: nn.Lion(p, 0.1, weight_decay=0.1),
}


@pytest.fixture(params=MAKERS.values(), ids=MAKERS)
def make(request):
    return request.param


def leaves():
    return [Value(3.0), Tensor([1.0, -2.0]), Tensor(np.ones((2, 3), np.float32))]


def step(optimizer, times=1):
    """Steps down the sum of fourth powers."""
    for _ in range(times):
        for p in optimizer.parameters:
            p.grad = p.data**3
        optimizer.step()


def same(mine, others):
    return all(np.array_equal(p.data, q.data) for p, q in zip(mine, others, strict=True))


# --- groups


def test_each_group_is_moved_by_its_settings(make):
    mine, alone, other = leaves(), leaves(), leaves()
    whole = make([{"params": mine[:1], "lr": 0.01}, {"parameters": mine[1:], "weight_decay": 0.3}])
    first, second = make(alone[:1]), make(alone[1:])
    first.lr, second.weight_decay = 0.01, 0.3
    for optimizer in (whole, first, second):
        step(optimizer, 3)
    assert same(mine, alone)
    step(make(other), 3)
    assert not any(np.array_equal(p.data, q.data) for p, q in zip(mine, other, strict=True))


def test_a_setting_is_the_first_groups_and_set_for_all_and_a_group_has_its_own():
    first, second = Tensor([0.0]), Tensor([0.0])
    optimizer = nn.SGD([{"params": [first], "momentum": 0.5}, {"params": [second]}], 1.0)
    assert optimizer.momentum == 0.5
    assert [group["momentum"] for group in optimizer.groups] == [0.5, 0.0]
    optimizer.groups[1]["lr"] = 0.25
    first.grad = second.grad = np.ones(1)
    optimizer.step()
    assert (first.data, second.data) == (-1.0, -0.25)
    optimizer.momentum = 0.9
    assert [group["momentum"] for group in optimizer.groups] == [0.9, 0.9]


def test_the_rates_change_in_proportion_and_come_back_to_the_last_bit_even_from_0():
    given = [0.3, 0.1, 0.0, 0.07]
    optimizer = nn.Adam([{"params": [Tensor([1.0])], "lr": lr} for lr in given])
    assert optimizer.lr == 0.3
    for step in range(12):
        optimizer.lr = 0.3 * nn.cosine(11, warmup=3)(step)
    assert [group["lr"] for group in optimizer.groups] == [0.0] * 4
    optimizer.lr = 0.3
    assert [group["lr"] for group in optimizer.groups] == given
    optimizer.groups[1]["lr"] = 0.2
    optimizer.lr = 0.6
    assert [group["lr"] for group in optimizer.groups] == pytest.approx([0.6, 0.4, 0.0, 0.14])
    optimizer = nn.SGD([{"params": [Tensor([1.0])]}, {"params": [Tensor([1.0])]}], lr=0)
    optimizer.lr = 0.5
    assert [group["lr"] for group in optimizer.groups] == [0.5, 0.5]


def test_a_group_of_rate_0_is_frozen_until_it_is_thawed(make):
    mine = leaves()
    optimizer = make([{"params": mine[:2], "lr": 0.0}, {"params": mine[2:]}])
    step(optimizer, 3)
    assert same(mine[:2], leaves()[:2])
    assert not same(mine[2:], leaves()[2:])
    optimizer.groups[0]["lr"] = 0.1
    step(optimizer)
    assert not np.array_equal(mine[1].data, leaves()[1].data)


def test_a_parameter_given_twice_is_moved_once_and_in_one_group_alone():
    w, b = Tensor([1.0, 2.0]), Value(1.0)
    optimizer = nn.SGD([{"params": [w, w]}, {"params": [b]}], 1.0)
    w.grad = np.ones(2)
    optimizer.step()
    np.testing.assert_array_equal(w.data, [0.0, 1.0])
    with pytest.raises(ValueError, match=r"shape \(2,\) in groups 0 and 1: which settings"):
        nn.SGD([{"params": [w]}, {"params": [b, w], "lr": 0.1}], 1.0)


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([{"lr": 0.1}], "group 0 of SGD has no parameters"),
        ([{"params": [Tensor([1.0])]}, {"params": []}], r"group 1 of SGD has no parameters: pass layer\.parameters"),
        ([{"params": [Tensor([1.0])], "learning_rate": 0.1}], "the settings lr, weight_decay, .*got 'learning_rate'"),
        ([{"params": [Tensor([1.0])], "betas": (0.9, 0.9)}], "got 'betas'"),
        ([{"params": [Tensor([1.0])], "lr": -1.0}], "SGD takes as lr a finite number, 0 or more; got lr=-1.0"),
        ([{"params": [np.ones(2)]}], "SGD moves leaves.*got a ndarray"),
        ([{"params": [Tensor([1.0])]}, Tensor([1.0])], "SGD moves leaves.*got a dict"),
        ([{"params": [Tensor([1.0])], "nesterov": True}], "momentum > 0"),
    ],
)
def test_groups_that_make_no_sense_are_refused(groups, words):
    with pytest.raises((ValueError, KindError), match=words):
        nn.SGD(groups, 0.1)


def test_a_group_keeps_its_parameters_and_all_its_settings():
    (group,) = nn.SGD([Tensor([1.0])], 0.1).groups
    for name in ("parameters", "rate"):
        with pytest.raises(KindError, match="parameters, which stay"):
            group[name] = []
    with pytest.raises(KindError, match="keeps all its settings"):
        del group["lr"]
    with pytest.raises(ValueError, match="got lr=nan"):
        group |= {"lr": math.nan}
    assert group["lr"] == 0.1


# --- states


def test_a_state_taken_over_goes_on_bit_for_bit(make):
    straight, stopped, resumed = leaves(), leaves(), leaves()
    optimizer = make(straight)
    step(optimizer, 5)
    optimizer = make(stopped)
    step(optimizer, 2)
    state = optimizer.state_dict()
    for p, q in zip(resumed, stopped, strict=True):
        p.data = np.copy(q.data) if isinstance(p, Tensor) else q.data
    step(optimizer)  # what is done later is not in the state
    other = make(resumed)
    other.lr = 7.0
    other.load_state_dict(state)
    for group in state["groups"]:  # nor is what is done to the state in the optimizer
        for parameter in group["parameters"]:
            for kept in parameter["sums"]:
                kept += 1.0
    step(other, 3)
    assert other.steps == 5
    assert same(straight, resumed)


def test_a_group_that_somebody_holds_is_still_the_optimizers_once_a_state_is_loaded():
    (_, w, b), (_, *others) = leaves(), leaves()
    optimizer = nn.SGD([{"params": [w], "lr": 0.5}, {"params": [b]}], lr=0.1)
    group = optimizer.groups[0]
    optimizer.load_state_dict(nn.SGD([{"params": [others[0]], "lr": 0.25}, {"params": [others[1]]}], 0.2).state_dict())
    assert optimizer.groups[0] is group
    assert group["lr"] == 0.25
    group["lr"] = 0.0
    before = w.data.copy()
    step(optimizer)
    np.testing.assert_array_equal(w.data, before)


def test_the_proportion_of_rates_is_in_the_state():
    def groups():
        return [{"params": [Tensor([1.0])], "lr": lr} for lr in (0.3, 0.1)]

    optimizer, other = nn.SGD(groups(), 1.0), nn.SGD(groups(), 1.0)
    optimizer.lr = 0.0
    other.load_state_dict(optimizer.state_dict())
    other.lr = 0.3
    assert [group["lr"] for group in other.groups] == [0.3, 0.1]


def plain(tree):
    if isinstance(tree, dict):
        return all(type(key) is str and plain(part) for key, part in tree.items())
    if isinstance(tree, list):
        return all(map(plain, tree))
    return type(tree) in (int, float, bool, str, np.ndarray)


def test_a_state_is_a_tree_of_plain_numbers_strings_and_arrays(make):
    optimizer = make([{"params": leaves(), "lr": np.float32(0.5)}])
    step(optimizer)
    assert plain(optimizer.state_dict())


def changed(**parts):
    state = nn.Adam(leaves()).state_dict()
    for path, value in parts.items():
        *way, last = path.split("__")
        inside = state
        for key in way:
            inside = inside[int(key) if key.isdecimal() else key]
        inside[int(last) if last.isdecimal() else last] = value
    return state


def stepped_with(optimizer):
    step(optimizer)
    return optimizer.state_dict()


FOREIGN = {
    "SGD's": (
        lambda: nn.SGD(leaves(), 0.1).state_dict(),
        r"optimizer: 'SGD' in place of 'Adam'\n.*groups.0.betas: mis",
    ),
    "fewer": (lambda: nn.Adam(leaves()[:2]).state_dict(), r"groups\.0\.parameters\.2\.shape: missing"),
    "more": (lambda: nn.Adam([*leaves(), Value(1.0)]).state_dict(), r"groups\.0\.parameters\.3\.shape: unexpected"),
    "others": (
        lambda: nn.Adam([Value(3.0), Tensor(np.ones(2, np.float32)), Tensor(np.ones((3, 2)))]).state_dict(),
        r"1\.dtype: 'float32' in place of 'float64'\n.*2\.shape: \[3, 2\] in place of \[2, 3\]",
    ),
    "in groups": (lambda: nn.Adam([{"params": [p]} for p in leaves()]).state_dict(), r"groups\.2\.lr: unexpected"),
    "steps": (lambda: changed(steps=-1), "steps: -1 is no whole number"),
    "rates": (lambda: changed(rates=[0.1, 0.2]), "rates: .* no list of 1 numbers"),
    "a rate": (lambda: changed(groups__0__lr="0.1"), "groups.0.lr: Adam takes as lr a finite number"),
    "betas": (lambda: changed(groups__0__betas=[0.9, 1.0]), "groups.0.betas: Adam takes as betas"),
    "a sum": (lambda: changed(groups__0__parameters__1__sums=[np.ones(2), np.ones(3)]), r"float64 \[3\] in place of"),
    "words": (lambda: changed(groups__0__parameters__1__sums=["ab", "cd"]), r"a str in place of float64 \[2\]"),
    "one sum": (lambda: changed(groups__0__parameters__1__sums=[np.ones(2)]), r"parameters\.1\.sums: 1 in place of 2"),
    "no groups": (lambda: changed(groups=3), r"groups\.0\.lr: missing"),
    "empty": (dict, "optimizer: missing"),
}


@pytest.mark.parametrize(("state", "words"), FOREIGN.values(), ids=FOREIGN)
def test_a_state_of_another_optimizer_is_refused_and_nothing_of_it_loaded(state, words):
    optimizer = nn.Adam(leaves(), 0.25)
    step(optimizer)
    before = repr(optimizer.state_dict())
    with pytest.raises(StateError, match=re.compile(rf"this state is not of this Adam:.*{words}", re.DOTALL)):
        optimizer.load_state_dict(state())
    assert repr(optimizer.state_dict()) == before


def test_what_is_no_state_is_refused():
    with pytest.raises(KindError, match=r"a state of Adam is a dict.*got list"):
        nn.Adam(leaves()).load_state_dict([])


# --- what is impossible, and what is shown

IMPOSSIBLE = {
    "lr": [-0.1, 10**400, 1j, np.nan, np.inf, -np.inf, "0.1", None, True, [0.1], Value(0.1), np.ones(1)],
    "weight_decay": [-1e-9, np.nan, np.inf, "a", None],
    "momentum": [1.0, 1.5, -0.1, np.nan, None],
    "nesterov": [1, "yes", None],
    "betas": [(0.9, 1.0), (1.1, 0.9), (-0.1, 0.9), (0.9, np.nan), 0.9, (0.9,), (0.9, 0.9, 0.9), "ab", None],
    "alpha": [1.0, -0.5, np.nan],
    "centered": [1, None],
    "momentum_decay": [-1.0, np.nan],
    "eps": [0.0, -1e-8, np.nan, np.inf, None],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in IMPOSSIBLE.items() for value in values])
def test_impossible_settings_are_refused_at_the_call_and_when_they_are_set(name, value):
    kinds = {"momentum": nn.SGD, "nesterov": nn.SGD, "alpha": nn.RMSprop, "centered": nn.RMSprop}
    kind = (kinds | {"momentum_decay": nn.NAdam}).get(name, nn.Adam)
    words = rf"{kind.__name__} takes as {name} .*; got {name}="
    optimizer = kind([Tensor([1.0])], lr=0.1)
    before = repr(optimizer)
    for way in (
        lambda: kind([Tensor([1.0])], **{"lr": 0.1, name: value}),
        lambda: setattr(optimizer, name, value),
        lambda: optimizer.groups[0].update({name: value}),
    ):
        with pytest.raises((ValueError, KindError), match=words):
            way()
    assert repr(optimizer) == before


def test_numbers_of_any_kind_are_kept_as_floats():
    optimizer = nn.SGD([Tensor([1.0])], np.float32(0.5), momentum=np.int8(0))
    assert type(optimizer.lr) is type(optimizer.momentum) is float
    assert nn.Adam([Tensor([1.0])], betas=[0, np.float32(0.5)]).betas == (0.0, 0.5)


def test_an_optimizer_shows_what_it_is_made_of():
    model = nn.MLP(784, [100], 10, rng=0)
    shown = "Adam(lr=0.001, weight_decay=0.0, betas=(0.9, 0.999), eps=1e-08; 4 parameters, 79,510 numbers)"
    assert repr(nn.Adam(model.parameters())) == shown
    groups = [{"params": model[0].parameters(), "lr": 0.01}, {"params": [Value(1.0)]}]
    assert repr(nn.SGD(groups, 0.1)).splitlines() == [
        "SGD(2 groups; 3 parameters, 78,501 numbers)",
        "  (0) lr=0.01, weight_decay=0.0, momentum=0.0, nesterov=False; 2 parameters, 78,500 numbers",
        "  (1) lr=0.1, weight_decay=0.0, momentum=0.0, nesterov=False; 1 parameter, 1 number",
    ]
