"""The claims of the page *A safe dry run*, tried on the function that the page itself prints."""

import re
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from d2l import torch as d2l
from torch import nn
from torch.nn.parameter import is_lazy
from torch.nn.utils.rnn import pack_padded_sequence

from .cases import CASES, FLOATS, lazy_names, mlp, tensors
from .nets import NETS, LoRA, Net, features, sequence, split

#: Affine InstanceNorm is the one built-in layer that rejects an empty batch (PyTorch 2.15).
NO_EMPTY = tuple(case for case in CASES if "InstanceNorm" in case.name)
PAGE = Path(__file__).resolve().parents[3] / "book" / "dryrun.md"


def cell(label: str) -> str:
    """The source of the page's code cell with a label, without its options."""
    found = re.search(
        rf"^\({label}\)=\n```{{code-cell}} ipython3\n(?::.*\n)*(.*?)^```$",
        PAGE.read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    assert found, f"{PAGE.name} has no cell {label}"
    return found[1]


_page: dict[str, Any] = {"torch": torch, "nn": nn}
exec(cell("dryrun-function"), _page)
dry_run = _page["dry_run"]


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("name", NETS)
def test_dryrun_clean(name, rows):
    """Only shapes and values of placeholders change, in any mix of modes, in inference mode too."""
    make, dummy = NETS[name]
    torch.manual_seed(0)
    net = make()
    for number, module in enumerate(net.modules()):
        module.training = number % 3 != 1
    modes = [(m, m.training) for m in net.modules()]
    args, kwargs = split(dummy(rows))
    before = tensors(net)
    kept = {k: t.detach().clone() for k, t in before.items() if not is_lazy(t)}
    wanted = {k: t.requires_grad for k, t in before.items()}
    merged = [m.merged for m in net.modules() if isinstance(m, LoRA)]
    with torch.inference_mode(rows == 1):
        assert dry_run(net, *args, **kwargs) is net
    after = tensors(net)
    assert [m.training for m, _ in modes] == [training for _, training in modes]
    assert all(after[k] is t for k, t in before.items())
    assert all(t.is_meta or torch.equal(after[k], t) for k, t in kept.items())
    assert all(t.grad is None and not t.is_inference() for t in after.values())
    assert {k: t.requires_grad for k, t in after.items()} == wanted
    assert merged == [m.merged for m in net.modules() if isinstance(m, LoRA)]
    assert lazy_names(net) == []
    for key in before.keys() - kept.keys():  # BatchNorm has counted nothing
        if key.endswith("running_mean"):
            assert after[key].is_meta or not after[key].any()
        if key.endswith("running_var"):
            assert after[key].is_meta or after[key].eq(1).all()


def test_dryrun_left(case):
    """What was not reached, or saw no columns, is named; a plain list is the exception."""
    net = Net(lambda m, X: m.a(X), a=case.build(), b=case.build())
    net.train(True)
    named = lazy_names(net.b)
    with pytest.raises(RuntimeError, match="^uninitialized: ") as error:
        dry_run(net, case.input(rows=int(case in NO_EMPTY)))
    assert str(error.value) == "uninitialized: " + ", ".join(
        sorted((f"b.{n}" for n in named), key=lambda n: "running" in n)
    )
    assert all(m.training for m in net.modules())
    for rows in (0, 2):  # named, or a layer raises; and a good dummy comes too late
        layer = case.build()
        with pytest.raises((RuntimeError, IndexError, ValueError)):
            dry_run(layer, case.input(0, rows=rows))
        with pytest.raises((RuntimeError, ValueError)):
            dry_run(layer, case.input(3))
    silent = case.build()
    quiet = case.dims == 0 or (not case.is_norm and not case.is_transposed)
    try:
        silent(case.input(0))
        assert quiet
    except (IndexError, RuntimeError):
        assert not quiet
    plain = Net(lambda m, X: m.a[0](X))
    plain.a = [case.build(), case.build()]
    dry_run(plain, case.input())
    assert lazy_names(plain.a[1]) == named
    assert list(plain.parameters()) == []
    with pytest.raises((RuntimeError, ValueError)):  # modes survive a pass that raises
        dry_run(bad := nn.Sequential(case.build(), nn.Linear(77, 1)), case.input())
    assert all(m.training for m in bad.modules())


def test_dryrun_rows():
    """Which code takes no rows, which takes one, and where steps come first."""

    def between(f):
        return Net(lambda m, X: m.b(f(m.a(X))), a=nn.LazyLinear(80), b=nn.LazyLinear(2))

    def packed(H):
        return pack_padded_sequence(H, [H.shape[1]] * len(H), batch_first=True).data

    def recurrent(**options):
        lstm = nn.LSTM(4, 3, **options)
        return lambda: Net(lambda m, X: m.lstm(m.a(X)), a=nn.LazyLinear(4), lstm=lstm)

    first, batch = recurrent(), recurrent(batch_first=True)
    for case in CASES:
        dry_run(case.build(), case.input(rows=1))
        if case in NO_EMPTY:
            with pytest.raises(IndexError):
                dry_run(case.build(), case.input(rows=0))
            dry_run(case.lazy(affine=False), case.input(rows=0))
        else:
            dry_run(case.build(), case.input(rows=0))
    S = torch.zeros(16, 5, 20)
    for make, none, one in [
        (lambda: between(lambda H: H - H.max(0).values), False, True),
        (lambda: between(lambda H: torch.stack([h + 1 for h in H])), False, True),
        (lambda: between(lambda H: torch.cat([h[None] for h in H])), False, True),
        (lambda: between(lambda H: H.view(len(H), -1)), False, True),
        (lambda: between(lambda H: H.flatten(1)), True, True),
        (lambda: between(packed), False, True),
        (lambda: between(lambda H: H - H.mean(0)), True, True),
        (first, False, True),
        (batch, True, True),
        (lambda: d2l.MultiHeadAttention(8, 2, 0.1), False, True),
        (lambda: between(lambda H: H.view(-1, 400)), True, True),
        (lambda: between(lambda H: H.view(-1, 256)), True, False),  # a wrong constant
        (lambda: between(lambda H: H.view(-1, 200)), True, True),  # a wrong one that divides
    ]:
        for dummy, fits in (S[:0], none), (S[:1], one):
            args = [dummy] * 3 + [None] if make().__class__ is d2l.MultiHeadAttention else [dummy]
            if fits:
                dry_run(make(), *args)
            else:
                with pytest.raises((RuntimeError, IndexError, ValueError)):
                    dry_run(make(), *args)
    dry_run(first(), S[:, :0])
    assert len(dry_run(between(lambda H: H.view(-1, 256)), S[:0])(S)) == 25
    assert len(dry_run(between(lambda H: H.view(-1, 200)), S[:1])(S)) == 32


@pytest.mark.parametrize("rows", [0, 1])
def test_dryrun_undone(rows):
    """Counters, caches, hooks and numbers that ``forward`` draws outlast the dry run."""
    from torch.ao.quantization import MinMaxObserver

    X = features(rows)
    net = Net(lambda m, X: (m.seen.append(1), m.a(X))[1], a=nn.LazyLinear(4))
    net.seen, hooked = [], []
    net.a.register_forward_hook(lambda *args: hooked.append(args[2]))
    dry_run(net, X)
    assert len(net.seen) == len(hooked) == 1
    assert not hooked[0].requires_grad  # what is kept keeps no graph
    states = {}
    for name, draw in [
        ("none", lambda H: None),
        ("fixed", lambda H: torch.rand(1)),
        ("per row", torch.rand_like),
    ]:
        torch.manual_seed(0)
        net = Net(
            lambda m, X, draw=draw: (draw(H := m.a(X)), m.b(H))[1],
            a=nn.LazyLinear(4),
            b=nn.LazyLinear(4),
        )
        states[name] = dry_run(net, X).b.weight.detach().clone()
    assert not torch.equal(states["none"], states["fixed"])
    assert torch.equal(states["none"], states["per row"]) == (rows == 0)
    observer = MinMaxObserver()
    dry_run(nn.Sequential(nn.LazyLinear(4), observer), X)
    assert torch.isinf(observer.max_val) == (rows == 0)
    if rows:
        attention = d2l.MultiHeadAttention(8, 2, 0.1)
        dry_run(attention, *[sequence(1)] * 3, None)
        assert attention.attention.attention_weights.shape == (2, 5, 5)


def test_dryrun_accepts():
    """Wrong shapes that every layer accepts are taken; those that one rejects are not."""
    assert dry_run(d2l.LeNet(), torch.zeros(1, 28, 28)).net[7].in_features == 25
    assert dry_run(d2l.LeNet(), torch.zeros(0, 1, 28, 28)).net[7].in_features == 400
    assert dry_run(mlp(), torch.zeros(100, 20).T)[0].in_features == 100
    with pytest.raises(RuntimeError, match="Expected 3D or 4D"):
        dry_run(d2l.LeNet(), torch.zeros(0, 28, 28))
    with pytest.raises(RuntimeError, match="uninitialized: weight$"):
        dry_run(nn.LazyConv2d(8, 3), torch.zeros(0, 28, 28))
    for case in CASES:
        for size in (3, 5):  # any size is accepted, whatever was meant
            net = dry_run(case.build(), case.input(size))
            assert getattr(net, case.size) == size


def test_dryrun_order(case):
    """The documentation's order works in every dtype; a dummy of another dtype or device may not.

    Only normalization layers accept some dummies of another dtype.
    """
    doc = nn.modules.lazy.LazyModuleMixin.__doc__
    steps = [
        "transforms the network's device and dtype",
        "performs a dry run",
        "attaches an optimizer",
    ]
    places = [doc.index(step) for step in steps]
    assert places == sorted(places)
    for dtype in FLOATS:
        net = nn.Sequential(case.build()).to(dtype)
        dry_run(net, case.input(rows=int(case in NO_EMPTY), dtype=dtype))
        assert {t.dtype for t in net.parameters()} == {dtype}
        optimizer = torch.optim.Adagrad(net.parameters())  # the one that needs shapes
        before = [p.detach().clone() for p in net.parameters()]
        X = case.input(dtype=dtype)
        net(X).square().sum().backward()
        optimizer.step()
        assert not all(torch.equal(p, q) for p, q in zip(net.parameters(), before, strict=True))
    for other in (torch.float64, torch.long):
        layer = case.build()
        if not case.is_norm:
            with pytest.raises(RuntimeError):
                dry_run(layer, case.input(dtype=other))
        else:
            with warnings.catch_warnings(action="ignore"):
                try:
                    dry_run(layer, case.input(dtype=other))
                except RuntimeError:
                    pass
        assert getattr(layer, case.size) == 3  # the size is kept in any case
    layer = case.build()
    if case.dims == 0:
        with pytest.raises(RuntimeError, match="expected device"):
            dry_run(layer, case.input(device="meta"))
        assert layer.in_features == 3
