"""Recurrent layers: a cell moves a state by one step, a sequence by every step of time."""

from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, reshape, sigmoid, stack, swapaxes, tanh

from ..module import Module
from ..pytorch_names import without
from ..randomness import Seed, generator
from .activations import activation_of
from .arguments import check_dtype, check_sizes, check_switches

one_layer = without(
    batch_first="the batch is always first",
    num_layers="layers on top of each other are a loop: for layer in layers: x, _ = layer(x)",
    bidirectional="both directions are two layers, one of them given flip(x, 1)",
    dropout="put nn.Dropout between two layers",
    nonlinearity="an RNN takes activation=nn.ReLU",
)


class Cell(Module):
    """The base of cells: one step of time, whose formula each writes as `step`.

    weight_ih has shape (input_size, gates · hidden_size), weight_hh (hidden_size, gates · hidden_size), bias_ih and
    bias_hh (gates · hidden_size,): the gates beside each other in PyTorch's order, so that its weights are these
    transposed. All are drawn uniformly within ±1 / sqrt(hidden_size), as PyTorch draws them.

    input_size: how many numbers an input has. hidden_size: how many the state has. bias: with False there are no
    biases. rng: a Generator or a seed. dtype: float32 unless told.
    """

    gates = 1
    parts: tuple[str, ...] = ("h",)  # of the state

    @one_layer
    def __init__(
        self, input_size: int, hidden_size: int, *, bias: bool = True, rng: Seed = None, dtype: Any = np.float32
    ) -> None:
        name = type(self).__name__
        check_dtype(name, dtype)
        check_sizes(name, input_size=input_size, hidden_size=hidden_size)
        check_switches(name, bias=bias)
        rng, bound, columns = generator(name, rng), 1.0 / np.sqrt(hidden_size), self.gates * hidden_size

        def drawn(label: str, *shape: int) -> Tensor:
            return Tensor(rng.uniform(-bound, bound, shape).astype(dtype), label=label)

        self.input_size, self.hidden_size = input_size, hidden_size
        self.weight_ih = drawn("weight_ih", input_size, columns)
        self.weight_hh = drawn("weight_hh", hidden_size, columns)
        self.bias_ih = drawn("bias_ih", columns) if bias else None
        self.bias_hh = drawn("bias_hh", columns) if bias else None

    def step(self, told: Any, heard: Any, *state: Any) -> tuple[Any, ...]:
        """The parts of the state after one step.

        told: x @ weight_ih, heard: h @ weight_hh, both (gates, n, hidden_size) and with the biases in one or the other.
        """
        raise TypeError(f"{type(self).__name__} has no step(self, told, heard, *state): write one")

    def forward(self, x: Any, state: Any = None) -> Any:
        """The state after one step from the state given, or from 0.

        x: (n, input_size). state: (n, hidden_size), of an LSTM a tuple of two.
        """
        x = self._looked_at("x", x, (None, self.input_size), "(n, input_size)")
        return self._answer(self._moved(self._told(x), self._ears(), self._begun(len(x), state)))

    def over_time(self, x: Any, state: Any = None) -> tuple[Any, Any]:
        """The outputs (n, time, hidden_size), which are h after every step, and the state after the last.

        x: (n, time, input_size). state: as for one step, the one before the first.
        """
        x = self._looked_at("x", x, (None, None, self.input_size), "(n, time, input_size)")
        if not x.shape[1]:
            raise ShapeError(f"{type(self).__name__} takes one step of time at least; got x of shape {x.shape}")
        now, ears, outputs = self._begun(len(x), state), self._ears(), []
        for told in self._told(swapaxes(x, 0, 1)):
            now = self._moved(told, ears, now)
            outputs.append(now[0])
        return stack(outputs, axis=1), self._answer(now)

    def extra_repr(self) -> str:
        """The sizes."""
        return f"{self.input_size} → {self.hidden_size}" + ", bias=False" * (self.bias_ih is None)

    def _told(self, x: Any) -> Any:
        """(..., gates, n, hidden_size) of x (..., n, input_size): one product for all of time."""
        bias = self._biases()[0]
        told = x @ self.weight_ih
        told = told if bias is None else told + bias
        return swapaxes(reshape(told, (*x.shape[:-1], self.gates, self.hidden_size)), -3, -2)

    def _ears(self) -> tuple[Any, Any]:
        """What hears the state: weight_hh as (gates, hidden_size, hidden_size), its bias as (gates, 1, hidden_size)."""
        weight, bias = (
            part if part is None else swapaxes(reshape(part, (-1, self.gates, self.hidden_size)), 0, 1)
            for part in (self.weight_hh, self._biases()[1])
        )
        return weight, bias

    def _biases(self) -> tuple[Any, Any]:
        """What is added to what x tells and to what the state tells: where gates take the sum, it is added once."""
        return None if self.bias_ih is None else self.bias_ih + self.bias_hh, None

    def _moved(self, told: Any, ears: tuple[Any, Any], state: tuple[Any, ...]) -> tuple[Any, ...]:
        weight, bias = ears
        heard = state[0] @ weight
        return self.step(told, heard if bias is None else heard + bias, *state)

    def _begun(self, n: int, state: Any) -> tuple[Any, ...]:
        """The parts of the state given, looked at; zeros where there is none."""
        if state is None:
            return tuple(np.zeros((n, self.hidden_size), self.weight_hh.dtype) for _ in self.parts)
        if len(self.parts) == 1:
            state = (state,)
        if not isinstance(state, tuple | list) or len(state) != len(self.parts):
            raise KindError(
                f"{type(self).__name__} takes its state as a tuple ({', '.join(self.parts)}); got {_kind(state)}"
            )
        pairs = zip(self.parts, state, strict=True)
        return tuple(
            self._looked_at(f"the state {name}", part, (n, self.hidden_size), "(n, hidden_size)")
            for name, part in pairs
        )

    def _answer(self, state: tuple[Any, ...]) -> Any:
        return state if len(state) > 1 else state[0]

    def _looked_at(self, what: str, x: Any, lengths: tuple[int | None, ...], words: str) -> Any:
        """x, an array where it was a list; a ShapeError unless it has these lengths, None being any."""
        if isinstance(x, tuple):
            raise KindError(
                f"{type(self).__name__} takes {what} as an array or a Tensor; got a tuple: of a recurrent layer before "
                "it take the outputs, outputs, state = layer(x)"
            )
        x = x if isinstance(x, Tensor) else np.asarray(x)
        if len(x.shape) != len(lengths) or any(b not in (None, a) for a, b in zip(x.shape, lengths, strict=True)):
            is_state = "hidden_size" in words
            sizes = f"n = {lengths[0]}, hidden_size = {lengths[1]}" if is_state else f"input_size = {self.input_size}"
            raise ShapeError(f"{type(self).__name__} takes {what} of shape {words}, {sizes}; got {x.shape}")
        return x


class RNNCell(Cell):
    """h' = tanh(x @ weight_ih + bias_ih + h @ weight_hh + bias_hh) (Elman 1990, Finding Structure in Time).

    activation: what stands in place of tanh: a function, a module or its class.

    >>> cell = RNNCell(3, 4, rng=0)
    >>> cell(np.ones((5, 3), np.float32)).shape
    (5, 4)
    """

    @one_layer
    def __init__(self, input_size: int, hidden_size: int, *, activation: Any = tanh, **options: Any) -> None:
        super().__init__(input_size, hidden_size, **options)
        self.activation = activation_of(activation)

    def step(self, told: Any, heard: Any, *state: Any) -> tuple[Any, ...]:
        """The formula above."""
        return (self.activation((told + heard)[0]),)


class LSTMCell(Cell):
    """Long short-term memory (Hochreiter and Schmidhuber 1997, forgetting by Gers et al. 2000).

    i, f, g, o = x @ weight_ih + bias_ih + h @ weight_hh + bias_hh, then
    c' = sigmoid(f) · c + sigmoid(i) · tanh(g) and h' = sigmoid(o) · tanh(c'). The state is (h, c).

    >>> h, c = LSTMCell(3, 4, rng=0)(np.ones((5, 3), np.float32))
    >>> h.shape, c.shape
    ((5, 4), (5, 4))
    """

    gates = 4
    parts = ("h", "c")

    def step(self, told: Any, heard: Any, *state: Any) -> tuple[Any, ...]:
        """The formula above."""
        (i, f, g, o), (_, c) = told + heard, state
        c = sigmoid(f) * c + sigmoid(i) * tanh(g)
        return sigmoid(o) * tanh(c), c


class GRUCell(Cell):
    """Gated recurrent unit (Cho et al. 2014), with the reset after the product, as PyTorch and cuDNN have it.

    With r, z, m for the gates' parts of x @ weight_ih + bias_ih and r', z', m' for those of h @ weight_hh + bias_hh:
    new = tanh(m + sigmoid(r + r') · m') and h' = new + sigmoid(z + z') · (h - new).

    >>> GRUCell(3, 4, rng=0)(np.ones((5, 3), np.float32)).shape
    (5, 4)
    """

    gates = 3

    def _biases(self) -> tuple[Any, Any]:
        return self.bias_ih, self.bias_hh  # apart: the reset gate multiplies one of them

    def step(self, told: Any, heard: Any, *state: Any) -> tuple[Any, ...]:
        """The formula above."""
        (h,) = state
        reset, keep = sigmoid(told[:2] + heard[:2])
        new = tanh(told[2] + reset * heard[2])
        return (new + keep * (h - new),)


class RNN(RNNCell):
    """An RNNCell at every step of a sequence: outputs, state = layer(x).

    x is (n, time, input_size), the batch first as everywhere in `nn`; the outputs are (n, time, hidden_size), h after
    each step. Layers on top of each other are a loop, `for layer in layers: x, _ = layer(x)`; both directions are two
    of them, one given flip(x, 1).

    >>> outputs, state = RNN(3, 4, rng=0)(np.ones((5, 7, 3), np.float32))
    >>> outputs.shape, state.shape
    ((5, 7, 4), (5, 4))
    """

    forward = Cell.over_time


class LSTM(LSTMCell):
    """An LSTMCell at every step of a sequence: outputs, (h, c) = layer(x); shapes and stacks as for RNN.

    >>> outputs, (h, c) = LSTM(3, 4, rng=0)(np.ones((5, 7, 3), np.float32))
    >>> outputs.shape, h.shape, c.shape
    ((5, 7, 4), (5, 4), (5, 4))
    """

    forward = Cell.over_time


class GRU(GRUCell):
    """A GRUCell at every step of a sequence: outputs, state = layer(x); shapes and stacks as for RNN.

    >>> outputs, state = GRU(3, 4, rng=0)(np.ones((5, 7, 3), np.float32))
    >>> outputs.shape, state.shape
    ((5, 7, 4), (5, 4))
    """

    forward = Cell.over_time


def _kind(state: Any) -> str:
    return f"a {type(state).__name__}" + (f" of {len(state)}" if isinstance(state, tuple | list) else "")
