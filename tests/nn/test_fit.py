"""`fit`: what is measured, how long it goes on, who may end it, and what is seen of it."""

import weakref
from functools import partial

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError, Tensor, sigmoid, softplus

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 2)).astype(np.float32)
CLASSES = (X[:, 0] > X[:, 1]).astype(int)
NUMBERS = (X @ np.array([[1.0], [-2.0]], np.float32) + 0.5).astype(np.float32)


def run(model=None, x=X, y=CLASSES, *, lr=0.1, batch_size=20, rng=0, **options):
    model = nn.MLP(2, [8], 2, rng=1) if model is None else model
    data = nn.DataLoader(x, y, batch_size=batch_size, rng=rng)
    history = nn.fit(model, data, nn.SGD(model.parameters(), lr), progress=False, **options)
    return model, history


def one_output(seed=1):
    return nn.MLP(2, [8], 1, rng=seed)


# --- metrics


def bce_with_logits(outputs, targets):
    return (softplus(outputs) - outputs * targets).mean()


class Probability(nn.Module):
    def __init__(self):
        self.net = one_output()

    def forward(self, x):
        return sigmoid(self.net(x))


TWO = CLASSES[:, None]
SUITING = {
    "classes": (lambda: nn.MLP(2, [8], 2, rng=1), CLASSES, nn.cross_entropy, "accuracy"),
    "numbers": (one_output, NUMBERS, nn.mse, "r2"),
    "several numbers": (lambda: nn.MLP(2, [8], 3, rng=1), np.hstack([NUMBERS] * 3), nn.mse, "r2"),
    "0 and 1": (one_output, TWO, nn.mse, "accuracy"),
    "0.0 and 1.0 of logits": (one_output, TWO.astype(np.float32), bce_with_logits, "accuracy"),
    "-1 and 1": (one_output, 2 * TWO - 1, nn.hinge, "accuracy"),
}


@pytest.mark.parametrize(("make", "y", "loss", "name"), SUITING.values(), ids=SUITING)
def test_the_metric_that_suits_the_targets_is_taken(make, y, loss, name):
    model, history = run(make(), y=y, loss=loss, epochs=40, lr=0.2)
    assert history.names == ["loss", name]
    assert history[name][-1] > 0.9
    outputs = model.predict(X)
    read = nn.evaluate(model, nn.DataLoader(X, y, batch_size=7), loss=loss)
    if name == "r2":
        spread = (y - y.mean(axis=0)) ** 2
        expected = np.mean(1 - np.sum((outputs - y) ** 2, axis=0) / np.sum(spread, axis=0))
    else:
        cut = 0.5 if loss is nn.mse else 0.0
        guesses = outputs.argmax(axis=1) if y.ndim == 1 else outputs > cut
        expected = np.mean(guesses == (y > 0))
    assert read[name] == pytest.approx(expected, rel=1e-5)


def test_a_perfect_model_of_labels_0_and_1_is_right_everywhere_by_any_loss():
    class Right(nn.Module):
        def __init__(self, low):
            self.low, self.scale = low, Tensor([1.0])

        def forward(self, x):
            return (np.where(x[:, :1] > x[:, 1:], 1.0, self.low)) * self.scale

    data = nn.DataLoader(X, TWO, batch_size=20)
    for loss, low in ((nn.mse, 0.0), (nn.mse, 0.4), (bce_with_logits, -1.0)):
        assert nn.evaluate(Right(low), data, loss=loss)["accuracy"] == 1.0


def test_no_metric_one_several_and_by_name():
    def mae(outputs, targets):
        assert type(outputs) is type(targets) is np.ndarray
        return np.abs(outputs - targets).mean()

    options = {"y": NUMBERS, "loss": nn.mse}
    assert run(one_output(), metrics=[], **options)[1].names == ["loss"]
    assert run(one_output(), metrics=mae, **options)[1].names == ["loss", "mae"]
    assert run(one_output(), metrics=[mae, nn.r2], **options)[1].names == ["loss", "mae", "r2"]
    _, history = run(one_output(), metrics={"worst": lambda o, t: np.abs(o - t).max()}, **options)
    assert history.names == ["loss", "worst"]


def test_a_metric_is_of_all_examples_not_the_mean_over_batches():
    model = one_output()
    read = nn.evaluate(model, nn.DataLoader(X, NUMBERS, batch_size=1), loss=nn.mse)
    assert read["r2"] == pytest.approx(nn.r2(model.predict(X), NUMBERS), rel=1e-6)
    assert read["loss"] == pytest.approx(float(nn.mse(model.predict(X), NUMBERS)), rel=1e-6)


def test_outputs_that_are_no_table_have_no_metric_unless_one_is_asked_for():
    class Pair(nn.Module):
        def __init__(self):
            self.net = one_output()

        def forward(self, x):
            y = self.net(x)
            return y, 2.0 * y

    def loss(outputs, targets):
        return nn.mse(outputs[0], targets)

    assert run(Pair(), y=NUMBERS, loss=loss)[1].names == ["loss"]
    with pytest.raises(ShapeError, match=r"give metrics=\[\]"):
        run(Pair(), y=NUMBERS, loss=loss, metrics={"size": lambda outputs, targets: len(outputs)})


@pytest.mark.parametrize(
    ("metrics", "words"),
    [
        ([lambda o, t: 0.0], "go in a dict"),
        ([nn.r2, nn.r2], "go in a dict"),
        ({"loss": nn.r2}, "none of which is one of loss, .*got 'loss'"),
        ({"seconds": nn.r2}, "got 'seconds'"),
        ({"r2": 3}, "got 'r2': int"),
    ],
)
def test_metrics_that_are_none(metrics, words):
    with pytest.raises(KindError, match=words):
        run(metrics=metrics)


# --- during and after, validation


def test_after_the_epoch_is_the_network_that_it_left_and_during_is_each_batch_as_it_was_met():
    losses = []
    model, history = run(epochs=3, evaluate_training=True, step_callbacks=[losses.append], lr=0.5)
    read = nn.evaluate(model, nn.DataLoader(X, CLASSES, batch_size=20))
    last = history.epochs[-1]
    assert last.after_loss == pytest.approx(read["loss"], rel=1e-6)
    assert last.after_accuracy == read["accuracy"]
    assert last.loss == pytest.approx(np.mean(losses[-3:]))
    assert last.after_loss < last.loss


def test_to_measure_changes_no_training():
    shuffled = nn.DataLoader(X, CLASSES, rng=(rng := np.random.default_rng(5)))
    (plain, _), (measured, _) = (
        run(rng=np.random.default_rng(5), epochs=3),
        run(rng=rng, epochs=3, evaluate_training=True, validation=shuffled),
    )
    for path, array in plain.state_dict().items():
        np.testing.assert_array_equal(array, measured.state_dict()[path])


def test_validation_sets_have_names():
    sets = {"near": nn.DataLoader(X[:30], CLASSES[:30]), "far": nn.DataLoader(3 * X, CLASSES)}
    model, history = run(validation=sets)
    epoch = history.epochs[-1]
    assert list(epoch.numbers)[2:] == ["near_loss", "near_accuracy", "far_loss", "far_accuracy"]
    assert epoch.far_loss == pytest.approx(nn.evaluate(model, sets["far"])["loss"])
    with pytest.raises(AttributeError, match="no validation_loss, but loss, accuracy, near_loss"):
        _ = epoch.validation_loss


# --- how long


def test_steps_in_place_of_epochs_end_in_the_middle_of_one():
    _, history = run(steps=7)
    assert [epoch.examples for epoch in history.epochs] == [60, 60, 20]
    counted = []
    run(steps=7, schedule=lambda step: counted.append(step) or 1.0)
    assert counted == list(range(7))


@pytest.mark.parametrize("stop_at", [2, 5])
def test_a_callback_may_end_the_run(stop_at):
    seen, steps = [], []

    def after_epoch(epoch):
        seen.append(epoch)
        return nn.STOP if len(seen) == 2 else None

    def after_step(loss):
        steps.append(loss)
        return nn.STOP if len(steps) == stop_at else None

    _, history = run(epochs=9, callbacks=[after_epoch])
    assert len(history.epochs) == 2
    seen.clear()
    _, history = run(epochs=9, callbacks=[seen.append], step_callbacks=[after_step])
    assert len(steps) == stop_at
    assert history.epochs == seen
    assert sum(epoch.examples for epoch in history.epochs) == 20 * stop_at
    assert repr(nn.STOP) == "nn.STOP"


def validation_that_gets_worse(model, best):
    """A callback that leaves its epoch in the first bias, and losses that are least in the epoch `best`."""
    losses = iter([abs(epoch - best) + 1.0 for epoch in range(1, 99)])
    return lambda outputs, targets: Tensor(next(losses)) if not model.training else nn.cross_entropy(outputs, targets)


def test_patience_ends_the_run_and_keeps_the_best_weights():
    model, weights = nn.MLP(2, [8], 2, rng=1), []
    loss = validation_that_gets_worse(model, best=3)
    _, history = run(
        model,
        loss=loss,
        epochs=20,
        patience=2,
        validation=nn.DataLoader(X, CLASSES, batch_size=60),
        callbacks=[lambda _: weights.append(model.state_dict())],
    )
    assert len(history.epochs) == 5
    for path, array in model.state_dict().items():
        np.testing.assert_array_equal(array, weights[2][path])


def test_the_best_weights_are_kept_where_the_epochs_run_out_first_and_a_larger_number_may_be_better():
    model, weights = nn.MLP(2, [8], 2, rng=1), []
    stopping = nn.EarlyStopping(model, 9, watch="score", largest=True)
    scores = iter([0.1, 0.7, 0.7, float("nan"), 0.3])
    run(
        model,
        epochs=5,
        metrics={"score": lambda o, t: next(scores) if len(o) == 60 else 0.0},
        callbacks=[stopping, lambda _: weights.append(model.state_dict())],
    )
    assert (stopping.best, stopping.best_epoch) == (0.7, 2)
    np.testing.assert_array_equal(model[0].weight.data, weights[1]["0.weight"])
    twin = nn.EarlyStopping(model, 9)
    with pytest.raises(nn.StateError, match="no state of an EarlyStopping"):
        twin.load_state_dict({"best": 0.5})
    twin.load_state_dict(stopping.state_dict())
    assert (twin.best, twin.best_epoch, twin.seen) == (0.7, 2, 5)
    with pytest.raises(KeyError, match="watches 'validation_loss'; the epochs have loss, accuracy"):
        run(model, callbacks=[nn.EarlyStopping(model, 2)])


@pytest.mark.parametrize("sign", [1.0, -1.0], ids=["smallest", "largest"])
def test_what_betters_the_best_by_too_little_is_kept_and_ends_the_run(sign):
    model = nn.Linear(1, 1, rng=0)
    stopping = nn.EarlyStopping(model, 3, watch="loss", largest=sign < 0, min_delta=0.5)
    answers, over = [], []
    for loss in (5.0, 4.0, 3.75, 3.5, 3.25):
        model.bias.data = np.array([loss], np.float32)
        answers.append(stopping(nn.Epoch({"training": {"loss": sign * loss}}, 1.0, 1)))
        over.append(stopping.is_over)
        twin = nn.EarlyStopping(model, 3, watch="loss", largest=sign < 0, min_delta=0.5)
        twin.load_state_dict(stopping.state_dict())
        stopping = twin
    assert answers == [None, None, None, None, nn.STOP]
    assert over == [False, False, False, False, True]
    assert (stopping.best, stopping.best_epoch) == (sign * 3.25, 5)
    model.bias.data = np.array([9.0], np.float32)
    stopping.restore()
    assert model.bias.item() == 3.25


def test_gradients_are_clipped_before_the_step():
    norms = []

    def note(model):
        return lambda _: norms.append(np.sqrt(sum(np.sum(p.grad.astype(float) ** 2) for p in model.parameters())))

    model = nn.MLP(2, [8], 2, rng=1)
    run(model, clip_norm=1e-3, step_callbacks=[note(model)])
    assert norms == pytest.approx([1e-3] * 3, rel=1e-5)


def test_a_schedule_that_observes_is_told_the_loss_of_each_epoch():
    class Observing:
        def __init__(self):
            self.losses = []

        def __call__(self, step):
            return 1.0

        def observe(self, loss):
            self.losses.append(loss)

    validated, alone = Observing(), Observing()
    _, history = run(epochs=2, schedule=validated, validation=nn.DataLoader(X, CLASSES), evaluate_training=True)
    assert validated.losses == history["validation_loss"]
    _, history = run(epochs=2, schedule=alone)
    assert alone.losses == history["loss"]


def test_functions_may_come_from_a_generator():
    epochs, losses = [], []
    run(epochs=2, callbacks=(f for f in [epochs.append]), step_callbacks=(f for f in [losses.append]))
    assert (len(epochs), len(losses)) == (2, 6)


def test_a_loss_for_signs_learns_of_batches_of_one_sign():
    _, history = run(one_output(), y=np.sort(2 * TWO - 1, axis=0)[::-1], rng=None, loss=nn.hinge)
    assert history.names == ["loss", "accuracy"]


# --- what is refused


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"epochs": 0}, ValueError, "fit takes as epochs a whole number, 1 or more; got epochs=0"),
        ({"epochs": 1.5}, KindError, "got epochs=1.5"),
        ({"steps": -1}, ValueError, "got steps=-1"),
        ({"epochs": 1, "steps": 1}, ValueError, "epochs or steps, not both"),
        ({"patience": 0}, ValueError, "got patience=0"),
        ({"clip_norm": -1.0}, ValueError, "above 0"),
        ({"loss": "mse"}, KindError, "loss takes a function of outputs and targets.*got 'mse'"),
        ({"schedule": nn.Plateau}, KindError, "schedule takes a function of the step.*Plateau"),
        ({"callbacks": print}, KindError, r"callbacks=\[function\]"),
        ({"step_callbacks": 5}, KindError, r"step_callbacks=\[function\]"),
        ({"history": []}, KindError, r"its epochs to a History, history=nn.History\(\); got a list"),
        ({"schedule": 0.1}, KindError, "schedule takes a function of the step, such as nn.cosine.*; got 0.1"),
        ({"metrics": nn.confusion_matrix}, KindError, r"metric confusion_matrix gave a ndarray of shape \(2, 2\)"),
        ({"metrics": {"none": lambda o, t: None}}, KindError, "metric none gave a NoneType; .* a number"),
        ({"validation": (X, CLASSES)}, KindError, "a DataLoader, or a dict"),
        ({"validation": {"after": nn.DataLoader(X, CLASSES)}}, ValueError, "another name than 'after'"),
        ({"validation": nn.DataLoader(X[:0], CLASSES[:0])}, ValueError, "no examples"),
        ({"loss": lambda o, t: 1.0}, KindError, "float without a graph"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_moves(options, error, words):
    model = nn.MLP(2, [8], 2, rng=1)
    before = model.state_dict()
    with pytest.raises(error, match=words):
        run(model, **options)
    for path, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[path])


def test_data_that_gives_no_batch_is_told():
    class Nothing(nn.DataLoader):
        def __iter__(self):
            return iter(())

    model = nn.MLP(2, [8], 2, rng=1)
    with pytest.raises(ValueError, match="gave no batch"):
        nn.fit(model, Nothing(X, CLASSES), nn.SGD(model.parameters(), 0.1), progress=False)


def test_batches_that_are_no_inputs_and_targets_are_told():
    model = nn.MLP(2, [8], 2, rng=1)
    with pytest.raises(ShapeError, match="got a tuple of 1"):
        nn.fit(model, nn.DataLoader(X), nn.SGD(model.parameters(), 0.1), progress=False)
    with pytest.raises(ShapeError, match="got a tuple of 3"):
        nn.evaluate(model, nn.DataLoader(X, CLASSES, CLASSES))


def test_what_has_no_metric_is_not_kept_through_an_epoch():
    """Nodes among the outputs would keep the graph of every batch."""
    alive, counts = [], []

    def count(_):
        counts.append(sum(node() is not None for node in alive))

    class Pair(nn.Module):
        def __init__(self):
            self.net = one_output()

        def forward(self, x):
            y = self.net(x)
            alive.append(weakref.ref(y))
            return y, y

    run(Pair(), y=NUMBERS, loss=lambda o, t: nn.mse(o[0], t), batch_size=10, step_callbacks=[count])
    assert max(counts) <= 1


def test_partial_functions_are_losses_too():
    _, history = run(y=CLASSES, loss=partial(lambda scale, o, t: scale * nn.cross_entropy(o, t), 2.0))
    assert history.names == ["loss", "accuracy"]
