"""nbval, made strict: `pytest book` runs every cell of every twin and compares every output.

Out of the box nbval lets differences pass. Each is closed here, and tests/test_strict.py corrupts
a stored output in each of these ways and sees the run fail:

- it compares neither images, tracebacks, LaTeX, metadata nor the type of an output, and joins
  a stream across the outputs between its pieces: here all of an output is compared, in order;
- it passes a cell that was never run, a stripped notebook, and a cell tagged ``raises-exception``
  that stores no error: here each is refused before anything runs;
- it lets a cell switch the comparison off by a tag or a comment: here that is refused;
- it runs cells without history, so that a trailing ``;`` prints: here with it, as Jupyter does.
"""

import difflib
import json
import re

import nbformat
import nbval.kernel
import nbval.plugin
import pytest

from tools import notebooks

SWITCH = re.compile(r"nbval-|#\s*(NBVAL|PYTEST_VALIDATE)_", re.IGNORECASE)


def canonical(outputs):
    """What is compared of a cell's outputs: everything but the number of the run."""
    plain = json.loads(json.dumps(notebooks.joined(outputs)))
    for output in plain:
        output.pop("execution_count", None)
        output.pop("transient", None)
        for kind, value in output.get("data", {}).items():
            # The notebook format stores a text as a list of lines or as one; JSON stays JSON.
            if isinstance(value, list) and not kind.endswith("json"):
                output["data"][kind] = "".join(value)
    return plain


def difference(stored, fresh):
    """Compare the stored outputs of a cell with those of a run of now.

    Args:
        stored, fresh: lists of notebook outputs.

    Returns:
        None where they are the same, else the lines of a diff.
    """
    old, new = canonical(stored), canonical(fresh)
    if old == new:
        return None
    texts = [json.dumps(x, indent=1, ensure_ascii=False).replace("\\n", "\n").splitlines() for x in (old, new)]
    return list(difflib.unified_diff(*texts, "stored in the twin", "the run of now", n=2, lineterm=""))


def refusal(path):
    """Say why a notebook is not fit to be compared, or None."""
    try:
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
    except Exception as error:
        return f"it is not a valid notebook ({type(error).__name__})"
    for number, cell in enumerate(nb.cells, 1):
        if cell.cell_type == "code" and (
            SWITCH.search(cell.source) or any(SWITCH.search(tag) for tag in cell.metadata.get("tags", []))
        ):
            return f"cell {number} tells nbval to look away"
    return notebooks.unexecuted(nb)


class StrictFile(nbval.plugin.IPyNbFile):
    """A notebook, whose cells are refused before they run where they cannot be compared."""

    def collect(self):
        """Collect the cells; raise where the notebook is not fit to be compared."""
        page = self.path.with_suffix(".md")
        try:
            if page.exists():
                notebooks.read_twin(page)
            elif self.path.parent == notebooks.BOOK:
                raise notebooks.BookError(f"{notebooks.name(self.path)} has no page {page.name}: delete it")
        except notebooks.BookError as error:
            raise self.CollectError(str(error)) from error
        if reason := refusal(self.path):
            raise self.CollectError(f"{notebooks.name(self.path)}: {reason}: {notebooks.REMEDY}")
        for cell in super().collect():
            cell.__class__ = StrictCell
            yield cell


class StrictCell(nbval.plugin.IPyNbCell):
    """A cell of which every output is compared."""

    def compare_outputs(self, test, ref, skip_compare=None):
        """Compare a run's outputs with the stored ones; a diff goes into the report."""
        diff = difference(ref, test)
        self.comparison_traceback = diff or []
        return diff is None


def pytest_collect_file(file_path, parent):
    """Collect notebooks strictly, whether or not nbval's own flags are given."""
    if file_path.suffix == ".ipynb" and ".ipynb_checkpoints" not in file_path.parts:
        return StrictFile.from_parent(parent, path=file_path)


def _with_history(kernel, cell_input, allow_stdin=None):
    return kernel.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Set nbval up as the book needs it."""
    config.option.nbval_current_env = True
    config.option.nbval_cell_timeout = notebooks.CELL_TIMEOUT
    nbval.kernel.RunningKernel.execute_cell_input = _with_history
    nbval.plugin.coalesce_streams = notebooks.joined
