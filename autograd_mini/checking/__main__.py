"""Checks a function from the command line: `python -m autograd_mini.checking module:function`."""

import importlib
import inspect
import json
import sys
import traceback
from argparse import ArgumentParser, BooleanOptionalAction, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from ..containers import mapped
from ..errors import AutogradError, GradientError, KindError, brief
from .check import check_gradients

_WORDS = """Exit status: 0 where the gradient is right, 1 where it is wrong, 2 where it could not be checked.

An argument is JSON: a number, text, null, or lists of numbers, which are an array. f is differentiated by numbers
written with a point; whole ones it is given as they are. Without arguments each parameter that has no default is given
three random numbers. The module is looked for where Python looks, in the current folder first.

  python -m autograd_mini.checking losses:softmax_loss '[[1.0, 2.0], [0.5, -1.0]]' '[0, 1]' --gradient losses:backward
  python -m autograd_mini.checking layers:Swish '[0.5, 1.0]' --framework torch
"""


def main(words: Sequence[str] | None = None) -> int:
    """Check what the words of a command line name, print the report, and give the exit status.

    >>> main(["numpy:sin", "[0.5, 1.0]", "--gradient", "operator:mul", "--no-elsewhere"])  # doctest: +ELLIPSIS
    check_gradients found ...
    1
    """
    chosen = vars(_make_parser().parse_args(words))
    try:
        f = _find(chosen.pop("function"))
        gradient = chosen.pop("gradient")
        given = chosen.pop("arguments")
        args = [*map(_read, given)] if given else _draw(f, chosen["seed"])
        args = mapped(_handing_over(chosen.pop("framework")), args)
        print(check_gradients(f, *args, gradient=None if gradient is None else _find(gradient), **chosen))
    except GradientError as error:
        print(error)
        return 1
    except AutogradError as error:
        print(error, file=sys.stderr)
        return 2
    except (
        Exception,
        SystemExit,
    ):  # of f, or of its module: Python's own status would be that of a mistake, or of none
        traceback.print_exc()
        return 2
    return 0


def _make_parser() -> ArgumentParser:
    parser = ArgumentParser("python -m autograd_mini.checking", None, __doc__.split(":")[0], _WORDS)
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.add_argument("function", help="module:function, dots for what lies deeper")
    parser.add_argument("arguments", nargs="*", metavar="argument", help="what f is given, as JSON")
    parser.add_argument("--gradient", metavar="module:function", help="a backward pass written by hand")
    parser.add_argument("--framework", choices=["torch", "jax"], help="whose tensors f takes")
    for name, option in inspect.signature(check_gradients).parameters.items():
        if option.kind is option.KEYWORD_ONLY and name != "gradient":
            if isinstance(option.default, bool):
                parser.add_argument(f"--{name}", action=BooleanOptionalAction, default=option.default)
            else:
                kind = float if "float" in str(option.annotation) else int
                parser.add_argument(f"--{name}", type=kind, default=option.default, metavar=kind.__name__)
    return parser


def _find(path: str) -> Callable[..., Any]:
    """What is called module:name."""
    module, colon, name = path.partition(":")
    if not (module and colon and name):
        raise KindError(f"a function is named module:function; got {brief(path)}")
    try:
        found = attrgetter(name)(importlib.import_module(module))
    except ModuleNotFoundError as error:
        raise KindError(f"{path} is not there: {error}") from error
    except AttributeError as error:
        raise KindError(f"{module} has no {name}") from error
    if not callable(found):
        raise KindError(f"{path} is no function, but {brief(found)}")
    return found  # type: ignore[no-any-return]


def _read(text: str) -> Any:
    """An argument; lists of numbers are arrays."""
    try:
        return _as_array(json.loads(text))
    except json.JSONDecodeError as error:
        raise KindError(f"an argument is JSON, text in double quotes; got {brief(text)}: {error}") from error


def _as_array(x: Any) -> Any:
    if isinstance(x, dict):
        return {key: _as_array(part) for key, part in x.items()}
    if not isinstance(x, list):
        return x
    try:
        array = np.asarray(x)
    except ValueError:  # of different lengths
        return [_as_array(part) for part in x]
    return array if array.dtype.kind in "bif" else [_as_array(part) for part in x]


def _draw(f: Callable[..., Any], seed: int) -> list[Any]:
    """Three numbers for each parameter without a default."""
    try:
        parameters = [*inspect.signature(f).parameters.values()]
    except (TypeError, ValueError):  # of what is written in C
        parameters = []
    needed = [p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if not needed:
        raise KindError(f"{brief(f)} does not say what it takes: give its arguments, such as '[0.5, 1.0]'")
    random = np.random.default_rng(seed)
    args = [random.normal(size=3) for _ in needed]
    for parameter, x in zip(needed, args, strict=True):
        print(f"{parameter.name} = {json.dumps(x.tolist())}")
    return args


def _handing_over(framework: str | None) -> Callable[[Any], Any]:
    """What makes the framework's tensors of arrays."""
    if framework is None:
        return lambda x: x
    try:
        importlib.import_module(framework)
    except ImportError as error:
        raise KindError(f"{framework} is not installed: pip install {framework}") from error
    as_tensor = importlib.import_module(f".{framework}", __package__).as_tensor
    return lambda x: as_tensor(x) if isinstance(x, np.ndarray) else x


if __name__ == "__main__":
    sys.exit(main())
