"""What a plain notebook makes of each directive. To teach a new one, add it to `DIRECTIVES`."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from chapter.blocks import Directive
from chapter.guesses import split_choices

if TYPE_CHECKING:
    from chapter.plain import Plain

Render = Callable[[Directive, "Plain"], str]


def _inner(box: Directive, plain: "Plain") -> str:
    return plain.convert(box.body, box.body_line - 1).strip("\n")


def _title(box: Directive, plain: "Plain", default: str = "") -> str:
    return plain.inline(box.argument, box.line) if box.argument else default


def quotation(title: str, text: str) -> str:
    """A box: a quotation with a bold title."""
    lines = [f"**{title}**", *([""] if text else []), *(text.split("\n") if text else [])]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def folded(title: str, text: str) -> str:
    """A folded box. Its title is HTML, where Markdown is not looked for."""
    summary = MarkdownIt("commonmark").renderInline(title)
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"


def definition(term: str) -> list[str]:
    """The lines of a defined term; its definition follows, indented by two."""
    return [f"- **{term}**", ""]


def _box(title: str = "") -> Render:
    def render(box: Directive, plain: "Plain") -> str:
        heading = _title(box, plain, title or box.name.capitalize())
        if "dropdown" in box.options.get("class", ""):
            return folded(heading, _inner(box, plain))
        return quotation(heading, _inner(box, plain))

    return render


def _note(box: Directive, plain: "Plain") -> str:
    """A standard admonition, whose first line may be part of its text."""
    text = f"{_title(box, plain)}\n{_inner(box, plain)}".strip("\n")
    title = {"seealso": "See also"}.get(box.name, box.name.capitalize())
    return (
        folded(title, text)
        if "dropdown" in box.options.get("class", "")
        else quotation(title, text)
    )


def _dropdown(box: Directive, plain: "Plain") -> str:
    return folded(_title(box, plain, "Details"), _inner(box, plain))


def _guess(box: Directive, plain: "Plain") -> str:
    kind = "Question" if "question" in box.options else "Guess"
    title = f"{kind}: {_title(box, plain)}" if box.argument else kind
    _, choices = split_choices(box.body)
    body = (
        re.sub(r"^([-*+]) \[[ xX]\] ", r"\1 ", box.body, flags=re.MULTILINE)
        if choices
        else box.body
    )
    return quotation(title, plain.convert(body, box.body_line - 1).strip("\n"))


def _answer(box: Directive, plain: "Plain") -> str:
    return folded("Answer", _inner(box, plain))


def _nothing(box: Directive, plain: "Plain") -> str:
    return ""


def _only_on_site(box: Directive, plain: "Plain") -> str:
    what = {"bibliography": "references", "hub-links": "links", "releases": "cells"}[box.name]
    return f"The {what} are listed on the book's site."


def _image(box: Directive, plain: "Plain") -> str:
    plain.require_file(box.argument, box.line)
    caption, _, rest = _inner(box, plain).partition("\n\n")
    picture = f"![{box.options.get('alt', '')}]({box.argument})"
    return "\n\n".join(part for part in (picture, f"*{caption}*" if caption else "", rest) if part)


def _fenced(text: str, language: str) -> str:
    longest = max((len(marks) for marks in re.findall(r"`{3,}", text)), default=2)
    return f"{'`' * (longest + 1)}{language}\n{text}\n{'`' * (longest + 1)}"


def _code(box: Directive, plain: "Plain") -> str:
    code = _fenced(box.body, box.argument)
    caption = box.options.get("caption")
    return f"**{plain.inline(caption, box.line)}**\n\n{code}" if caption else code


def _file(box: Directive, plain: "Plain", options: set[str]) -> str:
    """The text of the file that a directive names, next to the page."""
    if unknown := set(box.options) - options:
        plain.fail(box.line, f"{{{box.name}}} has no option {min(unknown)} here")
    try:
        return (plain.page.path.parent / box.argument).read_text("utf-8-sig").rstrip("\n")
    except (OSError, UnicodeDecodeError):
        plain.fail(box.line, f"there is no text file {box.argument}")


def _literal(box: Directive, plain: "Plain") -> str:
    lines = _file(box, plain, {"language", "lines", "name", "class", "caption"}).split("\n")
    if wanted := box.options.get("lines"):
        chosen = []
        for part in wanted.split(","):
            first, dash, last = part.strip().partition("-")
            if not (first + last).isdigit():
                plain.fail(box.line, f"lines are like 1-3,5, not {wanted}")
            chosen += lines[
                int(first or 1) - 1 : (int(last) if last else len(lines)) if dash else int(first)
            ]
        lines = chosen
    return _fenced("\n".join(lines), box.options.get("language", box.argument.rpartition(".")[2]))


def _include(box: Directive, plain: "Plain") -> str:
    text = _file(box, plain, set())
    try:
        return plain.convert(text).strip("\n")
    except Exception as error:
        plain.fail(box.line, f"in {box.argument}: {error}")


def _math(box: Directive, plain: "Plain") -> str:
    if label := box.options.get("label"):
        return plain.equation(box.body, label)
    return f"$$\n{box.body.strip()}\n$$"


def _table(box: Directive, plain: "Plain") -> str:
    return (
        f"**{_title(box, plain)}**\n\n{_inner(box, plain)}" if box.argument else _inner(box, plain)
    )


def _list_table(box: Directive, plain: "Plain") -> str:
    """A list of lists as a table, a cell a line."""
    rows = []
    for number, line in enumerate(box.body.split("\n")):
        if match := re.match(r"[*-] [*-](?: (.*))?$", line):
            rows.append([match[1] or ""])
        elif rows and (match := re.match(r"  [*-](?: (.*))?$", line)):
            rows[-1].append(match[1] or "")
        elif rows and line.strip() and line.startswith("    "):
            rows[-1][-1] += " " + line.strip()
        elif line.strip():
            plain.fail(
                box.body_line + number,
                "a row of a {list-table} is a list of cells: * - one, then   - two",
            )
    if not rows or len({len(row) for row in rows}) != 1:
        plain.fail(box.line, "the rows of a {list-table} have the same number of cells")
    if box.options.get("header-rows", "0") == "0":
        rows.insert(0, [""] * len(rows[0]))
    elif box.options["header-rows"] != "1":
        plain.fail(box.line, "a notebook's table has one row of headings, or none")
    rows.insert(1, ["---"] * len(rows[0]))
    text = "\n".join(
        "| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows
    )
    table = plain.inline(text, box.body_line)
    return f"**{_title(box, plain)}**\n\n{table}" if box.argument else table


def _glossary(box: Directive, plain: "Plain") -> str:
    out = []
    for number, line in enumerate(box.body.split("\n")):
        text = plain.inline(line.strip(), box.body_line + number)
        out += definition(text) if line and line[0] != " " else [f"  {text}".rstrip()]
    return "\n".join(out)


#: How each directive reads in a notebook: a function of it and of the conversion.
DIRECTIVES: dict[str, Render] = {
    # the book's own
    "goals": _box("What you will learn"),
    "remember": _box("Remember"),
    "guess": _guess,
    "answer": _answer,
    "slide": _nothing,
    "notes": _nothing,
    "hub-links": _only_on_site,
    "releases": _only_on_site,
    # MyST's and Sphinx's
    "admonition": _box("Note"),
    **dict.fromkeys(
        "attention caution danger error hint important note seealso tip warning".split(),
        _note,
    ),
    "dropdown": _dropdown,
    "figure": _image,
    "image": _image,
    "code-block": _code,
    "code": _code,
    "literalinclude": _literal,
    "include": _include,
    "math": _math,
    "table": _table,
    "list-table": _list_table,
    "glossary": _glossary,
    "bibliography": _only_on_site,
}
