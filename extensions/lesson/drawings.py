"""Drawings of the book's own: SVG put into the page, so that they have the page's colors.

A drawing names no color but ``currentColor`` and the variables of the book, with a fallback for
where it is shown as a picture.
"""

import re
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes as docutils_nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from extensions.lesson import nodes

FOLDER = "figures/"

logger = logging.getLogger(__name__)


class PutDrawings(SphinxPostTransform):
    """Replace each picture that is a drawing by the drawing itself."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace them; a drawing without words for those who do not see it is an error."""
        for image in list(self.document.findall(docutils_nodes.image)):
            uri = image["uri"]
            if not (uri.startswith(FOLDER) and uri.endswith(".svg")):
                continue
            text = Path(self.env.srcdir, uri).read_text("utf-8").strip()
            if "<style" in text or "style=" in text:
                logger.error("%s has a style, which no page allows", uri, location=image)
            if not image.get("alt"):
                logger.error("%s has no description", uri, location=image)
            image.replace_self(nodes.drawing(svg=text, alt=image.get("alt", "")))


def _visit_drawing(self: HTML5Translator, node: nodes.drawing) -> None:
    label = escape(node["alt"])
    svg = re.sub("<svg ", f'<svg role="img" aria-label="{label}" ', node["svg"], count=1)
    self.body.append(f'<span class="drawing">{svg}</span>')


def _depart_drawing(self: HTML5Translator, node: nodes.drawing) -> None:
    pass


def register(app: Sphinx) -> None:
    """Register the transform and the node with Sphinx."""
    app.add_post_transform(PutDrawings)
    app.add_node(nodes.drawing, html=(_visit_drawing, _depart_drawing))
