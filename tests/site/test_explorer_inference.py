"""The explorer's shape inference agrees with PyTorch, on random networks and on chosen ones.

It runs in Chromium, on the same networks as JSON. Compared is, per layer, the class that it
became, its parameters' names and shapes in order, and the shape of its output; and for a network
that fails, which layer raises first, whether it had its parameters by then, and the message.
"""

import collections
import json
import random
import re
import shutil
import tomllib
import warnings
from pathlib import Path

import pytest
import torch

from tests.site.helpers import ROOT
from tests.site.networks import TYPES, arguments_of, pytorch, random_network

#: The networks are made once, so that all of these belong to one worker.
pytestmark = pytest.mark.xdist_group("cascade")

SOURCES = ROOT / "extensions" / "explorer" / "src"
HERE = Path(__file__).parent
ANSWERS = (HERE / "js" / "cascade.js").read_text("utf-8")
MUTATIONS = tomllib.loads((HERE / "mutations.toml").read_text("utf-8"))
NETWORKS = 2000
#: What is said about sizes that do not fit is PyTorch's, word for word.
SAME_WORDS = re.compile(
    "shapes cannot be multiplied|to have [0-9]+ channels, but|Expected more than 1|input to Lazy"
    "|input to conv|Calculated output|normalized_shape=|match num_features|out of range"
    "|multiply up|vector of size|divisible by num_groups, but|Expected number of channels"
    r"|Calculated padded.*\(([1-9]\d*( x )?)+\)\. Kernel size: \(([1-9]\d*( x )?)+\)"
)


@pytest.fixture(scope="module")
def networks():
    """Networks, each with what PyTorch makes of it."""
    warnings.simplefilter("ignore")
    rng = random.Random(20)
    cases = [random_network(rng) for _ in range(NETWORKS)]
    return [(layers, shape, *pytorch(layers, shape)) for layers, shape in cases]


@pytest.fixture(scope="module")
def modules(tmp_path_factory, serve):
    """A folder that is served, with the modules in `src`, and its address."""
    folder = tmp_path_factory.mktemp("modules")
    shutil.copytree(SOURCES, folder / "src")
    (folder / "index.html").write_text("<!doctype html><link rel=icon href=data:,>")
    return folder, serve(folder)


@pytest.fixture(scope="module")
def runner(browser, modules, networks):
    """A page that holds the networks."""
    page = browser.new_page()
    page.goto(modules[1])
    hold(page, [case[:2] for case in networks])
    yield page
    page.close()


def hold(page, networks):
    """Give networks to a page."""
    page.evaluate("networks => { window.networks = networks; }", networks)


def disagreements(page, networks, folder="/src"):
    """The networks of which the modules in a folder say something that PyTorch does not."""
    found = []
    for case, answer in zip(networks, json.loads(page.evaluate(ANSWERS, folder)), strict=True):
        layers, shape, rows, failing, message = case
        # As text, for named_parameters() has an order.
        same = json.dumps(answer[:2]) == json.dumps([rows, failing])
        if SAME_WORDS.search(message):
            same = same and answer[2] == message
        if not same:
            found.append(
                {
                    "layers": layers,
                    "input": shape,
                    "pytorch": [rows, failing, message],
                    "explorer": answer,
                }
            )
    return found


def test_agrees_with_pytorch_on_random_networks(runner, networks):
    """Every layer, every argument, networks that fit and networks that do not."""
    found = disagreements(runner, networks)
    assert not found, f"{len(found)} of {len(networks)} networks: {json.dumps(found[0], indent=1)}"


def test_random_networks_are_a_good_mix(networks):
    """Every layer and every argument is in networks that work and in networks that fail."""
    failures = [failing for *_, failing, _ in networks if failing]
    assert 0.35 * NETWORKS < len(failures) < 0.65 * NETWORKS
    built = [failing for failing in failures if failing[1]]
    assert 0.3 * len(failures) < len(built) < 0.8 * len(failures), (
        "some fail when built, some when run"
    )
    assert sum(1 for _, shape, *_ in networks if 0 in shape) > 20
    assert sum(1 for _, _, rows, failing, _ in networks if not failing and len(rows) >= 4) > 100
    seen = {True: collections.Counter(), False: collections.Counter()}
    for layers, _, _, failing, _ in networks:
        for layer in layers[: failing[0] + 1 if failing else None]:
            seen[failing is None].update((layer["type"], name) for name in layer)
    for kind in TYPES:
        assert seen[True][kind, "type"] >= 3 and seen[False][kind, "type"] >= 3, kind
    for name in {name for kind in TYPES for name in arguments_of(kind)} - {"return_indices", *RARE}:
        for works in (True, False):
            given = sum(n for (_, each), n in seen[works].items() if each == name)
            assert given >= 2, (name, works)


#: Arguments that change no shape, and have few values that work or few that fail.
RARE = """alpha beta init max_norm negative_slope norm_type padding_idx recompute_scale_factor
    scale_grad_by_freq sparse threshold""".split()


def mutated(text, old, new):
    """The text with its one piece of code `old` replaced, however that is laid out in lines."""
    tokens = map(re.escape, re.findall(r"\w+|[^\w\s]", old))
    text, count = re.subn(r"\s*,?\s*".join(tokens), lambda _: new, text)
    assert count == 1, (
        f"the module has changed: {old!r} is in it {count} times; adapt mutations.toml"
    )
    return text


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_noticed(runner, networks, modules, name):
    """Wrong rules are seen to be wrong."""
    mutation = MUTATIONS[name]
    folder = modules[0] / name.replace(" ", "-")
    shutil.copytree(SOURCES, folder)
    path = folder / "nn" / mutation["file"]
    path.write_text(mutated(path.read_text("utf-8"), mutation["old"], mutation["new"]), "utf-8")
    assert runner.evaluate(ANSWERS, f"/{folder.name}") != runner.evaluate(ANSWERS, "/src")


CHOSEN = {
    "the chapter's MLP": ("2,20;LazyLinear(256);ReLU;LazyLinear(10)", 7946),
    "LeNet, 28 px": (
        "2,1,28,28;LazyConv2d(6,5);Sigmoid;AvgPool2d(2);LazyConv2d(16,5);Sigmoid;AvgPool2d(2);Flatten;LazyLinear(120)",
        33412,
    ),
    "a batch axis forgotten": (
        "1,28,28;LazyConv2d(6,5);AvgPool2d(2);LazyConv2d(16,5);AvgPool2d(2);Flatten;LazyLinear(120)",
        None,
    ),
}


@pytest.mark.parametrize("line, total", CHOSEN.values(), ids=CHOSEN)
def test_chosen_networks(page, modules, line, total):
    """A network that is written as in the address."""
    page.goto(modules[1])
    chosen = (HERE / "js" / "chosen.js").read_text("utf-8")
    layers, shape, rows, counted = page.evaluate(chosen, ["/src", line])
    assert (rows, None, "") == pytorch(layers, shape)
    assert total in (None, counted)


def test_sizes_beyond_any_memory(page, modules):
    """Sizes of 10^9 are inferred, and what PyTorch cannot count is refused: compared on meta."""
    cases = [
        ([{"type": "LazyLinear", "out_features": 10**9}], [2, 10**9]),
        ([{"type": "LazyLinear", "out_features": 4 * 10**9}], [2, 10**9]),
        (
            [{"type": "LazyConv2d", "out_channels": 3, "kernel_size": 3, "padding": 10**9}],
            [2, 3, 8, 8],
        ),
        (
            [{"type": "LazyConv2d", "out_channels": 10**9, "kernel_size": 10**5}],
            [2, 1, 10**5, 10**5],
        ),
        (
            [{"type": "Conv2d", "in_channels": 10**9, "out_channels": 10**9, "kernel_size": 3}],
            [2, 3, 8, 8],
        ),
        ([{"type": "MaxPool2d", "kernel_size": 3, "stride": 10**12}], [2, 3, 8, 8]),
        ([{"type": "LazyLinear", "out_features": 10**9}] * 60, [2, 10**9]),
        ([{"type": "ReLU"}], [10**10, 10**10]),
    ]
    page.goto(modules[1])
    hold(page, cases)
    answers = json.loads(page.evaluate(ANSWERS, "/src"))
    with torch.device("meta"):
        for case, (rows, failing, *_) in zip(cases, answers, strict=True):
            try:
                expected = pytorch(*case)
            except RuntimeError:  # the input cannot be made
                expected = [], [-1]
            assert rows == expected[0] and (failing or [None])[0] == (expected[1] or [None])[0], (
                case
            )
