"""What is seen of a run: a bar in a terminal or a notebook, a line an epoch in a pipe, or nothing."""

import sys
import types

import numpy as np

import nn

X = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
CLASSES = (X[:, 0] > X[:, 1]).astype(int)


def seen_of(capsys, **options):
    model = nn.MLP(2, [4], 2, rng=0)
    data = nn.DataLoader(X, CLASSES, batch_size=10)
    nn.fit(model, data, nn.SGD(model.parameters(), 0.1), epochs=2, validation=data, **options)
    out, err = capsys.readouterr()
    assert not out
    return err


def test_through_a_pipe_each_epoch_is_a_plain_line(capsys):
    lines = seen_of(capsys).splitlines()
    assert [line.split("  ")[0] for line in lines] == ["epoch 1/2", "epoch 2/2"]
    assert all(" loss " in line and "validation loss" in line and "examples/s" in line for line in lines)
    assert seen_of(capsys, progress=False) == ""


def test_in_a_terminal_a_bar_moves_and_the_line_of_each_epoch_stays(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    shown = seen_of(capsys).split("\n")
    for number, written in zip((1, 2), shown, strict=False):
        *bars, stays = written.split("\r")
        assert any(f"epoch {number}/2:   0%" in bar for bar in bars)
        assert stays.startswith(f"epoch {number}/2  loss ")  # longer than the terminal is wide, and whole
        assert stays.endswith("examples/s")
        assert "validation loss" in stays


def test_in_a_notebook_the_bar_is_tqdms_own(capsys, monkeypatch):
    import tqdm.auto
    import tqdm.notebook

    made = []

    class Bar(tqdm.notebook.tqdm_notebook):
        def __init__(self, **options):
            made.append(self)
            self.words = []

        update = lambda self, n: True
        set_postfix_str = lambda self, words, refresh=True: self.words.append(words)
        close = lambda self: self.words.append("closed")
        __del__ = lambda self: None

    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setattr(tqdm.auto, "tqdm", Bar)
    assert seen_of(capsys) == ""
    assert len(made) == 2
    assert "validation loss" in made[-1].words[-2]
    assert made[-1].words[-1] == "closed"
