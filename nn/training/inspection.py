"""What `fit` would see in a step of your own loop, as a table."""

from dataclasses import dataclass
from typing import Any

from autograd_mini import KindError, Tensor, Value, diagnose, gradients

from ..arrays import norm_of
from ..module import Module
from ..optimizers import Optimizer
from .checks import FEW, Units, are_finite, hidden_units, paths_of, squashed_twice, widened
from .findings import idle, twice, wide, without_gradient, without_optimizer
from .history import html_table


@dataclass(repr=False)
class Inspection:
    """What a step of training is like: printed, or last in a cell of a notebook, it is a table and then sentences.

    parameters: for each a row of its path, its shape, whether the optimizer holds it, and the norm of its gradient
    (None where none comes there). units: those after each hidden activation. findings: what keeps it from learning,
    a sentence each.
    """

    parameters: list[tuple[str, tuple[int, ...], bool, float | None]]
    units: list[Units]
    findings: list[str]

    def _rows(self) -> list[list[str]]:
        rows = [["parameter", "shape", "optimizer", "gradient's norm"]]
        for path, shape, is_held, norm in self.parameters:
            rows.append([path, str(shape), "yes" if is_held else "no", "none" if norm is None else f"{norm:.3g}"])
        return rows

    def _unit_rows(self) -> list[list[str]]:
        rows = [["activation", "units", "idle"]]
        return rows + [[u.where, str(u.count), f"{u.idle} {u.how}" if u.idle else "0"] for u in self.units]

    def __repr__(self) -> str:
        tables = [_aligned(self._rows())] + ([_aligned(self._unit_rows())] if self.units else [])
        said = [f"- {finding}" for finding in self.findings] or ["nothing keeps it from learning"]
        return "\n\n".join([*tables, "\n".join(said)])

    def _repr_html_(self) -> str:
        """The tables and the sentences, as a notebook shows them."""
        return (
            html_table(self._rows())
            + html_table(self._unit_rows())
            + html_table([["findings"], *([f] for f in self.findings)])
        )


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(map(str.rstrip, lines))


def inspect(model: Module, loss: Any, optimizer: Optimizer) -> Inspection:
    """What a step of your own loop is like: parameters and their gradients, units, and what keeps it from learning.

    loss: the node that the loss of a batch is, before or after its `backward` but before the optimizer moves anything
    (else a StaleError). Its gradients are computed anew; those of the parameters are neither read nor written. Units
    are "dead" where they are 0, and "saturated" where they are at an end of their range, on every example of the
    batch: of too few examples nothing is concluded.

    >>> import numpy as np
    >>> from nn import MLP, SGD, mse
    >>> model = MLP(1, [3], 1, rng=0)
    >>> loss = mse(model(np.ones((4, 1), np.float32)), np.zeros((4, 1)))
    >>> inspect(model, loss, SGD(model.parameters(), 0.1))
    parameter  shape   optimizer  gradient's norm
    0.weight   (1, 3)  yes        0.0869
    0.bias     (3,)    yes        0.0869
    2.weight   (3, 1)  yes        0.369
    2.bias     (1,)    yes        0.4
    <BLANKLINE>
    activation    units  idle
    relu after 0  3      1 dead
    <BLANKLINE>
    nothing keeps it from learning
    >>> print(inspect(model, loss, SGD(model[0].parameters(), 0.1)).findings[0][:56])
    the optimizer does not hold 2.weight, 2.bias of the mode
    """
    if not (isinstance(model, Module) and isinstance(loss, Tensor | Value) and isinstance(optimizer, Optimizer)):
        kinds = ", ".join(type(part).__name__ for part in (model, loss, optimizer))
        raise KindError(
            f"inspect takes a model, a loss computed from it (a node, with its graph) and an optimizer; got {kinds}"
        )
    paths = paths_of(model, optimizer.parameters)
    found = gradients(loss)
    held = set(optimizer.parameters)
    norms = {p: None if found.get(p) is None else norm_of(found[p]) for p in paths}
    rows = [(path, p.shape, p in held, norms[p]) for p, path in paths.items()]
    units = hidden_units(loss, paths)
    findings = [
        "" if are_finite([loss.data, *found.values()]) else diagnose(loss),
        without_gradient({paths[p]: found.get(p) for p in optimizer.parameters}),
        without_optimizer(model, optimizer.parameters),
        "the learning rate is 0: nothing moves" if optimizer.lr == 0 else "",
        *(f"the gradient of {path} is 0: it does not move" for path, _, is_held, norm in rows if is_held and norm == 0),
        twice(squashed_twice(loss, paths)),
        wide(widened(loss, paths)),
        *(idle(layer) for layer in units if layer.examples >= FEW),
    ]
    return Inspection(rows, units, [finding for finding in findings if finding])
