"""The pages' buttons and a class's links, which lead to the book's repository on GitHub."""

from typing import Any
from urllib.parse import urlencode

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from chapter import repository
from extensions import book_of


def _set_buttons(app: Sphinx, config: Any) -> None:
    address, branch = repository.find(book_of(app).root)
    if address:
        config.html_theme_options.update(
            repository_url=address,
            repository_branch=branch,
            path_to_docs="book",
            use_edit_page_button=True,
            use_issues_button=True,
            launch_buttons={
                "binderhub_url": "https://mybinder.org",
                "colab_url": "https://colab.research.google.com",
                "notebook_interface": "jupyterlab",
            },
        )


class HubLinks(SphinxDirective):
    """``{hub-links} https://hub.example.edu``: for each page its title and the link that opens it on a JupyterHub.

    The links are those of nbgitpuller's own generator. They pull the branch `notebooks`, which
    tools/push_notebooks.sh writes. Each opens its page in a workspace of its own: in the default one
    JupyterLab opens all notebooks of earlier visits again, and starts a kernel for each.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Make the list, or say why there is none."""
        book = book_of(self.env.app)
        address, _ = repository.find(book.root)
        if not address:
            text = "This copy of the book was not built from a repository on GitHub, so there is nothing to pull."
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


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_directive("hub-links", HubLinks)
    # Before the theme reads its options
    app.connect("config-inited", _set_buttons, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
