"""The claims of the page on changing architectures."""

import functools
from collections import OrderedDict

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn
from torchvision import models


def inputs(net, X):
    """Run a network and list the input size of each of its layers, in order of names."""
    net.eval()(X)
    return {
        name: getattr(layer, size)
        for name, layer in net.named_modules()
        for size in ("in_features", "in_channels", "num_features")
        if hasattr(layer, size)
    }


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


def lenet(kernel=5, stride=1, channels=16):
    return nn.Sequential(
        nn.LazyConv2d(6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.LazyConv2d(channels, kernel, stride), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(),
        nn.LazyLinear(120), nn.Sigmoid(), nn.LazyLinear(84), nn.Sigmoid(), nn.LazyLinear(10),
    )  # fmt: skip


def counted(size, kernel, stride, channels):
    """The inputs of LeNet's first linear layer, by the rule of the page on lazy layers."""
    side = (size + 2 * 2 - 5 + 1) // 2
    side = ((side - kernel) // stride + 1) // 2
    return channels * side * side


@given(st.integers(12, 70), st.integers(1, 7), st.integers(1, 3), st.integers(1, 40))
def test_architectures_flatten(size, kernel, stride, channels):
    expected = counted(size, kernel, stride, channels)
    assume((size // 2) >= kernel)
    net = lenet(kernel, stride, channels)
    X = torch.zeros(1, 1, size, size)
    if expected == 0:
        with pytest.raises(RuntimeError, match="Output size is too small"):
            net(X)
        return
    sizes = inputs(net, X)
    assert sizes == {"0": 1, "3": 6, "7": expected, "9": 120, "11": 84}
    # Each of the four acts; rounding hides some changes.
    assert counted(28, 5, 1, 16) == 400
    assert [counted(n, 5, 1, 16) for n in (29, 30, 31, 32)] == [400, 400, 400, 576]
    assert (counted(28, 4, 1, 16), counted(28, 3, 1, 16)) == (400, 576)
    assert (counted(28, 5, 2, 16), counted(28, 5, 1, 32)) == (64, 800)


NORM, ACT, POOL = "norm", "act", "pool"


@st.composite
def insertions(draw):
    """Two stacks, one of which has a layer more, and where it is."""
    dims = draw(st.sampled_from([0, 2]))
    simple = [NORM, ACT] + ([POOL] if dims else [])
    item = st.one_of(st.integers(1, 4), st.sampled_from(simple))
    plan = draw(st.lists(item, min_size=1, max_size=6).filter(lambda p: p.count(POOL) < 3))
    place = draw(st.integers(0, len(plan)))
    padding = draw(st.integers(0, 1))
    new = st.one_of(st.integers(1, 4), st.just(POOL)) if dims else st.integers(1, 4)
    return dims, plan, place, draw(new), padding


@given(insertions())
def test_architectures_insert(insertion):
    its_limits_on_sequences()
    dims, plan, place, width, padding = insertion

    def layer(item, padding=1):
        if item == NORM:
            return nn.LazyBatchNorm2d() if dims else nn.LazyBatchNorm1d()
        if item in (ACT, POOL):
            return nn.ReLU() if item == ACT else nn.AvgPool2d(2)
        if dims:
            return nn.LazyConv2d(item, kernel_size=3, padding=padding)
        return nn.LazyLinear(item)

    def build(insert):
        net = nn.Sequential()
        for i, item in enumerate(plan):
            if i == place and insert:
                net.add_module("new", layer(width, padding))
            net.add_module(str(i), layer(item))
        if place == len(plan) and insert:
            net.add_module("new", layer(width, padding))
        if dims:
            net.add_module("flatten", nn.Flatten())
            net.add_module("flat norm", nn.LazyBatchNorm1d())
        net.add_module("first", nn.LazyLinear(7))
        net.add_module("second", nn.LazyLinear(5))
        return net

    X = torch.zeros(2, 3, *[32] * dims)
    before, after = inputs(build(False), X), inputs(build(True), X)
    allowed = set()
    for i in range(place, len(plan)):
        if isinstance(plan[i], int) or plan[i] == NORM:
            allowed.add(str(i))
        if isinstance(plan[i], int):
            break
    else:
        allowed.add("first")
    arriving = next((plan[i] for i in reversed(range(place)) if isinstance(plan[i], int)), 3)
    expected = allowed if width not in (arriving, POOL) else set()
    got = changed(before, after)
    # The first linear layer after Flatten sees the side as well, and so does a norm before it.
    assert got - {"first", "flat norm"} == expected - {"first"}
    assert "second" not in got
    assert not dims or ("first" in got) == ("flat norm" in got)
    if not dims:
        assert got == expected
        # With neither a linear layer nor a convolution after it, up to the end.
        assert changed(inputs(build(False)[:-2], X), inputs(build(True)[:-2], X)) == (
            expected - {"first"}
        )
    elif padding == 1 and width != POOL:
        assert ("first" in got) == ("first" in expected)
    # One that keeps channels and side changes nothing.
    if arriving == width and padding == 1:
        assert got == set()


@functools.cache
def its_limits_on_sequences():
    """Why the page speaks of one row of features per example, and of a sequence's length."""

    def build(**new):
        layers = {"fc1": nn.LazyLinear(32), **new, "fc2": nn.LazyLinear(16)}
        layers |= {"norm": nn.LazyBatchNorm1d(), "conv": nn.LazyConv1d(4, 1)}
        return nn.Sequential(OrderedDict(layers))

    X = torch.zeros(2, 5, 20)
    plain = inputs(build(), X)
    assert changed(plain, inputs(build(new=nn.LazyConv1d(8, 1)), X)) == {"norm", "conv"}

    # The length of a sequence goes all the way to Flatten, as the side of an image does.
    def flattened(*new):
        convs = [nn.LazyConv1d(8, 3), *new, nn.LazyConv1d(16, 3), nn.Flatten(), nn.LazyLinear(32)]
        net = nn.Sequential(*convs)
        net(torch.zeros(2, 20, 30))
        return net[-1].in_features, net[-3].in_channels

    assert flattened() == (416, 8)
    assert flattened(nn.LazyConv1d(8, 3)) == (384, 8)
    assert flattened(nn.AvgPool1d(2)) == (192, 8)


VGG = [[64], [128], [256, 256], [512, 512], [512, 512]]
RESNET = [[64, 64], [128, 128], [256, 256], [512, 512]]


def vgg():
    net = nn.Sequential()
    for widths in VGG:
        for width in widths:
            net.append(nn.LazyConv2d(width, kernel_size=3, padding=1)).append(nn.ReLU())
        net.append(nn.MaxPool2d(2))
    return net.append(nn.Sequential(
        nn.Flatten(), nn.LazyLinear(4096), nn.LazyLinear(4096), nn.LazyLinear(1000)
    ))  # fmt: skip


def conv(width, kernel, stride=1):
    return nn.Sequential(
        nn.LazyConv2d(width, kernel, stride, padding=kernel // 2, bias=False), nn.LazyBatchNorm2d()
    )


class Residual(nn.Module):
    def __init__(self, width, stride):
        super().__init__()
        self.path = nn.Sequential(conv(width, 3, stride), nn.ReLU(), conv(width, 3))
        self.skip = nn.Identity() if stride == 1 else conv(width, 1, stride)

    def forward(self, X):
        return torch.relu(self.path(X) + self.skip(X))


def resnet(stages):
    net = nn.Sequential(conv(stages[0][0], 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, padding=1))
    for i, widths in enumerate(stages):
        for j, width in enumerate(widths):
            net.append(Residual(width, 2 if i > 0 and j == 0 else 1))
    return net.append(nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LazyLinear(1000)))


def test_architectures_published():
    def shapes(net, side):
        net(torch.empty(2, 3, side, side))
        return [tuple(p.shape) for p in net.parameters()]

    with torch.device("meta"):
        for side in 64, 224, 256:
            theirs = shapes(models.resnet18(), side)
            assert shapes(resnet(RESNET), side) == theirs
            agree = shapes(vgg(), side) == shapes(models.vgg11(), side)
            assert agree is (side == 224)


def test_architectures_width():
    with torch.device("meta"):
        X = torch.empty(2, 3, 64, 64)
        sizes = inputs(resnet(RESNET), X)
        narrow = inputs(resnet([[w // 2 for w in stage] for stage in RESNET]), X)
        # That these are the sizes of the published network, whatever the order of the modules.
        assert sorted(sizes.values()) == sorted(inputs(models.resnet18(), X).values())
    assert len(sizes) == 41
    stay = [sizes[name] for name in sizes.keys() - changed(sizes, narrow)]
    assert stay == [3]


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.integers(1, 9),
    st.sampled_from(["conv", "linear", "norm"]),
)
def test_architectures_join(widths, common, reads):
    X = torch.zeros(2, 3, 6, 6)

    def branch(width, kernel):
        return nn.LazyConv2d(width, kernel, padding=kernel // 2)(X)

    def inferred(joined):
        if reads == "norm":
            layer = nn.LazyBatchNorm2d()
        else:
            layer = nn.LazyConv2d(4, 1) if reads == "conv" else nn.LazyLinear(4)
        layer(joined.movedim(1, -1) if reads == "linear" else joined)
        return next(
            iter(inputs(layer, joined.movedim(1, -1) if reads == "linear" else joined).values())
        )

    outputs = [branch(width, 2 * i + 1) for i, width in enumerate(widths)]
    assert inferred(torch.cat(outputs, dim=1)) == sum(widths)
    assert inferred(torch.cat([outputs[0], outputs[0]])) == widths[0]  # axis 0 by default
    assert inferred(sum(branch(common, 2 * i + 1) for i in range(len(widths)))) == common
