"""What *Writing a lazy layer* says, tried on layers with each part present, missing or wrong."""

import pytest
import torch
from torch import nn
from torch.nn.modules.lazy import LazyModuleMixin

from .cases import lazy_names

X = torch.rand(2, 20, generator=torch.Generator().manual_seed(0))


class LazyNorm(LazyModuleMixin, nn.LayerNorm):
    """The page's lazy LayerNorm, with a switch for each of its parts."""

    cls_to_become = nn.LayerNorm
    guarded, fills, all_of_it = True, True, True

    def __init__(self):
        super().__init__(0)
        self.weight, self.bias = nn.UninitializedParameter(), nn.UninitializedParameter()

    def reset_parameters(self):
        if not (self.guarded and self.has_uninitialized_params()):
            super().reset_parameters()

    def initialize_parameters(self, input):
        self.normalized_shape = (input.shape[-1],)
        self.weight.materialize(self.normalized_shape)
        if self.all_of_it:
            self.bias.materialize(self.normalized_shape)
        if self.fills:
            self.reset_parameters()


def test_own_parts():
    layer = LazyNorm()
    assert torch.equal(layer(X), nn.LayerNorm(20)(X)) and type(layer) is nn.LayerNorm

    class Second(nn.LayerNorm, LazyModuleMixin):
        __init__ = LazyNorm.__init__
        reset_parameters = LazyNorm.reset_parameters
        guarded = True

    Second.__init__ = lambda self: (
        nn.LayerNorm.__init__(self, 0),
        setattr(self, "weight", nn.UninitializedParameter()),
    )[0]
    Second.reset_parameters = nn.LayerNorm.reset_parameters
    assert not Second()._forward_pre_hooks

    class Positional(LazyNorm):
        def initialize_parameters(self, x):
            super().initialize_parameters(x)

    Positional()(X)
    with pytest.raises(TypeError, match="unexpected keyword argument 'input'"):
        Positional()(input=X)

    class TwoInputs(LazyNorm):
        cls_to_become = None

        def forward(self, input, mask):
            return super().forward(input) * mask

    with pytest.raises(TypeError, match="takes 2 positional arguments but 3 were given"):
        TwoInputs()(X, X)
    TwoInputs.initialize_parameters = lambda self, input, *args, **kwargs: (
        LazyNorm.initialize_parameters(self, input)
    )
    assert TwoInputs()(X, mask=X).shape == X.shape

    class Unguarded(LazyNorm):
        guarded = False

    class WithoutReset(LazyModuleMixin, nn.ReLU):
        def __init__(self):
            super().__init__()
            self.weight = nn.UninitializedParameter()

        def initialize_parameters(self, input):
            self.weight.materialize(input.shape[-1:])

    assert not hasattr(WithoutReset, "reset_parameters")
    layer = WithoutReset()
    assert layer(X).shape == X.shape and not lazy_names(layer)
    assert Unguarded()(X).shape == X.shape  # LayerNorm fills itself before the placeholders exist
    with pytest.raises(ValueError, match="uninitialized parameter"):
        Unguarded().reset_parameters()


def test_own_noticed():
    class Missing(LazyModuleMixin, nn.LayerNorm):
        pass

    with pytest.raises(NotImplementedError, match="initialize_parameters is not implemented"):
        Missing(20)(X)

    class Partly(LazyNorm):
        all_of_it = fills = False

    with pytest.raises(RuntimeError, match="has not been fully initialized"):
        Partly()(X)

    class InList(LazyModuleMixin, nn.Identity):
        def __init__(self):
            super().__init__()
            self.weights = nn.ParameterList([nn.UninitializedParameter()])

        def initialize_parameters(self, input):
            pass

    layer = InList()  # placeholders in a submodule are not its own
    layer(X)
    assert lazy_names(layer) == ["weights.0"]

    class NotFilled(LazyNorm):
        fills = False

    torch.use_deterministic_algorithms(True)
    try:
        layer = NotFilled()
        layer(X)
    finally:
        torch.use_deterministic_algorithms(False)
    assert type(layer) is nn.LayerNorm and not lazy_names(layer)
    assert layer.weight.isnan().all() and layer.bias.isnan().all()


@pytest.mark.parametrize(
    "eager, lazy, build",
    [
        (nn.Linear, nn.LazyLinear, lambda c: c(4)),
        (nn.Conv2d, nn.LazyConv2d, lambda c: c(4, 3)),
        (nn.BatchNorm2d, nn.LazyBatchNorm2d, lambda c: c()),
    ],
)
def test_own_forward(eager, lazy, build):
    data = X if eager is nn.Linear else X.reshape(2, 5, 2, 2).repeat(1, 1, 4, 4)

    def twice(base):
        return type(
            "Twice", (base,), {"forward": lambda self, input: 2 * eager.forward(self, input)}
        )

    def calls(layer):
        layer(data)
        layer.eval()
        return [torch.equal(layer(data), 2 * eager.forward(layer, data)) for _ in range(2)]

    lost = build(twice(lazy))
    lost(data)
    assert type(lost) is eager and calls(lost) == [False, False]
    # With super() even the first call fails, and the second runs the eager class's forward.
    failing = build(
        type("Failing", (lazy,), {"forward": lambda self, X: 2 * super(lazy, self).forward(X)})
    )
    with pytest.raises(TypeError, match="must be an instance or subtype|is not an instance"):
        failing(data)
    assert type(failing) is eager and calls(failing) == [False, False]
    # In a compiled network, it has lost its forward in the first call.
    compiled = nn.Sequential(build(twice(lazy)).eval())
    first = torch.compile(compiled, backend="eager")(data)
    assert torch.equal(first, eager.forward(compiled[0], data))
    stays = build(type("Stays", (twice(lazy),), {"cls_to_become": None}))
    assert calls(stays) == [True, True]
    double = twice(eager)
    becomes = build(type("Becomes", (lazy, double), {"cls_to_become": double}))
    first = becomes(data)
    assert type(becomes) is double and calls(becomes) == [True, True]
    if eager is not nn.BatchNorm2d:  # whose statistics move between the calls
        assert torch.equal(first, becomes(data))
    # The order of the bases matters: without the eager one, the first call is not doubled.
    late = build(type("Late", (lazy,), {"cls_to_become": double}))
    if eager is not nn.BatchNorm2d:
        assert not torch.equal(late(data), late(data))


@pytest.mark.parametrize(
    "build", [lambda: nn.LayerNorm(0), lambda: nn.RMSNorm(0), lambda: nn.GroupNorm(4, 0)]
)
def test_own_empty(build):
    build()
    for raises in (
        lambda: nn.Bilinear(0, 0, 4),
        lambda: nn.RNN(0, 32),
        lambda: nn.LSTM(0, 32),
        lambda: nn.GRU(0, 32),
        lambda: nn.MultiheadAttention(0, 1),
    ):
        with pytest.raises(ValueError, match="greater than|must be > 0"):
            raises()
