"""Small things that readers run into: what scrolls, what a screen reader says, where one is."""

import re

import pytest

from extensions.theme import COLORS
from tests.site.helpers import PAGES, ROOT, SITE, parsed, unfold


def has(selector):
    """The pages on which there is such an element."""
    return [name for name in PAGES if parsed(SITE / f"{name}.html").select(selector)]


@pytest.mark.parametrize("name", has(".cell_output > img"))
def test_figures_on_a_phone(visit, name):
    """A figure of a cell is shown whole, or its box scrolls to its right edge by keys."""
    page = visit(name, width=375)
    for figure in page.locator(".cell_output > img").all():
        box = figure.locator("..")
        figure.scroll_into_view_if_needed()
        if box.evaluate("e => e.scrollWidth > e.clientWidth"):
            box.focus()
            box.press("End")
            box.evaluate("e => { e.scrollLeft = e.scrollWidth }")
        right = figure.evaluate("e => e.getBoundingClientRect().right")
        assert right <= 375, "the right edge cannot be reached"


@pytest.mark.parametrize("name", has("div.scroll"))
def test_wide_tables_on_a_phone(visit, name):
    """A table that is too wide scrolls in a box that takes the focus and has a shadow."""
    page = visit(name, width=375)
    for box in page.locator("div.scroll").all():
        assert box.locator("table").count() == 1
        if box.evaluate("e => e.scrollWidth > e.clientWidth"):
            box.focus()
            assert box.evaluate("e => e === document.activeElement")
            left = box.evaluate("e => getComputedStyle(e).backgroundAttachment")
            assert left.split(", ").count("local") == 2 and "scroll" in left


def test_shadow_of_a_wide_table(visit):
    """The shadow at the right edge is there until one has scrolled to it."""
    page = visit("teaching", width=375)
    wide = "e => e.scrollWidth > e.clientWidth + 40"
    box = next(b for b in page.locator("div.scroll").all() if b.evaluate(wide))
    box.scroll_into_view_if_needed()
    before = box.screenshot()
    box.evaluate("e => { e.querySelector('table').style.visibility = 'hidden' }")
    start = box.screenshot()
    box.evaluate("e => { e.scrollLeft = e.scrollWidth }")
    end = box.screenshot()
    assert before != start != end


def test_outputs_have_a_label(visit):
    """A screen reader says of an output that it is one."""
    page = visit()
    unfold(page)
    outputs = page.locator(".cell_output")
    assert outputs.count() == page.get_by_role("group", name="Output").count() > 5


@pytest.mark.parametrize("name", has("article summary"))
def test_folds_have_names_of_their_own(visit, name):
    """In a list of all that opens on a page no two are called the same, open or closed."""
    page = visit(name)
    folds = page.locator("article details")
    for way in (False, True):
        folds.evaluate_all("(all, open) => all.forEach(e => { e.open = open })", way)
        names = [s.aria_snapshot() for s in page.locator("article summary:visible").all()]
        assert names and len(set(names)) == len(names)
        assert all(re.search(r"\w: \S", name) for name in names)


@pytest.mark.parametrize("name", has(".admonition-title"))
def test_boxes_are_headings(visit, name):
    """The title of each box is a heading, one level below the section that the box is in."""
    page = visit(name)
    for title in page.locator(".admonition > .admonition-title").all():
        level = int(title.get_attribute("aria-level"))
        above = title.evaluate("e => e.closest('section').querySelector('h1,h2,h3,h4').tagName")
        assert title.get_attribute("role") == "heading" and level == int(above[1]) + 1
    titles = [t.inner_text() for t in page.locator(".admonition-title").all() if t.is_visible()]
    for title in set(titles):
        assert page.get_by_role("heading", name=title, exact=True).count() >= titles.count(title)


def test_previous_and_next_are_read_once(visit):
    """A screen reader says the title of the next page once, and no tooltip says it again."""
    page = visit()
    for direction in ("Previous", "Next"):
        link = page.get_by_role("link", name=re.compile(f"^{direction} "))
        title = link.inner_text().split("\n")[-1].strip()
        assert title and link.aria_snapshot().count(title) == 1
        assert not link.get_attribute("title") and not link.get_attribute("aria-label")


@pytest.mark.parametrize("height", [400, 900])
def test_where_one_is(visit, height):
    """In any window the contents show the link home and the page that one is on."""
    page = visit("references", wait=False)
    page.set_viewport_size({"width": 1280, "height": height})
    for name in ("references", "declare"):
        page.goto(visit(name).url)
        for link in ("#contents .home", "#contents [aria-current]"):
            box = page.locator(link).bounding_box()
            assert 0 <= box["y"] and box["y"] + box["height"] <= height, link
            on_top = page.evaluate(
                "([x, y]) => document.elementFromPoint(x, y).className", [40, 25]
            )
            assert on_top == "home"


def test_mistyped_address(visit, base):
    """The 404 page says in plain words what may have happened, and leads on."""
    page = visit(f"{base}/no-such-page.html")
    assert "may be mistyped" in page.locator("article").inner_text()
    page.locator("article a").click()
    assert page.locator("h1").inner_text().startswith("Lazy Initialization")


def test_figures_have_the_book_s_colors():
    """Drawings that cells make use the light colors of placeholder and known; others are gray."""
    css = COLORS.read_text("utf-8")
    light = {k: re.search(rf"--lazy-{k}: light-dark\((#\w+)", css)[1] for k in ("known", "unknown")}
    pages = (ROOT / "book").glob("*.md")
    used = {p.name: set(re.findall(r"\"(#[0-9a-f]{6})\"", p.read_text("utf-8"))) for p in pages}
    colors = {c for c in set().union(*used.values()) if len({c[1:3], c[3:5], c[5:]}) > 1}
    assert colors == set(light.values())


def test_figures_of_the_book_have_its_colors():
    """So do the drawings that no cell makes."""
    css = COLORS.read_text("utf-8")
    light = set(re.findall(r"--lazy-\w+: light-dark\((#\w+)", css))
    drawings = [p.read_text("utf-8") for p in (ROOT / "book/figures").rglob("*.svg")]
    assert drawings and all(light & set(re.findall(r"#[0-9a-f]{6}", text)) for text in drawings)
