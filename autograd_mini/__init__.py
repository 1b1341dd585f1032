"""The public names: nodes, operations on them, their derivatives and their pictures.

>>> from autograd_mini import Value, draw
>>> x = Value(3.0, label="x")
>>> y = x * x + 1.0
>>> y.backward()
>>> x.grad
6.0
>>> picture = draw(y)  # picture.save("graph.svg")
"""

from . import linalg
from .calculus.activations import (
    elu,
    erf,
    erfc,
    gelu,
    gelu_tanh,
    leaky_relu,
    relu,
    sigmoid,
    silu,
    softplus,
    tanh,
)
from .calculus.bilinear import (
    dot,
    einsum,
    inner,
    kron,
    matmul,
    outer,
    tensordot,
)
from .calculus.choosing import where
from .calculus.convolution import (
    avg_pool2d,
    conv1d,
    conv2d,
    max_pool2d,
)
from .calculus.elementwise import (
    add,
    cbrt,
    divide,
    exp,
    exp2,
    expm1,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    multiply,
    negative,
    positive,
    power,
    reciprocal,
    sqrt,
    square,
    subtract,
    xlogy,
)
from .calculus.linear import (
    astype,
    broadcast_to,
    concatenate,
    cumsum,
    expand_dims,
    moveaxis,
    reshape,
    squeeze,
    stack,
    swapaxes,
    transpose,
)
from .calculus.linear import (
    sum as sum,
)
from .calculus.moving import (
    add_at,
    diag,
    diagonal,
    diff,
    flip,
    pad,
    ravel,
    repeat,
    roll,
    set_at,
    sort,
    split,
    take,
    take_along_axis,
    tile,
    trace,
    tril,
    triu,
)
from .calculus.piecewise import (
    abs as abs,
)
from .calculus.piecewise import (
    ceil,
    clip,
    floor,
    maximum,
    minimum,
    rint,
    sign,
    trunc,
)
from .calculus.piecewise import (
    round as round,
)
from .calculus.products import cumprod, prod
from .calculus.reductions import (
    log_softmax,
    logsumexp,
    mean,
    softmax,
    std,
    var,
)
from .calculus.reductions import (
    max as max,
)
from .calculus.reductions import (
    min as min,
)
from .calculus.trigonometric import (
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    cos,
    cosh,
    hypot,
    sin,
    sinc,
    sinh,
    tan,
)
from .checking import check_gradients, diagnose
from .checkpoints import checkpoint, is_rerunning
from .compiling import Program, compile, load_program
from .composed.norms import norm
from .constants import constant
from .custom import custom_primitive
from .derivatives import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from .drawing import Picture, draw
from .errors import (
    AutogradError,
    DetachedWarning,
    DrawingError,
    FileError,
    GradientError,
    KindError,
    RecordingWarning,
    ShapeError,
    StaleError,
)
from .files import write_whole
from .grad_mode import no_grad
from .languages import language
from .reverse import gradients
from .scopes import named_call, scope
from .stepping import Page, sources, step_through, train_through
from .tensor import Tensor
from .value import Value

# Not in *: abs, round, sum, max and min, which would hide Python's own (sum([...]) of Values is an idiom).
from .version import __version__ as __version__
from .watching import is_tracing

__all__ = [
    "AutogradError",
    "DetachedWarning",
    "DrawingError",
    "FileError",
    "GradientError",
    "KindError",
    "Page",
    "Picture",
    "Program",
    "RecordingWarning",
    "ShapeError",
    "StaleError",
    "Tensor",
    "Value",
    "add",
    "add_at",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "astype",
    "avg_pool2d",
    "broadcast_to",
    "cbrt",
    "ceil",
    "check_gradients",
    "checkpoint",
    "clip",
    "compile",
    "concatenate",
    "constant",
    "conv1d",
    "conv2d",
    "cos",
    "cosh",
    "cumprod",
    "cumsum",
    "custom_primitive",
    "diag",
    "diagnose",
    "diagonal",
    "diff",
    "divide",
    "dot",
    "draw",
    "einsum",
    "elementwise_grad",
    "elu",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expand_dims",
    "expm1",
    "flip",
    "floor",
    "gelu",
    "gelu_tanh",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "hypot",
    "inner",
    "is_rerunning",
    "is_tracing",
    "jacobian",
    "jvp",
    "kron",
    "language",
    "leaky_relu",
    "linalg",
    "load_program",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_softmax",
    "logaddexp",
    "logsumexp",
    "matmul",
    "max_pool2d",
    "maximum",
    "mean",
    "minimum",
    "moveaxis",
    "multiply",
    "named_call",
    "negative",
    "no_grad",
    "norm",
    "outer",
    "pad",
    "positive",
    "power",
    "prod",
    "ravel",
    "reciprocal",
    "relu",
    "repeat",
    "reshape",
    "rint",
    "roll",
    "scope",
    "set_at",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinc",
    "sinh",
    "softmax",
    "softplus",
    "sort",
    "sources",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "step_through",
    "subtract",
    "swapaxes",
    "take",
    "take_along_axis",
    "tan",
    "tanh",
    "tensordot",
    "tile",
    "trace",
    "train_through",
    "transpose",
    "tril",
    "triu",
    "trunc",
    "value_and_grad",
    "var",
    "vjp",
    "where",
    "write_whole",
    "xlogy",
]
