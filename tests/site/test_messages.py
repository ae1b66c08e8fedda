"""Each error that a cell raises leads to the section that explains it."""

import pytest
from playwright.sync_api import expect

from chapter.messages import sections
from tests.site.helpers import PAGES
from tools import BOOK

EXPLAINED = {section.label: section for section in sections(BOOK.page("errors").text)}
ERRORS = """() => [...document.querySelectorAll("article .traceback")].map(block => [
    block.textContent.trim(), block.parentElement.querySelector(".error-meaning a")?.href ?? ""])"""


@pytest.mark.parametrize("name", [page for page in PAGES if page != "errors"])
def test_each_error_has_a_link_to_its_section(visit, name):
    for text, address in visit(name).evaluate(ERRORS):
        page, _, label = address.partition("#")
        assert page.endswith("/errors.html"), text
        assert EXPLAINED[label].match(text), (text, label)


def test_the_link_leads_to_the_error_in_sight(visit):
    page = visit("failures")
    page.locator("article .error-meaning a[href$='#errors-share-memory']").click()
    page.wait_for_url("**/errors.html#errors-share-memory")
    raised = page.locator("section:has(> #errors-share-memory) .traceback")
    assert raised.count() == 1
    assert page.evaluate(
        "box => box.getBoundingClientRect().bottom < innerHeight", raised.element_handle()
    )


def test_the_errors_page_and_the_deck_have_no_such_link(visit):
    assert visit("errors").locator(".error-meaning").count() == 0
    assert visit("slides/index", wait=False).locator(".error-meaning").count() == 0


@pytest.mark.parametrize(
    "state, label",
    [
        ("2,20;Linear(30,10)", "errors-mat1-mat2"),
        ("2,3,8,8;Conv2d(1,4,3)", "errors-channels"),
        ("2,3,4,4;LazyConv2d(8,9)", "errors-kernel"),
        ("1,20;LazyBatchNorm1d", "errors-one-value"),
    ],
)
def test_an_error_in_the_explorer_leads_to_its_section(visit, base, state, label):
    page = visit(f"{base}/index.html?cascade={state}")
    explorer = page.locator("cascade-explorer")
    explorer.get_by_role("button", name="All at once").click()
    explorer.get_by_role("link", name="What does this error mean?").click()
    expect(page).to_have_url(f"{base}/errors.html#{label}")
    expect(page.locator(f"#{label}")).to_have_count(1)
