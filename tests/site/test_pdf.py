"""The chapter as one PDF."""

import re
import subprocess
import sys
import unicodedata

import pytest
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from tests.site.helpers import SITE, parsed
from tools import BOOK, pdf


def squeezed(text):
    """A text without its white space, which printing moves about, and without ligatures."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def printed():
    """The PDF, printed anew."""
    pdf.PDF.unlink(missing_ok=True)
    # In a process of its own: this one already drives a browser.
    run = subprocess.run(
        [sys.executable, "-m", "tools.pdf"], cwd=BOOK.root, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    return PdfReader(pdf.PDF)


@pytest.fixture(scope="module")
def sheets(printed):
    """Each of its pages: the text, and how far its pieces are from the foot, in points."""

    def read(page):
        text = page.get_textpage()
        heights = [text.get_rect(n)[1] for n in range(text.count_rects())]
        # A hyphen at the end of a line is U+FFFE to PDFium.
        return squeezed(text.get_text_range().replace("\ufffe", "-")), heights

    with PdfDocument(pdf.PDF) as document:  # pypdf takes half a minute for it
        return [read(page) for page in document]


@pytest.fixture(scope="module")
def texts(sheets):
    """The text of each of its pages."""
    return [text for text, _ in sheets]


def number(printed, anchor):
    """The page on which an anchor of the document is."""
    return printed.get_destination_page_number(printed.named_destinations[f"/{anchor}"]) + 1


def test_what_it_says_of_itself(printed):
    """A reader, and a screen reader, learn what it is; nothing in it tells one run from another."""
    assert dict(printed.metadata) == {
        "/Title": "Lazy Initialization",
        "/Author": "the authors of Lazy Initialization",
    }
    root = printed.trailer["/Root"]
    assert root["/Lang"] == "en" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root


def test_contents(printed, texts):
    """The contents list every page with the number that it has, and lead there."""
    contents = "".join(texts[:6])
    for name in BOOK.contents():
        title = parsed(SITE / f"{name}.html").article.h1.get_text().removesuffix("¶")
        place = number(printed, name)
        assert squeezed(title) in texts[place - 1]
        assert f"{squeezed(title)}{place}" in contents


def test_links_lead_somewhere(printed):
    """No link leads to a file of this machine; each inner one has its place."""
    places = set(printed.named_destinations)
    for page in printed.pages:
        for annotation in page.get("/Annots", []):
            link = annotation.get_object()
            if uri := link.get("/A", {}).get("/URI"):
                assert re.match(r"https?://|mailto:", uri), uri
            elif "/Dest" in link:
                assert link["/Dest"] in places, link["/Dest"]


def test_links_name_their_pages(printed, texts):
    """A link to another page of the chapter has the number of the sheet beside it."""
    whole, links, names = "".join(texts), 0, BOOK.contents()
    for name in names:
        for link in parsed(SITE / f"{name}.html").select("article p a.internal[href]"):
            page, _, anchor = link["href"].partition("#")
            page = page.removesuffix(".html")
            if page in names and page not in (name, "glossary", "references"):
                links += 1
                place = number(printed, f"{page}.{anchor}" if anchor else page)
                assert f"{squeezed(link.get_text())}(p.{place})" in whole, link
    assert links > 100


def bookmarks(outline):
    """All bookmarks, in order."""
    for mark in outline:
        yield from bookmarks(mark) if isinstance(mark, list) else [mark]


def test_bookmarks(printed):
    """Each heading has one, and nothing else has."""
    heads = [
        head
        for name in BOOK.contents()
        for head in parsed(SITE / f"{name}.html").article.select("h1, h2, h3, h4")
    ]
    expected = ["Contents", *(squeezed(head.get_text().removesuffix("¶")) for head in heads)]
    assert [squeezed(mark.title) for mark in bookmarks(printed.outline)] == expected


def test_no_heading_stands_alone(printed, sheets):
    """Below each heading there is a line of what it is for."""
    for mark in bookmarks(printed.outline):
        _, heights = sheets[printed.get_destination_page_number(mark)]
        # Under 30 is the sheet's number.
        assert [y for y in heights if 30 < y < mark.top - 25], mark.title


@pytest.mark.parametrize("name", BOOK.contents())
def test_nothing_is_cut(texts, name):
    """Every line of code and output of a page is there, to its last character."""
    whole = "".join(texts)
    for block in parsed(SITE / f"{name}.html").select("article pre"):
        for line in block.get_text().splitlines():
            assert squeezed(line) in whole, line


def test_no_navigation(texts):
    """What is for a screen stays there."""
    whole = "".join(texts)
    for words in (
        "Skip to main content",
        "Download notebook",
        "Run in Binder",
        "Show the answer",
        "Hide the",
        "Slides of this page",
    ):
        assert squeezed(words) not in whole


def test_fonts_are_embedded(printed):
    """It looks the same everywhere."""
    fonts = {}
    for page in printed.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            for each in font.get("/DescendantFonts", [font]):
                fonts[str(font.get("/BaseFont"))] = each.get_object()
    assert fonts
    for name, font in fonts.items():
        descriptor = font.get("/FontDescriptor")
        assert font.get("/Subtype") == "/Type3" or {"/FontFile", "/FontFile2", "/FontFile3"} & set(
            descriptor.get_object()
        ), name
