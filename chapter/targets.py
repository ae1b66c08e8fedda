"""What links lead to: the labels, titles, equations and footnotes of all pages."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chapter import blocks
from chapter.book import Book, Page

_ATTRIBUTE_ID = re.compile(r"^\s*\{[^}`]*#([\w-]+)[^}`]*\}\s*$")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\](?!:)")


@dataclass
class Scan:
    """What one page offers to links.

    Args:
        file: the page's file in an edition.
        title: its first heading.
        labels: for each label the heading after it, or "".
        equations: the number of each labelled equation.
        footnotes: the number of each footnote, in the order in which the text refers to them.
    """

    file: str
    title: str
    labels: dict[str, str] = field(default_factory=dict)
    equations: dict[str, int] = field(default_factory=dict)
    footnotes: dict[str, int] = field(default_factory=dict)


class Targets:
    """The targets of all pages of a book."""

    def __init__(self, book: Book) -> None:
        self.pages = {page.name: scan(page) for page in book.pages()}

    def find(self, label: str) -> Scan | None:
        """The page that has this label or labelled equation."""
        return next(
            (p for p in self.pages.values() if label in p.labels or label in p.equations), None
        )

    def link(self, target: str) -> str:
        """Where a link leads in an edition: ``page.md``, ``page.md#label``, ``#label`` or other."""
        file, hash_, label = target.partition("#")
        if not file:
            found = self.find(label)
        else:
            found = self.pages.get(file.removesuffix(".md")) if file.endswith(".md") else None
        return f"{found.file}{hash_}{label}" if found else target

    def title(self, target: str) -> str:
        """The text of a link that has none: the title of the page or section that it leads to."""
        file, _, label = target.partition("#")
        if label:
            found = self.find(label)
            return (found and (found.labels.get(label) or found.title)) or label
        name = file.removesuffix(".md")
        return self.pages[name].title if name in self.pages else name


def scan(page: Page) -> Scan:
    """Scan a page for targets; what was read of a file is kept until the file changes."""
    state = page.path.stat()
    return _scan(page.book.root, page.name, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=256)
def _scan(root: Path, name: str, *_state: int) -> Scan:
    page = Book(root).page(name)
    result = Scan(f"{name}.ipynb" if page.is_notebook else f"{name}.md", page.title)
    pending = []
    for kind, text in _walk(page.prose):
        if kind == "target":
            pending.append(text)
            result.labels[text] = ""
            continue
        if kind == "heading":
            result.labels.update(dict.fromkeys(pending, re.sub(r"^#+\s*", "", text).strip()))
        elif kind == "equation":
            result.equations[text] = len(result.equations) + 1
        elif kind == "text":
            for label in _FOOTNOTE.findall(text):
                result.footnotes.setdefault(label, len(result.footnotes) + 1)
        pending = []
    return result


def _walk(text: str) -> Iterator[tuple[str, str]]:
    """Yield the targets, headings, labeled equations and texts of a MyST text, in boxes too."""
    lines = text.split("\n")
    try:
        for line in lines if "{#" in text else []:
            if match := _ATTRIBUTE_ID.match(line):
                yield "target", match[1]
        for block in blocks.parse(text):
            box = blocks.directive(block, lines) if block.kind == "fence" else None
            if block.kind == "target":
                yield "target", block.content
            elif block.kind == "math" and block.info:
                yield "equation", block.info
            elif block.kind == "heading":
                yield "heading", lines[block.start]
            elif block.kind != "fence":
                yield "text", "\n".join(lines[block.start : block.end])
            elif box:
                if label := box.options.get("label" if box.name == "math" else "name"):
                    yield "equation" if box.name == "math" else "target", label
                if box.name not in ("code-cell", "code-block", "math", "literalinclude"):
                    yield from _walk(box.body)
    except blocks.BlockError:
        return  # whoever converts the page says so
