"""The branch that the links of a class on a JupyterHub pull."""

import subprocess

import pytest

from tools import BOOK

pytestmark = pytest.mark.once


def git(folder, *arguments):
    """Run git in a folder, as a student; returns what it prints."""
    who = ("-c", "user.name=A student", "-c", "user.email=student@example.org")
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


def push(book, remote):
    return subprocess.run(
        ["sh", "tools/push_notebooks.sh", book, remote],
        cwd=BOOK.root,
        capture_output=True,
        text=True,
    ).returncode


@pytest.fixture
def book(tmp_path):
    """What `python -m tools.notebooks edition` writes, in small."""
    (tmp_path / "book" / "figures").mkdir(parents=True)
    for name in ("one.ipynb", "two.ipynb", "figures/net.svg"):
        (tmp_path / "book" / name).write_text(f"{name}\nfirst edition\n")
    return tmp_path / "book"


def test_students_keep_their_own_when_they_pull_a_new_edition(book, tmp_path):
    """As nbgitpuller pulls: a shallow clone, then a merge that prefers the student."""
    remote, student = tmp_path / "book.git", tmp_path / "student"
    git(tmp_path, "init", "-q", "--bare", remote)
    assert push(book, remote) == 0
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "notebooks", remote.as_uri(), student)
    assert sorted(p.name for p in student.iterdir()) == [
        ".git",
        "figures",
        "one.ipynb",
        "two.ipynb",
    ]
    first = git(remote, "rev-parse", "notebooks")

    assert push(book, remote) == 0
    assert git(remote, "rev-parse", "notebooks") == first  # nothing has changed

    (student / "one.ipynb").write_text("one.ipynb\nmy answer\n")
    git(student, "commit", "-qam", "mine")
    (book / "one.ipynb").write_text("one.ipynb\nsecond edition\n")
    (book / "three.ipynb").write_text("three\n")
    (book / "two.ipynb").unlink()
    assert push(book, remote) == 0
    assert git(remote, "rev-parse", "notebooks^") == first
    git(student, "fetch", "-q")
    git(student, "merge", "-q", "-Xours", "origin/notebooks")
    assert sorted(p.name for p in student.glob("*.ipynb")) == ["one.ipynb", "three.ipynb"]
    assert (student / "one.ipynb").read_text() == "one.ipynb\nmy answer\n"


def test_a_remote_that_is_not_there(book, tmp_path):
    assert push(book, tmp_path / "nowhere.git") != 0
