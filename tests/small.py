"""Small books, to break."""

import asyncio
from pathlib import Path

from chapter.book import Book, Page
from chapter.execution import execute
from chapter.files import write_notebook

HEAD = (
    "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n"
    "setup: [errors]\n---\n"
)
ERRORS = 'get_ipython().InteractiveTB.set_mode("Minimal")\n'


def make_book(root: Path, *, toc: str | None = None, **pages: str) -> Book:
    """Write a book.

    Args:
        root: its folder.
        toc: the text of its contents; without one, they list all pages, the first as the root.
        pages: the text of each page.
    """
    root.mkdir(exist_ok=True)
    (root / "book" / "setup").mkdir(parents=True, exist_ok=True)
    (root / "book" / "setup" / "errors.ipy").write_text(ERRORS)
    first, *rest = pages
    listed = "".join(f"- file: {name}\n" for name in rest)
    (root / "_toc.yml").write_text(
        toc
        if toc is not None
        else f"format: jb-book\nroot: {first}\n" + ("chapters:\n" + listed if rest else "")
    )
    for name, text in pages.items():
        (root / "book" / f"{name}.md").write_text(text, "utf-8")
    return Book(root)


def execute_page(page: Page) -> None:
    """Execute a page and write its twin."""
    write_notebook(asyncio.run(execute(page)), page.twin)


def code(source: str, options: str = "") -> str:
    """A code cell."""
    return f"```{{code-cell}} ipython3\n{options}{source}\n```\n"


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that must be in a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
