"""Pages from twins: each page's code cells get the outputs that its executed twin stores.

Building the site executes nothing. A page whose twin is missing, never run, or of other cells
stops the build. The notebook that readers download is made here, of the page and its twin.
"""

import myst_nb.sphinx_
from myst_nb.core.execute import NotebookClientBase
from sphinx.errors import ConfigError

from extensions import digest
from tools import notebooks


class TwinClient(NotebookClientBase):
    """Stands where myst-nb would execute a page, and reads the page's twin instead."""

    def start_client(self):
        """Copy the outputs of the twin's code cells to the page's, in order.

        Raises:
            ConfigError: they are not the outputs of these cells.
        """
        try:
            notebooks.with_outputs(self.notebook, notebooks.read_twin(self.path))
        except notebooks.BookError as error:
            raise ConfigError(str(error)) from error
        # A kernel would tell how to highlight its code; here none runs.
        self.notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}


def _client(notebook, source, nb_config, logger, read_fmt=None):
    return TwinClient(notebook, notebooks.BOOK / source, nb_config, logger)


def _depend_on_twin(app, doctree):
    """Have Sphinx read a page again when its twin has changed, though the page has not."""
    page = notebooks.BOOK / f"{app.env.docname}.md"
    if notebooks.is_notebook(page):
        app.env.note_dependency(str(notebooks.twin_of(page)))


def _offer_download(app, pagename, templatename, context, doctree):
    """Link a page to its notebook."""
    page = notebooks.BOOK / f"{pagename}.md"
    if page.exists() and notebooks.is_notebook(page):
        link = {"text": "Download notebook", "url": f"_sources/{pagename}.ipynb", "download": True}
        context["page_actions"].append(link)


def _write_downloads(app, exception):
    """Write the reader's notebooks: the page's prose of today with the twin's outputs."""
    if exception or app.builder.format != "html":
        return
    for page in notebooks.pages():
        path = app.outdir / "_sources" / f"{page.stem}.ipynb"
        path.parent.mkdir(exist_ok=True)
        notebooks.write(notebooks.readers(page), path)


def setup(app):
    """Register the extension with Sphinx."""
    # myst-nb has no hook for this. Were the name to change, pages would have no outputs at all
    # (the execution mode is "off"), and the tests of the site would say so.
    myst_nb.sphinx_.create_client = _client
    app.add_config_value("extensions_digest", digest(), "env", types=[str])
    app.connect("doctree-read", _depend_on_twin)
    app.connect("html-page-context", _offer_download, priority=440)
    app.connect("build-finished", _write_downloads)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
