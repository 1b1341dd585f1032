"""Tables of numbers from CSV files: what is read, and what is refused with its line and column."""

import numpy as np
import pytest

import nn
from autograd_mini import KindError
from nn import DataFileError


@pytest.fixture
def table(tmp_path):
    """What reads these lines as a table."""

    def read(text, *args, **options):
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return nn.read_csv(path, *args, **options)

    return read


FLOWERS = "length,width,kind\n5.1,3.5,rose\n\n4.9,3,aster\n6,-1e-1,rose\n"


def test_columns_become_inputs_and_a_target(table):
    flowers = table(FLOWERS, "kind")
    assert (flowers.columns, flowers.classes) == (("length", "width"), ("aster", "rose"))
    ((x, y),) = nn.DataLoader(flowers)
    np.testing.assert_array_equal(x, np.array([[5.1, 3.5], [4.9, 3], [6, -0.1]], np.float32), strict=True)
    np.testing.assert_array_equal(y, np.array([1, 0, 1]), strict=True)


def test_a_target_is_whole_numbers_numbers_or_several_columns(table):
    text = "a,b,c\n1,2,0.5\n3,4,1.5\n"
    whole, numbers, both = (table(text, target) for target in ("b", -1, ["c", 0]))
    np.testing.assert_array_equal(whole.arrays[1], np.array([2, 4]), strict=True)
    np.testing.assert_array_equal(numbers.arrays[1], np.array([0.5, 1.5], np.float32), strict=True)
    np.testing.assert_array_equal(both.arrays[1], np.array([[0.5, 1], [1.5, 3]], np.float32), strict=True)
    assert (whole.columns, numbers.columns, both.columns) == (("a", "c"), ("a", "b"), ("b",))
    (alone,) = table(text, dtype=np.float64).arrays
    np.testing.assert_array_equal(alone, np.array([[1, 2, 0.5], [3, 4, 1.5]]), strict=True)


def test_files_as_others_write_them(table):
    for text, options in (
        ("\ufeffa,b\r\n1,2\r\n", {}),
        ("a;b\n1;2", {"delimiter": ";"}),
        ('"a", b \n 1 ,"2"\n\n', {}),
        ("1,2\n", {}),
        ("1999,b\n1,2\n", {"header": True}),
        ("1,2\n", {"header": False}),
    ):
        np.testing.assert_array_equal(table(text, **options).arrays[0], [[1, 2]])
    assert table("1,2\n", target=1).columns == ("0",)
    words = table("5.1,rose\n4.9,aster\n", -1, header=False)
    assert (words.classes, len(words)) == (("aster", "rose"), 2)


@pytest.mark.parametrize(
    ("text", "options", "place", "found", "expected"),
    [
        ("a,b\n1,2\n3,\n", {}, "line 3, column 'b'", "nothing", "leave lines with missing values out"),
        ('a,b\n\n"1\n",2\n3,x\n', {}, "line 5, column 'b'", "'x'", "a number"),
        ("a,b\n1,nan\n", {}, "line 2, column 'b'", "'nan'", "a number"),
        ("a,b\n1,1_000\n", {}, "line 2, column 'b'", "'1_000'", "a number"),
        ("a,b\n1,1e99\n", {}, "line 2, column 'b'", "'1e99'", "a number that float32 holds"),
        ("a,b\n1,2\n1,2,3\n", {}, "line 3", "3 cells", "2, as in line 1"),
        ("a,k\n1,rose\n1,\n", {"target": "k"}, "line 3, column 'k'", "nothing", "a word, as in line 2"),
        ("a,k\n1,rose\n1,NA\n", {"target": "k"}, "line 3, column 'k'", "'NA'", "a word, as in line 2"),
        ("a,k\n1,rose\n1,7\n", {"target": "k"}, "line 3, column 'k'", "'7'", "a word, as in line 2"),
        ("a,k\n1,7\n1,rose\n", {"target": "k"}, "line 3, column 'k'", "'rose'", "a number"),
        (
            "5.1,rose\n4.9,aster\n",
            {"target": 1},
            "line 1",
            "numbers and words, 5.1, rose",
            "header=True, .*=False",
        ),
        ("a,a\n1,2\n", {}, "csv", "two columns with the name 'a'", "a name of its own"),
        ("a,b\n", {}, "csv", "a line of names alone", "rows below"),
        ("\n \n", {}, "csv", "an empty file", "a line for each row"),
        (b"\xff\xfea", {}, "csv", "no CSV in UTF-8", "text"),
        ('a,b\n1,"2\n', {}, "csv", "no CSV in UTF-8", "text"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(table, text, options, place, found, expected):
    with pytest.raises(DataFileError, match=f"(?s)table.*{place}: found .*{found}.*; expected .*{expected}"):
        table(text, **options)


def test_columns_that_are_no_inputs_are_left_out(table):
    text = "id,a,b,k\nx1,1,2,rose\nx2,3,4,aster\n"
    read = table(text, "k", without=["id", 2])
    assert (read.columns, read.arrays[0].tolist()) == (("a",), [[1.0], [3.0]])
    with pytest.raises(DataFileError, match=r"column 'id': found 'x1'; expected a number: without=\['id'\]"):
        table(text, "k")
    with pytest.raises(KindError, match=r"in a list; got 'id': without=\['id'\]"):
        table(text, "k", without="id")
    with pytest.raises(KeyError, match="no column 'ID'; it has id, a, b, k"):
        table(text, "k", without=["ID"])


def test_a_column_that_is_not_there_is_said_with_those_that_are(table):
    for target in ("b", "a;", 3, -4, ["a", "b"]):
        with pytest.raises(KeyError, match=r"no column .*; it has length, width, kind"):
            table(FLOWERS, target)
    with pytest.raises(FileNotFoundError):
        nn.read_csv("nowhere.csv")


@pytest.mark.parametrize("dtype", [int, np.uint8, bool, complex, str])
def test_numbers_are_not_cut_to_fit_what_is_no_float(table, dtype):
    with pytest.raises(KindError, match="the numbers of a table are floats; got dtype="):
        table("a,b\n1.5,2\n", dtype=dtype)


def test_a_target_may_be_a_number_of_numpy(table):
    assert table("a,b\n1.5,2\n", target=np.int64(1))[0][1] == 2
