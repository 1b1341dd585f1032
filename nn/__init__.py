"""Networks on top of autograd_mini: layers, losses, optimizers, data and the training loop, named as PyTorch's."""

from . import mnist
from .compiled import CompiledStep, compile_step
from .data import ArrayDataset, DataLoader, Pictures, Subset, Table, image_folder, read_csv, split, toys
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
from .training import (
    Epoch,
    History,
    accuracy,
    confusion_matrix,
    evaluate,
    f1,
    fit,
    precision,
    r2,
    recall,
    top_k,
)

__all__ = [
    "MLP",
    "SGD",
    "Adam",
    "ArrayDataset",
    "CompiledStep",
    "DataLoader",
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
    "Pictures",
    "ReLU",
    "ScalarMLP",
    "Sequential",
    "Sigmoid",
    "Softplus",
    "Subset",
    "Table",
    "Tanh",
    "accuracy",
    "compile_step",
    "confusion_matrix",
    "cosine",
    "cross_entropy",
    "evaluate",
    "f1",
    "fit",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "hinge",
    "image_folder",
    "lecun_normal",
    "lecun_uniform",
    "loss_landscape",
    "mnist",
    "mse",
    "precision",
    "r2",
    "read_csv",
    "recall",
    "split",
    "sse",
    "step_decay",
    "top_k",
    "toys",
    "xavier_normal",
    "xavier_uniform",
]
