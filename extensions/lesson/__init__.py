"""What makes a page a lesson: its boxes, its guesses, its claims, and what it brings to the deck.

``directives.py``
    what an author writes: ``:::{guess}``, ``:::{answer}``, ``:::{remember}``, ``:::{slide}`` …
``nodes.py``
    what that is in Sphinx' tree
``guesses.py``
    joins a guess, its cells and its answer
``folded.py``
    parts that open on a click
``drawings.py``
    the book's own drawings, in the page's colors
``html.py``
    how a page shows them

The tree of a page holds all of it, deck-only parts too. A page skips those, and
`extensions.slides` makes the deck of the same tree.
"""

from pathlib import Path
from typing import Any

from docutils import nodes as docutils_nodes
from sphinx.application import Sphinx

from extensions.lesson import directives, drawings, folded, guesses, html, nodes

STATIC = Path(__file__).parent / "static"


def _add_static(app: Sphinx, config: Any) -> None:
    config.html_static_path.append(str(STATIC))


def _add_to_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: docutils_nodes.document | None,
) -> None:
    """Have a page with choices load their script and style; no other page does."""
    if doctree and any(doctree.findall(nodes.choices)):
        app.add_css_file("choices.css")
        app.add_js_file("choices.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    directives.register(app)
    guesses.register(app)
    drawings.register(app)
    folded.register(app)
    html.register(app)
    app.connect("config-inited", _add_static)
    app.connect("html-page-context", _add_to_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
