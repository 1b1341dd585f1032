"""MNIST under other names of its files, and its relatives: what is found, what is known of it and what is not."""

import gzip
import hashlib
import warnings

import numpy as np
import pooch
import pytest

from nn import DataFileError, mnist
from nn.idx import decode, encode

from .test_mnist import Mirror

NAMES = tuple(mnist.ORIGINAL)


def four(seed, counts=(12, 5)):
    """The contents of four files of so many pictures and labels, by name."""
    random = np.random.default_rng(seed)
    arrays = [
        random.integers(high, size=(count, *shape), dtype=np.uint8)
        for count in counts
        for high, shape in ((256, (28, 28)), (10, ()))
    ]
    return dict(zip(NAMES, map(encode, arrays), strict=True))


def packed(contents):
    return {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in contents.items()}


def put(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def labels_of(contents):
    return decode(contents[NAMES[1]], "labels")


@pytest.fixture
def digits(monkeypatch):
    """A small set in the place of MNIST."""
    contents = four(0)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    monkeypatch.setattr(mnist, "ORIGINAL", sums)
    monkeypatch.delenv("AUTOGRAD_MINI_MNIST", raising=False)
    return contents


@pytest.fixture(params=mnist.RELATIVES)
def relative(request, monkeypatch, digits):
    """What a relative is called, and a small set in its place."""
    contents = four(1)
    md5 = {name: hashlib.md5(packed(contents)[f"{name}.gz"]).hexdigest() for name in NAMES}
    small = mnist.RELATIVES[request.param]._replace(md5=md5)
    monkeypatch.setattr(mnist, "RELATIVES", {**mnist.RELATIVES, request.param: small})
    monkeypatch.setattr(mnist, "COUNTS", (12, 5))
    monkeypatch.delenv(f"AUTOGRAD_MINI_{request.param.upper()}", raising=False)
    return request.param, contents


# --- names


RENAMED = {
    "dots": lambda name: name.replace("-idx", ".idx"),
    "capitals": str.upper,
    "capitals and dots": lambda name: name.replace("-idx", ".idx").title(),
}


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("rename", RENAMED.values(), ids=RENAMED)
@pytest.mark.parametrize("inside", ["", "raw", "MNIST/raw"])
def test_the_files_are_found_as_others_save_them(digits, tmp_path, inside, rename, pack):
    files = packed(digits) if pack else digits
    put(tmp_path / inside, {rename(name): content for name, content in files.items()})
    (tmp_path / "other.txt").touch()
    np.testing.assert_array_equal(mnist.load(tmp_path).train_labels, labels_of(digits))


def test_what_lies_in_the_folder_is_said_where_a_file_is_missing(digits, tmp_path):
    with pytest.raises(DataFileError, match=rf"{NAMES[0]}: found no such file.*lies nothing; expected the four files"):
        mnist.load(tmp_path)
    put(tmp_path, {"train.csv": b"", "b.png": b""})
    with pytest.raises(DataFileError, match=r"in its folder lies b\.png, train\.csv; expected the four"):
        mnist.load(tmp_path)
    put(tmp_path / "MNIST" / "raw", {NAMES[0]: digits[NAMES[0]]})
    with pytest.raises(DataFileError, match=rf"MNIST.raw.{NAMES[1]}: .*lies {NAMES[0]}; expected the four"):
        mnist.load(tmp_path)


# --- relatives


def test_a_relative_is_loaded_from_its_own_files_without_a_word(relative, tmp_path, monkeypatch):
    of, contents = relative
    put(tmp_path / "given", packed(contents))
    put(tmp_path / "torchvision" / mnist.RELATIVES[of].folder, {**packed(contents), **contents})
    for folder in ("given", "torchvision"):
        loaded = mnist.load(tmp_path / folder, of=of)
        np.testing.assert_array_equal(loaded.train_labels, labels_of(contents))
        assert (loaded.train_images.shape, loaded.test_images.dtype) == ((12, 784), np.float32)
    monkeypatch.setenv(f"AUTOGRAD_MINI_{of.upper()}", str(tmp_path / "given"))
    np.testing.assert_array_equal(mnist.load(of=of).train_labels, labels_of(contents))
    assert len(set(mnist.RELATIVES[of].classes)) == 10


def test_what_cannot_be_checked_is_said(relative, tmp_path):
    of, contents = relative
    put(tmp_path, {**packed(contents), **contents})
    for name in NAMES[2:]:
        (tmp_path / f"{name}.gz").unlink()
    with pytest.warns(UserWarning, match=f"^{NAMES[2]}, {NAMES[3]} in .*its own is unchecked") as caught:
        mnist.load(tmp_path, of=of)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda right, digits: {**right, NAMES[0]: digits[NAMES[0]]},
            f'{NAMES[0]}.*: found MNIST\'s own; .*of="mnist"',
        ),
        (lambda right, digits: four(2, (12, 6)), f"{NAMES[2]}.*: found an array of shape .6, 28, 28.; expected 5 of"),
        (lambda right, digits: {**right, NAMES[1]: b"\0" * 9}, f"{NAMES[1]}.*: found a file that begins 00 00 00 00"),
        (lambda right, digits: {NAMES[3]: right[NAMES[3]]}, f"lies {NAMES[3]}.*; expected the four files of .*MNIST"),
    ],
)
@pytest.mark.parametrize("pack", [False, True])
def test_what_is_no_file_of_the_relative_is_refused(relative, digits, tmp_path, spoil, words, pack):
    of, contents = relative
    files = spoil(contents, digits)
    with pytest.raises(DataFileError, match=words):
        mnist.load(put(tmp_path, packed(files) if pack else files), of=of)


def test_the_files_of_a_relative_are_not_taken_for_mnist(relative, tmp_path):
    with pytest.raises(DataFileError, match=r"MNIST's own.*load\(folder, of=…\)"):
        mnist.load(put(tmp_path, relative[1]))
    with pytest.raises(ValueError, match="knows mnist, fashion, kmnist; got of='cifar'"):
        mnist.load(tmp_path, of="cifar")


def test_a_relative_is_downloaded_once_and_only_if_it_is_the_published_one(relative, tmp_path, monkeypatch):
    of, contents = relative
    mirror = Mirror()
    address = f"http://127.0.0.1:{mirror.server.server_port}/there/"
    monkeypatch.setitem(mnist.RELATIVES, of, mnist.RELATIVES[of]._replace(mirrors=(address,)))
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / project)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    try:
        mirror.pages = {f"/there/{name}": content for name, content in packed(four(3)).items()}
        with pytest.raises(DataFileError, match="no good copy"):
            mnist.load(of=of)
        assert not list(tmp_path.glob("*/*/*"))
        mirror.pages = {f"/there/{name}": content for name, content in packed(contents).items()}
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # nothing is unchecked
            np.testing.assert_array_equal(mnist.load(of=of).train_labels, labels_of(contents))
        asked = len(mirror.asked)
        mnist.load(of=of)
        assert len(mirror.asked) == asked
    finally:
        mirror.close()
