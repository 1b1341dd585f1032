"""Empty figures in one style; the only place of nn that knows matplotlib."""

from collections.abc import Callable
from io import BytesIO
from types import MethodType
from typing import Any


def figure_of(columns: int, *, width: float, height: float) -> tuple[Any, list[Any]]:
    """A matplotlib Figure of that many inches and its axes, side by side; ImportError without the extra `plot`.

    Where it stands last in a notebook's cell it shows itself, whatever matplotlib was told there.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError('pictures are plotted by matplotlib: pip install "autograd_mini[plot]"') from error

    figure = Figure(figsize=(width, height), layout="constrained")
    vars(figure)["_repr_png_"] = MethodType(png_of, figure)
    return figure, list(figure.subplots(1, columns, squeeze=False).flat)


def png_of(figure: Any) -> bytes:
    """The picture of a figure, as a notebook asks for it."""
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def as_png(plot: Callable[[], Any]) -> bytes | None:
    """What a notebook shows of what has a plot: its picture; None, so that words are shown, where there is none."""
    try:
        return png_of(plot())
    except (ImportError, ValueError):
        return None


def style(axes: Any) -> None:
    """Whole numbers below, a pale grid, no frame at the top and the right."""
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)


def shades(count: int) -> Any:
    """That many colours from dark to bright, which colour-blind eyes put in order too: viridis but for its palest."""
    from matplotlib import colormaps

    return colormaps["viridis"]([0.9 * i / max(1, count - 1) for i in range(count)])
