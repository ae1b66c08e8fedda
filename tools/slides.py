"""Print the deck into ``_build/slides.pdf``, one page for each slide (`make slides`).

A browser is driven that waits until the deck is laid out; printing it from the command line
sometimes came too early.
"""

import re
import sys

from playwright.sync_api import Page, sync_playwright

from chapter.files import write
from tools.chromium import browser
from tools.site import BUILD

DECK = BUILD / "html" / "slides" / "index.html"
PDF = BUILD / "slides.pdf"


def open_for_print(page: Page, query: str = "") -> None:
    """Open the deck laid out for printing, and wait until it is."""
    page.add_init_script(
        "window.printable = new Promise(done => addEventListener('DOMContentLoaded',"
        " () => Reveal.on('pdf-ready', () => done())))"
    )
    page.goto(f"{DECK.as_uri()}?print-pdf{query}")
    page.evaluate("window.printable")
    page.evaluate(
        "Promise.all([document.fonts.ready, ...[...document.images].map(image => image.decode())])"
    )
    # Links into the site would name a folder of this machine.
    page.evaluate(
        "document.querySelectorAll('a:not([href^=http])').forEach(a => a.removeAttribute('href'))"
    )


def main() -> int:
    """Write the PDF; returns the exit status."""
    PDF.unlink(missing_ok=True)
    print("The slides are at _build/html/slides/index.html")
    if not (chromium := browser()):
        print(
            "They were not printed: there is no Chromium."
            " Install one, or set CHROMIUM=/path/to/chromium"
        )
        return 0
    with sync_playwright() as playwright:
        driven = playwright.chromium.launch(executable_path=chromium)
        page = driven.new_page()
        open_for_print(page)
        slides = page.locator(".pdf-page").count()
        data = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        driven.close()
    if (pages := len(re.findall(rb"/Type\s*/Page\b", data))) != slides:
        print(
            f"The PDF has {pages} pages for {slides} slides: one of them is too long",
            file=sys.stderr,
        )
        return 1
    write(data, PDF)
    print(f"Printed, they are at _build/slides.pdf ({pages} pages)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
