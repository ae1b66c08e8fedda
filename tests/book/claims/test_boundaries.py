"""The claims of the page on what lazy layers don't help with."""

import contextlib

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from .cases import CASES, FLOATS, LINEAR, lazy_names, tensors

CASES_1D = [case for case in CASES if case.dims == 1]


class Calls(nn.Module):
    """Several layers, of which a pass calls some."""

    def __init__(self, layers, called):
        super().__init__()
        self.layers, self.called = nn.ModuleList(layers), called

    def forward(self, X):
        for i in self.called:
            self.layers[i](X)


@given(st.data())
def test_boundaries_called(data):
    case = data.draw(st.sampled_from(CASES))
    count = data.draw(st.integers(1, 4))
    called = data.draw(st.lists(st.integers(0, count - 1), max_size=5))
    net = Calls([case.build() for _ in range(count)], called).train(data.draw(st.booleans()))
    X = case.input(side=4)
    net(X)
    for i, layer in enumerate(net.layers):
        assert bool(lazy_names(layer)) is (i not in called)
        assert type(layer) is (case.eager if i in called else case.lazy)
    for i in set(range(count)) - set(called):
        with pytest.raises(ValueError, match="numel"):
            sum(t.numel() for t in tensors(net.layers[i]).values())
        net.layers[i](X)
    assert lazy_names(net) == []
    sum(t.numel() for t in tensors(net).values())
    # Given other values, a call makes a layer eager and fills nothing.
    layer, values = case.build().eval(), tensors(net.layers[0])
    with contextlib.suppress(ValueError):  # InstanceNorm takes its 0 for a size
        torch.func.functional_call(layer, values, (X,))
    assert type(layer) is case.eager and set(lazy_names(layer)) == set(lazy_names(case.build()))


BY_NAME = {
    "linear": lambda batch_first: nn.LazyLinear(8),
    "RNN": lambda batch_first: nn.RNN(4, 8, batch_first=batch_first),
    "LSTM": lambda batch_first: nn.LSTM(4, 8, batch_first=batch_first),
    "GRU": lambda batch_first: nn.GRU(4, 8, batch_first=batch_first),
    "encoder": lambda batch_first: nn.TransformerEncoderLayer(4, 2, 8, batch_first=batch_first),
    "attention": lambda batch_first: nn.MultiheadAttention(4, 2, batch_first=batch_first),
}


@given(
    st.sampled_from(sorted(BY_NAME)),
    st.lists(st.integers(1, 12), min_size=2, max_size=4),
    st.booleans(),
    st.sampled_from(FLOATS),
    st.sampled_from(CASES_1D),
)
def test_boundaries_length(name, lengths, batch_first, dtype, case):
    layer = BY_NAME[name](batch_first).to(dtype)
    for steps in lengths:
        X = torch.zeros((2, steps, 4) if batch_first else (steps, 2, 4), dtype=dtype)
        output = layer(*[X] * 3) if name == "attention" else layer(X)
        output = output if isinstance(output, torch.Tensor) else output[0]
        assert output.shape[:2] == X.shape[:2]

    first, *others = lengths
    # Flattened over time, the first length is fixed.
    flat = nn.Sequential(nn.Flatten(), nn.LazyLinear(8))
    flat(torch.zeros(2, first, 4))
    for steps in set(others) - {first}:
        with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
            flat(torch.zeros(2, steps, 4))
    # So it is where steps are on axis 1 of these; with the axes swapped it is not.
    fixed, free = case.build(), case.build()
    fixed(torch.zeros(2, first, 12))
    assert getattr(fixed, case.size) == first
    for steps in set(others) - {first}:
        with pytest.raises((RuntimeError, ValueError)):
            fixed(torch.zeros(2, steps, 12))
    for steps in lengths:
        # A kernel of 3 wants 3 steps, and a normalization more than one value.
        free(torch.zeros(2, steps + 2, 12).transpose(1, 2))
    assert getattr(free, case.size) == 12
    # Without a batch, a convolution reads axis 0; a linear layer may be given steps last.
    if case.size == "in_channels":
        alone = case.build()
        for steps in lengths:
            alone(torch.zeros(12, steps + 2))
        assert alone.in_channels == 12
    mixes = nn.LazyLinear(8)
    mixes(torch.zeros(2, first, 12).transpose(1, 2))
    assert mixes.in_features == first


def test_boundaries_no_form():
    lazy = {name for name in dir(nn) if name.startswith("Lazy")}
    assert lazy == {case.name for case in CASES}
    names = ["RNN", "LSTM", "GRU", "MultiheadAttention", "LayerNorm"]
    names += ["TransformerEncoderLayer", "TransformerDecoderLayer"]
    for name in names:
        assert hasattr(nn, name) and not hasattr(nn, f"Lazy{name}")
        with pytest.raises(TypeError, match="missing"):
            getattr(nn, name)()


def lenet(pool):
    return nn.Sequential(
        nn.LazyConv2d(6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.LazyConv2d(16, kernel_size=5), nn.Sigmoid(), pool, nn.Flatten(),
        nn.LazyLinear(120), nn.Sigmoid(), nn.LazyLinear(84), nn.Sigmoid(), nn.LazyLinear(10),
    )  # fmt: skip


def test_boundaries_fixed(case):
    layer = case.build()
    layer(case.input(3))
    for size in 1, 2, 4:
        with pytest.raises((RuntimeError, ValueError)):
            layer(case.input(size))
        assert getattr(layer, case.size) == 3
    layer(case.input(3, rows=5, side=11))

    if case is not LINEAR:
        return
    pooled = lenet(nn.AdaptiveAvgPool2d(5))
    for height, width in [(10, 10), (28, 28), (11, 40), (64, 32)]:
        pooled(torch.zeros(1, 1, height, width))
        assert pooled[7].in_features == 400
    with pytest.raises(RuntimeError, match="Kernel size can't be greater"):
        pooled(torch.zeros(1, 1, 9, 28))
    plain = lenet(nn.AvgPool2d(2))
    plain(torch.zeros(1, 1, 28, 28))
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        plain(torch.zeros(1, 1, 32, 32))


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_boundaries_specified(case, dtype):
    for size in range(1, 7):
        layer = case.build(dtype=dtype)
        layer(case.input(size, dtype=dtype))
        assert getattr(layer, case.size) == size
        eager = case.build_eager(3, dtype=dtype)
        if size == 3:
            eager(case.input(size, dtype=dtype))
        else:
            with pytest.raises((RuntimeError, ValueError)):
                eager(case.input(size, dtype=dtype))
