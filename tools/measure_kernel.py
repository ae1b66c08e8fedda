"""Measure what a student's notebook server needs, on Linux.

    python -m tools.measure_kernel [PAGE ...]

Each line of the table is a process of its own: JupyterLab, kernels that only import, and for each
page a kernel that runs its cells. Seconds go from the start of a process to the end of its work.
"""

import argparse
import contextlib
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from jupyter_client.manager import start_new_kernel

from chapter.editions import without_solutions
from chapter.twins import read_twin
from tools import BOOK

CLASS = 200
IMPORTS = {
    "nothing": "pass",
    "torch": "import torch",
    "torch and d2l": "import torch; from d2l import torch as d2l",
}


@dataclass
class Need:
    """What a process has taken: seconds, and megabytes now, of its own, and at most."""

    seconds: float
    rss: float
    own: float
    peak: float

    @classmethod
    def of(cls, pid: int, seconds: float) -> "Need":
        """Ask Linux about a process. What is not its own are files, which processes share."""
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
        sizes = (re.search(rf"{key}:\s+(\d+)", status)[1] for key in ("VmRSS", "RssAnon", "VmHWM"))
        return cls(seconds, *(int(size) * 1024 / 1e6 for size in sizes))

    def print(self, name: str) -> "Need":
        """Print a line of the table."""
        print(
            f"{name:28}{self.seconds:9.1f}{self.rss:9.0f}{self.own:9.0f}{self.peak:9.0f}",
            flush=True,
        )
        return self


def server() -> Need:
    """Start JupyterLab in an empty folder, and measure it when it answers."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as home, contextlib.ExitStack() as stack:
        lab = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0"]
        process = stack.enter_context(
            subprocess.Popen(lab, cwd=home, stderr=subprocess.PIPE, text=True)
        )
        stack.callback(process.terminate)
        if not any("/lab?token=" in line for line in process.stderr):
            sys.exit("JupyterLab does not start: try `make lab`")
        return Need.of(process.pid, time.monotonic() - start)


def kernel(cells: list[str]) -> Need:
    """Start a kernel, run cells in it one after the other, and measure it."""
    start = time.monotonic()
    manager, client = start_new_kernel(startup_timeout=120, extra_arguments=["--log-level=ERROR"])
    try:
        for cell in cells:  # one that raises does not stop the others
            client.execute_interactive(cell, output_hook=lambda message: None, timeout=600)
        return Need.of(manager.provisioner.pid, time.monotonic() - start)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def pages(names: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The names of pages and the cells that their readers run."""
    for page in [BOOK.page(name) for name in names] or BOOK.notebooks():
        cells = without_solutions(read_twin(page)).cells
        yield page.name, [cell.source for cell in cells if cell.cell_type == "code"]


def main() -> None:
    """Print the table, and what follows from it for a class."""
    parser = argparse.ArgumentParser(
        prog="tools.measure_kernel", description=__doc__.partition("\n")[0]
    )
    parser.add_argument(
        "pages", nargs="*", metavar="PAGE", help="such as cascade; all, if none is given"
    )
    names = parser.parse_args().pages
    if platform.system() != "Linux":
        sys.exit("measure_kernel reads /proc, so it runs on Linux alone")
    print(f"torch {version('torch')}, Python {platform.python_version()}, {os.cpu_count()} cores\n")
    print(f"{'':28}{'seconds':>9}{'MB':>9}{'own':>9}{'at most':>9}")
    lab = server().print("JupyterLab")
    for name, code in IMPORTS.items():
        kernel([code]).print(f"a kernel with {name}")
    needs = {name: kernel(cells).print(name) for name, cells in pages(names)}
    name, need = max(needs.items(), key=lambda item: item[1].peak)
    shared = lab.rss - lab.own + need.rss - need.own
    print(f"\nThe heaviest page is {name}. A student's server takes")
    print(f"{lab.rss + need.rss:6.0f} MB with this page open,")
    print(f"{lab.rss + 2 * need.peak:6.0f} MB with two such pages, at most.")
    print(f"{CLASS} students with this page open take")
    together = CLASS * (lab.own + need.own) / 1e3
    print(f"{together:6.0f} GB, and {shared / 1e3:.1f} GB on each machine for what they share.")


if __name__ == "__main__":
    main()
