"""A thread that reads ahead: what an iterator gives next is made while the loop is busy with what came before."""

from collections.abc import Iterable, Iterator
from contextvars import copy_context
from queue import SimpleQueue
from threading import Semaphore, Thread, current_thread
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T], most: int) -> Iterator[T]:
    """The items in their order, made in a thread of their own, which keeps up to `most` of them ready.

    An error there is raised here once the items before it are taken, its traceback that of the thread. The thread
    begins with the first item taken, and has ended when the loop has, early or not.

    >>> list(ahead((i * i for i in range(4)), 2))
    [0, 1, 4, 9]
    """
    room, made, left = Semaphore(most), SimpleQueue[tuple[T] | BaseException | None](), False

    def work() -> None:
        source = iter(items)
        try:
            while room.acquire() and not left:
                made.put((next(source),))
        except StopIteration:
            made.put(None)
        except BaseException as error:
            made.put(error)

    # In the context of the loop, so that NumPy's errstate is the same there; a daemon, so that no forgotten one keeps
    # Python from its end.
    thread = Thread(target=copy_context().run, args=(work,), daemon=True, name="reading ahead")
    thread.start()
    try:
        while (item := made.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            room.release()
            yield item[0]
    finally:
        left = True
        room.release()
        if thread is not current_thread():  # where the garbage collector, running there, finds a loop that was dropped
            thread.join()
