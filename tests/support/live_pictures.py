"""The pictures of docs/live.md, photographed in Chromium: python -m tests.support.live_pictures."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from autograd_mini import Value, step_through, tanh, train_through

from .browsers import find_chromium

FOLDER = Path(__file__).parents[2] / "docs" / "live"
SIZE = {"width": 1240, "height": 960}


def make_loss() -> Value:
    """The loss of docs/live.md, whose code is on the page."""
    w, x, b = Value(2.0, label="w"), Value(-1.0, label="x"), Value(0.5, label="b")
    prediction = tanh(w * x + b)
    prediction.label = "prediction"
    loss = (prediction - 1.0) ** 2
    loss.label = "loss"
    return loss


def drag(tab: Any) -> None:
    """A leaf is dragged, and the end is nudged by it."""
    tab.get_by_label("x, slider").fill("0.6")
    tab.get_by_label("Raise").select_option("x")


def train(tab: Any) -> None:
    """The middle of a training."""
    tab.get_by_label("Training step", exact=True).fill("8")


def ask(tab: Any) -> None:
    """A wrong answer, and hints."""
    tab.get_by_label("What does the arrow hand to").fill("1/2")
    tab.keyboard.press("Enter")
    for _ in range(2):
        tab.get_by_role("button", name="Hint").click()


def find_lie(tab: Any) -> None:
    """A card that tells the truth is accused."""
    tab.get_by_role("button", name="This one lies").click()


PICTURES: dict[str, tuple[Callable[[], Any], str, Callable[[Any], None]]] = {
    "dragged": (lambda: step_through(make_loss), "#step=9", drag),
    "training": (lambda: train_through(make_loss(), lr=0.2, steps=20), "#step=14", train),
    "asked": (lambda: step_through(make_loss()), "#step=8&ask", ask),
    "lying": (lambda: step_through(make_loss(), wrong=7), "#step=9", find_lie),
}


def photograph() -> None:
    """Write all pictures."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        for name, (make, fragment, act) in PICTURES.items():
            path = Path(folder) / f"{name}.html"
            make().save(path)
            tab = browser.new_page(viewport=SIZE)
            tab.goto(f"{path.as_uri()}{fragment}")
            tab.wait_for_selector(".card:not(.away)")
            act(tab)
            tab.wait_for_timeout(300)
            shot = Image.open(BytesIO(tab.screenshot()))
            shot.convert("RGB").quantize(64).save(FOLDER / f"{name}.png", optimize=True)  # a third of the bytes
        browser.close()


if __name__ == "__main__":
    photograph()
