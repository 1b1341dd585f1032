"""Arguments of another kind are refused in the words of what takes them, not in Python's or NumPy's."""

import numpy as np
import pytest

import nn
from autograd_mini import AutogradError, KindError, ShapeError

X, LABELS = np.ones((6, 2), np.float32), np.array([0, 1, 0, 1, 0, 1])
ROWS = nn.ArrayDataset(X, LABELS)
PICTURE_FOLDER = "pictures"  # nobody looks there
RAGGED = [[0], [1, 2]]


def once(*items):
    return (item for item in items)


def model():
    return nn.MLP(2, [4], 2, rng=0)


def fitted(**options):
    trained = model()
    return nn.fit(trained, nn.DataLoader(X, LABELS), nn.Adam(trained.parameters()), progress=False, **options)


CALLS = {
    "Subset of a number": (lambda: nn.Subset(ROWS, 3), "takes the numbers of its examples, .*got 3"),
    "Subset of None": (lambda: nn.Subset(ROWS, None), "takes the numbers of its examples, .*got None"),
    "Subset of rows of lengths": (lambda: nn.Subset(ROWS, RAGGED), r"got \[\[0\], \[1, 2\]\]"),
    "Subset of a mask": (lambda: nn.Subset(ROWS, np.ones(6, bool)), r"got an array of bool, \(6,\): of a mask np.flat"),
    "Subset of no data set": (lambda: nn.Subset(3, [0]), "Subset takes a data set first.*got 3"),
    "split of no data set": (lambda: nn.split(3, [0.5, 0.5], rng=0), "split takes a data set first.*got 3"),
    "no folder": (lambda: nn.image_folder(None), "image_folder takes a path, text or a Path; got None"),
    "classes in one word": (lambda: nn.image_folder(PICTURE_FOLDER, classes="cat"), "names in a list.*got 'cat'"),
    "classes by number": (lambda: nn.image_folder(PICTURE_FOLDER, classes=3), "names in a list.*got 3"),
    "no table": (lambda: nn.read_csv(3), "read_csv takes a path, text or a Path; got 3"),
    "two characters": (lambda: nn.read_csv("t.csv", delimiter="::"), r'one character, ";" or "\\t" say; got \'::\''),
    "no delimiter": (lambda: nn.read_csv("t.csv", delimiter=None), "as delimiter one character.*got None"),
    "line ends as delimiter": (lambda: nn.read_csv("t.csv", delimiter="\n"), "as delimiter one character"),
    "no dtype": (lambda: nn.read_csv("t.csv", dtype="floaty"), "are floats; got dtype='floaty'"),
    "no MNIST": (lambda: nn.mnist.load(3), "nn.mnist.load takes a path"),
    "gradients of a number": (lambda: nn.clip_grad_norm_(5, 1.0), r"takes model.parameters\(\); got a int"),
    "gradients of None": (lambda: nn.clip_grad_value_(None, 1.0), r"takes model.parameters\(\); got a NoneType"),
    "weights once": (
        lambda: nn.cross_entropy(X, LABELS, weight=once(1.0, 2.0)),
        "cross_entropy as weight takes .*got <generator",
    ),
    "weights of nll": (lambda: nn.nll(np.log(X / 2), LABELS, weight={0: 1.0}), "nll as weight takes"),
    "weights of lengths": (lambda: nn.cross_entropy(X, LABELS, weight=RAGGED), "cross_entropy as weight takes"),
    "pos_weight once": (lambda: nn.bce_with_logits(X, X, pos_weight=once(1.0)), "bce_with_logits takes numbers"),
    "weights of a sampler once": (
        lambda: nn.DataLoader(X, weights=once(*range(6))),
        "DataLoader as weights takes .*got <generator",
    ),
    "weights of a sampler in words": (lambda: nn.DataLoader(X, weights="abc"), "as weights takes .*got 'abc'"),
    "weights by name": (lambda: nn.DataLoader(X, weights={}), "DataLoader as weights takes"),
    "a threshold in words": (lambda: nn.accuracy(X[:, 0], LABELS, threshold="a"), "takes as threshold a number; got"),
    "a layer's dtype": (lambda: nn.Linear(2, 2, dtype="floaty"), "Linear holds float32 or float64; got dtype='floaty'"),
    "a layer's dtype by number": (lambda: nn.LSTM(2, 2, dtype=3), "LSTM holds float32 or float64; got dtype=3"),
    "an axis in words": (lambda: nn.Flatten("a"), "Flatten takes as start_dim the number of an axis"),
    "a list of no modules": (lambda: nn.ModuleList(3), "ModuleList takes modules in a list; got 3"),
    "a dict of no modules": (lambda: nn.ModuleDict([nn.ReLU()]), "ModuleDict takes modules by name.*got a list"),
    "metrics by number": (lambda: fitted(metrics=3), r"metrics takes functions .*metrics=\[nn.accuracy\]; got 3"),
    "a schedule of words": (lambda: fitted(schedule=lambda step: "a"), "the schedule gave 'a' for step 0"),
    "a schedule of nothing": (lambda: fitted(schedule=lambda step: None), "the schedule gave None for step 0"),
    "watching a number": (lambda: nn.EarlyStopping(model(), 2, watch=3), 'by its name, "loss" say; got watch=3'),
    "norms of nothing": (lambda: nn.GradientNorms(None), "GradientNorms keeps .* of a model; got a NoneType"),
    "a film of a number": (lambda: nn.Film(3), "Film takes a function that gives a matplotlib Figure; got a int"),
    "a history of numbers": (lambda: nn.History(3), "a History is of a list of Epochs; got 3"),
    "a landscape of a number": (lambda: nn.loss_landscape(3, lambda: 0.0, rng=0), "takes a model and a function"),
    "a landscape of no loss": (lambda: nn.loss_landscape(model(), 3, rng=0), "takes a model and a function of nothing"),
    "a landscape's reach": (
        lambda: nn.loss_landscape(model(), lambda: 0.0, rng=0, reach="a"),
        "loss_landscape takes as reach a finite number; got reach='a'",
    ),
    "an average by a number": (lambda: nn.parallel.average(model(), 3), "average takes an mpi4py communicator"),
    "an initializer's words": (lambda: nn.he_normal((2, 2), "a"), "an initializer takes as rng a seed"),
    "a neuron's number": (lambda: nn.Neuron(2, rng=0)(3), r"takes its inputs in a list, \[1.0, 2.0\]; got 3"),
    "noise in words": (lambda: nn.toys.moons(5, noise="a"), "moons takes as noise a finite number, 0 or more; got"),
}


@pytest.mark.parametrize("name", CALLS)
def test_another_kind_is_refused_in_words(name):
    call, words = CALLS[name]
    with pytest.raises(KindError, match=words):
        call()


def test_sizes_of_pictures_are_two():
    for size in (28, "28", True):
        with pytest.raises(ValueError, match=r"size is \(height, width\), two whole numbers; got"):
            nn.image_folder(PICTURE_FOLDER, size=size)


def test_targets_of_several_lengths():
    with pytest.raises(ShapeError, match="cross_entropy takes targets that are an array"):
        nn.cross_entropy(X, RAGGED)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target": 1.5}, "by its name or its number; got target=1.5"),
        ({"target": [None]}, "got target=None"),
        ({"without": 1.5}, "got without=1.5"),
        ({"without": 0}, r"without takes columns in a list; got 0: without=\[0\]"),
    ],
)
def test_columns_are_told_by_name_or_number(tmp_path, options, words):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(AutogradError, match=words):
        nn.read_csv(path, **options)
    table = nn.read_csv(path, (column for column in ["b"]), without=np.array([0]))
    assert (table.columns, table.arrays[1].tolist()) == ((), [[2.0]])


def test_generators_are_taken_where_they_are_gone_through_once():
    assert nn.Subset(ROWS, once(2, 0)).indices.tolist() == [2, 0]
    assert nn.he_normal((2, 2), 0).tolist() == nn.he_normal((2, 2), np.random.default_rng(0)).tolist()
