"""Where a page first uses a term of the glossary in its prose, it links to the glossary."""

import re

import jupytext
import pytest

from tools import notebooks

GLOSSARY = notebooks.BOOK / "glossary.md"
TERMS = re.findall(r"^(\w.*)\n  \w", GLOSSARY.read_text("utf-8").split(":::{glossary}")[1], re.MULTILINE)
PAGES = sorted(page for page in notebooks.BOOK.glob("*.md") if page.stem not in ("glossary", "references"))

#: What is no running prose, or cannot hold a link: boxes of goals and of what to remember, code,
#: headings, labels, tables, the lines that open a box, other links and other roles.
NOT_PROSE = [
    re.compile(pattern, re.MULTILINE | re.DOTALL)
    for pattern in (
        r"^:::\{admonition\}[^\n]*\n:class: (?:goals|remember)\n.*?^:::$",
        r"^```.*?^```$",
        r"^(?:#+ |\||:::|:\w+:|\([\w-]+\)=)[^\n]*",
        r"\[[^\]]*\]\([^)]*\)",
        r"(?:\{[\w:]+\})?`[^`]*`",
    )
]


def prose(text):
    """The running prose of a page's Markdown, each link to the glossary written as ``⟦term⟧``."""
    text = re.sub(r"\{term\}`(?:[^`<]*<)?([^`<>]*)>?`", r"⟦\1⟧", text)
    for pattern in NOT_PROSE:
        text = pattern.sub(" ", text)
    return text


def unlinked(text):
    """The terms that the text uses before it links them, or without."""
    text, found = prose(text).replace("\n", " "), []
    for term in TERMS:
        forms = f"{term[:-1]}(?:e|es|ed|ing)" if term.endswith("e") else f"{term}s?"
        first = re.search(rf"⟦{term}⟧|\b{forms}\b", text, re.IGNORECASE)
        if first and not first[0].startswith("⟦"):
            found.append(f"{term}: …{text[max(0, first.start() - 40) : first.end() + 20]}…")
    return found


@pytest.mark.parametrize(
    "text, terms",
    [
        ("A dry run.", ["dry run"]),
        ("A dry run, and a {term}`dry run`.", ["dry run"]),
        ("Placeholders.", ["placeholder"]),
        ("A layer\nmaterialized it.", ["materialize"]),
        ("A {term}`dry run`, then a dry run. Two {term}`placeholders <placeholder>`.", []),
        ("# Dry run\n\n`placeholder` and [a buffer](#x).\n\n```python\nbuffer\n```\n| cascade |", []),
        (":::{admonition} Remember\n:class: remember\n- Dry run.\n:::", []),
        (":::{admonition} Guess\n:class: guess\nA dry run?\n:::", ["dry run"]),
    ],
)
def test_what_counts_as_a_first_use(text, terms):
    assert [line.split(":")[0] for line in unlinked(text)] == terms


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_terms_are_linked_where_a_page_first_uses_them(page):
    assert len(TERMS) > 10
    cells = jupytext.reads(page.read_text("utf-8"), fmt="md:myst").cells
    text = [c.source for c in cells if c.cell_type == "markdown" and not notebooks.is_for_deck(c.metadata)]
    assert unlinked("\n\n".join(text)) == []
