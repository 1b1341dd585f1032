"""The public names: nodes, operations on them, their derivatives and their pictures.

>>> from autograd_mini import Value, draw
>>> x = Value(3.0, label="x")
>>> y = x * x + 1.0
>>> y.backward()
>>> x.grad
6.0
>>> picture = draw(y)  # picture.save("graph.svg")
"""

from .calculus.bilinear import matmul
from .calculus.elementwise import (
    abs as abs,
)
from .calculus.elementwise import (
    add,
    cos,
    cosh,
    divide,
    exp,
    log,
    maximum,
    minimum,
    multiply,
    negative,
    positive,
    power,
    relu,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    sqrt,
    subtract,
    tanh,
)
from .calculus.linear import (
    astype,
    broadcast_to,
    concatenate,
    reshape,
    stack,
    swapaxes,
    transpose,
    where,
)
from .calculus.linear import (
    sum as sum,
)
from .calculus.reductions import log_softmax, logsumexp, mean, softmax
from .calculus.reductions import max as max
from .calculus.reductions import min as min
from .derivatives import grad, value_and_grad
from .drawing import Picture, draw
from .errors import AutogradError, DrawingError, KindError, ShapeError, StaleError
from .node import no_grad
from .sweep import gradients
from .tensor import Tensor
from .value import Value

# Not in *: abs, sum, max and min, which would hide Python's own (sum([...]) of Values is an idiom).
__all__ = [
    "AutogradError",
    "DrawingError",
    "KindError",
    "Picture",
    "ShapeError",
    "StaleError",
    "Tensor",
    "Value",
    "add",
    "astype",
    "broadcast_to",
    "concatenate",
    "cos",
    "cosh",
    "divide",
    "draw",
    "exp",
    "grad",
    "gradients",
    "log",
    "log_softmax",
    "logsumexp",
    "matmul",
    "maximum",
    "mean",
    "minimum",
    "multiply",
    "negative",
    "no_grad",
    "positive",
    "power",
    "relu",
    "reshape",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "sqrt",
    "stack",
    "subtract",
    "swapaxes",
    "tanh",
    "transpose",
    "value_and_grad",
    "where",
]
