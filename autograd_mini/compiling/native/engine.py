"""Programs as native code: what a listing does to each element is compiled by numba, from loops written for it."""

import ctypes
import math
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any

import numpy as np

from ...errors import KindError
from ...primitive import primitives
from ..lifting.listing import Instruction, Listing
from ..lifting.simplifying import Operation
from ..running.machine import Engine, Machine
from ..running.planning import Plan, plan
from .fusing import Block, Nest, fuse, views_read
from .scalars import FUNCTIONS
from .wording import DOUBLE, SINGLE, Place, Words

LONGEST = 300  # lines of one compiled function


class NativeCode:
    """A listing as functions of flat memory, compiled once: machines that share it run it, each in memory of its own.

    given, outside, kept: buffers as `planning.plan` takes them.
    """

    def __init__(
        self, listing: Listing, given: Collection[int], outside: Collection[int], kept: Collection[int]
    ) -> None:
        numba()
        self.listing = Listing(listing.buffers)
        self.constants = listing.constants
        blocks = fuse(listing, kept)
        self.plan = _planned(listing, blocks, given, outside, kept)
        words = Words(listing, self._places(outside))
        self.steps: list[Any] = []  # functions with the names of what they take; instructions that NumPy runs
        lines: list[str] = []
        names: set[str] = set()
        for block in blocks:
            words.used = set()
            written = words.write(block)
            if written is None or len(lines) + len(written) > LONGEST:
                self._end(lines, names)
                lines, names = [], set()
            if written is None:
                self.steps.append(block)
            else:
                lines += written
                names |= words.used
        self._end(lines, names)
        self.arrays = words.arrays
        self.positions = np.concatenate([np.zeros(0, np.uintp), *words.positions]).astype(np.uintp)
        self.sizes = np.array(words.sizes, np.int32)

    def machine(self) -> "NativeMachine":
        """Memory to run it in."""
        return NativeMachine(self)

    def _places(self, outside: Collection[int]) -> dict[int, Place]:
        places = {b: Place(f"x{b}", 0) for b in outside}
        for b, offset in self.plan.offsets.items():
            dtype = self.listing.buffers[b].dtype
            name = "f" if dtype == SINGLE else "d" if dtype == DOUBLE else f"x{b}"
            places[b] = Place(name, offset // dtype.itemsize if name in ("f", "d") else 0)
        return places

    def _end(self, lines: Sequence[str], names: Collection[str]) -> None:
        if lines:
            ordered = sorted(names)
            text = "\n".join([f"def run({', '.join(ordered)}):", *(f"    {line}" for line in lines)])
            self.steps.append((_compiled(text), ordered))


class NativeMachine(Machine):
    """Memory for one run at a time of native code."""

    def __init__(self, code: NativeCode) -> None:
        super().__init__(code.listing, code.plan)
        self.buffers |= code.constants
        memory = {"f": self._memory.view(np.float32), "d": self._memory.view(np.float64)}
        memory |= {"one": 1, "p": code.positions, "q": code.sizes} | {name: _flat(x) for name, x in code.arrays.items()}
        memory |= {f"x{b}": _flat(x) for b, x in code.constants.items()}
        self._flat_slots: dict[int, list[tuple[list[Any], int]]] = {}
        for step in code.steps:
            if isinstance(step, Instruction):
                self._add(step)
                continue
            function, names = step
            arguments = [memory.get(name) for name in names]
            for slot, name in enumerate(names):
                if arguments[slot] is None:
                    self._flat_slots.setdefault(int(name[1:]), []).append((arguments, slot))
            self._steps.append((function, arguments))

    def bind(self, b: int, array: Any) -> None:
        """Let the instructions read a buffer from an array of somebody else's."""
        if array is not self._bound.get(b) and b in self._flat_slots:
            memory = _flat(np.ascontiguousarray(array, self._dtypes[b]))
            for arguments, slot in self._flat_slots[b]:
                arguments[slot] = memory
        super().bind(b, array)

    def timed(self) -> list[float]:
        """Nothing: a KindError."""
        raise KindError(
            "native code has no times of instructions, of which many are one loop: profile the program without native()"
        )


def by_numba() -> Engine:
    """What runs recordings as native code; an ImportError in words where numba or SciPy is not installed."""
    numba()
    return lambda *listing_and_buffers: NativeCode(*listing_and_buffers).machine


@cache
def numba() -> Any:
    """The module; an ImportError in words where it, or SciPy's BLAS, is not installed."""
    try:
        import numba
        import scipy.linalg.cython_blas  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f"native code needs numba and SciPy, and {error.name} is not installed: pip install 'autograd_mini[fast]'. "
            "Without it a program runs as NumPy's operations: leave native() out"
        ) from error
    return numba


def _planned(
    listing: Listing,
    blocks: Sequence[Block],
    given: Collection[int],
    outside: Collection[int],
    kept: Collection[int],
) -> Plan:
    """Memory for what is not in registers: all that a nest of loops writes is there before anything it reads goes."""
    steps: list[Instruction] = []
    for block in blocks:
        if not isinstance(block, Nest):
            steps.append(block)
            continue
        stored = [x for x in block.statements if x.output.source not in block.unread]
        outputs = {x.output.source: x.instruction.output for x in stored}
        read = tuple(view for view in views_read(block) if view.buffer not in block.unread)
        walks_alike = all(x.positions is None for statement in block.statements for x in statement.accesses())
        is_last = len(stored) == 1 and stored[0] is block.statements[-1]
        may_inherit = walks_alike and is_last  # the place of an input, for it reads each element before it writes it
        operation = Operation(primitives["positive"], (), {}) if may_inherit else None
        steps += [Instruction("nest", read, output, operation) for output in outputs.values()]
    return plan(Listing(listing.buffers, steps, listing.constants), given, outside, kept)


def _compiled(text: str) -> Callable[..., None]:
    names = dict(_vocabulary())
    exec(compile(text, "<native>", "exec"), names)
    return numba().njit(nogil=True, error_model="numpy")(names["run"])  # type: ignore[no-any-return]


@cache
def _vocabulary() -> dict[str, Any]:
    """What the text of native code may call."""
    njit = numba().njit
    summing = njit(nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
    functions = {name: njit(nogil=True, error_model="numpy")(f) for name, f in FUNCTIONS.items()}
    products = {name: _blas(name) for name in ("dgemm", "sgemm")}
    numbers = {"single": np.float32, "double": np.float64, "unsigned": np.uintp, "inf": np.inf, "nan": np.nan}
    return {
        **numbers,
        **functions,
        **products,
        "choose": _choose(),
        "total": summing(_total),
        "dot": summing(_dot),
        "np": np,
        "math": math,
    }


def _choose() -> Any:
    """choose(condition, x, y) as one instruction of the machine, never a branch."""
    from numba.extending import intrinsic

    @intrinsic
    def choose(typing: Any, condition: Any, x: Any, y: Any) -> Any:
        kind = typing.unify_types(x, y)
        return kind(condition, kind, kind), lambda context, builder, signature, inputs: builder.select(*inputs)

    return choose


def _blas(name: str) -> Any:
    from numba.extending import get_cython_function_address

    address = ctypes.c_ssize_t  # of a number or an array
    return ctypes.CFUNCTYPE(None, *[address] * 13)(get_cython_function_address("scipy.linalg.cython_blas", name))


def _total(x: Any, first: int, stride: int, count: int) -> Any:
    total = x[first]
    for i in range(1, count):
        total += x[first + i * stride]
    return total


def _dot(x: Any, i: int, stride: int, y: Any, j: int, step: int, count: int) -> Any:
    total = x[i] * y[j]
    for k in range(1, count):
        total += x[i + k * stride] * y[j + k * step]
    return total


def _flat(array: Any) -> Any:
    """The elements of a contiguous array in a row, not to be written to: numba takes that for another type."""
    flat = np.ndarray(array.size, array.dtype, np.ascontiguousarray(array))
    flat.flags.writeable = False
    return flat
