"""Ten thousand inputs of one formula of a thousand nodes, and its gradients: the energy of 13 atoms by Lennard-Jones.

The formula is written number by number. JAX traces the same function, or one written in arrays: the faster counts.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.support.scalar_models import ATOMS, atoms, energy

from .harness import Cases, Row, run
from .programs import FAST, timed

INPUTS = 10_000
ROWS = (Row("10,000 energies of 13 atoms, fast", 1.5, "jax", needs=FAST),)


def cases(side: str) -> Cases:
    """All energies and their gradients."""
    if side == "jax":
        ways = [timed(partial(jax, function), answer) for function in (energy, energy_in_arrays)]
        return {ROWS[0].case: lambda: min(way() for way in ways)}
    return {ROWS[0].case: timed(ours, answer)}


def columns() -> list[Any]:
    """For each coordinate its number in every input: so `map` takes the list that the formula takes."""
    return list(np.array([atoms(seed) for seed in range(INPUTS)]).T.copy())


def ours() -> Callable[[], Any]:
    """The program mapped over the inputs."""
    from autograd_mini import compile, value_and_grad

    made, given = compile(value_and_grad(energy)).record(atoms(0)).native(), columns()
    return lambda: made.map(given)


def jax(function: Callable[..., Any]) -> Callable[[], Any]:
    """JAX's jit of vmap of the gradient."""
    import jax

    jax.config.update("jax_enable_x64", True)
    mapped, given = jax.jit(jax.vmap(jax.value_and_grad(function))), list(map(jax.numpy.array, columns()))
    return lambda: jax.block_until_ready(mapped(given))


def energy_in_arrays(coordinates: Any) -> Any:
    """The same formula as one writes it in arrays, all pairs at once."""
    import jax.numpy as jnp

    one, other = np.triu_indices(ATOMS, 1)
    places = jnp.stack(coordinates).reshape(ATOMS, 3)
    near = 1.0 / ((places[one] - places[other]) ** 2).sum(axis=1)
    nearer = near * near * near
    return 4.0 * (nearer * nearer - nearer).sum()


def answer() -> Any:
    """The energies and their gradients by the eager engine: the formula of columns, in place of numbers."""
    from autograd_mini import grad

    return energy(columns()), grad(lambda given: energy(given).sum())(columns())


if __name__ == "__main__":
    run(cases)
