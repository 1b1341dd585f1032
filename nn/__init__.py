"""Networks on top of autograd_mini: layers, losses, optimizers, data and the training loop, named as PyTorch's."""

from . import mnist
from .compiled import CompiledStep, compile_step
from .data import DataLoader
from .initializers import (
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    xavier_normal,
    xavier_uniform,
)
from .landscape import Landscape, loss_landscape
from .layers import MLP, Linear, ReLU, Sequential, Sigmoid, Softplus, Tanh
from .losses import cross_entropy, hinge, mse, sse
from .module import Module
from .neurons import Layer, Neuron, ScalarMLP
from .optimizers import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Lion,
    NAdam,
    Optimizer,
    RMSprop,
    clip_grad_norm_,
    clip_grad_value_,
)
from .recording import Film, GradientNorms
from .schedules import cosine, step_decay
from .state import StateError
from .training import (
    STOP,
    EarlyStopping,
    Epoch,
    History,
    Inspection,
    TrainingError,
    TrainingWarning,
    accuracy,
    evaluate,
    fit,
    inspect,
)

__all__ = [
    "MLP",
    "SGD",
    "STOP",
    "Adagrad",
    "Adam",
    "AdamW",
    "CompiledStep",
    "DataLoader",
    "EarlyStopping",
    "Epoch",
    "Film",
    "GradientNorms",
    "History",
    "Inspection",
    "Landscape",
    "Layer",
    "Linear",
    "Lion",
    "Module",
    "NAdam",
    "Neuron",
    "Optimizer",
    "RMSprop",
    "ReLU",
    "ScalarMLP",
    "Sequential",
    "Sigmoid",
    "Softplus",
    "StateError",
    "Tanh",
    "TrainingError",
    "TrainingWarning",
    "accuracy",
    "clip_grad_norm_",
    "clip_grad_value_",
    "compile_step",
    "cosine",
    "cross_entropy",
    "evaluate",
    "fit",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "hinge",
    "inspect",
    "lecun_normal",
    "lecun_uniform",
    "loss_landscape",
    "mnist",
    "mse",
    "sse",
    "step_decay",
    "xavier_normal",
    "xavier_uniform",
]
