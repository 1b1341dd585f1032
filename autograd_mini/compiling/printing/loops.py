"""A loop in Python's words: a row of an array for each operation of its body that is read outside."""

from collections.abc import Callable, Collection, Iterator

from ..lifting.listing import Given, Instruction
from ..lifting.rolling import Own
from .literals import literal
from .operations import Words, write_operation


def write_loop(
    loop: Instruction, target: str, rows: Collection[int], read: Callable[[int], str], new: Callable[[], str]
) -> Iterator[str]:
    """The lines after the one that makes the array `target`.

    rows: those that are read. read(i): the name of the loop's i-th input, all its numbers in a row or a single one.
    new(): a name.
    """
    names = [new() for _ in loop.steps]
    late = {
        x.step for i, step in enumerate(loop.steps) for x in step.inputs if isinstance(x, Own) and x.lag and x.step < i
    }
    before = {j: new() for j in sorted(late)}  # what the iteration before gave, where this one has replaced it by then

    def words(x: Own | Given | float, *, is_first: bool = False) -> Words:
        if isinstance(x, Own):
            return Words(before[x.step] if x.lag and x.step in late else names[x.step])
        if isinstance(x, Given):
            return Words(f"{read(x.input)}[{0 if is_first else 'k'}]" if x.varies else read(x.input))
        return Words(literal(x))

    for j, x in loop.first.items():
        yield f"{names[j]} = {words(x, is_first=True).text}"
    yield f"for k in range({loop.output.shape[1]}):"
    for j, name in before.items():
        yield f"    {name} = {names[j]}"
    for j, step in enumerate(loop.steps):
        yield f"    {names[j]} = {write_operation(step.operation, [words(x) for x in step.inputs]).text}"
        if step.kept:
            yield f"    {target}[{j}, k] = {names[j]}"
    for j, step in enumerate(loop.steps):
        if j in rows and not step.kept:
            yield f"{target}[{j}, -1] = {names[j]}"
