"""Losses and metrics of whole numbers are those of the same floats, and labels that mean nothing are refused."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, Value

WHOLE = [np.uint8, np.int8, np.uint16, np.int32, np.uint64, np.int64]
SIGNED = [dtype for dtype in WHOLE if np.dtype(dtype).kind == "i"]
OUTPUTS, TARGETS = [0, 1, 100, 3], [120, 3, 0, 3]


@pytest.fixture(params=[nn.mse, nn.sse, nn.mae, nn.huber], ids=lambda loss: loss.__name__)
def loss(request):
    return request.param


@pytest.mark.parametrize("kind", ["array", "list", "Tensor"])
@pytest.mark.parametrize("target", WHOLE)
@pytest.mark.parametrize("output", WHOLE)
def test_squared_errors_do_not_wrap_round(loss, output, target, kind):
    outputs, targets = np.array(OUTPUTS, output), np.array(TARGETS, target)
    expected = loss(np.array(OUTPUTS, float), np.array(TARGETS, float))
    outputs = {"array": outputs, "list": list(outputs), "Tensor": Tensor(outputs)}[kind]
    found = loss(outputs, list(targets) if kind == "list" else targets)
    assert float(found) == expected
    assert (found.dtype if kind != "Tensor" else found.data.dtype) == np.float64


def test_squared_errors_of_single_numbers_do_not_wrap_round(loss):
    expected = loss(1.0, 20.0)
    assert expected in (361.0, 19.0, 18.5)
    assert loss(np.uint8(1), np.uint8(20)) == expected
    assert loss(np.array(1, np.uint8), 20) == expected
    value = loss(Value(1.0), np.uint8(20))
    assert isinstance(value, Value)
    assert value.data == expected
    assert loss(np.array([True]), np.array([False])) == loss(1.0, 0.0)


@pytest.mark.parametrize("dtype", SIGNED)
def test_hinge_of_whole_numbers(dtype):
    scores, labels = np.array([100, -128 if dtype == np.int8 else -2000, 2]), np.array([-1, -1, 1])
    expected = nn.hinge(scores.astype(float), labels.astype(float))
    assert nn.hinge(scores.astype(dtype), labels.astype(dtype)) == expected
    assert nn.hinge(Tensor(scores.astype(float)), Tensor(labels.astype(float))).item() == expected


@pytest.mark.parametrize("dtype", WHOLE)
def test_cross_entropy_of_whole_numbers(dtype):
    logits, labels = np.array([[100, 1], [0, 3]]), np.array([1, 0])
    expected = nn.cross_entropy(logits.astype(float), labels)
    assert nn.cross_entropy(logits.astype(dtype), labels.astype(dtype)) == expected


@pytest.mark.parametrize("dtype", [*WHOLE, bool])
def test_bce_of_whole_numbers(dtype):
    logits, targets = np.array([3.0, -2.0, 0.5]), np.array([0, 1, 1])
    for loss, outputs in ((nn.bce_with_logits, logits), (nn.bce, 1 / (1 + np.exp(-logits)))):
        assert loss(outputs, targets.astype(dtype)) == loss(outputs, targets.astype(float))
        assert loss(Tensor(outputs), list(targets.astype(dtype))).item() == loss(outputs, targets.astype(float))


@pytest.mark.parametrize("dtype", WHOLE)
def test_labels_of_any_whole_numbers_and_an_ignored_one(dtype):
    logits, labels = np.array([[1.0, 0.0], [2.0, 3.0], [0.0, 0.5]]), np.array([1, 0, 7])
    for loss in (nn.cross_entropy, nn.nll):
        assert loss(logits, labels.astype(dtype), ignore_index=7) == loss(logits[:2], labels[:2])
    assert nn.multi_margin(logits[:2], labels[:2].astype(dtype)) == nn.multi_margin(logits[:2], labels[:2])


@pytest.mark.parametrize("dtype", [*WHOLE, np.float32, float, bool])
def test_accuracy_of_classes_whatever_the_dtype_of_the_labels(dtype):
    scores = np.array([[1, 9], [8, 2], [0, 4]])
    labels = np.array([1, 1, 1]).astype(dtype)
    for outputs in (scores, scores.astype(np.uint8), scores.tolist(), Tensor(scores)):
        assert nn.accuracy(outputs, labels) == pytest.approx(2 / 3)
        assert nn.accuracy(outputs, labels.tolist()) == pytest.approx(2 / 3)


@pytest.mark.parametrize("dtype", [*SIGNED, np.float32])
def test_accuracy_of_signs_whatever_the_dtype(dtype):
    scores, labels = np.array([5, -3, -2, 0]), np.array([1, -1, 1, 1])
    assert nn.accuracy(scores.astype(dtype), labels.astype(dtype)) == 0.5
    assert nn.accuracy([Value(score) for score in scores], labels.tolist()) == 0.5


@pytest.mark.parametrize("labels", [[0, 1], [1.0, 0.5], np.array([1, 255], np.uint8), [False, True], [1.0, np.nan]])
def test_labels_that_are_no_signs_are_refused(labels):
    with pytest.raises(ShapeError, match=r"labels -1 and 1.*2\.0 \* y - 1"):
        nn.hinge(np.array([1.0, 2.0]), labels)


@pytest.mark.parametrize("labels", [[1.0, 0.5], np.array([1, 255], np.uint8), [1.0, np.nan], [-1, 0], [-2, 1]])
def test_labels_of_one_score_are_0_and_1_or_signs(labels):
    with pytest.raises(ShapeError, match=r"others among these.*give fit a metric of your own"):
        nn.accuracy(np.array([1.0, 2.0]), labels)


def test_the_advice_for_labels_0_and_1_holds_for_unsigned_ones():
    y = np.array([0, 1], np.uint8)
    assert nn.accuracy(np.array([-3.0, 3.0]), 2.0 * y - 1) == 1.0


@pytest.mark.parametrize("labels", [[0.5, 1.0], [np.nan, 1.0]])
def test_labels_that_are_no_classes_are_refused(labels):
    with pytest.raises(ShapeError, match="integer labels"):
        nn.accuracy(np.eye(2), np.array(labels))


@pytest.mark.parametrize("what", [np.array(["a", "b"]), np.ones(2, complex), np.ones(2, np.float16)], ids=str)
@pytest.mark.parametrize("measure", [nn.mse, nn.sse, nn.hinge, nn.accuracy], ids=lambda f: f.__name__)
def test_what_is_no_number_of_the_engine_is_refused(measure, what):
    for pair in ((what, np.ones(2)), (np.ones(2), what)):
        with pytest.raises(KindError, match=rf"{measure.__name__} takes numbers.*got {what.dtype}"):
            measure(*pair)


@pytest.mark.parametrize("what", [np.ma.masked_array([1.0, 2.0], [True, False]), np.ones((1, 2)).view(np.matrix)])
@pytest.mark.parametrize("measure", [nn.mse, nn.hinge, nn.r2, nn.accuracy], ids=lambda f: f.__name__)
def test_masks_are_not_lost_in_silence(measure, what):
    for pair in ((what, np.ones(2)), (np.ones(2), what)):
        with pytest.raises(KindError, match=rf"{measure.__name__} takes .*got a (Masked|matrix)"):
            measure(*pair)


def test_masks_of_labels_and_of_data_are_not_lost_in_silence():
    labels, rows = (np.ma.masked_array(x, x > 0) for x in (np.array([0, 1]), np.eye(2)))
    for use, words in (
        (lambda: nn.cross_entropy(np.eye(2), labels), "cross_entropy"),
        (lambda: nn.nll(np.eye(2), labels), "nll"),
        (lambda: nn.multi_margin(np.eye(2), labels), "multi_margin"),
        (lambda: nn.bce(labels, np.ones(2)), "bce"),
        (lambda: nn.DataLoader(np.eye(2), labels), "a data set"),
        (lambda: next(iter(nn.DataLoader([(labels, 0)]))), "a data set"),
        (lambda: nn.MLP(2, [3], 1).predict(rows), "predict"),
    ):
        with pytest.raises(KindError, match=f"{words} takes plain arrays; got a MaskedArray"):
            use()


def test_floats_keep_their_dtype():
    single = np.ones(3, np.float32)
    assert nn.mse(Tensor(single), single).data.dtype == np.float32
    assert nn.hinge(Tensor(single), single).data.dtype == np.float32
    assert nn.mse(single, single).dtype == np.float32


@pytest.mark.parametrize("ignored", [-(2**31), 2**40, -1, 3, 1])
def test_an_ignored_label_may_be_as_far_off_as_it_likes(ignored):
    logits, labels = np.random.default_rng(0).normal(size=(4, 3)), np.array([0, ignored, 2, 2])
    options = {"weight": [1.0, 2.0, 3.0], "label_smoothing": 0.1}
    found = nn.cross_entropy(logits, labels, ignore_index=ignored, **options)
    kept = labels != ignored
    np.testing.assert_allclose(found, nn.cross_entropy(logits[kept], labels[kept], **options), rtol=1e-15)
