"""Record what other releases of PyTorch answer to the pages' cells (`make versions`).

Each release gets an environment of its own in a temporary folder, which is removed afterwards; all
other packages are those that the book pins. A page is run only if the record does not cover it, and
is recorded as soon as it has run, so an interrupted run goes on where it was.

    python -m tools.versions                     all releases below
    python -m tools.versions 2.9.1               one release, in the list or not
    python -m tools.versions --dry 2.8.0 newest  print what differs, record nothing

``newest`` and ``nightly`` are for ``--dry``; ``$PYTORCH_NIGHTLY_INDEX`` is the nightly's index.
"""

import argparse
import asyncio
import datetime
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from chapter import releases
from chapter.book import Book, BookError
from chapter.execution import execute_with
from chapter.pages import cell_places
from chapter.releases import Release
from chapter.twins import code_cells, read_twin
from tools import BOOK

#: The oldest on which the book runs, and some up to the one before the pinned.
RELEASES = ["2.3.1", "2.6.0", "2.9.1", "2.12.1", "2.14.1"]
#: Builds that a dry run alone may name: they answer differently next week.
UNNUMBERED = {"newest", "nightly"}
#: What torch brings along, in versions of its own.
OF_TORCH = r"torch|torchvision|triton|nvidia-.*|cuda-.*|sympy|mpmath|networkx|setuptools|fsspec"
COST = "About 3 GB to download, 7 GB of disk while it runs, and five minutes a release."

STOPPED = "Stopped: the pages that have run are recorded; the same command goes on"

Install = Callable[[str, Path], Path]


def install(release: str, folder: Path) -> Path:
    """Make an environment with a release of PyTorch.

    Args:
        release: the release.
        folder: an empty folder for all that it takes, downloads included.

    Returns:
        The environment's Python.

    Raises:
        BookError: it cannot be installed; in one line.
    """
    pins = [
        line
        for line in BOOK.constraints.read_text("utf-8").splitlines()
        if not re.match(rf"(#|({OF_TORCH})==)", line)
    ]
    kept, uv, env = folder / "pins.txt", BOOK.root / ".venv/bin/uv", folder / "env"
    kept.write_text("\n".join(pins), "utf-8")
    wanted = ["torchvision", "d2l", "ipykernel", "ipython", "matplotlib", "numpy", "pandas"]
    overrides = BOOK.root / "requirements" / "overrides.txt"
    python = env / "bin" / "python"
    torch = ["torch" if release in UNNUMBERED else f"torch=={release}"]
    if release == "nightly":
        index = os.environ.get("PYTORCH_NIGHTLY_INDEX")
        if not index:
            raise BookError("there is no nightly: set PYTORCH_NIGHTLY_INDEX to its package index")
        torch += ["--prerelease", "allow", "--index", index]
    for command in (
        ["venv", "--python", sys.executable, env],
        ["pip", "install", "--python", python, *torch, *wanted]
        + ["-c", kept, "--overrides", overrides],
    ):
        run = subprocess.run(
            [uv, "--quiet", *command],
            env={**os.environ, "UV_CACHE_DIR": str(folder / "cache")},
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise BookError(f"PyTorch {release} cannot be installed: {_cause(run.stderr)}")
    return python


def _cause(log: str) -> str:
    """What an installer's log says, in one line."""
    text = " ".join(re.sub(r"[×│╰▶─]", " ", log).split())
    if re.search("no space left|disk quota", text, re.I):
        return "the disk is full. Free some space and run make versions again"
    if re.search("dns|failed to fetch|connect|timed out|resolution failed", text, re.I):
        return "a package could not be downloaded. Is there a network?"
    if re.search("no wheels|no version of|not found|unsatisfiable", text, re.I):
        return f"it has no package for Python {platform.python_version()} on this system"
    return text[-200:] or "the installer does not say why"


def missing(entry: Release, keys: dict[str, list[str]]) -> list[str]:
    """The names of the pages, of those with these keys, that an entry does not cover."""
    return [name for name, found in keys.items() if not entry.covered >= set(found)]


def ask(
    book: Book, release: str, entry: Release, save: Callable[[], None], install: Install
) -> list[str]:
    """Run the pages that an entry does not cover, and record each.

    Returns:
        A line for each page that could not be run.
    """
    pages = {page.name: page for page in releases.pages(book)}
    twins = {name: read_twin(page) for name, page in pages.items()}
    keys = {name: releases.keys(twin) for name, twin in twins.items()}
    entry.forget(key for found in keys.values() for key in found)
    todo = missing(entry, keys)
    _tell(f"PyTorch {release}: {len(todo)} of {len(pages)} pages to run")
    if not todo:
        return []
    problems: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="pytorch-"))
    try:
        python = install(release, folder)
        for name in todo:
            try:
                run = _run(execute_with(pages[name], python), folder)
            except BookError as error:
                problems.append(f"PyTorch {release}: {error}")
                continue
            entry.take(twins[name], _without_chatter(run))
            entry.where = (
                f"{datetime.date.today()}, Python {platform.python_version()},"
                f" {platform.system()} {platform.machine()}"
            )
            save()
            found = sum(key in entry.other for key in keys[name])
            _tell(f"  {name:15} {found} of {len(keys[name])} cells differ")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return problems


def _run(coroutine: Coroutine[Any, Any, NotebookNode], folder: Path) -> NotebookNode:
    """Run a coroutine in a thread: in the main one nbclient takes Ctrl-C as a page's answer."""
    with ThreadPoolExecutor(1) as thread:
        try:
            return thread.submit(asyncio.run, coroutine).result()
        except KeyboardInterrupt:
            shutil.rmtree(folder, ignore_errors=True)
            print(STOPPED, file=sys.stderr, flush=True)
            os._exit(130)  # at once: kernels end when the process that started them has ended


def _without_chatter(run: NotebookNode) -> NotebookNode:
    """Drop the lines that older releases print whenever processes connect."""
    for cell in code_cells(run):
        for output in cell.outputs:
            if output.output_type == "stream":
                output.text = re.sub(r"^\[Gloo\] .*\n", "", output.text, flags=re.MULTILINE)
        cell.outputs = [o for o in cell.outputs if o.output_type != "stream" or o.text]
    return run


def describe(book: Book, entry: Release) -> list[str]:
    """What a release answers differently, as lines of Markdown that name pages and cells."""
    lines = []
    for page in book.notebooks():
        twin = read_twin(page)
        places = cell_places(page)
        for key, cell, place in zip(releases.keys(twin), code_cells(twin), places, strict=True):
            if key in entry.other:
                theirs, ours = map(_line, (entry.other[key], cell.outputs))
                lines.append(f"- `{place}`: `{theirs}`, and not `{ours}`")
    return lines


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


def _line(outputs: list[dict]) -> str:
    return " ".join(releases.shown(outputs).split())[:160]


def main(argv: list[str] | None = None, book: Book = BOOK, install: Install = install) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="tools.versions", description=COST)
    parser.add_argument("release", nargs="*", help="releases, such as 2.9.1; all without one")
    parser.add_argument("--dry", action="store_true", help="print what differs, record nothing")
    parser.add_argument("--check", action="store_true", help="say what is missing, run nothing")
    arguments = parser.parse_args(argv)
    problems: list[str] = []
    try:
        for release in arguments.release:
            if not re.fullmatch(r"\d+\.\d+\.\d+", release) and not (
                arguments.dry and release in UNNUMBERED
            ):
                raise BookError(f"{release} is not a release: name one such as 2.9.1")
        record = releases.read(book)
        record.package = "PyTorch"
        if arguments.check:
            keys = {page.name: releases.keys(read_twin(page)) for page in releases.pages(book)}
            for release in arguments.release or RELEASES:
                if names := missing(record.entry(release), keys):
                    lack = f"the record lacks {', '.join(names)}: run make versions"
                    problems.append(f"PyTorch {release}: {lack}")
            return _end(problems)
        _tell(COST)
        for release in arguments.release or RELEASES:
            entry = Release() if arguments.dry else record.entry(release)
            save = (lambda: None) if arguments.dry else (lambda: releases.save(book, record))
            problems += ask(book, release, entry, save, install)
            if arguments.dry and (lines := describe(book, entry)):
                print(f"PyTorch {release} differs in these cells:\n", *lines, sep="\n")
        if not arguments.dry:
            releases.save(book, record)
    except (BookError, OSError) as error:
        problems.append(str(error))
    except KeyboardInterrupt:
        problems.append(STOPPED)
    return _end(problems)


def _end(problems: list[str]) -> int:
    """Print what went wrong; returns the exit status."""
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
