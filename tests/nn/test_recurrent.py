"""Recurrent layers: each its formula written out number by number, to second order, and over sequences."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, check_gradients, no_grad, sigmoid, tanh

from ..support.networks import all_of, drawn

CELLS = {nn.RNN: nn.RNNCell, nn.LSTM: nn.LSTMCell, nn.GRU: nn.GRUCell}
BOTH = [*CELLS, *CELLS.values()]


def by_numbers(kind, layer, x, h, c):
    """One example's next state by floats alone: x, h and c are lists."""
    n, (wi, wh, bi, bh) = len(h), (layer.__dict__[name].data.tolist() for name in NAMES)
    told = [sum(x[k] * wi[k][j] for k in range(len(x))) + bi[j] for j in range(len(bi))]
    heard = [sum(h[k] * wh[k][j] for k in range(n)) + bh[j] for j in range(len(bh))]
    both = [a + b for a, b in zip(told, heard, strict=True)]
    if kind is nn.RNN:
        return [tanh(v) for v in both], c
    if kind is nn.LSTM:
        i, f, g, o = (both[k * n : (k + 1) * n] for k in range(4))
        c = [sigmoid(f[j]) * c[j] + sigmoid(i[j]) * tanh(g[j]) for j in range(n)]
        return [sigmoid(o[j]) * tanh(c[j]) for j in range(n)], c
    reset, keep = ([sigmoid(both[k * n + j]) for j in range(n)] for k in range(2))
    new = [tanh(told[2 * n + j] + reset[j] * heard[2 * n + j]) for j in range(n)]
    return [(1.0 - keep[j]) * new[j] + keep[j] * h[j] for j in range(n)], c


NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


@pytest.mark.parametrize("kind", CELLS)
def test_a_sequence_is_the_formula_at_every_step(kind):
    layer, x = kind(3, 2, rng=0, dtype=np.float64), drawn(4, 5, 3)
    outputs, state = layer(x)
    for example in range(4):
        h, c = [0.0] * 2, [0.0] * 2
        for time in range(5):
            h, c = by_numbers(kind, layer, x[example, time].tolist(), h, c)
            np.testing.assert_allclose(outputs.data[example, time], h, rtol=1e-12)
        ends = [h, c] if kind is nn.LSTM else [h]
        np.testing.assert_allclose([part.data[example] for part in all_of(state)], ends, rtol=1e-12)


@pytest.mark.parametrize("kind", CELLS)
def test_a_sequence_is_its_cell_step_by_step_and_goes_on_from_a_state(kind):
    layer, cell, x = kind(3, 4, rng=0), CELLS[kind](3, 4, rng=0), drawn(2, 6, 3, dtype=np.float32)
    state = None
    for time in range(6):
        state = cell(x[:, time], state)
    outputs, last = layer(x)
    first, middle = layer(x[:, :2])
    rest, end = layer(x[:, 2:], middle)
    np.testing.assert_allclose(np.concatenate([first.data, rest.data], axis=1), outputs.data, rtol=1e-5, atol=1e-6)
    for found in (last, end):
        for mine, his in zip(all_of(found), all_of(state), strict=True):
            np.testing.assert_allclose(mine.data, his.data, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(outputs.data[:, -1], all_of(last)[0].data)


@pytest.mark.parametrize(
    ("kind", "bias"), [*((kind, True) for kind in CELLS), *((cell, False) for cell in CELLS.values())]
)
def test_gradients_to_second_order(kind, bias):
    layer = kind(2, 2, bias=bias, rng=0, dtype=np.float64)
    names = NAMES if bias else NAMES[:2]
    x = drawn(2, 2, 2) if kind in CELLS else drawn(2, 2)
    states = [drawn(2, 2, seed=k) for k in range(2 if "LSTM" in kind.__name__ else 1)]

    def answer(x, parameters, *state):
        twin = kind(2, 2, bias=bias, dtype=np.float64)
        vars(twin).update(zip(names, parameters, strict=True))
        return sum((part * (k + 1.0)).sum() for k, part in enumerate(all_of(twin(x, state if state[1:] else state[0]))))

    given = [vars(layer)[name].data for name in names]
    check_gradients(answer, x, given, *states, elsewhere=False)


@pytest.mark.parametrize("mode", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", BOTH)
def test_the_precision_is_kept(kind, dtype, mode):
    layer, x = kind(3, 4, rng=0, dtype=dtype).train(mode), drawn(2, 5, 3, dtype=dtype)
    parts = all_of(layer(Tensor(x if kind in CELLS else x[:, 0])))
    assert {part.dtype for part in parts} == {np.dtype(dtype)}
    sum(part.sum() for part in parts).backward()
    assert {parameter.grad.dtype for parameter in layer.parameters()} == {np.dtype(dtype)}
    assert [parameter.shape for parameter in layer.parameters()] == [
        (3, 4 * kind.gates),
        (4, 4 * kind.gates),
        (4 * kind.gates,),
        (4 * kind.gates,),
    ]


def test_the_same_seed_draws_the_same_within_bounds():
    layer = nn.GRU(3, 16, rng=5)
    for mine, again in zip(layer.parameters(), nn.GRU(3, 16, rng=5).parameters(), strict=True):
        np.testing.assert_array_equal(mine.data, again.data)
        assert 0.2 < np.abs(mine.data).max() <= 0.25
    with no_grad():
        assert not layer(drawn(1, 2, 3))[0].inputs


def test_an_rnn_takes_any_activation():
    x = drawn(2, 3, 3)
    cells = [nn.RNNCell(3, 4, activation=given, rng=0) for given in (nn.ReLU, nn.ReLU(), lambda z: z * (z.data > 0))]
    for found in cells[1:]:
        np.testing.assert_array_equal(found(x[0]).data, cells[0](x[0]).data)
    assert (cells[0](x[0]).data >= 0).all()


class Reader(nn.Module):
    """Two layers, the first in both directions, and an answer from the last output."""

    def __init__(self, kind):
        self.onwards, self.back = kind(3, 4, rng=0), kind(3, 4, rng=1)
        self.above, self.last = kind(8, 4, rng=2), nn.Linear(4, 2, rng=3)

    def forward(self, x):
        onwards, _ = self.onwards(x)
        back, _ = self.back(np.flip(x, 1))
        outputs, _ = self.above(np.concatenate([onwards, np.flip(back, 1)], axis=-1))
        return self.last(outputs[:, -1])


@pytest.mark.parametrize("kind", CELLS)
def test_stacks_in_both_directions_learn_and_a_program_does_the_same_steps(kind):
    x = drawn(30, 4, 3, dtype=np.float32)
    y = (x[:, 0, 0] > 0).astype(int)  # what came first, to be told at the end
    model, twin = Reader(kind), Reader(kind)
    optimizer = nn.Adam(model.parameters(), 0.03)
    step = nn.compile_step(twin, nn.cross_entropy, nn.Adam(twin.parameters(), 0.03))
    losses = []
    for _ in range(35):
        loss = nn.cross_entropy(model(x), y)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        assert step(x, y) == pytest.approx(losses[-1], rel=1e-4)
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: nn.LSTM(3, 4)(np.ones((2, 3))),
            ShapeError,
            r"x of shape \(n, time, input_size\), input_size = 3",
        ),
        (lambda: nn.GRU(3, 4)(np.ones((2, 5, 4))), ShapeError, r"input_size = 3; got \(2, 5, 4\)"),
        (
            lambda: nn.RNN(3, 4)(np.ones((2, 0, 3))),
            ShapeError,
            r"one step of time at least; got x of shape \(2, 0, 3\)",
        ),
        (lambda: nn.RNNCell(3, 4)(np.ones((2, 5, 3))), ShapeError, r"x of shape \(n, input_size\).*got \(2, 5, 3\)"),
        (lambda: nn.LSTM(3, 4)(np.ones((2, 5, 3)), np.ones((2, 4))), KindError, r"a tuple \(h, c\); got a ndarray"),
        (lambda: nn.LSTM(3, 4)(np.ones((2, 5, 3)), (np.ones((2, 4)),)), KindError, r"\(h, c\); got a tuple of 1"),
        (
            lambda: nn.LSTM(3, 4)(np.ones((2, 5, 3)), (np.ones((2, 4)), np.ones((1, 4)))),
            ShapeError,
            r"the state c of shape \(n, hidden_size\), n = 2, hidden_size = 4; got \(1, 4\)",
        ),
        (lambda: nn.GRU(3, 4)(np.ones((2, 5, 3)), np.ones(4)), ShapeError, r"the state h .* got \(4,\)"),
        (lambda: nn.GRU(0, 4), ValueError, "got input_size=0"),
        (lambda: nn.LSTMCell(3, 2.5), KindError, "got hidden_size=2.5"),
        (lambda: nn.RNN(3, 4, dtype=np.int64), KindError, "RNN holds float32 or float64"),
        (lambda: nn.RNN(3, 4, activation="tanh"), KindError, "'tanh'"),
    ],
)
def test_what_is_refused_says_the_way_out(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_cell_without_a_formula_says_what_to_write():
    from nn.layers.recurrent import Cell

    with pytest.raises(TypeError, match=r"Cell has no step.*write one"):
        Cell(2, 3)(np.ones((1, 2)))
