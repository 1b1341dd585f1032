"""What a run left behind: gradient norms, films, and the loss around the trained network."""

import runpy
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import nn
from autograd_mini import Tensor

from ..support.networks import seeded

EXAMPLES = Path(__file__).parents[2] / "examples"


def problem():
    """Twenty points and two classes; in batches of eight: 8, 8 and 4."""
    x = seeded(5).normal(size=(20, 2)).astype(np.float32)
    return x, (x[:, 0] > x[:, 1]).astype(np.int64)


def run(epochs=4, **callbacks):
    """Train a small network; the callbacks are made by functions of the model."""
    model = nn.MLP(2, [3], 2, activation=nn.Tanh, rng=seeded())
    made = {name: [make(model) for make in makers] for name, makers in callbacks.items()}
    data = nn.DataLoader(*problem(), batch_size=8, rng=seeded(1))
    history = nn.fit(model, data, nn.SGD(model.parameters(), 0.5), epochs=epochs, progress=False, **made)
    return model, history, made


# Gradient norms


def test_every_step_hands_over_the_loss_of_its_batch():
    losses = []
    _, history, _ = run(epochs=2, step_callbacks=[lambda model: losses.append])
    assert len(losses) == 2 * 3
    for epoch, three in zip(history.epochs, (losses[:3], losses[3:]), strict=True):
        assert epoch.loss == pytest.approx(np.average(three, weights=[8, 8, 4]), rel=1e-12)


def test_the_norms_are_those_of_the_gradients_of_each_step():
    seen = []

    def watch(model):
        return lambda loss: seen.append([float(np.sqrt(np.sum(p.grad.astype(float) ** 2))) for p in model.parameters()])

    model, _, made = run(step_callbacks=[nn.GradientNorms, watch])
    norms = made["step_callbacks"][0].norms
    assert list(norms) == [path for path, _ in model.named_parameters()]
    np.testing.assert_allclose(np.array(list(norms.values())).T, seen, rtol=1e-14)
    assert len(seen) == 4 * 3
    assert np.min(seen) > 0


def test_as_a_callback_it_keeps_the_last_step_of_every_epoch():
    _, _, made = run(step_callbacks=[nn.GradientNorms], callbacks=[nn.GradientNorms])
    (steps,), (epochs,) = made["step_callbacks"], made["callbacks"]
    assert epochs.norms == {path: norms[2::3] for path, norms in steps.norms.items()}


def test_two_runs_of_one_seed_record_the_same():
    first, second = (run(step_callbacks=[nn.GradientNorms])[2]["step_callbacks"][0].norms for _ in range(2))
    assert first == second


def test_norms_of_values_of_tiny_gradients_and_of_none():
    scalar = nn.ScalarMLP(2, [2], 1, rng=seeded())
    norms = nn.GradientNorms(scalar)
    norms()
    scalar([1.0, -2.0]).backward()
    norms()
    for path, parameter in scalar.named_parameters():
        before, after = norms.norms[path]
        assert np.isnan(before)
        assert after == abs(parameter.grad)

    tiny = nn.Linear(2, 2, rng=seeded())
    tiny.weight.grad = np.full((2, 2), 1e-30, np.float32)  # its square is 0 in float32
    norms = nn.GradientNorms(tiny)
    norms()
    assert norms.norms["weight"] == [pytest.approx(2e-30, rel=1e-6)]


def test_the_plot_has_a_line_for_each_layer_by_its_path():
    _, _, made = run(step_callbacks=[nn.GradientNorms])
    norms = made["step_callbacks"][0]
    figure = norms.plot(ending="weight")
    (axes,) = figure.axes
    assert [line.get_label() for line in axes.get_lines()] == ["0.weight", "2.weight"]
    assert axes.get_yscale() == "log"
    assert axes.get_xlabel() == "step"
    for line in axes.get_lines():
        np.testing.assert_array_equal(line.get_ydata(), norms.norms[line.get_label()])
    figure.savefig(BytesIO())
    every = norms.plot(unit="epoch").axes[0]
    assert [line.get_label() for line in every.get_lines()] == list(norms.norms)
    assert every.get_xlabel() == "epoch"
    with pytest.raises(ValueError, match=r"ends in 'kernel': they are such as 0\.weight, 0\.bias"):
        norms.plot(ending="kernel")


# Films


def weights_seen(model):
    """A picture of the first weights as they are."""
    figure = Figure(figsize=(1.5, 1))
    figure.subplots().imshow(model.parameters()[0].data)
    return figure


def filmed(path):
    _, _, made = run(callbacks=[lambda model: nn.Film(lambda: weights_seen(model), dpi=40)])
    (film,) = made["callbacks"]
    film.save(path, seconds=0.1, rest=1.5)
    return film


def test_a_film_has_a_frame_for_every_epoch(tmp_path):
    film = filmed(tmp_path / "weights.gif")
    assert len(film) == 4
    durations, frames = [], []
    with Image.open(tmp_path / "weights.gif") as gif:
        assert (gif.n_frames, gif.size, gif.info["loop"]) == (4, (60, 40), 0)
        for i in range(4):
            gif.seek(i)
            durations.append(gif.info["duration"])
            frames.append(np.asarray(gif.convert("RGB"), int))
    assert durations == [100, 100, 100, 1500]
    for frame, taken in zip(frames, film.frames, strict=True):  # in their order, in colours close to their own
        others = [np.abs(frame - np.asarray(Image.open(BytesIO(png)).convert("RGB"), int)) for png in film.frames]
        own = others[film.frames.index(taken)]
        assert own.mean() == min(other.mean() for other in others)
        assert own.max() <= 32
        assert own[0, 0].max() == 0  # the paper stays white


def test_two_runs_of_one_seed_make_the_same_film(tmp_path):
    filmed(tmp_path / "first.gif")
    filmed(tmp_path / "second.gif")
    assert (tmp_path / "first.gif").read_bytes() == (tmp_path / "second.gif").read_bytes()


def test_a_film_of_nothing_or_of_several_sizes_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no frames: call it"):
        nn.Film(Figure).save(tmp_path / "nothing.gif")
    sides = iter([1, 2])
    film = nn.Film(lambda: Figure(figsize=(next(sides), 1)), dpi=10)
    film()
    film()
    with pytest.raises(ValueError, match=r"\[\(10, 10\), \(20, 10\)\]: let picture"):
        film.save(tmp_path / "sizes.gif")
    assert not list(tmp_path.iterdir())


# The loss around a trained network


class Cubes(nn.Module):
    """A weight of three axes, one of two and a bias."""

    def __init__(self):
        self.kernel = Tensor(seeded(2).normal(size=(2, 3, 4)))
        self.weight = Tensor(seeded(3).normal(size=(3, 5)).astype(np.float32))
        self.bias = Tensor([1.0, 2.0])


def bits(model):
    return [(parameter.data.dtype, parameter.data.tobytes()) for parameter in model.parameters()]


def test_the_landscape_is_the_loss_at_each_point_of_the_grid():
    model, met = Cubes(), []

    def loss():
        met.append([parameter.data.copy() for parameter in model.parameters()])
        total = (model.kernel**2).sum() + (model.weight**3).sum() + model.bias.sum()
        assert total.inputs == ()  # nothing is recorded
        return total

    trained = [parameter.data.copy() for parameter in model.parameters()]
    around = nn.loss_landscape(model, loss, rng=seeded(4), reach=0.5, steps=2)
    np.testing.assert_array_equal(around.offsets, [-0.5, -0.25, 0.0, 0.25, 0.5])
    grid = [met[5 * i : 5 * i + 5] for i in range(5)]
    x = [2.0 * (moved - middle) for moved, middle in zip(grid[2][4], trained, strict=True)]
    y = [2.0 * (moved - middle) for moved, middle in zip(grid[4][2], trained, strict=True)]
    for i, j in np.ndindex(5, 5):
        a, b = around.offsets[j], around.offsets[i]
        there = [middle + a * dx + b * dy for middle, dx, dy in zip(trained, x, y, strict=True)]
        for moved, expected, middle in zip(grid[i][j], there, trained, strict=True):
            assert moved.dtype == middle.dtype
            np.testing.assert_allclose(moved, expected, rtol=1e-5, atol=1e-6)
        written_out = np.sum(there[0] ** 2) + np.sum(there[1].astype(float) ** 3) + 3.0
        assert around.losses[i, j] == pytest.approx(written_out, rel=1e-5)
    for direction in (x, y):  # for each neuron as long as its weights; the bias stays
        for axes, part in (((1, 2), 0), ((0,), 1)):
            lengths = [np.sqrt(np.sum(np.square(w, dtype=float), axis=axes)) for w in (direction[part], trained[part])]
            np.testing.assert_allclose(*lengths, rtol=1e-5)
        np.testing.assert_array_equal(direction[2], 0.0)
    assert np.abs(x[0] - y[0]).max() > 0.1


def test_the_middle_is_the_trained_network_and_the_seed_tells_the_rest():
    model, _, _ = run()
    x, labels = problem()

    def loss():
        return nn.cross_entropy(model(x), labels)

    first, again, other = (nn.loss_landscape(model, loss, rng=seeded(seed), steps=3) for seed in (0, 0, 1))
    assert first.losses[3, 3] == loss().item()
    np.testing.assert_array_equal(first.losses, again.losses)
    assert np.any(first.losses != other.losses)


def test_parameters_and_gradients_are_put_back_bit_for_bit():
    model, _, _ = run()
    before, gradients = bits(model), [parameter.grad.copy() for parameter in model.parameters()]
    x, labels = problem()
    nn.loss_landscape(model, lambda: nn.cross_entropy(model(x), labels), rng=seeded(), steps=2)
    assert bits(model) == before

    calls = iter(range(7))
    with pytest.raises(StopIteration):  # a loss that fails half-way
        nn.loss_landscape(model, lambda: next(calls), rng=seeded(), steps=2)
    assert bits(model) == before
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        np.testing.assert_array_equal(parameter.grad, gradient)


def test_a_landscape_refuses_what_it_cannot_walk():
    with pytest.raises(ValueError, match=r"two or more axes.*take nn\.MLP"):
        nn.loss_landscape(nn.ScalarMLP(2, [2], 1), lambda: 0.0, rng=seeded())
    with pytest.raises(ValueError, match="takes as steps a whole number, 1 or more; got steps=0"):
        nn.loss_landscape(nn.Linear(2, 2), lambda: 0.0, rng=seeded(), steps=0)


@pytest.mark.parametrize(
    "losses", [[[2.0] * 3] * 3, [[np.nan] * 3] * 3, [[1.0, np.nan, 4.0], [np.inf, 2.0, 3.0], [5.0, 6.0, 7.0]]]
)
def test_a_landscape_is_drawn_where_it_is_flat_or_has_holes_too(losses):
    figure = nn.Landscape(np.array([-1.0, 0.0, 1.0]), np.array(losses)).plot()
    figure.savefig(picture := BytesIO(), format="png")
    with Image.open(picture) as image:
        assert len(image.convert("RGB").getcolors(10**6)) > 2
    cross = figure.axes[0].get_lines()[0]
    assert (list(cross.get_xdata()), list(cross.get_ydata())) == ([0.0], [0.0])


# The example


def test_the_example_writes_what_it_says(tmp_path, monkeypatch, capsys):
    few, fit = nn.mnist.Digits(*(array[:200] for array in nn.mnist.load_embedded())), nn.fit
    monkeypatch.setattr(nn.mnist, "load_embedded", lambda: few)
    monkeypatch.setattr(nn, "fit", lambda *args, **options: fit(*args, **{**options, "epochs": 2}))  # in a short time
    monkeypatch.setattr(sys, "argv", ["training_seen.py", "--output", str(tmp_path)])
    monkeypatch.syspath_prepend(EXAMPLES)
    runpy.run_path(str(EXAMPLES / "training_seen.py"), run_name="__main__")
    said = capsys.readouterr().out.splitlines()[::2]  # each picture's path, then a line on what to see there
    assert sorted(map(Path, said)) == sorted(tmp_path.iterdir())
    assert len(said) == 6
    with Image.open(tmp_path / "moons.gif") as film:
        assert film.n_frames == 3  # the beginning and two epochs
