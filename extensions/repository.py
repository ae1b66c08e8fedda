"""The pages' buttons and a class's links, which lead to the book's repository on GitHub."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

from chapter import repository
from extensions import book_of

BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"


def _offer_to_run(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Link a page of cells to Binder and Colab."""
    book = book_of(app)
    (address, branch), page = repository.find(book.root), book.page(pagename)
    if address and page.path.exists() and page.is_notebook:
        name, twin = urlsplit(address).path, book.relative(page.twin)
        binder = f"{BINDER}/v2/gh{name}/{branch}?urlpath=lab/tree/{twin}"
        context["page_actions"] += [
            {"text": "Run in Binder", "url": binder},
            {"text": "Run in Colab", "url": f"{COLAB}/github{name}/blob/{branch}/{twin}"},
        ]


def _offer_to_change(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Link a page to its source and to a new issue about it."""
    book = book_of(app)
    (address, branch), page = repository.find(book.root), book.page(pagename)
    if address and page.path.exists():
        issue = urlencode({"title": f"Page {pagename}: "})
        context["page_actions"] += [
            {"text": "Edit this page", "url": f"{address}/edit/{branch}/{page.place}"},
            {"text": "Report a mistake", "url": f"{address}/issues/new?{issue}"},
        ]


class HubLinks(SphinxDirective):
    """``{hub-links} https://hub.example.edu``: each page's title and link to it on a JupyterHub.

    The links are those of nbgitpuller's own generator. They pull the branch `notebooks`, which
    tools/push_notebooks.sh writes. Each opens its page in its own workspace: in the default one
    JupyterLab opens all notebooks of earlier visits again, and starts a kernel for each.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the list, or say why there is none."""
        book = book_of(self.env.app)
        address, _ = repository.find(book.root)
        if not address:
            text = (
                "This copy of the book was not built from a repository on GitHub,"
                " so there is nothing to pull."
            )
            return [nodes.paragraph("", text)]
        lines = []
        for name in book.contents():
            page = book.page(name)
            self.env.note_dependency(str(page.path))
            if page.is_notebook:
                urlpath = f"lab/workspaces/{name}/tree/{address.rsplit('/', 1)[1]}/{name}.ipynb"
                query = urlencode({"repo": address, "branch": "notebooks", "urlpath": urlpath})
                lines.append(
                    f"{page.title}: {self.arguments[0]}/hub/user-redirect/git-pull?{query}"
                )
        self.env.note_dependency(str(book.toc))
        return [nodes.literal_block("", "\n".join(lines), language="text")]


def _notice_another(app: Sphinx, config: Config) -> None:
    """Have all pages read and written again when the repository is another one."""
    config.repository = list(repository.find(book_of(app).root))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_directive("hub-links", HubLinks)
    app.add_config_value("repository", [], "env", types=[list])
    app.connect("config-inited", _notice_another)
    app.connect("html-page-context", _offer_to_run, priority=430)
    app.connect("html-page-context", _offer_to_change, priority=450)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
