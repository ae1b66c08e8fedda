"""Serve the site, and rebuild and reload it on every save (`make preview`).

A page whose cells changed is executed first. The pages are shown as built, with their policy;
what reloads them is a script of the same origin, added while serving.
"""

import argparse
import functools
import http.server
import multiprocessing
import os
import signal
import sys
import threading
from pathlib import Path

from watchfiles import DefaultFilter, watch

from tools import BOOK, notebooks, site

HTML = site.BUILD / "html"
SOURCES = [BOOK.folder, BOOK.root / "extensions", BOOK.root / "_config.yml", BOOK.toc]
#: What is imported once, and not again for every build.
PRELOAD = [
    "jupyter_book.cli.main",
    "jupyter_book.sphinx",
    "myst_nb.sphinx_ext",
    "sphinx.builders.html",
    "tools.notebooks",
]
SCRIPT = b'new EventSource("/preview-events").onmessage = () => location.reload();'
TAG = b'<script src="/preview.js"></script>'
NO_SITE = (
    b"<head><title>No site</title></head>"
    b"<p>The site was not built: the terminal says why. Fix it, and this page reloads."
)


class Builds:
    """How many builds there have been, and a way to wait for the next."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = threading.Condition()

    def add(self) -> None:
        """Tell everyone who waits that the site is new."""
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def wait(self, seen: int, seconds: float) -> bool:
        """Wait until there are more builds than were seen; returns whether there are."""
        with self.changed:
            return self.changed.wait_for(lambda: self.count > seen, seconds)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site, the script that reloads a page, and the events that tell it when."""

    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
    }

    def __init__(self, *arguments, builds: Builds) -> None:
        self.builds = builds
        super().__init__(*arguments, directory=str(HTML))

    def do_GET(self) -> None:
        """Answer one request."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if self.path == "/preview-events":
            self.events()
        elif self.path == "/preview.js":
            self.answer(200, "text/javascript", SCRIPT)
        elif path.suffix == ".html":
            found = path.is_file()
            page = path.read_bytes() if found else NO_SITE
            page = page.replace(b"</head>", TAG + b"</head>", 1)
            self.answer(200 if found else 404, "text/html", page)
        else:
            super().do_GET()

    def answer(self, status: int, kind: str, body: bytes) -> None:
        """Send an answer that is not kept."""
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def events(self) -> None:
        """Send one event for each build, until the page is left."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        seen = self.builds.count
        while True:
            new = self.builds.wait(seen, seconds=20)
            seen = self.builds.count
            self.wfile.write(b"data: new\n\n" if new else b": still here\n\n")

    def end_headers(self) -> None:
        """Have the browser ask again for every file."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        """Print nothing: the terminal is for the builds."""


class Server(http.server.ThreadingHTTPServer):
    """Prints nothing when a browser hangs up."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Report what is not a hang-up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def build() -> None:
    """Execute the pages whose cells changed, then build the site, in a process that Ctrl-C ends."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(notebooks.main([]) or site.main())


class Sources(DefaultFilter):
    """What a person edits: not the twins, which the build itself writes, nor hidden files."""

    ignore_entity_patterns = (*DefaultFilter.ignore_entity_patterns, r"\.ipynb$", r"^\.")


def main(argv: list[str] | None = None) -> int:
    """Serve until Ctrl-C; returns the exit status."""
    parser = argparse.ArgumentParser(prog="tools.preview", description="Serve the site.")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    port = parser.parse_args(argv).port
    builds = Builds()
    handler = functools.partial(Handler, builds=builds)
    try:
        server = Server(("127.0.0.1", port), handler)
    except OSError:
        server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    address = f"http://127.0.0.1:{server.server_address[1]}"
    print(f"Building. Then the site is at {address}, until Ctrl-C", flush=True)
    try:
        # The first round finds nothing changed, but from then on no change is missed.
        for changes in watch(*SOURCES, watch_filter=Sources(), debounce=200, yield_on_timeout=True):
            if changes or not builds.count:
                worker = context.Process(target=build, daemon=True)
                worker.start()
                worker.join()
                builds.add()
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
