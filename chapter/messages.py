"""Error messages that a page explains: the wordings that its sections list.

In a section, a list after the line ``{.messages}`` holds one wording an item, as code at the
start of the item; ``…`` in it is anything.
"""

import re
from dataclasses import dataclass

from chapter.book import Book

_SECTION = re.compile(r"^\(([\w-]+)\)=\n## ([^\n]+)\n(.*?)(?=^\([\w-]+\)=\n## |\Z)", re.M | re.S)
_LIST = re.compile(r"^\{\.messages\}\n((?:- .*\n?)+)", re.M)
_CODE = re.compile(r"- (`+)(.+?)\1(?!`)")


@dataclass(frozen=True)
class Explained:
    """A section that explains messages.

    Attributes:
        label: the section's label, which is its anchor on the page.
        title: its heading, in Markdown.
        text: what is below the heading, in Markdown.
        wordings: the messages, as the section lists them.
    """

    label: str
    title: str
    text: str
    wordings: tuple[str, ...]

    def match(self, text: str) -> int:
        """How much of a text one of the wordings explains: its length without ``…``, or 0."""
        found = [wording for wording in self.wordings if pattern(wording).search(text)]
        return max((len(wording.replace("…", "")) for wording in found), default=0)


def pattern(wording: str) -> re.Pattern[str]:
    """The pattern of a wording: ``…`` is anything, and white space is any white space."""
    pieces = [r"\s+".join(map(re.escape, re.split(r"\s+", piece))) for piece in wording.split("…")]
    return re.compile(".*?".join(pieces), re.DOTALL)


def sections(text: str) -> list[Explained]:
    """The labelled sections of a page's source, in order, with the wordings that they list."""
    return [
        Explained(label, title, body, tuple(_wordings(body)))
        for label, title, body in _SECTION.findall(text)
    ]


def _wordings(body: str) -> list[str]:
    lines = [line for items in _LIST.findall(body) for line in items.strip().split("\n")]
    return [found[2].strip() for line in lines if (found := _CODE.match(line))]


def explained(book: Book) -> list[tuple[str, Explained]]:
    """Every section of the book that explains messages, with the name of its page."""
    return [
        (page.name, section)
        for page in book.pages()
        for section in sections(page.text)
        if section.wordings
    ]
