"""The exercises: what each check says to right and wrong answers."""

import contextlib
import io
import re

import pytest

from chapter.editions import without_solutions
from chapter.pages import read_page
from chapter.twins import is_setup
from tests.test_editions import EXERCISES, PAGE, tagged


def run(source, namespace):
    """Run a cell's code and return what it printed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(source, namespace)
    return out.getvalue()


@pytest.fixture(scope="module")
def sheet():
    """The exercises page, as a notebook without outputs."""
    return read_page(PAGE)


@pytest.fixture(scope="module")
def exercises(sheet):
    """What the cells of the reader's notebook define, run in this process but for the set-up."""
    namespace = {}
    for cell in without_solutions(sheet).cells:
        if cell.cell_type == "code" and not is_setup(cell):
            run(cell.source, namespace)
    return namespace


def test_every_exercise_has_its_cells_in_order(sheet):
    order = [
        next(t for t in c.metadata.tags if t in ("starter", "check", "solution"))
        for c in sheet.cells
        if c.cell_type == "code"
        and {"starter", "check", "solution"} & set(c.metadata.get("tags", []))
    ]
    assert order == ["starter", "check", "solution"] * len(EXERCISES)
    for kind, ending in (
        ("starter", r"^answer_{n} = None\b"),
        ("check", r"^print\(check_{n}\(answer_{n}\)\)$"),
        ("solution", r"^print\(check_{n}\(answer_{n}\)\)$"),
    ):
        for n, cell in zip(EXERCISES, tagged(sheet, kind), strict=True):
            assert re.search(ending.replace("{n}", str(n)), cell.source, re.MULTILINE), (n, kind)


@pytest.mark.parametrize("n", EXERCISES)
def test_a_solution_needs_nothing_but_its_own_exercise_and_passes_its_check(n, sheet, exercises):
    cell = tagged(sheet, "solution")[n - 1]
    said = run(cell.source, dict(exercises))
    assert re.search(r"^Right: ", said, re.MULTILINE), said


#: Of each exercise some usual wrong answers, as code, and a piece of what the check says to each.
WRONG = {
    1: {
        "answer_1 = 2": "Give a set of names",
        "answer_1 = {'weight'}": "no parameter 'weight'",
        "answer_1 = set()": "no size gets from one layer",
        "answer_1 = {n for n, _ in make_1().named_parameters()}": "0.bias has its shape already",
        "answer_1 = {'2.weight', '4.weight'}": "The biases are missing",
        "answer_1 = {'2.weight', '2.bias'}": "Layer 4 is missing",
    },
    2: {
        "answer_2 = 'forward'": "Give four things",
        "answer_2 = ['construction', (64, 20), (16, 32), 'placeholder']": "Building it raises nothing",
        "answer_2 = ['later', (64, 20), (16, 32), 'placeholder']": "'construction' or 'forward'",
        "answer_2 = ['forward', 'placeholder', (16, 32), 'placeholder']": "the batch reached it",
        "answer_2 = ['forward', (20, 64), (16, 32), 'placeholder']": "Turn the weight of layer 0 around",
        "answer_2 = ['forward', (64, 2), (16, 32), 'placeholder']": "a column for each number",
        "answer_2 = ['forward', (64, 20), (16, 64), 'placeholder']": "Layer 2 is eager",
        "answer_2 = ['forward', (64, 20), (16, 32), (10, 16)]": "no tensor reached it",
    },
    3: {
        "answer_3 = 256": "keys 28, 32 and 64",
        "answer_3 = {28: 16, 32: 25, 64: 169}": "16 is one channel",
        "answer_3 = {28: 400, 32: 576, 64: 3136}": "padded its input by 2",
        "answer_3 = {28: 12544, 32: 16384, 64: 65536}": "gets smaller on its way",
        "answer_3 = {28: 256, 32: 400, 64: 2700}": "At 64 pixels it is not 2700",
    },
    4: {
        "answer_4 = {'conv2'}": "keys 1 and 0",
        "answer_4 = {1: {'conv1', 'conv2'}, 0: set()}": "conv1 stands before",
        "answer_4 = {1: {'conv2', 'fc2', 'fc3'}, 0: set()}": "fc2 follows a layer whose outputs",
        "answer_4 = {1: {'fc1'}, 0: set()}": "conv2 now gets the 32 channels",
        "answer_4 = {1: {'conv2', 'fc1'}, 0: set()}": "the new layer keeps the side",
        "answer_4 = {1: {'conv2'}, 0: {'conv2'}}": "the side shrinks by 2",
    },
    5: {
        "answer_5 = lenet_3()": "Assign the function",
        "def answer_5():\n    raise KeyError('x')": "Building the network raises KeyError",
        "def answer_5():\n    lenet_3()": "does not return a network",
        "def answer_5():\n    return nn.Linear(784, 10)": "knows its inputs",
        "def answer_5():\n    return nn.LazyConv1d(10, 3)": "At 28 pixels it raises",
        "answer_5 = lenet_3": "mat1 and mat2 shapes cannot be multiplied",
        "def answer_5():\n    return nn.LazyConv2d(10, 3)": "not (2, 10)",
    },
    6: {
        "def answer_6():\n    return nn.Sequential(nn.LazyLinear(64), nn.LazyLinear(10))": "Width 20 works",
        "answer_6 = dict": "is not a network",
        "class answer_6(nn.Module):\n"
        "    def forward(self, X):\n"
        "        name = f'l{X.shape[-1]}'\n"
        "        if not hasattr(self, name):\n"
        "            setattr(self, name, nn.LazyLinear(10))\n"
        "        return getattr(self, name)(X)": "appeared in the forward pass",
        "class answer_6(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.first = {20: nn.LazyLinear(64), 30: nn.LazyLinear(64)}\n"
        "        self.last = nn.LazyLinear(10)\n"
        "    def forward(self, X):\n"
        "        return self.last(self.first[X.shape[-1]](X))": "a list or dict hides layers",
        "class answer_6(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.net = nn.ModuleDict({'20': nn.LazyLinear(10), '30': nn.LazyLinear(10)})\n"
        "    def forward(self, X):\n"
        "        return self.net[str(X.shape[-1])](X)": "share no layer",
    },
    7: {
        "answer_7 = {'x'}": "letters a to f",
        "answer_7 = {'a', 'b', 'e', 'f'}": "Way a gives equal weights: zeros draw no",
        "answer_7 = {'e', 'f'}": "Way b gives different weights: torch.rand draws",
        "answer_7 = {'b', 'd', 'e', 'f'}": "Way d gives equal weights",
        "answer_7 = {'b', 'f'}": "Way e gives different weights",
        "answer_7 = {'b', 'e'}": "Way f gives different weights: Dropout",
    },
    8: {
        "def answer_8(net):\n    return [n for n, p in net.named_parameters() if p.numel() == 0]": "raises ValueError",
        "def answer_8(net):\n    pass": "returns nothing",
        "def answer_8(net):\n    return [n for n, p in net.named_parameters() if nn.parameter.is_lazy(p)]": (
            "1.running_mean is missing: it is a buffer"
        ),
        "def answer_8(net):\n    return [n for n, p in net.named_parameters()]": "'0.bias' is no placeholder",
        "def answer_8(net):\n    return []": "On a half finished network 2.bias is missing",
    },
    9: {
        "answer_9 = groups_9": "nothing is decayed",
        "def answer_9(net, dummy):\n    net.decay()": "raises AttributeError",
        "def answer_9(net, dummy):\n    return net": "Return two lists",
        "def answer_9(net, dummy):\n    return list(net.parameters()), list(net.parameters())": "8 tensors together",
        "def answer_9(net, dummy):\n    return list(net.parameters()), []": "not the two weights",
    },
    10: {
        "def answer_10(a, b):\n    return make_10()": "Return the network and the optimizer",
        "def answer_10(a, b):\n    net = make_10()\n    return net, optimizer_10(net)": "still has placeholders",
        "def answer_10(a, b):\n    net = make_10()\n    net(torch.zeros(0, 20))\n    return net, optimizer_10(net)": (
            "not those that were saved"
        ),
        "def answer_10(a, b):\n    net = make_10()\n    net.load_state_dict(a)\n    return net, optimizer_10(net)": (
            "the momentum is in the optimizer's state"
        ),
    },
    11: {
        "def answer_11(net, X):\n    net(X)": "BatchNorm raises on a single example",
        "def answer_11(net, X):\n    pass": "Placeholders are left",
        "def answer_11(net, X):\n    net(torch.cat([X, X]))": "BatchNorm has counted a batch",
        "def answer_11(net, X):\n    net.eval()(X)": "the whole network is in evaluation mode",
        "def answer_11(net, X):\n    net.eval()(X)\n    net.train()": "Dropout was in evaluation mode before",
        "{before}    net(X)\n{after}": "records gradients",
        "{before}    with torch.inference_mode():\n        net(X)\n{after}": "torch.inference_mode is too strict",
        "{before}    with torch.no_grad():\n        net(X)\n{after}": "your function says nothing",
        "{before}    with torch.no_grad():\n        net(X)\n{after}    assert not any("
        "map(nn.parameter.is_lazy, net.parameters()))": "does not name what is left",
        "{before}    with torch.no_grad():\n        net(X)\n{after}    for n, p in net.named_parameters():\n"
        "        assert not nn.parameter.is_lazy(p), n": "restore them in a finally",
    },
    12: {
        "answer_12 = Scale(5)": "Give a class",
        "class answer_12(Scale, nn.modules.lazy.LazyModuleMixin):\n    pass": "The mixin stands behind Scale",
        "class answer_12(nn.modules.lazy.LazyModuleMixin, Scale):\n    pass": "Building it raises TypeError",
        "{start}": "initialize_parameters is missing",
        "class answer_12(nn.modules.lazy.LazyModuleMixin, Scale):\n    def __init__(self):\n"
        "        super().__init__(5)": "weight is no placeholder",
        "{start}    def initialize_parameters(self, X):\n        pass": "leaves weight a placeholder",
        "{start}    def initialize_parameters(self, X):\n        self.weight.materialize(X.shape)": "not (2, 5)",
        "{start}    def initialize_parameters(self, X):\n        self.weight.materialize((5,))\n"
        "        self.weight.data.fill_(7)": "The weight is not ones",
        "{start}    def initialize_parameters(self, X):\n        if self.has_uninitialized_params():\n"
        "            self.weight.materialize((5,))\n        nn.init.ones_(self.weight)": (
            "overwrites a loaded weight"
        ),
        "class Half(nn.modules.lazy.LazyModuleMixin, Scale):\n    def __init__(self):\n"
        "        super().__init__(0)\n        self.weight = nn.UninitializedParameter()\n"
        "    def initialize_parameters(self, X):\n        self.weight.materialize((5,))\n"
        "        nn.init.ones_(self.weight)\nanswer_12 = Half": "still a Half: set cls_to_become",
    },
    13: {
        "answer_13 = 36_047_040_000": "The biases are missing",
        "answer_13 = 4 * 36_047_700_000": "the number of bytes",
        "answer_13 = 11 * (60_000**2 + 60_000)": "784 numbers, not 60,000",
        "answer_13 = 0": "Nothing was counted",
        "answer_13 = 5": "Not 5: add up numel()",
    },
}
PIECES = {
    "{before}": "def answer_11(net, X):\n    modes = [(m, m.training) for m in net.modules()]\n    net.eval()\n",
    "{after}": "    for m, training in modes:\n        m.training = training\n",
    "{start}": "class answer_12(nn.modules.lazy.LazyModuleMixin, Scale):\n    cls_to_become = Scale\n"
    "    def __init__(self):\n        super().__init__(0)\n        self.weight = nn.UninitializedParameter()\n",
}


@pytest.mark.parametrize("n", EXERCISES)
def test_a_wrong_answer_gets_words_of_its_own(n, exercises):
    assert n in WRONG, f"say in WRONG, in this file, what is usually answered to exercise {n}"
    said = []
    for code, piece in WRONG[n].items():
        for mark, text in PIECES.items():
            code = code.replace(mark, text)
        namespace = dict(exercises)
        run(code, namespace)
        sentence = namespace[f"check_{n}"](namespace[f"answer_{n}"])
        assert piece in sentence, f"{code}\n{sentence}"
        assert not sentence.startswith("Right") and sentence.endswith("."), sentence
        said.append(sentence)
    assert len(set(said)) == len(said)
