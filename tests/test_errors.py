"""The page of error messages quotes what some cell of the book really raises."""

import re

import pytest

from chapter.twins import read_twin
from tools import BOOK

PAGE = BOOK.page("errors").text
SECTIONS = re.findall(r"^## `(.+?)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
ROWS = [
    (re.sub(r" …>$", "", row), label)
    for row, label in re.findall(r"^\| `(.+?)` \|.*\(#([\w-]+)\) \|$", PAGE, re.MULTILINE)
]


def raised():
    """What the labelled cells raise, as ``{label: message}``."""
    found = {}
    for page in BOOK.notebooks():
        label = None
        for cell in read_twin(page).cells:
            if cell.cell_type == "markdown":
                last = re.search(r'<a id="([\w-]+)"></a>\s*\Z', cell.source)
                label = last and last[1]
                continue
            for output in cell.outputs:
                if output.output_type == "error" and label:
                    found[label] = f"{output.ename}: {output.evalue}"
                elif output.output_type == "stream" and label and "except " in cell.source:
                    found.setdefault(label, output.text)  # caught, and its message printed
            label = None
    return found


RAISED = raised()


def test_the_page_has_sections_and_rows():
    assert len(SECTIONS) >= 10 and len(ROWS) >= 5


@pytest.mark.parametrize("message, text", SECTIONS, ids=[message for message, _ in SECTIONS])
def test_every_message_is_raised_by_the_cells_that_it_links_to(message, text):
    labels = [
        label
        for line in re.findall(r"Raised by: (.*)", text)
        for label in re.findall(r"\(#([\w-]+)\)", line)
    ] + [label for _, label in ROWS if f"(#{label})" in text]
    assert labels, f"{message}: no cell is named that raises it"
    for label in labels:
        # A cell that tries several of them prints only what follows the message.
        names = [name for name, raising in ROWS if raising == label]
        text = RAISED.get(label, "nothing")
        assert message in text or any(name in text for name in names), label


@pytest.mark.parametrize("name, label", ROWS)
def test_every_variant_is_raised_by_its_cell(name, label):
    assert name in RAISED[label]


def test_every_error_of_the_book_is_explained():
    messages = [message for message, _ in SECTIONS]
    unexplained = [
        f"{label}: {text}"
        for label, text in RAISED.items()
        if re.match(r"\w+Error: ", text) and not any(message in text for message in messages)
    ]
    assert not unexplained
