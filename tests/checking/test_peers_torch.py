"""check_gradients of PyTorch's functions: right ones pass, wrong ones are found, and what cannot be checked is said."""

import os
from typing import Any

import numpy as np
import pytest

from autograd_mini import GradientError, KindError, check_gradients
from autograd_mini.checking.__main__ import main
from autograd_mini.checking.report import Report
from autograd_mini.containers import mapped

from ..support.torch_functions import torch_functions

torch = pytest.importorskip("torch", reason="PyTorch is not installed, so nothing of it is checked: make peers")

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
FUNCTIONS = torch_functions()
X = torch.tensor([0.5, 1.0, 2.0], dtype=torch.float64)
RIGHT = lambda g, x: g * x.cos()
SINGLE = torch.nn.Linear(3, 2)
SQUARE = torch.tensor(np.random.default_rng(0).uniform(-1.0, 1.0, (3, 3)))


def function(backward: Any, jvp: Any = RIGHT, forward: Any = torch.sin) -> Any:
    """A torch.autograd.Function; backward(g, x) and jvp(t, x)."""

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            ctx.save_for_forward(x)
            return forward(x)

    Function.backward = staticmethod(lambda ctx, g: backward(g, *ctx.saved_tensors))
    Function.jvp = staticmethod(lambda ctx, t: jvp(t, *ctx.saved_tensors))
    return Function


@pytest.mark.parametrize("seed", range(5) if THOROUGH else range(1))
@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_own_functions_are_not_accused(name: str, seed: int) -> None:
    f, draw = FUNCTIONS[name]
    random = np.random.default_rng(seed)
    args = mapped(torch.tensor, [x(random) for x in draw])
    assert len(FUNCTIONS) >= 100
    assert check_gradients(f, *args, order=2 if THOROUGH else 1, quick=not THOROUGH, seed=seed).entries > 0


def test_both_modes_and_orders_are_compared() -> None:
    assert check_gradients(function(RIGHT), X).entries == 9 + 18
    assert check_gradients(torch.sin, X.float(), order=3, elsewhere=False).entries > 27


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (function(lambda g, x: g * x.cos() * (1 + 1e-6)), "reverse"),
        (function(RIGHT, lambda t, x: t * x.cos() * (1 + 1e-6)), "forward"),
        (function(lambda g, x: g * x.detach().cos()), "order 2"),
        (function(lambda g, x: g.abs() * x.cos()), "upstream gradient"),
        (function(lambda g, x: g.mul_(2.0) * x.cos() / 2.0), "changes"),
        (function(lambda g, x: g * x.cos(), forward=lambda x: x.detach().numpy().sort() or x.sin()), "f changes"),
        (
            function(lambda g, x: g * torch.where(x > 50.0, 2.01, 2.0) * x, lambda t, x: 2.0 * t * x, torch.square),
            "at a point",
        ),
    ],
)
def test_a_wrong_function_is_found(wrong: Any, said: str) -> None:
    with pytest.raises(GradientError) as caught:
        check_gradients(wrong, X.flip(0).clone())
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (torch.nn.functional.hardsigmoid, [X]),  # a slope of 1/6 in single precision
        (lambda x: torch.logcumsumexp(x, 0), [X]),  # a tangent that underflows far from 0
        (torch.xlogy, [X, X]),  # nan by the second argument where both are 0; f is 0 all around
        (torch.linalg.det, [SQUARE]),  # 0 for some singular matrices, where elimination leaves a zero
    ],
    ids=["hardsigmoid", "logcumsumexp", "xlogy", "det"],
)
def test_mistakes_of_its_own_are_found(f: Any, args: list[Any]) -> None:
    with pytest.raises(GradientError, match="wrong derivative"):
        check_gradients(f, *args, order=1)


def test_what_is_differentiable_once_is_compared_to_the_first_order_and_the_report_says_so() -> None:
    once = function(torch.autograd.function.once_differentiable(lambda ctx, g: None))
    once.backward = staticmethod(torch.autograd.function.once_differentiable(lambda c, g: g * c.saved_tensors[0].cos()))
    report = check_gradients(lambda x: 2.0 * once.apply(x), X)
    assert report.entries == 9
    assert "orders above 1" in str(report)
    assert "orders above 1" not in str(check_gradients(once, X, order=1))


def test_arguments_are_nested_and_those_that_require_no_gradient_are_constants() -> None:
    loss = lambda p, x, labels: torch.nn.functional.cross_entropy(x @ p["w"].T + p["b"][0], labels)
    p, labels = {"w": torch.tensor([[0.2, -1.0], [0.5, 0.3]]), "b": [torch.tensor([0.1, 0.0])]}, torch.tensor([1])
    assert check_gradients(loss, p, torch.tensor([[0.4, 2.0]]), labels, quick=True).entries == 4 + 2 + 2
    target = torch.tensor([0.0, 1.0])  # of single precision, as it comes; f takes no two
    f = lambda x, y: x @ y
    assert check_gradients(f, torch.tensor([0.3, -0.2], requires_grad=True), target, quick=True).entries == 2
    assert check_gradients(f, torch.tensor([0.3, -0.2]), target, quick=True).entries == 4


def test_numpys_arrays_are_handed_over_and_nothing_given_is_changed() -> None:
    x = np.array([0.5, 1.0])
    assert check_gradients(function(RIGHT), x, quick=True).entries == 4
    parameter = torch.tensor(x, requires_grad=True)
    check_gradients(torch.sin, parameter, quick=True)
    assert parameter.grad is None
    assert parameter.tolist() == x.tolist() == [0.5, 1.0]


def test_of_a_module_the_report_says_that_its_parameters_are_constants() -> None:
    report = check_gradients(torch.nn.Linear(3, 2).double(), X, quick=True)
    assert report.entries == 6
    assert "functional_call" in str(report)
    assert "functional_call" not in str(check_gradients(torch.nn.Tanh(), X, quick=True))


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_whatever_modes_a_check_is_called_under_its_own_are_the_usual_ones(mode: Any) -> None:
    with mode():
        x, rows = torch.tensor([0.5, -1.2]), torch.tensor([1, 1])
        assert check_gradients(lambda x, rows: x[rows] ** 2, x, rows, quick=True, order=2).entries == 4 + 8
    assert check_gradients(lambda x, rows: x[rows] ** 2, x, rows, quick=True).entries == 4


def test_f_may_ask_for_a_gradient_itself_of_what_requires_one() -> None:
    slope = lambda x: torch.autograd.grad(x.pow(3).sum(), x, create_graph=True)[0]
    assert check_gradients(slope, X.clone().requires_grad_(), quick=True, order=2).entries == 9 + 18


def test_a_second_derivative_that_writes_into_the_upstream_gradient_is_found() -> None:
    class Second(torch.autograd.Function):
        """g * cos(x), whose derivative writes 0 into g, and reads it then."""

        @staticmethod
        def forward(ctx: Any, g: Any, x: Any) -> Any:
            ctx.save_for_backward(g, x)
            return g * x.cos()

        @staticmethod
        def backward(ctx: Any, h: Any) -> Any:
            g, x = ctx.saved_tensors
            g.detach().numpy()[...] = 0.0
            return h * x.cos(), -h * g * x.sin()

    with pytest.raises(GradientError, match="order 2"):
        check_gradients(function(Second.apply), X, elsewhere=False)


def test_each_argument_may_be_asked_for_alone() -> None:
    class Product(torch.autograd.Function):
        """x * y, whose gradient by y is twice too large where x needs none."""

        @staticmethod
        def forward(ctx: Any, x: Any, y: Any) -> Any:
            ctx.save_for_backward(x, y)
            return x * y

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            x, y = ctx.saved_tensors
            return g * y, g * x * (1.0 if ctx.needs_input_grad[0] else 2.0)

    for given in X, X.clone().requires_grad_():
        with pytest.raises(GradientError, match=r"alone is asked for.*argument 1"):
            check_gradients(Product, given, given.detach().exp().requires_grad_(given.requires_grad), quick=True)


def test_where_a_function_of_another_framework_refuses_our_nodes_the_way_out_is_said() -> None:
    with pytest.raises(TypeError) as caught:
        check_gradients(lambda x: torch.sin(x), X.numpy())
    assert "pass arrays of theirs" in caught.value.__notes__[-1]
    assert check_gradients(torch.sin, X.numpy(), quick=True).entries > 0  # which is PyTorch's by its name


@pytest.mark.parametrize(
    ("f", "x", "said"),
    [
        (torch.sin, X.half(), "argument 0 is of float16"),
        (torch.sin, X.bfloat16(), "argument 0 is of bfloat16"),
        (torch.sin, X + 0j, "argument 0 is of complex128"),
        (torch.sin, torch.arange(3), "nothing to differentiate"),
        (torch.sin, 0.5, "nothing to differentiate"),
        (torch.sin, torch.zeros(2, device="meta"), "no numbers"),
        (torch.Tensor.to_dense, X.to_sparse(), "sparse_coo.*dense"),
        (lambda x: (x, x), X, "it gave tuple"),
        (lambda x: x.detach().numpy(), X, "it gave ndarray"),
        (lambda x: x.sum().item(), X, "it gave float"),
        (torch.Tensor.to_sparse, X, "sparse_coo.*dense"),
        (torch.Tensor.bfloat16, X, "bfloat16"),
        (lambda x: x * 1j, X, "complex128"),
        (torch.argmax, X, "int64"),
        (lambda x: SINGLE(x), X, "float32 only"),
        (SINGLE, X, r"float32 on cpu.*module\)\.double\(\)"),
        (torch.nn.BatchNorm1d(3, affine=False), X, r"float32 on cpu"),
    ],
)
def test_what_cannot_be_checked_is_refused(f: Any, x: Any, said: str) -> None:
    with pytest.raises(KindError, match=said):
        check_gradients(f, x)


def test_a_gradient_by_hand_is_for_arrays() -> None:
    with pytest.raises(KindError, match="brings its own derivatives"):
        check_gradients(torch.sin, X, gradient=RIGHT)


def test_from_the_command_line(capsys: Any) -> None:
    assert main(["torch:sin", "[0.5, 1.0]", "--framework", "torch", "--order", "1"]) == 0
    assert capsys.readouterr().out.startswith("4 derivatives")


def test_a_report_is_saved_and_its_tensors_are_arrays_of_the_same_numbers(tmp_path: Any) -> None:
    x, rows = torch.tensor([0.5, -1.2]), torch.tensor([1, 0])
    report = check_gradients(lambda x, rows: x[rows].sin(), x, rows, order=1, elsewhere=False)
    report.save(tmp_path / "report.npz")
    again = Report.load(tmp_path / "report.npz").points[0].arguments
    for ours, given in zip(again, (x, rows), strict=True):
        assert isinstance(ours, np.ndarray)
        assert torch.from_numpy(ours).dtype == given.dtype
        assert torch.from_numpy(ours).tolist() == given.tolist()
