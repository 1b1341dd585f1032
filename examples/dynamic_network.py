"""A network whose depth is chosen at run time: what depth, activation and initializer do, seen and in a table.

Then a published network of this kind, whose gradients are wrong and which learns nevertheless; what the check says of
each fault; and what it learns when they are mended, one after another.
"""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from telling import OUTPUT, Teller, options

import nn
from autograd_mini import GradientError, Tensor, check_gradients, draw, relu, sigmoid, tanh, write_whole
from autograd_mini.drawing.themes import LIGHT

SVG = "{http://www.w3.org/2000/svg}"

ACTIVATIONS = {"relu": relu, "tanh": tanh, "sigmoid": sigmoid}
STARTS = {"he": nn.he_normal, "xavier": nn.xavier_normal, "0.01": nn.normal(0.01)}
MASK, CACHE = "the mask of ReLU is turned round", "middle weights take the input of the wrong layer"
OVERFLOW = "softmax does not subtract the maximum"
KOREAN = {
    MASK: "ReLU의 마스크가 뒤집혔습니다",
    CACHE: "가운데 층의 가중치가 다른 층의 입력을 씁니다",
    OVERFLOW: "소프트맥스가 최댓값을 빼지 않습니다",
}


class Run:
    """A network trained on all of the digits given, at every step; losses, gradient norms, spreads per layer."""

    def __init__(self, widths: list[int], activation: str, start: str, steps: int, digits: tuple[Any, Any]) -> None:
        x, labels = digits
        self.model = nn.MLP(784, widths, 10, activation=ACTIVATIONS[activation], initializer=STARTS[start], rng=0)
        self.spreads = self._spreads(x)
        self.norms = nn.GradientNorms(self.model)
        self.losses: list[float] = []
        optimizer = nn.SGD(self.model.parameters(), 0.1, momentum=0.9)
        for _ in range(steps):
            loss = nn.cross_entropy(self.model(x), labels)
            optimizer.zero_grad()
            loss.backward()
            self.norms()
            optimizer.step()
            self.losses.append(loss.item())
        self.accuracy = nn.accuracy(self.model(x), labels)

    def _spreads(self, x: Any) -> list[float]:
        """Of the numbers that each activation gives, before training."""
        found = []
        for layer in self.model:
            x = layer(x)
            if not isinstance(layer, nn.Linear):
                found.append(float(x.data.std()))
        return found


def plot(path: Any, runs: dict[str, Run]) -> None:
    """Loss curves, gradient norms of the first layer, and the spread of the activations layer by layer."""
    figure = Figure(figsize=(13, 4), layout="constrained")
    losses, norms, spreads = figure.subplots(1, 3)
    for name, run in runs.items():
        losses.plot(run.losses, label=name)
        norms.semilogy(np.maximum(run.norms.norms["0.weight"], 1e-12), label=name)
        spreads.semilogy(range(1, len(run.spreads) + 1), np.maximum(run.spreads, 1e-12), marker="o", label=name)
    losses.set(title="loss", xlabel="step")
    norms.set(title="norm of the first layer's gradient", xlabel="step")
    spreads.set(title="spread of the activations before training", xlabel="layer")
    losses.legend(fontsize="small")
    figure.savefig(path)


def plot_published(path: Any, losses: dict[str, list[float]]) -> None:
    """The loss curves of a published network, as it is and mended step by step."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name, curve in losses.items():
        axes.plot(curve, label=name)
    axes.set(title="a falling loss proves no gradient", xlabel="step", ylabel="loss")
    axes.legend(fontsize="small")
    figure.savefig(path)


def three_layers() -> Tensor:
    """The cost of a net of three sigmoid layers, with the letters of the books."""
    rng = np.random.default_rng(0)
    a: Any = rng.normal(size=(2, 3))
    for k, (n, m) in enumerate(((3, 4), (4, 3), (3, 2)), start=1):
        z = a @ Tensor(rng.normal(size=(n, m)), label=f"W{k}")
        z.label = f"z{k}"
        a = sigmoid(z)
        a.label = f"a{k}"
    cost: Tensor = 0.5 * ((a - np.eye(2)) ** 2).sum()
    cost.label = "C"
    return cost


def marked(cost: Tensor, tell: Teller) -> str:
    """The picture of a cost, on whose arrows into products and activations stands which kind of product goes back."""
    matrix, entries = tell.word("matrix product", "행렬 곱"), tell.word("Hadamard", "아다마르 곱")
    words = {"matmul": matrix, "sigmoid": entries, "power": entries}
    picture = draw(cost)
    assert picture.graph is not None
    kinds = {f"e{k}_": words[node.name] for k, node in enumerate(picture.graph.nodes) if node.name in words}
    svg = ElementTree.fromstring(picture.svg)
    for wire in svg.iter(f"{SVG}g"):
        wire_or_reference = (wire.get("id") or "").removeprefix("r")
        kind = kinds.get(wire_or_reference.rstrip("0123456789"))
        formula = next((text for text in wire.iter(f"{SVG}text") if text.get("fill") == LIGHT.gradient), None)
        if kind is not None and formula is not None:
            mark = ElementTree.SubElement(formula, f"{SVG}tspan", {"dx": "10", "font-weight": "bold"})
            mark.text = kind
    ElementTree.register_namespace("", SVG[1:-1])
    return ElementTree.tostring(svg, encoding="unicode")


class Published:
    """784-h-h-10 by hand, as its lesson has it: what is in `faults` is wrong with it."""

    def __init__(self, faults: set[str], hidden: int = 64) -> None:
        rng = np.random.default_rng(0)
        sizes = [784, hidden, hidden, 10]
        self.faults = faults
        self.weights = [np.sqrt(2 / n) * rng.normal(size=(n, m)) for n, m in pairwise(sizes)]
        self.velocity = [np.zeros_like(w) for w in self.weights]

    def loss_and_gradients(self, x: Any, labels: Any, weights: list[Any]) -> tuple[float, list[Any]]:
        inputs, zs = [x], []
        for w in weights[:-1]:
            zs.append(inputs[-1] @ w)
            inputs.append(np.maximum(zs[-1], 0.0))
        z = inputs[-1] @ weights[-1]
        with np.errstate(all="ignore"):
            e = np.exp(z if OVERFLOW in self.faults else z - z.max(axis=1, keepdims=True))
            y = e / e.sum(axis=1, keepdims=True)
            loss = -np.log(y[np.arange(len(labels)), labels]).mean()
        g = (y - np.eye(10)[labels]) / len(labels)
        found = [inputs[-1].T @ g]
        for k in reversed(range(len(zs))):
            on = zs[k] < 0 if MASK in self.faults else zs[k] > 0
            g = (g @ weights[k + 1].T) * on
            below = inputs[k + 1] if CACHE in self.faults and k > 0 else inputs[k]
            found.insert(0, below.T @ g)
        return float(loss), found

    def train(self, x: Any, labels: Any, steps: int) -> list[float]:
        losses = []
        for _ in range(steps):
            loss, gradients = self.loss_and_gradients(x, labels, self.weights)
            losses.append(loss)
            for w, v, g in zip(self.weights, self.velocity, gradients, strict=True):
                v *= 0.9
                v -= 0.01 * g
                w += v
        return losses


def verdict(faults: set[str], scale: float = 1.0) -> str:
    """What the check says of a small one, in a line; scale: of its inputs."""
    net, rng = Published(faults), np.random.default_rng(0)
    x, labels = scale * rng.normal(size=(2, 3)), np.array([0, 9])
    weights = [rng.normal(size=shape) for shape in ((3, 3), (3, 3), (3, 10))]

    def call(which: int) -> Callable[..., Any]:
        return lambda *ws: net.loss_and_gradients(x, labels, list(ws))[which]

    try:
        check_gradients(call(0), *weights, gradient=lambda g, *ws: tuple(g * each for each in call(1)(*ws)), quick=True)
    except GradientError as error:
        return str(error).splitlines()[1].strip()
    loss = net.loss_and_gradients(x, labels, weights)[0]
    return "" if np.isfinite(loss) else f"the loss is {loss}"


def main(arguments: list[str] | None = None) -> None:
    parser = options(__doc__ or "")
    parser.add_argument(
        "--widths", type=int, nargs="*", help="of the hidden layers of one network; without it the table"
    )
    parser.add_argument("--activation", choices=ACTIVATIONS, default="relu")
    parser.add_argument("--initializer", choices=STARTS, default="he")
    parser.add_argument("--steps", type=int, default=60)
    chosen = parser.parse_args(arguments)
    tell = Teller(chosen.lang)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    found = nn.mnist.load_embedded()
    digits = found.train_images[:2000], found.train_labels[:2000]

    if chosen.widths is not None:
        with tell.part(f"784-{chosen.widths}-10, {chosen.activation}", f"784-{chosen.widths}-10, {chosen.activation}"):
            run = Run(chosen.widths, chosen.activation, chosen.initializer, chosen.steps, digits)
            tell(
                f"   loss {run.losses[-1]:.4f}, accuracy {run.accuracy:.1%}",
                f"   손실 {run.losses[-1]:.4f}, 정확도 {run.accuracy:.1%}",
            )
        return
    with tell.part("Depth × activation × initializer", "깊이 × 활성화 × 초기화"):
        runs = {}
        for depth, activation, start in product((1, 3, 6), ("relu", "tanh"), STARTS):
            name = f"{depth} × {activation}, {start}"
            runs[name] = Run([64] * depth, activation, start, chosen.steps, digits)
            tell(
                f"   {name}: loss {runs[name].losses[-1]:.4f}, accuracy {runs[name].accuracy:.1%}",
                f"   {name}: 손실 {runs[name].losses[-1]:.4f}, 정확도 {runs[name].accuracy:.1%}",
            )
        plot(OUTPUT / "depth.png", {name: run for name, run in runs.items() if name.startswith("6")})
        tell.saved(OUTPUT / "depth.png")
    with tell.part("Three layers, drawn", "세 층을 그리면"):
        cost = three_layers()
        cost.backward()
        write_whole(OUTPUT / "three_layers.svg", marked(cost, tell).encode())
        tell(
            "   weights meet a matrix product (@), activations an elementwise (Hadamard) one: two kinds of arrow",
            "   가중치는 행렬 곱(@)을, 활성화는 원소별(아다마르) 곱을 만납니다. 화살표는 두 가지입니다",
        )
        tell.saved(OUTPUT / "three_layers.svg")
    with tell.part(
        "A published one learns, and its gradients are wrong", "공개된 신경망은 배우지만 기울기가 틀렸습니다"
    ):
        faults, curves = {MASK, CACHE, OVERFLOW}, {}
        for fault in (None, MASK, CACHE, OVERFLOW):
            faults.discard(fault or "")
            losses = Published(set(faults)).train(*digits, 3 * chosen.steps)
            curves[f"and without “{fault}”" if fault else "as published"] = losses
            names = (f"without “{fault}”", f"“{KOREAN[fault]}” 없이") if fault else ("as published", "공개된 그대로")
            tell(
                f"   {names[0]}: loss {losses[0]:.2f} → {losses[-1]:.2f}",
                f"   {names[1]}: 손실 {losses[0]:.2f} → {losses[-1]:.2f}",
            )
        plot_published(OUTPUT / "published.png", curves)
        tell.saved(OUTPUT / "published.png")
        for fault in (MASK, CACHE, OVERFLOW):
            said = verdict({fault}, 1e5 if fault == OVERFLOW else 1.0)
            tell(f"   {fault}:\n      {said}", f"   {KOREAN[fault]}:\n      {said}")
        tell("   A falling loss proves no gradient.", "   손실이 줄어든다고 기울기가 증명되지는 않습니다.")


if __name__ == "__main__":
    main()
