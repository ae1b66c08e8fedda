"""The search, used as a person with an error message uses it.

The messages are those that PyTorch raises here (provoked.py) and raised in older versions
(old_messages.toml), not those that the page lists.
"""

import re
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.site.helpers import SITE, address, violations
from tests.site.provoked import PROVOKED, provoke

OLD = tomllib.loads((Path(__file__).parent / "old_messages.toml").read_text("utf-8"))["message"]
IN_VIEW = """label => {
  const marked = document.getElementById(label);
  const { top, bottom } = marked.closest("section").querySelector("h2, h3").getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}"""


def search(page, text):
    """Paste a text into the page's search field and press Enter; the results' addresses."""
    before = address(page)
    field = page.get_by_role("searchbox")
    field.fill("")
    field.focus()
    page.keyboard.insert_text(text)
    # What the search before it found must not be taken for its own.
    page.evaluate("document.getElementById('search-status')?.replaceChildren()")
    page.keyboard.press("Enter")
    page.wait_for_function("url => location.href !== url", arg=before)
    expect(page.locator("#search-status")).to_have_text(re.compile(r"^(?!Searching)."))
    links = page.locator("#search-results a")
    return links.evaluate_all("all => all.map(a => a.getAttribute('href'))")


def follow(page, label):
    """The first result leads to this section of the errors page, whose heading is then in view."""
    page.locator("#search-results a").first.click()
    page.wait_for_url(f"**/errors.html#{label}")
    assert page.evaluate(IN_VIEW, label)
    assert not page.troubles


def typographic(text):
    """A text as a word processor or a chat makes it."""
    text = re.sub(r"(?<!\w)'(?=[\w<])", "\u2018", text).replace("'", "\u2019")
    return re.sub(r'(?<!\w)"(?=\w)', "\u201c", text).replace('"', "\u201d")


def words(text):
    """The words of a message alone, without its shapes, numbers and addresses."""
    text = re.sub(r"0x[0-9a-f]+|\b\d+(x\d+)?\b", "", text)
    return re.sub(r"[^\w' ]+", " ", text)


@pytest.mark.parametrize("name", PROVOKED)
def test_pasted_message(visit, name):
    """Each way to paste a message finds its section first."""
    error, traceback = provoke(name)
    label = PROVOKED[name][1]
    line = f"{type(error).__name__}: {error}"
    ways = {
        "message": str(error),
        "line": line,
        "quotes": typographic(line),
        "words": words(str(error)),
        "first sentence": re.split(r"(?<=\w)[.:] ", str(error))[0],
        "logged": f"[rank0]: {line}",
        "traceback": traceback,
    }
    page = visit()
    first = {text: next(iter(search(page, text)), None) for text in dict.fromkeys(ways.values())}
    found = {way: first[text] for way, text in ways.items()}
    assert found == dict.fromkeys(ways, f"errors.html#{label}"), ways
    follow(page, label)


@pytest.mark.parametrize("old", OLD, ids=[f"{m['torch']}-{n}" for n, m in enumerate(OLD)])
def test_older_wording(visit, old):
    """What an older PyTorch raised finds its section, too."""
    page = visit()
    assert search(page, old["text"])[0] == f"errors.html#{old['section']}"
    follow(page, old["section"])


@pytest.mark.parametrize(
    "text",
    [
        "RuntimeError: CUDA error: device-side assert triggered",
        "IndexError: Target 10 is out of bounds.",
        "KeyError: 'sampler'",
        "KeyError: 'weight'",
    ],
)
def test_unknown_message(visit, text):
    """A message that the book does not have is said to be unknown; the nearest come with it."""
    page = visit()
    found = search(page, text)
    expect(page.locator("#search-status")).to_contain_text("does not know this message")
    assert len(found) <= 6


@pytest.mark.parametrize(
    "text, expected",
    [
        ("optimizer", "limits.html#limits-optimizer"),
        ("weight decay", "limits.html"),
        ("checkpoint", "checkpoints.html"),
        ("DDP", "processes.html"),
        ("flatten size", "declare.html"),
        ("in_features", "errors.html"),
        ("initializer", "initializers.html"),
        ("optimiser", "limits.html#limits-optimizer"),
    ],
)
def test_words(visit, text, expected):
    """Ordinary words find the section about them among the first five."""
    page = visit()
    found = search(page, text)
    assert any(address.startswith(expected) for address in found[:5]), found[:5]
    for row in page.locator("#search-results li").all()[:5]:
        assert row.locator("p").inner_text().strip()
    assert page.locator("#search-results mark").count()


def test_marks_words_only(visit):
    """Words found are marked; a single letter never is, not the t of can't either."""
    page = visit()
    search(page, "can't access the shape of a t")
    marked = page.locator("#search-results mark").all_inner_texts()
    assert "shape" in marked and min(map(len, marked)) > 1


def test_nothing(visit):
    """Where nothing is found, the page says so."""
    page = visit()
    assert search(page, "qwxzv") == []
    expect(page.locator("#search-status")).to_contain_text("Nothing found")


def test_address_with_words(visit, base):
    """A link may bring the words, and the way back leads to the same results."""
    page = visit(f"{base}/search.html?q=placeholder")
    link = page.locator("#search-results a").first
    address = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**/{address}")
    page.go_back()
    expect(page.locator("#search-results a").first).to_have_attribute("href", address)


def test_from_a_folder(visit):
    """Without a server the same search finds the same."""
    page = visit(f"file://{SITE}/cascade.html")
    error, traceback = provoke("a wrong size")
    assert search(page, traceback)[0] == f"errors.html#{PROVOKED['a wrong size'][1]}"
    follow(page, PROVOKED["a wrong size"][1])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_results_are_accessible(visit, width, scheme):
    """Axe finds nothing on a page of results, and it is no wider than the screen."""
    page = visit(width=width, scheme=scheme)
    search(page, provoke("numel")[1])
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
