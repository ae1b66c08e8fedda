"""The claims of *Error messages and fixes*: its own code is run, section by section."""

import contextlib
import copy
import io
import multiprocessing.reduction  # noqa: F401  (share_memory needs it)
import re
import warnings

import pytest
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, prune

from chapter.cells import read_cells
from chapter.messages import sections
from tools import BOOK

from .cases import mlp, tensors

X = torch.rand(2, 20, generator=torch.Generator().manual_seed(0))
PAGE = BOOK.page("errors")
CELLS = [cell for cell in read_cells(PAGE) if cell.kind == "code"]
SHARED, FIRST_FAILURE = CELLS[0].source, CELLS[1].source


def blocks(text):
    """The code cells of a piece of the page: whether each is tagged as raising, and its source."""
    found = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for cell in found:
        lines = cell.split("\n")
        options = [line for line in lines if re.match(r":[\w]+:", line)]
        source = "\n".join(line for line in lines if line not in options)
        yield any("raises-exception" in line for line in options), source


#: The sections with code, and their code.
SECTIONS = [(s, code) for s in sections(PAGE.text) if (code := list(blocks(s.text)))]
#: One of them is about a message that another one explains.
STILL_LAZY, UNINITIALIZED = "errors-still-lazy", "errors-uninitialized-parameter"
#: These raise nothing: they print the core of a long message, or are about older releases.
QUIET = {"errors-which-layer", "errors-weights-only", "errors-heavy-development"}


def fresh():
    """What a reader has who ran the page's first code block and nothing else of it."""
    names = {"display": print}
    exec(SHARED, names)
    return names


@pytest.mark.parametrize("section, code", SECTIONS, ids=[s.label for s, _ in SECTIONS])
def test_errors_fixes(section, code):
    names, raised = fresh(), 0
    explains = {s.label: s for s, _ in SECTIONS}[
        UNINITIALIZED if section.label == STILL_LAZY else section.label
    ]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        for raises, source in code:
            if raises:
                with pytest.raises(Exception) as caught:
                    exec(source, names)
                assert explains.match(f"{caught.type.__name__}: {caught.value}"), caught.value
                assert explains.title.strip("`") in str(caught.value)
                raised += 1
            else:
                exec(source, names)
    assert raised == (section.label not in QUIET)
    assert not code[-1][0]  # the fix comes after it


def named(net, *args, **kwargs):
    """What `first_failure` prints."""
    names = fresh()
    exec(FIRST_FAILURE, names)
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        names["first_failure"](net, *args, **kwargs)
    assert not any(
        hook.__qualname__.startswith("first_failure")
        for module in net.modules()
        for hooks in (module._forward_hooks, module._forward_pre_hooks)
        for hook in hooks.values()
    )
    return text.getvalue()


class Refuses(nn.Module):
    """Raises on any input."""

    def forward(self, *args, **kwargs):
        raise ValueError("refused")


class Caught(nn.Module):
    """Catches what its first child raises, and fails by itself."""

    def __init__(self):
        super().__init__()
        self.child = nn.Sequential(Refuses())

    def forward(self, X):
        with contextlib.suppress(ValueError):
            self.child(X)
        return X.view(3, -1, 7)


class Handles(nn.Module):
    """Calls its child while it handles an error of its own, and raises that one again."""

    def __init__(self):
        super().__init__()
        self.child = nn.Identity()

    def forward(self, X):
        try:
            return X.view(3, -1, 7)
        except RuntimeError:
            self.child(X)
            raise


class Given(nn.Module):
    """Passes on what it gets, as it gets it."""

    def __init__(self, child):
        super().__init__()
        self.child = child

    def forward(self, *args, **kwargs):
        return self.child(*args, **kwargs)


def test_errors_layer(case):
    # A lazy layer that fails while it infers, at any depth.
    bad = case.build()
    bad.initialize_parameters = Refuses().forward
    net = nn.Sequential(nn.Identity(), nn.Sequential(nn.Identity(), Given(bad)))
    assert named(net, case.input()).startswith(f"1.1.child is {case.name}(")
    # An eager layer after it, of the wrong size.
    net = nn.Sequential(case.build(), nn.Sequential(nn.Flatten(), nn.Linear(3, 4)))
    text = named(net, case.input())
    assert text.startswith("1.1 is Linear(in_features=3,")
    assert f"input: ({2}, " in text and "torch.float32 on cpu" in text
    # A lazy layer inside that runs.
    assert named(nn.Sequential(case.build()), case.input()) == "no layer fails\n"
    # Keywords, tuples, dictionaries, None.
    net = Given(nn.Sequential())
    net.child = Given(Refuses())
    text = named(net, (X, None), mask={"a": X[:1].int()})
    assert text.startswith("child.child is Refuses()")
    assert "(2, 20) torch.float32 on cpu" in text and "NoneType" in text
    assert "{'mask': {'a': '(1, 20) torch.int32 on cpu'}}" in text
    # A layer that PyTorch does not know.
    net = Given(None)
    net.child = [Refuses()].__getitem__(0).forward
    assert named(net, X).startswith("the network itself is Given(")
    # A module that fails by itself, after a child that failed and was caught.
    assert named(Caught(), X).startswith("the network itself is Caught(")
    assert named(nn.Sequential(Caught()), X).startswith("0 is Caught(")
    # A nested tensor on the way is described without its size.
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 8, batch_first=True), 1)
    padding = torch.tensor([[False, False, True], [False, True, True]])
    with torch.no_grad():
        said = named(encoder.eval(), torch.rand(2, 3, 8), src_key_padding_mask=padding)
    assert said == "no layer fails\n"
    # A child that runs while an error is being handled is not what failed.
    assert named(nn.Sequential(Handles()), X).startswith("0 is Handles(")


def ways(net):
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
def test_errors_dry_run(case, name):
    net = nn.Sequential(case.build())
    if name == "DDP":
        store = torch.distributed.HashStore()
        torch.distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        with pytest.raises((RuntimeError, ValueError)):
            ways(net)[name]()
        net(case.input())
        ways(net)[name]()
    finally:
        if name == "DDP":
            torch.distributed.destroy_process_group()


def operations(net):
    """Calls of functions and methods that use the parameters' values, shapes or storage."""
    p = net[0].weight
    for name in ("numel", "nelement", "abs", "clone", "sum", "norm", "dim", "tolist", "exp"):
        yield name, getattr(p, name)
    for name in ("normal_", "uniform_", "zeros_", "ones_", "xavier_normal_", "kaiming_uniform_"):
        yield name, lambda name=name: getattr(nn.init, name)(p)
    yield "freeze", lambda: net.requires_grad_(False)
    yield "bfloat16", lambda: net.bfloat16()
    yield "vector", lambda: parameters_to_vector(net.parameters())
    yield "prune", lambda: prune.l1_unstructured(net[2], "weight", 0.5)
    yield "Adagrad", lambda: torch.optim.Adagrad(net.parameters())
    yield "stack", lambda: torch.func.stack_module_state([net, net])
    yield "to_empty", lambda: net.to_empty(device="cpu")


@pytest.mark.parametrize("name", [name for name, _ in operations(mlp())])
def test_errors_one_cause(name):
    with pytest.raises(ValueError, match="Attempted to use an uninitialized parameter in <"):
        dict(operations(mlp()))[name]()
    net = mlp()
    net(X)
    dict(operations(net))[name]()
    assert len(tensors(net)) in (4, 5)  # pruning adds a mask
    # A copy that was made before does not get the shapes.
    net = mlp()
    copied = copy.deepcopy(net)
    net(X)
    with pytest.raises(ValueError, match="Attempted to use an uninitialized parameter in <"):
        dict(operations(copied))[name]()
