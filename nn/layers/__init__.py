"""Layers: modules that are one step of a network."""

from .activations import ReLU, Sigmoid, Softplus, Tanh
from .containers import Sequential
from .linear import Linear
from .perceptron import MLP

__all__ = ["MLP", "Linear", "ReLU", "Sequential", "Sigmoid", "Softplus", "Tanh"]
