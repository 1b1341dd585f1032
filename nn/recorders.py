"""Recorders: callbacks of `fit` that keep what a run looks like while it goes on."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from autograd_mini import KindError, write_whole

from .arrays import norm_of
from .figures import as_png, figure_of, shades, style
from .interrupts import uninterrupted
from .module import Module


class GradientNorms:
    """The Euclidean norm of each parameter's gradient, kept at every call: where gradients vanish, it shows.

    As one of `fit`'s step_callbacks it keeps every step, as one of its callbacks the last step of every epoch;
    in a loop of your own call it after `backward`. norms: for each parameter's path ("0.weight") a list of floats,
    nan where the parameter had no gradient. The sum of squares is of float64, so that float32 gradients of 1e-30
    have a norm too.

    >>> import nn
    >>> model = nn.MLP(2, [3], 1, rng=np.random.default_rng(0))
    >>> norms = GradientNorms(model)
    >>> model(np.ones((4, 2), np.float32)).sum().backward()
    >>> norms()
    >>> norms.norms["2.bias"]
    [4.0]
    """

    def __init__(self, model: Module) -> None:
        if not isinstance(model, Module):
            raise KindError(f"GradientNorms keeps the gradients' norms of a model; got a {type(model).__name__}")
        self.parameters = dict(model.named_parameters())
        self.norms: dict[str, list[float]] = {path: [] for path in self.parameters}

    def __call__(self, _: object = None) -> None:
        """Keep the norms of the gradients that are there now; what `fit` hands over is not looked at."""
        with uninterrupted():  # else Ctrl-C might leave a step in some of the lists
            for path, parameter in self.parameters.items():
                self.norms[path].append(np.nan if parameter.grad is None else norm_of(parameter.grad))

    def watched_parameters(self) -> list[Any]:
        """The parameters whose gradients it looks at."""
        return list(self.parameters.values())

    def draw(self, axes: Any, *, ending: str = "") -> None:
        """Draw on matplotlib axes of your own, say beside another run's; arguments as for `plot`."""
        shown = {path: norms for path, norms in self.norms.items() if path.endswith(ending)}
        if not shown:
            raise ValueError(
                f"no parameter's path ends in {ending!r}: they are such as {', '.join(list(self.norms)[:4])}"
            )
        for (path, norms), colour in zip(shown.items(), shades(len(shown)), strict=True):
            axes.plot(range(1, len(norms) + 1), norms, color=colour, linewidth=1.2, label=path)
        axes.set_yscale("log", nonpositive="mask")  # a norm of 0 has no place there: a gap
        axes.set_ylabel("norm of the gradient")
        style(axes)

    def _repr_png_(self) -> bytes | None:
        return as_png(self.plot)

    def plot(self, *, ending: str = "", unit: str = "step") -> Any:
        """A matplotlib Figure with a line for each parameter, on a log scale, from dark (first layer) to bright (last).

        ending: only the parameters whose path ends so ("weight"). unit: what a call was, written below the axis.
        ImportError without the extra `plot`, ValueError where no path ends so.
        """
        lines = sum(path.endswith(ending) for path in self.norms)
        figure, (axes,) = figure_of(1, width=7.0, height=max(3.5, 0.22 * lines))  # room for the legend
        self.draw(axes, ending=ending)
        axes.set(xlabel=unit, title="gradient norms")
        figure.legend(*axes.get_legend_handles_labels(), loc="outside right center", frameon=False)
        return figure


class Film:
    """Frames of a picture, one for each call, saved as an animated gif.

    picture() gives a matplotlib Figure of what is there now. As one of `fit`'s callbacks a film has a frame for each
    epoch; called once before, it has the beginning too. frames: each as the bytes of a png; len(film) counts them.
    dpi: pixels for each inch of the figures.

    >>> from matplotlib.figure import Figure
    >>> film = Film(lambda: Figure(figsize=(1, 1)), dpi=20)
    >>> film()
    >>> film()
    >>> len(film)
    2
    """

    def __init__(self, picture: Callable[[], Any], *, dpi: int = 80) -> None:
        if not callable(picture):
            raise KindError(f"Film takes a function that gives a matplotlib Figure; got a {type(picture).__name__}")
        self.picture = picture
        self.dpi = dpi
        self.frames: list[bytes] = []

    def __call__(self, _: object = None) -> None:
        """Take a frame; what `fit` hands over is not looked at."""
        frame = BytesIO()
        self.picture().savefig(frame, format="png", dpi=self.dpi)
        self.frames.append(frame.getvalue())

    def __len__(self) -> int:
        return len(self.frames)

    def save(self, path: str | Path, *, seconds: float = 0.2, rest: float = 2.0) -> None:
        """Write the gif: each frame is shown for that many seconds, the last one for `rest`, then again from the start.

        A frame that looks exactly as the one before it is stored as that one shown longer. The file is written whole
        or not at all. ValueError if there are no frames, or frames of several sizes.
        """
        from PIL import Image  # what matplotlib, which drew the frames, writes its own pictures with

        if not self.frames:
            raise ValueError("the film has no frames: call it, or hand it to fit's callbacks")
        images = [Image.open(BytesIO(frame)).convert("RGB") for frame in self.frames]
        sizes = sorted({image.size for image in images})
        if len(sizes) > 1:
            raise ValueError(f"a film has frames of one size; got {sizes}: let picture() give figures of one figsize")
        width, height = sizes[0]
        strip = Image.new("RGB", (width, height * len(images)))
        for i, image in enumerate(images):
            strip.paste(image, (0, i * height))
        # One palette for all: a palette for each frame would flicker, and makes a larger file.
        strip = strip.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        first, *later = [strip.crop((0, i * height, width, (i + 1) * height)) for i in range(len(images))]
        shown = [round(1000 * seconds)] * len(later) + [round(1000 * rest)]
        film = BytesIO()
        first.save(film, format="GIF", save_all=True, append_images=later, duration=shown, loop=0)
        write_whole(path, film.getvalue())
