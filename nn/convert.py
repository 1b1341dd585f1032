"""Weights from PyTorch and to it: its names and its layouts, without importing it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import KindError

from .arrays import Array
from .layers import GRU, LSTM, RNN, Linear, MultiheadAttention
from .layers.recurrent import Cell
from .module import Module
from .state import refuse

TRANSPOSED: dict[type[Module], tuple[str, ...]] = {
    Linear: ("weight",),
    Cell: ("weight_ih", "weight_hh"),
    MultiheadAttention: ("in_proj_weight",),
}
"""What lies transposed in PyTorch, (out, in) instead of (in, out)."""
SEQUENCES = (RNN, LSTM, GRU)  # which have there a number for the layer in each name, for there may be several


class _Place(NamedTuple):
    """Where an array of ours is in PyTorch: its path there, and whether it lies there transposed."""

    path: str
    transposed: bool


def from_torch(model: Module, theirs: Any) -> None:
    """Take over the weights of a PyTorch model, or of its state_dict, into the model with the same paths.

    theirs: a torch Module, or {path: tensor or array}. The paths are those that both state_dicts use ("0.weight",
    "encoder.2.bias"): name the attributes alike, or rename the keys. Weights of Linear, of recurrent layers and of
    attention are transposed: here they are (in, out), there (out, in).

    Raises StateError with all that is missing, left over or of another shape or dtype; then nothing has been loaded.

    >>> from nn import Linear
    >>> layer = Linear(3, 2)
    >>> from_torch(layer, {"weight": np.ones((2, 3), np.float32), "bias": np.zeros(2, np.float32)})
    >>> layer.weight.shape
    (3, 2)
    """
    _check_model("from_torch", model)
    given = theirs.state_dict() if hasattr(theirs, "state_dict") else theirs
    if not isinstance(given, Mapping):
        raise KindError(f"from_torch takes a model and a torch Module or its state_dict; got a {type(theirs).__name__}")
    places = _places(model)
    arrays = {path: _array(path, x) for path, x in given.items()}
    wrong = [f"{place.path}: missing, for {path}" for path, place in places.items() if place.path not in arrays]
    used = {place.path for place in places.values()}
    wrong += [f"{path}: left over, of shape {array.shape}" for path, array in arrays.items() if path not in used]
    refuse(type(model).__name__, wrong)
    model.load_state_dict({path: _turned(arrays[place.path], place) for path, place in places.items()})


def to_torch(model: Module) -> dict[str, Array]:
    """The weights under PyTorch's paths and in its layouts, arrays that are copies: the other way of `from_torch`.

    theirs.load_state_dict({path: torch.from_numpy(array) for path, array in to_torch(model).items()})

    >>> from nn import Linear
    >>> {path: array.shape for path, array in to_torch(Linear(3, 2)).items()}
    {'weight': (2, 3), 'bias': (2,)}
    """
    _check_model("to_torch", model)
    state = model.state_dict()
    return {place.path: np.array(_turned(state[path], place), order="C") for path, place in _places(model).items()}


def _places(model: Module) -> dict[str, _Place]:
    """For each path of the model's state its place in PyTorch."""
    modules = dict(model.named_modules())
    return {path: _place(modules, path) for path in model.state_dict()}


def _place(modules: dict[str, Module], path: str) -> _Place:
    above, _, name = path.rpartition(".")
    owner = modules.get(above)
    transposed = any(isinstance(owner, kind) and name in names for kind, names in TRANSPOSED.items())
    return _Place(path + "_l0" if isinstance(owner, SEQUENCES) else path, transposed)


def _check_model(name: str, model: Any) -> None:
    if not isinstance(model, Module):
        raise KindError(f"{name} takes a model, a Module, first; got a {type(model).__name__}")


def _turned(array: Array, place: _Place) -> Array:
    return array.T if place.transposed else array


def _array(path: str, x: Any) -> Array:
    """A tensor, on whatever device, or an array."""
    try:
        return np.asarray(x.detach().cpu().numpy() if hasattr(x, "detach") else x)
    except TypeError as error:
        raise KindError(
            f"{path} is a tensor that NumPy has no type for ({error}): convert it, tensor.float()"
        ) from error
