"""Loads MNIST, always checked: the subset in this package, the full set, or its relatives Fashion-MNIST and KMNIST."""

import hashlib
import os
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .data.errors import DataFileError, check_path
from .idx import Bytes, decode, find_files, unpack

__all__ = [
    "EMBEDDED",
    "MIRRORS",
    "ORIGINAL",
    "RELATIVES",
    "DataFileError",
    "Digits",
    "Relative",
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


class Relative(NamedTuple):
    """A set of the shape and the file names of MNIST.

    name, classes: what it is called, and what its labels 0 to 9 stand for. folder: where torchvision keeps it.
    mirrors: where it is published. md5: for each file the checksum of the `.gz` there; of the contents none is known.
    """

    name: str
    classes: tuple[str, ...]
    folder: str
    mirrors: tuple[str, ...]
    md5: Mapping[str, str]


COUNTS = (60_000, 10_000)  # pictures to learn from and to be tested on, of every relative
RELATIVES: Mapping[str, Relative] = {
    "fashion": Relative(
        "Fashion-MNIST",
        ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        "FashionMNIST/raw",
        ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
        {
            "train-images-idx3-ubyte": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "train-labels-idx1-ubyte": "25c81989df183df01b3e8a0aad5dffbe",
            "t10k-images-idx3-ubyte": "bef4ecab320f06d8554ea6380940ec79",
            "t10k-labels-idx1-ubyte": "bb300cfdad3c16e7a12a480ee83cd310",
        },
    ),
    "kmnist": Relative(
        "KMNIST",
        ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        "KMNIST/raw",
        ("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
        {
            "train-images-idx3-ubyte": "bdb82020997e1d708af4cf47b453dcf7",
            "train-labels-idx1-ubyte": "e144d726b3acfaa3e44228e80efcd344",
            "t10k-images-idx3-ubyte": "5c965bf0a639b31b8f53240b1b52f4d7",
            "t10k-labels-idx1-ubyte": "7320c461ea6c1c855c0b718fb2a4b134",
        },
    ),
}


class Digits(NamedTuple):
    """Pictures to learn from and to be tested on: handwritten digits, or what a relative has in their place.

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


def load(folder: str | os.PathLike[str] | None = None, *, of: str = "mnist") -> Digits:
    """Load the full MNIST, 60,000 training and 10,000 test digits, or a relative of the same size and shape.

    of: "mnist", "fashion" (Fashion-MNIST, Xiao et al. 2017: clothes) or "kmnist" (KMNIST, Clanuwat et al. 2018:
    Japanese letters); `RELATIVES[of].classes` names what its labels stand for.

    The four original files, plain or gzipped, under their own names or as "train-images.idx3-ubyte", in any case, are
    taken from `folder` or torchvision's "MNIST/raw" within it (FashionMNIST/raw, KMNIST/raw); without one, from the
    folder that the environment variable AUTOGRAD_MINI_MNIST names (…_FASHION, …_KMNIST); without that, from an
    earlier download or a new one, which is kept in the user's cache. A mirror that is silent for PATIENCE seconds is
    given up.

    The contents of MNIST's files are compared with its own checksums. Of the relatives only checksums of the published
    `.gz` files are known: another file of theirs, unpacked say, is checked for its form alone, and a warning says so.

    Raises `DataFileError` if a file is missing (and says what lies there), damaged or not that set's, or no mirror gave
    a good one, and `ImportError` if a download is needed and pooch (`pip install autograd_mini[data]`) is not there.
    Another data set in the same format can be read with `nn.idx.read_idx`.

    >>> load("no/such/folder")
    Traceback (most recent call last):
    nn.data.errors.DataFileError: no/such/folder: found no such folder; expected the four files of MNIST
    """
    if of not in ("mnist", *RELATIVES):
        raise ValueError(f"nn.mnist.load knows {', '.join(['mnist', *RELATIVES])}; got of={of!r}")
    if folder is not None:
        check_path("nn.mnist.load", folder)
    folder = Path(folder or os.environ.get(f"AUTOGRAD_MINI_{of.upper()}") or _download(of))
    return _digits(read_files(folder, ORIGINAL) if of == "mnist" else _read_relative(folder, RELATIVES[of]))


def read_files(folder: Traversable, checksums: Mapping[str, str]) -> tuple[Bytes, Bytes, Bytes, Bytes]:
    """Read four IDX files as they are: training images, their labels, test images, their labels, all uint8.

    `checksums` gives, in that order, each file's name without `.gz` and the SHA-256 of its unpacked contents.
    Images have shape (n, 28, 28), labels (n,). Raises `DataFileError` at anything else.

    >>> images, labels, _, _ = read_files(files("nn") / "digits", EMBEDDED)
    >>> images.shape, labels.shape, images.dtype
    ((10000, 28, 28), (10000,), dtype('uint8'))
    """
    way_out = "the four files of MNIST" + (" in one folder, or use load_embedded()" if folder.is_dir() else "")
    paths = find_files(folder, checksums, inside=("raw", "MNIST/raw"), way_out=way_out)
    contents = [_contents(path)[0] for path in paths]
    arrays = _arrays(paths, contents)
    for path, content, expected in zip(paths, contents, checksums.values(), strict=True):
        found = hashlib.sha256(content).hexdigest()
        if found != expected:
            raise DataFileError(
                path,
                f"contents of SHA-256 {found}",
                f"MNIST's own, {expected}; those of Fashion-MNIST or KMNIST are loaded by load(folder, of=…)",
            )
    return arrays


def _read_relative(folder: Path, relative: Relative) -> tuple[Bytes, Bytes, Bytes, Bytes]:
    """The same of a relative, of which less is known: by checksums of the packed files, else by its form."""
    inside, way_out = ("raw", relative.folder), f"the four files of {relative.name}"
    paths = find_files(folder, relative.md5, inside=inside, packed=True, way_out=way_out)
    contents, sums = zip(*map(_contents, paths), strict=True)
    arrays = _arrays(paths, contents)
    for path, array, count in zip(paths, arrays, np.repeat(COUNTS, 2), strict=True):
        if len(array) != count:
            raise DataFileError(path, f"an array of shape {array.shape}", f"{count} of {relative.name}")
    for path, content in zip(paths, contents, strict=True):
        if hashlib.sha256(content).hexdigest() in ORIGINAL.values():
            raise DataFileError(path, "MNIST's own", f'a file of {relative.name}, or load it by of="mnist"')
    unknown = [path.name for path, found in zip(paths, sums, strict=True) if found not in relative.md5.values()]
    if unknown:
        warnings.warn(
            f"{', '.join(unknown)} in {folder}: of the form of {relative.name}'s, but whether the contents are its own "
            "is unchecked: a checksum is known of the .gz files alone that it publishes",
            stacklevel=3,
        )
    return arrays


def _contents(path: Traversable) -> tuple[bytes, str]:
    """What is in the file, unpacked, and the MD5 of the file as it is."""
    with path.open("rb") as file:
        stored = file.read(MOST + 1)  # a byte too many tells a file that is too long
    return unpack(stored, path, MOST), hashlib.md5(stored, usedforsecurity=False).hexdigest()


def _arrays(paths: Sequence[Traversable], contents: Sequence[bytes]) -> tuple[Bytes, Bytes, Bytes, Bytes]:
    # What is wrong inside a file says more than a checksum, so that comes last.
    train_images, train_labels, test_images, test_labels = map(decode, contents, paths)
    _check_pair(paths[0], train_images, paths[1], train_labels)
    _check_pair(paths[2], test_images, paths[3], test_labels)
    return train_images, train_labels, test_images, test_labels


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


def _download(of: str) -> Path:
    """Bring the four files into the user's cache, unless they are there already, and name their folder."""
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            "downloading MNIST needs pooch: pip install autograd_mini[data]; or name a folder that holds the "
            f"four files (load(folder) or AUTOGRAD_MINI_{of.upper()}), or use load_embedded()"
        ) from error
    cache = Path(pooch.os_cache("autograd_mini"))
    if of == "mnist":
        for name, checksum in ORIGINAL.items():
            _fetch(name, f"sha256:{checksum}", cache, MIRRORS, _unpacking)
        return cache
    for name, checksum in RELATIVES[of].md5.items():  # of the packed files, so these are what is kept
        _fetch(f"{name}.gz", f"md5:{checksum}", cache / of, RELATIVES[of].mirrors, _as_it_is)
    return cache / of


def _as_it_is(url: str, path: str, _: object) -> None:
    import pooch

    answer = BytesIO()
    # Unless it is read at once, the answer of a mirror that has no such file leaves a socket open.
    pooch.HTTPDownloader(stream=False, timeout=PATIENCE)(url, answer, None)
    Path(path).write_bytes(answer.getvalue())


def _unpacking(url: str, path: str, _: object) -> None:
    _as_it_is(url, path, None)
    Path(path).write_bytes(unpack(Path(path).read_bytes(), url, MOST))


def _fetch(name: str, checksum: str, cache: Path, mirrors: tuple[str, ...], downloader: Callable[..., None]) -> None:
    """Make sure that the cache holds this file, of this checksum, from the first good mirror."""
    import pooch

    failures: list[Exception] = []
    said: list[str] = []
    for mirror in mirrors:
        start = time.monotonic()
        try:
            # A file already there is taken if its checksum is right. A new one is written under a passing
            # name and renamed only once its checksum is right: a download cut short leaves nothing to trust.
            pooch.retrieve(f"{mirror}{name.removesuffix('.gz')}.gz", checksum, name, cache, downloader=downloader)
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
