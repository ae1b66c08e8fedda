"""Every claim has a test that tries to refute it, and nothing that makes a claim is without one.

A claim is marked with the role ``{claim}`identifier` ``; ``cascade-order`` is tried by
``test_cascade_order`` in ``claims/``.
"""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tools import BOOK

PAGES = sorted((BOOK.root / "book").glob("*.md"))
CLAIM = re.compile(r"\{claim\}`([^`]*)`")
#: Pages with tables that speak for all layers, optimizers or students.
WITH_TABLES = ("teaching",)


def claims(text: str) -> list[str]:
    """The identifiers of the claims in a page's source, in order."""
    return CLAIM.findall(text)


def remembered(text: str) -> list[str]:
    """The points of a page's *Remember* boxes, without their bullets."""
    boxes = re.findall(r"^:::\{remember\}.*?\n(.*?)^:::$", text, re.MULTILINE | re.DOTALL)
    return [point for box in boxes for point in re.findall(r"^- (.*)$", box, re.MULTILINE)]


def tables(text: str) -> list[list[str]]:
    """The body rows of each Markdown table of a page."""
    found = re.findall(r"^\|.*\|\n\|(?: *:?-+:? *\|)+\n((?:\|.*\|\n)+)", text, re.MULTILINE)
    return [table.strip().split("\n") for table in found]


def tried() -> list[str]:
    """The names of the test functions in ``claims/``."""
    files = (Path(__file__).parent / "claims").glob("test_*.py")
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    functions = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [function.name for function in functions if function.name.startswith("test_")]


ALL = {page.stem: page.read_text("utf-8") for page in PAGES}


def test_each_claim_has_a_test_and_each_test_a_claim():
    named = [claim for text in ALL.values() for claim in claims(text)]
    wanted, found = Counter(f"test_{c.replace('-', '_')}" for c in named), Counter(tried())
    assert wanted == found, f"only claimed: {wanted - found}; only tested: {found - wanted}"


@pytest.mark.parametrize("page", [page for page, text in ALL.items() if claims(text)])
def test_a_claim_is_named_after_its_page(page):
    assert [claim for claim in claims(ALL[page]) if not claim.startswith(f"{page}-")] == []


@pytest.mark.parametrize("page", [page for page, text in ALL.items() if "{remember}" in text])
def test_each_point_to_remember_is_a_claim(page):
    points = remembered(ALL[page])
    assert points
    assert [point for point in points if not CLAIM.match(point)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_table_with_one_claim_has_one_in_each_row(page):
    partly = [rows for rows in tables(ALL[page.stem]) if any(map(claims, rows))]
    assert [row for rows in partly for row in rows if not re.match(r"\| *\{claim\}`", row)] == []


@pytest.mark.parametrize("page", WITH_TABLES)
def test_the_tables_that_speak_for_all_are_claims(page):
    assert any(claims(row) for rows in tables(ALL[page]) for row in rows)


def test_each_sentence_of_the_recap_is_a_claim():
    """The lines below its five points, but for those that only lead somewhere."""
    lines = re.findall(r"^   - (?!See |The cell above )(.*)$", ALL["recap"], re.MULTILINE)
    assert lines
    assert [line for line in lines if not CLAIM.match(line)] == []
