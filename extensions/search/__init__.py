"""The search: the book's sections as a script, and a page that looks through them.

It replaces Sphinx' own, which finds nothing when one word of a pasted error message, such as a
number, is nowhere in the book. MiniSearch ranks the sections by their words. Before that, a message
is compared with the wordings that sections list: see chapter/messages.py.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext

from chapter.messages import explained
from extensions import book_of

HERE = Path(__file__).parent
FILES = ["dist/search.js", "dist/LICENSES.txt"]
#: What readers do not see as text.
UNSEEN = (nodes.raw, nodes.comment, nodes.section, nodes.title, nodes.image)


def _text(node: nodes.Node) -> Iterator[str]:
    """The text that readers see, without that of sections within."""
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield str(child)
        elif not isinstance(child, UNSEEN):
            yield from _text(child)
            if not isinstance(child, nodes.Inline):
                yield " "


def sections(app: Sphinx) -> list[dict[str, Any]]:
    """Every section of the book.

    Args:
        app: Sphinx, after it has read the pages.

    Returns:
        For each section its ``url`` from the site's root, the title of its ``page``, its own
        ``title``, its ``text`` and the ``wordings`` of messages that it lists.
    """
    found = []
    wordings = {section.label: section.wordings for _, section in explained(book_of(app))}
    for name in sorted(app.env.found_docs):
        page = clean_astext(app.env.titles[name])
        for section in app.env.get_doctree(name).findall(nodes.section):
            address = app.builder.get_target_uri(name)
            label = section["ids"][-1]  # the author's label, if there is one
            if isinstance(section.parent, nodes.section):
                address += f"#{label}"
            found.append(
                {
                    "url": address,
                    "page": page,
                    "title": clean_astext(section[0]),
                    "text": " ".join("".join(_text(section)).split()),
                    "wordings": wordings.get(label, ()),
                }
            )
    return found


def _replace_own(app: Sphinx) -> None:
    if app.builder.format == "html":
        app.builder.search = False  # no index of Sphinx' own, and no page of it


def _search_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield "search", {"title": "Search"}, "search.html"


def _add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if pagename == "search":
        app.add_js_file("search/search.js", loading_method="defer")


def _write_static(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir, "_static", "search")
    out.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(HERE / name, out / Path(name).name)
    # A script and not JSON: from a folder, a browser fetches no file.
    text = json.dumps(sections(app), ensure_ascii=False)
    (out / "sections.js").write_text(f"globalThis.bookSections = {text};\n", "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", _replace_own)
    app.connect("html-collect-pages", _search_page)
    app.connect("html-page-context", _add_script)
    app.connect("build-finished", _write_static)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
