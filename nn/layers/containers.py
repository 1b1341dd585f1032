"""Modules made of modules."""

from collections.abc import Iterator
from typing import Any

from autograd_mini import KindError

from ..module import Module


class Sequential(Module):
    """Modules one after another.

    (Linear(4, 8, rng=rng), ReLU(), Linear(8, 2, rng=rng))
    Sequential()                58
      (0) Linear(4 → 8)         40
      (1) ReLU()
      (2) Linear(8 → 2)         18
    """

    def __init__(self, *layers: Module) -> None:
        if not all(callable(layer) and not isinstance(layer, type) for layer in layers):
            kinds = ", ".join(
                f"the class {layer.__name__}" if isinstance(layer, type) else type(layer).__name__ for layer in layers
            )
            raise KindError(f"Sequential takes modules, Sequential(layer1, layer2) or Sequential(*layers); got {kinds}")
        vars(self).update({str(i): layer for i, layer in enumerate(layers)})  # paths read "0.weight"
        for path, parameter in self.named_parameters():
            parameter.label = path  # on a picture each layer's weight is told from the others

    def __iter__(self) -> Iterator[Module]:
        return (layer for name, layer in vars(self).items() if name.isdigit())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, i: int) -> Module:
        return list(self)[i]

    def forward(self, x: Any) -> Any:
        """The last module's output."""
        for layer in self:
            x = layer(x)
        return x
