"""Numbers as notebooks show them: arrays as heat maps in html, blue below 0 and orange above."""

import struct
import zlib
from base64 import b64encode
from html import escape
from typing import Any

import numpy as np

LOW, MIDDLE, HIGH, NAN = (0, 92, 153), (247, 247, 247), (200, 84, 0), (150, 150, 150)  # told apart by colour-blind eyes
MOST_CELLS = 1_024  # each with its number on hover; a larger map is one image
MOST_SIDE, MOST_SHEETS = 1_000, 8
LEAST_SIDE = 8  # pixels of an image; smaller ones are kernels
WIDEST, NARROW = 360, 140  # pixels of a map: of one alone, of one among several


def write_heat_map(data: Any, name: str = "") -> str:
    """An array's heat map with what it is and its range in words; of more than two axes a map for each sheet.

    data: an array of any shape. name: what stands above. The colours are of the largest magnitude; nan is grey.

    >>> "-2 … 1" in write_heat_map(np.array([[1.0, -2.0]]), "W")
    True
    """
    array = np.asarray(data)
    about = f"{array.dtype} {array.shape}" if array.ndim else str(array.dtype)
    finite = array[np.isfinite(array)]
    spread = f"{_write(finite.min())} … {_write(finite.max())}" if finite.size else "no finite number"
    head = f"<div>{escape(name)} <small>{escape(about)}, {spread}</small></div>"
    if not array.size:
        return head
    sheets = find_sheets(array)
    count = count_sheets(array)
    maps = "".join(_write_sheet(sheet, colours, WIDEST if count == 1 else NARROW) for sheet, colours in sheets)
    more = f"<div><small>and {count - MOST_SHEETS:,} more</small></div>" if count > MOST_SHEETS else ""
    return f'<div style="display:inline-block;vertical-align:top;margin:2px 12px 2px 0">{head}{maps}{more}</div>'


def is_image(array: Any) -> bool:
    """Whether an array is one image or several: grey or red, green and blue, then rows and columns, from 0 to 1 or 255.

    >>> is_image(np.full((3, 28, 28), 0.5)), is_image(np.full((3, 28, 28), -0.5)), is_image(np.full((28, 28), 0.5))
    (True, False, False)
    """
    if (
        array.ndim not in (3, 4)
        or array.shape[-3] not in (1, 3)
        or min(array.shape[-2:]) < LEAST_SIDE
        or not array.size
    ):
        return False
    return bool(array.min() >= 0 and array.max() <= 255)


def count_sheets(array: Any) -> int:
    """How many sheets an array has: one for each place in all axes but the last two, or for each image.

    >>> count_sheets(np.ones((2, 3, 4))), count_sheets(np.ones(5)), count_sheets(np.ones((7, 3, 28, 28)))
    (2, 1, 7)
    """
    own = 3 if is_image(array) else 2
    return int(np.prod(array.shape[:-own], dtype=int)) if array.ndim > own else 1


def find_sheets(array: Any) -> list[tuple[Any, Any]]:
    """The first sheets of an array that is not empty: its numbers, rows and columns, and their colours as bytes.

    An image has the colours of its channels, and of three of these the mean as numbers; all else has the colours of a
    heat map, full at the largest magnitude of the whole array. Of a sheet that is too long only every so-many-th
    row and column has colours.

    >>> [(sheet.shape, colours.shape) for sheet, colours in find_sheets(np.ones((1, 3, 8, 9)))]
    [((8, 9), (8, 9, 3))]
    """
    if is_image(array):
        images = np.moveaxis(array.reshape(-1, *array.shape[-3:])[:MOST_SHEETS], 1, -1).astype(np.float64)
        shades = np.rint(images * (255 if array.max() <= 1 else 1)).astype(np.uint8)
        return [
            (image.mean(-1), _thin(np.broadcast_to(own, (*own.shape[:2], 3))))
            for image, own in zip(images, shades, strict=True)
        ]
    largest = float(np.abs(array[np.isfinite(array)]).max(initial=0.0)) or 1.0
    sheets = array.reshape(-1, *array.shape[-2:]) if array.ndim > 1 else array.reshape(1, 1, -1)
    return [(sheet, find_colours(_thin(sheet), largest)) for sheet in sheets[:MOST_SHEETS]]


def write_png(colours: Any) -> str:
    """Rows of red, green and blue, as bytes, as the text of a png (ISO/IEC 15948) in base 64.

    >>> write_png(np.zeros((1, 1, 3), np.uint8))[:11]
    'iVBORw0KGgo'
    """
    return b64encode(_write_png(colours)).decode()


def write_value(value: Any) -> str:
    """A number with its gradient and where it came from.

    >>> from autograd_mini import Value
    >>> "gradient –" in write_value(Value(2.0, label="w"))
    True
    """
    name = f"<b>{escape(value.label)}</b>" if value.label else "Value"
    about = [name, f"data {value._raw}", f"gradient {'–' if value._grad is None else value._grad}"]
    return " · ".join([*about, *([] if value.rule is None else [f"<small>{escape(value.name)}</small>"])])


def write_tensor(tensor: Any) -> str:
    """The data and, where there is one, the gradient of a Tensor.

    >>> from autograd_mini import Tensor
    >>> write_tensor(Tensor([1.0, -1.0])).count("<svg")
    1
    """
    name = tensor.label or ("Tensor" if tensor.rule is None else tensor.name)
    parts = [write_heat_map(tensor._raw, name)]
    return "".join(parts + ([] if tensor._grad is None else [write_heat_map(tensor._grad, "its gradient")]))


def find_colours(numbers: Any, largest: float) -> Any:
    """Red, green and blue for each number, as bytes: white at 0, full at the largest magnitude.

    >>> find_colours(np.array([-1.0, 0.0, 1.0]), 1.0).tolist()
    [[0, 92, 153], [247, 247, 247], [200, 84, 0]]
    """
    near = np.nan_to_num(np.clip(np.asarray(numbers, np.float64), -largest, largest), nan=0.0)
    share = (near / largest)[..., None]
    end = np.where(share < 0, np.array(LOW), np.array(HIGH))
    mixed = np.array(MIDDLE) + np.abs(share) * (end - np.array(MIDDLE))
    return np.where(np.isnan(numbers)[..., None], np.array(NAN), np.rint(mixed)).astype(np.uint8)


def _write(x: Any) -> str:
    """A number in all its digits: fewer might say that it is whole, or the same as another."""
    return str(x + 0).removesuffix(".0")  # which makes -0.0 a plain 0


def _find_step(sheet: Any) -> int:
    side: int = max(sheet.shape[:2])
    return max(1, -(-side // MOST_SIDE))


def _thin(sheet: Any) -> Any:
    """What of a sheet is shown."""
    step = _find_step(sheet)
    return sheet[::step, ::step]


def _write_sheet(sheet: Any, colours: Any, widest: int) -> str:
    rows, columns = sheet.shape
    side = max(1, min(24, widest // max(rows, columns)))
    if sheet.size > MOST_CELLS:
        step = _find_step(sheet)
        size = f"width:{max(1, widest * columns // max(rows, columns))}px;image-rendering:pixelated;margin:2px"
        note = f" (every {step}th number)" if step > 1 else ""
        image = f"data:image/png;base64,{write_png(colours)}"
        return f'<img alt="heat map of {rows} × {columns}{note}" style="{size}" src="{image}">'
    cells = [
        f'<rect x="{j * side}" y="{i * side}" width="{side}" height="{side}" fill="#{bytes(colours[i, j]).hex()}">'
        f"<title>[{i}, {j}] {sheet[i, j]}</title></rect>"
        for i in range(rows)
        for j in range(columns)
    ]
    width, height = columns * side, rows * side
    return (
        f'<svg role="img" aria-label="heat map of {rows} × {columns}" width="{width}" height="{height}" '
        f'style="margin:2px">{"".join(cells)}</svg>'
    )


def _write_png(colours: Any) -> bytes:
    """Rows of red, green and blue as a png (ISO/IEC 15948)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    rows, columns, _ = colours.shape
    lines = b"".join(b"\0" + row.tobytes() for row in colours)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
