"""Slide by slide: it fits, and it can be read from the last row."""

import json
from pathlib import Path

import axe_playwright_python
import pytest

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8")
CRAMPED = Path(__file__).with_name("cramped.js").read_text("utf-8")
SIZES = [(1280, 720), (1024, 768)]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_every_slide_fits(deck, each_slide, size, theme):
    page = deck(f"?theme={theme}", size=size)
    wrong = {
        name: found
        for name in each_slide(page)
        if (found := page.evaluate(CRAMPED, size == (1280, 720)))
    }
    assert not wrong, json.dumps(wrong, indent=1)


def test_numbers_and_marks_are_readable(deck):
    sizes = deck().evaluate(
        """[...document.querySelectorAll('.slide-number, .foot, .mark')]
          .map(x => parseFloat(getComputedStyle(x).fontSize))"""
    )
    assert min(sizes) >= 24


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(deck, each_slide, theme):
    page = deck(f"?theme={theme}")
    page.evaluate(AXE.read_text("utf-8") + ";0")
    wrong = {}
    options = {"preload": False, "resultTypes": ["violations", "incomplete"]}
    if theme == "dark":  # only the colors differ
        options["runOnly"] = ["color-contrast"]
    for number, name in enumerate(each_slide(page)):
        found = page.evaluate(
            """async ([whole, options]) => {
              const found = await axe.run(whole ? document : Reveal.getCurrentSlide(), options)
              // What axe cannot decide, such as a contrast, would be decided by nobody.
              return [...found.violations, ...found.incomplete].flatMap(rule => rule.nodes
                .filter(node => !(rule.id === 'color-contrast' && node.html.startsWith('<text')))
                .map(node => rule.id + ': ' + node.html.slice(0, 90)))
            }""",
            [number == 0, options],
        )
        if found := found + page.evaluate(CONTRAST):
            wrong[name] = found
    assert not wrong, json.dumps(wrong, indent=1)


def test_themes_differ(deck):
    color = "getComputedStyle(document.body).backgroundColor"
    dark = deck("?theme=dark")
    assert dark.evaluate(color) != deck().evaluate(color) == "rgb(255, 255, 255)"
    # Plots are drawn for white paper.
    papers = dark.evaluate(
        "[...document.querySelectorAll('.body img')].map(x => getComputedStyle(x).backgroundColor)"
    )
    assert set(papers) == {"rgb(255, 255, 255)"}


def test_the_book_s_fonts_are_used(deck):
    fonts = deck().evaluate(
        """[...document.fonts].filter(font => font.status === 'loaded')
          .map(font => font.family.replaceAll('"', ''))"""
    )
    assert {"Source Sans 3", "Source Code Pro"} <= set(fonts), "another machine may not have these"
