"""The set-up: what is wrong with the machine is said in one line, and nothing half made is used.

Nothing is downloaded: a small script stands for uv. Every clone's path has a space and a letter
that is not ASCII.
"""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import venv
import zipfile
from pathlib import Path

import pytest

from tools import setup

ROOT = Path(setup.__file__).resolve().parents[1]
NEEDS = "Python 3.11, 3.12, 3.13 or 3.14"
pytestmark = pytest.mark.once

#: Stands for a Python of another version: answers as that version would, and runs nothing.
ANOTHER = """#!/bin/sh
[ "$1" = -c ] || exec echo "$@"
exec {python} -c "import sys; sys.version_info = ({version}, 0, 'final', 0); exec(sys.argv[1])" "$2"
"""
#: Stands for uv: notes how it was called, and does what uv.sh in the clone says.
UV = '#!/bin/sh\necho "$@" >>uv.log\nif [ -e uv.sh ]; then . ./uv.sh; fi\n'


def program(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture(scope="session")
def wheels(tmp_path_factory):
    """A folder with a wheel from which pip installs the script that stands for uv."""
    folder = tmp_path_factory.mktemp("wheels")
    with zipfile.ZipFile(folder / "uv-0-py3-none-any.whl", "w") as wheel:
        script = zipfile.ZipInfo("uv-0.data/scripts/uv")
        script.external_attr = 0o100755 << 16
        wheel.writestr(script, UV)
        wheel.writestr("uv-0.dist-info/METADATA", "Metadata-Version: 2.1\nName: uv\nVersion: 0\n")
        wheel.writestr(
            "uv-0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("uv-0.dist-info/RECORD", "")
    return folder


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """The files that the set-up reads, in a folder of its own, which is the current one."""
    clone = tmp_path / "a clone, geöffnet"
    for folder in ("tools", "requirements"):
        shutil.copytree(ROOT / folder, clone / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("requirements.txt", "Makefile"):
        shutil.copy(ROOT / file, clone)
    (clone / "requirements/uv.txt").write_text("uv\n")
    monkeypatch.chdir(clone)
    return clone


@pytest.fixture
def made(clone):
    """A clone whose .venv is made, with uv in it and nothing installed yet."""
    venv.create(clone / ".venv", symlinks=True)
    program(clone / ".venv/bin/uv", UV)
    setup.mark(folder=str(clone / ".venv"), python=setup.IDENTITY, busy=False, installed={})
    return clone


def start(clone, what="site", command=("/bin/sh", "tools/setup.sh"), **environment):
    """Start the set-up, without a network; the environment has PATH and what is given."""
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **environment}
    return subprocess.Popen(
        [*command, what],
        cwd=clone,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, **environment},
    )


def run(clone, what="site", **environment):
    """Run the set-up; returns (exit status, lines on stdout, line on stderr)."""
    process = start(clone, what, **environment)
    out, err = process.communicate()
    assert len(err.splitlines()) <= 1, err
    return process.returncode, out.splitlines(), err.strip()


def calls(clone):
    """How often uv was called."""
    log = clone / "uv.log"
    return len(log.read_text().splitlines()) if log.exists() else 0


# --- which Python


def test_a_python_that_does_not_run(clone):
    shim = program(clone / "bin/python3", "#!/bin/sh\nexit 127\n")
    assert run(clone, PYTHON=str(shim)) == (
        1, [], f"setup: PYTHON={shim} does not run. Give the path of {NEEDS}."
    )  # fmt: skip


@pytest.mark.parametrize("version", ["2, 7", "3, 10", "3, 15"])
def test_a_python_too_old_or_too_new(clone, version):
    python = program(clone / "bin/python", ANOTHER.format(python=sys.executable, version=version))
    dotted = version.replace(", ", ".") + ".0"
    assert run(clone, PYTHON=str(python)) == (
        1, [], f"setup: PYTHON={python} is Python {dotted}. The book needs {NEEDS}."
    )  # fmt: skip
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("version", ["3, 11", "3, 12", "3, 13", "3, 14"])
def test_a_python_that_fits(clone, version):
    python = program(clone / "bin/python", ANOTHER.format(python=sys.executable, version=version))
    assert run(clone, PYTHON=str(python)) == (0, ["-I tools/setup.py site"], "")


def test_no_python_that_fits(clone):
    program(clone / "bin/python3", ANOTHER.format(python=sys.executable, version="3, 15"))
    for name in ("python3.14", "python3.13", "python3.12", "python3.11", "python"):
        program(
            clone / "bin" / name, "#!/bin/sh\necho 'pyenv: version not installed' >&2\nexit 127\n"
        )
    assert run(clone, PATH=f"{clone}/bin") == (
        1, [],
        "setup: no Python 3.11, 3.12, 3.13 or 3.14 found. Seen: python3 is 3.15.0; "
        "Install one, or run make PYTHON=/path/to/python3.14.",
    )  # fmt: skip


# --- .venv


def foreign(clone):
    (clone / ".venv/setup.json").unlink()


def half_written(clone):
    (clone / ".venv/setup.json").write_text('{"folder": ')


def empty(clone):
    shutil.rmtree(clone / ".venv")
    (clone / ".venv").mkdir()


def a_file(clone):
    shutil.rmtree(clone / ".venv")
    (clone / ".venv").write_text("a name of an environment elsewhere\n")


def a_broken_link(clone):
    shutil.rmtree(clone / ".venv")
    (clone / ".venv").symlink_to("nowhere")


def copied(clone):
    shutil.copytree(clone / ".venv", clone / "copy", symlinks=True)
    shutil.rmtree(clone / ".venv")
    (clone / "copy").rename(clone / ".venv")
    setup.mark(folder=str(clone.parent / "original/.venv"))


def interrupted(clone):
    setup.mark(busy=True)


def of_another_python(clone):
    setup.mark(python=["/opt/python", "cpython-312-x86_64-linux-gnu"])


def without_its_python(clone):
    (clone / ".venv/bin/python").unlink()
    (clone / ".venv/bin/python").symlink_to("/nowhere/python3")


def with_a_python_that_does_not_run(clone):
    (clone / ".venv/bin/python").unlink()
    program(clone / ".venv/bin/python", "#!/bin/sh\nexit 1\n")


def without_uv(clone):
    (clone / ".venv/bin/uv").unlink()


NOT_OURS = "the one here was not made by this project"
BROKEN = "the one here is broken"


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (foreign, NOT_OURS),
        (half_written, NOT_OURS),
        (empty, NOT_OURS),
        (a_file, NOT_OURS),
        (a_broken_link, NOT_OURS),
        (copied, "the one here was moved or copied"),
        (interrupted, "the last set-up was interrupted"),
        (of_another_python, "the one here is another Python's"),
        (without_its_python, BROKEN),
        (with_a_python_that_does_not_run, BROKEN),
        (without_uv, BROKEN),
    ],
)
def test_what_is_not_a_finished_set_up_of_this_folder_is_recognized_and_removed(
    made, damage, reason
):
    assert setup.unusable() is None
    damage(made)
    assert setup.unusable() == reason
    setup.remove()
    assert not os.path.lexists(made / ".venv")


def test_what_a_link_leads_to_stays(made):
    os.rename(made / ".venv", made / "elsewhere")
    (made / ".venv").symlink_to("elsewhere")
    assert setup.unusable()
    setup.remove()
    assert not os.path.lexists(made / ".venv") and (made / "elsewhere/bin/python").exists()


def test_a_venv_made_by_hand_is_made_again_and_a_current_one_left_alone(clone, wheels):
    """With no HOME, an ASCII locale, a strict umask, and nothing on the PATH but Python."""
    venv.create(clone / ".venv", symlinks=True)
    python = program(clone / "bin/python3", f'#!/bin/sh\numask 077\nexec "{sys.executable}" "$@"\n')
    bare = {"PATH": str(python.parent), "LC_ALL": "C", "PIP_FIND_LINKS": str(wheels)}
    status, out, err = run(clone, PYTHON="python3", **bare)
    assert (status, err) == (0, "")
    assert out == [
        f"Setting up .venv with Python {sys.version.split()[0]} ({NOT_OURS})",
        "Installing the packages (site)",
    ]
    assert calls(clone) == 1
    assert run(clone, **bare) == (0, [], "")
    assert calls(clone) == 1


def test_a_set_up_killed_at_work_is_waited_for_and_made_again(made):
    (made / "uv.sh").write_text("touch working; while [ -e working ]; do sleep 0.05; done")
    first = start(made)
    while not (made / "working").exists():
        assert first.poll() is None
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    first.stdout.close()
    first.stderr.close()

    second = start(made)  # the first one's uv is still at work
    assert second.stdout.readline() == "Waiting for another make that is setting up .venv\n"
    (made / "working").unlink()
    assert "(the last set-up was interrupted)" in second.stdout.readline()
    second.kill()
    second.communicate()


# --- what is installed


def test_everything_is_enough_for_every_part(made):
    assert run(made, "all")[:2] == (0, ["Installing the packages (all)"])
    for what in setup.PARTS:
        assert run(made, what) == (0, [], "")
    assert calls(made) == 1


@pytest.mark.parametrize("file", ["constraints.txt", "overrides.txt", "site.txt"])
def test_changed_requirements_are_installed(made, file):
    assert run(made, "all")[0] == 0
    with (made / "requirements" / file).open("a") as requirements:
        requirements.write("# another line\n")
    assert run(made, "all")[:2] == (0, ["Installing the packages (all)"])


def test_another_build_of_torch_is_installed_when_it_is_asked_for(made):
    assert run(made, "all", UV_TORCH_BACKEND="cpu")[1] == ["Installing the packages (all)"]
    assert run(made, "all")[1] == run(made, "all", UV_TORCH_BACKEND="cpu")[1] == []
    assert run(made, "all", UV_TORCH_BACKEND="cu130")[1] == ["Installing the packages (all)"]


def test_no_network_for_uv(clone, monkeypatch):
    said = {"ensurepip": (True, ""), "pip": (False, "ERROR: No matching distribution found for uv")}
    monkeypatch.setattr(setup, "run", lambda command, lock: said[command[3]])
    with pytest.raises(setup.SetupError, match="could not be downloaded. Is there a network"):
        setup.setup("site", 0)
    assert not (clone / ".venv").exists()


def test_no_network_for_the_packages_leaves_what_was_installed(made):
    assert run(made)[0] == 0
    (made / "uv.sh").write_text("echo 'error: Failed to fetch: `torch`' >&2; exit 2")
    status, _, err = run(made, "all")
    assert status == 1
    assert err == (
        "setup: a package could not be downloaded. Is there a network? "
        "Run make again when there is. (error: Failed to fetch: `torch`; all of it: setup.log)"
    )
    assert run(made) == (0, [], "")


def test_a_full_disk_in_the_middle_of_the_packages(made):
    half = made / setup.SITE_PACKAGES / "torch"
    (made / "uv.sh").write_text(
        f"mkdir '{half}'; echo 'error: No space left on device' >&2; exit 2"
    )
    assert run(made)[::2] == (1, "setup: the disk is full. Free some space and run make again.")
    assert setup.unusable() == "the last set-up was interrupted"


def test_no_disk_space_for_torch(made, monkeypatch):
    usage = shutil.disk_usage(made)._replace(free=2 * 1024**3)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    monkeypatch.delenv("UV_TORCH_BACKEND", raising=False)
    with pytest.raises(setup.SetupError, match=r"^torch needs \d GB of disk and 2 are free\. "):
        setup.setup("all", 0)


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EROFS, "in a copy of this folder"),
        (errno.ENOSPC, "Free some space"),
        (errno.EIO, "Remove .venv"),
    ],
)
def test_a_folder_that_cannot_be_written_to(clone, monkeypatch, capsys, number, remedy):
    def refuse(self):
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(sys, "argv", ["setup.py", "site"])
    assert setup.main(clone) == 1
    out, err = capsys.readouterr()
    assert (
        err.startswith(f"setup: cannot make .venv ({os.strerror(number)}: .venv). ")
        and remedy in err
    )


def test_the_mark_is_whole_or_not_there(made, monkeypatch):
    before = (made / ".venv/setup.json").read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: pytest.fail("stopped here"))
    with pytest.raises(pytest.fail.Exception):
        setup.mark(busy=True)
    assert (made / ".venv/setup.json").read_bytes() == before
    assert json.loads(before)["busy"] is False


def test_make_alone_prints_the_targets(clone):
    shown = subprocess.run(["make"], cwd=clone, capture_output=True, text=True, check=True).stdout
    targets = [line.split()[1] for line in shown.splitlines()]
    assert {"book", "test", "test-site", "notebooks", "preview", "lint", "lab", "clean"} <= set(
        targets
    )
