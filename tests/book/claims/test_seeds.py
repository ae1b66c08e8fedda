"""The claims of the page on seeds: the same bit for bit, or not."""

import copy
import functools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from .cases import CASES, FLOATS, Case, lazy_names

#: The classes whose initial values are random.
DRAWN = [case for case in CASES if not case.is_norm]
HALF = torch.float16


def bits(net):
    return {name: t.clone() for name, t in net.state_dict().items()}


def equal(net, other):
    ours, theirs = bits(net), bits(other)
    return ours.keys() == theirs.keys() and all(torch.equal(ours[k], theirs[k]) for k in ours)


def same(build, build_lazily, run):
    """Whether both are equal when each is built, and the lazy one run, after the same seed."""
    torch.manual_seed(0)
    net = build()
    torch.manual_seed(0)
    other = build_lazily()
    run(other)
    assert lazy_names(other) == []
    return equal(net, other)


def eager(**options):
    return nn.Sequential(nn.Linear(20, 256, **options), nn.ReLU(), nn.Linear(256, 10, **options))


def lazy(**options):
    return nn.Sequential(nn.LazyLinear(256, **options), nn.ReLU(), nn.LazyLinear(10, **options))


def zeros(net):
    net(torch.zeros(1, 20, dtype=next(net.parameters()).dtype))


@st.composite
def stacks(draw):
    """A stack of layers: pairs of a lazy layer and a function that builds the eager one, and X."""
    dims = draw(st.integers(0, 3))
    dtype = draw(st.sampled_from(FLOATS))
    rows = draw(st.integers(0, 4))
    side = 9
    kinds = [case for case in CASES if case.dims == dims]
    plan = [draw(st.sampled_from(kinds)) for _ in range(draw(st.integers(1, 4)))]
    widths = [draw(st.integers(1, 6)) for _ in range(len(plan) + 1)]
    flat = draw(st.booleans())
    return dims, dtype, rows, side, plan, widths, flat


def build_stack(stack, is_lazy):
    """Build a drawn stack; the eager one is told every size, counted along the way."""
    dims, dtype, _, side, plan, widths, flat = stack
    size, layers = widths[0], []
    for case, width in zip(plan, widths[1:], strict=True):
        options = {} if case.is_norm else {next(iter(case.arguments)): width}
        options["dtype"] = dtype
        layers.append(case.build(**options) if is_lazy else case.build_eager(size, **options))
        layers.append(nn.ReLU())
        if not case.is_norm:
            size = width
        if dims and not case.is_norm:
            side += 2 if case.is_transposed else -2
    if flat:
        layers.append(nn.Flatten())
        size *= side**dims
        layers.append(nn.LazyLinear(5, dtype=dtype) if is_lazy else nn.Linear(size, 5, dtype=dtype))
    return nn.Sequential(*layers)


@functools.cache
def each_condition_is_needed():
    def mixed():
        return nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.Linear(256, 10))

    def dropout():
        return nn.Sequential(nn.LazyLinear(256), nn.Dropout(), nn.LazyLinear(10))

    def ordered(order, kind):
        return lambda: Pair(order, *[kind() for _ in range(2)])

    def linear():
        return nn.Linear(20, 4)

    def lazy_linear():
        return nn.LazyLinear(4)

    assert same(eager, lazy, zeros)
    assert not same(eager, lazy, lambda net: net(torch.rand(1, 20)))
    assert not same(eager, mixed, zeros)
    assert not same(eager, dropout, zeros)
    assert same(eager, lambda: dropout().eval(), zeros)
    assert same(ordered((0, 1), linear), ordered((0, 1), lazy_linear), zeros)
    assert not same(ordered((1, 0), linear), ordered((1, 0), lazy_linear), zeros)
    never_called = [(0, 2), nn.LazyLinear(4), nn.LazyLinear(4), nn.LazyLinear(3)]
    torch.manual_seed(0)
    theirs = [nn.Linear(20, 4), nn.Linear(20, 4), nn.Linear(20, 3)]
    torch.manual_seed(0)
    ours = Pair(*never_called)
    ours(torch.zeros(1, 20))
    assert torch.equal(ours.layers[0].weight, theirs[0].weight)
    assert not torch.equal(ours.layers[2].weight, theirs[2].weight)
    assert not same(lambda: eager().double(), lambda: lazy().double(), zeros)
    donor = {"weight": torch.ones(256, 20), "bias": torch.ones(256)}

    def loaded(make):
        net = make()
        net[0].load_state_dict(donor)
        return net

    def copied(layer):
        return nn.Sequential(layer, copy.deepcopy(layer))

    class Pieces(nn.Module):
        """Its forward pass is compiled in two pieces."""

        def __init__(self, make):
            super().__init__()
            self.first, self.second = make(20), make(20)

        def forward(self, X):
            H = self.first(X)
            torch._dynamo.graph_break()
            return self.second(H)

    def compiled(net):
        torch.compile(net, backend="eager")(torch.zeros(1, 20))

    def pieces():
        return Pieces(lambda size: nn.Linear(20, size))

    def lazy_pieces():
        return Pieces(nn.LazyLinear)

    assert same(pieces, lazy_pieces, zeros)
    assert not same(pieces, lazy_pieces, compiled)
    # The pass leaves the random numbers as they were: the next network gets the same.
    first, second = nn.Sequential(nn.LazyLinear(4)), nn.Sequential(nn.LazyLinear(4))
    compiled(first), compiled(second)
    assert torch.equal(first[0].weight, second[0].weight)
    # A lazy layer that is compiled by itself does draw: the page speaks of a network with some in.
    first, second = nn.LazyLinear(4), nn.LazyLinear(4)
    compiled(first), compiled(second)
    assert not torch.equal(first.weight, second.weight)

    # "In the order in which the eager ones are built", which need not be that of the printout.
    class HeadFirst(nn.Module):
        """Builds its head first and registers it last."""

        def __init__(self, make):
            super().__init__()
            head, body = make(), make()
            self.body, self.head = body, head

        def forward(self, X, head_first):
            for layer in (self.head, self.body) if head_first else (self.body, self.head):
                layer(X)

    for head_first in True, False:
        assert head_first is same(
            lambda: HeadFirst(linear),
            lambda: HeadFirst(lazy_linear),
            lambda net, order=head_first: net(torch.zeros(1, 20), order),
        )
    # "With the same options": the defaults of the lazy instance normalization are others.
    norm, lazy_norm = nn.InstanceNorm2d(3), nn.LazyInstanceNorm2d()
    assert not list(norm.parameters()) and list(lazy_norm.parameters())
    assert not same(lambda: loaded(eager), lambda: loaded(lazy), zeros)
    assert not same(lambda: copied(nn.Linear(20, 20)), lambda: copied(nn.LazyLinear(20)), zeros)


@given(stacks())
def test_seeds_equal(stack):
    dims, dtype, rows, side, plan, widths, _ = stack
    if any("InstanceNorm" in case.name for case in plan):
        rows = max(rows, 1)  # it raises an IndexError on zero rows
    X = torch.zeros(rows, widths[0], *[side] * dims, dtype=dtype)
    # In evaluation mode a normalization accepts one row, and its statistics stay as they are.
    assert same(
        lambda: build_stack(stack, is_lazy=False),
        lambda: build_stack(stack, is_lazy=True),
        lambda net: net.eval()(X),
    )
    each_condition_is_needed()


class Pair(nn.Module):
    """Two or three layers; calls those that ``order`` names."""

    def __init__(self, order, *layers):
        super().__init__()
        self.layers, self.order = nn.ModuleList(layers), order

    def forward(self, X):
        for i in self.order:
            self.layers[i](X)


@pytest.mark.parametrize("dtype", [*FLOATS, HALF], ids=str)
@pytest.mark.parametrize("case", DRAWN, ids=str)
def test_seeds_convert(case, dtype):
    # As many weights as the page's layer has: among few, no half-precision number differs.
    options = {**case.arguments, next(iter(case.arguments)): 120}
    if case.dims:
        options["kernel_size"] = 1

    def run(layer):
        layer(case.input(400, rows=1, side=1, dtype=layer.weight.dtype))

    def run_then_convert():
        layer = case.build(**options)
        run(layer)
        return layer.to(dtype)

    def differing(build, build_lazily):
        torch.manual_seed(0)
        layer = build()
        torch.manual_seed(0)
        other = build_lazily()
        run(other)
        assert lazy_names(other) == []
        return (layer.weight != other.weight).sum().item()

    def convert():
        return case.build_eager(400, **options).to(dtype)

    assert (
        differing(
            lambda: case.build_eager(400, **options, dtype=dtype),
            lambda: case.build(**options, dtype=dtype),
        )
        == 0
    )
    assert differing(convert, run_then_convert) == 0
    # Both or neither: an eager layer built in the dtype is not what a lazy one converts to.
    built = differing(lambda: case.build_eager(400, **options, dtype=dtype), run_then_convert)
    assert (built == 0) is (dtype is torch.float32)
    between = differing(convert, lambda: case.build(**options).to(dtype))
    expected = {torch.float32: {0}, torch.float64: {48_000}}.get(dtype, range(1, 480))
    assert between in expected


def fill(module):
    if isinstance(module, (nn.Linear, nn.modules.conv._ConvNd)):
        nn.init.xavier_uniform_(module.weight)
        nn.init.uniform_(module.bias)


def fill_weights(module):
    if hasattr(module, "weight"):
        nn.init.xavier_uniform_(module.weight)


def seeded(net, init):
    torch.manual_seed(0)
    return net.apply(init)


@pytest.mark.parametrize("case", DRAWN, ids=str)
def test_seeds_after(case: Case):
    X = case.input()

    def net(order, *kinds, dtype=None, drop=False):
        """Layers, lazy or eager; all of them have run afterwards."""
        layers = [case.build() if kind == "lazy" else case.build_eager(3) for kind in kinds]
        if drop:
            layers[0] = nn.Sequential(layers[0], nn.Dropout())
        built = Pair(order, *layers).to(dtype or torch.float32)
        built(torch.rand_like(X, dtype=dtype))
        for layer in built.layers:
            layer(X.to(dtype or torch.float32))
        return built

    def agree(init, *variants, dtype=None):
        reference = seeded(net((0, 1), "eager", "eager", dtype=dtype), init).state_dict()
        for variant in variants:
            ours = seeded(variant, init).state_dict().values()
            yield all(torch.equal(p, q) for p, q in zip(ours, reference.values(), strict=True))

    variants = [
        net((0, 1), "lazy", "lazy"),
        net((0, 1), "lazy", "eager"),
        net((0, 1), "eager", "lazy"),
        net((1, 0), "lazy", "lazy"),
        net((1,), "lazy", "lazy"),
        net((0, 1), "lazy", "lazy", drop=True),
    ]
    assert all(agree(fill, *variants))
    for dtype in torch.float64, torch.bfloat16:
        assert all(agree(fill, net((0, 1), "lazy", "lazy", dtype=dtype), dtype=dtype))
    # It has to fill every parameter.
    assert not any(agree(fill_weights, *variants))
    if case.dims == 2:  # the values go into the memory in its order
        apart = net((0, 1), "lazy", "lazy").to(memory_format=torch.channels_last)
        assert not any(agree(fill, apart))
    norm = nn.Sequential(case.build(), getattr(nn, f"LazyBatchNorm{case.dims or 1}d")())
    norm(X)
    assert seeded(norm, fill)[1].running_mean.any()
    assert not seeded(norm, lambda m: getattr(m, "reset_parameters", int)())[1].running_mean.any()
