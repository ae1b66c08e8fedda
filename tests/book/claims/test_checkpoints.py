"""The claims of the page on loading and resuming."""

import io

import pytest
import torch
from torch import nn

from .cases import CASES, FLOATS, NORMS, lazy_names, mlp, tensors

INSTANCE = "LazyInstanceNorm"


def trained(case, size=3, dtype=torch.float32, **options):
    """A layer that has run, with values unlike those of a new one, and its input."""
    layer = case.build(dtype=dtype, **options)
    X = case.input(size, dtype=dtype)
    layer(X)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for p in layer.parameters():
            p.copy_(torch.rand(p.shape, generator=generator))
    return layer, X


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_checkpoints_load(case, dtype):
    donor, X = trained(case, dtype=dtype)
    layer = case.build(dtype=dtype)
    before = tensors(layer)
    assert str(layer.load_state_dict(donor.state_dict())) == "<All keys matched successfully>"
    assert lazy_names(layer) == []
    for name, tensor in tensors(layer).items():
        assert tensor is before[name]
        assert torch.equal(tensor, tensors(donor)[name])
    if case.name.startswith(INSTANCE):
        with pytest.raises(ValueError, match=r"to match num_features \(0\)"):
            layer(X)
    else:
        assert torch.equal(layer.eval()(X), donor.eval()(X))
        assert type(layer) is case.eager
        assert all(tensor is before[name] for name, tensor in tensors(layer).items())
    # On meta, a placeholder gets a shape and no values: the page speaks of the CPU.
    with torch.device("meta"):
        layer = case.build()
    with pytest.warns(UserWarning, match="no-op"):
        layer.load_state_dict(donor.state_dict())
    assert lazy_names(layer) == [] and layer.weight.is_meta


def test_checkpoints_sizes(case):
    donor, X = trained(case, 5)
    layer = case.build()
    layer.load_state_dict(donor.state_dict())
    assert layer.weight.shape == donor.weight.shape
    assert getattr(layer, case.size) == 0
    if case.name.startswith(INSTANCE):
        return
    layer(X)
    assert layer.weight.shape == donor.weight.shape
    # If the second number is no longer 0, PyTorch corrects it: the page says that it doesn't.
    assert getattr(layer, case.size) == (5 if case.name == "LazyLinear" else 0)
    assert f"{type(layer).__name__}(0, " in repr(layer) or case.name == "LazyLinear"


@pytest.mark.parametrize("assign", (False, True))
def test_checkpoints_first(case, assign):
    donor, X = trained(case, 5)
    layer = case.build()
    layer(X)
    layer.load_state_dict(donor.state_dict(), assign=assign)
    assert getattr(layer, case.size) == 5
    assert torch.equal(layer.eval()(X), donor.eval()(X))
    for strict in True, False:
        other, _ = trained(case, 4)
        with pytest.raises(RuntimeError, match="size mismatch for"):
            layer.load_state_dict(other.state_dict(), strict=strict, assign=assign)
    if case.is_norm:  # one that has nothing to fill keeps the size 0, and loads everything
        bare = [case.build(affine=False, track_running_stats=False) for _ in range(2)]
        bare[0](X), bare[1](case.input(4))
        assert [layer.num_features for layer in bare] == [0, 0]
        assert "All keys matched" in str(bare[0].load_state_dict(bare[1].state_dict()))
    else:
        name = "out_features" if case.name == "LazyLinear" else "out_channels"
        narrow, _ = trained(case, 5, **{name: 2})
        with pytest.raises(RuntimeError, match="size mismatch for"):
            layer.load_state_dict(narrow.state_dict(), assign=assign)


@pytest.fixture
def nan_in_new_memory():
    """With deterministic algorithms, ``torch.empty`` fills with nan."""
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)


@pytest.mark.parametrize("assign", (False, True))
def test_checkpoints_partial(case, assign, nan_in_new_memory):
    donor, X = trained(case)
    state = donor.state_dict()
    names = [name for name in state if name != "num_batches_tracked"]
    parts = [{name} for name in names]
    if case.is_norm:
        parts += [{"weight", "bias"}, {"running_mean", "running_var"}]
    for part in parts:
        loaded = {name: state[name].clone() for name in part}
        layer = case.build()
        layer.load_state_dict(loaded, strict=False, assign=assign)
        assert set(lazy_names(layer)) == set(names) - part
        # A strict load, which raises, has copied what it found all the same.
        with pytest.raises(RuntimeError, match="Missing key"):
            (strict := case.build()).load_state_dict(loaded, assign=assign)
        assert lazy_names(strict) == lazy_names(layer)
        unchecked = case.name == "LazyLinear" or "running_mean" in part or "running_var" in part
        first = "weight" if "weight" in part else "bias"
        message = "materialize" if unchecked else f"self.{first} must be an UninitializedParameter"
        with pytest.raises((AttributeError, AssertionError), match=message):
            layer(X)
        # What the failed pass materialized before it raised is never filled.
        stuck_at_the_last = {"running_var"} if case.is_norm else {"bias"}
        if part in (stuck_at_the_last, {"running_mean", "running_var"}):
            layer(X)
            assert layer.weight.isnan().all()
        else:
            with pytest.raises((AttributeError, AssertionError)):
                layer(X)
        # After a dry run, what is missing keeps the values that were drawn.
        layer = case.build()
        layer(X)
        drawn = {name: t.clone() for name, t in layer.state_dict().items()}
        layer.load_state_dict(loaded, strict=False, assign=assign)
        for name in names:
            assert torch.equal(layer.state_dict()[name], {**drawn, **loaded}[name])
        layer(X)


@pytest.mark.parametrize("strict", (True, False))
def test_checkpoints_empty(case, strict):
    X, state = case.input(), case.build().state_dict()
    assert all(nn.parameter.is_lazy(t) for name, t in state.items() if "num_batches" not in name)
    layer = case.build()
    placeholders = tensors(layer)
    assert "All keys matched" in str(layer.load_state_dict(state, strict=strict))
    assert lazy_names(layer) == lazy_names(case.build())
    assert all(tensor is placeholders[name] for name, tensor in tensors(layer).items())
    other = case.build()
    other(X), layer(X)
    # What is filled at random is each one's own; the rest is the same for all.
    assert torch.equal(layer.weight, other.weight) == case.is_norm
    with pytest.raises(RuntimeError, match="Can't access the shape of an uninitialized"):
        layer.load_state_dict(case.build().state_dict(), strict=strict)
    with pytest.raises(RuntimeError, match="whose dimensions in the model are"):
        case.build().load_state_dict(case.build().state_dict(), strict=strict, assign=True)
    # The eager layers of such a network have values, and hand them over.
    online, target = (nn.Sequential(case.build(), nn.Linear(20, 8)) for _ in range(2))
    assert not torch.equal(online[1].weight, target[1].weight)
    target.load_state_dict(online.state_dict(), strict=strict)
    assert torch.equal(online[1].weight, target[1].weight)
    assert lazy_names(target[0]) == lazy_names(case.build())


@pytest.mark.parametrize("state", ("never ran", "dry run", "eager"))
def test_checkpoints_optimizer(state):
    X = torch.rand(2, 20)
    donor = mlp()
    donor(X)

    def changed(assign, loaded_first):
        net = mlp()
        if state == "eager":
            net = nn.Sequential(nn.Linear(20, 256), nn.ReLU(), nn.Linear(256, 10))
        if state == "dry run":
            net(X)
        if loaded_first:
            net.load_state_dict(donor.state_dict(), assign=assign)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        if not loaded_first:
            net.load_state_dict(
                {k: v.clone() for k, v in donor.state_dict().items()}, assign=assign
            )
        old = [p.detach().clone() for p in net.parameters()]
        net(X).square().sum().backward()
        optimizer.step()
        return sum(not torch.equal(p, q) for p, q in zip(net.parameters(), old, strict=True))

    assert changed(assign=True, loaded_first=True) == 4
    assert changed(assign=True, loaded_first=False) == 0
    assert changed(assign=False, loaded_first=False) == 4


@pytest.mark.parametrize("inside", CASES, ids=str)
def test_checkpoints_new_layer(inside):
    """Whatever is loaded, the new last layer finds its size; InstanceNorm needs a dry run first."""

    def build(outputs):
        return nn.Sequential(inside.build(), nn.Flatten(), nn.LazyLinear(outputs))

    X = inside.input()
    donor, net = build(10), build(3)
    donor(X)
    if inside in NORMS and inside.name.startswith(INSTANCE):
        net[:-1](X)
    net[:-1].load_state_dict(donor[:-1].state_dict())
    assert lazy_names(net) == ["2.weight", "2.bias"]
    assert net.eval()(X).shape == (2, 3)
    assert net[2].weight.shape == (3, donor[2].in_features)
    assert torch.equal(net[0].weight, donor[0].weight)
    for name, buffer in net[0].named_buffers():  # evaluation mode leaves them as loaded
        assert torch.equal(buffer, donor[0].get_buffer(name))
    if "BatchNorm" in inside.name:
        net.train()(X)
        assert not torch.equal(net[0].running_mean, donor[0].running_mean)


def adam(net):
    return torch.optim.Adam(net.parameters())


def momentum(net):
    return torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)


def adagrad(net):
    return torch.optim.Adagrad(net.parameters())


@pytest.mark.parametrize("norm", (nn.Identity, nn.LazyBatchNorm1d), ids=("", "BatchNorm"))
@pytest.mark.parametrize(
    ("make", "early"),
    # Adagrad cannot be built on placeholders.
    [(adam, True), (adam, False), (momentum, True), (momentum, False), (adagrad, False)],
)
def test_checkpoints_state(make, early, norm):

    def build():
        return nn.Sequential(nn.LazyLinear(32), norm(), nn.ReLU(), nn.Dropout(), nn.LazyLinear(10))

    def train(net, optimizer, batches):
        for X, y in batches:
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(X), y).backward()
            optimizer.step()

    torch.manual_seed(1)
    batches = [(torch.rand(8, 20), torch.randint(10, (8,))) for _ in range(6)]

    def start():
        torch.manual_seed(0)
        net = build()
        if not early:
            net(batches[0][0])
        return net, make(net)

    straight, optimizer = start()
    train(straight, optimizer, batches)

    net, optimizer = start()
    train(net, optimizer, batches[:3])
    file = io.BytesIO()
    random = torch.get_rng_state()
    torch.save(
        {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "random": random}, file
    )
    file.seek(0)
    saved = torch.load(file)

    def resume(parts):
        torch.manual_seed(99)
        net = build()
        if early:
            optimizer = make(net)
        net.load_state_dict(saved["net"])
        if not early:
            optimizer = make(net)
        if "optimizer" in parts:
            optimizer.load_state_dict(saved["optimizer"])
        if "random" in parts:
            torch.set_rng_state(saved["random"])
        train(net, optimizer, batches[3:])
        ours, theirs = net.state_dict(), straight.state_dict()
        return all(torch.equal(ours[name], theirs[name]) for name in theirs)

    assert resume(("optimizer", "random"))
    # None of the three can be left out.
    assert not resume(("optimizer",))
    assert not resume(("random",))
