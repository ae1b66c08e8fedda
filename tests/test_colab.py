"""The set-up cells where there is no d2l, as on Colab: they bring it, once, without a word."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from tools import notebooks

#: What a bare environment has in IPython's place, so that a cell runs there as a script.
IPYTHON = """
import types
def get_ipython():
    return types.SimpleNamespace(run_line_magic=lambda *_: None)
"""


def cells(page, hidden):
    """The code cells that a page hides, or those that it shows."""
    code = [c for c in notebooks.read_page(page).cells if c.cell_type == "code"]
    return [c.source for c in code if ("remove-cell" in c.metadata.get("tags", [])) == hidden]


def wheel(folder, name, version="1", needs=""):
    """Write a package of one empty module; `needs` is what it asks for."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + (needs and f"Requires-Dist: {needs}\n")
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as file:
        file.writestr(f"{name}.py", "")
        file.writestr(f"{info}/METADATA", metadata)
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An environment with pip alone, and a script: the set-up cell for d2l, then its imports."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    cell = TransformerManager().transform_cell(cells(notebooks.BOOK / "recap.md", hidden=True)[1])
    (folder / "cell.py").write_text(f"{IPYTHON}\n{cell}\nimport d2l, pandas, requests, scipy\n")
    (folder / "matplotlib.py").write_text("rcParams = {}\n")
    (folder / "wheels").mkdir()
    return folder


def run(folder):
    """Run the cell; pip sees nothing but the folder of wheels."""
    return subprocess.run(
        [folder / "venv/bin/python", "cell.py"], cwd=folder, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder / "wheels"),
             "PIP_CONFIG_FILE": os.devnull},
    )


@pytest.mark.parametrize("page", notebooks.pages(), ids=lambda page: page.stem)
def test_a_page_begins_with_the_set_up_and_with_that_of_d2l_where_it_uses_d2l(page):
    first, second = cells(notebooks.BOOK / "recap.md", hidden=True)
    shown = "\n".join(cells(page, hidden=False))
    assert cells(page, hidden=True) == ([first, second] if "d2l" in shown else [first])
    assert ("d2l" in shown) == ("d2l." in shown), "it imports d2l, which takes seconds, and does not use it"
    start = [c.metadata.get("tags") for c in notebooks.read_page(page).cells if c.cell_type == "code"]
    assert start[0] == ["remove-cell"]


def test_d2l_comes_once_and_without_a_word(bare):
    failed = run(bare)
    last = failed.stderr.strip().splitlines()[-1]
    assert failed.returncode and last.startswith("RuntimeError: pip cannot install d2l (is there a network?): ERROR: No")

    wheel(bare / "wheels", "d2l", "1.0.3", needs="numpy==1.23.5")  # no such wheel: its pins are not asked for
    for name, needs in (("pandas", "more"), ("more", ""), ("requests", ""), ("scipy", "")):
        wheel(bare / "wheels", name, needs=needs)
    done = run(bare)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    shutil.rmtree(next(bare.glob("venv/lib/python*/site-packages/pip")))
    again = run(bare)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
