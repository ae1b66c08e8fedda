"""What students get wrong, as *Teaching this chapter* has it: each row on the net of its slide."""

import pytest
import torch
from torch import nn

from .cases import CASES, lazy_names, mlp

X = torch.rand(2, 20, generator=torch.Generator().manual_seed(0))
IMAGE = torch.zeros(1, 1, 28, 28)


def lenet(kernel=5, lazy=False, new=()):
    """LeNet with every size counted for kernel 5, or lazy; with layers after the first pooling."""
    conv, linear = (nn.Conv2d, nn.Linear) if not lazy else (None, None)

    def c(i, o, **options):
        return nn.LazyConv2d(o, **options) if lazy else conv(i, o, **options)

    def f(i, o):
        return nn.LazyLinear(o) if lazy else linear(i, o)

    return nn.Sequential(
        c(1, 6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2), *new,
        c(6, 16, kernel_size=kernel), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(),
        f(400, 120), nn.Sigmoid(), f(120, 84), nn.Sigmoid(), f(84, 10),
    )  # fmt: skip


def sizes(net, data):
    """The input sizes of a net's layers after a pass."""
    net(data)
    return [
        getattr(m, name)
        for m in net
        for name in ("in_channels", "in_features", "num_features")
        if hasattr(m, name)
    ]


def test_teaching_changed():
    for kernel in (1, 2, 3, 6, 7):
        net = lenet(kernel)
        assert net[:7](IMAGE).ndim == 2  # the changed convolution and Flatten run
        with pytest.raises(RuntimeError, match="mat1 and mat2 shapes cannot be multiplied"):
            net[7](net[:7](IMAGE))
    lenet(4)(IMAGE)  # pooling rounds down, so one more kernel fits


def test_teaching_two_numbers():
    layer = nn.LazyLinear(20, 256)
    layer(X)
    assert (layer.out_features, layer.bias is not None) == (20, True)


def test_teaching_parameters():
    parameters = dict(mlp().named_parameters())
    assert len(parameters) == 4 == len(lazy_names(mlp()))
    for p in parameters.values():
        with pytest.raises(RuntimeError):
            p.shape  # noqa: B018


def test_teaching_transposed():
    net = mlp()
    net(X)
    assert net[0].weight.shape == (256, 20)


def test_teaching_order():
    net, log = mlp(), []
    for i in (0, 2):
        fill = net[i].reset_parameters
        net[i].reset_parameters = lambda i=i, fill=fill: (log.append(f"fill {i}"), fill())
        net[i].register_forward_hook(lambda *_, i=i: log.append(f"done {i}"))
    net(X)
    assert log == ["fill 0", "done 0", "fill 2", "done 2"]


def test_teaching_replaced():
    for case in CASES:
        layer = case.build()
        net = nn.Sequential(layer)
        net(case.input())
        assert net[0] is layer and type(layer) is case.eager


def test_teaching_batch_size():
    for shape in [(64, 20), (0, 20), (20,), (2, 3, 20)]:
        net = mlp()
        net(torch.zeros(shape))
        assert net[0].weight.shape == (256, 20)
    net = mlp()
    net(torch.zeros(64, 21))
    assert net[0].weight.shape == (256, 21)


def test_teaching_inserted():
    before = sizes(nn.Sequential(*map(nn.LazyLinear, (256, 64, 32, 10))), X)
    after = sizes(nn.Sequential(*map(nn.LazyLinear, (256, 128, 64, 32, 10))), X)
    assert sum(a != b for a, b in zip(before[1:], after[2:], strict=True)) == 1
    before = sizes(lenet(lazy=True), IMAGE)
    after = sizes(lenet(lazy=True, new=[nn.LazyConv2d(12, 3)]), IMAGE)
    assert sum(a != b for a, b in zip(before[1:], after[2:], strict=True)) == 2


def test_teaching_reached():
    class Heads(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head, self.second = map(nn.LazyLinear, (64, 10, 10))

        def forward(self, X):
            return self.head(self.body(X))

    net = Heads()
    net(X)
    assert lazy_names(net) == ["second.weight", "second.bias"]


def test_teaching_optimizer():
    net = mlp()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    net(X).sum().backward()
    old = [p.detach().clone() for p in net.parameters()]
    optimizer.step()
    assert not any(map(torch.equal, net.parameters(), old))


def test_teaching_silent():
    net = mlp()
    decay = [p for p in net.parameters() if p.ndim >= 2]
    net(X)
    assert (len(decay), sum(p.ndim >= 2 for p in net.parameters())) == (0, 2)


def test_teaching_early():
    def ones(m):
        if type(m) is nn.Linear:
            nn.init.ones_(m.weight)

    net = mlp().apply(ones)
    net(X)
    assert not (net[0].weight == 1).any()
    net.apply(ones)
    assert (net[0].weight == 1).all()
