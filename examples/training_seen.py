"""Trains small networks and shows what goes on while they learn, as pictures and a film (`make seen`)."""

import argparse
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from mnist import filters
from toy import boundary, signs, tensor_scores

import nn


def of_scores(measure: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A loss of (n,) scores as one of the network's outputs, (n, 1)."""
    return lambda outputs, targets: measure(outputs.reshape(-1), targets)


def learn_moons(rng: np.random.Generator) -> tuple[nn.Film, Figure]:
    """The boundary between two moons as it moves, and the loss around the place where the network came to rest."""
    points, labels = signs(*nn.toys.moons(200, rng=rng))
    model = nn.MLP(2, [16, 16], 1, activation=nn.Tanh, rng=rng)
    loss = of_scores(nn.hinge)

    def picture() -> Figure:
        return boundary(tensor_scores(model), points, labels, f"two moons, epoch {len(film)}")

    film = nn.Film(picture, dpi=72)
    film()  # before the first step
    nn.fit(
        model,
        nn.DataLoader(points, labels, batch_size=20, rng=rng),
        nn.SGD(model.parameters(), 0.05, momentum=0.9),
        loss=loss,
        epochs=20,
        callbacks=[film],
        progress=False,
    )
    return film, nn.loss_landscape(model, lambda: loss(model(points), labels), rng=rng).plot()


def learn_digits(
    model: nn.MLP,
    digits: nn.mnist.Digits,
    optimizer: nn.Optimizer,
    *,
    epochs: int,
    step_callbacks: Sequence[Callable[[float], object]] = (),
) -> str:
    """Train on the digits, in the same order whatever the network; gives the result in words."""
    data = nn.DataLoader(digits.train_images, digits.train_labels, batch_size=100, rng=np.random.default_rng(1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", nn.TrainingWarning)  # fit sees at once what the pictures are to show
        nn.fit(model, data, optimizer, epochs=epochs, step_callbacks=step_callbacks, progress=False)
    right = nn.evaluate(model, nn.DataLoader(digits.test_images, digits.test_labels, batch_size=1000))["accuracy"]
    return f"{right:.0%} of the test digits right"


def deep(activation: type[nn.Module], initializer: nn.initializers.Initializer | None = None) -> nn.MLP:
    """A network for the digits with eight hidden layers of 64 neurons, always of the same seed."""
    rng = np.random.default_rng(0)
    return nn.MLP(784, [64] * 8, 10, activation=activation, initializer=initializer, rng=rng)


def compare(models: dict[str, nn.MLP], digits: nn.mnist.Digits) -> Figure:
    """The gradient norms of an epoch on the digits, the models side by side on one scale."""
    figure = Figure(figsize=(9.5, 3.8), layout="constrained")
    sheets = figure.subplots(1, len(models), sharey=True)
    for axes, (name, model) in zip(sheets, models.items(), strict=True):
        norms = nn.GradientNorms(model)
        result = learn_digits(model, digits, nn.SGD(model.parameters(), 0.05), epochs=1, step_callbacks=[norms])
        norms.draw(axes, ending="weight")
        axes.set(title=f"{name}: {result}", xlabel="step")
        axes.label_outer()
    figure.legend(*sheets[0].get_legend_handles_labels(), loc="outside right center", frameon=False)
    return figure


def learn_filters(digits: nn.mnist.Digits) -> tuple[Figure, Figure]:
    """What 24 neurons look for in a digit, before and after five epochs."""
    model = nn.MLP(784, [24], 10, rng=np.random.default_rng(0))
    before = filters(model, "before the first step")
    result = learn_digits(model, digits, nn.Adam(model.parameters(), 2e-3, weight_decay=1e-4), epochs=5)
    return before, filters(model, f"after 5 epochs: {result}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("output/seen"), help="folder for the pictures")
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)

    def save(name: str, picture: Figure | nn.Film, seen: str) -> None:
        if isinstance(picture, nn.Film):
            picture.save(folder / name)
        else:
            picture.savefig(folder / name, dpi=72)
        print(f"{folder / name}\n    {seen}")

    film, around = learn_moons(np.random.default_rng(14))
    save("moons.gif", film, "The black line, where the network cannot decide, bends until it runs between the moons.")
    save("landscape.png", around, "The network came to rest near the bottom of a valley: the loss rises on all sides.")
    digits = nn.mnist.load_embedded()
    save(
        "activations.png",
        compare({"sigmoid": deep(nn.Sigmoid), "ReLU": deep(nn.ReLU)}, digits),
        "Sigmoid: each layer back leaves about a quarter of the gradient, and nothing is learned. ReLU: all of it.",
    )
    save(
        "initializations.png",
        compare({"normal, 0.01": deep(nn.ReLU, nn.normal(0.01)), "He": deep(nn.ReLU)}, digits),
        "First weights too small: no signal comes through, and no gradient comes back. He's size keeps both alive.",
    )
    before, after = learn_filters(digits)
    save("filters-before.png", before, "Noise: each neuron's first weights, a picture of 28 x 28 for each.")
    save("filters-after.png", after, "Strokes: blue where ink excites the neuron, red where it holds it back.")


if __name__ == "__main__":
    main()
