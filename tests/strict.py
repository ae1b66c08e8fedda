"""nbval, made strict: pytest runs every cell of every twin and compares every output.

Out of the box nbval lets differences pass. Each is closed here, and test_strict.py corrupts a
stored output in each of these ways and sees the run fail:

- it compares neither images, tracebacks, LaTeX, metadata nor the type of an output, and joins
  a stream across the outputs between its pieces: here all of an output is compared, in order;
- it passes a cell that was never run, a stripped notebook, and a cell tagged ``raises-exception``
  that stores no error: here each is refused before anything runs;
- it lets a cell switch the comparison off by a tag or a comment: here that is refused;
- it runs cells without history, so that a trailing ``;`` prints: here with it, as Jupyter does.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import nbval.plugin
import pytest
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, RunningKernel

from chapter import outputs, twins
from chapter.book import Book, BookError
from chapter.execution import CELL_TIMEOUT

SWITCH = re.compile(r"nbval-|#\s*(NBVAL|PYTEST_VALIDATE)_", re.IGNORECASE)


def refusal(path: Path) -> str | None:
    """Say why a notebook is not fit to be compared, or None."""
    try:
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
    except Exception as error:
        return f"it is not a valid notebook ({type(error).__name__})"
    for number, cell in enumerate(nb.cells, 1):
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code" and any(map(SWITCH.search, [cell.source, *tags])):
            return f"cell {number} tells nbval to look away"
    wrong = outputs.unexecuted(nb)
    return wrong and f"code cell {wrong[0]} {wrong[1]}"


class Kernel(RunningKernel):
    """A kernel that runs cells as Jupyter does, with history."""

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Start a cell; returns the id of its message."""
        return self.kc.execute(
            cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
        )


class StrictFile(nbval.plugin.IPyNbFile):
    """A notebook, whose cells are refused before they run where they cannot be compared."""

    def setup(self) -> None:
        """Start the kernel, in an empty folder, as when the twin was made."""
        self.folder = tempfile.TemporaryDirectory(prefix="cells-", ignore_cleanup_errors=True)
        self.kernel = Kernel(
            CURRENT_ENV_KERNEL_NAME,
            cwd=self.folder.name,
            startup_timeout=self.config.option.nbval_kernel_startup_timeout,
        )

    def teardown(self) -> None:
        """Stop the kernel."""
        super().teardown()
        self.folder.cleanup()

    def collect(self) -> Iterator[pytest.Item]:
        """Collect the cells; raise where the notebook is not fit to be compared."""
        try:
            book = Book.find(self.path.parent)
            page = book.page(self.path.stem)
            if self.path == page.twin:
                if not page.path.exists():
                    raise BookError(
                        f"{book.relative(self.path)} has no page {page.path.name}: delete it"
                    )
                twins.read_twin(page)
        except BookError as error:
            raise self.CollectError(str(error)) from error
        if reason := refusal(self.path):
            raise self.CollectError(f"{book.relative(self.path)}: {reason}: {twins.REMEDY}")
        for cell in super().collect():
            yield StrictCell.from_parent(
                self, name=cell.name, cell_num=cell.cell_num, cell=cell.cell, options=cell.options
            )


class StrictCell(nbval.plugin.IPyNbCell):
    """A cell of which every output is compared."""

    def compare_outputs(self, test: list, ref: list, skip_compare: tuple = ()) -> bool:
        """Compare a run's outputs with the stored ones; a diff goes into the report."""
        diff = outputs.difference(ref, test)
        self.comparison_traceback = diff or []
        return diff is None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> StrictFile | None:
    """Collect notebooks strictly, whether or not nbval's own flags are given."""
    if file_path.suffix == ".ipynb" and ".ipynb_checkpoints" not in file_path.parts:
        return StrictFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set nbval up as the book needs it."""
    config.option.nbval_cell_timeout = CELL_TIMEOUT
    # nbval joins streams across the outputs between them before it lets a cell compare, and has
    # no setting for it.
    nbval.plugin.coalesce_streams = outputs.joined
