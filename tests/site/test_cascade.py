"""cascade.mjs agrees with PyTorch, on random networks and on chosen ones.

PyTorch builds and runs each network on the CPU, in train mode, on zeros. The
module runs in Chromium, on the same networks as JSON. Compared is, per layer,
the class it became, its parameters' names and shapes in order, and the shape of
its output; and for a network that fails, which layer raises first, and whether
that layer had its parameters by then. As in PyTorch, all layers are built before
any of them runs.
"""

import collections
import json
import random
import re
import warnings
from pathlib import Path

import pytest
import torch
from torch import nn

MODULE = Path(__file__).parents[2] / "extensions/explorer/cascade.mjs"
NETWORKS = 1200
SIZES = "in_features in_channels num_features"

# What an argument may be given, sensible or not. A float that is whole is left
# out: JSON and JavaScript cannot tell 2.0 from 2.
ODD = [0, -1, -2, 1, 2, 5, 40, 1.5, True, False, None, "3", "same", "valid", "foo", [], [1], [2, 1], [1, 2, 3],
       [2, 0], [1, -1], [1, True], [True, 1], [1, 1.5], [None, 2], ["a", 1], [[1]]]


def arguments_of(kind):
    """Argument names of a layer, as the book's figure knows them."""
    if kind.endswith("Linear"):
        names = ["out_features", "bias"]
        size = "in_features"
    elif "Conv" in kind:
        names = ["out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias", "padding_mode"]
        names += ["output_padding"] * ("Transpose" in kind)
        size = "in_channels"
    elif "BatchNorm" in kind:
        names = ["eps", "momentum", "affine", "track_running_stats", "bias"]
        size = "num_features"
    else:
        return {
            "MaxPool": ["kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"],
            "AvgPool": ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"]
            + ["divisor_override"] * kind.endswith("2d"),
            "AdaptiveAvgPool": ["output_size"],
            "Flatten": ["start_dim", "end_dim"],
            "ReLU": ["inplace"],
            "Sigmoid": [],
            "Dropout": ["p", "inplace"],
        }[re.sub(r"\dd$", "", kind)]
    return names if kind.startswith("Lazy") else [size, *names]


TYPES = [lazy + name for lazy in ("", "Lazy") for name in (
    "Linear", *(f"{name}{n}d" for name in ("Conv", "ConvTranspose", "BatchNorm") for n in (1, 2, 3)))]
TYPES += ["MaxPool1d", "MaxPool2d", "AvgPool1d", "AvgPool2d", "AdaptiveAvgPool2d", "Flatten", "ReLU", "Sigmoid", "Dropout"]


def random_layer(rng, shape):
    """A layer that probably fits an input of this shape."""
    rank = len(shape)
    fitting = ["Linear", "Flatten", "ReLU", "Sigmoid", "Dropout"]
    for n in (1, 2, 3):
        if rank in (n + 1, n + 2):
            fitting += [f"Conv{n}d", f"Conv{n}d", f"ConvTranspose{n}d"]
            fitting += [f"MaxPool{n}d", f"AvgPool{n}d"] * (n < 3) + ["AdaptiveAvgPool2d"] * (n == 2)
        if rank == n + 2 or (rank, n) == (2, 1):
            fitting += [f"BatchNorm{n}d"]
    name = rng.choice(fitting)
    n = int(name[-2]) if name[-2].isdigit() else 0
    lazy = rng.random() < 0.6 and hasattr(nn, f"Lazy{name}")
    layer = {"type": f"Lazy{name}" if lazy else name}
    maybe = lambda name, value, p=0.35: layer.update({name: value}) if rng.random() < p else None
    several = lambda low, high: (
        rng.randint(low, high) if rng.random() < 0.7 else [rng.randint(low, high) for _ in range(n)])
    channel = shape[0 if rank == n + 1 else 1] if rank > 1 else 1
    if name == "Linear":
        if not lazy:
            layer["in_features"] = shape[-1] if shape else 1
        layer["out_features"] = rng.randint(1, 9)
        maybe("bias", rng.random() < 0.3)
    elif "Conv" in name:
        groups = rng.choice([1, 1, 1, 1, 2, 3]) if rng.random() < 0.5 else 1
        if not lazy:
            layer["in_channels"] = channel
        layer["out_channels"] = groups * rng.randint(1, 4)
        layer["kernel_size"] = several(1, 4)
        maybe("groups", groups, 1 if groups > 1 else 0.1)
        maybe("stride", several(1, 3))
        maybe("padding", several(0, 2), 0.45)
        maybe("dilation", several(1, 2), 0.2)
        maybe("bias", rng.random() < 0.3, 0.2)
        if "Transpose" in name:
            maybe("output_padding", several(0, 1), 0.3)
        elif rng.random() < 0.15:
            layer["padding"] = rng.choice(["same", "valid"])
            if layer["padding"] == "same" and rng.random() < 0.8:
                layer.pop("stride", None)
        elif rng.random() < 0.1:
            layer["padding_mode"] = rng.choice(["zeros", "reflect", "replicate", "circular"])
    elif "BatchNorm" in name:
        if not lazy:
            layer["num_features"] = shape[1]
        for flag in ("affine", "track_running_stats", "bias"):
            maybe(flag, rng.random() < 0.4, 0.3)
        maybe("eps", rng.choice([1e-3, 1]), 0.1)
        maybe("momentum", rng.choice([None, 0.5, 1]), 0.1)
    elif name == "AdaptiveAvgPool2d":
        layer["output_size"] = rng.choice([1, 2, 3, 5, [1, 1], [2, 3], [None, 2], [3, None], [None, None], 0])
    elif "Pool" in name:
        layer["kernel_size"] = several(1, 3)
        maybe("stride", rng.choice([several(1, 3), None]), 0.5)
        maybe("padding", several(0, 1), 0.3)
        maybe("ceil_mode", rng.random() < 0.7)
        if name.startswith("Max"):
            maybe("dilation", several(1, 2), 0.2)
        else:
            maybe("count_include_pad", rng.random() < 0.5, 0.2)
            if n == 2:
                maybe("divisor_override", rng.choice([None, 3]), 0.2)
    elif name == "Flatten":
        maybe("start_dim", rng.randint(-2, 2), 0.3)
        maybe("end_dim", rng.randint(-2, 2), 0.3)
    elif name == "Dropout":
        maybe("p", rng.choice([0, 0.1, 0.9, 1]))
        maybe("inplace", rng.random() < 0.5, 0.2)
    return layer


def spoil(rng, layers, shape):
    """Change one thing, likely for the worse."""
    layer = rng.choice(layers)
    names = arguments_of(layer["type"])
    sizes = [name for name in layer if name in SIZES]
    what = rng.random()
    if what < 0.15 and sizes:
        layer[sizes[0]] += rng.choice([-1, 1, 2])
    elif what < 0.2:
        layer[rng.choice(["in_features", "units", "kernel", "device_"])] = 3
    elif what < 0.25 and len(layer) > 1:
        layer.pop(rng.choice([name for name in layer if name != "type"]))
    elif what < 0.35:
        layers.insert(rng.randrange(len(layers) + 1), random_layer(rng, [2, 3, 5, 5][: rng.randint(1, 4)]))
    elif what < 0.4:
        shape[rng.randrange(len(shape))] = rng.choice([0, 1])
    elif what < 0.43:
        shape.pop(0)
    elif names:
        layer[rng.choice(names)] = rng.choice(ODD)
        if rng.random() < 0.15:
            layer[rng.choice(names)] = rng.choice(ODD)


def random_network(rng):
    """Layers and an input shape. Half of all networks have something spoiled."""
    n = rng.choice([0, 1, 2, 2, 3])
    shape = [rng.choice([1, 2, 2, 3, 0] if rng.random() < 0.3 else [2, 3])]
    shape += [rng.randint(1, 6)] + [rng.randint(3, 9) for _ in range(n)]
    if rng.random() < 0.1:
        shape = shape[1:]
    layers, now = [], list(shape)
    for _ in range(rng.randint(1, 6)):
        layer = random_layer(rng, now)
        if rng.random() < 0.75:  # keep most layers that fit, so that networks grow long
            rows, _ = pytorch([layer], now)
            if not rows:
                continue
            now = rows[0]["output"]
        layers.append(layer)
    layers = layers or [{"type": "Flatten"}]
    if rng.random() < 0.55:
        spoil(rng, layers, shape)
    return layers, shape


def shapes_of(layer):
    return {name: list(p.shape) for name, p in layer.named_parameters()}


def pytorch(layers, shape):
    """(rows, failing) as PyTorch has it; failing is None or (index, class by then, its parameters)."""
    net, rows = [], []
    for i, layer in enumerate(layers):
        kwargs = {name: value for name, value in layer.items() if name != "type"}
        try:
            net.append(getattr(nn, layer["type"])(**kwargs))
        except Exception:
            return rows, [i, None, None]
    x = torch.zeros(shape)
    for i, module in enumerate(net):
        try:
            y = module(x)
            rows.append({"becomes": type(module).__name__, "parameters": shapes_of(module), "output": list(y.shape)})
        except Exception:
            name = type(module).__name__
            return rows, [i, name, None if name.startswith("Lazy") else shapes_of(module)]
        x = y
    return rows, None


@pytest.fixture(scope="module")
def networks():
    warnings.simplefilter("ignore")
    torch.set_num_threads(2)
    rng = random.Random(20)
    cases = []
    while len(cases) < NETWORKS:
        layers, shape = random_network(rng)
        cases.append((layers, shape, pytorch(layers, shape)))
    return cases


RUN = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { cascade } = await import(url);
  return networks.map(([layers, input]) => {
    try {
      return [cascade(layers, input), null];
    } catch (error) {
      if (!("layer" in error)) return ["crashed", String(error.stack)];
      return [error.rows, [error.layer, error.row?.becomes ?? null, error.row?.parameters ?? null], error.message];
    }
  });
}"""


@pytest.fixture(scope="module")
def runner(browser, networks):
    """A page that holds the networks."""
    page = browser.new_page()
    page.evaluate("networks => { window.networks = networks; }", [[layers, shape] for layers, shape, _ in networks])
    yield page
    page.close()


def disagreements(page, networks, source):
    answers = page.evaluate(RUN, source)
    found = []
    for (layers, shape, (rows, failing)), answer in zip(networks, answers, strict=True):
        expected_failing = failing
        if failing and failing[1] and failing[2] is None:  # still lazy when it raised
            expected_failing = [failing[0], None, None]
        same = answer[0] == rows and answer[1] == expected_failing
        # dicts compare without order; named_parameters() has one
        same = same and json.dumps(answer[0]) == json.dumps(rows)
        if not same:
            found.append({"layers": layers, "input": shape, "pytorch": [rows, expected_failing], "figure": answer})
    return found


def test_agrees_with_pytorch_on_random_networks(runner, networks):
    found = disagreements(runner, networks, MODULE.read_text())
    assert not found, f"{len(found)} of {len(networks)} networks: {json.dumps(found[0], indent=1)}"


def test_random_networks_are_a_good_mix(networks):
    failing = sum(1 for *_, (_, failing) in networks if failing)
    assert 0.35 * NETWORKS < failing < 0.65 * NETWORKS
    built = [failing for *_, (_, failing) in networks if failing and failing[1]]
    assert 0.3 * failing < len(built) < 0.8 * failing, "some fail when built, some when run"
    assert sum(1 for _, shape, _ in networks if 0 in shape) > 20
    assert sum(1 for *_, (rows, failing) in networks if not failing and len(rows) >= 4) > 100
    # Every layer and every argument stands in networks that work and in networks that fail.
    seen = {True: collections.Counter(), False: collections.Counter()}
    for layers, _, (_, failing) in networks:
        for layer in layers[: failing[0] + 1 if failing else None]:
            seen[failing is None].update((layer["type"], name) for name in layer)
    for kind in TYPES:
        assert seen[True][kind, "type"] >= 3 and seen[False][kind, "type"] >= 3, kind
    for name in {name for kind in TYPES for name in arguments_of(kind)} - {"return_indices"}:
        for works in (True, False):
            assert sum(n for (_, given), n in seen[works].items() if given == name) >= 2, (name, works)


MUTATIONS = {
    "padding counted once": ("(word ? padding === \"same\" && reach[i] : 2 * sizes(", "(word ? padding === \"same\" && reach[i] : sizes("),
    "kernel one too long": ("dilation[i] * (k - 1)); // from", "dilation[i] * k); // from"),
    "stride ignored": ("Math.floor((padded[i] - reach[i] - 1) / stride[i])", "padded[i] - reach[i] - 1"),
    "rounded up": ("Math.floor((padded[i] - reach[i] - 1) / stride[i])", "Math.ceil((padded[i] - reach[i] - 1) / stride[i])"),
    "output_padding forgotten": ("+ reach[i] + extra[i]", "+ reach[i]"),
    "groups forgotten in the weight": ("[o, divide(i, groups)]", "[o, i]"),
    "transposed weight the other way": ("[i, divide(o, groups)]", "[divide(o, groups), i]"),
    "weight of Linear transposed": ("allocate([o, i], \"out_features\")", "allocate([i, o], \"out_features\")"),
    "bias always there": ("return truthy(bias) ? { weight, bias: [o] } : { weight };", "return { weight, bias: [o] };"),
    "ceil_mode ignored": ("(span + (ceil && stride[i] - 1))", "span"),
    "last window of ceil_mode": ("ceil && last * stride[i] >= s + padding[i]", "false"),
    "pool as wide as one": (".length ? sizes(layer, \"stride\", n, 1) : kernel", ".length ? sizes(layer, \"stride\", n, 1) : [1, 1]"),
    "flatten one axis less": ("x.slice(start, end + 1)", "x.slice(start, end)"),
    "features from the first axis": ("=> x.at(-1),", "=> x.at(-2),"),
    "batch axis not optional": ("return x.length - n - 1;", "return 1;"),
    "one value per channel let through": ("product([x[0], ...x.slice(2)]) !== 1n", "true"),
    "channels not compared": ("need(channels === wants,", "need(true,"),
    "inner sizes not compared": ("need(n === i,", "need(true,"),
    "large pool padding let through": ("2 * p <= kernel[i]", "true"),
    "unknown argument let through": ("need(Object.hasOwn(built, name),", "need(true,"),
    "negative stride let through": ("need(list.every((v) => v >= least),", "need(true,"),
    "built and run in one": ("const net = layers.map((layer, i) => at(i, \"construct\", () => construct(layer)));", "const net = layers;"),
}


@pytest.mark.parametrize("old, new", MUTATIONS.values(), ids=MUTATIONS)
def test_a_mutation_is_noticed(runner, networks, old, new):
    source = MODULE.read_text()
    assert source.count(old) == 1, "the module changed: adapt the mutation"
    assert disagreements(runner, networks, source.replace(old, new))


CHOSEN = {
    "the seed's MLP": ("2,20;LazyLinear(256);ReLU;LazyLinear(10)", 7946),
    "LeNet, 28 px": ("2,1,28,28;LazyConv2d(6,5);Sigmoid;AvgPool2d(2);LazyConv2d(16,5);Sigmoid;AvgPool2d(2);Flatten;LazyLinear(120)", 33412),
    "a batch axis forgotten": ("1,28,28;LazyConv2d(6,5);AvgPool2d(2);LazyConv2d(16,5);AvgPool2d(2);Flatten;LazyLinear(120)", None),
}


@pytest.mark.parametrize("line, total", CHOSEN.values(), ids=CHOSEN)
def test_chosen_networks(page, line, total):
    layers, shape, rows, counted = page.evaluate("""async ([source, line]) => {
        const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        const { cascade, count, read } = await import(url);
        const { layers, input } = read(line);
        const rows = cascade(layers, input);
        return [layers, input, rows, Number(rows.reduce((n, row) => n + count(row), 0n))];
    }""", [MODULE.read_text(), line])
    assert (rows, None) == pytorch(layers, shape)
    assert total in (None, counted)


def test_sizes_beyond_any_memory(page):
    """Sizes of 10^9 are inferred at once, and what PyTorch cannot count is refused: compared on meta."""
    cases = [
        ([{"type": "LazyLinear", "out_features": 10**9}], [2, 10**9]),
        ([{"type": "LazyLinear", "out_features": 4 * 10**9}], [2, 10**9]),
        ([{"type": "LazyConv2d", "out_channels": 3, "kernel_size": 3, "padding": 10**9}], [2, 3, 8, 8]),
        ([{"type": "LazyConv2d", "out_channels": 10**9, "kernel_size": 10**5}], [2, 1, 10**5, 10**5]),
        ([{"type": "Conv2d", "in_channels": 10**9, "out_channels": 10**9, "kernel_size": 3}], [2, 3, 8, 8]),
        ([{"type": "MaxPool2d", "kernel_size": 3, "stride": 10**12}], [2, 3, 8, 8]),
        ([{"type": "ReLU"}], [10**10, 10**10]),
    ]
    expected = []
    with torch.device("meta"):
        for layers, shape in cases:
            try:
                expected.append(pytorch(layers, shape))
            except RuntimeError:
                expected.append(([], [-1, None, None]))
    page.evaluate("networks => { window.networks = networks; }", cases)
    answers = page.evaluate(RUN, MODULE.read_text())
    for case, (rows, failing), answer in zip(cases, expected, answers, strict=True):
        assert answer[0] == rows and (answer[1] or [None])[0] == (failing or [None])[0], case
    many = [{"type": "LazyLinear", "out_features": 10**9}] * 60
    took = page.evaluate("""async ([source, layers]) => {
        const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
        const { cascade } = await import(url);
        const start = performance.now();
        cascade(layers, [2, 1e9]);
        return performance.now() - start;
    }""", [MODULE.read_text(), many])
    assert took < 200, f"{took} ms"
