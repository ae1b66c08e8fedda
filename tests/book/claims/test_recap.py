"""The recap's sentences, each tried over what it speaks of."""

import copy
import inspect

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from .cases import CASES, FLOATS, NORMS, lazy_names, mlp, tensors

X = torch.rand(2, 20, generator=torch.Generator().manual_seed(0))


def names(cls):
    """The arguments of a class, in order."""
    return list(inspect.signature(cls.__init__).parameters)[1:]


def test_recap_declare(case):
    size, *rest = names(case.eager)
    assert size == case.size
    # Lazy normalization layers have no argument `bias`, which their eager forms got in 2.13.
    missing = {"bias"} if case.is_norm and "bias" not in names(case.lazy) else set()
    assert names(case.lazy) == [name for name in rest if name not in missing]
    assert not missing or case.is_norm
    with pytest.raises(TypeError):
        case.build(**{case.size: 3})


def test_recap_placeholders(case):
    layer, eager = case.build(), case.build_eager(3)
    assert list(tensors(layer)) == list(tensors(eager))
    counters = [name for name in tensors(layer) if name.endswith("num_batches_tracked")]
    assert sorted(lazy_names(layer)) == sorted(set(tensors(layer)) - set(counters))


def test_recap_load(case):
    donor = case.build_eager(3)
    for assign in False, True:
        layer = case.build()
        layer.load_state_dict(donor.state_dict(), assign=assign)
        assert not lazy_names(layer)
        assert all(torch.equal(t, tensors(donor)[name]) for name, t in tensors(layer).items())


def chain(widths, norms):
    """A network of lazy linear layers, some followed by a lazy normalization layer."""
    layers = []
    for width, norm in zip(widths, norms, strict=False):
        layers += [nn.LazyLinear(width), nn.ReLU()] + [nn.LazyBatchNorm1d()] * norm
    return nn.Sequential(*layers)


chains = st.lists(st.integers(1, 9), min_size=1, max_size=6).flatmap(
    lambda widths: st.tuples(
        st.just(widths), st.lists(st.booleans(), min_size=len(widths), max_size=len(widths))
    )
)


@given(chains, st.integers(1, 7))
def test_recap_order(made, columns):
    net, log = chain(*made), []
    for i, layer in enumerate(net):
        if lazy_names(layer):
            layer.register_forward_pre_hook(
                lambda layer, _, i=i: log.append((i, "arrives", len(lazy_names(net[i + 1 :])))),
                prepend=True,
            )
            layer.register_forward_hook(
                lambda layer, *_, i=i: log.append((i, "leaves", len(lazy_names(net[i + 1 :]))))
            )
    net(torch.zeros(3, columns))
    assert [entry[0] for entry in log] == sorted(entry[0] for entry in log)
    for (i, _, later), (j, _, still) in zip(log[::2], log[1::2], strict=True):
        assert i == j and later == still  # while a layer runs, no later one changes


@given(chains, st.integers(1, 7), st.sampled_from(CASES))
def test_recap_reaches(made, columns, case):
    net, arrived = chain(*made), {}
    for i, layer in enumerate(net):
        layer.register_forward_pre_hook(
            lambda layer, args, i=i: arrived.__setitem__(i, args[0].shape[1]), prepend=True
        )
    net(torch.zeros(3, columns))
    for i, layer in enumerate(net):
        size = getattr(layer, "in_features", getattr(layer, "num_features", None))
        assert size in (None, arrived[i])
    layer = case.build()
    layer(case.input(columns, side=4))
    assert getattr(layer, case.size) == columns


def test_recap_none():
    for build in nn.LayerNorm, nn.RMSNorm, nn.RNN, nn.LSTM, nn.GRU, nn.MultiheadAttention:
        assert not hasattr(nn, f"Lazy{build.__name__}")
        with pytest.raises((TypeError, ValueError, AttributeError)):
            build()


def test_recap_initializer():
    fillers = [
        nn.init.normal_, nn.init.uniform_, nn.init.ones_, nn.init.zeros_, nn.init.xavier_uniform_,
        nn.init.xavier_normal_, nn.init.kaiming_uniform_, nn.init.kaiming_normal_,
        nn.init.orthogonal_, nn.init.trunc_normal_, nn.init.eye_,
    ]  # fmt: skip
    for fill in fillers:
        with pytest.raises((ValueError, RuntimeError), match="uninitialized parameter|shape"):
            fill(mlp()[0].weight)

    def by_type(m):
        if type(m) is nn.Linear:
            nn.init.ones_(m.weight)

    def by_data(m):
        if isinstance(m, nn.Linear):
            m.weight.data.fill_(1)

    for initializer in by_type, by_data:
        net = mlp().apply(initializer)
        net(X)
        assert not (net[0].weight == 1).all()
        net.apply(initializer)
        assert (net[0].weight == 1).all()
    for case in CASES:
        layer = case.build()
        layer.weight.data.fill_(7)
        layer(case.input())
        assert not (layer.weight == 7).any()

    def by_lazy_class(m):
        if type(m) is nn.LazyLinear:
            nn.init.ones_(m.weight)

    with pytest.raises(ValueError, match="uninitialized parameter"):
        mlp().apply(by_lazy_class)
    net = mlp()
    net(X)
    assert not (net.apply(by_lazy_class)[0].weight == 1).any()


def test_recap_refuse():
    refused = []
    for name, cls in vars(torch.optim).items():
        if inspect.isclass(cls) and issubclass(cls, torch.optim.Optimizer) and cls.__name__ == name:
            if cls is torch.optim.Optimizer:
                continue
            try:
                cls(mlp().parameters(), lr=0.1)
            except (ValueError, RuntimeError):
                refused.append(name)
    assert sorted(refused) == ["Adagrad", "Muon"]


def test_recap_silent():
    net = mlp()
    decayed = [p for p in net.parameters() if p.ndim >= 2]
    net(X)
    assert decayed == [] and sum(p.ndim >= 2 for p in net.parameters()) == 2
    layer = nn.LazyLinear(4)
    layer.weight.data.normal_(0, 100)
    layer(X)
    assert layer.weight.abs().max() < 1
    for dtype in FLOATS:
        source = mlp().to(dtype)
        one, two = copy.deepcopy(source), copy.deepcopy(source)
        one(X.to(dtype)), two(X.to(dtype))
        assert not torch.equal(one[0].weight, two[0].weight)
    for case in NORMS:  # a placeholder of a buffer cannot be copied at all
        with pytest.raises(ValueError, match="__deepcopy__"):
            copy.deepcopy(case.build())


def test_recap_order_of_lines():
    torch.manual_seed(0)
    net = mlp()
    net(torch.zeros(1, 20))
    net.apply(lambda m: nn.init.ones_(m.weight) if isinstance(m, nn.Linear) else None)
    assert sum(p.numel() for p in net.parameters()) == 7946
    copied = copy.deepcopy(net)
    assert all(map(torch.equal, copied.parameters(), net.parameters()))
    for cls in torch.optim.SGD, torch.optim.AdamW, torch.optim.Adagrad:
        optimizer = cls(net.parameters(), lr=0.1)
        net(X).sum().backward()
        old = [p.detach().clone() for p in net.parameters()]
        optimizer.step()
        assert not any(map(torch.equal, net.parameters(), old))
