"""States of optimizers: what one gives, and the check that it is of the one that takes it."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import KindError

from ..module import Parameter
from ..numbers import FROM_ZERO
from ..state import refuse
from .settings import Group, settings_of

Sums = dict[Parameter, tuple[Any, ...]]


class Loaded(NamedTuple):
    """What an optimizer takes over from a state."""

    steps: int
    rates: list[float]
    groups: list[Group]
    sums: Sums


def state_of(optimizer: Any, rates: list[float], sums: Sums) -> dict[str, Any]:
    """See `Optimizer.state_dict`."""
    groups = [
        {name: list(x) if isinstance(x, tuple) else x for name, x in group.settings.items()}
        | {"parameters": [_state_of(parameter, sums.get(parameter, ())) for parameter in group["parameters"]]}
        for group in optimizer.groups
    ]
    return {"optimizer": type(optimizer).__name__, "steps": optimizer.steps, "rates": list(rates), "groups": groups}


def _state_of(parameter: Parameter, sums: tuple[Any, ...]) -> dict[str, Any]:
    array = np.asarray(parameter.data)
    return {"shape": list(array.shape), "dtype": str(array.dtype), "sums": [np.array(kept) for kept in sums]}


def checked_state(optimizer: Any, state: Any) -> Loaded:
    """What a state says, in the optimizer's own terms; StateError with all that differs."""
    name = type(optimizer).__name__
    if not isinstance(state, Mapping):
        raise KindError(f"a state of {name} is a dict, as its state_dict() gives it; got {type(state).__name__}")
    refuse(name, list(_differences(optimizer, dict(_leaves(state)), dict(_leaves(state_of(optimizer, [], {}))))))
    loaded = _loaded(optimizer, state)
    refuse(name, list(_wrong_counts(optimizer, loaded)))
    return loaded


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """What a state holds, by path ("groups.0.lr"): all that is no dict and no list of dicts."""
    if isinstance(tree, Mapping):
        inside = list(tree.items())
    elif isinstance(tree, list) and any(isinstance(part, Mapping) for part in tree):
        inside = list(enumerate(tree))
    else:
        yield path, tree
        return
    for key, part in inside:
        yield from _leaves(part, f"{path}.{key}" if path else str(key))


def _differences(optimizer: Any, state: dict[str, Any], mine: dict[str, Any]) -> Iterator[str]:
    for path, own in mine.items():
        if path not in state:
            yield f"{path}: missing"
        elif words := _difference(optimizer, path, state[path], own, mine):
            yield f"{path}: {words}"
    yield from (f"{path}: unexpected" for path in state if path not in mine)


def _difference(optimizer: Any, path: str, saved: Any, own: Any, mine: dict[str, Any]) -> str:
    """What is wrong with one leaf of a state, own being the optimizer's; nothing where it may be taken over."""
    above, _, name = path.rpartition(".")
    owner: type = type(optimizer)
    if setting := settings_of(owner).get(name):
        try:
            setting.checked(owner, saved)
        except (TypeError, ValueError) as error:
            return str(error)
    elif name == "steps":
        if type(saved) is not int or saved < 0:
            return f"{saved!r} is no whole number, 0 or more"
    elif name == "rates":
        many = len(optimizer.groups)
        are_rates = isinstance(saved, list) and all(type(x) is float and FROM_ZERO.has(x) for x in saved)
        if not are_rates or len(saved) not in (0, many):
            return f"{saved!r} is no list of {many} numbers, one for each group"
    elif name == "sums":
        expected = f"{mine[f'{above}.dtype']} {mine[f'{above}.shape']}"
        kinds = set(map(_kind, saved)) if isinstance(saved, list) else {_kind(saved)}
        if kinds - {expected}:
            return f"{', '.join(sorted(kinds - {expected}))} in place of {expected}"
    elif repr(saved) != repr(own):
        return f"{saved!r} in place of {own!r}"
    return ""


def _kind(x: Any) -> str:
    return f"{x.dtype} {list(x.shape)}" if isinstance(x, np.ndarray) else f"a {type(x).__name__}"


def _loaded(optimizer: Any, state: Mapping[str, Any]) -> Loaded:
    groups, sums = [], {}
    for group, saved in zip(optimizer.groups, state["groups"], strict=True):
        settings = {name: saved[name] for name in group.settings}
        groups.append(Group(type(optimizer), group["parameters"], settings))
        for parameter, its in zip(group["parameters"], saved["parameters"], strict=True):
            sums[parameter] = tuple(np.array(kept) for kept in its["sums"])
    return Loaded(state["steps"], list(state["rates"]), groups, sums)


def _wrong_counts(optimizer: Any, loaded: Loaded) -> Iterator[str]:
    """Parameters with another number of sums than the state's own settings ask for; none, before their first step."""
    twin = copy.copy(optimizer)
    for number, group in enumerate(loaded.groups):
        twin._take(group)
        for place, parameter in enumerate(group["parameters"]):
            found = len(loaded.sums[parameter])
            if found not in (0, twin.sums):
                yield f"groups.{number}.parameters.{place}.sums: {found} in place of {twin.sums}"
