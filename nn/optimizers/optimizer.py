"""The base of optimizers: it goes through the parameters and moves each."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, Value

from ..interrupts import uninterrupted
from ..module import Parameter
from .settings import Group, counted, from_zero, learning_rate, settings_of
from .states import checked_state, state_of

STRETCH = 2**16  # numbers moved at a time: what is computed on the way stays in the processor's cache


class Optimizer:
    """The base: it goes through the parameters; a subclass says in `change` how far each one moves.

    parameters: Tensors and Values, as `model.parameters()` gives them; one given twice moves once. Or groups of them,
    each a dict of "params" (or "parameters") and the settings that it has for itself. lr: the learning rate, which may
    be set anew at any time: where there are groups it is the largest of theirs, and they change in proportion.
    weight_decay: adds weight_decay · parameter to its gradient. settings: the others that the subclass declares.

    A parameter without a gradient stays where it is. To freeze parameters for good leave them out; for a while, give
    them a group and set its "lr" to 0. Raises ValueError, or KindError for what is no number, where a setting is
    impossible, at the call and whenever it is set.

    >>> from nn import SGD
    >>> w, b = Tensor([1.0, 2.0]), Tensor([0.0])
    >>> optimizer = SGD([{"params": [w], "weight_decay": 0.1}, {"params": [b], "lr": 0.02}], lr=0.2)
    >>> optimizer.lr /= 2
    >>> [group["lr"] for group in optimizer.groups]
    [0.1, 0.01]
    """

    lr = learning_rate()
    weight_decay = from_zero()

    def __init__(self, parameters: Iterable[Any], lr: float, weight_decay: float = 0.0, **settings: Any) -> None:
        self._rates: list[float] = []
        self._scaled: list[float] = []
        self.groups = _grouped(type(self), parameters, {"lr": lr, "weight_decay": weight_decay, **settings})
        self.steps = 0
        self._kept: dict[Parameter, tuple[Any, ...]] = {}

    @property
    def parameters(self) -> list[Parameter]:
        """The parameters of all groups, each once."""
        return [parameter for group in self.groups for parameter in group["parameters"]]

    def zero_grad(self) -> None:
        """Forget every parameter's gradient; the next backward starts afresh."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """Move every parameter against its gradient.

        All of them move or none, with their running sums and `steps`: gradients are looked at before the first
        moves, a ShapeError where one is not of its parameter's shape, a KindError where it is no number at all; and
        Ctrl-C is heard before or after (`nn.interrupts`), so that a run may be interrupted and go on. Only what
        `change` itself raises, such as NumPy's FloatingPointError where you asked for it, stops a step midway.
        """
        with uninterrupted():
            try:
                moves = []
                for group in self.groups:
                    self._take(group)
                    count = self.sums
                    held = [p for p in group["parameters"] if p.grad is not None]
                    moves.append((group, [(p, gradient_of(p), self._sums_of(p, count)) for p in held]))
                self.steps += 1
                for group, its_moves in moves:
                    self._take(group)
                    for parameter, g, sums in its_moves:
                        parameter.data = self._moved(parameter.data, g, sums)
            finally:
                self._give_back()

    @property
    def sums(self) -> int:
        """How many running sums `change` keeps of each number."""
        return 0

    def change(self, g: Any, *sums: Any) -> Any:
        """What is subtracted from numbers whose gradient is g.

        sums: the running sums of these numbers, arrays that start at 0, to be changed in place.
        """
        raise TypeError(f"{type(self).__name__} has no change(self, g, *sums): write one")

    def decayed_change(self, data: Any, g: Any, *sums: Any) -> Any:
        """What is subtracted from data whose gradient is g: the change for g + weight_decay · data."""
        return self.change(g + self.weight_decay * data if self.weight_decay else g, *sums)

    def state_dict(self) -> dict[str, Any]:
        """What the optimizer knows beside the parameters: steps, the groups' settings and each one's running sums.

        Copies, in dicts and lists of plain numbers, strings and arrays:
        {"optimizer": its name, "steps": n, "rates": [the groups' rates before they were changed in proportion],
        "groups": [{"lr": ..., ..., "parameters": [{"shape": [...], "dtype": "float32", "sums": [arrays]}]}]}.

        >>> from nn import SGD
        >>> SGD([Tensor([1.0])], lr=0.1).state_dict()["groups"][0]["parameters"]
        [{'shape': [1], 'dtype': 'float64', 'sums': []}]
        """
        in_proportion = [group["lr"] for group in self.groups] == self._scaled
        return state_of(self, self._rates if in_proportion else [], self._kept)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where the optimizer was that gave the state, its settings included.

        Raises StateError with all that differs where it is of another optimizer or of other parameters, in number,
        groups, shapes or dtypes; then nothing has been loaded.
        """
        loaded = checked_state(self, state)
        with uninterrupted():
            self.steps, self._kept = loaded.steps, loaded.sums
            for group, its in zip(self.groups, loaded.groups, strict=True):
                group.data.update(its.settings)  # the groups stay the objects that somebody may hold
            self._rates = loaded.rates
            self._scaled = [group["lr"] for group in loaded.groups] if loaded.rates else []

    def __repr__(self) -> str:
        name = type(self).__name__
        if len(self.groups) == 1:
            return f"{name}({self.groups[0]!r})"
        lines = [f"  ({number}) {group!r}" for number, group in enumerate(self.groups)]
        return "\n".join([f"{name}({len(self.groups)} groups; {counted(self.parameters)})", *lines])

    def __setattr__(self, name: str, value: Any) -> None:
        owner: type = type(self)
        if setting := settings_of(owner).get(name):
            setting.write(self, value)
        else:
            super().__setattr__(name, value)

    def _take(self, group: Group) -> None:
        """Have the group's settings as plain attributes, for `sums` and `change` to read."""
        vars(self).update(group.data)

    def _give_back(self) -> None:
        for name in self.groups[0].data:
            vars(self).pop(name, None)

    def _moved(self, data: Any, g: Any, sums: tuple[Any, ...]) -> Any:
        """The data after the step: a float anew, an array in place, so many rows at a time as hold STRETCH numbers."""
        if type(data) is float:
            return data - self.decayed_change(data, g, *sums)
        if data.size <= STRETCH:
            data -= self.decayed_change(data, g, *sums)
            return data
        rows = max(1, STRETCH * len(data) // data.size)
        for start in range(0, len(data), rows):
            stretch = slice(start, start + rows)
            part = data[stretch]
            part -= self.decayed_change(part, g[stretch], *(kept[stretch] for kept in sums))
        return data

    def _sums_of(self, parameter: Parameter, count: int) -> tuple[Any, ...]:
        kept = self._kept.get(parameter, ())
        if len(kept) != count:
            kept = self._kept[parameter] = tuple(np.zeros_like(parameter.data) for _ in range(count))
        return kept


class DecoupledDecay(Optimizer):
    """The base of those whose weight decay leaves the gradient alone (Loshchilov and Hutter 2019).

    Beside the change for its gradient, a parameter shrinks by lr · weight_decay · parameter.
    """

    def decayed_change(self, data: Any, g: Any, *sums: Any) -> Any:
        """What is subtracted from data whose gradient is g: the change for g, and lr · weight_decay · data."""
        change = self.change(g, *sums)
        return change + self.lr * self.weight_decay * data if self.weight_decay else change


def _grouped(owner: type, given: Iterable[Any], settings: dict[str, Any]) -> list[Group]:
    """The groups of what an optimizer was given, each with all settings; every parameter in one, and there once."""
    entries = list(given) if isinstance(given, Iterable) else [given]
    if not entries:
        raise ValueError(f"{owner.__name__} was given no parameters: pass model.parameters()")
    if not all(isinstance(entry, Mapping) for entry in entries):
        entries = [{"parameters": entries}]
    groups: list[Group] = []
    place: dict[Parameter, int] = {}
    for number, entry in enumerate(entries):
        own = dict(entry)
        held = own.pop("params", None) if "parameters" not in own else own.pop("parameters")
        if held is None:
            raise KindError(f"group {number} of {owner.__name__} has no parameters: {{'params': [...], 'lr': ...}}")
        leaves = _leaves(owner, held)
        if not leaves:
            raise ValueError(f"group {number} of {owner.__name__} has no parameters: pass layer.parameters()")
        for leaf in leaves:
            if place.setdefault(leaf, number) != number:
                raise ValueError(
                    f"{owner.__name__} was given a parameter of shape {np.shape(leaf)} in groups {place[leaf]} and "
                    f"{number}: which settings should move it? leave it out of one"
                )
        groups.append(Group(owner, leaves, settings | own))
    return groups


def _leaves(owner: type, given: Any) -> list[Parameter]:
    """The leaves given, each once."""
    held = list(given) if isinstance(given, Iterable) else [given]
    for parameter in held:
        if not isinstance(parameter, Parameter) or parameter.inputs:
            raise KindError(
                f"{owner.__name__} moves leaves, as model.parameters() gives them in a list; "
                f"got a {type(parameter).__name__} that is none"
            )
    return list(dict.fromkeys(held))


def gradient_of(parameter: Parameter) -> Any:
    """The gradient as its parameter's data are, though it was set by hand, of whole numbers say, or is recorded."""
    data, g = parameter.data, parameter.grad
    if type(g) is type(data) and (type(g) is float or (g.dtype.kind == "f" and g.shape == data.shape)):
        return g  # as backward leaves it
    if isinstance(g, Parameter):
        g = g.data
    g = Value(g).data if type(data) is float else Tensor(g).data
    if np.shape(g) != np.shape(data):
        raise ShapeError(f"a gradient of shape {g.shape} cannot move a parameter of shape {data.shape}")
    return g
