"""The numbers of an optimizer's formula: what each may be, and groups of parameters with numbers of their own."""

from collections import UserDict
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, Self

import numpy as np

from autograd_mini import KindError

from ..numbers import ABOVE_ZERO, BELOW_ONE, FROM_ZERO, boolean, number, refused


class Setting:
    """A number of an optimizer's formula, such as `momentum`, that may differ from group to group.

    Declared in the class. Read outside of a step, it is that of the first group; set, that of all. While a group is
    moved, the optimizer has its settings as plain attributes, which the formula reads. taken(whose, name, value) gives
    the value as it is kept, or raises an error that says what the setting takes.
    """

    def __init__(self, taken: Callable[[str, str, Any], Any]) -> None:
        self.taken = taken

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, optimizer: Any, owner: type | None = None) -> Any:
        return self if optimizer is None else self.read(optimizer)

    # Not __set__: a setting that had it would stand before the plain attributes, and reading it take ten times as long.

    def read(self, optimizer: Any) -> Any:
        """The setting as it is outside of a step."""
        return optimizer.groups[0][self.name]

    def write(self, optimizer: Any, value: Any) -> None:
        """Set it in all groups."""
        value = self.checked(type(optimizer), value)
        for group in optimizer.groups:
            group[self.name] = value

    def checked(self, owner: type, value: Any) -> Any:
        """The value as it is kept; raises ValueError, or KindError for what is no number at all."""
        return self.taken(owner.__name__, self.name, value)


class LearningRate(Setting):
    """Outside of a step, the largest of the groups' rates.

    Set, all groups change in proportion, and the proportion outlives a rate of 0, as a schedule ends with.
    """

    def read(self, optimizer: Any) -> Any:
        """The largest rate."""
        return max(group["lr"] for group in optimizer.groups)

    def write(self, optimizer: Any, value: Any) -> None:
        """Set the largest, and the others in proportion."""
        lr, groups = self.checked(type(optimizer), value), optimizer.groups
        if [group["lr"] for group in groups] != optimizer._scaled:  # somebody has set a group's own
            optimizer._rates = [group["lr"] for group in groups]
        rates = optimizer._rates
        most = max(rates)
        # The rate that all had comes back to the last bit.
        optimizer._scaled = rates if lr == most else [lr * (rate / most) if most else lr for rate in rates]
        for group, rate in zip(groups, optimizer._scaled, strict=True):
            group["lr"] = rate


def learning_rate() -> Setting:
    """A finite number, 0 or more, by which the groups are told apart and moved together."""
    return LearningRate(partial(number, within=FROM_ZERO))


def from_zero() -> Setting:
    """A finite number, 0 or more."""
    return Setting(partial(number, within=FROM_ZERO))


def above_zero() -> Setting:
    """A finite number above 0."""
    return Setting(partial(number, within=ABOVE_ZERO))


def memory() -> Setting:
    """The part of a running sum that stays at each step: from 0 to below 1."""
    return Setting(partial(number, within=BELOW_ONE))


def memories() -> Setting:
    """Two of these."""
    return Setting(_pair)


def switch() -> Setting:
    """True or False."""
    return Setting(boolean)


def _pair(whose: str, name: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, Sequence) or len(value) != 2:
        raise refused(whose, name, value, "two numbers from 0 to below 1", False)
    first, second = (number(whose, name, each, BELOW_ONE) for each in value)
    return first, second


@cache
def settings_of(owner: type) -> dict[str, Setting]:
    """The settings of an optimizer's class by name, the base's first."""
    return {name: x for part in reversed(owner.__mro__) for name, x in vars(part).items() if isinstance(x, Setting)}


class Group(UserDict[str, Any]):
    """Parameters of an optimizer, group["parameters"], and the settings that move them: group["lr"] *= 0.1.

    A setting may be set anew at any time; what is impossible is refused there, as the optimizer does.
    """

    def __init__(self, owner: type, parameters: list[Any], settings: Mapping[str, Any]) -> None:
        super().__init__()
        self.owner = owner
        self.data["parameters"] = parameters
        self.update(settings)

    def __setitem__(self, name: str, value: Any) -> None:
        known = settings_of(self.owner)
        if name not in known:
            raise KindError(
                f"a group of {self.owner.__name__} has parameters, which stay, and the settings {', '.join(known)}; "
                f"got {name!r}"
            )
        self.data[name] = known[name].checked(self.owner, value)

    def __delitem__(self, name: str) -> None:
        raise KindError(f"a group of {self.owner.__name__} keeps all its settings; set {name!r} to another value")

    def __ior__(self, others: Any) -> Self:  # type: ignore[override, misc]
        self.update(others)  # which looks at them; UserDict's own does not
        return self

    @property
    def settings(self) -> dict[str, Any]:
        """All but the parameters."""
        return {name: value for name, value in self.data.items() if name != "parameters"}

    def __repr__(self) -> str:
        words = ", ".join(f"{name}={value!r}" for name, value in self.settings.items())
        return f"{words}; {counted(self['parameters'])}"


def counted(parameters: list[Any]) -> str:
    """How many parameters there are, and how many numbers they hold.

    >>> counted([np.zeros((784, 10)), np.zeros(10)])
    '2 parameters, 7,850 numbers'
    """
    many, numbers = len(parameters), sum(int(np.size(parameter)) for parameter in parameters)
    return f"{many} parameter{'s' * (many != 1)}, {numbers:,} number{'s' * (numbers != 1)}"
