"""What is made of the book for its readers: its pages as notebooks, without the solutions."""

import copy
import shutil
import tempfile
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from chapter import releases
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
    return without_solutions(with_answers(page, current(page)))


def with_answers(page: Page, nb: NotebookNode) -> NotebookNode:
    """Add a note below each cell that another release answers differently, as on the site."""
    record, cells, keys = releases.read(page.book), [], iter(releases.keys(nb))
    for cell in nb.cells:
        cells.append(cell)
        if cell.cell_type == "code" and (groups := record.answers(next(keys))):
            cells.append(new_markdown_cell(_note(record, groups), id=f"{cell.id}-releases"[-64:]))
    nb.cells = cells
    return nb


def _note(record: releases.Record, groups: list[tuple[list[str], list[dict]]]) -> str:
    lines = ["<details>", f"<summary>{record.sentence(groups)}</summary>", ""]
    for names, outputs in groups:
        lines += [f"{record.named(names)}:", ""] if len(groups) > 1 else []
        lines += ["```text", releases.shown(outputs), "```", ""]
    return "\n".join([*lines, "</details>"])


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
        source_only = shutil.ignore_patterns("*.md", "*.ipynb", "*.bib", "*.json", "setup", ".*")
        shutil.copytree(book.folder, new, ignore=source_only)
        for page in book.pages():
            if page.is_notebook:
                write_notebook(readers_notebook(page), new / page.twin.name)
            else:
                (new / page.path.name).write_text(
                    f"{plain_markdown(page.prose, page, targets)}\n", "utf-8"
                )
        new.rename(folder)
