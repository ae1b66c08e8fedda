"""The library and the commands know nothing of this book: they build another, without torch."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
import yaml

from tests.small import HEAD, code, edit, make_book
from tools import BOOK

INDEX = f"""{HEAD}(start)=
# Counting

Before you run it, [say what it gives](#guess).

{code("count = 6", ":tags: [hide-input]" + chr(10))}
(guess)=
:::{{admonition}} Guess
What is seven times six?
:::

{code("7 * count")}
See {{doc}}`errors`.
"""
ERRORS = f"""{HEAD}
# Errors

{code("1 / 0", ":tags: [raises-exception]" + chr(10))}
Back to [the start](#start).
"""


def run(root, *command, ok=True):
    """Run a command in the book's folder, as `make` does; returns all that it said."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        capture_output=True,
        text=True,
        env={
            key: value
            for key, value in os.environ.items()
            if key not in ("GITHUB_REPOSITORY", "BOOK_URL")
        },
    )
    assert (done.returncode == 0) is ok, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A copy of what is not this book's own, in a folder without git, with two pages of another."""
    root = tmp_path_factory.mktemp("other book")
    for folder in ("chapter", "tools", "extensions"):
        shutil.copytree(
            BOOK.root / folder,
            root / folder,
            ignore=shutil.ignore_patterns("node_modules", "__pycache__"),
        )
    (root / "tests").mkdir()
    for file in ("conftest.py", "pyproject.toml", "tests/__init__.py", "tests/strict.py"):
        shutil.copy(BOOK.root / file, root / file)
    config = yaml.safe_load((BOOK.root / "_config.yml").read_text("utf-8")) | {
        "title": "Counting",
        "author": "Ada",
        "copyright": "Ada",
    }
    (root / "_config.yml").write_text(yaml.safe_dump(config))
    made = make_book(root, index=INDEX, errors=ERRORS)
    made.bibliography.touch()
    assert run(root, "tools.notebooks").startswith("2 of 2 pages to execute")
    return made


def test_it_is_executed_once(book):
    before = {page.name: page.twin.read_bytes() for page in book.notebooks()}
    assert run(book.root, "tools.notebooks") == "0 of 2 pages to execute\n"
    assert {page.name: page.twin.read_bytes() for page in book.notebooks()} == before
    assert run(book.root, "tools.notebooks", "check") == ""


def test_its_twins_are_compared_and_a_wrong_output_is_noticed(book, tmp_path):
    other = shutil.copytree(book.root, tmp_path / "wrong")
    edit(other / "book" / "index.ipynb", '"42"', '"43"')
    said = run(other, "pytest", "-q", "-p", "no:cacheprovider", "book", ok=False)
    assert "1 failed, 4 passed" in said  # two set-up cells and three of its own


def test_a_stale_page_is_one_line(book, tmp_path):
    other = shutil.copytree(book.root, tmp_path / "stale")
    edit(other / "book" / "index.md", "count = 6", "count = 8")
    line = (
        "book/index.ipynb is stale, the cells of book/index.md have changed: run `make notebooks`"
    )
    assert (
        run(other, "tools.site", ok=False)
        == run(other, "tools.notebooks", "check", ok=False)
        == f"{line}\n"
    )
    said = run(other, "pytest", "-q", "-p", "no:cacheprovider", "book", ok=False)
    assert {
        text.strip("! ").removeprefix("_pytest.outcomes.Exit: ").removeprefix("Exit: ")
        for text in said.splitlines()
        if text
    } == {line}


def test_its_readers_get_an_edition(book, tmp_path):
    run(book.root, "tools.notebooks", "edition", str(tmp_path / "edition"))
    nb = nbformat.read(tmp_path / "edition" / "index.ipynb", 4)
    assert [cell.outputs for cell in nb.cells if cell.cell_type == "code"][2][0].data == {
        "text/plain": "42"
    }
    assert "See [Errors](errors.ipynb)." in nb.cells[-1].source


def test_it_becomes_a_site(book):
    assert "The site is at _build/html/index.html" in run(book.root, "tools.site")
    page = (book.root / "_build" / "html" / "index.html").read_text("utf-8")
    assert "Counting" in page and ">42<" in page.replace("\n", "") and "Lazy" not in page
    downloads = book.root / "_build" / "html" / "_sources"
    assert sorted(path.name for path in downloads.glob("*.ipynb")) == [
        "errors.ipynb",
        "index.ipynb",
    ]
