"""The chapter as one PDF."""

import re
import subprocess
import sys
import unicodedata

import pytest
from bs4 import BeautifulSoup
from conftest import SITE
from pypdf import PdfReader

from tools import notebooks, pdf


def squeezed(text):
    """A text without its white space, which printing moves about, and without ligatures."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def printed():
    """The PDF, printed anew."""
    pdf.PDF.unlink(missing_ok=True)
    # In a process of its own: this one already drives a browser.
    run = subprocess.run([sys.executable, "-m", "tools.pdf"], cwd=pdf.notebooks.ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return PdfReader(pdf.PDF)


@pytest.fixture(scope="module")
def texts(printed):
    """The text of each of its pages, less the page number at its foot."""
    return [squeezed(page.extract_text()).removesuffix(str(n)) for n, page in enumerate(printed.pages, 1)]


def test_contents(printed, texts):
    """The contents list every page with the number that it has, and lead there; so do the bookmarks."""
    contents = "".join(texts[:6])
    bookmarks = [mark.title for mark in printed.outline if not isinstance(mark, list)]
    for name in notebooks.contents():
        title = BeautifulSoup((SITE / f"{name}.html").read_bytes(), "html.parser").article.h1.get_text().removesuffix("#")
        number = printed.get_destination_page_number(printed.named_destinations[f"/{name}"]) + 1
        assert squeezed(title) in texts[number - 1]
        assert f"{squeezed(title)}{number}" in contents
        assert title in " ".join(bookmarks)


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


@pytest.mark.parametrize("name", notebooks.contents())
def test_nothing_is_cut(texts, name):
    """Every line of code and output of a page is there, to its last character."""
    whole = "".join(texts)
    for block in BeautifulSoup((SITE / f"{name}.html").read_bytes(), "html.parser").select("article pre"):
        for line in block.get_text().splitlines():
            assert squeezed(line) in whole, line


def test_no_navigation(texts):
    """What is for a screen stays there."""
    whole = "".join(texts)
    for words in ("Skip to main content", "Download notebook", "Run in Binder", "Show the answer", "Hide the", "Slides of this page"):
        assert squeezed(words) not in whole


def test_fonts_are_embedded(printed):
    """It looks the same everywhere."""
    fonts = {}
    for page in printed.pages:
        for key, font in page["/Resources"].get("/Font", {}).items():
            font = font.get_object()
            for each in font.get("/DescendantFonts", [font]):
                fonts[str(font.get("/BaseFont"))] = each.get_object()
    assert fonts
    for name, font in fonts.items():
        descriptor = font.get("/FontDescriptor")
        assert font.get("/Subtype") == "/Type3" or {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.get_object()), name
