"""Losses: one number that says how wrong the outputs are."""

from .classification import cross_entropy, hinge, multi_margin, nll
from .probabilities import bce, bce_with_logits, kl_div
from .regression import huber, mae, mse, sse
from .similarity import cosine_embedding, cosine_similarity

__all__ = [
    "bce",
    "bce_with_logits",
    "cosine_embedding",
    "cosine_similarity",
    "cross_entropy",
    "hinge",
    "huber",
    "kl_div",
    "mae",
    "mse",
    "multi_margin",
    "nll",
    "sse",
]
