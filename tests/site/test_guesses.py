"""Guesses on a page: folded without a script, and with it choices that can be pressed."""

import pytest
from bs4 import BeautifulSoup

from conftest import PAGES, SITE


def guesses(name):
    """The guesses of a page, parsed."""
    page = BeautifulSoup((SITE / f"{name}.html").read_bytes(), "html.parser")
    return page.select(".guess-group")


def with_choices():
    """A page that has a guess with choices."""
    return next(name for name in PAGES if any(g.select("ul.choices") for g in guesses(name)))


def test_an_answer_and_its_outputs_are_folded():
    found = [(name, group) for name in PAGES for group in guesses(name)]
    assert len(found) > 20
    for name, group in found:
        assert group.select_one(".guess > .admonition-title"), name
        answer = group.select("details.answer")
        assert len(answer) == 1 and not answer[0].has_attr("open"), name
        assert answer[0].find("summary") and answer[0].find(["p", "ul", "ol", "table"]), name
        # In sight are the question and the sources, and no output.
        assert all(x.find_parent("details") for x in group.select(".cell_output")), name
        assert not group.select("input, [checked]") and "[x]" not in group.get_text(), name
        for cell in group.select(".output-only"):
            assert group.select(f'.cell:not(.output-only)[data-cell="{cell["data-cell"]}"]'), name


def test_only_pages_with_choices_bring_the_script():
    for name in PAGES:
        has = "choices.js" in (SITE / f"{name}.html").read_text("utf-8")
        assert has == any(group.select("ul.choices") for group in guesses(name)), name


@pytest.fixture
def group(visit):
    """The first guess with choices of the first page that has one, in a browser."""
    page = visit(with_choices())
    yield page.locator(".guess-group:has(ul.choices)").first
    assert not page.troubles


def choice(group, right):
    """A choice that is right, or one that is not."""
    return group.locator(f"li{'[data-right]' if right else ':not([data-right])'} > button").first


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_choice_says_whether_it_was_right_and_opens_the_answer(group, right, key):
    status = group.get_by_role("status")
    assert status.count() == 1 and status.text_content() == ""
    assert group.locator("details.answer[open]").count() == 0
    button = choice(group, right)
    button.focus()
    button.press(key)
    assert status.text_content().startswith("Right." if right else "No.")
    assert group.locator("details.answer[open]").count() == 1
    assert button.get_attribute("aria-pressed") == "true"
    if not right:
        assert choice(group, True).text_content().strip() in status.text_content()
    # The focus stays, so that the next key goes on from here.
    assert button.evaluate("button => button === document.activeElement")


def test_nothing_tells_the_right_choice_before(group):
    def looks(right):
        style = """button => {
          const all = [getComputedStyle(button), getComputedStyle(button, '::before')]
          return all.map(s => [s.color, s.borderColor, s.fontWeight, s.content, s.backgroundColor])
        }"""
        return choice(group, right).evaluate(style), choice(group, right).get_attribute(
            "aria-pressed"
        )

    assert looks(True) == looks(False)
    choice(group, False).click()
    assert looks(True) != looks(False)


def test_without_a_script_the_choices_are_a_list(visit):
    page = visit(with_choices(), java_script_enabled=False)
    group = page.locator(".guess-group:has(ul.choices)").first
    assert group.get_by_role("listitem").count() > 1 and group.get_by_role("button").count() == 0
    group.locator("summary").first.click()
    assert group.locator("details.answer[open]").count() == 1
