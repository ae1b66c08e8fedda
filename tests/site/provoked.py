"""Error messages that PyTorch raises, each with the section of the errors page that explains it.

Run as a script, it prints the messages of the PyTorch that runs it, as old_messages.toml has them.
"""

import copy
import json
import sys
import tempfile
import traceback
import warnings

import torch
from torch import nn
from torch.nn.utils import parametrizations, prune


def lazy():
    """Two lazy linear layers that no batch has reached."""
    return nn.Sequential(nn.LazyLinear(256), nn.ReLU(), nn.LazyLinear(10))


def _ddp():
    with tempfile.NamedTemporaryFile() as file:
        options = {"init_method": f"file://{file.name}", "rank": 0, "world_size": 1}
        torch.distributed.init_process_group("gloo", **options)
        try:
            nn.parallel.DistributedDataParallel(lazy())
        finally:
            torch.distributed.destroy_process_group()


def _inference():
    net = lazy()
    with torch.inference_mode():
        net(torch.rand(2, 20))
    net(torch.rand(2, 20)).sum().backward()


def _tied():
    layer = nn.LazyLinear(5)
    layer.weight = nn.Embedding(5, 3).weight
    layer(torch.rand(2, 3))


def _loaded_after():
    net = nn.LazyLinear(8)
    net.load_state_dict(nn.Linear(3, 8).state_dict())
    net(torch.rand(2, 5))


def _normalized():
    layer = nn.LazyLinear(8)
    layer.load_state_dict(nn.Linear(3, 8).state_dict())
    parametrizations.weight_norm(layer)(torch.rand(2, 3))


#: What raises, and the label of its section; several lead to the same one.
PROVOKED = {
    "a wrong size": (lambda: nn.Linear(784, 512)(torch.rand(62, 12288)), "errors-mat1-mat2"),
    "no bias": (lambda: nn.Linear(4, 3, bias=False)(torch.rand(2, 5)), "errors-mat1-mat2"),
    "transposed": (lambda: nn.Linear(4, 3)(torch.rand(2, 5, 6).mT), "errors-mat1-mat2"),
    "numel": (lambda: lazy()[0].weight.numel(), "errors-uninitialized-parameter"),
    "normal_": (lambda: nn.init.normal_(lazy()[0].weight), "errors-uninitialized-parameter"),
    "xavier": (lambda: nn.init.xavier_uniform_(lazy()[0].weight), "errors-uninitialized-parameter"),
    "freeze": (lambda: lazy().requires_grad_(False), "errors-uninitialized-parameter"),
    "forward": (
        lambda: nn.LazyLinear(4).forward(torch.rand(2, 3)),
        "errors-uninitialized-parameter",
    ),
    "prune": (
        lambda: prune.l1_unstructured(nn.LazyLinear(4), "weight", 0.5),
        "errors-uninitialized-parameter",
    ),
    "copy": (lambda: copy.deepcopy(nn.LazyBatchNorm1d()), "errors-uninitialized-parameter"),
    "Adagrad": (
        lambda: torch.optim.Adagrad(lazy().parameters()),
        "errors-uninitialized-parameter",
    ),
    "shape": (lambda: lazy()[0].weight.shape, "errors-shape"),
    "load": (
        lambda: nn.Linear(3, 8).load_state_dict(nn.LazyLinear(8).state_dict()),
        "errors-shape",
    ),
    "integers": (lambda: nn.LazyLinear(4)(torch.ones(2, 3, dtype=torch.long)), "errors-dtype"),
    "double": (lambda: nn.LazyLinear(4)(torch.rand(2, 3).double()), "errors-dtype"),
    "integers, convolution": (
        lambda: nn.LazyConv2d(4, 3)(torch.ones(2, 3, 8, 8, dtype=torch.long)),
        "errors-input-type",
    ),
    "DDP": (_ddp, "errors-ddp"),
    "script": (lambda: torch.jit.script(lazy()), "errors-jit"),
    "trace": (lambda: torch.jit.trace(lazy(), torch.rand(2, 20)), "errors-jit"),
    "share": (lambda: lazy().share_memory(), "errors-share-memory"),
    "inference": (_inference, "errors-inference"),
    "no grad": (lambda: nn.Linear(3, 1)(torch.rand(2, 3)).detach().backward(), "errors-no-grad"),
    "normalized too early": (_normalized, "errors-no-weight"),
    "vmap": (lambda: torch.vmap(nn.LazyLinear(4))(torch.rand(2, 3)), "errors-vmap"),
    "one row": (lambda: nn.LazyBatchNorm1d()(torch.rand(1, 20)), "errors-one-value"),
    "size mismatch": (
        lambda: nn.Linear(3, 4).load_state_dict(nn.Linear(5, 4).state_dict()),
        "errors-size-mismatch",
    ),
    "loaded, then another width": (_loaded_after, "errors-in-features"),
    "tied": (_tied, "errors-materialize"),
    "orthogonal": (lambda: parametrizations.orthogonal(nn.LazyLinear(4)), "errors-matrix"),
    "weight norm": (lambda: nn.utils.weight_norm(nn.LazyLinear(4)), "errors-norm-hooks"),
    "channels": (lambda: nn.Conv2d(3, 4, 3)(torch.rand(2, 1, 8, 8)), "errors-channels"),
    "one axis": (lambda: nn.LazyBatchNorm1d()(torch.rand(20)), "errors-tuple-index"),
    "mixed dtype": (lambda: nn.LazyBatchNorm1d()(torch.rand(2, 3).double()), "errors-input-type"),
    "groups": (lambda: nn.LazyConv2d(8, 3, groups=2)(torch.rand(2, 3, 8, 8)), "errors-channels"),
    "sequence too short": (lambda: nn.MaxPool1d(4)(torch.rand(2, 3, 2)), "errors-too-small"),
    "one input": (lambda: nn.MSELoss()(torch.rand(2, 3)), "errors-missing-argument"),
    "running mean": (lambda: nn.BatchNorm1d(5)(torch.rand(2, 9)), "errors-running-mean"),
    "no channels": (lambda: nn.LazyConv2d(4, 3)(torch.rand(2, 3)), "errors-dimensions"),
    "Muon": (lambda: torch.optim.Muon(lazy().parameters()), "errors-muon"),
}


def provoke(name):
    """Raise one of them; the error, and its whole traceback as Python prints it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            PROVOKED[name][0]()
    except Exception as error:
        return error, traceback.format_exc()
    raise AssertionError(f"{name} raises nothing on PyTorch {torch.__version__}")


if __name__ == "__main__":
    for name in PROVOKED:
        try:
            error, _ = provoke(name)
        except AssertionError as nothing:
            print(nothing, file=sys.stderr)
            continue
        version, text = torch.__version__.split("+")[0], f"{type(error).__name__}: {error}"
        print("[[message]]")
        for key, value in {"torch": version, "text": text, "section": PROVOKED[name][1]}.items():
            print(f"{key} = {json.dumps(value)}")
        print()
