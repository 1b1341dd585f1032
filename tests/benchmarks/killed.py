"""`python -m tests.benchmarks.killed`: how many of 20 runs, killed by SIGKILL and resumed, end bit-identical."""

import sys
import tempfile
import time
from pathlib import Path

import nn

from ..support import killed

RUNS = 20


def ends_alike(folder: Path, seconds: float, expected: dict) -> bool:
    """Whether a run that is killed that many seconds after its beginning, and started again, ends as expected."""
    was_running = killed.kill(killed.start(folder), seconds)
    epochs = 0
    if (kept := folder / "run" / "last.safetensors").exists():
        epochs = nn.load(kept)["run"]["epochs"]
    killed.finish(killed.start(folder))
    found = nn.load(folder / "end.safetensors")
    is_alike = found.keys() == expected.keys() and all(found[k].tobytes() == expected[k].tobytes() for k in expected)
    print(
        f"{'killed' if was_running else 'over'} after {seconds:.3f} s, {epochs} epochs of {killed.EPOCHS} kept: "
        f"{'bit-identical' if is_alike else 'DIFFERENT'}",
        flush=True,
    )
    return is_alike


def main() -> int:
    (model, data, optimizer), options = killed.parts()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        start = time.perf_counter()
        history = nn.fit(model, data, optimizer, checkpoint=folder / "first", **options)
        moments = killed.moments(RUNS, time.perf_counter() - start, seed=None)
        expected = killed.state_of(model, history)
        alike = sum(ends_alike(folder / str(i), seconds, expected) for i, seconds in enumerate(moments))
    print(f"{alike} of {RUNS} bit-identical")
    return int(alike != RUNS)


if __name__ == "__main__":
    sys.exit(main())
