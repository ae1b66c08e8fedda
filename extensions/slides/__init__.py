"""The lecture: a reveal.js deck of the same pages, cells and outputs as the site.

Which cells are on the deck is said by the notebook metadata that Jupyter knows, ``slideshow:
{"slide_type": …}``: a ``slide`` starts a column, a ``subslide`` the next slide below, a
``fragment`` is a step of a slide, ``-`` goes on without one, ``notes`` are for the speaker, and
``skip``, or nothing, is not on the deck. Beyond Jupyter's keys, ``slideshow`` takes

``minutes``
    how long the slide takes (``slide`` and ``subslide``);
``path: "short"``
    it is on the 20-minute path as well;
``question: true``
    it asks the class, and ends the section;
``show: "output"``
    the cell's code stays on the page.

A Markdown cell tagged ``slide-only`` is on the deck alone; neither it nor ``notes`` reach the page
or the notebook that readers open (`tools.notebooks.is_for_deck`). The output of a cell is a step
of its own, so that the class can guess.
"""

import ast
import base64
import html
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from docutils import nodes
from myst_nb.core.render import MditRenderMixin
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.osutil import relative_uri

from extensions.explorer.bundle import STYLE, bundle, strip
from extensions.csp import allowed, policy
from extensions.theme import COLORS, code_colors
from tools import notebooks

HERE = Path(__file__).parent
FOLDER = "slides"
CODE = (32, 28, 26, 24, 22, 20)  # sizes of code, in px, as in deck.css
KINDS = ("slide", "subslide", "fragment", "-", "notes", "skip")

logger = logging.getLogger(__name__)


class slide_cell(nodes.General, nodes.Element):
    """What a Markdown cell of the deck holds, where it stands on its page."""


@dataclass
class Slide:
    """A slide, as HTML."""

    docname: str
    section: nodes.section
    starts_column: bool
    title: str
    options: dict
    id: str = ""
    blocks: list = field(default_factory=list)
    notes: list = field(default_factory=list)


# --- reading: Markdown cells keep what they are for ---------------------------


def _render_markdown_cell(self, token):
    """Stands where myst-nb passes a Markdown cell on without its metadata."""
    metadata = token.meta["metadata"]
    options = metadata.get("slideshow", {})
    if not options:
        return self.render_children(token)
    node = slide_cell(options=options, only=notebooks.is_for_deck(metadata))
    self.add_line_and_source_path(node, token)
    with self.current_node_context(node, append=True):
        for child in token.children:
            if child.type != "heading":
                self.rules[f"render_{child.type}"](child)
                continue
            # Not a section, which would be in the page's contents
            heading = nodes.rubric()
            self.add_line_and_source_path(heading, child)
            with self.current_node_context(heading, append=True):
                self.render_children(child)


# --- the page -----------------------------------------------------------------


def _slides_url(builder, docname, slide=""):
    return relative_uri(builder.get_target_uri(docname), f"{FOLDER}/index.html") + f"#/{slide or docname}"


def _leave_page(app, doctree, docname):
    """Take the deck's own cells off the page; link to the page's first slide."""
    if getattr(app, "making_slides", False):
        return
    cells = list(doctree.findall(slide_cell))
    for cell in cells:
        cell.replace_self([] if cell["only"] else cell.children)
    if app.builder.format == "html" and any(c["options"].get("slide_type") == "slide" for c in cells):
        link = nodes.reference("", "Slides of this page", refuri=_slides_url(app.builder, docname), internal=True)
        # At the end of the page, in its top section
        place = next(iter(doctree.findall(nodes.section)), doctree)
        place.append(nodes.paragraph("", "", link, classes=["slides-link"]))


class SlideRole(SphinxRole):
    """``{slide}`text <id>```: a link to a slide; ``<>`` is the deck, ``<?path=short>`` a way to show it."""

    def run(self):
        """Make the link."""
        text, target = re.fullmatch(r"(.*?)\s*<(.*)>", self.text, re.DOTALL).groups()
        deck = relative_uri(f"{self.env.docname}.html", f"{FOLDER}/index.html")
        link = f"{deck}#/{target}" if target and not target.startswith("?") else deck + target
        return [nodes.reference("", text, refuri=link, internal=True)], []


# --- the deck -----------------------------------------------------------------


def _section(node):
    while not isinstance(node, (nodes.section, nodes.document)):
        node = node.parent
    return node


def _render(app, node):
    """HTML of a node of a page, with its links mended for the deck's folder."""
    node = node.deepcopy()  # copy.deepcopy would copy the page around it, too
    for child in node.findall(nodes.Element):
        child["ids"] = []  # they are the page's
    return app.builder.render_partial(node)["fragment"].strip()


def _mend_links(app, doctree, docname):
    page = app.builder.get_target_uri(docname)
    for link in doctree.findall(nodes.reference):
        if "refid" in link:
            link["refuri"] = f"../{page}#{link['refid']}"
            del link["refid"]
        elif link.get("internal"):
            link["refuri"] = f"../{link['refuri']}"


def _blocks_of_code(app, cell):
    """The blocks of a code cell, each ``(is a step, HTML)``."""
    options = cell["cell_metadata"]["slideshow"]
    hidden = "hide-input" in cell["cell_metadata"].get("tags", [])
    for part in cell.children:
        # A folded half is open on the deck.
        inner = part.children[0] if isinstance(part, HideCodeCellNode) else part
        is_source = inner["nb_element"] == "cell_code_source"
        if is_source and (hidden or options.get("show") == "output"):
            continue
        if "UninitializedParameter" in inner.astext() and not is_source:
            inner["classes"].append("unknown")
        yield not is_source or options["slide_type"] == "fragment", _render(app, inner)


def _blocks_of_markdown(app, cell):
    step = cell["options"]["slide_type"] == "fragment"
    for block in cell.children:
        if isinstance(block, nodes.bullet_list | nodes.enumerated_list) and "steps" in block["classes"]:
            for item in block.children:
                item["classes"].append("fragment")
        yield step, _render(app, block)


def _slides_of(app, docname):
    """The slides of a page, in order."""
    app.making_slides = True
    try:
        doctree = app.env.get_and_resolve_doctree(docname, app.builder)
    finally:
        app.making_slides = False
    app.builder.post_process_images(doctree)
    _mend_links(app, doctree, docname)

    slides = []
    for node in list(doctree.findall(nodes.Element)):
        if isinstance(node, slide_cell):
            options, is_code = node["options"], False
        elif node.get("nb_element") == "cell_code" and node["cell_metadata"].get("slideshow"):
            options, is_code = node["cell_metadata"]["slideshow"], True
        else:
            continue
        kind = options.get("slide_type")
        if kind not in KINDS:
            logger.warning("slide_type is %r, not one of %s", kind, ", ".join(KINDS), location=node)
        if kind not in KINDS or kind == "skip":
            continue
        if kind in ("slide", "subslide"):
            if is_code or not isinstance(node[0], nodes.rubric):
                logger.warning("a slide begins with a Markdown cell that begins with its title", location=node)
                continue
            heading = node.pop(0)
            title = re.sub(r"^<p[^>]*>|</p>$", "", _render(app, nodes.paragraph("", "", *heading.children)))
            slides.append(Slide(docname, _section(node), kind == "slide", title, options))
        elif not slides:
            logger.warning("a cell of the deck stands before the page's first slide", location=node)
            continue
        if kind == "notes":
            slides[-1].notes += [html_ for _, html_ in _blocks_of_markdown(app, node)]
        else:
            blocks = list((_blocks_of_code if is_code else _blocks_of_markdown)(app, node))
            if not slides[-1].blocks:  # what a slide opens with is no step
                blocks[:1] = [(False, block) for _, block in blocks[:1]]
            slides[-1].blocks += blocks
    if slides and not slides[0].starts_column:
        logger.warning("the first slide of a page has slide_type slide", location=docname)
    for number, slide in enumerate(slides):
        text = html.unescape(re.sub("<[^>]*>", "", slide.title)).lower()
        slide.id = f"{docname}-{re.sub('[^a-z0-9]+', '-', text).strip('-')}" if number else docname
    return slides


def _html(app, slide, is_title):
    """HTML of one slide."""
    options, page = slide.options, app.builder.get_target_uri(slide.docname)
    short, minutes = options.get("path") == "short", options.get("minutes")
    level = 1 if is_title else 2 if slide.starts_column else 3
    attributes = {
        "id": slide.id,
        "class": " ".join(["title"] * is_title + ["question"] * bool(options.get("question")) + [_code_class(slide)]),
        "data-path": "short" if short else "",
        "data-timing": round(minutes * 60) if minutes else "",
    }
    section, title = slide.section, app.env.titles[slide.docname].astext()
    anchor = "" if section.parent is section.document else f"#{section['ids'][0]}"
    said = title if not anchor else f"{title}: {section.next_node(nodes.title).astext()}"
    facts = [f"{minutes:g} min" if minutes else "", "on the 20-minute path" if short else ""]
    notes = [f"<p><b>{', '.join(filter(None, facts))}</b></p>"] * any(facts) + slide.notes
    opening = " ".join(f'{key}="{value}"' for key, value in attributes.items() if value != "")
    return "\n".join(
        [
            f"<section {opening}>",
            '<div class="frame">',
            f"<h{level}>{slide.title}</h{level}>",
            '<div class="body">',
            *(f'<div class="fragment">\n{block}\n</div>' if step else block for step, block in slide.blocks),
            "</div>",
            f'<p class="foot"><a href="../{page}{anchor}">{html.escape(said)}</a>'
            + (' <span class="mark">20 min</span>' if short else "")
            + "</p>",
            "</div>",
            *(['<aside class="notes">', *notes, "</aside>"] if notes else []),
            "</section>",
        ]
    )


def _code_class(slide):
    """How large the slide's code is: as large as its longest line and all its lines allow."""
    text = "".join(block for _, block in slide.blocks)
    blocks = re.findall("<pre>.*?</pre>", text, re.DOTALL)
    lines = [html.unescape(re.sub("<[^>]*>", "", block)).strip("\n").splitlines() for block in blocks]
    longest = max((len(line) for block in lines for line in block), default=0)
    # What paragraphs and items leave: a line of theirs has about 65 letters.
    prose = re.findall("<p>(.*?)</p>", re.sub("<pre>.*?</pre>", "", text, flags=re.DOTALL), re.DOTALL)
    room = 500 - sum(20 + 47 * (1 + len(re.sub("<[^>]*>", "", said)) // 65) for said in prose) - 40 * len(blocks)
    fits = (size for size in CODE[:-1] if longest * 0.6 * size < 1100 and sum(map(len, lines)) * 1.3 * size < room)
    return f"code-{next(fits, CODE[-1])}"


def _style():
    """The deck's style sheet, the fonts within: some browsers load none beside a local file."""

    def embedded(match):
        data = base64.b64encode((HERE / "fonts" / match[1]).read_bytes()).decode()
        return f"url(data:font/woff2;base64,{data})"

    own = re.sub(r"url\(fonts/([\w.-]+)\)", embedded, (HERE / "deck.css").read_text("utf-8"))
    return "\n".join([COLORS.read_text("utf-8"), code_colors(), strip(STYLE), own])


def _policy(notes):
    """What the deck may load, and its speaker view, which is a page that ``notes.js`` writes."""
    view = ast.literal_eval(re.search(r'document\.write\(("(?:[^"\\]|\\.)*")\)', notes)[1].replace(r"\/", "/"))
    # reveal.js writes two rules for paper.
    paper = ["@page{size:1280px 720px; margin: 0px;}", ".reveal section>img, .reveal section>video, .reveal section>iframe{max-width: 1280px; max-height:720px}"]
    return policy(
        {
            "script-src": allowed(*re.findall("<script>(.*?)</script>", view, re.DOTALL)),
            "style-src": allowed(*re.findall("<style>(.*?)</style>", view, re.DOTALL), *paper),
            "font-src": "data:",
            "frame-src": "'self'",
            "connect-src": "'none'",
            "form-action": "'none'",
        }
    )


def _write_deck(app):
    """Write the deck: all pages, in the book's order, also where only one of them was built."""
    folder = Path(app.outdir, FOLDER)
    shutil.rmtree(folder, ignore_errors=True)
    order = [app.config.root_doc]
    for docname in order:
        order += [name for name in app.env.toctree_includes.get(docname, []) if name not in order]
    imgpath, app.builder.imgpath = app.builder.imgpath, "images"
    try:
        columns = []
        for slide in (slide for docname in order for slide in _slides_of(app, docname)):
            if slide.starts_column:
                columns.append([])
            columns[-1].append(_html(app, slide, not any(columns)))
    finally:
        app.builder.imgpath = imgpath
    if not columns:
        return []
    body = "\n".join("<section>\n" + "\n".join(column) + "\n</section>" for column in columns)
    title = app.config.html_title
    folder.mkdir(parents=True)
    for name in ("reveal.js", "reveal.css", "LICENSE"):
        shutil.copyfile(HERE / "reveal" / name, folder / (name if name != "LICENSE" else "reveal.LICENSE"))
    # Without styles in attributes, which a policy allows all or none. They hide the pace, which this deck always has.
    notes = (HERE / "reveal" / "notes.js").read_text("utf-8").replace(r' style=\"display: none\"', "")
    (folder / "notes.js").write_text(notes, "utf-8")
    shutil.copyfile(HERE / "deck.js", folder / "deck.js")
    (folder / "explorer.js").write_text(bundle(), "utf-8")
    (folder / "deck.css").write_text(_style(), "utf-8")
    # The deck's own copies: the folder alone can go on a USB stick.
    for source, name in app.builder.images.items():
        if f'src="images/{name}"' in body:
            (folder / "images").mkdir(exist_ok=True)
            shutil.copyfile(Path(app.srcdir, source), folder / "images" / name)
    page = Template((HERE / "deck.html").read_text("utf-8"))
    text = page.substitute(title=html.escape(title), language=app.config.language, policy=_policy(notes), slides=body)
    (folder / "index.html").write_text(text, "utf-8")
    return []


def setup(app):
    """Register the extension with Sphinx."""
    # myst-nb has no hook for this; were the name to change, the tests of the deck would say so.
    MditRenderMixin.render_nb_cell_markdown = _render_markdown_cell
    app.add_node(slide_cell)
    app.add_role("slide", SlideRole())
    # After what resolves links, before what reads the finished page
    app.connect("doctree-resolved", _leave_page, priority=400)
    app.connect("html-collect-pages", _write_deck)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
