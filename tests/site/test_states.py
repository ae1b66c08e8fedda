"""What a page becomes: dark, narrow, searched, unfolded; with what the purge left of the theme."""

import re

import pytest
from conftest import PAGES, ROOT, SITE, parsed

from extensions.theme import assets

# --- nothing that a state needs was purged -------------------------------------

#: What every element looks like, in the properties that are asked for
STYLES = """names => [...document.querySelectorAll("body, body *:not(svg *)")].map(e => ["", "::before", "::after"].map(p => {
  const s = getComputedStyle(e, p || null);
  return p && ["none", "normal"].includes(s.content) ? "" : names.map(n => `${n}: ${s.getPropertyValue(n)}`).join("; ");
}).join("; "))"""


def dark(page):
    """By the switch."""
    while page.evaluate("document.documentElement.dataset.theme") != "dark":
        page.click(".theme-switch-button")


def unfold(page):
    """Whatever is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


STATES = {
    "as it comes": ("cascade", 1280, lambda page: None),
    "dark": ("cascade", 1280, dark),
    "unfolded": ("cascade", 1280, unfold),
    "narrow": ("cascade", 375, lambda page: None),
    "chapter menu": ("cascade", 375, lambda page: page.click(".primary-toggle")),
    "page menu": ("cascade", 375, lambda page: page.click(".secondary-toggle")),
    "search dialog": ("cascade", 1280, lambda page: page.keyboard.press("Control+k")),
    "at a heading": ("cascade", 1280, lambda page: page.click("#pst-page-toc-nav li:nth-child(3) a")),
    "copied": ("cascade", 1280, lambda page: page.locator(".copybtn").first.click()),
    "search results": ("search", 1280, lambda page: (page.keyboard.type("placeholder"), page.keyboard.press("Enter"), page.wait_for_selector("#search-results li"), page.wait_for_load_state("networkidle"))),
    # Not on a page with the figure: its own words are found if it was drawn in time, and not if not.
    "words found": ("placeholders", 1280, lambda page: (page.evaluate("localStorage.setItem('sphinx_highlight_terms', 'network')"), page.reload(), page.wait_for_selector(".highlighted"))),
    "glossary": ("glossary", 1280, lambda page: None),
    "references": ("references", 1280, lambda page: None),
    "tables": ("index", 1280, lambda page: None),
    "skip link": ("cascade", 1280, lambda page: page.keyboard.press("Tab")),
    "printed": ("cascade", 1280, lambda page: page.emulate_media(media="print")),
}


class Everything:
    """Stands for the names of elements, classes and ids that pages use, and has all of them."""

    def __contains__(self, name):
        return True


@pytest.fixture(scope="module")
def unpurged():
    """The stylesheet as it would be with every rule of the theme."""
    theme = (ROOT / "_build" / "theme.css").read_text("utf-8")
    return assets.stylesheet([theme], (assets.HERE / "book.css").read_text("utf-8"), Everything(), [theme])


@pytest.mark.parametrize("state", STATES)
def test_purge_changes_nothing(visit, base, unpurged, state):
    """In each state, every element looks the same with and without the purged rules."""
    name, width, reach = STATES[state]
    properties = sorted(set(re.findall(r"[{;]([a-z][a-z-]+):", unpurged)))
    pages = []
    for whole in (False, True):
        page = visit(name, width=width, wait=False, reduced_motion="reduce", permissions=["clipboard-read", "clipboard-write"])
        if whole:
            page.route("**/book.css*", lambda route: route.fulfill(body=unpurged, content_type="text/css"))
        page.goto(f"{base}/{name}.html", wait_until="load")
        pages.append(page)
    for page in pages:
        reach(page)
        page.mouse.move(1, 1)
    for pause in (250, 700, 1500):  # until what a script is still doing is done on both
        page.wait_for_timeout(pause)
        seen = [page.evaluate(STYLES, properties) for page in pages]
        if seen[0] == seen[1]:
            break
    assert len(seen[0]) == len(seen[1]) and all(map(len, seen[0]))
    for number, (less, more) in enumerate(zip(*seen)):
        element = page.evaluate("n => document.querySelectorAll('body, body *:not(svg *)')[n].outerHTML.slice(0, 200)", number) if less != more else ""
        assert less == more, f"{element}\n{set(less.split('; ')) ^ set(more.split('; '))}"


ICON_FONT = """() => [...document.querySelectorAll("*")].filter(e => ["", "::before", "::after"].some(p => {
  const s = getComputedStyle(e, p || null);
  return /awesome/i.test(s.fontFamily) && (p ? !["none", "normal", '""'].includes(s.content) : e.textContent.trim());
})).map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", [*PAGES, "cascade?highlight=network"])
def test_no_icon_font(visit, base, name):
    """Nothing waits for the theme's icon font, which is not there."""
    page = visit(f"{base}/{name.replace('?', '.html?')}" if "?" in name else name)
    if "?" in name:
        page.evaluate("localStorage.setItem('sphinx_highlight_terms', 'network')")
        page.reload()
        page.wait_for_selector(".highlight-link")
    assert page.evaluate(ICON_FONT) == []


# --- controls ------------------------------------------------------------------


def test_switch(visit):
    """The switch goes round its three modes, the choice lasts, and the page says which it is."""
    page = visit()
    switch = page.locator(".theme-switch-button")
    modes = []
    for _ in range(3):
        switch.click()
        modes.append(page.evaluate("[document.documentElement.dataset.mode, document.documentElement.dataset.theme].join()"))
        assert switch.inner_text().strip() == f"Colours: {modes[-1].split(',')[0]}"
        page.reload()
        assert page.evaluate("[document.documentElement.dataset.mode, document.documentElement.dataset.theme].join()") == modes[-1]
    assert modes == ["dark,dark", "light,light", "auto,light"]


def test_dark_from_the_start(visit, base):
    """A dark page is dark before its scripts have come: it never flashes white."""
    page = visit(wait=False, scheme="dark")
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{base}/cascade.html")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 27)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_drawings(visit, scheme):
    """A drawing stays amber and teal, and its paper becomes the page's."""
    page = visit(scheme=scheme)
    picture = page.locator(".cell_output img").first
    picture.scroll_into_view_if_needed()
    pixels = page.evaluate(
        """async url => {
          const image = new Image(); image.src = url; await image.decode();
          const c = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height}), x = c.getContext("2d");
          x.drawImage(image, 0, 0);
          const d = x.getImageData(0, 0, c.width, c.height).data, seen = {};
          for (let i = 0; i < d.length; i += 4) { const k = [d[i], d[i + 1], d[i + 2]].join(); seen[k] = (seen[k] || 0) + 1; }
          return seen;
        }""",
        "data:image/png;base64," + __import__("base64").b64encode(picture.screenshot()).decode(),
    )
    hues = {"amber": 0, "teal": 0, "paper": 0}
    for key, count in pixels.items():
        r, g, b = map(int, key.split(","))
        hues["amber"] += count * (r > g + 30 > b + 60)
        hues["teal"] += count * (b > r + 40 and g > r + 30)
        hues["paper"] += count * (max(r, g, b) - min(r, g, b) < 12 and (r > 230 if scheme == "light" else r < 45))
    assert min(hues.values()) > 100 and hues["paper"] > 0.8 * sum(pixels.values()), hues


@pytest.mark.parametrize("width", [375, 1280])
def test_one_search(visit, width):
    """There is one way in to search, and it finds."""
    page = visit(width=width)
    ways = [e for e in page.locator("button, input[type=search]").all() if e.is_visible() and "search" in f"{e.get_attribute('class')} {e.inner_text()}".lower()]
    assert len(ways) == 1
    ways[0].click()
    page.keyboard.type("placeholder")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=placeholder")
    page.locator("#search-results li a").first.click()
    page.wait_for_load_state()
    assert not page.troubles


def test_search_closes(visit):
    """Escape closes the search, and the focus returns."""
    page = visit()
    page.click(".search-open")
    assert page.locator("#pst-search-dialog").get_attribute("open") is not None
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")  # the first empties the field, where it is not empty
    assert page.locator("#pst-search-dialog").get_attribute("open") is None


@pytest.mark.parametrize("toggle, inside", [(".primary-toggle", ".bd-docs-nav a"), (".secondary-toggle", "#pst-page-toc-nav a")])
def test_menus(visit, toggle, inside):
    """On a phone both menus open and close by keys and hold their links."""
    page = visit(width=375)
    link = page.locator(inside).first
    assert not page.evaluate("e => { const r = e.getBoundingClientRect(); return r.right > 0 && r.left < 375 && e.checkVisibility({visibilityProperty: true}) }", link.element_handle())
    page.focus(toggle)
    page.keyboard.press("Enter")
    link.wait_for(state="visible")
    link.focus()
    page.keyboard.press("Escape")
    page.locator("dialog[open]").wait_for(state="detached")


def test_copy(visit):
    """The button copies the cell's code, all of it and nothing else."""
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.locator(".cell_input").nth(1).hover()
    page.locator(".cell_input .copybtn").nth(1).click()
    assert page.evaluate("navigator.clipboard.readText()").strip() == page.locator(".cell_input pre").nth(1).inner_text().strip()
    assert page.locator(".cell_output .copybtn").count() == 0


def test_72_columns(visit):
    """At 1280 px a line of 72 characters fits without scrolling."""
    page = visit()
    page.evaluate("document.querySelector('.cell_input pre').textContent = 'x'.repeat(72)")
    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.cell_input pre'))")


# --- without a server, on paper --------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_from_a_folder(visit, name):
    """Opened from a folder a page has all its parts and no trouble."""
    page = visit(f"file://{SITE}/{name}.html")
    page.wait_for_timeout(100)
    assert not page.troubles
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth)")
    assert page.evaluate("getComputedStyle(document.body).margin === '0px' && Boolean(document.documentElement.dataset.mode)")


def test_search_from_a_folder(visit):
    """It finds there, too."""
    page = visit(f"file://{SITE}/search.html?q=placeholder")
    page.wait_for_selector("#search-results li a")
    assert not page.troubles


@pytest.mark.parametrize("name", PAGES)
def test_paper(visit, name):
    """On paper nothing is cut, folded away, dark or there only for a screen."""
    page = visit(name, scheme="dark")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 660, "height": 900})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    found = page.evaluate(
        """() => {
          // The explorer is for a screen; what stands on paper is the table that it grew from.
          const drawn = e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true});
          const seen = e => drawn(e) || Boolean(e.closest(".cx"));
          return {
            screen: [...document.querySelectorAll("nav, button, dialog, summary > span, .bd-header-article, .prev-next-footer, .cx")].filter(drawn).map(e => e.outerHTML.slice(0, 100)),
            folded: [...document.querySelectorAll("article details > :not(summary)")].filter(e => !seen(e)).map(e => e.outerHTML.slice(0, 100)),
            hidden: [...document.querySelectorAll("article :is(h1, h2, p, pre, table, figure, li)")].filter(e => !seen(e)).map(e => e.outerHTML.slice(0, 100)),
            cut: [...document.querySelectorAll("article *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 100)),
          };
        }"""
    )
    assert found == {"screen": [], "folded": [], "hidden": [], "cut": []}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_addresses_on_paper(visit):
    """A link to elsewhere shows its address on paper."""
    elsewhere = "article a[href^=http]:not(.address)"
    page = visit(next(p for p in PAGES if parsed(SITE / f"{p}.html").select(elsewhere)))
    page.emulate_media(media="print")
    link = page.locator(elsewhere).first
    assert link.evaluate("e => getComputedStyle(e, '::after').content") == f'" ({link.get_attribute("href")})"'


def test_addresses_on_paper_once(visit):
    """A link whose words are its address does not show it again."""
    page = visit("references")
    page.emulate_media(media="print")
    links = page.locator("article a[href^=http]").all()
    twice = [e.inner_text() for e in links if e.inner_text() == e.get_attribute("href") and e.evaluate("e => getComputedStyle(e, '::after').content") != "none"]
    assert len(links) > 10 and not twice
