"""What stands in the files: links and anchors, heads, addresses, the policy, and what the folder holds."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from urllib.parse import parse_qs, unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from conftest import PAGES, ROOT, SITE, parsed

from extensions import repository

BASE = "https://somebody.example/lazy/"
HTML = [*PAGES, "slides/index"]  # what has links, and a policy


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """The site as a workflow builds it, which knows its repository and its address."""
    out = tmp_path_factory.mktemp("published")
    run = subprocess.run(
        [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", "book", "--config", "_config.yml"]
        + ["--toc", str(ROOT / "_toc.yml"), "--path-output", str(out), "-q", "-W", "-n"],
        cwd=ROOT,
        env={**os.environ, "GITHUB_REPOSITORY": "owner/name", "GITHUB_REF_NAME": "main", "BOOK_URL": BASE},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return out / "_build" / "html"


# --- links ---------------------------------------------------------------------


def targets(soup):
    """What a page points to."""
    for tag in soup.find_all(True):
        for name in ("href", "src", "action", "data-target"):
            if tag.get(name):
                yield tag[name]


def test_all_of_it_is_tested():
    """There is no other HTML in the folder."""
    assert {path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html")} == {f"{name}.html" for name in HTML}


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
            if unquote(parts.fragment).removeprefix("/") not in anchors:  # the deck's begin with a slash
                broken.append(link)
    assert not broken


def test_every_page_is_in_the_chapter():
    """Each page is linked from the first one's navigation, and there are no leftovers of deleted pages."""
    linked = {urlsplit(link).path for link in targets(parsed(SITE / "index.html"))}
    assert {f"{p}.html" for p in PAGES} - linked <= {"index.html", "search.html", "404.html"}


def test_ids_are_unique():
    """No page has one id twice."""
    for name in HTML:
        ids = [tag["id"] for tag in parsed(SITE / f"{name}.html").find_all(id=True)]
        assert len(ids) == len(set(ids)), {i for i in ids if ids.count(i) > 1}


def test_downloads():
    """A page of cells offers its notebook, outputs and all; no other download is offered, but on `teaching` (test_slides.py)."""
    pages = [name for name in PAGES if name != "teaching"]
    offered = {name: [a["href"] for a in parsed(SITE / f"{name}.html").select("a[download]")] for name in pages}
    assert any(offered.values())
    for name, links in offered.items():
        twin = ROOT / "book" / f"{name}.ipynb"
        assert links == ([f"_sources/{name}.ipynb"] if twin.exists() else [])
        if links:
            notebook = json.loads((SITE / links[0]).read_text("utf-8"))
            assert any(cell.get("outputs") for cell in notebook["cells"]) == any(c.get("outputs") for c in json.loads(twin.read_text("utf-8"))["cells"])


# --- heads -----------------------------------------------------------------------


def meta(soup, name):
    """What one meta tag says."""
    tag = soup.find("meta", attrs={"name": name}) or soup.find("meta", attrs={"property": name})
    return tag["content"] if tag else None


def chapter():
    """The pages of the chapter."""
    return [p for p in PAGES if p not in ("search", "404")]


def test_heads(published):
    """Each page has a title and a description of its own, an icon, and what others show of it."""
    titles, descriptions = set(), set()
    for name in chapter():
        soup = parsed(published / f"{name}.html")
        titles.add(soup.title.text)
        description = meta(soup, "description")
        assert description and 50 <= len(description) <= 200, f"{name}: describe the page in its front matter (myst: html_meta: description)"
        descriptions.add(description)
        address = BASE if name == "index" else f"{BASE}{name}.html"
        assert soup.html["lang"] == "en"
        assert soup.find("link", rel="canonical")["href"] == meta(soup, "og:url") == address
        assert meta(soup, "og:title") in soup.title.text and meta(soup, "og:description") == description
        picture = published / meta(soup, "og:image").removeprefix(BASE)
        assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and picture.stat().st_size < 300_000
        assert (published / soup.find("link", rel="icon")["href"]).exists()
        assert len(soup.find_all("h1")) == 1
    assert len(titles) == len(descriptions) == len(chapter())
    assert all(meta(parsed(published / f"{name}.html"), "description") for name in ("search", "404"))


def test_no_address_is_invented():
    """A site that does not know where it will be says nothing about it."""
    if os.environ.get("BOOK_URL"):
        pytest.skip("this site knows its address")
    soup = parsed(SITE / "cascade.html")
    assert not soup.find("link", rel="canonical") and not meta(soup, "og:url") and not meta(soup, "og:image")
    assert not (SITE / "sitemap.xml").exists()


def test_sitemap(published):
    """It lists the chapter's pages and nothing else."""
    found = {e.text for e in ElementTree.parse(published / "sitemap.xml").iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert found == {BASE if p == "index" else f"{BASE}{p}.html" for p in chapter()}


def test_not_found(published, serve, visit, tmp_path):
    """The 404 page has its look and its links wherever it is shown."""
    (tmp_path / "lazy").symlink_to(published)
    (tmp_path / "404.html").symlink_to(published / "404.html")
    root = serve(tmp_path)
    page = visit(f"{root}/lazy/no/such/page.html")
    assert page.locator("h1").inner_text() == "There is no page here"
    assert page.evaluate("getComputedStyle(document.querySelector('.bd-header-article')).position") == "sticky"
    assert [t for t in page.troubles if "404 (Not Found)" not in t] == []
    for link in page.locator("a[href]:not([href^='#'], [rel=license])").all():
        assert urlsplit(urljoin(page.url, link.get_attribute("href"))).path.startswith("/lazy/")
    page.locator("article a").first.click()
    assert page.url == f"{root}/lazy/index.html"


def test_buttons(published):
    """Edit leads to the source, Binder and Colab to the notebook, of the repository it was built from."""
    links = {a.text: a["href"] for a in parsed(published / "cascade.html").select(".page-links a")}
    assert links.pop("Report a mistake").startswith("https://github.com/owner/name/issues/new?")
    assert links == {
        "Run in Binder": "https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/book/cascade.ipynb",
        "Run in Colab": "https://colab.research.google.com/github/owner/name/blob/main/book/cascade.ipynb",
        "Download notebook": "_sources/cascade.ipynb",
        "Edit this page": "https://github.com/owner/name/edit/main/book/cascade.md",
    }
    live = parsed(published / "cascade.html").find(id="live-button")
    assert live["data-binder"] == "https://mybinder.org/build/gh/owner/name/main" and live.text == "Run in this page"
    plain = {a.text for a in parsed(published / "glossary.html").select(".page-links a")}
    assert plain == {"Edit this page", "Report a mistake"}


def test_links_for_a_class(published):
    """Each notebook that the branch has gets a link, which nbgitpuller's page on a hub understands."""
    soup = parsed(published / "teaching.html")
    lines = dict(line.split(": ", 1) for line in soup.select_one("#a-link-for-each-page pre").text.splitlines())
    pulled = []
    for title, link in lines.items():
        parts = urlsplit(link)
        query = {key: value for key, [value] in parse_qs(parts.query).items()}
        *folder, file = query.pop("urlpath").split("/")
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://hub.example.edu/hub/user-redirect/git-pull"
        assert query == {"repo": "https://github.com/owner/name", "branch": "notebooks"} and folder == ["lab", "workspaces", file.removesuffix(".ipynb"), "tree", "name"]
        assert parsed(published / file.replace(".ipynb", ".html")).h1.find(string=True).strip() == title
        pulled.append(file)
    assert sorted(pulled) == sorted(path.name for path in (published / "_sources").glob("*.ipynb"))


def test_no_link_where_there_is_nothing_to_pull():
    """A site that was built outside of a repository on GitHub says so."""
    section = parsed(SITE / "teaching.html").find(id="a-link-for-each-page")
    if repository.find()[0]:
        pytest.skip("this site was built from a repository on GitHub")
    assert "nothing to pull" in section.text and not section.pre


# --- policy ----------------------------------------------------------------------


@pytest.mark.parametrize("name", HTML)
def test_policy(name):
    """The policy allows nothing blindly, stands before what it governs, and every inline script is in it."""
    soup = parsed(SITE / f"{name}.html")
    tag = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    policy = dict(part.strip().split(" ", 1) for part in tag["content"].split(";"))
    assert policy["default-src"] == "'none'" and policy["base-uri"] == "'none'"
    assert not re.search(r"unsafe|\*|https?:(?!//)", policy["script-src"] + policy["style-src"])
    assert not tag.find_previous(["script", "link", "style"])
    for script in soup.find_all("script"):
        if not script.get("src"):
            digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy["script-src"]
    assert not soup.find_all(lambda t: any(a.startswith("on") or a == "style" for a in t.attrs))


LOCAL = "'self' http://localhost:* ws://localhost:* http://127.0.0.1:* ws://127.0.0.1:*"


@pytest.mark.parametrize(
    "site, name, allowed",
    [
        ("here", "glossary", "'self'"),
        ("here", "cascade", LOCAL),
        ("published", "glossary", "'self'"),
        ("published", "cascade", f"{LOCAL} https://mybinder.org https://*.mybinder.org wss://*.mybinder.org"),
    ],
)
def test_connections(published, site, name, allowed):
    """Only a page with cells may connect anywhere: to this computer, and to Binder where that has the book."""
    policy = parsed((published if site == "published" else SITE) / f"{name}.html").find("meta", attrs={"http-equiv": True})["content"]
    assert f"; connect-src {allowed}; " in policy


@pytest.mark.parametrize("name", ["cascade", "slides/index"])
def test_policy_holds(visit, name):
    """A script that somebody slips into a page does not run, and one from elsewhere is not even asked for."""
    page = visit(name)
    assert not page.troubles
    page.evaluate(
        """() => {
          const add = fill => { const s = document.createElement("script"); fill(s); document.body.append(s); };
          add(s => s.textContent = "window.slipped = 1");
          add(s => s.src = "https://elsewhere.example/x.js");
          document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.slipped = 2'>");
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.slipped") is None
    assert sum("Content Security Policy" in t or "violates" in t for t in page.troubles) >= 3


# --- the folder --------------------------------------------------------------------


def test_nothing_idle():
    """The folder holds nothing of the theme that no page loads: it is offered as a download, too."""
    size = sum(p.stat().st_size for p in SITE.rglob("*") if p.is_file())
    assert size < 8_000_000, f"{size} bytes"
    assert not [p for p in SITE.rglob("*") if re.search(r"fontawesome|bootstrap|\.map$|\.mo$", p.name)]
