"""What stands in the files: links and anchors, the policy, and what the folder holds."""

import base64
import hashlib
import json
import os
import re
from urllib.parse import unquote, urlsplit

import pytest

from tests.site.helpers import CHAPTER, PAGES, ROOT, SITE, meta, parsed, policy

HTML = [*PAGES, "slides/index", "slides/speaker"]  # what has links, and a policy


def targets(soup):
    """What a page points to."""
    for tag in soup.find_all(True):
        for name in ("href", "src", "action", "data-target"):
            if tag.get(name):
                yield tag[name]


def test_all_of_it_is_tested():
    """There is no other HTML in the folder."""
    found = {path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html")}
    assert found == {f"{name}.html" for name in HTML}


@pytest.mark.parametrize("name", HTML)
def test_links(name):
    """Every link to a page, a file or an anchor of the site leads to it."""
    page, broken = SITE / f"{name}.html", []
    for link in targets(parsed(page)):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        if not file.is_file() or not file.is_relative_to(SITE):
            broken.append(link)
        elif parts.fragment and file.suffix == ".html":
            anchors = {tag["id"] for tag in parsed(file).find_all(id=True)}
            # The deck's anchors begin with a slash.
            if unquote(parts.fragment).removeprefix("/") not in anchors:
                broken.append(link)
    assert not broken


def test_every_page_is_in_the_chapter():
    """The contents of each page have each page of the chapter, under its part's caption."""
    for name in PAGES:
        contents = parsed(SITE / f"{name}.html").find(id="contents")
        assert {a["href"].split("#")[0] for a in contents.find_all("a")} | {f"{name}.html"} >= {
            f"{page}.html" for page in CHAPTER
        }
        for part in contents.find_all("ul"):
            caption = contents.find(id=part["aria-labelledby"])
            assert caption.text.strip() and part.find_previous("p") == caption


def test_ids_are_unique():
    """No page has one id twice."""
    for name in HTML:
        ids = [tag["id"] for tag in parsed(SITE / f"{name}.html").find_all(id=True)]
        assert len(ids) == len(set(ids)), {i for i in ids if ids.count(i) > 1}


def test_downloads():
    """A page of cells offers its notebook at its top, outputs and all; no other page does."""

    def has_outputs(path):
        return any(c.get("outputs") for c in json.loads(path.read_text("utf-8"))["cells"])

    twins = {path.stem: path for path in (ROOT / "book").glob("*.ipynb")}
    assert len(twins) > 10
    for name in PAGES:
        links = parsed(SITE / f"{name}.html").select(".page-links a[download]")
        assert [a["href"] for a in links] == [f"_sources/{name}.ipynb"] * (name in twins)
        if links:
            assert has_outputs(SITE / links[0]["href"]) == has_outputs(twins[name])


# --- policy ----------------------------------------------------------------------


@pytest.mark.parametrize("name", HTML)
def test_policy(name):
    """It allows nothing blindly, is before what it governs, and knows every inline script."""
    soup, rules = parsed(SITE / f"{name}.html"), policy(SITE / f"{name}.html")
    tag = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert rules["default-src"] == "'none'" and rules["base-uri"] == "'none'"
    assert not re.search(r"unsafe|\*|https?:", rules["script-src"] + rules["style-src"])
    assert not tag.find_previous(["script", "link", "style"])
    for script in soup.find_all("script"):
        if not script.get("src"):
            digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in rules["script-src"]
    assert not soup.find_all(lambda t: any(a.startswith("on") or a == "style" for a in t.attrs))


LOCAL = "'self' http://localhost:* ws://localhost:* http://127.0.0.1:* ws://127.0.0.1:*"


@pytest.mark.parametrize("name, sources", [("glossary", "'self'"), ("cascade", LOCAL)])
def test_connections(name, sources):
    """Only a page with cells may connect anywhere: to this computer."""
    allowed = policy(SITE / f"{name}.html")["connect-src"]
    assert (
        allowed.removesuffix(" https://mybinder.org https://*.mybinder.org wss://*.mybinder.org")
        == sources
    )


SLIP_IN = """() => {
  const add = fill => {
    const script = document.createElement("script");
    fill(script);
    document.body.append(script);
  };
  add(s => s.textContent = "window.slipped = 1");
  add(s => s.src = "https://elsewhere.example/x.js");
  document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.slipped = 2'>");
}"""


@pytest.mark.parametrize("name", ["cascade", "slides/index"])
def test_policy_holds(visit, name):
    """A script that somebody slips in does not run; one from elsewhere is not even asked for."""
    page = visit(name)
    assert not page.troubles
    page.evaluate(SLIP_IN)
    page.wait_for_timeout(300)
    assert page.evaluate("window.slipped") is None
    assert sum("Content Security Policy" in t or "violates" in t for t in page.troubles) >= 3


def test_no_address_is_invented():
    """A site says where it will be if it was built with BOOK_URL, and only then."""
    soup, known = parsed(SITE / "cascade.html"), bool(os.environ.get("BOOK_URL"))
    said = soup.find("link", rel="canonical"), meta(soup, "og:url"), meta(soup, "og:image")
    assert [thing is not None for thing in said] == [known] * 3


# --- the folder --------------------------------------------------------------------


def test_nothing_idle():
    """The folder is small, the chapter's PDF included: it is offered as a download, too."""
    size = sum(p.stat().st_size for p in SITE.rglob("*") if p.is_file())
    assert size < 10_000_000, f"{size} bytes"
    assert not [p for p in SITE.rglob("*") if re.search(r"fontawesome|bootstrap|\.map$", p.name)]
