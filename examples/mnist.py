"""Trains a network to read handwritten digits, and shows what it learned (`make mnist`)."""

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import nn
from autograd_mini import draw

MOST_FILTERS = 64


def at_least(least: int) -> Callable[[str], int]:
    """An argparse type: a whole number, that one or more."""

    def whole(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"takes a whole number, {least} or more; got {text!r}")
        return int(text)

    return whole


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--data", default="embedded", help="'embedded', 'full' (downloads), or a folder of IDX files")
    parser.add_argument("--hidden", type=at_least(1), nargs="*", default=[256], help="sizes of the hidden layers")
    parser.add_argument("--epochs", type=at_least(1), default=15)
    parser.add_argument("--batch", type=at_least(1), default=100)
    parser.add_argument("--lr", type=float, default=3e-3, help="learning rate")
    parser.add_argument("--optimizer", choices=("adam", "sgd"), default="adam", help="sgd has momentum 0.9")
    parser.add_argument("--weight-decay", type=float, default=0.0)
    parser.add_argument("--smoothing", type=float, default=0.1, help="the part of each label that all ten digits share")
    parser.add_argument("--schedule", choices=("cosine", "constant"), default="cosine")
    parser.add_argument("--compiled", action="store_true", help="run each step as a program: faster, the same numbers")
    parser.add_argument("--seed", type=at_least(0), default=0)
    parser.add_argument("--output", type=Path, default=Path("output/mnist"), help="folder for the pictures")
    return parser.parse_args()


def load(data: str) -> nn.mnist.Digits:
    try:
        if data == "embedded":
            return nn.mnist.load_embedded()
        return nn.mnist.load(None if data == "full" else data)
    except (nn.DataFileError, ImportError) as error:
        raise SystemExit(str(error)) from error


def main() -> None:
    options = arguments()
    rng = np.random.default_rng(options.seed)
    digits = load(options.data)
    model = nn.MLP(784, options.hidden, 10, rng=rng)
    print(model, end="\n\n")

    training = nn.DataLoader(digits.train_images, digits.train_labels, batch_size=options.batch, rng=rng)
    testing = nn.DataLoader(digits.test_images, digits.test_labels, batch_size=1000)
    if options.optimizer == "adam":
        optimizer: nn.Optimizer = nn.Adam(model.parameters(), options.lr, weight_decay=options.weight_decay)
    else:
        optimizer = nn.SGD(model.parameters(), options.lr, momentum=0.9, weight_decay=options.weight_decay)
    schedule = nn.cosine(options.epochs * len(training)) if options.schedule == "cosine" else None

    start = time.perf_counter()
    history = nn.fit(
        model,
        training,
        optimizer,
        loss=partial(nn.cross_entropy, label_smoothing=options.smoothing),
        epochs=options.epochs,
        compiled=options.compiled,
        validation={"test": testing},
        schedule=schedule,
    )
    seconds = time.perf_counter() - start

    guesses = model.predict(digits.test_images).argmax(axis=1)
    print(
        f"\n{np.mean(guesses == digits.test_labels):.2%} of the test digits right, after {seconds:.1f} s of training\n"
    )
    print_confusion(digits.test_labels, guesses)

    options.output.mkdir(parents=True, exist_ok=True)
    history.plot().savefig(options.output / "curves.png", dpi=150)
    neurons = model.parameters()[0].shape[1]
    title = f"what {min(MOST_FILTERS, neurons)} of the {neurons} neurons of the first layer look for"
    filters(model, title).savefig(options.output / "filters.png", dpi=150)
    all_wrong = np.flatnonzero(guesses != digits.test_labels)
    wrong = all_wrong[:40]
    titles = [f"{digits.test_labels[i]} read as {guesses[i]}" for i in wrong]
    title = f"{len(wrong)} of the {len(all_wrong)} wrong guesses"
    show(digits.test_images[wrong].reshape(-1, 28, 28), title, titles=titles).savefig(
        options.output / "wrong.png", dpi=150
    )
    loss = nn.cross_entropy(model(digits.train_images[: options.batch]), digits.train_labels[: options.batch])
    optimizer.zero_grad()
    loss.backward()
    draw(loss).save(options.output / "step.svg")
    print("\nPictures:", *sorted(options.output.iterdir()), sep="\n  ")


def print_confusion(labels: Any, guesses: Any) -> None:
    """Rows: the digit written. Columns: the digit read."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, guesses), 1)
    print("written \\ read" + "".join(f"{digit:5}" for digit in range(10)))
    for digit, row in enumerate(counts):
        print(f"{digit:14}" + "".join(f"{count or '·':>5}" for count in row))


def filters(model: nn.MLP, title: str) -> Figure:
    """The weights between the pixels and the first neurons of the first layer, and what their colours mean."""
    weight = model.parameters()[0].data
    key = "blue: ink there excites the neuron; red: ink there holds it back"
    return show(weight.T[:MOST_FILTERS].reshape(-1, 28, 28), f"{title}\n{key}", signed=True)


def show(pictures: Any, title: str, *, titles: list[str] | None = None, signed: bool = False) -> Figure:
    """Pictures of 28 x 28 on a sheet; signed ones in red (negative) and blue (positive)."""
    columns = 8
    rows = max(1, -(-len(pictures) // columns))
    figure = Figure(figsize=(columns * 1.1, rows * (1.3 if titles else 1.1) + 0.5), layout="constrained")
    figure.suptitle(title)
    axes = figure.subplots(rows, columns, squeeze=False).flat
    for i, ax in enumerate(axes):
        ax.set_axis_off()
        if i < len(pictures):
            bound = np.abs(pictures[i]).max() if signed else 1.0
            low = -bound if signed else 0.0
            ax.imshow(pictures[i], cmap="RdBu" if signed else "gray_r", vmin=low, vmax=bound, interpolation="nearest")
            if titles:
                ax.set_title(titles[i], fontsize=7)
    return figure


if __name__ == "__main__":
    main()
