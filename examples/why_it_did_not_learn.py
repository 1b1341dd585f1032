"""A published network that stays at 10.8 % for 10,000 steps: its faults, what finds each, and what each of them costs.

Then the three drawings of its lesson (add, multiply, a square), with letters and numbers, for an upstream of 1.3.
"""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from telling import OUTPUT, Teller, options

import nn
from autograd_mini import AutogradError, GradientError, Tensor, Value, check_gradients, draw, sigmoid

REBINDING = "the update puts new arrays into the dictionary; the layers keep the old ones"
BIAS = "the gradient of a bias is the sum of the bias"
SHAPE = "the second bias has the length of the hidden layer"
NOTHING = "the sigmoid's backward returns nothing"
SMALL = "weights begin at a standard deviation of 0.01, and the rate is 0.01"
STILL = "the outputs are what they were"
KOREAN = {
    STILL: "출력이 그대로입니다",
    REBINDING: "갱신은 사전에 새 배열을 넣고, 층은 옛 배열을 들고 있습니다",
    BIAS: "편향의 기울기가 편향의 합입니다",
    SHAPE: "둘째 편향의 길이가 은닉층의 길이입니다",
    NOTHING: "시그모이드의 backward가 아무것도 돌려주지 않습니다",
    SMALL: "가중치의 표준편차가 0.01이고 학습률이 0.01입니다",
}
FAULTS = (NOTHING, SHAPE, REBINDING, BIAS, SMALL)


class Affine:
    def __init__(self, w: Any, b: Any, faults: frozenset[str]) -> None:
        self.w, self.b, self.faults = w, b, faults

    def forward(self, x: Any) -> Any:
        self.x = x
        return x @ self.w + self.b

    def backward(self, g: Any) -> Any:
        self.by_w = self.x.T @ g
        self.by_b = np.full(self.b.shape, self.b.sum()) if BIAS in self.faults else g.sum(axis=0)
        return g @ self.w.T


class Sigmoid:
    def __init__(self, faults: frozenset[str]) -> None:
        self.faults = faults

    def forward(self, x: Any) -> Any:
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, g: Any) -> Any:
        return None if NOTHING in self.faults else g * self.y * (1 - self.y)


class Net:
    """Two layers in a dictionary of parameters, the layers made of its entries."""

    def __init__(self, faults: frozenset[str], sizes: tuple[int, int, int] = (784, 100, 10)) -> None:
        rng = np.random.default_rng(0)
        n, hidden, classes = sizes
        spread = (0.01, 0.01) if SMALL in faults else (np.sqrt(1 / n), np.sqrt(1 / hidden))
        self.faults, self.rate = faults, 0.01 if SMALL in faults else 0.5
        self.params = {
            "W1": spread[0] * rng.normal(size=(n, hidden)),
            "b1": np.zeros(hidden),
            "W2": spread[1] * rng.normal(size=(hidden, classes)),
            "b2": np.zeros(hidden if SHAPE in faults else classes),
        }
        p = self.params
        self.affine = Affine(p["W1"], p["b1"], faults), Affine(p["W2"], p["b2"], faults)
        self.layers: tuple[Any, ...] = self.affine[0], Sigmoid(faults), self.affine[1]

    def scores(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def gradients(self, x: Any, labels: Any) -> dict[str, Any]:
        z = self.scores(x)
        e = np.exp(z - z.max(axis=1, keepdims=True))
        g = (e / e.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[labels]) / len(labels)
        for layer in reversed(self.layers):
            g = layer.backward(g)
        first, second = self.affine
        return {"W1": first.by_w, "b1": first.by_b, "W2": second.by_w, "b2": second.by_b}

    def step(self, x: Any, labels: Any) -> None:
        for name, gradient in self.gradients(x, labels).items():
            if REBINDING in self.faults:
                self.params[name] = self.params[name] - self.rate * gradient
            else:
                self.params[name] -= self.rate * gradient

    def accuracy(self, x: Any, labels: Any) -> float:
        return float((self.scores(x).argmax(axis=1) == labels).mean())


class Digits(NamedTuple):
    """Training and test set."""

    x: Any
    labels: Any
    test_x: Any
    test_labels: Any


def train(net: Net, digits: Digits, steps: int, every: int = 0) -> tuple[float, float]:
    """Batches of 100, drawn as the lesson draws them; prints in its own format every so many steps."""
    rng = np.random.default_rng(1)
    for step in range(steps):
        if every and step % every == 0:
            print(f"   train acc, test acc | {net.accuracy(*digits[:2])}, {net.accuracy(*digits[2:])}")
        chosen = rng.choice(len(digits.x), 100)
        net.step(digits.x[chosen], digits.labels[chosen])
    return net.accuracy(*digits[:2]), net.accuracy(*digits[2:])


def raises(faults: frozenset[str]) -> str:
    """The error of a first step, in a line; nothing where it goes well."""
    net, rng = Net(faults, (5, 4, 3)), np.random.default_rng(0)
    try:
        net.step(rng.normal(size=(6, 5)), np.array([0, 1, 2, 0, 1, 2]))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def moves(faults: frozenset[str]) -> bool:
    """Whether a step changes what the network says: the bluntest of tests, and the first to make."""
    net, rng = Net(faults, (5, 4, 3)), np.random.default_rng(0)
    x = rng.normal(size=(6, 5))
    before = net.scores(x)
    net.step(x, np.array([0, 1, 2, 0, 1, 2]))
    return not np.array_equal(before, net.scores(x))


def checked(faults: frozenset[str]) -> str:
    """What the check says of the affine layer, in a line."""
    rng = np.random.default_rng(0)

    def gradient(g: Any, x: Any, w: Any, b: Any) -> Any:
        layer = Affine(w, b, faults)
        layer.forward(x)
        return layer.backward(g), layer.by_w, layer.by_b

    try:
        given = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
        check_gradients(lambda x, w, b: x @ w + b, *given, gradient=gradient)
    except GradientError as error:
        return str(error).splitlines()[1].strip()
    return ""


def first_outputs_spread(faults: frozenset[str]) -> float:
    """How far the scores of different inputs lie apart before the first step: how much signal comes through."""
    return float(Net(faults).scores(np.random.default_rng(0).uniform(size=(100, 784))).std(axis=0).mean())


def missing_in_the_picture(faults: frozenset[str]) -> str:
    """Which of the updated weights the picture of the next loss has not, where layers hold Tensors."""
    params = {"W1": Tensor(np.ones((3, 2)), label="W1"), "W2": Tensor(np.ones((2, 1)), label="W2")}
    layers = [*params.values()]
    loss = (sigmoid(np.ones((4, 3)) @ layers[0]) @ layers[1]).sum()
    loss.backward()
    for name, w in params.items():
        if REBINDING in faults:
            params[name] = Tensor(w.data - 0.1 * w.grad, label=name)
        else:
            w.data -= 0.1 * w.grad
    graph = draw((sigmoid(np.ones((4, 3)) @ layers[0]) @ layers[1]).sum()).graph
    assert graph is not None
    return ", ".join(name for name, w in params.items() if graph.copy_of(w) is None)


def inspected(faults: frozenset[str]) -> str:
    """What `nn.inspect` finds in a network whose optimizer was handed other weights than its layers hold."""
    model = nn.MLP(5, [4], 3, initializer=nn.normal(0.01) if SMALL in faults else nn.he_normal, rng=0)
    optimizer = nn.SGD(model.parameters(), 0.1)
    if REBINDING in faults:
        model[0].weight = Tensor(model[0].weight.data)
    x = np.random.default_rng(0).normal(size=(6, 5)).astype(np.float32)
    return "; ".join(nn.inspect(model, nn.cross_entropy(model(x), np.array([0, 1, 2, 0, 1, 2])), optimizer).findings)


def stands_still(faults: frozenset[str]) -> str:
    """Whether a step can be made and changes nothing."""
    return "" if raises(faults) or moves(faults) else STILL


def faint(faults: frozenset[str]) -> str:
    """How far apart the scores of different pictures are, where that is less than a tenth of the usual."""
    if raises(faults):
        return ""
    small, usual = first_outputs_spread(faults), first_outputs_spread(frozenset())
    return f"σ = {small:.4f} ≪ {usual:.2f}" if small < 0.1 * usual else ""


def checked_sigmoid(faults: frozenset[str]) -> str:
    """What the check says of the sigmoid, in a line."""

    def gradient(g: Any, x: Any) -> Any:
        layer = Sigmoid(faults)
        layer.forward(x)
        return layer.backward(g)

    try:
        check_gradients(lambda x: Sigmoid(faults).forward(x), np.array([1.0, -2.0]), gradient=gradient)
    except AutogradError as error:
        return str(error).splitlines()[0].strip()
    return ""


TOOLS = {
    "an error, shapes in it": ("오류와 그 안의 모양", raises),
    "outputs before and after a step": ("한 걸음 앞뒤의 출력", stands_still),
    "check_gradients": ("check_gradients", lambda faults: checked_sigmoid(faults) or checked(faults)),
    "nn.inspect": ("nn.inspect", inspected),
    "the picture of the next loss": ("다음 손실의 그림", missing_in_the_picture),
    "the spread of the scores": ("점수가 퍼진 정도", faint),
}


def table(tell: Teller) -> Iterator[str]:
    """A row for each fault, a column for each tool: which of them finds it; below it what the first of them says."""
    for k, (tool, (korean, _)) in enumerate(TOOLS.items(), start=1):
        yield f"   {k}  {tell.word(tool, korean)}"
    yield "\n   " + "  ".join(str(k) for k in range(1, len(TOOLS) + 1))
    for fault in FAULTS:
        found = [find(frozenset({fault})) for _, find in TOOLS.values()]
        yield "   " + "  ".join("✓" if said else "·" for said in found) + f"   {tell.word(fault, KOREAN[fault])}"
        said = next(filter(None, found), "")
        yield f"      → {tell.word(said, KOREAN.get(said, said))}"


def drawings(tell: Teller) -> None:
    """An add node passes the gradient on, a multiply node swaps its inputs, a square doubles."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    x, y, t = Value(2.0, label="x"), Value(-3.0, label="y"), Value(5.0, label="t")
    for root, name in ((x + y, "add"), (x * y, "multiply"), (t**2, "square")):
        root.label = "z"
        for leaf in (x, y, t):
            leaf.grad = None
        root.backward(1.3)
        path = OUTPUT / f"{name}.svg"
        draw(root).save(path)
        tell.saved(path)


def main(arguments: list[str] | None = None) -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--steps", type=int, default=2000, help="of each training (2000; the lesson took 10,000)")
    parser.add_argument("--data", choices=("embedded", "full"), default="embedded", help="10,000 digits or 60,000")
    chosen = parser.parse_args(arguments)
    tell = Teller(chosen.lang)
    found = nn.mnist.load_embedded() if chosen.data == "embedded" else nn.mnist.load()
    digits = Digits(found.train_images, found.train_labels, found.test_images, found.test_labels)

    with tell.part("As published", "공개된 그대로"):
        print(f"   {raises(frozenset(FAULTS))}")
        frozen = frozenset({REBINDING, BIAS, SMALL})
        tell(
            "   with both errors out of the way it runs, and stays where it is:",
            "   오류 둘을 치우면 돌아가지만 제자리입니다.",
        )
        train(Net(frozen), digits, min(chosen.steps, 500), every=100)
    with tell.part("What finds which fault", "어느 도구가 어느 잘못을 찾을까"):
        print(*table(tell), sep="\n")
    with tell.part("Mended one after another", "하나씩 차례로 고치면"):
        left = set(frozen)
        for fault in (REBINDING, BIAS, SMALL):
            left.remove(fault)
            training, test = train(Net(frozenset(left)), digits, chosen.steps)
            tell(
                f"   now without “{fault}”: {training:.1%}, test {test:.1%}",
                f"   “{KOREAN[fault]}”까지 고치면: {training:.1%}, 시험 {test:.1%}",
            )
    with tell.part("With a better start: He, Adam, nn", "더 나은 시작: He, Adam, nn"):
        begun = time.perf_counter()
        model = nn.MLP(784, [100], 10, rng=0)
        data = nn.DataLoader(digits.x, digits.labels, batch_size=100, rng=0)
        held_out = nn.DataLoader(digits.test_x, digits.test_labels, batch_size=1000)
        optimizer = nn.Adam(model.parameters(), lr=0.003)
        history = nn.fit(model, data, optimizer, steps=chosen.steps, validation=held_out, progress=False)
        seconds, accuracy = time.perf_counter() - begun, history["validation_accuracy"][-1]
        tell(
            f"   test {accuracy:.1%} after {chosen.steps} steps in {seconds:.1f} s; the lesson's 10,000 took 61 s",
            f"   {chosen.steps}걸음에 시험 {accuracy:.1%}, {seconds:.1f}초. 강좌의 10,000걸음은 61초였습니다",
        )
    with tell.part("The drawings, upstream 1.3", "상류 1.3으로 그린 그림"):
        drawings(tell)


if __name__ == "__main__":
    main()
