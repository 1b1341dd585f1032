"""Operations with kinks and jumps."""

from .row import ANY, BETWEEN, NONZERO, at, binary, inf, nan, unary

ROWS = [
    unary("abs", abs, NONZERO, operators=[abs], kinks=[at(0.0, gives=0.0), at(-0.0, gives=0.0), at(nan, gives=nan)]),
    binary("maximum", max, ANY, BETWEEN, either_zero=True, kinks=[
        at(2.0, 2.0, gives=(0.5, 0.5)), at(0.0, -0.0, gives=(0.5, 0.5)), at(nan, 1.0, gives=(1.0, 0.0)),
        at(1.0, nan, gives=(0.0, 1.0)), at(inf, inf, gives=(0.5, 0.5)), at(nan, nan, gives=(0.5, 0.5)),
    ]),
    binary("minimum", min, ANY, BETWEEN, either_zero=True, kinks=[
        at(2.0, 2.0, gives=(0.5, 0.5)), at(0.0, -0.0, gives=(0.5, 0.5)), at(nan, 1.0, gives=(1.0, 0.0)),
        at(1.0, nan, gives=(0.0, 1.0)), at(-inf, -inf, gives=(0.5, 0.5)), at(nan, nan, gives=(0.5, 0.5)),
    ]),
    unary("sign", lambda x: (x > 0) - (x < 0)),
    binary("equals", lambda x, y: int(x == y)),
]  # fmt: skip
