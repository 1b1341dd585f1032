"""Arguments as one vector and back, and the names of its elements."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def flat(parts: Sequence[Any]) -> Array:
    """All elements in one vector of float64."""
    return np.concatenate([np.zeros(0), *(np.asarray(part, np.float64).ravel() for part in parts)])


def shape_like(vector: Array, like: Sequence[Any]) -> list[Any]:
    """The vector's elements as floats and arrays like those given; each array has memory of its own."""
    parts, start = [], 0
    for x in like:
        piece = vector[start : start + np.size(x)]
        start += np.size(x)
        parts.append(np.array(piece, np.asarray(x).dtype).reshape(x.shape) if isinstance(x, np.ndarray) else piece[0])
    return [part if isinstance(part, np.ndarray) else float(part) for part in parts]


def draw_like(x: Any, random: np.random.Generator) -> Any:
    """Random numbers of the shape and dtype of a float or an array: an upstream gradient, where this is f's value."""
    return shape_like(random.normal(size=np.size(x)), [x])[0]


def copies(parts: Sequence[Any]) -> list[Any]:
    """The same floats, and arrays with memory of their own."""
    return [x.copy() if isinstance(x, np.ndarray) else x for x in parts]


def widen(like: Sequence[Any]) -> list[Any]:
    """The same numbers in double precision."""
    return [x.astype(np.float64) if isinstance(x, np.ndarray) else x for x in like]


def unit_vectors(like: Sequence[Any]) -> list[list[Any]]:
    """For each element the parts that are 1 there and 0 elsewhere."""
    return [shape_like(unit, like) for unit in np.eye(sum(np.size(x) for x in like))]


def name_elements(like: Sequence[Any], names: Sequence[str]) -> list[tuple[str, tuple[int, ...]]]:
    """For each element the name of its part and its index there."""
    return [(name, index) for x, name in zip(like, names, strict=True) for index in np.ndindex(np.shape(x))]


def name_outputs(called: str, whose: str, shape: tuple[int, ...]) -> list[str]:
    """For each element of a value of this shape its name: that of the value itself, where it is a number.

    >>> name_outputs("f", "f's", ()), name_outputs("it", "its", (2,))
    (['f'], ['its element (0,)', 'its element (1,)'])
    """
    return [called] if shape == () else [f"{whose} element {index}" for index in np.ndindex(shape)]


def bits_of(parts: Iterable[Any]) -> list[bytes]:
    """Of each part what it is to the last bit."""
    return [np.asarray(part).tobytes() for part in parts]


def sizes_of(like: Sequence[Any]) -> Array:
    """Of each element the size of a step that is large to it; 1 where it is 0."""
    elements = np.abs(flat(like))
    return np.where(elements == 0.0, 1.0, elements)


def largest(x: Array) -> float:
    """The largest magnitude of the finite elements, 0 where there are none."""
    return float(np.max(np.abs(x), where=np.isfinite(x), initial=0.0))


_SHOWN = 12  # elements


def show(x: Any) -> str:
    """A number or a small array as it is written in Python, and of a larger one the shape.

    >>> show(np.array([1.0, 0.5])), show(np.zeros((4, 5)))
    ('array([1. , 0.5])', 'an array of shape (4, 5)')
    """
    if np.size(x) > _SHOWN:
        return f"an array of shape {np.shape(x)}"
    return " ".join(repr(x.item() if isinstance(x, np.generic) else x).split())
