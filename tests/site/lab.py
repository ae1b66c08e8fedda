"""JupyterLab as Binder starts it, and the way through its menus."""

import contextlib
import os
import re
import subprocess
from pathlib import Path

import nbformat
from playwright.sync_api import expect

from chapter.editions import write_readers_edition
from chapter.files import write_notebook
from tools import BOOK

CONFIG = BOOK.root / "binder/jupyter"


def write_unexecuted(folder: Path) -> None:
    """Write the readers' notebooks into `folder`/book, without outputs."""
    write_readers_edition(BOOK, folder / "book")
    for path in folder.glob("book/*.ipynb"):
        nb = nbformat.read(path, 4)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.update(outputs=[], execution_count=None)
        write_notebook(nb, path)


@contextlib.contextmanager
def serve(folder: Path, jupyter: Path):
    """Start JupyterLab in a folder, its home, on a port that is free; stop it at the end.

    Yields:
        The server's address; its token is "secret".
    """
    server = subprocess.Popen(
        [jupyter, "lab", "--ip=127.0.0.1", "--port=0", "--no-browser", "--allow-root",
         "--NotebookApp.base_url=/user/reader/", "--NotebookApp.token=secret",
         "--NotebookApp.trust_xheaders=True"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "HOME": str(folder), "JUPYTER_CONFIG_PATH": str(CONFIG)},
    )  # fmt: skip
    log = ""
    try:
        for line in server.stderr:
            log += line
            if found := re.search(r"http://127\.0\.0\.1:\d+/user/reader", line):
                yield found[0]
                return
        raise AssertionError(f"JupyterLab does not start: {log}")
    finally:
        server.terminate()
        server.stderr.close()
        server.wait()


def open_notebook(page, url: str, name: str) -> None:
    """Open a notebook and wait for its kernel: JupyterLab silently drops what is run before."""
    page.goto(url)
    # Tabs of earlier visits come back first: until the status bar has this name, its "Idle" is
    # another notebook's.
    status = re.compile(rf"Python 3 \(ipykernel\) \| Idle.*{name}\.ipynb", re.DOTALL)
    expect(page.locator("#jp-main-statusbar")).to_have_text(status, timeout=60_000)


def run_all(page, address: str, name: str) -> None:
    """Open a notebook by the link that its page's button leads to, and run it by the menu."""
    open_notebook(page, f"{address}/lab/tree/book/{name}.ipynb?token=secret", name)
    choose(page, "View", "Expand All Code")  # a folded cell shows no number
    choose(page, "Run", "Run All Cells")


def choose(page, menu: str, name: str) -> None:
    """Choose an entry of a menu, once it can be chosen."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    item = page.locator(".lm-Menu-item", has_text=re.compile(f"^{name}$"))
    expect(item).not_to_have_class(re.compile("lm-mod-disabled"), timeout=30_000)
    item.click()
