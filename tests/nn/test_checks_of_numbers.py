"""Training that computes something else than was meant is told: squashed twice, in float64, diverging; not the rest."""

from functools import partial

import numpy as np
import pytest

import nn
from autograd_mini import Value, exp, log_softmax, softmax
from nn.training.findings import grown

from .test_checks import EAGER_AND_COMPILED, X, Y, mlp, run, told

SOFTMAX, SIGMOID = "takes a softmax of outputs that are probabilities", "takes a sigmoid of outputs that are"
COLUMN = nn.DataLoader(X, Y[:, None], batch_size=20)


class By(nn.Module):
    """A model and a function of what it gives."""

    def __init__(self, function, outputs=2, **options):
        self.model, self.function = nn.MLP(2, [8], outputs, rng=1, **options), function

    def forward(self, x):
        return self.function(self.model(x))


def said_of(model, loss, data=COLUMN, **options):
    with pytest.warns(nn.TrainingWarning) as caught:
        nn.fit(model, data, nn.SGD(model.parameters(), 0.1), loss=loss, progress=False, **options)
    return [str(warning.message) for warning in caught]


TWICE = {
    "Softmax": (nn.Softmax(), nn.cross_entropy, SOFTMAX),
    "Sigmoid": (nn.Sigmoid(), nn.cross_entropy, SOFTMAX),
    "softmax by hand": (lambda x: exp(x) / exp(x).sum(axis=1, keepdims=True), nn.cross_entropy, SOFTMAX),
    "a loss with settings": (nn.Softmax(), partial(nn.cross_entropy, label_smoothing=0.1), SOFTMAX),
    "a loss of one's own": (nn.Softmax(), lambda x, y: -log_softmax(x, -1)[np.arange(len(y)), y].mean(), SOFTMAX),
    "of two columns": (nn.Sigmoid(), lambda x, y: nn.bce_with_logits(x, np.eye(2)[y]), SIGMOID),
    "of one": (lambda x: nn.Sigmoid()(x)[:, 0], nn.bce_with_logits, SIGMOID),
}


@pytest.mark.parametrize("name", TWICE)
def test_probabilities_where_the_loss_takes_scores(name):
    function, loss, words = TWICE[name]
    model = By(function)
    data = nn.DataLoader(X, Y, batch_size=20)
    (said,) = said_of(model, loss, data, epochs=3)
    assert words in said
    (found,) = nn.inspect(model, loss(model(X), Y), nn.SGD(model.parameters(), 0.1)).findings
    assert found == said


@pytest.mark.parametrize(
    ("last", "loss", "targets", "words"),
    [(nn.Softmax, nn.cross_entropy, Y, SOFTMAX), (nn.Sigmoid, nn.bce_with_logits, np.eye(2)[Y], SIGMOID)],
)
def test_it_is_seen_in_a_program_too(last, loss, targets, words):
    (said,) = said_of(mlp(last=last()), loss, nn.DataLoader(X, targets, batch_size=20), compiled=True, epochs=3)
    assert words in said


def test_a_network_of_values():
    model = nn.ScalarMLP(2, [4], 1, rng=0)
    targets = [1.0, 0.0, 1.0]

    def loss(sigmoid):
        scores = [model(row) for row in X[:3].tolist()]
        return nn.bce_with_logits([score.sigmoid() if sigmoid else score for score in scores], targets)

    optimizer = nn.SGD(model.parameters(), 0.1)
    assert [SIGMOID in said for said in nn.inspect(model, loss(True), optimizer).findings] == [True]
    assert nn.inspect(model, loss(False), optimizer).findings == []


class Gated(nn.Module):
    """Sigmoids, softmaxes and softplus that parameters come after."""

    def __init__(self):
        self.first, self.last = nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=1)
        self.attention = nn.MultiheadAttention(2, 1, rng=2)

    def forward(self, x):
        y = nn.Softmax()(nn.Sigmoid()(self.first(x)))
        y = nn.Softplus()(nn.Sigmoid()(y)) + nn.Softplus()(-nn.Sigmoid()(y))
        return self.last(self.attention(y[:, None])[:, 0])


class Rested(nn.Module):
    """Scores in training, probabilities at rest."""

    def __init__(self):
        self.linear = nn.Linear(2, 2, rng=0)

    def forward(self, x):
        return self.linear(x) if self.training else softmax(self.linear(x), -1)


@EAGER_AND_COMPILED
@pytest.mark.parametrize(
    ("model", "loss"),
    [
        (mlp(), nn.cross_entropy),
        (mlp(last=nn.LogSoftmax()), nn.nll),
        (mlp(last=nn.LogSoftmax()), nn.cross_entropy),  # which is the same
        (mlp(last=nn.ReLU()), nn.cross_entropy),
        (Gated(), nn.cross_entropy),
        (Rested(), nn.cross_entropy),
        (By(lambda x: nn.Sigmoid()(x) * 10.0), nn.cross_entropy),
        (By(lambda x: nn.Sigmoid()(x)[:, 0]), nn.bce),
        (By(lambda x: x[:, 0]), nn.bce_with_logits),
        (By(lambda x: nn.Softplus()(nn.Sigmoid()(x[:, 0]))), nn.mse),
    ],
)
def test_what_is_right_is_left_alone(model, loss, compiled):
    y = Y.astype(np.float32) if loss is nn.mse else Y
    nn.fit(model, nn.DataLoader(X, y), nn.SGD(model.parameters(), 0.1), loss=loss, compiled=compiled, progress=False)


# --- float64


@EAGER_AND_COMPILED
@pytest.mark.parametrize("kind", [np.float64, np.int64])
def test_float64_inputs_of_a_float32_model_are_told(kind, compiled):
    x = (10.0 * X).astype(kind)
    (said,) = told(mlp(), x=x, compiled=compiled)
    assert said.startswith("float64 numbers, or whole ones, meet the float32 parameter 0.weight, so from there on all")
    model = mlp()
    (found,) = nn.inspect(model, nn.cross_entropy(model(x), Y), nn.SGD(model.parameters(), 0.1)).findings
    assert found == said


@EAGER_AND_COMPILED
def test_float64_where_it_is_meant_is_left_alone(compiled):
    run(mlp(dtype=np.float64), x=X.astype(float), compiled=compiled)
    run(mlp(dtype=np.float64), compiled=compiled)
    run(By(lambda x: x.astype(np.float64)), compiled=compiled)
    model = nn.Linear(2, 1, rng=0)
    data = nn.DataLoader(X, Y[:, None].astype(float))  # the loss alone is computed in more digits
    nn.fit(model, data, nn.SGD(model.parameters(), 0.1), loss=nn.mse, compiled=compiled, progress=False)
    assert nn.inspect(model, nn.mse(model(X), Y[:, None] * 1.0), nn.SGD(model.parameters(), 0.1)).findings == []
    values = nn.ScalarMLP(2, [2], 1, rng=0)
    assert nn.inspect(values, values(X[0].tolist()) * Value(2.0), nn.SGD(values.parameters(), 0.1)).findings == []


# --- divergence


@EAGER_AND_COMPILED
def test_a_loss_that_grows_without_becoming_infinite_is_told_once(compiled):
    model = nn.Linear(2, 1, rng=0)
    data = nn.DataLoader(X, Y[:, None].astype(np.float32), batch_size=20)
    with pytest.warns(nn.TrainingWarning) as caught:
        history = nn.fit(
            model, data, nn.SGD(model.parameters(), 3.0), loss=nn.mse, epochs=4, compiled=compiled, progress=False
        )
    (said,) = [str(warning.message) for warning in caught]
    assert np.isfinite(history["loss"]).all()
    assert "times that of the first batch" in said
    assert "diverges. A smaller learning rate" in said


@pytest.mark.parametrize(("first", "loss"), [(1.0, 999.0), (0.0, 1.0), (-1e-9, 1.0), (1e-3, 0.0), (1.0, -5000.0)])
def test_a_loss_that_grows_a_little_or_begins_at_0_does_not_diverge(first, loss):
    assert grown(first, loss) == ""
    assert "1e+03 times" in grown(1.0, 1001.0)
