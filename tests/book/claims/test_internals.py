"""What *How lazy modules work* says, tried on all thirteen classes."""

import contextlib

import pytest
import torch
from torch import nn

from .cases import FLOATS, lazy_names, ready, tensors


def observed(case, **options):
    """What happens in the first call: a list of events, in order."""
    layer, events = case.build(**options), []

    def note(event, also):
        def noted(*args, **kwargs):
            events.append(event)
            return also(*args, **kwargs)

        return noted

    layer.initialize_parameters = note("infer", layer.initialize_parameters)
    layer.reset_parameters = note("fill", layer.reset_parameters)
    layer.register_forward_pre_hook(
        lambda *_: events.append((type(layer), lazy_names(layer))), prepend=True
    )
    layer.register_forward_pre_hook(lambda *_: events.append((type(layer), lazy_names(layer))))
    layer.register_forward_hook(lambda *_: events.append("computed"))
    layer(case.input())
    return layer, events


@pytest.mark.parametrize("options", [{}, {"dtype": torch.float64, "device": "meta"}])
def test_internals_order(case, options):
    if options:
        layer = case.build(**options)
        layer(case.input(dtype=torch.float64, device="meta"))
        assert type(layer) is case.eager
        return
    waiting = sorted(lazy_names(case.build()))
    layer, events = observed(case)
    before, infer, fill, after, computed = events
    assert before == (case.lazy, before[1]) and sorted(before[1]) == waiting
    assert (infer, fill, computed) == ("infer", "fill", "computed")
    assert after == (case.eager, [])
    assert not any("infer" in hook.__name__ for hook in layer._forward_pre_hooks.values())
    assert not layer._load_state_dict_pre_hooks
    # In a layer that was loaded, nothing is left to materialize or to fill.
    loaded, events = case.build(), []
    loaded.load_state_dict(ready(case).state_dict())
    loaded.reset_parameters = lambda: events.append("fill")
    assert lazy_names(loaded) == []
    with contextlib.suppress(ValueError):  # InstanceNorm cannot run after loading alone
        loaded(case.input())
    assert events == [] and type(loaded) is case.eager


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_internals_identity(case, dtype):
    layer = case.build(dtype=dtype)
    before, state = tensors(layer), torch.get_rng_state()
    for name in lazy_names(layer):
        before[name].materialize((4, 3))
    after = tensors(layer)
    assert all(after[name] is tensor for name, tensor in before.items())
    assert all(t.dtype == dtype for n, t in after.items() if n != "num_batches_tracked")
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("way", ["call", "keyword", "unbatched"])
def test_internals_draws(case, way):
    layer, state = case.build(), torch.get_rng_state()
    # Lazy normalization layers need the batch axis.
    X = case.input(rows=None if way == "unbatched" and not case.is_norm else 2)
    layer(input=X) if way == "keyword" else layer(X)
    assert torch.equal(torch.get_rng_state(), state) == case.is_norm
    state = torch.get_rng_state()
    case.build(device="meta")(case.input(device="meta"))
    assert torch.equal(torch.get_rng_state(), state)
    if way == "call":
        torch.compiler.reset()  # after many recompilations, it would run in ordinary Python
        torch.compile(nn.Sequential(case.build()), backend="eager")(case.input())
        assert torch.equal(torch.get_rng_state(), state)
        # A layer that is compiled by itself is filled in ordinary Python, and draws.
        torch.compile(case.build(), backend="eager")(case.input())
        assert torch.equal(torch.get_rng_state(), state) == case.is_norm


def test_internals_forward(case):
    layer = case.build()
    with pytest.raises(ValueError, match="uninitialized parameter|to match num_features"):
        layer.forward(case.input())
    assert type(layer) is case.lazy and lazy_names(layer)
    layer.load_state_dict(ready(case).state_dict())
    if "InstanceNorm" not in case.name:  # which compares its input with a size of 0
        layer.forward(case.input())
    assert type(layer) is case.lazy and not lazy_names(layer)
    for container in (
        nn.Sequential(case.build()),
        nn.Sequential(nn.Sequential(case.build(), nn.ReLU())),
    ):
        container.forward(case.input())
        assert not lazy_names(container)
