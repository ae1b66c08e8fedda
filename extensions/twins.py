"""Pages from twins: each page's code cells get the outputs that its executed twin stores.

Building the site executes nothing. A page whose twin is missing, never run, or of other cells
stops the build. The notebook that readers download is made here, of the page and its twin.
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.core.read import read_myst_markdown_notebook
from myst_nb.sphinx_ import Parser
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.errors import ConfigError

from chapter.book import Book, BookError
from chapter.editions import readers_notebook
from chapter.files import write_notebook
from chapter.releases import file, keys
from chapter.twins import code_cells, is_setup, read_twin, with_outputs
from extensions import book_of, digest
from extensions.releases import KEY


def read_with_outputs(text: str, root: str, name: str, config: Any) -> NotebookNode:
    """Read a page for MyST-NB, as one of its `custom_formats`.

    Args:
        text: the page's source.
        root: the book's root.
        name: the page's name.
        config: how MyST-Parser is set up.

    Returns:
        The notebook that MyST-NB makes of the page, with the outputs of the page's twin.

    Raises:
        ConfigError: they are not the outputs of these cells.
    """
    page = Book(Path(root)).page(name)
    nb = read_myst_markdown_notebook(text, config=config, add_source_map=True, path=page.path)
    # A kernel would tell how to highlight its code; here none runs.
    nb.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    try:
        twin = read_twin(page)
        own = [
            key
            for key, cell in zip(keys(twin), code_cells(twin), strict=True)
            if not is_setup(cell)
        ]
        for number, (key, cell) in enumerate(zip(own, code_cells(nb), strict=True), 1):
            cell.metadata[KEY] = f"{number} {key}"
        return with_outputs(nb, twin)
    except BookError as error:
        raise ConfigError(str(error)) from error


class PageParser(Parser):
    """MyST-NB's parser, which reads each page with its own twin.

    A custom format is MyST-NB's public way to bring a notebook with outputs, and the execution
    mode "off" keeps them. A reader is not told which file it reads, so each page gets its own.
    """

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse a page's source into `document`."""
        env = document.settings.env
        page, config = book_of(env.app).page(env.docname), env.mystnb_config
        if page.is_notebook:
            env.note_dependency(
                str(page.twin)
            )  # read the page again when its twin alone has changed
            if file(page.book).exists():
                env.note_dependency(str(file(page.book)))
            arguments = {"root": str(page.book.root), "name": page.name, "config": env.myst_config}
            reader = (f"{__name__}.{read_with_outputs.__name__}", arguments, False)
            env.mystnb_config = config.copy(custom_formats={page.path.suffix: reader})
        try:
            super().parse(inputstring, document)
        finally:
            env.mystnb_config = config


def _offer_download(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Link a page to its notebook."""
    page = book_of(app).page(pagename)
    if page.path.exists() and page.is_notebook:
        link = {"text": "Download notebook", "url": f"_sources/{page.twin.name}", "download": True}
        context["page_actions"].append(link)


def _write_downloads(app: Sphinx, exception: Exception | None) -> None:
    """Write the readers' notebooks: each page's prose as it is now, with its twin's outputs."""
    if exception or app.builder.format != "html":
        return
    for page in book_of(app).notebooks():
        path = app.outdir / "_sources" / page.twin.name
        path.parent.mkdir(exist_ok=True)
        write_notebook(readers_notebook(page), path)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_source_parser(PageParser, override=True)
    app.add_config_value("extensions_digest", digest(), "env", types=[str])
    app.connect("html-page-context", _offer_download, priority=440)
    # After the theme, which copies a notebook without outputs to the same place
    app.connect("build-finished", _write_downloads, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
