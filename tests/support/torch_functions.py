"""PyTorch's own functions, whose gradients are right, and how to draw arguments for them."""

from collections.abc import Callable
from typing import Any

from .right_gradients import Random, between, logarithmic, normal

Draw = Callable[[Random], Any]

ANY, INSIDE, POSITIVE = between(-3, 3, 3), between(-0.95, 0.95, 3), between(0.2, 4, 3)
MATRIX, SQUARE = normal(2, 3), between(-1, 1, 3, 3)

_PLAIN = """abs arctan arcsinh ceil cos cosh erf erfc exp exp2 expm1 floor frac negative relu round sigmoid sign sin
sinc sinh square tan tanh trunc deg2rad rad2deg cumsum cumprod flatten"""
_INSIDE = "arccos arcsin arctanh"
_POSITIVE = "log log10 log1p log2 reciprocal rsqrt sqrt lgamma"
_ACTIVATIONS = """celu elu gelu hardshrink hardswish hardtanh leaky_relu logsigmoid mish relu6 selu silu
softplus softshrink softsign tanhshrink"""
_SPECIAL = "entr erfcx i0e i1e log_ndtr ndtr"
_BINARY = """add atan2 copysign fmax fmin hypot logaddexp logaddexp2 maximum minimum mul sub"""
_REDUCTIONS = "amax amin logsumexp mean median norm prod std sum var"
_LOSSES = "binary_cross_entropy_with_logits huber_loss l1_loss mse_loss smooth_l1_loss"


def torch_functions() -> dict[str, tuple[Callable[..., Any], tuple[Draw, ...]]]:
    """By name the function and its arguments; PyTorch is imported here, so that tests without it need not have it."""
    import torch

    f, linalg = torch.nn.functional, torch.linalg
    identity = torch.eye(3, dtype=torch.float64)
    regular = lambda x: x + 3.0 * identity.to(x.dtype)
    definite = lambda x: x @ x.mT + 2.0 * identity.to(x.dtype)
    along = "cumsum", "cumprod"

    def over_rows(name: str) -> Callable[..., Any]:
        if name == "median":
            return lambda x: x.median(dim=1).values
        return lambda x: getattr(torch, name)(x, dim=1)

    one = {name: (getattr(torch, name), (ANY,)) for name in _PLAIN.split() if name not in along}
    one |= {name: (lambda x, name=name: getattr(torch, name)(x, 0), (ANY,)) for name in along}
    one |= {name: (getattr(torch, name), (INSIDE,)) for name in _INSIDE.split()}
    one |= {name: (getattr(torch, name), (POSITIVE,)) for name in _POSITIVE.split()}
    one |= {f"functional.{name}": (getattr(f, name), (ANY,)) for name in _ACTIVATIONS.split()}
    one |= {f"special.{name}": (getattr(torch.special, name), (POSITIVE,)) for name in _SPECIAL.split()}
    two = {name: (getattr(torch, name), (normal(3), normal(3))) for name in _BINARY.split()}
    two |= {f"functional.{name}": (getattr(f, name), (normal(3), normal(3))) for name in _LOSSES.split()}
    reduced = {f"{name} over rows": (over_rows(name), (MATRIX,)) for name in _REDUCTIONS.split()}
    return {
        **one,
        **two,
        **reduced,
        "div": (torch.div, (normal(3), logarithmic(3))),
        "pow": (torch.pow, (POSITIVE, normal(3))),
        "lerp": (torch.lerp, (normal(3), normal(3), between(0, 1, 3))),
        "addcmul": (torch.addcmul, (normal(3), normal(3), normal(3))),
        "where": (lambda x, y: torch.where(x > y, x * y, x - y), (normal(3), normal(3))),
        "clamp": (lambda x: torch.clamp(x, -1.0, 1.0), (ANY,)),
        "softmax": (lambda x: torch.softmax(x, 1), (MATRIX,)),
        "log_softmax": (lambda x: torch.log_softmax(x, 1), (MATRIX,)),
        "layer_norm": (lambda x, w, b: f.layer_norm(x, (3,), w, b), (MATRIX, normal(3), normal(3))),
        "cross_entropy": (lambda x: f.cross_entropy(x, torch.tensor([2, 0])), (MATRIX,)),
        "nll_loss": (lambda x: f.nll_loss(torch.log_softmax(x, 1), torch.tensor([1, 1])), (MATRIX,)),
        "cosine_similarity": (f.cosine_similarity, (MATRIX, MATRIX)),
        "pairwise_distance": (f.pairwise_distance, (MATRIX, MATRIX)),
        "normalize": (f.normalize, (MATRIX,)),
        "glu": (f.glu, (normal(4),)),
        "linear": (f.linear, (MATRIX, normal(2, 3), normal(2))),
        "bilinear": (f.bilinear, (normal(2, 2), normal(2, 2), normal(1, 2, 2))),
        "embedding": (lambda w: f.embedding(torch.tensor([0, 1, 1]), w), (MATRIX,)),
        "conv1d": (f.conv1d, (normal(1, 1, 4), normal(1, 1, 2))),
        "conv2d": (f.conv2d, (normal(1, 1, 3, 3), normal(1, 1, 2, 2))),
        "avg_pool1d": (lambda x: f.avg_pool1d(x, 2), (normal(1, 1, 4),)),
        "max_pool1d": (lambda x: f.max_pool1d(x, 2), (normal(1, 1, 4),)),
        "interpolate": (lambda x: f.interpolate(x, scale_factor=1.5, mode="linear"), (normal(1, 1, 4),)),
        "attention": (f.scaled_dot_product_attention, (normal(1, 2, 2), normal(1, 2, 2), normal(1, 2, 2))),
        "matmul": (torch.matmul, (normal(2, 3), normal(3, 2))),
        "einsum": (lambda x, y: torch.einsum("ij,kj->ik", x, y), (MATRIX, MATRIX)),
        "outer": (torch.outer, (normal(2), normal(3))),
        "kron": (torch.kron, (normal(2, 1), normal(1, 2))),
        "cross": (linalg.cross, (normal(3), normal(3))),
        "cdist": (torch.cdist, (normal(2, 2), normal(2, 2))),
        "gather": (lambda x: torch.gather(x, 1, torch.tensor([[0, 0], [2, 1]])), (MATRIX,)),
        "index_add": (lambda x, y: x.index_add(0, torch.tensor([1, 1, 0]), y), (normal(2), normal(3))),
        "indexing": (lambda x: x[torch.tensor([0, 0, 1])] ** 2, (MATRIX,)),
        "cat": (lambda x, y: torch.cat([x, y, x]), (normal(2), normal(3))),
        "roll": (lambda x: torch.roll(x, 1), (ANY,)),
        "sort": (lambda x: torch.sort(x).values, (ANY,)),
        "cummax": (lambda x: torch.cummax(x, 0).values, (ANY,)),
        "tril": (torch.tril, (SQUARE,)),
        "diagonal": (torch.diagonal, (SQUARE,)),
        "transpose": (lambda x: x.mT, (MATRIX,)),
        "expand": (lambda x: x.expand(2, 3), (ANY,)),
        "unfold": (lambda x: x.unfold(0, 2, 1), (ANY,)),
        "det": (lambda x: linalg.det(regular(x)), (SQUARE,)),
        "inv": (lambda x: linalg.inv(regular(x)), (SQUARE,)),
        "solve": (lambda x, y: linalg.solve(regular(x), y), (SQUARE, normal(3))),
        "cholesky": (lambda x: linalg.cholesky(definite(x)), (SQUARE,)),
        "slogdet": (lambda x: linalg.slogdet(regular(x))[1], (SQUARE,)),
        "matrix_exp": (linalg.matrix_exp, (SQUARE,)),
        "pinv": (linalg.pinv, (normal(3, 2),)),
        "eigvalsh": (lambda x: linalg.eigvalsh(x + x.mT), (SQUARE,)),
        "svdvals": (linalg.svdvals, (MATRIX,)),
        "vector_norm of order 3": (lambda x: linalg.vector_norm(x, 3), (normal(4),)),
        "a Linear layer": (lambda x, w: torch.func.functional_call(torch.nn.Linear(3, 2), w, x), _LINEAR),
    }


_LINEAR = MATRIX, lambda random: {"weight": random.normal(size=(2, 3)), "bias": random.normal(size=2)}
