"""A page as the notebook that its twin must be."""

import hashlib
from collections.abc import Iterator

import nbformat
from jupytext.myst import myst_to_notebook
from nbformat import NotebookNode

from chapter import blocks
from chapter.book import BookError, Page, one_line
from chapter.guesses import find_guesses
from chapter.plain import plain_markdown
from chapter.targets import Targets

#: The tag of the cells that come from book/setup: every notebook has them, no page shows them.
SETUP = "setup"
#: Tags that say what of a cell is on a slide; no notebook needs them.
DECK_TAGS = {"slide", "slide-output", "no-slide"}
#: Which parts of a cell with one of these tags a notebook program folds.
FOLDED = {
    "hide-input": ["source_hidden"],
    "hide-output": ["outputs_hidden"],
    "hide-cell": ["source_hidden", "outputs_hidden"],
}


def setup_cells(page: Page) -> list[tuple[str, str]]:
    """The set-up cells that a page's front matter names.

    Returns:
        For each its file, as messages give it, and its source.

    Raises:
        BookError: a name has no file, or ``setup`` is no list of names.
    """
    names = page.front_matter.get("setup", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BookError(f"{page.place}: setup is a list of names, such as [errors, d2l], not {names!r}")
    found = []
    for name in names:
        file = page.book.setup / f"{name}.ipy"
        if not file.is_file():
            raise BookError(f"{page.place}: the set-up cell {name} has no file {page.book.relative(file)}")
        found.append((page.book.relative(file), file.read_text("utf-8-sig").strip("\n")))
    return found


def cell_places(page: Page) -> list[str]:
    """Where each code cell of a page's notebook is, as ``book/NAME.md:LINE``, set-up cells first."""
    own = [f"{page.place}:{line}" for line, cell in _cells(page) if cell.cell_type == "code"]
    return [f"{file}:1" for file, _ in setup_cells(page)] + own if own else own


def read_page(page: Page) -> NotebookNode:
    """Read a page as the notebook that its twin must be, without outputs.

    Returns:
        A notebook node (nbformat 4.5) with fixed metadata; a cell's id is made of its source, so
        that it stays when other cells come and go.

    Raises:
        BookError: the page cannot be read, has an empty code cell, a guess without an answer, or
            MyST that has no plain form; with the page and the line.
    """
    targets = Targets(page.book)
    guessed = {line for guess in find_guesses(page) for line in guess.cells}
    setup, cells, sources = setup_cells(page), [], []
    for line, cell in _cells(page):
        if cell.cell_type == "code":
            for _, source in setup:
                cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": [SETUP]}))
                sources.append(source)
            setup = []
            if not cell.source.strip():
                raise page.error(line, "this code cell is empty; delete it")
            _set_code_metadata(cell, hide_outputs=line in guessed)
            sources.append(cell.source)
        else:
            sources.append(cell.source)
            cell.source = plain_markdown(cell.source, page, targets, line - 1)
            if not cell.source:
                sources.pop()
                continue
        cells.append(cell)
    for cell, cell_id in zip(cells, _ids(cells, sources), strict=True):
        cell.id = cell_id
    nb = nbformat.v4.new_notebook(cells=cells)
    nb.nbformat, nb.nbformat_minor = 4, 5
    nb.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "twin": {"pins": page.book.pins(), "source": page.path.name},
        }
    )
    return nb


def _cells(page: Page) -> Iterator[tuple[int, NotebookNode]]:
    """The cells as the page has them, each with its line: a code cell's fence, or its first text."""
    try:
        nb = myst_to_notebook(page.text, add_source_map=True)
    except Exception as error:  # jupytext lets the errors of all its parsers through
        raise BookError(f"{page.place} cannot be read: {one_line(error)}") from error
    lines = page.prose.split("\n")
    fences = {block.start + 1 for block in blocks.parse(page.prose) if block.kind == "fence"}
    for start, cell in zip(nb.metadata["source_map"], nb.cells, strict=True):
        if cell.cell_type == "markdown":
            while not lines[start].strip():
                start += 1
            yield start + 1, cell
        elif cell.cell_type == "raw":
            raise page.error(start, "a raw cell is shown by no edition; delete it")
        elif start not in fences:
            raise page.error(start, "a code cell cannot be in a box")
        else:
            yield start, cell


def _set_code_metadata(cell: NotebookNode, *, hide_outputs: bool) -> None:
    """Drop what is for the deck, and say what a notebook program folds."""
    tags = cell.metadata.get("tags", [])
    folded = {part for tag in tags for part in FOLDED.get(tag, [])} | ({"outputs_hidden"} if hide_outputs else set())
    if kept := [tag for tag in tags if tag not in DECK_TAGS]:
        cell.metadata["tags"] = kept
    else:
        cell.metadata.pop("tags", None)
    if folded:
        cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), **dict.fromkeys(sorted(folded), True)}


def _ids(cells: list[NotebookNode], sources: list[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for cell, source in zip(cells, sources, strict=True):
        digest = hashlib.sha256(f"{cell.cell_type}\n{source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        yield f"{digest}-{seen[digest]}"
