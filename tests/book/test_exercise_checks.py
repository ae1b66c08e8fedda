"""Whatever an answer is, the exercise's check says a sentence about it."""

import math
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from chapter.pages import read_page
from tests.book.exercises import EXERCISES, PAGE
from tests.book.test_exercises import defined

same = settings(derandomize=True, database=None, deadline=None, max_examples=50)


@pytest.fixture(scope="module")
def checks():
    """Each exercise's check, by its number."""
    namespace = defined(read_page(PAGE))
    return {n: namespace[f"check_{n}"] for n in EXERCISES}


class Awkward:
    """An object that fails wherever it is asked something."""

    def __eq__(self, other):
        raise RuntimeError("do not\ncompare me")

    __hash__ = None
    __bool__ = __iter__ = __len__ = __add__ = __getitem__ = __eq__


class Returning(nn.Module):
    """A network whose forward pass returns one value, whatever it gets."""

    def __init__(self, value):
        super().__init__()
        self.layer = nn.LazyLinear(3)
        self.value = value

    def forward(self, *inputs):
        return self.value


def raising(error):
    """Make a function of anything that raises an error."""

    def fail(*arguments):
        raise error

    return fail


def returning(value):
    """Make a function of anything that returns a value."""
    return lambda *arguments: value


HASHABLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.sampled_from(["2.weight", "forward", "placeholder", "conv2", "a", 0, 28, 256]),
)
KEYS = st.one_of(st.sampled_from([0, 1, 28, 32, 64]), HASHABLE)
NESTED = st.recursive(
    st.one_of(HASHABLE, st.frozensets(HASHABLE, max_size=3), st.sets(HASHABLE, max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(KEYS, inner, max_size=4),
        inner.map(lambda value: iter([value])),
    ),
    max_leaves=6,
)
OBJECTS = [
    *(math, object(), Awkward(), ..., NotImplemented, ValueError("an error")),
    *(range(3), slice(3), len, print, int, type),
    *(torch.tensor(3), torch.zeros(2, 10), torch.rand(3).double(), torch.Size([64, 20])),
    *(nn.UninitializedParameter(), nn.Linear(20, 10), nn.LazyLinear(10)),
    *(nn.Sequential(nn.LazyLinear(10)), nn.ModuleList([nn.LazyLinear(10)])),
    *(nn.Module, nn.Linear, nn.LazyLinear, nn.modules.lazy.LazyModuleMixin),
    torch.optim.SGD([torch.zeros(1, requires_grad=True)]),
]
VALUES = st.one_of(NESTED, st.sampled_from(OBJECTS))
ERRORS = [
    *(ValueError("no"), KeyError("x"), TypeError("uninitialized"), AssertionError("two\nlines.")),
    *(RecursionError(), StopIteration(), SystemExit(1)),
]
CODE = st.one_of(
    VALUES.map(returning),
    st.tuples(VALUES, VALUES).map(returning),
    VALUES.map(lambda value: lambda *arguments: Returning(value)),
    VALUES.map(lambda value: lambda *arguments: (Returning(value), value)),
    st.sampled_from([lambda: None, lambda a: a, lambda a, b: (a, b), lambda a, b, c: None]),
    st.just(lambda net, *rest: iter(net.parameters())),
    st.sampled_from(ERRORS).map(raising),
)


def is_sentence(said):
    """Whether it is one line of words; what is right and wrong is in ``answers``."""
    return re.fullmatch(r"[A-Z][^\n]{11,}\.", said)


@pytest.mark.parametrize("n", EXERCISES)
@same
@given(value=VALUES)
def test_a_check_explains_any_value(n, checks, value):
    assert is_sentence(checks[n](value))


@pytest.mark.parametrize("n", EXERCISES)
@same
@given(code=CODE)
def test_a_check_explains_any_code(n, checks, code):
    assert is_sentence(checks[n](code))
