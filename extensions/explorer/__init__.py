"""The ``<cascade-explorer>`` figure, on the pages that have one and on no other.

Its script is bundled from ``src/`` (see ``extensions/build.js``); a page loads the bundle.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from chapter.messages import explained
from extensions import book_of

TAG = "<cascade-explorer"
HERE = Path(__file__).parent
SCRIPT, STYLE = HERE / "dist" / "explorer.js", HERE / "explorer.css"
#: What reads pasted code; the script loads it when the dialog opens.
PASTE = HERE / "dist" / "paste.js"

#: All that the figure loads; they lie in one folder.
FILES = [SCRIPT, STYLE, PASTE]


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
        # Where the book explains the errors that the figure shows
        sections = [
            (section.wordings, f"{context['pathto'](page)}#{section.label}")
            for page, section in explained(book_of(app))
        ]
        app.add_js_file(
            f"explorer/{SCRIPT.name}",
            loading_method="defer",
            **{
                "data-messages": json.dumps(sections, ensure_ascii=False),
                "data-paste": context["pathto"](f"_static/explorer/{PASTE.name}", 1),
            },
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
