"""What *Error messages and fixes* says of the dry run, tried on all thirteen classes."""

import multiprocessing.reduction  # noqa: F401  (share_memory needs it)

import pytest
import torch
from torch import nn


def ways(net, data):
    """What raises before the dry run, by name."""
    return {
        "count": lambda: sum(p.numel() for p in net.parameters()),
        "shape": lambda: [p.shape for p in net.parameters()],
        "share": net.share_memory,
        "script": lambda: torch.jit.script(net),
        "DDP": lambda: nn.parallel.DistributedDataParallel(net),
    }


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("name", ["count", "shape", "share", "script", "DDP"])
def test_errors_dry_run(case, name, tmp_path):
    net, data = nn.Sequential(case.build()), case.input()
    if name == "DDP":
        torch.distributed.init_process_group(
            "gloo", init_method=f"file://{tmp_path}/rendezvous", rank=0, world_size=1
        )
    try:
        with pytest.raises((RuntimeError, ValueError)):
            ways(net, data)[name]()
        net(data)
        ways(net, data)[name]()
    finally:
        if name == "DDP":
            torch.distributed.destroy_process_group()
