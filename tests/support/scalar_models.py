"""Networks and formulas written number by number, as a learner writes them: functions of lists of floats or Values.

What varies comes first, in flat lists; what is given follows. The functions they use may be another library's.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

import autograd_mini

Function = Callable[[Any], Any]
Numbers = Sequence[Any]

MOONS = (2, 16, 16, 1)
"""The sizes of micrograd's network: 337 parameters."""
IMAGE, WINDOW, KERNELS = 8, 3, 4
SEEN = IMAGE - WINDOW + 1  # where a window begins along a side of the image
STEPS, SEEN_AT_ONCE, REMEMBERED = 8, 3, 6
WORDS, FEATURES = 5, 4
ATOMS = 13


def numbers(count: int, seed: int) -> list[float]:
    """So many numbers between -1 and 1."""
    source = random.Random(seed)
    return [source.uniform(-1.0, 1.0) for _ in range(count)]


def rows(flat: Numbers, length: int) -> list[Numbers]:
    """The numbers in rows of a length."""
    return [flat[start : start + length] for start in range(0, len(flat), length)]


def moons_loss(
    parameters: Numbers, points: Sequence[Numbers], labels: Numbers, relu: Function = autograd_mini.relu
) -> Any:
    """Max-margin loss and L2 of an MLP, as in micrograd's demonstration: for each neuron its weights, then its bias."""
    losses = [relu(1 + -label * mlp(parameters, point, relu)) for point, label in zip(points, labels, strict=True)]
    return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters)


def mlp(parameters: Numbers, x: Numbers, relu: Function = autograd_mini.relu) -> Any:
    """The score of a point: layer after layer, neuron after neuron."""
    rest = iter(parameters)
    *inner, last = MOONS[1:]
    for neurons in inner:
        x = [relu(neuron(rest, x)) for _ in range(neurons)]
    (score,) = [neuron(rest, x) for _ in range(last)]
    return score


def neuron(rest: Iterator[Any], x: Numbers) -> Any:
    """A bias and a weighted sum; the weights come before the bias."""
    weights = [next(rest) for _ in x]
    return sum((w * xi for w, xi in zip(weights, x, strict=True)), next(rest))


def convolution_loss(kernels: Numbers, biases: Numbers, readout: Numbers, images: Sequence[Numbers]) -> Any:
    """The squares, summed, of a weighted sum of what relu leaves of the windows of each image."""
    loss = 0.0
    for image in images:
        pixels = rows(image, IMAGE)
        weights = iter(readout)
        score = 0.0
        for kernel, bias in zip(rows(kernels, WINDOW * WINDOW), biases, strict=True):
            for y in range(SEEN):
                for x in range(SEEN):
                    z = bias
                    for v in range(WINDOW):
                        for u in range(WINDOW):
                            z = z + kernel[v * WINDOW + u] * pixels[y + v][x + u]
                    score = score + autograd_mini.relu(z) * next(weights)
        loss = loss + score * score
    return loss


def rnn_loss(
    inner: Numbers, recurrent: Numbers, biases: Numbers, readout: Numbers, sequences: Sequence[Sequence[Numbers]]
) -> Any:
    """How far, squared and summed, what is read of the last state is from 1."""
    loss = 0.0
    weights = list(zip(rows(inner, SEEN_AT_ONCE), rows(recurrent, REMEMBERED), biases, strict=True))
    for sequence in sequences:
        state: Numbers = [0.0] * REMEMBERED
        for x in sequence:
            state = [autograd_mini.tanh(b + product(w, x) + product(r, state)) for w, r, b in weights]
        loss = loss + (product(readout, state) - 1.0) ** 2
    return loss


def attention_loss(queries: Numbers, keys: Numbers, values: Numbers, texts: Sequence[Sequence[Numbers]]) -> Any:
    """The squares, summed, of what each word of each text takes from all, by softmax of query and key."""
    loss = 0.0
    for words in texts:
        q, k, v = ([applied(matrix, word) for word in words] for matrix in (queries, keys, values))
        for query in q:
            weights = [autograd_mini.exp(product(query, key) * 0.5) for key in k]
            total = sum(weights)
            taken = [product([w / total for w in weights], feature) for feature in zip(*v, strict=True)]
            loss = loss + sum(t * t for t in taken)
    return loss


def applied(matrix: Numbers, x: Numbers) -> list[Any]:
    """A matrix times a vector."""
    return [product(row, x) for row in rows(matrix, len(x))]


def product(a: Numbers, b: Numbers) -> Any:
    """The inner product."""
    return sum(x * y for x, y in zip(a, b, strict=True))


def linear_chain(x: Any, a: Any, b: Any, links: int) -> Any:
    """A product and a sum, over and over: 2 nodes a link."""
    for _ in range(links):
        x = x * a + b
    return x


def circle_map(x: Any, a: Any, b: Any, links: int) -> Any:
    """Arnold's circle map: where |b| is greater than |a| it goes round for ever, 4 nodes a link."""
    for _ in range(links):
        x = x + a * autograd_mini.sin(x) + b
    return x


def ragged_loss(weights: Numbers, groups: Sequence[Sequence[int]]) -> Any:
    """The squares of sums of unlike lengths over weights that are shared."""
    return sum(sum(autograd_mini.tanh(weights[i] * 0.5) for i in group) ** 2 for group in groups)


def ragged_groups(groups: int = 50, weights: int = 20) -> list[list[int]]:
    """Groups of 2 to 9 of the weights."""
    source = random.Random(0)
    return [[source.randrange(weights) for _ in range(source.randint(2, 9))] for _ in range(groups)]


def energy(coordinates: Numbers) -> Any:
    """The energy of atoms by Lennard-Jones, of x, y and z of each in turn: 4 Σ (1/r¹² - 1/r⁶), some 1,100 nodes."""
    total = 0.0
    for one, other in combinations(rows(coordinates, 3), 2):
        dx, dy, dz = (a - b for a, b in zip(one, other, strict=True))
        near = 1.0 / (dx * dx + dy * dy + dz * dz)
        nearer = near * near * near
        total = total + (nearer * nearer - nearer)
    return 4.0 * total


def atoms(seed: int) -> list[float]:
    """ATOMS of them on a lattice, each a little off its place."""
    source = random.Random(seed)
    places = [(x, y, z) for x in range(3) for y in range(3) for z in range(3) if (x + y + z) % 2 == 0]
    return [1.12 * c / 2**0.5 + source.gauss(0.0, 0.05) for place in places[:ATOMS] for c in place]
