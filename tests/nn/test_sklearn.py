"""The estimators are scikit-learn's, as its own checks find them, and are at home in its pipelines and searches."""

import warnings
from functools import partial

import joblib
import numpy as np
import pytest
from sklearn import neural_network
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

import nn
from nn.sklearn import MLPClassifier, MLPRegressor

brief = {"learning_rate_init": 0.02, "max_iter": 30}  # as good as 200 epochs at 0.001 for what the checks ask
CHECKS = [pair for kind in (MLPClassifier, MLPRegressor) for pair in estimator_checks_generator(kind(**brief))]
unconverged = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@unconverged
@pytest.mark.parametrize(("estimator", "check"), CHECKS, ids=lambda part: getattr(part, "func", type(part)).__name__)
def test_what_scikit_learn_asks_of_an_estimator(estimator, check):
    check(estimator)


def test_digits_are_read_in_a_pipeline():
    images, labels = load_digits(return_X_y=True)
    model = make_pipeline(StandardScaler(), MLPClassifier(tol=1e-2, learning_rate_init=0.01, random_state=0))
    assert model.fit(images[::2], labels[::2]).score(images[1::2], labels[1::2]) > 0.93


def test_a_search_finds_the_setting_that_learns():
    flowers, kinds = load_iris(return_X_y=True)
    model = make_pipeline(StandardScaler(), MLPClassifier((8,), tol=1e-2, max_iter=500, random_state=0))
    rates = {"mlpclassifier__learning_rate_init": [1e-7, 0.02], "mlpclassifier__activation": [nn.ReLU, nn.Tanh]}
    search = GridSearchCV(model, rates, cv=3).fit(flowers, kinds)
    assert search.best_params_["mlpclassifier__learning_rate_init"] == 0.02
    assert search.best_score_ > 0.9


def test_classes_may_be_words_and_their_probabilities_are_in_their_order():
    flowers, kinds = load_iris(return_X_y=True)
    words = np.array(["setosa", "versicolor", "virginica"])[kinds]
    model = MLPClassifier((8,), learning_rate_init=0.02, batch_size=32, tol=1e-2, random_state=0).fit(flowers, words)
    assert model.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    assert model.score(flowers, words) > 0.95
    chances = model.predict_proba(flowers)
    np.testing.assert_allclose(chances.sum(axis=1), 1.0)
    assert (model.classes_[chances.argmax(axis=1)] == model.predict(flowers)).all()


def test_several_numbers_at_once_and_their_scales_undone():
    x = np.linspace(-2.0, 2.0, 200)[:, None]
    y = np.concatenate([100.0 * np.sin(x), 3.0 - x**2], axis=1)
    network = MLPRegressor((32,), learning_rate_init=0.01, batch_size=20, tol=1e-3, random_state=0)
    model = TransformedTargetRegressor(network, transformer=StandardScaler()).fit(x, y)
    assert model.predict(x).shape == (200, 2)
    assert model.score(x, y) > 0.98
    column = clone(network).fit(x, y[:, 1:])
    assert column.predict(x).shape == (200, 1)


@unconverged
@pytest.mark.parametrize("word", ["identity", "logistic", "tanh", "relu"])
def test_activations_are_called_by_scikit_learns_words_too(word):
    x, y = np.random.default_rng(0).normal(size=(2, 20, 3))
    theirs = neural_network.MLPRegressor(hidden_layer_sizes=(5,), activation=word, max_iter=1, random_state=0).fit(x, y)
    ours = MLPRegressor((5,), activation=word, max_iter=1, random_state=0).fit(x, y)
    weights = zip(theirs.coefs_, theirs.intercepts_, strict=True)
    for parameter, numbers in zip(ours.model_.parameters(), (w for pair in weights for w in pair), strict=True):
        parameter.data = numbers
    np.testing.assert_allclose(ours.predict(x), theirs.predict(x), rtol=1e-12)


@unconverged
def test_the_penalty_is_half_alpha_times_the_squared_weights_by_the_rows_of_the_batch():
    x, y = np.random.default_rng(0).normal(size=(2, 50))
    still = partial(nn.SGD, momentum=0.0)
    with_penalty, without = (
        MLPRegressor(
            (4,), optimizer=still, learning_rate_init=0.1, alpha=alpha, max_iter=1, tol=0.0, random_state=0
        ).fit(x[:, None], y)
        for alpha in (3.0, 0.0)
    )
    untrained = MLPRegressor((4,), optimizer=still, learning_rate_init=1e-12, alpha=0.0, max_iter=1, random_state=0)
    start = [p.data for p in untrained.fit(x[:, None], y).model_.parameters()]
    for w0, w1, w2 in zip(
        start,
        [p.data for p in without.model_.parameters()],
        [p.data for p in with_penalty.model_.parameters()],
        strict=True,
    ):
        decay = 0.1 * 3.0 / 50 * w0 if w0.ndim == 2 else 0.0  # biases are free
        np.testing.assert_allclose(w1 - w2, decay, rtol=1e-9, atol=1e-15)
    penalty = 3.0 / 2 / 50 * sum((w**2).sum() for w in start if w.ndim == 2)
    assert with_penalty.history_.epochs[0].loss - without.history_.epochs[0].loss == pytest.approx(penalty)


def test_training_ends_when_the_loss_no_longer_falls_and_warns_when_it_still_does():
    x = np.linspace(-1.0, 1.0, 50)[:, None]
    frozen = MLPRegressor(learning_rate_init=1e-12, n_iter_no_change=4, random_state=0).fit(x, x[:, 0])
    assert frozen.n_iter_ == 5  # the first betters infinity, and four do not better the first
    with pytest.warns(ConvergenceWarning, match="after max_iter=3 epochs"):
        model = MLPRegressor(max_iter=3, tol=-1.0, random_state=0).fit(x, x[:, 0])
    assert model.n_iter_ == len(model.history_.epochs) == 3


def test_the_weights_are_those_of_the_last_epoch_as_scikit_learns_are():
    x = np.linspace(-1.0, 1.0, 50)[:, None]

    def trained(epochs):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            made = MLPRegressor((4,), learning_rate_init=1.0, max_iter=epochs, tol=0.0, random_state=0)
            return made.fit(x, x[:, 0])

    model = trained(8)
    losses = [epoch.loss for epoch in model.history_.epochs]
    assert len(losses) == 8
    assert (best := int(np.argmin(losses))) < 7
    assert not np.array_equal(model.predict(x), trained(best + 1).predict(x))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_network_counts_as_its_inputs_do(dtype):
    x, y = load_iris(return_X_y=True)
    model = MLPClassifier((4,), tol=1.0, random_state=0).fit(x.astype(dtype), y)
    assert {parameter.dtype for parameter in model.model_.parameters()} == {np.dtype(dtype)}
    assert model.predict_proba(x.astype(dtype)).dtype == dtype


def test_a_written_estimator_is_read_again(tmp_path):
    x, y = load_iris(return_X_y=True)
    model = MLPClassifier((4,), tol=1.0, random_state=0).fit(x, y)
    joblib.dump(model, tmp_path / "model.joblib")
    again = joblib.load(tmp_path / "model.joblib")
    np.testing.assert_array_equal(again.predict_proba(x), model.predict_proba(x))


def test_what_cannot_be_learned_is_said():
    x, y = load_iris(return_X_y=True)
    with pytest.raises(ValueError, match="one class alone: 0"):
        MLPClassifier().fit(x, np.zeros(150, int))
    for name, given in (("max_iter", 0), ("n_iter_no_change", 0), ("alpha", -1.0), ("alpha", np.nan)):
        with pytest.raises(ValueError, match=f"{name}={given}"):
            MLPClassifier(**{name: given}).fit(x, y)
    with pytest.raises(ValueError, match="alpha=-1"):
        MLPRegressor(alpha=-1.0).fit(x, y)
    with pytest.raises(ValueError, match="got batch_size=0"):
        MLPRegressor(batch_size=0).fit(x, y)
    with pytest.raises(ValueError, match=r"activation is 'identity', 'logistic', 'tanh', 'relu', or .*; got 'gelu'"):
        MLPRegressor(activation="gelu").fit(x, y)
    with pytest.raises(nn.TrainingError), np.errstate(all="ignore"):
        MLPRegressor(learning_rate_init=1e300).fit(x, y)
    with pytest.raises(NotFittedError):
        MLPRegressor().predict(x)
