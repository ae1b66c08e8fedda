"""Random networks, and what PyTorch makes of them.

PyTorch builds and runs each network on the CPU, in train mode, on zeros. As in PyTorch, all layers
are built before any of them runs.
"""

import inspect
from typing import Any

import torch
from torch import nn

torch.set_num_threads(1)  # tests run side by side, and tensors this small gain nothing from more

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


def arguments_of(kind: str) -> list[str]:
    """Argument names of a layer, but for where and of what type its values are."""
    parameters = inspect.signature(getattr(nn, kind).__init__).parameters.values()
    hidden = ["self", "device", "dtype", "_weight", "_freeze"]
    return [p.name for p in parameters if p.name not in hidden and p.kind.name[:3] != "VAR"]


EACH = "Conv ConvTranspose BatchNorm InstanceNorm".split()
POOLS = "MaxPool AvgPool AdaptiveMaxPool AdaptiveAvgPool".split()
SHAPED = "LayerNorm RMSNorm GroupNorm Embedding Unflatten PixelShuffle ZeroPad2d Upsample".split()
SAME = (
    "Identity Tanh Sigmoid LogSigmoid Softsign ReLU ReLU6 SiLU Mish Hardswish Hardsigmoid ELU "
    "LeakyReLU Softplus GELU PReLU Softmax LogSoftmax"
).split()
DROPOUTS = "Dropout AlphaDropout Dropout1d Dropout2d Dropout3d".split()
LAZY = ["LazyLinear", *(f"Lazy{name}{n}d" for name in EACH for n in (1, 2, 3))]
TYPES = [
    *LAZY,
    *(name.removeprefix("Lazy") for name in LAZY),
    *(f"{name}{n}d" for name in POOLS for n in (1, 2, 3)),
    *SHAPED,
    *SAME,
    *DROPOUTS,
    "Flatten",
]


def random_shaped(rng, name, shape):
    """Make one of the layers in SHAPED that probably fits."""
    channel = shape[1] if len(shape) > 1 else 1
    layer = {"type": name}
    if name in ("LayerNorm", "RMSNorm"):
        axes = rng.randint(1, max(1, len(shape) - 1))
        layer["normalized_shape"] = shape[-1] if axes == 1 and shape else shape[-axes:]
        if rng.random() < 0.3:
            layer["elementwise_affine"] = rng.random() < 0.3
        if name == "LayerNorm" and rng.random() < 0.2:
            layer["bias"] = rng.random() < 0.3
    elif name == "GroupNorm":
        layer["num_groups"] = rng.choice([g for g in (1, 2, 3, 4) if channel % g == 0])
        layer["num_channels"] = channel
        if rng.random() < 0.3:
            layer["affine"] = rng.random() < 0.3
    elif name == "Embedding":
        layer |= {"num_embeddings": rng.randint(1, 9), "embedding_dim": rng.randint(1, 5)}
        if rng.random() < 0.3:
            layer["padding_idx"] = 0
    elif name == "Unflatten":
        axis = rng.randrange(len(shape)) if shape else 0
        size = shape[axis] if shape else 1
        parts = [d for d in range(1, 5) if size % d == 0]
        first = rng.choice(parts)
        layer["dim"] = axis - rng.choice([0, len(shape)])
        layer["unflattened_size"] = [first, rng.choice([-1, size // first])]
    elif name == "PixelShuffle":
        layer["upscale_factor"] = rng.choice([1, 1, 2])
    elif name == "ZeroPad2d":
        layer["padding"] = rng.choice([0, 1, 2, [1, 0, 2, 1], [-1, 1, 0, 2], -1])
    elif name == "Upsample":
        n = max(1, len(shape) - 2)
        size, scale = rng.choice([3, [4] * n]), rng.choice([2, 1.5, [2] * n, 0.5])
        layer |= rng.choice([{"scale_factor": scale}, {"scale_factor": scale}, {"size": size}])
        modes = ["nearest", "linear", "bilinear", "trilinear", "bicubic", "nearest-exact", "area"]
        if rng.random() < 0.3:
            layer["mode"] = rng.choice(modes)
        if rng.random() < 0.2 and n < 4:
            layer |= {"mode": modes[n], "align_corners": rng.random() < 0.5}
    return layer


def random_layer(rng, shape):
    """Make a layer that probably fits an input of this shape."""
    rank = len(shape)
    fitting = ["Linear", "Linear", "Flatten", rng.choice(SAME), rng.choice(DROPOUTS)]
    fitting += [rng.choice(SHAPED), rng.choice(SHAPED[:3])]
    for n in (1, 2, 3):
        if rank in (n + 1, n + 2):
            fitting += [f"Conv{n}d", f"Conv{n}d", f"ConvTranspose{n}d", f"InstanceNorm{n}d"]
            fitting += [f"{rng.choice(POOLS)}{n}d", f"{rng.choice(POOLS)}{n}d"]
        if rank == n + 2 or (rank, n) == (2, 1):
            fitting += [f"BatchNorm{n}d"]
    name = rng.choice(fitting)
    if name in SHAPED:
        return random_shaped(rng, name, shape)
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
    elif "Norm" in name:
        if not lazy:
            layer["num_features"] = channel if name.startswith("Instance") else shape[1]
        for flag in ("affine", "track_running_stats", "bias"):
            maybe(flag, rng.random() < 0.4, 0.3)
        maybe("eps", rng.choice([1e-3, 1]), 0.1)
        maybe("momentum", rng.choice([None, 0.5, 1]), 0.1)
    elif name.startswith("Adaptive"):
        some = [rng.choice([1, 2, 3, None]) for _ in range(n)]
        layer["output_size"] = rng.choice([1, 2, 3, 5, [1] * n, some, some, [None] * n, 0])
    elif "Pool" in name:
        layer["kernel_size"] = several(1, 3)
        maybe("stride", rng.choice([several(1, 3), None]), 0.5)
        maybe("padding", several(0, 1), 0.3)
        maybe("ceil_mode", rng.random() < 0.7)
        if name.startswith("Max"):
            maybe("dilation", several(1, 2), 0.2)
        else:
            maybe("count_include_pad", rng.random() < 0.5, 0.2)
            if n > 1:
                maybe("divisor_override", rng.choice([None, 3]), 0.2)
    elif name == "Flatten":
        maybe("start_dim", rng.randint(-2, 2), 0.3)
        maybe("end_dim", rng.randint(-2, 2), 0.3)
    elif "Softmax" in name:
        maybe("dim", rng.choice([1, -1, 0, 2]), 0.8)
    elif name == "PReLU":
        maybe("num_parameters", rng.choice([channel, 2]), 0.6)
    elif name == "GELU":
        maybe("approximate", rng.choice(["tanh", "none"]), 0.5)
    elif name in DROPOUTS:
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


def tuples(value: Any) -> Any:
    """A value with its lists, which JSON has, as tuples."""
    return tuple(map(tuples, value)) if isinstance(value, list) else value


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
    if answer[2].endswith("Output size is too small"):
        # With one thread PyTorch takes another routine for 1 x 1 kernels, which knows no size 0.
        torch.set_num_threads(2)
        answer = _run(layers, shape)
        torch.set_num_threads(1)
    return answer


def _run(layers: list[Layer], shape: list[int]) -> tuple[list[dict], list | None, str]:
    net, rows = [], []
    for i, layer in enumerate(layers):
        arguments = {name: tuples(value) for name, value in layer.items() if name != "type"}
        try:
            net.append(getattr(nn, layer["type"])(**arguments))
        except Exception as error:  # whatever PyTorch raises is the answer
            return rows, [i, None, None], f"{type(error).__name__}: {error}"
    embeds = layers and layers[0]["type"] == "Embedding"
    x = torch.zeros(shape, dtype=torch.long if embeds else torch.float)
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
