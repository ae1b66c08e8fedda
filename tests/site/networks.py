"""Random networks, and what PyTorch makes of them.

PyTorch builds and runs each network on the CPU, in train mode, on zeros. As in PyTorch, all layers
are built before any of them runs.
"""

import random
from typing import Any

import torch
from torch import nn

Layer = dict[str, Any]


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


#: Layers that take whole numbers, too, so that an Embedding may come after them
EARLY = ("Flatten", "Unflatten", "Identity")

ACTIVATIONS = {
    **dict.fromkeys("Sigmoid Tanh LogSigmoid Softsign".split(), ""),
    **dict.fromkeys("ReLU ReLU6 SELU SiLU Mish Hardswish Hardsigmoid".split(), "inplace"),
    "ELU": "alpha inplace",
    "LeakyReLU": "negative_slope inplace",
    "Softplus": "beta threshold",
    "GELU": "approximate",
    "PReLU": "num_parameters init",
    "Softmax": "dim",
    "LogSoftmax": "dim",
    **dict.fromkeys(
        "Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout".split(),
        "p inplace",
    ),
}
CONV = "out_channels kernel_size stride padding dilation groups bias padding_mode"
NORM = "eps momentum affine track_running_stats bias"
#: The arguments of a layer's class, without the size that a lazy one leaves out.
ARGUMENTS = {
    **ACTIVATIONS,
    "Identity": "",
    "Linear": "out_features bias",
    "Conv": CONV,
    "ConvTranspose": f"{CONV} output_padding",
    "BatchNorm": NORM,
    "InstanceNorm": NORM,
    "LayerNorm": "normalized_shape eps elementwise_affine bias",
    "RMSNorm": "normalized_shape eps elementwise_affine",
    "GroupNorm": "num_groups num_channels eps affine bias",
    "Embedding": "num_embeddings embedding_dim padding_idx",
    "MaxPool": "kernel_size stride padding dilation return_indices ceil_mode",
    "AvgPool": "kernel_size stride padding ceil_mode count_include_pad",
    "AdaptiveAvgPool": "output_size",
    "AdaptiveMaxPool": "output_size",
    "Flatten": "start_dim end_dim",
    "Unflatten": "dim unflattened_size",
    "Upsample": "size scale_factor mode align_corners",
    "PixelShuffle": "upscale_factor",
    "ZeroPad2d": "padding",
}
SIZE = {"Linear": "in_features", "Conv": "in_channels", "ConvTranspose": "in_channels"}
SIZE |= {"BatchNorm": "num_features", "InstanceNorm": "num_features"}
#: Families that have a class for one, two and three axes.
AXES = "Conv ConvTranspose BatchNorm InstanceNorm MaxPool AvgPool AdaptiveAvgPool AdaptiveMaxPool".split()
TYPES = [
    lazy + name + axes
    for name in ARGUMENTS
    for axes in (["1d", "2d", "3d"] if name in AXES else [""])
    for lazy in (["", "Lazy"] if name in SIZE else [""])
]


def family(kind: str) -> str:
    """The name in ARGUMENTS of a layer's class."""
    name = kind.removeprefix("Lazy")
    return name if name in ARGUMENTS else name[:-2]


def arguments_of(kind: str) -> list[str]:
    """The names of a layer's arguments."""
    name = family(kind)
    size = [SIZE[name]] if name in SIZE and not kind.startswith("Lazy") else []
    extra = ["divisor_override"] if kind in ("AvgPool2d", "AvgPool3d") else []
    return [*size, *ARGUMENTS[name].split(), *extra]


def is_plain(layer: Layer) -> bool:
    """Whether every argument has a value of the kind that PyTorch's documentation names.

    Of others PyTorch complains in words that name its own positions and overloads.
    """
    flags = "bias affine track_running_stats inplace ceil_mode count_include_pad return_indices"
    flags += " elementwise_affine"
    whole = lambda v: isinstance(v, int) and not isinstance(v, bool)  # noqa: E731
    for name, value in layer.items():
        if name == "type":
            continue
        if name in flags.split():
            ok = isinstance(value, bool)
        elif name in ("padding_mode", "approximate", "mode"):
            ok = isinstance(value, str)
        elif name in "p eps momentum alpha negative_slope beta threshold init".split():
            ok = whole(value) or isinstance(value, float) or (value is None and name == "momentum")
        elif name == "padding" and isinstance(value, str):
            ok = "Conv" in layer["type"] and "Transpose" not in layer["type"]
        elif name in "stride divisor_override dim padding_idx size scale_factor align_corners".split():
            ok = value is None or _whole_or_list(value)
        elif name == "output_size":
            ok = value is not None and _whole_or_list([v or 0 for v in value] if isinstance(value, list) else value)
        elif name in "kernel_size padding dilation output_padding normalized_shape unflattened_size".split():
            ok = _whole_or_list(value)
        else:
            ok = whole(value)
        if not ok:
            return False
    return True


def _whole_or_list(value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return bool(values) and all(isinstance(v, int) and not isinstance(v, bool) for v in values)


def random_layer(rng: random.Random, shape: list[int], first: bool = False) -> Layer:
    """Make a layer that probably fits an input of this shape."""
    rank = len(shape)
    fitting = ["Linear"] * 3 + ["Flatten", "Flatten", "activation", "activation", "Identity"]
    fitting += ["LayerNorm", "RMSNorm", "Unflatten"]
    fitting += ["Embedding"] * (6 if first else rng.random() < 0.05)
    for n in (1, 2, 3):
        if rank in (n + 1, n + 2):
            fitting += [f"Conv{n}d"] * 3 + [f"ConvTranspose{n}d"] * 2
            fitting += [f"MaxPool{n}d", f"AvgPool{n}d", f"InstanceNorm{n}d", f"Dropout{n}d"]
            fitting += [f"AdaptiveAvgPool{n}d", f"AdaptiveMaxPool{n}d"]
        if rank == n + 2 or (rank, n) == (2, 1):
            fitting += [f"BatchNorm{n}d"] * 2
    fitting += ["GroupNorm"] * (rank > 1) + ["Upsample"] * (rank > 2)
    fitting += ["PixelShuffle", "ZeroPad2d"] * (rank in (3, 4))
    kind = rng.choice(fitting)
    if kind == "activation":
        kind = rng.choice([*ACTIVATIONS, "ReLU", "Dropout", "Sigmoid"])
    name = family(kind)
    axes = int(kind[-2]) if name in AXES else 0
    lazy = rng.random() < 0.6 and name in SIZE
    layer: Layer = {"type": f"Lazy{kind}" if lazy else kind}
    if name in SIZE and not lazy:
        last = {"Linear": -1, "BatchNorm": 1}.get(name, 0 if rank == axes + 1 else 1)
        layer[SIZE[name]] = shape[last] if rank > last >= -rank else 1
    RANDOM.get(name, _simple)(layer, rng, shape, _Chance(layer, rng, axes))
    return layer


class _Chance:
    """Gives a layer arguments, by chance."""

    def __init__(self, layer: Layer, rng: random.Random, axes: int) -> None:
        self.layer, self.rng, self.axes = layer, rng, axes

    def __call__(self, name: str, value: Any, p: float = 0.35) -> None:
        if self.rng.random() < p:
            self.layer[name] = value

    def several(self, low: int, high: int) -> int | list[int]:
        """One number for all axes, or one for each."""
        if self.rng.random() < 0.7:
            return self.rng.randint(low, high)
        return [self.rng.randint(low, high) for _ in range(self.axes)]


def _linear(layer: Layer, rng: random.Random, shape: list[int], maybe: _Chance) -> None:
    layer["out_features"] = rng.randint(1, 9)
    maybe("bias", rng.random() < 0.3)


def _conv(layer: Layer, rng: random.Random, shape: list[int], maybe: _Chance) -> None:
    groups = rng.choice([1, 1, 1, 1, 2, 3]) if rng.random() < 0.5 else 1
    layer["out_channels"] = groups * rng.randint(1, 4)
    layer["kernel_size"] = maybe.several(1, 4)
    maybe("groups", groups, 1 if groups > 1 else 0.1)
    maybe("stride", maybe.several(1, 3))
    maybe("padding", maybe.several(0, 2), 0.45)
    maybe("dilation", maybe.several(1, 2), 0.2)
    maybe("bias", rng.random() < 0.3, 0.2)
    if "Transpose" in layer["type"]:
        maybe("output_padding", maybe.several(0, 1), 0.3)
    elif rng.random() < 0.15:
        layer["padding"] = rng.choice(["same", "valid"])
        if layer["padding"] == "same" and rng.random() < 0.8:
            layer.pop("stride", None)
    elif rng.random() < 0.1:
        layer["padding_mode"] = rng.choice(["zeros", "reflect", "replicate", "circular"])


def _norm(layer: Layer, rng: random.Random, shape: list[int], maybe: _Chance) -> None:
    for flag in ("affine", "track_running_stats", "bias"):
        maybe(flag, rng.random() < 0.4, 0.3)
    maybe("eps", rng.choice([1e-3, 1]), 0.1)
    maybe("momentum", rng.choice([None, 0.5, 1]), 0.1)


def _layer_norm(layer: Layer, rng: random.Random, shape: list[int], maybe: _Chance) -> None:
    layer["normalized_shape"] = rng.choice([shape[-1:], shape[-2:], (shape[-1:] or [1])[0]])
    maybe("elementwise_affine", rng.random() < 0.5, 0.3)
    maybe("eps", 1e-3, 0.2)
    if layer["type"] == "LayerNorm":
        maybe("bias", rng.random() < 0.3, 0.3)


def _group_norm(layer: Layer, rng: random.Random, shape: list[int], maybe: _Chance) -> None:
    groups = rng.choice([1, 1, 2, 3])
    fits = shape[1] % groups == 0
    layer |= {"num_groups": groups if fits else 1, "num_channels": shape[1]}
    maybe("affine", rng.random() < 0.5, 0.3)
    maybe("eps", 1e-3, 0.1)
    maybe("bias", False, 0.1)


def _embedding(layer: Layer, rng: random.Random, shape: list[int], maybe: _Chance) -> None:
    layer |= {"num_embeddings": rng.randint(3, 9), "embedding_dim": rng.randint(1, 6)}
    maybe("padding_idx", rng.choice([0, 1, -1]), 0.2)


def _pool(layer: Layer, rng: random.Random, shape: list[int], maybe: _Chance) -> None:
    layer["kernel_size"] = maybe.several(1, 3)
    maybe("stride", rng.choice([maybe.several(1, 3), None]), 0.5)
    maybe("padding", maybe.several(0, 1), 0.3)
    maybe("ceil_mode", rng.random() < 0.7)
    if layer["type"].startswith("Max"):
        maybe("dilation", maybe.several(1, 2), 0.2)
    else:
        maybe("count_include_pad", rng.random() < 0.5, 0.2)
        if maybe.axes > 1:
            maybe("divisor_override", rng.choice([None, 3]), 0.2)


def _adaptive(layer: Layer, rng: random.Random, shape: list[int], maybe: _Chance) -> None:
    sizes = [rng.choice([1, 2, 3]) for _ in range(maybe.axes)]
    layer["output_size"] = rng.choice([1, 1, 2, 3, 5, sizes, sizes, 0])
    if maybe.axes > 1 and rng.random() < 0.2:
        layer["output_size"] = [rng.choice([None, 2]) for _ in range(maybe.axes)]


def _reshape(layer: Layer, rng: random.Random, shape: list[int], maybe: _Chance) -> None:
    kind = layer["type"]
    if kind == "Flatten":
        maybe("start_dim", rng.randint(-2, 2), 0.3)
        maybe("end_dim", rng.randint(-2, 2), 0.3)
    elif kind == "Unflatten":
        at = rng.randrange(-len(shape), len(shape)) if shape else 0
        size = shape[at] if shape else 1
        part = rng.choice([d for d in range(1, 7) if size % d == 0])
        layer["dim"] = at
        layer["unflattened_size"] = rng.choice([[part, size // part], [part, -1], [1, size]])
    elif kind == "Upsample":
        maybe("mode", rng.choice(["nearest", "bilinear", "linear", "trilinear", "bicubic", "area"]), 0.3)
        axes = len(shape) - 2
        size = rng.choice([rng.randint(1, 7), [rng.randint(1, 7) for _ in range(axes)]])
        scale = rng.choice([2, 3, 1.5, [2] * axes, [1.5] * axes])
        layer |= {"size": size} if rng.random() < 0.3 else {"scale_factor": scale}
        maybe("align_corners", rng.random() < 0.5, 0.1)
    elif kind == "PixelShuffle":
        factors = [r for r in (2, 3) if shape[-3] % (r * r) == 0]
        layer["upscale_factor"] = rng.choice(factors or [1])
    else:
        layer["padding"] = rng.choice([1, 2, [1, 0, 2, 1], [1, 2, 0, 0], [0, 1], -1])


def _simple(layer: Layer, rng: random.Random, shape: list[int], maybe: _Chance) -> None:
    names = arguments_of(layer["type"])
    values = {
        "p": rng.choice([0, 0.1, 0.9, 1]),
        "inplace": False,
        "alpha": rng.choice([0.5, 2]),
        "negative_slope": 0.2,
        "beta": 2,
        "threshold": 10,
        "approximate": rng.choice(["none", "tanh"]),
        "num_parameters": shape[1] if len(shape) > 1 else 1,
        "init": 0.5,
        "dim": rng.choice([0, -1]),
    }
    for name in names:
        maybe(name, values[name], 1 if name == "dim" else 0.35)


RANDOM = {
    "Linear": _linear,
    "Embedding": _embedding,
    "GroupNorm": _group_norm,
    **dict.fromkeys(["Conv", "ConvTranspose"], _conv),
    **dict.fromkeys(["BatchNorm", "InstanceNorm"], _norm),
    **dict.fromkeys(["LayerNorm", "RMSNorm"], _layer_norm),
    **dict.fromkeys(["MaxPool", "AvgPool"], _pool),
    **dict.fromkeys(["AdaptiveAvgPool", "AdaptiveMaxPool"], _adaptive),
    **dict.fromkeys(["Flatten", "Unflatten", "Upsample", "PixelShuffle", "ZeroPad2d"], _reshape),
}


def spoil(rng: random.Random, layers: list[Layer], shape: list[int]) -> None:
    """Change one thing, likely for the worse."""
    layer = rng.choice(layers)
    names = arguments_of(layer["type"])
    sizes = [name for name in layer if name in SIZE.values()]
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


def random_network(rng: random.Random) -> tuple[list[Layer], list[int]]:
    """Layers and an input shape. Half of all networks have something spoiled."""
    n = rng.choice([0, 1, 2, 2, 3])
    shape = [rng.choice([1, 2, 2, 3, 0] if rng.random() < 0.3 else [2, 3])]
    shape += [rng.randint(1, 6)] + [rng.randint(3, 9) for _ in range(n)]
    if rng.random() < 0.1:
        shape = shape[1:]
    layers, now = [], list(shape)
    for _ in range(rng.randint(1, 6)):
        layer = random_layer(rng, now, first=not layers and rng.random() < 0.1)
        if rng.random() < 0.75:  # keep most layers that fit, so that networks grow long
            rows, *_ = pytorch([*layers, layer] if layers else [layer], shape)
            if len(rows) <= len(layers):
                continue
            now = rows[-1]["output"]
        layers.append(layer)
    layers = layers or [{"type": "Flatten"}]
    if rng.random() < 0.55:
        spoil(rng, layers, shape)
    return layers, shape


def shapes_of(layer: nn.Module) -> dict[str, list[int]]:
    """The shapes of a layer's parameters, by name."""
    return {name: list(p.shape) for name, p in layer.named_parameters()}


def tuples(value: Any) -> Any:
    """A value with tuples in place of lists, which JSON has not."""
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def pytorch(layers: list[Layer], shape: list[int]) -> tuple[list[dict], list | None, str]:
    """Build and run a network.

    Returns:
        ``(rows, failing, message)``: of each layer that passed its class, parameters and output;
        ``None``, or the index of the layer that raised with its class and parameters by then (both
        None if it was not built or is still lazy); and what it raised.
    """
    net, rows = [], []
    for i, layer in enumerate(layers):
        arguments = {name: tuples(value) for name, value in layer.items() if name != "type"}
        try:
            net.append(getattr(nn, layer["type"])(**arguments))
        except Exception as error:  # whatever PyTorch raises is the answer
            return rows, [i, None, None], f"{type(error).__name__}: {error}"
    first = next((layer["type"] for layer in layers if layer["type"] not in EARLY), "")
    x = torch.zeros(shape, dtype=torch.long if first == "Embedding" else None)
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
