"""Nets of different kinds, for the claims of the dry run."""

from collections.abc import Callable
from typing import Any

import torch
import torchvision
from d2l import torch as d2l
from torch import nn
from torch.nn.utils import parametrizations

from .cases import mlp


class Net(nn.Module):
    """A module from a ``forward`` function and its children."""

    def __init__(self, forward: Callable[..., Any], **children: nn.Module):
        super().__init__()
        for name, child in children.items():
            self.add_module(name, child)
        self._forward = forward

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function with this module first."""
        return self._forward(self, *args, **kwargs)


class LoRA(nn.Module):
    """A linear layer that merges its low-rank update into its weight in evaluation mode."""

    def __init__(self, size: int):
        super().__init__()
        self.base = nn.Linear(size, size)
        self.A, self.B = nn.Parameter(torch.randn(2, size)), nn.Parameter(torch.randn(size, 2))
        self.merged = False

    def train(self, mode: bool = True) -> "LoRA":
        """Merge or separate the update."""
        if mode == self.merged:
            update = (self.B @ self.A).detach()
            self.base.weight.data += -update if mode else update
            self.merged = not mode
        return super().train(mode)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Map features to features."""
        H = self.base(X)
        return H if self.merged else H + X @ self.A.T @ self.B.T


class Unswitchable(nn.Linear):
    """A layer whose ``eval`` and ``train`` raise."""

    def train(self, mode: bool = True) -> "Unswitchable":
        """Raise."""
        raise NotImplementedError("no train, no eval")


class FrozenNorm(nn.LazyBatchNorm2d):
    """A BatchNorm that ``train`` leaves in evaluation mode."""

    def train(self, mode: bool = True) -> "FrozenNorm":
        """Stay in evaluation mode."""
        return super().train(False)


def image(n: int, channels: int = 3, side: int = 32) -> torch.Tensor:
    return torch.rand(n, channels, side, side)


def tokens(n: int) -> torch.Tensor:
    return torch.ones(n, 7, dtype=torch.long)


def residual(net: Net, X: torch.Tensor) -> torch.Tensor:
    return net.norm(net.conv(X)).relu() + net.skip(X)


def vision(name: str, last: str, layer: nn.Module, **options: Any) -> nn.Module:
    """One of torchvision's nets whose last layer infers its input size."""
    net = getattr(torchvision.models, name)(weights=None, **options)
    parent, _, child = last.rpartition(".")
    setattr(net.get_submodule(parent), child, layer)
    return net


def resnet() -> nn.Module:
    net = vision("resnet18", "fc", nn.LazyLinear(10))
    net.conv1, net.bn1 = nn.LazyConv2d(64, 7, 2, 3, bias=False), nn.LazyBatchNorm2d()
    return net


def on_meta(make: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
    def build() -> nn.Module:
        with torch.device("meta"):
            return make()

    return build


def features(n: int) -> torch.Tensor:
    return torch.rand(n, 20)


def sequence(n: int) -> torch.Tensor:
    return torch.rand(n, 5, 20)


#: Nets of different kinds: how each is built, and the dummy that it takes for n rows.
NETS: dict[str, tuple[Callable[[], nn.Module], Callable[[int], tuple]]] = {
    "mlp": (mlp, lambda n: (features(n),)),
    "mlp in half": (lambda: mlp().half(), lambda n: (features(n).half(),)),
    "one lazy layer": (lambda: nn.LazyLinear(3), lambda n: (features(n),)),
    "no lazy layer": (lambda: nn.Linear(20, 3), lambda n: (features(n),)),
    "dropout and norm": (
        lambda: nn.Sequential(nn.LazyLinear(8), nn.LazyBatchNorm1d(), nn.Dropout(), mlp()),
        lambda n: (features(n),),
    ),
    "layer, group and RMS norm": (
        lambda: nn.Sequential(
            nn.LazyConv2d(8, 3), nn.GroupNorm(2, 8), nn.LayerNorm(30), nn.RMSNorm(30)
        ),
        lambda n: (image(n),),
    ),
    "1-D convolutions": (
        lambda: nn.Sequential(
            nn.LazyConv1d(8, 3),
            nn.LazyBatchNorm1d(),
            nn.LazyConvTranspose1d(4, 2),
            nn.LazyInstanceNorm1d(affine=True, track_running_stats=True),
        ),
        lambda n: (torch.rand(n or 1, 3, 9),),  # InstanceNorm takes no empty batch
    ),
    "3-D convolutions": (
        lambda: nn.Sequential(
            nn.LazyConv3d(4, 2),
            nn.LazyBatchNorm3d(),
            nn.LazyConvTranspose3d(4, 2),
            nn.LazyInstanceNorm3d(affine=True),
            nn.AdaptiveAvgPool3d(1),
            nn.Flatten(),
            mlp(),
        ),
        lambda n: (torch.rand(n or 1, 3, 4, 5, 6),),
    ),
    "residual block": (
        lambda: Net(
            residual,
            conv=nn.LazyConv2d(8, 3, padding=1),
            norm=nn.LazyBatchNorm2d(),
            skip=nn.LazyConv2d(8, 1),
        ),
        lambda n: (image(n),),
    ),
    "autoencoder": (
        lambda: nn.Sequential(
            nn.LazyConv2d(8, 3, 2, 1), nn.ReLU(), nn.LazyConvTranspose2d(3, 4, 2, 1)
        ),
        lambda n: (image(n),),
    ),
    "inputs by name": (
        lambda: Net(
            lambda m, *, a, b: m.out(torch.cat([m.a(a), m.b(b)], 1)),
            a=nn.LazyLinear(4),
            b=nn.LazyLinear(4),
            out=nn.LazyLinear(2),
        ),
        lambda n: (dict(a=features(n), b=torch.rand(n, 3)),),
    ),
    "an input called net": (
        lambda: Net(lambda m, net: m.a(net), a=nn.LazyLinear(4)),
        lambda n: (dict(net=features(n)),),
    ),
    "a dictionary in and out": (
        lambda: Net(lambda m, d: {k: m.a(v) for k, v in d.items()}, a=nn.LazyLinear(4)),
        lambda n: ({"x": features(n)}, {}),
    ),
    "embedding and LSTM": (
        lambda: Net(
            lambda m, X: m.out(m.lstm(m.emb(X))[0]),
            emb=nn.Embedding(9, 6),
            lstm=nn.LSTM(6, 5, batch_first=True, dropout=0.5, num_layers=2),
            out=nn.LazyLinear(3),
        ),
        lambda n: (tokens(n),),
    ),
    "convolution and GRU": (
        lambda: Net(
            lambda m, X: m.out(m.gru(m.conv(X).transpose(1, 2))[1][0]),
            conv=nn.LazyConv1d(6, 3),
            gru=nn.GRU(6, 5, batch_first=True),
            out=nn.LazyLinear(3),
        ),
        lambda n: (torch.rand(n, 4, 9),),
    ),
    "transformer encoder": (
        lambda: Net(
            lambda m, X: m.enc(m.stem(X)),
            stem=nn.LazyLinear(8),
            enc=nn.TransformerEncoderLayer(8, 2, 16, batch_first=True),
        ),
        lambda n: (sequence(n),),
    ),
    "multi-head attention": (
        lambda: Net(
            lambda m, X: m.att(*[m.stem(X)] * 3)[0],
            stem=nn.LazyLinear(8),
            att=nn.MultiheadAttention(8, 2, batch_first=True),
        ),
        lambda n: (sequence(n),),
    ),
    "weight norm after": (
        lambda: nn.Sequential(
            nn.LazyLinear(6),
            parametrizations.weight_norm(nn.Linear(6, 4)),
            parametrizations.spectral_norm(nn.Linear(4, 4)),
        ),
        lambda n: (features(n),),
    ),
    "one layer twice": (
        lambda: (lambda layer: nn.Sequential(layer, nn.ReLU(), layer))(nn.LazyLinear(20)),
        lambda n: (features(n),),
    ),
    "ModuleList and ModuleDict": (
        lambda: Net(
            lambda m, X: sum(b(X) for b in m.bs) + m.d["a"](X),
            bs=nn.ModuleList([nn.LazyLinear(3), nn.LazyLinear(3)]),
            d=nn.ModuleDict({"a": nn.LazyLinear(3)}),
        ),
        lambda n: (features(n),),
    ),
    "LoRA": (lambda: nn.Sequential(nn.LazyLinear(8), LoRA(8)), lambda n: (features(n),)),
    "LoRA, merged": (
        lambda: nn.Sequential(nn.LazyLinear(8), LoRA(8).eval()),
        lambda n: (features(n),),
    ),
    "eval raises": (
        lambda: nn.Sequential(nn.LazyBatchNorm1d(), nn.LazyLinear(8), Unswitchable(8, 2)),
        lambda n: (features(n),),
    ),
    "a norm that stays frozen": (
        lambda: nn.Sequential(nn.LazyConv2d(4, 3), FrozenNorm()),
        lambda n: (image(n),),
    ),
    "on meta": (on_meta(mlp), lambda n: (features(n).to("meta"),)),
    "compiled": (lambda: torch.compile(mlp(), backend="eager"), lambda n: (features(n),)),
    "DataParallel": (lambda: nn.DataParallel(mlp()), lambda n: (features(n),)),
    "checkpointed": (
        lambda: Net(
            lambda m, X: torch.utils.checkpoint.checkpoint(m.a, X, use_reentrant=False), a=mlp()
        ),
        lambda n: (features(n),),
    ),
    "d2l LeNet": (d2l.LeNet, lambda n: (image(n, 1, 28),)),
    "d2l LinearRegression": (lambda: d2l.LinearRegression(0.03), lambda n: (features(n),)),
    "d2l ResNeXtBlock": (
        lambda: d2l.ResNeXtBlock(32, 16, 1, use_1x1conv=True),
        lambda n: (image(n, 8, 9),),
    ),
    "d2l Residual": (
        lambda: d2l.Residual(8, use_1x1conv=True, strides=2),
        lambda n: (image(n, 3, 9),),
    ),
    "d2l RNNLM": (lambda: d2l.RNNLM(d2l.RNN(9, 4), 9), lambda n: (tokens(n),)),
    "d2l Seq2SeqEncoder": (lambda: d2l.Seq2SeqEncoder(9, 4, 5, 2), lambda n: (tokens(n),)),
    "d2l AdditiveAttention": (
        lambda: d2l.AdditiveAttention(8, 0.1),
        lambda n: (torch.rand(n, 1, 20), torch.rand(n, 6, 2), torch.rand(n, 6, 4), None),
    ),
    "d2l PositionWiseFFN": (lambda: d2l.PositionWiseFFN(4, 8), lambda n: (sequence(n),)),
    "torchvision ResNet": (resnet, lambda n: (image(n),)),
    "torchvision SqueezeNet": (
        lambda: vision("squeezenet1_1", "classifier.1", nn.LazyConv2d(10, 1)),
        lambda n: (image(n),),
    ),
    "torchvision MobileNet": (
        on_meta(lambda: vision("mobilenet_v3_small", "classifier.0", nn.LazyLinear(1024))),
        lambda n: (image(n).to("meta"),),
    ),
    "torchvision ShuffleNet": (
        lambda: vision("shufflenet_v2_x0_5", "fc", nn.LazyLinear(10)),
        lambda n: (image(n),),
    ),
    "torchvision VGG": (
        on_meta(lambda: vision("vgg11", "classifier.0", nn.LazyLinear(4096))),
        lambda n: (image(n).to("meta"),),
    ),
    "torchvision ViT": (
        on_meta(lambda: vision("vit_b_32", "heads.head", nn.LazyLinear(10))),
        lambda n: (image(n, side=224).to("meta"),),
    ),
}
assert len(NETS) >= 25


def split(dummy: tuple) -> tuple[tuple, dict[str, Any]]:
    """Positional and keyword arguments; a dictionary at the end holds the latter."""
    return (dummy[:-1], dummy[-1]) if isinstance(dummy[-1], dict) else (dummy, {})
