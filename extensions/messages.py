"""A link below each error that a cell raises, to the section that explains its message."""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from chapter.messages import explained
from extensions import book_of

#: The class of the paragraph with the link.
CLASS = "error-meaning"
WORDS = "What does this error mean?"


def _is_traceback(node: nodes.Node) -> bool:
    return isinstance(node, nodes.literal_block) and "traceback" in node["classes"]


class LinkMessages(SphinxPostTransform):
    """Put the link after each traceback, but for those on a page that explains messages itself."""

    default_priority = 5  # before Sphinx resolves references
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Put the links; a message that no section lists gets none."""
        tracebacks = list(self.document.findall(_is_traceback))
        sections = explained(book_of(self.app)) if tracebacks else []
        if self.env.docname in {page for page, _ in sections}:
            return
        for node in tracebacks:
            text = node.astext()
            best = max((s for _, s in sections), key=lambda s: s.match(text), default=None)
            if best and best.match(text):
                node.parent.insert(node.parent.index(node) + 1, self._link(best.label))

    def _link(self, label: str) -> nodes.paragraph:
        link = addnodes.pending_xref(
            "",
            nodes.inline("", WORDS),
            refdomain="std",
            reftype="ref",
            refexplicit=True,
            reftarget=label,
            refdoc=self.env.docname,
            refwarn=True,
        )
        return nodes.paragraph("", "", link, classes=[CLASS])


def _depend(app: Sphinx, doctree: nodes.document) -> None:
    """Read a page that raises again when the sections that explain messages have changed."""
    if any(doctree.findall(_is_traceback)):
        book = book_of(app)
        for name in {page for page, _ in explained(book)}:
            app.env.note_dependency(str(book.page(name).path))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("doctree-read", _depend)
    app.add_post_transform(LinkMessages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
