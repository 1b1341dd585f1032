"""What a layer does beside computing: drawing random numbers, keeping running ones; in compiled steps at each step."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd_mini import KindError, Tensor, is_rerunning, is_tracing

from .arrays import Array


class Effects:
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


_current: ContextVar[Effects | None] = ContextVar("effects", default=None)


@contextmanager
def noted_in(effects: Effects) -> Iterator[None]:
    """A context in which what layers do beside computing is noted there."""
    before = _current.set(effects)
    try:
        yield
    finally:
        _current.reset(before)


def current_effects() -> Effects:
    """Those of the compiled step that is computed; where none is, some that nobody brings about."""
    return _current.get() or Effects()


def draw(layer: Any, shape: tuple[int, ...], dtype: Any) -> Array:
    """What layer.draw(shape, dtype) gives; in a compiled step an array that is drawn anew at each of its steps."""
    effects = _current.get()
    if effects is not None:
        return effects.draw(layer, shape, dtype)
    _refuse_tracing(layer, "draws random numbers")
    return layer.draw(shape, dtype)  # type: ignore[no-any-return]


def keep(layer: Any, *numbers: Any) -> None:
    """Call layer.keep with the data of the numbers, arrays or Tensors; in a compiled step at each of its steps.

    Once for each call of the layer: not again where a `checkpoint` runs it for the gradient.
    """
    if is_rerunning():
        return
    effects = _current.get()
    if effects is not None:
        effects.keep(layer, numbers)
        return
    _refuse_tracing(layer, "keeps running numbers")
    layer.keep(*(x.data if isinstance(x, Tensor) else x for x in numbers))


def _refuse_tracing(layer: Any, what: str) -> None:
    if is_tracing():
        raise KindError(
            f"{type(layer).__name__} {what} in training mode, which a program would do once and never again: call "
            "model.eval() before compile, or train by nn.compile_step or fit(compiled=True)"
        )


_ZERO = Tensor(np.float32(0.0))  # of float32, which no other float becomes wider by


def read_anew(array: Array) -> Any:
    """An array that changes between the runs of a program, as a formula of arrays alone has to read it.

    A program computes what is made of arrays alone once, when it is recorded, and at each run what is made of a node,
    for which it reads the memory of its arrays as it is then. So while one is recorded this gives 0 + array, 0 being a
    node. An array that meets a node in the formula anyway needs nothing of it.
    """
    return _ZERO + array if is_tracing() else array


class Running:
    """What a layer keeps from step to step: arrays that are written in place, so that a program reads them as they are.

    A program is recorded anew where an attribute of a layer is another than it was; what lies in here is none, so
    running numbers may move. It is right for arrays that the layer gives to `read_anew`, that meet a node where they
    are read, or that no program reads.
    """


def running(name: str) -> Any:
    """An attribute that lies in the layer's `_running`; assigned to, it is written in place.

    >>> class Counter:
    ...     count = running("count")
    ...     def __init__(self):
    ...         self._running, self.count = Running(), np.array(0)
    >>> counter = Counter()
    >>> memory = counter.count
    >>> counter.count = 3
    >>> memory
    array(3)
    """

    def write(layer: Any, array: Any) -> None:
        if hasattr(layer._running, name):
            getattr(layer._running, name)[...] = array
        else:
            setattr(layer._running, name, array)

    return property(lambda layer: getattr(layer._running, name), write)
