"""Where the book's repository is: the one place that the pages' buttons and a class's links are made from.

Edit, Binder and Colab need the address of the repository that the site is built from. CI's
environment has it, a clone's git remote has it; where there is neither, or the remote is not on
GitHub, the pages have no such buttons instead of broken ones.
"""

import os
import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from tools import notebooks

BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"


@cache
def _git(*arguments):
    try:
        return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def find():
    """Find the repository on GitHub.

    Returns:
        ``(address, branch)`` with an address like ``https://github.com/OWNER/NAME``, or
        ``(None, None)``.
    """
    if name := os.environ.get("GITHUB_REPOSITORY"):
        server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
        # In a pull request the ref is "N/merge", which no button can open.
        branch = os.environ.get("GITHUB_HEAD_REF") or os.environ.get("GITHUB_REF_NAME") or "main"
        return f"{server}/{name}", branch
    remote = re.fullmatch(
        r"(?:https://(?:[^@/]+@)?|git@|ssh://git@)github\.com[/:]([\w.-]+)/([\w.-]+?)(?:\.git)?/?",
        _git("remote", "get-url", "origin"),
    )
    if not remote:
        return None, None
    return f"https://github.com/{remote[1]}/{remote[2]}", _git("branch", "--show-current") or "main"


def site():
    """The address of the book's site, without a slash at its end, or "" where it is not known."""
    if base := os.environ.get("BOOK_URL"):
        return base.rstrip("/")
    address, _ = find()
    owner, name = address.rsplit("/", 2)[1:] if address else ("", "")
    return f"https://{owner.lower()}.github.io/{name}" if address else ""


def _page(pagename: str) -> Path | None:
    """The source of a page, or None where it has none, as the search page."""
    page = notebooks.BOOK / f"{pagename}.md"
    return page if page.exists() else None


def _offer_to_run(app, pagename, templatename, context, doctree):
    """Link a page of cells to Binder and Colab."""
    (address, branch), page = find(), _page(pagename)
    if address and page and notebooks.is_notebook(page):
        name = urlsplit(address).path
        twin = f"book/{pagename}.ipynb"
        context["page_actions"] += [
            {"text": "Run in Binder", "url": f"{BINDER}/v2/gh{name}/{branch}?urlpath=lab/tree/{twin}"},
            {"text": "Run in Colab", "url": f"{COLAB}/github{name}/blob/{branch}/{twin}"},
        ]


def _offer_to_change(app, pagename, templatename, context, doctree):
    """Link a page to its source and to a new issue about it."""
    address, branch = find()
    if address and _page(pagename):
        issue = urlencode({"title": f"Issue on page /{pagename}.html", "body": "Your issue content here."})
        context["page_actions"] += [
            {"text": "Edit this page", "url": f"{address}/edit/{branch}/book/{pagename}.md"},
            {"text": "Report a mistake", "url": f"{address}/issues/new?{issue}"},
        ]


class HubLinks(SphinxDirective):
    """``{hub-links} https://hub.example.edu``: for each page its title and the link that opens it on a JupyterHub.

    The links are those of nbgitpuller's own generator. They pull the branch `notebooks`, which
    tools/push_notebooks.sh writes. Each opens its page in a workspace of its own: in the default one
    JupyterLab opens all notebooks of earlier visits again, and starts a kernel for each.
    """

    required_arguments = 1

    def run(self):
        """Make the list, or say why there is none."""
        address, _ = find()
        if not address:
            text = "This copy of the book was not built from a repository on GitHub, so there is nothing to pull."
            return [nodes.paragraph("", text)]
        lines = []
        for name in notebooks.contents():
            page = notebooks.BOOK / f"{name}.md"
            self.env.note_dependency(str(page))
            if notebooks.is_notebook(page):
                title = re.search(r"^# (.*)$", page.read_text("utf-8"), re.MULTILINE)[1]
                urlpath = f"lab/workspaces/{name}/tree/{address.rsplit('/', 1)[1]}/{name}.ipynb"
                query = urlencode({"repo": address, "branch": "notebooks", "urlpath": urlpath})
                lines.append(f"{title}: {self.arguments[0]}/hub/user-redirect/git-pull?{query}")
        self.env.note_dependency(str(notebooks.TOC))
        return [nodes.literal_block("", "\n".join(lines), language="text")]


def setup(app):
    """Register the extension with Sphinx."""
    app.add_directive("hub-links", HubLinks)
    app.connect("html-page-context", _offer_to_run, priority=430)
    app.connect("html-page-context", _offer_to_change, priority=450)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
