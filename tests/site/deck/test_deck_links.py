"""Slides and pages lead to each other; the teaching page's plan is that of the deck."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

from tools import BOOK, slides

SITE = slides.BUILD / "html"


def test_slides_and_pages_lead_to_each_other(all_slides):
    for slide in all_slides:
        for link in slide["links"]:
            if link.startswith(("http:", "https:")):
                continue
            file, _, anchor = link.partition("#")
            page = (slides.DECK.parent / file).resolve()
            assert page.exists(), link
            assert not anchor or f'id="{unquote(anchor)}"' in page.read_text("utf-8"), link
    first = {slide["page"]: slide["id"] for slide in reversed(all_slides)}
    for page, name in first.items():
        text = (SITE / f"{page}.html").read_text("utf-8")
        # At the top, before the page's own text
        link = text.index(f'href="slides/index.html#/{name}"')
        assert link < text.index("<h1"), page
    others = {path.stem for path in SITE.glob("*.html")} - set(first) - {"teaching"}
    assert others
    for page in others:
        assert "slides/index.html" not in (SITE / f"{page}.html").read_text("utf-8"), page


def test_the_plan_has_the_minutes_of_the_slides(all_slides):
    teaching = BOOK.page("teaching").text
    rows = re.findall(r"\| \{slide\}`[^<]*<(\w+)>` \| ([\d.]*) \| ([\d.]*) \|", teaching)
    plan = {page: (float(long), float(short or 0)) for page, long, short in rows}
    minutes = {}
    for slide in all_slides:
        long, short = minutes.get(slide["page"], (0, 0))
        minutes[slide["page"]] = long + slide["minutes"], short + slide["minutes"] * slide["short"]
    assert plan == minutes
    # The row below them, without a link, is their sum.
    (sums,) = re.findall(r"^\| [^{|]+ \| ([\d.]+) \| ([\d.]+) \|$", teaching, re.MULTILINE)
    assert [float(x) for x in sums] == [sum(x) for x in zip(*minutes.values(), strict=True)]


def test_links_of_the_teaching_page(all_slides):
    teaching = (SITE / "teaching.html").read_text("utf-8")
    links = re.findall(r'href="slides/index\.html([^"]*)"', teaching)
    known = {f"#/{slide['id']}" for slide in all_slides}
    known |= {"", "?theme=dark", "?path=short", "?print-pdf"}
    assert len(links) > 10 and set(links) <= known, set(links) - known


def test_the_teaching_page_offers_the_exercises_with_and_without_solutions():
    teaching = (SITE / "teaching.html").read_text("utf-8")
    links = re.findall(r'<a [^>]*href="([^"]*/exercises\.ipynb)"', teaching)
    solutions = {}
    for link in links:
        cells = json.loads(Path(SITE, link).read_text("utf-8"))["cells"]
        tagged = ["solution" in cell["metadata"].get("tags", []) for cell in cells]
        solutions[link.split("/")[0]] = sum(tagged)
    assert solutions["_sources"] == 0 and solutions["_downloads"] >= 13
