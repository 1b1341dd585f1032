"""Attention: every output a mean of values, weighted by how well its query agrees with their keys."""

import math
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError, Tensor, named_call, reshape, softmax, split, swapaxes, where

from ..initializers import xavier_uniform
from ..module import Module
from ..pytorch_names import without
from ..randomness import Seed, generator
from .arguments import check_dtype, check_sizes, check_switches
from .linear import Linear


class MultiheadAttention(Module):
    """softmax(Q Kᵀ / sqrt(d)) V in num_heads heads of d = embed_dim / num_heads numbers (Vaswani et al. 2017).

    Q, K and V are the inputs times a third each of in_proj_weight, (embed_dim, 3 · embed_dim), plus in_proj_bias;
    the heads' means beside each other go through out_proj, a Linear. PyTorch's weights are these transposed. Both
    weights start Xavier uniform, the biases at 0. bias: with False there are none. rng, dtype: as for Linear.

    attention(x) lets a sequence look at itself, attention(query, key, value) one at another. Masks are boolean and True
    where it must not look, as PyTorch's layer of this name has them. A query that may look nowhere has weights 0, so
    its output is out_proj's bias (PyTorch's is nan).

    >>> attention = MultiheadAttention(8, 2, rng=0)
    >>> x = np.ones((5, 3, 8), np.float32)
    >>> attention(x, is_causal=True).shape
    (5, 3, 8)
    >>> attention.weights(x, is_causal=True).data[0, 0].round(2)
    array([[1.  , 0.  , 0.  ],
           [0.5 , 0.5 , 0.  ],
           [0.33, 0.33, 0.33]], dtype=float32)
    """

    @without(
        batch_first="the batch is always first",
        dropout="the weights are all taken: put nn.Dropout behind it",
        kdim="keys have embed_dim numbers: an nn.Linear before it gives them",
        vdim="values have embed_dim numbers: an nn.Linear before it gives them",
    )
    def __init__(
        self, embed_dim: int, num_heads: int, *, bias: bool = True, rng: Seed = None, dtype: Any = np.float32
    ) -> None:
        check_dtype("MultiheadAttention", dtype)
        check_sizes("MultiheadAttention", embed_dim=embed_dim, num_heads=num_heads)
        check_switches("MultiheadAttention", bias=bias)
        if embed_dim % num_heads:
            raise ShapeError(
                f"MultiheadAttention shares embed_dim out among the heads: {embed_dim} is no multiple of {num_heads}"
            )
        rng = generator("MultiheadAttention", rng)
        self.embed_dim, self.num_heads = embed_dim, num_heads
        drawn = xavier_uniform((embed_dim, 3 * embed_dim), rng)
        self.in_proj_weight = Tensor(drawn.astype(dtype), label="in_proj_weight")
        self.in_proj_bias = Tensor(np.zeros(3 * embed_dim, dtype), label="in_proj_bias") if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias, initializer=xavier_uniform, rng=rng, dtype=dtype)

    @without(need_weights="it gives the output alone: attention.weights(query, key) gives the weights")
    def forward(
        self,
        query: Any,
        key: Any = None,
        value: Any = None,
        *,
        attn_mask: Any = None,
        key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        """The output, (n, queries, embed_dim).

        query: (n, queries, embed_dim). key, value: (n, keys, embed_dim); key is the query unless given, value the key.
        attn_mask: (queries, keys) or (n, queries, keys), True where a query must not look at a key. key_padding_mask:
        (n, keys), True where a key is no more than padding. is_causal: whether query i looks at keys 0 to i alone.
        """
        key = query if key is None else key
        value = key if value is None else value
        weights = self.weights(query, key, attn_mask=attn_mask, key_padding_mask=key_padding_mask, is_causal=is_causal)
        if np.shape(value) != np.shape(key):
            raise ShapeError(f"each key has its value; got keys {np.shape(key)} and values {np.shape(value)}")
        means = swapaxes(weights @ self._heads(value, 2), 1, 2)
        return self.out_proj(reshape(means, (*means.shape[:2], self.embed_dim)))

    def weights(
        self,
        query: Any,
        key: Any = None,
        *,
        attn_mask: Any = None,
        key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        """How much each query looks at each key, (n, num_heads, queries, keys); arguments as for the output.

        A row adds up to 1, or is 0 where the masks leave no key.
        """
        check_switches("MultiheadAttention", is_causal=is_causal)
        key = query if key is None else key
        for name, x in (("query", query), ("key", key)):
            if len(np.shape(x)) != 3 or np.shape(x)[2] != self.embed_dim or len(x) != len(query):
                raise ShapeError(
                    f"MultiheadAttention takes query (n, queries, {self.embed_dim}) and key (n, keys, "
                    f"{self.embed_dim}); got {np.shape(x)} as {name}"
                )
        scores = self._heads(query, 0) / math.sqrt(self.embed_dim // self.num_heads) @ self._heads(key, 1).mT
        n, _, queries, keys = scores.shape
        masks = []
        if attn_mask is not None:
            masks.append(_mask("attn_mask", attn_mask, (queries, keys), (n, queries, keys)))
        if key_padding_mask is not None:
            masks.append(_mask("key_padding_mask", key_padding_mask, (n, keys))[:, None])
        if is_causal:
            if queries != keys:
                raise ShapeError(f"is_causal: {queries} queries and {keys} keys are not one sequence: give attn_mask")
            masks.append(~np.tri(queries, dtype=bool))
        masks = [mask if mask.ndim == 2 else mask[:, None] for mask in masks]  # the same for each head
        for mask in masks:
            scores = where(mask, np.finfo(scores.dtype).min, scores)  # not -inf: a row of these alone would be nan
        weights = softmax(scores)
        for mask in masks:
            weights = where(mask, 0.0, weights)
        return weights

    def extra_repr(self) -> str:
        """The sizes."""
        return f"{self.embed_dim}, heads={self.num_heads}" + ", bias=False" * (self.in_proj_bias is None)

    @named_call("heads")
    def _heads(self, x: Any, third: int) -> Any:
        """x in the third of the projection that makes queries, keys or values, (n, num_heads, length, d)."""
        projected = x @ split(self.in_proj_weight, 3, axis=1)[third]
        if self.in_proj_bias is not None:
            projected = projected + split(self.in_proj_bias, 3)[third]
        d = self.embed_dim // self.num_heads
        return swapaxes(reshape(projected, (*np.shape(x)[:2], self.num_heads, d)), 1, 2)


def _mask(name: str, mask: Any, *shapes: tuple[int, ...]) -> Any:
    """The mask, looked at; one made of the inputs while they are recorded is a node."""
    mask = mask if isinstance(mask, Tensor) else np.asarray(mask)
    is_boolean = hasattr(mask, "__invert__") if isinstance(mask, Tensor) else mask.dtype == bool
    if not is_boolean:
        kind = "a Tensor" if isinstance(mask, Tensor) else mask.dtype
        raise KindError(f"{name} is boolean, True where a query must not look; got {kind}: {name} != 0, say")
    if mask.shape not in shapes:
        raise ShapeError(f"{name} has the shape {' or '.join(map(str, shapes))} here; got {mask.shape}")
    return mask
