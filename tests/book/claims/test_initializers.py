"""The claims of the page on custom initialization."""

import inspect
import re
import warnings

import pytest
import torch
from d2l import torch as d2l
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from .cases import CASES, LINEAR, ready, tensors

ARGUMENTS = {"constant_": (1.0,), "sparse_": (0.1,)}
INITIALIZERS = [name for name in dir(nn.init) if re.fullmatch(r"[a-z]\w*_", name)]
#: Those that look at the empty tensor's axes, or warn that it is empty, when they get ``.data``.
NEED_AXES = ["dirac_", "eye_", "orthogonal_", "sparse_", "xavier_normal_", "xavier_uniform_"]
WARN = ["kaiming_normal_", "kaiming_uniform_"]


def one(module):
    """Fill all that a module itself has."""
    for p in module.parameters(recurse=False):
        nn.init.constant_(p, 1.0)


class Model(d2l.Module):
    """A layer in ``net``, another outside of it."""

    def __init__(self, case):
        super().__init__()
        self.net = nn.Sequential(case.build())
        self.head = case.build()

    def forward(self, X):
        return self.net(X), self.head(X)


@pytest.mark.parametrize("training", (True, False), ids=("training", "evaluation"))
def test_initializers_order(case, training):
    X = case.input()
    # Dry run first, then apply.
    net = nn.Sequential(case.build())
    net(X)
    net.apply(one)
    assert all(p.eq(1).all() for p in net.parameters())
    # apply_init does both, in the mode that the model is in, for net alone.
    model = Model(case).train(training)
    modes = []
    model.net.register_forward_pre_hook(lambda module, args: modes.append(module.training))
    model.apply_init([X], lambda module: one(module) or modes.append(module.training))
    assert set(modes) == {training}
    assert all(p.eq(1).all() for p in model.net.parameters())
    assert not any(map(nn.parameter.is_lazy, tensors(model).values()))
    for ours, theirs in zip(model.head.parameters(), ready(case).parameters(), strict=True):
        assert ours.shape == theirs.shape
        assert case.is_norm or not ours.eq(1).any()  # a new normalization's weight is 1 anyway
    if case.is_norm:
        # InstanceNorm has a counter too, and never counts.
        counts = training and "Batch" in case.name
        assert model.net[0].num_batches_tracked.item() == counts
    # The d2l library has the method as the page prints it.
    assert "self.forward(*inputs)" in inspect.getsource(d2l.Module.apply_init)


def test_initializers_early(case):
    # Any initializer of nn.init, any placeholder.
    assert len(INITIALIZERS) == 14
    for tensor in tensors(case.build()).values():
        if not nn.parameter.is_lazy(tensor):
            continue
        for init in INITIALIZERS:
            with pytest.raises((ValueError, RuntimeError), match="uninitialized parameter"):
                getattr(nn.init, init)(tensor, *ARGUMENTS.get(init, ()))
    with torch.device("meta"):
        weight = case.build().weight
    nn.init.trunc_normal_(weight)
    assert nn.parameter.is_lazy(weight)

    # It compares types: nothing is raised, and nothing done.
    layer = case.build()

    def compares(module):
        if type(module) is case.eager:
            one(module)

    layer.apply(compares)
    before = layer.weight
    layer(case.input())
    assert case.is_norm or not before.eq(1).any()
    layer.apply(compares)
    assert before.eq(1).all()

    # It looks for a class with isinstance, which no lazy normalization layer is.
    assert isinstance(case.build(), case.eager) is not case.is_norm

    # It fills .data: the same.
    layer = case.build()
    for fill in [
        lambda t: t.normal_(5, 0.01),
        lambda t: t.fill_(7),
        lambda t: t.zero_(),
        lambda t: t.uniform_(7, 8),
    ]:
        with warnings.catch_warnings(action="error"):
            fill(layer.weight.data)
    layer(case.input())
    assert layer.weight.abs().max() <= 1 and layer.weight.any()

    # nn.init on .data: silent, but for those that look at its axes or warn.
    for init in INITIALIZERS:
        if init in NEED_AXES:
            outcome = pytest.raises(ValueError, match="dimensions")
        elif init in WARN:
            outcome = pytest.warns(UserWarning, match="zero-element")
        else:
            outcome = warnings.catch_warnings(action="error")
        with outcome:
            getattr(nn.init, init)(case.build().weight.data, *ARGUMENTS.get(init, ()))


@st.composite
def trees(draw, depth=3):
    """A module with submodules, lazy or not, nested."""
    if depth == 0 or draw(st.booleans()):
        case = draw(st.sampled_from(CASES))
        return draw(st.sampled_from([nn.ReLU, nn.Identity, case.build, LINEAR.build]))()
    module = nn.Sequential(*draw(st.lists(trees(depth=depth - 1), max_size=4)))
    if draw(st.booleans()):
        module.insert(0, nn.Identity())
    return module


@given(trees())
def test_initializers_apply(tree):
    visited = []
    tree.apply(visited.append)

    def expected(module):
        for _, child in module.named_children():
            yield from expected(child)
        yield module

    assert list(map(id, visited)) == list(map(id, expected(tree)))
    # The order of the printout, which is that of the names.
    leaves = [m for m in tree.modules() if not list(m.children())]
    assert [m for m in visited if m in leaves] == leaves
