"""Pages for everyone: axe, alternative texts, the keyboard, no script, no motion."""

import re
from pathlib import Path

import axe_playwright_python
import pytest
from conftest import PAGES, SCHEMES, SITE, WIDTHS, budget, parsed

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


def violations(page, rules=()):
    """What axe finds, by all its rules or by these alone, as a list of lines."""
    page.evaluate(f"{AXE};0")
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = page.evaluate("options => axe.run(document, options).then(r => r.violations)", options)
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found for n in v["nodes"]]


#: axe measures the colours of each word of code, for minutes: of those that look the same, one stays a word of its own
ONE_OF_EACH = """() => {
  const seen = new Set();
  for (const word of document.querySelectorAll("article pre span")) {
    const looks = [];
    for (let e = word; e.tagName !== "ARTICLE"; e = e.parentElement) looks.push(e.className);
    if (seen.has(looks.join())) word.replaceWith(...word.childNodes);
    seen.add(looks.join());
  }
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe(visit, name, width):
    """axe finds nothing, light and dark, also in what is folded. The dark differs in nothing but colours."""
    page = visit(name, width=width, bypass_csp=True, reduced_motion="reduce")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate(ONE_OF_EACH)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.locator(f"html[data-theme={scheme}]").wait_for(state="attached")
        found = violations(page, ["color-contrast", "link-in-text-block"] if scheme == "dark" else [])
        assert len(found) <= budget(name, "axe_violations"), "\n".join([scheme, *found])


@pytest.mark.parametrize("name", PAGES)
def test_words_for_pictures(name):
    """Every picture has an alternative text, and a real one: code cells' figures get a path."""
    for picture in parsed(SITE / f"{name}.html").find_all("img"):
        alt = picture.get("alt", "")
        assert len(alt) > 20 and not re.search(r"\.(svg|png|jpe?g)$|^_images", alt), f"{picture['src']}: {alt!r}"


@pytest.mark.parametrize("name", PAGES)
def test_keyboard(visit, name):
    """The first key leads past the navigation; every stop is visible, in view and shows its focus."""
    page = visit(name, reduced_motion="reduce")
    if name != "search":  # which starts in its field
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
              if (e === document.body) return null;
              e.setAttribute("data-reached", "");
              const ring = [e, e.closest(".bd-search")].some(x => x && getComputedStyle(x).outlineStyle !== "none" && parseFloat(getComputedStyle(x).outlineWidth) >= 2);
              return {what: e.outerHTML.slice(0, 120), ring, seen: r.width * r.height > 0 && s.visibility === "visible" && Number(s.opacity) > 0.5};
            }"""
        )
        if stop is None:
            break
        assert stop["ring"], f"no visible focus: {stop['what']}"
        assert stop["seen"], f"focus goes where nothing is seen: {stop['what']}"
    else:
        pytest.fail("the keys never come to the end of the page")
    missed = page.evaluate(
        """[...document.querySelectorAll("a[href], button:not([disabled]), summary, input, select")].filter(e =>
             e.checkVisibility({visibilityProperty: true}) && !e.matches("[data-reached], .skip-link a")).map(e => e.outerHTML.slice(0, 160))"""
    )
    assert name == "search" or not missed, f"no key reaches {missed}"


def test_skip_link(visit):
    """The skip link leads to the text: the next stop is in it."""
    page = visit()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")


@pytest.mark.parametrize("name", PAGES)
def test_phone(visit, name):
    """On a phone, all unfolded: the page is not too wide, and what scrolls in it can be focused."""
    page = visit(name, width=375)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.wait_for_timeout(100)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= budget(name, "sideways_px"), f"{name} is {wide} px too wide at 375 px"
    stuck = page.evaluate(
        """[...document.querySelectorAll("article *")].filter(e => /auto|scroll/.test(getComputedStyle(e).overflowX)
             && e.scrollWidth > e.clientWidth && e.tabIndex < 0).map(e => e.outerHTML.slice(0, 200))"""
    )
    assert not stuck, stuck


def folded_pages():
    """Pages that fold something."""
    return [p for p in PAGES if "<details" in (SITE / f"{p}.html").read_text("utf-8")]


def test_something_is_folded():
    """Else the next tests would test nothing."""
    assert "cascade" in folded_pages()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", folded_pages())
def test_folds_open_by_key(visit, name, script):
    """Each folded part opens and closes by Enter and by Space, with and without scripts."""
    page = visit(name, java_script_enabled=script)
    for fold in page.locator("article details").all():
        summary = fold.locator("> summary")
        assert summary.inner_text().strip() or summary.text_content().strip()
        if fold.get_attribute("open") is None and summary.is_visible():
            for key in ("Enter", "Space"):
                summary.press(key)
                state = fold.get_attribute("open") is not None
                assert state == (key == "Enter"), f"{summary.text_content()}: {key}"
            summary.press("Enter")  # what is folded inside is tested, too


@pytest.mark.parametrize("name", PAGES)
def test_reads_without_script(visit, name):
    """Without JavaScript all the text is there, no control does nothing, and other pages are in reach."""
    page = visit(name, width=375, java_script_enabled=False)
    for part in page.locator("article > section, article > h1").all():
        assert part.is_visible()
    buttons = [b.text_content() for b in page.locator("button").all() if b.is_visible()]
    assert buttons in ([], ["Search"]), buttons
    assert page.locator(".bd-sidebar-primary a").first.is_visible(), "no way to the other pages"
    colour = "e => getComputedStyle(e).color"
    for word in page.locator("article .highlight :is(.k, .kn)").all()[:1]:
        assert word.evaluate(colour) != page.locator("article pre").first.evaluate(colour), "code has no colours"


def test_no_motion(visit):
    """Who asks for less motion sees none."""
    page = visit(reduced_motion="reduce")
    moving = page.evaluate(
        """[...document.querySelectorAll("*")].filter(e => ["", "::before", "::after"].some(p => {
             const s = getComputedStyle(e, p || null);
             return parseFloat(s.transitionDuration) > 0 && s.transitionProperty !== "none" || s.animationName !== "none" || s.scrollBehavior === "smooth";
           })).map(e => e.outerHTML.slice(0, 100))"""
    )
    assert not moving, moving
