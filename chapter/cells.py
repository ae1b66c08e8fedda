"""A page cut into cells: code where a ``{code-cell}`` is, Markdown in between."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chapter import blocks
from chapter.blocks import BlockError
from chapter.book import Page
from chapter.text import load_yaml


@dataclass(frozen=True)
class Cell:
    """A cell as the page has it.

    Args:
        kind: ``code`` or ``markdown``.
        source: Python, or MyST.
        metadata: what its options, or the ``+++`` before it, say.
        line: the line of a code cell's fence, or of a Markdown cell's first text, from 1.
    """

    kind: str
    source: str
    metadata: dict[str, Any]
    line: int


def read_cells(page: Page) -> Iterator[Cell]:
    """Yield a page's cells in order.

    Raises:
        BookError: a code cell is empty, is in a box, or has options that cannot be read; with the
            page and the line.
    """
    lines, start, metadata = page.prose.split("\n"), 0, {}
    try:
        for block in blocks.parse(page.prose):
            is_code = block.kind == "fence" and block.info.split(" ")[0] == "{code-cell}"
            if is_code and block.level:
                raise BlockError(block.start + 1, "a code cell cannot be in a list or a quotation")
            if not is_code and block.kind != "break":
                continue
            yield from _markdown(lines, start, block.start, metadata)
            metadata = {} if is_code else _metadata(block)
            start = block.end
            if is_code:
                yield _code(block, lines)
        yield from _markdown(lines, start, len(lines), metadata)
    except BlockError as error:
        raise page.error(error.line, error.what) from error


def _markdown(lines: list[str], start: int, end: int, metadata: dict[str, Any]) -> Iterator[Cell]:
    """The Markdown cell of some lines, if there is anything in them."""
    while start < end and not lines[start].strip():
        start += 1
    if start < end:
        yield Cell("markdown", "\n".join(lines[start:end]).rstrip(), metadata, start + 1)


def _code(block: blocks.Block, lines: list[str]) -> Cell:
    line = block.start + 1
    blocks.directive(block, lines)  # it is closed
    body = block.content.rstrip("\n").split("\n")
    used, end = 0, 0
    if body[0].strip() == "---" and "---" in (rest := [text.strip() for text in body[1:]]):
        end = rest.index("---") + 1
        options, used = body[1:end], end + 1
    else:
        while used < len(body) and body[used].lstrip().startswith(":"):
            used += 1
        options = [text.lstrip()[1:] for text in body[:used]]
    metadata = load_yaml(
        "\n".join(options), lambda what: BlockError(line, f"the options of this cell: {what}")
    )
    if used < len(body) and not body[used].strip():
        used += 1
    source = "\n".join(body[used:])
    if not source.strip():
        raise BlockError(line, "this code cell is empty; delete it")
    return Cell("code", source, metadata, line)


def _metadata(block: blocks.Block) -> dict[str, Any]:
    """The metadata that a ``+++`` gives to the Markdown cell after it."""
    try:
        metadata = json.loads(block.content.strip() or "{}")
    except ValueError as error:
        raise BlockError(block.start + 1, f"what follows +++ is not JSON: {error}") from error
    if not isinstance(metadata, dict):
        raise BlockError(block.start + 1, "what follows +++ is a JSON object, or nothing")
    return metadata
