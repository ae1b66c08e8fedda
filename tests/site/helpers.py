"""What the tests of the site share: where it is, its pages, a server for it, and axe."""

import gzip
import sys
import tomllib
from functools import cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import axe_playwright_python
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
BUDGET = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text("utf-8"))
PAGES = sorted(path.stem for path in SITE.glob("*.html"))
CHAPTER = [name for name in PAGES if name not in ("search", "404")]
WIDTHS, SCHEMES = (375, 1280), ("light", "dark")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


@cache
def parsed(path):
    """A page of the site, parsed; nobody changes it."""
    return BeautifulSoup(path.read_bytes(), "html.parser")


def meta(soup, name):
    """What one meta tag says, or None."""
    tag = soup.find("meta", attrs={"name": name}) or soup.find("meta", attrs={"property": name})
    return tag["content"] if tag else None


def policy(path):
    """The Content-Security-Policy of a page, as ``{directive: sources}``."""
    tag = parsed(path).find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    return dict(part.strip().split(" ", 1) for part in tag["content"].split(";"))


def unfold(page):
    """Open all that is folded on a page."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def address(page):
    """The page's address as it knows it: ``page.url`` hears of a change a moment later."""
    return page.evaluate("location.href")


def violations(page, rules=()):
    """What axe finds, by all its rules or by these alone, as a list of lines."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"{AXE};0")
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    run = "options => axe.run(document, options).then(r => r.violations)"
    found = page.evaluate(run, options)
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found for n in v["nodes"]]


class Handler(SimpleHTTPRequestHandler):
    """Serves text compressed, and 404.html where there is nothing."""

    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".ipynb": "application/json",
    }

    def do_GET(self):
        """Answer one request."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        status = 200 if path.is_file() else 404
        path = path if path.is_file() else Path(self.directory, "404.html")
        kind = self.guess_type(str(path))
        body = self.read(path)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if kind.startswith("text/") or kind.endswith(("json", "javascript", "xml")):
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.send(body)

    def read(self, path):
        """What a file holds."""
        return path.read_bytes()

    def send(self, body):
        """Send the answer's body."""
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Says nothing when a browser hangs up in the middle of an answer."""

    def handle_error(self, request, client_address):
        """Report what is not a hang-up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
