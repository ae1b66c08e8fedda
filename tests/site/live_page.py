"""A page whose cells run, the Jupyter server that runs them, and a Binder that only pretends."""

import json
import os
import random
import re
import secrets
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from playwright.sync_api import expect

from tests.site.helpers import Handler

START = 90_000  # milliseconds that Python, and importing torch, may take on a busy machine
TOKEN = secrets.token_hex(8)


def eventually(condition):
    """What the condition returns once it is true."""
    end = time.monotonic() + START / 1000
    while not (result := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return result


class Jupyter:
    """A Jupyter server of the test's own, which lets the site's pages in."""

    def __init__(self, folder, origin):
        """Start it; `address` is what it would print."""
        # The first port from a random one on that is free; the server writes down which.
        options = {"ServerApp.port": random.randint(20_000, 30_000), "ServerApp.port_retries": 1000}
        options |= {"ServerApp.root_dir": folder, "ServerApp.jpserver_extensions": "{}"}
        options |= {"ServerApp.allow_origin": origin, "IdentityProvider.token": TOKEN}
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyter_server",
                "--no-browser",
                "--allow-root",
                *(f"--{k}={v}" for k, v in options.items()),
            ],
            env={
                **os.environ,
                "JUPYTER_CONFIG_DIR": str(folder),
                "JUPYTER_RUNTIME_DIR": str(folder),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        written = Path(folder, f"jpserver-{self.process.pid}.json")
        self.url = f"http://127.0.0.1:{eventually(lambda: self.port(written))}/"
        self.address = f"{self.url}lab?token={TOKEN}"
        eventually(self.answers)

    def port(self, written):
        """The port that it found, once it has."""
        assert self.process.poll() is None, "Jupyter did not start"
        try:
            return json.loads(written.read_text("utf-8"))["port"]
        except (OSError, ValueError):  # not written yet, or half
            return None

    def answers(self):
        """Whether it does."""
        try:
            return self.kernels() is not None
        except OSError:
            return False

    def kernels(self):
        """The ids of the kernels that run."""
        with urlopen(
            Request(f"{self.url}api/kernels", headers={"Authorization": f"token {TOKEN}"})
        ) as answer:
            return {kernel["id"] for kernel in json.load(answer)}

    def stop(self):
        """End it, and all kernels with it."""
        self.process.terminate()
        self.process.wait()


class Site(Handler):
    """The site, as if built for the Binder at `binder`, or with `named` as its own server."""

    binder = named = ""

    def read(self, path):
        """Give pages what the build would have given them."""
        html = super().read(path)
        if path.suffix == ".html" and self.binder:
            html = html.replace(
                b'id="live-button"',
                f'id="live-button" data-binder="{self.binder}/build/gh/owner/name/main"'.encode(),
            )
            html = html.replace(
                b'<a href="_sources/',
                f'<a href="{self.binder}/v2/gh/owner/name/main">Run in Binder</a>'
                '<a href="_sources/'.encode(),
            )
        if path.suffix == ".html" and self.named:
            html = html.replace(
                b'id="live-button"', f'id="live-button" data-server="{self.named}"'.encode()
            )
        return html


class Binder(BaseHTTPRequestHandler):
    """Answers as Binder does, with the events that `answers` holds; without any it keeps silent."""

    answers, asked, over = [], 0, None

    def do_GET(self):
        """Send the events."""
        type(self).asked += 1
        self.send_response(200)
        for name, value in (
            ("Content-Type", "text/event-stream"),
            ("Access-Control-Allow-Origin", "*"),
        ):
            self.send_header(name, value)
        self.end_headers()
        for event in self.answers:
            data = event if isinstance(event, str) else json.dumps(event)
            self.wfile.write(f"data: {data}\n\n".encode())
            self.wfile.flush()
        self.over.wait()  # it is the page that hangs up

    def log_message(self, *arguments):
        """Say nothing."""


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
    return page.locator("article div.cell:not(.output-only)").nth(number)


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


def ways_out(page):
    """What the panel offers then."""
    return [e.inner_text() for e in page.locator("#live .live-buttons > *").all()]
