"""The book's own Sphinx extensions."""

import hashlib
from pathlib import Path

#: Folders that are not the extensions' own
MADE = {"__pycache__", "node_modules"}


def digest():
    """A digest of the extensions' own files: pages are built anew when one of them has changed."""
    files = sorted(p for p in Path(__file__).parent.rglob("*") if p.is_file() and not MADE & set(p.parts))
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()[:16]
