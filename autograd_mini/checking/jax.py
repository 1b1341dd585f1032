"""JAX's functions for a check: any function of its arrays, a `custom_vjp`, a `custom_jvp`, a compiled one."""

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .subjects.filling import Filling
from .subjects.foreign import Foreign, comes_from, is_differentiated
from .subjects.subject import Arguments
from .subjects.trials import telling_the_call


class JaxFunction(Foreign):
    """A function of JAX's arrays, differentiated by `jax.vjp` and `jax.jvp`."""

    def value(self, args: Arguments) -> Any:
        """f's value."""
        with _in_doubles():
            return as_array(self.f(*map(as_tensor, args)))

    def pull_back(self, args: Arguments, upstreams: Iterable[Any]) -> list[tuple[Any, ...]]:
        """One call of `jax.vjp`, one of what it gives for each upstream."""
        import jax

        with _in_doubles():
            pull = jax.vjp(self.f, *map(as_tensor, args))[1]
            found = []
            for upstream in upstreams:
                with telling_the_call("jax.vjp", upstream, args, self.names):
                    found.append(tuple(map(np.array, pull(as_tensor(upstream)))))
            return found

    def pull_back_each(self, args: Arguments, upstream: Any) -> tuple[Any, ...]:
        """A call of `jax.vjp` for each argument."""
        import jax

        with _in_doubles():
            point, found = [*map(as_tensor, args)], []
            for i, x in enumerate(point):
                alone = lambda x, i=i: self.f(*point[:i], x, *point[i + 1 :])
                with telling_the_call(f"jax.vjp of {self.names[i]} alone", upstream, args, self.names):
                    found.append(np.array(jax.vjp(alone, x)[1](as_tensor(upstream))[0]))
            return tuple(found)

    def push_forward(self, args: Arguments, directions: Iterable[Arguments]) -> list[Any] | None:
        """One call of `jax.jvp` for each direction; None where f has no forward mode, as a `custom_vjp`."""
        import jax

        with _in_doubles():
            point = [*map(as_tensor, args)]
            try:
                return [np.array(jax.jvp(self.f, point, [*map(as_tensor, d)])[1]) for d in directions]
            except (TypeError, ValueError) as error:
                if self.is_refused(error):
                    return None
                raise

    def gradient(self, *tensors: Any) -> Any:
        """`jax.vjp` of f, for JAX to differentiate."""
        import jax

        *args, upstream = tensors
        return jax.numpy.concatenate([g.ravel() for g in jax.vjp(self.f, *args)[1](upstream)])

    def differentiable(self, gradient: Callable[..., Any]) -> Foreign:
        """The gradient compiled, which takes a tenth of the time, where f's code lets itself be traced.

        f itself is never compiled here: it would be traced once, and not be asked whether it computes the same again.
        """
        import jax

        try:
            return super().differentiable(jax.jit(gradient))
        except jax.errors.JAXTypeError:
            return super().differentiable(gradient)

    def is_refused(self, error: Exception) -> bool:
        """Of forward mode through a `custom_vjp`, and of callbacks."""
        return "forward-mode" in str(error) or "do not support JVP" in str(error)


def is_its_own(x: Any) -> bool:
    """Whether this is an array or a function of JAX's; nothing is, as long as nobody has imported JAX."""
    jax = sys.modules.get("jax")
    if jax is None:
        return False
    kinds = jax.Array | jax.custom_vjp | jax.custom_jvp | jax.numpy.ufunc | type(jax.jit(abs))
    return isinstance(x, kinds) or comes_from("jax", x)


def adopt(f: Callable[..., Any], given: Sequence[Any]) -> tuple[JaxFunction, Filling]:
    """f as a subject, and where what varies stands: numbers and arrays of floats, JAX's and NumPy's."""
    import jax

    take = lambda x: float(x) if isinstance(x, float) else np.array(x)
    filling = Filling(tuple(given), _varies, take, as_tensor)
    call = lambda *values: filling.call("f", f, values)
    subject = JaxFunction(call, filling.names, filling.varying)
    if not jax.config.jax_enable_x64 and any(np.asarray(x).dtype == np.float64 for x in filling.varying):
        subject.left_out = (
            "f of float32, to which JAX cuts float64 while jax_enable_x64 is off, as it is here: "
            "f was checked in double precision",
        )
    return subject, filling


def _varies(x: Any, name: str) -> bool:
    dtype = getattr(x, "dtype", None)
    return isinstance(x, float) if dtype is None else is_differentiated(str(dtype), name)


@contextmanager
def _in_doubles() -> Iterator[None]:
    """JAX as it computes on the CPU, and not cut to float32 as it is by default."""
    import jax

    home = jax if hasattr(jax, "enable_x64") else importlib.import_module("jax.experimental")
    with home.enable_x64(True), jax.default_device(jax.devices("cpu")[0]):
        yield


def as_tensor(x: Any) -> Any:
    """The array as one of JAX's, a copy, of the same dtype."""
    import jax

    with _in_doubles():
        return jax.numpy.array(x)


def as_array(x: Any) -> Any:
    """An array of JAX as one of NumPy, a key of random numbers as its numbers; anything else as it is."""
    import jax

    if not isinstance(x, jax.Array):
        return x
    return np.asarray(jax.random.key_data(x) if jax.dtypes.issubdtype(x.dtype, jax.dtypes.prng_key) else x)
