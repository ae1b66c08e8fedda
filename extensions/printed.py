"""Links to what was printed: the role ``{printed}`PDF <NAME.pdf>```.

`make pdf` and `make slides` print into the folder above the site's. The next build takes what it
finds there into the site and links it. Where nothing was printed, or a page has changed since,
there is no link: one from the front page must never lead nowhere, or to what the book said once.
"""

import re
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole
from sphinx.util.osutil import relative_uri

from extensions import book_of

#: The key of a page's metadata with the files that it names, and whether each was linked.
KEY = "printed"


def _is_current(app: Sphinx, name: str) -> bool:
    """Whether a file was printed since the last change of a page, a twin or a figure."""
    file = Path(app.outdir).parent / name
    sources = [path for path in book_of(app).folder.rglob("*") if path.is_file()]
    return file.exists() and file.stat().st_mtime >= max(s.stat().st_mtime for s in sources)


class PrintedRole(SphinxRole):
    """``{printed}`· PDF <NAME.pdf>```: a link, with what separates it from the words before."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the link, or nothing."""
        match = re.fullmatch(r"(\W*)(.+?)\s*<(.+)>", self.text, re.DOTALL)
        if not match:
            text = f"a link to a printed file is written TEXT <NAME.pdf>, not {self.text!r}"
            return [], [self.inliner.reporter.error(text, line=self.lineno)]
        separator, text, name = match.groups()
        current = _is_current(self.env.app, name)
        self.env.metadata[self.env.docname].setdefault(KEY, {})[name] = current
        if not current:
            return [], []
        page = self.env.app.builder.get_target_uri(self.env.docname)
        link = nodes.reference("", text, refuri=relative_uri(page, name), internal=True)
        return [nodes.inline("", separator, link, classes=["printed"])], []


def _find_outdated(app: Sphinx, env: BuildEnvironment, *changes: Any) -> list[str]:
    """The pages whose links appear or go."""
    return [
        page
        for page, data in env.metadata.items()
        if any(_is_current(app, name) != linked for name, linked in data.get(KEY, {}).items())
    ]


def _copy(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    for data in app.env.metadata.values():
        for name, linked in data.get(KEY, {}).items():
            file = Path(app.outdir, name)
            if linked:
                shutil.copy2(file.parent.parent / name, file)
            else:
                file.unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_role("printed", PrintedRole())
    app.connect("env-get-outdated", _find_outdated)
    app.connect("build-finished", _copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
