"""Names that NumPy's arrays and PyTorch's tensors have: what needs no derivative, and what to write for the rest."""

from typing import Any, NoReturn

import numpy

from .arithmetic import detachments
from .node import Node
from .refusals import refusing

np: Any = numpy  # its types do not know that it takes nodes


class Absent:
    """A name that nodes do not have; who reads it is told what they have."""

    def __init__(self, way_out: str, name: str = "") -> None:
        self.way_out, self.name = way_out, name

    def __set_name__(self, owner: type, name: str) -> None:
        if self.name:  # one of several of the same way out
            setattr(owner, name, Absent(self.way_out, name))
        self.name = self.name or name

    def __get__(self, node: Any, kind: type) -> NoReturn:
        raise AttributeError(f"a {kind.__name__} has no {self.name}: {self.way_out}")


class ArrayNames(Node):
    """What a node answers by its data, as an array would; and a word on each name that users of PyTorch try."""

    __slots__ = ()

    @property
    def real(self) -> "ArrayNames":
        """Itself: nodes hold real numbers."""
        return self

    @property
    def imag(self) -> Any:
        """Zeros."""
        return np.zeros_like(self)

    def conj(self) -> "ArrayNames":
        """Itself: nodes hold real numbers."""
        return self

    conjugate = conj

    @refusing
    def argmax(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        """The place of the largest element, as `numpy.argmax`: a plain number, or an array of them."""
        return np.argmax(self, axis, keepdims=keepdims)

    @refusing
    def argmin(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        """The place of the smallest element, as `numpy.argmin`: a plain number, or an array of them."""
        return np.argmin(self, axis, keepdims=keepdims)

    @refusing
    def argsort(self, axis: Any = -1, *, kind: Any = None, stable: bool | None = None) -> Any:
        """The places of the elements in rising order, as `numpy.argsort`: a plain array."""
        return np.argsort(self, axis, kind=kind, stable=stable)

    def argpartition(self, kth: Any, axis: Any = -1) -> Any:
        """The places of the elements, the kth smallest in its place, as `numpy.argpartition`: a plain array."""
        return np.argpartition(self, kth, axis)

    def searchsorted(self, v: Any, side: Any = "left") -> Any:
        """Where v would keep the order, as `numpy.searchsorted`: a plain number, or an array of them."""
        return np.searchsorted(self, v, side)

    def nonzero(self) -> Any:
        """The places of the elements that are not 0, as `numpy.nonzero`: plain arrays."""
        return np.nonzero(self)

    @refusing
    def any(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        """Whether one of the elements is not 0: true or false, or an array of that."""
        return np.any(self, axis, keepdims=keepdims)

    @refusing
    def all(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        """Whether none of the elements is 0: true or false, or an array of that."""
        return np.all(self, axis, keepdims=keepdims)

    def tolist(self) -> Any:
        """The data as a float, or as nested lists of them: plain, so no derivative leads through them."""
        detachments.count += 1
        return np.asarray(self.data).tolist()

    # PyTorch's.
    detach = Absent("node.data is the plain array; Tensor(node.data) is a new leaf of it")
    numpy = Absent("node.data is the plain array")
    clone = Absent("node.copy() is recorded, Tensor(node.data) is a new leaf")
    requires_grad = requires_grad_ = Absent("every node varies; what shall not vary stays a plain array")
    zero_ = zero_grad = Absent("set node.grad = None")
    retain_grad = Absent("every node keeps its gradient after backward()")
    grad_fn = Absent("its operation is node.name, its derivatives are node.local_derivatives")
    is_leaf = Absent("a leaf is a node without inputs: not node.inputs")
    cpu = cuda = to = device = Absent("arrays live in memory: leave it out; node.astype changes the dtype")
    float = Absent("use node.astype(np.float32)")
    double = Absent("use node.astype(np.float64)")
    type = Absent("use node.dtype, and node.astype")
    dim = Absent("use node.ndim")
    numel = Absent("use node.size")
    unsqueeze = Absent("use np.expand_dims(node, axis), or node[None]")
    permute = Absent("use node.transpose(axes)")
    expand = expand_as = Absent("use np.broadcast_to(node, shape)")
    unbind = Absent("go through the node: for row in node")
    chunk = Absent("use np.array_split(node, sections)")
    gather = Absent("use np.take_along_axis(node, indices, axis)")
    scatter = scatter_ = index_add_ = Absent("use autograd_mini.add_at or set_at, which give a new node")
    masked_fill = masked_fill_ = Absent("use np.where(mask, number, node)")
    add_ = sub_ = mul_ = div_ = copy_ = clamp_ = Absent("no operation changes a node: x = x + y makes a new one")
    mm = bmm = matmul = mv = Absent("use x @ y")
    clamp = Absent("use node.clip(min, max)")
    pow = Absent("use x ** y")
    sub = mul = div = add = Absent("use the operators, x + y")
    abs = Absent("use abs(node)")
    sin = cos = square = norm = softmax = log_softmax = logsumexp = Absent(
        "it is a function: of NumPy, np.sin(node), or of autograd_mini"
    )

    # NumPy's that change an array, or show its memory.
    sort = Absent("it would change the node: np.sort(node) gives a new one")
    partition = Absent("it would change the node: np.partition(node, kth) gives a new one")
    fill = put = itemset = setfield = Absent(
        "it would change the node: use set_at or np.where, or replace a leaf's data"
    )
    resize = Absent("it would change the node: use np.resize(node, shape)")
    view = Absent("a node's memory is its own: node.reshape gives another shape, node.data.view another reading")
    strides = flags = base = ctypes = itemsize = nbytes = tobytes = tofile = dump = dumps = byteswap = getfield = (
        Absent("ask the plain array, node.data")
    )
