"""How claims are tried: on the same cases each time or, with HYPOTHESIS_PROFILE=search, new."""

import os

import pytest
import torch
from hypothesis import settings

from .cases import CASES

settings.register_profile("same", derandomize=True, database=None, deadline=None, max_examples=30)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
# Tests run side by side: threads of their own would only wait for each other.
torch.set_num_threads(1)


@pytest.fixture(params=CASES, ids=str)
def case(request):
    """Each of the thirteen lazy classes in turn."""
    return request.param
