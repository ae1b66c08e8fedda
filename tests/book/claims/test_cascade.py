"""What the page about the first forward pass asks the reader to remember."""

import contextlib
from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from .cases import CASES, FLOATS, lazy_names, tensors

widths = st.lists(st.integers(1, 12), min_size=1, max_size=6)


def chain(case, n=3):
    """Layers of one class, one after the other, with an activation between them."""
    return nn.Sequential(*[m for _ in range(n) for m in (case.build(), nn.ReLU())])


@given(st.integers(1, 12), widths)
def arrives_through(size, outputs):
    """Try one chain of linear layers."""
    net = nn.Sequential(*[nn.LazyLinear(n) for n in outputs])
    net(torch.zeros(2, size))
    assert [layer.in_features for layer in net] == [size, *outputs[:-1]]
    # Not the order of declaration counts, but what arrives.
    mixed = nn.Sequential(nn.LazyLinear(size), nn.Flatten(), nn.LazyLinear(5))
    mixed(torch.zeros(2, len(outputs), 3))
    assert mixed[2].in_features == len(outputs) * size


@given(st.sampled_from(CASES), st.integers(1, 9), st.integers(0, 3))
def infers_what_arrives(case, size, rows):
    """Try one class with one size."""
    layer = case.build()
    with contextlib.suppress(ValueError, IndexError):  # Some cannot compute without rows.
        layer(case.input(size, rows=rows, side=4))
    assert getattr(layer, case.size) == size


def test_cascade_travel():
    arrives_through()
    infers_what_arrives()


def test_cascade_order(case):
    log, net = [], chain(case)
    layers = [net[i] for i in range(0, len(net), 2)]
    for i, layer in enumerate(layers):

        def before(layer, args, i=i):
            log.append(("input", i, bool(lazy_names(layer))))

        def after(layer, args, output, i=i):
            log.append(("output", i, bool(lazy_names(layer))))

        layer.register_forward_pre_hook(before, prepend=True)
        layer.register_forward_hook(after)
        fill = layer.reset_parameters

        def filled(i=i, layer=layer, fill=fill):
            log.append(("fill", i, bool(lazy_names(layer))))
            fill()

        layer.reset_parameters = filled
    net(case.input(3, side=12))
    # Each is shaped when it is filled, and complete before the next one gets its input.
    steps = ("input", True), ("fill", False), ("output", False)
    assert log == [(event, i, lazy) for i in range(3) for event, lazy in steps]


@pytest.mark.parametrize("call", ["positional", "keyword"])
@pytest.mark.parametrize("dtype", FLOATS)
def test_cascade_identity(case, call, dtype):
    layer = case.build(dtype=dtype)
    held, data, me = tensors(layer), layer.weight.data, layer
    X = case.input(3, dtype=dtype)
    if call == "positional":
        layer(X)
    else:
        layer(input=X)
    assert layer is me and type(layer) is case.eager
    for name, t in tensors(layer).items():
        assert t is held[name]
        assert type(t) is (nn.Parameter if isinstance(t, nn.Parameter) else torch.Tensor)
    # What was taken from the placeholder before stays empty.
    assert data.numel() == 0


def test_cascade_first_batch(case):
    batches = [case.input(3, rows=rows) for rows in (0, 1, 2, 9)]
    batches += [torch.full_like(batches[2], value) for value in (torch.nan, torch.inf, 0.0)]
    for batch in batches:
        for training in True, False:
            layer = case.build().train(training)
            # Some refuse to compute with no rows, or with one value for each channel.
            with contextlib.suppress(ValueError, IndexError):
                layer(batch)
            assert type(layer) is case.eager and getattr(layer, case.size) == 3
            assert all(p.isfinite().all() for p in layer.parameters())
            statistics = [t for name, t in layer.named_buffers() if name.startswith("running")]
            if batch.isnan().any() and training:
                assert bool(statistics) is case.is_norm
                assert all(t.isnan().all() for t in statistics)
    layer = case.build()
    layer(case.input(3))
    with pytest.raises((RuntimeError, ValueError)):
        layer(case.input(5))
    assert getattr(layer, case.size) == 3
    # Without the batch axis, or the axis of channels, the rows are what a convolution reads.
    if case.size == "in_channels":
        for rows in 5, 7:
            layer = case.build()
            layer(torch.rand(rows, *[8] * case.dims))
            assert layer.in_channels == rows
    if case.name == "LazyBatchNorm1d":
        with pytest.raises(ValueError, match="more than 1 value per channel"):
            case.build()(torch.rand(1, 3))


def test_cascade_half(case):
    X = case.input(3, side=12)
    net = nn.Sequential(case.build(), case.build(), case.build())
    net[1].to(torch.float64)  # Its input has the wrong dtype.
    fails = not case.is_norm
    if fails:
        with pytest.raises(RuntimeError):
            net(X)
    else:
        net[1].forward = None  # A normalization layer takes a batch of another dtype.
        with pytest.raises(TypeError):
            net(X)
    assert [bool(lazy_names(layer)) for layer in net] == [False, False, True]
    # A convolution that is given the wrong rank refuses before it infers.
    if case.size == "in_channels":
        layer = case.build()
        with pytest.raises(RuntimeError, match="Expected .* input to"):
            layer(torch.rand(3, *[4] * (case.dims + 2)))
        assert lazy_names(layer)
    # So does a first batch of another dtype, as the page says of those that compute with it.
    dtypes = (torch.int64, torch.float64, torch.bfloat16) if fails else ()
    for dtype, rows in product(dtypes, (None, 1, 2, 9)):
        layer = case.build()
        with pytest.raises(RuntimeError):
            layer(case.input(5, rows=rows, dtype=dtype))
        assert getattr(layer, case.size) == 5
    # What the page leaves open: autocast, and a batch without rows.
    if case.name == "LazyLinear":
        with torch.autocast("cpu", dtype=torch.bfloat16):
            case.build()(case.input(5, dtype=torch.bfloat16))
    if case.is_transposed:
        case.build()(case.input(5, rows=0, dtype=torch.int64))
