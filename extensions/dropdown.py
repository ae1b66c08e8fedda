"""What opens on a click, without a script: ``:::{dropdown} Title``, and the folded parts of cells."""

from html import escape

from docutils import nodes
from docutils.parsers.rst.directives.admonitions import BaseAdmonition
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator


class Folded(nodes.General, nodes.Element):
    """A part of a page that opens on a click."""


class Summary(nodes.General, nodes.TextElement):
    """The words to click on."""


class Dropdown(BaseAdmonition):
    """``:::{dropdown} Title``: an admonition of the class ``dropdown``."""

    required_arguments = 1
    node_class = nodes.admonition

    def run(self) -> list[nodes.Node]:
        """Make the admonition."""
        self.options.setdefault("class", []).append("dropdown")
        return super().run()


class FoldDropdowns(SphinxPostTransform):
    """Turn every admonition of the class ``dropdown`` into a folded part."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs) -> None:
        """Replace them."""
        for box in list(self.document.findall(nodes.Admonition)):
            if "dropdown" not in box["classes"]:
                continue
            named = isinstance(box[0], nodes.title)
            title = box.pop(0).children if named else [nodes.Text(box.tagname.title())]
            kept = [c for c in box["classes"] if not c.startswith("admonition-")]
            parts = [Summary("", "", *title), *box.children]
            box.replace_self(Folded("", *parts, classes=kept, ids=box["ids"]))


def _visit_folded(self: HTML5Translator, node: Folded) -> None:
    self.body.append(self.starttag(node, "details"))


def _depart_folded(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</details>\n")


def _visit_summary(self: HTML5Translator, node: Summary) -> None:
    self.body.append("<summary>")


def _depart_summary(self: HTML5Translator, node: Summary) -> None:
    self.body.append("</summary>\n")


def _visit_hidden(self: HTML5Translator, node: HideCodeCellNode) -> None:
    # MyST-NB gives all of them one aria-label, which hides their words from screen readers.
    shown, hidden = escape(node["prompt_show"]), escape(node["prompt_hide"])
    paper = shown.removeprefix("Show ")
    self.body.append(
        f'<details class="fold {" ".join(node["classes"])}">\n'
        f'<summary data-paper="{paper[0].upper()}{paper[1:]}">'
        f'<span class="closed">{shown}</span><span class="opened">{hidden}</span></summary>\n'
    )


def setup(app: Sphinx) -> dict:
    """Register the extension with Sphinx."""
    app.add_directive("dropdown", Dropdown)
    app.add_post_transform(FoldDropdowns)
    app.add_node(Folded, html=(_visit_folded, _depart_folded))
    app.add_node(Summary, html=(_visit_summary, _depart_summary))
    app.add_node(HideCodeCellNode, override=True, html=(_visit_hidden, _depart_folded))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
