"""Running a page: whatever its cells do, one line says it, and the twin stays as it was."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest

from chapter.book import BookError
from chapter.execution import execute
from tests.small import HEAD, code, make_book
from tools import BOOK


def failure(tmp_path, source, options="", timeout=120):
    book = make_book(tmp_path, page=f"{HEAD}# A page\n\n{code('6 * 7')}\n{code(source, options)}")
    with pytest.raises(BookError) as error:
        asyncio.run(execute(book.page("page"), timeout))
    assert not book.page("page").twin.exists() and "\n" not in str(error.value)
    return str(error.value)


RAISES = ":tags: [raises-exception]\n"


@pytest.mark.parametrize(
    "source, options, line",
    [
        ("6 * * 7", "", "book/page.md:12: code cell 3 raised SyntaxError: invalid syntax"),
        (
            "name",
            "",
            "book/page.md:12: code cell 3 raised NameError: name 'name' is not defined; fix it,"
            " or tag it raises-ex",
        ),
        (
            "1 / 1",
            RAISES,
            "book/page.md:12: code cell 3 is tagged raises-exception and stores no error",
        ),
        ("import os; os._exit(1)", "", "book/page.md:12: code cell 3 killed the kernel"),
        (
            "print('x' * 50_000_000)",
            "",
            "book/page.md:12: code cell 3 outputs 50 MB, and 2 MB is the most",
        ),
        (
            "open('data.txt', 'w').close()",
            "",
            "book/page.md: its cells left data.txt behind; keep it in memory, or in a tempfile",
        ),
        (
            "from urllib.request import urlopen; urlopen('http://example.org')",
            "",
            "book/page.md:12: code cell 3 raised URLError: <urlopen error a cell asked the network"
            " for example.org, ",
        ),
    ],
    ids=[
        "syntax",
        "raises",
        "does not raise",
        "kills its kernel",
        "50 MB",
        "leaves a file",
        "network",
    ],
)
def test_a_cell_that_fails(tmp_path, source, options, line):
    assert failure(tmp_path, source, options).startswith(line)


def test_a_cell_that_hangs(tmp_path):
    line = failure(tmp_path, "while True: pass", timeout=2)
    assert line == "book/page.md:12: code cell 3 took longer than 2 s"


def test_a_set_up_cell_that_fails(tmp_path):
    book = make_book(tmp_path, page=f"{HEAD}# A page\n\n{code('6 * 7')}")
    (book.setup / "errors.ipy").write_text("name\n")
    with pytest.raises(BookError, match=r"^book/setup/errors.ipy:1: code cell 1 raised NameError"):
        asyncio.run(execute(book.page("page")))


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_an_execution_that_is_stopped_leaves_the_twins_that_were_there(tmp_path, kill):
    waits = "import time; print('here', flush=True); time.sleep(600)"
    book = make_book(tmp_path, page=f"{HEAD}# A page\n\n{code(waits)}")
    book.page("page").twin.write_text("as it was")
    run = subprocess.Popen(
        [sys.executable, "-m", "tools.notebooks"],
        cwd=tmp_path,
        # What is stopped leaves its temporary folder behind.
        env={**os.environ, "PYTHONPATH": str(BOOK.root), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stdout.readline() == "1 of 1 pages to execute\n"
    time.sleep(1)  # at whatever moment this is
    run.send_signal(kill)
    _, said = run.communicate(timeout=60)
    assert run.returncode and book.page("page").twin.read_text() == "as it was"
    assert sorted(path.name for path in book.folder.glob("*")) == ["page.ipynb", "page.md", "setup"]
    if kill == signal.SIGINT:
        assert said == "Stopped: the pages that were not finished have their old twins\n"
