"""Set up .venv in this folder; `tools/setup.sh` finds the Python that runs this.

``.venv/setup.json`` says for which folder and Python the environment was made and what has been
installed into it. While something is being installed it says so; whatever does not fit, was
interrupted, or has no such file is made again. A set-up that is current writes nothing and needs
no network. Whatever goes wrong ends in one line on stderr and a non-zero exit status.

Standard library only: nothing is installed yet.
"""

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

VENV = Path(".venv")
MARK = VENV / "setup.json"
PYTHON = VENV / "bin" / "python"
SITE_PACKAGES = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
PINS = "requirements/constraints.txt"
#: What uv is asked to install for each set-up.
PACKAGES = {
    "site": ["--require-hashes", "-r", "requirements/site.lock"],
    "browser": ["playwright", "pypdf", "pikepdf", "-c", PINS],
    "lint": ["pre-commit", "ruff", "zizmor", "-c", PINS],
    "all": [
        *("-r", "requirements.txt", "-r", "requirements/frameworks.txt"),
        *("-c", PINS, "--overrides", "requirements/overrides.txt"),
    ],
}
#: The set-ups that each one consists of; "all" is also enough for every other.
PARTS = {"site": ["site"], "browser": ["site", "browser"], "lint": ["lint"], "all": ["all"]}
#: Which Python runs this; it is the same in a virtual environment of that Python.
IDENTITY = [sys.base_prefix, sysconfig.get_config_var("SOABI")]

REMEDIES = {
    errno.ENOSPC: "Free some space and run make again.",
    errno.EROFS: "Run make in a copy of this folder that you can write to.",
    errno.EACCES: "Run make in a copy of this folder that you can write to.",
}


class SetupError(Exception):
    """Says in one line what is wrong and what to do."""


def state(what: str) -> str:
    """What is asked for: it changes with the packages and with every file that is read for them."""
    files = [Path(word) for word in PACKAGES[what] if word.endswith((".txt", ".lock"))]
    if what == "all":
        files += [Path("requirements/site.txt"), Path("requirements/notebooks.txt")]
    text = [*PACKAGES[what], *(file.read_text("utf-8") for file in files)]
    return hashlib.sha256("\0".join(text).encode()).hexdigest()


def mark(**changes: object) -> None:
    """Change what .venv/setup.json says, in one step."""
    new = MARK.with_suffix(".new")
    new.write_text(json.dumps({**read_mark(), **changes}, indent=1) + "\n", "utf-8")
    new.replace(MARK)


def read_mark() -> dict:
    """What .venv/setup.json says; empty if there is none that can be read."""
    try:
        return dict(json.loads(MARK.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def runs(python: Path) -> bool:
    """Whether a Python runs; this one does."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return True
    return subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def unusable() -> str | None:
    """Why .venv cannot be used as it is, or None; empty if there is none."""
    if not os.path.lexists(VENV):
        return ""
    found = read_mark()
    if not found:
        return "the one here was not made by this project"
    if found.get("folder") != str(VENV.resolve()):
        return "the one here was moved or copied"
    if found.get("busy"):
        return "the last set-up was interrupted"
    if found.get("python") != IDENTITY:
        return "the one here is another Python's"
    if not (os.access(PYTHON, os.X_OK) and runs(PYTHON) and os.access(VENV / "bin/uv", os.X_OK)):
        return "the one here is broken"
    return None


def remove() -> None:
    """Remove .venv, whatever it is; never what a link points to."""
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        MARK.unlink(missing_ok=True)
        shutil.rmtree(VENV)


def run(command: list, lock: int) -> tuple[bool, str]:
    """Run a command; returns whether it succeeded, and all that it printed.

    It shares the lock, so that the next set-up also waits for one that outlives this process.
    """
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        pass_fds=[lock],
    )
    return done.returncode == 0, done.stdout.decode("utf-8", "replace")


def explain(log: str, instead: str) -> str:
    """What to say of a command that failed; all that it printed goes into setup.log."""
    try:
        Path("setup.log").write_text(log, "utf-8")
    except OSError:
        pass
    if re.search("no space left|disk quota", log, re.I):
        return "the disk is full. Free some space and run make again."
    telling = [line for line in log.splitlines() if re.search("error|failed|caused", line, re.I)]
    last = " ".join((telling or log.splitlines() or ["nothing"])[-1].split())
    if re.search("dns|failed to fetch|connect|timed out|resolution|no matching dist", log, re.I):
        return (
            "a package could not be downloaded. Is there a network? "
            f"Run make again when there is. ({last}; all of it: setup.log)"
        )
    return f"{instead}: {last} (all of it: setup.log)"


def make(lock: int) -> None:
    """Make .venv anew, with uv in it and nothing else."""
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError as error:
        raise SetupError(
            f"{sys.executable} has no module {error.name}. On Debian and Ubuntu: "
            "apt install python3-venv. Then run make again."
        ) from None
    remove()
    VENV.mkdir()
    mark(folder=str(VENV.resolve()), python=IDENTITY, busy=True, installed={})
    venv.EnvBuilder(symlinks=True).create(VENV)
    pip = [
        PYTHON,
        "-I",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-user",
    ]
    for command in (
        [PYTHON, "-I", "-m", "ensurepip", "--default-pip"],
        [*pip, "--retries", "1", "-r", "requirements/uv.txt"],
    ):
        good, log = run(command, lock)
        if not good:
            remove()
            raise SetupError(explain(log, "uv could not be installed"))
    mark(busy=False)


def check_disk() -> None:
    """Refuse to start what cannot end well."""
    if (SITE_PACKAGES / "torch").is_dir():
        return
    # The CUDA build that Linux gets by default takes 6 GB unpacked, the CPU build under 2.
    cpu = os.environ.get("UV_TORCH_BACKEND") == "cpu" or sys.platform == "darwin"
    need, free = 3 if cpu else 7, shutil.disk_usage(VENV).free // 1024**3
    if free < need:
        raise SetupError(
            f"torch needs {need} GB of disk and {free} are free. "
            "Free some, or run make with UV_TORCH_BACKEND=cpu (3 GB)."
        )


def install(what: str, lock: int) -> None:
    """Have uv install what a set-up needs."""
    print(f"Installing the packages ({what})", flush=True)
    before, installed = sorted(os.listdir(SITE_PACKAGES)), read_mark()["installed"]
    mark(busy=True)
    # Compiled now, once, side by side: importing d2l then takes 5 seconds instead of 13.
    uv = [VENV / "bin/uv", "pip", "install", "--python", PYTHON, "--compile-bytecode"]
    good, log = run([*uv, *PACKAGES[what]], lock)
    if good:
        backend = os.environ.get("UV_TORCH_BACKEND", "")
        mark(busy=False, installed={**installed, what: state(what)}, backend=backend)
        return
    # What was installed before still works, if nothing has changed.
    mark(busy=sorted(os.listdir(SITE_PACKAGES)) != before)
    raise SetupError(explain(log, "uv could not install the packages"))


def current(what: str) -> bool:
    """Whether what a set-up needs is installed, and the build of torch that is asked for."""
    found = read_mark()
    backend = os.environ.get("UV_TORCH_BACKEND")
    if what == "all" and backend and found.get("backend") != backend:
        return False
    return found.get("installed", {}).get(what) == state(what)


def setup(what: str, lock: int) -> None:
    """Make .venv what it has to be."""
    if (reason := unusable()) is not None:
        again = f" ({reason})" if reason else ""
        print(f"Setting up .venv with Python {sys.version.split()[0]}{again}", flush=True)
        make(lock)
    if current("all"):
        return
    for part in PARTS[what]:
        if not current(part):
            if part == "all":
                check_disk()
            install(part, lock)


def main(folder: Path) -> int:
    """Set up a folder as the command line says; returns the exit status."""
    os.chdir(folder)
    if len(sys.argv) != 2 or sys.argv[1] not in PARTS:
        print(f"usage: tools/setup.sh {'|'.join(PARTS)}", file=sys.stderr)
        return 2
    with open("tools/setup.py", "rb") as lock:  # locked itself: no file that could stay behind
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another make that is setting up .venv", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks
        try:
            setup(sys.argv[1], lock.fileno())
        except SetupError as error:
            print(f"setup: {error}", file=sys.stderr)
        except KeyboardInterrupt:
            print("setup: interrupted. Run make again.", file=sys.stderr)
        except OSError as error:
            remedy = REMEDIES.get(error.errno, "Remove .venv by hand and run make again.")
            wrong = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
            print(f"setup: cannot make .venv ({wrong}). {remedy}", file=sys.stderr)
        else:
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[1]))
