"""IDX files: what is written comes back, and nothing else is taken for one."""

import copy
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nn import DataFileError
from nn.idx import decode, encode, read_idx, unpack, write_idx


@settings(deadline=None)  # a disk may be slow
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=6)), st.booleans())
def test_an_array_comes_back_as_it_was_written(tmp_path_factory, array, packed):
    path = tmp_path_factory.getbasetemp() / ("array.gz" if packed else "array")
    write_idx(path, array)
    back = read_idx(path)
    assert (back.shape, back.dtype) == (array.shape, np.uint8)
    np.testing.assert_array_equal(back, array)
    assert back.flags.writeable
    assert path.read_bytes().startswith(b"\x1f\x8b" if packed else b"\x00\x00\x08")


def test_an_array_that_is_not_contiguous_is_written_in_its_own_order():
    array = np.arange(24, dtype=np.uint8).reshape(4, 6)[::-2, ::3].T
    np.testing.assert_array_equal(decode(encode(array), "array"), array)


def test_the_same_array_gives_the_same_file(tmp_path, monkeypatch):
    array = np.arange(99, dtype=np.uint8)
    write_idx(tmp_path / "one.gz", array)
    monkeypatch.setattr("time.time", lambda: 4e9)
    write_idx(tmp_path / "two.gz", array)
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


def test_only_bytes_are_written(tmp_path):
    with pytest.raises(TypeError, match="uint8; got an array of float64"):
        write_idx(tmp_path / "floats", np.zeros(3))
    assert not (tmp_path / "floats").exists()


@given(st.binary(max_size=40) | st.binary(max_size=40).map(lambda tail: b"\x00\x00\x08" + tail))
@example(b"\x00\x00\x08\xff" + struct.pack(">255I", *[1] * 255) + b"\x07")  # more dimensions than NumPy has
@example(b"\x00\x00\x08\x03" + struct.pack(">3I", 0, 2**32 - 1, 2**32 - 1))  # empty, and yet too big
@example(b"\x1f\x8b")
def test_any_bytes_are_an_array_or_an_error_of_ours(contents):
    try:
        plain = unpack(contents, "noise")
        array = decode(plain, "noise")
    except DataFileError:
        return
    assert encode(array) == plain


def test_an_error_keeps_its_parts_when_it_is_copied():
    error = copy.copy(DataFileError(Path("here"), "this", "that"))
    assert (error.file, error.found, error.expected) == ("here", "this", "that")
    assert str(error) == "here: found this; expected that"
