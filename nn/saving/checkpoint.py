"""A run kept in a folder after each epoch, so that the same call goes on where it was killed."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from autograd_mini import FileError, KindError

from ..module import Module
from . import archive
from .lock import locked
from .parts import load_all, state_of
from .tree import Tree

NAME = "last.safetensors"
OWN = ("run", "settings", "first_optimizer")  # what a file has beside the parts


class Checkpoint:
    """What `fit` keeps of a run: the last epoch's end, one file, written whole or not at all.

    `load` and `save` are for within `alone`.

    folder: made where there is none. model, data, optimizer: as given to `fit`. told: what else makes another run of
    it, by name; of functions their names are compared, and the numbers that they were made with, as far as they are
    partial functions or give `settings()`. others: by name, what else has a state, which is kept too (random states of
    other loaders, a schedule, the history). callbacks: those that have a state are kept in their order.

    (`autograd_mini.checkpoint` is another thing of that name, as it is with PyTorch: it saves memory.)
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        model: Module,
        data: Any,
        optimizer: Any,
        told: Mapping[str, Any],
        others: Mapping[str, Any],
        callbacks: Sequence[Any],
    ) -> None:
        if not isinstance(folder, str | os.PathLike):
            raise KindError(f"checkpoint is a folder, text or a Path; got {type(folder).__name__}")
        self.path = Path(folder) / NAME
        parts = {"model": model, "optimizer": optimizer, "data": data, **others}
        self.parts = {name: part for name, part in parts.items() if hasattr(part, "state_dict")}
        remembering = [callback for callback in callbacks if hasattr(callback, "state_dict")]
        self.parts |= {f"callbacks.{i}": callback for i, callback in enumerate(remembering)}
        self.settings = {
            "parts": {name: type(part).__name__ for name, part in self.parts.items() if name not in told},
            "modules": {path: type(module).__name__ for path, module in model.named_modules()},
            **{name: described(x) for name, x in told.items()},
            "data": _settings_of_data(data),
            **{name: _settings_of_data(x) for name, x in others.items() if name.startswith("data.") and x is not data},
        }
        self.optimizer = _settings_of(optimizer.state_dict())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """A context in which no other run is kept in the folder: FileError where there is one.

        Raises OSError where the folder cannot be made or written to.
        """
        folder = self.path.parent
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            for left in folder.glob(".*.passing"):  # by `write_whole`, killed
                left.unlink()
            if not os.access(folder, os.W_OK):
                raise PermissionError(f"{folder} cannot be written to, so no checkpoint can be kept there")
            yield

    def load(self) -> Tree:
        """Bring all parts to where the run was; what `save` was told of it, or None where nothing was kept.

        Raises FileError, and nothing has changed, for a damaged file and for one of a run with other settings,
        KindError for a part whose state no file holds, ImportError without the extra `save`.
        """
        if not self.path.exists():
            archive.packed(self._tree(None))  # what cannot be kept is told now, and not after an epoch
            return None
        try:
            tree = archive.read(self.path)
            if not _is_whole(tree):
                raise FileError(f"{self.path} is no checkpoint of fit, or was changed by hand")
            if wrong := list(self._differences(tree)):
                raise FileError("\n  ".join([f"{self.path} is of another run:", *wrong]))
            load_all(self.parts, tree)
            self.optimizer = tree["first_optimizer"]
        except FileError as error:
            raise FileError(
                f"{error}\nNothing was loaded. To go on with that run give fit what it was given then; for a new one "
                f"give it another folder, or delete {self.path}"
            ) from error
        return tree["run"]

    def save(self, run: Tree) -> None:
        """Keep the parts as they are, and what is said of the run."""
        archive.write(self.path, self._tree(run))

    def _tree(self, run: Tree) -> Tree:
        states = {name: state_of(part, name) for name, part in self.parts.items()}
        return {**states, **dict(zip(OWN, (run, self.settings, self.optimizer), strict=True))}

    def _differences(self, tree: Tree) -> Iterator[str]:
        yield from differences(tree["settings"], self.settings)
        if self.optimizer != _settings_of(tree["optimizer"]):  # what a callback made of it is no other setting
            yield from differences(tree["first_optimizer"], self.optimizer, "optimizer")


RUN = {"epochs": int, "steps": int, "rate": float, "is_stopped": bool}
"""What `fit` tells `save` of a run."""


def _is_whole(tree: Tree) -> bool:
    """Whether a tree has all that `save` writes beside the states of the parts, which those look at themselves."""
    if type(tree) is not dict or not {"model", "optimizer", *OWN} <= tree.keys():
        return False
    run, optimizer = tree["run"], tree["optimizer"]
    if type(run) is not dict or {name: type(x) for name, x in run.items()} != RUN:
        return False
    groups = optimizer.get("groups") if type(optimizer) is dict else None
    return type(groups) is list and all(type(group) is dict for group in groups) and "optimizer" in optimizer


def _settings_of_data(data: Any) -> Tree:
    """Those of a DataLoader; of what is only like one, how much there is."""
    return data.settings() if hasattr(data, "settings") else {"examples": data.examples}


def _settings_of(state: Tree) -> Tree:
    """An optimizer's settings, without what it has learned of its parameters."""
    groups = [{name: x for name, x in group.items() if name != "parameters"} for group in state["groups"]]
    return {"optimizer": state["optimizer"], "groups": groups}


def described(setting: Any) -> str:
    """A setting in words that differ where it does: a function's name, of a partial one with its arguments.

    Anything else is its type's name, with what it gives as `settings()`: {name: value}, if it does. What a function
    holds within, as a lambda may, is not seen.

    >>> described(described), described(partial(pow, exp=2)), described((1, np.zeros(3)))
    ('described', 'pow(exp=2)', '(1, float64 (3,) a3c1ca20)')
    """
    if isinstance(setting, partial):
        try:
            given = dict(signature(setting.func).bind_partial(*setting.args, **setting.keywords).arguments)
        except (TypeError, ValueError):  # of a function in C that says nothing of its arguments
            given = {**{str(i): x for i, x in enumerate(setting.args)}, **setting.keywords}
        return f"{described(setting.func)}({_listed(given)})"
    setting = setting.item() if isinstance(setting, np.generic) else setting
    if isinstance(setting, float) and setting.is_integer() and abs(setting) < 2**53:
        setting = int(setting)  # 1.0 and 1 are one number
    if isinstance(setting, bool | int | float | str | None):
        return repr(setting)
    if isinstance(setting, list | tuple):
        return f"({', '.join(map(described, setting))})"
    if isinstance(setting, dict):
        return f"{{{_listed(setting)}}}"
    if isinstance(setting, np.ndarray):
        setting = setting.astype(np.float64) if setting.dtype.kind in "iu" else setting
        return f"{setting.dtype} {setting.shape} {crc32(np.ascontiguousarray(setting).tobytes()):08x}"
    if callable(settings := getattr(setting, "settings", None)) and not isinstance(setting, type):
        return f"{type(setting).__name__}({_listed(settings())})"
    return getattr(setting, "__qualname__", type(setting).__name__)


def _listed(settings: Mapping[Any, Any]) -> str:
    return ", ".join(f"{name}={described(x)}" for name, x in settings.items())


def differences(kept: Tree, now: Tree, place: str = "") -> Iterator[str]:
    """A line for each place at which two trees of plain data differ.

    >>> list(differences({"lr": 0.1, "betas": [1, 2]}, {"lr": 0.2, "betas": [1, 2]}))
    ['lr: 0.1 then, 0.2 now']
    """
    if type(kept) is dict and type(now) is dict:
        for key in [*kept, *(key for key in now if key not in kept)]:
            yield from differences(kept.get(key), now.get(key), f"{place}.{key}" if place else key)
    elif type(kept) is list and type(now) is list and len(kept) == len(now):
        for i, (one, other) in enumerate(zip(kept, now, strict=True)):
            yield from differences(one, other, f"{place}.{i}")
    elif isinstance(kept, np.ndarray) or kept != now:
        yield f"{place}: {kept} then, {now} now"
