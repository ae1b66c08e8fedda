"""What a page becomes: dark, narrow, searched, printed; and from a folder."""

import base64
import re

import pytest

from tests.site.helpers import PAGES, SITE, parsed

# --- controls ------------------------------------------------------------------


def test_switch(visit):
    """The switch goes round its three modes, the choice lasts, and it says which it is."""
    page = visit()
    switch = page.get_by_role("button", name="Colors")
    now = "[document.documentElement.dataset.mode, getComputedStyle(document.body).colorScheme]"
    modes = []
    for _ in range(3):
        switch.click()
        modes.append(page.evaluate(now))
        assert switch.inner_text() == f"Colors: {modes[-1][0]}"
        page.reload()
        assert page.evaluate(now) == modes[-1]
    assert modes == [["light", "light"], ["dark", "dark"], ["auto", "light"]]


def test_follows_the_system(visit):
    """A page that nobody switched changes with the system."""
    page = visit(scheme="light")
    page.emulate_media(color_scheme="dark")
    page.locator("html[data-theme=dark]").wait_for(state="attached")
    assert paper(page) == "rgb(21, 24, 27)"


def paper(page):
    """What a page is drawn on."""
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


@pytest.mark.parametrize("chosen", [None, "dark"])
def test_dark_from_the_start(visit, base, chosen):
    """A dark page is dark before its scripts have come: it never flashes white."""
    page = visit(wait=False, scheme="light" if chosen else "dark")
    if chosen:
        page.add_init_script(f"localStorage.setItem('mode', '{chosen}')")
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{base}/cascade.html")
    assert paper(page) == "rgb(21, 24, 27)"


PIXELS = """async url => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const size = {width: image.width, height: image.height};
  const context = Object.assign(document.createElement("canvas"), size).getContext("2d");
  context.drawImage(image, 0, 0);
  const data = context.getImageData(0, 0, image.width, image.height).data, seen = {};
  for (let i = 0; i < data.length; i += 4) {
    const key = data.slice(i, i + 3).join();
    seen[key] = (seen[key] || 0) + 1;
  }
  return seen;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colors_of_drawings(visit, scheme):
    """A drawing stays amber and teal, and its paper becomes the page's."""
    page = visit(scheme=scheme)
    picture = page.locator(".cell_output img").first
    picture.scroll_into_view_if_needed()
    shot = base64.b64encode(picture.screenshot()).decode()
    pixels = page.evaluate(PIXELS, f"data:image/png;base64,{shot}")
    hues = {"amber": 0, "teal": 0, "paper": 0}
    for key, count in pixels.items():
        r, g, b = map(int, key.split(","))
        gray = max(r, g, b) - min(r, g, b) < 12
        hues["amber"] += count * (r > g + 30 > b + 60)
        hues["teal"] += count * (b > r + 40 and g > r + 30)
        hues["paper"] += count * (gray and (r > 230 if scheme == "light" else r < 45))
    assert min(hues.values()) > 100 and hues["paper"] > 0.8 * sum(pixels.values()), hues


@pytest.mark.parametrize("way", ["click", "Control+k", "/"])
@pytest.mark.parametrize("width", [375, 1280])
def test_one_search(visit, width, way):
    """There is one search field, which keys reach, too, and it finds."""
    page = visit(width=width)
    field = page.get_by_role("searchbox")
    assert field.count() == 1
    field.click() if way == "click" else page.keyboard.press(way)
    page.keyboard.type("placeholder")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html#q=placeholder")
    assert page.get_by_role("searchbox").input_value() == "placeholder"
    result = page.locator("#search-results li").first
    result.locator("p").wait_for()
    result.locator("a").first.click()
    page.wait_for_load_state()
    assert "search" not in page.url and not page.troubles


@pytest.mark.parametrize(
    "button, inside", [("Contents", "#contents li a"), ("On this page", "#sections li li a")]
)
def test_menus(visit, button, inside):
    """On a phone both menus open and close by keys and hold their links."""
    page = visit(width=375)
    link = page.locator(inside).nth(1)
    opener = page.get_by_role("button", name=button)
    assert not link.is_visible()
    opener.focus()
    page.keyboard.press("Enter")
    assert link.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('nav[popover]'))")
    page.keyboard.press("Escape")
    assert not link.is_visible()
    assert opener.evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    link.click()
    page.wait_for_load_state()
    assert not page.locator(inside).nth(1).is_visible()


def test_sections_are_marked(visit):
    """The section that one reads is marked in the list of sections."""
    page = visit()
    for link in page.locator("#sections li li > a").all():
        link.click()
        page.wait_for_function("e => e.ariaCurrent === 'true'", arg=link.element_handle())
        assert page.locator("#sections [aria-current]").count() == 1


def test_copy(visit):
    """The button copies the cell's code, all of it and nothing else."""
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    cell = page.locator(".cell_input").nth(1)
    cell.hover()
    cell.get_by_role("button", name="Copy").click()
    cell.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == cell.locator("pre").inner_text().strip() != ""
    assert page.locator(".cell_output button.copy").count() == 0


def test_72_columns(visit):
    """At 1280 px a line of 72 characters fits without scrolling."""
    code = visit().locator(".cell_input pre").first
    code.evaluate("e => e.textContent = 'x'.repeat(72)")
    assert code.evaluate("e => e.scrollWidth <= e.clientWidth")


# --- without a server, on paper --------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_from_a_folder(visit, name):
    """Opened from a folder a page has all its parts and no trouble."""
    page = visit(f"file://{SITE}/{name}.html")
    assert not page.troubles
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth)")
    assert page.evaluate("getComputedStyle(document.body).display === 'grid'")
    assert page.evaluate("Boolean(document.documentElement.dataset.mode)")


def test_search_from_a_folder(visit):
    """It finds there, too."""
    page = visit(f"file://{SITE}/search.html?q=placeholder")
    page.wait_for_selector("#search-results li a")
    assert not page.troubles


ON_PAPER = """() => {
  // The explorer is for a screen; on paper there is the table that it grew from.
  const drawn = e => e.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true});
  const seen = e => drawn(e) || Boolean(e.closest(".cx"));
  const all = (what, test) =>
    [...document.querySelectorAll(what)].filter(test).map(e => e.outerHTML.slice(0, 100));
  return {
    screen: all("header, nav, button, footer, summary > span, .cx", drawn),
    folded: all("article details > :not(summary)", e => !seen(e)),
    hidden: all("article :is(h1, h2, p, pre, table, figure, li):not(:empty)", e => !seen(e)),
    cut: all("article *", e => e.getBoundingClientRect().right > innerWidth + 1),
  };
}"""


@pytest.mark.parametrize("name", PAGES)
def test_paper(visit, name):
    """On paper nothing is cut, folded away, dark or there only for a screen."""
    page = visit(name, scheme="dark")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 660, "height": 900})
    assert page.evaluate(ON_PAPER) == {"screen": [], "folded": [], "hidden": [], "cut": []}
    assert paper(page) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 33, 38)"


def after(link):
    """What paper has after a link."""
    return link.evaluate("e => getComputedStyle(e, '::after').content")


def test_addresses_on_paper(visit):
    """A link to elsewhere shows its address on paper."""
    elsewhere = "article a[href^=http]:not(.address)"
    page = visit(next(p for p in PAGES if parsed(SITE / f"{p}.html").select(elsewhere)))
    page.emulate_media(media="print")
    link = page.locator(elsewhere).first
    assert after(link) == f'" ({link.get_attribute("href")})"'


def test_addresses_on_paper_once(visit):
    """A link whose words are its address does not show it again."""
    page = visit("references")
    page.emulate_media(media="print")
    links = page.locator("article a[href^=http]").all()
    same = [e for e in links if e.inner_text() == e.get_attribute("href")]
    assert len(same) > 10 and {after(link) for link in same} == {"none"}
    assert not re.search("javascript:", page.content())
