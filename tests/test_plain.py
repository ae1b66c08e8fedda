"""MyST in a plain notebook: each row of the table in CONTRIBUTING.md, and nothing else changes."""

import re

import pytest

from chapter.book import BookError
from chapter.directives import DIRECTIVES
from chapter.plain import plain_markdown
from chapter.roles import ROLES
from chapter.targets import Targets
from tests.small import HEAD, make_book
from tools import BOOK

BIBLIOGRAPHY = """
@book{one, author = {Ada One}, title = {T}, year = {2001}, url = {https://example.org/1}}
@misc{four, author = {A One and B Two and C Three and D Four}, title = {T}, year = {2004}}
"""


def book_with(tmp_path, text):
    book = make_book(
        tmp_path,
        page=f"(top)=\n# The page\n\n{text}",
        other=f"{HEAD}(a-label)=\n# The *other* page\n\n$$\na\n$$ (eq-other)\n",
    )
    book.bibliography.write_text(BIBLIOGRAPHY)
    (book.folder / "figures").mkdir()
    (book.folder / "figures" / "a.svg").write_text("<svg/>")
    (book.folder / "lines.py").write_text("a = 1\nb = 2\nc = 3\n")
    (book.folder / "part.md").write_text("Some {term}`words <word>`.\n")
    return book


def plain(tmp_path, text):
    """The text as the second part of a page, which begins in its line 4."""
    page = book_with(tmp_path, text).page("page")
    return plain_markdown(text, page, Targets(page.book), 3)


WORKS = {
    # links and roles
    "label": ("(here)=\n## H", '<a id="here"></a>\n## H'),
    "link to a label": ("see [there](#a-label)", "see [there](other.ipynb#a-label)"),
    "link to pages": (
        "[there](other.md), [that](https://a.org/a.md)",
        "[there](other.ipynb), [that](https://a.org/a.md)",
    ),
    "link to prose": ("[x](page.md#top)", "[x](page.md#top)"),
    "link without a text": (
        "[](other.md), [](#a-label)",
        "[The *other* page](other.ipynb), [The *other* page](other.ipynb#a-label)",
    ),
    "link definition": ("[x]\n\n[x]: other.md", "[x]\n\n[x]: other.ipynb"),
    "term": ("a {term}`dry run`, {term}`two\nlines <line>`", "a dry run, two\nlines"),
    "claim": ("- {claim}`page-x` A point.", "- A point."),
    "ref": (
        "{ref}`a-label`, {ref}`x <a-label>`",
        "[The *other* page](other.ipynb#a-label), [x](other.ipynb#a-label)",
    ),
    "doc": ("{doc}`other`", "[The *other* page](other.ipynb)"),
    "math role": ("{math}`a_1`", "$a_1$"),
    "sub": ("H{sub}`2`O", "H<sub>2</sub>O"),
    "cite:t": ("{cite:t}`one`", "[One (2001)](https://example.org/1)"),
    "cite:p": ("{cite:p}`one,four`.", "([One, 2001](https://example.org/1); One *et al.*, 2004)."),
    # boxes
    "goals": (":::{goals}\n- To see.\n:::", "> **What you will learn**\n>\n> - To see."),
    "remember": (":::{remember}\n- {claim}`page-x` So.\n:::", "> **Remember**\n>\n> - So."),
    "guess": (
        ":::{guess} How many\n:minutes: 2\n:path: short\nWhat?\n\n- [ ] one\n- [x] two\n:::",
        "> **Guess: How many**\n>\n> What?\n>\n> - one\n> - two",
    ),
    "question": (":::{guess} After\n:question:\nWhy?\n:::", "> **Question: After**\n>\n> Why?"),
    "answer": (
        ":::{answer}\nTwo.\n:::",
        "<details>\n<summary>Answer</summary>\n\nTwo.\n\n</details>",
    ),
    "dropdown": (
        ":::{dropdown} A `hint`\nLook.\n:::",
        "<details>\n<summary>A <code>hint</code></summary>\n\nLook.\n\n</details>",
    ),
    "slide, notes": (
        "A.\n\n:::{slide} T\n:minutes: 1\nB.\n:::\n\n:::{notes}\nC.\n:::\n\nD.",
        "A.\n\nD.",
    ),
    "attributes": ("A.\n\n{.slide .step}\nB.\n\n{.steps}\n- C.", "A.\n\nB.\n\n- C."),
    "admonition": (
        ":::{admonition} Why *so*\n:class: x\nA.\n\nB.\n:::",
        "> **Why *so***\n>\n> A.\n>\n> B.",
    ),
    "note": (":::{note}\n[x](other.md)\n:::", "> **Note**\n>\n> [x](other.ipynb)"),
    "nested": (
        "::::{tip}\nA.\n\n:::{warning}\nB.\n:::\n::::",
        "> **Tip**\n>\n> A.\n>\n> > **Warning**\n> >\n> > B.",
    ),
    "closed by more colons": (":::{note}\nA.\n:::::\n\nB.", "> **Note**\n>\n> A.\n\nB."),
    "box in a list": (
        "- A\n\n  :::{note}\n  B\n  :::\n- C",
        "- A\n\n  > **Note**\n  >\n  > B\n- C",
    ),
    "YAML options": (
        ":::{note}\n---\nname: n\n---\nA.\n:::",
        '<a id="n"></a>\n\n> **Note**\n>\n> A.',
    ),
    # figures, code, tables, formulas
    "figure": (
        ":::{figure} figures/a.svg\n:alt: A\n:name: fig\nIt shows.\n:::",
        '<a id="fig"></a>\n\n![A](figures/a.svg)\n\n*It shows.*',
    ),
    "code-block": (
        "```{code-block} python\n:caption: C\nx = `{term}`\n```",
        "**C**\n\n```python\nx = `{term}`\n```",
    ),
    "literalinclude": ("```{literalinclude} lines.py\n:lines: 2-\n```", "```py\nb = 2\nc = 3\n```"),
    "include": ("```{include} part.md\n```", "Some words."),
    "list-table": (
        ":::{list-table} T\n:header-rows: 1\n* - a\n  - {term}`b`\n* - c | d\n  -\n:::",
        "**T**\n\n| a | b |\n| --- | --- |\n| c \\| d |  |",
    ),
    "table": (
        "| {claim}`page-x` a | {term}`b` |\n|---|---|\n| 1 | 2 |",
        "| a | b |\n|---|---|\n| 1 | 2 |",
    ),
    "math": ("```{math}\na\n```", "$$\na\n$$"),
    "math with a label": (
        "$$\na\n$$ (eq-a)\n\nSee {eq}`eq-a`.",
        '<a id="eq-a"></a>\n\n$$\na \\tag{1}\n$$\n\nSee [(1)](page.md#eq-a).',
    ),
    "eq elsewhere": ("{eq}`eq-other`", "[(1)](other.ipynb#eq-other)"),
    "task list": ("- [ ] a\n- [x] b", "- [ ] a\n- [x] b"),
    "definition list": (
        "word\n: What it *is*,\n  in two lines.\n\nend",
        "- **word**\n\n  What it *is*,\n  in two lines.\n\nend",
    ),
    "glossary": (
        ":::{glossary}\nword\n  It is [x](other.md).\n:::",
        "- **word**\n\n  It is [x](other.ipynb).",
    ),
    "footnote": (
        "A[^b] B[^a].\n\n[^a]: First\n    line.\n\n[^b]: Second.",
        'A<sup><a href="#footnote-b">1</a></sup> B<sup><a href="#footnote-a">2</a></sup>.\n\n'
        '<a id="footnote-a"></a><sup>2</sup> First\nline.\n\n'
        '<a id="footnote-b"></a><sup>1</sup> Second.',
    ),
    "comment": ("A.\n\n% a note of the author\n\nB.", "A.\n\nB."),
    "bibliography": ("```{bibliography}\n```", "The references are listed on the book's site."),
    "hub-links": ("```{hub-links} https://h.org\n```", "The links are listed on the book's site."),
    # what is no MyST stays
    "plain fence": ("```python\n(label)=\n{term}`x` [y](other.md) {{ z }}\n:::{note}\n```", None),
    "tilde fence": ("~~~\n(label)=\n% x\n~~~", None),
    "indented code": ("A.\n\n    {term}`x`\n    % x\n\nB.", None),
    "code span": ("`{term}` ``{ref}`x` `` `[x](other.md)` `{{ x }}`", None),
    "formula": ("$\\{x\\}_{[a](other.md)}$ and $$ {{x}} $$", None),
    "escape": (r"\{term\} and 5 $ and 6 $ each", None),
    "html": ('<a href="x.md" title="[x](other.md)">x</a>', None),
    "unicode": ("Größe — 大小 🎓 | ‘x’", None),
}
ERRORS = {
    "unknown directive": (
        ":::{tab-set}\nA.\n:::",
        "no notebook can show the directive {tab-set}: teach it in chapter/directives.py",
    ),
    "grid": ("::::{grid} 2\n:::{card}\nA\n:::\n::::", "the directive {grid}"),
    "margin": (":::{margin}\nA\n:::", "the directive {margin}"),
    "csv-table": ("```{csv-table}\na, b\n```", "the directive {csv-table}"),
    "unknown role": (
        "{guilabel}`x`",
        "no notebook can show the role {guilabel}: teach it in chapter/roles.py",
    ),
    "numref": (
        "{numref}`fig`",
        "figures and tables have no numbers here: link to one with [its name](#label)",
    ),
    "substitution": ("A {{ version }}", "substitutions such as {{ version }} are not known"),
    "never closed": (":::{note}\nA.", "{note} is never closed: end it with a line :::"),
    "fence never closed": ("```{math}\nA.", "{math} is never closed: end it with a line ```"),
    "colons without a name": (":::\nA.\n:::", "colons open a box: write {name} after them"),
    "a cell in a box": (
        "::::{note}\n```{code-cell} ipython3\n1\n```\n::::",
        "a code cell cannot be in a box",
    ),
    "no such source": ("{cite:p}`nobody`", "there is no nobody in book/references.bib"),
    "no such label": ("{ref}`nowhere`", "no page has the label nowhere"),
    "no such page": ("{doc}`nowhere`", "there is no page nowhere"),
    "no such equation": ("{eq}`a-label`", "no page has an equation with the label a-label"),
    "no such figure": (":::{figure} figures/b.svg\n:::", "there is no file figures/b.svg"),
    "no such picture": ("See\n![a picture](figures/b.svg).", "there is no file figures/b.svg"),
    "no such file": ("```{include} b.md\n```", "there is no text file b.md"),
    "an option of include": (
        "```{include} part.md\n:start-line: 2\n```",
        "{include} has no option start-line here",
    ),
    "an unused footnote": ("A.\n\n[^a]: B.", "nothing refers to the footnote a"),
    "a crooked table": (
        ":::{list-table}\n* - a\n  - b\n* - c\n:::",
        "the rows of a {list-table} have the same number of cells",
    ),
}


@pytest.mark.parametrize("name", WORKS)
def test_myst_reads_well_in_a_plain_notebook(name, tmp_path):
    text, expected = WORKS[name]
    assert plain(tmp_path, text) == (text if expected is None else expected)


@pytest.mark.parametrize("name", ERRORS)
def test_what_has_no_plain_form_is_an_error_with_page_and_line(name, tmp_path):
    text, expected = ERRORS[name]
    with pytest.raises(BookError) as error:
        plain(tmp_path, f"A.\n\n{text}" if name == "an unused footnote" else text)
    assert re.match(r"book/page\.md:\d+: ", str(error.value)) and "\n" not in str(error.value)
    assert expected in str(error.value)


def test_an_error_names_its_own_line(tmp_path):
    text = (
        "One.\n\n::::{note}\n:name: n\n\nTwo.\n\n- three\n\n  :::{tip}\n  {nobody}`x`\n  :::\n::::"
    )
    with pytest.raises(
        BookError, match=r"^book/page\.md:14: no notebook can show the role \{nobody\}"
    ):
        plain(tmp_path, text)


def test_the_table_for_authors_names_all_that_is_known():
    guide = (BOOK.root / "CONTRIBUTING.md").read_text("utf-8")
    known = {*DIRECTIVES, *ROLES}
    assert sorted(name for name in known if f"{{{name}}}" not in guide) == []
