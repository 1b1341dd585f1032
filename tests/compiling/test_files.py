"""Programs in files: what is loaded computes what was saved, and what was damaged or forged is refused in words."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd_mini
from autograd_mini import (
    FileError,
    KindError,
    Tensor,
    Value,
    checkpoint,
    compile,
    custom_primitive,
    grad,
    linalg,
    load_program,
    sin,
)
from autograd_mini.compiling.files.archive import pack
from autograd_mini.compiling.lifting.listing import Instruction
from autograd_mini.primitive import primitives

from ..table import CASES_OF_CALCULUS
from .saved import PROGRAMS, branches, check_same, every_program, saved

ROOT = Path(__file__).parents[2]


@every_program
def test_what_is_loaded_computes_what_was_saved(name, tmp_path):
    f, arguments = PROGRAMS[name]
    program, file = saved(tmp_path, f, *arguments)
    loaded = load_program(file)
    check_same(loaded(*arguments), program(*arguments))
    other = autograd_mini.containers.mapped(lambda x: x * 0.75 if isinstance(x, float) else x, arguments)
    check_same(loaded(*other), program(*other))
    assert loaded.__name__ == program.__name__


def test_a_checkpoint_is_what_is_in_it(tmp_path):
    _, file = saved(tmp_path, grad(lambda x: checkpoint(sin)(x * 2.0)), 0.5)
    assert load_program(file)(0.25) == 2.0 * math.cos(0.5)


@pytest.mark.parametrize("case", CASES_OF_CALCULUS, ids=str)
def test_every_operation_comes_back(case, tmp_path):
    source = np.random.default_rng(0)
    low, high = (0.1, 0.9) if case.row.name in ("arcsin", "arccos", "arctanh") else (1.1, 1.9)
    inputs = [source.permutation(np.linspace(low, high, math.prod(n))).reshape(n) for n in case.call.shapes]
    if case.row.name == "cholesky":
        inputs = [x + 4.0 * np.eye(x.shape[-1]) for x in inputs]
    program, file = saved(tmp_path, case.ours, *inputs)
    check_same(load_program(file)(*inputs), program(*inputs))


def test_all_recordings_are_saved(tmp_path):
    program = compile(branches)
    points = [(2.0, 3.0), (0.5, -1.0), (0.5, 1.0)]
    expected = [program(*point) for point in points]
    program.save(tmp_path / "program.npz")
    loaded = load_program(tmp_path / "program.npz")
    for point, result in zip(points, expected, strict=True):
        check_same(loaded(*point), result)


def test_a_saved_program_can_be_saved_again_and_has_equal_bytes(tmp_path):
    _, file = saved(tmp_path, *[PROGRAMS["arrays"][0], *PROGRAMS["arrays"][1]])
    load_program(file).save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == file.read_bytes()


def test_it_runs_where_the_function_is_not(tmp_path):
    _, file = saved(tmp_path, *[PROGRAMS["numbers"][0], *PROGRAMS["numbers"][1]])
    code = (
        "import sys, autograd_mini as a\n"
        "p = a.load_program(sys.argv[1])\n"
        "print(p([0.01 * i for i in range(337)])[0].hex())\n"
    )
    path = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, env=path, check=True)
    assert run.stdout.strip() == load_program(file)([0.01 * i for i in range(337)])[0].hex()


def test_the_file_is_a_npz_of_plain_arrays(tmp_path):
    _, file = saved(tmp_path, *[PROGRAMS["containers"][0], *PROGRAMS["containers"][1]])
    with np.load(file, allow_pickle=False) as entries:
        text = entries["text"].tobytes().decode()
        assert all(entries[name].dtype.kind in "fiub" for name in entries.files)
    code = json.loads(text)
    assert code["version"] == 1
    assert "lambda" not in text
    assert "__main__" not in text


@every_program
def test_what_is_loaded_is_printed_as_it_was(name, tmp_path):
    f, arguments = PROGRAMS[name]
    program, file = saved(tmp_path, f, *arguments)
    loaded = load_program(file)
    loaded(*arguments)
    kept, found = ([x.name for x in p.recording.listing.instructions] for p in (program, loaded))
    assert kept == found
    assert len(str(program).splitlines()) == len(str(loaded).splitlines())


def test_nodes_from_outside_are_frozen(tmp_path):
    weights, shift = Tensor([1.0, 2.0]), Value(1.0)
    program, file = saved(tmp_path, lambda x: autograd_mini.sum(x * weights) + shift, np.ones(2))
    weights.data, shift.data = np.array([5.0, 5.0]), 7.0
    assert program(np.ones(2)) == 17.0
    assert load_program(file)(np.ones(2)) == 4.0


def test_no_result_is_memory_of_the_program(tmp_path):
    _, file = saved(tmp_path, lambda x: (x, np.arange(3.0), x + 1.0), np.ones(3))
    loaded, x = load_program(file), np.ones(3)
    for array in loaded(x):
        array[:] = 9.0
    check_same(loaded(x), (np.ones(3), np.arange(3.0), np.full(3, 2.0)))


@pytest.mark.parametrize(
    "arguments",
    [
        (3.0, 3.0, 1.0),
        (np.ones(2), 3.0),
        ([2.0], 3.0),
        (0.5, 3.0),
        (Value(2.0), 3.0),
        (2.0, Tensor([1.0])),
        (2, 3.0),
    ],
    ids=str,
)
def test_what_was_not_recorded_is_refused(arguments, tmp_path):
    _, file = saved(tmp_path, branches, 2.0, 3.0)
    with pytest.raises(KindError, match=r"^branches was loaded from a file.* Compile the function itself"):
        load_program(file)(*arguments)


def test_a_singular_matrix_and_an_index_out_of_its_array_are_refused(tmp_path):
    _, file = saved(tmp_path, linalg.inv, np.eye(2))
    with pytest.raises(KindError, match="a singular matrix"):
        load_program(file)(np.zeros((2, 2)))
    _, file = saved(tmp_path, lambda x, i: x[i], np.ones(3), np.array([0, 2]))
    with pytest.raises(KindError, match="an index out of its array"):
        load_program(file)(np.ones(3), np.array([0, 3]))


@custom_primitive(lambda g, z, x: g * (3.0 * x**2))
def cube(x):
    return x**3


class Bag(dict):
    """A container of the user's own."""


class Thing:
    """Something that is no number."""


@pytest.mark.parametrize(
    ("f", "arguments", "words"),
    [
        (cube, (2.0,), "cube is an operation of your own"),
        (lambda x: x["a"], (Bag(a=1.0),), "not Bag"),
        (lambda x: Bag(a=x), (1.0,), "not Bag"),
        (lambda x: linalg.slogdet(x), (np.eye(2),), "not SlogdetResult"),
        (lambda x, thing: x, (1.0, Thing), "not type"),
    ],
    ids=["custom", "argument", "result", "named tuple", "static"],
)
def test_what_a_file_cannot_hold_is_refused_and_nothing_is_written(f, arguments, words, tmp_path):
    program = compile(f)
    program(*arguments)
    file = tmp_path / "program.npz"
    file.write_bytes(b"before")
    with pytest.raises(KindError, match=words):
        program.save(file)
    assert file.read_bytes() == b"before"


def test_nothing_recorded_is_nothing_to_save(tmp_path):
    with pytest.raises(KindError, match="nothing is recorded that could be saved"):
        compile(sin).save(tmp_path / "program.npz")
    assert not (tmp_path / "program.npz").exists()


def test_what_holds_no_more_is_not_saved(tmp_path):
    rate = 2.0
    program = compile(lambda x: x * rate).record(1.0)
    rate = 3.0
    with pytest.raises(KindError, match="nothing is recorded that could be saved"):
        program.save(tmp_path / "program.npz")
    program.record(1.0).save(tmp_path / "program.npz")
    assert load_program(tmp_path / "program.npz")(2.0) == 6.0


def test_a_path_is_a_path(tmp_path):
    with pytest.raises(KindError, match="takes a path"):
        load_program(3)
    with pytest.raises(FileNotFoundError):
        load_program(tmp_path / "none.npz")
    with pytest.raises(KindError, match="takes a path"):
        compile(sin).record(1.0).save(3)


def test_other_files_are_refused(tmp_path):
    file = tmp_path / "other.npz"
    for content in (b"", b"text", b"PK\x05\x06" + bytes(18)):
        file.write_bytes(content)
        with pytest.raises(FileError, match=r"other.npz holds no program that can be run"):
            load_program(file)
    np.savez(file, weights=np.ones(3))
    with pytest.raises(FileError, match="holds no program"):
        load_program(file)
    np.savez_compressed(file, text=np.zeros(10**6, np.uint8), sha256=np.zeros(32, np.uint8))
    with pytest.raises(FileError, match="compressed"):
        load_program(file)
    file.write_bytes(pack('{"version": 2}', []))
    with pytest.raises(FileError, match=r"of version 2; this autograd_mini reads version 1"):
        load_program(file)


def test_an_instruction_has_nothing_that_is_not_saved():
    known = {"name", "inputs", "output", "operation", "subscripts", "steps", "first"}
    assert {*Instruction.__dataclass_fields__} == known | {"members"}  # places on a tape, which a file does not have


def test_every_primitive_is_found_by_its_name():
    assert all(primitives[name].name == name for name in primitives)
    code = (
        "import gc, autograd_mini\n"
        "from autograd_mini.primitive import Primitive, primitives\n"
        "found = [x for x in gc.get_objects() if isinstance(x, Primitive) and x.is_of_package]\n"
        "assert len(found) == len(primitives) > 100, [x.name for x in found if primitives.get(x.name) is not x]\n"
    )
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
