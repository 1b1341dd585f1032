"""Builds two pages to step through: why gradients add up at forks, and why the order of the sweep matters."""

from argparse import ArgumentParser
from collections import deque
from pathlib import Path

from autograd_mini import Page, Value, language, step_through
from autograd_mini.languages import LANGUAGES, spoken
from autograd_mini.node import Node
from autograd_mini.stepping.trace import trace

FORKS = {
    "en": """A number that is used twice moves the end along two ways. Here x goes into u and into v, and both into
loss.

Nudge x by a little h. Then u grows by 2h and v by h; loss feels both nudges at once, so their effects add. That is
all that the plus sign in the chain rule says: the gradient of x is the sum over the arrows that leave it. A program
that overwrites the gradient where it should add keeps only the last arrow's part, and learns the wrong thing.""",
    "ko": """두 번 쓰인 수는 두 길로 끝을 움직입니다. 여기서 x는 u에도 v에도 들어가고, 둘 다 loss에 들어갑니다.

x를 조금, h만큼 키워 보세요. 그러면 u는 2h, v는 h만큼 커지고, loss는 두 변화를 한꺼번에 받으니 효과가 더해집니다.
연쇄 법칙의 더하기는 이것이 전부입니다. x의 기울기는 x를 떠나는 화살표들에 대한 합입니다. 더해야 할 곳에서 덮어쓰는
프로그램에는 마지막 화살표의 몫만 남고, 엉뚱한 것을 배웁니다.""",
}

ORDER = {
    "en": """Two sweeps through one graph, with the same rules and the same numbers; only their order differs. One
goes back level by level from the end, as a queue would take the nodes; the other latest born first, as the engine
does.

Level by level, u hands on before all that belongs to it has come: the part that comes by the longer way is too late,
and x never hears of it. A node may hand its gradient on only when every arrow that leaves it has delivered. It is
always older than what is computed from it: so the order of birth, backwards, is such an order.""",
    "ko": """한 그래프를 두 번 되돌아갑니다. 규칙도 수도 같고 순서만 다릅니다. 하나는 큐가 노드를 꺼내듯 끝에서부터
층층이 가고, 다른 하나는 엔진처럼 늦게 태어난 것부터 갑니다.

층층이 가면 u는 자기 것이 다 오기 전에 넘깁니다. 더 긴 길로 온 몫은 너무 늦고, x에는 끝내 닿지 않습니다. 노드는
자기를 떠나는 화살표가 모두 건넨 다음에만 기울기를 넘길 수 있습니다. 노드는 자기로부터 계산된 것보다 늘 먼저
태어납니다. 그래서 태어난 순서를 거꾸로 하면 그런 순서가 됩니다.""",
}

TITLES = {
    "en": ("Why gradients add up at forks", "Why the order of the sweep matters"),
    "ko": ("갈림길에서 기울기를 더하는 까닭", "되돌아가는 순서가 중요한 까닭"),
}
SWEEPS = {
    "en": ("Level by level: goes wrong", "Latest born first: right"),
    "ko": ("층층이: 틀립니다", "늦게 태어난 것부터: 맞습니다"),
}


def forks() -> Page:
    x = Value(2.0, label="x")
    u = 2.0 * x
    v = x + 3.0
    loss = u * v
    u.label, v.label, loss.label = "u", "v", "loss"
    return step_through(loss, title=TITLES[spoken()][0], about=FORKS[spoken()])


def order() -> Page:
    x = Value(3.0, label="x")
    u = x * 2.0
    v = u + 1.0
    loss = u * v  # u is used at once, and once more through v
    u.label, v.label, loss.label = "u", "v", "loss"
    wrong, right = SWEEPS[spoken()]
    runs = {wrong: trace(loss, order=level_by_level(loss)), right: trace(loss)}
    return Page(TITLES[spoken()][1], ORDER[spoken()], runs)


def level_by_level(root: Node) -> list[Node]:
    """The nodes as a queue meets them: what a first attempt at a backward pass often does."""
    met, waiting = {root: None}, deque([root])  # a dictionary, which keeps its order: == of nodes compares numbers
    while waiting:
        for x in waiting.popleft().inputs:
            if isinstance(x, Node) and x not in met:
                met[x] = None
                waiting.append(x)
    return list(met)


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="the language they speak (en)")
    folder = Path(__file__).parent.parent / "output" / "lessons"
    folder.mkdir(parents=True, exist_ok=True)
    with language(parser.parse_args().lang):
        for page, name in [(forks(), "forks"), (order(), "order")]:
            page.save(folder / f"{name}.html")
            print(f"wrote {folder / name}.html")
