"""The source of a few pictures as it was when somebody looked at them; `python -m tests.support.golden` renews it."""

from pathlib import Path

from autograd_mini import draw

from ..drawn import fork, layer, many, neuron, second_derivative

FOLDER = Path(__file__).parent

PICTURES = {
    "neuron": lambda: draw(neuron()),
    "fork": lambda: draw(fork()),
    "fork_down_dark": lambda: draw(fork(), direction="down", theme="dark"),
    "layer": lambda: draw(layer()),
    "layer_folded_print": lambda: draw(layer(), unfold=False, theme="print"),
    "second_derivative": lambda: draw(second_derivative()),
    "many": lambda: draw(many()),
    "left_out": lambda: draw(many(), alike=False, max_nodes=6, theme="colourblind"),
}
