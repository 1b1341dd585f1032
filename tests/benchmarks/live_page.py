"""A live page of a 300-node network of Values in Chromium: a leaf is dragged, and each frame shows all numbers anew."""

import tempfile
from pathlib import Path

from ..support.browsers import find_chromium
from .harness import Cases, Row, run

ROWS = (
    Row("a leaf dragged: a frame, scopes closed", 16.0, turns=1, needs="playwright"),
    Row("the same, all open and in sight", 16.0, turns=1, needs="playwright"),
    Row("the page", 2.0**20, unit="bytes", turns=1),
)

OPEN = """() => {
  for (const run of runs) run.rearrange(() => run.folding.folds.forEach((frame) => run.folding.toggle(frame, false)));
  refold();
  const [{ scene }] = runs;
  scene.scale = Math.max(FAR, scene.whole()); // the smallest that can be read: the most that is in sight
  scene.look([(scene.left + scene.width) / 2, scene.height / 2]);
}"""

MOVES = 50
DRAG = """async (moves) => {
  const slider = document.querySelector(".leaf input[type=range]");
  for (let i = 0; i < moves; i++) {
    slider.value = Math.sin(i / 5);
    slider.dispatchEvent(new Event("input"));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done))); // until the frame is painted
  }
}"""


def cases(side: str) -> Cases:
    """What the page's thread works for one move: the handler, all numbers, layout and paint, the mean of fifty."""
    import numpy as np

    import nn
    from autograd_mini import step_through

    page = step_through(nn.ScalarMLP(2, [8, 8], 1, rng=np.random.default_rng(0))([0.5, -0.5]))
    return {
        ROWS[0].case: lambda: drag(page.html),
        ROWS[1].case: lambda: drag(page.html, OPEN),
        ROWS[2].case: lambda: float(len(page.html.encode())),
    }


def drag(html: str, before: str = "() => 0") -> float:
    """Seconds of work a frame, of a page that something is done to before; what else the machine does is not in it."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "graph.html"
        path.write_text(html, "utf-8")
        browser = playwright.chromium.launch(executable_path=find_chromium())
        tab = browser.new_page(viewport={"width": 1366, "height": 768})
        tab.goto(f"{path.as_uri()}#step=9999")
        tab.wait_for_selector(".card:not(.away)")
        tab.evaluate(before)
        tab.evaluate(DRAG, MOVES)  # to warm up
        session = tab.context.new_cdp_session(tab)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def worked() -> float:
            metrics = session.send("Performance.getMetrics")["metrics"]
            return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")

        before_it = worked()
        tab.evaluate(DRAG, MOVES)
        took = worked() - before_it
        browser.close()
        return took / MOVES


if __name__ == "__main__":
    run(cases)
