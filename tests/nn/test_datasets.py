"""Data sets: whatever has a length and gives examples by number; parts of them; random splits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

import nn
from autograd_mini import KindError, ShapeError, Tensor


class Squares:
    """A data set of a user's own."""

    def __len__(self):
        return 7

    def __getitem__(self, i):
        return np.full(2, i, np.float32), i * i


def test_an_example_is_a_tuple_of_rows_that_are_copies():
    x, y = np.arange(6.0).reshape(3, 2), np.array([7, 8, 9])
    dataset = nn.ArrayDataset(x, y)
    row, label = dataset[-1]
    assert (len(dataset), row.tolist(), label) == (3, [4.0, 5.0], 9)
    row[:] = -1.0
    assert x[2].tolist() == [4.0, 5.0]


def test_whatever_has_a_length_and_examples_is_a_data_set():
    pairs = [(np.zeros(2), 0), (np.ones(2), 1)]
    for dataset, inputs, targets in (
        (Squares(), np.repeat(np.arange(7), 2).reshape(7, 2), np.arange(7) ** 2),
        (pairs, [[0, 0], [1, 1]], [0, 1]),
        (nn.Subset(Squares(), [5, 0, 5]), [[5, 5], [0, 0], [5, 5]], [25, 0, 25]),
        (nn.Subset(nn.Subset(nn.ArrayDataset(np.arange(9)), [8, 2, 4]), np.array([2, 0])), [4, 8], None),
    ):
        (batch,) = nn.DataLoader(dataset, batch_size=9)
        for found, expected in zip(batch, [inputs] if targets is None else [inputs, targets], strict=True):
            np.testing.assert_array_equal(found, expected)


class Whole(Squares):
    """One that is asked for whole batches, and remembers for which."""

    def __init__(self, made=None):
        self.made, self.asked = made, []

    def __getitem__(self, i):
        raise AssertionError("one by one")

    def batch(self, rows):
        numbers = np.arange(7)[rows]
        self.asked.append(numbers.tolist())
        return (np.full((len(numbers), 2), numbers[:, None]), numbers**2) if self.made is None else self.made


def test_a_data_set_of_ones_own_is_asked_for_whole_batches():
    dataset, few = Whole(), Whole()
    for options in ({}, {"rng": 0}):
        for x, y in nn.DataLoader(dataset, batch_size=3, **options):
            np.testing.assert_array_equal(x[:, 0] ** 2, y)
    assert [len(rows) for rows in dataset.asked] == [3, 3, 1] * 2
    assert dataset.asked[:3] == [[0, 1, 2], [3, 4, 5], [6]]
    ((_, squares),) = nn.DataLoader(nn.Subset(nn.Subset(few, [6, 2, 4]), [1, 0]))
    assert (squares.tolist(), few.asked) == ([4, 36], [[2, 6]])


@pytest.mark.parametrize("made", [(np.zeros((7, 2)), np.zeros(6)), np.zeros(()), [1.0, 2.0]], ids=repr)
def test_a_batch_without_a_row_for_each_example_is_refused(made):
    with pytest.raises(ShapeError, match=r"Whole\.batch gives arrays with a row for each of the 7 examples.*; got"):
        next(iter(nn.DataLoader(Whole(made))))


def test_the_numbers_of_a_subset_are_whole_and_in_range():
    dataset = nn.ArrayDataset(np.arange(4))
    for rows in ([0, 4], [-1]):
        with pytest.raises(ShapeError, match=rf"numbers from 0 to 3; got some from {min(rows)} to {max(rows)}"):
            nn.Subset(dataset, rows)
    for rows in (np.array([True, False, True, True]), [0.0], [[1]]):
        with pytest.raises(KindError, match=r"np\.flatnonzero\(mask\)"):
            nn.Subset(dataset, rows)
    assert len(nn.Subset(dataset, [])) == 0


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (((np.zeros(3), np.zeros(3)),), KindError, r"DataLoader\(x, y\); got a tuple of them"),
        (
            ([np.zeros((3, 2)), np.zeros(3)],),
            ShapeError,
            r"rows differ.*DataLoader\(x, y\); .*\(input, target\)",
        ),
        (({"x": np.zeros(3)},), KindError, "not a dict"),
        ((Squares,), KindError, "not a type"),
        ((iter([1]),), KindError, "got list_iterator"),
        ((None,), KindError, "got NoneType"),
        (([None, 1],), KindError, "got list, an array of objects"),
        ((Tensor([1.0, 2.0]),), KindError, r"node\.data"),
        ((type("Endless", (), {"__getitem__": lambda self, i: i})(),), KindError, "Endless has no __len__"),
        ((Squares(), np.zeros(7)), KindError, "got Squares"),
    ],
)
def test_what_is_no_data_is_said(data, error, words):
    with pytest.raises(error, match=words):
        nn.DataLoader(*data)


def test_an_example_that_does_not_fit_is_named():
    with pytest.raises(ShapeError, match=r"example 2 has \[\(3,\), \(\)\], example 0 \[\(2,\), \(\)\]"):
        list(nn.DataLoader([(np.zeros(2), 0), (np.zeros(2), 0), (np.zeros(3), 0)]))
    with pytest.raises(ShapeError, match=r"example 1 has \[\(\)\], example 0 \[\(\), \(\)\]"):
        list(nn.DataLoader([(1, 2), 3]))
    with pytest.raises(KindError, match="got dict") as caught:
        list(nn.DataLoader([(1, 2), ({"label": 1}, 2)]))
    assert caught.value.__notes__ == ["this was example 1 of the list"]


# --- splits


@given(st.integers(1, 60), st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(0, 9))
def test_a_split_deals_every_example_once_and_the_same_for_the_same_seed(n, shares, seed):
    dataset, fractions = nn.ArrayDataset(np.arange(n)), [share / sum(shares) for share in shares]
    parts = nn.split(dataset, fractions, rng=seed)
    assert sorted(int(i) for part in parts for i in part.indices) == list(range(n))
    assert all(abs(len(part) - n * fraction) <= 1 for part, fraction in zip(parts, fractions, strict=True))
    sizes = [len(part) for part in parts]
    for part, again in zip(parts, nn.split(dataset, sizes, rng=np.random.default_rng(seed)), strict=True):
        np.testing.assert_array_equal(part.indices, again.indices)


def test_a_split_is_random():
    dataset = nn.ArrayDataset(np.arange(40))
    first, other, unseeded = (nn.split(dataset, [0.5, 0.5], rng=rng)[0].indices.tolist() for rng in (0, 1, None))
    assert len({tuple(rows) for rows in (first, other, unseeded, range(20))}) == 4


@pytest.mark.parametrize("counts", [[50, 50, 50], [90, 10], [5, 5], [700, 20, 80]])
def test_each_part_of_a_stratified_split_has_its_share_of_each_class(counts):
    labels = np.random.default_rng(1).permutation(np.repeat(np.arange(len(counts)), counts))
    train, test = nn.split(nn.ArrayDataset(labels), [0.8, 0.2], rng=0, stratify=labels)
    theirs = train_test_split(labels, train_size=0.8, stratify=labels, random_state=0)
    for part, their in zip((train, test), theirs, strict=True):
        np.testing.assert_array_equal(np.bincount(labels[part.indices]), np.bincount(their))


@given(st.lists(st.integers(2, 30), min_size=1, max_size=5), st.integers(0, 9))
def test_a_stratified_share_is_never_far_off(counts, seed):
    names = np.repeat(np.array(["ant", "bee", "cat", "dog", "eel"])[: len(counts)], counts)
    parts = nn.split(nn.ArrayDataset(names), [0.5, 0.3, 0.2], rng=seed, stratify=names)
    assert sorted(int(i) for part in parts for i in part.indices) == list(range(len(names)))
    for part in parts:
        for name, count in zip(np.unique(names), counts, strict=True):
            share = count * len(part) / len(names)
            assert abs(np.sum(names[part.indices] == name) - share) <= 1 + len(counts)  # as promised


@pytest.mark.parametrize(
    ("parts", "options", "words"),
    [
        ([0.8, 0.1], {}, "add up to 0.9; they must to 1"),
        ([6, 3], {}, "add up to 9; there are 10 examples"),
        ([1.5, -0.5], {}, r"such as \[0\.8, 0\.2\]"),
        ([], {}, r"such as \[0\.8, 0\.2\]"),
        (0.8, {}, r"such as \[0\.8, 0\.2\]; got 0\.8"),
        (["a"], {}, r"such as \[0\.8, 0\.2\]"),
        ([0.5, 0.5], {"stratify": np.zeros(9)}, r"each of the 10 examples; got \(9,\)"),
        ([0.5, 0.5], {"stratify": np.linspace(0.0, 1.0, 10)}, "one of class 0.0: no labels"),
    ],
)
def test_a_split_that_cannot_be_is_refused(parts, options, words):
    with pytest.raises(ShapeError, match=words):
        nn.split(nn.ArrayDataset(np.arange(10)), parts, rng=0, **options)
