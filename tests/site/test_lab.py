"""JupyterLab in a real Chromium: the reader's notebooks run through its menu, as on Binder.

The default is two short pages. For all of them, or with another environment:
LAB_PAGES="architectures cascade ..." JUPYTER=/path/to/jupyter pytest tests/site/test_lab.py
"""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from conftest import difference
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
    yield folder, f"http://127.0.0.1:{port}/user/reader"
    server.terminate()
    server.wait(20)


def opened(page, address, name):
    """Open a notebook with the address that the site's button ends in; wait for its kernel."""
    for _ in range(60):
        try:
            urllib.request.urlopen(f"{address}/api?token=secret", timeout=5)
            break
        except OSError:
            page.wait_for_timeout(500)
    page.goto(f"{address}/lab/tree/book/{name}.ipynb?token=secret")
    expect(page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator")).to_have_attribute(
        "data-status", "idle", timeout=60_000
    )


@pytest.mark.parametrize("name", PAGES)
def test_run_all_cells_gives_the_outputs_of_the_page(lab, page, name):
    folder, address = lab
    opened(page, address, name)
    assert page.locator(".jp-Dialog, .jp-toast-message").count() == 0
    for menu, item in ("Run", "Run All Cells"), ("File", "Save Notebook"):
        page.get_by_role("menuitem", name=menu, exact=True).click()
        page.get_by_role("menuitem", name=item, exact=True).or_(
            page.locator(".lm-Menu-item", has_text=re.compile(f"^{item}"))
        ).first.click()
        wanted = notebooks.readers(notebooks.BOOK / f"{name}.md")
        code = [cell for cell in wanted.cells if cell.cell_type == "code"]
        if menu == "Run":  # cells far down may not be in the page: the indicator counts them all
            expect(page.locator(".jp-Notebook-ExecutionIndicator").first).to_have_attribute(
                "data-status", "idle", timeout=120_000
            )
    path = folder / "book" / f"{name}.ipynb"
    for _ in range(60):
        run = [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
        if run[-1].execution_count:
            break
        page.wait_for_timeout(500)
    assert [c.execution_count for c in run] == list(range(1, len(code) + 1))
    for ours, theirs in zip(code, run, strict=True):
        assert difference(ours.outputs, theirs.outputs) is None, ours.source
