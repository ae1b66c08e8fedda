"""What holds for every page of this book and its twin."""

import re

import nbformat
import pytest

from chapter.pages import read_page
from chapter.twins import code_cells, is_setup, problems, read_twin
from tools import BOOK


def test_nothing_is_wrong_with_the_book():
    assert problems(BOOK, prose=True) == []


@pytest.mark.parametrize("page", BOOK.notebooks(), ids=lambda page: page.name)
def test_no_line_of_code_has_to_be_scrolled(page):
    shown = [cell for cell in code_cells(read_page(page)) if not is_setup(cell)]
    assert (
        shown
        and [line for cell in shown for line in cell.source.splitlines() if len(line) > 74] == []
    )


@pytest.mark.parametrize("page", BOOK.notebooks(), ids=lambda page: page.name)
def test_no_output_tells_of_a_machine_or_a_moment(page):
    telling = re.compile(
        r"/(home|root|tmp|Users|usr|var)/|site-packages|0x[0-9a-f]{6,}|\d\d:\d\d:\d\d"
    )
    for cell in code_cells(read_twin(page)):
        for output in cell.outputs:
            found = telling.search(repr(nbformat.from_dict(output)))
            assert not found, f"{found[0]} in an output of {cell.source.splitlines()[0]!r}"
            assert output.get("name") != "stderr", output.text


@pytest.mark.parametrize("page", BOOK.notebooks(), ids=lambda page: page.name)
def test_no_myst_is_left_in_a_twin(page):
    left = re.compile(r"^(:::|```\{|\([\w-]+\)=|%|\+\+\+)|\{[\w:-]+\}`|^\{[.#]", re.MULTILINE)
    prose = [cell.source for cell in read_twin(page).cells if cell.cell_type == "markdown"]
    assert prose and [left.search(text)[0] for text in prose if left.search(text)] == []
