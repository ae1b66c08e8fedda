"""Twins: what can go wrong with one is said in one line, and nothing is lost."""

import re
import shutil

import nbformat
import pytest

from chapter import files
from chapter.book import Book, BookError
from chapter.files import write_notebook
from chapter.twins import problems, read_twin, refresh
from tests.small import HEAD, code, edit, execute_page, make_book

PAGE = f"""{HEAD}
(a-label)=
# A page

Words.

{code("6 * 7")}
{code("1 / 0", ":tags: [raises-exception]" + chr(10))}"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A book of one page, executed."""
    book = make_book(tmp_path_factory.mktemp("executed"), page=PAGE)
    execute_page(book.page("page"))
    return book


@pytest.fixture
def book(executed, tmp_path):
    """A copy of that book, to break."""
    return Book(shutil.copytree(executed.root, tmp_path, dirs_exist_ok=True))


def test_a_good_book_has_no_problems(book):
    assert problems(book, prose=True) == []


def test_executing_again_gives_the_same_bytes(book):
    page = book.page("page")
    before = page.twin.read_bytes()
    page.twin.unlink()
    execute_page(page)
    assert page.twin.read_bytes() == before


def test_refreshing_what_has_not_changed_writes_nothing(book):
    page = book.page("page")
    before = page.twin.read_bytes(), page.twin.stat().st_mtime_ns
    assert refresh(page)
    assert (page.twin.read_bytes(), page.twin.stat().st_mtime_ns) == before


def test_a_missing_twin(book):
    book.page("page").twin.unlink()
    assert problems(book) == ["book/page.md has no executed twin page.ipynb: run `make notebooks`"]


def test_an_orphaned_twin(book):
    book.page("page").path.rename(book.folder / "other.md")
    assert "book/page.ipynb has no page page.md: delete it, or bring the page back" in problems(
        book
    )


def test_a_stale_twin(book):
    edit(book.page("page").path, "6 * 7", "6 * 8")
    assert problems(book) == [
        "book/page.ipynb is stale, the cells of book/page.md have changed: run `make notebooks`"
    ]


def test_a_tag_that_changed(book):
    edit(book.page("page").path, ":tags: [raises-exception]\n", "")
    assert "is stale, the cells" in problems(book)[0]


def test_a_set_up_cell_that_changed(book):
    edit(book.setup / "errors.ipy", "Minimal", "Plain")
    assert "is stale, the cells" in problems(book)[0]


def test_a_stripped_twin(book):
    page = book.page("page")
    twin = nbformat.read(page.twin, 4)
    for cell in twin.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    nbformat.write(twin, page.twin)
    assert problems(book) == [
        "book/page.ipynb was not run as it is (code cell 1 has execution count None, not 1):"
        " run `make notebooks`"
    ]


#: A change in each field of a twin, and how the line about it begins.
EDITS = {
    "source": (
        lambda nb: nb.cells[3].update(source="6 * 6"),
        "book/page.ipynb is stale, the cells",
    ),
    "prose": (
        lambda nb: nb.cells[0].update(source="Other."),
        "book/page.ipynb is stale, the words",
    ),
    "id": (lambda nb: nb.cells[0].update(id="other"), "book/page.ipynb is stale, the words"),
    "metadata": (
        lambda nb: nb.metadata.twin.update(pins="other"),
        "1 twins (page, …) were run with versions",
    ),
    "cell's metadata": (
        lambda nb: nb.cells[2].metadata.update(x=1),
        "book/page.ipynb is stale, the words",
    ),
    "count": (
        lambda nb: nb.cells[2].update(execution_count=7),
        "book/page.ipynb was not run as it is",
    ),
    "result's count": (
        lambda nb: nb.cells[2].outputs[0].update(execution_count=7),
        "book/page.ipynb was not run as it",
    ),
    "error": (lambda nb: nb.cells[3].update(outputs=[]), "book/page.ipynb was not run"),
    "type": (lambda nb: nb.cells[2].update(cell_type="raw"), "book/page.ipynb is"),
    "format": (lambda nb: nb.update(nbformat="four"), "book/page.ipynb is not a valid notebook"),
}


@pytest.mark.parametrize("field", EDITS)
def test_a_twin_that_was_edited(book, field):
    page = book.page("page")
    nb = nbformat.read(page.twin, 4)
    change, line = EDITS[field]
    change(nb)
    page.twin.write_text(nbformat.v4.writes(nb), "utf-8")
    (found,) = problems(book, prose=True)
    assert found.startswith(line)


def test_a_twin_that_is_no_notebook(book):
    book.page("page").twin.write_text("<<<<<<< HEAD")
    (found,) = problems(book)
    assert re.fullmatch(
        r"book/page\.ipynb is not a valid notebook \(\w+\): run `make notebooks`", found
    )


@pytest.mark.parametrize(
    "toc, line",
    [
        (
            "format: jb-book\nroot: page\nchapters:\n- file: gone\n",
            "_toc.yml lists gone, and there is no book/gone.md: fix one of them",
        ),
        ("format: jb-book\nroot: page\nchapters:\n- file: page\n", "_toc.yml cannot be read: "),
        ("", "_toc.yml cannot be read: "),
        ("format: [", "_toc.yml cannot be read: "),
    ],
    ids=["a page that is not there", "a page twice", "empty", "broken"],
)
def test_contents_that_do_not_fit(book, toc, line):
    book.toc.write_text(toc)
    (found,) = problems(book)
    assert found.startswith(line) and "\n" not in found


def test_a_page_that_cannot_be_read_is_one_line(book):
    make_book(book.root, page=PAGE, other="# Other\n", third="---\nfile_format: [\n---\n")
    (found,) = problems(book)
    assert found.startswith("book/third.md:1: the front matter: it is not YAML")


def test_prose_needs_no_execution(book):
    edit(book.page("page").path, "Words.", "Other words.")
    assert problems(book) == []
    assert problems(book, prose=True) == [
        "book/page.ipynb is stale, the words of book/page.md have changed: run `make notebooks`"
    ]
    assert refresh(book.page("page")) and problems(book, prose=True) == []
    assert "Other words." in book.page("page").twin.read_text()


def test_a_changed_cell_needs_execution(book):
    edit(book.page("page").path, "6 * 7", "6 * 8")
    assert not refresh(book.page("page"))


def test_changed_pins_need_execution(book):
    (book.root / "requirements").mkdir()
    (book.root / "requirements" / "notebooks.txt").write_text("torch\n")
    (book.root / "requirements" / "constraints.txt").write_text("torch==1\n")
    assert not refresh(book.page("page"))
    (found,) = problems(book, prose=True)
    assert found.startswith("1 twins (page, …) were run with versions that are no longer pinned")


def test_writing_is_all_or_nothing(book, monkeypatch):
    twin = book.page("page").twin
    before, names = twin.read_bytes(), sorted(book.folder.rglob("*"))

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(OSError):
        write_notebook(nbformat.v4.new_notebook(), twin)
    assert twin.read_bytes() == before
    assert sorted(book.folder.rglob("*")) == names


def test_a_page_without_a_twin_has_no_outputs_to_give(book):
    book.page("page").twin.unlink()
    with pytest.raises(BookError, match="has no executed twin"):
        read_twin(book.page("page"))
