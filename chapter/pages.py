"""A page as the notebook that its twin must be."""

import hashlib
from typing import Any

import nbformat
from nbformat import NotebookNode

from chapter.book import BookError, Page
from chapter.cells import read_cells
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
        raise BookError(
            f"{page.place}: setup is a list of names, such as [errors, d2l], not {names!r}"
        )
    found = []
    for name in names:
        file = page.book.setup / f"{name}.ipy"
        if not file.is_file():
            raise BookError(
                f"{page.place}: the set-up cell {name} has no file {page.book.relative(file)}"
            )
        found.append((page.book.relative(file), file.read_text("utf-8-sig").strip("\n")))
    return found


def cell_places(page: Page) -> list[str]:
    """Where each code cell of a notebook is, as ``book/NAME.md:LINE``, set-up cells first."""
    own = [f"{page.place}:{cell.line}" for cell in read_cells(page) if cell.kind == "code"]
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
    setup, cells, seen = setup_cells(page), [], {}

    def add(kind: str, source: str, metadata: dict[str, Any], made_of: str) -> None:
        code = {"outputs": [], "execution_count": None} if kind == "code" else {}
        cell_id = _cell_id(f"{kind}\n{made_of}", seen)
        cells.append(
            {"cell_type": kind, "id": cell_id, "metadata": metadata, "source": source, **code}
        )

    for cell in read_cells(page):
        if cell.kind == "code":
            for _, source in setup:
                add("code", source, {"tags": [SETUP]}, source)
            setup = []
            add(
                "code",
                cell.source,
                _code_metadata(cell.metadata, cell.line in guessed),
                cell.source,
            )
        elif text := plain_markdown(cell.source, page, targets, cell.line - 1):
            add("markdown", text, cell.metadata, cell.source)
    return nbformat.from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
                "twin": {"pins": page.book.pins(), "source": page.path.name},
            },
            "cells": cells,
        }
    )


def _code_metadata(metadata: dict[str, Any], is_guessed: bool) -> dict[str, Any]:
    """A code cell's metadata without what is for the deck, with what a notebook program folds."""
    tags = metadata.get("tags", [])
    folded = {part for tag in tags for part in FOLDED.get(tag, [])} | (
        {"outputs_hidden"} if is_guessed else set()
    )
    metadata = {**metadata, "tags": [tag for tag in tags if tag not in DECK_TAGS]}
    if not metadata["tags"]:
        del metadata["tags"]
    if folded:
        metadata["jupyter"] = {**metadata.get("jupyter", {}), **dict.fromkeys(sorted(folded), True)}
    return metadata


def _cell_id(made_of: str, seen: dict[str, int]) -> str:
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:12]
    seen[digest] = seen.get(digest, 0) + 1
    return f"{digest}-{seen[digest]}"
