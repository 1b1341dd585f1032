"""Loads the handwritten digits of MNIST, always checked: the subset in this package, or the full set."""

import hashlib
import os
import time
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .idx import Bytes, DataFileError, decode, unpack

__all__ = [
    "EMBEDDED",
    "MIRRORS",
    "ORIGINAL",
    "DataFileError",
    "Digits",
    "load",
    "load_embedded",
    "read_files",
]

# Checksums are of the unpacked contents, so that they hold for plain and gzipped files, whoever packed them.
ORIGINAL: Mapping[str, str] = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
EMBEDDED: Mapping[str, str] = {
    "train-images-idx3-ubyte": "438ba099335a695db401b4cc1a9ebb5e26f3f6800536cda63de250fa022053bd",
    "train-labels-idx1-ubyte": "cdc933926617e78fa735e9296757e93f869734837ddb53260df98126675ca7c4",
    "t10k-images-idx3-ubyte": "544b11e980491b35ea0a29d267be603798a522d267bd875eefdf185f2a90b4ed",
    "t10k-labels-idx1-ubyte": "00c8ee896b56b1f141feedeefecd0ec606a7715b411eb44be7e1b1decd17e3fd",
}
MOST = 16 + 60_000 * 28 * 28  # bytes of the largest of the files, unpacked
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
PATIENCE = 30.0  # seconds without an answer, or a further byte of it, after which a mirror is given up


class Digits(NamedTuple):
    """Handwritten digits to learn from and to be tested on.

    Images are float32 of shape (n, 784), 28 rows of 28 pixels, from 0 (paper) to 1 (ink); labels are int64 of
    shape (n,), from 0 to 9.
    """

    train_images: npt.NDArray[np.float32]
    train_labels: npt.NDArray[np.int64]
    test_images: npt.NDArray[np.float32]
    test_labels: npt.NDArray[np.int64]


def load_embedded() -> Digits:
    """Load the 10,000 training and 2,000 test digits that come with this package.

    They are every sixth and every fifth digit of the full set. Raises `DataFileError` if the installed files
    are damaged.

    >>> digits = load_embedded()
    >>> digits.train_images.shape, digits.test_images.shape
    ((10000, 784), (2000, 784))
    >>> digits.test_labels[:5]
    array([7, 1, 0, 5, 9])
    """
    return _digits(read_files(files("nn") / "digits", EMBEDDED))


def load(folder: str | os.PathLike[str] | None = None) -> Digits:
    """Load the full MNIST: 60,000 training and 10,000 test digits.

    The four original files, plain or gzipped, are taken from `folder`; without one, from the folder that the
    environment variable AUTOGRAD_MINI_MNIST names; without that, from an earlier download or a new one,
    which is kept in the user's cache. A mirror that is silent for PATIENCE seconds is given up.

    Raises `DataFileError` if a file is missing, damaged or not MNIST's, or no mirror gave a good one, and
    `ImportError` if a download is needed and pooch (`pip install autograd_mini[data]`) is not there. Another
    data set in the same format can be read with `nn.idx.read_idx`.

    >>> load("no/such/folder")
    Traceback (most recent call last):
    nn.idx.DataFileError: no/such/folder: found no such folder; expected the four files of MNIST
    """
    if folder is None:
        folder = os.environ.get("AUTOGRAD_MINI_MNIST") or _download()
    return _digits(read_files(Path(folder), ORIGINAL))


def read_files(folder: Traversable, checksums: Mapping[str, str]) -> tuple[Bytes, Bytes, Bytes, Bytes]:
    """Read four IDX files as they are: training images, their labels, test images, their labels, all uint8.

    `checksums` gives, in that order, each file's name without `.gz` and the SHA-256 of its unpacked contents.
    Images have shape (n, 28, 28), labels (n,). Raises `DataFileError` at anything else.

    >>> images, labels, _, _ = read_files(files("nn") / "digits", EMBEDDED)
    >>> images.shape, labels.shape, images.dtype
    ((10000, 28, 28), (10000,), dtype('uint8'))
    """
    if not folder.is_dir():
        raise DataFileError(folder, "no such folder", "the four files of MNIST")
    paths = [_find(folder, name) for name in checksums]
    contents = [_contents(path) for path in paths]
    # What is wrong inside a file says more than a checksum, so that comes last.
    train_images, train_labels, test_images, test_labels = map(decode, contents, paths)
    _check_pair(paths[0], train_images, paths[1], train_labels)
    _check_pair(paths[2], test_images, paths[3], test_labels)
    for path, content, expected in zip(paths, contents, checksums.values(), strict=True):
        found = hashlib.sha256(content).hexdigest()
        if found != expected:
            raise DataFileError(path, f"contents of SHA-256 {found}", f"MNIST's own, {expected}")
    return train_images, train_labels, test_images, test_labels


def _contents(path: Traversable) -> bytes:
    with path.open("rb") as file:
        return unpack(file.read(MOST + 1), path, MOST)  # a byte too many tells a file that is too long


def _find(folder: Traversable, name: str) -> Traversable:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise DataFileError(
        folder / name, "no such file, plain or .gz", "the four files of MNIST in one folder, or use load_embedded()"
    )


def _check_pair(images_path: Traversable, images: Bytes, labels_path: Traversable, labels: Bytes) -> None:
    if images.shape[1:] != (28, 28):
        raise DataFileError(images_path, f"an array of shape {images.shape}", "images: (n, 28, 28)")
    if labels.shape != images.shape[:1]:
        raise DataFileError(
            labels_path,
            f"an array of shape {labels.shape}",
            f"{images.shape[:1]}, a label for each image in {images_path.name}",
        )
    if (labels > 9).any():
        first = int((labels > 9).argmax())
        raise DataFileError(labels_path, f"the label {labels[first]} at index {first}", "labels from 0 to 9")


def _digits(arrays: tuple[Bytes, Bytes, Bytes, Bytes]) -> Digits:
    train_images, train_labels, test_images, test_labels = arrays
    return Digits(
        _pixels(train_images),
        train_labels.astype(np.int64),
        _pixels(test_images),
        test_labels.astype(np.int64),
    )


def _pixels(images: Bytes) -> npt.NDArray[np.float32]:
    return np.divide(images.reshape(len(images), 784), np.float32(255))


def _download() -> Path:
    """Bring the four files into the user's cache, unless they are there already, and name their folder."""
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            "downloading MNIST needs pooch: pip install autograd_mini[data]; or name a folder that holds the "
            "four files (load(folder) or AUTOGRAD_MINI_MNIST), or use load_embedded()"
        ) from error
    cache = Path(pooch.os_cache("autograd_mini"))
    for name, checksum in ORIGINAL.items():
        _fetch(name, checksum, cache)
    return cache


def _fetch(name: str, checksum: str, cache: Path) -> None:
    """Make sure that the cache holds this file, unpacked and of this checksum, from the first good mirror."""
    import pooch

    def unpacking(url: str, path: str, _: object) -> None:
        packed = BytesIO()
        # Unless it is read at once, the answer of a mirror that has no such file leaves a socket open.
        pooch.HTTPDownloader(stream=False, timeout=PATIENCE)(url, packed, None)
        Path(path).write_bytes(unpack(packed.getvalue(), url, MOST))

    failures: list[Exception] = []
    said: list[str] = []
    for mirror in MIRRORS:
        start = time.monotonic()
        try:
            # A file already there is taken if its checksum is right. A new one is written under a passing
            # name and renamed only once its checksum is right: a download cut short leaves nothing to trust.
            pooch.retrieve(f"{mirror}{name}.gz", f"sha256:{checksum}", name, cache, downloader=unpacking)
            return
        except (OSError, ValueError) as error:  # not to be had; not the right contents
            pooch.get_logger().warning("%s gave no good %s: %s", mirror, name, error)
            failures.append(error)
            said.append(f"{mirror} given up after {time.monotonic() - start:.1f} s ({error})")
    raise DataFileError(
        cache / name,
        "no good copy, here or on any mirror: " + "; ".join(said),
        "one mirror to have it. Without a network, name a folder that holds the four files (load(folder) or "
        "AUTOGRAD_MINI_MNIST), or use load_embedded()",
    ) from ExceptionGroup("every mirror failed", failures)
