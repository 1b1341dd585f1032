"""What is compared at once: a subject, its derivatives at a point, and how much of them is rounding."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import numpy as np

from ..numbers.differences import STEPS, TOP, TRUST, Line, Slopes, find_slopes, glance_at_slopes
from ..numbers.kinks import SPANS
from ..numbers.vectors import Array, draw_like, flat, largest, name_elements, shape_like, sizes_of, unit_vectors
from ..subjects.subject import Arguments, Subject, jacobian
from ..telling.mistakes import GIVEN
from .assumptions import Assumptions
from .precision import COARSE_DIGITS, lost_in
from .rounding import measure_noise, trace, vary_last_places

_ROUNDING = 1e-12  # of a derivative: what some thousand operations of our own may lose
_DIGITS = 1e-7  # a derivative that is known no better than this is undecided
_MOVES = 16  # by last places: rounding is not seen in each
_POINTS_AROUND = 4  # from where kinks that lie on one another are looked at
_FINE = 1e-10  # of a derivative's terms: more is no rounding in double precision
_LAST_PLACES = 4 * float(np.finfo(np.float64).eps)


@dataclass
class Stage:
    """What is compared at once: the derivatives of a subject, of one order, at one point.

    Those of order 2 are the first derivatives of the recorded gradient, which is a subject itself. outputs: a name
    for each number of f's value.
    """

    subject: Subject
    args: Arguments
    outputs: list[str]
    order: int
    where: str
    assumed: Assumptions = field(default_factory=Assumptions)

    def line(self, direction: Array) -> Line:
        """The values along the direction, each computed once for this line; nan where f has none."""
        return cache(trace(self.subject, self.args, len(self.outputs), direction))

    def glance(self, direction: Array) -> Slopes:
        """The same as `slopes` from a few large steps, which are enough where nothing is wrong or difficult."""
        return glance_at_slopes(self.line(direction), TOP)

    def slopes(self, direction: Array) -> Slopes:
        """What the values along the direction, which is about as large as the arguments, say of f's derivative."""
        return find_slopes(self.line(direction), TOP, STEPS, self.noise)

    @cached_property
    def rows(self) -> Array:
        """The matrix of all derivatives in reverse mode, an output a row."""
        return jacobian(self.subject, self.args)

    @cached_property
    def jacobians(self) -> dict[str, Array]:
        """All derivatives by mode, an output a row."""
        forward = self._push_forward(self.args)
        return {"reverse": self.rows} | ({} if forward is None else {"forward": forward})

    def _push_forward(self, args: Arguments) -> Array | None:
        columns = self.subject.push_forward(args, unit_vectors(args))
        return None if columns is None else np.array([flat([c]) for c in columns]).reshape(self.rows.T.shape).T

    @cached_property
    def masked(self) -> dict[str, Array]:
        """By mode, the entries where nan is no mistake: a 0 of a unit gradient met an infinite derivative.

        Where the gradient is not finite itself, nan stands for an infinite derivative, too.
        """
        lost = ~np.isfinite(flat([self.subject.value(self.args)])) & (self.order > 1)
        infinite = {mode: np.isinf(m) | lost[:, None] & np.isnan(m) for mode, m in self.jacobians.items()}
        return {mode: np.logical_or.outer(there.any(1), there.any(0)) for mode, there in infinite.items()}

    @cached_property
    def size(self) -> Array:
        """How large each number of f's value is."""
        return np.abs(flat([self.subject.value(self.args)]))

    @cached_property
    def typical(self) -> Array:
        """The size of a derivative that f's value lets expect, for each output."""
        return np.asarray(self.size / max(1.0, largest(flat(self.args))))

    @cached_property
    def largest(self) -> Array:
        """The largest derivative of each output."""
        return np.asarray(np.max(np.abs(self.rows), axis=1, where=np.isfinite(self.rows), initial=0.0))

    @property
    def rounding(self) -> Array:
        """The share of a derivative that rounding may change."""
        return np.maximum(_ROUNDING, lost_in(self._eps))

    @property
    def digits(self) -> Array:
        """How well a derivative is to be known for a verdict."""
        return np.where(self._eps > 0.0, COARSE_DIGITS, _DIGITS)

    @cached_property
    def noise(self) -> Array:
        """The noise of each number of f's value: at the least a last place, which small steps do not show."""
        return np.asarray(np.maximum(measure_noise(self.line, self.args), self._eps * self.size))

    @cached_property
    def slack(self) -> Array:
        """What rounding may take of our derivatives, (outputs, elements).

        It is the noise of f by the element's size, and at the least some last places of what the terms may be that
        cancelled. Within it nothing is called wrong; what is off by more than the differences' own error is undecided.
        """
        return np.asarray(TRUST * np.maximum(self.noise[:, None] / self._reach, self._share * self._terms))

    @property
    def _share(self) -> Array:
        """How much of terms that cancel is rounding: more where f is stretched beyond its usual domain, and steep."""
        double = _LAST_PLACES if self.order == 1 and self.where == GIVEN else _ROUNDING
        return np.maximum(double, lost_in(self._eps))[:, None]

    @property
    def _eps(self) -> Array:
        return self.assumed.eps_of(len(self.outputs))

    @cached_property
    def _terms(self) -> Array:
        """How large the terms of a derivative may be, (outputs, elements)."""
        return np.maximum(
            self.largest[:, None],
            np.fmax(self.size, self.assumed.natural_size_of(len(self.outputs)))[:, None] / self._reach,
        )

    @cached_property
    def _reach(self) -> Array:
        """How far each element may go before f's value is another: its size, of a 0 the smallest of the others."""
        elements = np.abs(flat(self.args))
        smallest = np.min(elements, where=elements > 0.0, initial=max(1.0, largest(elements)))
        return np.where(elements > 0.0, elements, smallest)

    @cached_property
    def jitter(self) -> Array:
        """How much our derivatives change, by rounding or across a kink, when the arguments move by a last place."""
        random = np.random.default_rng(0)
        start = flat(self.args)
        moved = [
            shape_like(start * (1.0 + _LAST_PLACES * random.uniform(-1.0, 1.0, start.shape)), self.args)
            for _ in range(_MOVES)
        ]
        across = [np.ptp([jacobian(self.subject, args) for args in moved], axis=0)]
        forward = [matrix for args in moved if (matrix := self._push_forward(args)) is not None]
        if forward:  # which rounds other numbers
            across.append(np.ptp(forward, axis=0))
        upstreams = [unit[0] for unit in unit_vectors([self.subject.value(self.args)])]
        # Of those that cancel not each shows its rounding: the most of an output's counts for all of them.
        varied = vary_last_places(self.subject, self.args, upstreams, self.assumed.coarsest)[1]
        rounding = np.max(varied, axis=-1, keepdims=True, initial=0.0)
        # Rounding of terms that a last place does not move shows further away; it is no excuse for coarse gradients.
        wide = measure_noise(self._line_of_rows, self.args).reshape(self.rows.shape)
        moves = np.max(np.nan_to_num(across, nan=0.0), axis=0)
        return np.asarray(np.maximum(np.maximum(moves, rounding), np.minimum(wide, _FINE * self._terms)))

    def _line_of_rows(self, direction: Array) -> Line:
        start = flat(self.args)
        return lambda t: jacobian(self.subject, shape_like(start + t * direction, self.args)).ravel()

    def lines_around(self, direction: Array) -> Iterator[tuple[Line, float]]:
        """Lines along the direction, in units of the elements' sizes, from points close by, and their lengths."""
        random = np.random.default_rng(0)
        sizes, start = sizes_of(self.args), flat(self.args)
        for span in SPANS:
            for _ in range(_POINTS_AROUND):
                point = shape_like(start + span / 2.0 * sizes * random.uniform(-1.0, 1.0, sizes.size), self.args)
                yield trace(self.subject, point, len(self.outputs), sizes * direction), span

    def next(self, random: np.random.Generator) -> "Stage | None":
        """The stage one order higher, along a random upstream gradient."""
        gradient = self.subject.differentiate()
        if gradient is None:
            return None
        upstream = draw_like(self.subject.value(self.args), random)
        outputs = [f"the gradient of {name} at {index}" for name, index in name_elements(self.args, self.subject.names)]
        assumed = replace(self.assumed, natural_size=largest(self._terms))
        return Stage(gradient, [*self.args, upstream], outputs, self.order + 1, self.where, assumed)
