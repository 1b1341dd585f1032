"""Loops as Python runs them fastest: a function of their own, on plain floats."""

from collections.abc import Callable
from itertools import repeat
from typing import Any

from ..lifting.listing import Given, Instruction, Step
from ..lifting.rolling import Own

_SIGNS = {"add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}", "negative": "-{}"}


def python_loop(instruction: Instruction) -> Callable[..., None]:
    """function(*inputs, out): the loop of an instruction, each row of out what one operation of the body gave.

    Its text is made of the body's structure and whole numbers alone. Where Python's floats raise, the loop is run
    again by operations that give what IEEE says.
    """
    quick, careful = (_function(instruction, is_careful) for is_careful in (False, True))

    def run(*inputs: Any) -> None:
        *given, out = inputs
        lists = [x.reshape(-1).tolist() if x.ndim else x.item() for x in given]
        count = out.shape[1]
        try:
            quick(count, lists, out)
        except (ArithmeticError, ValueError):
            careful(count, lists, out)

    return run


def _function(instruction: Instruction, is_careful: bool) -> Any:
    steps = instruction.steps
    varying = [k for k, view in enumerate(instruction.views) if view.shape]
    constants = [x for step in steps for x in step.inputs if isinstance(x, float)]
    constants += [x for x in instruction.first.values() if isinstance(x, float)]
    numbered = iter(range(len(constants)))

    def spelled(x: Any) -> str:
        if isinstance(x, Own):
            return f"b{x.step}" if x.lag else f"y{x.step}"
        return f"g{x.input}" if isinstance(x, Given) else f"c{next(numbered)}"

    body = []
    for j, step in enumerate(steps):
        inputs = [spelled(x) for x in step.inputs]
        sign = None if is_careful else _SIGNS.get(step.operation.name)
        body.append(f"y{j} = " + (sign.format(*inputs) if sign else f"f{j}({', '.join(inputs)})"))
        body += [f"add{j}(y{j})"] if step.kept else []
    body += [f"b{j} = y{j}" for j in instruction.first]
    before = [f"b{j} = {spelled(x)}" for j, x in instruction.first.items()]
    heads, rows = (", ".join(f"{name}{k}{end}" for k in varying) for name, end in (("g", ""), ("given[", "]")))
    lines = [
        "def loop(count, given, out):",
        *(f"    c{i} = constants[{i}]" for i in range(len(constants))),
        *(f"    g{k} = given[{k}]" for k in range(len(instruction.inputs)) if k not in varying),
        *(f"    {line}" for line in before),
        *(f"    keep{j} = []; add{j} = keep{j}.append" for j, step in enumerate(steps) if step.kept),
        f"    for {heads}, in zip({rows}):" if varying else "    for _ in repeat(None, count):",
        *(f"        {line}" for line in body),
        *(f"    out[{j}] = keep{j}" if step.kept else f"    out[{j}, -1] = y{j}" for j, step in enumerate(steps)),
    ]
    names: dict[str, Any] = {"repeat": repeat, "constants": constants}
    names |= {f"f{j}": _compute(step) for j, step in enumerate(steps)}
    exec(compile("\n".join(lines), "<loop>", "exec"), names)
    return names["loop"]


def _compute(step: Step) -> Any:
    primitive, args, named = step.operation
    if not args and not named:
        return primitive.compute
    return lambda *inputs: primitive.compute(*inputs, *args, **named)
