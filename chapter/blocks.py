"""What a page's Markdown consists of: its blocks, with the lines on which they are.

The parser is the one that MyST itself is built on. A directive's body is not looked into here:
it is a text of its own, and whoever needs its blocks calls `parse` again.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin

#: Containers, whose own lines are those of what is in them.
_CONTAINERS = {"bullet_list_open", "ordered_list_open", "list_item_open", "blockquote_open"}
#: Containers that are taken as a whole.
_WHOLE = {"table": "table", "dl": "deflist", "footnote_reference": "footnote"}

_DIRECTIVE = re.compile(r"\{([\w:.-]+)\}[ \t]*(.*)$", re.DOTALL)
_OPTION = re.compile(r":([\w-]+):(?:[ \t]+(.*))?$")


@dataclass(frozen=True)
class Block:
    """A block that is no container.

    Args:
        kind: ``heading``, ``paragraph``, ``html_block``, ``code_block``, ``hr``, ``fence`` (also
            of colons), ``target``, ``comment``, ``break``, ``math``, ``table``, ``deflist`` or
            ``footnote``.
        start, end: its first line and the one after its last, counted from 0.
        content: what is between a fence's marks; a target's label; the formula.
        info: what follows the opening mark; a formula's or footnote's label.
        tokens: the parser's tokens of a table, definition list or footnote.
    """

    kind: str
    start: int
    end: int
    content: str = ""
    info: str = ""
    tokens: list[Token] = field(default_factory=list)
    level: int = 0


@dataclass(frozen=True)
class Directive:
    """A directive: ``{name} argument``, its options, and its body.

    Args:
        line: the line of its opening fence, counted from 1.
        body_line: the line of its body's first line.
    """

    name: str
    argument: str
    options: dict[str, str]
    body: str
    line: int
    body_line: int


class BlockError(Exception):
    """A block that cannot be read.

    Args:
        line: where, counted from 1.
        what: what is wrong, in a sentence.
    """

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    for plugin in (
        myst_block_plugin,
        colon_fence_plugin,
        dollarmath_plugin,
        deflist_plugin,
        footnote_plugin,
        attrs_block_plugin,
    ):
        parser.use(plugin)
    return parser.disable(["inline", "footnote_tail"], True)


_PARSER = _parser()
_KINDS = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "html_block": "html_block",
    "code_block": "code_block",
    "hr": "hr",
    "fence": "fence",
    "colon_fence": "fence",
    "myst_target": "target",
    "myst_line_comment": "comment",
    "myst_block_break": "break",
    "math_block": "math",
    "math_block_label": "math",
}


@functools.lru_cache(maxsize=4096)  # guesses, cells and labels are all looked for in the same text
def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text in order. They do not overlap; containers are walked into."""
    return tuple(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    tokens = iter(_PARSER.parse(text + "\n"))
    for token in tokens:
        stem = token.type.removesuffix("_open")
        if token.type.endswith("_open") and stem in _WHOLE:
            inside = []
            for inner in tokens:
                if inner.type == f"{stem}_close" and inner.level == token.level:
                    break
                inside.append(inner)
            label = (token.meta or {}).get("label", "")
            yield Block(_WHOLE[stem], *token.map, info=label, tokens=inside, level=token.level)
        elif token.type in _KINDS:
            yield Block(
                _KINDS[token.type], *token.map, token.content, token.info.strip(), level=token.level
            )
        elif (
            token.type not in _CONTAINERS
            and not token.type.endswith("_close")
            and token.type != "inline"
        ):
            raise BlockError(
                token.map[0] + 1, f"chapter/blocks.py does not know a block of type {token.type}"
            )


def directive(block: Block, lines: list[str], offset: int = 0) -> Directive | None:
    """Read a fence as a directive.

    Args:
        block: a block of the kind ``fence``.
        lines: the lines of the text that it was parsed from.
        offset: how many lines of the page are before that text.

    Returns:
        The directive, or None for a fence of plain code.

    Raises:
        BlockError: the fence is never closed, or its options cannot be read.
    """
    line = offset + block.start + 1
    opening = lines[block.start].lstrip(" >-*+0123456789.)")
    mark = opening[0]
    match = _DIRECTIVE.match(block.info)
    if not match:
        if mark == ":":
            raise BlockError(line, "colons open a box: write {name} after them")
        return None
    name, argument = match[1], match[2].strip()
    width = len(opening) - len(opening.lstrip(mark))
    closing = lines[block.end - 1].strip().lstrip("> ")
    if block.end - block.start < 2 or set(closing) != {mark} or len(closing) < width:
        raise BlockError(line, f"{{{name}}} is never closed: end it with a line {mark * width}")
    body = block.content.split("\n")
    options, used = _options(body, line, name)
    while used < len(body) and not body[used].strip():
        used += 1
    return Directive(
        name, argument, options, "\n".join(body[used:]).rstrip(), line, line + 1 + used
    )


def _options(body: list[str], line: int, name: str) -> tuple[dict[str, str], int]:
    """The options at the top of a directive's body, and how many of its lines they take."""
    if body[0].strip() == "---" and "---" in [text.strip() for text in body[1:]]:
        end = [text.strip() for text in body].index("---", 1)
        try:
            options = yaml.safe_load("\n".join(body[1:end])) or {}
        except yaml.YAMLError as error:
            raise BlockError(
                line, f"the options of {{{name}}} are not YAML: {' '.join(str(error).split())}"
            ) from error
        return {key: "" if value is None else str(value) for key, value in options.items()}, end + 1
    options, used = {}, 0
    while used < len(body) and (match := _OPTION.match(body[used].strip())):
        options[match[1]] = (match[2] or "").strip()
        used += 1
    return options, used
