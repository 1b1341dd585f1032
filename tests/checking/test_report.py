"""The report: every point can be repeated, and a file keeps it all."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import FileError, KindError, check_gradients
from autograd_mini.checking.report import Point, Report
from autograd_mini.checking.telling.mistakes import Kink, Mistake
from autograd_mini.compiling.files.archive import pack, unpack
from autograd_mini.errors import brief, describe

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


class Pair(NamedTuple):
    left: Any
    right: Any


STRANGE: list[Any] = [np.sin, {1}, 1j, np.array(["a"]), np.array([None]), b"bytes", Unspeakable()]
STRANGE += [Mistake, np.ma.array([1, 2])]


@pytest.mark.parametrize("strange", STRANGE, ids=lambda strange: type(strange).__name__)
def test_what_no_file_holds_is_told_there_and_the_rest_is_saved(strange: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.npz"
    gradient = lambda g, pair: [1.01 * g, None]
    report = failing(lambda pair: pair[0] * 1.0, [V, strange], gradient=gradient, elsewhere=False)
    report.save(file)
    again = Report.load(file)
    ((numbers, words),) = again.points[0].arguments
    assert np.array_equal(numbers, V)
    assert repr(words) == brief(strange)
    assert again.remarks == [f"saved otherwise than it was given: {describe(strange)} as text"]
    assert [finding.line for finding in again.findings] == [finding.line for finding in report.findings]
    assert report.remarks == []
    again.save(file)
    assert str(Report.load(file)) == str(again)


def test_a_tuple_of_another_type_is_saved_as_a_tuple(tmp_path: Path) -> None:
    report = check_gradients(lambda pair: pair.left * pair.right, Pair(0.5, 2.0), order=1, elsewhere=False)
    report.save(tmp_path / "report.npz")
    again = Report.load(tmp_path / "report.npz")
    assert again.points[0].arguments == ((0.5, 2.0),)
    assert again.remarks == ["saved otherwise than it was given: Pair(left=0.5, right=2.0) as a tuple"]


def test_where_nothing_can_be_written_the_file_stays(tmp_path: Path) -> None:
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


CHANGED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "an entry of another type": ("a Report of which entries is str 'many'", lambda report: {"entries": "many"}),
    "true for a number": ("a Report of which entries is bool True", lambda report: {"entries": True}),
    "a list of others": ("a Report of which remarks is list", lambda report: {"remarks": {"list": [5]}}),
    "an object among text": ("a Report of which remarks is list", lambda report: {"remarks": report["points"]}),
    "text among points": ("a Report of which points is list", lambda report: {"points": {"list": ["here"]}}),
    "a tuple for a list": ("a Report of which kinks is tuple", lambda report: {"kinks": {"tuple": []}}),
    "keys of options": ("a Report of which options is dict", lambda report: {"options": {"dict": [[1, 2]]}}),
    "a part too many": ("a Report of other parts", lambda report: {"more": 1}),
    "an object that is not there": ("an object that is not there", lambda report: {"points": {"object": 99}}),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_file_that_was_changed_is_refused_in_words(name: str, tmp_path: Path) -> None:
    """With its checksum made anew, as by another program."""
    words, change = CHANGED[name]
    file = tmp_path / "report.npz"
    failing(np.exp, 0.5, gradient=lambda g, x: g, elsewhere=False).save(file)
    text, arrays = unpack(file.read_bytes())
    code = json.loads(text)
    report = code["check"][-1][1]
    report |= change(report)
    file.write_bytes(pack(json.dumps(code), arrays))
    with pytest.raises(
        FileError, match=f"report.npz is no report of check_gradients that can be read: it holds {words}"
    ):
        Report.load(file)


def test_a_part_that_is_missing_is_told(tmp_path: Path) -> None:
    file = tmp_path / "report.npz"
    check_gradients(ag.sin, 0.5, order=1, elsewhere=False).save(file)
    text, arrays = unpack(file.read_bytes())
    code = json.loads(text)
    del code["check"][-1][1]["kinks"]
    file.write_bytes(pack(json.dumps(code), arrays))
    with pytest.raises(FileError, match="it holds a Report of other parts"):
        Report.load(file)
    file.write_bytes(pack(json.dumps(code | {"check": []}), arrays))
    with pytest.raises(FileError, match="it holds nothing"):
        Report.load(file)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    ag.compile(lambda x: x * x).record(1.0).save(tmp_path / "program.npz")
    with pytest.raises(FileError, match="is no report"):
        Report.load(tmp_path / "program.npz")
