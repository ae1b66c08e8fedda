"""Running a page's cells on a fresh kernel."""

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from chapter.book import BookError, Page
from chapter.outputs import joined, unexecuted
from chapter.pages import cell_places, read_page
from chapter.text import one_line

if TYPE_CHECKING:
    from nbclient import NotebookClient

#: Seconds that one cell may take.
CELL_TIMEOUT = 120
#: Bytes that one cell may output: the page and the notebook carry them all.
MOST_OUTPUT = 2_000_000
GUARD = Path(__file__).parent / "guard.py"


def _client(nb: NotebookNode, timeout: float, **options: Any) -> "NotebookClient":
    """What runs a notebook on a kernel that asks the network for nothing."""
    from nbclient import NotebookClient

    return NotebookClient(
        nb,
        kernel_name="python3",
        # The first without the kernel's own warnings between the lines of progress
        extra_arguments=[
            "--log-level=ERROR",
            f"--IPKernelApp.exec_files={json.dumps([str(GUARD)])}",
        ],
        timeout=timeout,
        record_timing=False,
        **options,
    )


async def execute(page: Page, timeout: float = CELL_TIMEOUT) -> NotebookNode:
    """Run a page's cells on a fresh kernel.

    The kernel works in an empty folder of its own: a notebook needs no file of the book, and
    leaves none.

    Args:
        page: the page.
        timeout: seconds that one cell may take.

    Returns:
        The executed notebook: what the page's twin is.

    Raises:
        BookError: a cell raised without the tag ``raises-exception``, did not raise with it, took
            too long, killed the kernel, output too much, or left a file. The line says which cell
            and where it is.
    """
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    nb = read_page(page)
    metadata = nbformat.from_dict(nb.metadata)
    started = []  # the code cells, as they come; what the kernel counts is late when it dies
    client = _client(nb, timeout, on_cell_execute=lambda cell, cell_index: started.append(cell))
    with tempfile.TemporaryDirectory(prefix="cells-", ignore_cleanup_errors=True) as folder:
        try:
            await client.async_execute(cwd=folder)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            what = (
                f"raised {error.ename}: {one_line(ValueError(error.evalue))};"
                " fix it, or tag it raises-exception"
                if isinstance(error, CellExecutionError)
                else f"took longer than {timeout:g} s"
                if isinstance(error, CellTimeoutError)
                else "killed the kernel"
            )
            raise _error(page, len(started), what) from error
        if left := sorted(path.name for path in Path(folder).iterdir()):
            raise BookError(
                f"{page.place}: its cells left {left[0]} behind;"
                " keep it in memory, or in a tempfile"
            )
    nb.metadata = metadata  # the client has added the version of Python
    for number, cell in enumerate((c for c in nb.cells if c.cell_type == "code"), 1):
        cell.outputs = joined(cell.outputs)
        for output in cell.outputs:  # a random id of the run, which no edition needs
            output.get("transient", {}).pop("display_id", None)
        if (size := len(json.dumps(cell.outputs))) > MOST_OUTPUT:
            what = f"outputs {size / 1e6:.0f} MB, and {MOST_OUTPUT / 1e6:.0f} MB is the most"
            raise _error(page, number, what)
    if wrong := unexecuted(nb):
        raise _error(page, *wrong)
    return nb


def _error(page: Page, number: int, what: str) -> BookError:
    """An error of the code cell with this number, counted from 1."""
    return BookError(f"{cell_places(page)[number - 1]}: code cell {number} {what}")


async def execute_with(page: Page, python: Path, timeout: float = CELL_TIMEOUT) -> NotebookNode:
    """Run a page's cells on the kernel of another environment, to the end, whatever they raise.

    Args:
        page: the page.
        python: the environment's Python; it has ipykernel.
        timeout: seconds that one cell may take.

    Returns:
        The executed notebook; its outputs name no path of the environment and no address.

    Raises:
        BookError: a cell took too long or killed the kernel.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    nb = read_page(page)
    with tempfile.TemporaryDirectory(prefix="cells-", ignore_cleanup_errors=True) as folder:
        spec = Path(folder, "kernels", "python3", "kernel.json")
        spec.parent.mkdir(parents=True)
        command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec.write_text(json.dumps({"argv": command, "display_name": "other"}), "utf-8")
        specs = KernelSpecManager(kernel_dirs=[str(spec.parents[1])], ensure_native_kernel=False)
        manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs)
        work = Path(folder, "work")
        work.mkdir()
        try:
            client = _client(
                nb, timeout, km=manager, allow_errors=True, startup_timeout=int(timeout)
            )
            await client.async_execute(cwd=str(work))
        except (CellTimeoutError, DeadKernelError) as error:
            what = "took too long" if isinstance(error, CellTimeoutError) else "killed the kernel"
            raise BookError(f"{page.place}: a cell {what}") from error
        except RuntimeError as error:  # the kernel did not start
            raise BookError(f"{page.place}: {one_line(error)}") from error
    for cell in nb.cells:
        if cell.cell_type == "code":
            text = json.dumps(joined(cell.outputs), ensure_ascii=False)
            text = re.sub(r"/[^\s\"':]*?/site-packages/", "", text)
            text = re.sub(r"/[^\s\"':]*?/ipykernel_\d+/\d+\.py", "<cell>", text)
            text = re.sub(r"\b0x[0-9a-f]{6,}", "0x…", text)
            cell.outputs = [nbformat.from_dict(output) for output in json.loads(text)]
    return nb
