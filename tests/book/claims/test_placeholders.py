"""What the page about uninitialized parameters asks the reader to remember."""

import math
from itertools import product

import pytest
import torch
from torch import nn

from .cases import FLOATS, tensors


def placeholders(layer):
    """The placeholders of a layer by name."""
    return {name: t for name, t in tensors(layer).items() if nn.parameter.is_lazy(t)}


def options(case):
    """The ways to build a layer that change which parameters and buffers it has."""
    if not case.is_norm:
        return [{"bias": True}, {"bias": False}]
    switches = product((True, False), repeat=2)
    return [{"affine": a, "track_running_stats": t} for a, t in switches]


def test_placeholders_names(case):
    for choice in options(case):
        lazy, eager = case.build(**choice), case.build_eager(3, **choice)
        assert list(tensors(lazy)) == list(tensors(eager))
        assert list(lazy.state_dict()) == list(eager.state_dict())
        assert set(tensors(lazy)) - set(placeholders(lazy)) <= {"num_batches_tracked"}
        for name, t in placeholders(lazy).items():
            assert isinstance(t, nn.Parameter) is (name in dict(eager.named_parameters()))
    # With neither parameters nor statistics, an instance normalization layer has no placeholders.
    bare = case.is_norm and case.build(affine=False, track_running_stats=False)
    assert not bare or not placeholders(bare)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_placeholders_has(case, dtype, device):
    built = case.build(dtype=dtype, device=device)
    converted = case.build(device=device).to(dtype)
    for layer in built, converted:
        found = placeholders(layer)
        for name, t in found.items():
            assert (t.dtype, t.device.type) == (dtype, device)
            if name == "weight":
                t.requires_grad = False
            with pytest.raises(RuntimeError, match="Can't access the shape"):
                _ = t.shape
            with pytest.raises(ValueError, match="uninitialized parameter"):
                t * 2
        layer(case.input(3, dtype=dtype, device=device))
        for name in found:
            t = tensors(layer)[name]
            assert (t.dtype, t.device.type) == (dtype, device)
            trained = name in dict(layer.named_parameters()) and name != "weight"
            assert t.requires_grad is trained
            assert t.shape and t.numel()


def test_placeholders_answers(case):
    found = placeholders(case.build())
    assert found
    for t in found.values():
        with pytest.raises(RuntimeError):
            _ = t.shape
        for raises in (lambda t: t.numel(), lambda t: t.nelement(), lambda t: t.dim(), len):
            with pytest.raises(ValueError, match="Attempted to use an uninitialized parameter"):
                raises(t)
        assert (t.ndim, tuple(t.size()), t.nbytes) == (1, (0,), 0)
        if isinstance(t, nn.Parameter):
            assert t.data.numel() == 0
        else:  # The data of a lazy buffer are a lazy buffer.
            with pytest.raises(ValueError, match="Attempted to use an uninitialized parameter"):
                t.data.numel()
        assert math.prod(t.size()) == t.size().numel() == 0
    # A sum over a network counts its placeholders as nothing, and its other parameters in full.
    net = nn.Sequential(case.build(), nn.Linear(20, 10))
    counts = (lambda p: math.prod(p.size())), (lambda p: p.nbytes // 4), (lambda p: p.data.numel())
    assert all(sum(map(count, net.parameters())) == 210 for count in counts)


def test_placeholders_is_lazy(case):
    layer = nn.Sequential(case.build(), nn.Linear(2, 2))
    layer[0].register_buffer("cache", nn.UninitializedBuffer(), persistent=False)
    everything = [
        (f"{prefix}.{name}" if prefix else name, t)
        for prefix, module in layer.named_modules()
        for name, t in [*module._parameters.items(), *module._buffers.items()]
    ]
    classes = nn.UninitializedParameter, nn.UninitializedBuffer
    wanted = {name for name, t in everything if isinstance(t, classes)}
    assert set(placeholders(layer)) == wanted
    state = {name for name, t in layer.state_dict().items() if nn.parameter.is_lazy(t)}
    assert wanted - state == {"0.cache"}


def test_placeholders_no_random(case):
    def after(build):
        torch.manual_seed(0)
        build()
        return torch.get_rng_state()

    for choice, dtype in product(options(case), FLOATS):
        X, choice = case.input(3, dtype=dtype), {**choice, "dtype": dtype}
        fresh = after(lambda: None)
        declared = after(lambda choice=choice: case.build(**choice))
        ran = after(lambda choice=choice, X=X: case.build(**choice)(X))
        eager = after(lambda choice=choice: case.build_eager(3, **choice))
        assert torch.equal(declared, fresh)
        assert torch.equal(ran, eager)
        # Converted in between, the lazy layer draws in its new dtype, the eager one in its old.
        converted = after(lambda choice=choice, X=X: case.build(**choice).double()(X.double()))
        as_double = after(
            lambda choice=choice: case.build_eager(3, **{**choice, "dtype": torch.float64})
        )
        assert torch.equal(converted, as_double)
        # Normalization layers are filled with zeros and ones.
        assert torch.equal(eager, fresh) is case.is_norm
    if case.name == "LazyLinear":  # with no features, an eager layer draws its bias
        empty = after(lambda: case.build()(case.input(0)))
        assert torch.equal(empty, after(lambda: None))
        assert not torch.equal(empty, after(lambda: case.build_eager(0)))
