"""Measure what a student's notebook server needs: `python -m tools.measure_kernel [PAGE ...]`, on Linux.

The first table is about waiting: a reader's way from a link to the first output, in a Chromium on
the same machine, once with nothing of the environment in the machine's memory and once again.

In the second, each line is a process of its own: JupyterLab, kernels that only import, and for
each page a kernel that runs its cells. Seconds are to the first output, and processor time to the
end. Pages that import what is not installed are left out, so that torch alone can be measured, too.
"""

import argparse
import contextlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from jupyter_client.manager import start_new_kernel
from playwright.sync_api import expect, sync_playwright

from chapter.book import BookError
from chapter.editions import without_solutions, write_readers_edition
from chapter.files import write_notebook
from chapter.twins import read_twin
from tools import BOOK
from tools.slides import browser

CLASS = 200
#: Pages of the first table: one without d2l, one with it.
VISITED = ("declare", "cascade")
IMPORTS = {
    "(nothing)": "print()",
    "torch": "import torch\nprint()",
    "torch and d2l": "import torch\nfrom d2l import torch as d2l\nprint()",
}
#: Of how many runs a time is the median.
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


def readers(folder):
    """Write the readers' notebooks into `folder`/book, not run."""
    write_readers_edition(BOOK, folder / "book")
    for path in folder.glob("book/*.ipynb"):
        nb = nbformat.read(path, 4)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.update(outputs=[], execution_count=None)
        write_notebook(nb, path)


@contextlib.contextmanager
def serve(folder, jupyter=Path(sys.executable).parent / "jupyter"):
    """Start JupyterLab in a folder, which is its home too, as Binder starts it; stop it at the end.

    Args:
        folder: a path.
        jupyter: the program ``jupyter`` of the environment to take.

    Yields:
        The process, the server's address and the seconds to its first answer; its token is "secret".

    Raises:
        BookError: it does not answer.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start, address = time.monotonic(), f"http://127.0.0.1:{port}/user/reader"
    server = subprocess.Popen(
        [jupyter, "lab", "--ip=127.0.0.1", f"--port={port}", "--no-browser", "--allow-root",
         "--NotebookApp.base_url=/user/reader/", "--NotebookApp.token=secret", "--NotebookApp.trust_xheaders=True"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder), "JUPYTER_CONFIG_PATH": str(BOOK.root / "binder/jupyter")},
    )
    try:
        while True:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api?token=secret", timeout=5).close()
                break
            if server.poll() is not None or time.monotonic() > start + 60:
                raise BookError("JupyterLab does not start: try `make lab`")
            time.sleep(0.05)
        yield server, address, time.monotonic() - start
    finally:
        server.terminate()
        server.wait(20)


def lab():
    """Start JupyterLab in an empty folder, with nobody in it, and measure it."""
    with tempfile.TemporaryDirectory() as folder, serve(folder) as (server, _, seconds):
        time.sleep(3)  # its extensions go on loading
        return Need.of(server.pid, seconds)


def open_notebook(page, url, name):
    """Open a page's notebook and wait for its kernel: JupyterLab drops what is run before that, and says nothing."""
    page.goto(url)
    # Tabs of earlier visits come back first: until the status bar has this name, its "Idle" is another notebook's.
    status = re.compile(rf"Python 3 \(ipykernel\) \| Idle.*{name}\.ipynb", re.DOTALL)
    expect(page.locator("#jp-main-statusbar")).to_have_text(status, timeout=60_000)


def run_all(page, address, name):
    """Open a page's notebook by the link that the site's button leads to, and run it by JupyterLab's menu.

    Args:
        page: Playwright's.
        address: the server's.
        name: the page's, such as "cascade".

    Returns:
        When its kernel was idle, and when the menu was clicked, by `time.monotonic`.
    """
    open_notebook(page, f"{address}/lab/tree/book/{name}.ipynb?token=secret", name)
    idle = time.monotonic()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    item = page.locator(".lm-Menu-item", has_text=re.compile("^Run All Cells$"))
    expect(item).not_to_have_class(re.compile("lm-mod-disabled"), timeout=30_000)
    clicked = time.monotonic()
    item.click()
    return idle, clicked


def visit(chromium, name):
    """Start a server, open a page and run its cells; returns the seconds that each of the three took, and the server's `Need`."""
    outputs = []
    # What the kernel sends in answer to a cell, and not to what the page asked before
    output = re.compile(rb'"msg_type": ?"(stream|execute_result|display_data|error)".*"execute_request"', re.DOTALL)

    def frame(payload):
        if output.search(payload if isinstance(payload, bytes) else payload.encode()):
            outputs.append(time.monotonic())

    with tempfile.TemporaryDirectory() as folder:
        readers(Path(folder))
        with serve(folder) as (server, address, seconds):
            page = chromium.new_page()
            page.on("websocket", lambda channel: channel.on("framereceived", frame))
            start = time.monotonic()
            idle, clicked = run_all(page, address, name)
            while not outputs:
                if time.monotonic() > clicked + 120:
                    raise BookError(f"{name} gives no output in JupyterLab: try `make lab`")
                page.wait_for_timeout(20)
            need = Need.of(server.pid, seconds)
            page.close()
            return (seconds, idle - start, outputs[0] - clicked), need


def forget():
    """Have Linux drop the environment's files from its memory, as where nobody has come before."""
    for path in (path for prefix in (sys.prefix, sys.base_prefix) for path in Path(prefix).rglob("*")):
        with contextlib.suppress(OSError), path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def waiting():
    """Print the table about waiting; returns the `Need` of a server with a reader, or None where there is no browser."""
    if not (path := browser()):
        print("No Chromium, so no table about waiting: install one, or set CHROMIUM=/path/to/chromium\n")
        return None
    print(f"{'from a link to an output':29}{'server':>9}{'page':>11}{'output':>11}{'together':>11}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path)
        for name in VISITED:
            runs = {"cold": [], "warm": []}
            for _ in range(RUNS):
                forget()
                for kind in runs.values():
                    seconds, need = visit(chromium, name)
                    kind.append(seconds)
            for kind, seconds in runs.items():
                parts = [statistics.median(part) for part in zip(*seconds)]
                print(f"{f'{name}, {kind}':29}{parts[0]:9.1f}{parts[1]:11.1f}{parts[2]:11.1f}{sum(parts):11.1f}", flush=True)
        chromium.close()
    print()
    return need


def runnable(cells):
    """Whether everything that cells import from torch's family is installed."""
    wanted = set(re.findall(r"^(?:import|from) (torch|d2l|torchvision)\b", "\n".join(cells), re.MULTILINE))
    wanted |= {"torchvision"} if "d2l" in wanted else set()
    return all(map(importlib.util.find_spec, wanted))


def main(argv=None):
    """Print the table; returns the exit status."""
    parser = argparse.ArgumentParser(prog="tools.measure_kernel", description="Measure what a student's server needs.")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="a page such as cascade; all, if none is given")
    pages = [BOOK.page(name) for name in parser.parse_args(argv).pages] or BOOK.notebooks()
    if platform.system() != "Linux":
        print("measure_kernel reads /proc, so it runs on Linux alone", file=sys.stderr)
        return 1
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("torch", "d2l") if runnable([f"import {name}"])]
    print(f"{', '.join(versions)}, Python {platform.python_version()}, {os.cpu_count()} cores; seconds and MB\n")
    read = waiting() if runnable(["import d2l"]) else None
    print(f"{'':29}{'seconds':>9}{'processor':>11}{'memory':>11}{'its own':>11}{'at most':>11}")
    server = read or lab()
    print(server.line("JupyterLab with a reader" if read else "JupyterLab with nobody in it"), flush=True)
    for name, code in IMPORTS.items():
        if runnable([*code.splitlines()]):
            runs = [kernel([code]) for _ in range(RUNS)]
            need = Need(*(statistics.median(getattr(run, f) for run in runs) for f in Need.__dataclass_fields__))
            print(need.line(f"a kernel with {name}"), flush=True)
    needs = {}
    for page in pages:
        nb = without_solutions(read_twin(page))
        cells = [cell.source for cell in nb.cells if cell.cell_type == "code"]
        if runnable(cells):
            needs[page.name] = kernel(cells)
            print(needs[page.name].line(page.name), flush=True)
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
    try:
        sys.exit(main())
    except BookError as error:
        sys.exit(str(error))
