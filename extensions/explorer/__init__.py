"""The ``<cascade-explorer>`` figure, on the pages that have one and on no other.

Its script is bundled from ``src/`` (see ``extensions/build.js``); a page loads the bundle.
"""

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

HERE = Path(__file__).parent
SCRIPT, STYLE = HERE / "dist" / "explorer.js", HERE / "explorer.css"

#: All that the figure loads; they lie in one folder.
FILES = [SCRIPT, STYLE]


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
    if "<cascade-explorer" in context.get("body", ""):
        app.add_css_file(f"explorer/{STYLE.name}")
        app.add_js_file(f"explorer/{SCRIPT.name}", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", _add_to_page)
    app.connect("build-finished", _write_static)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
