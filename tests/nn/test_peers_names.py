"""Arguments and attributes beside PyTorch's: what means the same is called the same."""

from inspect import signature

import numpy as np
import pytest

import nn

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so nothing is compared with it: make peers")

F, OPTIM, RATES = torch.nn.functional, torch.optim, torch.optim.lr_scheduler
LAYERS = {
    "Linear": (3, 4),
    "Conv1d": (2, 4, 3),
    "Conv2d": (2, 4, 3),
    "MaxPool2d": (2,),
    "AvgPool2d": (2,),
    "Flatten": (),
    "RNN": (3, 4),
    "LSTM": (3, 4),
    "GRU": (3, 4),
    "RNNCell": (3, 4),
    "LSTMCell": (3, 4),
    "GRUCell": (3, 4),
    "MultiheadAttention": (8, 2),
    "Embedding": (5, 3),
    "BatchNorm1d": (3,),
    "BatchNorm2d": (3,),
    "LayerNorm": (4,),
    "Dropout": (0.3,),
    "LeakyReLU": (0.2,),
    "ELU": (0.7,),
    "GELU": ("tanh",),
}
SEEN = {"bias", "affine", "elementwise_affine", "dtype"}  # by the weights and by what is None
OURS = {"initializer", "rng", "dtype", "activation", "options"}  # first weights are not drawn by arguments there
ELSEWHERE = {"parameters", "params", "optimizer", "max_lr", "mode"}  # what is called otherwise, or is said elsewhere
SEQUENCES = (torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU)  # whose own signatures are *args
CALLS = {
    **{getattr(nn, name): getattr(torch.nn, name) for name in LAYERS},
    **{getattr(nn, name): getattr(OPTIM, name) for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "NAdam")},
    nn.step_decay: RATES.StepLR,
    nn.multistep: RATES.MultiStepLR,
    nn.exponential: RATES.ExponentialLR,
    nn.one_cycle: RATES.OneCycleLR,
    nn.Subset: torch.utils.data.Subset,
}
LOSSES = {
    nn.cross_entropy: F.cross_entropy,
    nn.nll: F.nll_loss,
    nn.bce: F.binary_cross_entropy,
    nn.bce_with_logits: F.binary_cross_entropy_with_logits,
    nn.mse: F.mse_loss,
    nn.mae: F.l1_loss,
    nn.huber: F.huber_loss,
    nn.kl_div: F.kl_div,
    nn.multi_margin: F.multi_margin_loss,
    nn.cosine_embedding: F.cosine_embedding_loss,
}


def names(call):
    return [*signature(torch.nn.RNNBase if call in SEQUENCES else call).parameters]


@pytest.mark.parametrize("ours", CALLS, ids=lambda call: call.__name__)
def test_arguments(ours):
    theirs = names(CALLS[ours])
    assert [name for name in names(ours) if name not in {*theirs, *OURS, "parameters"}] == []
    by_place = [p.name for p in signature(ours).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    by_place, theirs = ([name for name in given if name not in ELSEWHERE] for given in (by_place, theirs))
    assert by_place == theirs[: len(by_place)]


@pytest.mark.parametrize("ours", LOSSES, ids=lambda call: call.__name__)
def test_options_of_losses(ours):
    options = {p.name for p in signature(ours).parameters.values() if p.kind is p.KEYWORD_ONLY}
    assert options <= {*names(LOSSES[ours])}


@pytest.mark.parametrize("name", LAYERS)
def test_attributes(name):
    ours, theirs = getattr(nn, name)(*LAYERS[name]), getattr(torch.nn, name)(*LAYERS[name])
    kept = [
        argument
        for argument in names(type(theirs))
        if argument in {*names(type(ours))} - SEEN and hasattr(theirs, argument)
    ]
    assert kept
    for argument in kept:
        mine, other = getattr(ours, argument), getattr(theirs, argument)
        assert mine == other or (np.asarray(mine) == other).all(), argument


def test_a_call_of_attention():
    theirs = names(torch.nn.MultiheadAttention.forward)
    assert [name for name in names(nn.MultiheadAttention.forward) if name not in theirs] == []
