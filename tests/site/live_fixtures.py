"""Fixtures for pages whose cells run; see live_page.py."""

import threading

import pytest
from playwright.sync_api import expect

from tests.site.helpers import SITE, Server
from tests.site.live_page import Binder, Jupyter, Site


@pytest.fixture(scope="module")
def live_base(serve):
    """The address of the site."""
    return serve(SITE, Site)


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory, live_base):
    """A server for all tests of a file."""
    server = Jupyter(tmp_path_factory.mktemp("jupyter"), live_base)
    yield server
    server.stop()


@pytest.fixture
def binder():
    """A Binder on this machine: set its `answers`."""
    over = threading.Event()
    kind = type("Answers", (Binder,), {"answers": [], "asked": 0, "over": over})
    server = Server(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kind.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield kind
    over.set()
    server.shutdown()


@pytest.fixture
def live(visit, live_base):
    """A function that opens a page and uses its button; `asked` then lists its requests."""

    def open_page(name="exercises", binder="", server="", query="", **options):
        Site.binder, Site.named = binder, server
        page = visit(name, wait=False, **options)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("websocket", lambda ws: page.asked.append(ws.url))
        page.goto(f"{live_base}/{name}.html{query}", wait_until="load")
        page.loaded = list(page.asked)
        page.click("#live-button")
        expect(page.locator("#live h2")).to_be_focused()
        return page

    return open_page
