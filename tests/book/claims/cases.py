"""What claims are tried over: the thirteen lazy classes, their eager forms, dtypes and inputs."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

#: The dtypes that a claim about "any dtype" is tried in.
FLOATS = (torch.float32, torch.float64, torch.bfloat16)


@dataclass(frozen=True)
class Case:
    """A lazy class with what is needed to build it and to feed it.

    Attributes:
        lazy: the lazy class.
        eager: the class that it becomes.
        dims: number of spatial axes of its input: 0 for ``LazyLinear``.
        size: name of the attribute that holds the inferred input size.
        arguments: what its constructor needs besides the input size.
    """

    lazy: type[nn.Module]
    eager: type[nn.Module]
    dims: int
    size: str
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the lazy class."""
        return self.lazy.__name__

    @property
    def is_norm(self) -> bool:
        """Whether the class is a normalization layer."""
        return self.size == "num_features"

    @property
    def is_transposed(self) -> bool:
        """Whether the class is a transposed convolution."""
        return "Transpose" in self.name

    def build(self, **options: Any) -> nn.Module:
        """Build the lazy layer; ``options`` replace or extend its arguments."""
        return self.lazy(**{**self.arguments, **options})

    def build_eager(self, size: int, **options: Any) -> nn.Module:
        """Build the eager layer for an input size."""
        return self.eager(size, **{**self.arguments, **options})

    def input(
        self,
        size: int = 3,
        rows: int | None = 2,
        side: int = 8,
        dtype: torch.dtype = torch.float32,
        device: str = "cpu",
    ) -> torch.Tensor:
        """Make an input with a given size on the axis that the layer reads.

        Args:
            size: features (``LazyLinear``) or channels.
            rows: number of examples; None leaves the batch axis out.
            side: length of each spatial axis.
            dtype: its dtype.
            device: its device.

        Returns:
            A tensor of shape ``(rows, size)`` or ``(rows, size, side, …)``.
        """
        shape = (size, *[side] * self.dims)
        shape = shape if rows is None else (rows, *shape)
        generator = torch.Generator().manual_seed(0)
        return torch.rand(shape, generator=generator).to(device=device, dtype=dtype)

    def __str__(self) -> str:
        return self.name


def _cases() -> list[Case]:
    cases = [Case(nn.LazyLinear, nn.Linear, 0, "in_features", {"out_features": 4})]
    for d in (1, 2, 3):
        conv = {"out_channels": 4, "kernel_size": 3}
        for kind, size, arguments in [
            ("Conv", "in_channels", conv),
            ("ConvTranspose", "in_channels", conv),
            ("BatchNorm", "num_features", {}),
            ("InstanceNorm", "num_features", {"affine": True, "track_running_stats": True}),
        ]:
            lazy, eager = getattr(nn, f"Lazy{kind}{d}d"), getattr(nn, f"{kind}{d}d")
            cases.append(Case(lazy, eager, d, size, arguments))
    return cases


#: The thirteen lazy classes of ``torch.nn``. ``InstanceNorm`` is built with parameters and running
#: statistics: the lazy classes have both by default, the eager ones neither.
CASES = _cases()
LINEAR = CASES[0]
CONVS = [case for case in CASES if case.size == "in_channels"]
NORMS = [case for case in CASES if case.is_norm]

#: What materializing a parameter twice says: in all classes but ``LazyLinear``, and in that one.
ONCE_MORE = (
    "self.weight must be an UninitializedParameter",
    "'Parameter' object has no attribute 'materialize'",
)


def tensors(module: nn.Module) -> dict[str, torch.Tensor]:
    """All parameters and buffers of a module by name, also those that are not persistent."""
    return dict(module.named_parameters()) | dict(module.named_buffers())


def ready(case: Case) -> nn.Module:
    """The layer of a case after its first pass."""
    layer = case.build()
    layer(case.input())
    return layer


def lazy_names(module: nn.Module) -> list[str]:
    """The names of the parameters and buffers that are still placeholders."""
    return [name for name, t in tensors(module).items() if nn.parameter.is_lazy(t)]


def mlp() -> nn.Sequential:
    """The chapter's network: 256 outputs, then 10."""
    return nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.LazyLinear(10))
