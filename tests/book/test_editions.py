"""What readers get of the book: notebooks without solutions."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from chapter.book import BookError
from chapter.editions import without_solutions, write_readers_edition
from chapter.outputs import joined
from chapter.pages import read_page
from chapter.twins import read_twin
from tests.book.exercises import EXERCISES, PAGE, tagged
from tools import BOOK


@pytest.fixture(scope="module")
def sheet():
    """The exercises page, as a notebook without outputs."""
    return read_page(PAGE)


def test_cells_that_are_not_for_readers_go_and_everything_else_stays():
    nb = nbformat.v4.new_notebook()
    for tags in (["setup"], ["starter"], ["solution", "hide-cell"], []):
        nb.cells += [
            nbformat.v4.new_code_cell("1", metadata={"tags": tags}),
            nbformat.v4.new_markdown_cell("A", metadata={"tags": tags}),
        ]
    nb.cells[0].outputs = [nbformat.v4.new_output("stream", text="kept")]
    before = nbformat.writes(nb)
    kept = without_solutions(nb)
    assert [c.metadata.tags for c in kept.cells[::2]] == [["setup"], ["starter"], []]
    assert len(kept.cells) == 6
    assert kept.cells[0].outputs == nb.cells[0].outputs
    assert nbformat.writes(nb) == before


def test_the_readers_exercises_have_no_solution_in_them(sheet):
    text = nbformat.writes(without_solutions(read_twin(PAGE)))
    solutions = [c for c in sheet.cells if "solution" in c.metadata.get("tags", [])]
    assert len(solutions) == 2 * len(EXERCISES)
    for cell in solutions:
        for line in cell.source.splitlines():
            if len(line) > 50 and cell.cell_type == "markdown":
                assert line not in text
        if cell.cell_type == "code":
            assert cell.source not in text
    assert "Right:" not in re.sub(r'return "Right:', "", text.replace('\\"', '"'))
    assert len(tagged(nbformat.reads(text, 4), "starter")) == len(EXERCISES)


def test_the_readers_exercises_run_from_top_to_bottom():
    from nbclient import NotebookClient

    nb = without_solutions(read_page(PAGE))
    NotebookClient(nb, kernel_name="python3", timeout=60).execute()
    checks = tagged(nb, "check")
    assert len(checks) == len(EXERCISES)
    for cell in checks:
        assert [o.text for o in joined(cell.outputs)] == ["Not answered yet.\n"], cell.source


def test_the_readers_edition_is_whole_and_its_links_lead_somewhere(tmp_path):
    folder = tmp_path / "book"
    write_readers_edition(BOOK, folder)
    written = {path.name: path.read_text("utf-8") for path in folder.glob("*.*")}
    assert {Path(name).stem for name in written} == {page.name for page in BOOK.pages()}
    solution = tagged(read_page(PAGE), "solution")[0].source.splitlines()[0]
    assert json.dumps(solution)[1:-1] not in written["exercises.ipynb"]
    shown = {}
    for name, text in written.items():
        if name.endswith(".ipynb"):
            text = "\n\n".join(
                c.source for c in nbformat.reads(text, 4).cells if c.cell_type == "markdown"
            )
        shown[name] = BeautifulSoup(MarkdownIt().render(text), "html.parser")
    links = [
        (name, tag.get("href") or tag.get("src"))
        for name in shown
        for tag in shown[name].select("a[href], [src]")
    ]
    for name, link in links:
        if not link.startswith(("https://", "http://")):
            file, _, place = link.partition("#")
            assert (folder / (file or name)).is_file(), f"{name} links to {link}"
            assert not place or shown[file or name].find(id=place), (
                f"{name} links to {link}, which is no place there"
            )
    assert len({name for name, _ in links}) > len(written) / 2  # they were found
    with pytest.raises(BookError, match="exists already: name a new folder"):
        write_readers_edition(BOOK, folder)
