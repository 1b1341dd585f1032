"""Exported models give in onnxruntime what they give here, for any number of examples; what cannot is named."""

import sys

import numpy as np
import pytest

import autograd_mini as ag
import nn
from autograd_mini import KindError, ShapeError, Tensor

onnx = pytest.importorskip(
    "onnx", reason="onnx is not installed, so nothing is exported: pip install 'autograd_mini[onnx]'"
)
reference = pytest.importorskip("onnx.reference", reason="as onnx")
runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed, so no export is run: make peers")


class Written(nn.Module):
    """A module whose forward is a function of x and itself."""

    def __init__(self, function, dtype=np.float32):
        rng = np.random.default_rng(5)
        self.function = function
        self.weight = Tensor(rng.normal(size=6).astype(dtype))
        self.inner = nn.Linear(6, 6, rng=rng, dtype=dtype)
        self.register_buffer("shift", rng.normal(size=6).astype(dtype))

    def forward(self, x):
        return self.function(self, x)


def layer_norm(m, x):
    return (x - ag.mean(x, axis=-1, keepdims=True)) / ag.sqrt(ag.var(x, axis=-1, keepdims=True) + 1e-5) * m.weight


def attention(m, x):
    heads = x.reshape(-1, 3, 2)
    scores = ag.where(np.tri(3, dtype=bool), heads @ heads.swapaxes(1, 2), -np.inf)
    return ag.softmax(scores, axis=-1) @ heads


FORWARDS = {
    "arithmetic": lambda m, x: (2.0 * x - m.shift) * m.weight / (1.5 + x * x) + (-x) ** 2,
    "numbers": lambda m, x: np.float64(0.1) * x + 1,
    "elementwise": lambda m, x: (
        ag.exp(-ag.abs(x)) + ag.log(ag.square(x) + 1.0) + ag.sqrt(ag.abs(x)) + ag.sin(x) * ag.cos(x)
    ),
    "activations": lambda m, x: (
        ag.relu(x) + ag.tanh(x) + ag.sigmoid(x) + ag.softplus(x) + ag.elu(x, 0.5) + ag.leaky_relu(x, 0.2)
    ),
    "gelu": lambda m, x: ag.gelu(x) + ag.gelu_tanh(x) + ag.silu(x),
    "kinks": lambda m, x: ag.maximum(x, m.shift) + ag.minimum(x, 0.5) + ag.clip(x, -1.0, 1.0) + ag.clip(x, None, 0.1),
    "steps": lambda m, x: x * ag.sign(x) + ag.floor(x) + ag.ceil(x) + ag.rint(x),
    "reductions": lambda m, x: (
        ag.sum(x, 1) + ag.max(x, axis=1) + ag.min(x, axis=-1) + ag.mean(x, axis=1) + ag.logsumexp(x, 1)
    ),
    "softmax": lambda m, x: ag.softmax(x, axis=1) + ag.log_softmax(x, axis=-1),
    "layer norm": layer_norm,
    "products": lambda m, x: (x @ m.inner.weight) + m.inner(x)[:, None, :] @ m.inner.weight @ m.weight.reshape(6, 1),
    "einsum": lambda m, x: ag.einsum("bi,ij->bj", x, m.inner.weight),
    "attention": attention,
    "shapes": lambda m, x: (
        ag.transpose(x.reshape(x.shape[0], 2, 3), (0, 2, 1)).reshape(-1, 6) + ag.expand_dims(x, 1).squeeze(1)
    ),
    "moved": lambda m, x: ag.moveaxis(x.reshape(-1, 1, 2, 3), 3, 1) + ag.broadcast_to(m.weight[:2], (2, 2)),
    "all axes": lambda m, x: x.T.T * m.weight.sum(),
    "pieces": lambda m, x: ag.concatenate([x[:, 0:2], x[:, -1:], x[:, ::-2], x[..., 3, None]], axis=1),
    "an element": lambda m, x: x[:, -1] * x[:, 2] - x[:, -2],
    "every second": lambda m, x: x[::2],
    "a residue": lambda m, x: x + m.inner(ag.relu(m.inner(x))),
    "spread": lambda m, x: x.reshape(-1, 1, 6) + ag.broadcast_to(x.reshape(-1, 6, 1), (x.shape[0], 6, 6)),
}


def run(path, x):
    (found,) = runtime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(["output"], {"input": x})
    return found


def assert_runs_alike(model, path, example, rtol=1e-5, atol=1e-5):
    model.eval()
    nn.onnx.export(model, path, example)
    rng = np.random.default_rng(1)
    for n in (1, 2, 5):
        x = rng.permutation(np.resize(example, (3 * n, *example.shape[1:])))[:n]
        expected = model(Tensor(x) if x.dtype.kind == "f" else x).data
        found = run(path, x)
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol, atol, strict=True)


@pytest.mark.parametrize("name", FORWARDS)
def test_operations_are_exported(tmp_path, name):
    example = np.random.default_rng(0).normal(size=(2, 6)).astype(np.float32)
    assert_runs_alike(Written(FORWARDS[name]), tmp_path / "model.onnx", example)


def test_float64_stays_float64(tmp_path):
    example = np.random.default_rng(0).normal(size=(1, 6))
    model = Written(lambda m, x: ag.tanh(m.inner(x)) * m.shift + 0.1, np.float64)
    assert_runs_alike(model, tmp_path / "model.onnx", example, rtol=1e-13, atol=1e-15)


def test_convolutions_in_float64_are_right_in_the_file_and_run_in_float32(tmp_path):
    """onnxruntime computes none in float64, so the file is read by ONNX's own evaluator."""
    make = lambda dtype: nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, groups=2, rng=0, dtype=dtype),
        nn.BatchNorm2d(4, dtype=dtype),
        nn.AvgPool2d(2),
        nn.Conv2d(4, 2, 3, rng=1, dtype=dtype),
    )
    x = np.random.default_rng(0).normal(size=(2, 2, 8, 8))
    model, path = make(np.float64).eval(), tmp_path / "model.onnx"
    nn.onnx.export(model, path, x)
    (found,) = reference.ReferenceEvaluator(str(path)).run(None, {"input": x})
    np.testing.assert_allclose(found, model.predict(x), rtol=1e-11, atol=1e-11, strict=True)
    narrow, state = make(np.float32), model.state_dict()
    narrow.load_state_dict({name: state[name].astype(kept.dtype) for name, kept in narrow.state_dict().items()})
    assert_runs_alike(narrow, path, x.astype(np.float32))
    np.testing.assert_allclose(narrow.predict(x.astype(np.float32)), model.eval().predict(x), rtol=1e-4, atol=1e-5)


def test_float32_meets_float64(tmp_path):
    example = np.random.default_rng(0).normal(size=(2, 6)).astype(np.float32)
    model = Written(lambda m, x: ag.astype(m.inner(x.astype(np.float64)) * 0.1, np.float32) + x * m.shift, np.float64)
    assert_runs_alike(model, tmp_path / "model.onnx", example)


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Sigmoid, nn.Softplus])
def test_a_perceptron_is_products_sums_and_activations(tmp_path, activation):
    path = tmp_path / "model.onnx"
    model = nn.MLP(4, [8, 8], 3, activation=activation, rng=0)
    assert_runs_alike(model, path, np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32))
    graph = onnx.load(path).graph
    between = [activation.__name__.capitalize() if activation is nn.ReLU else activation.__name__]
    assert [node.op_type for node in graph.node] == [*(["MatMul", "Add", *between] * 2), "MatMul", "Add"]
    state = model.state_dict()
    assert {array.name for array in graph.initializer} == set(state)
    for array in graph.initializer:
        np.testing.assert_array_equal(onnx.numpy_helper.to_array(array), state[array.name], strict=True)
    (length, width) = graph.input[0].type.tensor_type.shape.dim
    assert (length.dim_param, width.dim_value) == ("batch", 4)


def trained(model, example):
    """The model after some steps of training, so that what it keeps is not as it was made."""
    optimizer = nn.SGD(model.parameters(), 0.05)
    for _ in range(3):
        optimizer.zero_grad()
        ag.mean(ag.square(model(example))).backward()
        optimizer.step()
    return model


LAYERS = {
    "batch norm": lambda: nn.Sequential(nn.Linear(6, 4, rng=0), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2, rng=1)),
    "batch norm without weights": lambda: nn.Sequential(
        nn.Linear(6, 4, rng=0), nn.BatchNorm1d(4, affine=False, eps=0.1)
    ),
    "layer norm": lambda: nn.Sequential(nn.Linear(6, 4, rng=0), nn.LayerNorm(4)),
    "layer norm without weights": lambda: nn.Sequential(
        nn.Linear(6, 4, rng=0), nn.LayerNorm(4, elementwise_affine=False)
    ),
    "dropout": lambda: nn.Sequential(nn.Linear(6, 4, rng=0), nn.Dropout(0.5, rng=0), nn.Linear(4, 2, rng=1)),
    "residual": lambda: nn.Sequential(nn.Residual(nn.Sequential(nn.Linear(6, 6, rng=0), nn.Tanh())), nn.Identity()),
    "without bias": lambda: nn.Linear(6, 3, bias=False, rng=0),
    "shared": lambda: nn.Sequential(*[nn.Sequential(nn.Linear(6, 6, rng=0), nn.LayerNorm(6))] * 2),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_exported(tmp_path, name):
    example = np.random.default_rng(0).normal(size=(5, 6)).astype(np.float32)
    model = trained(LAYERS[name](), example)
    assert_runs_alike(model, tmp_path / "model.onnx", example)
    state = model.state_dict()
    for array in onnx.load(tmp_path / "model.onnx").graph.initializer:
        if array.name in state:
            np.testing.assert_array_equal(onnx.numpy_helper.to_array(array), state[array.name], strict=True)
    used = {name for name in state if not name.endswith("num_batches_tracked")}
    assert used <= {array.name for array in onnx.load(tmp_path / "model.onnx").graph.initializer}


@pytest.mark.parametrize(
    "activation", [nn.ELU(0.5), nn.GELU(), nn.GELU("tanh"), nn.LeakyReLU(0.2), nn.LogSoftmax()], ids=repr
)
def test_activations_are_exported(tmp_path, activation):
    example = np.random.default_rng(0).normal(size=(5, 6)).astype(np.float32)
    model = nn.MLP(6, [5], 3, activation=activation, last=nn.Softmax(), rng=0)
    assert_runs_alike(model, tmp_path / "model.onnx", example)


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
def test_words_are_numbers(tmp_path, kind):
    model = nn.Sequential(
        nn.Embedding(9, 4, padding_idx=0, rng=0), nn.Activation(lambda x: ag.mean(x, 1)), nn.Linear(4, 2, rng=1)
    )
    model[0].weight.data[0] = 7.0
    example = np.array([[1, 2, 0], [8, 3, 3]], kind)
    assert_runs_alike(model, tmp_path / "model.onnx", example)


class Reader(nn.Module):
    """Words and their places, which look back at each other."""

    def __init__(self):
        self.words, self.places = nn.Embedding(9, 8, rng=0), nn.Embedding(4, 8, rng=1)
        self.norm, self.attention = nn.LayerNorm(8), nn.MultiheadAttention(8, 2, rng=2)
        self.change = nn.Residual(nn.MLP(8, [16], 8, activation=nn.GELU, rng=3))

    def forward(self, x):
        x = self.words(x) + self.places(np.arange(4))
        return self.change(x + self.attention(self.norm(x), is_causal=True))


def test_attention_is_exported(tmp_path):
    example = np.random.default_rng(0).integers(9, size=(5, 4))
    assert_runs_alike(trained(Reader(), example), tmp_path / "model.onnx", example)


class Named(nn.Module):
    """One whose parameters are called as the parts of an ONNX graph are."""

    def __init__(self):
        for number, name in enumerate(("input", "output", "add_0", "mul_0", "constant_0"), 2):
            setattr(self, name, Tensor(np.full(2, number, np.float32)))

    def forward(self, x):
        return (x + self.add_0) * self.mul_0 * np.full(2, 7.0, np.float32) + self.constant_0 * self.input - self.output


def test_a_parameter_may_have_any_name(tmp_path):
    assert_runs_alike(Named(), tmp_path / "model.onnx", np.ones((3, 2), np.float32))


def test_pictures_of_bytes_are_turned_into_floats(tmp_path):
    x = np.arange(72, dtype=np.uint8).reshape(2, 1, 6, 6)
    model = nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.MaxPool2d(2), nn.Flatten())
    assert_runs_alike(model, tmp_path / "model.onnx", x)
    with pytest.raises(KindError, match="give a float example"):
        nn.onnx.export(nn.Linear(6, 2), tmp_path / "model.onnx", x[0, 0])


def test_the_model_is_left_as_it_was(tmp_path):
    model = nn.MLP(4, [8], 3, rng=0)
    model[0].eval()
    before = [vars(module).copy() for module in model.modules()]
    nn.onnx.export(model, tmp_path / "model.onnx", np.ones((1, 4), np.float32))
    assert [vars(module) for module in model.modules()] == before
    assert all(parameter.grad is None for parameter in model.parameters())


REFUSED = {
    "cumsum": (
        lambda m, x: ag.cumsum(x, 1),
        "cumsum, which gives shape .* is nothing that export has a counterpart for",
    ),
    "a function that convolves": (
        lambda m, x: ag.conv1d(x.reshape(-1, 1, 6), np.ones((1, 1, 2), np.float32)),
        "exported as modules, nn.Conv2d and its kin",
    ),
    "an index of arrays": (lambda m, x: x[:, [0, 2]], "whole numbers and slices"),
    "a mask of a sum": (lambda m, x: ag.sum(x, 1, where=np.arange(6) < 3), "sum with where="),
    "numbers taken out": (lambda m, x: x * x.data.max(), "a constant of multiply was computed from the input"),
    "a comparison": (lambda m, x: ag.where(x > 0, x, 0.1), "a constant of where was computed from the input"),
    "zeros for each": (lambda m, x: x + np.zeros((len(x.data), 6), np.float32), "a constant of add was computed from"),
    "a leaf for each": (lambda m, x: x + Tensor(np.zeros((x.shape[0], 6), np.float32)), "a constant of leaf was comp"),
    "a mean of the batch": (lambda m, x: x - ag.mean(x, axis=0), "a constant of divide was computed from the input"),
    "a choice": (lambda m, x: x if x.shape[0] % 2 else x * 2.0, "in another way for other inputs"),
    "a loop over examples": (lambda m, x: sum(x[i] for i in range(x.shape[0])), "in another way"),
    "a norm of the batch": (nn.BatchNorm1d(6, track_running_stats=False), "BatchNorm1d with track_running_stats=False"),
    "a state for each example": (
        lambda m, x: nn.GRUCell(6, 2, rng=0)(x),
        "was computed from the input, or from how many",
    ),
    "several": (lambda m, x: (x, x), "gives one Tensor; this one gives a tuple"),
    "nothing": (lambda m, x: m.weight * 2.0, "was not computed from the input"),
    "the input": (lambda m, x: x, "was not computed from the input"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_exported_is_named_and_the_file_stays(tmp_path, name):
    forward, words = REFUSED[name]
    path = tmp_path / "model.onnx"
    path.write_bytes(b"before")
    model = forward if isinstance(forward, nn.Module) else Written(forward)
    with pytest.raises(KindError, match=words):
        nn.onnx.export(model, path, np.random.default_rng(0).normal(size=(2, 6)).astype(np.float32))
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_calls_that_cannot_be_meant(tmp_path):
    model, path = nn.Linear(2, 2), tmp_path / "model.onnx"
    with pytest.raises(KindError, match="a module, a path and an example, in this order"):
        nn.onnx.export(path, model, np.ones((1, 2)))
    for example in (np.ones((0, 2), np.float32), 3.0, np.array(["a"])):
        with pytest.raises(ShapeError, match="takes an array of examples, one at least"):
            nn.onnx.export(model, path, example)
    with pytest.raises(OSError, match="none"):
        nn.onnx.export(model, tmp_path / "none" / "file", np.ones((1, 2), np.float32))
    assert not path.exists()


def test_without_onnx_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r'pip install "autograd_mini\[onnx\]"'):
        nn.onnx.export(nn.Linear(2, 2), tmp_path / "file", np.ones((1, 2)))
