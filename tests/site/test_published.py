"""The site as a workflow builds it, which knows its repository and its address."""

import os
import subprocess
import sys
from urllib.parse import parse_qs, urljoin, urlsplit
from xml.etree import ElementTree

import pytest

from chapter import repository
from tests.site.helpers import CHAPTER, ROOT, SITE, meta, parsed, policy

BASE = "https://somebody.example/lazy/"
RUN = "from jupyter_book.cli.main import main; main()"


def build(out):
    """Build the site into a folder, or only what has changed since."""
    options = [
        "--config",
        "_config.yml",
        "--toc",
        str(ROOT / "_toc.yml"),
        "--path-output",
        str(out),
    ]
    known = {"GITHUB_REPOSITORY": "owner/name", "GITHUB_REF_NAME": "main", "BOOK_URL": BASE}
    run = subprocess.run(
        [sys.executable, "-c", RUN, "build", "book", *options, "-q", "-W", "-n"],
        cwd=ROOT,
        env={**os.environ, **known},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr[-2000:]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A site built with what a workflow's environment says."""
    out = tmp_path_factory.mktemp("published")
    build(out)
    return out / "_build" / "html"


def test_heads(published):
    """Each page has a title and a description of its own, an icon, and what others show of it."""
    titles, descriptions = set(), set()
    for name in CHAPTER:
        soup = parsed(published / f"{name}.html")
        titles.add(soup.title.text)
        description = meta(soup, "description")
        wanted = f"{name}: describe the page in its front matter (myst: html_meta: description)"
        assert description and 50 <= len(description) <= 250, wanted
        descriptions.add(description)
        address = BASE if name == "index" else f"{BASE}{name}.html"
        assert soup.html["lang"] == "en"
        assert soup.find("link", rel="canonical")["href"] == meta(soup, "og:url") == address
        assert meta(soup, "og:title") in soup.title.text
        assert meta(soup, "og:description") == description
        picture = published / meta(soup, "og:image").removeprefix(BASE)
        assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and picture.stat().st_size < 300_000
        assert (published / soup.find("link", rel="icon")["href"]).exists()
        assert len(soup.find_all("h1")) == 1
    assert len(titles) == len(descriptions) == len(CHAPTER)
    for name in ("search", "404"):
        assert meta(parsed(published / f"{name}.html"), "description")


def test_sitemap(published):
    """It lists the chapter's pages and nothing else."""
    loc = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    found = {e.text for e in ElementTree.parse(published / "sitemap.xml").iter(loc)}
    assert found == {BASE if p == "index" else f"{BASE}{p}.html" for p in CHAPTER}


def test_not_found(published, serve, visit, tmp_path):
    """The 404 page has its look and its links wherever it is shown."""
    (tmp_path / "lazy").symlink_to(published)
    (tmp_path / "404.html").symlink_to(published / "404.html")
    root = serve(tmp_path)
    page = visit(f"{root}/lazy/no/such/page.html")
    assert page.locator("h1").inner_text() == "Page not found"
    position = page.locator("header").evaluate("e => getComputedStyle(e).position")
    assert position == "sticky", "it has no style"
    assert [t for t in page.troubles if "404 (Not Found)" not in t] == []
    for link in page.locator("a[href]:not([href^='#'], [rel=license])").all():
        address = urljoin(page.url, link.get_attribute("href"))
        assert urlsplit(address).path.startswith("/lazy/")
    page.locator("article a").first.click()
    page.wait_for_url(f"{root}/lazy/index.html")


def test_buttons(published):
    """Edit leads to the source, Binder and Colab to the notebook, of the repository."""
    links = {
        a.text: a["href"] for a in parsed(published / "cascade.html").select(".page-links li > a")
    }
    assert links.pop("Slides").startswith("slides/index.html#/")
    assert links.pop("Report a mistake").startswith("https://github.com/owner/name/issues/new?")
    assert links == {
        "Run in Binder": "https://mybinder.org/v2/gh/owner/name/main?urlpath=lab/tree/book/cascade.ipynb",
        "Run in Colab": "https://colab.research.google.com/github/owner/name/blob/main/book/cascade.ipynb",
        "Download notebook": "_sources/cascade.ipynb",
        "Edit this page": "https://github.com/owner/name/edit/main/book/cascade.md",
    }
    live = parsed(published / "cascade.html").find(id="live-button")
    assert live["data-binder"] == "https://mybinder.org/build/gh/owner/name/main"
    assert live.text == "Run in this page"
    plain = {a.text for a in parsed(published / "glossary.html").select(".page-links a")}
    assert plain == {"Edit this page", "Report a mistake"}


def test_links_for_a_class(published):
    """Each notebook that the branch has gets a link, in nbgitpuller's form."""
    soup = parsed(published / "teaching.html")
    lines = dict(
        line.rsplit(": ", 1)
        for line in soup.select_one("#a-link-for-each-page pre").text.splitlines()
    )
    pulled = []
    for title, link in lines.items():
        parts = urlsplit(link)
        query = {key: value for key, [value] in parse_qs(parts.query).items()}
        *folder, file = query.pop("urlpath").split("/")
        hub = f"{parts.scheme}://{parts.netloc}{parts.path}"
        assert hub == "https://hub.example.edu/hub/user-redirect/git-pull"
        assert query == {"repo": "https://github.com/owner/name", "branch": "notebooks"}
        name = file.removesuffix(".ipynb")
        assert folder == ["lab", "workspaces", name, "tree", "name"]
        shown = parsed(published / f"{name}.html").h1.find(string=True).strip()
        assert shown.replace("’", "'") == title
        pulled.append(file)
    offered = (path.name for path in (published / "_sources").glob("*.ipynb"))
    assert sorted(pulled) == sorted(offered)


def test_no_link_where_there_is_nothing_to_pull():
    """A site that was built outside of a repository on GitHub says so, and only that one."""
    section = parsed(SITE / "teaching.html").find(id="a-link-for-each-page")
    outside = not repository.find(ROOT)[0]
    assert ("nothing to pull" in section.text) is outside
    assert (section.pre is None) is outside


def test_connections(published):
    """Only a page with cells may connect anywhere: to this computer, and to Binder."""
    binder = "https://mybinder.org https://*.mybinder.org wss://*.mybinder.org"
    assert policy(published / "cascade.html")["connect-src"].endswith(f" {binder}")
    assert policy(published / "glossary.html")["connect-src"] == "'self'"


def test_links_to_what_was_printed(published):
    """The PDFs are on the site, and linked, where they were printed since the last change."""
    printed = published.parent / "lazy-initialization.pdf"

    def linked():
        parsed.cache_clear()
        link = parsed(published / "index.html").article.find("a", string="PDF")
        assert bool(link) == (published / printed.name).exists()
        assert not parsed(published / "teaching.html").article.select('[href$="slides.pdf"]')
        return link and (published / link["href"]).read_bytes()

    assert not linked()
    printed.write_bytes(b"new")
    build(published.parent.parent)
    assert linked() == b"new"
    os.utime(printed, (0, 0))
    build(published.parent.parent)
    assert not linked(), "a page has changed since"
    printed.unlink()
