"""The <cascade-explorer> figure, on the pages that have one and on no other.

Jupyter Book puts every script that lies in book/_static on every page; so the
figure's files lie here. All of them go to _static/explorer of the built site: the
modules for whoever wants to import them, and the script that pages load (see bundle.py).
"""

from pathlib import Path

from .bundle import MODULES, STYLE, bundle, strip


def write_static(app, exception):
    """Write the modules and the script into the built site."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir, "_static", "explorer")
    out.mkdir(parents=True, exist_ok=True)
    for name in [*MODULES, STYLE]:
        (out / name).write_text(strip(name), encoding="utf-8")
    (out / "cascade-explorer.js").write_text(bundle(), encoding="utf-8")


def add_to_page(app, pagename, templatename, context, doctree):
    """Have a page with the figure load its script and its style."""
    # Files added during this event are added to this page alone.
    if "<cascade-explorer" in context.get("body", ""):
        app.add_css_file(f"explorer/{STYLE}")
        app.add_js_file("explorer/cascade-explorer.js", loading_method="defer")


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", add_to_page)
    app.connect("build-finished", write_static)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
