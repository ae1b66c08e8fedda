"""The ``<cascade-explorer>`` figure, on the pages that have one and on no other.

Its scripts and styles are bundled from ``src/`` (see ``extensions/build.js``).
"""

import json
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from chapter.messages import explained, pattern
from extensions import book_of

TAG = "<cascade-explorer"
DIST = Path(__file__).parent / "dist"
SCRIPT, STYLE = DIST / "explorer.js", DIST / "explorer.css"

#: All that the figure loads, at once or when it is asked for; they lie in one folder.
FILES = [SCRIPT, STYLE, DIST / "listings.js", DIST / "paste.js", DIST / "paste.css"]


def _write_static(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    # Not in _static itself, whose scripts Jupyter Book puts on every page
    out = Path(app.outdir, "_static", "explorer")
    out.mkdir(parents=True, exist_ok=True)
    for path in FILES:
        shutil.copyfile(path, out / path.name)


def _add_to_page(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: Any
) -> None:
    # Files added during this event are added to this page alone.
    if TAG in context.get("body", ""):
        app.add_css_file(f"explorer/{STYLE.name}")
        # Where the book explains the errors that the figure shows; what says most comes first
        known = [
            (wording, f"{context['pathto'](page)}#{section.label}")
            for page, section in explained(book_of(app))
            for wording in section.wordings
        ]
        known.sort(key=lambda one: -len(one[0]))
        sections = [(pattern(wording).pattern, url) for wording, url in known]
        app.add_js_file(
            f"explorer/{SCRIPT.name}",
            loading_method="defer",
            **{"data-messages": json.dumps(sections, ensure_ascii=False)},
        )


def _depend(app: Sphinx, doctree: nodes.document) -> None:
    """Read a page with the figure again when the sections that explain errors have changed."""
    if any(TAG in raw.astext() for raw in doctree.findall(nodes.raw)):
        book = book_of(app)
        for name in {page for page, _ in explained(book)}:
            app.env.note_dependency(str(book.page(name).path))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("doctree-read", _depend)
    app.connect("html-page-context", _add_to_page)
    app.connect("build-finished", _write_static)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
