"""The look of the site: Jupyter Book's theme, slimmed to what this book uses.

The theme brings 30 files and a megabyte to every page. Here each page gets one stylesheet, one
script and no icon font: `assets.py` merges the theme's files with `book.css` and `book.js`, and
leaves out the rules that no page uses. What a page's head and header hold is in `templates/`.

A page may bring scripts and styles of its own: what an extension adds with ``app.add_js_file`` or
``app.add_css_file`` at ``html-page-context`` comes to that page alone, untouched.
"""

import base64
import hashlib
import os
import re
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from docutils.parsers.rst.directives.admonitions import BaseAdmonition
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform

from extensions import digest
from extensions.theme import assets

HERE = Path(__file__).parent

#: Runs before anything is drawn, so that a dark page never flashes white. The only inline script.
FIRST = (HERE / "first.js").read_text("utf-8").strip()


def allowed(*texts):
    """The inline scripts or styles that a page may have beside its own files, as a policy says it."""
    return " ".join(["'self'", *(f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts)])


#: What pages may load. An extension that needs more on a page sets its ``page_csp`` at ``html-page-context``.
CSP = {
    "default-src": "'none'",
    "script-src": allowed(FIRST),
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
}


def policy(changes):
    """The Content-Security-Policy of a page that needs other than `CSP`."""
    return "; ".join(f"{key} {value}" for key, value in {**CSP, **changes}.items())


#: The theme's header buttons by their label or text, and the words that this book has for them.
#: Of the downloads only the notebook stays: a browser prints by itself.
BUTTONS = {
    "Binder": "Run in Binder",
    "Colab": "Run in Colab",
    "download-notebook-button": "Download notebook",
    "source-edit-button": "Edit this page",
    "source-issues-button": "Report a mistake",
    "download-source-button": None,
    "download-pdf-button": None,
}


def _configure(app, config):
    config.templates_path.insert(0, str(HERE / "templates"))  # before the theme's own
    config.html_static_path.append(str(HERE / "static"))
    config.html_favicon = str(HERE / "static" / "favicon.svg")
    # Where the site will be: CI's environment says so, a desk does not know.
    if base := os.environ.get("BOOK_URL"):
        config.html_baseurl = base.rstrip("/") + "/"


# --- pages --------------------------------------------------------------------


def _links(buttons):
    """The theme's header buttons, out of their menus, as a list in the order of `BUTTONS`.

    An extension may add ``{"type": "button", "text": ..., "attributes": {...}}``. The script that an
    attribute ``data-script`` names comes when the button is used.
    """
    flat = [b for button in buttons for b in button.get("buttons", [button])]
    named = [{**b, "text": BUTTONS.get(b.get("label") or b["text"], b["text"])} for b in flat]
    order = list(BUTTONS.values())
    return sorted((b for b in named if b["text"]), key=lambda b: order.index(b["text"]) if b["text"] in order else -1)


def _address(app, pagename):
    """The page's address on the web, or "" where that is not known."""
    base = app.config.html_baseurl
    return base and base + ("" if pagename == app.config.root_doc else f"{pagename}.html")


def _dress(app, pagename, templatename, context, doctree):
    """Give the templates what a page's head and header need."""
    app.builder.dressed = True
    for kind in ("script_files", "css_files"):
        files = [(f, str(getattr(f, "filename", f) or "").removeprefix("_static/")) for f in context[kind]]
        context[kind] = [file for file, name in files if name and not assets.is_merged(name)]
    described = re.search(r'<meta content="([^"]*)" name="description"', context.get("metatags") or "")
    context.update(
        book_csp=policy(context.get("page_csp", {})),
        book_first=FIRST,
        book_links=_links(context.get("header_buttons", [])),
        book_version=digest(),
        description=described[1] if described else "",
        pageurl=_address(app, pagename),
        social_picture=app.config.html_baseurl and f"{app.config.html_baseurl}_static/social.png",
    )


def _not_found(app):
    """The page that a server shows where there is none."""
    yield "404", {"title": "Page not found"}, "404.html"


class MarkForPaper(SphinxPostTransform):
    """Mark links whose words are their address, which need not be shown twice, and code that stays on one sheet."""

    default_priority = 500  # after the theme, which shortens addresses on GitHub
    formats = ("html",)

    def run(self, **kwargs):
        """Mark them."""
        for link in self.document.findall(nodes.reference):
            if link.get("refuri") == link.astext():
                link["classes"].append("address")
        for code in self.document.findall(nodes.literal_block):
            if code.astext().strip().count("\n") < 15:
                code["classes"].append("whole")


# --- folded parts -------------------------------------------------------------


class Folded(nodes.General, nodes.Element):
    """A part of a page that opens on a click, without a script."""


class Summary(nodes.General, nodes.TextElement):
    """The words to click on."""


class Dropdown(BaseAdmonition):
    """``:::{dropdown} Title``: an admonition of the class ``dropdown``."""

    required_arguments = 1
    node_class = nodes.admonition

    def run(self):
        """Make the admonition."""
        self.options.setdefault("class", []).append("dropdown")
        return super().run()


class FoldDropdowns(SphinxPostTransform):
    """Turn every admonition of the class ``dropdown`` into a folded part."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs):
        """Replace them."""
        for box in list(self.document.findall(nodes.Admonition)):
            if "dropdown" in box["classes"]:
                title = box.pop(0).children if isinstance(box[0], nodes.title) else [nodes.Text(box.tagname.title())]
                kept = [c for c in box["classes"] if not c.startswith("admonition-")]
                box.replace_self(Folded("", Summary("", "", *title), *box.children, classes=kept, ids=box["ids"]))


def _visit_folded(self, node):
    self.body.append(self.starttag(node, "details"))


def _depart_folded(self, node):
    self.body.append("</details>\n")


def _visit_summary(self, node):
    self.body.append("<summary>")


def _depart_summary(self, node):
    self.body.append("</summary>\n")


def _visit_hidden(self, node):
    # myst-nb's own gives all of them one aria-label, which hides their words from screen readers.
    what = node["prompt_show"].removeprefix("Show ")
    self.body.append(
        f'<details class="fold {" ".join(node["classes"])}">\n<summary data-paper="{escape(what[0].upper() + what[1:])}">'
        f'<span class="closed">{escape(node["prompt_show"])}</span>'
        f'<span class="opened">{escape(node["prompt_hide"])}</span></summary>\n'
    )


def _visit_citation(self, node):
    # An entry of a list, not the obsolete role that docutils gives it
    type(self).visit_citation(self, node)
    self.body[-1] = self.body[-1].replace('role="doc-biblioentry"', 'role="listitem"')


# --- figures ------------------------------------------------------------------


def _size(path):
    """Width and height of a drawing in CSS pixels, or None."""
    head = re.search(r"<svg[^>]*>", path.read_text("utf-8")) if path.suffix == ".svg" and path.exists() else None
    if not head:
        return None
    sides = re.findall(r'\b(?:width|height)="([\d.]+)(pt|px|)"', head[0])
    box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', head[0])
    if len(sides) != 2 and box:
        sides = [(box[1], ""), (box[2], "")]
    return [round(float(side) * (4 / 3 if unit == "pt" else 1)) for side, unit in sides] or None


def _visit_image(self, node):
    # The browser keeps a figure's place before it has it. In attributes, for the policy of the
    # page lets no style stand in it.
    wanted, size = node.attributes.pop("width", ""), _size(Path(self.builder.srcdir, node["uri"]))
    sides = {"width": wanted} if wanted else {}
    if size:
        width = int(wanted.removesuffix("px")) if wanted.removesuffix("px").isdigit() else size[0]
        sides = {"width": wanted if wanted.endswith("%") else width, "height": round(width * size[1] / size[0])}
    type(self).visit_image(self, node)
    attributes = "".join(f' {name}="{escape(str(side))}"' for name, side in sides.items())
    self.body[-1] = self.body[-1].replace("<img", f"<img{attributes}", 1)


# --- when all is written ------------------------------------------------------


def _finish(app, exception):
    if exception or app.builder.name != "html":
        return
    out, pages = Path(app.outdir), sorted(app.env.found_docs)
    if getattr(app.builder, "dressed", False):
        assets.write(out, [out / f"{page}.html" for page in [*pages, "search", "404"]])
        if app.config.html_baseurl:
            _write_addresses(app, out, pages)
    assets.remove_theme(out)


def _write_addresses(app, out, pages):
    """The sitemap; and a 404 page that finds its files from wherever it is shown."""
    rows = "".join(f"<url><loc>{escape(_address(app, page))}</loc></url>\n" for page in pages)
    (out / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n',
        "utf-8",
    )
    root = urlsplit(app.config.html_baseurl).path
    text = (out / "404.html").read_text("utf-8")
    text = re.sub(r'(\b(?:href|src|action|data-content_root)=")(?!#|[a-z]+:|/)(?:\./)?', rf"\g<1>{root}", text)
    (out / "404.html").write_text(text, "utf-8")


def setup(app):
    """Register the extension with Sphinx."""
    # Jupyter Book sets it, whether or not sphinx-comments is there to read it.
    app.add_config_value("comments_config", {}, "", types=[dict])
    app.add_directive("dropdown", Dropdown)
    app.add_post_transform(FoldDropdowns)
    app.add_post_transform(MarkForPaper)
    app.add_node(Folded, html=(_visit_folded, _depart_folded))
    app.add_node(Summary, html=(_visit_summary, _depart_summary))
    app.add_node(HideCodeCellNode, override=True, html=(_visit_hidden, _depart_folded))
    app.add_node(nodes.citation, override=True, html=(_visit_citation, lambda self, node: type(self).depart_citation(self, node)))
    app.add_node(nodes.image, override=True, html=(_visit_image, lambda self, node: None))
    app.connect("config-inited", _configure, priority=100)
    app.connect("html-page-context", _dress, priority=900)  # after every extension has had its say
    app.connect("html-collect-pages", _not_found)
    app.connect("build-finished", _finish, priority=950)  # after the theme has written its last file
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
