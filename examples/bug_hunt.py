"""Small layers written by hand, each with one fault: guess which, then let `check_gradients` answer.

Among them the faults of the five lessons, and those that are met again and again in the field.
"""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from telling import Teller, options

from autograd_mini import GradientError, check_gradients

X = np.array([[1.0, -2.0, 0.5], [-0.3, 2.0, -1.0]])
W = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]])
B = np.array([0.1, -0.2])
LABELS = np.array([1, 0])


class Case(NamedTuple):
    """A function, its gradient with a fault in it, where both are looked at, and what the fault is."""

    f: Callable[..., Any]
    gradient: Callable[..., Any]
    args: tuple[Any, ...]
    english: str
    korean: str


def relu(x: Any) -> Any:
    return np.maximum(x, 0.0)


def inverted_mask(g: Any, x: Any) -> Any:
    return np.where(x <= 0, g, 0.0)


def mask_in_place(g: Any, x: Any) -> Any:
    g[x <= 0] = 0.0
    return g


def sigmoid(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))


def slope_of_the_output(g: Any, x: Any) -> Any:
    y = sigmoid(x)
    return g * sigmoid(y) * (1.0 - sigmoid(y))


def affine(x: Any, w: Any, b: Any) -> Any:
    return x @ w + b


def bias_itself(g: Any, x: Any, w: Any, b: Any) -> Any:
    return g @ w.T, x.T @ g, np.full(b.shape, b.sum())


def not_transposed(g: Any, m: Any, n: Any) -> Any:
    return g @ n, m.T @ g


def matmul(m: Any, n: Any) -> Any:
    return m @ n


def softmax_with_loss(z: Any, labels: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return -np.log((e / e.sum(axis=1, keepdims=True))[np.arange(len(labels)), labels]).mean()


def mean_forgotten(g: Any, z: Any, labels: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return g * (e / e.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[labels])


def upstream_ignored(g: Any, z: Any, labels: Any) -> Any:
    return mean_forgotten(1.0, z, labels) / len(labels)


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max())
    return e / e.sum()


def only_the_diagonal(g: Any, x: Any) -> Any:
    y = softmax(x)
    return g * y * (1.0 - y)


def convolution(x: Any, k: Any) -> Any:
    return np.convolve(x, k, "valid")


def kernel_not_flipped(g: Any, x: Any, k: Any) -> Any:
    return np.convolve(g, k, "full"), np.correlate(x, g, "valid")[::-1]


def batch_norm(x: Any) -> Any:
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)


def variance_held_still(g: Any, x: Any) -> Any:
    return (g - g.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)


class Dropout:
    """Halves of the numbers, drawn anew by the backward pass."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def forward(self, x: Any) -> Any:
        return x * (np.arange(x.size).reshape(x.shape) % 2)

    def mask_drawn_again(self, g: Any, x: Any) -> Any:
        return g * self.rng.integers(0, 2, x.shape)


def attention(q: Any, k: Any, v: Any) -> Any:
    return _weights(q, k) @ v


def _weights(q: Any, k: Any) -> Any:
    scores = q @ k.T / np.sqrt(q.shape[1])
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def scale_forgotten(g: Any, q: Any, k: Any, v: Any) -> Any:
    a = _weights(q, k)
    by_a = g @ v.T
    by_scores = a * (by_a - (by_a * a).sum(axis=1, keepdims=True))
    return by_scores @ k, by_scores.T @ q, a.T @ g


def embedding(table: Any, words: Any) -> Any:
    return table[words]


def overwritten_at_repeated_words(g: Any, table: Any, words: Any) -> Any:
    grad = np.zeros_like(table)
    grad[words] = g
    return grad


def norm(x: Any) -> Any:
    return np.sqrt((x * x).sum())


def nan_at_zero(g: Any, x: Any) -> Any:
    with np.errstate(all="ignore"):
        return g * x / norm(x)


def maximum_of_all(x: Any) -> Any:
    return x.max()


def whole_to_every_tie(g: Any, x: Any) -> Any:
    return g * (x == x.max())


def cached(x: Any) -> Any:
    return np.sin(x)


def first_call_remembered(g: Any, x: Any, kept: dict[str, Any] = {}) -> Any:  # noqa: B006 : it is the fault
    return g * kept.setdefault("slope", np.cos(x))


def clipped(g: Any, x: Any) -> Any:
    return np.clip(g, -1.0, 1.0) * np.cos(x)


def times(x: Any, y: Any) -> Any:
    return x * y


def summed_over_no_axis(g: Any, x: Any, y: Any) -> Any:
    return g * y, (g * x)[0]


_SEQUENCE = np.array([[0.5, -1.0], [1.5, 0.3], [-0.2, 0.8]])

CASES: dict[str, Case] = {
    "relu, 1": Case(relu, inverted_mask, (X,), "the mask is turned round", "마스크가 뒤집혔습니다"),
    "relu, 2": Case(relu, mask_in_place, (X,), "it writes into its caller's array", "부른 쪽의 배열을 고칩니다"),
    "sigmoid": Case(
        sigmoid, slope_of_the_output, (X,), "the slope is taken at the output", "출력에서 기울기를 구했습니다"
    ),
    "affine": Case(affine, bias_itself, (X, W, B), "it sums the bias itself", "편향 자체를 더합니다"),
    "matrix product": Case(
        matmul, not_transposed, (W.T @ W, np.eye(2) + W[:2]), "a transpose is missing", "전치가 빠졌습니다"
    ),
    "softmax with loss, 1": Case(
        softmax_with_loss, mean_forgotten, (X, LABELS), "the mean is forgotten", "배치의 평균을 잊었습니다"
    ),
    "softmax with loss, 2": Case(
        softmax_with_loss, upstream_ignored, (X, LABELS), "the upstream gradient is ignored", "상류 기울기를 무시합니다"
    ),
    "softmax": Case(
        softmax, only_the_diagonal, (X[0],), "each score moves every probability", "점수 하나가 모든 확률을 움직입니다"
    ),
    "convolution": Case(
        convolution, kernel_not_flipped, (np.arange(5.0) ** 2, np.array([1.0, -2.0, 0.5])),
        "the kernel is not flipped", "커널을 뒤집지 않았습니다",
    ),
    "batch norm": Case(
        batch_norm, variance_held_still, (np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]]),),
        "the variance depends on x, too", "분산도 x에 따라 변합니다",
    ),
    "dropout": Case(
        Dropout().forward, Dropout().mask_drawn_again, (X,), "the mask is drawn again", "마스크를 다시 뽑습니다"
    ),
    "attention": Case(
        attention, scale_forgotten, (_SEQUENCE, _SEQUENCE[::-1] + 0.1, _SEQUENCE**2),
        "the scale 1 / sqrt(d) is forgotten", "1 / sqrt(d)를 잊었습니다",
    ),
    "embedding": Case(
        embedding, overwritten_at_repeated_words, (W, np.array([0, 2, 0])),
        "a word that comes twice keeps the last gradient alone", "두 번 나온 단어에 마지막 기울기만 남습니다",
    ),
    "norm": Case(norm, nan_at_zero, (X[0],), "nan where all is 0", "모두 0이면 nan입니다"),
    "maximum": Case(
        maximum_of_all, whole_to_every_tie, (X[0],), "every tie gets the whole", "비기면 저마다 전부를 받습니다"
    ),
    "sine, 1": Case(cached, first_call_remembered, (X[0],), "the first call is remembered", "첫 호출을 기억합니다"),
    "sine, 2": Case(cached, clipped, (X[0],), "the upstream gradient is clipped", "상류 기울기를 잘라 냅니다"),
    "row by row": Case(
        times, summed_over_no_axis, (X, X[0] + 1.0), "the rows are not added", "행에 걸쳐 더해야 합니다"
    ),
}  # fmt: skip


def answer(case: Case) -> str:
    """What the check says, in a line; nothing where it lets the fault pass."""
    try:
        check_gradients(case.f, *case.args, gradient=case.gradient)
    except GradientError as error:
        return str(error).splitlines()[1].strip()
    return ""


def main(arguments: list[str] | None = None) -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--guess", action="store_true", help="show the code and wait for a guess before each answer")
    chosen = parser.parse_args(arguments)
    tell = Teller(chosen.lang)
    found = 0
    with tell.part(f"{len(CASES)} layers, a fault in each", f"층 {len(CASES)}개, 저마다 잘못 하나"):
        for name, case in CASES.items():
            print(f"\n-- {name}")
            if chosen.guess:
                print(inspect.getsource(case.f), inspect.getsource(case.gradient), sep="\n")
                input(tell.word("What is wrong? ", "무엇이 잘못일까요? "))
            said = answer(case)
            found += bool(said)
            tell(f"   the fault: {case.english}", f"   잘못: {case.korean}")
            tell(f"   the check: {said or 'nothing'}", f"   검사: {said or '없음'}")
    tell(f"\n{found} of {len(CASES)} found", f"\n{len(CASES)}개 가운데 {found}개를 찾았습니다")


if __name__ == "__main__":
    main()
