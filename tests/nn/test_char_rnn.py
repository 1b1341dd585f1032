"""The example of an LSTM that learns a rhyme keeps its promise."""

import runpy
from pathlib import Path


def test_what_it_says_are_verses_of_the_rhyme(capsys):
    example = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "char_rnn.py"))
    *verses, begun = example["main"]().split("\n")
    rhyme = example["rhyme"]().splitlines()
    assert len(verses) > len(rhyme) / 2
    assert set(verses) <= set(rhyme)
    assert any(verse.startswith(begun) for verse in rhyme)
    at_first, in_the_end = (float(part.split()[0]) for part in capsys.readouterr().out.split(": ")[1].split(", "))
    assert at_first > 2.5
    assert in_the_end < 0.1
