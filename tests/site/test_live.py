"""Cells that run in the page, against a real Jupyter server.

"Run all" is tried on two pages; LIVE_PAGES="architectures declare ..." names others.
"""

import json
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from chapter.twins import is_setup
from tests.site.helpers import PAGES, ROOT, SITE, parsed, violations
from tests.site.live_page import START, cell, eventually, host, hosts, news, start, trouble, write

pytest_plugins = ["tests.site.live_fixtures"]

#: They share a Jupyter server, so that all of these belong to one worker.

JS = Path(__file__).parent / "js"
LIVE = [name for name in PAGES if (ROOT / "book" / f"{name}.ipynb").exists()]


@pytest.mark.parametrize("name", PAGES)
def test_every_cell_is_known(name):
    """A page with cells has a button; cells shown and unseen are the notebook's, in order."""
    soup = parsed(SITE / f"{name}.html")
    button = soup.find(id="live-button")
    assert bool(button) == (name in LIVE)
    if button:
        twin = nbformat.read(ROOT / "book" / f"{name}.ipynb", 4)
        order = [
            source.get_text().rstrip("\n")
            for source in soup.select("article div.cell .cell_input pre")
        ]
        for place, source in json.loads(button["data-cells"]):
            order.insert(place, source)
        assert order == [c.source for c in twin.cells if c.cell_type == "code"]


@pytest.mark.parametrize("scheme, width", [("light", 1280), ("dark", 375)])
def test_asks_first(live, live_base, scheme, width):
    """The button loads a script and a style and tells what will happen; Cancel sends nothing."""
    page = live(scheme=scheme, width=width)
    page.wait_for_load_state("networkidle")
    assert not [url for url in page.loaded if "/live/" in url]
    new = {urlsplit(url).path for url in page.asked[len(page.loaded) :]} - {
        "/_static/favicon.svg"
    }  # whenever the browser likes
    assert new == {"/_static/live/live.css", "/_static/live/live.js"}
    assert re.search(
        r"Nothing has been sent yet.*lost when you leave or reload", page.inner_text("#live form")
    )
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.fill("#live-address", "http://localhost:1/?token=x")
    page.click("text=Cancel")
    expect(page.locator("#live-button")).to_be_focused()
    expect(page.locator("#live")).to_be_hidden()
    assert hosts(page) == {host(live_base)} and not page.troubles


REFUSED = [
    "https://example.com/lab?token=x",
    "http://localhost.example.com:8888/",
    "http://127.0.0.2:8888/",
    "http://localhost@example.com/",
]
REFUSED += [
    "ftp://localhost/",
    "javascript:alert(1)",
    "https://localhost:8888/",
    "localhost:8888",
    "not an address",
    "",
]


def test_refuses_other_servers(live, live_base):
    """Another computer's address gets one clear line; one in the page's own address is ignored."""
    page = live(
        query="?server=http://127.0.0.1:9/&address=http://127.0.0.1:9/&binder=http://127.0.0.1:9/"
    )
    assert page.input_value("#live-address") == ""
    for address in REFUSED:
        page.evaluate("document.getElementById('live-wrong').textContent = ''")
        page.fill("#live-address", address)
        page.click(".live-go")
        assert re.search(
            "Only a server on this computer is accepted|This is not an address", trouble(page)
        ), address
    expect(page.locator("#live-address")).to_be_focused()
    assert hosts(page) == {host(live_base)} and not [url for url in page.asked if "vendor" in url]


def test_ipv6(live, live_base):
    """[::1] is this computer, which the page's policy knows by another name."""
    page = live()
    page.fill("#live-address", "http://[::1]:9/?token=x")
    page.click(".live-go")
    assert "No answer from http://localhost:9" in trouble(page)
    assert not [t for t in page.troubles if "Content Security Policy" in t]


def shown(output):
    """What a stored output's text is on a page."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return re.sub(r"\x1b\[[\d;]*m", "", "\n".join(output.traceback))
    if "text/html" in output.data:
        return BeautifulSoup(output.data["text/html"], "html.parser").get_text()
    return output.data.get("image/svg+xml", output.data["text/plain"])


TEXTS = (JS / "output_texts.js").read_text("utf-8")


@pytest.mark.parametrize("name", os.environ.get("LIVE_PAGES", "cascade exercises").split())
def test_run_all_equals_the_twin(live, jupyter, live_base, name):
    """Every output comes out as it is stored; only site and server are asked; axe finds nothing."""
    page = live(name)
    stored = page.evaluate(TEXTS)
    start(page, jupyter.address)
    assert [t for t in page.evaluate(TEXTS) if t] == [t for t in stored if t], (
        "stored outputs stay until a cell is run"
    )
    page.click("text=Run all")
    expect(news(page)).to_have_text("All cells ran.", timeout=START)
    twin = nbformat.read(ROOT / "book" / f"{name}.ipynb", 4)
    cells = [
        c
        for c in twin.cells
        if c.cell_type == "code"
        and not is_setup(c)
        and "remove-cell" not in c.metadata.get("tags", [])
    ]
    for number, (source, texts) in enumerate(zip(cells, page.evaluate(TEXTS), strict=True)):
        assert [t.strip() for t in texts] == [shown(o).strip() for o in source.outputs], (
            source.source
        )
        if "raises-exception" in source.metadata.get("tags", []):
            here = cell(page, number)
            place = f"article .output-only[data-cell='{here.get_attribute('data-cell')}']"
            expect(
                here.locator(".traceback").or_(page.locator(f"{place} .traceback"))
            ).to_be_visible()
    assert page.locator("details.below-input:not([open])").count() == 0
    assert len(page.locator("article img").all()) == len(
        page.evaluate("[...document.images].filter(i => i.naturalWidth && i.alt.length > 20)")
    )
    assert hosts(page) == {host(live_base), host(jupyter.url)} and not page.troubles
    assert violations(page) == []


def test_edit_run_restart(live, jupyter):
    """Keys alone: edit, run, an error where Run all stops, Stop, Restart, leaving the editor."""
    # Those of tests before: a page that is closed with its browser may not get to end its kernel.
    others = jupyter.kernels()
    page = live()
    start(page, jupyter.address)
    for above in (0, 1):
        write(page, above, f"import math; {above}")  # in the place of torch, which takes seconds
    number = 2
    assert (
        cell(page, number).locator("[role=textbox]").get_attribute("aria-label") == "Code of cell 3"
    )
    write(page, number, "")
    for part in ("for i in range(2):", "print(i / 2, math.__name__)  # ? and /"):
        page.keyboard.type(part)
        page.keyboard.press("Enter")
    page.keyboard.press("Shift+Enter")
    output = cell(page, number).locator(".cell_output")
    expect(output).to_have_text("0.0 math\n0.5 math\n", timeout=START, use_inner_text=False)
    expect(news(page)).to_have_text("Cell 3 ran.")
    expect(cell(page, 0).locator(".live-cell")).to_contain_text("ran")
    assert (
        cell(page, number)
        .locator("pre.live-source")
        .text_content()
        .startswith("for i in range(2):\n    print(")
    )  # to copy and on paper

    # Out of the editor: by Escape to its button, by Tab to the next stop, which is the same
    for key in ("Escape", "Tab"):
        cell(page, number).locator(".cm-content").focus()
        assert page.evaluate(
            "document.querySelectorAll('.live-editor')[2].shadowRoot.activeElement.matches('.cm-content')"
        )
        ring = (
            cell(page, number)
            .locator(".cm-editor")
            .evaluate(
                "e => getComputedStyle(e).outlineStyle"
                " + parseFloat(getComputedStyle(e).outlineWidth)"
            )
        )
        assert ring == "solid3"
        page.keyboard.press(key)
        if key == "Tab":
            page.keyboard.press("Tab") if page.evaluate(
                "document.activeElement.matches('.copy')"
            ) else None
        expect(cell(page, number).get_by_role("button", name="Run cell 3")).to_be_focused()

    write(page, number, "1 / 0")
    page.keyboard.press("Control+Enter")
    expect(output.locator(".traceback")).to_have_text("ZeroDivisionError: division by zero")
    expect(news(page)).to_have_text("Cell 3 raised ZeroDivisionError: division by zero.")
    page.click("text=Run all")
    expect(news(page)).to_have_text(
        "Cell 3 raised ZeroDivisionError: division by zero. The cells after it were not run.",
        timeout=START,
    )
    expect(cell(page, 3).locator(".live-cell")).to_contain_text("not run yet")

    write(page, number, "kept = 1\nwhile True: pass")
    page.keyboard.press("Shift+Enter")
    expect(cell(page, number).locator(".live-cell")).to_contain_text("running")
    page.click("text=Stop")
    expect(output.locator(".traceback")).to_contain_text("KeyboardInterrupt")
    page.click("text=Restart")
    expect(news(page)).to_contain_text("Its variables are gone", timeout=START)
    write(page, number, "kept")
    page.keyboard.press("Shift+Enter")
    expect(output.locator(".traceback")).to_have_text(
        "NameError: name 'kept' is not defined", timeout=START
    )

    # Python dies
    write(page, number, "import os; os._exit(1)")
    page.keyboard.press("Shift+Enter")
    expect(news(page)).to_contain_text("Python has died", timeout=START)

    assert violations(page) == []
    page.goto("about:blank")
    eventually(lambda: jupyter.kernels() <= others)


HOSTILE = (Path(__file__).parent / "hostile.py").read_text("utf-8")


def test_outputs_are_harmless(live, jupyter, live_base):
    """HTML is cleaned before it comes into the page, a drawing comes as a picture."""
    page = live("elsewhere" if "elsewhere" in LIVE else "errors")
    start(page, jupyter.address)
    write(page, 0, HOSTILE)
    page.keyboard.press("Shift+Enter")
    output = cell(page, 0).locator(".cell_output")
    expect(output.locator("b")).to_have_text("bold", timeout=START)
    expect(output.locator("img[src^='data:image/svg+xml']")).to_have_count(1)
    expect(
        output.locator("script, style, iframe, form, [onerror], [style], a[href]")
    ).to_have_count(0)
    page.wait_for_function(
        "[...document.querySelectorAll('.cell_output img')].every(image => image.complete)"
    )
    assert page.title() != "slipped" and hosts(page) == {host(live_base), host(jupyter.url)}
    # The policy speaks up while the HTML is cleaned; and the picture is not there.
    assert not [
        t
        for t in page.troubles
        if not re.search("violates the following Content Security Policy|404", t)
    ]
