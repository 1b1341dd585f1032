"""Metrics: against scikit-learn's, and where there is a choice, the one that is documented."""

import pickle

import numpy as np
import pytest
import sklearn.metrics as theirs
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import nn
from autograd_mini import KindError, ShapeError, Tensor, Value

SCORES = arrays(np.float64, (12, 4), elements=st.floats(-5, 5), unique=True)
LABELS = arrays(np.int64, 12, elements=st.integers(0, 3))
AVERAGED = {
    nn.precision: theirs.precision_score,
    nn.recall: theirs.recall_score,
    nn.f1: theirs.f1_score,
}


# --- against scikit-learn's


@given(SCORES, LABELS)
def test_counts_and_parts_are_scikit_learns(scores, labels):
    read, all_classes = scores.argmax(axis=1), range(4)
    assert nn.accuracy(scores, labels) == nn.accuracy(read, labels) == theirs.accuracy_score(labels, read)
    counts = nn.confusion_matrix(scores, labels)
    np.testing.assert_array_equal(counts, theirs.confusion_matrix(labels, read, labels=all_classes))
    np.testing.assert_array_equal(counts, nn.confusion_matrix(read, labels, classes=4))
    nowhere = counts.sum(axis=0) + counts.sum(axis=1) == 0
    for ours, their in AVERAGED.items():
        for average in ("macro", "micro"):
            expected = their(labels, read, average=average, zero_division=0)
            assert ours(scores, labels, average=average) == pytest.approx(expected, abs=1e-14)
        each = their(labels, read, average=None, labels=all_classes, zero_division=0)
        np.testing.assert_allclose(ours(scores, labels, average=None), np.where(nowhere, np.nan, each), atol=1e-14)
    for k in (1, 2, 3):
        expected = theirs.top_k_accuracy_score(labels, scores, k=k, labels=all_classes)
        assert nn.top_k(k)(scores, labels) == pytest.approx(expected, abs=1e-14)


@given(arrays(np.float64, 9, elements=st.floats(0, 1)), arrays(np.int64, 9, elements=st.integers(0, 1)))
def test_two_classes_by_one_score_are_scikit_learns(chances, labels):
    read = (chances > 0.5).astype(int)
    assert nn.accuracy(chances, labels) == theirs.accuracy_score(labels, read)
    column = nn.accuracy(chances[:, None], labels[:, None])
    assert column == nn.accuracy(read, labels) == nn.accuracy(chances - 0.5, labels, threshold=0)
    for ours, their in AVERAGED.items():
        if labels.any() or read.any():  # else class 1 is nowhere, and nan here
            expected = their(labels, read, zero_division=0)
            assert ours(chances, labels, average="binary") == pytest.approx(expected, abs=1e-14)
    if labels.min() == 0:  # else both kinds of labels are the same
        assert nn.accuracy(2 * chances - 1, 2 * labels - 1) == nn.accuracy(2 * chances - 1, labels, threshold=0)


NUMBERS = st.integers(-20, 20).map(lambda i: i / 4)


@given(st.sampled_from([(7,), (7, 1), (7, 3)]).flatmap(lambda s: st.tuples(*[arrays(float, s, elements=NUMBERS)] * 2)))
def test_r2_is_scikit_learns(pair):
    outputs, targets = pair
    assert nn.r2(outputs, targets) == pytest.approx(theirs.r2_score(targets, outputs), rel=1e-12, abs=1e-12)


# --- choices


def test_a_perfect_model_of_labels_0_and_1_is_perfect():
    """By mse, as a probability and as a label: all but logits, of which the numbers do not tell."""
    labels = np.array([0, 1, 1, 0])
    for outputs in (labels * 1.0, [0.1, 0.9, 0.6, 0.4], [-0.3, 1.2, 0.8, 0.1], labels, labels == 1):
        assert nn.accuracy(outputs, labels) == 1.0
    logits = np.array([-3.0, 0.2, 4.0, -0.1])
    assert nn.accuracy(logits, labels) == 0.75
    assert nn.accuracy(logits, labels, threshold=0.0) == 1.0


def test_labels_that_are_all_1_are_of_the_kind_that_the_outputs_tell():
    ones = np.ones(2, int)
    assert nn.accuracy(np.array([0.3, 0.9]), ones) == 0.5
    assert nn.accuracy(np.array([0.3, 1.9]), ones) == nn.accuracy(np.array([0.3, 9.0]), ones) == 1.0
    assert nn.accuracy(np.array([0.3, -0.9]), ones) == nn.accuracy(np.array([1, -1]), ones) == 0.5
    assert nn.accuracy(np.array([2, 1]), ones) == 0.5  # predicted classes


def test_what_is_equal_goes_to_the_lower_label():
    assert nn.accuracy(np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([0, 0])) == 1.0
    assert nn.accuracy(np.zeros(2), np.array([-1, -1])) == nn.accuracy(np.full(2, 0.5), np.array([0, 0])) == 1.0
    equal = np.ones((1, 3))
    found = [[nn.top_k(k)(equal, np.array([label])) for label in range(3)] for k in (1, 2, 3)]
    assert found == [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]


def test_what_was_never_read_has_0_and_what_occurs_nowhere_nan():
    read, labels = np.array([0, 2, 2]), np.array([0, 0, 1])
    nan = np.nan
    np.testing.assert_array_equal(nn.precision(read, labels, average=None, classes=4), [1.0, 0.0, 0.0, nan])
    np.testing.assert_array_equal(nn.recall(read, labels, average=None, classes=4), [0.5, 0.0, 0.0, nan])
    np.testing.assert_array_equal(nn.f1(read, labels, average=None, classes=4), [2 / 3, 0.0, 0.0, nan])
    assert nn.precision(read, labels, classes=4) == nn.precision(read, labels) == pytest.approx(1 / 3)


def test_r2_of_targets_that_are_all_the_same():
    constant = np.full(3, 0.1)  # whose mean is not 0.1 to the last digit
    assert nn.r2(constant, constant) == 1.0
    assert nn.r2(constant + 1e-9, constant) == 0.0
    assert nn.r2(np.array([5.0]), np.array([5.0])) == 1.0
    assert nn.r2(np.stack([constant, constant + 1], 1), np.stack([constant, constant], 1)) == 0.5


def test_nan_among_the_outputs_is_no_class():
    scores, labels = np.array([[np.nan, 0.0], [0.0, 1.0]]), np.array([0, 1])
    for metric in (nn.accuracy, nn.top_k(2)):
        assert np.isnan(metric(scores, labels))
    assert np.isnan(nn.accuracy(np.array([np.nan, 1.0]), labels))
    assert np.isnan(nn.r2(np.array([np.nan, 1.0]), labels))
    for metric in (nn.confusion_matrix, *AVERAGED):
        with pytest.raises(ValueError, match=f"{metric.__name__}: 1 of the outputs are nan"):
            metric(scores, labels)


def test_signs_are_two_classes_and_sequences_are_read_at_every_time():
    signs = np.array([-1, 1, 1])
    np.testing.assert_array_equal(nn.confusion_matrix(np.array([-2.0, 0.3, -0.1]), signs), [[1, 0], [1, 1]])
    np.testing.assert_array_equal(nn.confusion_matrix(np.array([-1, 1, -1]), signs), [[1, 0], [1, 1]])
    scores, labels = np.random.default_rng(0).normal(size=(5, 3, 4)), np.arange(15).reshape(5, 3) % 4
    assert nn.accuracy(scores, labels) == nn.accuracy(scores.reshape(15, 4), labels.ravel())
    assert nn.top_k(2)(scores, labels) == nn.top_k(2)(scores.reshape(15, 4), labels.ravel())
    assert nn.confusion_matrix(scores, labels).sum() == 15


def test_nodes_and_lists_are_taken_and_what_comes_out_is_plain():
    scores, labels = [[0.1, 0.9], [0.8, 0.2]], [1, 1]
    for outputs in (scores, Tensor(scores), np.array(scores, np.float32)):
        found = [nn.accuracy(outputs, labels), nn.f1(outputs, labels), nn.top_k(1)(outputs, labels)]
        assert all(type(number) is float for number in found)
    assert type(nn.r2([Value(1.0), Value(2.0)], [1.0, 2.5])) is float
    assert nn.confusion_matrix(scores, labels).dtype == np.int64


def test_top_k_has_a_name_and_goes_to_other_processes():
    metric = pickle.loads(pickle.dumps(nn.top_k(5)))
    assert metric.__name__ == "top_5"
    assert metric(np.eye(6), np.arange(6)) == 1.0


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nn.accuracy(np.eye(2), np.array([0, 2])), ShapeError, "labels from 0 to 2 for 2 classes"),
        (lambda: nn.accuracy(np.eye(2), np.array([-1, 1])), ShapeError, "labels from -1 to 1 for 2 classes"),
        (lambda: nn.accuracy(np.eye(2), np.eye(2)), ShapeError, r"argmax\(axis=1\)"),
        (lambda: nn.accuracy(np.ones((2, 1)), np.ones(2)), ShapeError, r"got \(2, 1\) and \(2,\)"),
        (lambda: nn.accuracy(np.eye(2), np.zeros(2, int), threshold=0.5), ValueError, "for one score a label"),
        (lambda: nn.accuracy(np.array([0, -1]), np.array([0, 1])), ShapeError, "a predicted label is -1"),
        (lambda: nn.accuracy(np.zeros(2), np.array([0.2, 1])), ShapeError, "give fit a metric of your own"),
        (lambda: nn.accuracy(np.zeros(2), np.array([1, 2])), ShapeError, "predictions as integers"),
        (lambda: nn.accuracy(np.zeros((0, 2)), np.zeros(0, int)), ValueError, "no examples"),
        (lambda: nn.accuracy(np.array(["a"]), np.array([1])), KindError, "accuracy takes numbers.*got <U1"),
        (lambda: nn.r2(np.zeros((3, 1)), np.zeros(3)), ShapeError, r"got \(3, 1\) and \(3,\)"),
        (lambda: nn.r2(np.zeros(0), np.zeros(0)), ValueError, "no examples"),
        (lambda: nn.top_k(3)(np.eye(2), np.arange(2)), ShapeError, r"top_k\(3\) takes the scores of 3 classes or more"),
        (lambda: nn.top_k(1)(np.zeros(2), np.ones(2, int)), ShapeError, r"top_k\(1\) takes the scores"),
        (lambda: nn.top_k(np.eye(2)), KindError, "top_k takes as k a whole number, 1 or more"),
        (lambda: nn.confusion_matrix([0, 3], [0, 1], classes=3), ShapeError, "told of 3 classes.*there are 4"),
        (lambda: nn.f1([0, 2], [0, 1], average="binary"), ShapeError, "takes two classes; there are 3"),
        (lambda: nn.confusion_matrix([0, 1], [0, 1], classes=2.5), KindError, "as classes a whole number"),
        (lambda: nn.accuracy(np.zeros(2), np.array([0, np.inf])), ShapeError, "takes integer labels"),
        (lambda: nn.evaluate(nn.Linear(2, 2), [np.eye(2)]), KindError, "on a DataLoader.*; got a list"),
        (lambda: nn.f1([0, 2], [0, 1], average="weighted"), ValueError, "\"micro\".*got 'weighted'"),
    ],
)
def test_what_cannot_be_measured_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
