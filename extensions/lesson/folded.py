"""Parts of a page that open on a click, as ``<details>``, without a script."""

from html import escape
from typing import Any

from docutils import nodes as docutils_nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from extensions.lesson import nodes


class FoldDropdowns(SphinxPostTransform):
    """Turn every admonition of the class ``dropdown`` into a folded part."""

    default_priority = 190
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace them."""
        for box in list(self.document.findall(docutils_nodes.Admonition)):
            if "dropdown" not in box["classes"]:
                continue
            if isinstance(box[0], docutils_nodes.title):
                title = box.pop(0).children
            else:
                title = [docutils_nodes.Text(box.tagname.title())]
            kept = [name for name in box["classes"] if not name.startswith("admonition-")]
            part = nodes.folded("", nodes.summary("", "", *title), *box.children, classes=kept)
            part["ids"] = box["ids"]
            box.replace_self(part)


def opening(show: str, hide: str, classes: str) -> str:
    """HTML that begins a part whose words to click on change with it.

    MyST-NB gives all of them one ``aria-label``, which would hide their words from screen readers.
    """
    paper = show.removeprefix("Show ").removeprefix("the ")
    return (
        f'<details class="{classes}">\n'
        f'<summary data-paper="{escape(paper[0].upper() + paper[1:])}">'
        f'<span class="closed">{escape(show)}</span>'
        f'<span class="opened">{escape(hide)}</span></summary>\n'
    )


def _visit_folded(self: HTML5Translator, node: nodes.folded) -> None:
    self.body.append(self.starttag(node, "details"))


def _depart_folded(self: HTML5Translator, node: docutils_nodes.Element) -> None:
    self.body.append("</details>\n")


def _visit_summary(self: HTML5Translator, node: nodes.summary) -> None:
    self.body.append("<summary>")


def _depart_summary(self: HTML5Translator, node: nodes.summary) -> None:
    self.body.append("</summary>\n")


def _visit_hidden(self: HTML5Translator, node: HideCodeCellNode) -> None:
    classes = " ".join(["fold", *node["classes"]])
    self.body.append(opening(node["prompt_show"], node["prompt_hide"], classes))


def register(app: Sphinx) -> None:
    """Register the transform and the nodes with Sphinx."""
    app.add_post_transform(FoldDropdowns)
    app.add_node(nodes.folded, html=(_visit_folded, _depart_folded))
    app.add_node(nodes.summary, html=(_visit_summary, _depart_summary))
    app.add_node(HideCodeCellNode, override=True, html=(_visit_hidden, _depart_folded))
