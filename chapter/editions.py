"""What is made of the book for its readers: its pages as notebooks, without the solutions."""

import copy
import shutil
import tempfile
from pathlib import Path

from nbformat import NotebookNode

from chapter.book import Book, BookError, Page
from chapter.files import write_notebook
from chapter.plain import plain_markdown
from chapter.targets import Targets
from chapter.twins import current

#: Cells with one of these tags are for the page and the instructor, not in a reader's notebook.
NOT_FOR_READERS = {"solution"}


def without_solutions(nb: NotebookNode) -> NotebookNode:
    """Make a reader's notebook of one with everything in it: a page's or its twin's.

    Cells that only set something up stay, and so do outputs: a starter cell shows what its check
    says before there is an answer.

    Returns:
        A new notebook; the one that is given is left as it is.
    """
    nb = copy.deepcopy(nb)
    nb.cells = [
        cell for cell in nb.cells if not NOT_FOR_READERS & set(cell.metadata.get("tags", []))
    ]
    return nb


def readers_notebook(page: Page) -> NotebookNode:
    """The notebook that readers get of a page: its prose as it is, with the outputs of its twin.

    Raises:
        BookError: the page has no good twin.
    """
    return without_solutions(current(page))


def write_readers_edition(book: Book, folder: Path) -> None:
    """Write what readers get of the whole book into a new folder, all of it or nothing.

    Pages with cells are notebooks there, pages of prose Markdown; pictures and data come along.

    Raises:
        BookError: a page has no good twin, or the folder exists.
    """
    if folder.exists():
        raise BookError(f"{folder} exists already: name a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    targets = Targets(book)
    with tempfile.TemporaryDirectory(dir=folder.parent) as half:
        new = Path(half, "book")
        source_only = shutil.ignore_patterns("*.md", "*.ipynb", "*.bib", "setup", ".*")
        shutil.copytree(book.folder, new, ignore=source_only)
        for page in book.pages():
            if page.is_notebook:
                write_notebook(readers_notebook(page), new / page.twin.name)
            else:
                (new / page.path.name).write_text(
                    f"{plain_markdown(page.prose, page, targets)}\n", "utf-8"
                )
        new.rename(folder)
