"""A folder of pictures as a data set: a folder within it for each class."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograd_mini import KindError

from .datasets import ArrayDataset, Arrays
from .errors import DataFileError, check_path

EIGHT_BIT = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr")
NO_PICTURES = ("thumbs.db", "desktop.ini")  # what Windows leaves in folders; names that begin with a dot are others'


class Pictures(ArrayDataset):
    """Pictures and the class of each: kept as bytes, given as float32 from 0 to 1; see `image_folder`.

    bytes: uint8 of shape (n, channels, height, width), decoded once; what a network takes of all is
    `batch(slice(None))`. labels: int64 of shape (n,). classes: the names of the classes, in the order of their labels.
    files: where each picture came from.
    """

    def __init__(self, images: Any, labels: Any, classes: Sequence[str], files: Sequence[Path]) -> None:
        super().__init__(images, labels)
        self.bytes, self.labels = self.arrays
        self.classes, self.files = tuple(classes), tuple(files)

    def __getitem__(self, i: int) -> tuple[Any, ...]:
        return _scaled(self.bytes[i]), self.labels[i]

    def batch(self, rows: Any) -> Arrays:
        """The pictures of these numbers as float32, and their labels."""
        return _scaled(self.bytes[rows]), self.labels[rows].copy()


def _scaled(images: Any) -> Any:
    return np.divide(images, np.float32(255))


def image_folder(
    folder: str | os.PathLike[str],
    *,
    size: tuple[int, int] | None = None,
    mode: str | None = None,
    classes: Sequence[str] | None = None,
) -> Pictures:
    """Read a folder that has a folder for each class, with the pictures of that class in it.

    An example is (picture, label): a float32 array of shape (channels, height, width) from 0 to 1, as a `Conv2d` takes
    it (before a `Linear` put `Flatten()`), and the number of its class. The names of the folders are sorted, by
    number where all are numbers. All pictures are decoded here, once, and kept in memory as bytes, one a pixel and
    channel: epochs cost no reading, and what cannot be read is said before the first.

    size: (height, width) to which each is resized; without it all must be of one. mode: "L", grey, or "RGB", to which
    each is converted (what is transparent becomes opaque); without it all must be the one or all the other. classes:
    the names, for a test set that lacks some of them: `image_folder("testing", classes=training.classes)`. Files
    beside the class folders, and hidden ones, are passed over.

    DataFileError, which names the file, for a folder without pictures, for what Pillow cannot read, and for pictures
    of several sizes or modes; ImportError without Pillow, the extra `images`.

    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("cat", "dog"):
    ...         os.mkdir(f"{folder}/{name}")
    ...         Image.new("L", (5, 4), 51).save(f"{folder}/{name}/first.png")
    ...     pictures = image_folder(folder)
    >>> pictures.classes, pictures.bytes.shape, pictures[1][0].max(), pictures[1][1]
    (('cat', 'dog'), (2, 1, 4, 5), np.float32(0.2), np.int64(1))
    """
    try:
        import PIL  # noqa: F401
    except ImportError as error:
        raise ImportError('pictures are read by Pillow: pip install "autograd_mini[images]"') from error
    if mode not in (None, "L", "RGB"):
        raise ValueError(f'mode is "L", grey, or "RGB"; got {mode!r}')
    check_path("image_folder", folder)
    if size is not None and not (
        isinstance(size, Sequence) and len(size) == 2 and all(type(side) is int and side > 0 for side in size)
    ):
        raise ValueError(f"size is (height, width), two whole numbers; got {size!r}")
    if classes is not None and (isinstance(classes, str) or not isinstance(classes, Iterable)):
        raise KindError(f"classes are names in a list, as those of other Pictures; got {classes!r}")
    root = Path(folder)
    names = list(classes) if classes is not None else _class_names(root)
    files: list[Path] = []
    labels: list[int] = []
    for label, name in enumerate(names):
        found = list(_files_of(root / name)) if classes is None or (root / name).is_dir() else []
        files += found
        labels += [label] * len(found)
    if classes is not None and (others := sorted(set(_class_names(root)) - set(names))):
        raise DataFileError(root, f"the folders {', '.join(others)}", f"those of the classes {', '.join(names)}")
    if not files:
        raise DataFileError(root, "no pictures", f"some of the classes {', '.join(names)}")
    first = _pixels(files[0], size, mode)
    images = np.empty((len(files), *first.shape), np.uint8)
    for i, file in enumerate(files):
        pixels = _pixels(file, size, mode)
        if pixels.shape != first.shape:
            raise DataFileError(
                file,
                _described(pixels),
                f"{_described(first)}, as {files[0]}: size=(height, width) makes them of one size, "
                'mode="L" or "RGB" of one kind',
            )
        images[i] = pixels
    return Pictures(images.transpose(0, 3, 1, 2).copy(), np.array(labels, np.int64), names, files)


def _class_names(root: Path) -> list[str]:
    if not root.is_dir():
        raise DataFileError(root, "no such folder", "a folder that has a folder of pictures for each class")
    names = [path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")]
    if not names:
        raise DataFileError(root, f"no folders in it, but {_listed(root)}", "a folder of pictures for each class")
    return sorted(names, key=int if all(name.isdecimal() for name in names) else str)


def _files_of(folder: Path) -> Iterator[Path]:
    found = False
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.lower() in NO_PICTURES:
            continue
        if path.is_dir():
            raise DataFileError(
                path, "a folder in the folder of a class", f"pictures there; is {folder} the one that has the classes?"
            )
        found = True
        yield path
    if not found:
        raise DataFileError(folder, "no pictures", "those of a class: remove the folder, or name it in classes=")


def _listed(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir())
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "") or "nothing"


def _pixels(file: Path, size: tuple[int, int] | None, mode: str | None) -> Any:
    """The picture as uint8 (height, width, channels), upright as its camera says."""
    from PIL import Image, ImageOps

    try:
        with Image.open(file) as opened:
            opened.load()
            picture = ImageOps.exif_transpose(opened)
    except Exception as error:  # Pillow raises of many kinds
        raise DataFileError(file, f"what is no picture, or a damaged one ({error})", "a whole picture") from error
    if picture.mode not in EIGHT_BIT:
        raise DataFileError(file, f'a picture of mode "{picture.mode}"', "8 bits a pixel and channel: convert it")
    if mode is None and picture.mode not in ("L", "RGB"):
        raise DataFileError(file, f'a picture of mode "{picture.mode}"', 'mode="L" or mode="RGB" to convert it to')
    if mode is not None and picture.mode != mode:
        picture = picture.convert(mode)
    if size is not None and picture.size != size[::-1]:
        picture = picture.resize(size[::-1], Image.Resampling.BILINEAR)
    pixels = np.asarray(picture)
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


def _described(pixels: Any) -> str:
    height, width, channels = pixels.shape
    return f"a picture {height} high and {width} wide, {'grey' if channels == 1 else 'RGB'}"
