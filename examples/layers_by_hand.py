"""Layers as classes with forward and backward: as published, what a test of gradients says of them, and mended.

Then the engine's answer beside them, and two pages on which the sigmoid and softmax with loss collapse to y (1 - y)
and y - t.
"""

from typing import Any

import numpy as np
from telling import OUTPUT, Teller, options

import nn
from autograd_mini import GradientError, Tensor, Value, check_gradients, exp, log, relu, sigmoid, step_through

X = np.array([[1.0, -2.0, 0.5], [-0.3, 2.0, -1.0]])
W = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]])
B = np.array([0.1, -0.2])
LABELS = np.array([1, 0])


class PublishedRelu:
    """Its backward writes zeros into the array that it is handed, which is its caller's."""

    def forward(self, x: Any) -> Any:
        self.off = x <= 0
        out = x.copy()
        out[self.off] = 0
        return out

    def backward(self, g: Any) -> Any:
        g[self.off] = 0
        return g


class Relu(PublishedRelu):
    def backward(self, g: Any) -> Any:
        return np.where(self.off, 0.0, g)


class Sigmoid:
    def forward(self, x: Any) -> Any:
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, g: Any) -> Any:
        return g * self.y * (1 - self.y)


class Affine:
    def forward(self, x: Any, w: Any, b: Any) -> Any:
        self.x, self.w = x, w
        return x @ w + b

    def backward(self, g: Any) -> Any:
        return g @ self.w.T, self.x.T @ g, g.sum(axis=0)


class PublishedSoftmaxWithLoss:
    """Its backward ignores what it is handed: it is right as long as the loss is the end."""

    def forward(self, z: Any, labels: Any) -> Any:
        e = np.exp(z - z.max(axis=1, keepdims=True))
        self.y, self.labels = e / e.sum(axis=1, keepdims=True), labels
        return -np.log(self.y[np.arange(len(labels)), labels]).mean()

    def backward(self, g: Any) -> Any:
        return (self.y - np.eye(self.y.shape[1])[self.labels]) / len(self.labels)


class SoftmaxWithLoss(PublishedSoftmaxWithLoss):
    def backward(self, g: Any) -> Any:
        return g * super().backward(g)


def verdict(layer: Any, *args: Any) -> str:
    """What is wrong with a layer's backward, in a line; nothing where it is right."""

    def gradient(g: Any, *args: Any) -> Any:
        layer.forward(*args)
        return layer.backward(g)

    try:
        check_gradients(layer.forward, *args, gradient=gradient)
    except GradientError as error:
        return str(error).splitlines()[1].strip()
    return ""


def furthest_from_the_engine() -> float:
    """The largest difference between the mended layers, one after another, and the engine, in any gradient."""
    affine, bent, squashed, last = Affine(), Relu(), Sigmoid(), SoftmaxWithLoss()
    last.forward(squashed.forward(bent.forward(affine.forward(X, W, B))), LABELS)
    by_hand = affine.backward(bent.backward(squashed.backward(last.backward(1.0))))
    x, w, b = Tensor(X), Tensor(W), Tensor(B)
    nn.cross_entropy(sigmoid(relu(x @ w + b)), LABELS).backward()
    return max(float(np.abs(ours - node.grad).max()) for ours, node in zip(by_hand, (x, w, b), strict=True))


def sigmoid_page(tell: Teller) -> Any:
    """1 / (1 + exp(-x)), a node for each of its four operations."""
    x = Value(1.0, label="x")
    s = -1.0 * x
    e = exp(s)
    t = 1.0 + e
    y = 1.0 / t
    for node, label in ((s, "s"), (e, "e"), (t, "t"), (y, "y")):
        node.label = label
    about = tell.word(
        "From the end back the local derivatives are −y² (of 1 / t), 1, e and −1. Their product is y² e, and since "
        "y e = e / (1 + e) = 1 − y, that is y (1 − y): backward needs nothing but what forward gave.",
        "끝에서부터 국소 미분은 −y²(1 / t의 것), 1, e, −1입니다. 모두 곱하면 y² e이고, y e = e / (1 + e) = 1 − y이므로 "
        "y (1 − y)가 됩니다. backward에는 forward의 결과만 있으면 됩니다.",
    )
    return step_through(y, title=tell.word("The sigmoid, node by node", "노드로 나타낸 시그모이드"), about=about)


def softmax_page(tell: Teller) -> Any:
    """Two scores, the softmax over them, and the loss of the first."""
    scores = [Value(1.0, label="a1"), Value(0.2, label="a2")]
    powers = [exp(a) for a in scores]
    total = powers[0] + powers[1]
    share = powers[0] / total
    loss = -log(share)
    for node, label in ((powers[0], "e1"), (powers[1], "e2"), (total, "S"), (share, "y1"), (loss, "L")):
        node.label = label
    about = tell.word(
        "The target is (1, 0). The gradient of a1 is y1 − 1, that of a2 is y2: probabilities minus targets, y − t, for "
        "1 / y of the logarithm meets the y in the derivative of the share and both are gone.",
        "정답은 (1, 0)입니다. a1의 기울기는 y1 − 1, a2의 기울기는 y2, 곧 확률에서 정답을 뺀 y − t입니다. "
        "로그의 1 / y가 비율의 미분에 있는 y를 만나 함께 사라집니다.",
    )
    return step_through(
        loss, title=tell.word("Softmax with loss, node by node", "노드로 나타낸 소프트맥스와 손실"), about=about
    )


def main(arguments: list[str] | None = None) -> None:
    tell = Teller(options(__doc__ or "").parse_args(arguments).lang)
    right = tell.word("right", "맞습니다")
    with tell.part("The layers as published, and what the check says", "공개된 그대로의 층과 검사 결과"):
        layers = {
            "Relu": (PublishedRelu(), X),
            "Sigmoid": (Sigmoid(), X),
            "Affine": (Affine(), X, W, B),
            "SoftmaxWithLoss": (PublishedSoftmaxWithLoss(), X, LABELS),
        }
        for name, (layer, *args) in layers.items():
            print(f"   {name}: {verdict(layer, *args) or right}")
    with tell.part("Mended", "고친 뒤"):
        tell(
            "   Relu: np.where(off, 0, g) makes an array of its own. Who else sees g? Another branch of a fork.",
            "   Relu: np.where(off, 0, g)는 새 배열을 만듭니다. g는 갈림길의 다른 갈래도 보고 있습니다.",
        )
        tell(
            "   SoftmaxWithLoss: g * (y - t) / n. A loss that is halved, or added to another, hands another g.",
            "   SoftmaxWithLoss: g * (y - t) / n. 손실을 반으로 줄이거나 다른 손실에 더하면 g가 달라집니다.",
        )
        for name, mended, given in (("Relu", Relu(), (X,)), ("SoftmaxWithLoss", SoftmaxWithLoss(), (X, LABELS))):
            print(f"   {name}: {verdict(mended, *given) or right}")
    with tell.part("Beside the engine", "엔진과 나란히"):
        off = furthest_from_the_engine()
        tell(
            f"   the furthest of any gradient: {off:.1e}; by the engine there is no backward to write at all",
            f"   기울기의 가장 큰 차이: {off:.1e}. 엔진을 쓰면 backward를 쓸 일이 없습니다",
        )
    with tell.part("Pages to step through", "한 걸음씩 따라가는 쪽"):
        OUTPUT.mkdir(parents=True, exist_ok=True)
        for page, name in ((sigmoid_page(tell), "sigmoid"), (softmax_page(tell), "softmax_with_loss")):
            path = OUTPUT / f"{name}.html"
            page.save(path)
            tell.saved(path)


if __name__ == "__main__":
    main()
