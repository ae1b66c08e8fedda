"""A book: where its pages, its contents and its settings are."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

_FRONT_MATTER = re.compile(r"---\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
#: The fast one, where PyYAML was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BookError(Exception):
    """Something that the author of the book has to fix; its text is one line."""


@dataclass(frozen=True)
class Book:
    """The files of a book.

    Args:
        root: the folder of its repository, with ``_toc.yml`` and ``book/`` in it.
    """

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Book":
        """Find the book that a folder belongs to: the folder itself or one above has ``_toc.yml``.

        Args:
            start: where to begin; the working directory if it is not given.

        Raises:
            BookError: there is none.
        """
        start = (start or Path.cwd()).resolve()
        for folder in [start, *start.parents]:
            if (folder / "_toc.yml").exists():
                return cls(folder)
        raise BookError(f"{start} belongs to no book: no folder up from there has a _toc.yml")

    @property
    def folder(self) -> Path:
        """The folder of the pages and their twins."""
        return self.root / "book"

    @property
    def toc(self) -> Path:
        """Jupyter Book's list of the pages."""
        return self.root / "_toc.yml"

    @property
    def setup(self) -> Path:
        """The folder of the set-up cells."""
        return self.folder / "setup"

    @property
    def bibliography(self) -> Path:
        """What citations cite."""
        return self.folder / "references.bib"

    def relative(self, path: Path) -> str:
        """The path as messages give it: relative to the book's root."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def page(self, name: str) -> "Page":
        """The page of this name; its file need not exist."""
        return Page(self, name)

    def pages(self) -> list["Page"]:
        """All pages, by name."""
        return [self.page(path.stem) for path in sorted(self.folder.glob("*.md"))]

    def notebooks(self) -> list["Page"]:
        """The pages that have cells to run, and so a twin."""
        return [page for page in self.pages() if page.is_notebook]

    def contents(self) -> Mapping:
        """The table of contents.

        Returns:
            A mapping whose keys are the names of the pages in order; ``root.subtrees`` are its parts.

        Raises:
            BookError: the file cannot be read.
        """
        from sphinx_external_toc.parsing import parse_toc_yaml  # Binder's image is made without it

        try:
            return parse_toc_yaml(self.toc)
        except Exception as error:  # a parser's, YAML's, or a bug of theirs for an empty file
            raise BookError(f"{self.toc.name} cannot be read: {one_line(error)}") from error

    def pins(self) -> str:
        """A short digest of the exact versions that twins are executed with."""
        file = self.root / "requirements" / "constraints.txt"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        pinned = "\n".join(line for line in lines if "==" in line)
        return hashlib.sha256(pinned.encode()).hexdigest()[:16]

    def misfits(self) -> list[str]:
        """What is wrong with the set of files, a line each: a twin without a page, a page that is listed and missing."""
        have = {page.twin for page in self.notebooks()}
        problems = [
            f"{self.relative(twin)} has no page {twin.stem}.md: delete it, or bring the page back"
            for twin in sorted(self.folder.glob("*.ipynb"))
            if twin not in have
        ]
        try:
            listed = self.contents()
        except BookError as error:
            return [*problems, str(error)]
        return problems + [
            f"{self.toc.name} lists {name}, and there is no {self.page(name).place}: fix one of them"
            for name in listed
            if not self.page(name).path.exists()
        ]


@dataclass(frozen=True)
class Page:
    """One page of a book, by the name of its file without the ending."""

    book: Book
    name: str

    @property
    def path(self) -> Path:
        """The file that a person edits."""
        return self.book.folder / f"{self.name}.md"

    @property
    def twin(self) -> Path:
        """The page, executed."""
        return self.book.folder / f"{self.name}.ipynb"

    @property
    def place(self) -> str:
        """The page's file as messages give it."""
        return self.book.relative(self.path)

    @cached_property
    def text(self) -> str:
        """The file's text; whichever line ends and byte order mark it has are not part of it."""
        try:
            return self.path.read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BookError(f"{self.place} is not UTF-8 text ({one_line(error)}): save it as UTF-8") from error

    @cached_property
    def front_matter(self) -> dict:
        """The settings at the top of the page."""
        match = _FRONT_MATTER.match(self.text)
        return load_yaml(match[1] if match else "", lambda what: self.error(1, f"the front matter: {what}"))

    @property
    def is_notebook(self) -> bool:
        """Whether the page has cells to run: its front matter says ``file_format: mystnb``."""
        return self.front_matter.get("file_format") == "mystnb"

    @property
    def prose(self) -> str:
        """The text with its front matter blanked, so that line numbers stay."""
        match = _FRONT_MATTER.match(self.text)
        return "\n" * match[0].count("\n") + self.text[match.end() :] if match else self.text

    @property
    def title(self) -> str:
        """The first heading, or the page's name where there is none."""
        match = re.search(r"^# (.*)$", self.text, re.MULTILINE)
        return match[1].strip() if match else self.name

    def error(self, line: int, what: str) -> BookError:
        """An error in a line of the page, counted from 1."""
        return BookError(f"{self.place}:{line}: {what}")


def load_yaml(text: str, error: Callable[[str], Exception]) -> dict:
    """Read settings.

    Args:
        text: YAML.
        error: makes the exception that is raised where it is not, or is no mapping.
    """
    try:
        settings = yaml.load(text, _LOADER) or {}
    except yaml.YAMLError as cause:
        raise error(f"it is not YAML: {one_line(cause)}") from cause
    if not isinstance(settings, dict):
        raise error("it has no keys")
    return settings


def one_line(error: BaseException) -> str:
    """An exception's message in one line."""
    return " ".join(str(error).split()) or type(error).__name__
