"""Networks on top of autograd_mini: layers, losses, optimizers, data and the training loop, named as PyTorch's."""

from . import mnist, parallel
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
from .optimizers import SGD, Adam, Optimizer
from .recording import Film, GradientNorms
from .schedules import cosine, step_decay
from .state import StateError
from .training import (
    STOP,
    EarlyStopping,
    Epoch,
    History,
    TrainingError,
    TrainingWarning,
    accuracy,
    evaluate,
    fit,
)

__all__ = [
    "MLP",
    "SGD",
    "STOP",
    "Adam",
    "CompiledStep",
    "DataLoader",
    "EarlyStopping",
    "Epoch",
    "Film",
    "GradientNorms",
    "History",
    "Landscape",
    "Layer",
    "Linear",
    "Module",
    "Neuron",
    "Optimizer",
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
    "lecun_normal",
    "lecun_uniform",
    "loss_landscape",
    "mnist",
    "mse",
    "parallel",
    "sse",
    "step_decay",
    "xavier_normal",
    "xavier_uniform",
]
