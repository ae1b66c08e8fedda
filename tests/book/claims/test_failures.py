"""The claims of the page *Errors before initialization: counting, tying, export*."""

import io
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, parametrizations, prune

from tools import BOOK

from .cases import CASES, LINEAR, ONCE_MORE, lazy_names, ready, tensors


def quietly(call: Callable) -> Callable:
    """Call without warnings: TorchScript is deprecated."""

    def wrapped(layer, X):
        with warnings.catch_warnings(action="ignore"):
            return call(layer, X)

    return wrapped


def save_and_load(layer, X):
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    torch.load(file)


def average(layer, X):
    torch.optim.swa_utils.AveragedModel(layer).update_parameters(layer)


#: What the page tries, on a layer and its input.
ATTEMPTS = {
    "numel": lambda layer, X: [t.numel() for t in tensors(layer).values()],
    "shape": lambda layer, X: [t.shape for t in tensors(layer).values()],
    "channels_last": lambda layer, X: layer.to(memory_format=torch.channels_last),
    "freeze": lambda layer, X: layer.requires_grad_(False),
    "vector": lambda layer, X: parameters_to_vector(layer.parameters()),
    "weight_norm": lambda layer, X: parametrizations.weight_norm(layer),
    "spectral_norm": lambda layer, X: parametrizations.spectral_norm(layer),
    "orthogonal": lambda layer, X: parametrizations.orthogonal(layer),
    "prune": lambda layer, X: prune.l1_unstructured(layer, "weight", 0.5),
    "average": average,
    "share": lambda layer, X: layer.share_memory(),
    "save and load": save_and_load,
    "script": quietly(lambda layer, X: torch.jit.script(layer)),
    "trace": quietly(lambda layer, X: torch.jit.trace(layer, X)),
    "export": lambda layer, X: torch.export.export(layer, (X,)),
    "stack": lambda layer, X: torch.func.stack_module_state([layer, layer]),
    "meta": lambda layer, X: layer.to("meta")(X.to("meta")),
}
#: Those that compile take longest; they are tried on the linear and the one-dimensional layers.
COMPILED = ("script", "trace", "export")
ERRORS = (ValueError, RuntimeError, AssertionError, IndexError, pickle.UnpicklingError)


def fits(attempt: str, case) -> bool:
    """Whether a layer's weight has the axes that an attempt needs."""
    if attempt == "orthogonal":
        return not case.is_norm
    return attempt != "channels_last" or case.is_norm or case.dims < 3


def test_failures_raise(case):
    """Every attempt raises on placeholders, none on a layer that has none; strict export works."""
    for name, attempt in ATTEMPTS.items():
        if name in COMPILED and case.dims > 1:
            continue
        try:
            attempt(case.build(), case.input())
        except ERRORS:
            continue
        pytest.fail(f"{name} works on {case}")
    if case.dims < 2:
        torch.export.export(case.build(), (case.input(),), strict=True)
    for name, attempt in ATTEMPTS.items():
        loaded = case.build()
        loaded.load_state_dict(ready(case).state_dict())
        with pytest.raises(RuntimeError, match="can't be used with `DataParallel`"):
            loaded._replicate_for_data_parallel()
        if name in ("script", "trace"):
            message = "expansion is not supported|Tracing failed|to match num_features"
            with pytest.raises(Exception, match=message):
                attempt(loaded, case.input())
        elif fits(name, case) and name not in ("export", "meta"):  # these two run it
            attempt(loaded, case.input())
            if name in ("weight_norm", "spectral_norm", "orthogonal"):
                with pytest.raises(
                    (AttributeError, ValueError), match="attribute 'weight'|match num"
                ):
                    loaded(case.input())
    if "InstanceNorm" in case.name:
        for name, attempt in ATTEMPTS.items():
            bare = case.lazy(affine=False, track_running_stats=False)
            assert lazy_names(bare) == []
            # The others want a parameter, or compile the lazy class itself.
            if name in ("numel", "shape", "freeze", "average", "share", "save and load", "stack"):
                attempt(bare, case.input())


def test_failures_messages(case):
    """The misleading messages, and what they speak of; tying works where nothing else waits."""
    with pytest.raises(RuntimeError, match="usually happens in `load_state_dict`"):
        parametrizations.weight_norm(case.build())
    with pytest.raises(ValueError, match="Expected a matrix"):
        parametrizations.orthogonal(case.build())
    with pytest.raises(ValueError, match="Muon only supports 2D"):
        torch.optim.Muon([case.build().weight])
    with pytest.raises(pickle.UnpicklingError, match="GLOBAL torch.nn.parameter.Uninitialized"):
        save_and_load(case.build(), None)
    with torch.serialization.safe_globals([nn.UninitializedParameter, nn.UninitializedBuffer]):
        save_and_load(case.build(), None)
    first, second = case.build(), case.build()
    second.weight = first.weight
    first(X := case.input())
    with pytest.raises((AttributeError, AssertionError), match=ONCE_MORE[case is LINEAR]):
        second(X)
    if not case.is_norm:  # without a bias, nothing of its own waits
        second = case.build(bias=False)
        second.weight = first.weight
        second(X)
        assert second.weight is first.weight and type(second) is case.eager
    with pytest.raises(RuntimeError, match="has uninitialized parameters"):
        ATTEMPTS["trace"](case.build(), X)
    with pytest.raises(RuntimeError, match="can't be used with `DataParallel`"):
        case.build()._replicate_for_data_parallel()
    with torch.device("cpu"):
        embedding, output = nn.Embedding(9, 5), nn.LazyLinear(9, bias=False)
        output.weight = embedding.weight
        assert output(embedding(torch.tensor([1]))).shape == (1, 9)


def test_failures_after(case):
    """All attempts work after the first pass, where the weight has the axes for it."""
    for name, attempt in ATTEMPTS.items():
        if name in COMPILED and case.dims > 1:
            continue
        if fits(name, case):
            attempt(ready(case), case.input())
        else:
            with pytest.raises(ERRORS, match="Expected a matrix|required rank 4 tensor"):
                attempt(ready(case), case.input())
    # "Of a new network": a failed attempt to prune has already removed the weight.
    spoiled = case.build()
    with pytest.raises(ERRORS):
        ATTEMPTS["prune"](spoiled, case.input())
    with pytest.raises(AttributeError, match="no attribute 'weight'"):
        spoiled(case.input())


def test_failures_on_meta(case):
    """Built and run on meta, the shapes are those of the CPU; moved there first, it raises."""
    with torch.device("meta"):
        layer = case.build()
        layer(case.input(device="meta"))
    assert {k: t.shape for k, t in tensors(layer).items()} == {
        k: t.shape for k, t in tensors(ready(case)).items()
    }
    assert all(t.is_meta for t in tensors(layer).values())
    for moved in (case.build().to("meta"), case.build().to(device="meta")):
        assert type(moved.weight) is nn.Parameter and moved.weight.numel() == 0
        with pytest.raises(ERRORS):
            moved(case.input(device="meta"))


def test_failures_new_objects(case):
    """An optimizer built on meta trains nothing after ``to_empty``, unless it swaps parameters."""
    for swap in (False, True):
        torch.__future__.set_swap_module_params_on_conversion(swap)
        try:
            with torch.device("meta"):
                layer = case.build()
                layer(case.input(device="meta"))
            held = layer.weight
            optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
            layer.to_empty(device="cpu")
            layer.reset_parameters()
            before = layer.weight.detach().clone()
            (layer(case.input()) ** 3).sum().backward()
            optimizer.step()
            assert (layer.weight is held) == swap
            assert torch.equal(layer.weight, before) != swap
            if swap:
                with pytest.raises(RuntimeError, match="Couldn't swap"):
                    case.build().to("cpu")
                converted = case.build().double()
                assert type(converted.weight) is nn.Parameter and converted.weight.numel() == 0
        finally:
            torch.__future__.set_swap_module_params_on_conversion(False)


#: Tries the first pass of one class of each kind inside ``torch.func.grad``, in a forked process.
GRAD = """
import os
import torch
from tests.book.claims.cases import CASES
for case in CASES[:5]:
    if (child := os.fork()) == 0:
        layer = case.build()
        try:
            torch.func.grad(lambda X: layer(X).sum())(case.input())
        except RuntimeError:
            os._exit(1)
        os._exit(0)
    print(case, os.waitpid(child, 0)[1] != 0)
"""


def test_failures_func():
    """Inside ``grad`` a first pass fails or crashes; inside ``vmap`` it leaves weights unfilled."""
    command = [sys.executable, "-c", GRAD]
    run = subprocess.run(command, cwd=BOOK.root, capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [f"{case} True" for case in CASES[:5]]
    for case in CASES:
        layer = ready(case).eval()
        torch.func.grad(lambda X, layer=layer: layer(X).sum())(case.input())
        if "InstanceNorm" not in case.name:  # which cannot run after loading alone
            loaded = case.build().eval()
            loaded.load_state_dict(layer.state_dict())
            torch.func.grad(lambda X, layer=loaded: layer(X).sum())(case.input())
    torch.use_deterministic_algorithms(True)  # unfilled memory is nan
    try:
        for case in CASES:
            if case.is_norm:
                continue
            X = case.input()[:, None]
            torch.vmap(ready(case))(X)
            layer = case.build()
            with pytest.raises(RuntimeError, match="randomness error mode"):
                torch.vmap(layer)(X)
            assert layer(X[0]).isnan().all()
    finally:
        torch.use_deterministic_algorithms(False)
