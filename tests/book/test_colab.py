"""The set-up cells where there is no d2l, as on Colab: they bring it, once, silently."""

import os
import shutil
import subprocess
import venv
import zipfile
from pathlib import Path

import pip
import pytest
from IPython.core.inputtransformer2 import TransformerManager

from chapter.pages import read_page
from chapter.twins import code_cells, is_setup
from tools import BOOK

#: What a bare environment has in IPython's place, so that a cell runs there as a script.
IPYTHON = """
import types
def get_ipython():
    return types.SimpleNamespace(run_line_magic=lambda *_: None)
"""


def wheel(folder, name, version="1", needs=""):
    """Write a package of one empty module; `needs` is what it asks for."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + (
        needs and f"Requires-Dist: {needs}\n"
    )
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as file:
        file.writestr(f"{name}.py", "")
        file.writestr(f"{info}/METADATA", metadata)
        file.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        file.writestr(f"{info}/RECORD", "")


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An environment with pip alone, and a script: the set-up cell for d2l, then its imports."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder / "venv", symlinks=True)  # with_pip takes seconds
    (packages,) = folder.glob("venv/lib/python*/site-packages")
    shutil.copytree(Path(pip.__file__).parent, packages / "pip")
    cell = TransformerManager().transform_cell((BOOK.setup / "d2l.ipy").read_text("utf-8"))
    (folder / "cell.py").write_text(f"{IPYTHON}\n{cell}\nimport d2l, pandas, requests, scipy\n")
    (folder / "matplotlib.py").write_text("rcParams = {}\n")
    (folder / "wheels").mkdir()
    return folder


def run(folder):
    """Run the cell; pip sees nothing but the folder of wheels."""
    return subprocess.run(
        [folder / "venv/bin/python", "cell.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(folder / "wheels"),
            "PIP_CONFIG_FILE": os.devnull,
        },
    )


@pytest.mark.parametrize("page", BOOK.notebooks(), ids=lambda page: page.name)
def test_a_page_has_the_set_up_of_d2l_where_it_uses_d2l(page):
    cells = code_cells(read_page(page))
    shown = "\n".join(cell.source for cell in cells if not is_setup(cell))
    assert ("d2l" in page.front_matter["setup"]) == ("d2l." in shown or "import d2l" in shown)
    assert page.front_matter["setup"][0] == "errors"
    assert ("import torch as d2l" in shown) == ("d2l." in shown), (
        "it imports d2l, which takes seconds, and does not use it"
    )
    assert is_setup(cells[0])


def test_d2l_comes_once_and_silently(bare):
    failed = run(bare)
    last = failed.stderr.strip().splitlines()[-1]
    assert failed.returncode and last.startswith(
        "RuntimeError: pip cannot install d2l (is there a network?): ERROR: No"
    )

    wheel(
        bare / "wheels", "d2l", "1.0.3", needs="numpy==1.23.5"
    )  # no such wheel: its pins are not asked for
    for name, needs in (("pandas", "more"), ("more", ""), ("requests", ""), ("scipy", "")):
        wheel(bare / "wheels", name, needs=needs)
    done = run(bare)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    shutil.rmtree(next(bare.glob("venv/lib/python*/site-packages/pip")))
    again = run(bare)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
