"""SciPy's functions with derivatives: `special`, `linalg` and `stats`, by SciPy's names and parameters.

>>> from autograd_mini import Tensor
>>> from autograd_mini.scipy import special
>>> x = Tensor([0.5, 1.0])
>>> special.gammaln(x).sum().backward()
>>> x.grad.round(6)
array([-1.96351 , -0.577216])
"""

from . import installed, linalg, special, stats, ufuncs

__all__ = ["installed", "linalg", "special", "stats", "ufuncs"]
