"""Losses: written out, at their edges, in programs, and what they refuse."""

import re
import warnings

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, Value, check_gradients, log_softmax, softmax

RNG = np.random.default_rng(0)
LOGITS, LABELS = RNG.normal(size=(6, 4)), np.array([0, 3, 1, 1, 2, 0])
P, Q = RNG.dirichlet(np.ones(4), 6), RNG.dirichlet(np.ones(4), 6)
X, Y = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 3))
SIGNS, HALVES = np.array([1, -1, -1, 1, 1]), np.array([0, 1, 1, 0, 1])
PART = P[:5, :3]
UNIT = RNG.random((5, 3))
COS = (X * Y).sum(axis=1) / np.sqrt((X**2).sum(axis=1) * (Y**2).sum(axis=1))
INF, NAN = np.inf, np.nan


def log_of(logits):
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


# --- written out

CASES = {  # loss(x), where it is taken, and each example's loss in plain NumPy
    "cross_entropy": (lambda x, **n: nn.cross_entropy(x, LABELS, **n), LOGITS, -log_of(LOGITS)[range(6), LABELS]),
    "cross_entropy smoothed": (
        lambda x, **n: nn.cross_entropy(x, LABELS, label_smoothing=0.2, **n),
        LOGITS,
        -((0.8 * np.eye(4)[LABELS] + 0.05) * log_of(LOGITS)).sum(axis=1),
    ),
    "cross_entropy of probabilities": (
        lambda x, **n: nn.cross_entropy(x, P, **n),
        LOGITS,
        -(P * log_of(LOGITS)).sum(axis=1),
    ),
    "nll": (lambda x, **n: nn.nll(log_softmax(x), LABELS, **n), LOGITS, -log_of(LOGITS)[range(6), LABELS]),
    "multi_margin": (
        lambda x, **n: nn.multi_margin(x, LABELS, margin=0.5, **n),
        LOGITS,
        (np.maximum(0, 0.5 + LOGITS - LOGITS[range(6), LABELS][:, None]) * (1 - np.eye(4)[LABELS])).sum(axis=1) / 4,
    ),
    "hinge": (lambda x, **n: nn.hinge(x, SIGNS, **n), X[:, 0], np.maximum(0, 1 - SIGNS * X[:, 0])),
    "mse": (lambda x, **n: nn.mse(x, Y, **n), X, (X - Y) ** 2),
    "mae": (lambda x, **n: nn.mae(x, Y, **n), X, np.abs(X - Y)),
    "huber": (
        lambda x, **n: nn.huber(x, Y, delta=0.7, **n),
        X,
        np.where(np.abs(X - Y) <= 0.7, (X - Y) ** 2 / 2, 0.7 * (np.abs(X - Y) - 0.35)),
    ),
    "bce": (lambda x, **n: nn.bce(x, PART, **n), UNIT, -(PART * np.log(UNIT) + (1 - PART) * np.log1p(-UNIT))),
    "bce_with_logits": (
        lambda x, **n: nn.bce_with_logits(x, HALVES, pos_weight=3.0, **n),
        X[:, 1],
        np.where(HALVES == 1, 3.0 * np.log1p(np.exp(-X[:, 1])), np.log1p(np.exp(X[:, 1]))),
    ),
    "kl_div": (
        lambda x, **n: nn.kl_div(log_softmax(x), P, **n),
        LOGITS,
        (P * (np.log(P) - log_of(LOGITS))).sum(axis=1),
    ),
    "cosine_embedding": (
        lambda x, **n: nn.cosine_embedding(x, Y, SIGNS, margin=-0.2, **n),
        X,
        np.where(SIGNS == 1, 1 - COS, np.maximum(0, COS + 0.2)),
    ),
}


@pytest.mark.parametrize(("loss", "x", "each"), CASES.values(), ids=CASES)
def test_a_loss_is_its_formula_its_mean_and_its_sum(loss, x, each):
    for given in (x, Tensor(x)):
        found = loss(given, reduction="none")
        np.testing.assert_allclose(getattr(found, "data", found), each, rtol=1e-12, atol=1e-14)
        assert float(loss(given)) == pytest.approx(each.mean(), rel=1e-12)
        assert float(loss(given, reduction="sum")) == pytest.approx(each.sum(), rel=1e-12)
    with pytest.raises(KindError, match=r'takes as reduction "mean", "sum" or "none"; got \'max\''):
        loss(x, reduction="max")


@pytest.mark.parametrize(("loss", "x", "each"), CASES.values(), ids=CASES)
def test_the_gradients_of_a_loss_are_its_slopes(loss, x, each):
    check_gradients(loss, x, elsewhere=False)
    narrow = Tensor(x.astype(np.float32))
    loss(narrow).backward()
    assert narrow.grad.dtype == np.float32


def test_sse_and_its_half():
    assert nn.sse(X, Y) == pytest.approx(((X - Y) ** 2).sum())
    assert nn.sse(X, Y, half=True) == 0.5 * nn.sse(X, Y)


# --- labels, probabilities and what a class counts


@pytest.mark.parametrize("lead", [(), (1,), (2, 3), (2, 1, 3)], ids=str)
@pytest.mark.parametrize(
    "options", [{}, {"weight": [0.5, 1, 2]}, {"label_smoothing": 0.1}, {"ignore_index": 1}], ids=str
)
def test_any_axes_may_stand_before_the_classes(lead, options):
    logits = np.random.default_rng(1).normal(size=(*lead, 3))
    labels = np.random.default_rng(2).integers(0, 2, lead) * 2
    found = nn.cross_entropy(Tensor(logits), labels, reduction="none", **options)
    flat = nn.cross_entropy(logits.reshape(-1, 3), labels.reshape(-1), reduction="none", **options)
    assert found.shape == lead
    np.testing.assert_allclose(np.ravel(found.data), flat, rtol=1e-14)
    whole = nn.cross_entropy(logits.reshape(-1, 3), labels.reshape(-1), **options)
    assert nn.cross_entropy(Tensor(logits), labels, **options).item() == pytest.approx(whole, rel=1e-14)


def test_a_network_of_values_has_a_cross_entropy():
    outputs = [Value(x) for x in LOGITS[0]]
    loss = nn.cross_entropy(outputs, 2)
    loss.backward()
    np.testing.assert_allclose([v.grad for v in outputs], softmax(LOGITS[0]) - np.eye(4)[2], rtol=1e-12, atol=1e-15)


def test_one_hot_rows_of_floats_are_probabilities_and_the_same_as_labels():
    for options in ({}, {"label_smoothing": 0.3}):
        labels, rows = (
            nn.cross_entropy(LOGITS, LABELS, **options),
            nn.cross_entropy(LOGITS, np.eye(4)[LABELS], **options),
        )
        assert rows == pytest.approx(labels, rel=1e-14)
    assert nn.cross_entropy(LOGITS, Tensor(P)).item() == pytest.approx(nn.cross_entropy(LOGITS, P.tolist()))


def test_a_weight_for_each_class_counts_in_the_mean_too():
    weight = np.array([0.0, 1.0, 2.0, 0.5])
    each = -log_of(LOGITS)[range(6), LABELS] * weight[LABELS]
    assert nn.cross_entropy(LOGITS, LABELS, weight=weight) == pytest.approx(each.sum() / weight[LABELS].sum())
    assert nn.cross_entropy(LOGITS, LABELS, weight=[0, 1, 2, 3]) == nn.cross_entropy(
        LOGITS, LABELS, weight=np.array([0, 1, 2, 3], np.uint8)
    )
    single = Tensor(LOGITS.astype(np.float32))
    assert nn.cross_entropy(single, LABELS, weight=weight).dtype == np.float32


@pytest.mark.parametrize("ignored", [-100, -1, 0, 2, 4, 255])
@pytest.mark.parametrize("options", [{}, {"weight": [1.0, 2.0, 3.0, 4.0]}, {"label_smoothing": 0.2}], ids=str)
def test_an_ignored_label_counts_nothing_and_moves_nothing(ignored, options):
    kept = np.array([True, False, True, True, False, True])
    base = np.where(ignored == LABELS, 3, LABELS)
    x = Tensor(LOGITS)
    loss = nn.cross_entropy(x, np.where(kept, base, ignored), ignore_index=ignored, **options)
    assert loss.item() == pytest.approx(nn.cross_entropy(LOGITS[kept], base[kept], **options), rel=1e-13)
    loss.backward()
    assert np.all(x.grad[~kept] == 0.0)
    assert np.all(x.grad[kept].any(axis=1))
    each = nn.cross_entropy(LOGITS, np.where(kept, base, ignored), ignore_index=ignored, reduction="none", **options)
    assert np.array_equal(each == 0.0, ~kept)


# --- edges: docs/conventions.md


def test_the_loss_of_ignored_labels_alone_is_nan():
    for x in (LOGITS, Tensor(LOGITS)):
        found = nn.cross_entropy(x, np.full(6, -1), ignore_index=-1)
        assert np.isnan(float(found))
        assert float(nn.cross_entropy(x, np.full(6, -1), ignore_index=-1, reduction="sum")) == 0.0


def test_a_class_that_is_masked_out_costs_nothing_where_nobody_asks_for_it():
    masked = np.where(np.arange(4) == 3, -INF, LOGITS)
    p = np.array([0.2, 0.3, 0.5, 0.0])
    for loss in (
        lambda x: nn.cross_entropy(x, np.zeros(6, int)),
        lambda x: nn.cross_entropy(x, np.tile(p, (6, 1))),
        lambda x: nn.cross_entropy(x, np.array([0, 3, 1, 3, 2, 0]), ignore_index=3),
        lambda x: nn.kl_div(log_softmax(x), np.tile(p, (6, 1))),
    ):
        x = Tensor(masked)
        found = loss(x)
        found.backward()
        assert np.isfinite(found.item())
        assert np.isfinite(x.grad).all()
        assert np.all(x.grad[:, 3] == 0.0)
    assert nn.cross_entropy(masked, np.full(6, 3)) == INF


def test_bce_at_0_and_1_is_0_or_infinite():
    p = Tensor([0.0, 1.0, 0.0, 1.0])
    with np.errstate(divide="ignore"):
        losses = nn.bce(p, np.array([0, 1, 1, 0]), reduction="none")
        np.testing.assert_array_equal(losses.data, [0.0, 0.0, INF, INF])
        losses.sum().backward()
    np.testing.assert_array_equal(p.grad, [1.0, -1.0, -INF, INF])


def test_bce_with_logits_far_out():
    x = Tensor([INF, -INF, INF, -INF, 800.0, -800.0, 800.0, -800.0, 40.0])
    losses = nn.bce_with_logits(x, np.array([1, 0, 0, 1, 1, 0, 0, 1, 1]), reduction="none")
    np.testing.assert_allclose(losses.data, [0, 0, INF, INF, 0, 0, 800, 800, np.exp(-40.0)], rtol=1e-12)
    losses.sum().backward()
    np.testing.assert_allclose(x.grad, [0, 0, 1, -1, 0, 0, 1, -1, -np.exp(-40.0)], rtol=1e-12)


def test_the_cosine_of_a_vector_of_zeros_is_0():
    x = Tensor([[0.0, 0.0], [3.0, 4.0]])
    cosines = nn.cosine_similarity(x, np.array([[3.0, 4.0], [0.0, 0.0]]))
    np.testing.assert_array_equal(cosines.data, [0.0, 0.0])
    cosines.sum().backward()
    np.testing.assert_allclose(x.grad, [[0.6e8, 0.8e8], [0.0, 0.0]])


def test_losses_at_their_kinks():
    for loss, x, slope in [
        (lambda x: nn.hinge(x, [1.0], reduction="sum"), [1.0], [0.0]),
        (lambda x: nn.multi_margin(x, 0), [1.0, 0.0], [0.0, 0.0]),
        (lambda x: nn.mae(x, [2.0]), [2.0], [0.0]),
        (lambda x: nn.huber(x, [0.0], delta=2.0), [2.0], [2.0]),
        (lambda x: nn.huber(x, [0.0], delta=2.0), [-INF], [-2.0]),
    ]:
        leaf = Tensor(x)
        loss(leaf).backward()
        np.testing.assert_array_equal(leaf.grad, slope)


def test_the_right_class_is_no_margin_behind_itself_however_large_it_is():
    assert nn.multi_margin(np.array([1e17, -1e17]), 0) == 0.0


# --- programs


class Scores(nn.Module):
    def __init__(self):
        self.w = Tensor(LOGITS.copy())

    def forward(self, x):
        return x * self.w


COMPILED = {
    "weight": (nn.cross_entropy, {"weight": [0.5, 1.0, 2.0, 0.0]}, 0, 4),
    "smoothing": (nn.cross_entropy, {"label_smoothing": 0.1}, 0, 4),
    "ignored": (nn.cross_entropy, {"ignore_index": -1}, -1, 4),
    "all": (nn.cross_entropy, {"ignore_index": -100, "label_smoothing": 0.1, "weight": [0.5, 1.0, 2.0, 1.0]}, 0, 4),
    "nll": (lambda x, y, **n: nn.nll(log_softmax(x), y, **n), {}, 0, 4),
    "margin": (nn.multi_margin, {}, 0, 4),
}


@pytest.mark.parametrize(("loss", "options", "low", "high"), COMPILED.values(), ids=COMPILED)
def test_a_program_is_recorded_once_for_all_labels(loss, options, low, high):
    model = Scores()
    step = nn.compile_step(model, lambda x, y: loss(x, y, **options), nn.SGD(model.parameters(), 0.1))
    rng, recordings = np.random.default_rng(4), set()
    for _ in range(8):
        x, labels = rng.normal(size=(6, 4)), rng.integers(low, high, 6)
        labels[:2] = low, high - 1  # the bounds are looked at
        leaf = Tensor(x * model.w.data)
        expected = loss(leaf, labels, **options)
        expected.backward()
        before = model.w.data.copy()
        assert step(x, labels) == pytest.approx(expected.item(), rel=1e-12)
        np.testing.assert_allclose(model.w.data, before - 0.1 * leaf.grad * x, rtol=1e-10, atol=1e-14)
        recordings.add(id(step.program.recording))
    assert len(recordings) == 1


@pytest.mark.parametrize(("loss", "low"), [(nn.bce_with_logits, 0), (nn.hinge, -1), (nn.bce, 0)])
def test_a_program_is_recorded_once_for_whole_numbers_that_say_yes_or_no(loss, low):
    model = Scores()
    model.w = Tensor(np.full(6, 0.5))
    step = nn.compile_step(model, loss, nn.SGD(model.parameters(), 0.0))
    rng, recordings = np.random.default_rng(4), set()
    for _ in range(8):
        x, labels = rng.random(6), np.append(rng.integers(0, 2, 4), [0, 1]) * (1 - low) + low
        assert step(x, labels) == pytest.approx(float(loss(0.5 * x, labels)), rel=1e-12)
        recordings.add(id(step.program.recording))
    assert len(recordings) == 1
    with pytest.raises(ShapeError, match="labels from"):
        step(x, labels + 1)


def test_a_label_that_a_program_cannot_see_makes_its_loss_nan():
    model = Scores()
    loss = lambda x, y: nn.cross_entropy(x, y, ignore_index=-100)
    step = nn.compile_step(model, loss, nn.SGD(model.parameters(), 0.0))
    labels = np.array([0, 3, -100, 1, 1, 2])
    step(np.ones((6, 4)), labels)
    assert np.isnan(step(np.ones((6, 4)), np.where(labels == 1, -50, labels)))
    with pytest.raises(ShapeError, match="labels from -101 to 3 for 4 classes and -100, which is ignored"):
        step(np.ones((6, 4)), np.where(labels == -100, -101, labels))


@pytest.mark.parametrize("name", ["bce", "kl_div", "huber", "cosine_embedding", "cross_entropy of probabilities"])
def test_other_losses_run_as_programs(name):
    loss, x, each = CASES[name]
    model = Scores()
    model.w = Tensor(np.ones_like(x))
    step = nn.compile_step(model, lambda outputs, _: loss(outputs), nn.SGD(model.parameters(), 0.0))
    for scale in (1.0, 0.9):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert step(scale * x, x) == pytest.approx(float(loss(scale * x)), rel=1e-12)
    assert each.size


# --- what is refused

BAD = {
    "letters": (lambda: nn.mse(np.array(["a"]), np.ones(1)), "mse takes numbers"),
    "none": (lambda: nn.mae(None, np.ones(1)), "mae takes numbers"),
    "half precision": (lambda: nn.huber(np.ones(2, np.float16), np.ones(2)), "huber takes numbers.*float16"),
    "mae, shapes": (
        lambda: nn.mae(np.ones((3, 1)), np.ones(3)),
        r"two of one shape; got \(3, 1\) and \(3,\)",
    ),
    "huber, shapes": (lambda: nn.huber(np.ones(3), 1.0), r"huber takes two of one shape; got \(3,\) and \(\)"),
    "bce, shapes": (lambda: nn.bce(UNIT, HALVES), "bce takes two of one shape"),
    "logits, shapes": (lambda: nn.bce_with_logits(X, HALVES), "bce_with_logits takes two of one shape"),
    "kl_div, shapes": (lambda: nn.kl_div(log_of(LOGITS), P[:3]), "kl_div takes two of one shape"),
    "cosine, shapes": (lambda: nn.cosine_similarity(X, Y[:, :2]), "cosine_similarity takes two of one shape"),
    "cosine, axis": (lambda: nn.cosine_similarity(X, Y, axis=2), "axis 2"),
    "cosine, eps": (lambda: nn.cosine_similarity(X, Y, eps=0.0), "cosine_similarity takes as eps"),
    "delta 0": (lambda: nn.huber(X, Y, delta=0.0), "huber takes as delta a finite number above 0; got delta=0.0"),
    "delta nan": (lambda: nn.huber(X, Y, delta=NAN), "got delta=nan"),
    "float labels": (
        lambda: nn.cross_entropy(LOGITS, LABELS.astype(float)),
        r"cross_entropy takes integer labels; got float64 \(6,\) for \(6, 4\).*argmax.*astype\(int\)",
    ),
    "boolean labels": (lambda: nn.cross_entropy(LOGITS, LABELS > 1), "cross_entropy takes integer labels; got bool"),
    "no labels": (lambda: nn.cross_entropy(LOGITS, None), "cross_entropy takes integer labels; got object"),
    "one-hot integers": (lambda: nn.cross_entropy(LOGITS, np.eye(4, dtype=int)[LABELS]), "one-hot rows.*argmax"),
    "nll, floats": (lambda: nn.nll(log_of(LOGITS), P), "nll takes integer labels"),
    "margin, floats": (lambda: nn.multi_margin(LOGITS, P), "multi_margin takes integer labels"),
    "a column of labels": (lambda: nn.cross_entropy(LOGITS, LABELS[:, None]), r"got \(6, 4\) and \(6, 1\)"),
    "classes second": (lambda: nn.cross_entropy(np.ones((2, 4, 3)), np.ones((2, 3), int)), r"\(2, 4, 3\) and \(2, 3\)"),
    "a class too many": (lambda: nn.multi_margin(LOGITS, LABELS + 1), "multi_margin: labels from 1 to 4 for 4 classes"),
    "no classes": (lambda: nn.cross_entropy(np.ones((2, 0)), np.zeros(2, int)), r"got \(2, 0\) and \(2,\)"),
    "no axes": (lambda: nn.cross_entropy(3.0, 1), r"got \(\) and \(\)"),
    "a Value": (lambda: nn.cross_entropy(Value(3.0), 1), r"got \(\) and \(\)"),
    "no probabilities": (
        lambda: nn.cross_entropy(LOGITS, LOGITS),
        "takes as targets probabilities.*softmax",
    ),
    "sums": (lambda: nn.cross_entropy(LOGITS, 0.9 * P), "with a sum of 1 along the last axis"),
    "weights": (
        lambda: nn.cross_entropy(LOGITS, LABELS, weight=[1.0, 2.0]),
        r"each of 4 classes; got float64 \(2,\)",
    ),
    "weight below 0": (lambda: nn.nll(log_of(LOGITS), LABELS, weight=[1, 2, 3, -1]), "finite numbers, 0 or more"),
    "weight nan": (lambda: nn.cross_entropy(LOGITS, P, weight=[1, 2, 3, NAN]), "finite numbers, 0 or more"),
    "smoothing": (
        lambda: nn.cross_entropy(LOGITS, LABELS, label_smoothing=1.5),
        "a number from 0 to 1; got label",
    ),
    "smoothing nan": (lambda: nn.cross_entropy(LOGITS, LABELS, label_smoothing=NAN), "got label_smoothing=nan"),
    "ignored": (
        lambda: nn.cross_entropy(LOGITS, LABELS, ignore_index=1.0),
        "a label, an integer; got 1.0",
    ),
    "beside the ignored": (
        lambda: nn.cross_entropy(LOGITS, np.array([0, -1, -2, 0, 0, 0]), ignore_index=-1),
        "labels from -2 to 0 for 4 classes and -1, which is ignored",
    ),
    "ignored rows": (lambda: nn.cross_entropy(LOGITS, P, ignore_index=0), "ignores labels; of probabilities leave"),
    "hinge labels": (lambda: nn.hinge(X[:, 0], HALVES), r"hinge takes labels -1 and 1.*2 \* y - 1"),
    "margin 0": (lambda: nn.multi_margin(LOGITS, LABELS, margin=0), "multi_margin takes as margin"),
    "logits for bce": (lambda: nn.bce(X, UNIT), "bce takes as probabilities numbers from 0 to 1.*bce_with_logits"),
    "targets of bce": (lambda: nn.bce(UNIT, X), "bce takes as targets numbers from 0 to 1"),
    "signs for bce": (
        lambda: nn.bce_with_logits(X[:, 0], SIGNS),
        "takes as targets numbers from 0 to 1",
    ),
    "pos_weight": (
        lambda: nn.bce_with_logits(X, UNIT, pos_weight=-1.0),
        "finite numbers, 0 or more; got -1.0",
    ),
    "pos_weights": (
        lambda: nn.bce_with_logits(X, UNIT, pos_weight=np.ones(5)),
        r"\(5,\) does not broadcast to \(5, 3",
    ),
    "kl_div, order": (lambda: nn.kl_div(P, log_of(LOGITS)), "kl_div takes as targets probabilities"),
    "kl_div, probabilities": (lambda: nn.kl_div(P, Q), "kl_div takes logarithms of probabilities first.*log_softmax"),
    "signs": (lambda: nn.cosine_embedding(X, Y, HALVES), "cosine_embedding takes labels -1 and 1"),
    "a sign each": (lambda: nn.cosine_embedding(X, Y, [1, -1]), r"got \(5, 3\) and \(2,\)"),
    "margin of a cosine": (
        lambda: nn.cosine_embedding(X, Y, SIGNS, margin=2.0),
        "from -1 to 1; got margin=2.0",
    ),
}


@pytest.mark.parametrize(("call", "words"), BAD.values(), ids=BAD)
def test_what_makes_no_sense_is_refused_with_the_way_out(call, words):
    with pytest.raises((ShapeError, KindError, ValueError), match=re.compile(words, re.DOTALL)):
        call()
