"""Networks as estimators of scikit-learn, for its pipelines and searches: `from nn.sklearn import MLPClassifier`."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from autograd_mini import softmax

from .arrays import Array
from .data import DataLoader
from .layers import MLP, Identity, Linear, ReLU, Sigmoid, Tanh
from .losses import cross_entropy, mse
from .optimizers import Adam, Optimizer
from .training import EarlyStopping, accuracy, fit

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data
except ImportError as error:
    raise ImportError("these estimators are scikit-learn's: pip install 'autograd_mini[sklearn]'") from error

__all__ = ["MLPClassifier", "MLPRegressor"]

FLOATS = (np.float64, np.float32)
ACTIVATIONS = {"identity": Identity, "logistic": Sigmoid, "tanh": Tanh, "relu": ReLU}
"""By scikit-learn's words."""


class _MLP(BaseEstimator):  # type: ignore[misc]
    """What both estimators share: the parameters, the training, the outputs."""

    def __init__(
        self,
        hidden_layer_sizes: Sequence[int] = (100,),
        activation: Any = ReLU,
        *,
        optimizer: Callable[..., Optimizer] = Adam,
        alpha: float = 1e-4,
        batch_size: int = 200,
        learning_rate_init: float = 1e-3,
        max_iter: int = 200,
        tol: float = 1e-4,
        n_iter_no_change: int = 10,
        random_state: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.optimizer = optimizer
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.random_state = random_state

    def _train(self, x: Array, y: Array, outputs: int, loss: Callable[..., Any], metrics: Any) -> Self:
        """Make a network of so many outputs, and train it until the loss no longer falls."""
        for name, least in (("max_iter", 1), ("n_iter_no_change", 1), ("alpha", 0)):
            if not getattr(self, name) >= least:  # nan is none of these
                raise ValueError(f"{name} is {least} or more; got {name}={getattr(self, name)}")
        if not callable(self.optimizer):
            raise TypeError(
                f"optimizer is one of nn's, nn.Adam or partial(nn.SGD, momentum=0.9); got {self.optimizer!r}"
            )
        activation = self.activation
        if isinstance(activation, str):
            if activation not in ACTIVATIONS:
                words = ", ".join(map(repr, ACTIVATIONS))
                raise ValueError(f"activation is {words}, or what nn.MLP takes, as nn.GELU; got {activation!r}")
            activation = ACTIVATIONS[activation]
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        hidden = np.ravel(self.hidden_layer_sizes).tolist()
        self.model_ = MLP(x.shape[1], hidden, outputs, activation=activation, rng=rng, dtype=x.dtype)
        weights = [module.weight for module in self.model_.modules() if isinstance(module, Linear)]

        def penalized(found: Any, targets: Any) -> Any:
            penalty = sum((weight * weight).sum() for weight in weights)
            return loss(found, targets) + self.alpha / 2 / len(targets) * penalty

        data = DataLoader(x, y, batch_size=min(self.batch_size, len(x)), rng=rng)
        optimizer = self.optimizer(self.model_.parameters(), self.learning_rate_init)
        falling = EarlyStopping(self.model_, self.n_iter_no_change, watch="loss", min_delta=self.tol)
        self.history_ = fit(
            self.model_,
            data,
            optimizer,
            loss=penalized,
            epochs=self.max_iter,
            metrics=metrics,
            callbacks=[falling.__call__],  # its answers alone: the weights stay the last, as scikit-learn's do
            progress=False,
        )
        self.n_iter_ = len(self.history_.epochs)
        if falling.is_over:
            return self
        warnings.warn(
            f"{type(self).__name__}: the loss was still falling after max_iter={self.max_iter} epochs: raise max_iter, "
            "or tol, by which an epoch must better it",
            ConvergenceWarning,
            stacklevel=3,
        )
        return self

    def _outputs(self, x: Any) -> Array:
        """What the network gives for the rows of x, (n, outputs)."""
        check_is_fitted(self)
        x = validate_data(self, x, dtype=FLOATS, reset=False)
        return self.model_.predict(x)


class MLPClassifier(ClassifierMixin, _MLP):  # type: ignore[misc]
    """`nn.MLP` that learns classes, by cross-entropy, as an estimator of scikit-learn.

    hidden_layer_sizes: the hidden widths of the MLP. activation: scikit-learn's "identity", "logistic", "tanh" or
    "relu", or what the MLP takes. optimizer: called with the parameters and learning_rate_init, `nn.Adam` or
    `partial(nn.SGD, momentum=0.9)`. alpha: alpha / 2 · (sum of the squared weights) / (rows of the batch) is added to
    the loss. max_iter: epochs at the most; training ends when, n_iter_no_change times in a row, an epoch has not
    bettered the loss by tol, else with a ConvergenceWarning. random_state draws the weights and the order of the rows.
    Where a name is that of scikit-learn's own MLPClassifier, it means the same.

    Learned by fit(X, y): classes_, n_iter_, n_features_in_, model_ (the nn.MLP, of float32 if X is, else of float64)
    and history_ (`nn.History`). X: (n, features), best scaled; y: (n,), of at least two classes. Errors are those of
    scikit-learn, as its own `check_estimator` asks.

    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> X, y = load_iris(return_X_y=True)
    >>> network = MLPClassifier((16,), learning_rate_init=0.01, batch_size=32, tol=1e-3, random_state=0)
    >>> make_pipeline(StandardScaler(), network).fit(X, y).score(X, y) > 0.95
    True
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from the rows of X, (n, features), and their classes y, (n,): numbers or strings."""
        X, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        self.classes_, labels = np.unique(column_or_1d(y, warn=True), return_inverse=True)
        if len(self.classes_) == 1:
            raise ValueError(f"there is nothing to tell apart: y has one class alone: {self.classes_[0]}")
        return self._train(X, labels, len(self.classes_), cross_entropy, accuracy)

    def predict(self, X: Any) -> Array:
        """The likeliest class of each row of X, (n,)."""
        outputs = self._outputs(X)
        return np.asarray(self.classes_[outputs.argmax(axis=1)])

    def predict_proba(self, X: Any) -> Array:
        """The softmax of the outputs for each row of X, (n, classes), in the order of classes_."""
        return np.asarray(softmax(self._outputs(X), axis=1))


class MLPRegressor(RegressorMixin, _MLP):  # type: ignore[misc]
    """`nn.MLP` that learns numbers, by half the mean squared error, as an estimator of scikit-learn.

    The parameters and what is learned are those of `MLPClassifier`, but for the classes. y: (n,) or (n, outputs), best
    scaled as X is: scikit-learn's TransformedTargetRegressor does it.

    >>> X = np.linspace(-2.0, 2.0, 100)[:, None]
    >>> network = MLPRegressor((32,), learning_rate_init=0.01, batch_size=20, random_state=0)
    >>> network.fit(X, np.sin(2.0 * X[:, 0])).score(X, np.sin(2.0 * X[:, 0])) > 0.95
    True
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Learn from the rows of X, (n, features), and their numbers y, (n,) or (n, outputs)."""
        X, y = validate_data(self, X, y, dtype=FLOATS, multi_output=True, y_numeric=True)
        self._shape = y.shape[1:]
        targets = y.reshape(len(y), -1).astype(X.dtype)
        return self._train(X, targets, targets.shape[1], _half_mse, [])

    def predict(self, X: Any) -> Array:
        """The numbers for each row of X, of the shape that y had."""
        outputs = self._outputs(X)
        return outputs.reshape(len(outputs), *self._shape)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _half_mse(outputs: Any, targets: Any) -> Any:
    return mse(outputs, targets) / 2
