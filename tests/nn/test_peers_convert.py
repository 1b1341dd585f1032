"""Beside PyTorch: its models and ours give the same with the same weights, taken over in either direction."""

import numpy as np
import pytest

import nn

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so nothing is compared with it: make peers")


def layers(*pairs):
    """Ours and theirs, one after another."""
    ours, theirs = zip(*pairs, strict=True)
    return nn.Sequential(*ours), torch.nn.Sequential(*theirs)


def perceptron():
    return nn.MLP(6, [8], 3), torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))


def norms():
    return layers(
        (nn.Linear(6, 4), torch.nn.Linear(6, 4)),
        (nn.BatchNorm1d(4), torch.nn.BatchNorm1d(4)),
        (nn.Tanh(), torch.nn.Tanh()),
        (nn.LayerNorm(4), torch.nn.LayerNorm(4)),
        (nn.Linear(4, 2, bias=False), torch.nn.Linear(4, 2, bias=False)),
    )


def convolutions():
    return layers(
        (nn.Conv2d(2, 4, 3, padding=1), torch.nn.Conv2d(2, 4, 3, padding=1)),
        (nn.BatchNorm2d(4), torch.nn.BatchNorm2d(4)),
        (nn.MaxPool2d(2), torch.nn.MaxPool2d(2)),
        (nn.Conv2d(4, 6, (2, 1), groups=2), torch.nn.Conv2d(4, 6, (2, 1), groups=2)),
        (nn.Flatten(), torch.nn.Flatten()),
        (nn.Linear(36, 3), torch.nn.Linear(36, 3)),
    )


def embedding():
    return layers((nn.Embedding(9, 4), torch.nn.Embedding(9, 4)), (nn.Linear(4, 2), torch.nn.Linear(4, 2)))


VECTORS, SEQUENCES, PICTURES, WORDS = (5, 6), (5, 3, 6), (5, 2, 6, 6), (5, 3)
MODELS = {
    "perceptron": (perceptron, VECTORS),
    "norms": (norms, VECTORS),
    "convolutions": (convolutions, PICTURES),
    "embedding": (embedding, WORDS),
    "RNN": (lambda: (nn.RNN(6, 4), torch.nn.RNN(6, 4, batch_first=True)), SEQUENCES),
    "LSTM": (lambda: (nn.LSTM(6, 4), torch.nn.LSTM(6, 4, batch_first=True)), SEQUENCES),
    "GRU": (lambda: (nn.GRU(6, 4), torch.nn.GRU(6, 4, batch_first=True)), SEQUENCES),
    "RNNCell": (lambda: (nn.RNNCell(6, 4), torch.nn.RNNCell(6, 4)), VECTORS),
    "LSTMCell": (lambda: (nn.LSTMCell(6, 4), torch.nn.LSTMCell(6, 4)), VECTORS),
    "GRUCell": (lambda: (nn.GRUCell(6, 4), torch.nn.GRUCell(6, 4)), VECTORS),
    "attention": (
        lambda: (nn.MultiheadAttention(6, 2), torch.nn.MultiheadAttention(6, 2, batch_first=True)),
        SEQUENCES,
    ),
}


def inputs(shape):
    rng = np.random.default_rng(0)
    return rng.integers(9, size=shape) if shape == WORDS else rng.normal(size=shape).astype(np.float32)


def varied(theirs):
    """Their model with numbers everywhere that are not those it was made with, buffers too; out of training mode."""
    torch.manual_seed(0)
    with torch.no_grad():
        for array in theirs.state_dict().values():
            array.copy_(torch.rand_like(array) + 0.1 if array.is_floating_point() else array + 3)
    return theirs.eval()


def first(outputs):
    """The output of a model, of a sequence without its state, of a cell the first part of it."""
    return outputs[0] if isinstance(outputs, tuple) else outputs


def assert_alike(ours, theirs, shape):
    x = inputs(shape)
    given = torch.from_numpy(x)
    is_attention = isinstance(theirs, torch.nn.MultiheadAttention)
    with torch.no_grad():
        expected = first(theirs(given, given, given) if is_attention else theirs(given))
    found = first(ours.eval()(x))
    np.testing.assert_allclose(found.data, expected.numpy(), rtol=2e-5, atol=2e-6, strict=True)


@pytest.mark.parametrize("name", MODELS)
def test_our_model_with_their_weights(name):
    make, shape = MODELS[name]
    ours, theirs = make()
    nn.convert.from_torch(ours, varied(theirs))
    assert_alike(ours, theirs, shape)


@pytest.mark.parametrize("name", MODELS)
def test_their_model_with_our_weights(name):
    make, shape = MODELS[name]
    ours, theirs = make()
    state = {path: torch.from_numpy(array) for path, array in nn.convert.to_torch(ours).items()}
    theirs.load_state_dict(state)
    assert_alike(ours, theirs.eval(), shape)


def test_there_and_back_is_bit_for_bit():
    for make, _ in MODELS.values():
        ours, theirs = make()
        nn.convert.from_torch(ours, varied(theirs).state_dict())
        back = nn.convert.to_torch(ours)
        for path, tensor in theirs.state_dict().items():
            np.testing.assert_array_equal(back[path], tensor.numpy(), strict=True)


def test_tied_weights_of_both_kinds():
    class Theirs(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.words, self.again = torch.nn.Embedding(5, 3), torch.nn.Linear(3, 5, bias=False)
            self.again.weight = self.words.weight

        def forward(self, x):
            return self.again(self.words(x))

    class Ours(nn.Module):
        def __init__(self):
            self.words = nn.Embedding(5, 3)

        def forward(self, x):
            return self.words(x) @ self.words.weight.T

    theirs, ours = Theirs(), Ours()
    for given in (theirs, theirs.state_dict()):
        nn.convert.from_torch(ours, given)
        x = np.array([0, 3, 1])
        np.testing.assert_allclose(ours(x).data, theirs(torch.from_numpy(x)).detach().numpy(), rtol=1e-5, atol=1e-6)
    layer, same = torch.nn.Linear(2, 2), nn.Linear(2, 2)
    twice, mine = torch.nn.Sequential(layer, torch.nn.Tanh(), layer), nn.Sequential(same, nn.Tanh(), same)
    nn.convert.from_torch(mine, twice)
    with torch.no_grad():
        layer.weight.zero_()
    twice.load_state_dict({path: torch.from_numpy(x) for path, x in nn.convert.to_torch(mine).items()})
    np.testing.assert_array_equal(layer.weight.detach().numpy(), same.weight.data.T)
