"""The set-up: whatever is wrong with the machine is said in one line, and nothing half made stays."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import BOOK

#: Stands for a Python of another version: answers as that version would.
ANOTHER = """#!/bin/sh
exec {python} -c "import sys; sys.version_info = ({version}, 0, 'final', 0); exec(sys.argv[1])" "$2"
"""


@pytest.fixture
def clone(tmp_path):
    """The files that the set-up reads, in an empty folder, with no network."""
    for folder in ("tools", "requirements"):
        shutil.copytree(BOOK.root / folder, tmp_path / folder)
    shutil.copy(BOOK.root / "requirements.txt", tmp_path)
    shutil.copy(BOOK.root / "Makefile", tmp_path)
    return tmp_path


def program(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def setup(clone, what="site", **environment):
    """Run the set-up; returns (exit status, last line on stderr)."""
    nowhere = "http://127.0.0.1:9"
    run = subprocess.run(
        ["sh", "tools/setup.sh", what], cwd=clone, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(clone), "PIP_INDEX_URL": nowhere, "PIP_RETRIES": "0",
             "PIP_CONFIG_FILE": os.devnull, "UV_DEFAULT_INDEX": nowhere, "UV_HTTP_RETRIES": "0",
             "UV_NO_CACHE": "1", **environment},
    )
    lines = run.stderr.strip().splitlines()
    assert len(lines) <= 1, run.stderr
    return run.returncode, lines[0] if lines else ""


@pytest.fixture
def with_uv(clone):
    """A clone whose .venv is made, with uv in it and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", clone / ".venv"], check=True)
    os.symlink(Path(sys.executable).parent / "uv", clone / ".venv/bin/uv")
    return clone


def test_a_python_that_does_not_run(clone):
    shim = program(clone / "bin/python3", "#!/bin/sh\nexit 127\n")
    status, line = setup(clone, PYTHON=str(shim))
    assert status and line == f"setup: PYTHON={shim} does not run. Give the path of a Python 3.11, 3.12 or 3.13."


@pytest.mark.parametrize("version", ["3, 10", "3, 14", "2, 7"])
def test_a_python_too_old_or_too_new(clone, version):
    python = program(clone / "bin/python", ANOTHER.format(python=sys.executable, version=version))
    status, line = setup(clone, PYTHON=str(python))
    dotted = version.replace(", ", ".") + ".0"
    assert status and line == f"setup: PYTHON={python} is Python {dotted}. The book needs 3.11, 3.12 or 3.13."
    assert not (clone / ".venv").exists()


def test_no_python_that_fits(clone):
    program(clone / "bin/python3", ANOTHER.format(python=sys.executable, version="3, 9"))
    for name in ("python3.13", "python3.12", "python3.11", "python"):
        program(clone / "bin" / name, "#!/bin/sh\necho 'pyenv: version not installed' >&2\nexit 127\n")
    status, line = setup(clone, PATH=f"{clone}/bin:{os.environ['PATH']}")
    assert status and line == (
        "setup: no Python 3.11, 3.12 or 3.13 found. Seen: python3 is 3.9.0; "
        "Install one, or run make PYTHON=/path/to/python3.13."
    )


def test_a_shim_that_does_not_run_is_passed_over(clone):
    program(clone / "bin/python3", "#!/bin/sh\nexit 127\n")
    program(clone / "bin/python3.13", f"#!/bin/sh\nexec {sys.executable} \"$@\"\n")
    status, line = setup(clone, PATH=f"{clone}/bin:{os.environ['PATH']}")
    assert "cannot download uv" in line  # it got as far as the network


def test_no_network_for_uv(clone):
    status, line = setup(clone, PYTHON=sys.executable)
    assert status and line.startswith("setup: cannot download uv. Is there a network?")
    assert not (clone / ".venv").exists()


def test_no_network_for_the_packages(with_uv):
    status, line = setup(with_uv)
    assert status and line.startswith("setup: a package could not be downloaded. Is there a network?")
    assert not list((with_uv / ".venv").glob("installed-*"))


def test_no_disk_space_for_torch(with_uv):
    program(with_uv / "bin/df", "#!/bin/sh\necho Filesystem\necho '/dev/x 9 9 2097152 9% /'\n")
    status, line = setup(with_uv, "all", PATH=f"{with_uv}/bin:{os.environ['PATH']}")
    assert status and line.startswith("setup: torch needs ") and " GB of disk and 2 are free." in line


def test_a_current_set_up_does_nothing(with_uv):
    stamp = subprocess.run(
        "cat requirements/site.lock | cksum | tr '\\n' ' '; echo", shell=True, cwd=with_uv, capture_output=True
    ).stdout
    (with_uv / ".venv/installed-site").write_bytes(stamp)
    assert setup(with_uv) == (0, "")


def test_make_alone_prints_the_targets(clone):
    shown = subprocess.run(["make"], cwd=clone, capture_output=True, text=True, check=True).stdout
    targets = [line.split()[1] for line in shown.splitlines()]
    assert {"book", "test", "test-site", "notebooks", "lab", "clean"} <= set(targets)
