"""A program printed as NumPy computes the same by itself, in a process of its own."""

import ast
import re
import runpy

import numpy as np
import pytest

import autograd_mini as am
from autograd_mini import Tensor, Value, compile, custom_primitive, grad, load_program, tanh, value_and_grad
from autograd_mini.compiling.printing.decisions import write_check
from autograd_mini.compiling.tracing.deciding import Decision
from autograd_mini.errors import KindError
from autograd_mini.lines import Line

from ..support import scalar_models as models
from ..support.printed import assert_alike, run
from ..table import ONCE_COMPOSED, WITHOUT_SCIPY

RNG = np.random.default_rng(0)
POINTS = [models.numbers(2, seed) for seed in range(12)]
LABELS = [1.0, -1.0] * 6
IMAGES = [models.numbers(64, seed) for seed in range(3)]
SEQUENCES = [models.rows(models.numbers(12, seed), 3) for seed in range(4)]
TEXTS = [models.rows(models.numbers(12, seed), 4) for seed in range(2)]


def printed_alike(f, *args, others=(), tolerance=1e-11):
    """The source of f's program, which gives what the program gives, for these arguments and for others."""
    program = compile(f).record(*args)
    text = program.source()
    points = [args, *others]
    for found, point in zip(run([(text, x) for x in points]), points, strict=True):
        assert_alike(found, program(*point), tolerance)
    return text


def moons(p):
    return models.moons_loss(p, POINTS, LABELS)


def test_moons_reads_as_a_person_writes_it():
    text = printed_alike(value_and_grad(moons), models.numbers(337, 0), others=[(models.numbers(337, 1),)])
    for line in (
        "W1 = p[:48].reshape(16, 3)[:, :2]",
        "b1 = p[2:48:3]",
        "h1 = np.maximum(X @ W1.T + b1, 0)",
        "h2 = np.maximum(h1 @ W2.T + b2, 0)",
        "return float(value), dp.tolist()",
    ):
        assert f"    {line}\n" in text
    assert text.startswith("import numpy as np\n")
    assert "as_strided" not in text
    body = text[text.index("def moons") :]
    assert max(map(len, body.splitlines())) <= 100


NETWORKS = {
    "convolution": (
        lambda k, b, r: models.convolution_loss(k, b, r, IMAGES),
        (models.numbers(36, 0), models.numbers(4, 1), models.numbers(144, 2)),
    ),
    "rnn": (
        lambda i, r, b, o: models.rnn_loss(i, r, b, o, SEQUENCES),
        (models.numbers(18, 0), models.numbers(36, 1), models.numbers(6, 2), models.numbers(6, 3)),
    ),
    "attention": (
        lambda q, k, v: models.attention_loss(q, k, v, TEXTS),
        (models.numbers(16, 0), models.numbers(16, 1), models.numbers(16, 2)),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_of_numbers(name):
    f, args = NETWORKS[name]
    printed_alike(value_and_grad(f, argnums=tuple(range(len(args)))), *args)


def test_a_recurrence_is_a_loop():
    def f(x, inputs):
        before = 0.0
        for u in inputs:
            x, before = tanh(0.5 * x + u) + 0.1 * before, x
        return x * before

    text = printed_alike(value_and_grad(f, argnums=(0, 1)), 0.3, models.numbers(1200, 0))
    assert text.count("    for k in range(") == 2


def mlp(params, x, labels):
    h = am.relu(x @ params["W1"] + params["b1"])
    return -am.mean(am.log_softmax(h @ params["W2"] + params["b2"])[np.arange(len(labels)), labels])


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-11), (np.float32, 1e-5)])
def test_a_network_of_tensors(dtype, tolerance):
    shapes = {"W1": (5, 8), "b1": (8,), "W2": (8, 3), "b2": (3,)}
    params = {name: RNG.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    x, labels = RNG.normal(size=(4, 5)).astype(dtype), np.array([0, 2, 1, 0])
    others = [(params, x + 1, np.array([2, 2, 0, 1]))]
    text = printed_alike(value_and_grad(mlp), params, x, labels, others=others, tolerance=tolerance)
    assert "h1 = np.maximum(x @ W1 + b1, 0)" in text


def test_every_operation_of_the_table():
    """Value and gradient of each call; of what NumPy has no words for the error names the operation."""
    jobs, refused = [], set()
    for case in ONCE_COMPOSED:
        if case.row not in WITHOUT_SCIPY:
            continue
        shift = 1.0 if case.row.name == "arccosh" else 0.0
        xs = [np.asarray(RNG.uniform(0.3, 0.9, shape) + shift) for shape in case.call.shapes]
        if case.row.of_values:
            xs = [float(x) if x.ndim == 0 else x for x in xs]

        def value(*inputs, case=case):
            return case.ours(*inputs)

        def squares(*inputs, case=case):
            parts = case.ours(*inputs)
            parts = parts if isinstance(parts, list | tuple) else [parts]
            return sum(am.sum(z * z) if np.ndim(z) else z * z for z in parts)

        for f in (value, value_and_grad(squares, argnums=tuple(range(len(xs))))):
            program = compile(f).record(*xs)
            try:
                jobs.append((program.source(), xs, program(*xs), case))
            except KindError as error:
                refused.add(re.match(r"\w+", str(error))[0])
    assert refused == {
        *("cofactors", "eigh", "eig", "svd", "qr"),
        *("convolution", "sliding", "segment", "unwrap", "cummax", "cummin", "quantile_weights"),
    }
    assert len({case.row.name for *_, case in jobs}) > 100
    found = run([(text, xs) for text, xs, _, _ in jobs])
    for answer, (_, _, expected, _) in zip(found, jobs, strict=True):
        assert_alike(answer, expected, 1e-9)


STEEP = {
    "sigmoid": am.sigmoid,
    "softplus": am.softplus,
    "log_softmax": lambda x: am.log_softmax(x),
    "logsumexp": lambda x: am.logsumexp(x),
    "hypot": lambda x: am.hypot(x, 2.0),
    "norm": lambda x: am.norm(x),
    "maximum": lambda x: am.maximum(x, 1.0),
    "power": lambda x: x**2.0,
    "elu": am.elu,
    "clip": lambda x: am.clip(x, -1.0, 1.0),
    "logaddexp": lambda x: am.logaddexp(x, x + 1.0),
}


@pytest.mark.parametrize("name", STEEP)
def test_far_out_and_at_kinks(name):
    def f(x):
        return am.sum(STEEP[name](x))

    printed_alike(value_and_grad(f), np.array([0.0, 1.0, -1.0, 700.0, -700.0, 1e-300]), tolerance=1e-9)


def test_arguments_and_results_keep_their_containers():
    def f(net, x, *, scale):
        for weights, bias in net["layers"]:
            x = [
                tanh(sum(w * a for w, a in zip(row, x, strict=True)) + b) for row, b in zip(weights, bias, strict=True)
            ]
        return {"out": x, "first": (x[0], scale * x[0]), "fixed": "text"}

    net = {"layers": [([[0.1, 0.2], [0.3, 0.4]], [0.0, 0.1]), ([[0.5, 0.6]], [0.2])], "unused": [1.5]}

    def g(net, x):
        return f(net, x, scale=2.0)

    printed_alike(g, net, [1.0, 2.0])
    text = compile(f).record(net, [1.0, 2.0], scale=2.0).source()
    assert "def f(net, x, *, scale):" in text or "def f(net, x, scale):" in text


def test_a_gradient_of_a_list_of_lists():
    def f(rows):
        return sum(x * x * (i + 1.0) for i, row in enumerate(rows) for x in row)

    text = printed_alike(grad(f), [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert "drows.tolist()" in text


def test_gradients_that_are_nothing_are_not_spelled_out():
    def f(p):
        return sum(x * x for x in p[3:9])

    assert "return [*[0.0] * 3, *result.tolist(), *[0.0] * 11]" in printed_alike(grad(f), models.numbers(20, 0))


def test_an_array_from_outside_that_is_too_large_is_refused():
    data = np.ones(1_000_001)
    program = compile(lambda w: am.sum(w * data)).record(2.0)
    with pytest.raises(KindError, match="give the array as an argument"):
        program.source()


def test_labels_are_names():
    def f(x, y):
        z = x * y
        z.label = "area"
        return z * z + tanh(z)

    assert "    area = x * y\n" in printed_alike(f, 2.0, 3.0)


def test_numbers_from_outside_are_those_of_now():
    w = Value(3.0, label="w")
    m = Tensor(np.array([1.0, 2.0]), label="m")
    text = printed_alike(lambda x: am.sum(x * w * m), np.array([2.0, 1.0]))
    assert "w = np.array([3.0])" in text
    weight = Tensor(np.ones(2), label="0.weight")
    assert "weight0 = np.array([1.0, 1.0])" in compile(lambda x: am.sum(x * weight)).record(np.ones(2)).source()


def test_a_source_refuses_numbers_by_which_the_function_decides_otherwise(tmp_path):
    def f(x, y):
        return x * y if x > y else x - y

    text = printed_alike(f, 3.0, 2.0)
    (tmp_path / "printed.py").write_text(text, "utf-8")
    printed = runpy.run_path(str(tmp_path / "printed.py"))["f"]
    assert printed(3.0, 1.0) == 3.0
    with pytest.raises(ValueError, match=r"test_printing\.py:\d+ decides otherwise"):
        printed(2.0, 3.0)


def test_what_numpy_has_no_words_for_is_refused_by_name():
    @custom_primitive(lambda g, z, x: g * (3.0 * x**2))
    def cubed(x):
        return x**3

    program = compile(lambda x: cubed(x)).record(2.0)
    with pytest.raises(KindError, match="cubed has no words in NumPy"):
        program.source()
    assert "cubed(x)" in str(program)


def test_an_argument_that_hides_a_function_is_refused():
    program = compile(lambda sigmoid: am.sigmoid(sigmoid)).record(2.0)
    with pytest.raises(KindError, match="rename it"):
        program.source()


def test_a_function_named_as_a_helper_is_renamed():
    def sigmoid(x):
        return am.sigmoid(x) * 2.0

    assert "def sigmoid2(x):" in printed_alike(sigmoid, 1.0)


def test_a_program_from_a_file_is_printed(tmp_path):
    program = compile(value_and_grad(moons)).record(models.numbers(337, 0))
    program.save(tmp_path / "moons.npz")
    loaded = load_program(tmp_path / "moons.npz")
    args = (models.numbers(337, 1),)
    (found,) = run([(loaded.source(), args)])
    assert_alike(found, program(*args), 1e-12)
    assert "X @ W1.T" in str(loaded)


def test_nothing_recorded():
    program = compile(moons)
    with pytest.raises(KindError, match="nothing is recorded yet"):
        program.source()
    assert str(program) == repr(program) == "<Program of moons>"


def test_a_file_of_any_name_is_text_in_a_source():
    line = Line('f.py"); raise SystemExit("', 3)  # the text of a line comes from the file of a saved program
    [check] = ast.parse("\n".join(write_check(Decision(Value(1.0), "truth", True, line), "x"))).body
    [complaint] = check.body
    assert complaint.exc.args[0].value == f"printed for numbers by which {line} decides otherwise"


def test_an_argument_that_python_cannot_name_is_in_no_source():
    program = compile(lambda **named: sum(named.values())).record(**{"x=print(1), y": 1.0})
    with pytest.raises(KindError, match=r"argument of the name 'x=print\(1\), y'"):
        program.source()
