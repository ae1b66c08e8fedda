"""MyST in a plain notebook: Markdown that any notebook program shows.

JupyterLab, Colab and GitHub know no directives, roles or labels. Each is put in plain words:
a label becomes an anchor, a link to a page one to its notebook, a box a quotation. What is not
MyST is copied, line by line; a directive or role that has no plain form is an error.
"""

import re
from typing import NoReturn

from chapter import blocks
from chapter.blocks import Block, BlockError
from chapter.book import Page
from chapter.directives import DIRECTIVES, definition
from chapter.roles import plain_inline
from chapter.targets import Targets, scan

_ATTRIBUTES = re.compile(r"^\s*\{\s*[.#][^}`]*\}\s*$")
_ID = re.compile(r"#([\w-]+)")


def plain_markdown(text: str, page: Page, targets: Targets, offset: int = 0) -> str:
    """Convert the MyST Markdown of one cell, or of a page of prose.

    Args:
        text: the Markdown.
        page: the page that it is from.
        targets: the targets of all pages.
        offset: how many lines of the page are before it.

    Raises:
        BookError: something in it has no plain form; with the page and the line.
    """
    try:
        return Plain(page, targets).convert(text, offset).strip("\n")
    except BlockError as error:
        raise page.error(error.line, error.what) from error


class Plain:
    """A conversion: what directives and roles need to know of it."""

    def __init__(self, page: Page, targets: Targets) -> None:
        self.page, self.targets, self.scan = page, targets, scan(page)

    def fail(self, line: int, what: str) -> NoReturn:
        """Give the conversion up."""
        raise BlockError(line, what)

    def inline(self, text: str, line: int) -> str:
        """Convert what is within lines; `line` is the page's line where the text begins."""
        return plain_inline(text, self, line)

    def require_file(self, address: str, line: int) -> None:
        """Fail if an address is that of a file, and there is none."""
        if not re.match(r"\w+:", address) and not (self.page.path.parent / address).is_file():
            self.fail(line, f"there is no file {address}")

    def convert(self, text: str, offset: int = 0) -> str:
        """Convert a text of several blocks; `offset` lines of the page are before it."""
        lines, out, at = text.split("\n"), [], 0
        try:
            for block in blocks.parse(text):
                self._copy_between(lines, at, block.start, offset, out)
                new = self._block(block, lines, offset)
                if new or not (out and not out[-1].strip()):
                    out += new
                else:  # a block that is gone leaves one empty line, not two
                    out.pop()
                # A definition list or footnote ends with the empty lines after it.
                at = block.end
        except BlockError as error:
            if error.line <= len(lines) and "chapter/blocks.py" in error.what:
                raise BlockError(error.line + offset, error.what) from error
            raise
        self._copy_between(lines, at, len(lines), offset, out)
        return "\n".join(out)

    def _copy_between(
        self, lines: list[str], start: int, end: int, offset: int, out: list[str]
    ) -> None:
        """Copy what is between blocks: empty lines and definitions of links, not attributes."""
        for number in range(start, end):
            if _ATTRIBUTES.match(lines[number]):
                out += [f'<a id="{name}"></a>\n' for name in _ID.findall(lines[number])]
            else:
                out.append(self.inline(lines[number], offset + number + 1))

    def _block(self, block: Block, lines: list[str], offset: int) -> list[str]:
        """The new lines of a block."""
        raw, line = lines[block.start : block.end], offset + block.start + 1
        if block.kind in ("paragraph", "heading", "table"):
            return self.inline("\n".join(raw), line).split("\n")
        if block.kind == "html_block":
            return [text.replace('"_sources/', '"') for text in raw]
        if block.kind in ("comment", "break"):
            return []
        if block.kind == "target":
            return _in_place(f'<a id="{block.content}"></a>', raw[0], "(")
        if block.kind == "math" and block.info:
            return _in_place(self.equation(block.content, block.info), raw[0], "$$")
        if block.kind == "footnote":
            return self._footnote(block, raw, line)
        if block.kind == "deflist":
            return self._definitions(block, lines, offset)
        if block.kind == "fence" and (box := blocks.directive(block, lines, offset)):
            return _in_place(
                self._directive(box),
                raw[0],
                "```" if "```" in raw[0] else raw[0].strip(" >-*+")[:3],
            )
        return raw

    def _directive(self, box: blocks.Directive) -> str:
        if box.name in ("code-cell", "raw-cell"):
            self.fail(box.line, "a code cell cannot be in a box, a list or another file")
        if box.name not in DIRECTIVES:
            self.fail(
                box.line,
                f"no notebook can show the directive {{{box.name}}}: "
                "teach it in chapter/directives.py, or do without it",
            )
        text = DIRECTIVES[box.name](box, self)
        anchor = box.options.get("name") or (
            box.options.get("label") if box.name != "math" else None
        )
        return f'<a id="{anchor}"></a>\n\n{text}' if anchor and text else text

    def equation(self, formula: str, label: str) -> str:
        """A labelled formula with its number."""
        number = self.scan.equations[label]
        return f'<a id="{label}"></a>\n\n$$\n{formula.strip()} \\tag{{{number}}}\n$$'

    def _footnote(self, block: Block, raw: list[str], line: int) -> list[str]:
        if not (number := self.scan.footnotes.get(block.info)):
            self.fail(line, f"nothing refers to the footnote {block.info}")
        first = raw[0].split("]:", 1)[1].strip()
        body = "\n".join([first, *(re.sub(r"^(?: {4}|\t)", "", text) for text in raw[1:])]).rstrip()
        text = (
            f'<a id="footnote-{block.info}"></a><sup>{number}</sup> {self.convert(body, line - 1)}'
        )
        return [*text.split("\n"), ""]

    def _definitions(self, block: Block, lines: list[str], offset: int) -> list[str]:
        """A definition list as a list with bold terms: notebooks know no other."""
        out = []
        for token in block.tokens:
            if token.level != block.level + 1 or not token.map:
                continue
            start, end = token.map
            if token.type == "dt_open":
                out += definition(self.inline(lines[start].strip(), offset + start + 1))
            elif token.type == "dd_open":
                indent = len(re.match(r"\s*[:~]\s*", lines[start])[0])
                body = [
                    lines[start][indent:],
                    *(text[min(indent, _indent(text)) :] for text in lines[start + 1 : end]),
                ]
                text = self.convert("\n".join(body).rstrip(), offset + start)
                out += [f"  {text}".rstrip() for text in text.split("\n")] + [""]
        return out


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _in_place(text: str, raw: str, mark: str) -> list[str]:
    """The lines of a text in the list or quotation in which the line `raw` has its `mark`."""
    if not text:
        return []
    before = raw[: raw.index(mark)]
    after = re.sub(r"[^>\s]", " ", before)
    first, *rest = text.split("\n")
    return [before + first, *((after + line).rstrip() for line in rest)]
