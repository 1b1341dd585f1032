"""What a wrong rule is: a text in a file of the engine, and another that takes its place."""

from pathlib import Path
from typing import NamedTuple


class Wrong(NamedTuple):
    """One wrong rule: in this file the first text stands once, and the second takes its place."""

    kind: str
    operation: str
    file: str
    right: str
    wrong: str

    def path(self, root: Path) -> Path:
        """The file in a copy of the project."""
        return root / "autograd_mini" / self.file

    def planted(self, text: str) -> str:
        """The file's text with the wrong rule in place of the right one."""
        if (count := text.count(self.right)) != 1:
            raise ValueError(f"{self.operation}, {self.kind}: the right rule stands {count} times in {self.file}")
        return text.replace(self.right, self.wrong)


ELEMENTWISE = "calculus/elementwise.py"
TRIGONOMETRIC = "calculus/trigonometric.py"
ACTIVATIONS = "calculus/activations.py"
PIECEWISE = "calculus/piecewise.py"
CHOOSING = "calculus/choosing.py"
LINEAR = "calculus/linear.py"
MOVING = "calculus/moving.py"
BILINEAR = "calculus/bilinear.py"
REDUCTIONS = "calculus/reductions.py"
PRODUCTS = "calculus/products.py"
RUNNING = "calculus/running.py"
SAMPLES = "calculus/samples.py"
CONVOLUTION = "calculus/convolution.py"
LINALG = "calculus/linalg.py"
DECOMPOSITIONS = "calculus/decompositions.py"
GAMMAS = "scipy/special/gammas.py"
NORMAL = "scipy/special/normal.py"
OF_SCIPY = "scipy/linalg.py"
QUANTILES = "calculus/quantiles.py"
STATISTICS = "composed/statistics.py"
WITHOUT_NANS = "composed/without_nans.py"
PRIMITIVE = "primitive.py"
REVERSE = "reverse.py"
