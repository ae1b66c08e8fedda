"""Cells that run in the page: servers that it may use, Binder's too, and what can go wrong."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect
from sphinx.errors import ConfigError

from extensions.live import _check_server, _connections
from tests.site.helpers import SITE, violations
from tests.site.live_page import (
    START,
    TOKEN,
    Jupyter,
    cell,
    host,
    hosts,
    news,
    start,
    trouble,
    ways_out,
    write,
)

pytest_plugins = ["tests.site.live_fixtures"]

JS = Path(__file__).parent / "js"


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
    """A server that lets in only another site answers nothing: the panel knows what to do."""
    page = live()
    page.goto(f"{serve(SITE)}/recap.html")
    page.click("#live-button")
    page.fill("#live-address", jupyter.address)
    page.click(".live-go")
    assert (
        "does not let this page in: start it with"
        f" --ServerApp.allow_origin={page.url.removesuffix('/recap.html')}" in trouble(page)
    )


def test_where_to_run(live, binder):
    """A published site offers Binder first; a local one only says how to start a server here."""
    page = live()
    panel = page.locator("#live form")
    assert panel.locator("legend").inner_text() == "Start a server on this computer"
    assert panel.get_by_role("radio").count() == 0
    commands = panel.locator("pre").all_inner_texts()
    assert [c.split(" --")[0] for c in commands] == [
        "python -m pip install jupyterlab torch",
        "python -m jupyter lab",
    ]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for n, command in enumerate(commands):
        panel.get_by_role("button", name="Copy the command").nth(n).click()
        expect(panel.get_by_text("Copied")).to_have_count(n + 1)
        assert page.evaluate("navigator.clipboard.readText()") == command.strip()

    page = live(binder=binder.url)
    radios = page.get_by_role("radio")
    names = [r.evaluate("e => e.labels[0].innerText") for r in radios.all()]
    assert names == [f"On {host(binder.url)}, for free", "On this computer"]
    assert radios.first.is_checked()
    page.fill("#live-address", "http://localhost:1/")
    assert radios.last.is_checked(), "typing an address chooses the server that it is for"


def test_from_a_folder(page, tmp_path):
    """A page that was opened without a host runs, too, with the command that it shows."""
    page.goto((SITE / "recap.html").as_uri())
    page.click("#live-button")
    origin = (
        page.locator("#live-own pre")
        .last.inner_text()
        .strip()
        .rpartition("--ServerApp.allow_origin=")[2]
    )
    server = Jupyter(tmp_path, origin)
    start(page, server.address)
    server.stop()


def test_server_gone(live, jupyter, live_base, tmp_path):
    """What the reader wrote survives the server, and runs on the next one."""
    page, server = live(), Jupyter(tmp_path, live_base)
    start(page, server.address)
    write(page, 0, "print(6 * 7)")
    page.keyboard.press("Shift+Enter")
    expect(cell(page, 0).locator(".cell_output")).to_have_text("42", timeout=START)
    cell(page, 5).scroll_into_view_if_needed()
    server.stop()
    assert re.search("no longer answers|has ended Python", trouble(page))
    expect(page.locator("#live [role=alert]")).to_be_in_viewport()
    assert page.evaluate("document.activeElement.matches('.live-editor')"), (
        "the reader stays in the cell"
    )
    assert violations(page) == []
    page.click("text=Try again")
    start(page, jupyter.address)
    cell(page, 0).locator(".cell_output").evaluate("e => e.replaceChildren()")
    cell(page, 0).get_by_role("button", name="Run cell 1").click()
    expect(cell(page, 0).locator(".cell_output")).to_have_text("42", timeout=START)


def test_binder(live, jupyter, binder, live_base):
    """The whole way over Binder; the next page takes the same server without asking again."""
    binder.answers = [
        {"phase": "waiting", "message": "Your build is in line\n"},
        {"phase": "building", "message": "Step 7 of 9\n"},
        {"phase": "ready", "message": "server running\n", "url": jupyter.url, "token": TOKEN},
    ]
    page = live(binder=binder.url)
    assert page.locator("input[name=where]:checked").get_attribute("value") == "binder"
    assert host(binder.url) in page.inner_text("#live form")
    assert hosts(page) == {host(live_base)}, "asked before the reader said so"
    told = page.evaluate((JS / "told.js").read_text("utf-8"))
    assert told[:4] == [
        "Load the editor…",
        "Ask Binder for a server…",
        "Binder starts the server…",
        "Start Python…",
    ]
    write(page, 0, "print(6 * 7)")
    page.keyboard.press("Shift+Enter")
    expect(cell(page, 0).locator(".cell_output")).to_have_text("42", timeout=START)
    assert hosts(page) == {host(live_base), host(binder.url), host(jupyter.url)}
    assert not [
        t for t in page.troubles if "Applying inline style" not in t
    ]  # which Chromium tries when it edits
    page.goto(f"{live_base}/recap.html")
    page.click("#live-button")
    page.click(".live-go")
    expect(news(page)).to_contain_text("Python is ready", timeout=START)
    assert binder.asked == 1


def test_server_of_the_site(live, jupyter):
    """A server that the page's own settings name is offered first, and needs no typing."""
    page = live(server=jupyter.address)
    page.click(".live-go")
    expect(page.locator("#live h2")).to_have_text(f"Running on {host(jupyter.url)}", timeout=START)
    assert _connections("", "https://hub.example/x/?token=t").split()[-2:] == [
        "https://hub.example",
        "wss://hub.example",
    ]
    with pytest.raises(ConfigError, match="write a Jupyter server's address"):
        _check_server(None, SimpleNamespace(live_server="hub.example"))


@pytest.mark.parametrize(
    "answers, message",
    [
        (
            [
                {"phase": "building", "message": "x"},
                {"phase": "failed", "message": "No space left\n"},
            ],
            "could not start a server: No space left",
        ),
        ([], "has not answered for a minute"),
        (None, "cannot be reached, or refused the request"),
        (
            [{"phase": "ready", "url": "https://example.com/", "token": "x"}],
            "No answer from https://example.com",
        ),
        (["<html>"], "does not answer as Binder does"),
    ],
    ids=["failed", "silent", "refused", "elsewhere", "nonsense"],
)
def test_binder_fails(live, binder, live_base, answers, message):
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
    assert (
        page.get_by_text("Open Binder in a new tab")
        .get_attribute("href")
        .startswith(f"{address}/v2/gh/")
    )
    assert violations(page) == []
    assert hosts(page) - {"example.com"} == {
        host(live_base),
        host(address),
    }  # the policy stops a request to the first


def test_cancel_while_it_starts(live, binder):
    """Cancel ends the waiting and asks anew."""
    page = live(binder=binder.url)
    page.click(".live-go")
    expect(news(page)).to_have_text("Ask Binder for a server…")
    page.click("text=Cancel")
    expect(page.locator("#live form")).to_be_visible()
    expect(page.locator("#live [role=alert]")).to_be_empty()
