"""Measure what a student's notebook server needs: `python -m tools.measure_kernel [PAGE ...]`, on Linux.

Each line is a process of its own: JupyterLab, kernels that only import, and for each page a
kernel that runs its cells. Seconds are to the first output, and processor time to the end. Pages
that import what is not installed are left out, so that torch alone can be measured, too.
"""

import argparse
import importlib.metadata
import importlib.util
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from jupyter_client.manager import start_new_kernel

from tools import notebooks

CLASS = 200
IMPORTS = {
    "(nothing)": "print()",
    "torch": "import torch\nprint()",
    "torch and d2l": "import torch\nfrom d2l import torch as d2l\nprint()",
}
#: Of how many runs a line of imports is the median.
RUNS = 3


@dataclass
class Need:
    """What a process took: seconds to its first output and of processor time, and megabytes of memory."""

    seconds: float
    processor: float
    rss: float
    own: float
    peak: float

    @classmethod
    def of(cls, pid, seconds):
        """Ask Linux about a process that runs. What is not its own are files, which processes share."""
        times = psutil.Process(pid).cpu_times()
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
        kilobytes = (int(re.search(rf"{key}:\s+(\d+)", status)[1]) for key in ("VmRSS", "RssAnon", "VmHWM"))
        return cls(seconds, times.user + times.system, *(n * 1024 / 1e6 for n in kilobytes))

    def line(self, name):
        """The line of the table."""
        numbers = f"{self.rss:11.0f}{self.own:11.0f}{self.peak:11.0f}"
        return f"{name:29}{self.seconds:9.1f}{self.processor:11.1f}{numbers}"


def kernel(cells):
    """Start a kernel, run cells in it one after the other, and measure it.

    Args:
        cells: sources of code cells; one that raises does not stop the others.

    Returns:
        A `Need`; its seconds run from the start of the kernel.
    """
    start, first = time.monotonic(), []

    def output(message):
        if message["msg_type"] in ("stream", "execute_result", "display_data", "error"):
            first.append(time.monotonic() - start)

    manager, client = start_new_kernel(startup_timeout=120, extra_arguments=["--log-level=ERROR"])
    try:
        for cell in cells:
            client.execute_interactive(cell, output_hook=output, timeout=600)
        return Need.of(manager.provisioner.pid, first[0])
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def lab():
    """Start JupyterLab in an empty folder, with nobody in it, and measure it."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--port=0"],
            cwd=folder,
            env={**os.environ, "HOME": folder, "JUPYTER_RUNTIME_DIR": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while not list(Path(folder).glob("jpserver-*.json")):
                if server.poll() is not None or time.monotonic() > start + 60:
                    raise notebooks.BookError("JupyterLab does not start: try `make lab`")
                time.sleep(0.05)
            seconds = time.monotonic() - start
            time.sleep(3)  # its extensions go on loading
            return Need.of(server.pid, seconds)
        finally:
            server.terminate()
            server.wait()


def runnable(cells):
    """Whether everything that cells import from torch's family is installed."""
    wanted = set(re.findall(r"^(?:import|from) (torch|d2l|torchvision)\b", "\n".join(cells), re.MULTILINE))
    wanted |= {"torchvision"} if "d2l" in wanted else set()
    return all(map(importlib.util.find_spec, wanted))


def main(argv=None):
    """Print the table; returns the exit status."""
    parser = argparse.ArgumentParser(prog="tools.measure_kernel", description="Measure what a student's server needs.")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="a page such as cascade; all, if none is given")
    pages = [notebooks.BOOK / f"{name}.md" for name in parser.parse_args(argv).pages] or notebooks.pages()
    if platform.system() != "Linux":
        print("measure_kernel reads /proc, so it runs on Linux alone", file=sys.stderr)
        return 1
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("torch", "d2l") if runnable([f"import {name}"])]
    print(f"{', '.join(versions)}, Python {platform.python_version()}, {os.cpu_count()} cores; seconds and MB\n")
    print(f"{'':29}{'seconds':>9}{'processor':>11}{'memory':>11}{'its own':>11}{'at most':>11}")
    server = lab()
    print(server.line("JupyterLab"), flush=True)
    for name, code in IMPORTS.items():
        if runnable([*code.splitlines()]):
            runs = [kernel([code]) for _ in range(RUNS)]
            need = Need(*(statistics.median(getattr(run, f) for run in runs) for f in Need.__dataclass_fields__))
            print(need.line(f"a kernel with {name}"), flush=True)
    needs = {}
    for page in pages:
        nb = notebooks.reader(notebooks.read_twin(page))
        cells = [cell.source for cell in nb.cells if cell.cell_type == "code"]
        if runnable(cells):
            needs[page.stem] = kernel(cells)
            print(needs[page.stem].line(page.stem), flush=True)
    if not needs:
        return 0
    heaviest = max(needs, key=lambda name: needs[name].peak)
    need = needs[heaviest]
    shared = server.rss - server.own + need.rss - need.own
    own = server.own + need.own
    print(f"\nThe heaviest page is {heaviest}. A student's server takes")
    print(f"{server.rss + need.rss:6.0f} MB with this page open,")
    print(f"{server.rss + 2 * need.peak:6.0f} MB with two such pages, at most.")
    print(f"{CLASS} students with this page open take")
    print(f"{CLASS * own / 1e3:6.0f} GB, and {shared / 1e3:.1f} GB on each machine for what they share.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
