"""Trains on handwritten digits in several processes: mpiexec -n 2 python examples/mnist_mpi.py.

Each process takes its rows of every batch, so that any number of them learns what one alone does, to rounding.
"""

import argparse

import numpy as np

import nn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all of MNIST (downloads), not the embedded part")
    parser.add_argument("--epochs", type=int, default=5)
    options = parser.parse_args()

    comm = nn.parallel.world()
    digits = nn.mnist.load() if options.full else nn.mnist.load_embedded()
    rng = np.random.default_rng(0)  # the same seed in every process: the same network, the same order of the digits
    model = nn.MLP(784, [256], 10, rng=rng)
    nn.parallel.broadcast(model)
    training = nn.DataLoader(digits.train_images, digits.train_labels, batch_size=100, rng=rng)
    testing = nn.DataLoader(digits.test_images, digits.test_labels, batch_size=1000)
    optimizer = nn.Adam(model.parameters(), 2e-3)
    step = nn.compile_step(model, nn.cross_entropy, optimizer)

    for epoch in range(1, options.epochs + 1):
        for images, labels in training:
            images, labels = images[comm.rank :: comm.size], labels[comm.rank :: comm.size]
            step.differentiate(images, labels)
            nn.parallel.average(model, weight=len(labels))
            optimizer.step()
        if comm.rank == 0:
            read = nn.evaluate(model, testing)
            print(
                f"epoch {epoch}/{options.epochs}  test loss {read['loss']:.4f}  accuracy {read['accuracy']:.2%}",
                flush=True,
            )


if __name__ == "__main__":
    main()
