"""The built site in a real Chromium, served as a host would serve it."""

import gzip
import os
import shutil
import sys
import threading
import tomllib
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
BUDGETS = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text("utf-8"))
PAGES = sorted(path.stem for path in SITE.glob("*.html"))
WIDTHS, SCHEMES = (375, 1280), ("light", "dark")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]


def pytest_configure():
    """Say what to do where there is no site."""
    if not PAGES:
        pytest.exit("There is no site in _build/html: run `make test-site`, which builds it.", returncode=2)


@cache
def parsed(path):
    """A page of the site, parsed; nobody changes it."""
    return BeautifulSoup(path.read_bytes(), "html.parser")


def budget(page, what):
    """What the page may cost."""
    heavy = BUDGETS["heavy"] if page in BUDGETS["heavy"]["pages"] else {}
    return heavy.get(what, BUDGETS["every_page"][what])


class Handler(SimpleHTTPRequestHandler):
    """Serves text compressed, and 404.html where there is nothing."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript", ".ipynb": "application/json"}

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


@pytest.fixture(scope="session")
def serve():
    """A function that serves a folder and returns its address."""
    servers = []

    def start(folder, handler=Handler):
        server = Server(("127.0.0.1", 0), partial(handler, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()


@pytest.fixture(scope="session")
def base(serve):
    """The address of the site."""
    return serve(SITE)


@pytest.fixture(scope="session")
def browser():
    """A Chromium: $CHROMIUM, or the first on the PATH, or Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """An empty page in a browser context of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def visit(browser, base):
    """A function that opens a page of the site in a browser of its own, with a cold cache."""
    contexts = []

    def open_page(name="cascade", width=1280, scheme="light", wait=True, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.troubles = []
        page.on("console", lambda m: page.troubles.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        if wait:
            page.goto(name if "://" in name else f"{base}/{name}.html", wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
