"""Every public function, called wrongly in some sixty ways: an answer, or an error of ours, and nothing else.

An error of Python's own is right where it is raised at the call itself: a wrong number of arguments, an unknown name.
"""

import contextlib
import itertools
import traceback
import types
import warnings
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import autograd_mini as ag
from autograd_mini import AutogradError, DetachedWarning

from ..support.bad_things import BAD, OPTIONS
from ..support.doors import DOORS, LINALG, OPERATIONS, USERS, Arguments, Door, numbers

CALLS = 100  # of each function
ENGINE = str(Path(ag.__file__).parent)
SAID_BY_NUMPY = (  # of the numbers, or of the call itself, as it should
    "divide by zero",
    "invalid value",
    "overflow",
    "underflow",
    "Warning: converting a masked element to nan",
    "NotImplemented should not be used in a boolean context",
    "the matrix subclass is not the recommended way",
)


def something_bad(random: Random) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of NumPy's matrix NumPy says that it had better not be made
        return random.choice(BAD)()


def spoil(good: Arguments, spared: int, random: Random) -> Arguments:
    """The call with something bad in it."""
    args, named = list(good[0]), dict(good[1])
    way = random.random()
    bad = partial(something_bad, random)
    if way < 0.1 and len(args) > spared:
        args.pop()
    elif way < 0.2:
        args.insert(random.randint(spared, len(args)), bad())
    elif way < 0.35:
        named[random.choice(OPTIONS)] = bad()
    else:
        for _ in range(random.choice((1, 1, 1, 2))):
            places = [*range(spared, len(args)), *named]
            if not places:
                args.append(bad())
                continue
            place = random.choice(places)
            target: Any = args if isinstance(place, int) else named
            inside = target[place]
            if type(inside) in (list, tuple) and inside and random.random() < 0.3:
                parts = list(inside)
                parts[random.randrange(len(parts))] = bad()
                target[place] = type(inside)(parts)
            else:
                target[place] = bad()
    return tuple(args), named


def is_outside(code: types.CodeType) -> bool:
    return not code.co_filename.startswith(ENGINE)


def complaint(door: Door, args: tuple[Any, ...], named: dict[str, Any]) -> str | None:
    """What is wrong with what the call does; None where nothing is."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            answer = door.call(*args, **named)
        except AutogradError:
            answer = None
        except MemoryError:  # in NumPy's own words: so much there is nowhere
            answer = None
        except door.also:
            answer = None
        except Exception as error:
            frames = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
            is_inside = not all(map(is_outside, frames))
            is_users = any(code in USERS for code in itertools.takewhile(is_outside, reversed(frames)))
            is_at_the_call = not is_inside and (isinstance(error, TypeError) or door.name.startswith("numpy."))
            if not is_users and not is_at_the_call:
                where = traceback.extract_tb(error.__traceback__)[-1]
                return f"{type(error).__name__}: {str(error)[:200]} ({Path(where.filename).name}:{where.lineno})"
            answer = None
        else:
            if not door.is_right(answer):
                return f"gives {type(answer).__name__} {str(answer)[:200]}"
    for warning in warned:
        ours = issubclass(warning.category, DetachedWarning)
        if ours and warning.filename.startswith(ENGINE):
            return f"its warning points at {warning.filename}:{warning.lineno}"
        to_be_refused = issubclass(warning.category, DeprecationWarning)  # by a later NumPy
        if not ours and not to_be_refused and not str(warning.message).startswith(SAID_BY_NUMPY):
            return f"{warning.category.__name__}: {warning.message}"
    return None


def shown(args: tuple[Any, ...], named: dict[str, Any]) -> str:
    def one(x: Any) -> str:
        try:
            return repr(x)[:80].replace("\n", " ")
        except Exception as error:
            return f"{type(x).__name__} (whose repr raises {type(error).__name__})"

    return ", ".join([*map(one, args), *(f"{name}={one(x)}" for name, x in named.items())])


def test_every_public_function_is_there_and_the_calls_are_many() -> None:
    reached = {door.name for door in DOORS}
    public = {name for name in ag.__all__ if callable(getattr(ag, name))}
    results_and_errors = {"Picture", "Page"} | {
        name for name in public if isinstance(kind := getattr(ag, name), type) and issubclass(kind, Exception)
    }
    assert public - results_and_errors <= reached
    assert set(LINALG) <= reached
    assert len(DOORS) * CALLS >= 8_000
    assert len(BAD) >= 100


@pytest.mark.parametrize("door", OPERATIONS, ids=lambda door: door.name)
def test_good_calls_are_answered(door: Door) -> None:
    """Else what is made of them would be refused for another reason."""
    answered = 0
    for seed in range(20):
        args, named = door.good[0](Random(seed))
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            with contextlib.suppress(AutogradError):
                answered += numbers(door.call(*args, **named))
    assert answered >= 5


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_bad_call_is_answered_or_refused_by_us(door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    random = Random(door.name)
    complaints = []
    for _ in range(CALLS):
        args, named = spoil(random.choice(door.good)(random), door.spared, random)
        call = shown(args, named)  # before it, for it may exhaust what it is given
        if (found := complaint(door, args, named)) is not None:
            complaints.append(f"{door.name}({call}): {found}")
    assert not complaints, "\n".join(complaints)
