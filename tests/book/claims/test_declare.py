"""What the page about declaring lazy layers asks the reader to remember."""

import inspect

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from .cases import FLOATS, lazy_names


def lenet(side, kernel, padding, first=None):
    """LeNet, lazy, or counted with the given input size of its first linear layer."""
    lazy = first is None
    conv = (nn.LazyConv2d(6, 5, padding=2), nn.LazyConv2d(16, kernel, padding=padding))
    if not lazy:
        conv = (nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, kernel, padding=padding))
    linear = [nn.LazyLinear(120), nn.LazyLinear(84), nn.LazyLinear(10)]
    if not lazy:
        linear = [nn.Linear(first, 120), nn.Linear(120, 84), nn.Linear(84, 10)]
    sigmoid = nn.Sigmoid()
    return nn.Sequential(
        conv[0],
        sigmoid,
        nn.AvgPool2d(2),
        conv[1],
        sigmoid,
        nn.AvgPool2d(2),
        nn.Flatten(),
        linear[0],
        sigmoid,
        linear[1],
        sigmoid,
        linear[2],
    )


def counted(side, kernel, padding):
    """The input size of the first linear layer, as the page counts it."""
    return 16 * ((side // 2 + 2 * padding - kernel + 1) // 2) ** 2


nets = st.tuples(st.integers(20, 40), st.integers(1, 7), st.integers(0, 2))


@given(nets)
def test_declare_input_size(net):
    side = net[0]
    lazy = lenet(*net)
    lazy(torch.zeros(1, 1, side, side))
    assert lazy[7].in_features == counted(*net)
    eager = lenet(*net, first=counted(*net))
    eager(torch.zeros(1, 1, side, side))
    assert str(lazy) == str(eager)


@given(nets, st.integers(1, 2000))
def test_declare_mismatch(net, first):
    X = torch.zeros(1, 1, net[0], net[0])
    built = lenet(*net, first=first)
    if first == counted(*net):
        built(X)
        return
    with pytest.raises(RuntimeError, match="mat1 and mat2 shapes cannot be multiplied"):
        built(X)
    fine = built[:7](X)
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        built[7](fine)


def test_declare_outputs(case):
    accepted = inspect.signature(case.lazy).parameters
    assert case.size not in accepted
    sizes = {"out_features", "out_channels", "num_features", "in_features", "in_channels"}
    assert bool(sizes & set(accepted)) is not case.is_norm
    for dtype in FLOATS:
        layer = case.build(dtype=dtype)
        layer(case.input(5, dtype=dtype))
        assert type(layer) is case.eager
        assert str(layer) == str(case.build_eager(5, dtype=dtype))
        assert lazy_names(layer) == [] and not layer._forward_pre_hooks
    if case.is_norm:  # one that has nothing to fill becomes an eager layer whose size is still 0
        bare = case.build(affine=False, track_running_stats=False)
        bare(case.input(5))
        assert type(bare) is case.eager and bare.num_features == 0


def test_declare_first_argument(case):
    first = next(iter(inspect.signature(case.lazy).parameters))
    eager = list(inspect.signature(case.eager).parameters)
    assert first == eager[1] == ("eps" if case.is_norm else case.size.replace("in_", "out_"))
    if case.is_norm:
        slip, right = case.lazy(64), case.lazy()
        X = case.input(64)
        assert slip.eps == 64
        assert slip(X).std() < 0.2 < 0.9 < right(X).std()
        # Naming what follows catches the leftover number.
        with pytest.raises(TypeError, match="multiple values"):
            case.lazy(64, eps=1e-5)
    elif case.dims:
        slip = case.lazy(6, 16, 5)
        assert (slip.out_channels, set(slip.kernel_size), set(slip.stride)) == (6, {16}, {5})
        with pytest.raises(TypeError, match="multiple values"):
            case.lazy(6, 16, kernel_size=5)
    else:
        slip = case.lazy(20, 256)
        assert slip.out_features == 20 and slip.bias is not None
        with pytest.raises(TypeError, match="multiple values"):
            case.lazy(20, 256, bias=True)
