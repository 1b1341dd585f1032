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
    spread = f"{finite.min():.4g} … {finite.max():.4g}" if finite.size else "no finite number"
    head = f"<div>{escape(name)} <small>{escape(about)}, {spread}</small></div>"
    if not array.size:
        return head
    largest = float(np.abs(finite).max(initial=0.0)) or 1.0
    sheets = array.reshape(-1, *array.shape[-2:]) if array.ndim > 1 else array.reshape(1, 1, -1)
    maps = "".join(
        _write_sheet(sheet, largest, WIDEST if len(sheets) == 1 else NARROW) for sheet in sheets[:MOST_SHEETS]
    )
    more = f"<div><small>and {len(sheets) - MOST_SHEETS:,} more</small></div>" if len(sheets) > MOST_SHEETS else ""
    return f'<div style="display:inline-block;vertical-align:top;margin:2px 12px 2px 0">{head}{maps}{more}</div>'


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
    share = np.clip(np.nan_to_num(np.asarray(numbers, np.float64), nan=0.0) / largest, -1.0, 1.0)[..., None]
    end = np.where(share < 0, np.array(LOW), np.array(HIGH))
    mixed = np.array(MIDDLE) + np.abs(share) * (end - np.array(MIDDLE))
    return np.where(np.isnan(numbers)[..., None], np.array(NAN), np.rint(mixed)).astype(np.uint8)


def _write_sheet(sheet: Any, largest: float, widest: int) -> str:
    rows, columns = sheet.shape
    colours = find_colours(sheet, largest)
    side = max(1, min(24, widest // max(rows, columns)))
    if sheet.size > MOST_CELLS:
        step = max(1, -(-max(rows, columns) // MOST_SIDE))
        image = b64encode(_write_png(colours[::step, ::step])).decode()
        size = f"width:{max(1, widest * columns // max(rows, columns))}px;image-rendering:pixelated;margin:2px"
        note = f" (every {step}th number)" if step > 1 else ""
        return f'<img alt="heat map of {rows} × {columns}{note}" style="{size}" src="data:image/png;base64,{image}">'
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
