"""What Python code decided by a node's numbers: noted by a tracer while the function runs."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ...admission import FLOATS
from ...calculus.piecewise import questions
from ...errors import AutogradError, KindError
from ...grad_mode import is_recording
from ...lines import Line, Notes, noting, user_line
from ...node import NO_HISTORY, Node, next_birth
from ...tensor import Tensor
from ...value import Value
from .indices import Indices, StandIn
from .masks import as_mask, is_mask


@dataclass(frozen=True, eq=False)
class Decision:
    """One decision: the node that was looked at, what was seen of it, and the user's line.

    node: a node, or the `Indices` of an argument of whole numbers. kind: "truth", whether it is true (`if x > 0`);
    "value", its data themselves (`float(x)`, `.data`); of Indices also "min" and "max", whether the least or the
    largest is to the bound as said: outcome is then (name of NumPy's comparison, bound, answer).
    """

    node: Any
    kind: str
    outcome: Any
    line: Line

    def holds(self, data: Any) -> bool:
        """Whether the decision would be the same where the node has these data.

        >>> from autograd_mini.compiling.tracing.deciding import Decision
        >>> Decision(None, "truth", True, None).holds(0.0)
        False
        """
        if self.kind == "truth":
            return bool(data) is self.outcome
        if self.kind == "value":
            return same(data, self.outcome)
        comparison, bound, answer = self.outcome
        return bool(np.size(data)) and bool(getattr(np, comparison)(getattr(data, self.kind)(), bound)) is answer


def same(x: Any, y: Any) -> bool:
    """Whether two numbers or arrays are the same to the last bit, the signs of zeros among them; nan is nan."""
    x, y = np.asarray(x), np.asarray(y)
    if x.shape != y.shape or x.dtype != y.dtype:
        return False
    if x.tobytes() == y.tobytes():
        return True
    if x.dtype.kind != "f":
        return False
    return bool(np.all(((x == y) & (np.signbit(x) == np.signbit(y))) | (np.isnan(x) & np.isnan(y))))


class Argument(NamedTuple):
    """A part of the arguments that varies: the leaf, or the Indices, that stood for it, where it was given, and of
    which argument it is a part."""

    path: str
    node: Any
    name: str


class Tracer:
    """What is told while a function is traced; a `Watcher`."""

    def __init__(self) -> None:
        self.start = next_birth()
        self.arguments: list[Argument] = []
        self.decisions: list[Decision] = []
        self.notes = Notes()
        self.has_shown_an_array = False
        self._varying: set[Any] = set()
        self._decided: set[tuple[Any, Any]] = set()
        self._graded: list[Node] = []

    def stand_in(self, x: Any, path: str, name: str) -> Any:
        """What the function is given for a part of its arguments: a leaf where it is a float or an array."""
        if isinstance(x, Node):
            raise KindError(f"{path} is a node: a function of nodes is called, not traced; give its data, node.data")
        if isinstance(x, np.ndarray):
            given: Any = Indices(x) if x.dtype.kind in "iu" else self._leaf(x, path)
        elif isinstance(x, float | np.floating):
            given = Value(x)
        else:
            return x
        self.arguments.append(Argument(path, given, name))
        self._varying.add(given)
        return given

    def _leaf(self, x: Any, path: str) -> Any:
        try:
            return as_mask(Tensor(x)) if x.dtype == bool else Tensor(x)
        except KindError as error:
            raise KindError(f"{path}: {error}") from error

    def keep(self, node: Any, kind: str, outcome: Any) -> None:
        """Keep a decision, once; of a leaf that the function made itself there is none, it does not vary."""
        is_own = isinstance(node, Node) and node.rule is None and node.birth > self.start and node not in self._varying
        key = (node, kind if kind in ("truth", "value") else (kind, *outcome))
        if key in self._decided or (node, "value") in self._decided or (is_own and node.first is not NO_HISTORY):
            return
        self._decided.add(key)
        self.decisions.append(Decision(node, kind, outcome, user_line()))

    def look(self, node: Any) -> Any:
        """The data, read-only, whose every bit is a decision now."""
        data = node.array if isinstance(node, Indices) else node._raw
        if not isinstance(data, np.ndarray):
            self.keep(node, "value", data)
            return data
        self.has_shown_an_array = True
        seen = data.copy()
        seen.flags.writeable = False
        self.keep(node, "value", seen)
        return seen

    def decide(self, node: Node) -> bool:
        """Whether the node is true: a decision."""
        answer = bool(node._raw)
        self.keep(node, "truth", answer)
        return answer

    def ask(self, question: str, *inputs: Any, **named: Any) -> Any:
        """The mask that answers NumPy's question; where there is none, the nodes are looked at."""
        inputs = tuple(x.plain if isinstance(x, StandIn) else x for x in inputs)
        if question in questions and not named and all(isinstance(x, Node) or _is_exact(x) for x in inputs):
            with nullcontext() if is_recording() else noting(self.notes):  # a decision is no number to differentiate
                return as_mask(questions[question](*inputs))
        if not any(x is None or isinstance(x, str | bytes) for x in inputs):  # to which no number is equal
            for x in inputs:
                if isinstance(x, Node):
                    self.look(x)
        return NotImplemented

    def sweep(self) -> AbstractContextManager[None]:
        """A context in which a recorded sweep runs; recorded under `no_grad`, too, for its gradients are asked for."""
        return self.notes.of_sweep(user_line())

    def change(self, node: Node, what: str) -> None:
        """An error for a node that lives on when the function has ended."""
        if node.birth < self.start or (what == "data" and node in self._varying):
            kind = "an argument" if node in self._varying else "a node from outside of it"
            raise AutogradError(
                f"{user_line()}: the function that is traced sets the {what} of {kind}, which a program does not: "
                "return the new values and set them outside; gradients(loss)[node] gives a gradient without storing it"
            )
        if what == "grad":
            self._graded.append(node)

    def recall(self, node: Node) -> None:
        """An error for a gradient that was stored before: a program would keep it as it is now."""
        if node.birth < self.start:
            raise AutogradError(
                f"{user_line()}: the function that is traced reads the grad of a node from outside of it, which "
                "changes without its knowing: give it as an argument"
            )

    def fill(self, index: Any) -> Any:
        """The index with the arrays of Indices, which stay in the program, and of masks, which are looked at."""
        if isinstance(index, Indices):
            return index.array
        if is_mask(index):
            return index.data
        return type(index)(map(self.fill, index)) if type(index) in (tuple, list) else index

    def forget(self) -> None:
        """Take from the nodes the gradients that were stored: these are nodes that hold them in turn."""
        for node in self._graded:
            node._grad = None


def _is_exact(x: Any) -> bool:
    """Whether a raw input is of numbers that floats hold as they are, so that comparing floats answers the same."""
    if isinstance(x, list | tuple):
        return all(map(_is_exact, x))
    if isinstance(x, np.float32):  # beside it Python's floats are taken for float32
        return False
    if isinstance(x, np.ndarray | np.generic):
        return x.dtype in FLOATS or x.dtype == bool or (x.dtype.kind in "iu" and bool(np.all(np.abs(x) <= _EXACT)))
    return isinstance(x, float) or (isinstance(x, int) and abs(x) <= _EXACT)


_EXACT = 2**53  # of larger whole numbers a float skips some
