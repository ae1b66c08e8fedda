"""What a plain notebook makes of MyST within a line: roles, links, footnotes.

Code, formulas, HTML and whatever follows a backslash are left alone. An unknown role is an error,
for nobody can say how it reads.
"""

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pybtex.database import parse_file

from chapter.book import BookError

if TYPE_CHECKING:
    from chapter.plain import Plain

_INLINE = re.compile(
    r"""
      (?P<escape>\\.)
    | \{(?P<role>[\w:.+-]+)\}(?P<ticks>`+)(?!`)(?P<content>.+?)(?<!`)(?P=ticks)(?!`)(?P<space>[ ]?)
    | (?P<code>(?P<marks>`+)(?!`).+?(?<!`)(?P=marks)(?!`))
    | (?P<math>\$\$.+?\$\$ | \$(?![\s$])[^$]*?(?<![\s\\])\$(?!\d))
    | (?P<html><[A-Za-z/!][^>]*>)
    | (?P<substitution>\{\{.*?\}\})
    | \[\^(?P<footnote>[^\]\s]+)\](?!:)
    | !\[[^\]]*\]\((?P<picture>[^()\s]+)(?:\s+"[^"]*")?\)
    | (?P<empty>\[\])\((?P<bare>[^()\s]+)\)
    | \]\((?P<link><[^>]*>|[^()\s]+)(?P<title>(?:\s+"[^"]*")?)\)
    | ^(?P<definition>[ ]{0,3}\[[^\]^][^\]]*\]:[ ]*)(?P<defined>\S+)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_TARGET = re.compile(r"(.*?)\s*<([^<>]*)>$", re.DOTALL)


def plain_inline(text: str, plain: "Plain", line: int) -> str:
    """Turn the MyST within a block's lines into Markdown that any notebook program shows.

    Args:
        text: one line or several.
        plain: the conversion that this is part of.
        line: the line of the page on which the text begins.

    Raises:
        BlockError: a role that is not known, or one whose target is missing.
    """

    def replace(match: re.Match) -> str:
        here = line + text.count("\n", 0, match.start())
        if name := match["role"]:
            if name not in ROLES:
                plain.fail(
                    here,
                    f"no notebook can show the role {{{name}}}: teach it in chapter/roles.py,"
                    " or do without it",
                )
            shown = ROLES[name](match["content"], plain, here)
            return shown + match["space"] if shown else ""
        if match["substitution"]:
            plain.fail(
                here,
                f"substitutions such as {match['substitution']} are not known:"
                " write the text itself",
            )
        if label := match["footnote"]:
            number = plain.scan.footnotes.get(label)
            return f'<sup><a href="#footnote-{label}">{number}</a></sup>'
        if address := match["picture"]:
            plain.require_file(address, here)
        if target := match["bare"]:
            return f"[{plain.targets.title(target)}]({plain.targets.link(target)})"
        if target := match["link"]:
            return f"]({plain.targets.link(target)}{match['title']})"
        if target := match["defined"]:
            return match["definition"] + plain.targets.link(target)
        if match["html"]:  # what the site keeps in _sources is next to the page here
            return match[0].replace('"_sources/', '"')
        return match[0]

    return _INLINE.sub(replace, text)


def _parts(content: str) -> tuple[str, str]:
    """``text <target>`` as its two parts; without a target the text is both."""
    match = _TARGET.match(content)
    return (match[1], match[2]) if match else (content, content)


def _text(content: str, plain: "Plain", line: int) -> str:
    return _parts(content)[0]


def _reference(content: str, plain: "Plain", line: int) -> str:
    text, label = _parts(content)
    if not plain.targets.find(label):
        plain.fail(line, f"no page has the label {label}")
    shown = text if text != label else plain.targets.title(f"#{label}")
    return f"[{shown}]({plain.targets.link(f'#{label}')})"


def _document(content: str, plain: "Plain", line: int) -> str:
    text, name = _parts(content)
    if name not in plain.targets.pages:
        plain.fail(line, f"there is no page {name}")
    title = text if text != name else plain.targets.title(name)
    return f"[{title}]({plain.targets.link(f'{name}.md')})"


def _equation(content: str, plain: "Plain", line: int) -> str:
    found = plain.targets.find(content)
    if not found or content not in found.equations:
        plain.fail(line, f"no page has an equation with the label {content}")
    return f"[({found.equations[content]})]({found.file}#{content})"


def _unnumbered(content: str, plain: "Plain", line: int) -> str:
    plain.fail(line, "figures and tables have no numbers here: link to one with [its name](#label)")


@functools.lru_cache(maxsize=8)
def _entries(bibliography: Path, _changed: int) -> dict:
    return parse_file(bibliography).entries


def _citation(kind: str) -> Callable[[str, "Plain", int], str]:
    """By author and year, as the site has it, with a link to the source itself."""

    def cite(content: str, plain: "Plain", line: int) -> str:
        file, cited = plain.page.book.bibliography, []
        entries = _entries(file, file.stat().st_mtime_ns) if file.exists() else {}
        for key in content.split(","):
            if not (entry := entries.get(key.strip())):
                plain.fail(line, f"there is no {key.strip()} in {plain.page.book.relative(file)}")
            names = [
                " ".join(person.last_names).strip("{}")
                for person in entry.persons.get("author", [])
            ]
            names = " and ".join(names) if len(names) < 3 else f"{names[0]} *et al.*"
            year, url = entry.fields.get("year", "n.d."), entry.fields.get("url")
            text = f"{names} ({year})" if kind == "t" else f"{names}, {year}"
            cited.append(f"[{text}]({url})" if url else text)
        return ", ".join(cited) if kind == "t" else f"({'; '.join(cited)})"

    return cite


def _version(content: str, plain: "Plain", line: int) -> str:
    try:
        return plain.page.book.version(content)
    except BookError as error:
        plain.fail(line, str(error))


def _pinned(content: str, plain: "Plain", line: int) -> str:
    try:
        return plain.page.book.pinned_on()
    except BookError as error:
        plain.fail(line, str(error))


#: How each role reads: a function of its content, the conversion and the line.
ROLES: dict[str, Callable[[str, "Plain", int], str]] = {
    "term": _text,
    "slide": _text,
    "download": _text,
    "printed": lambda content, plain, line: "",
    "abbr": lambda content, plain, line: re.sub(r"\s*\(.*\)$", "", content),
    "claim": lambda content, plain, line: "",
    "ref": _reference,
    "doc": _document,
    "eq": _equation,
    "numref": _unnumbered,
    "math": lambda content, plain, line: f"${content}$",
    "code": lambda content, plain, line: f"`{content}`",
    "sub": lambda content, plain, line: f"<sub>{content}</sub>",
    "sup": lambda content, plain, line: f"<sup>{content}</sup>",
    "kbd": lambda content, plain, line: f"<kbd>{content}</kbd>",
    "version": _version,
    "pinned": _pinned,
    "cite:t": _citation("t"),
    "cite:p": _citation("p"),
}
