"""What goes into a program and what comes out: containers, kinds, memory, and what is read anew at every call."""

import copy
import pickle
import threading
import weakref
from collections import OrderedDict, namedtuple

import numpy as np
import pytest

from autograd_mini import (
    KindError,
    Program,
    RecordingWarning,
    ShapeError,
    Tensor,
    Value,
    compile,
    exp,
    grad,
    gradients,
    leaky_relu,
    linalg,
    relu,
    stack,
    value_and_grad,
    where,
)
from autograd_mini.compiling.tracing.deciding import same
from autograd_mini.node import data_of

Pair = namedtuple("Pair", "a b")
nan, inf = float("nan"), float("inf")


def numbers_in(x):
    """All numbers and arrays in containers."""
    if isinstance(x, dict):
        return [y for part in x.values() for y in numbers_in(part)]
    return [y for part in x for y in numbers_in(part)] if isinstance(x, list | tuple) else [x]


def assert_alike(found, expected):
    """The same containers, kinds and bits."""
    assert type(found) is type(expected)
    if isinstance(expected, dict):
        assert list(found) == list(expected)
    for x, y in zip(numbers_in(found), numbers_in(expected), strict=True):
        assert type(x) is type(y)
        assert x == y if isinstance(y, str | None) else same(x, y), (x, y)


# Containers and kinds


def of_everything(p, *rest, k=2, **more):
    """All containers, of results too."""
    return OrderedDict(
        r=Pair(p.a * k, p.b),
        l=[p.a, (p.b,)],
        rest=rest,
        more=more,
        text="text",
        none=None,
        true=True,
        whole=k,
        float=0.5,
    )


def test_containers_keywords_and_defaults():
    program = compile(of_everything)
    for a in (1.0, 2.0):
        b = np.array([a, 3.0])
        expected = OrderedDict(
            r=Pair(a * 2, b), l=[a, (b,)], rest=(), more={}, text="text", none=None, true=True, whole=2, float=0.5
        )
        assert_alike(program(Pair(a, b)), expected)
        expected |= {"r": Pair(a * 3, b), "rest": (7.0, [a]), "more": {"z": a, "y": "text"}, "whole": 3}
        assert_alike(program(Pair(a, b), 7.0, [a], k=3, z=a, y="text"), expected)


def test_what_is_no_float_is_part_of_what_is_recorded():
    program = compile(lambda x, n: x**n if n is not None else x)
    for n in (2, 3, None, True, 2.0, 2):
        assert program(3.0, n) == (3.0 if n is None else 3.0**n)


@pytest.mark.parametrize("kind", [float, np.float64, np.float32, np.float16, np.longdouble, type("F", (float,), {})])
def test_a_float_of_any_kind_is_a_float(kind):
    program = compile(lambda x, row: [1.0 / x, *row])
    for x in (2.0, -0.0, inf, 0.0):
        found = program(kind(x), [kind(x), kind(0.5)])
        assert_alike(found, [1.0 / x if x else float(np.copysign(inf, x)), x, 0.5])
    assert np.isnan(program(kind(nan), [1.0, kind(nan)])).tolist() == [True, False, True]
    assert len(program.kinds) == 1


def test_empty_things():
    program = compile(lambda x, a, b: (x, a * 2.0, a.sum(), a.sum(axis=0), a @ b))
    expected = ([], np.zeros((0, 2)), np.array(0.0), np.zeros(2), np.zeros((0, 3)))
    for _ in range(2):
        assert_alike(program([], np.zeros((0, 2)), np.ones((2, 3))), expected)
    slope = compile(grad(lambda a: a.sum()))
    assert_alike(slope(np.zeros((0, 2))), np.zeros((0, 2)))
    assert_alike(compile(lambda b: b[:, :0] @ b[:0])(np.ones((2, 3))), np.zeros((2, 3)))
    assert compile(lambda: 3.0)() == 3.0
    assert compile(lambda x: None)(2.0) is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_of_no_axes_stay_arrays(dtype):
    program = compile(lambda t, v: (t * v, t + 1.0, v * 2.0, t.sum()))
    t = np.array(2.0, dtype)
    for v in (3.0, 4.0):
        assert_alike(program(t, v), (np.array(2.0 * v, dtype), np.array(3.0, dtype), v * 2.0, t))


def test_a_value_beside_float32_is_computed_in_float64():
    f = lambda t, v: gradients((t * v).sum(), differentiable=True)[v] * 0.1 + v
    t = np.array([0.1], np.float32)
    assert compile(f)(t, 0.3) == f(Tensor(t), Value(0.3)).data


def test_what_does_not_depend_on_the_arguments():
    c = np.ones(2)
    program = compile(lambda x: (nan, -0.0, np.array([1, 2]), np.float32(2), c, Value(3.0), Tensor([1.0, -0.0])))
    expected = (nan, -0.0, np.array([1, 2]), np.float32(2), np.ones(2), 3.0, np.array([1.0, -0.0]))
    for x in (1.0, 2.0):
        found = program(x)
        assert_alike(found, expected)
        for part in found:
            if isinstance(part, np.ndarray):
                part[:] = 7
    assert_alike(c, np.ones(2))


def test_parameters_that_are_equal_and_not_the_same():
    f = lambda x: (leaky_relu(x, 0.0), leaky_relu(x, -0.0))
    x = np.array([-1.0, 1.0])
    assert_alike(compile(f)(x), tuple(y.data for y in f(Tensor(x))))


def test_many_shapes_are_told():
    program = compile(lambda x: x.sum())
    assert [float(program(np.ones(n))) for n in range(15)] == [*range(15)]
    with pytest.warns(RecordingWarning, match="was recorded 16 times"):
        program(np.ones(15))
    assert [float(program(np.ones(n))) for n in range(20)] == [*range(20)]


@pytest.mark.parametrize("x", [{1}, bytearray(b"a")])
def test_what_may_change_unseen_is_refused(x):
    with pytest.raises(KindError, match="pass a tuple or a frozenset"):
        compile(lambda x, y: y)(x, 1.0)


def test_masked_arrays_are_refused_at_any_call():
    program = compile(lambda x: x * 2.0).record(np.ones(2))
    with pytest.raises(KindError, match="knows no masks"):
        program(np.ma.masked_array([1.0, 2.0], [True, False]))


# Memory


LAYOUTS = {
    "Fortran": lambda a: np.asfortranarray(a),
    "transposed": lambda a: a.T.copy().T,
    "reversed": lambda a: a[::-1, ::-1].copy()[::-1, ::-1],
    "strided": lambda a: np.repeat(a, 2, axis=1)[:, ::2],
    "read-only": lambda a: np.broadcast_to(a, a.shape),
    "spread": lambda a: np.broadcast_to(a[:1], a.shape),
    "unaligned": lambda a: np.frombuffer(b"0" + a.tobytes(), np.uint8)[1:].view(a.dtype).reshape(a.shape),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_arguments_lie_in_memory_in_any_way_and_are_never_changed(layout):
    f = lambda x: (x * 2.0, x.T, x[1], exp(x), x)
    program = compile(f).record(np.ones((2, 3)))
    x = LAYOUTS[layout](np.arange(6.0).reshape(2, 3) / 4)
    before = x.copy()
    found = program(x)
    for part, node in zip(found, f(Tensor(x)), strict=True):
        assert same(part, node.data)
        part[:] = -1.0
    assert same(x, before)


@pytest.mark.parametrize("layout", ["Fortran", "strided", "reversed"])
def test_an_argument_changed_in_place_between_calls(layout):
    program = compile(lambda x: (x * 2.0, x))
    x = LAYOUTS[layout](np.ones((2, 3)))
    for number in (1.0, 5.0):
        x[0, 0] = number
        assert_alike(program(x), (x * 2.0, x.copy(order="C")))


def test_whole_numbers_changed_in_place_between_calls():
    program = compile(lambda x, i: (x[i], x[:3] * (i == 1)))
    x, i = np.arange(4.0), np.array([0, 1, 1])
    for numbers in ([0, 1, 1], [3, 0, 0], [0, 1, 1]):
        i[:] = numbers
        assert_alike(program(x, i), (x[i], x[:3] * (i == 1)))
        assert_alike(program(x, i.copy()), (x[i], x[:3] * (i == 1)))


def test_results_own_their_memory():
    t = Tensor([1.0, 2.0])
    program = compile(lambda x: (x, x, x[:1], x * 2.0, t, t * 1.0))
    x = np.array([3.0, 4.0])
    first, second = program(x), program(x)
    arrays = [*first, *second, x, t.data]
    for i, a in enumerate(arrays):
        assert not any(np.shares_memory(a, b) for b in arrays[i + 1 :])
    for a in first:
        a[:] = nan
    assert_alike(program(x), second)


def test_without_copies_each_thread_has_memory_of_its_own():
    program = compile(lambda x: x * 2.0, copy=False).record(np.ones(3))
    found = program(np.ones(3))
    thread = threading.Thread(target=program, args=(np.full(3, 5.0),))
    thread.start()
    thread.join()
    assert_alike(found, np.full(3, 2.0))
    program(np.full(3, 5.0))
    assert_alike(found, np.full(3, 10.0))


def test_one_argument_given_twice_and_one_not_used():
    slopes = compile(grad(lambda x, y, z: x * y, (0, 1, 2)))
    x = 3.0
    assert_alike(slopes(x, x, x), (3.0, 3.0, 0.0))
    a = np.array([1.0, 2.0])
    assert_alike(compile(grad(lambda x, y, z: (x * y).sum(), (0, 1, 2)))(a, a, a), (a, a, np.zeros(2)))


# Nodes from outside


def test_leaves_from_outside_are_read_anew():
    w, t = Value(2.0), Tensor([1.0, 2.0])

    def loss(x):
        root = ((t * x) ** 2).sum() * w
        found = gradients(root)
        return root, found[w], found[t], w, t

    program = compile(loss)

    def check():
        assert_alike(program(3.0), tuple(map(data_of, loss(Value(3.0)))))

    check()
    w.data = 5.0
    check()
    t.data = np.array([10.0, 20.0])
    check()
    t.data[0] = 7.0
    check()
    t.data *= 2.0
    check()
    assert len(program.kinds[0].recordings) == 1


def test_what_was_computed_outside_keeps_its_data():
    w = Value(2.0)
    y = w * 3.0
    program = compile(lambda x: x * y)
    assert program(1.0) == 6.0
    w.data = 5.0
    assert program(1.0) == 6.0


def test_arrays_from_outside_are_read_anew():
    a, i, mask = np.array([1.0, 2.0, 3.0]), np.array([1, 2]), np.array([True, False, True])
    program = compile(lambda x: (x * a, x[i], where(mask, x, 0.0)))
    x = np.array([4.0, 5.0, 6.0])
    program.record(x)
    a[0], i[0], mask[:] = 9.0, 0, [False, True, True]
    assert_alike(program(x), (x * a, x[i], np.where(mask, x, 0.0)))


# Where things lie, and what is decided


def test_numbers_computed_backwards_beside_arrays():
    def f(x, t):
        products = [x[i] * x[i + 1] for i in reversed(range(4))]
        return sum(t * v * float(k + 1) for k, v in enumerate(products)), stack(products)

    x, t = [1.0, 2.0, 3.0, 4.0, 5.0], np.array([1.0, 10.0])
    assert_alike(compile(f)(x, t), tuple(y.data for y in f([*map(Value, x)], Tensor(t))))


def test_a_product_that_is_added_twice():
    f = lambda x, y: x * y + x * y + x * y
    assert compile(f)(2.0, 5.0) == 30.0
    cubes = lambda rows: sum(x * x * x for x in rows)
    assert compile(grad(cubes))([1.0, 2.0]) == [3.0, 12.0]


def test_the_last_decision_counts():
    f = lambda x: x * float(x.data.sum())
    program = compile(f)
    for x in ([1.0, 2.0], [1.0, 5.0]):
        assert_alike(program(np.array(x)), f(Tensor(x)).data)
    program = compile(lambda x: x if x > 0.0 else -x)
    assert [program(x) for x in (1.0, -2.0, 3.0, -4.0)] == [1.0, 2.0, 3.0, 4.0]
    assert len(program.kinds[0].recordings) == 2


CONDITIONS = [lambda x: x > 0.0, relu, lambda x: x]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_where_chooses_by_numbers_that_vary(condition):
    f = value_and_grad(lambda xs: sum(where(condition(x), x * x, 3.0 * x) for x in xs))
    program = compile(f).record([1.0, 2.0, 3.0, 4.0])
    for xs in ([-1.0, 0.0, -0.0, 4.0], [-5.0, -6.0, -7.0, -8.0]):
        assert_alike(program(xs), f(xs))
    assert len(program.kinds[0].recordings) == 1


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_branch_not_taken_gives_nothing_or_nan_and_never_another_number(condition):
    """Where lifting made arrays of Values, 0 · inf is nan in the gradient, as it is for Tensors."""
    f = value_and_grad(lambda xs: sum(where(condition(x), x * x, x * 1e308 * x) for x in xs))
    program = compile(f).record([1.0, 2.0, 3.0, 4.0])
    for xs in ([nan, 1.0, inf, -inf], [1e200, -1e200, -1.0, 0.0]):
        (value, slopes), (expected, right) = program(xs), f(xs)
        assert same(value, expected)
        assert all(same(x, y) or np.isnan(x) for x, y in zip(slopes, right, strict=True))


def test_an_error_of_another_branch_is_none():
    program = compile(lambda a: linalg.cholesky(a).sum() if a[0, 0] > 0.0 else a.sum())
    eye = np.eye(2)
    assert [program(eye), program(-eye), program(-2.0 * eye), program(eye)] == [2.0, -2.0, -4.0, 2.0]
    with pytest.raises(ShapeError, match="cholesky of shape"):
        program(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert program(-3.0 * eye) == -6.0
    assert len(program.kinds[0].recordings) == 2


@pytest.mark.parametrize("give", [lambda i: i, lambda i: [i, i.max()], lambda i: {"last": i[-1]}])
def test_whole_numbers_that_are_given_back_are_those_of_the_call(give):
    program = compile(lambda x, i: (x[i], give(i)))
    x = np.arange(5.0) + 0.5
    for i in (np.array([1, 2]), np.array([4, 0]), np.array([1, 2])):
        assert_alike(program(x, i), (x[i], give(i)))


def test_dicts_of_the_users_own_kind_keep_it():
    class Bag(dict):
        pass

    program = compile(lambda x: Bag(a=x))
    for x in (1.0, 2.0):
        assert_alike(program(x), Bag(a=x))
    assert_alike(grad(lambda bag: bag["a"] ** 2)(Bag(a=3.0)), Bag(a=6.0))


def test_a_program_keeps_no_graph():
    made = []

    def f(w, x):
        loss = sum(a * b for a, b in zip(w, x, strict=True))
        made.append(weakref.ref(loss))
        return {"loss": loss, "all": [loss * 2.0, (loss,)]} if loss > 0.0 else exp(loss)

    program = compile(value_and_grad(lambda w, x: f(w, x)["loss"] if w[0] > 0.0 else f(w, x)))
    program([1.0, 2.0], [3.0, 4.0])
    program([-1.0, -2.0], [3.0, 4.0])
    whole = compile(f).record([1.0, 2.0], [3.0, 4.0])
    assert len(made) == 6  # each recorded twice
    assert [node for node in made if node() is not None] == []
    assert whole([0.5, 1.0], [3.0, 4.0])["loss"] == 5.5


def test_a_program_in_a_class_is_a_method():
    class Scaled:
        factor = 2.0

        @compile
        def of(self, x):
            return x * self.factor

    assert Scaled().of(3.0) == 6.0
    assert isinstance(Scaled.of, Program)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_program_is_not_copied_or_pickled(duplicate):
    with pytest.raises(KindError, match=r"compile its function again, or .* program\.save"):
        duplicate(compile(exp).record(1.0))
