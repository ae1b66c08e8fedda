"""The page of error messages explains every message that a cell of the book raises."""

import ast
import re

import pytest

from chapter.messages import explained, pattern, sections
from chapter.twins import code_cells, read_twin
from tools import BOOK

PAGE = BOOK.page("errors")
SECTIONS = sections(PAGE.text)
EXPLAINED = [section for section in SECTIONS if section.wordings]


def raised():
    """Every message that a cell of the book raises, or catches and prints, with its page."""
    for page in BOOK.notebooks():
        for cell in code_cells(read_twin(page)):
            prints = "except" in cell.source and re.search(r"print\(.*\berror\b", cell.source)
            for output in cell.outputs:
                if output.output_type == "error":
                    yield page.name, f"{output.ename}: {output.evalue}"
                elif output.output_type == "stream" and prints and output.text.strip():
                    yield page.name, output.text
                text = output.get("data", {}).get("text/plain", "")
                if re.match(r"""['"]\w+Error: """, text):
                    yield page.name, ast.literal_eval(text)


RAISED = list(raised())


def test_the_page_has_sections():
    assert len(EXPLAINED) >= 30 and len(RAISED) >= 30


def begins(section, text):
    """Whether a printed text ends with the beginning of a message, cut off on purpose."""
    last = text.strip().split("\n")[-1]
    return any(wording.startswith(last) for wording in section.wordings)


def test_every_message_of_the_book_is_explained():
    unexplained = [
        (page, text)
        for page, text in RAISED
        if not any(section.match(text) or begins(section, text) for section in EXPLAINED)
    ]
    assert not unexplained


@pytest.mark.parametrize("section", EXPLAINED, ids=lambda section: section.label)
def test_a_heading_is_words_of_its_messages(section):
    code = re.fullmatch(r"(`+)(.+)\1", section.title)
    if code:
        assert any(code[2] in text for text in [*section.wordings, *(t for _, t in RAISED)])


def test_a_message_belongs_to_one_section():
    """Of two sections that match, the longer wording wins; equally long ones would be chance."""
    for page, text in RAISED:
        lengths = sorted((section.match(text) for section in EXPLAINED), reverse=True)
        assert lengths[0] == 0 or lengths[0] > lengths[1], (page, text)


@pytest.mark.parametrize(
    "wording, text, found",
    [
        ("a … b", "a 1 b", True),
        ("a…b", "a\nb", True),
        ("a b", "a\n  b", True),
        ("(…x…)", "(2x3)", True),
        ("a.b", "axb", False),
    ],
)
def test_what_a_wording_matches(wording, text, found):
    assert bool(pattern(wording).search(text)) is found


def test_wordings_are_read_with_their_quotes():
    text = "(a-b)=\n## `x`\n\n{.messages}\n- ``can't use `DDP` `` (note `x`)\n- `y …`\n"
    assert [section.wordings for section in sections(text)] == [("can't use `DDP`", "y …")]


def test_only_the_errors_page_explains():
    assert {name for name, _ in explained(BOOK)} == {"errors"}
