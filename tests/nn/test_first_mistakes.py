"""What somebody new to nn gets wrong first is told in the layer's or function's own words, with the way out."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

import nn
from autograd_mini import AutogradError
from nn.sklearn import MLPClassifier

X, LABELS = np.ones((6, 2), np.float32), np.array([0, 1, 0, 1, 0, 1])
PICTURES, SEQUENCES = np.ones((6, 3, 4, 4), np.float32), np.ones((6, 5, 2), np.float32)
SCORES = np.zeros((6, 2), np.float32)


def fitted(*data, **options):
    model = nn.MLP(2, [4], 2, rng=0)
    return nn.fit(model, nn.DataLoader(*data), nn.Adam(model.parameters()), progress=False, **options)


MISTAKES = {
    "pictures into a Linear": (
        lambda: nn.MLP(48, [4], 2, rng=0)(PICTURES),
        r"Linear takes x of shape \(\.\.\., 48\); got \(6, 3, 4, 4\): put Flatten\(\) before it$",
    ),
    "the wrong number of features": (
        lambda: nn.MLP(3, [4], 2, rng=0)(X),
        r"Linear takes x of shape \(\.\.\., 3\); got \(6, 2\)$",
    ),
    "numbers in a row": (
        lambda: nn.MLP(1, [4], 1, rng=0)(X[:, 0]),
        r"Linear takes x of shape \(\.\.\., 1\); got \(6,\): x\[:, None\] makes a column",
    ),
    "an LSTM in a Sequential": (
        lambda: nn.Sequential(nn.LSTM(2, 4, rng=0), nn.Linear(4, 2, rng=1))(SEQUENCES),
        r"Linear .* got a tuple, as recurrent layers give it, \(outputs, state\): .* outputs\[:, -1\]",
    ),
    "grey pictures expected": (
        lambda: nn.Conv2d(1, 8, 3)(PICTURES),
        r"Conv2d takes \(n, 1, height, width\); got \(6, 3, 4, 4\)$",
    ),
    "one picture alone": (
        lambda: nn.Conv2d(3, 8, 3)(PICTURES[0]),
        r"Conv2d takes \(n, 3, height, width\); got \(3, 4, 4\): one example alone is x\[None\]$",
    ),
    "channels last": (
        lambda: nn.Conv1d(2, 8, 3)(SEQUENCES),
        r"Conv1d takes \(n, 2, length\); got \(6, 5, 2\)$",
    ),
    "targets in a row": (
        lambda: nn.mse(SCORES[:, :1], LABELS),
        r"\(6, 1\) and \(6,\): targets\[:, None\] makes a column",
    ),
    "outputs in a row": (lambda: nn.mse(SCORES[:, 0], X[:, :1]), r"\(6,\) and \(6, 1\): targets\[\.\.\., 0\]"),
    "labels in a column": (lambda: nn.cross_entropy(SCORES, LABELS[:, None]), r"\(6, 1\): labels\[\.\.\., 0\]"),
    "classes second": (
        lambda: nn.cross_entropy(np.zeros((6, 4, 5)), np.zeros((6, 5), int)),
        r"got \(6, 4, 5\) and \(6, 5\): where the classes are the second axis, moveaxis\(scores, 1, -1\)",
    ),
    "words as labels": (
        lambda: nn.cross_entropy(SCORES, np.array(["a", "b"] * 3)),
        r"got words, which classes, labels = np\.unique\(words, return_inverse=True\)",
    ),
    "too few outputs": (
        lambda: nn.cross_entropy(SCORES, LABELS + 1),
        "labels from 1 to 2 for 2 classes, which are numbered from 0: the model gives a score for each",
    ),
    "no targets": (
        lambda: fitted(X),
        r"got a tuple of 1: where the inputs are what is to be learned, .*DataLoader\(x, x\)",
    ),
    "the size of a batch by its place": (lambda: nn.DataLoader(X, LABELS, 32), "is named, DataLoader.*batch_size=32"),
    "sequences of several lengths": (
        lambda: list(nn.DataLoader([(np.ones(3), 0), (np.ones(4), 1)])),
        r"example 1 has \[\(4,\), \(\)\].*: np\.pad makes sequences of one length",
    ),
    "metrics by name": (
        lambda: fitted(X, LABELS, metrics=["accuracy"]),
        r"functions of outputs and targets, metrics=\[nn\.accuracy\]; got \['accuracy'\]",
    ),
    "a metric by name": (lambda: fitted(X, LABELS, metrics="r2"), r"metrics=\[nn\.accuracy\]; got 'r2'"),
    "a loss by name": (lambda: fitted(X, LABELS, loss="mse"), r"targets, such as nn\.mse; got 'mse'"),
    "the loss of classes for numbers": (
        lambda: fitted(X, 3 * X),
        "takes as targets probabilities.*; of numbers that are to be learned the loss is mse$",
    ),
    "the loss of classes for one score": (
        lambda: nn.cross_entropy(SCORES[:, :1], LABELS),
        "labels from 0 to 1 for 1 classes, .*: of one score it is bce_with_logits",
    ),
    "the class of an optimizer": (
        lambda: nn.fit(nn.MLP(2, [4], 2), nn.DataLoader(X, LABELS), nn.Adam),
        "in this order; got MLP, DataLoader, the class Adam$",
    ),
    "a loader of another library": (
        lambda: nn.fit(nn.MLP(2, [4], 2), SimpleNamespace(dataset=[]), nn.Adam(nn.Linear(2, 2).parameters())),
        r"got MLP, SimpleNamespace, Adam: another library's DataLoader, nn\.DataLoader\(data\.dataset\)",
    ),
    "arrays to evaluate": (
        lambda: nn.evaluate(nn.MLP(2, [4], 2), (X, LABELS)),
        r"measured on a DataLoader, DataLoader\(x, y\); got a tuple",
    ),
    "data with targets to predict": (
        lambda: nn.MLP(2, [4], 2).predict(nn.ArrayDataset(X, LABELS)),
        r"predict takes the inputs alone, .*; got a ArrayDataset: .*dataset\.batch\(slice\(None\)\)\[0\]",
    ),
    "a loader to predict": (lambda: nn.MLP(2, [4], 2).predict(nn.DataLoader(X, LABELS)), "got a DataLoader: evaluate"),
    "layers of memory on each other": (
        lambda: nn.Sequential(nn.LSTM(2, 4, rng=0), nn.GRU(4, 4, rng=1))(SEQUENCES),
        "GRU takes x as an array or a Tensor; got a tuple: of a recurrent layer before it take the outputs",
    ),
    "an LSTM alone": (
        lambda: nn.fit(
            nn.LSTM(2, 4, rng=0), nn.DataLoader(SEQUENCES, LABELS), nn.Adam(nn.LSTM(2, 4).parameters()), progress=False
        ),
        r"cross_entropy takes one array or Tensor; got a tuple of 2, as recurrent layers give it, .* outputs\[:, -1\]",
    ),
    "a GRU alone": (
        lambda: nn.mse(nn.GRU(2, 4, rng=0)(SEQUENCES), SEQUENCES),
        "mse takes one array or Tensor; got a tuple of 2, .*or give a loss of your own that takes the tuple apart",
    ),
    "patience for another model": (
        lambda: fitted(X, LABELS, callbacks=[nn.EarlyStopping(nn.MLP(2, [4], 2, rng=0), 3, watch="loss")]),
        r"this EarlyStopping was made for another model than the one that fit trains, .* EarlyStopping\(model",
    ),
    "norms of another model": (
        lambda: fitted(X, LABELS, step_callbacks=[nn.GradientNorms(nn.MLP(2, [4], 2, rng=0))]),
        r"this GradientNorms was made for another model",
    ),
    "a number as schedule": (lambda: fitted(X, LABELS, schedule=0.1), r"such as nn\.cosine\(steps\); got 0\.1"),
    "the weights first, then the path": (
        lambda: nn.save(nn.MLP(2, [4], 2).state_dict(), "weights.safetensors"),
        r"save takes a path first, save\(path, model\), text or a Path; got a dict$",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_first_mistake_is_told_with_the_way_out(name):
    make, words = MISTAKES[name]
    with pytest.raises(AutogradError, match=words):
        make()


@pytest.mark.parametrize("layer", [nn.LSTM, nn.GRU, nn.RNN])
def test_a_loss_of_your_own_that_fails_of_the_tuple_of_a_recurrent_layer_says_so(layer):
    model, data = layer(2, 4, rng=0), nn.DataLoader(SEQUENCES, np.ones((6, 5, 4), np.float32))
    loss = lambda outputs, targets: ((outputs - targets) ** 2).mean()
    fit = lambda compiled, **options: nn.fit(
        model, data, nn.Adam(model.parameters()), compiled=compiled, progress=False, **options
    )
    for run in (partial(fit, False), partial(fit, True), partial(nn.evaluate, model, data)):
        with pytest.raises(AutogradError) as caught:
            run(loss=loss)
        assert "a tuple of 2: a recurrent layer gives (outputs, state)" in caught.value.__notes__[0]
        taken = run(loss=lambda outputs, targets: nn.mse(outputs[0], targets))
        assert taken["loss"]
    with pytest.raises(AutogradError, match="accuracy takes one array or Tensor; got a tuple of 2"):
        nn.accuracy(model(SEQUENCES), LABELS)


def test_patience_for_a_part_of_the_model_or_what_is_around_it_is_kept():
    model = nn.MLP(2, [4], 2, rng=0)
    around = nn.Sequential(nn.Flatten(), model)
    part, whole = (nn.EarlyStopping(x, 9, watch="loss") for x in (model[2], around))
    norms = nn.GradientNorms(model[0])
    data, optimizer = nn.DataLoader(X, LABELS), nn.Adam(model.parameters())
    nn.fit(model, data, optimizer, epochs=2, callbacks=[part, whole, norms], progress=False)
    assert (part.best_epoch, whole.best_epoch, len(norms.norms["weight"])) == (2, 2, 2)


def test_a_model_out_of_the_file_of_a_run_is_named(tmp_path):
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Dropout(rng=0))
    nn.save(tmp_path / "run", net=model, optimizer=nn.Adam(model.parameters()))
    with pytest.raises(AutogradError, match=r"The file has the parts net, optimizer: load\(path, net=…\) takes one"):
        nn.load(tmp_path / "run", model)
    nn.load(tmp_path / "run", net=model)


def test_of_the_file_of_a_model_no_parts_are_told(tmp_path):
    """Its random generators have states, but are none."""
    nn.save(tmp_path / "model", nn.Sequential(nn.Linear(2, 2, rng=0), nn.Dropout(rng=0)))
    with pytest.raises(AutogradError, match="does not fit") as caught:
        nn.load(tmp_path / "model", nn.Linear(2, 3))
    assert "has the parts" not in str(caught.value)


def test_another_delimiter_is_guessed_from_the_cells(tmp_path):
    """By an error that is caught as this package's too."""
    (tmp_path / "table.csv").write_text("a;b\n1,5;2\n")
    with pytest.raises(
        nn.DataFileError, match=r'found 2 cells; expected 1, as in line 1: where ";" is .* delimiter=";"'
    ):
        nn.read_csv(tmp_path / "table.csv")


def test_what_no_shape_explains_keeps_its_own_words():
    with pytest.raises(AutogradError) as caught:
        nn.Linear(2, 2, rng=0)(np.array([["a", "b"]]))
    assert "Linear takes x of shape" not in str(caught.value)


def test_an_optimizer_of_scikit_learn_is_refused_in_words():
    with pytest.raises(TypeError, match=r"one of nn's, nn\.Adam .*; got 'adam'"):
        MLPClassifier(optimizer="adam").fit(X, LABELS)
