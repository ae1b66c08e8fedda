"""The claims of the page *Processes and threads: DDP, FSDP, serving*."""

import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import torch
from torch import distributed as dist
from torch import nn

from .cases import LINEAR, ONCE_MORE, lazy_names, ready


@pytest.fixture(scope="module")
def group():
    """A process group of one, on the loopback interface."""
    name = next(name for _, name in socket.if_nameindex() if name.startswith("lo"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLOO_SOCKET_IFNAME", name)
        dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
        yield dist.group.WORLD
        dist.destroy_process_group()


def test_processes_wrapped(case, group):
    """DDP and ``fully_shard`` reject placeholders and accept what they become."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh("cpu", (1,))
    with pytest.raises(RuntimeError, match="can't be used with `DistributedDataParallel`"):
        nn.parallel.DistributedDataParallel(case.build())
    refused = case.build()
    with pytest.raises(RuntimeError, match="Can't access the shape"):
        fully_shard(refused, mesh=mesh)
    X = case.input()
    refused(X)
    with pytest.raises(AssertionError, match="has already been applied"):  # so the page says: new
        fully_shard(refused, mesh=mesh)
    nn.parallel.DistributedDataParallel(ready(case))(X).square().sum().backward()
    assert hasattr(fully_shard(ready(case), mesh=mesh), "unshard")
    # A layer that was loaded and has not run is accepted, and loses what was made of it.
    loaded = case.build()
    loaded.load_state_dict(ready(case).state_dict())
    sharded = fully_shard(loaded, mesh=mesh)
    assert hasattr(sharded, "unshard")
    if "InstanceNorm" not in case.name:  # which cannot run after loading alone
        sharded(X)
        assert not hasattr(sharded, "unshard")
    # Converted before the dry run, a batch normalization layer can never run.
    convert = nn.SyncBatchNorm.convert_sync_batchnorm
    if "BatchNorm" in case.name:
        early = convert(case.build())
        assert type(early) is nn.SyncBatchNorm and lazy_names(early)
        with pytest.raises(ValueError, match="uninitialized parameter"):
            early.eval()(X)  # in training mode it wants a GPU
        late = convert(ready(case))
        assert type(late) is nn.SyncBatchNorm and late.eval()(X).shape == X.shape
    else:
        assert type(convert(case.build())) is case.lazy


def overlap(layer: nn.Module, place: Callable, X: torch.Tensor):
    """Hold one call of the layer where it enters a function until a second call has finished."""
    entered, finished = Event(), Event()

    def stop(frame, event, argument):
        if frame.f_code is place.__code__ and not entered.is_set():
            entered.set()
            finished.wait()

    def slow():
        sys.settrace(stop)
        try:
            return layer(X)
        finally:
            sys.settrace(None)
            entered.set()

    with ThreadPoolExecutor() as pool:
        held = pool.submit(slow)
        entered.wait()
        other = pool.submit(layer, X)
        other.exception()
        finished.set()
    return held, other


def test_processes_once(case):
    """Each outcome of two first passes at once, for every class; none after a dry run."""
    X, missing = case.input(), {}
    torch.use_deterministic_algorithms(True)  # unfilled memory is nan
    try:
        for place in (
            case.lazy._infer_parameters,
            nn.parameter.UninitializedTensorMixin.materialize,
            case.lazy.reset_parameters,
        ):
            layer = case.build()
            held, other = overlap(layer, place, X)
            error = held.exception()
            assert isinstance(error, AttributeError | AssertionError)
            wrong = other.result().isnan().any().item()
            later = layer.eval()(X).isnan().any().item()
            missing[str(error).rpartition("attribute ")[2]] = (wrong, later)
        # The other call had its numbers, or it computed with weights that nobody had filled.
        assert missing["'initialize_parameters'"] == (False, False)
        assert missing["'cls_to_become'"] == (False, True)
        assert missing["'has_uninitialized_params'"] == (True, True)
        if case is LINEAR:
            held, other = overlap(layer := case.build(), torch.no_grad.__enter__, X)
            assert str(held.exception()) == ONCE_MORE[True]
            assert not other.result().isnan().any() and not layer(X).isnan().any()
            held, other = overlap(layer := case.build(), nn.Linear.reset_parameters, X)
            assert "has_uninitialized_params" in str(held.exception())
            assert other.result().isnan().any() and not layer(X).isnan().any()
        layer = ready(case).eval()
        held, other = overlap(layer, type(layer).forward, X)
        assert torch.equal(held.result(), other.result())
    finally:
        torch.use_deterministic_algorithms(False)
