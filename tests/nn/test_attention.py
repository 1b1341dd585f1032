"""Attention: its formula written out head by head, its masks, to second order, and what it refuses."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, check_gradients

RNG = np.random.default_rng(0)
X, KEYS = RNG.normal(size=(2, 3, 4)), RNG.normal(size=(2, 5, 4))
NOWHERE = np.array([[True, True, True], [False, True, False], [False, False, False]])


def attention(dtype=np.float64, **options):
    """Two heads of two numbers, with biases that are not 0."""
    made = nn.MultiheadAttention(4, 2, rng=0, dtype=dtype, **options)
    for parameter in made.parameters():
        parameter.data = np.random.default_rng(parameter.size).normal(size=parameter.shape).astype(dtype)
    return made


def by_heads(layer, query, key, value, hidden):
    """softmax(q kᵀ / sqrt(d)) v of each example and head by itself. hidden: (n, queries, keys)."""
    weights, biases = (np.split(part.data, 3, axis=-1) for part in (layer.in_proj_weight, layer.in_proj_bias))
    q, k, v = (x @ w + b for x, w, b in zip((query, key, value), weights, biases, strict=True))
    outputs, weights = np.zeros_like(q), np.zeros((len(q), 2, q.shape[1], k.shape[1]))
    for n in range(len(q)):
        for head in range(2):
            d = slice(2 * head, 2 * head + 2)
            for i in range(q.shape[1]):
                seen = ~hidden[n, i]
                if seen.any():
                    strengths = np.exp(k[n, seen, d] @ q[n, i, d] / np.sqrt(2.0))
                    weights[n, head, i, seen] = strengths / strengths.sum()
                outputs[n, i, d] = weights[n, head, i] @ v[n, :, d]
    return outputs @ layer.out_proj.weight.data + layer.out_proj.bias.data, weights


PADDING = np.array([[False, False, True, False, True], [False] * 5])
BY_EXAMPLE = RNG.random((2, 3, 5)) < 0.4
OTHERS = [
    ({}, np.zeros((2, 3, 5), bool)),
    ({"key_padding_mask": PADDING}, np.repeat(PADDING[:, None], 3, axis=1)),
    ({"attn_mask": BY_EXAMPLE, "key_padding_mask": PADDING}, BY_EXAMPLE | PADDING[:, None]),
    ({"attn_mask": BY_EXAMPLE[0]}, np.repeat(BY_EXAMPLE[:1], 2, axis=0)),
]
ITSELF = [
    ({"is_causal": True}, np.repeat(~np.tri(3, dtype=bool)[None], 2, axis=0)),
    ({"attn_mask": NOWHERE}, np.repeat(NOWHERE[None], 2, axis=0)),
    ({"attn_mask": NOWHERE, "is_causal": True}, np.repeat((NOWHERE | ~np.tri(3, dtype=bool))[None], 2, axis=0)),
]


@pytest.mark.parametrize(("masks", "hidden"), OTHERS)
def test_one_sequence_looks_at_another(masks, hidden):
    layer, values = attention(), RNG.normal(size=KEYS.shape)
    outputs, weights = by_heads(layer, X, KEYS, values, hidden)
    np.testing.assert_allclose(layer(X, KEYS, values, **masks).data, outputs, rtol=1e-12)
    np.testing.assert_allclose(layer.weights(X, KEYS, **masks).data, weights, rtol=1e-12)
    np.testing.assert_array_equal(layer(X, KEYS, **masks).data, layer(X, KEYS, KEYS, **masks).data)


@pytest.mark.parametrize(("masks", "hidden"), ITSELF)
def test_a_sequence_looks_at_itself(masks, hidden):
    layer = attention()
    outputs, weights = by_heads(layer, X, X, X, hidden)
    np.testing.assert_allclose(layer(X, **masks).data, outputs, rtol=1e-12)
    np.testing.assert_allclose(layer.weights(X, **masks).data, weights, rtol=1e-12)


def test_who_may_look_nowhere_has_weights_0_and_gradients_without_nan():
    layer, x = attention(), Tensor(X)
    outputs = layer(x, attn_mask=NOWHERE)
    np.testing.assert_array_equal(outputs.data[:, 0], np.tile(layer.out_proj.bias.data, (2, 1)))
    (outputs[:, 0] * RNG.normal(size=(2, 4))).sum().backward()
    np.testing.assert_array_equal(x.grad, 0.0)
    np.testing.assert_array_equal(layer.in_proj_weight.grad, 0.0)
    assert np.isfinite(layer.out_proj.bias.grad).all()


def test_what_is_hidden_has_no_influence():
    layer, other = attention(), X.copy()
    other[:, 2] += 100.0
    before = layer(X, is_causal=True).data
    np.testing.assert_array_equal(layer(other, is_causal=True).data[:, :2], before[:, :2])
    assert np.all(layer(other, is_causal=True).data[:, 2] != before[:, 2])


@pytest.mark.parametrize(
    ("bias", "masks"),
    [(True, {"is_causal": True}), (False, {"attn_mask": np.array([[True, True], [False, False]])})],
)
def test_gradients_to_second_order(bias, masks):
    paths = [path for path, _ in attention(bias=bias).named_parameters()]
    assert paths == ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"][:: 1 if bias else 2]

    def answer(x, *parameters):
        layer = nn.MultiheadAttention(2, 1, bias=bias, dtype=np.float64)
        for path, parameter in zip(paths, parameters, strict=True):
            owner = layer.out_proj if "." in path else layer
            setattr(owner, path.removeprefix("out_proj."), parameter)
        return layer(x, **masks)

    shapes = [(2, 6), (6,), (2, 2), (2,)][:: 1 if bias else 2]
    check_gradients(answer, RNG.normal(size=(1, 2, 2)), *(RNG.normal(size=shape) for shape in shapes), elsewhere=False)


@pytest.mark.parametrize("mode", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_precision_is_kept(dtype, mode):
    layer = nn.MultiheadAttention(4, 2, rng=0, dtype=dtype).train(mode)
    x = Tensor(X.astype(dtype))
    outputs = layer(x, is_causal=True, attn_mask=NOWHERE)
    outputs.sum().backward()
    assert {outputs.dtype, x.grad.dtype, *(p.grad.dtype for p in layer.parameters())} == {np.dtype(dtype)}


class Mean(nn.Module):
    """The mean of the numbers of a row that are not 0, which is padding."""

    def __init__(self):
        self.first, self.last = nn.Linear(1, 8, rng=0), nn.Linear(8, 1, rng=2)
        self.attention = nn.MultiheadAttention(8, 2, rng=1)

    def forward(self, x):
        seen = self.attention(self.first(x[:, :, None]), key_padding_mask=x == 0.0)
        return self.last(seen[:, 0])[:, 0]


def test_it_learns_and_a_program_does_the_same_steps_with_the_masks_of_each_batch():
    rng = np.random.default_rng(0)
    batches = rng.normal(size=(4, 30, 5)).astype(np.float32)
    batches[:, :, 1:] *= rng.random((4, 30, 4)) < 0.6
    means = batches.sum(axis=2) / (batches != 0).sum(axis=2)
    model, twin = Mean(), Mean()
    optimizer = nn.Adam(model.parameters(), 0.01)
    step = nn.compile_step(twin, nn.mse, nn.Adam(twin.parameters(), 0.01))
    losses = []
    for x, mean in zip(np.tile(batches, (10, 1, 1)), np.tile(means, (10, 1)), strict=True):
        loss = nn.mse(model(x), mean)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        assert step(x, mean) == pytest.approx(losses[-1], rel=1e-3)
    assert losses[-1] < losses[0] / 10


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.MultiheadAttention(6, 4), ShapeError, "6 is no multiple of 4"),
        (lambda: nn.MultiheadAttention(4, 0), ValueError, "got num_heads=0"),
        (lambda: nn.MultiheadAttention(4, 2, dtype=int), KindError, "holds float32 or float64"),
        (lambda: attention()(X[0]), ShapeError, r"query \(n, queries, 4\).*got \(3, 4\) as query"),
        (lambda: attention()(X, KEYS[..., :3]), ShapeError, r"got \(2, 5, 3\) as key"),
        (lambda: attention()(X, KEYS[:1]), ShapeError, r"got \(1, 5, 4\) as key"),
        (lambda: attention()(X, KEYS, X), ShapeError, r"its value; got keys \(2, 5, 4\) and values \(2, 3, 4\)"),
        (lambda: attention()(X, KEYS, is_causal=True), ShapeError, "3 queries and 5 keys.*attn_mask"),
        (lambda: attention()(X, attn_mask=np.ones((3, 2), bool)), ShapeError, r"\(3, 3\) or \(2, 3, 3\) here"),
        (lambda: attention()(X, key_padding_mask=np.ones(3, bool)), ShapeError, r"shape \(2, 3\) here; got \(3,\)"),
        (lambda: attention()(X, attn_mask=np.zeros((3, 3))), KindError, "boolean.*float64: attn_mask != 0"),
        (lambda: attention()(X, attn_mask=Tensor(np.zeros((3, 3)))), KindError, "boolean.*attn_mask != 0"),
    ],
)
def test_what_is_refused_says_the_way_out(call, error, words):
    with pytest.raises(error, match=words):
        call()
