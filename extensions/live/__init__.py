"""``Run in this page``: a page's cells become editable and run on Binder or on one's own server.

A page carries a button and what its script has to know. `live.js` comes when the button is used,
`vendor.js` when the reader has chosen a server and started. `extensions/build.js` bundles both.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from chapter import repository
from chapter.book import Book
from chapter.pages import SETUP, read_page
from extensions import book_of, digest
from extensions.repository import BINDER

HERE = Path(__file__).parent
FILES = ["live.css", "dist/live.js", "dist/vendor.js", "dist/LICENSES.txt"]

#: Binder's servers are started on hubs of these names.
BINDER_HUBS = "https://*.mybinder.org wss://*.mybinder.org"
#: A server on the reader's own computer. A policy has no word for [::1].
LOCAL = "http://localhost:* ws://localhost:* http://127.0.0.1:* ws://127.0.0.1:*"

#: A cell with one of these tags is run and not shown.
UNSEEN = {SETUP, "remove-cell", "remove-input"}


def _binder(book: Book) -> str:
    """Where Binder builds the book's repository, or "" where it is not on GitHub."""
    address, branch = repository.find(book.root)
    if not address or not address.startswith("https://github.com/"):
        return ""
    return f"{BINDER}/build/gh{urlsplit(address).path}/{branch}"


def _connections(binder: str, server: str) -> str:
    """What a page with cells may connect to, as a policy says it."""
    sources = ["'self'", LOCAL]
    if binder:
        sources += ["{0.scheme}://{0.netloc}".format(urlsplit(binder)), BINDER_HUBS]
    if server:
        address = "{0.scheme}://{0.netloc}".format(urlsplit(server))
        sources += [address, address.replace("http", "ws", 1)]
    return " ".join(sources)


def _check_server(app: Sphinx, config: Config) -> None:
    if config.live_server and not re.match(r"https?://[\w.:-]+/", config.live_server):
        raise ConfigError(
            f"live_server is {config.live_server!r}:"
            " write a Jupyter server's address, https://HOST/PATH/?token=..."
        )


def _add_button(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: Any) -> None:
    """Give a page with cells its button, and leave to connect to the servers that it offers."""
    page = book_of(app).page(pagename)
    if not page.path.exists() or not page.is_notebook:
        return
    code = [cell for cell in read_page(page).cells if cell.cell_type == "code"]
    unseen = [
        (n, cell.source)
        for n, cell in enumerate(code)
        if UNSEEN & set(cell.metadata.get("tags", []))
    ]
    binder, server = _binder(book_of(app)), app.config.live_server
    context["page_actions"].append(
        {
            "text": "Run in this page",
            "attributes": {
                "id": "live-button",
                "data-script": f"{context['pathto']('_static/live/live.js', 1)}?v={digest()}",
                "data-cells": json.dumps(unseen),
                "data-binder": binder or None,
                "data-server": server or None,
            },
        }
    )
    context["page_csp"]["connect-src"] = _connections(binder, server)


def _write_static(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir, "_static", "live")
    out.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(HERE / name, out / Path(name).name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    # The address of a Jupyter server that pages offer beside the reader's own, with its token if it
    # has one: https://host/path/?token=...
    app.add_config_value("live_server", "", "html", types=[str])
    app.connect("config-inited", _check_server)
    app.connect("html-page-context", _add_button, priority=420)
    app.connect("build-finished", _write_static)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
