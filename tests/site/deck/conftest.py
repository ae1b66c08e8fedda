"""The deck in a real Chromium, from its file as on a USB stick."""

from pathlib import Path

import pytest

from tools import slides

HERE = Path(__file__).parent

#: Comes when the deck can be used. Playwright's wait_for_function would evaluate a string, which
#: the policy forbids.
READY = "new Promise(done => Reveal.isReady() ? done() : Reveal.on('ready', () => done()))"


@pytest.fixture
def deck(browser):
    """Opens the deck from its file; fails at the end if a page asked for more or complained."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    bad = []
    local = ("file:", "data:", "about:", "blob:")
    context.on("request", lambda r: r.url.startswith(local) or bad.append(r.url))
    context.on("requestfailed", lambda r: bad.append(f"{r.url} failed"))
    context.on("console", lambda m: m.type in ("error", "warning") and bad.append(m.text))
    context.on("weberror", lambda e: bad.append(str(e.error)))

    def open_(query="", size=(1280, 720), file=slides.DECK):
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(file.as_uri() + query)
        page.evaluate(READY)
        page.evaluate("document.fonts.ready")
        return page

    yield open_
    context.close()
    assert not bad


@pytest.fixture
def each_slide():
    """Shows each slide with all its steps; yields its id."""

    def show(page):
        for number, name in enumerate(page.evaluate("Reveal.getSlides().map(slide => slide.id)")):
            page.evaluate(
                """n => {
                  const at = Reveal.getIndices(Reveal.getSlides()[n])
                  Reveal.slide(at.h, at.v, 99)
                }""",
                number,
            )
            left = "Reveal.getCurrentSlide().querySelectorAll('.fragment:not(.visible)').length"
            assert page.evaluate(left) == 0
            yield name

    return show


@pytest.fixture(scope="session")
def all_slides(browser):
    """What the deck says of each slide, without its layout."""
    page = browser.new_page()
    page.goto(slides.DECK.as_uri())
    page.evaluate(READY)
    found = page.evaluate((HERE / "slides.js").read_text("utf-8"))
    page.close()
    return found
