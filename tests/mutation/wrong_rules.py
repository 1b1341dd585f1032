"""Wrong rules, each a small change of the real tables: what a tired author could write, and worse."""

from pathlib import Path
from typing import NamedTuple


class Wrong(NamedTuple):
    """One wrong rule: in this file the first text stands once, and the second takes its place."""

    kind: str
    operation: str
    file: str
    right: str
    wrong: str

    def path(self, root: Path) -> Path:
        """The file in a copy of the project."""
        return root / "autograd_mini" / "calculus" / self.file

    def planted(self, text: str) -> str:
        """The file's text with the wrong rule in place of the right one."""
        if (count := text.count(self.right)) != 1:
            raise ValueError(f"{self.operation}, {self.kind}: the right rule stands {count} times in {self.file}")
        return text.replace(self.right, self.wrong)


ELEMENTWISE = "elementwise.py"
TRIGONOMETRIC = "trigonometric.py"
ACTIVATIONS = "activations.py"
PIECEWISE = "piecewise.py"
LINEAR = "linear.py"
MOVING = "moving.py"
BILINEAR = "bilinear.py"
REDUCTIONS = "reductions.py"
LINALG = "linalg.py"

WRONG_RULES = [
    # The upstream gradient mishandled.
    Wrong(
        "upstream dropped",
        "exp",
        ELEMENTWISE,
        'lambda g, z, x: g * z,\n    about="e to',
        'lambda g, z, x: z,\n    about="e to',
    ),
    Wrong("upstream squared", "sin", TRIGONOMETRIC, "lambda g, z, x: g * cos(x),", "lambda g, z, x: g * g * cos(x),"),
    Wrong("upstream's sign alone", "log", ELEMENTWISE, "lambda g, z, x: g / x,", "lambda g, z, x: abs(g) / x,"),
    Wrong(
        "upstream summed",
        "reshape",
        LINEAR,
        "lambda g, x, shape: reshape(g, np.shape(data_of(x))),",
        "lambda g, x, shape: reshape(g, np.shape(data_of(x))) * 0.0 + sum(g),",
    ),
    Wrong(
        "zero upstream gives not zero",
        "cosh",
        TRIGONOMETRIC,
        "lambda g, z, x: g * sinh(x),",
        "lambda g, z, x: g * sinh(x) + 1e-3,",
    ),
    # A factor, a sign, a neighbouring formula.
    Wrong("sign", "cos", TRIGONOMETRIC, "lambda g, z, x: -(g * sin(x)),", "lambda g, z, x: g * sin(x),"),
    Wrong("factor 1 + 1e-6", "tan", TRIGONOMETRIC, "g * (1.0 + z * z),", "g * (1.0 + z * z) * 1.000001,"),
    Wrong(
        "factor 1 + 1e-9",
        "sinh",
        TRIGONOMETRIC,
        "lambda g, z, x: g * cosh(x),",
        "lambda g, z, x: g * cosh(x) * 1.000000001,",
    ),
    Wrong("constant in the sixth digit", "exp2", ELEMENTWISE, "g * (z * math.log(2.0))", "g * (z * 0.693148)"),
    Wrong(
        "constant in the sixth digit",
        "log10",
        ELEMENTWISE,
        "g * (1.0 / math.log(10.0) / x)",
        "g * (1.0 / 2.302586 / x)",
    ),
    Wrong("factor 2 missing", "sqrt", ELEMENTWISE, "g / (2.0 * z)", "g / z"),
    Wrong(
        "inputs exchanged",
        "multiply",
        ELEMENTWISE,
        "lambda g, z, x, y: g * y,\n    lambda g, z, x, y: g * x,",
        "lambda g, z, x, y: g * x,\n    lambda g, z, x, y: g * y,",
    ),
    Wrong("second input's sign", "subtract", ELEMENTWISE, "lambda g, z, x, y: -g,", "lambda g, z, x, y: g,"),
    Wrong(
        "input in place of output",
        "divide",
        ELEMENTWISE,
        "lambda g, z, x, y: -(g * (z / y)),",
        "lambda g, z, x, y: -(g * (x / y)),",
    ),
    Wrong(
        "output in place of input",
        "arctan2",
        TRIGONOMETRIC,
        "lambda g, z, x, y: g * _inversion(y, x),",
        "lambda g, z, x, y: g * _inversion(z, x),",
    ),
    # Precision lost inside.
    Wrong("precision: 1 - z cancels", "sigmoid", ACTIVATIONS, "g * (z * sigmoid(-x))", "g * (z * (1.0 - z))"),
    Wrong("precision: 1 - z² cancels", "tanh", ACTIVATIONS, "g * _sech_squared(x),", "g * (1.0 - z * z),"),
    Wrong(
        "precision: through float32",
        "expm1",
        ELEMENTWISE,
        "lambda g, z, x: g * exp(x),",
        "lambda g, z, x: g * (exp(x) * float(np.float32(1.0) + np.float32(1e-7))),",
    ),
    Wrong(
        "precision: overflow inside",
        "hypot",
        TRIGONOMETRIC,
        "return u / _nonzero(np.hypot(u, v))",
        "return np.asarray(x, u.dtype) ** 5 / _nonzero(np.hypot(x, y) * np.asarray(x, u.dtype) ** 4)",
    ),
    # Wrong in one region, or at one element.
    Wrong(
        "region: below zero",
        "cbrt",
        ELEMENTWISE,
        "g / (3.0 * (z * z))",
        "g / (3.0 * (z * where(data_of(x) < 0.0, -z, z)))",
    ),
    Wrong(
        "region: far out",
        "arctan",
        TRIGONOMETRIC,
        "g / hypot(1.0, x) / hypot(1.0, x)",
        "g / hypot(1.0, x) / np.minimum(hypot(1.0, x), 5.1)",
    ),
    Wrong("region: near zero", "sinc", TRIGONOMETRIC, "near = np.abs(t) < n + 1.0", "near = np.abs(t) < 1e-9"),
    Wrong(
        "element: the last",
        "cumsum",
        LINEAR,
        "summed = getitem(cumsum(getitem(g, backwards), axis or 0), backwards)",
        "summed = getitem(cumsum(getitem(g, backwards), axis or 0), backwards)\n"
        "    summed = concatenate([getitem(summed, slice(0, -1)), getitem(summed, slice(-1, None)) * 2.0])",
    ),
    # Broadcasting and repeated indices.
    Wrong(
        "broadcast axis not summed",
        "add",
        LINEAR,
        "shared = range(1, min(x.ndim, len(shape)) + 1)",
        "shared = range(1, min(x.ndim, len(shape), 1) + 1)",
    ),
    Wrong(
        "broadcast: mean for sum",
        "add",
        LINEAR,
        "        x = add(x, spread, keepdims=True)",
        "        x = add(x, spread, keepdims=True) / len(spread)",
    ),
    Wrong("repeated index counted once", "getitem", LINEAR, "        np.add.at(x, index, g)", "        x[index] = g"),
    Wrong("repeated index in a tuple", "getitem", LINEAR, "slice | EllipsisType", "slice | tuple | EllipsisType"),
    Wrong(
        "operand used twice",
        "multiply",
        "../sweep.py",
        "gradient[parent] = contribution if earlier is None else earlier + contribution",
        "gradient[parent] = contribution",
    ),
    # Ties and zeros.
    Wrong("tie: all to the first", "maximum", PIECEWISE, "return chosen / (chosen + equals(y, z))", "return chosen"),
    Wrong("tie: 1 to each", "max", REDUCTIONS, "return chosen / (total if", "return chosen / (1.0 if"),
    Wrong("zero: relu's side", "relu", ACTIVATIONS, "g * sign(z)", "g * (data_of(z) >= 0.0)"),
    Wrong("zero: nan swallowed", "relu", ACTIVATIONS, "np.maximum(x, np.zeros(", "np.fmax(x, np.zeros("),
    Wrong(
        "zero: x**0",
        "power",
        ELEMENTWISE,
        "return where((np.abs(a) <= tiny / 4) & (b == 0), 0.0, y - 1.0)",
        "return y - 1.0",
    ),
    Wrong(
        "zero: 0**p by p",
        "power",
        ELEMENTWISE,
        "return where((data_of(x) == 0) & (data_of(y) >= 0), 1.0, x)",
        "return x",
    ),
    Wrong(
        "zero: the zero vector", "norm", REDUCTIONS, "return x / where(data_of(z) == 0.0, np.inf, z)", "return x / z"
    ),
    Wrong(
        "zero: the origin",
        "hypot",
        TRIGONOMETRIC,
        "return np.where(z == 0, np.ones((), np.asarray(z).dtype), z)",
        "return z",
    ),
    Wrong(
        "bounds do not belong to the inside",
        "clip",
        PIECEWISE,
        "where(equals(raw, clipped) == 1.0, x,",
        "where((equals(raw, clipped) == 1.0) & (raw != data_of(a_max)), x,",
    ),
    # Arguments overwritten, memory shared.
    Wrong(
        "upstream overwritten",
        "negative",
        ELEMENTWISE,
        "operator.neg, np.negative,\n    lambda g, z, x: -g,",
        "operator.neg, np.negative,\n    lambda g, z, x: np.negative(g, out=g) if isinstance(g, np.ndarray) else -g,",
    ),
    Wrong(
        "memory shared",
        "add",
        "../sweep.py",
        "if owner in owners or (base is not None and not g.flags.writeable):",
        "if base is not None and not g.flags.writeable:",
    ),
    # Axes and keepdims.
    Wrong(
        "keepdims taken for granted",
        "sum",
        LINEAR,
        "if keepdims or axis is None:\n        return g",
        "if True:\n        return g",
    ),
    Wrong("negative axis", "stack", LINEAR, "axis %= np.ndim(inputs[0]) + 1", "axis %= np.ndim(inputs[0]) or 1"),
    Wrong(
        "axes not inverted",
        "transpose",
        LINEAR,
        "tuple(map(int, np.argsort(normalize_axis_tuple(axes, len(axes)))))",
        "normalize_axis_tuple(axes, len(axes))",
    ),
    Wrong(
        "axis of the sum",
        "logsumexp",
        REDUCTIONS,
        "if infinite.any() else exp(x - z)",
        "if infinite.any() else exp(x - np.max(data_of(z)))",
    ),
    Wrong(
        "pieces one off",
        "concatenate",
        LINEAR,
        "slice(end - x.shape[axis], end)",
        "slice(max(0, int(end - x.shape[axis]) - 1), end - 1 if end > 1 else end)",
    ),
    Wrong(
        "transpose missing",
        "matmul",
        BILINEAR,
        "else g @ y.mT",
        "else g @ (y if y.shape[-1] == y.shape[-2] else y.mT)",
    ),
    Wrong(
        "diagonal forgotten",
        "einsum",
        BILINEAR,
        "        if own == terms[k]:\n            return gradient",
        "        if len(own) == len(terms[k]) or len(others) == 0:\n            return gradient",
    ),
    # First derivative right, second wrong.
    Wrong(
        "second order: output taken for a constant",
        "exp",
        ELEMENTWISE,
        'lambda g, z, x: g * z,\n    about="e to',
        'lambda g, z, x: g * data_of(z),\n    about="e to',
    ),
    Wrong("second order: input taken for a constant", "log1p", ELEMENTWISE, "g / (1.0 + x)", "g / (1.0 + data_of(x))"),
    Wrong(
        "second order: upstream taken for a constant",
        "softplus",
        ACTIVATIONS,
        "lambda g, z, x: g * sigmoid(x),",
        "lambda g, z, x: data_of(g) * sigmoid(x),",
    ),
    Wrong(
        "second order: other factor taken for a constant",
        "matmul",
        BILINEAR,
        "else x.mT @ g",
        "else data_of(x).mT @ g",
    ),
    # One mode right, the other wrong.
    Wrong(
        "forward right, reverse wrong",
        "swapaxes",
        LINEAR,
        "lambda g, x, axis1, axis2: swapaxes(g, axis1, axis2),",
        "lambda g, x, axis1, axis2: swapaxes(g, axis1, axis2) * 1.000001,",
    ),
    Wrong(
        "arrays right, nodes wrong",
        "roll",
        MOVING,
        "np.roll,",
        "lambda x, shift, axis=None: np.roll(x, shift if x.dtype.kind != 'i' else -shift, axis),",
    ),
    Wrong(
        "reverse right, forward wrong",
        "multiply",
        "../sweep.py",
        "        flow(derivative, move, z, *values)\n",
        "        flow(derivative, move * 1.000001, z, *values)\n",
    ),
    # Linear algebra.
    Wrong("transpose missing", "inv", LINALG, "-matmul(matmul(z.mT, g), z.mT)", "-matmul(matmul(z.mT, g), z)"),
    Wrong("half the diagonal", "cholesky", LINALG, "(0.5 * (lower + np.tril(lower, -1)))", "lower"),
    Wrong("transpose missing", "det", LINALG, "_each(g * z) * inv(x).mT", "_each(g * z) * inv(x)"),
]
