"""Who writes PyTorch's names where `nn` has others is told what to write."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd_mini import KindError

OF_NN = {
    "CrossEntropyLoss": r"losses are functions: nn\.cross_entropy\(",
    "MSELoss": r"nn\.mse\(",
    "init": r"initializer=nn\.he_normal\)",
    "optim": r"nn\.Adam\(",
    "Parameter": r"a Tensor is one .* self\.weight = Tensor\(array\)",
    "functional": r"autograd_mini, as relu",
    "random_split": r"nn\.split\(dataset, \[0\.8, 0\.2\], rng=0\)",
}
OF_MODULES = {
    "to": r"leave it out; .*dtype=np\.float64",
    "cuda": "arrays live in memory",
    "children": r"named_modules\(\)",
    "requires_grad_": "not given to the optimizer",
    "register_parameter": "assign a Tensor",
    "compile": r"nn\.compile_step",
}


@pytest.mark.parametrize("name", OF_NN)
def test_a_name_that_nn_has_not(name):
    with pytest.raises(AttributeError, match=f"^nn has no {name}: .*{OF_NN[name]}"):
        getattr(nn, name)
    assert not hasattr(nn, name)


@pytest.mark.parametrize("name", OF_MODULES)
def test_a_name_that_modules_have_not(name):
    with pytest.raises(AttributeError, match=f"^a Linear has no {name}: .*{OF_MODULES[name]}"):
        getattr(nn.Linear(2, 1), name)
    assert not hasattr(nn.Linear(2, 1), name)


def test_every_name_that_is_told_is_missing():
    from nn import pytorch_names

    assert not [name for name in pytorch_names._OF_NN if name in vars(nn)]
    assert not [name for name in pytorch_names._OF_MODULES if hasattr(nn.Module, name)]


def test_other_names_are_missed_as_ever():
    layer = nn.Linear(2, 1, rng=0)
    with pytest.raises(AttributeError, match=r"^nn has no Linaer$"):
        _ = nn.Linaer
    with pytest.raises(AttributeError, match=r"^a Linear has no wieght$") as found:
        _ = layer.wieght
    assert (found.value.name, found.value.obj) == ("wieght", layer)


def test_a_module_may_have_such_a_name_and_is_copied():
    class Reader(nn.Module):
        def __init__(self):
            self.children = [nn.Linear(2, 1, rng=0)]

        def compile(self):
            return len(self.children)

    model = copy.deepcopy(Reader())
    assert model.compile() == 1
    assert [path for path, _ in model.named_parameters()] == ["children.0.weight", "children.0.bias"]
    again = pickle.loads(pickle.dumps(nn.Linear(2, 1, rng=0)))
    np.testing.assert_array_equal(again.weight.data, nn.Linear(2, 1, rng=0).weight.data)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nn.LSTM(3, 4, batch_first=True), "LSTM takes no batch_first=: the batch is always first"),
        (lambda: nn.RNN(3, 4, num_layers=2), "RNN takes no num_layers=: .* a loop"),
        (lambda: nn.GRU(3, 4, bidirectional=True), r"GRU takes no bidirectional=: .*flip\(x, 1\)"),
        (lambda: nn.RNN(3, 4, nonlinearity="relu"), "RNN takes no nonlinearity=: .*activation=nn.ReLU"),
        (lambda: nn.GRUCell(3, 4, nonlinearity="relu"), "GRUCell takes no nonlinearity="),
        (lambda: nn.MultiheadAttention(8, 2, batch_first=True), "the batch is always first"),
        (lambda: nn.MultiheadAttention(8, 2)(np.ones((1, 2, 8)), need_weights=False), r"attention\.weights\("),
        (lambda: nn.Softmax(dim=1), "Softmax takes no dim=: it is called axis="),
        (lambda: nn.cosine_similarity(np.ones(2), np.ones(2), dim=0), "^cosine_similarity takes no dim=: .*axis="),
        (lambda: nn.ReLU(inplace=True), "ReLU takes no inplace=: .*leave it out"),
        (lambda: nn.LeakyReLU(0.2, inplace=True), "LeakyReLU takes no inplace="),
        (lambda: nn.Dropout(0.2, inplace=True), "Dropout takes no inplace="),
    ],
)
def test_an_argument_that_layers_have_not(call, words):
    with pytest.raises(KindError, match=words):
        call()


def test_other_arguments_are_missed_as_ever():
    with pytest.raises(TypeError, match="unexpected keyword argument 'gates'"):
        nn.LSTM(3, 4, gates=4)


BY_PLACE = {
    "Conv2d": (nn.Conv2d(1, 6, 5, 1), nn.Conv2d(1, 6, kernel_size=5, stride=1)),
    "Conv2d, all": (
        nn.Conv2d(4, 6, 5, 2, 1, 3, 2, False),
        nn.Conv2d(4, 6, kernel_size=5, stride=2, padding=1, dilation=3, groups=2, bias=False),
    ),
    "Conv1d": (nn.Conv1d(1, 6, 5, 2, 1), nn.Conv1d(1, 6, kernel_size=5, stride=2, padding=1)),
    "MaxPool2d": (nn.MaxPool2d(3, 2, 1), nn.MaxPool2d(kernel_size=3, stride=2, padding=1)),
    "AvgPool2d": (nn.AvgPool2d(2, 2), nn.AvgPool2d(kernel_size=2, stride=2)),
    "Linear": (nn.Linear(2, 3, False), nn.Linear(2, 3, bias=False)),
    "Embedding": (nn.Embedding(5, 2, 0), nn.Embedding(5, 2, padding_idx=0)),
    "LayerNorm": (nn.LayerNorm(4, 1e-3, False), nn.LayerNorm(4, eps=1e-3, elementwise_affine=False)),
    "BatchNorm1d": (
        nn.BatchNorm1d(4, 1e-3, 0.2, False, False),
        nn.BatchNorm1d(4, eps=1e-3, momentum=0.2, affine=False, track_running_stats=False),
    ),
    "BatchNorm2d": (nn.BatchNorm2d(4, 1e-3), nn.BatchNorm2d(4, eps=1e-3)),
}


@pytest.mark.parametrize("name", BY_PLACE)
def test_arguments_have_pytorchs_places(name):
    by_place, by_name = BY_PLACE[name]
    numbers = lambda layer: {name: x for name, x in vars(layer).items() if isinstance(x, int | float | tuple | None)}
    assert repr(by_place) == repr(by_name)
    assert numbers(by_place) == numbers(by_name)


def test_optimizers_have_pytorchs_places():
    weights = nn.Linear(2, 3, rng=0).parameters()
    assert repr(nn.SGD(weights, 0.1, 0.9)) == repr(nn.SGD(weights, lr=0.1, momentum=0.9))
    by_name = nn.Adam(weights, lr=0.1, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1)
    assert repr(nn.Adam(weights, 0.1, (0.8, 0.9), 1e-3, 0.1)) == repr(by_name)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nn.LSTM(3, 4, 2), r"LSTM takes input_size, hidden_size by place, .*; got 3 by place.*num_layers= \("),
        (lambda: nn.RNN(3, 4, 2), "RNN takes input_size, hidden_size by place"),
        (lambda: nn.MultiheadAttention(8, 2, 0.1), "MultiheadAttention takes embed_dim, num_heads by place"),
        (lambda: nn.ReLU(True), r"ReLU takes nothing by place, .*; got 1 by place.* inplace= \("),
        (lambda: nn.cosine_similarity(np.ones(2), np.ones(2), 0), "cosine_similarity takes x, y by place"),
    ],
)
def test_what_has_no_place_is_named(call, words):
    with pytest.raises(KindError, match=words):
        call()
