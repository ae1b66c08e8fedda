"""JupyterLab in a real Chromium: the reader's notebooks run through its menu, as on Binder.

The default is two short pages. For all of them, or with another environment:
LAB_PAGES="architectures cascade ..." JUPYTER=/path/to/jupyter pytest tests/site/test_lab.py
"""

import os
import re
import sys
import time
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from chapter.editions import readers_notebook
from chapter.outputs import difference
from tools import BOOK, measure_kernel

PAGES = os.environ.get("LAB_PAGES", "index recap").split()
JUPYTER = os.environ.get("JUPYTER", Path(sys.executable).parent / "jupyter")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on the reader's edition, started as Binder starts it; returns (folder, address)."""
    folder = tmp_path_factory.mktemp("lab")
    measure_kernel.readers(folder)
    with measure_kernel.serve(folder, JUPYTER) as (_, address, _):
        yield folder, address


@pytest.mark.parametrize("name", PAGES)
def test_run_all_cells_gives_the_outputs_of_the_page(lab, page, name, pytestconfig):
    folder, address = lab
    measure_kernel.run_all(page, address, name)
    assert page.locator(".jp-Dialog, .jp-toast-message").all_inner_texts() == []
    assert not page.get_by_text(re.compile("nbgrader", re.IGNORECASE)).all()

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
    wanted = [c for c in readers_notebook(BOOK.page(name)).cells if c.cell_type == "code"]
    assert done == list(range(1, len(wanted) + 1))
    for ours, theirs in zip(wanted, run, strict=True):
        assert difference(ours.outputs, theirs.outputs) is None, ours.source


def test_a_link_of_a_class_opens_its_page_alone(lab, page):
    """Notebooks of earlier visits stay closed: a kernel for each would soon be more than a student may have."""
    _, address = lab
    for name in ("seeds", "own"):
        measure_kernel.open_notebook(page, f"{address}/lab/workspaces/{name}/tree/book/{name}.ipynb?token=secret", name)
        expect(page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")).to_have_text([f"{name}.ipynb"])
