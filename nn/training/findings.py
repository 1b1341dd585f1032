"""What keeps a network from learning, in words, and what helps: said by `fit` on its way and by `inspect`."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..module import Module, Parameter
from .checks import Units

MOST = 0.75  # of a layer's units: half of them may be 0 on every example in a deep network that learns well

MUCH = 1000.0  # times the first loss


def listed(names: Iterable[str], most: int = 6) -> str:
    """Names in a row, the first few of many.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def without_optimizer(model: Module, held: Iterable[Parameter]) -> str:
    """Which of the model's parameters are not among those held; "" where all are.

    >>> from nn import Linear
    >>> model = Linear(2, 1)
    >>> without_optimizer(model, [model.weight])[:45]
    'the optimizer does not hold bias of the model'
    """
    moved = set(held)
    missing = [path for path, parameter in model.named_parameters() if parameter not in moved]
    if not missing:
        return ""
    return (
        f"the optimizer does not hold {listed(missing)} of the model: they do not learn. If they were made after the "
        "optimizer, make it after them, of model.parameters()"
    )


def without_gradient(gradients: Mapping[str, Any]) -> str:
    """Which of the optimizer's parameters, by name, have None for a gradient; "" where none has.

    >>> without_gradient({"weight": 1.0, "bias": None})[:26]
    'the loss does not use bias'
    """
    unused = [name for name, g in gradients.items() if g is None]
    if not unused:
        return ""
    if len(unused) == len(gradients):
        return (
            f"nothing can be learned: the loss uses none of the optimizer's parameters ({listed(unused)}). If the "
            "model's were replaced after the optimizer was made, make the optimizer after that, of "
            "model.parameters(); if they were not, the outputs are computed from something else, or under no_grad"
        )
    return f"the loss does not use {listed(unused)}, which the optimizer holds: no gradient comes there, nothing moves"


def unmoved(names: list[str], gradients: list[Any], *, all_of_them: bool, rate: float) -> str:
    """That parameters of these names and gradients stayed where they are, and why.

    >>> unmoved(["bias"], [0.0], all_of_them=False, rate=0.1)[:58]
    'bias did not move in an epoch: the gradient is 0; nn.inspe'
    """
    if rate == 0:
        reason = "the learning rate is 0"
    elif not any(np.any(g) for g in gradients):
        reason = "the gradient is 0; nn.inspect(model, loss, optimizer) shows where it ends"
    else:
        reason = f"with the learning rate {rate:.3g} a step is smaller than rounding"
    return f"{'nothing moved' if all_of_them else listed(names) + ' did not move'} in an epoch: {reason}"


def twice(squashed: str) -> str:
    """That a loss takes a softmax or sigmoid of outputs that had one, by the name that `squashed_twice` gives it.

    >>> twice("softmax")[:69]
    'the loss takes a softmax of outputs that are probabilities already: t'
    >>> twice("")
    ''
    """
    if not squashed:
        return ""
    ways = {
        "softmax": "leave the Softmax out, cross_entropy takes the scores before it",
        "sigmoid": "leave the Sigmoid out, bce_with_logits takes what is before it, or take the loss bce",
    }
    return (
        f"the loss takes a {squashed} of outputs that are probabilities already: they cannot become sure, and learn "
        f"slowly; {ways[squashed]}"
    )


def wide(path: str) -> str:
    """That float64 numbers make a float32 network compute in float64, from a parameter on; "" without one.

    >>> wide("0.weight")[:68]
    'float64 numbers, or whole ones, meet the float32 parameter 0.weight,'
    """
    if not path:
        return ""
    return (
        f"float64 numbers, or whole ones, meet the float32 parameter {path}, so from there on all is computed in "
        "float64, in twice the time: hand the model x.astype(np.float32), or make its layers with dtype=np.float64"
    )


def grown(first: float, loss: float) -> str:
    """That an epoch's loss is so many times that of the first batch; "" where it is fewer.

    >>> grown(0.5, 8e23)[:62]
    'the loss of an epoch, 8e+23, is 1.6e+24 times that of the firs'
    >>> grown(0.5, 40.0)
    ''
    """
    if not 0.0 < MUCH * first < loss:
        return ""
    return (
        f"the loss of an epoch, {loss:.3g}, is {loss / first:.2g} times that of the first batch, {first:.3g}: the "
        "training diverges. A smaller learning rate helps, or clip_norm=1.0, or inputs and targets of size 1"
    )


def idle(units: Units) -> str:
    """That so many of a layer's units are idle that hardly anything comes through; "" where fewer are.

    >>> idle(Units("relu after 0", 8, 8, "dead", 32))[:62]
    '8 of 8 units (relu after 0) are dead, 0 on every example of a '
    >>> idle(Units("relu after 0", 8, 3, "dead", 32))
    ''
    """
    if units.idle < MOST * units.count:
        return ""
    which = f"{units.idle} of {units.count} units ({units.where}) are {units.how}"
    if units.how == "dead":
        return (
            f"{which}, 0 on every example of a batch: no gradient comes through them. A smaller learning rate, He's "
            "initializer or inputs of size 1 keep them alive"
        )
    return (
        f"{which}, at an end of their range on every example of a batch: hardly a gradient comes through them. Inputs "
        "of size 1, smaller weights or a smaller learning rate help"
    )
