"""Modules made of modules."""

from collections.abc import Iterable, Iterator, KeysView, Mapping
from typing import Any, Self

import numpy as np

from autograd_mini import KindError, ShapeError

from ..module import Module, numbered


class _Numbered(Module):
    """The base of containers that know their modules by number: their paths read "0.weight"."""

    def __init__(self, layers: Iterable[Any]) -> None:
        self.layers: list[Any] = []
        self.extend(layers)

    def _held(self) -> dict[str, Any]:
        return numbered(self, "layers")

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, i: int | slice) -> Any:
        """One module; of a slice a container of those, which are the same modules still."""
        return self._of(self.layers[i]) if isinstance(i, slice) else self.layers[i]

    def __setitem__(self, i: int, layer: Any) -> None:
        self.layers[i] = self._checked([layer])[0]
        self._name_parts()

    def append(self, layer: Any) -> Self:
        """One more module at the end; gives the container."""
        return self.extend([layer])

    def extend(self, layers: Iterable[Any]) -> Self:
        """More modules at the end; gives the container."""
        if not isinstance(layers, Iterable):
            raise KindError(f"{type(self).__name__} takes modules in a list; got {layers!r:.80}")
        self.layers += self._checked(list(layers))
        self._name_parts()
        return self

    def _checked(self, layers: list[Any]) -> list[Any]:
        if not all(callable(layer) and not isinstance(layer, type) for layer in layers):
            kinds = ", ".join(
                f"the class {layer.__name__}" if isinstance(layer, type) else type(layer).__name__ for layer in layers
            )
            raise KindError(f"{type(self).__name__} takes modules, {self._way}; got {kinds}")
        return layers

    _way: str

    @staticmethod
    def _of(layers: list[Any]) -> Any:
        raise NotImplementedError


class Sequential(_Numbered):
    """Modules one after another.

    (Linear(4, 8, rng=rng), ReLU(), Linear(8, 2, rng=rng))
    Sequential()                58
      (0) Linear(4 → 8)         40
      (1) ReLU()
      (2) Linear(8 → 2)         18

    model[0] is a module, model[:2] a Sequential of the same modules; model.append(module) adds one.
    """

    _way = "Sequential(layer1, layer2) or Sequential(*layers)"

    def __init__(self, *layers: Any) -> None:
        super().__init__(layers)

    def forward(self, x: Any) -> Any:
        """The last module's output."""
        for layer in self.layers:
            x = layer(x)
        return x

    @staticmethod
    def _of(layers: list[Any]) -> "Sequential":
        return Sequential(*layers)


class ModuleList(_Numbered):
    """A list of modules; what is computed with them is said by the module that holds it.

    layers: modules, to which `append`, `extend` and `layers[i] = module` bring others.

    >>> from nn import Linear
    >>> layers = ModuleList(Linear(2, 2, rng=i) for i in range(3))
    >>> [path for path, _ in layers.append(Linear(2, 1, rng=3)).named_parameters()][-2:]
    ['3.weight', '3.bias']
    """

    _way = "ModuleList([layer1, layer2])"

    def __init__(self, layers: Iterable[Any] = ()) -> None:
        super().__init__(layers)

    @staticmethod
    def _of(layers: list[Any]) -> "ModuleList":
        return ModuleList(layers)


class ModuleDict(Module):
    """Modules by name; what is computed with them is said by the module that holds it.

    layers: {name: module}. A name is text without a dot, for it is a part of paths: "query.weight".

    >>> from nn import Linear
    >>> heads = ModuleDict({"mean": Linear(4, 2, rng=0), "spread": Linear(4, 2, rng=1)})
    >>> heads["mean"]
    Linear(4 → 2)         10
    >>> [path for path, _ in heads.named_parameters()]
    ['mean.weight', 'mean.bias', 'spread.weight', 'spread.bias']
    """

    def __init__(self, layers: Mapping[str, Module] | None = None) -> None:
        self.layers: dict[str, Module] = {}
        if layers is not None and not isinstance(layers, Mapping):
            raise KindError(f'ModuleDict takes modules by name, {{"name": module}}; got a {type(layers).__name__}')
        for name, layer in (layers or {}).items():
            self[name] = layer

    def _held(self) -> dict[str, Any]:
        own = vars(self)
        layers: dict[str, Any] = own.get("layers", {})
        return {key: x for key, x in own.items() if key != "layers"} | layers

    def __getitem__(self, name: str) -> Module:
        return self.layers[name]

    def __setitem__(self, name: str, layer: Module) -> None:
        if not isinstance(name, str) or not name or "." in name:
            raise KindError(f"a name in a ModuleDict is text without a dot; got {name!r}")
        if not isinstance(layer, Module):
            raise KindError(f"ModuleDict takes modules, ModuleDict({{name: layer}}); got {type(layer).__name__}")
        self.layers[name] = layer
        self._name_parts()

    def __delitem__(self, name: str) -> None:
        del self.layers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def __contains__(self, name: object) -> bool:
        return name in self.layers

    def keys(self) -> KeysView[str]:
        """The names."""
        return self.layers.keys()

    def values(self) -> Iterable[Module]:
        """The modules."""
        return self.layers.values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """The names and the modules."""
        return self.layers.items()


class Identity(Module):
    """x as it is: where a layer is left out.

    >>> Identity()(3.0)
    3.0
    """

    def forward(self, x: Any) -> Any:
        """x of any kind."""
        return x


class Residual(Module):
    """x + layer(x) (He et al. 2016): the layer learns what to change, and gradients go past it.

    layer: a module whose output has the shape of its input. ShapeError where it has not, for it would be broadcast.

    >>> import numpy as np
    >>> from nn import Linear
    >>> Residual(Linear(3, 3, rng=0))(np.ones((5, 3), np.float32)).shape
    (5, 3)
    """

    def __init__(self, layer: Any) -> None:
        if isinstance(layer, type) or not callable(layer):
            raise KindError(f"Residual takes a module, Residual(Sequential(layer1, layer2)); got {layer!r}")
        self.layer = layer

    def forward(self, x: Any) -> Any:
        """x of a shape that the layer keeps."""
        change = self.layer(x)
        if np.shape(change) != np.shape(x):
            raise ShapeError(f"Residual adds x, {np.shape(x)}, to what its layer gives of it; got {np.shape(change)}")
        return x + change
