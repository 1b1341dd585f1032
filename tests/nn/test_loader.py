"""The loader: its order, its weights, its state, and the thread that reads ahead."""

import _thread
import copy
import gc
import threading
import time

import numpy as np
import pytest

import nn
from autograd_mini import KindError, ShapeError


class Broken(Exception):
    pass


class Letters:
    """Ten examples, of which some cannot be read; remembers what was asked for."""

    def __init__(self, *unreadable):
        self.unreadable, self.asked = unreadable, []

    def __len__(self):
        return 10

    def __getitem__(self, i):
        self.asked.append(i)
        if i in self.unreadable:
            raise Broken(f"letter {i}")
        return np.float32(i), i


def readers():
    return [thread for thread in threading.enumerate() if thread.name == "reading ahead"]


def rows_of(loader):
    return [batch[-1].tolist() for batch in loader]


# --- order


def test_shuffle_and_rng_say_together_what_the_order_is():
    x, in_order = np.arange(50), [list(range(50))]
    for options in ({}, {"shuffle": False}, {"shuffle": False, "rng": 0}):
        assert rows_of(nn.DataLoader(x, batch_size=50, **options)) == in_order
    seeded, again = (rows_of(nn.DataLoader(x, batch_size=50, rng=0, shuffle=s)) for s in (None, True))
    assert seeded == again != in_order
    anew, other = (rows_of(nn.DataLoader(x, batch_size=50, shuffle=True)) for _ in range(2))
    assert anew != other
    assert sorted(anew[0]) == in_order[0]


@pytest.mark.parametrize("dataset", [Letters(), nn.ArrayDataset(np.arange(10.0), np.arange(10))])
def test_drop_last_leaves_out_what_fills_no_batch(dataset):
    loader = nn.DataLoader(dataset, batch_size=4, rng=0, drop_last=True)
    seen = [rows_of(loader) for _ in range(20)]
    assert all([len(rows) for rows in epoch] == [4, 4] for epoch in seen)
    assert (len(loader), loader.examples) == (2, 8)
    assert {row for epoch in seen for rows in epoch for row in rows} == set(range(10))  # other ones each time
    with pytest.raises(ValueError, match="10 examples fill no batch of 11"):
        nn.DataLoader(dataset, batch_size=11, drop_last=True)


def test_weights_draw_each_example_as_often_as_they_say():
    weights = np.array([0.0, 1.0, 3.0])
    loader = nn.DataLoader(np.arange(3).repeat(2000), weights=weights.repeat(2000), batch_size=500, rng=0)
    drawn = np.bincount(np.concatenate([batch for (batch,) in loader]), minlength=3)
    assert drawn[0] == 0
    assert drawn.sum() == loader.examples == 6000
    assert abs(drawn[1] - 1500) < 6 * np.sqrt(6000 * 0.25 * 0.75)  # six standard deviations
    assert rows_of(nn.DataLoader(np.arange(9), weights=np.ones(9), rng=3)) == rows_of(
        nn.DataLoader(np.arange(9), weights=np.full(9, 5e307), rng=3)
    )


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"weights": [1.0]}, ShapeError, r"each of the 4 examples; got an array of shape \(1,\)"),
        ({"weights": [1, 1, -1, 1]}, ValueError, "0 or more"),
        ({"weights": [1, 1, np.nan, 1]}, ValueError, "finite"),
        ({"weights": np.zeros(4)}, ValueError, "not all of them 0"),
        ({"weights": np.ones(4), "shuffle": False}, ValueError, "leave shuffle out"),
        ({"read_ahead": -1}, ValueError, "takes as read_ahead a whole number, 0 or more; got read_ahead=-1"),
        ({"read_ahead": True}, KindError, "got read_ahead=True"),
    ],
)
def test_impossible_settings_are_refused_at_the_call(options, error, words):
    with pytest.raises(error, match=words):
        nn.DataLoader(np.zeros(4), **options)


@pytest.mark.parametrize("read_ahead", [0, 2])
@pytest.mark.parametrize("given", [np.arange(10.0), nn.Subset(nn.ArrayDataset(np.arange(10.0)), range(10)), Letters()])
def test_no_batch_aliases_the_data(given, read_ahead):
    for _ in range(2):
        for batch in nn.DataLoader(given, batch_size=3, read_ahead=read_ahead):
            assert all(part.flags.owndata and part.flags.writeable for part in batch)
            batch[0][:] = -1.0
    np.testing.assert_array_equal(np.concatenate([batch[0] for batch in nn.DataLoader(given)]), np.arange(10.0))


# --- state


def test_a_loader_goes_on_from_its_state():
    loader = nn.DataLoader(np.arange(30), batch_size=30, rng=0)
    list(loader)
    kept = loader.state_dict()
    following = [rows_of(loader) for _ in range(2)]
    other = nn.DataLoader(np.arange(30), batch_size=30, rng=5)
    other.load_state_dict(kept)
    assert [rows_of(other) for _ in range(2)] == following
    other.load_state_dict(kept)  # it was not changed by what went on from it
    assert rows_of(other) == following[0]
    unshuffled = nn.DataLoader(np.arange(3))
    unshuffled.load_state_dict(unshuffled.state_dict())


@pytest.mark.parametrize("kind", [np.random.MT19937, np.random.Philox])
def test_any_generator_of_numpys_is_kept(kind):
    def loader(seed):
        return nn.DataLoader(np.arange(30), batch_size=30, rng=np.random.Generator(kind(seed)))

    one, other = loader(0), loader(1)
    kept = one.state_dict()
    following = rows_of(one)
    other.load_state_dict(kept)
    assert rows_of(other) == following


def test_the_state_of_another_kind_of_loader_changes_nothing():
    loader = nn.DataLoader(np.arange(30), batch_size=30, rng=0)
    before = loader.state_dict()
    twister = nn.DataLoader(np.arange(3), rng=np.random.Generator(np.random.MT19937(0))).state_dict()
    for state, words in (
        ({"rng": None}, "a loader that keeps the order; this one shuffles"),
        (twister, "of this DataLoader is a PCG64; the state is that of MT19937"),
        ({"rng": {"bit_generator": "PCG64"}}, "the random generator of this DataLoader has no such state"),
        ({"rng": {"bit_generator": 3}}, "that of 3"),
        ({"rng": 3}, "that of int"),
        ({"steps": 3}, "as its state_dict"),
        (None, "got None"),
    ):
        with pytest.raises(nn.StateError, match=words):
            loader.load_state_dict(state)
        assert loader.state_dict() == before
    with pytest.raises(nn.StateError, match="shuffles; this one keeps the order"):
        nn.DataLoader(np.arange(3)).load_state_dict(before)


def test_a_state_that_breaks_off_moves_no_generator():
    """NumPy's own setter has set Philox' key and counter by the time that it misses the last number."""
    rng = np.random.Generator(np.random.Philox(0))
    loader = nn.DataLoader(np.arange(30), batch_size=30, rng=rng)
    broken = {name: x for name, x in np.random.Philox(1).state.items() if name != "uinteger"}
    expected = rows_of(copy.deepcopy(loader))
    with pytest.raises(nn.StateError, match="of this DataLoader has no such state"):
        loader.load_state_dict({"rng": broken})
    assert rows_of(loader) == expected


# --- reading ahead


def test_reading_ahead_gives_the_same_batches():
    plain, threaded = (nn.DataLoader(Letters(), batch_size=3, rng=0, read_ahead=n) for n in (0, 2))
    for _ in range(3):
        assert rows_of(plain) == rows_of(threaded)
    assert not readers()


def test_the_thread_is_as_far_ahead_as_it_was_told():
    letters = Letters()
    batches = iter(nn.DataLoader(letters, batch_size=1, read_ahead=3))
    for taken in range(1, 5):
        next(batches)
        until = time.monotonic() + 10.0
        while len(letters.asked) < taken + 3 and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(0.01)  # in which it might go further
        assert letters.asked == list(range(taken + 3))
    batches.close()


@pytest.mark.parametrize("read_ahead", [0, 1, 8])
def test_an_error_surfaces_where_its_batch_would_be_and_says_its_place(read_ahead):
    seen = []
    batches = iter(nn.DataLoader(Letters(5), batch_size=2, read_ahead=read_ahead))
    with pytest.raises(Broken, match="letter 5") as caught:
        seen.extend(labels.tolist() for _, labels in batches)
    assert seen == [[0, 1], [2, 3]]
    assert caught.value.__notes__ == ["this was example 5 of the Letters"]
    assert "__getitem__" in [entry.name for entry in caught.traceback]  # the user's own line
    assert not readers()


@pytest.mark.parametrize("way", ["break", "error", "dropped"])
def test_the_thread_ends_when_the_loop_is_left_early(way):
    loader = nn.DataLoader(Letters(), batch_size=1, read_ahead=2)
    if way == "break":
        for _ in loader:
            assert len(readers()) == 1
            break
    elif way == "error":
        with pytest.raises(ZeroDivisionError):
            [1 // int(first[0]) for first, _ in loader]
    else:
        batches = iter(loader)
        next(batches)
        del batches
    gc.collect()
    assert not readers()
    assert rows_of(loader) == [[i] for i in range(10)]


def test_numpys_settings_hold_in_the_thread():
    class Dividing(Letters):
        def __getitem__(self, i):
            return np.float64(1.0) / i

    with np.errstate(divide="ignore"):
        assert next(iter(nn.DataLoader(Dividing(), read_ahead=1)))[0][0] == np.inf
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        list(nn.DataLoader(Dividing(), read_ahead=1))


def test_fit_and_evaluate_take_any_data_set():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 2)).astype(np.float32)
    pairs = [(row, int(row[0] > 0)) for row in x]
    model = nn.MLP(2, [8], 2, rng=rng)
    data = nn.DataLoader(pairs, batch_size=16, rng=rng, read_ahead=2)
    nn.fit(model, data, nn.Adam(model.parameters(), 0.05), epochs=15, progress=False)
    assert nn.evaluate(model, nn.DataLoader(pairs))["accuracy"] > 0.9


def test_ctrl_c_ends_the_thread_too():
    class Interrupting(Letters):
        def __getitem__(self, i):
            if i == 3:
                _thread.interrupt_main()
            return super().__getitem__(i)

    letters = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        rows_of(nn.DataLoader(letters, batch_size=1, read_ahead=1))
    gc.collect()
    assert not readers()
    assert 3 in letters.asked
    assert 9 not in letters.asked


def test_it_shows_what_it_goes_through_and_how():
    x = np.zeros((4, 2), np.float32)
    part = nn.split(nn.ArrayDataset(x, np.arange(4)), [3, 1], rng=0)[0]
    shown = "DataLoader(Subset(3 of ArrayDataset(4 examples: float32 (2,), int64 ())), batch_size=2, shuffled)"
    assert repr(nn.DataLoader(part, batch_size=2, rng=0)) == shown
    assert repr(nn.DataLoader(x, weights=np.ones(4), rng=0)).endswith(", batch_size=32, weighted)")
    assert repr(nn.DataLoader([(1.0, 0)] * 1000)) == "DataLoader(1000 examples in a list, batch_size=32, in order)"


@pytest.mark.parametrize("more", [-1, 3])
@pytest.mark.parametrize(
    "options", [{}, {"rng": 0}, {"weights": np.ones(4), "rng": 0}], ids=["order", "rng", "weights"]
)
def test_a_data_set_that_has_another_length_now_is_told(options, more):
    examples = [(np.ones(2), i) for i in range(4)]
    loader = nn.DataLoader(examples, **options)
    examples[4 + min(more, 0) :] = examples[: max(more, 0)]
    with pytest.raises(ShapeError, match=f"had 4 examples when this DataLoader was made and has {4 + more} now"):
        next(iter(loader))
