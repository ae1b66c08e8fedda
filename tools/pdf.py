"""Print the chapter into ``_build/lazy-initialization.pdf`` (`make pdf`).

All pages become one document: title, contents with page numbers, then the pages in the chapter's
order. It is printed until nothing moves any more, for only a printed document knows on which pages
its parts are.
"""

import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Collection
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader

from chapter.files import write
from tools import BOOK
from tools.chromium import browser
from tools.site import BUILD

SLIDES = BOOK.root / "extensions" / "slides"
CSS = Path(__file__).with_suffix(".css")
CONFIG = yaml.safe_load((BOOK.root / "_config.yml").read_text("utf-8"))
PDF = BUILD / "lazy-initialization.pdf"

#: Stands for a page number until it is known: most have as many figures
GUESS = 88

#: Those of the slides, so that a page breaks at the same line wherever it is printed
FONTS = "\n".join(re.findall(r"@font-face.*", (SLIDES / "deck.css").read_text("utf-8"))).replace(
    "url(", f"url({SLIDES.as_uri()}/"
)


def _article(name: str, names: Collection[str], numbers: dict[str, int]) -> Tag:
    """A page's text: its anchors are unique, and its links lead within the document, with pages."""
    soup = BeautifulSoup((BUILD / "html" / f"{name}.html").read_text("utf-8"), "html.parser")
    article = soup.find("article")
    for tag in article.select(".headerlink, .slides-link, .printed, script"):
        tag.decompose()
    for tag in article.select("p[role=heading]"):
        del tag["role"]  # a box's title is no bookmark
        del tag["aria-level"]
    for tag in article.find_all("details"):
        tag["open"] = ""
    for tag in article.find_all("table"):
        if not tag.thead and not (row := tag.tr).td:
            row.wrap(soup.new_tag("thead"))  # stands again where the table goes on
    for tag in article.find_all(id=True):
        tag["id"] = f"{name}.{tag['id']}"
    for tag in article.find_all("img"):
        tag["src"] = f"html/{tag['src']}"
    for tag in article.find_all("a", href=True):
        link = urlsplit(tag["href"])
        if not link.scheme:
            page = link.path.removesuffix(".html") or name
            if page in names:
                anchor = f"{page}.{link.fragment}" if link.fragment else page
                tag["href"] = f"#{anchor}"
                # A term or a source is found by its name.
                by_name = link.fragment and page in ("glossary", "references")
                if page != name and not by_name:
                    tag["data-page"] = numbers.get(anchor, GUESS)
            else:
                tag.unwrap()  # leads to a part of the site that is not printed
    # The title and not the article, which begins at the foot of the page before.
    article.h1["id"] = name
    article["class"] = f"page-{name}"
    return article


def document(numbers: dict[str, int]) -> str:
    """The whole chapter as one HTML document.

    Args:
        numbers: ``{anchor: page number}``, as far as it is known.
    """
    names = BOOK.contents()
    articles = [_article(name, names, numbers) for name in names]
    rows, captions = [], {part.files()[0]: part.caption for part in names.root.subtrees}
    for name, article in zip(names, articles, strict=True):
        if name in captions:
            rows.append(f'<li class="part">{escape(captions[name])}</li>')
        heads = [(name, "page", article.find("h1"))]
        heads += [
            (s["id"], "section", s.find("h2"))
            for s in article.find_all("section")
            if s.find("h2", recursive=False)
        ]
        for anchor, level, head in heads:
            text, number = escape(head.get_text()), numbers.get(anchor, GUESS)
            rows.append(
                f'<li class="{level}"><a href="#{anchor}"><span>{text}</span>'
                f"<b>{number}</b></a></li>"
            )
    title = escape(CONFIG["title"])
    where = (
        f"<p>The pages run at <a href='{escape(base)}'>{escape(base)}</a>.</p>"
        if (base := os.environ.get("BOOK_URL"))
        else ""
    )
    # Each page of the chapter has its title at the head of its sheets.
    heads = "\n".join(
        f"@page {name} {{ @top-right {{ content: {json.dumps(article.h1.get_text())};"
        f' font: 8pt "Source Sans 3"; }} }} .page-{name} {{ page: {name}; }}'
        for name, article in zip(names, articles, strict=True)
    )
    return f"""<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="html/_static/colors.css">
<link rel="stylesheet" href="html/_static/book.css">
<link rel="stylesheet" href="html/_static/code.css">
<link rel="stylesheet" href="{CSS.as_uri()}">
<style>
{FONTS}
{heads}
</style></head>
<body><main>
<div class="cover"><p class="title">{title}</p><p>By {escape(CONFIG["author"])}</p>
<p class="note">In print, every answer follows its question: cover it while you guess.</p>{where}
<p>Text and figures are under CC BY 4.0, code under MIT.</p></div>
<div class="pdf-contents"><h1>Contents</h1><ol>{"".join(rows)}</ol></div>
{"".join(str(article) for article in articles)}
</main></body></html>"""


def _print(page: Page, text: str) -> bytes:
    # It lies beside the site, whose style sheets and figures it shows.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=BUILD, suffix=".html") as file:
        file.write(text)
        file.flush()
        page.goto(Path(file.name).as_uri())
        page.evaluate(
            "Promise.all([...[...document.fonts].map(f => f.load()),"
            " ...[...document.images].map(i => i.decode())])"
        )
        return page.pdf(format="A4", print_background=True, outline=True, tagged=True)


def _places(data: bytes) -> dict[str, int]:
    """On which page each anchor of the document is."""
    reader = PdfReader(io.BytesIO(data))
    return {
        name.lstrip("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }


def main() -> int:
    """Write the PDF; returns the exit status."""
    if not (chromium := browser()):
        print(
            "There is no Chromium to print with. Install one, or set CHROMIUM=/path/to/chromium",
            file=sys.stderr,
        )
        return 1
    with sync_playwright() as playwright:
        driven = playwright.chromium.launch(executable_path=chromium)
        page = driven.new_page()
        numbers, data = {}, b""
        for _ in range(4):
            known, data = numbers, _print(page, document(numbers))
            if (numbers := _places(data)) == known:
                break
        driven.close()
    if numbers != known:
        print(
            "The chapter was not printed: its pages moved when their numbers were filled in",
            file=sys.stderr,
        )
        return 1
    whole = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as printed:
        # Instead of Chromium's own, which has the time in it
        printed.docinfo = printed.make_indirect(
            pikepdf.Dictionary(Title=CONFIG["title"], Author=CONFIG["author"])
        )
        # Most of it is what each piece of code is to a screen reader: a third when compressed
        printed.save(
            whole,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
        pages = len(printed.pages)
    write(whole.getvalue(), PDF)
    print(f"The chapter is at _build/{PDF.name} ({pages} pages)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
