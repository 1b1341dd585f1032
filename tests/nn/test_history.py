"""The history of a run: a table, curves, a file, a state."""

import copy
import csv
import errno
import os
import pickle
import xml.etree.ElementTree as ElementTree
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

import nn

NAN = float("nan")


def history():
    """Three epochs; the validation began with the second."""
    return nn.History(
        [
            nn.Epoch({"training": {"loss": 0.75, "accuracy": 0.5}}, 2.0, 100),
            nn.Epoch({"training": {"loss": 0.1 + 0.2, "accuracy": 0.875}, "test_a": {"loss": 1 / 3}}, 0.5, 100),
            nn.Epoch({"training": {"loss": NAN, "accuracy": 1.0}, "test_a": {"loss": 1e-9}}, 4.0, 20),
        ]
    )


def test_a_number_over_the_epochs():
    run = history()
    assert run.names == ["loss", "accuracy", "test_a_loss"]
    np.testing.assert_array_equal(run["test_a_loss"], [NAN, 1 / 3, 1e-9])
    with pytest.raises(KeyError, match="no epoch has 'val_loss'; there are loss, accuracy, test_a_loss"):
        _ = run["val_loss"]


def test_the_table_is_read_by_eye():
    lines = repr(history()).splitlines()
    assert lines[0].split() == ["epoch", "loss", "accuracy", "test_a_loss", "seconds", "examples"]
    assert lines[1].split() == ["1", "0.7500", "50.00%", "2.0000", "100"]
    assert lines[2].split() == ["2", "0.3000", "87.50%", "0.3333", "0.5000", "100"]
    assert len({len(line) for line in lines}) == 1
    assert "no epochs" in repr(nn.History())


def test_the_table_of_a_notebook_has_the_same_cells_and_escapes_names():
    run = history()
    rows = ElementTree.fromstring(run._repr_html_()).findall("tr")
    cells = [[cell.text or "" for cell in row] for row in rows]
    assert [[cell for cell in row if cell] for row in cells] == [line.split() for line in repr(run).splitlines()]
    assert {cell.tag for cell in rows[0]} == {"th"}
    strange = nn.History([nn.Epoch({"training": {"loss": 1.0, "<b>": 2.0}}, 1.0, 1)])
    assert "&lt;b&gt;" in strange._repr_html_()


def test_the_csv_holds_every_digit_and_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "run.csv"
    run = history()
    run.to_csv(path)
    with path.open(newline="") as file:
        head, *rows = list(csv.reader(file))
    assert head == ["epoch", *run.names, "seconds", "examples"]
    for name in run.names:
        column = [float(row[head.index(name)] or "nan") for row in rows]
        np.testing.assert_array_equal(column, run[name])
    before = path.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        nn.History(run.epochs[:1]).to_csv(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["run.csv"]


def test_the_plot_has_a_sheet_for_each_measure_and_shows_itself():
    figure = history().plot()
    loss, accuracy = figure.axes
    assert [axes.get_title() for axes in figure.axes] == ["loss", "accuracy"]
    assert {line.get_label(): list(line.get_ydata())[1] for line in loss.get_lines()} == {
        "training": 0.1 + 0.2,
        "test_a": 1 / 3,
    }
    assert [line.get_label() for line in accuracy.get_lines()] == ["training"]
    with Image.open(BytesIO(figure._repr_png_())) as picture:
        assert picture.format == "PNG"
        assert picture.size[0] > picture.size[1]
    with pytest.raises(ValueError, match="nothing to plot"):
        nn.History().plot()


def test_the_state_is_taken_over_whole_or_not_at_all():
    run, twin = history(), nn.History()
    state = run.state_dict()
    twin.load_state_dict(state)
    assert repr(twin) == repr(run)
    state["epochs"][0]["measured"]["training"]["loss"] = 9.0
    assert run["loss"][0] == twin["loss"][0] == 0.75
    for wrong in ({}, {"epochs": [{}]}, {"epochs": [*state["epochs"], {"measured": 3}]}, 3, {"epochs": 3}):
        with pytest.raises(nn.StateError, match="no state of a History"):
            twin.load_state_dict(wrong)
        assert repr(twin) == repr(run)


def test_an_epoch_is_copied_and_says_what_it_has():
    epoch = history().epochs[1]
    assert copy.deepcopy(epoch) == pickle.loads(pickle.dumps(epoch)) == epoch
    assert epoch.test_a_loss == 1 / 3
    with pytest.raises(AttributeError, match="no recall, but loss, accuracy, test_a_loss"):
        _ = epoch.recall
    assert str(epoch) == "loss 0.3000  accuracy  87.50%  |  test_a loss 0.3333  |  200 examples/s"
