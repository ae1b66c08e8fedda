"""Parts of a page that open on a click, as ``<details>``, without a script.

Many of a page have the same words to click on. A screen reader, which may list them all, also hears
what each belongs to: the guess, or else the section.
"""

from collections import Counter
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


def _section(node: docutils_nodes.Node) -> str:
    """The title of the section that a node is in."""
    while node and not isinstance(node, docutils_nodes.section):
        node = node.parent
    return node[0].astext() if node else ""


def _spoken(self: HTML5Translator, words: str, about: str) -> str:
    """HTML that makes the words of a summary unlike all others of its page, for the ear alone."""
    said = self.__dict__.setdefault("said_of_folds", Counter())
    said[words, about] += 1
    number = said[words, about]
    about += f", {number}" if number > 1 else ""
    return f'<span class="spoken">: {escape(about)}</span>'


def opening(self: HTML5Translator, show: str, hide: str, classes: str, about: str) -> str:
    """HTML that begins a part whose words to click on change with it.

    MyST-NB gives all of them one ``aria-label``, which would hide their words from screen readers.
    """
    paper = show.removeprefix("Show ").removeprefix("the ")
    return (
        f'<details class="{classes}">\n'
        f'<summary data-paper="{escape(paper[0].upper() + paper[1:])}">'
        f'<span class="closed">{escape(show)}</span>'
        f'<span class="opened">{escape(hide)}</span>{_spoken(self, show, about)}</summary>\n'
    )


def _visit_folded(self: HTML5Translator, node: nodes.folded) -> None:
    self.body.append(self.starttag(node, "details"))


def _depart_folded(self: HTML5Translator, node: docutils_nodes.Element) -> None:
    self.body.append("</details>\n")


def _visit_summary(self: HTML5Translator, node: nodes.summary) -> None:
    self.body.append("<summary>")


def _depart_summary(self: HTML5Translator, node: nodes.summary) -> None:
    self.body.append(f"{_spoken(self, node.astext(), _section(node))}</summary>\n")


def _visit_hidden(self: HTML5Translator, node: HideCodeCellNode) -> None:
    classes = " ".join(["fold", *node["classes"]])
    show, hide = node["prompt_show"], node["prompt_hide"]
    self.body.append(opening(self, show, hide, classes, _section(node)))


def register(app: Sphinx) -> None:
    """Register the transform and the nodes with Sphinx."""
    app.add_post_transform(FoldDropdowns)
    app.add_node(nodes.folded, html=(_visit_folded, _depart_folded))
    app.add_node(nodes.summary, html=(_visit_summary, _depart_summary))
    app.add_node(HideCodeCellNode, override=True, html=(_visit_hidden, _depart_folded))
