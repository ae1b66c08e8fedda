"""What *All lazy layers* says, tried on all thirteen classes and on every number of axes."""

import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from .cases import CASES, CONVS, FLOATS, LINEAR, NORMS, lazy_names


@given(
    st.lists(st.integers(1, 6), min_size=2, max_size=6),
    st.sampled_from(FLOATS),
    st.sampled_from([*CONVS, *NORMS]),
)
def test_reference_axis(shape, dtype, case):
    for axes in range(1, len(shape) + 1):
        layer = LINEAR.build(dtype=dtype)
        layer(torch.zeros(shape[:axes], dtype=dtype))
        assert layer.in_features == shape[axes - 1]
    rows, channels = shape[:2]
    layer = case.build(dtype=dtype).eval()
    layer(case.input(channels, rows, side=4, dtype=dtype))
    assert getattr(layer, case.size) == channels


def test_reference_unbatched():
    for case in CONVS:
        layer = case.build()
        output = layer(case.input(5, rows=None))
        assert (layer.in_channels, output.shape[0]) == (5, 4), case
    for case in NORMS:
        layer = case.build()
        X = case.input(5, rows=None, side=7)
        if case.lazy is nn.LazyBatchNorm1d:  # two axes are a batch without a length
            layer(X)
        else:
            with pytest.raises((RuntimeError, ValueError)):
                layer(X)
        assert layer.num_features == 7, case
    for case in NORMS:
        if "Instance" in case.name:
            case.build()(case.input(7, rows=None, side=7))  # as high as it has channels
            bare = case.build(affine=False, track_running_stats=False)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                for _ in range(2):
                    bare(case.input(5, rows=None, side=7))
            assert (bare.num_features, len(caught)) == (0, 2)


def test_reference_defaults():
    for case in NORMS:
        if "Instance" in case.name:
            lazy, eager = case.lazy(), case.eager(3)
            lazy(case.input())
            assert sorted(dict(lazy.named_parameters())) == ["bias", "weight"]
            assert {"running_mean", "running_var"} <= set(lazy.state_dict())
            assert not eager.state_dict()
        else:
            lazy, eager = case.build(), case.build_eager(3)
            lazy(case.input())
            assert list(lazy.state_dict()) == list(eager.state_dict())


def test_reference_none():
    lazy = {name for name in dir(nn) if name.startswith("Lazy")}
    assert lazy == {case.name for case in CASES}
    for name in (
        "RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell", "MultiheadAttention",
        "Transformer", "TransformerEncoderLayer", "TransformerDecoderLayer", "LayerNorm",
        "RMSNorm", "GroupNorm", "Bilinear", "Embedding", "EmbeddingBag",
    ):  # fmt: skip
        assert hasattr(nn, name) and not hasattr(nn, f"Lazy{name}")
    assert all(lazy_names(case.build()) for case in CASES)
