"""Training in several processes over MPI: each has the model and a share of the examples, the gradients are averaged.

What a loop over batches needs beside its own lines, in a script that `mpiexec -n 4 python script.py` runs:

    comm = nn.parallel.world()
    nn.parallel.broadcast(model)
    for images, labels in batches:  # the same batches everywhere, by the same seed
        images, labels = images[comm.rank :: comm.size], labels[comm.rank :: comm.size]
        ...  # loss and backward, as ever
        nn.parallel.average(model, weight=len(labels))
        optimizer.step()

MPI comes with mpi4py, the extra `mpi`, and where none is installed with mpich (`pip install mpich`). Each process
computes with threads of its own: OPENBLAS_NUM_THREADS=1 keeps them from standing in each other's way.
"""

import sys
import time
from functools import partial
from typing import Any

import numpy as np

from autograd_mini import KindError, ShapeError

from .module import Module, Parameter
from .numbers import FROM_ZERO, number

__all__ = ["average", "broadcast", "world"]


def world() -> Any:
    """The communicator of all processes of this run, mpi4py's MPI.COMM_WORLD; its rank and size say who of how many.

    From then on an exception that nobody catches ends all processes (MPI_Abort), after its rank and traceback have
    been printed: the others would wait for this one for ever. (`sys.exit` in one process alone is no such exception;
    `python -m mpi4py script.py` minds it too.) Raises ImportError without the extra `mpi`.
    """
    mpi = _mpi()
    if mpi.COMM_WORLD.size > 1 and getattr(sys.excepthook, "func", None) is not _end_all:
        sys.excepthook = partial(_end_all, sys.excepthook)
    return mpi.COMM_WORLD


def broadcast(model: Module, comm: Any = None) -> None:
    """Give every process the parameters and buffers of rank 0, once the model is made or loaded and before it learns.

    comm: an mpi4py communicator, `world()` unless told. Raises StateError, with all that differs, in the processes
    whose model is another.
    """
    comm = _communicator("broadcast", model, comm)
    model.load_state_dict(comm.bcast(model.state_dict()))


def average(model: Module, comm: Any = None, *, weight: float = 1.0) -> None:
    """Replace every gradient, after backward, by the mean of all processes': sum(weight · gradient) / sum(weight).

    weight: of this process' own gradients, the number of its examples where the loss is their mean: the mean is then
    that over the examples of all, to rounding, however they are shared out; with a weight of 0, for a share without an
    example, its gradients do not matter. A parameter without a gradient here counts as one of 0; where no process has
    one it stays without. Buffers, such as running statistics, stay each process' own. comm: an mpi4py communicator,
    `world()` unless told; all its processes must call this. One exchange for each dtype (Allreduce); Values are
    float64.

    Raises ValueError where a weight is negative or not finite, or all are 0, ShapeError for a gradient set by hand that
    is not of its parameter's shape.
    """
    comm = _communicator("average", model, comm)
    weight = number("average", "weight", weight, FROM_ZERO)
    by_dtype: dict[Any, list[Parameter]] = {}
    for path, parameter in model.named_parameters():
        if parameter.grad is not None and np.shape(parameter.grad) != np.shape(parameter.data):
            shapes = f"{np.shape(parameter.grad)}; the parameter is of shape {np.shape(parameter.data)}"
            raise ShapeError(f"average: the gradient of {path} is of shape {shapes}")
        by_dtype.setdefault(np.asarray(parameter.data).dtype, []).append(parameter)
    for dtype, parameters in by_dtype.items():
        _average(parameters, dtype, comm, weight)


def _average(parameters: list[Parameter], dtype: Any, comm: Any, weight: float) -> None:
    """Average the gradients of parameters of one dtype, and beside them count the weights and who has a gradient."""
    sizes = [np.size(parameter.data) for parameter in parameters]
    sums = np.zeros(sum(sizes) + 1 + len(parameters), dtype)
    *parts, weights, present = np.split(sums, np.cumsum([*sizes, 1]))
    weights[0] = weight
    for i, (parameter, part) in enumerate(zip(parameters, parts, strict=True)):
        if (g := parameter.grad) is not None:
            present[i] = 1.0
            if weight:  # 0 times nan is nan
                part[:] = weight * np.ravel(g.data if isinstance(g, Parameter) else g)
    comm.Allreduce(_mpi().IN_PLACE, sums)
    if weights[0] == 0.0:
        raise ValueError("average: every process gave its gradients the weight 0, so they have no mean")
    for parameter, part, found in zip(parameters, parts, present, strict=True):
        part /= weights[0]
        whole = part.reshape(np.shape(parameter.data))
        parameter.grad = None if not found else whole if isinstance(parameter.data, np.ndarray) else float(whole)


def _communicator(name: str, model: Module, comm: Any) -> Any:
    if not isinstance(model, Module):
        raise KindError(f"{name} takes a model; got {type(model).__name__}")
    if comm is not None and not hasattr(comm, "Allreduce"):
        raise KindError(f"{name} takes an mpi4py communicator, world() unless told; got {comm!r:.80}")
    everyone = world()
    return everyone if comm is None else comm


def _mpi() -> Any:
    try:
        from mpi4py import MPI
    except ImportError as error:
        raise ImportError(
            "several processes speak over mpi4py: pip install 'autograd_mini[mpi]', and mpich where there is no MPI"
        ) from error
    return MPI


def _end_all(show: Any, kind: Any, error: Any, trace: Any) -> None:
    """Show an error that nobody caught, by the hook that was there, and end every process of the run."""
    comm = _mpi().COMM_WORLD
    print(f"rank {comm.rank} of {comm.size} failed, which ends the run:", file=sys.stderr)
    show(kind, error, trace)
    sys.stderr.flush()
    time.sleep(0.5)  # once told, mpiexec passes on no more of what was printed
    comm.Abort(1)
