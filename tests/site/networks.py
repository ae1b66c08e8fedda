"""Random networks, and what PyTorch makes of them.

PyTorch builds and runs each network on the CPU, in train mode, on zeros. As in PyTorch, all layers
are built before any of them runs.
"""

import re
from typing import Any

import torch
from torch import nn

Layer = dict[str, Any]

SIZES = "in_features in_channels num_features"

# What an argument may be given, sensible or not. A float that is whole is left
# out: JSON and JavaScript cannot tell 2.0 from 2.
ODD = [
    0,
    -1,
    -2,
    1,
    2,
    5,
    40,
    1.5,
    True,
    False,
    None,
    "3",
    "same",
    "valid",
    "foo",
    [],
    [1],
    [2, 1],
    [1, 2, 3],
    [2, 0],
    [1, -1],
    [1, True],
    [True, 1],
    [1, 1.5],
    [None, 2],
    ["a", 1],
    [[1]],
]


def arguments_of(kind):
    """Argument names of a layer, as the book's figure knows them."""
    if kind.endswith("Linear"):
        names = ["out_features", "bias"]
        size = "in_features"
    elif "Conv" in kind:
        names = [
            "out_channels",
            "kernel_size",
            "stride",
            "padding",
            "dilation",
            "groups",
            "bias",
            "padding_mode",
        ]
        names += ["output_padding"] * ("Transpose" in kind)
        size = "in_channels"
    elif "BatchNorm" in kind:
        names = ["eps", "momentum", "affine", "track_running_stats", "bias"]
        size = "num_features"
    else:
        return {
            "MaxPool": [
                "kernel_size",
                "stride",
                "padding",
                "dilation",
                "return_indices",
                "ceil_mode",
            ],
            "AvgPool": ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"]
            + ["divisor_override"] * kind.endswith("2d"),
            "AdaptiveAvgPool": ["output_size"],
            "Flatten": ["start_dim", "end_dim"],
            "ReLU": ["inplace"],
            "Sigmoid": [],
            "Dropout": ["p", "inplace"],
            "LeakyReLU": ["inplace"],
            "ELU": ["inplace"],
            "SiLU": ["inplace"],
            **dict.fromkeys("Tanh GELU Identity".split(), []),
            **dict.fromkeys(["Softmax", "LogSoftmax"], ["dim"]),
        }[re.sub(r"\dd$", "", kind)]
    return names if kind.startswith("Lazy") else [size, *names]


TYPES = [
    lazy + name
    for lazy in ("", "Lazy")
    for name in (
        "Linear",
        *(f"{name}{n}d" for name in ("Conv", "ConvTranspose", "BatchNorm") for n in (1, 2, 3)),
    )
]
TYPES += [
    "MaxPool1d",
    "MaxPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "AdaptiveAvgPool2d",
    "Flatten",
    "ReLU",
    "Sigmoid",
    "Dropout",
    *"Tanh GELU SiLU ELU LeakyReLU Identity Softmax LogSoftmax".split(),
]


def random_layer(rng, shape):
    """Make a layer that probably fits an input of this shape."""
    rank = len(shape)
    fitting = ["Linear", "Linear", "Flatten", "ReLU", "Sigmoid", "Dropout"]
    fitting += rng.sample(TYPES[-8:], 2)
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

    def maybe(name, value, p=0.35):
        if rng.random() < p:
            layer[name] = value

    def several(low, high):
        if rng.random() < 0.7:
            return rng.randint(low, high)
        return [rng.randint(low, high) for _ in range(n)]

    channel = shape[0 if rank == n + 1 else 1] if rank > 1 else 1
    if name.endswith("Softmax"):
        layer["dim"] = rng.randint(-rank - 1, rank)
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
        layer["output_size"] = rng.choice(
            [1, 2, 3, 5, [1, 1], [2, 3], [None, 2], [3, None], [None, None], 0]
        )
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
        layers.insert(
            rng.randrange(len(layers) + 1), random_layer(rng, [2, 3, 5, 5][: rng.randint(1, 4)])
        )
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
            rows, *_ = pytorch([layer], now)
            if not rows:
                continue
            now = rows[0]["output"]
        layers.append(layer)
    layers = layers or [{"type": "Flatten"}]
    if rng.random() < 0.55:
        spoil(rng, layers, shape)
    return layers, shape


def shapes_of(layer: nn.Module) -> dict[str, list[int]]:
    """The shapes of a layer's parameters, by name."""
    return {name: list(p.shape) for name, p in layer.named_parameters()}


def pytorch(layers: list[Layer], shape: list[int]) -> tuple[list[dict], list | None, str]:
    """Build and run a network.

    Returns:
        ``(rows, failing, message)``: of each layer that passed its class, parameters and output;
        ``None``, or the index of the layer that raised with its class and parameters by then (both
        None if it was not built or is still lazy); and what it raised.
    """
    answer = _run(layers, shape)
    if answer[2].endswith("Output size is too small") and torch.get_num_threads() == 1:
        # With one thread PyTorch takes another routine for 1 x 1 kernels, which knows no size 0.
        torch.set_num_threads(2)
        answer = _run(layers, shape)
        torch.set_num_threads(1)
    return answer


def _run(layers: list[Layer], shape: list[int]) -> tuple[list[dict], list | None, str]:
    net, rows = [], []
    for i, layer in enumerate(layers):
        arguments = {name: value for name, value in layer.items() if name != "type"}
        try:
            net.append(getattr(nn, layer["type"])(**arguments))
        except Exception as error:  # whatever PyTorch raises is the answer
            return rows, [i, None, None], f"{type(error).__name__}: {error}"
    x = torch.zeros(shape)
    for i, module in enumerate(net):
        try:
            y = module(x)
            rows.append(
                {
                    "becomes": type(module).__name__,
                    "parameters": shapes_of(module),
                    "output": list(y.shape),
                }
            )
        except Exception as error:
            name = type(module).__name__
            known = [None, None] if name.startswith("Lazy") else [name, shapes_of(module)]
            return rows, [i, *known], f"{type(error).__name__}: {error}"
        x = y
    return rows, None, ""
