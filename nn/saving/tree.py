"""A state tree taken apart into what is an array and what is JSON, and put together again."""

import json
from typing import Any

import numpy as np

from autograd_mini import FileError, KindError

from ..arrays import Array

Tree = Any
"""Dicts with text for keys and lists, of numbers, text, booleans, None and arrays: what `state_dict` returns."""
Place = list[str | int]
"""The keys and indices that lead from the whole tree to a part."""

KINDS = {np.dtype(kind).newbyteorder("<") for kind in ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8")}
"""The types of arrays that a file holds, as it holds them."""


def take_apart(tree: Tree) -> tuple[dict[str, Array], str, str]:
    """The arrays by name, the rest as JSON with null in their stead, and as JSON the place of each array.

    An array's name is its place in words, "optimizer.sums.0". Raises KindError for what no state tree holds, with its
    place.
    """
    arrays: dict[str, Array] = {}
    places: dict[str, Place] = {}
    try:
        rest = _rest(tree, [], arrays, places)
    except RecursionError as error:
        raise KindError("what is to be saved holds itself, or is nested too deeply for a file") from error
    return arrays, json.dumps(rest), json.dumps(places)


def put_together(arrays: dict[str, Array], rest: str, places: str) -> Tree:
    """The tree that was taken apart; a FileError where the three do not go together."""
    try:
        whole, by_name = [json.loads(rest)], json.loads(places)
        if by_name.keys() != arrays.keys():
            raise ValueError(f"it names {sorted(by_name)}, and holds {sorted(arrays)}")
        for name, place in by_name.items():
            holder, key = whole, 0
            for next_key in place:
                holder, key = holder[key], next_key
            if holder[key] is not None:
                raise ValueError(f"there is no place for {name}")
            holder[key] = arrays[name]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise FileError(f"what it says of its arrays does not go together: it is damaged ({error})") from error
    return whole[0]


def _rest(part: Tree, place: Place, arrays: dict[str, Array], places: dict[str, Place]) -> Any:
    """The part without its arrays, which are entered with their places."""
    if type(part) is dict:
        if not all(type(key) is str for key in part):
            raise KindError(f"{_named(place)} has keys that are no text, {[*part]}: a file's keys are text")
        return {key: _rest(inner, [*place, key], arrays, places) for key, inner in part.items()}
    if type(part) is list:
        return [_rest(inner, [*place, i], arrays, places) for i, inner in enumerate(part)]
    if isinstance(part, np.ndarray):
        name = _name(place)
        if name in arrays or name == "__metadata__":
            raise KindError(f"two things in the file would be named {name!r}: give one of them another name")
        arrays[name], places[name] = _as_filed(part, name), place
        return None
    if isinstance(part, np.bool_ | np.integer | np.floating):
        part = part.item()
    if part is None or isinstance(part, bool | int | float | str):
        return part
    raise KindError(
        f"{_named(place)} is a {type(part).__name__}; a file holds numbers, text, True, False, None and arrays, in "
        "dicts and lists, and what has a state_dict()"
    )


def _as_filed(array: Array, name: str) -> Array:
    """The array in rows and little-endian, not a bit of it changed; a KindError for other types than `KINDS`."""
    kind = array.dtype.newbyteorder("<")
    if kind not in KINDS:
        raise KindError(
            f"{name} is an array of {array.dtype}; a file holds float32 and float64, whole numbers and booleans: "
            "convert it with astype"
        )
    return np.ascontiguousarray(array, kind).reshape(array.shape)


def _name(place: Place) -> str:
    return ".".join(map(str, place))


def _named(place: Place) -> str:
    return _name(place) or "what is to be saved"
