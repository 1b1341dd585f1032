"""Two runs in one folder: the second is refused, and harms neither the first nor what it keeps."""

import os
import subprocess
import sys

import pytest

from autograd_mini import FileError
from nn.saving.lock import locked

from ..support import killed
from ..support.killed import keep

needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks, as nn.saving.lock says")


class Failed(Exception):
    pass


@needs_locks
def test_a_second_run_in_the_folder_is_refused_while_the_first_is_there(tmp_path):
    passing = tmp_path / ".0123456789abcdef.passing"
    met = []

    def second(epoch):
        passing.write_bytes(b"of the first run, while it writes")
        before = sorted(os.listdir(tmp_path))
        with pytest.raises(FileError, match=r"another run is kept in .* at this moment.*a folder of its own"):
            keep(tmp_path)
        met.append(sorted(os.listdir(tmp_path)) == before)

    _, history = keep(tmp_path, epochs=2, callbacks=[second])
    assert met == [True, True]
    _, again = keep(tmp_path, epochs=3)  # after its end
    assert again["loss"][:2] == history["loss"]
    assert os.listdir(tmp_path) == ["last.safetensors"]


@needs_locks
def test_one_of_another_process_is_refused_too_and_a_killed_one_in_nobodys_way(tmp_path):
    code = (
        "import sys; from pathlib import Path; from nn.saving.lock import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=killed.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(FileError, match="another run is kept in"):
            keep(tmp_path)
    finally:
        process.kill()
        process.communicate()
    _, history = keep(tmp_path, epochs=2)
    assert len(history.epochs) == 2


def test_a_run_that_failed_gives_the_folder_free(tmp_path):
    def fail(loss):
        raise Failed

    for _ in range(2):
        with pytest.raises(Failed):
            keep(tmp_path, step_callbacks=[fail])
    with locked(tmp_path):
        pass


@needs_locks
def test_what_is_forked_does_not_hold_on_to_the_folder(tmp_path):
    with locked(tmp_path):
        held = [os.dup(fd) for fd in open_folders(tmp_path)]  # what a fork has of it
    assert held
    with locked(tmp_path):
        pass
    for fd in held:
        os.close(fd)


def open_folders(folder):
    """The descriptors by which this process has the folder open."""
    there = os.stat(folder)
    found = []
    for fd in range(3, 256):
        try:
            if os.path.samestat(os.fstat(fd), there):
                found.append(fd)
        except OSError:
            continue
    return found


def test_a_disk_without_locks_keeps_nobody_out(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl", reason="Windows has no such locks")

    def refuse(*_):
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    _, history = keep(tmp_path, epochs=2)
    assert len(history.epochs) == 2
    monkeypatch.setattr("nn.saving.lock.fcntl", None)
    _, history = keep(tmp_path, epochs=3)
    assert len(history.epochs) == 3
