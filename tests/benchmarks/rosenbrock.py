"""The Hessian of the Rosenbrock function of 100 variables at a random point: every second derivative."""

from typing import Any

import numpy as np

from .harness import Cases, Row, run, seconds

VARIABLES = 100
ROWS = (
    Row("Rosenbrock's Hessian", 1.0, "autograd"),
    Row("the same Hessian", 1.0, "torch"),
)


def rosenbrock(x: Any) -> Any:
    """The valley that bends: the sum of 100 (x[i+1] - x[i]²)² + (1 - x[i])²."""
    return (100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2).sum()


def cases(side: str) -> Cases:
    """The Hessian by the one way we have, by autograd's, by the faster of PyTorch's two."""
    point = np.random.default_rng(0).standard_normal(VARIABLES)
    if side == "torch":
        import torch

        x = torch.from_numpy(point)
        ways = [
            lambda: torch.autograd.functional.hessian(rosenbrock, x),
            lambda: torch.func.hessian(rosenbrock)(x),
        ]
    else:
        if side == "autograd":
            from autograd import hessian  # type: ignore[import-untyped]
        else:
            from autograd_mini import hessian
        ways = [lambda: hessian(rosenbrock)(point)]
    for way in ways:
        assert np.allclose(way(), by_hand(point))
    fastest = lambda: min(seconds(way, lasting=0.3) for way in ways)
    return {row.case: fastest for row in ROWS}


def by_hand(x: Any) -> Any:
    """The Hessian as a textbook has it: three diagonals."""
    main = np.zeros_like(x)
    main[:-1] = 1200.0 * x[:-1] ** 2 - 400.0 * x[1:] + 2.0
    main[1:] += 200.0
    return np.diag(main) + np.diag(-400.0 * x[:-1], 1) + np.diag(-400.0 * x[:-1], -1)


if __name__ == "__main__":
    run(cases)
