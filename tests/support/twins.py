"""A network of PyTorch's beside ours of the same paths: one's weights for both, and ours in its names and layouts."""

import copy
from collections.abc import Sequence
from typing import Any

import nn


def hand_over(ours: nn.Module, theirs: Any) -> None:
    """Our weights into PyTorch's network."""
    import torch

    theirs.load_state_dict({path: torch.from_numpy(array) for path, array in nn.convert.to_torch(ours).items()})


def as_theirs(ours: nn.Module, arrays: Sequence[Any]) -> dict[str, Any]:
    """{PyTorch's path: array in its layout} of an array for each of our parameters, its gradient say."""
    twin = copy.deepcopy(ours)
    for parameter, array in zip(twin.parameters(), arrays, strict=True):
        parameter.data = array
    buffers = dict(ours.named_buffers())
    return {path: array for path, array in nn.convert.to_torch(twin).items() if path not in buffers}
