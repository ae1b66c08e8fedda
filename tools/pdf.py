"""Print the chapter into ``_build/lazy-initialization.pdf`` (`make pdf`).

All pages become one document: title, contents with page numbers, then the pages in the chapter's
order. It is printed twice, for only a printed document knows on which pages its parts are.
"""

import io
import re
import sys
from html import escape
from urllib.parse import urlsplit

import yaml
from bs4 import BeautifulSoup

from tools import notebooks
from tools.site import BUILD
from tools.slides import browser

SLIDES = notebooks.ROOT / "extensions" / "slides"
HTML = BUILD / "pdf.html"
PDF = BUILD / "lazy-initialization.pdf"

#: Those of the slides, so that a page breaks at the same line wherever it is printed
FONTS = "\n".join(re.findall(r"@font-face.*", (SLIDES / "deck.css").read_text("utf-8"))).replace("url(", f"url({SLIDES.as_uri()}/")


def _article(name, names):
    """A page's text, its anchors made unique and its links leading to those of the document."""
    soup = BeautifulSoup((BUILD / "html" / f"{name}.html").read_text("utf-8"), "html.parser")
    article = soup.find("article")
    for tag in article.select(".headerlink, .slides-link, script"):
        tag.decompose()
    for tag in article.find_all("details"):
        tag["open"] = ""
    for tag in article.find_all("pre"):
        if tag.get_text().count("\n") <= 24:
            tag["class"] = "whole"  # stays on one page
    for tag in article.find_all(id=True):
        tag["id"] = f"{name}.{tag['id']}"
    for tag in article.find_all("img"):
        tag["src"] = f"html/{tag['src']}"
    for tag in article.find_all("a", href=True):
        link = urlsplit(tag["href"])
        if not link.scheme:
            page = link.path.removesuffix(".html") or name
            if page in names:
                tag["href"] = f"#{page}.{link.fragment}" if link.fragment else f"#{page}"
            else:
                tag.unwrap()  # leads to a part of the site that is not printed
    article["id"] = name
    return article


def document(numbers):
    """The whole chapter as one HTML document.

    Args:
        numbers: ``{anchor: page number}``, as far as it is known.
    """
    names = notebooks.contents()
    articles = [_article(name, names) for name in names]
    rows = []
    for name, article in zip(names, articles):
        heads = [(name, "page", article.find("h1"))]
        heads += [(s["id"], "section", s.find("h2")) for s in article.find_all("section") if s.find("h2", recursive=False)]
        for anchor, level, head in heads:
            number = numbers.get(anchor, "")
            rows.append(f'<li class="{level}"><a href="#{anchor}"><span>{head.get_text()}</span><b>{number}</b></a></li>')
    config = yaml.safe_load((notebooks.ROOT / "_config.yml").read_text("utf-8"))
    title = escape(config["title"])
    return f"""<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="html/_static/book.css">
<style>
{FONTS}
:root, html[data-theme] {{ --pst-font-family-base: "Source Sans 3", sans-serif; --pst-font-family-monospace: "Source Code Pro", monospace; }}
body {{ display: block; }}
@media print {{ body {{ font-size: 11.5pt; }} }}
.whole {{ break-inside: avoid; }}
.cover {{ break-after: page; padding-top: 40%; }}
.cover p {{ font-size: 34pt; font-weight: 650; margin: 0 0 8pt; }}
article, .pdf-contents {{ break-after: page; }}
.pdf-contents ol {{ list-style: none; padding: 0; }}
.pdf-contents li {{ break-inside: avoid; margin: 0; }}
.pdf-contents .page {{ break-after: avoid; font-weight: 650; margin-top: 8pt; }}
.pdf-contents .section {{ padding-left: 1.5em; }}
.pdf-contents a {{ color: inherit; display: flex; gap: 1em; justify-content: space-between; text-decoration: none; }}
.pdf-contents b {{ font-weight: inherit; }}
</style></head>
<body><main class="bd-main"><div class="bd-content"><div class="bd-article-container">
<div class="cover"><p>{title}</p>By {escape(config["author"])}</div>
<div class="pdf-contents bd-article"><h1>Contents</h1><ol>{"".join(rows)}</ol></div>
{"".join(str(article) for article in articles)}
</div></div></main></body></html>"""


def _print(page, text):
    HTML.write_text(text, "utf-8")
    page.goto(HTML.as_uri())
    page.evaluate("Promise.all([...[...document.fonts].map(f => f.load()), ...[...document.images].map(i => i.decode())])")
    footer = '<p style="font-size: 8pt; text-align: center; width: 100%; font-family: sans-serif"><span class="pageNumber"></span></p>'
    return page.pdf(
        format="A4",
        print_background=True,
        outline=True,
        tagged=True,
        display_header_footer=True,
        header_template="<p></p>",
        footer_template=footer,
        margin={"top": "20mm", "bottom": "22mm", "left": "18mm", "right": "18mm"},
    )


def _places(data):
    """On which page each anchor of the document is."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    return {name.lstrip("/"): reader.get_destination_page_number(place) + 1 for name, place in reader.named_destinations.items()}


def main():
    """Write the PDF; returns the exit status."""
    from playwright.sync_api import sync_playwright

    if not (chromium := browser()):
        print("There is no Chromium to print with. Install one, or set CHROMIUM=/path/to/chromium", file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        driven = playwright.chromium.launch(executable_path=chromium)
        page = driven.new_page()
        numbers = _places(_print(page, document({})))
        data = _print(page, document(numbers))
        driven.close()
    if _places(data) != numbers:
        print("The chapter was not printed: its pages moved when their numbers were filled in", file=sys.stderr)
        return 1
    PDF.write_bytes(data)
    HTML.unlink()
    count = len(re.findall(rb"/Type\s*/Page\b", data))
    print(f"The chapter is at _build/{PDF.name} ({count} pages)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
