"""The drawings in `book/figures`: what they say is what PyTorch finds, for no cell draws them."""

from xml.etree import ElementTree

import pytest
import torch
from torch import nn

from tools import BOOK

from .claims.cases import mlp

FIGURES = BOOK.root / "book" / "figures"
X = torch.zeros(2, 20)


def texts(name):
    """The texts of a drawing, in the order in which they were written."""
    elements = ElementTree.parse(FIGURES / f"{name}.svg").iter("{http://www.w3.org/2000/svg}text")
    return [" ".join("".join(element.itertext()).split()) for element in elements]


def labels(net, outputs):
    """What a drawing says of a network: each layer's name, a lazy one's outputs, and the inputs."""
    said = []
    for layer in net:
        name = type(layer).__name__
        if not hasattr(layer, "in_features"):
            said.append(name)
        elif nn.parameter.is_lazy(layer.weight):
            said += [f"{name}({layer.out_features})" if outputs else name, "? inputs"]
        else:
            said += [name, f"{layer.in_features} inputs"]
    return said


def moments(outputs):
    """The labels of the chapter's network as declared, after its first layer, and at the end."""
    net = mlp()
    declared = labels(net, outputs)
    passed = net[0](X)
    arrived = labels(net, outputs)
    net(X)
    return net, declared, passed, arrived, labels(net, outputs)


def of_cascade():
    net, declared, passed, arrived, done = moments(outputs=True)
    count = sum(p.numel() for p in net.parameters())
    return [
        *("1. Declared with output sizes only", *declared),
        *(f"2. A batch arrives: {tuple(X.shape)}", *arrived),
        *(f"3. The first layer passes on {tuple(passed.shape)}", *done),
        *(f"4. Every shape is known: {count:,} parameters", *done),
    ]


def of_cascade_wide():
    _, declared, passed, arrived, done = moments(outputs=False)
    return [
        *("1. Declared", *declared),
        *(f"2. A batch of shape {tuple(X.shape)} arrives", *arrived),
        *(f"3. The next layer gets {tuple(passed.shape)}", *done),
        *("4. Every size is known", *done),
    ]


def of_flatten():
    lenet = [
        ("image", nn.Identity()),
        ("convolution", nn.LazyConv2d(6, kernel_size=5, padding=2)),
        ("pooling", nn.AvgPool2d(2)),
        ("convolution", nn.LazyConv2d(16, kernel_size=5)),
        ("pooling", nn.AvgPool2d(2)),
    ]
    said, maps = [], torch.zeros(1, 1, 28, 28)
    for name, layer in lenet:
        maps = layer(maps)
        _, channels, height, width = maps.shape
        said += [f"{height} × {width}", f"{channels} map{'s' * (channels > 1)}", name]
    channels, height, width = maps.shape[1:]
    return [*said, f"{channels} · {height} · {width}", f"= {maps.numel()} numbers", "flatten"]


def of_weight():
    layer = nn.LazyLinear(256)
    rows = f"{layer.out_features} rows"
    layer(X)
    assert layer.weight.shape == (layer.out_features, layer.in_features)
    columns = f"{layer.in_features} columns"
    return ["?", rows, "? columns", f"X arrives: {tuple(X.shape)}", rows, columns]


def of_failed():
    net = nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.Linear(128, 64), nn.LazyLinear(10))
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        net(X)
    first, wrong = net[0], net[2]
    said = labels(net, outputs=False)
    said[said.index(f"{wrong.in_features} inputs")] = f"expects {wrong.in_features}"
    return [*said, "ran", "ran", f"gets {first.out_features}: raises", "not reached"]


DRAWN = {
    "cascade": of_cascade,
    "cascade-wide": of_cascade_wide,
    "flatten": of_flatten,
    "weight": of_weight,
    "failed": of_failed,
}


def test_each_drawing_is_compared_and_shown():
    assert {path.stem for path in FIGURES.iterdir()} == DRAWN.keys()
    pages = "".join(page.text for page in BOOK.pages())
    assert [name for name in DRAWN if f"figures/{name}.svg" not in pages] == []


@pytest.mark.parametrize("name", DRAWN)
def test_what_a_drawing_says(name):
    assert texts(name) == DRAWN[name]()
