"""The built site in a real Chromium, served as a host would serve it.

`make test-site` builds the site first. Each worker of pytest-xdist has a browser and servers of
its own; no test writes into the site.
"""

import threading
from functools import partial

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.site.helpers import PAGES, SITE, Handler, Server
from tools import chromium

# What a page does after a click comes late on a busy machine.
expect.set_options(timeout=60_000)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def pytest_configure():
    """Say what to do where there is no site."""
    if not PAGES:
        message = "There is no site in _build/html: run `make test-site`, which builds it."
        pytest.exit(message, returncode=2)


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
    """A Chromium, the one that prints, too."""
    found = chromium.browser()
    assert found, "There is no Chromium. Install one, or set CHROMIUM=/path/to/chromium"
    with sync_playwright() as playwright:
        driven = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield driven
        driven.close()


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
        viewport = {"width": width, "height": 900}
        context = browser.new_context(viewport=viewport, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.troubles = []
        note = page.troubles.append
        page.on("console", lambda m: note(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: note(str(error)))
        if wait:
            address = name if "://" in name else f"{base}/{name}.html"
            page.goto(address, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
