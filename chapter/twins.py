"""A page's twin: the page executed, committed next to it.

A twin is a function of its page and of what the kernel answered, nothing else: no times, no
random ids, no versions of Python. So two runs give the same bytes, and a twin that does not match
its page is seen without a kernel.
"""

import nbformat
from nbformat import NotebookNode

from chapter.book import Book, BookError, Page
from chapter.files import write_notebook
from chapter.outputs import unexecuted
from chapter.pages import SETUP, read_page
from chapter.plain import plain_markdown
from chapter.targets import Targets

#: What to do about a twin that does not match.
REMEDY = "run `make notebooks`"


def code_cells(nb: NotebookNode) -> list[NotebookNode]:
    """The code cells of a notebook, in order."""
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def is_setup(cell: NotebookNode) -> bool:
    """Whether a cell is one of the set-up cells, which pages do not show."""
    return SETUP in cell.metadata.get("tags", [])


def read_twin(page: Page) -> NotebookNode:
    """Read a page's twin and see that its outputs belong to the page's cells.

    Raises:
        BookError: the twin is missing, unreadable, never run or stripped, or the page's cells
            have changed since it was run.
    """
    return _read_twin(page, read_page(page))


def _read_twin(page: Page, fresh: NotebookNode) -> NotebookNode:
    twin = page.book.relative(page.twin)
    if not page.twin.exists():
        raise BookError(f"{page.place} has no executed twin {page.twin.name}: {REMEDY}")
    try:
        nb = nbformat.read(page.twin, as_version=4)
        nbformat.validate(nb)
    except Exception as error:
        raise BookError(
            f"{twin} is not a valid notebook ({type(error).__name__}): {REMEDY}"
        ) from error
    if _code(nb) != _code(fresh):
        raise BookError(f"{twin} is stale, the cells of {page.place} have changed: {REMEDY}")
    if wrong := unexecuted(nb):
        raise BookError(f"{twin} was not run as it is (code cell {wrong[0]} {wrong[1]}): {REMEDY}")
    return nb


def _code(nb: NotebookNode) -> list[tuple[str, list[str]]]:
    """What execution depends on: each code cell's source and tags."""
    return [(cell.source, cell.metadata.get("tags", [])) for cell in code_cells(nb)]


def with_outputs(nb: NotebookNode, twin: NotebookNode) -> NotebookNode:
    """Give the code cells of a notebook the outputs of those of its twin, in order.

    The twin's set-up cells are passed over where the notebook has none.

    Returns:
        The notebook, changed.
    """
    cells, done = code_cells(nb), code_cells(twin)
    if not any(map(is_setup, cells)):
        done = [cell for cell in done if not is_setup(cell)]
    for cell, run in zip(cells, done, strict=True):
        cell.outputs, cell.execution_count = run.outputs, run.execution_count
    return nb


def refresh(page: Page) -> bool:
    """Give a twin its page's new prose, where its outputs are still good.

    Returns:
        Whether they are: the same cells, executed, with the versions that are pinned now.

    Raises:
        BookError: the page itself cannot be read.
    """
    fresh = read_page(page)
    try:
        twin = _read_twin(page, fresh)
    except BookError:
        return False
    if twin.metadata.get("twin") != fresh.metadata["twin"]:
        return False
    write_notebook(with_outputs(fresh, twin), page.twin)
    return True


def current(page: Page) -> NotebookNode:
    """The page's notebook as it is now: its prose, with the outputs of its twin.

    Raises:
        BookError: the page has no good twin.
    """
    fresh = read_page(page)
    return with_outputs(fresh, _read_twin(page, fresh))


def problems(book: Book, *, prose: bool = False) -> list[str]:
    """All that keeps the site from being built, a line each.

    Args:
        book: the book.
        prose: whether a twin with other prose than its page is a problem too. The site takes its
            prose from the pages, so it can do with such a twin; a commit should not have one.
    """
    try:
        found, targets = book.misfits(), Targets(book)
    except BookError as error:  # a page that is no text, which all others would repeat
        return [str(error)]
    others: list[str] = []
    for page in book.pages():
        try:
            if not page.is_notebook:
                plain_markdown(page.prose, page, targets)
                continue
            fresh = read_page(page)
            twin = _read_twin(page, fresh)
            if prose and twin.metadata.get("twin", {}).get("pins") != book.pins():
                others.append(page.name)
            elif prose and _without_outputs(twin) != _without_outputs(fresh):
                found.append(
                    f"{book.relative(page.twin)} is stale, the words of {page.place} have changed:"
                    f" {REMEDY}"
                )
        except BookError as error:
            found.append(str(error))
    if others:  # most often all of them, and one line is enough
        found.append(
            f"{len(others)} twins ({', '.join(others[:3])}, …) were run with versions that are no"
            f" longer pinned: {REMEDY}"
        )
    return found


def _without_outputs(nb: NotebookNode) -> list:
    cells = [
        {k: v for k, v in cell.items() if k not in ("outputs", "execution_count")}
        for cell in nb.cells
    ]
    return [dict(nb.metadata), cells]
