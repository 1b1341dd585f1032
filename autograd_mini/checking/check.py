"""check_gradients: is a function's gradient what its values say?"""

from collections.abc import Callable
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from ..errors import KindError, describe

if TYPE_CHECKING:
    from .report import Report

_MOST = 6  # orders
# What a check needs beyond this is imported where it is made: `import autograd_mini` is for everybody, checks are not.


def check_gradients(
    f: Callable[..., Any],
    *args: Any,
    order: int | None = None,
    gradient: Callable[..., Any] | None = None,
    elsewhere: bool = True,
    quick: bool = False,
    thorough: bool = False,
    seed: int = 0,
    tolerance: float = 0.0,
) -> "Report":
    """Compare all derivatives of f at args with differences of its values; raise where any is wrong.

    f: gives a number or an array. args: floats, arrays of float32 or float64 of any shapes, and nested lists, tuples
    and dicts of them; f is differentiated by these. Anything else (whole numbers, strings, None) is a constant, which
    f is given as it is in every call.
    gradient: None for a function of Values and Tensors, whose derivatives are the engine's. Else f is a function of
    plain floats and arrays, and gradient(g, *args) a backward pass written by hand: from the upstream gradient g, of
    the shape of f's value, it gives the gradient of each argument (one, or a tuple of them), nested as the argument is.
    Where f or an argument is PyTorch's or JAX's, f is called with their tensors, and checked is what their autograd
    gives; in PyTorch f is differentiated by the tensors that require a gradient, or by all of floats where none does.
    order: up to which order, 6 at most; 2 compares the recorded gradient with differences of the gradient. None for 2,
    and for 1 in a quick check, and where gradient is given, which has no derivatives itself.
    elsewhere: look at other points too, nearby and with other signs and magnitudes, with zeros and equal elements,
    wherever f has a value, and at other layouts in memory; False for the given point alone.
    quick, thorough: look at less, or at more, than usual; the report says what was left out. A thorough check takes
    some ten times as long: it compares each derivative at four times as many points, and makes 1000 calls with the
    same arguments, of which one in 400 may differ and is still noticed nearly always.
    seed: of the points, directions and upstream gradients; what measures noise draws the same for all seeds.
    tolerance: for an f that is an approximation itself (an ODE solver, a root finder) how far a derivative may be off,
    of the largest derivative of its output; the report says it.

    What is looked at: the full Jacobian in reverse and forward mode; the gradients' shapes, dtypes and memory;
    that 100 calls with the same arguments give the same to the last bit, whatever was called in between; that gradients
    are linear in the upstream gradient, from 1e-12 to 1e12; that nothing given is changed, no array remembered by its
    identity or by some of its elements, and what is returned is the caller's own; f(x, x); Fortran order, negative
    strides, slices, read-only arrays; at other points the derivative along a random direction, which every wrong
    element shows in. At a kink ours must lie between the one-sided derivatives, and the report names it;
    of a higher order there is no derivative then, and nan is undecided.
    Made for small arguments: n numbers take some 50 n evaluations of f. Arguments of float32 are compared in double
    precision first.

    Method: Richardson's extrapolation over a ladder of steps with Ridders' error estimate, the noise of f measured,
    the steps balanced by Lepskii's principle (`differences.py`). A derivative is wrong if it is off by more than 10
    estimated errors on several ladders; a factor of 1 + 1e-6 is noticed where f is computed in double precision.
    What rounding may take of a derivative is excused: the noise of f's values, measured for each output, by the
    element's size. So neither an offset nor another output hides a mistake; what cannot be told apart is undecided.
    Where f rounds its arguments or values to float32, three digits are compared, of float16 next to none; the report
    says so. At tiny and huge numbers nothing is said of f unless it is smooth over all magnitudes around.
    Limits: where terms cancel until nothing is left of them but rounding, differences see a staircase, and may take
    its steps for f. A derivative below some 1e-14 of the largest one of its output is rounding beside it, and not
    judged. At kinks that lie on one another each may take any value between its sides; where f is a function of one
    number alone they cannot be told apart, and ours must lie between f's own two sides.

    f may have no value at other points, and say so by nearly any error. MemoryError, RecursionError, OSError (so
    TimeoutError) and NameError say something else, and come through.

    Returns a Report: how much was compared, the kinks, how many entries could not be decided, and, where a value or
    gradient is nan or infinite, where that arises (`diagnose`).
    Raises GradientError, an AssertionError, which says what is wrong in which argument and element; KindError where
    there is nothing to differentiate or an option makes no sense; ShapeError where gradient gives too many gradients
    or too few.

    >>> import numpy as np
    >>> from autograd_mini import check_gradients
    >>> print(check_gradients(lambda x: abs(x).sum(), np.array([1.0, 0.0]), order=1, elsewhere=False))
    2 derivatives, 0 undecided; points looked at: 1; seed 0
    kink of order 1: argument 0 at (1,), of f: -1 from the left, 1 from the right, 0 taken
    >>> print(check_gradients(np.sin, 1.0, gradient=lambda g, x: g * np.cos(x), quick=True).left_out[0])
    orders above 1 unless asked for
    >>> check_gradients(np.square, 3.0, gradient=lambda g, x: 2.001 * x * g)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    autograd_mini.errors.GradientError: check_gradients found 1 mistake (seed 0):
      wrong derivative: argument 0 at (), of f: expected 6 ± ..., got 6.003 (order 1, reverse, at the given point)
      the given point: 3.0
    """
    from .effort import Options, choose_effort
    from .examination import examine
    from .frameworks import find_framework
    from .subjects.subject import make_subject

    if not callable(f):
        raise KindError(f"check_gradients takes a function first; got {describe(f)}")
    if gradient is not None and not callable(gradient):
        raise KindError(f"check_gradients takes a function as gradient; got {describe(gradient)}")
    for option, value in {"elsewhere": elsewhere, "quick": quick, "thorough": thorough}.items():
        if not isinstance(value, bool):
            raise KindError(f"check_gradients takes {option}=True or {option}=False; got {option}={describe(value)}")
    if quick and thorough:
        raise KindError("check_gradients is quick or thorough, not both: leave one of them out")
    if order is None:
        order = 1 if gradient is not None else choose_effort(quick, thorough).order
    if isinstance(order, bool) or not isinstance(order, Integral) or not 1 <= order <= _MOST:
        raise KindError(
            f"check_gradients looks at orders from 1 to {_MOST}, each of which takes three times as long as the one "
            f"before; got order={describe(order)}: for a higher one, check a derivative, such as grad(f)"
        )
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise KindError(f"check_gradients takes a whole number from 0 on as seed; got seed={describe(seed)}")
    if isinstance(tolerance, bool) or not isinstance(tolerance, Real) or not 0.0 <= tolerance < 1.0:
        raise KindError(
            f"check_gradients takes a share from 0 on and below 1 as tolerance; got tolerance={describe(tolerance)}"
        )
    adopt = find_framework(f, args)
    if adopt is not None and gradient is not None:
        raise KindError(
            "gradient= is for functions of NumPy's arrays: a function of tensors brings its own derivatives"
        )
    subject, filling = make_subject(f, gradient, args) if adopt is None else adopt(f, args)
    options = Options(int(order), elsewhere, quick, thorough, int(seed), float(tolerance))
    try:
        return examine(subject, filling, options)
    except TypeError as error:
        if adopt is None and gradient is None:
            error.add_note("f was given nodes of autograd_mini: where it is PyTorch's or JAX's, pass arrays of theirs")
        raise
