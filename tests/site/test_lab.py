"""JupyterLab in a real Chromium: the reader's notebooks run through its menu, as on Binder.

The default is two short pages. For all of them, or with another environment:
LAB_PAGES="architectures cascade ..." JUPYTER=/path/to/jupyter pytest tests/site/test_lab.py
"""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from tools import notebooks

PAGES = os.environ.get("LAB_PAGES", "index recap").split()
JUPYTER = os.environ.get("JUPYTER", Path(sys.executable).parent / "jupyter")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on the reader's edition, started as Binder starts it; returns (folder, address)."""
    folder = tmp_path_factory.mktemp("lab")
    notebooks.write_readers(folder / "book")
    for path in folder.glob("book/*.ipynb"):
        nb = nbformat.read(path, 4)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.update(outputs=[], execution_count=None)
        notebooks.write(nb, path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [JUPYTER, "lab", "--ip=127.0.0.1", f"--port={port}", "--no-browser", "--allow-root",
         "--NotebookApp.base_url=/user/reader/", "--NotebookApp.token=secret", "--NotebookApp.trust_xheaders=True"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder), "JUPYTER_CONFIG_PATH": str(notebooks.ROOT / "binder/jupyter")},
    )
    address, wait = f"http://127.0.0.1:{port}/user/reader", time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/api?token=secret", timeout=5).close()
            break
        except OSError:
            assert server.poll() is None and time.monotonic() < wait, "JupyterLab did not start"
            time.sleep(0.5)
    yield folder, address
    server.terminate()
    server.wait(20)


def open_notebook(page, url, name):
    """Open a notebook and wait for its kernel: JupyterLab drops what is run before that, and says nothing."""
    page.goto(url)
    # Tabs of earlier visits come back first: until the status bar has this name, its "Idle" is another notebook's.
    status = re.compile(rf"Python 3 \(ipykernel\) \| Idle.*{name}\.ipynb", re.DOTALL)
    expect(page.locator("#jp-main-statusbar")).to_have_text(status, timeout=60_000)


@pytest.mark.parametrize("name", PAGES)
def test_run_all_cells_gives_the_outputs_of_the_page(lab, page, name, pytestconfig):
    folder, address = lab
    open_notebook(page, f"{address}/lab/tree/book/{name}.ipynb?token=secret", name)  # as the site's button has it
    assert page.locator(".jp-Dialog, .jp-toast-message").all_inner_texts() == []
    assert not page.get_by_text(re.compile("nbgrader", re.IGNORECASE)).all()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    item = page.locator(".lm-Menu-item", has_text=re.compile("^Run All Cells$"))
    expect(item).not_to_have_class(re.compile("lm-mod-disabled"), timeout=30_000)
    item.click()

    done, wait = [None], time.monotonic() + 180
    while None in done and time.monotonic() < wait:
        page.wait_for_timeout(1000)
        page.keyboard.press("Control+s")
        try:
            saved = nbformat.read(folder / "book" / f"{name}.ipynb", 4)
        except nbformat.reader.NotJSONError:
            continue  # it is being written
        run = [c for c in saved.cells if c.cell_type == "code"]
        done = [c.execution_count for c in run]
    wanted = [c for c in notebooks.readers(notebooks.BOOK / f"{name}.md").cells if c.cell_type == "code"]
    assert done == list(range(1, len(wanted) + 1))
    strict = pytestconfig.pluginmanager.get_plugin(str(notebooks.ROOT / "conftest.py"))
    for ours, theirs in zip(wanted, run, strict=True):
        assert strict.difference(ours.outputs, theirs.outputs) is None, ours.source


def test_a_link_of_a_class_opens_its_page_alone(lab, page):
    """Notebooks of earlier visits stay closed: a kernel for each would soon be more than a student may have."""
    _, address = lab
    for name in ("seeds", "own"):
        open_notebook(page, f"{address}/lab/workspaces/{name}/tree/book/{name}.ipynb?token=secret", name)
        expect(page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")).to_have_text([f"{name}.ipynb"])
