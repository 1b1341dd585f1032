"""Attention beside PyTorch's: the same weights give the same values, weights and gradients."""

import numpy as np
import pytest

import nn
from autograd_mini import Tensor

from ..support.twins import as_theirs, hand_over

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so nothing is compared with it: make peers")

RNG = np.random.default_rng(0)
BY_EXAMPLE = RNG.random((2, 3, 5)) < 0.4
BY_EXAMPLE[..., 0] = False  # nobody looks nowhere: there PyTorch has nan
PADDING = np.array([[False, False, True, False, True], [False] * 5])


def twins(dtype, bias=True):
    """Ours and PyTorch's with the same weights, the biases drawn too."""
    theirs = torch.nn.MultiheadAttention(8, 2, bias=bias, batch_first=True).to(getattr(torch, np.dtype(dtype).name))
    ours = nn.MultiheadAttention(8, 2, bias=bias, dtype=dtype)
    for parameter in ours.parameters():
        parameter.data = RNG.normal(size=parameter.shape).astype(dtype)
    hand_over(ours, theirs)
    return ours, theirs


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-3)])
@pytest.mark.parametrize(
    "masks",
    [
        {},
        {"key_padding_mask": PADDING},
        {"attn_mask": BY_EXAMPLE[0]},
        {"attn_mask": BY_EXAMPLE[0], "key_padding_mask": PADDING},
    ],
)
@pytest.mark.parametrize("bias", [True, False])
def test_one_sequence_looks_at_another(masks, bias, dtype, tolerance):
    ours, theirs = twins(dtype, bias)
    inputs = [RNG.normal(size=(2, length, 8)).astype(dtype) for length in (3, 5, 5)]
    mine, his = [Tensor(a) for a in inputs], [torch.tensor(a, requires_grad=True) for a in inputs]
    outputs = ours(*mine, **masks)
    expected, weights = theirs(
        *his, **{name: torch.from_numpy(mask) for name, mask in masks.items()}, average_attn_weights=False
    )

    def close(a, b):
        np.testing.assert_allclose(a, b.detach().numpy(), rtol=tolerance, atol=tolerance)

    close(outputs.data, expected)
    close(ours.weights(*mine[:2], **masks).data, weights)
    weight = RNG.normal(size=outputs.shape).astype(dtype)
    (outputs * weight).sum().backward()
    (expected * torch.from_numpy(weight)).sum().backward()
    for a, b in zip(mine, his, strict=True):
        close(a.grad, b.grad)
    found = as_theirs(ours, [parameter.grad for parameter in ours.parameters()])
    for path, parameter in theirs.named_parameters():
        close(found[path], parameter.grad)


def test_masks_by_example_are_those_of_each_head_to_pytorch():
    ours, theirs = twins(np.float64)
    query, keys = RNG.normal(size=(2, 3, 8)), RNG.normal(size=(2, 5, 8))
    mask = torch.from_numpy(np.repeat(BY_EXAMPLE, 2, axis=0))
    expected, _ = theirs(*map(torch.from_numpy, (query, keys, keys)), attn_mask=mask)
    np.testing.assert_allclose(ours(query, keys, attn_mask=BY_EXAMPLE).data, expected.detach().numpy(), rtol=1e-10)


def test_causal_is_pytorchs_mask_of_that_kind():
    ours, theirs = twins(np.float64)
    x = RNG.normal(size=(2, 4, 8))
    mask = torch.nn.Transformer.generate_square_subsequent_mask(4, dtype=torch.float64) < 0
    expected, _ = theirs(*[torch.from_numpy(x)] * 3, attn_mask=mask)
    np.testing.assert_allclose(ours(x, is_causal=True).data, expected.detach().numpy(), rtol=1e-10)


def test_who_may_look_nowhere_is_nan_to_pytorch_and_the_bias_to_us():
    ours, theirs = twins(np.float64)
    x, mask = RNG.normal(size=(1, 2, 8)), np.array([[True, True], [False, True]])
    expected = theirs(*[torch.from_numpy(x)] * 3, attn_mask=torch.from_numpy(mask))[0].detach().numpy()
    outputs = ours(x, attn_mask=mask).data
    assert np.isnan(expected[0, 0]).all()
    np.testing.assert_array_equal(outputs[0, 0], ours.out_proj.bias.data)
    np.testing.assert_allclose(outputs[0, 1], expected[0, 1], rtol=1e-10)
