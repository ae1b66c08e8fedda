"""Pages for everyone: axe, alternative texts, the keyboard, no script, no motion."""

import re
from itertools import product

import pytest

from tests.site.helpers import BUDGET, PAGES, SCHEMES, SITE, WIDTHS, parsed, unfold, violations

#: axe measures the colors of each word of code, for minutes: of those that look the same, one
#: stays a word of its own.
ONE_OF_EACH = """() => {
  const seen = new Set();
  for (const word of document.querySelectorAll("article pre span")) {
    const looks = [];
    for (let e = word; e.tagName !== "ARTICLE"; e = e.parentElement) looks.push(e.className);
    if (seen.has(looks.join())) word.replaceWith(...word.childNodes);
    seen.add(looks.join());
  }
}"""


#: What scrolls sideways and cannot be focused: none, as soon as the page has seen its new width.
STUCK = """() => [...document.querySelectorAll("article *")]
  .filter(e => /auto|scroll/.test(getComputedStyle(e).overflowX)
    && e.scrollWidth > e.clientWidth && e.tabIndex < 0)
  .map(e => e.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("name", PAGES)
def test_axe(visit, name):
    """All unfolded, narrow and wide, light and dark: no page is too wide, and axe finds nothing."""
    page = visit(name, bypass_csp=True, reduced_motion="reduce")
    unfold(page)
    page.evaluate(ONE_OF_EACH)
    for width, scheme in product(WIDTHS, SCHEMES):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"!({STUCK})().length")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= BUDGET["sideways_px"], f"{wide} px too wide at {width} px"
        page.emulate_media(color_scheme=scheme)
        page.locator(f"html[data-theme={scheme}]").wait_for(state="attached")
        # The dark differs in nothing but colors.
        found = violations(
            page, ["color-contrast", "link-in-text-block"] if scheme == "dark" else []
        )
        assert len(found) <= BUDGET["axe_violations"], "\n".join([f"{width} px, {scheme}", *found])


@pytest.mark.parametrize("name", PAGES)
def test_words_for_pictures(name):
    """Every picture has an alternative text, and a real one: code cells' figures get a path."""
    for picture in parsed(SITE / f"{name}.html").find_all("img"):
        alt = picture.get("alt", "")
        assert len(alt) > 20 and not re.search(r"\.(svg|png|jpe?g)$|^_images", alt), picture


STOP = """() => {
  const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
  if (e === document.body) return null;
  e.setAttribute("data-reached", "");
  return {
    what: e.outerHTML.slice(0, 120),
    ring: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
    seen: r.width * r.height > 0 && s.visibility === "visible" && Number(s.opacity) > 0.5,
  };
}"""
MISSED = """() =>
  [...document.querySelectorAll("a[href], button:not([disabled]), summary, input, select")]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.matches("[data-reached]"))
    .map(e => e.outerHTML.slice(0, 160))"""


@pytest.mark.parametrize("name", PAGES)
def test_keyboard(visit, name):
    """The first key leads past the navigation; every stop is visible, in view and shows it."""
    page = visit(name, reduced_motion="reduce")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    for _ in range(600):
        stop = page.evaluate(STOP)
        if stop is None:
            break
        assert stop["ring"], f"no visible focus: {stop['what']}"
        assert stop["seen"], f"focus goes where nothing is seen: {stop['what']}"
        page.keyboard.press("Tab")
    else:
        pytest.fail("the keys never come to the end of the page")
    missed = page.evaluate(MISSED)
    assert not missed, f"no key reaches {missed}"


def test_skip_link(visit):
    """The skip link leads to the text: the next stop is in it."""
    page = visit()
    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")


FOLDS = {name: parsed(SITE / f"{name}.html").select("article details") for name in PAGES}
#: The kinds of folded parts, each with a page: they are the browser's own, so one is enough.
KINDS = {
    fold["class"][0]: name
    for name, folds in FOLDS.items()
    for fold in folds
    if not fold.find_parent("details")
}


def test_folds_have_titles():
    """Each folded part begins with the words that open it."""
    assert {"answer", "fold", "releases", "dropdown"} == KINDS.keys()
    for fold in (fold for folds in FOLDS.values() for fold in folds):
        first = next(part for part in fold.children if part.name)
        assert first.name == "summary" and first.get_text(strip=True), fold


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_folds_open_by_key(visit, kind, script):
    """A folded part opens and closes by Enter and by Space, with and without scripts."""
    page = visit(KINDS[kind], java_script_enabled=script)
    fold = page.locator(f"article details.{kind}:not(details details)").first
    for key in ("Enter", "Space"):
        fold.locator("> summary").press(key)
        assert (fold.get_attribute("open") is not None) == (key == "Enter"), key


@pytest.mark.parametrize("name", PAGES)
def test_reads_without_script(visit, name):
    """Without JavaScript the text is there, no control is idle, other pages are in reach."""
    page = visit(name, width=375, java_script_enabled=False)
    for part in page.locator("article > section, article > h1").all():
        assert part.is_visible()
    buttons = {b.text_content() for b in page.locator("button").all() if b.is_visible()}
    assert buttons <= {"Contents", "On this page"}, buttons
    page.get_by_role("button", name="Contents").click()
    assert page.locator("#contents a").nth(1).is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#contents a").nth(1).is_visible()
    color = "e => getComputedStyle(e).color"
    for word in page.locator("article .highlight :is(.k, .kn)").all()[:1]:
        plain = page.locator("article pre").first.evaluate(color)
        assert word.evaluate(color) != plain, "code has no colors"


MOVING = """() => [...document.querySelectorAll("*")]
  .filter(e => ["", "::before", "::after"].some(p => {
    const s = getComputedStyle(e, p || null);
    const fades = parseFloat(s.transitionDuration) > 0 && s.transitionProperty !== "none";
    return fades || s.animationName !== "none" || s.scrollBehavior === "smooth";
  }))
  .map(e => e.outerHTML.slice(0, 100))"""


def test_no_motion(visit):
    """Nothing on a page moves by itself."""
    assert not visit(reduced_motion="reduce").evaluate(MOVING)
