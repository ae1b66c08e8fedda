"""Where a page first uses a term of the glossary in its prose, it links to the glossary."""

import re

import pytest

from chapter import blocks
from tools import BOOK

GLOSSARY = BOOK.page("glossary")
TERMS = re.findall(r"^(\w.*)\n  \w", GLOSSARY.text.split(":::{glossary}")[1], re.MULTILINE)
PAGES = [page for page in BOOK.pages() if page.name not in ("glossary", "references")]

#: What is no running prose, or cannot hold a link: boxes of goals and of what to remember, what is
#: for the deck alone, choices, code, headings, labels, tables, the lines that open a box, other
#: links and other roles.
NOT_PROSE = [
    re.compile(pattern, re.MULTILINE | re.DOTALL)
    for pattern in (
        r"^:::\{(?:goals|remember|slide|notes)\}.*?^:::$",
        r"^- \[[ x]\] [^\n]*",
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
        (
            "# Dry run\n\n`placeholder` and [a buffer](#x).\n\n```python\nbuffer\n```\n| cascade |",
            [],
        ),
        (":::{remember}\n- Dry run.\n:::", []),
        (":::{guess} Which?\nA dry run?\n:::", ["dry run"]),
    ],
)
def test_what_counts_as_a_first_use(text, terms):
    assert [line.split(":")[0] for line in unlinked(text)] == terms


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_terms_are_linked_where_a_page_first_uses_them(page):
    assert len(TERMS) > 10
    lines = page.prose.split("\n")
    for block in blocks.parse(page.prose):
        box = blocks.directive(block, lines) if block.kind == "fence" else None
        if box and box.name in ("slide", "notes"):
            lines[block.start : block.end] = [""] * (
                block.end - block.start
            )  # for the deck, not for a reader
    assert unlinked("\n".join(lines)) == []
