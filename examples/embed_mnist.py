"""Cuts the digits embedded in `nn` out of the full MNIST: python examples/embed_mnist.py FOLDER."""

import hashlib
import sys
from pathlib import Path

import nn
from nn import mnist
from nn.idx import encode, write_idx


def main(folder: Path, destination: Path) -> None:
    """Write every 6th training and every 5th test digit, and print the checksums for `nn.mnist.EMBEDDED`."""
    originals = mnist.read_files(folder, mnist.ORIGINAL)
    for name, original, step in zip(mnist.ORIGINAL, originals, (6, 6, 5, 5), strict=True):
        chosen = original[::step]
        write_idx(destination / f"{name}.gz", chosen)
        print(f'    "{name}": "{hashlib.sha256(encode(chosen)).hexdigest()}",')


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(nn.__path__[0]) / "digits")
