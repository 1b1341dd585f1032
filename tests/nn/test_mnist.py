"""MNIST: what is embedded, what is loaded, what is refused, and how the full set is fetched."""

import ast
import builtins
import gzip
import hashlib
import os
import runpy
import struct
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

import numpy as np
import pooch
import pytest

from nn import DataFileError, mnist
from nn.idx import decode, encode

train_images, train_labels, test_images, test_labels = mnist.ORIGINAL
full_set = os.environ.get("AUTOGRAD_MINI_MNIST")


def damaged(found: str, expected: str, file: str):
    """Expect an error that names the file, what was found and what was expected."""
    return pytest.raises(DataFileError, match=f"(?s)^.*{file}.*: found .*{found}.*; expected .*{expected}")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """A set of 12 and 5 digits in the place of MNIST: the contents of its files, by name."""
    random = np.random.default_rng(0)
    contents = {}
    for images, labels, count in ((train_images, train_labels, 12), (test_images, test_labels, 5)):
        contents[images] = encode(random.integers(256, size=(count, 28, 28), dtype=np.uint8))
        contents[labels] = encode(random.integers(10, size=count, dtype=np.uint8))
    sums = {name: hashlib.sha256(contents[name]).hexdigest() for name in mnist.ORIGINAL}
    monkeypatch.setattr(mnist, "ORIGINAL", sums)
    monkeypatch.delenv("AUTOGRAD_MINI_MNIST", raising=False)
    return contents


def put(folder: Path, contents: dict[str, bytes], packed: bool = False) -> Path:
    for name, content in contents.items():
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)
    return folder


# --- the embedded digits


def test_the_embedded_digits_have_the_promised_shapes_types_and_range():
    digits = mnist.load_embedded()
    for images, labels, count in (
        (digits.train_images, digits.train_labels, 10_000),
        (digits.test_images, digits.test_labels, 2_000),
    ):
        assert (images.shape, images.dtype) == ((count, 784), np.float32)
        assert (labels.shape, labels.dtype) == ((count,), np.int64)
        assert (images.min(), images.max()) == (0, 1)
        share = np.bincount(labels, minlength=10) / count
        assert len(share) == 10
        assert (abs(share - 0.1) < 0.025).all()


def test_each_call_gives_arrays_of_its_own():
    mnist.load_embedded().train_images[:] = 7
    assert mnist.load_embedded().train_images.max() == 1


def test_the_embedded_files_are_small_and_name_their_authors():
    folder = files("nn") / "digits"
    assert sum(len(file.read_bytes()) for file in folder.iterdir()) <= 2_500_000
    readme = (folder / "README.md").read_text()
    assert all(word in readme for word in ("LeCun", "Cortes", "Burges", "CC BY-SA 3.0"))


@pytest.mark.skipif(not full_set, reason="needs the full MNIST: AUTOGRAD_MINI_MNIST names no folder of its four files")
def test_the_embedded_digits_are_taken_evenly_from_the_full_set():
    full, embedded = mnist.load(), mnist.load_embedded()
    assert full.train_images.shape == (60_000, 784)
    assert full.test_images.shape == (10_000, 784)
    for whole, part, step in zip(full, embedded, (6, 6, 5, 5), strict=True):
        assert whole.dtype == part.dtype
        np.testing.assert_array_equal(whole[::step], part)


def test_the_script_cuts_out_every_sixth_and_every_fifth_digit(small, tmp_path, capsys):
    script = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "embed_mnist.py"))
    (destination := tmp_path / "digits").mkdir()
    script["main"](put(tmp_path, small), destination)
    sums = ast.literal_eval("{" + capsys.readouterr().out + "}")
    for name, part, step in zip(small, mnist.read_files(destination, sums), (6, 6, 5, 5), strict=True):
        np.testing.assert_array_equal(part, decode(small[name], name)[::step])


# --- a folder of the four files


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_is_loaded_plain_or_packed(small, tmp_path, packed):
    digits = mnist.load(put(tmp_path, small, packed))
    pixels = decode(small[train_images], "pixels").reshape(12, 784)
    assert digits.train_images.dtype == np.float32
    np.testing.assert_allclose(digits.train_images, pixels / 255, rtol=1e-7)
    np.testing.assert_array_equal(digits.test_labels, decode(small[test_labels], "labels"))


def test_the_environment_names_a_folder(small, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRAD_MINI_MNIST", str(put(tmp_path, small)))
    assert len(mnist.load().train_labels) == 12
    monkeypatch.setenv("AUTOGRAD_MINI_MNIST", str(tmp_path / "nowhere"))
    with damaged("no such folder", "the four files", "nowhere"):
        mnist.load()
    assert len(mnist.load(tmp_path).train_labels) == 12  # an argument comes first


corruptions = {
    "empty": (test_images, lambda c: b"", "nowhere, being empty", "00 00 08"),
    "wrong magic": (train_images, lambda c: b"\x01" + c[1:], "01 00 08 03", "00 00 08"),
    "wrong type": (train_images, lambda c: c[:2] + b"\x0d" + c[3:], "00 00 0d 03", "00 00 08"),
    "cut in the header": (test_images, lambda c: c[:9], "9 bytes in all", "a header of 16, for 3 dim"),
    "cut in the data": (train_images, lambda c: c[:-1], "9407 bytes of data", "9408 for .12, 28, 28."),
    "too long": (test_labels, lambda c: c + b"\x00", "6 bytes of data", "5 for .5,."),
    "wrong count in the header": (
        train_labels,
        lambda c: c[:4] + struct.pack(">I", 13) + c[8:],
        "12 bytes of data",
        "13",
    ),
    "a label too few": (
        train_labels,
        lambda c: encode(decode(c, "")[:-1]),
        "shape .11,.",
        ".12,., a label for each image in train-images",
    ),
    "a label too large": (
        test_labels,
        lambda c: c[:-2] + b"\x0a" + c[-1:],
        "the label 10 at index 3",
        "labels from 0 to 9",
    ),
    "images for labels": (
        test_labels,
        lambda c: encode(np.zeros((5, 28, 28), np.uint8)),
        "shape .5, 28, 28.",
        ".5,., a label for each",
    ),
    "labels for images": (test_images, lambda c: encode(np.zeros(5, np.uint8)), "shape .5,.", ".n, 28, 28."),
    "other digits": (
        test_images,
        lambda c: c[:-1] + bytes([c[-1] ^ 1]),
        "SHA-256 [0-9a-f]{64}",
        "MNIST's own, [0-9a-f]{64}",
    ),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("name", "corrupt", "found", "expected"), corruptions.values(), ids=corruptions)
def test_a_corrupt_file_is_refused(small, tmp_path, name, corrupt, found, expected, packed):
    put(tmp_path, {**small, name: corrupt(small[name])}, packed)
    with damaged(found, expected, name):
        mnist.load(tmp_path)


@pytest.mark.parametrize("cut", [9, 15, 200, -9, -1])
def test_a_packed_file_cut_short_is_refused(small, tmp_path, cut):
    path = put(tmp_path, small, packed=True) / f"{test_images}.gz"
    path.write_bytes(path.read_bytes()[:cut])
    with damaged("a damaged gzip stream", "a whole one", test_images):
        mnist.load(tmp_path)


def test_a_packed_file_with_a_flipped_bit_is_refused(small, tmp_path):
    path = put(tmp_path, small, packed=True) / f"{test_images}.gz"
    packed = bytearray(path.read_bytes())
    packed[len(packed) // 2] ^= 1
    path.write_bytes(packed)
    with damaged("a damaged gzip stream", "a whole one", test_images):
        mnist.load(tmp_path)


@pytest.mark.parametrize("name", mnist.ORIGINAL)
def test_a_missing_file_is_named(small, tmp_path, name):
    (put(tmp_path, small) / name).unlink()
    with damaged("no such file, plain or .gz", "the four files.*load_embedded", name):
        mnist.load(tmp_path)


def test_the_embedded_files_are_checked_too(monkeypatch):
    monkeypatch.setattr(mnist, "EMBEDDED", {**mnist.EMBEDDED, test_labels: "0" * 64})
    with damaged("SHA-256 00c8ee89", "0{64}", test_labels):
        mnist.load_embedded()


# --- the download


class Mirror:
    """A web server on this machine: `pages` by path, and the paths that were `asked` for."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.held_back = 0  # how many bytes less than promised a page has
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.asked.append(self.path)
                page = mirror.pages.get(self.path)
                self.send_response(404 if page is None else 200)
                self.send_header("Content-Length", str(len(page or b"") + mirror.held_back))
                self.end_headers()
                self.wfile.write(page or b"")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def serve(self, folder: str, contents: dict[str, bytes]) -> None:
        self.pages |= {f"/{folder}/{name}.gz": gzip.compress(content) for name, content in contents.items()}

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mirror]:
    """Two mirrors, /first/ and /second/, still empty, and an empty cache in `tmp_path / "cache"`."""
    mirror = Mirror()
    address = f"http://127.0.0.1:{mirror.server.server_port}"
    monkeypatch.setattr(mnist, "MIRRORS", (f"{address}/first/", f"{address}/second/"))
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield mirror
    mirror.close()


def cached(tmp_path: Path) -> dict[str, bytes]:
    """What lies in the cache, passing files included."""
    return {path.name: path.read_bytes() for path in tmp_path.glob("cache/*/*")}


def test_a_download_is_made_once(small, mirror, tmp_path):
    mirror.serve("first", small)
    digits = mnist.load()
    assert mirror.asked == [f"/first/{name}.gz" for name in small]
    assert cached(tmp_path) == small
    mirror.pages.clear()
    np.testing.assert_array_equal(mnist.load().train_images, digits.train_images)
    assert len(mirror.asked) == 4


def test_a_mirror_may_unpack_on_the_way(small, mirror):
    mirror.pages = {f"/first/{name}.gz": content for name, content in small.items()}
    assert len(mnist.load().test_labels) == 5


def test_a_connection_that_breaks_is_no_download(small, mirror, tmp_path):
    mirror.serve("first", small)
    mirror.held_back = 1
    with damaged("no good copy", "load_embedded", train_images):
        mnist.load()
    assert cached(tmp_path) == {}


bad_pages = {
    "none": lambda good: None,
    "an empty page": lambda good: b"",
    "a login page": lambda good: b"<html>Welcome to our wireless network",
    "half a file": lambda good: good[: len(good) // 2],
    "other digits": lambda good: gzip.compress(gzip.decompress(good)[:-1] + b"\x0b"),
}


@pytest.mark.parametrize("spoil", bad_pages.values(), ids=bad_pages)
def test_the_second_mirror_is_asked_when_the_first_fails(small, mirror, tmp_path, spoil, monkeypatch):
    mirror.serve("first", small)
    mirror.serve("second", small)
    page = f"/first/{test_images}.gz"
    mirror.pages[page] = spoil(mirror.pages[page])
    said = []
    monkeypatch.setattr(pooch.get_logger(), "warning", lambda form, *rest: said.append(form % rest))
    assert len(mnist.load().test_labels) == 5
    assert mirror.asked[2:4] == [page, f"/second/{test_images}.gz"]
    assert cached(tmp_path) == small
    (warning,) = said
    assert f"/first/ gave no good {test_images}: " in warning


def test_a_mirror_that_cannot_be_reached_is_passed_over(small, mirror, monkeypatch):
    mirror.serve("second", small)
    closed = Mirror()
    closed.close()
    nowhere = f"http://127.0.0.1:{closed.server.server_port}/"
    monkeypatch.setattr(mnist, "MIRRORS", (nowhere, mnist.MIRRORS[1]))
    assert len(mnist.load().test_labels) == 5


@pytest.mark.parametrize("spoil", bad_pages.values(), ids=bad_pages)
def test_nothing_corrupt_stays_in_the_cache(small, mirror, tmp_path, spoil):
    for folder in ("first", "second"):
        mirror.serve(folder, small)
        page = f"/{folder}/{train_labels}.gz"
        mirror.pages[page] = spoil(mirror.pages[page])
    with damaged("no good copy.*;", "load_embedded", train_labels) as caught:
        mnist.load()
    assert isinstance(caught.value.__cause__, ExceptionGroup)
    assert len(caught.value.__cause__.exceptions) == 2
    assert cached(tmp_path) == {train_images: small[train_images]}
    mirror.serve("first", small)
    assert len(mnist.load().train_labels) == 12


def test_an_interrupted_download_leaves_nothing(small, mirror, tmp_path, monkeypatch):
    mirror.serve("first", small)
    write = Path.write_bytes

    def interrupted(path: Path, content: bytes) -> int:
        write(path, content[: len(content) // 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", interrupted)
        with pytest.raises(KeyboardInterrupt):
            mnist.load()
    assert cached(tmp_path) == {}
    assert len(mnist.load().train_labels) == 12


def test_a_cached_file_that_went_bad_is_fetched_again(small, mirror, tmp_path):
    mirror.serve("first", small)
    mnist.load()
    (bad,) = tmp_path.glob(f"cache/*/{test_images}")
    bad.write_bytes(small[test_images][:-1])
    mirror.pages, pages = {}, mirror.pages
    with damaged("no good copy", "load_embedded", test_images):
        mnist.load()
    mirror.pages = pages
    assert len(mnist.load().test_labels) == 5
    assert cached(tmp_path) == small


def test_without_pooch_the_error_says_what_to_install(small, tmp_path, monkeypatch):
    real_import = builtins.__import__

    def without_pooch(name: str, *rest: object, **options: object) -> object:
        if name == "pooch":
            raise ModuleNotFoundError("No module named 'pooch'")
        return real_import(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without_pooch)
    with pytest.raises(ImportError, match=r"pip install autograd_mini\[data\]"):
        mnist.load()
    assert len(mnist.load(put(tmp_path, small)).train_labels) == 12  # a folder needs no pooch


# --- the example's options


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--epochs", "0"], "--epochs: takes a whole number, 1 or more; got '0'"),
        (["--batch", "0"], "--batch: takes a whole number, 1 or more; got '0'"),
        (["--hidden", "64", "1.5"], "--hidden: takes a whole number, 1 or more; got '1.5'"),
        (["--seed", "-1"], "--seed: takes a whole number, 0 or more; got '-1'"),
        (["--data", "nowhere"], "nowhere: found no such folder; expected the four files"),
    ],
)
def test_the_example_says_in_a_line_what_is_wrong(options, said, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["mnist.py", *options])
    example = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "mnist.py"))
    with pytest.raises(SystemExit) as stopped:
        example["main"]()
    words = stopped.value.code if isinstance(stopped.value.code, str) else capsys.readouterr().err.splitlines()[-1]
    assert said in words
    assert "\n" not in words
