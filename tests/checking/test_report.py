"""The report: every point can be repeated, and a file keeps it all."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import FileError, KindError, check_gradients
from autograd_mini.checking.report import Point, Report
from autograd_mini.checking.telling.mistakes import Kink, Mistake

from ..support.failing import B, S, V, X, failing, layer, with_w


def test_many_kinks_are_told_in_one_line() -> None:
    report = check_gradients(ag.relu, np.zeros((2, 3)), order=1)
    assert len(report.kinks) == 6
    assert str(report).splitlines()[1:] == [f"{report.kinks[0]}; and 5 more like it"]


def beyond_three(x: Any) -> Any:
    """A function whose gradient below is wrong beyond 3 alone."""
    return np.maximum(x, 3.0) + x


def test_every_point_can_be_repeated() -> None:
    def backward(g: Any, x: Any, shift: Any) -> Any:
        return np.array(g, x.dtype)

    args = np.array([0.5, -1.0], np.float32), np.array([1, 2])
    report = failing(lambda x, shift: beyond_three(x) + shift, *args, gradient=backward, seed=5)
    first, *others = report.points
    assert (first.where, [x.dtype for x in first.arguments]) == ("the given point", [np.float32, np.int64])
    assert all(np.array_equal(x, y) for x, y in zip(first.arguments, args, strict=True))
    (finding,) = report.findings
    (point,) = [point for point in others if point.where == finding.mistakes[0].where]
    assert f"  {point.where}: {point}" in str(report).splitlines()
    alone = failing(lambda x, shift: beyond_three(x) + shift, *point.arguments, gradient=backward, elsewhere=False)
    numbers = [[(mistake.element, mistake.got) for mistake in each.mistakes] for each in (report, alone)]
    assert numbers[0] == numbers[1]
    again = failing(lambda x, shift: beyond_three(x) + shift, *first.arguments, gradient=backward, **report.options)
    assert str(again) == str(report)
    assert report.options["seed"] == 5
    assert "(seed 5)" in str(report)


def test_the_points_of_a_right_gradient_are_told_too() -> None:
    report = check_gradients(lambda p: p["w"] * p["n"], {"w": np.array([1.0, 2.0]), "n": 3}, order=1, seed=9)
    assert len({point.where for point in report.points}) == len(report.points) >= 10
    assert all(point.arguments[0]["n"] == 3 and point.arguments[0]["w"].shape == (2,) for point in report.points)
    assert str(report).endswith("seed 9")


def test_the_point_is_kept_as_it_was_whatever_becomes_of_the_arguments() -> None:
    labels = np.array([0, 1])

    def spoiling(x: Any, labels: Any) -> Any:
        labels[:] = 7
        return np.sin(x)

    report = failing(spoiling, V, labels, gradient=lambda g, x, labels: g * np.cos(x), elsewhere=False)
    assert report.points[0].arguments[1].tolist() == [0, 1]


def test_a_point_is_printed_exactly_where_it_is_small() -> None:
    x = np.array([[0.1, 1e-300], [np.pi, -0.0]])
    assert str(Point("here", (x, 0.1, "mean"))) == f"array([[0.1, 1e-300], [{np.pi!r}, -0.0]]), 0.1, 'mean'"
    large = failing(np.exp, np.linspace(0.0, 1.0, 200), gradient=lambda g, x: g, elsewhere=False)
    assert "the given point: its arguments are report.points[0].arguments" in str(large)


class Unspeakable:
    def __repr__(self) -> str:
        raise ValueError("no words")


def test_an_argument_without_words_harms_no_report() -> None:
    report = failing(lambda x, thing: np.exp(x), V, Unspeakable(), gradient=lambda g, x, thing: (g, None))
    assert "the given point: array([" in str(report)
    assert "Unspeakable" in str(report)


def everything() -> Report:
    """A report of all that a report may hold, made by checks."""
    nested = {"w": np.array([1.0, np.inf]), "n": (1, None, "mean", 2.5, [True, np.arange(3)]), 7: np.float32(0.1)}
    wrong = failing(layer, X, S, B, gradient=with_w(np.transpose), seed=3)
    wrong.points.append(Point("nested", (nested, np.array([0.1], np.float32))))
    wrong.kinks.append(Kink("argument 0", (1, 2), "f", -1.0, 1.0, 0.0))
    wrong.mistakes.append(Mistake("told", expected="this", got="that", hint="why"))
    wrong.mistakes.append(
        Mistake("wrong derivative", "argument 9", (0,), "f", 1.0, float("nan"), 1e-12, mode="forward")
    )
    wrong.diagnosis = "words ×"
    return wrong


def test_a_report_is_saved_whole_and_loaded_again(tmp_path: Path) -> None:
    report = everything()
    report.save(tmp_path / "report.npz")
    again = Report.load(str(tmp_path / "report.npz"))
    assert str(again) == str(report)
    assert [str(mistake) for mistake in again.mistakes] == [str(mistake) for mistake in report.mistakes]
    assert [finding.line for finding in again.findings] == [finding.line for finding in report.findings]
    assert (again.options, again.entries, again.undecided) == (report.options, report.entries, report.undecided)
    assert [str(point) for point in again.points] == [str(point) for point in report.points]
    nested, single = again.points[-1].arguments
    assert (nested["n"][:4], single.dtype, nested["w"].tolist()) == ((1, None, "mean", 2.5), np.float32, [1.0, np.inf])
    assert type(nested["n"][4][0]) is bool
    assert nested[7] == np.float32(0.1)
    repeated = failing(layer, *again.points[0].arguments, gradient=with_w(np.transpose), **again.options)
    assert repeated.findings[0].line in [finding.line for finding in again.findings]


def test_what_no_file_holds_is_refused_and_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "report.npz"
    file.write_bytes(b"before")
    report = check_gradients(
        lambda x, f: f(x), V, np.sin, gradient=lambda g, x, f: (g * np.cos(x), None), elsewhere=False
    )
    with pytest.raises(KindError, match=r"not ufunc.*lambda x: f\(x"):
        report.save(file)
    words = check_gradients(lambda x, words: x * len(words), V, np.array(["a"]), order=1, elsewhere=False)
    with pytest.raises(KindError, match="lambda x: f"):
        words.save(file)
    assert file.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["report.npz"]
    with pytest.raises(OSError, match="nowhere"):
        check_gradients(np.sin, 1.0, gradient=lambda g, x: g * np.cos(x)).save(tmp_path / "nowhere" / "report.npz")


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "report.npz"
    failing(np.exp, 0.5, gradient=lambda g, x: g, elsewhere=False).save(file)
    whole = file.read_bytes()
    for place in range(0, len(whole), 97):
        file.write_bytes(whole[:place])
        with pytest.raises(FileError, match=r"report.npz is no report of check_gradients"):
            Report.load(file)
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with suppress(FileError):  # some bytes of a zip archive mean nothing; what means something is under a checksum
            assert str(Report.load(file)).startswith("check_gradients found 1 mistake")
    with pytest.raises(FileNotFoundError):
        Report.load(tmp_path / "none.npz")
    with pytest.raises(KindError, match="takes a path"):
        Report.load(5)  # type: ignore[arg-type]


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    ag.compile(lambda x: x * x).record(1.0).save(tmp_path / "program.npz")
    with pytest.raises(FileError, match="is no report"):
        Report.load(tmp_path / "program.npz")
