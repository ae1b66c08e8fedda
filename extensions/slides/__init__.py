"""The lecture: a reveal.js deck of the same pages, cells and outputs as the site.

A page's source says what is on the deck: a ``{guess}`` with ``:minutes:`` is a slide, and so is a
``{slide}``; code cells tagged ``slide`` or ``slide-output`` and blocks of the class ``slide``
belong to the slide before them; ``{notes}`` are for its speaker (`extensions.lesson`).

``reading.py``
    finds the slides in the tree of a page
``html.py``
    makes HTML of a slide
``files.py``
    the deck's folder: its page, the speaker's view, styles, scripts, pictures
"""

import re
from typing import Any

from docutils import nodes as docutils_nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole
from sphinx.util.osutil import relative_uri

from extensions.slides import files, html, reading


class SlideRole(SphinxRole):
    """``{slide}`text <id>```: a link to a slide.

    ``<>`` is the deck, ``<?path=short>`` a way to show it.
    """

    def run(self) -> tuple[list[docutils_nodes.Node], list[docutils_nodes.system_message]]:
        """Make the link."""
        match = re.fullmatch(r"(.*?)\s*<(.*)>", self.text, re.DOTALL)
        if not match:
            text = f"a link to a slide is written TEXT <ID>, not {self.text!r}"
            return [], [self.inliner.reporter.error(text, line=self.lineno)]
        text, target = match.groups()
        deck = relative_uri(f"{self.env.docname}.html", files.INDEX)
        link = f"{deck}#/{target}" if target and not target.startswith("?") else deck + target
        return [docutils_nodes.reference("", text, refuri=link, internal=True)], []


def _offer_slides(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: docutils_nodes.document | None,
) -> None:
    """Say at the top of a page that it has slides."""
    if doctree and reading.has_slides(doctree):
        deck = relative_uri(app.builder.get_target_uri(pagename), files.INDEX)
        context["page_actions"].append({"text": "Slides", "url": f"{deck}#/{pagename}"})


def _write_deck(app: Sphinx) -> list[Any]:
    """Write the deck: all pages, in the book's order, also where only one of them was built."""
    order = [app.config.root_doc]
    for docname in order:
        order += [name for name in app.env.toctree_includes.get(docname, []) if name not in order]
    columns = [slides for docname in order if (slides := reading.slides_of(app, docname))]
    text = "\n".join(
        "<section>\n"
        + "\n".join(html.section(app, slide, is_title=slide is columns[0][0]) for slide in column)
        + "\n</section>"
        for column in columns
    )
    files.write(app, text)
    return []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_role("slide", SlideRole())
    app.connect("html-page-context", _offer_slides, priority=410)
    app.connect("html-collect-pages", _write_deck)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
