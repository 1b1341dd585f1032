"""Folders of pictures, and tables of numbers: what is read, and what is refused with the place where it is."""

import builtins
import os

import numpy as np
import pytest
from PIL import Image

import nn
from nn import DataFileError

PIXELS = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20


def put(folder, *pictures):
    """Save pictures by their paths in the folder."""
    for path, pixels in pictures:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
        picture.save(folder / path)
    return folder


def damaged(file, found, expected):
    return pytest.raises(DataFileError, match=f"(?s)^.*{file}: found .*{found}.*; expected .*{expected}")


@pytest.fixture
def grey(tmp_path):
    return put(tmp_path, ("b/2.png", PIXELS), ("b/1.bmp", 255 - PIXELS), ("a/x.PNG", PIXELS + 1))


# --- what is read


def test_a_folder_for_each_class_gives_pictures_and_labels(grey):
    pictures = nn.image_folder(grey)
    assert (pictures.classes, len(pictures)) == (("a", "b"), 3)
    assert [file.name for file in pictures.files] == ["x.PNG", "1.bmp", "2.png"]
    np.testing.assert_array_equal(pictures.labels, np.array([0, 1, 1]), strict=True)
    expected = np.stack([PIXELS + 1, 255 - PIXELS, PIXELS])[:, None]
    np.testing.assert_array_equal(pictures.bytes, expected, strict=True)
    (images, labels), *rest = nn.DataLoader(pictures, batch_size=2)
    np.testing.assert_array_equal(images, expected[:2] / np.float32(255), strict=True)
    np.testing.assert_array_equal(labels, np.array([0, 1]), strict=True)
    np.testing.assert_array_equal(pictures[2][0], rest[0][0][0], strict=True)
    np.testing.assert_array_equal(pictures.batch(slice(None))[0], expected / np.float32(255), strict=True)
    assert not hasattr(pictures, "images")  # a network would take them, and they are 255 times what it has learned of
    images[:], labels[:] = 7, 7
    np.testing.assert_array_equal(pictures.bytes, expected)
    np.testing.assert_array_equal(pictures.labels, [0, 1, 1])


def test_decoded_once_the_files_are_not_needed_any_more(grey):
    pictures = nn.image_folder(grey)
    for file in pictures.files:
        file.unlink()
    loader = nn.DataLoader(nn.split(pictures, [2, 1], rng=0)[0], batch_size=5, rng=0)
    assert all(len(images) == 2 for _ in range(2) for images, _ in loader)


def test_colours_go_first_and_grey_and_colour_become_one_another(tmp_path):
    colours = np.stack([PIXELS, 255 - PIXELS, PIXELS // 2], axis=2)
    put(tmp_path, ("a/1.png", colours), ("b/1.png", colours))
    pictures = nn.image_folder(tmp_path)
    np.testing.assert_array_equal(pictures.bytes[0], colours.transpose(2, 0, 1))
    grey = nn.image_folder(tmp_path, mode="L").bytes
    np.testing.assert_array_equal(grey[0, 0], np.asarray(Image.fromarray(colours).convert("L")))
    put(tmp_path, ("b/1.png", PIXELS))
    mixed = nn.image_folder(tmp_path, mode="RGB").bytes
    np.testing.assert_array_equal(mixed[1], np.stack([PIXELS] * 3))
    with damaged(r"b.1\.png", "3 high and 4 wide, grey", r"wide, RGB, as .*a.1\.png.*mode="):
        nn.image_folder(tmp_path)


def test_pictures_become_of_one_size_and_stand_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by a quarter
    (tmp_path / "a").mkdir()
    Image.fromarray(np.where(np.arange(32) < 16, 0, 255).astype(np.uint8)[None].repeat(8, 0)).save(
        tmp_path / "a" / "1.jpg", exif=exif
    )
    (turned,) = nn.image_folder(tmp_path).bytes
    assert turned.shape == (1, 32, 8)
    assert turned[0, :14].max() < 20 < 235 < turned[0, -14:].min()
    put(tmp_path, ("b/1.png", PIXELS))
    assert nn.image_folder(tmp_path, size=(6, 5)).bytes.shape == (2, 1, 6, 5)
    with damaged(r"b.1\.png", "3 high and 4 wide", r"32 high and 8 wide.*size=\(height, width\)"):
        nn.image_folder(tmp_path)


def test_folders_that_are_numbers_go_by_number_and_a_test_set_by_the_classes_of_the_training_set(tmp_path):
    training, testing = tmp_path / "training", tmp_path / "testing"
    put(training, *((f"{i}/p.png", PIXELS) for i in (10, 9, 2)))
    put(testing, ("10/p.png", PIXELS), ("2/p.png", PIXELS))
    classes = nn.image_folder(training).classes
    assert classes == ("2", "9", "10")
    np.testing.assert_array_equal(nn.image_folder(testing, classes=classes).labels, [0, 2])
    with damaged("training", "the folders 9", "those of the classes 2, 10"):
        nn.image_folder(training, classes=nn.image_folder(testing).classes)
    with damaged("training", "the folders 10, 2, 9", "those of the classes x"):
        nn.image_folder(training, classes=["x"])


def test_hidden_files_and_files_beside_the_classes_are_passed_over(grey):
    for path in (".DS_Store", "README.md", "a/.hidden", "a/Thumbs.db"):
        (grey / path).write_bytes(b"no picture")
    (grey / ".git").mkdir()
    assert len(nn.image_folder(grey)) == 3


# --- what is refused


def test_what_is_no_picture_is_named(grey):
    good = (grey / "b" / "2.png").read_bytes()
    for content in (b"", b"words", good[: len(good) // 2], good[:30] + b"\xff" + good[31:], good[:-25]):
        (grey / "b" / "2.png").write_bytes(content)
        with damaged(r"b.2\.png", "no picture, or a damaged one", "a whole picture"):
            nn.image_folder(grey)


def test_what_would_be_read_in_silence_as_something_else_is_refused(tmp_path):
    deep = Image.fromarray(np.full((3, 4), 40_000, np.uint16))
    for mode in (None, "L"):
        with damaged(r"1\.png", 'of mode "I;16', "8 bits"):
            nn.image_folder(put(tmp_path, ("a/1.png", deep)), mode=mode)
    put(tmp_path, ("a/1.png", Image.fromarray(PIXELS).convert("P")))
    with damaged(r"1\.png", 'of mode "P"', 'mode="L" or mode="RGB"'):
        nn.image_folder(tmp_path)
    np.testing.assert_array_equal(nn.image_folder(tmp_path, mode="L").bytes[0, 0], PIXELS)


def test_folders_that_are_not_what_they_should_be(tmp_path, grey):
    with damaged("nowhere", "no such folder", "a folder of pictures for each class"):
        nn.image_folder(tmp_path / "nowhere")
    with damaged("b", r"no folders in it, but 1\.bmp, 2\.png", "for each class"):
        nn.image_folder(grey / "b")
    (grey / "c").mkdir()
    with damaged("c", "no pictures", "remove the folder, or name it in classes="):
        nn.image_folder(grey)
    (grey / "c").rmdir()
    above = tmp_path.parent / f"{tmp_path.name}-above"
    above.mkdir()
    os.symlink(grey, above / "training")
    with damaged("training.a", "a folder in the folder of a class", "is .*training the one that has the classes"):
        nn.image_folder(above)


def test_options_that_are_none(grey):
    for size in ((0, 3), (3,), (2.5, 3)):
        with pytest.raises(ValueError, match=r"size is \(height, width\)"):
            nn.image_folder(grey, size=size)
    with pytest.raises(ValueError, match="got 'grey'"):
        nn.image_folder(grey, mode="grey")


def test_without_pillow_the_error_says_what_to_install(grey, monkeypatch):
    real_import = builtins.__import__

    def without(name, *rest, **options):
        if name.split(".")[0] == "PIL":
            raise ModuleNotFoundError("No module named 'PIL'")
        return real_import(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'pip install "autograd_mini\[images\]"'):
        nn.image_folder(grey)
