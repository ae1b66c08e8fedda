"""That nothing gets past the comparison: corrupt a stored output, see the run fail."""

import asyncio
import base64
import copy
import os
import random
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from chapter.execution import execute
from chapter.outputs import difference, joined
from chapter.twins import code_cells, is_setup, read_twin
from tests.small import HEAD, make_book
from tests.small import code as code_cell
from tools import BOOK

# --- every output of the book, each corruption --------------------------------


def texts(output):
    """The texts of an output, as (holder, key) pairs: ``holder[key]`` reads and writes one."""
    if output.output_type == "stream":
        yield output, "text"
    elif output.output_type == "error":
        yield output, "ename"
        yield output, "evalue"
        for line in range(len(output.traceback)):
            yield output.traceback, line
    else:
        for kind in output.data:
            yield output.data, kind


def with_one_changed(text, rng):
    """The text with one character replaced by another."""
    place = rng.randrange(len(text))
    return text[:place] + ("#" if text[place] != "#" else "*") + text[place + 1 :]


def corruptions(outputs, rng):
    """Yield (what was done, corrupted copy) for the outputs of one cell."""
    for number, output in enumerate(outputs):
        places = [key for _, key in texts(output)]
        for which, key in enumerate(places):
            for _ in range(10):
                bad = copy.deepcopy(outputs)
                holder, key = list(texts(bad[number]))[which]
                if isinstance(holder[key], str) and holder[key]:
                    holder[key] = with_one_changed(holder[key], rng)
                    yield f"changed {key} of output {number}", bad
            bad = copy.deepcopy(outputs)
            holder, key = list(texts(bad[number]))[which]
            if holder[key] != "":
                holder[key] = ""
                yield f"emptied {key} of output {number}", bad
        if svg := output.get("data", {}).get("image/svg+xml"):
            point = rng.choice(list(re.finditer(r"(?<=[ML] )\d+(\.\d+)?", svg)))
            bad = copy.deepcopy(outputs)
            moved = f"{float(point[0]) + 0.001:.6f}"
            bad[number].data["image/svg+xml"] = svg[: point.start()] + moved + svg[point.end() :]
            yield f"moved a point of output {number}", bad
        yield f"dropped output {number}", outputs[:number] + outputs[number + 1 :]
        yield f"doubled output {number}", outputs[: number + 1] + outputs[number:]
        bad = copy.deepcopy(outputs)
        was = bad[number].output_type
        bad[number].output_type = "display_data" if was != "display_data" else "execute_result"
        yield f"{was} became {bad[number].output_type}", bad
        if number and outputs[number] != outputs[number - 1]:
            bad = copy.deepcopy(outputs)
            bad[number - 1], bad[number] = bad[number], bad[number - 1]
            yield f"swapped outputs {number - 1} and {number}", bad
    added = nbformat.v4.new_output("stream", text="more\n")
    yield "added an output", [*outputs, added]
    if outputs:
        yield "emptied the cell", []


@pytest.mark.parametrize("page", BOOK.notebooks(), ids=lambda page: page.name)
def test_every_corruption_of_every_output_is_noticed(page):
    rng = random.Random(page.name)
    cells = code_cells(read_twin(page))
    tried = 0
    for number, cell in enumerate(cells, 1):
        outputs = joined(cell.outputs)
        assert difference(outputs, copy.deepcopy(outputs)) is None
        for what, bad in corruptions(outputs, rng):
            if len(bad) > len(outputs) and joined(bad) == outputs:
                continue
            assert difference(bad, outputs), f"cell {number}: {what}, and nobody noticed"
            tried += 1
    assert tried >= len(cells)


# --- the holes of nbval, through a real run -----------------------------------

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n stands for a picture").decode()
SOURCES = {
    "stream": "print('one')",
    "result": "6 * 7",
    "quiet": "6 * 7;",
    "svg": "display({'image/svg+xml': '<svg><path d=\"M 1 2\"/></svg>'}, raw=True)",
    "png": f"display({{'image/png': '{PIXEL}'}}, raw=True)",
    "jpeg": f"display({{'image/jpeg': '{PIXEL}'}}, raw=True)",
    "latex": "display({'text/latex': '$x^2$'}, raw=True)",
    "html": "display({'text/html': '<b>1</b>'}, raw=True)",
    "error": "1 / 0",
    "around": "print('before'); display('between'); print('after')",
}
LOUD = [name for name in SOURCES if name != "quiet"]


def change(outputs, name):
    """One small change in the outputs of the cell with this name."""
    output = outputs[0]
    if name == "error":
        output.traceback[-1] = output.traceback[-1].replace("division", "divisoin")
    elif name == "around":
        outputs[1], outputs[2] = outputs[2], outputs[1]
    elif name == "stream":
        output.text = "One\n"
    else:
        (kind,) = output.data
        output.data[kind] = output.data[kind][:-2] + "!" + output.data[kind][-1]


def retype(outputs, name):
    """Another type of output, or for an error another name."""
    output = outputs[0]
    if name == "result":
        outputs[0] = nbformat.v4.new_output("display_data", data=output.data)
    elif name == "error":
        output.ename = "ArithmeticError"
    elif name == "stream":
        output.name = "stderr"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A small notebook with an output of each kind, executed as the book's pages are."""
    options = {"error": ":tags: [raises-exception]\n"}
    cells = "\n".join(code_cell(source, options.get(name, "")) for name, source in SOURCES.items())
    book = make_book(tmp_path_factory.mktemp("page"), strict=f"{HEAD}# Strict\n\n{cells}")
    return asyncio.run(execute(book.page("strict")))


def code(nb):
    """The cells by their names in `SOURCES`."""
    return dict(zip(SOURCES, [cell for cell in code_cells(nb) if not is_setup(cell)], strict=True))


def every(mend):
    """A corruption of a notebook, made of one of a cell's outputs."""
    return lambda cells: [mend(cells[name].outputs, name) for name in LOUD]


#: What is done to the cells of a copy. These copies run, one after the other in one kernel…
RUN = {
    "good": lambda cells: None,
    "changed": every(change),
    "retyped": every(retype),
    "dropped": every(lambda outputs, name: name == "error" or outputs.clear()),
    "added": every(
        lambda outputs, name: outputs.append(nbformat.v4.new_output("stream", text="+"))
    ),
}
#: … and these are refused before they run.
REFUSED = {
    "unrun": lambda cells: cells["result"].update(execution_count=None, outputs=[]),
    "stripped": lambda cells: [
        cell.update(execution_count=None, outputs=[]) for cell in cells.values()
    ],
    "errorless": lambda cells: cells["error"].update(outputs=[]),
    "tagged": lambda cells: cells["stream"].metadata.update(tags=["nbval-ignore-output"]),
    "commented": lambda cells: cells["stream"].update(source="# NBVAL_IGNORE_OUTPUT\nprint('one')"),
}


@pytest.fixture(scope="module")
def report(notebook, tmp_path_factory):
    """One pytest session over good and bad copies: ``{(copy, cell or "refused"): outcome}``."""
    root = make_book(tmp_path_factory.mktemp("twins"), page="# A page\n").root
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(BOOK.root / name, root)
    folder = root / "copies"
    folder.mkdir()
    run = copy.deepcopy(notebook)
    run.cells = [cell for cell in code_cells(run) if is_setup(cell)]
    names = [("good", "setup")]
    for name, mend in RUN.items():
        cells = code(copy.deepcopy(notebook))
        mend(cells)
        for cell_name, cell in cells.items():
            cell.id = f"{name}-{cell_name}"
            run.cells.append(cell)
            names.append((name, cell_name))
    for count, cell in enumerate(run.cells, 1):
        for part in cell, *cell.outputs:
            if "execution_count" in part:
                part.execution_count = count
    nbformat.write(run, folder / "run.ipynb")
    for name, mend in REFUSED.items():
        nb = copy.deepcopy(notebook)
        mend(code(nb))
        nbformat.write(nb, folder / f"{name}.ipynb")
    (folder / "broken.ipynb").write_text('{"cells": [')
    said = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-rA",
            "--tb=no",
            "-q",
            "--continue-on-collection-errors",
            "copies",
        ],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(BOOK.root)},
        capture_output=True,
        text=True,
    )
    assert said.returncode, said.stdout
    return {
        names[int(cell)] if cell else (name, "refused"): outcome
        for outcome, name, cell in re.findall(
            r"^(PASSED|FAILED|ERROR) copies/(\w+)\.ipynb(?:::Cell (\d+))?", said.stdout, re.M
        )
    }


@pytest.mark.parametrize("cell", SOURCES)
def test_a_good_twin_passes(report, cell):
    assert report["good", cell] == "PASSED"


@pytest.mark.parametrize("cell", LOUD)
@pytest.mark.parametrize("how", ["changed", "dropped", "added"])
def test_a_corrupted_output_fails(report, how, cell):
    if (how, cell) != ("dropped", "error"):  # a cell without its error is refused, see below
        assert report[how, cell] == "FAILED"


@pytest.mark.parametrize("cell", ["result", "error", "stream"])
def test_another_type_or_name_fails(report, cell):
    assert report["retyped", cell] == "FAILED"


@pytest.mark.parametrize("how", ["unrun", "stripped", "errorless", "tagged", "commented", "broken"])
def test_a_notebook_that_cannot_be_compared_is_refused(report, how):
    assert report[how, "refused"] == "ERROR"


def test_a_semicolon_silences_as_in_jupyter(notebook, report):
    assert code(notebook)["quiet"].outputs == []
    assert report["good", "quiet"] == "PASSED"


@pytest.mark.parametrize(
    "newer, older",
    [
        (
            "super(type, obj): obj (instance of Linear) is not an instance or subtype of type (A).",
            "super(type, obj): obj must be an instance or subtype of type",
        ),
        (
            "f() got an unexpected keyword argument 'a'. Did you mean 'b'?",
            "f() got an unexpected keyword argument 'a'",
        ),
    ],
)
def test_a_message_may_be_in_the_words_of_any_python(newer, older):
    def error(name, message):
        return nbformat.v4.new_output(
            "error", ename=name, evalue=message, traceback=[f"{name}: {message}"]
        )

    for one, other in (newer, older), (older, newer):
        assert difference([error("TypeError", one)], [error("TypeError", other)]) is None
        assert difference([error("TypeError", one)], [error("ValueError", other)])
        assert difference([error("TypeError", one)], [error("TypeError", other + "!")])
