"""What a function calls its arguments."""

import inspect
from collections.abc import Iterable
from typing import Any


def placed(f: Any) -> tuple[list[inspect.Parameter], str]:
    """The parameters of f that are given by place, and its name for those that come after them."""
    try:
        parameters = [*inspect.signature(f).parameters.values()]
    except (TypeError, ValueError):  # of some functions written in C
        parameters = []
    by_place = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return by_place, next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "args")


def argument_names(f: Any, count: int, keywords: Iterable[str]) -> list[str]:
    """The names of so many arguments given by place, then of those given by name.

    >>> argument_names(lambda x, *others: x, 3, ["scale"])
    ['x', 'others[0]', 'others[1]', 'scale']
    """
    by_place, rest = placed(f)
    further = range(count - len(by_place))
    return [*(p.name for p in by_place[:count]), *(f"{rest}[{i}]" for i in further), *keywords]
