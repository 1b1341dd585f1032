"""Blocks of a program as Python that numba compiles: loops over flat memory, made of formulas and whole numbers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..lifting.listing import Given, Instruction, Listing, Number, View, whole
from ..lifting.rolling import Own
from ..lifting.strides import Axis, merged
from .fusing import Access, Block, Nest, is_empty
from .scalars import Formula, formula

SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)
AT_ONCE = 8  # terms that a loop adds up in one expression
LONG = 64  # iterations of an inner loop that make one around it not worth writing out
BLAS = 512  # multiplications from which on BLAS is faster than loops


class Place(NamedTuple):
    """Where a buffer lies: the name of a flat array, and the element of it that is the buffer's first."""

    name: str
    first: int


class Words:
    """Writes blocks. places: where buffers lie; further arrays that the text reads are noted in `arrays`, the names
    of all that it takes in `used`.

    positions: whole numbers that gathers and scatters go by. sizes: those that BLAS is told.
    """

    def __init__(self, listing: Listing, places: Mapping[int, Place]) -> None:
        self.listing, self.places = listing, places
        self.arrays: dict[str, Any] = {}
        self.used: set[str] = set()
        self.positions: list[Any] = []
        self.sizes = [ord("N"), ord("T"), *np.array([1.0, 0.0], np.float32).view(np.int32).tolist()]
        self.sizes += np.array([1.0, 0.0]).view(np.int32).tolist()
        self._position_starts: dict[Any, int] = {}
        self._position_count = 0

    def write(self, block: Block) -> list[str] | None:
        """The lines that run a block; None where there is no text for it."""
        if isinstance(block, Nest):
            return self._nest(block)
        if is_empty(block):
            return None
        if block.name == "loop":
            return self._recurrence(block)
        if not all(isinstance(x, View) and self._dtype(x).kind == "f" for x in (*block.inputs, block.output)):
            return None
        if block.name == "sum" and block.operation is None:
            return self._sum(block)
        if block.name == "matmul":
            return self._matmul(block)
        if block.name == "einsum" and block.operation is None:
            terms, out = block.subscripts.split("->")
            return self._reduction(block.output, out, list(zip(block.views, terms.split(","), strict=True)))
        return None

    def _dtype(self, view: View) -> np.dtype[Any]:
        return self.listing.buffers[view.buffer].dtype

    def _element(self, x: Access, start: str = "") -> str:
        """The element that the loops' variables i0, i1, … stand at; start: a variable that holds the position."""
        name, index = self._where(x)
        moves = any(axis.stride for axis in x.axes)
        index = f"unsigned({index})" if moves else index  # a number that may be negative would keep loops from vectors
        if x.positions is None:
            return f"{name}[{index}]"
        return f"{name}[{start} + {index}]" if moves else f"{name}[{start}]"

    def _where(self, x: Access) -> tuple[str, str]:
        """The name of the array, and the index that the loops stand at; of a gather how far from its position."""
        place = self._place(x)
        self.used.add(place.name)
        return place.name, _stepped(place.first + x.offset if x.positions is None else 0, x.axes)

    def _place(self, x: Access) -> Place:
        if isinstance(x.source, int):
            return self.places[x.source]
        name = next((known for known, array in self.arrays.items() if array is x.source), f"k{len(self.arrays)}")
        self.arrays[name] = x.source
        return Place(name, 0)

    def _position(self, x: Access) -> str:
        """The number that says where an element lies."""
        first = self._place(x).first + x.offset
        key = first, id(x.positions)
        if key not in self._position_starts:
            self._position_starts[key] = self._position_count
            self.positions.append(x.positions + first)
            self._position_count += len(x.positions)
        self.used.add("p")
        return f"p[{_stepped(self._position_starts[key], x.by)}]"

    def _nest(self, nest: Nest) -> list[str]:
        levels: list[list[str]] = [[] for _ in range(len(nest.axes) + 1)]
        known: dict[Any, tuple[str, np.dtype[Any]]] = {}
        for statement in nest.statements:
            read = [self._read(x, known, levels) for x in statement.inputs]
            output = statement.output
            dtype = self.listing.buffers[output.source].dtype
            text = _spelled(statement.formula, statement.instruction.inputs, read, dtype)
            name = text if re.fullmatch(r"v\d+", text) else f"v{len(known)}"
            levels[-1] += [f"{name} = {text}"] if name != text else []
            known[_key(output)] = name, dtype
            if output.source not in nest.unread:
                levels[-1].append(f"{self._element(output, self._start(output, known, levels))} = {name}")
        loops = [*self._loops(nest.axes, 0, 1), None]
        return [
            line for k, level in enumerate(levels) for line in (*(_indent(line, k) for line in level), loops[k]) if line
        ]

    def _read(
        self, x: Access | float, known: dict[Any, tuple[str, np.dtype[Any]]], levels: list[list[str]]
    ) -> tuple[str, np.dtype[Any] | None]:
        """The name of a variable that holds the element, and its type; None for a plain number."""
        if isinstance(x, float):
            return literal(x), None
        key = _key(x)
        if key not in known:
            start = self._start(x, known, levels)
            dtype = self.listing.buffers[x.source].dtype if isinstance(x.source, int) else x.source.dtype
            known[key] = f"v{len(known)}", dtype
            levels[_depth(x.walks)].append(f"{known[key][0]} = {self._element(x, start)}")
        return known[key]

    def _start(self, x: Access, known: dict[Any, tuple[str, np.dtype[Any]]], levels: list[list[str]]) -> str:
        """The name of a variable that holds a position, read where the loops have come to it."""
        if x.positions is None:
            return ""
        text = self._position(x)
        if text not in known:
            known[text] = f"v{len(known)}", np.dtype(np.uintp)
            levels[_depth([x.by])].append(f"{known[text][0]} = {text}")
        return known[text][0]

    def _sum(self, block: Instruction) -> list[str]:
        x = block.views[0]
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(x.shape)]
        return self._reduction(block.output, letters[: len(block.output.shape)], [(x, letters)])

    def _reduction(self, output: View, out: str, terms: list[tuple[View, str]]) -> list[str]:
        """output[out] = the sum over all other letters of the product of the terms, a letter for each of their axes."""
        lengths: dict[str, int] = {}
        strides: list[dict[str, int]] = []
        for view, letters in [(output, out), *terms]:
            lengths |= {
                letter: n for letter, n in zip(letters, view.shape, strict=True) if n > 1 or letter not in lengths
            }
            strides.append({})
            for letter, n, stride in zip(letters, view.shape, view.strides, strict=True):
                strides[-1][letter] = strides[-1].get(letter, 0) + (stride if n > 1 else 0)
        kept = [letter for letter in out if lengths[letter] > 1]
        summed = [letter for letter in lengths if letter not in out and lengths[letter] > 1]
        outer, inner = (
            merged([tuple(Axis(lengths[letter], own.get(letter, 0)) for letter in group) for own in strides])
            for group in (kept, summed)
        )
        views = [output, *(view for view, _ in terms)]
        accesses = [Access(view.buffer, view.offset, (*a, *b)) for view, a, b in zip(views, outer, inner, strict=True)]
        depth = len(outer[0])
        last = [axes[-1].stride for axes in outer[1:]] if depth else []
        dtype = self._dtype(output)
        if last and 1 in last and {*last} <= {0, 1} and outer[0][-1].length >= 4:
            return self._accumulated(accesses, depth, dtype)
        return self._summed(accesses, depth, dtype)

    def _accumulated(self, accesses: Sequence[Access], depth: int, dtype: np.dtype[Any]) -> list[str]:
        """The last axis that stays is the innermost loop: on vectors, adding up in memory, some terms at once."""
        kept, summed = accesses[0].axes[:depth], accesses[0].axes[depth:]
        at_once = max(n for n in range(1, AT_ONCE + 1) if summed[-1].length % n == 0) if summed else 1
        steps = [x.axes[-1].stride if summed else 0 for x in accesses]
        cut = []
        for x, step in zip(accesses, steps, strict=True):
            last = [Axis(axis.length // at_once, step * at_once) for axis in x.axes[depth:][-1:]]
            axes = x.axes[: len(x.axes) - len(last)]
            cut.append(x._replace(axes=(*axes, *(axis for axis in last if axis.length > 1))))
        output, *terms = cut
        total = " + ".join(
            " * ".join(
                self._element(x._replace(offset=x.offset + k * step)) for x, step in zip(terms, steps[1:], strict=True)
            )
            for k in range(at_once)
        )
        lines = self._loops(kept[:-1], 0, kept[-1].length)
        last_loop = f"for i{depth - 1} in range({kept[-1].length}):"
        rest = list(enumerate(output.axes[depth:], depth))
        element = self._element(output)
        if not rest:
            return [*lines, _indent(last_loop, depth - 1), _indent(f"{element} = {total}", depth)]
        lines += [_indent(last_loop, depth - 1), _indent(f"{element} = {_cast('0.0', dtype)}", depth)]
        lines += [
            _indent(self._loop(k, axis.length, kept[-1].length), depth - 1 + i) for i, (k, axis) in enumerate(rest)
        ]
        deep = depth - 1 + len(rest)
        return [*lines, _indent(last_loop, deep), _indent(f"{element} = {element} + {total}", deep + 1)]

    def _summed(self, accesses: Sequence[Access], depth: int, dtype: np.dtype[Any]) -> list[str]:
        """The axis that is summed is the innermost loop, in a function that adds up in any order."""
        axes = accesses[0].axes
        lines = [*self._loops(axes[:depth], 0, 1), _indent(f"t = {_cast('0.0', dtype)}", depth)]
        summed = axes[depth:]
        lines += self._loops(summed[:-1], depth, 1)
        run = summed[-1] if summed else Axis(1, 0)
        given = []
        for x in accesses[1:]:
            stride = x.axes[-1].stride if summed else 0
            name, first = self._where(x._replace(axes=x.axes[:-1] if summed else x.axes))
            given += [name, first, str(stride)]
        function = "total" if len(accesses) == 2 else "dot"
        lines.append(_indent(f"t += {function}({', '.join(given)}, {run.length})", max(depth, len(axes) - 1)))
        return [*lines, _indent(f"{self._element(accesses[0]._replace(axes=axes[:depth]))} = t", depth)]

    def _loops(self, axes: Sequence[Axis], depth: int, inner: int) -> list[str]:
        """Loops around one of an inner length."""
        around = [*(axis.length for axis in axes[1:]), inner]
        return [
            _indent(self._loop(depth + k, axis.length, length), depth + k)
            for k, (axis, length) in enumerate(zip(axes, around, strict=False))
        ]

    def _loop(self, k: int, length: int, inner: int) -> str:
        """A loop around one of an inner length: around a long one the compiler is not to write out its iterations."""
        if inner < LONG:
            return f"for i{k} in range({length}):"
        self.used.add("one")
        return f"for i{k} in range({length} * one):"

    def _matmul(self, block: Instruction) -> list[str] | None:
        left, right = block.views
        if min(len(left.shape), len(right.shape)) < 2 or left.shape[:-2] != right.shape[:-2]:
            return None
        stack = "abcdefgh"[: len(left.shape) - 2]
        blas = self._blas(left, right, block.output)
        if blas is None:
            return self._reduction(block.output, f"{stack}ij", [(left, f"{stack}ik"), (right, f"{stack}kj")])
        return blas

    def _blas(self, left: View, right: View, output: View) -> list[str] | None:
        """A call of BLAS for each product of the stack; None where loops do, or the matrices lie otherwise."""
        (m, k), n, dtype = left.shape[-2:], right.shape[-1], self._dtype(output)
        laid = [_laid_out(view) for view in (right, left)]
        if m * k * n < BLAS or None in laid or {self._dtype(left), self._dtype(right)} != {dtype}:
            return None
        if output.strides[-2:] != (n, 1):
            return None
        sizes = [n, m, k, *(x[1] for x in laid if x), n]
        first = len(self.sizes)
        self.used.add("q")
        self.sizes += sizes
        of = [f"q.ctypes.data + {4 * (first + i)}" for i in range(6)]
        flags = [f"q.ctypes.data + {4 * x[0]}" for x in laid if x]
        one, zero = (f"q.ctypes.data + {4 * (2 + i if dtype == SINGLE else 4 + 2 * i)}" for i in (0, 1))
        lines = self._loops([Axis(length, 0) for length in left.shape[:-2]], 0, 1)
        addresses = []
        for view in (right, left, output):
            pairs = zip(view.shape[:-2], view.strides[:-2], strict=True)
            x = Access(view.buffer, view.offset, tuple(Axis(length, stride) for length, stride in pairs))
            name, place = self._where(x)
            addresses.append(f"{name}.ctypes.data + {dtype.itemsize} * ({place})")
        second, one_more, to = addresses
        given = [*flags, *of[:3], one, second, of[3], one_more, of[4], zero, to, of[5]]
        name = "sgemm" if dtype == SINGLE else "dgemm"
        return [*lines, _indent(f"{name}({', '.join(given)})", len(left.shape) - 2)]

    def _recurrence(self, block: Instruction) -> list[str] | None:
        """A recurrence: what the next iteration reads is kept in variables."""
        if any(len(view.shape) > 1 for view in block.views):
            return None
        count = block.output.shape[1]
        inputs = [self._element(_plain(view)) for view in block.views]
        lines = [f"g{k} = {x}" for k, x in enumerate(inputs) if not block.views[k].shape]
        body = [f"g{k} = {x}" for k, x in enumerate(inputs) if block.views[k].shape]

        def spelled(x: Any) -> tuple[str, Any]:
            if isinstance(x, Own):
                return (f"b{x.step}" if x.lag else f"y{x.step}"), DOUBLE
            return (f"g{x.input}", DOUBLE) if isinstance(x, Given) else (literal(x), None)

        lines += [f"b{j} = {spelled(x)[0]}" for j, x in block.first.items()]
        after = []
        for j, step in enumerate(block.steps):
            instruction = Instruction(step.operation.name, (), block.output, operation=step.operation)
            if (found := formula(instruction)) is None:
                return None
            body.append(f"y{j} = {_spelled(found, (), [spelled(x) for x in step.inputs], DOUBLE)}")
            row = whole(block.output.buffer, block.output.shape)
            at = Access(row.buffer, block.output.offset + j * count, (Axis(count, 1),))
            if step.kept:
                body.append(f"{self._element(at)} = y{j}")
            else:
                after.append(f"{self._element(at._replace(offset=at.offset + count - 1, axes=()))} = y{j}")
        body += [f"b{j} = y{j}" for j in block.first]
        return [*lines, f"for i0 in range({count}):", *(_indent(line, 1) for line in body), *after]


def literal(x: float) -> str:
    """The number as Python reads it."""
    return f"({x!r})" if x < 0.0 or repr(x).startswith("-") else repr(float(x))


def _spelled(found: Formula, inputs: Sequence[Any], read: Sequence[tuple[str, Any]], output: np.dtype[Any]) -> str:
    """The formula of these variables, in the precision that NumPy would take. inputs: where they come from."""
    numbers = [type(x) is Number for x, _ in zip(inputs, read, strict=False)] or [False] * len(read)
    types = [dtype for (_, dtype), is_number in zip(read, numbers, strict=True) if dtype is not None and not is_number]
    working = np.result_type(*types) if types else DOUBLE
    working = working if working.kind == "f" else DOUBLE
    words = dict(
        zip(
            "xyz",
            (x if dtype is not None and dtype == working else _cast(x, working) for x, dtype in read),
            strict=False,
        )
    )
    words |= {name: _cast(literal(x), working) for name, x in found.parameters.items()}
    words["tiny"] = repr(float(np.finfo(working).tiny) / 4)
    text = (
        found.text
        if working == DOUBLE
        else re.sub(r"\b\d+\.\d+\b", lambda number: _cast(number[0], working), found.text)
    )
    text = re.sub(r"\b[a-z_]+\b", lambda word: words.get(word[0], word[0]), text)
    if working == output and (output == DOUBLE or re.fullmatch(r"v\d+", text)):
        return text
    return _cast(text, output)


def _stepped(first: int, axes: Sequence[Axis]) -> str:
    """Where the loops have come to, from a first element on."""
    steps = [f"i{k}" if x.stride == 1 else f"i{k} * {x.stride}" for k, x in enumerate(axes) if x.stride]
    return " + ".join([str(first)] * (first != 0 or not steps) + steps)


def _cast(text: str, dtype: np.dtype[Any]) -> str:
    return f"single({text})" if dtype == SINGLE else (text if re.fullmatch(r"[\d.]+", text) else f"double({text})")


def _key(x: Access) -> Any:
    source = x.source if isinstance(x.source, int) else ("array", id(x.source))
    return source, x.offset, x.axes, x.by, id(x.positions)


def _depth(walks: Iterable[Sequence[Axis]]) -> int:
    """How many loops there are around what changes as these walks go on."""
    return max([k + 1 for axes in walks for k, axis in enumerate(axes) if axis.stride], default=0)


def _plain(view: View) -> Access:
    pairs = zip(view.shape, view.strides, strict=True)
    return Access(view.buffer, view.offset, tuple(Axis(length, stride) for length, stride in pairs))


def _laid_out(view: View) -> tuple[int, int] | None:
    """How BLAS reads a matrix: 0 for one that lies row by row, 1 for column by column, and how far those are apart."""
    (rows, columns), (down, along) = view.shape[-2:], view.strides[-2:]
    along = 1 if columns == 1 else along
    down = max(columns, 1) if rows == 1 and along == 1 else (1 if rows == 1 else down)
    if along == 1 and down >= columns:
        return 0, down
    return (1, along) if down == 1 and along >= rows else None


def _indent(line: str, depth: int) -> str:
    return "    " * depth + line
