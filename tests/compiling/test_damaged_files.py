"""Files of programs that were damaged, or forged with a right checksum: an error in words, never another one."""

import json
import random
from copy import deepcopy

import numpy as np

from autograd_mini import AutogradError, FileError, load_program
from autograd_mini.compiling.files.archive import pack, unpack

from .saved import PROGRAMS, check_same, every_program, saved


def damaged(content, source):
    """The bytes with some changed, cut off, taken out or put in."""
    changed, kind = bytearray(content), source.random()
    place = source.randrange(len(changed))
    if kind < 0.6:
        for _ in range(source.choice([1, 1, 2, 5])):
            changed[source.randrange(len(changed))] = source.randrange(256)
    elif kind < 0.75:
        del changed[place:]
    elif kind < 0.9:
        del changed[place : place + source.randrange(1, 30)]
    else:
        changed[place:place] = source.randbytes(source.randrange(1, 10))
    return bytes(changed)


@every_program
def test_every_damaged_file_is_refused_or_the_same_program(name, tmp_path):
    f, arguments = PROGRAMS[name]
    program, file = saved(tmp_path, f, *arguments)
    content, expected, source = file.read_bytes(), program(*arguments), random.Random(0)
    refused = 0
    for _ in range(400):
        file.write_bytes(damaged(content, source))
        try:
            loaded = load_program(file)
        except FileError:
            refused += 1
        else:
            check_same(loaded(*arguments), expected)
    assert refused > 200


def paths(tree, path=()):
    """Where the parts of a tree of lists and dicts are."""
    if path:
        yield path
    pairs = enumerate(tree) if isinstance(tree, list) else tree.items() if isinstance(tree, dict) else ()
    for key, part in pairs:
        yield from paths(part, (*path, key))


def at(tree, path):
    for key in path:
        tree = tree[key]
    return tree


NUMBERS = (0, 1, -1, 2, 7, 10**6, 10**12, 2**62, 2**70, 1.5, "3", None)
WORDS = (
    "add",
    "sum",
    "getitem",
    "float32",
    "view",
    "number",
    "take",
    "put",
    "loop",
    "",
    "constant",
    "einsum",
    "scatter",
)


def replaced(x, source):
    """Something in the place of a part: another number or word, a list with one part less or twice, or in disorder."""
    if isinstance(x, bool | int):
        return source.choice([*NUMBERS, not x, x + 1, x - 1, x * 2])
    if isinstance(x, str):
        return source.choice(WORDS)
    if isinstance(x, list) and x:
        i = source.randrange(len(x))
        return source.choice([x[:i] + x[i + 1 :], [*x, x[0]], source.sample(x, len(x))])
    return source.choice([None, [], {}, 0])


def forged(tree, arrays, where_to, source):
    """A tree in which numbers, words and lists were put in the place of others, with its checksum right again."""
    tree, arrays = deepcopy(tree), list(arrays)
    for _ in range(source.choice([1, 1, 1, 2, 3])):
        try:
            *above, key = source.choice(where_to)
            parent = at(tree, above)
            x = parent[key]
        except (LookupError, TypeError):  # what was forged before took it away
            continue
        parent[key] = replaced(x, source)
    if arrays and source.random() < 0.1:
        i = source.randrange(len(arrays))
        x = arrays[i]
        arrays[i] = source.choice([x.reshape(-1)[:-1], x.astype(np.float32), x.astype(np.int64) * 10**6, x.reshape(-1)])
    return pack(json.dumps(tree), arrays)


@every_program
def test_a_forged_file_is_refused_or_a_program(name, tmp_path):
    """With its checksum right: it may be another program then, but no error is bare, and nothing crashes."""
    f, arguments = PROGRAMS[name]
    _, file = saved(tmp_path, f, *arguments)
    text, arrays = unpack(file.read_bytes())
    tree, source = json.loads(text), random.Random(0)
    where_to, refused = [*paths(tree)], 0
    for _ in range(200):
        file.write_bytes(forged(tree, arrays, where_to, source))
        try:
            loaded = load_program(file)
        except FileError:
            refused += 1
            continue
        try:
            loaded(*arguments)
        except AutogradError:
            refused += 1
    assert refused > 50
