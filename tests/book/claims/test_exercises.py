"""What the exercises leave to remember, tried on all thirteen classes."""

import copy

import pytest
import torch
from torch import nn

from .cases import lazy_names, mlp

X = torch.rand(2, 20, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("size", [1, 5])
def test_exercises_reaches(case, size):
    layer = case.build()
    layer(case.input(size))
    eager = case.build_eager(size)
    assert layer.weight.shape == eager.weight.shape


def test_exercises_draws():
    def weights(*between):
        torch.manual_seed(0)
        net = mlp()
        for draw in between:
            draw()
        net(X)
        return net[0].weight

    assert torch.equal(weights(), weights())
    assert torch.equal(weights(), weights(lambda: nn.LazyLinear(4)))
    assert not torch.equal(weights(), weights(lambda: nn.Linear(4, 4)))
    assert not torch.equal(weights(), weights(lambda: torch.rand(1)))


def test_exercises_first():
    def asked(net):
        sizes = [p.size() for p in net.parameters()]
        groups = [p.ndim >= 2 for p in net.parameters()]
        return sizes, groups

    lazy, ready = mlp(), mlp()
    ready(X)
    assert lazy_names(lazy) and not lazy_names(ready)
    assert asked(lazy) != asked(ready)
    with pytest.raises(ValueError):
        sum(p.numel() for p in lazy.parameters())
    assert sum(p.numel() for p in ready.parameters()) == 7946
    assert torch.equal(copy.deepcopy(ready)[0].weight, ready[0].weight)
