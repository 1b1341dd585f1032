"""Saving and loading: any number of things with a state, in one file."""

import os
from typing import Any

import numpy as np

from autograd_mini import AutogradError, FileError, KindError

from ..interrupts import uninterrupted
from ..module import Module
from ..randomness import go_on
from . import archive
from .tree import Tree


def save(path: str | os.PathLike[str], part: Any = None, /, **parts: Any) -> None:
    """Write the state of one thing, or of several by name, to a safetensors file; the whole file or none of it.

    A part is a Module (its parameters and buffers, and the states of its random generators), anything else with a
    state_dict (an Optimizer, a DataLoader, a History), a NumPy Generator, or plain data: numbers, text, arrays, lists
    and dicts. A model saved alone has its parameters in the file under their paths, for other programs to read; among
    several, under "model.0.weight".

    Raises KindError for a part without a state, ImportError without the extra `save`, OSError where the file cannot be
    written; what it held before is then still all there.

    >>> import os, tempfile
    >>> import nn
    >>> model = nn.MLP(2, [8], 2, rng=0)
    >>> optimizer = nn.Adam(model.parameters())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "run.safetensors")
    ...     nn.save(path, model=model, optimizer=optimizer, epoch=3)
    ...     tree = nn.load(path, model=model, optimizer=optimizer)
    >>> tree["epoch"], tree["model"]["0.weight"].shape
    (3, (2, 8))
    """
    if not isinstance(path, str | os.PathLike):
        raise KindError(f"save takes a path first, save(path, model), text or a Path; got a {_kind(path)}")
    if (part is None) == (not parts):
        raise KindError("save takes one thing, save(path, model), or several by name, save(path, model=model, …)")
    named = {"": part} if part is not None else parts
    states = {name: state_of(part, name) for name, part in named.items()}
    archive.write(path, states if parts else states[""])


def load(path: str | os.PathLike[str], part: Any = None, /, **parts: Any) -> Tree:
    """What `save` wrote, as a tree of dicts, lists, numbers and arrays; the parts given take on their states.

    load(path, model) reads a file of one thing, also a safetensors file that another program wrote; load(path,
    model=model) takes one part of several from a file, and leaves those not named. All of them are loaded or none:
    where one does not fit, a FileError says all that differs, and each part is as it was. A model saved without random
    states keeps its own.

    Raises FileError too for a file that is cut off, damaged, or of another kind or version, OSError where there is
    none, ImportError without the extra `save`.

    >>> import os, tempfile
    >>> import numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "arrays.safetensors")
    ...     save(path, {"weight": np.ones(3)})
    ...     load(path)
    {'weight': array([1., 1., 1.])}
    """
    if part is not None and parts:
        raise KindError("load takes one thing, load(path, model), or several by name, load(path, model=model, …)")
    named = {"": part} if part is not None else parts
    for name, one in named.items():
        if isinstance(one, type) or not (hasattr(one, "load_state_dict") or isinstance(one, np.random.Generator)):
            raise KindError(f"{name or 'what is loaded'} is a {_kind(one)}, which has no load_state_dict: leave it out")
    tree = archive.read(path)
    states = {"": tree} if part is not None else _states_of(tree, parts, path)
    try:
        load_all(named, states)
    except FileError as error:
        way_out = ""
        if part is not None and (
            there := [name for name, state in _dicts(tree).items() if "bit_generator" not in state]
        ):
            way_out = f"\nThe file has the parts {', '.join(there)}: load(path, {there[0]}=…) takes one by its name"
        raise FileError(f"{os.fspath(path)} does not fit, and nothing was loaded:\n{error}{way_out}") from error
    return tree


def _states_of(tree: Tree, names: Any, path: str | os.PathLike[str]) -> dict[str, Tree]:
    """The states of the parts named; a FileError where the file has none of that name."""
    there = _dicts(tree)
    if missing := [name for name in names if name not in there]:
        held = f"the parts {', '.join(there)}" if there else "one thing alone, which load(path, part) takes"
        raise FileError(f"{os.fspath(path)} holds no {', no '.join(missing)}; it holds {held}")
    return {name: there[name] for name in names}


def _dicts(tree: Tree) -> dict[str, Tree]:
    """What lies in a tree and may be the state of a part."""
    return {name: state for name, state in tree.items() if type(state) is dict} if type(tree) is dict else {}


def state_of(part: Any, name: str = "") -> Tree:
    """The state of a part; plain data is its own."""
    if isinstance(part, np.random.Generator):
        return part.bit_generator.state
    if isinstance(part, type) or (callable(part) and not hasattr(part, "state_dict")):
        raise KindError(f"{name or 'what is saved'} is a {_kind(part)}, which has no state: leave it out")
    if isinstance(part, Module):
        return {**part.state_dict(), **{path: rng.bit_generator.state for path, rng in part.named_generators()}}
    return part.state_dict() if hasattr(part, "state_dict") else part


def load_all(parts: dict[str, Any], states: dict[str, Tree]) -> None:
    """Load the states into the parts, all or none; a FileError says what differs in each."""
    before, wrong = [], []
    with uninterrupted():
        try:
            for name, part in parts.items():
                before.append((part, state_of(part)))
                try:
                    _load(part, states[name])
                except (AutogradError, ValueError, TypeError, LookupError) as error:
                    wrong.append(": ".join([*filter(None, [name]), _words(error)]))
            if wrong:
                raise FileError("\n".join(wrong))
        except BaseException:
            for part, state in before:
                _load(part, state)
            raise


def _load(part: Any, state: Tree) -> None:
    if isinstance(part, np.random.Generator):
        go_on(part, state)
    elif isinstance(part, Module):
        generators = dict(part.named_generators())
        kept = {path: state[path] for path in generators if path in state} if type(state) is dict else {}
        for path, rng in generators.items() if kept else ():  # without any it is a file of weights alone
            go_on(rng, kept.get(path, {}), path)
        part.load_state_dict({path: x for path, x in state.items() if path not in kept} if kept else state)
    else:
        part.load_state_dict(state)


def _words(error: Exception) -> str:
    """What an error says; one of Python's own says its kind too, for a KeyError is but a name."""
    return str(error) if isinstance(error, AutogradError | ValueError) else f"{type(error).__name__} {error}"


def _kind(part: Any) -> str:
    return f"class, {part.__name__}" if isinstance(part, type) else type(part).__name__
