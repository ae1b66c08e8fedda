"""Pasting a network into the explorer: code, printouts, and what cannot be read."""

import random
import re

import pytest
import torch
from playwright.sync_api import expect
from torch import nn

from tests.site.helpers import address
from tests.site.networks import pytorch, random_network, tuples

pytest_plugins = ["tests.site.explorer_page"]


def paste(figure, text, batch):
    """Three actions: open, paste, use."""
    figure.press("Paste code…")
    code = figure.field("Code, or what print(net) shows")
    # Typing thousands of lines takes a browser long.
    code.evaluate("(e, text) => { e.value = text }", text) if len(text) > 5000 else code.fill(text)
    figure.field("Shape of the input, batch first").fill(batch)
    figure.press("Run")


def dialog(figure):
    return figure.root.get_by_role("dialog", name="Paste code")


def run(figure, text, batch):
    """Paste a network and run it; returns the texts of its layers."""
    paste(figure, text, batch)
    expect(dialog(figure)).to_be_hidden()
    return [figure.text(n) for n in range(1, figure.layers.count() + 1)]


COUNTED = """
# LeNet for images of 28 pixels
side = 5
net = nn.Sequential(
    nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2),
    nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2), nn.Flatten(),
    nn.Linear(16 * side * side, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(),
    nn.Linear(84, 10))
"""


def test_counted_sizes_are_checked(figure):
    """Sizes that do not fit are named with the right number, and corrected on a click."""
    figure = figure("preset=mlp")
    run(figure, COUNTED, "2, 1, 28, 28")
    assert "do not fit" not in figure.root.inner_text()
    expect(figure.root.get_by_role("button", name="Correct the sizes")).to_be_hidden()
    texts = run(figure, COUNTED, "2, 1, 32, 32")
    assert "raises" in texts[7]
    expect(figure.root).to_contain_text(
        "Sizes that do not fit: layer 8, in_features=400 should be 576."
    )
    figure.root.get_by_text("As PyTorch code").click()
    code = figure.root.get_by_role("region", name="eager network")
    expect(code).to_contain_text("nn.Linear(576, 120),")
    figure.press("Correct the sizes")
    figure.press("All at once")
    assert "Linear(576, 120)" in figure.text(8) and "raises" not in figure.text(8)
    figure.press("Make lazy")
    assert "LazyLinear(120)" in figure.text(8)
    for _ in range(3):
        figure.press("Undo")
    expect(figure.field("Input shape")).to_have_value("2, 1, 28, 28")


def test_a_normalization_with_nothing_to_infer(figure):
    """It is not made lazy, and one that is lazy keeps the size 0, as in PyTorch."""
    bare = "affine=False, track_running_stats=False"
    code = (
        f"nn.Sequential(nn.Conv2d(3, 16, 3), nn.InstanceNorm2d(16), nn.LazyBatchNorm2d({bare}), "
        f"nn.BatchNorm2d(16, affine=False))"
    )
    net = eval(code, {"nn": nn})
    net(torch.rand(2, 3, 8, 8))
    figure = figure("preset=mlp")
    run(figure, code, "2, 3, 8, 8")
    figure.press("Make lazy")
    figure.press("All at once")
    texts = [figure.text(n) for n in (1, 2, 3, 4)]
    assert "LazyConv2d(16" in texts[0] and "LazyBatchNorm2d(affine" in texts[3]
    assert "Lazy" not in texts[1] and "InstanceNorm2d(16)" in texts[1]
    assert net[2].num_features == 0 and "BatchNorm2d(0, " in texts[2]
    assert net[3].num_features == 16 and "BatchNorm2d(16, " in texts[3]


def test_an_unknown_layer_is_a_box_with_its_output_shape(figure):
    """It stays in its place with its own words; what follows is inferred from the shape given."""
    figure = figure("preset=mlp")
    net = "net = nn.Sequential(nn.Flatten(), nn.Rotate(2), nn.LazyLinear(10))"
    texts = run(figure, net, "2, 3, 4")
    assert "Unknown layer: enter its output shape" in texts[1]
    expect(figure.says).to_contain_text("Layer 2, nn.Rotate(2): Unknown layer")
    figure.field("output_shape").fill("2, 7")
    figure.press("All at once")
    assert "weight (10, 7)" in figure.text(3)
    # It is in the address, too.
    figure.page.reload()
    expect(figure.layers.nth(1)).to_contain_text("nn.Rotate(2)")
    figure.press("All at once")
    assert "weight (10, 7)" in figure.text(3)


def test_layers_of_other_libraries_stay_in_their_place(figure):
    """They are unknown, be they the reader's own or imported; other objects are no networks."""
    code = (
        "from d2l import torch as d2l\n"
        "data = FashionMNIST(resize=(8, 8))\n"
        "net = nn.Sequential(nn.Conv2d(1, 8, 3), d2l.Residual(8), Mine(8, 16), nn.LazyLinear(2))\n"
        "trainer = d2l.Trainer(max_epochs=1)\n"
    )
    texts = run(figure("preset=mlp"), code, "2, 1, 8, 8")
    assert len(texts) == 4 and "d2l.Residual(8)" in texts[1] and "Mine(8, 16)" in texts[2]


def test_names_are_kept(figure):
    """In what is shown, and in the code."""
    figure = figure("preset=mlp")
    run(figure, ORDERED, "2, 20")
    figure.root.get_by_text("As PyTorch code").click()
    code = figure.root.get_by_role("region", name="lazy network")
    expect(code).to_contain_text('("last", nn.LazyLinear(10)),')
    scope = {}
    exec(code.inner_text(), scope)
    assert [name for name, _ in scope["net"].named_modules()] == [
        "",
        "0",
        "1",
        "2",
        "2.last",
        "2.act",
    ]


CLASS = """
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.conv = nn.LazyConv2d(8, 3)
        self.fc = nn.LazyLinear(10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2)  # one line
        x = x.view(x.size(0), -1)
        return F.log_softmax(self.fc(x), dim=1)
"""
ORDERED = """
from collections import OrderedDict
layers = [nn.LazyLinear(64), nn.ReLU()]
net = torch.nn.Sequential(*layers, nn.Sequential(OrderedDict([
    ("last", nn.LazyLinear(out_features=10)), ("act", nn.Tanh())]))).to(device)
print(net)
"""


BLOCKS = """
def block(convolutions, channels):
    layers = []
    for _ in range(convolutions):
        layers.append(nn.LazyConv2d(channels, kernel_size=3, padding=1))
        layers.append(nn.ReLU())
    layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return nn.Sequential(*layers)

class VGG(nn.Module):
    def __init__(self, arch, classes=10):
        super().__init__()
        blocks = []
        for (convolutions, channels) in arch:
            blocks.append(block(convolutions, channels))
        self.net = nn.Sequential(*blocks, nn.Flatten(), nn.LazyLinear(classes))

    def forward(self, X):
        return self.net(X)

net = VGG(arch=((1, 4), (2, 8)))
net(torch.rand(2, 3, 32, 32))
"""


LOOPS = """
sizes = [20, 64, 8]
body = nn.Sequential(*[nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:])])
body = nn.Sequential(*(layer for layer in body), nn.ReLU())
net = nn.Sequential(OrderedDict(body=body, norm=nn.LazyBatchNorm1d()))
for i, layer in enumerate([nn.Tanh(), nn.LazyLinear(2)][1:]):
    net.add_module(f"head{i + 1}", layer)
net.extend([nn.Linear(2, 3) for i in range(len(sizes) - 2)])
"""


REPAIRED = """
net = nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.Linear(128, 64), nn.LazyLinear(10))
net[2] = nn.LazyLinear(64)
net.add_module("1", nn.Tanh())
net = net[:3]
net[-1] = nn.Linear(256, 7)
compiled = torch.compile(net)
"""


@pytest.mark.parametrize(
    "text, batch, last, count",
    [
        (REPAIRED, "2, 20", "weight (7, 256)", 3),
        (BLOCKS, "2, 3, 32, 32", "weight (10, 512)", 10),
        (CLASS, "2, 1, 28, 28", "LogSoftmax(dim=1)", 6),
        (ORDERED, "2, 20", "Tanh()", 4),
        ("nn.Sequential(nn.LazyLinear(4 + 4 // 2), nn.GELU())", "2, 20", "GELU()", 2),
        (LOOPS, "2, 20", "weight (3, 2)", 6),
        (
            BLOCKS[: BLOCKS.index("class")].replace(
                "(convolutions, channels)", "(convolutions=1, channels=4)"
            ),
            "2, 3, 8, 8",
            "MaxPool2d(2",
            3,
        ),
    ],
)
def test_ways_to_write_a_network(figure, text, batch, last, count):
    texts = run(figure("preset=mlp"), text, batch)
    assert len(texts) == count and last in texts[-1]
    assert not any("raises" in text for text in texts)


REFUSED = [
    ("", "There is nothing to read yet."),
    ("hello world(", "Line 1: this is not Python, or something is missing here."),
    (COUNTED.replace("nn.Flatten(), ", "nn.Flatten(")[:200], "this is not Python"),
    ("x = 1\nnet = nn.Sequential(nn.Linear(k, 10))", "Line 2: k has no value"),
    ("nn.Sequential(nn.Linear(2, 3, units=4))", "Line 1: Linear has no argument units."),
    ("nn.Sequential(nn.Linear(2, in_features=3))", "Line 1: Linear gets in_features twice."),
    ("nn.Sequential(nn.Linear(20, 4), print('x'))", "Line 1: print(…) cannot be read"),
    (
        "nn.Sequential(*[nn.ReLU() for n in range(3) if n])",
        "Line 1: this loop cannot be read: write its lines out.",
    ),
    (
        "layers = []\nfor i in range(10**9):\n    layers.append(nn.ReLU())\n"
        "net = nn.Sequential(*layers)",
        "Line 2: “range(10**9)” is not a range of at most 500.",
    ),
    (
        "net = nn.Sequential()\nfor i in range(3):\n"
        "    net.append(nn.Linear(2 if i == 0 else 8, 8))",
        "Line 3: “2 if i == 0 else 8” cannot be read here.",
    ),
    ("def net(width):\n    return nn.Sequential(nn.LazyLinear(width))", "width has no value."),
    ("net = nn.Sequential(nn.ReLU())\nnet += [nn.Tanh()]", "“net += [nn.Tanh()]” cannot be read"),
    ("net = nn.Sequential(nn.ReLU(), nn.Tanh())\ndel net[0]", "“del net[0]” cannot be read"),
    ("net = nn.Sequential(nn.ReLU())\nnet[3] = nn.Tanh()", "“net[3]” has no value."),
    ("net = nn.Sequential(nn.ReLU())\nnet.extend(5)", "Line 2: “net.extend(5)” cannot be read"),
    ("layers = []\nlayers.extend(5)\nnn.Sequential(*layers)", "“layers.extend(5)” cannot be read"),
    ("[] = nn.Sequential(nn.ReLU())", "Line 1: “[]” cannot be read here."),
    ("net = nn.Sequential(nn.Linear(2, 2))\nnet.extend(len(3))", "“len(3)” cannot be read here."),
    ("while True:\n    net = nn.Sequential(nn.ReLU())", "Line 1: a while loop cannot be read"),
    ("net = nn.Sequential(nn.Linear(5 / 2, 3))", "write // for a whole number"),
    (
        "a = nn.Sequential(nn.ReLU())\nb = nn.Sequential(nn.Tanh())",
        "There are 2 networks, on lines 1, 2.",
    ),
    ("__import__('os').system('exit')", "Line 1: __import__(…) cannot be read"),
    ("<script>alert(1)</script>", "this is not Python"),
    ("fc = nn.Linear(2, 2)\nnn.Sequential(fc, fc)", "Line 2: Linear is used twice"),
    (
        CLASS.replace("self.fc(x), dim=1)", "self.fc(x), dim=1) + x"),
        "Line 13: “F.log_softmax(self.fc(x), dim=1) + x” cannot be read here.",
    ),
    ("LeNet(\n  (0): Linear(in_features=2, out_features=3, bias=True)\n)", "Paste the class."),
    ("Sequential(\n  (0): ReLU()\n", "Line 3: the last ) is missing."),
    ("nn.Sequential(" + "nn.ReLU(), " * 600 + ")", "the network has more than 500 layers"),
    ("\n" * 10_000, "There is nothing to read yet."),
    ("x = 1\n" * 10_000, "There is no network in this text."),
    ("x = 1\n" * 20_000, "The text is too long."),
]


@pytest.mark.parametrize("text, says", REFUSED)
def test_what_cannot_be_read_is_said_and_changes_nothing(figure, text, says):
    figure = figure("preset=mlp")
    before = [figure.text(n) for n in (1, 2, 3)]
    paste(figure, text, "2, 20")
    wrong = figure.trouble("Code, or what print(net) shows")
    expect(wrong).to_contain_text(says)
    assert dialog(figure).is_visible() and "\n" not in wrong.inner_text().strip()
    figure.press("Cancel")
    assert [figure.text(n) for n in (1, 2, 3)] == before
    assert "cascade" not in address(figure.page)


@pytest.mark.parametrize(
    "batch, says",
    [
        ("3, 28, 28", "There is no batch axis: for a batch of 2, write (2, 3, 28, 28)."),
        ("2, 28, 28, 3", "right after the batch axis: (2, 3, 28, 28)."),
        ("two", "“two” is not a size"),
    ],
)
def test_slips_in_the_input_shape(figure, batch, says):
    """They are told while one types."""
    figure = figure("preset=mlp")
    figure.press("Paste code…")
    figure.field("Code, or what print(net) shows").fill(
        "nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())"
    )
    expect(figure.field("Shape of the input, batch first")).to_have_value("2, 3, 32, 32")
    expect(dialog(figure).get_by_role("status")).to_have_text(
        "2 layers. The shape below is only an example: enter your own."
    )
    figure.field("Shape of the input, batch first").fill(batch)
    expect(figure.trouble("Shape of the input, batch first")).to_contain_text(says)


def test_keyboard_alone(page, figure):
    figure = figure("preset=mlp")
    figure.root.get_by_role("button", name="Paste code…").focus()
    page.keyboard.press("Enter")
    expect(dialog(figure)).to_be_visible()
    page.keyboard.insert_text("nn.Sequential(nn.LazyLinear(3))")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog(figure)).to_be_hidden()
    assert figure.layers.count() == 1
    assert figure.root.get_by_role("button", name="Paste code…").evaluate(
        "e => e === document.activeElement"
    )


def test_nothing_of_it_loads_before_it_is_used(page, figure):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    figure = figure("preset=mlp")
    figure.press("All at once")
    assert not [url for url in asked if "paste" in url]
    figure.press("Paste code…")
    expect(dialog(figure)).to_be_visible()
    page.wait_for_function("globalThis.explorerPaste")


def source(layers):
    """A network as a person would write it."""
    calls = [
        f"nn.{layer['type']}({', '.join(f'{k}={v!r}' for k, v in layer.items() if k != 'type')})"
        for layer in layers
    ]
    return f"net = nn.Sequential({', '.join(calls)})"


READ = """texts => texts.map(text => {
  try { return explorerPaste.readNetwork(text).items.map(({ layer }) => layer) }
  catch (error) { return error.message }
})"""


def test_random_networks_are_read_as_python_reads_them(page, figure):
    """Their source and what PyTorch prints of them give the same layers as Python's own."""
    figure = figure("preset=mlp")
    figure.press("Paste code…")
    page.wait_for_function("globalThis.explorerPaste")
    rng, tried = random.Random(3), []
    while len(tried) < 1500:
        layers, shape = random_network(rng)
        # A word where PyTorch takes anything, such as bias="foo", is not read.
        if not re.search("'(foo|3|a)'", str(layers)):
            _, failing, _ = pytorch(layers, shape)
            tried += [layers] * (failing is None)
    answers = page.evaluate(READ, [source(layers) for layers in tried])
    for layers, answer in zip(tried, answers, strict=True):
        assert answer == [as_json(layer) for layer in layers], source(layers)
    # What print shows
    printed = [str(nn.Sequential(*map(built, layers))) for layers in tried]
    answers = page.evaluate(READ, printed)
    for text, answer in zip(printed, answers, strict=True):
        assert isinstance(answer, list), (text, answer)
        again = nn.Sequential(*map(built, answer))
        assert whole(str(again)) == whole(text), answer


def whole(text):
    """A printout without the .0 of whole numbers, which JavaScript does not have."""
    return re.sub(r"=(\d+)\.0\b", r"=\1", text)


def built(layer):
    """A layer as PyTorch builds it."""
    arguments = {name: tuples(value) for name, value in layer.items() if name != "type"}
    return getattr(nn, layer["type"])(**arguments)


def as_json(layer):
    """A layer as the script gives it; an Identity's arguments, which do nothing, are left out."""
    if layer["type"] == "Identity":
        return {"type": "Identity"}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in layer.items()}


def test_published_networks(figure):
    """Networks as people write them run as in PyTorch, with the same shapes."""
    figure = figure("preset=mlp")
    for text, batch in PUBLISHED:
        texts = run(figure, text, ", ".join(map(str, batch)))
        scope = {"nn": nn, "torch": torch}
        exec(text, scope)
        x, shapes = torch.zeros(batch), []
        for layer in scope["net"]:
            x = layer(x)
            shapes.append(tuple(x.shape))
        for said, shape in zip(texts, shapes, strict=True):
            assert said.endswith(str(shape)), (text, said, shape)
        total = sum(p.numel() for p in scope["net"].parameters())
        assert re.search(rf"\b{total:,}\b", figure.total.inner_text()), text


PUBLISHED = [
    (  # LeCun et al. 1998, with today's activations
        "net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5),"
        " nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.Tanh(),"
        " nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))",
        (1, 1, 32, 32),
    ),
    (  # Krizhevsky et al. 2012
        "net = nn.Sequential(nn.LazyConv2d(96, 11, stride=4, padding=1), nn.ReLU(),"
        " nn.MaxPool2d(3, stride=2), nn.LazyConv2d(256, 5, padding=2), nn.ReLU(),"
        " nn.MaxPool2d(3, 2), nn.LazyConv2d(384, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),"
        " nn.Flatten(), nn.LazyLinear(64), nn.ReLU(), nn.Dropout(0.5), nn.LazyLinear(10))",
        (1, 1, 224, 224),
    ),
    (  # a VGG block with BatchNorm, Simonyan and Zisserman 2014
        "net = nn.Sequential(nn.Conv2d(3, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(True),"
        " nn.Conv2d(64, 64, kernel_size=3, padding='same'), nn.BatchNorm2d(64), nn.ReLU(True),"
        " nn.MaxPool2d(2, 2))",
        (2, 3, 32, 32),
    ),
    (  # a NiN block, Lin et al. 2013
        "net = nn.Sequential(nn.LazyConv2d(96, (3, 3), padding=1), nn.ReLU(),"
        " nn.LazyConv2d(96, 1), nn.ReLU(), nn.LazyConv2d(10, 1), nn.AdaptiveAvgPool2d((1, 1)),"
        " nn.Flatten())",
        (2, 3, 16, 16),
    ),
    (  # an autoencoder
        "net = nn.Sequential(nn.Conv2d(1, 16, 3, 2, 1), nn.SiLU(),"
        " nn.ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid())",
        (2, 1, 28, 28),
    ),
    (  # a one-dimensional convolutional network
        "net = nn.Sequential(nn.LazyConv1d(32, 9), nn.LeakyReLU(0.2), nn.MaxPool1d(4),"
        " nn.LazyConv1d(64, 9), nn.ELU(), nn.AvgPool1d(2), nn.Flatten(), nn.LazyLinear(5),"
        " nn.Softmax(dim=1))",
        (2, 12, 400),
    ),
    (  # the channel-mixing half of an MLP-Mixer block, Tolstikhin et al. 2021
        "net = nn.Sequential(nn.LazyLinear(256), nn.GELU(), nn.Dropout(0.1), nn.LazyLinear(64),"
        " nn.Identity())",
        (2, 49, 64),
    ),
    (  # DCGAN's generator, Radford et al. 2015, at a quarter of its width
        "net = nn.Sequential(nn.ConvTranspose2d(100, 128, 4, 1, 0, bias=False),"
        " nn.BatchNorm2d(128), nn.ReLU(True), nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False),"
        " nn.BatchNorm2d(64), nn.ReLU(True), nn.ConvTranspose2d(64, 3, 4, 2, 1), nn.Tanh())",
        (2, 100, 1, 1),
    ),
    (  # DCGAN's discriminator
        "net = nn.Sequential(nn.Conv2d(3, 64, 4, 2, 1, bias=False),"
        " nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(64, 128, 4, 2, 1, bias=False),"
        " nn.BatchNorm2d(128),"
        " nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(128, 1, 4, 1, 0), nn.Flatten())",
        (2, 3, 16, 16),
    ),
]
