"""Writing a file in one step."""

import os
import tempfile
from pathlib import Path

import nbformat


def write(content: str | bytes, path: Path) -> None:
    """Write a file so that whoever reads it meanwhile sees the old one or the new one, never half.

    Nothing is written where the file has this content already.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.exists() and path.read_bytes() == data:
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)  # as any new file; mkstemp's is for its owner alone
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write_notebook(nb: nbformat.NotebookNode, path: Path) -> None:
    """Write a notebook in one step, in the one form that has no chance in it."""
    write(nbformat.writes(nb, version=4).rstrip("\n") + "\n", path)
