"""A convolution, a recurrent network and attention written number by number, beside the same by hand in NumPy.

Loss and gradients by all parameters; the data are given. By hand the parameters are arrays from the start, ours are
lists of floats.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.support import scalar_models as models
from tests.support.scalar_models import numbers, rows

from .harness import Cases, Row, run
from .programs import KINDS, program, timed


def cases(side: str) -> Cases:
    """Loss and gradients of each network."""
    made: Cases = {}
    for name, network in NETWORKS.items():
        for kind, (_, native) in KINDS.items():
            make = network.by_hand if side == "numpy" else partial(ours, network, native)
            made[name + kind] = timed(make, network.eager)
    return made


class Network(NamedTuple):
    """A loss of flat lists of parameters, and what gives the loss and its gradients written in NumPy."""

    loss: Callable[..., Any]
    parameters: tuple[list[float], ...]
    data: Any
    write: Callable[..., Callable[[], Any]]

    def derived(self) -> Callable[..., Any]:
        """The function of the parameters that gives loss and gradients."""
        from autograd_mini import value_and_grad

        return value_and_grad(lambda *parameters: self.loss(*parameters, self.data), tuple(range(len(self.parameters))))

    def eager(self) -> Any:
        return self.derived()(*self.parameters)

    def by_hand(self) -> Callable[[], Any]:
        return self.write(*map(np.array, (*self.parameters, self.data)))


def ours(network: Network, native: bool) -> Callable[[], Any]:
    """The program of a network."""
    return program(network.derived(), *network.parameters, native=native)


def convolution(kernels: Any, biases: Any, readout: Any, images: Any) -> Callable[[], Any]:
    """The windows of all images below each other, so that both passes are products of matrices."""
    side = models.IMAGE
    windows = sliding_window_view(images.reshape(-1, side, side), (models.WINDOW, models.WINDOW), axis=(1, 2))
    columns = windows.reshape(-1, models.WINDOW**2)  # a copy, made once: the images are given
    kernels, readout = kernels.reshape(models.KERNELS, -1), readout.reshape(models.KERNELS, -1)

    def differentiated() -> Any:
        weights = readout.T.ravel()
        seen = np.maximum(columns @ kernels.T + biases, 0.0)
        by_image = seen.reshape(len(images), -1)
        scores = by_image @ weights
        slopes = 2.0 * scores
        behind = np.multiply.outer(slopes, weights).reshape(seen.shape) * (seen > 0.0)
        by_readout = (slopes @ by_image).reshape(-1, models.KERNELS).T
        return scores @ scores, [(behind.T @ columns).ravel(), behind.sum(axis=0), by_readout.ravel()]

    return differentiated


def rnn(inner: Any, recurrent: Any, biases: Any, readout: Any, sequences: Any) -> Callable[[], Any]:
    """Step by step for all sequences at once; what needs no state is one product over all steps."""
    inner, recurrent = inner.reshape(models.REMEMBERED, -1), recurrent.reshape(models.REMEMBERED, -1)
    count, steps, _ = sequences.shape
    inputs = np.ascontiguousarray(sequences.swapaxes(0, 1))  # (steps, sequences, seen at once)

    def differentiated() -> Any:
        pushed = inputs @ inner.T + biases
        states = np.zeros((steps + 1, count, models.REMEMBERED))
        for t in range(steps):
            np.tanh(pushed[t] + states[t] @ recurrent.T, out=states[t + 1])
        misses = states[-1] @ readout - 1.0
        slopes = 2.0 * misses
        behind = 1.0 - states[1:] ** 2
        back = np.multiply.outer(slopes, readout)
        for t in reversed(range(steps)):
            behind[t] *= back
            back = behind[t] @ recurrent
        flat = behind.reshape(-1, models.REMEMBERED)
        by_inner = flat.T @ inputs.reshape(len(flat), -1)
        by_recurrent = flat.T @ states[:-1].reshape(len(flat), -1)
        gradients = [by_inner.ravel(), by_recurrent.ravel(), flat.sum(axis=0), slopes @ states[-1]]
        return misses @ misses, gradients

    return differentiated


def attention(queries: Any, keys: Any, values: Any, texts: Any) -> Callable[[], Any]:
    """A stack of texts, each a matrix of words; the three maps of the words are one product."""
    features = models.FEATURES
    maps = np.concatenate([queries, keys, values]).reshape(3 * features, features)
    words = texts.reshape(-1, features)

    def differentiated() -> Any:
        q, k, v = (words @ maps.T).reshape(*texts.shape[:2], 3, features).transpose(2, 0, 1, 3)
        weights = np.exp(0.5 * (q @ k.swapaxes(1, 2)))
        weights /= weights.sum(axis=2, keepdims=True)
        taken = weights @ v
        back = 2.0 * taken
        by_weights = back @ v.swapaxes(1, 2)
        by_weights -= (by_weights * weights).sum(axis=2, keepdims=True)
        by_products = 0.5 * weights * by_weights
        behind = np.empty((*texts.shape[:2], 3, features))
        np.matmul(by_products, k, out=behind[:, :, 0])
        np.matmul(by_products.swapaxes(1, 2), q, out=behind[:, :, 1])
        np.matmul(weights.swapaxes(1, 2), back, out=behind[:, :, 2])
        by_maps = behind.reshape(-1, 3 * features).T @ words
        return np.vdot(taken, taken), list(by_maps.reshape(3, -1))

    return differentiated


def _convolution() -> Network:
    images = rows(numbers(10 * models.IMAGE**2, 1), models.IMAGE**2)
    counts = models.KERNELS * models.WINDOW**2, models.KERNELS, models.KERNELS * models.SEEN**2
    return Network(models.convolution_loss, parameters(*counts), images, convolution)


def _rnn() -> Network:
    seen, kept = models.SEEN_AT_ONCE, models.REMEMBERED
    sequences = rows(rows(numbers(10 * models.STEPS * seen, 1), seen), models.STEPS)
    return Network(models.rnn_loss, parameters(kept * seen, kept * kept, kept, kept), sequences, rnn)


def _attention() -> Network:
    texts = rows(rows(numbers(6 * models.WORDS * models.FEATURES, 1), models.FEATURES), models.WORDS)
    return Network(models.attention_loss, parameters(*[models.FEATURES**2] * 3), texts, attention)


def parameters(*counts: int) -> tuple[list[float], ...]:
    """A list of so many numbers each."""
    return tuple(numbers(count, seed) for seed, count in enumerate(counts, start=2))


NETWORKS = {"convolution": _convolution(), "RNN": _rnn(), "attention": _attention()}
ROWS = tuple(Row(name + kind, 1.5, "numpy", needs=needs) for name in NETWORKS for kind, (needs, _) in KINDS.items())

if __name__ == "__main__":
    run(cases)
