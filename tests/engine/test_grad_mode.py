"""`no_grad` and `scope` where execution does not go straight on: generators, contexts of contexts, tasks, threads."""

import asyncio
import contextlib
import gc
import threading

import pytest

from autograd_mini import KindError, Value, no_grad, scope
from autograd_mini.grad_mode import recording

X = Value(3.0)


def records():
    return (X * X).inputs != ()


@pytest.fixture(autouse=True)
def _leaves_the_mode_as_it_was():
    assert records()
    yield
    gc.collect()
    assert records()


def unrecorded_items(count=2):
    with no_grad():
        for _ in range(count):
            yield records()
    yield records()


# Generators.


def test_around_a_yield_it_holds_in_the_generator_and_not_for_its_caller():
    assert [(item, records()) for item in unrecorded_items()] == [(False, True), (False, True), (True, True)]


def test_an_abandoned_generator():
    items = unrecorded_items()
    assert next(items) is False
    assert records()
    del items
    gc.collect()
    assert records()


def test_a_generator_closed_in_another_thread():
    items = unrecorded_items()
    assert next(items) is False
    in_thread(items.close)
    assert records()


def test_a_generator_that_another_thread_runs_does_not_hold_here():
    started, looked = threading.Event(), threading.Event()

    def waiting():
        with no_grad():
            yield records()
            started.set()
            assert looked.wait(60)
            yield None

    items = waiting()
    assert next(items) is False
    thread = threading.Thread(target=lambda: next(items))
    thread.start()
    assert started.wait(60)
    found = records()
    looked.set()
    thread.join()
    assert found


def test_interleaved_generators():
    first, second = unrecorded_items(), unrecorded_items()
    found = [(next(items), records()) for items in (first, second, first, first, second, second)]
    assert found == [(False, True)] * 3 + [(True, True), (False, True), (True, True)]


def test_a_generator_from_a_generator():
    def outer():
        with no_grad():
            yield from (records() for _ in range(2))
        yield records()

    assert [(item, records()) for item in outer()] == [(False, True), (False, True), (True, True)]


def test_a_generator_that_records_within_no_grad():
    def recorded():
        with recording():
            yield records()
        yield records()

    with no_grad():
        assert [(item, records()) for item in recorded()] == [(True, False), (False, False)]


def test_a_generator_that_is_begun_inside_and_ended_outside():
    items = unrecorded_items()
    with no_grad():
        assert (next(items), records()) == (False, False)
    assert [(item, records()) for item in items] == [(False, True), (True, True)]


def test_thousands_of_suspended_generators():
    open_ones = [unrecorded_items() for _ in range(3000)]
    assert not any(map(next, open_ones))
    assert records()


def test_contexts_left_elsewhere_leave_no_chain():
    for _ in range(3):
        items = unrecorded_items()
        next(items)
        in_thread(items.close)
    with no_grad() as _:
        mode = recording.__init__.__globals__["_mode"].get()
    assert mode._around is True


# Contexts made of contexts.


@contextlib.contextmanager
def evaluation():
    with no_grad():
        yield


@contextlib.contextmanager
def evaluation_by_a_stack():
    with contextlib.ExitStack() as stack:
        stack.enter_context(no_grad())
        yield


@pytest.mark.parametrize("context", [no_grad, evaluation, evaluation_by_a_stack])
def test_a_context_made_by_contextlib_holds_for_its_caller(context):
    with context():
        assert not records()
        with context():
            assert not records()
        assert not records()
    assert records()
    with contextlib.ExitStack() as stack:
        stack.enter_context(context())
        assert not records()
    assert records()
    assert context()(records)() is False
    assert records()


@pytest.mark.parametrize("context", [no_grad, evaluation, evaluation_by_a_stack])
def test_such_a_context_around_a_yield(context):
    def items():
        with context():
            yield records()
        with contextlib.ExitStack() as stack:
            stack.enter_context(context())
            yield records()
        yield records()

    assert [(item, records()) for item in items()] == [(False, True), (False, True), (True, True)]


def test_one_context_opened_twice():
    context = no_grad()
    with context:
        with context:
            assert not records()
        assert not records()
    assert records()


# Tasks.


def test_tasks_side_by_side():
    async def unrecorded():
        with no_grad():
            before = records()
            await asyncio.sleep(0)
            return before, records()

    async def recorded():
        found = []
        for _ in range(4):
            found.append(records())
            await asyncio.sleep(0)
        return found

    async def main():
        return await asyncio.gather(unrecorded(), recorded(), unrecorded())

    assert asyncio.run(main()) == [(False, False), [True] * 4, (False, False)]


def test_asynchronous_generators_and_contexts():
    async def items():
        with no_grad():
            yield records()
            yield records()

    @contextlib.asynccontextmanager
    async def context():
        with no_grad():
            yield

    async def main():
        found = [(item, records()) async for item in items()]
        async with context():
            found.append(records())
            await asyncio.sleep(0)
            found.append(records())
        return [*found, records()]

    assert asyncio.run(main()) == [(False, True), (False, True), False, False, True]


# What is refused.


def generator():
    yield


async def coroutine():
    pass


async def asynchronous_generator():
    yield


@pytest.mark.parametrize("function", [generator, coroutine, asynchronous_generator])
def test_a_decorator_of_what_runs_later_is_refused(function):
    with pytest.raises(KindError, match=rf"{function.__name__}, whose body runs after .*: open the context inside"):
        no_grad()(function)


def test_a_scope_in_a_generator_or_coroutine_is_refused():
    def items():
        with scope("left open"):
            yield

    async def task():
        with scope("left open"):
            await asyncio.sleep(0)

    for run in (lambda: next(items()), lambda: asyncio.run(task())):
        with pytest.raises(KindError, match=r"'left open' is opened in a generator .* function that the generator"):
            run()


def test_a_scope_in_a_context_of_contextlib_is_its_caller_s():
    @contextlib.contextmanager
    def block():
        with scope("block"):
            yield

    with block():
        assert records()


def in_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()
