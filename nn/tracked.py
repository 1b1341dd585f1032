"""What layers do beside computing: draw random numbers, keep running ones; in a compiled step it is done for them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd_mini import KindError, Tensor, is_rerunning, is_tracing

Array = np.ndarray[Any, Any]


class Chores:
    """What the layers do at each step of a compiled step, for inputs of one shape.

    The program reads the memory of what was drawn anew at each run, so `redraw` writes into it. What a layer would
    keep is a result of the program: `kept` has it by a key, and `give` hands its numbers to the layer.
    """

    def __init__(self) -> None:
        self._draws: dict[Any, tuple[Any, Array]] = {}  # of every recording, for an earlier one may run again
        self._keepers: dict[str, Any] = {}
        self.begin()

    def begin(self) -> None:
        """The model is about to be recorded, for the first time or again."""
        self._uses: Counter[int] = Counter()  # of each layer, which may be used several times
        self.kept: dict[str, tuple[Any, ...]] = {}

    def redraw(self) -> None:
        """Draw anew, as the layers in training mode would at this step."""
        for layer, numbers in self._draws.values():
            if layer.training:
                numbers[...] = layer.draw(numbers.shape, numbers.dtype)

    def draw(self, layer: Any, shape: tuple[int, ...], dtype: Any) -> Array:
        """What the layer drew here when the model was recorded before, else what it draws now."""
        key = id(layer), self._uses[id(layer)], shape, np.dtype(dtype)
        self._uses[id(layer)] += 1
        if key not in self._draws:
            self._draws[key] = layer, layer.draw(shape, dtype)
        return self._draws[key][1]

    def keep(self, layer: Any, numbers: tuple[Any, ...]) -> None:
        """Have the layer keep the numbers at each step."""
        key = f"{len(self.kept)} of {id(layer)}"
        self.kept[key], self._keepers[key] = numbers, layer

    def give(self, kept: dict[str, tuple[Any, ...]]) -> None:
        """Hand to the layers what the program computed for them."""
        for key, numbers in kept.items():
            self._keepers[key].keep(*numbers)


_chores: ContextVar[Chores | None] = ContextVar("chores", default=None)


@contextmanager
def done_by(chores: Chores) -> Iterator[None]:
    """A context in which what layers do beside computing is noted there."""
    before = _chores.set(chores)
    try:
        yield
    finally:
        _chores.reset(before)


def current_chores() -> Chores:
    """Those of the compiled step that is computed; of no step, ones that nobody does."""
    return _chores.get() or Chores()


def draw(layer: Any, shape: tuple[int, ...], dtype: Any) -> Array:
    """What layer.draw(shape, dtype) gives; in a compiled step an array that is drawn anew at each of its steps."""
    chores = _chores.get()
    if chores is not None:
        return chores.draw(layer, shape, dtype)
    _refuse_tracing(layer, "draws random numbers")
    return layer.draw(shape, dtype)  # type: ignore[no-any-return]


def keep(layer: Any, *numbers: Any) -> None:
    """Call layer.keep with the data of the numbers, arrays or Tensors; in a compiled step at each of its steps.

    Once for each call of the layer: not again where a `checkpoint` runs it for the gradient.
    """
    if is_rerunning():
        return
    chores = _chores.get()
    if chores is not None:
        chores.keep(layer, numbers)
        return
    _refuse_tracing(layer, "keeps running numbers")
    layer.keep(*(x.data if isinstance(x, Tensor) else x for x in numbers))


def _refuse_tracing(layer: Any, what: str) -> None:
    if is_tracing():
        raise KindError(
            f"{type(layer).__name__} {what} in training mode, which a program would do once and never again: call "
            "model.eval() before compile, or train by nn.compile_step or fit(compiled=True)"
        )


class Box:
    """Arrays that a layer writes in place, out of sight of a program, which looks whether attributes are as they were.

    It is right for arrays that a program reads as they are, in an operation with a node, or not at all.
    """

    zero: Any


def boxed(name: str) -> Any:
    """An attribute that lies in the layer's `_box`; assigned to, it is written in place."""

    def write(layer: Any, array: Any) -> None:
        if hasattr(layer._box, name):
            getattr(layer._box, name)[...] = array
        else:
            setattr(layer._box, name, array)

    return property(lambda layer: getattr(layer._box, name), write)
