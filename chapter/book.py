"""A book: where its pages, its contents and its settings are."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chapter.text import load_yaml, one_line

_FRONT_MATTER = re.compile(r"---\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)


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
        return (
            path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)
        )

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
            A mapping whose keys are the names of the pages in order; its parts are in
            ``root.subtrees``.

        Raises:
            BookError: the file cannot be read.
        """
        from sphinx_external_toc.parsing import parse_toc_yaml  # Binder's image is made without it

        try:
            return parse_toc_yaml(self.toc)
        except Exception as error:  # a parser's, YAML's, or a bug of theirs for an empty file
            raise BookError(f"{self.toc.name} cannot be read: {one_line(error)}") from error

    def version(self, package: str) -> str:
        """The version of a package that the twins were executed with.

        Raises:
            BookError: the book pins none, or several.
        """
        return self._pinned(rf"^{re.escape(package)}==(\S+)", f"a version of {package}")

    def pinned_on(self) -> str:
        """The day on which these versions were chosen, as in 2026-11-26.

        Raises:
            BookError: the pins do not say.
        """
        return self._pinned(r"^# Pinned on (\S+)$", "the day")

    def _pinned(self, pattern: str, what: str) -> str:
        found = re.findall(pattern, self._pins, re.MULTILINE)
        if len(found) != 1:
            raise BookError(
                f"{self.relative(self.constraints)} has {what} {len(found)} times, not once"
            )
        return found[0]

    @property
    def constraints(self) -> Path:
        """The exact versions that twins are executed with."""
        return self.root / "requirements" / "constraints.txt"

    @property
    def _pins(self) -> str:
        return self.constraints.read_text("utf-8") if self.constraints.exists() else ""

    def pins(self) -> str:
        """A short digest of the versions that outputs depend on.

        They are those of the packages in ``requirements/notebooks.txt`` and ``frameworks.txt``: a
        new version of a test tool makes no twin stale.
        """
        folder, names = self.constraints.parent, set()
        for file in ("notebooks.txt", "frameworks.txt"):
            text = (folder / file).read_text("utf-8") if (folder / file).exists() else ""
            names |= set(re.findall(r"^([\w.-]+)", text, re.MULTILINE))
        lines = re.findall(r"^([\w.-]+)==(.*)$", self._pins, re.MULTILINE)
        pinned = "\n".join(f"{name}=={rest}" for name, rest in lines if name in names)
        return hashlib.sha256(pinned.encode()).hexdigest()[:16]

    def misfits(self) -> list[str]:
        """List what is wrong with the set of files: a twin or an entry without a page."""
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
            f"{self.toc.name} lists {name}, and there is no {self.page(name).place}:"
            " fix one of them"
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
            raise BookError(
                f"{self.place} is not UTF-8 text ({one_line(error)}): save it as UTF-8"
            ) from error

    @cached_property
    def front_matter(self) -> dict:
        """The settings at the top of the page."""
        match = _FRONT_MATTER.match(self.text)
        return load_yaml(
            match[1] if match else "", lambda what: self.error(1, f"the front matter: {what}")
        )

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
