"""The four equations of backpropagation, read off the graph; why one goes backward, and what that costs.

In the notation of Nielsen's book: layers z = W a + b, a = σ(z), the quadratic cost C, and δ the gradient of C by z.
"""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from both_ways import BothWays
from convolution_seen import ConvolutionSeen, K, X
from matplotlib.figure import Figure
from telling import OUTPUT, Teller, options

import nn
from autograd_mini import Tensor, check_gradients, compile, conv2d, draw, jvp, sigmoid, value_and_grad

Step = Callable[[], object]


class Net:
    """3-4-2, with every number in between as a node with a name."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.x, self.y = rng.normal(size=3), np.array([0.0, 1.0])
        self.W1, self.b1 = Tensor(rng.normal(size=(4, 3)), label="W1"), Tensor(rng.normal(size=4), label="b1")
        self.W2, self.b2 = Tensor(rng.normal(size=(2, 4)), label="W2"), Tensor(rng.normal(size=2), label="b2")
        self.z1 = self.W1 @ self.x + self.b1
        self.a1 = sigmoid(self.z1)
        self.z2 = self.W2 @ self.a1 + self.b2
        self.a2 = sigmoid(self.z2)
        self.C = 0.5 * ((self.a2 - self.y) ** 2).sum()
        for name in ("z1", "a1", "z2", "a2", "C"):
            getattr(self, name).label = name
        self.C.backward()

    def equations(self) -> Iterator[tuple[str, Any, Any]]:
        """Each equation with its left side, as the graph has it, and its right side, written in NumPy."""

        def slope(z: Tensor) -> Any:
            return sigmoid(z.data) * (1 - sigmoid(z.data))

        yield "BP1  δ² = ∇C ⊙ σ′(z²)", self.z2.grad, (self.a2.data - self.y) * slope(self.z2)
        yield "BP2  δ¹ = W²ᵀ δ² ⊙ σ′(z¹)", self.z1.grad, self.W2.data.T @ self.z2.grad * slope(self.z1)
        yield "BP3  ∂C/∂b = δ", self.b1.grad, self.z1.grad
        yield "BP4  ∂C/∂W = δ aᵀ", self.W1.grad, np.outer(self.z1.grad, self.x)

    def nudged(self, by: float) -> tuple[float, float]:
        """What C really changes by where one z is nudged, and δ times the nudge."""
        nudge = by * np.eye(4)[1]
        z2 = self.W2.data @ sigmoid(self.z1.data + nudge) + self.b2.data
        change = 0.5 * ((sigmoid(z2) - self.y) ** 2).sum() - self.C.item()
        return float(change), float(self.z1.grad @ nudge)


def seconds(step: Step, least: float = 0.05) -> float:
    """Of the quickest call, of as many as take so long: whatever else the machine does can only slow one down."""
    step()
    times: list[float] = []
    while sum(times) < least:
        begun = time.perf_counter()
        step()
        times.append(time.perf_counter() - begun)
    return min(times)


def ways(hidden: int) -> tuple[int, dict[str, float]]:
    """How many weights a first layer 8 → hidden has, and the seconds that its whole gradient takes, three ways.

    Where one way takes a walk for each weight, a few are timed and the rest is multiplied.
    """
    rng = np.random.default_rng(0)
    x, w, v = rng.normal(size=8), rng.normal(size=(hidden, 8)), rng.normal(size=hidden)

    def f(w: Any) -> Any:
        return (sigmoid(w @ x) * v).sum()

    direction, moved = np.zeros_like(w), w.copy()
    direction[0, 0], moved[0, 0] = 1.0, w[0, 0] + 1e-6
    return w.size, {
        "reverse": seconds(lambda: value_and_grad(f)(w)),
        "forward": seconds(lambda: jvp(f, (w,), (direction,))) * w.size,
        "numerical": seconds(lambda: (f(moved) - f(w)) / 1e-6) * w.size,
    }


def plot_ways(path: Any, found: list[tuple[int, dict[str, float]]]) -> None:
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for name, marker in (("reverse", "o"), ("forward", "s"), ("numerical", "^")):
        axes.loglog([n for n, _ in found], [times[name] for _, times in found], marker=marker, label=name)
    axes.set(xlabel="weights", ylabel="seconds for the whole gradient", title="One walk in all, or one for each weight")
    axes.legend()
    figure.savefig(path)


def cost_of_a_sweep(batch: int) -> float:
    """Forward and backward of 784-100-10, in forward passes."""
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(batch, 784)).astype(np.float32), rng.integers(0, 10, batch)
    model = nn.MLP(784, [100], 10, rng=0)

    def both() -> None:
        nn.cross_entropy(model(x), labels).backward()
        for p in model.parameters():
            p.grad = None

    return seconds(both, 0.3) / seconds(lambda: nn.cross_entropy(model(x), labels), 0.3)


def convolution() -> float:
    """How far the two gradients of a convolution, each worked out as a correlation, are from the engine's."""
    check_gradients(conv2d, X.reshape(1, 1, 3, 3), K.reshape(1, 1, 2, 2))
    seen = ConvolutionSeen()
    return max(
        abs(float((grid[i : i + 2, j : j + 2] * weights).sum() - seen.results[name][i, j]))
        for _, _, grid, _, weights, name in seen.parts()
        for i, j in np.ndindex(*seen.results[name].shape)
    )


def book(digits: nn.mnist.Digits, epochs: int, hidden: int, start: Any) -> tuple[float, float, str]:
    """The book's net: sigmoid, quadratic cost, batch 10, rate 3: accuracy, seconds, and which digits it never says."""
    model = nn.MLP(784, [hidden], 10, activation=sigmoid, last=nn.Sigmoid(), initializer=start, rng=0)
    one_hot = np.eye(10, dtype=np.float32)
    cost = lambda outputs, labels: nn.sse(outputs, labels, half=True) / 10.0
    data = nn.DataLoader(digits.train_images, one_hot[digits.train_labels], batch_size=10, rng=0, drop_last=True)
    begun = time.perf_counter()
    step = nn.compile_step(model, cost, nn.SGD(model.parameters(), 3.0))
    for _ in range(epochs):
        for x, y in data:
            step(x, y)
    taken, outputs = time.perf_counter() - begun, model.predict(digits.test_images)
    silent = [str(k) for k in range(10) if outputs[:, k].max() < 0.5]
    return float((outputs.argmax(axis=1) == digits.test_labels).mean()), taken, ", ".join(silent)


def layer(W: Any, b: Any, a: Any) -> Any:
    return [sigmoid(sum((w * v for w, v in zip(row, a, strict=True)), c)) for row, c in zip(W, b, strict=True)]


def cost(p: Any, x: Any, y: Any) -> Any:
    a = layer(p["W2"], p["b2"], layer(p["W1"], p["b1"], x))
    return 0.5 * sum((each - wanted) ** 2 for each, wanted in zip(a, y, strict=True))


def cost_of_batch(p: Any, X: Any, Y: Any) -> Any:
    return sum(cost(p, x, y) for x, y in zip(X, Y, strict=True))


def crown(cost: Callable[..., Any], *batch: int) -> str:
    """What the program of a net that is written neuron by neuron computes, in NumPy; batch: of how many examples."""
    rng = np.random.default_rng(0)
    shapes = {"W1": (4, 5), "b1": (4,), "W2": (3, 4), "b2": (3,)}
    p = {name: rng.normal(size=shape).tolist() for name, shape in shapes.items()}
    x, y = rng.normal(size=(*batch, 5)).tolist(), rng.normal(size=(*batch, 3)).tolist()
    source = compile(value_and_grad(cost)).record(p, x, y).source()
    body = re.split(r"= np.array\(.*\)\n", source)[-1]
    return "\n".join(f"   {line.strip()}" for line in body.splitlines() if " = " in line)


def main(arguments: list[str] | None = None) -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--epochs", type=int, default=5, help="of the book's net (5; the book took 30)")
    parser.add_argument("--data", choices=("embedded", "full"), default="embedded", help="10,000 digits or 60,000")
    chosen = parser.parse_args(arguments)
    tell = Teller(chosen.lang)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    net = Net()
    with tell.part("The four equations: left, right, largest difference", "네 개의 식: 왼쪽, 오른쪽, 가장 큰 차이"):
        for name, left, right in net.equations():
            print(f"   {name}: {left.ravel()[0]:.6f}, {right.ravel()[0]:.6f}, {np.abs(left - right).max():.0e}")
        draw(net.C).save(OUTPUT / "four_equations.svg")
        tell.saved(OUTPUT / "four_equations.svg")
        change, promised = net.nudged(1e-4)
        tell(
            f"   one z nudged by 0.0001: C changes by {change:.6e}, δ · 0.0001 = {promised:.6e}",
            f"   z 하나를 0.0001 건드리면 C는 {change:.6e} 변하고, δ · 0.0001 = {promised:.6e}입니다",
        )
    with tell.part("Why backward", "왜 뒤로 갈까"):
        page = BothWays(chosen.lang)
        walks, ahead, _, back = page.graph.counts()
        page.save(OUTPUT / "both_ways.html")
        tell(
            f"   one neuron: forward {walks} walks and {ahead} multiplications, in reverse 1 walk and {back}",
            f"   뉴런 하나: 앞으로는 {walks}번 걷고 {ahead}번 곱하며, 뒤로는 1번 걷고 {back}번 곱합니다",
        )
        tell.saved(OUTPUT / "both_ways.html")
        found = [ways(hidden) for hidden in (4, 16, 64, 256)]
        for n, times in found:
            line = f"{times['reverse']:.1e}, {times['forward']:.1e}, {times['numerical']:.1e}"
            tell(
                f"   {n} weights: reverse, forward, numerical take {line} s; walks: 1, {n}, {n + 1}",
                f"   가중치 {n}개: 뒤로, 앞으로, 차분이 {line}초; 걷는 횟수 1, {n}, {n + 1}",
            )
        tell(
            "   (forward and numerical: a few walks timed, the rest multiplied)",
            "   (앞으로와 차분은 몇 번만 재고 곱했습니다)",
        )
        plot_ways(OUTPUT / "ways.png", found)
        tell.saved(OUTPUT / "ways.png")
    with tell.part("What a sweep costs", "되돌아가는 값"):
        for batch in (1, 10, 100, 1000):
            ratio = cost_of_a_sweep(batch)
            tell(
                f"   batch {batch}: forward + backward = {ratio:.1f} forwards",
                f"   묶음 {batch}: 앞뒤로 = 앞으로의 {ratio:.1f}배",
            )
        tell(
            "   Two products a layer going back, for weights and inputs, but one at the first: no 3, and no 2.",
            "   뒤로 갈 때 층마다 곱이 둘(가중치, 입력), 첫 층만 하나입니다.",
        )
    with tell.part("A convolution, 3 × 3 with 2 × 2", "합성곱, 3 × 3과 2 × 2"):
        off = convolution()
        tell(
            f"   ∂x: g convolved in full with k; ∂k: x correlated with g; from the engine's: {off:.0e}",
            f"   ∂x는 g와 k의 완전 합성곱, ∂k는 x와 g의 상호상관; 엔진과의 차이: {off:.0e}",
        )
        ConvolutionSeen(chosen.lang).save(OUTPUT / "convolution.html")
        tell.saved(OUTPUT / "convolution.html")
    with tell.part("The book's own net", "책의 신경망"):
        tell(
            "   (the book: 784-30-10, 30 epochs of 50,000 digits, 95.42 %; --data full --epochs 30 does as much)",
            "   (책: 784-30-10, 숫자 50,000개로 30에폭, 95.42 %. --data full --epochs 30이 그만큼 합니다)",
        )
        digits = nn.mnist.load_embedded() if chosen.data == "embedded" else nn.mnist.load()
        for hidden, start, name in (
            (30, nn.normal(1.0), "normal"),
            (100, nn.normal(1.0), "normal"),
            (100, nn.lecun_normal, "LeCun"),
        ):
            accuracy, taken, silent = book(digits, chosen.epochs, hidden, start)
            tell(
                f"   784-{hidden}-10, weights {name}: test {accuracy:.1%}, {taken:.1f} s",
                f"   784-{hidden}-10, 가중치 {name}: 시험 {accuracy:.1%}, {taken:.1f}초",
            )
            if silent:
                tell(
                    f"      its outputs for {silent} are saturated at 0 and never fire: δ has a · (1 - a) in it",
                    f"      {silent}의 출력은 0에 포화되어 켜지지 않습니다. 틀렸어도 δ에는 a · (1 - a)가 곱해집니다",
                )
    with tell.part("The crown: the same, neuron by neuron, compiled", "왕관: 뉴런 하나씩 쓴 것을 컴파일하면"):
        tell("   for one example:", "   예제 하나:")
        print(crown(cost))
        tell("   for a batch:", "   묶음:")
        print(crown(cost_of_batch, 6))


if __name__ == "__main__":
    main()
