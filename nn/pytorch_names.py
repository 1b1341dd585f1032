"""PyTorch's names that `nn`, its modules and their arguments do not have, and what to write instead."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import NoReturn, ParamSpec, TypeVar, no_type_check

from autograd_mini import KindError

P = ParamSpec("P")
R = TypeVar("R")

_OF_NN = {
    "CrossEntropyLoss": "losses are functions: nn.cross_entropy(logits, labels)",
    "NLLLoss": "losses are functions: nn.nll(log_probabilities, labels)",
    "BCELoss": "losses are functions: nn.bce(probabilities, targets)",
    "BCEWithLogitsLoss": "losses are functions: nn.bce_with_logits(logits, targets)",
    "MSELoss": "losses are functions: nn.mse(outputs, targets)",
    "L1Loss": "losses are functions: nn.mae(outputs, targets)",
    "HuberLoss": "losses are functions: nn.huber(outputs, targets)",
    "SmoothL1Loss": "losses are functions: nn.huber(outputs, targets, delta=beta) / beta",
    "KLDivLoss": "losses are functions: nn.kl_div(log_probabilities, targets)",
    "MultiMarginLoss": "losses are functions: nn.multi_margin(scores, labels)",
    "CosineEmbeddingLoss": "losses are functions: nn.cosine_embedding(x, y, labels)",
    "CosineSimilarity": "it is a function: nn.cosine_similarity(x, y)",
    "functional": "activations are functions of autograd_mini, as relu, and losses of nn, as nn.cross_entropy",
    "init": "a layer is given its initializer: nn.Linear(3, 2, initializer=nn.he_normal) is kaiming_normal_",
    "optim": "optimizers and schedules are names of nn itself: nn.Adam(model.parameters()), nn.cosine(1000)",
    "utils": "DataLoader, split, clip_grad_norm_ and clip_grad_value_ are names of nn itself",
    "Parameter": "a Tensor is one as soon as a module has it as an attribute: self.weight = Tensor(array)",
    "ParameterList": "Tensors in a list are found: self.weights = [Tensor(array)]",
    "ParameterDict": "Tensors in a dict are found: self.weights = {'a': Tensor(array)}",
    "TensorDataset": "it is nn.ArrayDataset(x, y), or at once nn.DataLoader(x, y)",
    "random_split": "it is nn.split(dataset, [0.8, 0.2], rng=0)",
    "DataParallel": "the same model in several processes: nn.parallel.average(model)",
    "TransformerEncoderLayer": "it is some lines of MultiheadAttention, LayerNorm and Linear: docs/sequences.md",
}
_IN_MEMORY = "arrays live in memory: leave it out"
_OF_ONE_DTYPE = "its dtype is chosen where it is made: nn.Linear(3, 2, dtype=np.float64)"
_OF_MODULES = {
    "to": f"{_IN_MEMORY}; {_OF_ONE_DTYPE}",
    "cuda": _IN_MEMORY,
    "cpu": _IN_MEMORY,
    "float": _OF_ONE_DTYPE,
    "double": _OF_ONE_DTYPE,
    "children": "modules() and named_modules() give all within, at any depth",
    "named_children": "named_modules() gives all within, at any depth",
    "buffers": "named_buffers() gives them with their paths",
    "get_submodule": "dict(model.named_modules())[path] has it",
    "get_parameter": "dict(model.named_parameters())[path] has it",
    "requires_grad_": "what shall not be trained is not given to the optimizer: nn.Adam(model.head.parameters())",
    "apply": "go through it: for module in model.modules(): ...",
    "add_module": "assign it to an attribute, or keep modules in a list, nn.ModuleList",
    "register_module": "assign it to an attribute, or keep modules in a list, nn.ModuleList",
    "register_parameter": "assign a Tensor to an attribute: it is a parameter",
    "compile": "nn.compile_step(model, loss, optimizer) makes a program of a step",
}


@no_type_check  # to a type checker a name that is missing is an error already
def __getattr__(name: str) -> NoReturn:
    raise AttributeError(f"nn has no {name}{_explained(_OF_NN, name)}", name=name)


def refuse_attribute(module: object, name: str) -> NoReturn:
    """Raise the AttributeError of a module that has no attribute of that name."""
    kind = type(module).__name__
    raise AttributeError(f"a {kind} has no {name}{_explained(_OF_MODULES, name)}", name=name, obj=module)


def without(**ways_out: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator: without these arguments, which PyTorch's of that name has; who gives one is told the way out.

    So is who gives more by their places than there are: by PyTorch's order it would be one of these.

    >>> class Layer:
    ...     @without(inplace="leave it out")
    ...     def __init__(self):
    ...         pass
    >>> Layer(inplace=True)
    Traceback (most recent call last):
    autograd_mini.errors.KindError: Layer takes no inplace=: leave it out
    """

    def explained(function: Callable[P, R]) -> Callable[P, R]:
        is_method = "." in function.__qualname__
        by_place = [p.name for p in signature(function).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]

        @wraps(function)
        def called(*args: P.args, **named: P.kwargs) -> R:
            if len(args) <= len(by_place) and ways_out.keys().isdisjoint(named):
                return function(*args, **named)
            kind = type(args[0]).__name__ if is_method else function.__name__
            for name in named:
                if name in ways_out:
                    raise KindError(f"{kind} takes no {name}=: {ways_out[name]}")
            own = by_place[is_method:]
            raise KindError(
                f"{kind} takes {', '.join(own) or 'nothing'} by place, all else by name; got {len(args) - is_method} "
                "by place. Of what PyTorch has, these are left out: "
                + "; ".join(f"{name}= ({way_out})" for name, way_out in ways_out.items())
            )

        return called

    return explained


without_inplace = without(inplace="no layer changes what it is given: leave it out")
without_dim = without(dim="it is called axis=, as in NumPy")


def _explained(table: dict[str, str], name: str) -> str:
    return f": {table[name]}" if name in table else ""
