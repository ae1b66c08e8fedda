"""What a class on a JupyterHub gets: the branch that its links pull, and memory enough."""

import platform
import subprocess

import pytest
import yaml

from tools import measure_kernel, notebooks


def git(folder, *arguments):
    """Run git in a folder, as a student; returns what it prints."""
    who = ("-c", "user.name=A student", "-c", "user.email=student@example.org")
    return subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def push(site, remote):
    return subprocess.run(
        ["sh", "tools/push_notebooks.sh", site, remote], cwd=notebooks.ROOT, capture_output=True, text=True
    ).returncode


@pytest.fixture
def site(tmp_path):
    """What of a built site is pushed."""
    (tmp_path / "site" / "_sources").mkdir(parents=True)
    for name in ("one", "two"):
        (tmp_path / "site" / "_sources" / f"{name}.ipynb").write_text(f"{name}\nfirst edition\n")
    return tmp_path / "site"


def test_students_keep_their_own_when_they_pull_a_new_edition(site, tmp_path):
    """Pulled and merged by the commands of nbgitpuller: a shallow clone, then a merge that prefers the student."""
    remote, student = tmp_path / "book.git", tmp_path / "student"
    git(tmp_path, "init", "-q", "--bare", remote)
    assert push(site, remote) == 0
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "notebooks", remote.as_uri(), student)
    assert sorted(p.name for p in student.iterdir()) == [".git", "figures", "one.ipynb", "two.ipynb"]
    first = git(remote, "rev-parse", "notebooks")

    assert push(site, remote) == 0
    assert git(remote, "rev-parse", "notebooks") == first  # nothing has changed

    (student / "one.ipynb").write_text("one\nmy answer\n")
    git(student, "commit", "-qam", "mine")
    (site / "_sources" / "one.ipynb").write_text("one\nsecond edition\n")
    (site / "_sources" / "three.ipynb").write_text("three\n")
    (site / "_sources" / "two.ipynb").unlink()
    assert push(site, remote) == 0
    assert git(remote, "rev-parse", "notebooks^") == first
    git(student, "fetch", "-q")
    git(student, "merge", "-q", "-Xours", "origin/notebooks")
    assert sorted(p.name for p in student.glob("*.ipynb")) == ["one.ipynb", "three.ipynb"]
    assert (student / "one.ipynb").read_text() == "one\nmy answer\n"


def test_a_remote_that_is_not_there(site, tmp_path):
    assert push(site, tmp_path / "nowhere.git") != 0


@pytest.mark.skipif(platform.system() != "Linux", reason="memory is read from /proc")
def test_the_heaviest_page_fits_into_what_a_student_is_guaranteed():
    config = yaml.safe_load((notebooks.ROOT / "class" / "jupyterhub.yaml").read_text("utf-8"))
    guarantee, limit = (int(config["singleuser"]["memory"][key].removesuffix("G")) * 1024**3 / 1e6 for key in ("guarantee", "limit"))
    twin = notebooks.reader(notebooks.read_twin(notebooks.BOOK / "limits.md"))
    server, page = measure_kernel.lab(), measure_kernel.kernel([c.source for c in twin.cells if c.cell_type == "code"])
    assert server.rss + page.rss < guarantee < limit
    assert server.rss + 2 * page.peak < limit
