"""The claims of the page *Silent failures: optimizers, weight decay, copies*."""

import copy
import math
import pickle
import warnings

import numpy as np
import pytest
import torch
from d2l import torch as d2l
from torch import nn

from .cases import CASES, FLOATS, LINEAR, NORMS, lazy_names, mlp, tensors


def trained(net: nn.Module, optimizer: torch.optim.Optimizer, X: torch.Tensor) -> int:
    """The number of parameters that one step changes."""
    old = [p.detach().clone() for p in net.parameters()]

    def closure():
        optimizer.zero_grad()
        loss = (net(X) ** 3).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return sum(not torch.equal(p, q) for p, q in zip(net.parameters(), old, strict=True))


OPTIMIZERS = [
    c
    for c in vars(torch.optim).values()
    if isinstance(c, type)
    and issubclass(c, torch.optim.Optimizer)
    and c is not torch.optim.Optimizer
]


@pytest.mark.parametrize("make", OPTIMIZERS, ids=lambda c: c.__name__)
def test_limits_optimizers(make):
    """Two reject placeholders, one rejects dense gradients, and the others train every class."""
    assert len(OPTIMIZERS) == 15
    if make.__name__ in ("Adagrad", "Muon"):
        for case in CASES:
            with pytest.raises(ValueError):
                make(case.build().parameters())
        late = mlp()
        X = torch.rand(2, 20)
        late(X)
        if make.__name__ == "Adagrad":
            assert trained(late, make(late.parameters()), X) == 4
        else:
            with pytest.raises(ValueError, match="2D"):
                make(late.parameters())
        return
    for net, X in [(mlp(), torch.rand(2, 20))] + [(c.build(), c.input(side=4)) for c in CASES]:
        few = {"max_iter": 2} if make is torch.optim.LBFGS else {}
        optimizer = make(net.parameters(), **few)
        held = list(net.parameters())
        net(X)
        assert all(p is q for p, q in zip(held, net.parameters(), strict=True))
        if make.__name__ == "SparseAdam":
            with pytest.raises(RuntimeError, match="does not support dense gradients"):
                trained(net, optimizer, X)
        else:
            assert trained(net, optimizer, X) == len(held)


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_limits_silently(case, dtype):
    """In every class: counts of 0, no weight with two axes, lost values, a skipped type."""
    layer = case.build().to(dtype)
    params = list(layer.parameters())
    for size in (
        lambda p: math.prod(p.size()),
        lambda p: np.prod(p.size()),
        lambda p: p.size().numel(),
        lambda p: p.data.numel(),
        lambda p: p.nbytes,
    ):
        assert sum(map(size, params)) == 0
        assert sum(map(size, case.build_eager(3).parameters())) > 0
    assert {p.ndim for p in params} == {1}
    assert {p.ndim >= 2 for p in case.build_eager(3).parameters()} == {not case.is_norm, False}
    layer.weight.data.fill_(7.0)
    values = {name: p.data.clone() for name, p in layer.named_parameters()}
    touched = []
    layer.apply(lambda m: touched.append(m) if type(m) is case.eager else None)
    layer(case.input(dtype=dtype))
    assert touched == []
    layer.apply(lambda m: touched.append(m) if type(m) is case.eager else None)
    assert touched == [layer]
    assert not layer.weight.eq(7).any()
    target = case.build().to(dtype)
    target.load_state_dict(values, strict=not case.is_norm)  # these are not all keys of a norm
    with pytest.raises((AssertionError, RuntimeError, IndexError)):  # cloned too early
        target(case.input(dtype=dtype))
    if case is LINEAR:
        net = mlp()
        with warnings.catch_warnings(action="ignore"):
            assert type(torch.ao.quantization.quantize_dynamic(net)[0]) is nn.LazyLinear
            net(torch.rand(2, 20))
            assert type(torch.ao.quantization.quantize_dynamic(net)[0]) is not nn.Linear


@pytest.mark.parametrize("assign", [False, True])
@pytest.mark.parametrize("strict", [False, True])
def test_limits_loading(case, strict, assign):
    """Any shape is accepted before the first pass, and compared after it."""
    name = {0: "out_features"}.get(case.dims, "out_channels")
    wide = case.build_eager(7, **({} if case.is_norm else {name: 9}))
    layer = case.build()
    layer.load_state_dict(wide.state_dict(), strict=strict, assign=assign)
    assert lazy_names(layer) == []
    assert {k: t.shape for k, t in tensors(layer).items()} == {
        k: t.shape for k, t in tensors(wide).items()
    }
    if not case.is_norm:
        assert getattr(layer, name) == 4  # what was declared
        assert layer(case.input(7)).shape[1] == 9
    late = case.build()
    late(case.input(3))
    with pytest.raises(RuntimeError, match="size mismatch"):
        late.load_state_dict(wide.state_dict(), strict=strict, assign=assign)


def test_limits_copying(case):
    """Copies differ where weights are random; lazy buffers forbid them; pickle keeps one thing."""
    layer, X = case.build(), case.input()
    if case in NORMS:
        with pytest.raises(ValueError, match="Tensor.__deepcopy__"):
            copy.deepcopy(layer)
        copy.deepcopy(case.build(track_running_stats=False))
    else:
        a, b = copy.deepcopy(layer), copy.deepcopy(layer)
        a(X), b(X)
        assert not torch.equal(a.weight, b.weight)
    layer(X)
    a, b = copy.deepcopy(layer), copy.deepcopy(layer)
    assert torch.equal(a.weight, b.weight)
    loaded = case.build().double()  # without placeholders, though it has never run
    loaded.load_state_dict(layer.state_dict())
    assert torch.equal(copy.deepcopy(loaded).weight, loaded.weight)
    assert pickle.loads(pickle.dumps(loaded)).weight.dtype is torch.float64
    layer = case.build().double()
    layer.weight.requires_grad = False
    again = pickle.loads(pickle.dumps(layer))
    assert lazy_names(again) == lazy_names(layer)
    assert layer.weight.dtype is torch.float64 and again.weight.dtype is torch.float32
    assert not again.weight.requires_grad and again.bias.requires_grad
    assert pickle.loads(pickle.dumps(case.build(device="meta"))).weight.device.type == "cpu"
    assert copy.deepcopy(nn.LazyLinear(2).double()).weight.dtype is torch.float64


def test_limits_first_batch(case):
    """A batch with another axis of features is accepted, and the right one fails after it.

    All but a convolution's rank: that is rejected at once.
    """
    layer = case.build()
    layer(case.input(5))  # should have been 3
    with pytest.raises((RuntimeError, ValueError)):
        if "InstanceNorm" in case.name:  # without running statistics it only warns
            layer.eval()
        layer(case.input(3))
    if not case.is_norm and case is not LINEAR:
        with pytest.raises(RuntimeError, match=r"Expected \dD \(unbatched\)"):
            case.build()(torch.rand([4] * case.dims))
    if case is LINEAR:  # later, somewhere else; or never
        lenet = d2l.LeNet()
        assert lenet(torch.zeros(1, 28, 28)).shape == (16, 10)
        with pytest.raises(RuntimeError, match="8x400 and 25x120"):
            lenet(torch.zeros(8, 1, 28, 28))
        square = torch.rand(20, 20)
        assert mlp()(square.T).shape == mlp()(square).shape
