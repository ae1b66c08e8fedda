"""Cells that run in the page, against a real Jupyter server and a Binder that only pretends.

"Run all" is tried on two pages. For others: LIVE_PAGES="architectures declare ..." pytest tests/site/test_live.py
"""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import nbformat
import pytest
from bs4 import BeautifulSoup
from helpers import PAGES, ROOT, SITE, Handler, Server, parsed
from playwright.sync_api import expect
from sphinx.errors import ConfigError
from helpers import violations

from extensions.live import _check_server, _connections

VENDOR = ROOT / "extensions" / "live" / "vendor"
LIVE = [name for name in PAGES if (ROOT / "book" / f"{name}.ipynb").exists()]
START = 90_000  # milliseconds that Python, and importing torch, may take on a busy machine
TOKEN = secrets.token_hex(8)


class Jupyter:
    """A Jupyter server of the test's own, which lets the site's pages in."""

    def __init__(self, folder, origin):
        """Start it; `address` is what it would print."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = {"ServerApp.port": port, "ServerApp.allow_origin": origin, "IdentityProvider.token": TOKEN}
        options |= {"ServerApp.root_dir": folder, "ServerApp.jpserver_extensions": "{}", "ServerApp.port_retries": 0}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", *(f"--{k}={v}" for k, v in options.items())],
            env={**os.environ, "JUPYTER_CONFIG_DIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.url = f"http://127.0.0.1:{port}/"
        self.address = f"{self.url}lab?token={TOKEN}"
        for _ in range(300):
            try:
                self.kernels()
                return
            except OSError:
                assert self.process.poll() is None, "Jupyter did not start"
                time.sleep(0.1)
        pytest.fail("Jupyter does not answer")

    def kernels(self):
        """The kernels that run."""
        with urlopen(Request(f"{self.url}api/kernels", headers={"Authorization": f"token {TOKEN}"})) as answer:
            return json.load(answer)

    def stop(self):
        """End it, and all kernels with it."""
        self.process.terminate()
        self.process.wait(20)


class Site(Handler):
    """The site, as if built of a repository that the Binder at `binder` knows, or with `named` as its own server."""

    binder = named = ""

    def read(self, path):
        """Give pages what the build would have given them."""
        html = super().read(path)
        if path.suffix == ".html" and self.binder:
            html = html.replace(b'id="live-button"', f'id="live-button" data-binder="{self.binder}/build/gh/owner/name/main"'.encode())
            html = html.replace(b'<a href="_sources/', f'<a href="{self.binder}/v2/gh/owner/name/main">Run in Binder</a><a href="_sources/'.encode())
        if path.suffix == ".html" and self.named:
            html = html.replace(b'id="live-button"', f'id="live-button" data-server="{self.named}"'.encode())
        return html


@pytest.fixture(scope="module")
def base(serve):
    """The address of the site."""
    return serve(SITE, Site)


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory, base):
    """A server for all tests."""
    server = Jupyter(tmp_path_factory.mktemp("jupyter"), base)
    yield server
    server.stop()


class Binder(BaseHTTPRequestHandler):
    """Answers as Binder does, with the events that `answers` holds; without any it keeps silent."""

    answers, asked = [], 0

    def do_GET(self):
        """Send the events."""
        type(self).asked += 1
        self.send_response(200)
        for name, value in (("Content-Type", "text/event-stream"), ("Access-Control-Allow-Origin", "*")):
            self.send_header(name, value)
        self.end_headers()
        for event in self.answers:
            data = event if isinstance(event, str) else json.dumps(event)
            self.wfile.write(f"data: {data}\n\n".encode())
            self.wfile.flush()
            time.sleep(0.1)
        time.sleep(20 if not self.answers else 1)

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture
def binder():
    """A Binder on this machine: set its `answers`."""
    kind = type("Answers", (Binder,), {"answers": [], "asked": 0})
    server = Server(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kind.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield kind
    server.shutdown()


@pytest.fixture
def live(visit, base):
    """A function that opens a page and uses its button; the page then has a list of the addresses it asked for."""

    def open_page(name="exercises", binder="", server="", query="", **options):
        Site.binder, Site.named = binder, server
        page = visit(name, wait=False, **options)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("websocket", lambda ws: page.asked.append(ws.url))
        page.goto(f"{base}/{name}.html{query}", wait_until="load")
        page.loaded = list(page.asked)
        page.click("#live-button")
        expect(page.locator("#live h2")).to_be_focused()
        return page

    return open_page


def start(page, address):
    """The second step, with a server of one's own; waits until Python is there."""
    page.fill("#live-address", address)
    page.click(".live-go")
    expect(news(page)).to_contain_text("Python is ready", timeout=START)


def news(page):
    """What is told to everyone, screen readers included."""
    return page.locator("#live [role=status]")


def trouble(page):
    """What went wrong, as the panel says it."""
    alert = page.locator("#live [role=alert]")
    expect(alert).not_to_be_empty(timeout=START)
    assert not re.search(r"undefined|\[object|\n", alert.inner_text())
    return alert.inner_text()


def cell(page, number):
    """The page's nth cell, from 0."""
    return page.locator("article div.cell").nth(number)


def write(page, number, code):
    """Put code into a cell by keys, and leave the cursor there."""
    cell(page, number).locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


def hosts(page):
    """With whom the page has spoken."""
    return {urlsplit(url).netloc for url in page.asked if not url.startswith("data:")}


def host(url):
    """Host and port of an address."""
    return urlsplit(url).netloc


# --- in the files ----------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_every_cell_is_known(name):
    """Where there are cells there is a button, and what is shown and what is not are the notebook's cells in order."""
    soup = parsed(SITE / f"{name}.html")
    button = soup.find(id="live-button")
    assert bool(button) == (name in LIVE)
    if button:
        twin = nbformat.read(ROOT / "book" / f"{name}.ipynb", 4)
        order = [source.get_text().rstrip("\n") for source in soup.select("article div.cell .cell_input pre")]
        for place, source in json.loads(button["data-cells"]):
            order.insert(place, source)
        assert order == [c.source for c in twin.cells if c.cell_type == "code"]


def test_vendored_as_pinned():
    """The bundle was built from the versions that package.json and its lock name."""
    wanted = json.loads((VENDOR / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads((VENDOR / "package-lock.json").read_text("utf-8"))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    banner = (VENDOR / "vendor.js").read_text("utf-8").split("\n", 1)[0]
    assert banner == f"/* {', '.join(f'{n} {v}' for n, v in wanted.items())}; licences in LICENSES.txt */"
    for name in wanted:
        assert f"{name} {wanted[name]} (" in (VENDOR / "LICENSES.txt").read_text("utf-8")


# --- before anything is sent -----------------------------------------------------


@pytest.mark.parametrize("scheme, width", [("light", 1280), ("dark", 375)])
def test_asks_first(live, base, scheme, width):
    """The button loads a script and a style of the site and tells what will happen; Cancel sends nothing either."""
    page = live(scheme=scheme, width=width)
    page.wait_for_load_state("networkidle")
    assert not [url for url in page.loaded if "/live/" in url]
    new = {urlsplit(url).path for url in page.asked[len(page.loaded) :]} - {"/_static/favicon.svg"}  # whenever the browser likes
    assert new == {"/_static/live/live.css", "/_static/live/live.js"}
    assert re.search(r"Nothing has been sent yet.*lost when you leave or reload", page.inner_text("#live form"))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("#live-address", "http://localhost:1/?token=x")
    page.click("text=Cancel")
    expect(page.locator("#live-button")).to_be_focused()
    expect(page.locator("#live")).to_be_hidden()
    assert hosts(page) == {host(base)} and not page.troubles


REFUSED = ["https://example.com/lab?token=x", "http://localhost.example.com:8888/", "http://127.0.0.2:8888/", "http://localhost@example.com/"]
REFUSED += ["ftp://localhost/", "javascript:alert(1)", "https://localhost:8888/", "localhost:8888", "not an address", ""]


def test_refuses_other_servers(live, base):
    """An address that is not this computer's gets one clear line, and nothing is sent; one in the page's own address counts for nothing."""
    page = live(query="?server=http://127.0.0.1:9/&address=http://127.0.0.1:9/&binder=http://127.0.0.1:9/")
    assert page.input_value("#live-address") == ""
    for address in REFUSED:
        page.evaluate("document.getElementById('live-wrong').textContent = ''")
        page.fill("#live-address", address)
        page.click(".live-go")
        assert re.search("Only a server on this computer is accepted|This is not an address", trouble(page)), address
    expect(page.locator("#live-address")).to_be_focused()
    assert hosts(page) == {host(base)} and not [url for url in page.asked if "vendor" in url]


def test_ipv6(live, base):
    """[::1] is this computer, which the page's policy knows by another name."""
    page = live()
    page.fill("#live-address", "http://[::1]:9/?token=x")
    page.click(".live-go")
    assert "No answer from http://localhost:9" in trouble(page)
    assert not [t for t in page.troubles if "Content Security Policy" in t]


# --- running ---------------------------------------------------------------------


def shown(output):
    """What a stored output's text is on a page."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return re.sub(r"\x1b\[[\d;]*m", "", "\n".join(output.traceback))
    if "text/html" in output.data:
        return BeautifulSoup(output.data["text/html"], "html.parser").get_text()
    return output.data.get("image/svg+xml", output.data["text/plain"])


TEXTS = """() => [...document.querySelectorAll("article div.cell")].map(cell => {
  const output = cell.querySelector(".cell_output");
  // What the explorer draws around its table is no output. A figure that was run is compared as it was drawn.
  return [...output.children].map(e => e.src?.startsWith("data:") ? decodeURIComponent(e.src.split(",")[1]) : (e.querySelector("cascade-explorer table") || e).textContent);
})"""


@pytest.mark.parametrize("name", os.environ.get("LIVE_PAGES", "cascade exercises").split())
def test_run_all_equals_the_twin(live, jupyter, base, name):
    """Every output comes out as it is stored; only site and server are asked; axe finds nothing."""
    page = live(name)
    stored = page.evaluate(TEXTS.replace("output.children", "(output?.children || [])"))
    start(page, jupyter.address)
    assert [t for t in page.evaluate(TEXTS) if t] == [t for t in stored if t], "stored outputs stay until a cell is run"
    page.click("text=Run all")
    expect(news(page)).to_have_text("All cells ran.", timeout=START)
    twin = nbformat.read(ROOT / "book" / f"{name}.ipynb", 4)
    cells = [c for c in twin.cells if c.cell_type == "code" and "remove-cell" not in c.metadata.get("tags", [])]
    for number, (source, texts) in enumerate(zip(cells, page.evaluate(TEXTS), strict=True)):
        assert [t.strip() for t in texts] == [shown(o).strip() for o in source.outputs], source.source
        if "raises-exception" in source.metadata.get("tags", []):
            expect(cell(page, number).locator(".traceback")).to_be_visible()
    assert page.locator("details.below-input:not([open])").count() == 0
    assert len(page.locator("article img").all()) == len(page.evaluate("[...document.images].filter(i => i.naturalWidth && i.alt.length > 20)"))
    assert hosts(page) == {host(base), host(jupyter.url)} and not page.troubles
    assert violations(page) == []


def test_edit_run_restart(live, jupyter):
    """Keys alone: edit, run, an error, Run all that stops there, Stop, Restart, and a way out of the editor."""
    page = live()
    start(page, jupyter.address)
    for above in (0, 1):
        write(page, above, f"import math; {above}")  # in the place of torch, which takes seconds
    number = 2
    assert cell(page, number).locator("[role=textbox]").get_attribute("aria-label") == "Code of cell 3"
    write(page, number, "")
    for part in ("for i in range(2):", "print(i / 2, math.__name__)  # ? and /"):
        page.keyboard.type(part)
        page.keyboard.press("Enter")
    page.keyboard.press("Shift+Enter")
    output = cell(page, number).locator(".cell_output")
    expect(output).to_have_text("0.0 math\n0.5 math\n", timeout=START, use_inner_text=False)
    expect(news(page)).to_have_text("Cell 3 ran.")
    expect(cell(page, 0).locator(".live-cell")).to_contain_text("ran")
    assert cell(page, number).locator("pre.live-source").text_content().startswith("for i in range(2):\n    print(")  # to copy and on paper

    # Out of the editor: by Escape to its button, by Tab to the next stop, which is the same
    for key in ("Escape", "Tab"):
        cell(page, number).locator(".cm-content").focus()
        assert page.evaluate("document.querySelectorAll('.live-editor')[2].shadowRoot.activeElement.matches('.cm-content')")
        ring = cell(page, number).locator(".cm-editor").evaluate("e => getComputedStyle(e).outlineStyle + parseFloat(getComputedStyle(e).outlineWidth)")
        assert ring == "solid3"
        page.keyboard.press(key)
        if key == "Tab":
            page.keyboard.press("Tab") if page.evaluate("document.activeElement.matches('.copybtn')") else None
        expect(cell(page, number).get_by_role("button", name="Run cell 3")).to_be_focused()

    write(page, number, "1 / 0")
    page.keyboard.press("Control+Enter")
    expect(output.locator(".traceback")).to_have_text("ZeroDivisionError: division by zero")
    expect(news(page)).to_have_text("Cell 3 raised ZeroDivisionError: division by zero.")
    page.click("text=Run all")
    expect(news(page)).to_have_text("Cell 3 raised ZeroDivisionError: division by zero. The cells after it were not run.", timeout=START)
    expect(cell(page, 3).locator(".live-cell")).to_contain_text("not run yet")

    write(page, number, "kept = 1\nwhile True: pass")
    page.keyboard.press("Shift+Enter")
    expect(cell(page, number).locator(".live-cell")).to_contain_text("running")
    page.click("text=Stop")
    expect(output.locator(".traceback")).to_contain_text("KeyboardInterrupt")
    page.click("text=Restart")
    expect(news(page)).to_contain_text("knows nothing", timeout=START)
    write(page, number, "kept")
    page.keyboard.press("Shift+Enter")
    expect(output.locator(".traceback")).to_have_text("NameError: name 'kept' is not defined", timeout=START)

    # Python dies
    write(page, number, "import os; os._exit(1)")
    page.keyboard.press("Shift+Enter")
    expect(news(page)).to_contain_text("Python has died", timeout=START)

    assert violations(page) == []
    page.goto("about:blank")
    for _ in range(50):
        if not jupyter.kernels():
            return
        time.sleep(0.1)
    pytest.fail("the kernel outlives its page")


HOSTILE = """from IPython.display import HTML, SVG, display
display(HTML('''<b>bold</b><script>document.title = "slipped"</script><img src="x" onerror="document.title = 'slipped'">
<style>body {display: none}</style><iframe srcdoc="x"></iframe><form action="https://example.com"><input></form>
<a href="javascript:document.title = 'slipped'">link</a><p style="position: fixed">styled</p>'''))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>parent.document.title = "slipped"</script></svg>'))"""


def test_outputs_are_harmless(live, jupyter, base):
    """HTML is cleaned before it comes into the page, a drawing comes as a picture."""
    page = live("elsewhere" if "elsewhere" in LIVE else "errors")
    start(page, jupyter.address)
    write(page, 0, HOSTILE)
    page.keyboard.press("Shift+Enter")
    output = cell(page, 0).locator(".cell_output")
    expect(output.locator("b")).to_have_text("bold", timeout=START)
    expect(output.locator("img[src^='data:image/svg+xml']")).to_have_count(1)
    expect(output.locator("script, style, iframe, form, [onerror], [style], a[href]")).to_have_count(0)
    page.wait_for_timeout(200)
    assert page.title() != "slipped" and hosts(page) == {host(base), host(jupyter.url)}
    # The policy speaks up while the HTML is cleaned; and the picture is not there.
    assert not [t for t in page.troubles if not re.search("violates the following Content Security Policy|404", t)]


# --- what can go wrong -------------------------------------------------------------


def ways_out(page):
    """What the panel offers then."""
    return [e.inner_text() for e in page.locator("#live .live-buttons > *").all()]


def test_wrong_token(live, jupyter):
    """A server that refuses is named, and so is what it wants."""
    page = live()
    page.fill("#live-address", jupyter.address.replace(TOKEN, "wrong"))
    page.click(".live-go")
    assert f"{host(jupyter.url)} refused the token" in trouble(page)
    assert ways_out(page) == ["Try again", "Download the notebook"]
    page.click("text=Try again")
    expect(page.locator("#live form")).to_be_visible()


def test_server_elsewhere(live, jupyter, serve):
    """A server that lets in another site than this one says nothing at all: the panel knows what to do."""
    page = live()
    page.goto(f"{serve(SITE)}/recap.html")
    page.click("#live-button")
    page.fill("#live-address", jupyter.address)
    page.click(".live-go")
    assert f"does not let this page in: start it with --ServerApp.allow_origin={page.url.removesuffix('/recap.html')}" in trouble(page)


def test_from_a_folder(page, tmp_path):
    """A page that was opened without a host runs, too, with the command that it shows."""
    page.goto((SITE / "recap.html").as_uri())
    page.click("#live-button")
    origin = page.inner_text("#live-own pre").strip().rpartition("--ServerApp.allow_origin=")[2]
    server = Jupyter(tmp_path, origin)
    start(page, server.address)
    server.stop()


def test_server_gone(live, jupyter, base, tmp_path):
    """What the reader wrote survives the server, and runs on the next one."""
    page, server = live(), Jupyter(tmp_path, base)
    start(page, server.address)
    write(page, 0, "print(6 * 7)")
    page.keyboard.press("Shift+Enter")
    expect(cell(page, 0).locator(".cell_output")).to_have_text("42", timeout=START)
    cell(page, 5).scroll_into_view_if_needed()
    server.stop()
    assert re.search("does not answer any more|has ended Python", trouble(page))
    expect(page.locator("#live [role=alert]")).to_be_in_viewport()
    assert page.evaluate("document.activeElement.matches('.live-editor')"), "the reader stays in the cell"
    assert violations(page) == []
    page.click("text=Try again")
    start(page, jupyter.address)
    cell(page, 0).locator(".cell_output").evaluate("e => e.replaceChildren()")
    cell(page, 0).get_by_role("button", name="Run cell 1").click()
    expect(cell(page, 0).locator(".cell_output")).to_have_text("42", timeout=START)


def test_binder(live, jupyter, binder, base):
    """The whole way over Binder; the next page takes the same server without asking again."""
    binder.answers = [
        {"phase": "waiting", "message": "Your build is in line\n"},
        {"phase": "building", "message": "Step 7 of 9\n"},
        {"phase": "ready", "message": "server running\n", "url": jupyter.url, "token": TOKEN},
    ]
    page = live(binder=binder.url)
    assert page.locator("input[name=where]:checked").get_attribute("value") == "binder"
    assert host(binder.url) in page.inner_text("#live form")
    assert hosts(page) == {host(base)}, "asked before the reader said so"
    told = page.evaluate(
        """() => new Promise(done => {
          const told = [];
          new MutationObserver(() => { const t = document.querySelector("#live [role=status]").textContent; if (t && told.at(-1) !== t) told.push(t); if (/ready/.test(t)) done(told); })
            .observe(document.getElementById("live"), {subtree: true, childList: true, characterData: true});
          document.querySelector(".live-go").click();
        })"""
    )
    assert told[:4] == ["Load the editor…", "Ask Binder for a server…", "Binder starts the server…", "Start Python…"]
    write(page, 0, "print(6 * 7)")
    page.keyboard.press("Shift+Enter")
    expect(cell(page, 0).locator(".cell_output")).to_have_text("42", timeout=START)
    assert hosts(page) == {host(base), host(binder.url), host(jupyter.url)}
    assert not [t for t in page.troubles if "Applying inline style" not in t]  # which Chromium tries when it edits
    page.goto(f"{base}/recap.html")
    page.click("#live-button")
    page.click(".live-go")
    expect(news(page)).to_contain_text("Python is ready", timeout=START)
    assert binder.asked == 1


def test_server_of_the_site(live, jupyter):
    """A server that the page's own settings name is offered first, and needs no typing."""
    page = live(server=jupyter.address)
    page.click(".live-go")
    expect(page.locator("#live h2")).to_have_text(f"Running on {host(jupyter.url)}", timeout=START)
    assert _connections("", "https://hub.example/x/?token=t").split()[-2:] == ["https://hub.example", "wss://hub.example"]
    with pytest.raises(ConfigError, match="write a Jupyter server's address"):
        _check_server(None, SimpleNamespace(live_server="hub.example"))


@pytest.mark.parametrize(
    "answers, message",
    [
        ([{"phase": "building", "message": "x"}, {"phase": "failed", "message": "No space left\n"}], "could not start a server: No space left"),
        ([], "has not answered for a minute"),
        (None, "cannot be reached, or turned the request away"),
        ([{"phase": "ready", "url": "https://example.com/", "token": "x"}], "No answer from https://example.com"),
        (["<html>"], "gave an answer that is none of Binder's"),
    ],
    ids=["failed", "silent", "refused", "elsewhere", "nonsense"],
)
def test_binder_fails(live, binder, base, answers, message):
    """Whatever Binder does, the reader learns it and has ways out."""
    address = binder.url if answers is not None else "http://127.0.0.1:9"
    binder.answers = answers or []
    page = live(binder=address)
    page.clock.install()
    page.click(".live-go")
    if answers == []:
        expect(news(page)).to_have_text("Ask Binder for a server…")
        expect(page.locator("#live [aria-current=step]")).to_have_text("Ask Binder for a server")
        page.clock.fast_forward(61_000)
    assert message in trouble(page)
    assert ways_out(page) == ["Try again", "Open Binder in a new tab", "Download the notebook"]
    assert page.get_by_text("Open Binder in a new tab").get_attribute("href").startswith(f"{address}/v2/gh/")
    assert violations(page) == []
    assert hosts(page) - {"example.com"} == {host(base), host(address)}  # the policy stops a request to the first


def test_cancel_while_it_starts(live, binder):
    """Cancel ends the waiting and asks anew."""
    page = live(binder=binder.url)
    page.click(".live-go")
    expect(news(page)).to_have_text("Ask Binder for a server…")
    page.click("text=Cancel")
    expect(page.locator("#live form")).to_be_visible()
    expect(page.locator("#live [role=alert]")).to_be_empty()
