"""A mirror that does not answer is given up after a time, which the error names."""

import math
import re
import socket

import pooch
import pytest

from nn import DataFileError, mnist


@pytest.fixture
def silent(monkeypatch, tmp_path):
    """The addresses of two mirrors that take a connection and never say a word, in the place of MNIST's."""
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / project)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("AUTOGRAD_MINI_MNIST", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        mirrors = (f"{address}/first/", f"{address}/second/")
        monkeypatch.setattr(mnist, "MIRRORS", mirrors)
        yield mirrors


def test_the_error_says_after_how_long_each_mirror_was_given_up(silent, monkeypatch, tmp_path):
    monkeypatch.setattr(mnist, "PATIENCE", 0.2)
    with pytest.raises(DataFileError) as caught:
        mnist.load()
    given_up = re.findall(r"(\S+) given up after (\d+\.\d) s \([^;]*timed out", str(caught.value))
    assert [mirror for mirror, _ in given_up] == list(silent)
    assert all(float(seconds) >= 0.2 for _, seconds in given_up)
    assert list(tmp_path.glob("*/*")) == []


def test_patience_has_an_end():
    assert math.isfinite(mnist.PATIENCE)
