"""Wrong rules of the operations that others are made of: of their masks, weights, shares and orders."""

from .wrong import (
    ACTIVATIONS,
    BILINEAR,
    CHOOSING,
    CONVOLUTION,
    DECOMPOSITIONS,
    ELEMENTWISE,
    LINALG,
    LINEAR,
    MOVING,
    PIECEWISE,
    PRIMITIVE,
    PRODUCTS,
    REDUCTIONS,
    RUNNING,
    SAMPLES,
    TRIGONOMETRIC,
    Wrong,
)

WRONG_PARTS = [
    # Who gets a share, and how much.
    Wrong(
        "shares exchanged",
        "minimum",
        PIECEWISE,
        "lambda g, z, x, y: g * _share_of_smaller(y, x),",
        "lambda g, z, x, y: g * _share_of_smaller(x, y),",
    ),
    Wrong("nan swallowed", "maximum", PIECEWISE, "return x if x > y or x != x else y", "return x if x > y else y"),
    Wrong("share: initial forgotten", "max", REDUCTIONS, "total + equal(z, initial)", "total"),
    Wrong("share: mask forgotten", "min", REDUCTIONS, "else equal(x, z) * mask_of(where)", "else equal(x, z)"),
    Wrong(
        "infinity: no equal shares",
        "logsumexp",
        REDUCTIONS,
        "np.where(infinite, _shares_of(x, z, axis), np.exp(x - z))",
        "np.exp(x - z)",
    ),
    Wrong("infinity: no equal shares", "logaddexp", ELEMENTWISE, "np.where(x == y, 0, x - y)", "np.asarray(x - y)"),
    Wrong(
        "second order: a share's sign",
        "logaddexp",
        ELEMENTWISE,
        "-(g * (z * _weight(y, x)))",
        "g * (z * _weight(y, x))",
    ),
    Wrong("second order: a weight's sign", "logsumexp", REDUCTIONS, "-(g * w)", "g * w"),
    Wrong(
        "upstream not summed", "log_softmax", REDUCTIONS, "g - exp(z) * sum(g, axis, keepdims=True)", "g - exp(z) * g"
    ),
    # Masks and branches.
    Wrong("the branch not taken is paid", "where", CHOOSING, "where(condition, g, 0.0)", "where(condition, g, g)"),
    Wrong("branches exchanged", "where", CHOOSING, "where(condition, 0.0, g)", "where(condition, g, 0.0)"),
    Wrong(
        "branch of a number not taken", "where", CHOOSING, "(None if condition else g)", "(0.0 * g if condition else g)"
    ),
    Wrong(
        "a mask forgotten",
        "mean",
        LINEAR,
        "return where(attempt(name, lambda a: np.broadcast_to(mask_of(mask), shape_of(a)), x), x, neutral)",
        "return x",
    ),
    Wrong(
        "a mask forgotten on the way back",
        "sum",
        LINEAR,
        "return spread if where is True else",
        "return spread if True else",
    ),
    Wrong(
        "a step hands its gradient on",
        "floor",
        PRIMITIVE,
        "return per_slot(None for _ in node.inputs)",
        "return per_slot(g for _ in node.inputs)",
    ),
    Wrong(
        "zero: leaky_relu's side, of arrays",
        "leaky_relu",
        ACTIVATIONS,
        "np.where(x > 0, 1.0, np.asarray(slope",
        "np.where(x >= 0, 1.0, np.asarray(slope",
    ),
    Wrong(
        "zero: leaky_relu's side, of floats",
        "leaky_relu",
        ACTIVATIONS,
        "1.0 if x > 0.0 else 1.0 * slope",
        "1.0 if x >= 0.0 else 1.0 * slope",
    ),
    Wrong(
        "parameter forgotten",
        "elu",
        ACTIVATIONS,
        "where(_is_above(x), 1.0, alpha * exp(",
        "where(_is_above(x), 1.0, exp(",
    ),
    Wrong("zero: elu's side", "elu", ACTIVATIONS, "(x > 0).astype(x.dtype)", "(x >= 0).astype(x.dtype)"),
    Wrong("zero: x · log(y)", "xlogy", ELEMENTWISE, "x / where(_are_zero(x, y), 1.0, y)", "x / y"),
    Wrong("one number alone moves", "std", CHOOSING, "condition: keep(g, condition)", "condition: g"),
    # The origin.
    Wrong(
        "second order: an end at the origin",
        "hypot",
        TRIGONOMETRIC,
        "np.where((x == 0) & (y == 0), np.nan, np.ones((), np.result_type(x, y)))",
        "np.ones(np.broadcast_shapes(np.shape(x), np.shape(y)), np.result_type(x, y))",
    ),
    Wrong(
        "second order: inputs exchanged",
        "hypot",
        TRIGONOMETRIC,
        "-(g * (z * _inversion(y, x) * _pole(x, y)))",
        "-(g * (z * _inversion(x, y) * _pole(x, y)))",
    ),
    Wrong(
        "second order: factor 2 missing",
        "arctan2",
        TRIGONOMETRIC,
        "-2.0 * (g * (z * _inversion(y, x) * _pole(x, y)))",
        "-(g * (z * _inversion(y, x) * _pole(x, y)))",
    ),
    Wrong("second order: input in place of output", "norm", REDUCTIONS, "-(g * (w / z))", "-(g * (x / z))"),
    # Slopes that have slopes of their own.
    Wrong(
        "second order: the slope's sign", "tanh", ACTIVATIONS, "-2.0 * (g * (z * tanh(x)))", "2.0 * (g * (z * tanh(x)))"
    ),
    Wrong(
        "second order: the bell's width",
        "gelu",
        ACTIVATIONS,
        "-2.0 * sharpness * (g * (x * z))",
        "-2.0 * (g * (x * z))",
    ),
    Wrong(
        "constant in the sixth digit",
        "gelu",
        ACTIVATIONS,
        "normal_density(x) / math.sqrt(2.0 * math.pi)",
        "normal_density(x) / math.sqrt(2.0 * 3.14159)",
    ),
    Wrong(
        "second order: one term of the recurrence",
        "sinc",
        TRIGONOMETRIC,
        "(n + 1) * _bessel(n + 1, x)",
        "n * _bessel(n + 1, x)",
    ),
    # Products.
    Wrong("one place off", "cumprod", PRODUCTS, "return _before(_backwards(x), 0.0)", "return _backwards(x)"),
    Wrong(
        "second order: begins at 1",
        "cumprod",
        PRODUCTS,
        "_following(x))), _before(z, 0.0)),",
        "_following(x))), _before(z, 1.0)),",
    ),
    Wrong(
        "zero: an overflow is not forgotten",
        "cumprod",
        PRODUCTS,
        "np.where(x[k] == 0, 0, carried) if is_finite else carried",
        "carried",
    ),
    Wrong("zero: 0 · inf", "cumprod", PRODUCTS, "np.where(y == 0, np.zeros((), x.dtype), x * y)", "x * y"),
    Wrong("zero: by division", "prod", PRODUCTS, "return before * behind", "return np.multiply.reduce(x) / x"),
    Wrong(
        "second order: half the product rule",
        "prod",
        PRODUCTS,
        "return changed_before * behind + before * changed_behind",
        "return changed_before * behind",
    ),
    # Samples.
    Wrong(
        "correlated the other way",
        "convolve",
        BILINEAR,
        "lambda g, z, x, y: sliding(g, x)",
        "lambda g, z, x, y: sliding(g, x)[::-1]",
    ),
    Wrong(
        "not transposed",
        "correlate",
        BILINEAR,
        "lambda g, z, x, y: convolution(g, y)",
        "lambda g, z, x, y: convolution(g, y[::-1])",
    ),
    # Windows.
    Wrong(
        "stride forgotten",
        "windows",
        CONVOLUTION,
        "[-len(size) :], stride, dilation)",
        "[-len(size) :], (1,) * len(size), dilation)",
    ),
    Wrong(
        "what meets is not added",
        "overlap_add",
        CONVOLUTION,
        "np.add(views[index], w[index], out=views[index])",
        "views[index] = w[index]",
    ),
    Wrong(
        "input: groups all alike",
        "conv2d",
        CONVOLUTION,
        "columns = _rows(w, groups).mT @",
        "columns = _rows(w, groups)[:1].mT @",
    ),
    Wrong(
        "weights: groups all alike",
        "conv1d",
        CONVOLUTION,
        "@ _columns(views[part], groups).mT, axis=0)",
        "@ _columns(views[part], groups).mT, axis=0)[:1]",
    ),
    Wrong(
        "added once", "interp", SAMPLES, "np.add.at(total, places.astype(np.intp), x)", "total[places.astype(int)] = x"
    ),
    Wrong("what came before counts no more", "cummax", RUNNING, "np.where(stays[k - 1], total[k - 1], 0)", "0"),
    Wrong("all that came before count", "cummin", RUNNING, "np.where(stays[k - 1], total[k - 1], 0)", "total[k - 1]"),
    Wrong("no shares", "cummax", RUNNING, "np.moveaxis(g, axis, 0) / count", "np.moveaxis(g, axis, 0)"),
    # Places and orders.
    Wrong("order not inverted", "sort", MOVING, "np.argsort(_order(x, axis), axis=axis)", "_order(x, axis)"),
    Wrong(
        "second order: order not inverted",
        "sort",
        MOVING,
        "lambda g, z, u, x, axis: arranged(g, x, axis),",
        "lambda g, z, u, x, axis: _restored(g, x, axis),",
    ),
    Wrong("what was replaced is paid", "set_at", MOVING, "index: _set_at.apply((g, 0.0), index)", "index: g"),
    Wrong(
        "what was added to is not paid",
        "add_at",
        MOVING,
        "_add, [lambda g, z, x, values, index: g,",
        "_add, [lambda g, z, x, values, index: set_at(g, index, 0.0),",
    ),
    Wrong(
        "broadcast subscript",
        "einsum",
        BILINEAR,
        "lengths[letter] = n if n != 1 else lengths[letter]",
        "lengths[letter] = n",
    ),
    Wrong(
        "reverse right, forward of one input alone",
        "matmul",
        PRIMITIVE,
        "for i, move in enumerate(moves)\n            if move is not None",
        "for i, move in enumerate(moves)\n            if move is not None and (i == 0 or len(moves) != 2)",
    ),
    # Determinants.
    Wrong(
        "singular: signs of the minors",
        "det",
        LINALG,
        "(-1.0) ** np.add.outer(range(n), range(n))",
        "1.0 ** np.add.outer(range(n), range(n))",
    ),
    Wrong(
        "second order: transpose missing", "det", LINALG, "turned @ g.swapaxes(-1, -2) @ turned", "turned @ g @ turned"
    ),
    Wrong(
        "singular, second order: signs of the minors",
        "det",
        LINALG,
        "(g * signs)[..., None, None]",
        "g[..., None, None]",
    ),
    Wrong("singular, third order: signs of the minors", "det", LINALG, "_each(u * signs)", "_each(u)"),
    # Decompositions and norms.
    Wrong("sign of the gaps", "eigh", DECOMPOSITIONS, "row(values) - column(values)", "column(values) - row(values)"),
    Wrong(
        "rounding taken for a gap",
        "eigh",
        DECOMPOSITIONS,
        "rounding * beside), x, np.nan)",
        "0.0 * beside), x, np.nan)",
    ),
    Wrong(
        "length of the vectors",
        "eig",
        DECOMPOSITIONS,
        "turning = along - matmul(z.mT, z) * row(diagonal(along, 0, -2, -1))",
        "turning = along",
    ),
    Wrong("kink at 0", "svdvals", DECOMPOSITIONS, "row(g * sign(z))", "row(g)"),
    Wrong(
        "sides exchanged", "svd", DECOMPOSITIONS, "_svd_turning(g, z, s) * row(s)", "_svd_turning(g, z, s) * column(s)"
    ),
    Wrong(
        "tall: what is in no span",
        "pinv",
        DECOMPOSITIONS,
        "back - _complement(matmul(g.mT, matmul(z, z.mT)), x, z)",
        "back",
    ),
    Wrong("diagonal twice", "qr", DECOMPOSITIONS, "swapaxes(tril(m, -1), -1, -2)", "swapaxes(tril(m), -1, -2)"),
    Wrong(
        "below p = 1 as above",
        "p_norm",
        REDUCTIONS,
        "if ord > 1 else _over_length(z, size) ** (1.0 - ord)",
        "if ord > -9 else z",
    ),
]
