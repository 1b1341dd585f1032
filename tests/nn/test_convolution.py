"""Convolution and pooling layers: their shapes, their formulas written out, their derivatives, and what is refused."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, check_gradients, conv2d, gradients, hvp
from autograd_mini.calculus import convolution

from ..support.networks import drawn

LAYERS = {
    "Conv1d": (lambda **more: nn.Conv1d(2, 4, 3, stride=2, padding=1, groups=2, rng=0, **more), (2, 2, 5)),
    "Conv2d": (lambda **more: nn.Conv2d(2, 2, (2, 1), padding=(1, 0), dilation=(1, 2), rng=0, **more), (1, 2, 2, 3)),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("bias", [True, False])
def test_derivatives_by_the_input_and_the_parameters_to_the_second_order(name, bias):
    make, shape = LAYERS[name]
    layer = make(bias=bias, dtype=np.float64)

    def f(x, *parameters):
        layer.weight, layer.bias = (*parameters, None)[:2]
        return layer(x)

    check_gradients(f, drawn(*shape), *(p.data for p in layer.parameters()), elsewhere=False)


@pytest.mark.parametrize(
    "layer", [nn.MaxPool2d(2, stride=1), nn.MaxPool2d((1, 3), padding=(0, 1)), nn.AvgPool2d(2, padding=1)]
)
def test_derivatives_of_pooling(layer):
    check_gradients(layer, drawn(1, 2, 3, 3), elsewhere=False)


def test_a_convolution_is_windows_times_filters_plus_bias():
    layer, x = nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=1, groups=2, rng=0, dtype=np.float64), drawn(2, 4, 5, 4)
    layer.bias.data = drawn(6, seed=1)
    z, wide = layer(x).data, np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    assert z.shape == (2, 6, 3, 5)
    for n, f, i, j in np.ndindex(z.shape):
        window = wide[n, f // 3 * 2 : f // 3 * 2 + 2, 2 * i : 2 * i + 3, j : j + 2]
        np.testing.assert_allclose(z[n, f, i, j], np.sum(window * layer.weight.data[f]) + layer.bias.data[f])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_small_network_of_pictures_keeps_its_dtype_and_learns(dtype):
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, rng=rng, dtype=dtype),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 4, 3, padding=1, groups=2, rng=rng, dtype=dtype),
        nn.ReLU(),
        nn.AvgPool2d(3),
        nn.Flatten(),
        nn.Linear(4, 2, rng=rng, dtype=dtype),
    )
    x, labels = drawn(40, 1, 6, 6, dtype=dtype), np.arange(40) % 2
    x[labels == 1, :, 2] += 2.0  # a bar across
    optimizer = nn.Adam(model.parameters(), 0.02)
    data = nn.DataLoader(x, labels, batch_size=20, rng=rng)
    history = nn.fit(model, data, optimizer, epochs=15, progress=False)
    assert model(x).dtype == dtype
    assert {p.grad.dtype for p in model.parameters()} == {np.dtype(dtype)}
    assert history.epochs[-1].loss < 0.5 * history.epochs[0].loss
    again = nn.fit(model, data, optimizer, epochs=1, progress=False, compiled=True)
    assert again.epochs[-1].loss < history.epochs[0].loss


def test_the_curvature_by_the_weights_is_that_of_the_same_layer_as_a_matrix():
    layer, x, direction = nn.Conv1d(1, 1, 2, bias=False, dtype=np.float64), drawn(3, 1, 4), drawn(1, 1, 2, seed=2)
    rows = np.concatenate([x[:, 0, i : i + 2] for i in range(3)])

    def convolved(w):
        layer.weight = w
        return (layer(x) ** 3).sum()

    w = layer.weight.data.copy()
    np.testing.assert_allclose(
        hvp(convolved, w, direction), hvp(lambda w: ((rows @ w.reshape(2)) ** 3).sum(), w, direction), rtol=1e-12
    )


def test_the_weights_have_the_spread_of_as_many_inputs_as_a_window_has():
    layer = nn.Conv2d(64, 50, 5, groups=2, rng=0)
    assert layer.weight.shape == (50, 32, 5, 5)
    np.testing.assert_allclose(layer.weight.data.std(), np.sqrt(2 / (32 * 25)), rtol=0.02)
    assert not layer.bias.data.any()


def test_without_a_bias_there_is_one_parameter():
    assert [name for name, _ in nn.Conv1d(2, 3, 4, bias=False).named_parameters()] == ["weight"]


def test_flatten_lays_the_axes_from_the_first_to_the_last_in_a_row():
    x = Tensor(drawn(2, 3, 4, 5))
    np.testing.assert_array_equal(nn.Flatten()(x).data, x.data.reshape(2, 60))
    np.testing.assert_array_equal(nn.Flatten(0, 1)(x).data, x.data.reshape(6, 4, 5))
    np.testing.assert_array_equal(nn.Flatten(-3, -2)(x).data, x.data.reshape(2, 12, 5))
    assert nn.Flatten(0)(np.ones((0, 3))).shape == (0,)


def test_what_a_layer_says_of_itself():
    assert "Conv2d(2 → 4, 3 × 3, stride=2, padding=(1, 0), groups=2, bias=False)" in repr(
        nn.Conv2d(2, 4, 3, stride=2, padding=(1, 0), groups=2, bias=False)
    )
    assert repr(nn.Conv1d(2, 4, 3)).startswith("Conv1d(2 → 4, 3) ")
    assert repr(nn.MaxPool2d(2)) == "MaxPool2d(2 × 2)"
    assert repr(nn.AvgPool2d((3, 2), stride=1, padding=1)) == "AvgPool2d(3 × 2, stride=1, padding=1)"
    assert repr(nn.Flatten()) == "Flatten(1 to -1)"


def test_many_examples_in_parts_are_as_all_at_once(monkeypatch):
    """So many examples at a time as stay in the cache: those of the other tests are one part."""
    x, weight = Tensor(drawn(7, 4, 6, 6)), Tensor(drawn(6, 2, 3, 3))

    def found():
        loss = (conv2d(x, weight, stride=2, padding=1, groups=2) ** 3).sum()
        by_node = gradients(loss)
        return loss.data, by_node[x], by_node[weight]

    whole = found()
    monkeypatch.setattr(convolution, "MANY", 10)
    for part, expected in zip(found(), whole, strict=True):
        np.testing.assert_allclose(part, expected, rtol=1e-12, atol=1e-12)


def turned(shape, rng):
    return np.ones(shape[::-1])


@pytest.mark.parametrize(
    ("error", "words", "call"),
    [
        (KindError, r"Conv2d .* a whole number, 1 or more; got kernel_size=2\.5", lambda: nn.Conv2d(1, 1, 2.5)),
        (KindError, "got in_channels='a'", lambda: nn.Conv2d("a", 1, 2)),
        (KindError, "got stride=True", lambda: nn.Conv1d(1, 1, 2, stride=True)),
        (ValueError, "got kernel_size=0", lambda: nn.Conv1d(1, 1, 0)),
        (ValueError, r"or a tuple of 2; got kernel_size=\(1, 2, 3\)", lambda: nn.Conv2d(1, 1, (1, 2, 3))),
        (ValueError, "0 or more; got padding=-1", lambda: nn.Conv2d(1, 1, 1, padding=-1)),
        (ValueError, "got dilation=0", lambda: nn.Conv2d(1, 1, 1, dilation=0)),
        (ShapeError, "3 → 4 channels do not fall into 2 groups", lambda: nn.Conv2d(3, 4, 1, groups=2)),
        (ValueError, "got out_channels=0", lambda: nn.Conv2d(1, 0, 1)),
        (KindError, "float32 or float64; got dtype='float16'", lambda: nn.Conv1d(1, 1, 1, dtype="float16")),
        (ShapeError, r"shape \(4, 1, 3, 3\); got \(3, 3, 1, 4\)", lambda: nn.Conv2d(1, 4, 3, initializer=turned)),
        (ShapeError, "padding of 2 is more than half of a window of 3", lambda: nn.MaxPool2d(3, padding=2)),
        (ShapeError, r"Conv2d takes \(n, 2, .*; got \(2, 3, 4, 4\)", lambda: nn.Conv2d(2, 1, 1)(drawn(2, 3, 4, 4))),
        (ShapeError, r"window of \(3, 3\) does not fit into \(2, 2\)", lambda: nn.Conv2d(1, 1, 3)(drawn(1, 1, 2, 2))),
        (ShapeError, "got shape \\(2, 2\\)", lambda: nn.AvgPool2d(2)(drawn(2, 2))),
        (ShapeError, r"axes 1 to -1: x of shape \(3,\)", lambda: nn.Flatten()(drawn(3))),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(error, words, call):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("groups", [1, 2, 4], ids=["one group", "groups", "depthwise"])
@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("filters", [4, 8])
def test_by_the_input_a_convolution_goes_back_to_where_its_windows_lay(groups, dilation, filters):
    """Whichever way it is computed: with few filters as a convolution, with many by adding windows up."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 4, 6, 7)), rng.normal(size=(filters, 4 // groups, 2, 3))
    g = rng.normal(size=conv2d(x, w, dilation=dilation, groups=groups).shape)
    found = convolution.conv_transpose(g, w, (6, 7), (1, 1), (dilation, dilation), groups)
    expected, of_each = np.zeros_like(x), filters // groups
    for n, k, i, j in np.ndindex(g.shape):
        first = k // of_each * (4 // groups)
        rows, columns = slice(i, i + dilation + 1, dilation), slice(j, j + 2 * dilation + 1, dilation)
        expected[n, first : first + 4 // groups, rows, columns] += g[n, k, i, j] * w[k]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_an_infinite_weight_reaches_what_it_meets_and_no_more():
    w = np.ones((1, 1, 2, 2))
    w[0, 0, 0, 0] = np.inf
    found = convolution.conv_transpose(np.ones((1, 1, 2, 2)), w, (3, 3), (1, 1), (1, 1), 1)
    np.testing.assert_array_equal(found[0, 0], [[np.inf, np.inf, 1], [np.inf, np.inf, 2], [1, 2, 1]])
