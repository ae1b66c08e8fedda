"""The book's own Sphinx extensions."""

import hashlib
from pathlib import Path

from sphinx.application import Sphinx

from chapter.book import Book

#: Folders of what is installed and compiled in the extensions' folder.
GENERATED = {"__pycache__", "node_modules"}


def book_of(app: Sphinx) -> Book:
    """The book that is being built: its pages are Sphinx's sources."""
    return Book(Path(app.srcdir).parent)


def digest() -> str:
    """A digest of the extensions' own files: pages are built anew when one of them has changed."""
    files = sorted(
        p for p in Path(__file__).parent.rglob("*") if p.is_file() and not GENERATED & set(p.parts)
    )
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()[:16]
