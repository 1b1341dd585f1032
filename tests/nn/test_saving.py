"""What is saved comes back, all parts or none; what does not fit is told and loses nothing."""

import signal
import sys

import numpy as np
import pytest
import safetensors.numpy

import nn
from autograd_mini import FileError, KindError, Tensor, Value


class Noisy(nn.Module):
    """Parameters of both kinds, a buffer and a source of randomness."""

    def __init__(self, seed=0, width=3, generator=np.random.PCG64):
        rng = np.random.default_rng(seed)
        self.inner = nn.Linear(2, width, rng=rng)
        self.scale = Value(rng.normal())
        self.register_buffer("count", np.array(seed))
        self.rng = np.random.Generator(generator(seed))

    def forward(self, x):
        self.count += len(x)
        return self.inner(x) * self.scale * self.rng.normal(size=self.inner.bias.shape).astype(np.float32)


x = np.ones((4, 2), np.float32)
GENERATORS = [np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.safetensors"


def assert_same_states(one, other):
    assert list(one) == list(other)
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], strict=True)


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_model_comes_back_with_its_randomness(path, generator):
    one, other = Noisy(1, generator=generator), Noisy(2, generator=generator)
    one(x)
    one.rng.integers(5, dtype=np.uint32)  # half of a number is left over
    nn.save(path, model=one)
    nn.load(path, model=other)
    assert_same_states(other.state_dict(), one.state_dict())
    for _ in range(3):
        np.testing.assert_array_equal(other(x).data, one(x).data)
    np.testing.assert_array_equal(
        other.rng.integers(9, size=5, dtype=np.uint32), one.rng.integers(9, size=5, dtype=np.uint32)
    )


def test_a_model_alone_is_a_file_of_its_paths(path):
    model, other = nn.MLP(2, [3], 1, rng=0), nn.MLP(2, [3], 1, rng=1)
    nn.save(path, model)
    arrays = safetensors.numpy.load_file(path)
    assert arrays.keys() == {"0.weight", "0.bias", "2.weight", "2.bias"}
    nn.load(path, other)
    assert_same_states(other.state_dict(), model.state_dict())
    safetensors.numpy.save_file(arrays, path)  # as another program writes it
    nn.load(path, nn.MLP(2, [3], 1))


def test_weights_of_another_program_leave_the_random_states_alone(path):
    one, other = Noisy(1), Noisy(2)
    safetensors.numpy.save_file(one.state_dict(), path)
    before = other.rng.bit_generator.state
    nn.load(path, other)
    assert_same_states(other.state_dict(), one.state_dict())
    assert other.rng.bit_generator.state == before


def test_parts_of_every_kind(path):
    rng, model = np.random.default_rng(5), Noisy()
    nn.save(path, model=model, rng=rng, words=["a", None], epoch=3, picture=np.eye(2, dtype=np.uint8))
    expected = rng.normal()
    tree = nn.load(path)
    assert (tree["epoch"], tree["words"]) == (3, ["a", None])
    np.testing.assert_array_equal(tree["picture"], np.eye(2, dtype=np.uint8), strict=True)
    other = np.random.default_rng(6)
    nn.load(path, rng=other)
    assert other.normal() == expected
    nn.save(path, other)
    nn.load(path, rng)
    assert rng.normal() == other.normal()


def test_one_source_of_randomness_shared_stays_shared(path):
    one = nn.Sequential(Noisy(), Noisy())
    one[1].rng = one[0].rng
    one[0](x)
    nn.save(path, model=one, rng=one[0].rng)
    expected = one[1].rng.normal(size=3)
    nn.load(path, model=one, rng=one[0].rng)
    assert one[1].rng is one[0].rng
    np.testing.assert_array_equal(one[0].rng.normal(size=3), expected)


def test_a_tree_that_was_loaded_is_not_the_models(path):
    model = nn.Linear(2, 2, rng=0)
    nn.save(path, model)
    tree = nn.load(path, model)
    tree["weight"][:] = 7.0
    assert not np.any(model.weight.data == 7.0)


def run_of(seed):
    """A model, an optimizer and a loader in the midst of a run, all of whose randomness is one generator's."""
    rng = np.random.default_rng(seed)
    model = Noisy(seed)
    model.rng = rng
    inputs = np.linspace(-1.0, 1.0, 12, dtype=np.float32).reshape(6, 2)
    loader = nn.DataLoader(inputs, inputs[:, :1], batch_size=2, rng=rng)
    return model, nn.SGD(model.parameters(), 0.01, momentum=0.9), loader


def train(model, optimizer, loader):
    for inputs, targets in loader:
        optimizer.zero_grad()
        nn.mse(model(inputs).sum(axis=1, keepdims=True), targets).backward()
        optimizer.step()


def test_a_run_goes_on_from_a_file_as_if_nothing_had_been(path):
    one, other = run_of(1), run_of(2)
    train(*one)
    nn.save(path, model=one[0], optimizer=one[1], loader=one[2], epoch=1)
    tree = nn.load(path, model=other[0], optimizer=other[1], loader=other[2])
    assert tree["epoch"] == 1
    assert tree["optimizer"]["steps"] == 3
    for _ in range(2):
        train(*one)
        train(*other)
    assert_same_states(other[0].state_dict(), one[0].state_dict())


def test_an_exchanged_optimizer_or_loader_is_refused_and_nothing_moves(path):
    model, optimizer, loader = run_of(1)
    train(model, optimizer, loader)
    nn.save(path, model=model, optimizer=optimizer, loader=loader)
    adam, ordered = nn.Adam(model.parameters()), nn.DataLoader(np.ones(3))
    before = model.state_dict()
    model.scale.data = 7.0
    with pytest.raises(FileError, match="optimizer: this state is not of this Adam") as caught:
        nn.load(path, model=model, optimizer=adam, loader=ordered)
    assert "loader: the state is that of a loader that shuffles" in str(caught.value)
    assert model.scale.data == 7.0
    assert adam.steps == 0
    nn.load(path, model=model)  # one part of them fits as before
    assert_same_states(model.state_dict(), before)


class Nameless:
    """Somebody's own part, whose check is Python's."""

    kept = 1

    def state_dict(self):
        return {"kept": self.kept}

    def load_state_dict(self, state):
        self.kept = state["kept"]


def test_what_python_says_of_a_state_is_told_with_its_kind(path):
    nn.save(path, part={"other": 1})
    with pytest.raises(FileError, match="part: KeyError 'kept'"):
        nn.load(path, part=Nameless())


# --- what does not fit


class Refusing(nn.Linear):
    def load_state_dict(self, state):
        super().load_state_dict(state)
        if np.all(state["weight"] == 1.0):
            raise ZeroDivisionError


def test_all_parts_are_loaded_or_none_and_all_that_differs_is_told(path):
    nn.save(path, a=Noisy(1), b=Noisy(1), c=nn.Linear(2, 2))
    a, b, c = Noisy(2), Noisy(3, width=4), nn.Linear(2, 2, dtype=np.float64)
    before = [part.state_dict() for part in (a, b, c)], a.rng.bit_generator.state
    with pytest.raises(FileError, match="does not fit, and nothing was loaded") as caught:
        nn.load(path, a=a, b=b, c=c)
    words = str(caught.value)
    assert "b: this state is not of this Noisy" in words
    assert "inner.weight: float32 (2, 3) in place of float32 (2, 4)" in words
    assert "bias: float32 (2,) in place of float64 (2,)" in words
    assert "a:" not in words
    for part, state in zip((a, b, c), before[0], strict=True):
        assert_same_states(part.state_dict(), state)
    assert a.rng.bit_generator.state == before[1]


def test_an_error_of_a_part_of_your_own_loses_nothing_either(path):
    ones = Refusing(1, 1)
    ones.weight.data[:] = 1.0
    nn.save(path, a=Noisy(1), b=ones)
    a, b = Noisy(2), Refusing(1, 1)
    before = a.state_dict(), b.state_dict()
    with pytest.raises(ZeroDivisionError):
        nn.load(path, a=a, b=b)
    assert_same_states(a.state_dict(), before[0])
    assert_same_states(b.state_dict(), before[1])


class Interrupted(nn.Linear):
    def load_state_dict(self, state):
        signal.raise_signal(signal.SIGINT)
        super().load_state_dict(state)


def test_an_interrupt_waits_until_all_is_loaded(path):
    one, other = Noisy(1), Noisy(2)
    nn.save(path, a=nn.Linear(1, 1), b=one)
    with pytest.raises(KeyboardInterrupt):
        nn.load(path, a=Interrupted(1, 1), b=other)
    assert_same_states(other.state_dict(), one.state_dict())


def test_another_source_of_randomness_is_refused(path):
    nn.save(path, model=Noisy(), rng=np.random.default_rng(0))
    model = Noisy(1, generator=np.random.MT19937)
    before = model.state_dict()
    with pytest.raises(FileError, match="model: the random generator rng is a MT19937; the state is that of PCG64"):
        nn.load(path, model=model)
    assert_same_states(model.state_dict(), before)
    nn.save(path, {"a": np.ones(1)})
    with pytest.raises(FileError, match="the random generator is a PCG64; the state is that of none"):
        nn.load(path, np.random.default_rng(0))


@pytest.mark.parametrize(
    "state", [{"bit_generator": "PCG64"}, {"bit_generator": "PCG64", "state": {"state": -1, "inc": "x"}}]
)
def test_a_random_state_that_is_none_is_refused(path, state):
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    nn.save(path, rng=state)
    with pytest.raises(FileError, match="the random generator has no such state"):
        nn.load(path, rng=rng)
    assert rng.bit_generator.state == before


def test_some_random_states_without_the_others_are_refused(path):
    one = nn.Sequential(Noisy(), Noisy())
    state = {**one.state_dict(), "1.rng": one[1].rng.bit_generator.state}
    nn.save(path, model=state)
    with pytest.raises(FileError, match=r"the random generator 0.rng is a PCG64; the state is that of none"):
        nn.load(path, model=one)


def test_a_part_that_is_not_there_is_named_with_those_that_are(path):
    nn.save(path, model=Noisy(), epoch=3)
    with pytest.raises(FileError, match="holds no net, no epoch; it holds the parts model"):
        nn.load(path, net=Noisy(), epoch=Noisy())
    with pytest.raises(FileError, match="model: unexpected"):
        nn.load(path, Noisy())
    nn.save(path, nn.Linear(2, 2))
    with pytest.raises(FileError, match=r"holds no model; it holds one thing alone, which load\(path, part\) takes"):
        nn.load(path, model=nn.Linear(2, 2))
    nn.save(path, [1, 2])
    with pytest.raises(FileError, match="a dict"):
        nn.load(path, nn.Linear(2, 2))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda path: nn.save(path), "save takes one thing"),
        (lambda path: nn.save(path, Noisy(), model=Noisy()), "save takes one thing"),
        (lambda path: nn.save(path, model=Noisy), "model is a class, Noisy, which has no state"),
        (lambda path: nn.save(path, schedule=nn.cosine(3)), "schedule is a partial, which has no state: leave it out"),
        (lambda path: nn.save(path, w=Tensor([1.0])), "w is a Tensor; a file holds"),
        (lambda path: nn.save(3, model=Noisy()), "save takes a path first"),
        (lambda path: nn.load(path, Noisy(), model=Noisy()), "load takes one thing"),
        (lambda path: nn.load(path, model=Noisy), "model is a class, Noisy, which has no load_state_dict"),
        (lambda path: nn.load(path, epoch=3), "epoch is a int, which has no load_state_dict"),
    ],
)
def test_calls_that_cannot_be_meant(path, call, words):
    with pytest.raises(KindError, match=words):
        call(path)
    assert not path.exists()


def test_without_safetensors_the_extra_is_named(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    for call in (lambda: nn.save(path, epoch=1), lambda: nn.load(path)):
        with pytest.raises(ImportError, match=r'pip install "autograd_mini\[save\]"'):
            call()
