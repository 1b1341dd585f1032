"""Weights from PyTorch and to it: its names and its layouts, without importing it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from autograd_mini import KindError

from .arrays import Array
from .layers import GRU, LSTM, RNN, Linear, MultiheadAttention
from .layers.recurrent import Cell
from .module import Module, every_path
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
    attention are transposed: here they are (in, out), there (out, in). What is one tensor under several names, as tied
    weights and a layer that is used twice are, may be so here, there or in both; where it is here alone, all must be
    equal there.

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
    places, memory = _places(model), {path: _memory(x) for path, x in given.items()}
    wrong, taken = [], {}
    for path, there in places.items():
        found = [_turned(arrays[place.path], place) for place in there if place.path in arrays]
        if not found:
            wrong.append(f"{there[0].path}: missing, for {path}")
        elif not all(np.array_equal(found[0], other, equal_nan=True) for other in found):
            wrong.append(f"{' and '.join(place.path for place in there)}: differ, and are one here, {path}")
        else:
            taken[path] = found[0]
    used = {place.path for there in places.values() for place in there}
    known = {memory[path] for path in used & memory.keys()}
    wrong += [
        f"{path}: left over, of shape {array.shape}"
        for path, array in arrays.items()
        if path not in used and (not array.size or memory[path] not in known)
    ]
    refuse(type(model).__name__, wrong)
    model.load_state_dict(taken)


def to_torch(model: Module) -> dict[str, Array]:
    """The weights under PyTorch's paths and in its layouts, arrays that are copies: the other way of `from_torch`.

    What several modules share is there under each of its paths, as PyTorch has it.

    theirs.load_state_dict({path: torch.from_numpy(array) for path, array in to_torch(model).items()})

    >>> from nn import Linear
    >>> {path: array.shape for path, array in to_torch(Linear(3, 2)).items()}
    {'weight': (2, 3), 'bias': (2,)}
    """
    _check_model("to_torch", model)
    state = model.state_dict()
    return {
        place.path: np.array(_turned(state[path], place), order="C")
        for path, there in _places(model).items()
        for place in there
    }


def _places(model: Module) -> dict[str, list[_Place]]:
    """For each path of the model's state its places in PyTorch: of what several modules share there are several."""
    first: dict[Any, str] = {}
    places: dict[str, list[_Place]] = {path: [] for path in model.state_dict()}
    for path, owner, name, part in every_path(model):
        key = (id(owner), name) if name in owner._buffers else id(part)
        places[first.setdefault(key, path)].append(_place(path, owner, name))
    return places


def _place(path: str, owner: Module, name: str) -> _Place:
    transposed = any(isinstance(owner, kind) and name in names for kind, names in TRANSPOSED.items())
    return _Place(path + "_l0" if isinstance(owner, SEQUENCES) else path, transposed)


def _memory(x: Any) -> Any:
    """Where a tensor or array lies, and as what: of two names of one it is the same."""
    if hasattr(x, "data_ptr"):
        return x.data_ptr(), tuple(x.shape), x.stride()
    if isinstance(x, np.ndarray):
        return x.__array_interface__["data"][0], x.shape, x.strides
    return id(x)


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
