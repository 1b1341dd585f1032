"""Layers: each its formula, to second order, in both precisions and both modes; bad input in words."""

import copy
import pickle
from importlib.util import find_spec

import numpy as np
import pytest

import nn
from autograd_mini import (
    AutogradError,
    KindError,
    ShapeError,
    Tensor,
    check_gradients,
    checkpoint,
    compile,
    gradients,
    no_grad,
)
from nn.effects import read_anew

RNG = np.random.default_rng(0)


def applied(layer):
    """The layer as a function of x and its parameters."""
    paths = [path for path, _ in layer.named_parameters()]

    def apply(x, *parameters):
        twin = copy.deepcopy(layer)
        for path, parameter in zip(paths, parameters, strict=True):
            setattr(twin, path, parameter)
        return twin(x)

    return apply, [np.asarray(RNG.normal(size=p.shape)) for _, p in layer.named_parameters()]


def data_of(x):
    return x.data if isinstance(x, Tensor) else x


LAYERS = {
    "linear": (lambda **o: nn.Linear(3, 2, rng=0, **o), (4, 3)),
    "linear without bias": (lambda **o: nn.Linear(3, 2, bias=False, rng=0, **o), (2, 4, 3)),
    "batch norm": (lambda **o: nn.BatchNorm1d(2, **o), (3, 2)),
    "batch norm over time": (lambda **o: nn.BatchNorm1d(2, **o), (2, 2, 2)),
    "batch norm, plain": (lambda **o: nn.BatchNorm1d(2, affine=False, track_running_stats=False, **o), (4, 2)),
    "batch norm, averages": (lambda **o: nn.BatchNorm1d(2, momentum=None, **o), (4, 2)),
    "batch norm of pictures": (lambda **o: nn.BatchNorm2d(2, **o), (2, 2, 1, 2)),
    "layer norm": (lambda **o: nn.LayerNorm(4, **o), (3, 4)),
    "layer norm of two axes": (lambda **o: nn.LayerNorm((2, 3), bias=False, **o), (2, 2, 3)),
    "layer norm, plain": (lambda **o: nn.LayerNorm(4, elementwise_affine=False, **o), (2, 4)),
}


@pytest.mark.parametrize(
    ("name", "mode"), [*((name, True) for name in LAYERS if name != "batch norm, averages"), ("batch norm", False)]
)
def test_gradients_to_second_order(name, mode):
    make, shape = LAYERS[name]
    layer = make(dtype=np.float64).train(mode)
    if hasattr(layer, "running_var"):
        layer.running_var = RNG.uniform(0.5, 2.0, layer.running_var.shape)
    apply, parameters = applied(layer)
    check_gradients(apply, RNG.normal(size=shape), *parameters, order=2)


@pytest.mark.parametrize("layer", [nn.BatchNorm1d(2), nn.LayerNorm(2), nn.Dropout(0.5, rng=0)], ids=lambda x: repr(x))
def test_whole_numbers_and_lists_are_floats(layer):
    """Of unsigned ones the difference from their mean would wrap round."""
    numbers = [[200, 2], [3, 5], [7, 8]]
    outputs = [copy.deepcopy(layer)(x) for x in (np.array(numbers, np.uint8), numbers, np.array(numbers, float))]
    for output in outputs:
        np.testing.assert_array_equal(data_of(output), data_of(outputs[2]))


@pytest.mark.parametrize("mode", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("name", LAYERS)
def test_single_precision_stays_single(name, mode):
    make, shape = LAYERS[name]
    layer, x = make().train(mode), RNG.normal(size=shape).astype(np.float32)
    y = layer(Tensor(x))
    assert y.dtype == np.float32
    y.sum().backward()
    assert all(p.grad.dtype == np.float32 for p in layer.parameters())
    assert all(array.dtype in (np.float32, np.int64) for _, array in layer.named_buffers())
    double = make(dtype=np.float64)
    double.load_state_dict({k: v.astype(double.state_dict()[k].dtype) for k, v in layer.state_dict().items()})
    np.testing.assert_allclose(y.data, layer(x).data, rtol=1e-6)
    np.testing.assert_allclose(y.data, double.train(mode)(x.astype(np.float64)).data, rtol=1e-4, atol=1e-5)


def test_embedding_gradients_to_second_order():
    layer, indices = nn.Embedding(4, 2, padding_idx=1, rng=0, dtype=np.float64), [[0, 1], [3, 0]]
    apply, (weight,) = applied(layer)
    check_gradients(lambda w: apply(indices, w) ** 2, weight, order=2)


# Dropout


def test_dropout_leaves_some_out_and_keeps_the_mean():
    layer, x = nn.Dropout(0.25, rng=0), np.full((200, 100), 3.0, np.float32)
    y = layer(Tensor(x))
    assert y.dtype == np.float32
    np.testing.assert_array_equal(np.unique(y.data), [0.0, 4.0])
    share = np.mean(y.data == 0)
    assert abs(share - 0.25) < 10 * np.sqrt(0.25 * 0.75 / x.size)
    assert not np.array_equal(y.data, layer(x))
    y.sum().backward()


def test_dropout_gradient_is_of_what_was_kept():
    layer, x = nn.Dropout(0.5, rng=0), Tensor(np.ones((3, 4)))
    y = layer(x)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.data)


def test_dropout_in_eval_mode_at_0_and_at_1():
    x = np.array([1.0, 2.0])
    assert nn.Dropout(0.5).eval()(x) is x
    assert nn.Dropout(0.0)(x) is x
    np.testing.assert_array_equal(nn.Dropout(1.0)(x), [0.0, 0.0])
    np.testing.assert_array_equal(nn.Dropout(1)([[3, 4]]), [[0.0, 0.0]])
    with np.errstate(invalid="ignore"):  # 0 · inf
        np.testing.assert_array_equal(nn.Dropout(1.0)(Tensor([np.inf, np.nan, 1.0])).data, [np.nan, np.nan, 0.0])


def test_a_seed_repeats_and_the_generator_is_found():
    first, again = nn.Dropout(0.5, rng=7), nn.Dropout(0.5, rng=7)
    np.testing.assert_array_equal(first(np.ones(20)), again(np.ones(20)))
    model = nn.Sequential(nn.Linear(2, 2, rng=0), first)
    assert list(model.named_generators()) == [("1.rng", first.rng)]
    assert list(first.state_dict()) == []


# BatchNorm


def test_batch_norm_moves_its_running_numbers_in_training_alone():
    layer, seen = nn.BatchNorm1d(2, momentum=0.25, dtype=np.float64), (np.zeros(2), np.ones(2))
    batches = [RNG.normal(3.0, 2.0, (5, 2)) for _ in range(3)]
    for x in batches:
        with no_grad():
            layer(x)
        seen = 0.75 * seen[0] + 0.25 * x.mean(axis=0), 0.75 * seen[1] + 0.25 * x.var(axis=0, ddof=1)
    np.testing.assert_allclose((layer.running_mean, layer.running_var), seen, rtol=1e-13)
    assert layer.num_batches_tracked == 3
    layer.eval()
    np.testing.assert_allclose(layer(x).data, (x - seen[0]) / np.sqrt(seen[1] + 1e-5), rtol=1e-12)
    np.testing.assert_allclose((layer.running_mean, layer.running_var), seen, rtol=1e-13)


def test_batch_norm_without_momentum_takes_the_average():
    layer = nn.BatchNorm2d(2, momentum=None, dtype=np.float64)
    batches = [RNG.normal(size=(3, 2, 2, 2)) for _ in range(4)]
    for x in batches:
        layer(x)
    np.testing.assert_allclose(layer.running_mean, np.mean([x.mean(axis=(0, 2, 3)) for x in batches], axis=0))
    np.testing.assert_allclose(layer.running_var, np.mean([x.var(axis=(0, 2, 3), ddof=1) for x in batches], axis=0))


def test_one_value_for_each_feature_is_refused_in_training():
    layer = nn.BatchNorm1d(3)
    with pytest.raises(ShapeError, match=r"1 value for each feature .*\(1, 3\).*drop_last=True"):
        layer(np.ones((1, 3)))
    assert layer.num_batches_tracked == 0
    assert layer.eval()(np.ones((1, 3), np.float32)).shape == (1, 3)
    assert nn.BatchNorm1d(3)(np.ones((1, 3, 2), np.float32)).shape == (1, 3, 2)
    with pytest.raises(ShapeError, match="1 value"):
        nn.BatchNorm1d(3, track_running_stats=False).eval()(np.ones((1, 3)))


def test_the_state_of_a_batch_norm_has_its_buffers_and_a_copy_its_own():
    layer = nn.BatchNorm1d(2)
    layer(RNG.normal(size=(5, 2)))
    other, twin, sent = nn.BatchNorm1d(2), copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))
    assert list(layer.state_dict()) == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
    other.load_state_dict(layer.state_dict())
    layer(RNG.normal(size=(5, 2)))
    for path, array in other.state_dict().items():
        np.testing.assert_array_equal(array, twin.state_dict()[path])
        np.testing.assert_array_equal(array, sent.state_dict()[path])
    assert (layer.num_batches_tracked, other.num_batches_tracked) == (2, 1)
    assert list(nn.BatchNorm1d(2, track_running_stats=False, affine=False).state_dict()) == []


# Embedding


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.uint64, np.int64])
def test_embedding_looks_up_whole_numbers_of_any_kind(dtype):
    layer = nn.Embedding(5, 2, rng=0)
    indices = np.array([[0, 4, 1], [4, 4, 2]], dtype)
    np.testing.assert_array_equal(layer(indices).data, layer.weight.data[indices])
    np.testing.assert_array_equal(layer(indices.tolist()).data, layer.weight.data[indices])
    layer(indices).sum().backward()
    np.testing.assert_array_equal(layer.weight.grad[:, 0], [1, 1, 1, 0, 3])
    assert layer(dtype(3)).shape == layer(3).shape == (2,)
    assert layer(np.zeros((0, 2), dtype)).shape == (0, 2, 2)
    assert layer([]).shape == (0, 2)


def test_the_row_of_the_padding_is_0_and_stays():
    layer = nn.Embedding(3, 2, padding_idx=0, rng=0)
    optimizer = nn.SGD(layer.parameters(), 1.0, momentum=0.9)
    for _ in range(2):
        optimizer.zero_grad()
        (layer([0, 1, 0]) + 1.0).sum().backward()
        optimizer.step()
    np.testing.assert_array_equal(layer.weight.data[0], [0.0, 0.0])
    np.testing.assert_array_equal(layer([0]).data, [[0.0, 0.0]])


@pytest.mark.parametrize(
    ("indices", "error", "words"),
    [
        ([0, 5], ShapeError, "rows from 0 to 4; got numbers from 0 to 5: make it larger"),
        ([-1, 2], ShapeError, "got numbers from -1 to 2"),
        (np.array([1.0]), KindError, r"got ndarray of float64: convert them by astype\(int\)"),
        ([True, False], KindError, "got ndarray of bool"),
        (Tensor([1.0]), KindError, "got Tensor of float64"),
        (1.0, KindError, "got float:"),
        ("a", KindError, "got str"),
        (None, KindError, "got NoneType"),
    ],
)
def test_what_is_no_row_of_an_embedding(indices, error, words):
    with pytest.raises(error, match=words):
        nn.Embedding(5, 2, rng=0)(indices)


# In programs


def network(seed=1):
    rng = np.random.default_rng(seed)
    hidden = nn.Sequential(nn.Linear(8, 8, rng=rng), nn.LayerNorm(8), nn.Dropout(0.01, rng=rng))
    return nn.Sequential(
        nn.Linear(4, 8, rng=rng), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3, rng=rng),
        nn.Residual(hidden), nn.BatchNorm1d(8, momentum=None), nn.Linear(8, 3, rng=rng),
    )  # fmt: skip


INPUTS = RNG.normal(size=(50, 4)).astype(np.float32)
LABELS = RNG.integers(0, 3, 50)


def test_a_compiled_step_draws_and_keeps_as_the_eager_one_does():
    """To the last bit: weights, running numbers, and what is drawn next, for batches of two sizes in turns."""
    one, other = network(), network()
    step = nn.compile_step(one, nn.cross_entropy, nn.Adam(one.parameters(), 0.01))
    optimizer = nn.Adam(other.parameters(), 0.01)
    for i in range(7):
        rows = slice(0, 20) if i % 3 == 2 else slice(20, 50)
        found = step(INPUTS[rows], LABELS[rows])
        optimizer.zero_grad()
        loss = nn.cross_entropy(other(INPUTS[rows]), LABELS[rows])
        loss.backward()
        optimizer.step()
        assert found == loss.item()
    for path, array in one.state_dict().items():
        np.testing.assert_array_equal(array, other.state_dict()[path], err_msg=path)
    assert one[3].rng.bit_generator.state == other[3].rng.bit_generator.state
    for model in (one, other):
        model[3].eval()
    assert step(INPUTS[:20], LABELS[:20]) == nn.cross_entropy(other(INPUTS[:20]), LABELS[:20]).item()


def test_a_program_of_a_model_reads_its_running_numbers_anew():
    model = network().eval()
    predict = compile(lambda x: model(x))
    for change in (
        lambda: None,
        lambda: model.train()(INPUTS),
        lambda: model.load_state_dict(network(2).state_dict()),
        lambda: setattr(model[1], "running_var", np.full(8, 3.0)),
        lambda: model[5].running_var.fill(2.0),
    ):
        change()
        model.eval()
        np.testing.assert_allclose(predict(INPUTS), model(INPUTS).data, rtol=1e-5, atol=1e-6)


def test_a_program_reads_an_array_anew_where_a_formula_has_no_node():
    """sqrt of an array alone would be that of the recording for ever."""
    running = np.array([1.0, 4.0], np.float32)
    program = compile(lambda x: x * np.sqrt(read_anew(running)))
    for running[...] in ([1.0, 4.0], [9.0, 16.0]):
        np.testing.assert_array_equal(program(np.ones(2, np.float32)), np.sqrt(running))
    assert program(np.ones(2, np.float32)).dtype == np.float32
    assert read_anew(running) is running


@pytest.mark.parametrize("layer", [nn.Dropout(0.001, rng=0), nn.BatchNorm1d(4)], ids=["dropout", "batch norm"])
def test_a_program_of_what_draws_or_keeps_is_refused_in_training(layer):
    with pytest.raises(KindError, match=r"in training mode, .*model\.eval\(\) before compile, or .*compile_step"):
        compile(lambda x: layer(x) * 2.0)(INPUTS)


def test_an_embedding_in_a_compiled_step_is_recorded_once_for_other_numbers():
    model = nn.Sequential(nn.Embedding(6, 4, rng=0), nn.Linear(4, 3, rng=0))
    step = nn.compile_step(model, nn.cross_entropy, nn.SGD(model.parameters(), 0.1))
    seen = set()
    for seed in range(4):
        words = np.random.default_rng(seed).integers(0, 6, 50)
        expected = nn.cross_entropy(model(words), LABELS).item()
        assert step(words, LABELS) == expected
        seen.add(step.program.recording)
    assert len(seen) == 1
    with pytest.raises(ShapeError, match="rows from 0 to 5"):
        step(np.full(50, 6), LABELS)


def test_a_layer_added_later_is_in_the_program():
    model = nn.Sequential(nn.Linear(4, 4, rng=0))
    program = compile(lambda x: model(x))
    program(INPUTS)
    model.append(nn.Linear(4, 2, rng=0))
    np.testing.assert_allclose(program(INPUTS), model(INPUTS).data, rtol=1e-5, atol=1e-6)


# Bad input


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: nn.Linear(0, 2), ValueError, "takes as in_features a whole number, 1 or more; got in_features=0"),
        (lambda: nn.Linear(2, 2.0), KindError, r"got out_features=2\.0"),
        (lambda: nn.Linear(True, 2), KindError, "got in_features=True"),
        (lambda: nn.Dropout(1.5), ValueError, r"as p a number from 0 to 1; got p=1\.5"),
        (lambda: nn.Dropout(float("nan")), ValueError, "got p=nan"),
        (lambda: nn.Dropout("a"), KindError, "got p='a'"),
        (lambda: nn.BatchNorm1d(3, momentum=2), ValueError, "got momentum=2"),
        (lambda: nn.BatchNorm1d(3, eps=-1), ValueError, "0 or more; got eps=-1"),
        (lambda: nn.BatchNorm1d(3, dtype=int), KindError, "holds float32 or float64"),
        (lambda: nn.BatchNorm1d(3)(np.ones((2, 4))), ShapeError, r"takes \(n, 3\) or \(n, 3, time\); got \(2, 4\)"),
        (lambda: nn.BatchNorm2d(3)(np.ones((2, 3))), ShapeError, r"\(n, 3, height, width\); got \(2, 3\)"),
        (lambda: nn.LayerNorm(()), KindError, r"LayerNorm\(64\); got \(\)"),
        (lambda: nn.LayerNorm((2, 0)), ValueError, "got normalized_shape=0"),
        (lambda: nn.LayerNorm((2, 3))(np.ones((3, 2))), ShapeError, r"takes \(\.\.\., 2, 3\); got \(3, 2\)"),
        (lambda: nn.Embedding(3, 2, padding_idx=3), KindError, "from 0 to 2, or None, as padding_idx; got 3"),
        (lambda: nn.Linear(3, 2)(np.ones((4, 5))), ShapeError, r"\(4, 5\)"),
        (lambda: nn.Linear(3, 2, initializer="he"), KindError, r"such as nn\.he_normal .*; got 'he'"),
        (lambda: nn.Embedding(3, 2, initializer=lambda shape, rng: np.ones(3)), ShapeError, r"\(3, 2\); got \(3,\)"),
        (lambda: nn.BatchNorm1d(2)([[1.0], [2.0, 3.0]]), KindError, r"BatchNorm1d takes an array, .*inhomogeneous"),
        (lambda: nn.LayerNorm(2)("ab"), KindError, r"LayerNorm takes numbers.*got 'ab'"),
        (lambda: nn.Dropout()(None), KindError, r"Dropout takes numbers.*got None"),
        (lambda: nn.MLP(2, None, 1), KindError, r"MLP takes a list of hidden widths, \[None\]; got None"),
        (lambda: nn.ScalarMLP(2, 3, 1), KindError, r"ScalarMLP takes a list of hidden widths, \[3\]; got 3"),
        (lambda: nn.MLP(2, [3, 2.5], 1), KindError, r"got hidden=2\.5"),
        (lambda: nn.Neuron(0), ValueError, "Neuron takes as in_features a whole number, 1 or more; got in_features=0"),
        (lambda: nn.Layer(2, 0), ValueError, "got out_features=0"),
        (lambda: nn.LeakyReLU("a"), KindError, "takes as negative_slope a finite number; got negative_slope='a'"),
        (lambda: nn.ELU(float("nan")), ValueError, "got alpha=nan"),
    ],
)
def test_what_no_layer_takes(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_dropout_in_a_checkpoint_is_refused_and_a_batch_norm_right():
    """The sweep runs what is in a checkpoint again, so other numbers would be left out."""
    x = Tensor(INPUTS.astype(float))
    y = checkpoint(nn.Dropout(0.5, rng=0))(x)
    with pytest.raises(AutogradError, match=r"gave something else when it was run again .*Dropout"):
        y.sum().backward()
    layer = nn.BatchNorm1d(4, dtype=np.float64)
    expected = gradients((layer(x) ** 3).sum())[x]
    np.testing.assert_allclose(gradients((checkpoint(layer)(x) ** 3).sum())[x], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.skipif(find_spec("numba") is None, reason="native code needs numba and SciPy: pip install '.[fast]'")
def test_a_native_step_draws_anew_too():
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Dropout(0.5, rng=0))
    step = nn.compile_step(model, nn.mse, nn.SGD(model.parameters(), 0.0))
    targets = np.zeros((50, 3), np.float32)
    step(INPUTS, targets)
    native = step.native()
    assert len({native(INPUTS, targets) for _ in range(4)}) == 4


def test_fit_compiled_is_fit():
    weights = []
    for compiled in (False, True):
        model = network()
        data = nn.DataLoader(INPUTS, LABELS, batch_size=20, rng=0)
        nn.fit(model, data, nn.SGD(model.parameters(), 0.1), epochs=2, compiled=compiled, progress=False)
        weights.append(model.state_dict())
    for mine, other in zip(weights[0].values(), weights[1].values(), strict=True):
        np.testing.assert_array_equal(mine, other)
