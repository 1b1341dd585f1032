"""A program printed as C compiles without a warning, and prints the numbers that the program gives."""

import re
import shutil
import subprocess

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import compile, tanh, value_and_grad
from autograd_mini.errors import KindError

from ..support import scalar_models as models
from ..support.printed import numbers_of
from ..table import TABLE
from ..table.row import Case
from .test_printing import LABELS, NETWORKS, POINTS, STEEP

needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc compiles the printed C, and is not here")
RNG = np.random.default_rng(0)
STRICT = ("-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-pedantic")


def run(folder, jobs):
    """What printed sources give of arguments: (source, arguments) each, compiled side by side."""
    compilers = []
    for i, (text, _) in enumerate(jobs):
        (folder / f"{i}.c").write_text(text, "utf-8")
        command = ["gcc", *STRICT, str(folder / f"{i}.c"), "-o", str(folder / str(i)), "-lm"]
        compilers.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
    answers = []
    for i, (compiler, (_, args)) in enumerate(zip(compilers, jobs, strict=True)):
        assert not compiler.communicate()[1]
        given = " ".join(map(repr, numbers_of(args)))
        done = subprocess.run([str(folder / str(i))], input=given, capture_output=True, text=True, check=True)
        answers.append([float(x) for x in done.stdout.split()])
    return answers


def printed_alike(folder, f, *args, tolerance=1e-11):
    """The C source of f's program, which gives what the program gives."""
    program = compile(f).record(*args)
    text = program.c_source()
    (found,) = run(folder, [(text, args)])
    np.testing.assert_allclose(found, numbers_of(program(*args)), rtol=tolerance, atol=tolerance)
    return text


@needs_gcc
def test_moons(tmp_path):
    def loss(p):
        return models.moons_loss(p, POINTS, LABELS)

    text = printed_alike(tmp_path, value_and_grad(loss), models.numbers(337, 0))
    assert "/* z1 = X @ W1.T */" in text
    assert re.search(r"total \+= (W1|X)\[2 \* [ij] \+ k\] \* (W1|X)\[2 \* [ij] \+ k\];", text)


@needs_gcc
@pytest.mark.parametrize("name", NETWORKS)
def test_networks_of_numbers(tmp_path, name):
    f, args = NETWORKS[name]
    printed_alike(tmp_path, value_and_grad(f, argnums=tuple(range(len(args)))), *args)


@needs_gcc
def test_a_recurrence(tmp_path):
    def f(x, inputs):
        before = 0.0
        for u in inputs:
            x, before = tanh(0.5 * x + u) - 0.1 * before, x
        return x * before

    printed_alike(tmp_path, value_and_grad(f, argnums=(0, 1)), 0.3, models.numbers(1200, 0))


@needs_gcc
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-11), (np.float32, 1e-5)])
def test_a_network_of_tensors(tmp_path, dtype, tolerance):
    def loss(params, x, y):
        z = tanh(x @ params["W1"] + params["b1"]) @ params["W2"]
        return am.sum((z - y) * (z - y)) / len(y)

    shapes = {"W1": (5, 8), "b1": (8,), "W2": (8, 3)}
    params = {name: RNG.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    x, y = RNG.normal(size=(4, 5)).astype(dtype), RNG.normal(size=(4, 3)).astype(dtype)
    printed_alike(tmp_path, value_and_grad(loss), params, x, y, tolerance=tolerance)


PRINTED = """
positive negative add subtract multiply divide power sqrt cbrt exp exp2 expm1 log log2 log10 log1p logaddexp
xlogy square reciprocal abs maximum minimum sign floor ceil trunc rint relu sigmoid softplus tanh erf erfc
leaky_relu elu silu gelu sin cos tan arcsin arccos arctan sinh cosh arcsinh arccosh arctanh hypot arctan2
matmul sum mean reshape transpose getitem concatenate stack einsum dot outer flip roll"""
NAMES = {*PRINTED.split()}


@needs_gcc
def test_operations_of_the_table(tmp_path):
    """Value and gradient: those of these names are all printed, any other is, or is refused."""
    jobs, refused = [], set()
    for row in TABLE:
        shift = 1.0 if row.name == "arccosh" else 0.0
        call = next((call for call in row.calls if call.shapes and () not in call.shapes), row.calls[0])
        case = Case(row, call)
        xs = [np.asarray(RNG.uniform(0.3, 0.9, shape) + shift) for shape in call.shapes]

        def squares(*inputs, case=case):
            parts = case.ours(*inputs)
            parts = parts if isinstance(parts, list | tuple) else [parts]
            return sum(am.sum(z * z) if np.ndim(z) else z * z for z in parts)

        program = compile(value_and_grad(squares, argnums=tuple(range(len(xs))))).record(*xs)
        try:
            jobs.append((program.c_source(), xs, numbers_of(program(*xs))))
        except KindError:
            refused.add(row.name)
    assert refused & NAMES == set()
    assert {"det", "max"} <= refused
    found = run(tmp_path, [(text, xs) for text, xs, _ in jobs])
    for answer, (_, _, expected) in zip(found, jobs, strict=True):
        np.testing.assert_allclose(answer, expected, rtol=1e-9, atol=1e-9)


@needs_gcc
@pytest.mark.parametrize("name", [name for name in STEEP if name in NAMES])
def test_far_out_and_at_kinks(tmp_path, name):
    def f(x):
        return am.sum(STEEP[name](x))

    x = np.array([0.0, 1.0, -1.0, 700.0, -700.0, 1e-300])
    printed_alike(tmp_path, value_and_grad(f), x, tolerance=1e-9)


@needs_gcc
def test_names_that_c_has_for_itself(tmp_path):
    printed_alike(tmp_path, lambda double, exp, i: double * exp + i, 2.0, 3.0, [1.0, 2.0][0])


def test_what_it_cannot_print_is_named():
    program = compile(lambda x: am.max(x)).record(np.ones(3))
    with pytest.raises(KindError, match="not max"):
        program.c_source()
    branching = compile(lambda x: x if x > 0 else -x).record(1.0)
    with pytest.raises(KindError, match="decides nothing by numbers"):
        branching.c_source()
