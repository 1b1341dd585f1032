"""What a notebook shows of numbers: heat maps whose colours and words are theirs, pictures of what has a plot."""

import re
import struct
import xml.etree.ElementTree as ElementTree
import zlib
from base64 import b64decode

import numpy as np
import pytest

import nn
from autograd_mini import Tensor, Value, tanh
from autograd_mini.heat_maps import HIGH, LOW, MIDDLE, NAN, find_colours, find_sheets, write_heat_map


def cells(html):
    """(place and number, colour) of each cell."""
    (svg,) = re.findall("<svg.*?</svg>", html)
    return [(rect[0].text, rect.get("fill")) for rect in ElementTree.fromstring(svg)]


def named(colour):
    return "#" + bytes(colour).hex()


def test_each_number_has_its_colour_and_its_digits():
    found = cells(write_heat_map(np.array([[1.0, -2.0], [0.0, np.nan]])))
    half = [round((m + h) / 2) for m, h in zip(MIDDLE, HIGH, strict=True)]
    assert [text for text, _ in found] == ["[0, 0] 1.0", "[0, 1] -2.0", "[1, 0] 0.0", "[1, 1] nan"]
    assert [colour for _, colour in found][1:] == [named(LOW), named(MIDDLE), named(NAN)]
    assert all(abs(int(found[0][1][k : k + 2], 16) - x) <= 1 for k, x in zip((1, 3, 5), half, strict=True))


def test_infinity_is_the_fullest_colour():
    found = find_colours(np.array([np.inf, -np.inf, 1e308, 0.0]), 1.0)
    assert found.tolist() == [list(HIGH), list(LOW), list(HIGH), list(MIDDLE)]
    assert find_colours(np.array([np.inf, -np.inf, 0.25]), 0.25).tolist() == [list(HIGH), list(LOW), list(HIGH)]


@pytest.mark.parametrize("shape", [(), (5,), (1,), (2, 3), (3, 2, 2), (2, 2, 2, 2)])
def test_every_number_is_on_a_map_whatever_the_shape(shape):
    numbers = np.arange(1.0, 1.0 + np.prod(shape, dtype=int)).reshape(shape)
    html = write_heat_map(numbers)
    assert [float(x) for x in re.findall(r"<title>\[\d+, \d+\] (\S+)</title>", html)] == numbers.ravel().tolist()


def test_a_large_map_is_one_image_of_the_right_colours():
    numbers = np.random.default_rng(0).normal(size=(40, 60))
    (data,) = re.findall(r'src="data:image/png;base64,([^"]+)"', write_heat_map(numbers))
    png = b64decode(data)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (60, 40)
    start = png.index(b"IDAT") + 4
    (length,) = struct.unpack(">I", png[start - 8 : start - 4])
    lines = np.frombuffer(zlib.decompress(png[start : start + length]), np.uint8).reshape(40, 1 + 3 * 60)
    assert np.array_equal(lines[:, 1:].reshape(40, 60, 3), find_colours(numbers, np.abs(numbers).max()))
    assert not lines[:, 0].any()


def test_only_what_is_shown_of_a_huge_array_is_coloured():
    numbers = np.zeros((2500, 2003))
    numbers[3, 6] = -1.0
    ((sheet, colours),) = find_sheets(numbers)
    assert (sheet.shape, colours.shape) == ((2500, 2003), (834, 668, 3))
    assert np.argwhere(colours[..., 0] == LOW[0]).tolist() == [[1, 2]]


def test_what_is_left_out_is_said():
    assert "and 92 more" in write_heat_map(np.zeros((100, 2, 2)))
    assert "every 2th number" in write_heat_map(np.zeros((2000, 3)))
    assert "no finite number" in write_heat_map(np.zeros((0, 3)))
    assert "0 … 0" in write_heat_map(np.zeros((2, 2)))


def test_a_range_is_not_said_to_be_one_number_that_is_not():
    html = write_heat_map(np.array([1.0, 1.00001, -0.0]))
    assert "0 … 1.00001" in html
    assert "-0" not in html.partition("<svg")[0]


def test_a_tensor_and_a_value_show_their_gradients():
    W = Tensor([[1.0, -2.0]], label="<W>")
    assert W._repr_html_().count("<svg") == 1
    tanh(W).sum().backward()
    assert W._repr_html_().count("<svg") == 2
    assert "&lt;W&gt;" in W._repr_html_()
    assert "<W>" not in W._repr_html_()
    v = Value(2.0, label="v")
    assert v._repr_html_() == "<b>v</b> · data 2.0 · gradient –"
    z = v * 3.0
    z.backward()
    assert v._repr_html_() == "<b>v</b> · data 2.0 · gradient 3.0"
    assert "multiply" in z._repr_html_()


def test_a_module_shows_its_parts_and_what_they_hold():
    html = nn.MLP(3, [4], 2, rng=0)._repr_html_()
    rows = [["".join(cell.itertext()) for cell in row] for row in ElementTree.fromstring(html)]
    assert rows[0] == ["MLP()", "26"]
    assert [count for _, count in rows[1:] if count] == ["16", "10"]


def test_what_has_a_plot_shows_it(monkeypatch):
    model = nn.MLP(2, [3], 1, rng=0)
    norms = nn.GradientNorms(model)
    model(np.ones((4, 2), np.float32)).sum().backward()
    norms()
    around = nn.loss_landscape(model, lambda: (model(np.ones((4, 2), np.float32)) ** 2).mean(), rng=0, steps=1)
    for shown in (norms, around):
        assert shown._repr_png_()[:8] == b"\x89PNG\r\n\x1a\n"
        monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
        assert shown._repr_png_() is None  # then a notebook shows the words
        monkeypatch.undo()


def test_an_image_is_seen_in_its_own_colours_and_its_gradient_as_a_heat_map():
    image = np.zeros((2, 3, 8, 9))
    image[1, 0] = 1.0  # the second is red
    sheets = find_sheets(image)
    assert [colours[0, 0].tolist() for _, colours in sheets] == [[0, 0, 0], [255, 0, 0]]
    assert [sheet[0, 0] for sheet, _ in sheets] == pytest.approx([0.0, 1 / 3])
    grey = find_sheets(np.full((1, 28, 28), 128.0))  # of 255
    assert grey[0][1][3, 4].tolist() == [128, 128, 128]
    assert tuple(find_sheets(-image)[3][1][0, 0]) == LOW  # below 0: no image
