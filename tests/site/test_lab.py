"""JupyterLab in a real Chromium: the reader's notebooks run through its menu, as on Binder.

The default is two short pages. For all of them, or with another environment:
LAB_PAGES="architectures cascade ..." JUPYTER=/path/to/jupyter pytest tests/site/test_lab.py
"""

import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from chapter.editions import readers_notebook
from chapter.outputs import difference
from tests.site import lab as jupyterlab
from tools import BOOK

#: They share a JupyterLab, so that all of these belong to one worker.

PAGES = os.environ.get("LAB_PAGES", "index recap").split()
JUPYTER = os.environ.get("JUPYTER", Path(sys.executable).parent / "jupyter")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on the reader's edition, as Binder starts it; returns (folder, address)."""
    folder = tmp_path_factory.mktemp("lab")
    jupyterlab.write_unexecuted(folder)
    with jupyterlab.serve(folder, JUPYTER) as address:
        yield folder, address


@pytest.mark.parametrize("name", PAGES)
def test_run_all_cells_gives_the_outputs_of_the_page(lab, page, name):
    folder, address = lab
    jupyterlab.run_all(page, address, name)
    assert page.locator(".jp-Dialog, .jp-toast-message").all_inner_texts() == []
    assert not page.get_by_text(re.compile("nbgrader", re.IGNORECASE)).all()

    wanted = [c for c in readers_notebook(BOOK.page(name)).cells if c.cell_type == "code"]
    prompt = page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt").last
    expect(prompt).to_have_text(f"[{len(wanted)}]:", timeout=180_000)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=180_000)
    page.keyboard.press("Control+s")
    # The saved file is a moment behind.
    expect(page.locator(".jp-mod-current .jp-DirtyIndicator, .jp-mod-dirty")).to_have_count(0)
    saved = nbformat.read(folder / "book" / f"{name}.ipynb", 4)
    run = [c for c in saved.cells if c.cell_type == "code"]
    assert [c.execution_count for c in run] == list(range(1, len(wanted) + 1))
    for ours, theirs in zip(wanted, run, strict=True):
        assert difference(ours.outputs, theirs.outputs) is None, ours.source


def test_a_link_of_a_class_opens_its_page_alone(lab, page):
    """Notebooks of earlier visits stay closed: kernels for all would take too much memory."""
    _, address = lab
    for name in ("seeds", "own"):
        jupyterlab.open_notebook(
            page, f"{address}/lab/workspaces/{name}/tree/book/{name}.ipynb?token=secret", name
        )
        expect(page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")).to_have_text([f"{name}.ipynb"])
