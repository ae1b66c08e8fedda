"""Versions that the outputs come from: the roles ``{version}`torch``` and ``{pinned}`on```."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import ExtensionMetadata

from chapter.book import BookError
from extensions import book_of


class VersionRole(SphinxRole):
    """``{version}`torch```: the version of a package that the pages were executed with."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the text, or an error that names the page and the line."""
        book = book_of(self.env.app)
        self.env.note_dependency(str(book.constraints))
        try:
            text = book.pinned_on() if self.name == "pinned" else book.version(self.text)
        except BookError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [], [message]
        return [nodes.Text(text)], []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    app.add_role("version", VersionRole())
    app.add_role("pinned", VersionRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
