"""Print the chapter into ``_build/lazy-initialization.pdf`` (`make pdf`).

All pages become one document: title, contents with page numbers, then the pages in the chapter's
order. It is printed until nothing moves any more, for only a printed document knows on which pages its
parts are.
"""

import io
import json
import os
import re
import sys
from html import escape
from urllib.parse import urlsplit

import yaml
from bs4 import BeautifulSoup

from tools import BOOK
from tools.site import BUILD
from tools.slides import browser

SLIDES = BOOK.root / "extensions" / "slides"
CONFIG = yaml.safe_load((BOOK.root / "_config.yml").read_text("utf-8"))
HTML = BUILD / "pdf.html"
PDF = BUILD / "lazy-initialization.pdf"

#: Stands for a page number until it is known: most have as many figures
GUESS = 88

#: Those of the slides, so that a page breaks at the same line wherever it is printed
FONTS = "\n".join(re.findall(r"@font-face.*", (SLIDES / "deck.css").read_text("utf-8"))).replace(
    "url(", f"url({SLIDES.as_uri()}/"
)


def _article(name, names, numbers):
    """A page's text, its anchors made unique, its links leading to those of the document and naming their pages."""
    soup = BeautifulSoup((BUILD / "html" / f"{name}.html").read_text("utf-8"), "html.parser")
    article = soup.find("article")
    for tag in article.select(".headerlink, .slides-link, script"):
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
                by_name = link.fragment and page in (
                    "glossary",
                    "references",
                )  # a term or a source is found by its name
                if page != name and not by_name:
                    tag["data-page"] = numbers.get(anchor, GUESS)
            else:
                tag.unwrap()  # leads to a part of the site that is not printed
    article["id"] = name
    return article


def document(numbers):
    """The whole chapter as one HTML document.

    Args:
        numbers: ``{anchor: page number}``, as far as it is known.
    """
    names = BOOK.contents()
    articles = [_article(name, names, numbers) for name in names]
    rows, captions = [], {part.files()[0]: part.caption for part in names.root.subtrees}
    for name, article in zip(names, articles):
        if name in captions:
            rows.append(f'<li class="part">{escape(captions[name])}</li>')
        heads = [(name, "page", article.find("h1"))]
        heads += [
            (s["id"], "section", s.find("h2"))
            for s in article.find_all("section")
            if s.find("h2", recursive=False)
        ]
        for anchor, level, head in heads:
            number = numbers.get(anchor, GUESS)
            rows.append(
                f'<li class="{level}"><a href="#{anchor}"><span>{escape(head.get_text())}</span><b>{number}</b></a></li>'
            )
    title = escape(CONFIG["title"])
    where = (
        f"<p>The pages run at <a href='{escape(base)}'>{escape(base)}</a>.</p>"
        if (base := os.environ.get("BOOK_URL"))
        else ""
    )
    # Each page of the chapter has its title at the head of its sheets.
    heads = "\n".join(
        f"""@page {name} {{ @top-right {{ content: {json.dumps(article.h1.get_text())}; font: 8pt "Source Sans 3"; }} }} [id="{name}"] {{ page: {name}; }}"""
        for name, article in zip(names, articles)
    )
    return f"""<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="html/_static/colors.css">
<link rel="stylesheet" href="html/_static/book.css">
<link rel="stylesheet" href="html/_static/code.css">
<style>
{FONTS}
:root:root {{ --sans: "Source Sans 3", sans-serif; --mono: "Source Code Pro", monospace; }}
body {{ display: block; }}
article [data-page]::after {{ content: " (p. " attr(data-page) ")"; font-size: .85em; white-space: nowrap; }}
@page {{ @bottom-center {{ content: counter(page); font: 8pt "Source Sans 3"; }} }}
@page cover {{ @bottom-center {{ content: none; }} }}
{heads}
/* Room above, or Chromium counts a heading at the top of a sheet to the one before, too, and bookmarks it twice. */
@media print {{ :is(h1, h2, h3, h4) {{ padding-top: 3pt; }} }}
.cover {{ page: cover; padding-top: 40%; }}
.cover .title {{ font-size: 34pt; font-weight: 650; margin: 0 0 8pt; }}
.cover .note {{ margin-top: 12cm; }}
.pdf-contents ol {{ columns: 2; column-gap: 3em; font-size: 9.5pt; line-height: 1.35; list-style: none; padding: 0; }}
.pdf-contents li {{ break-inside: avoid; margin: 0; }}
.pdf-contents .part {{ break-after: avoid; color: var(--quiet); font-size: 11pt; margin-top: 14pt; }}
.pdf-contents .page {{ break-after: avoid; font-weight: 650; margin-top: 6pt; }}
.pdf-contents .section {{ padding-left: 1.5em; }}
.pdf-contents a {{ color: inherit; display: flex; gap: 1em; justify-content: space-between; text-decoration: none; }}
.pdf-contents b {{ font-weight: inherit; }}
</style></head>
<body><main>
<div class="cover"><p class="title">{title}</p><p>By {escape(CONFIG["author"])}</p>
<p class="note">Here every answer stands under its question: cover it while you guess.</p>{where}
<p>Text and figures are under CC BY 4.0, code under MIT.</p></div>
<div class="pdf-contents"><h1>Contents</h1><ol>{"".join(rows)}</ol></div>
{"".join(str(article) for article in articles)}
</main></body></html>"""


def _print(page, text):
    HTML.write_text(text, "utf-8")
    page.goto(HTML.as_uri())
    page.evaluate(
        "Promise.all([...[...document.fonts].map(f => f.load()), ...[...document.images].map(i => i.decode())])"
    )
    return page.pdf(format="A4", print_background=True, outline=True, tagged=True)


def _places(data):
    """On which page each anchor of the document is."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    return {
        name.lstrip("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }


def main():
    """Write the PDF; returns the exit status."""
    from playwright.sync_api import sync_playwright
    from pypdf import PdfWriter

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
    HTML.unlink()
    writer = PdfWriter(clone_from=io.BytesIO(data))
    # In the place of Chromium's own, which has the time in it
    writer.metadata = {"/Title": CONFIG["title"], "/Author": CONFIG["author"]}
    writer.pdf_header = "%PDF-1.7"
    writer.write(PDF.with_suffix(".part"))
    PDF.with_suffix(".part").replace(PDF)
    print(f"The chapter is at _build/{PDF.name} ({len(writer.pages)} pages)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
