"""Empty figures in one style; the only place of nn that knows matplotlib."""

from typing import Any


def figure_of(columns: int, *, width: float, height: float) -> tuple[Any, list[Any]]:
    """A matplotlib Figure of that many inches and its axes, side by side; ImportError without the extra `plot`."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError('pictures are plotted by matplotlib: pip install "autograd_mini[plot]"') from error

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, list(figure.subplots(1, columns, squeeze=False).flat)


def style(axes: Any) -> None:
    """Whole numbers below, a pale grid, no frame at the top and the right."""
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)


def shades(count: int) -> Any:
    """That many colours from dark to bright, which colour-blind eyes put in order too: viridis but for its palest."""
    from matplotlib import colormaps

    return colormaps["viridis"]([0.9 * i / max(1, count - 1) for i in range(count)])
