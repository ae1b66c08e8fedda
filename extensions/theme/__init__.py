"""The look of the site: a small theme on Sphinx' own ``basic``.

A page loads the files in `STYLES`, one script, and what extensions add for this page alone at
``html-page-context`` with ``app.add_css_file`` and ``app.add_js_file``. Extensions may also set

``context["page_actions"]``
    what to do with the page, shown at its top: append ``{"text": …, "url": …}``, with
    ``"download": True`` for a file, or ``{"text": …, "attributes": {…}}`` for a button, whose
    attribute ``data-script`` names the script to load when it is used. Their order is that of
    the handlers' priorities.
``context["page_csp"]``
    directives of the Content-Security-Policy in which the page differs.
"""

import os
import re
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pygments.formatters import HtmlFormatter
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config

from extensions.csp import allowed, policy
from extensions.theme.writer import Writer

HERE = Path(__file__).parent
COLORS = HERE / "static" / "colors.css"
STYLES = ["colors.css", "book.css", "code.css"]
CODE = "a11y-high-contrast-light", "github-dark"  # Pygments' styles, light and dark

#: Runs before anything is drawn, so that a dark page never flashes white. The only inline script.
FIRST = re.sub(r"\n\s*", "", (HERE / "first.js").read_text("utf-8"))


def _configure(app: Sphinx, config: Config) -> None:
    # Jupyter Book passes the options of its own theme to every theme.
    footer = config.html_theme_options.get("extra_footer", "")
    config.html_theme_options = {"extra_footer": footer}
    config.html_favicon = str(HERE / "static" / "favicon.svg")
    if base := os.environ.get("BOOK_URL"):  # where the site will be, known to the workflow
        config.html_baseurl = base.rstrip("/") + "/"


def code_colors() -> str:
    """The style sheet of highlighted code, each color for light and dark."""
    rules: dict[str, list[str]] = {}
    for n, style in enumerate(CODE):
        for name, (css, *_) in HtmlFormatter(style=style).class2style.items():
            if color := re.search(r"(?<![\w-])color: (#\w+)", css):
                rules.setdefault(name, ["inherit", "inherit"])[n] = color[1]
    lines = (f".{name} {{ color: light-dark({', '.join(c)}); }}" for name, c in rules.items())
    return ".highlight {\n" + "\n".join(lines) + "\n}\n"


def _write_code_colors(app: Sphinx) -> None:
    if app.builder.format == "html":
        path = app.outdir / "_static" / "code.css"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code_colors(), "utf-8")


def _contents(app: Sphinx) -> list[dict]:
    """The parts of the book: caption, and its pages as ``(name, title)``."""
    parts = app.env.get_doctree(app.config.root_doc).findall(addnodes.toctree)
    return [
        {
            "caption": part["caption"],
            "pages": [
                (name, title or app.builder.render_partial(app.env.titles[name])["title"])
                for title, name in part["entries"]
                if name in app.env.titles
            ],
        }
        for part in parts
    ]


def _start_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    # Pages need none of the scripts and styles that extensions put on every page.
    context["script_files"].clear()
    context["css_files"].clear()
    for name in STYLES:
        app.add_css_file(name)
    app.add_js_file("book.js", loading_method="defer")
    context["page_actions"] = []
    context["page_csp"] = {}


def _finish_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    tags = context.get("metatags", "")
    description = re.search(r'<meta content="([^"]*)" name="description"', tags)
    context.update(
        contents=_contents(app),
        csp=policy({"script-src": allowed(FIRST), **context["page_csp"]}),
        description=description[1] if description else "",
        first_script=FIRST,
        html_baseurl=app.config.html_baseurl,
    )
    if context.get("pageurl"):
        context["pageurl"] = re.sub(r"\bindex\.html$", "", context["pageurl"])


def _not_found(app: Sphinx):
    """The page that a server shows where there is none."""
    yield "404", {"title": "Page not found"}, "404.html"


def _write_addresses(app: Sphinx, exception: Exception | None) -> None:
    """The sitemap; and a 404 page that finds its files from wherever it is shown."""
    base = app.config.html_baseurl
    if exception or app.builder.format != "html" or not base:
        return
    pages = (re.sub("^index.html$", "", f"{name}.html") for name in sorted(app.env.found_docs))
    rows = "".join(f"<url><loc>{escape(base + page)}</loc></url>\n" for page in pages)
    (app.outdir / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n',
        "utf-8",
    )
    root = rf"\g<1>{urlsplit(base).path}"
    page = app.outdir / "404.html"
    relative = r'(\b(?:href|src|action|data-content_root|data-script)=")(?!#|[a-z]+:|/)(?:\./)?'
    page.write_text(re.sub(relative, root, page.read_text("utf-8")), "utf-8")


def setup(app: Sphinx) -> dict:
    """Register the extension with Sphinx."""
    # Jupyter Book sets it for an extension that this book does not use.
    app.add_config_value("comments_config", {}, "", types=[dict])
    app.add_html_theme("book", str(HERE))
    app.set_translator("html", Writer)
    app.connect("config-inited", _configure, priority=100)
    app.connect("builder-inited", _write_code_colors)
    app.connect("html-page-context", _start_page, priority=100)
    app.connect("html-page-context", _finish_page, priority=900)
    app.connect("html-collect-pages", _not_found)
    app.connect("build-finished", _write_addresses)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
