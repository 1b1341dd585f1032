"""JAX's own functions, whose gradients are right, and how to draw arguments for them."""

from collections.abc import Callable
from typing import Any

from .right_gradients import Random, between, logarithmic, normal

Draw = Callable[[Random], Any]

# Nearly all of one shape: JAX compiles each operation for each shape.
ANY, INSIDE, POSITIVE = between(-3, 3, 3), between(-0.95, 0.95, 3), between(0.2, 4, 3)
SQUARE = between(-1, 1, 3, 3)

_PLAIN = """abs arctan arcsinh cbrt cos cosh exp exp2 expm1 floor negative rint sign sin sinc sinh square tan tanh trunc
deg2rad cumsum cumprod sort flip diff prod mean std var max min ptp sum median ravel gradient"""
_INSIDE = "arccos arcsin arctanh"
_POSITIVE = "log log10 log1p log2 reciprocal sqrt"
_ACTIVATIONS = """celu elu gelu hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu log_sigmoid log_softmax mish
relu relu6 selu sigmoid silu soft_sign softmax softplus sparse_plus squareplus standardize logsumexp"""
_SPECIAL = "entr erf erfc expit gammaln i0e i1e log_ndtr ndtr"
_BINARY = "add arctan2 copysign hypot logaddexp logaddexp2 maximum minimum multiply subtract dot outer inner cross"


def jax_functions() -> dict[str, tuple[Callable[..., Any], tuple[Draw, ...]]]:
    """By name the function and its arguments; JAX is imported here, so that tests without it need not have it."""
    import jax

    jnp, lax, nn, linalg = jax.numpy, jax.lax, jax.nn, jax.numpy.linalg
    regular = lambda x: x + 3.0 * jnp.eye(3)
    definite = lambda x: x @ x.T + 2.0 * jnp.eye(3)

    one = {name: (getattr(jnp, name), (ANY,)) for name in _PLAIN.split()}
    one |= {name: (getattr(jnp, name), (INSIDE,)) for name in _INSIDE.split()}
    one |= {name: (getattr(jnp, name), (POSITIVE,)) for name in _POSITIVE.split()}
    one |= {f"nn.{name}": (getattr(nn, name), (ANY,)) for name in _ACTIVATIONS.split()}
    one |= {f"special.{name}": (getattr(jax.scipy.special, name), (POSITIVE,)) for name in _SPECIAL.split()}
    two = {name: (getattr(jnp, name), (normal(3), normal(3))) for name in _BINARY.split()}
    return {
        **one,
        **two,
        "divide": (jnp.divide, (normal(3), logarithmic(3))),
        "power": (jnp.power, (POSITIVE, normal(3))),
        "special.xlogy": (jax.scipy.special.xlogy, (normal(3), POSITIVE)),
        "nn.glu": (nn.glu, (normal(4),)),
        "where": (lambda x, y: jnp.where(x > y, x * y, x - y), (normal(3), normal(3))),
        "clip": (lambda x: jnp.clip(x, -1.0, 1.0), (ANY,)),
        "matmul": (jnp.matmul, (SQUARE, SQUARE)),
        "einsum": (lambda x, y: jnp.einsum("ij,kj->ik", x, y), (SQUARE, SQUARE)),
        "tile": (lambda x: jnp.tile(x, 2), (ANY,)),
        "concatenate": (lambda x, y: jnp.concatenate([x, y, x]), (ANY, ANY)),
        "take": (lambda x: x[jnp.array([0, 0, 1])] ** 2, (ANY,)),
        "at add": (lambda x, y: x.at[jnp.array([1, 1, 0])].add(y), (ANY, ANY)),
        "transpose": (jnp.transpose, (SQUARE,)),
        "trace": (jnp.trace, (SQUARE,)),
        "tril": (jnp.tril, (SQUARE,)),
        "det": (linalg.det, (SQUARE,)),
        "inv": (lambda x: linalg.inv(regular(x)), (SQUARE,)),
        "solve": (lambda x, y: linalg.solve(regular(x), y), (SQUARE, normal(3))),
        "cholesky": (lambda x: linalg.cholesky(definite(x)), (SQUARE,)),
        "slogdet": (lambda x: linalg.slogdet(regular(x))[1], (SQUARE,)),
        "norm": (linalg.norm, (normal(3),)),
        "eigvalsh": (lambda x: linalg.eigvalsh(x + x.T), (SQUARE,)),
        "scan": (lambda x: lax.scan(lambda c, v: (jnp.sin(c * v), c), x[0], x)[0], (ANY,)),
        "cond": (lambda x: lax.cond(x.sum() > 0.0, jnp.sin, jnp.cos, x), (ANY,)),
        "vmap": (jax.vmap(lambda x: jnp.tanh(x) * x), (ANY,)),
        "jit": (jax.jit(lambda x: jnp.tanh(x) @ x), (ANY,)),
        "checkpoint": (jax.checkpoint(lambda x: jnp.sin(jnp.sin(x))), (ANY,)),
        "conv": (lambda x, w: jnp.convolve(x, w), (ANY, normal(2))),
        "a tree": (
            lambda p: p["w"] * jnp.sin(p["b"][0]),
            (lambda r: {"w": r.normal(size=3), "b": [r.normal(size=3)]},),
        ),
    }
