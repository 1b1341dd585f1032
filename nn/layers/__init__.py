"""Layers: modules that are one step of a network."""

from .activations import ReLU, Sigmoid, Softplus, Tanh
from .containers import Sequential
from .convolution import AvgPool2d, Conv1d, Conv2d, Flatten, MaxPool2d
from .linear import Linear
from .perceptron import MLP

__all__ = [
    "MLP",
    "AvgPool2d",
    "Conv1d",
    "Conv2d",
    "Flatten",
    "Linear",
    "MaxPool2d",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softplus",
    "Tanh",
]
