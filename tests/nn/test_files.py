"""Files are written whole or not at all, and what is read is never larger than it says."""

import errno
import gzip
import io
import os
import stat
import struct
import tracemalloc

import numpy as np
import pytest
from matplotlib.figure import Figure

import nn
from autograd_mini import Value, draw, step_through, write_whole
from nn import DataFileError, mnist
from nn.idx import encode, read_idx, unpack, write_idx


def film():
    film = nn.Film(lambda: Figure(figsize=(1, 1)), dpi=20)
    film()
    return film


def graph():
    return Value(2.0, label="x") * 3.0


WRITERS = {
    "graph.svg": lambda path: draw(graph()).save(path),
    "graph.png": lambda path: draw(graph()).save(path),
    "graph.dot": lambda path: draw(graph()).save(path),
    "graph.txt": lambda path: draw(graph()).save(path),
    "graph.html": lambda path: draw(graph()).save(path),
    "page.html": lambda path: step_through(graph()).save(path),
    "film.gif": lambda path: film().save(path),
    "digits": lambda path: write_idx(path, np.arange(9, dtype=np.uint8)),
    "digits.gz": lambda path: write_idx(path, np.arange(9, dtype=np.uint8)),
    "run.safetensors": lambda path: nn.save(path, epoch=1),
    "bytes": lambda path: write_whole(path, b"new"),
}


def refuse(error):
    def refusing(*_, **__):
        raise error

    return refusing


@pytest.fixture(params=WRITERS, ids=str)
def writer(request, tmp_path):
    """What writes a file of ours, and the path it writes to, alone in its folder."""
    return WRITERS[request.param], tmp_path / request.param


def test_a_file_is_written_and_written_over(writer):
    write, path = writer
    write(path)
    content = path.read_bytes()
    assert content
    path.write_bytes(b"before")
    write(path)
    assert len(path.read_bytes()) == len(content)
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("stage", ["fsync", "replace"])
def test_what_goes_wrong_leaves_the_file_before_and_nothing_else(writer, monkeypatch, stage, error):
    write, path = writer
    path.write_bytes(b"before")
    with monkeypatch.context() as patch:
        patch.setattr(os, stage, refuse(error))
        with pytest.raises(type(error)):
            write(path)
    assert path.read_bytes() == b"before"
    assert os.listdir(path.parent) == [path.name]


class Full(io.FileIO):
    """A file on a disk that is full after half of what is written."""

    def write(self, content):
        super().write(content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("before", [None, b"before"])
def test_a_disk_that_gets_full_costs_no_file_and_leaves_none(writer, monkeypatch, before):
    write, path = writer
    if before is not None:
        path.write_bytes(before)
    opened = io.open

    def open_on_it(name, mode="r", *rest, **named):
        ours = isinstance(name, str | os.PathLike) and os.path.dirname(name) == str(path.parent)
        return Full(name, mode) if ours and set(mode) & {"w", "x"} else opened(name, mode, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(io, "open", open_on_it)
        with pytest.raises(OSError, match="No space left"):
            write(path)
    assert os.listdir(path.parent) == ([] if before is None else [path.name])
    assert before is None or path.read_bytes() == before


def test_a_missing_folder_is_named_as_it_was_given(writer):
    write, path = writer
    nowhere = path.parent / "nowhere" / path.name
    with pytest.raises(FileNotFoundError) as caught:
        write(nowhere)
    assert str(caught.value.filename) == str(nowhere)


def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    (tmp_path / "kept").mkdir()
    there = tmp_path / "kept" / "file"
    there.write_bytes(b"before")
    there.chmod(0o640)
    (tmp_path / "link").symlink_to(there)
    write_whole(tmp_path / "link", b"after")
    assert (tmp_path / "link").is_symlink()
    assert there.read_bytes() == b"after"
    assert stat.S_IMODE(there.stat().st_mode) == 0o640


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    write_whole(tmp_path / "whole", b"")
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(tmp_path / "pipe", b"through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(IsADirectoryError, match=str(tmp_path)):
        write_whole(tmp_path, b"")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is write-protected for root")
def test_a_write_protected_file_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"before")
    (tmp_path / "file").chmod(0o440)
    with pytest.raises(PermissionError):
        write_whole(tmp_path / "file", b"after")
    assert (tmp_path / "file").read_bytes() == b"before"


# --- what is read

HUGE = 200_000_000  # bytes that a bomb of 200 kilobytes would fill


def bomb(header):
    return gzip.compress(header + bytes(HUGE), compresslevel=1)


def at_most(megabytes, function, *arguments):
    """The DataFileError of the call, which must not take more memory than that on its way."""
    tracemalloc.start()
    try:
        with pytest.raises(DataFileError) as caught:
            function(*arguments)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < megabytes * 1e6
    return str(caught.value)


LABELS = encode(np.zeros(7, np.uint8))


def test_a_bomb_stops_where_its_header_ends(tmp_path):
    path = tmp_path / "bomb.gz"
    path.write_bytes(bomb(LABELS))
    for words in (at_most(5, read_idx, path), at_most(5, unpack, path.read_bytes(), path)):
        assert words == f"{path}: found at least 8 bytes of data; expected 7 for (7,)"
    path.write_bytes(bomb(b"no header"))
    assert "found a file that begins 6e 6f 20 68" in at_most(5, read_idx, path)


def test_a_plain_file_that_is_too_long_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.write(LABELS)
        file.truncate(HUGE)
    assert "found at least 8 bytes of data; expected 7" in at_most(5, read_idx, path)


def test_a_header_that_asks_for_what_is_not_there_costs_nothing(tmp_path):
    path = tmp_path / "hollow.gz"
    path.write_bytes(gzip.compress(b"\x00\x00\x08\x02" + struct.pack(">2I", 2**32 - 1, 2**32 - 1) + b"\x01"))
    assert f"found 1 bytes of data; expected {(2**32 - 1) ** 2}" in at_most(5, read_idx, path)


@pytest.mark.parametrize("packed", [False, True])
def test_mnist_reads_no_file_larger_than_its_own(tmp_path, packed):
    for name in mnist.ORIGINAL:
        (tmp_path / name).write_bytes(LABELS)
    images = tmp_path / next(iter(mnist.ORIGINAL))
    header = b"\x00\x00\x08\x03" + struct.pack(">3I", HUGE // 784, 28, 28)
    if packed:
        images.unlink()
        images.with_name(f"{images.name}.gz").write_bytes(bomb(header))
    else:
        with images.open("wb") as file:
            file.write(header)
            file.truncate(HUGE)
    words = at_most(60, mnist.load, tmp_path)
    assert "found a header that asks for 199,999,984 bytes, (255102, 28, 28); expected at most 47,040,016" in words


def test_a_pipe_can_be_read(tmp_path):
    array = np.arange(5, dtype=np.uint8)
    for contents in (encode(array), gzip.compress(encode(array))):
        ends = os.pipe()
        with os.fdopen(ends[1], "wb") as writing:
            writing.write(contents)
        np.testing.assert_array_equal(read_idx(f"/dev/fd/{ends[0]}"), array)
        os.close(ends[0])
