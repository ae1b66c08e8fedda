"""What other releases answer: the record, the command that renews it, the notes made of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chapter import releases
from chapter.book import Book, BookError
from chapter.editions import readers_notebook
from chapter.releases import Record, Release
from chapter.twins import read_twin
from tests.small import HEAD, code, edit, execute_page, make_book
from tools import BOOK, versions

PAGE = f"""{HEAD}
# Answers

{code("1 + 1")}
Now it depends.

{code('import os; os.environ.get("ANSWER", "ours")')}
{code("2 + 2")}
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A book of one page, executed."""
    made = make_book(tmp_path_factory.mktemp("executed"), index=PAGE)
    execute_page(made.page("index"))
    return made


@pytest.fixture
def book(executed, tmp_path):
    """A copy of that book, to change."""
    return Book(shutil.copytree(executed.root, tmp_path / "small"))


def here(release, folder):
    """An installer that takes this Python for any release."""
    assert folder.is_dir() and not any(folder.iterdir())
    here.asked.append(release)
    return Path(sys.executable)


@pytest.fixture(autouse=True)
def _asked():
    here.asked = []


def run(book, *arguments, install=here):
    return versions.main(list(arguments), book, install)


def test_what_differs_is_recorded_and_only_that(book, monkeypatch, capsys):
    monkeypatch.setenv("ANSWER", "theirs")
    assert run(book, "1.2.3") == 0
    assert "1 of 4 cells differ" in capsys.readouterr().err
    entry = releases.read(book).releases["1.2.3"]
    keys = releases.keys(read_twin(book.page("index")))
    assert entry.same == {keys[0], keys[1], keys[3]} and list(entry.other) == [keys[2]]
    assert releases.shown(entry.other[keys[2]]) == "'theirs'"
    assert "Python 3." in entry.where

    before = releases.file(book).read_bytes()
    assert run(book, "1.2.3") == 0 and here.asked == ["1.2.3"], "all of it is known"
    assert releases.file(book).read_bytes() == before

    edit(book.page("index").path, "2 + 2", "2 + 3")
    monkeypatch.setenv("ANSWER", "ours")
    execute_page(book.page("index"))
    assert run(book, "1.2.3") == 0 and len(here.asked) == 2
    entry = releases.read(book).releases["1.2.3"]
    assert not entry.other and len(entry.same) == 4 and keys[3] not in entry.same


def test_a_check_says_what_is_missing_and_runs_nothing(book, capsys):
    assert run(book, "--check", "1.2.3") == 1 and not here.asked
    line = "PyTorch 1.2.3: the record lacks index: run make versions"
    assert capsys.readouterr().err.splitlines()[-1] == line
    assert not releases.file(book).exists()
    run(book, "1.2.3")
    assert run(book, "--check", "1.2.3") == 0 and here.asked == ["1.2.3"]


def test_a_page_may_need_the_pinned_release(book):
    assert [page.name for page in releases.pages(book)] == ["index"]
    run(book, "1.2.3")
    assert ": 4 of 4 cells were run on PyTorch 1.2" in releases.coverage(book)
    edit(book.page("index").path, "file_format: mystnb", "file_format: mystnb\nreleases: pinned")
    assert releases.pages(Book(book.root)) == []


def test_a_dry_run_prints_and_records_nothing(book, monkeypatch, capsys):
    monkeypatch.setenv("ANSWER", "theirs")
    assert run(book, "--dry", "newest") == 0
    assert "`book/index.md:15`: `'theirs'`, and not `'ours'`" in capsys.readouterr().out
    assert not releases.read(book).releases


def test_a_changed_answer_changes_the_key(book):
    twin = read_twin(book.page("index"))
    keys = releases.keys(twin)
    twin.cells[-1].outputs[0]["data"]["text/plain"] = "5"
    assert releases.keys(twin)[:-1] == keys[:-1] and releases.keys(twin)[-1] != keys[-1]


@pytest.mark.parametrize("what", ["delete", "add", "drop", "text", "list"])
def test_a_record_changed_by_hand_is_refused(book, monkeypatch, capsys, what):
    monkeypatch.setenv("ANSWER", "theirs")
    run(book, "1.2.3")
    data = json.loads(releases.file(book).read_text("utf-8"))
    entry = data["releases"]["1.2.3"]
    if what == "delete":
        entry["other"].clear()
    elif what == "add":
        entry["other"]["0123456789ab"] = []
    elif what == "drop":
        entry["same"] = entry["same"][13:]
    elif what == "text":
        data = "nothing"
    else:
        data = []
    releases.file(book).write_text(json.dumps(data), "utf-8")
    with pytest.raises(BookError, match=r"run `make versions"):
        releases.read(book)
    capsys.readouterr()
    assert run(book) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def fail(release, folder):
    (folder / "half").write_text("half of it")
    fail.folder = folder
    raise BookError(f"PyTorch {release} cannot be installed: the disk is full")


def test_what_goes_wrong_is_one_line_and_leaves_nothing(book, capsys):
    assert run(book, "1.2.3", install=fail) == 1
    assert capsys.readouterr().err.strip().splitlines()[-1].endswith("the disk is full")
    assert not fail.folder.exists() and not releases.file(book).exists()
    assert run(book, "two") == 1
    assert "two is not a release: name one such as 2.9.1" in capsys.readouterr().err
    assert run(book, "nightly") == 1, "only a dry run may ask it"


@pytest.mark.parametrize(
    "log, line",
    [
        ("  × No solution found\n  ╰─▶ there is no version of torch==9.9.9", "has no package for"),
        ("error: Failed to fetch: `x`\n  Caused by: dns error", "Is there a network?"),
        ("error: write: No space left on device (os error 28)", "the disk is full"),
        ("", "does not say why"),
    ],
)
def test_why_it_cannot_be_installed(log, line):
    assert line in versions._cause(log) and "\n" not in versions._cause(log)


def record(*answers):
    """A record of releases that answer the cell "k" so."""
    made = Record("Torch")
    for release, text in answers:
        outputs = [{"output_type": "stream", "name": "stdout", "text": text}]
        made.releases[release] = Release(other={"k": outputs} if text else {}, same=set())
    return made


@pytest.mark.parametrize(
    "answers, sentence",
    [
        ([("1.9.0", "a"), ("1.10.0", "a"), ("1.11.0", "")], "Torch 1.10 and earlier give"),
        ([("1.9.0", "a"), ("1.10.0", "b"), ("1.11.0", "")], "Torch 1.10 and earlier give"),
        ([("1.9.0", "a"), ("1.10.0", ""), ("1.11.0", "a")], "Torch 1.9 and 1.11 give"),
        ([("1.9.0", "a"), ("1.10.0", ""), ("1.11.0", "")], "Torch 1.9 gives"),
        ([("1.9.0", ""), ("1.10.0", "a"), ("1.11.0", "a")], "Torch 1.10 and 1.11 give"),
    ],
)
def test_a_note_names_the_releases(answers, sentence):
    made = record(*answers)
    groups = made.answers("k")
    assert made.sentence(groups) == f"{sentence} a different result"
    assert len(groups) == len({text for _, text in answers if text})


def test_the_oldest_come_first(book):
    made = Record("Torch")
    for release in ("2.14.1", "2.9.1", "2.10.0"):
        made.entry(release).same.add("k")
    releases.save(book, made)
    assert list(releases.read(book).releases) == ["2.9.1", "2.10.0", "2.14.1"]


def test_a_reader_s_notebook_has_the_note_below_the_cell(book, monkeypatch):
    monkeypatch.setenv("ANSWER", "theirs")
    run(book, "1.2.3")
    cells = readers_notebook(book.page("index")).cells
    notes = [n for n, cell in enumerate(cells) if "a different result" in cell.source]
    assert len(notes) == 1
    note, above = cells[notes[0]], cells[notes[0] - 1]
    assert "PyTorch 1.2 gives a different result" in note.source and "'theirs'" in note.source
    assert "os.environ" in above.source and note.cell_type == "markdown"


def test_the_book_s_record():
    """It can be read, has the releases of the list, and something of each page in it."""
    found = releases.read(BOOK).releases
    assert set(versions.RELEASES) <= found.keys()
    assert all(entry.covered and entry.where for entry in found.values())


def test_the_book_s_record_tells_of_no_machine_and_no_moment():
    telling = re.compile(r"/(home|root|tmp|Users|usr|var)/|site-packages|0x[0-9a-f]{6,}")
    for release, entry in releases.read(BOOK).releases.items():
        for outputs in entry.other.values():
            found = telling.search(json.dumps(outputs))
            assert not found, f"{release}: {found[0]} in {releases.shown(outputs)[:80]!r}"


STOPS = """import os, signal, time
if "MAKE" in os.environ: os.kill(int(os.environ["MAKE"]), signal.SIGINT); time.sleep(600)
"""
MAKE = """import os, sys
from pathlib import Path
from chapter.book import Book
from tools import versions

def install(release, folder):
    print(folder, flush=True)
    return Path(sys.executable)

os.environ["MAKE"] = str(os.getpid())
versions.main(["1.2.3"], Book(Path(sys.argv[1])), install)
"""


def test_ctrl_c_ends_the_run_and_is_no_answer(tmp_path):
    book = make_book(tmp_path / "small", index=f"{HEAD}# Stops\n\n{code(STOPS)}")
    execute_page(book.page("index"))
    command = [sys.executable, "-c", MAKE, str(book.root)]
    done = subprocess.run(
        command,
        cwd=BOOK.root,
        env={**os.environ, "TMPDIR": str(tmp_path)},  # where it leaves its temporary folder
        capture_output=True,
        text=True,
    )
    assert done.returncode == 130 and done.stderr.strip().splitlines()[-1] == versions.STOPPED
    assert not Path(done.stdout.strip()).exists() and not releases.file(book).exists()
