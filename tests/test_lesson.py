"""What an author can get wrong in a lesson is said with the page and the line."""

import re

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from chapter import blocks
from extensions.lesson import nodes
from tools import BOOK

CELL = "```{code-cell} ipython3\n6 * 7\n```\n\n"
# Before a page's first cell MyST-NB counts one line too many.
HEAD = (
    "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
    f"# A page\n\n{CELL}"
)
ANSWER = ":::{answer}\nIt is 42.\n:::\n\n"
GUESS = ":::{guess}\nHow many?\n:::\n\n"
CHOICES = ":::{guess}\nHow many?\n\n- [ ] 41\n- [x] `42`\n:::\n\n"
SLIDE = ":::{slide} A slide\n:minutes: 1\n:::\n\n"


#: Pages with a mistake: what is written, where the mistake is, and what is said about it.
MISTAKES = [
    (GUESS + CELL, GUESS, "a {guess} has no {answer} after it"),
    (GUESS + CELL + "## Next\n\n" + ANSWER, "## Next", "there are only code cells"),
    (GUESS + GUESS + ANSWER, GUESS, "a {guess} has no {answer} after it"),
    (GUESS + "Other words.\n\n" + ANSWER, "Other words", "there are only code cells"),
    (GUESS + CELL + ":::{note}\nHm.\n:::\n\n" + ANSWER, ":::{note}", "there are only code cells"),
    (CELL + ANSWER, ":::{answer}", "an {answer} has no {guess} before it"),
    (GUESS.replace("\nHow", "\n:minutes: 1\nHow") + ANSWER, GUESS[:9], "needs a title"),
    (GUESS.replace("\nHow", "\n:path: short\nHow") + ANSWER, GUESS[:9], "needs :minutes:"),
    (CHOICES.replace("[x]", "[ ]") + ANSWER, GUESS[:9], "none of the choices is right"),
    (CHOICES.replace("`42`", "[42](#x)") + ANSWER, GUESS[:9], "holds no link"),
    (CHOICES.replace("[ ] 41", "41") + ANSWER, GUESS[:9], "every choice begins with"),
    (SLIDE.replace(":minutes: 1\n", ""), ":::{slide}", "a slide needs :minutes:"),
    (":::{notes}\n:::\n\n", ":::{notes}", "Content block expected"),
    ("{claim}`No Claim` It is.\n", "{claim}", "a claim is named by small letters"),
]
#: Pages without one
PAGES = {
    "guess": CHOICES + CELL + ANSWER,
    "deck": SLIDE + ":::{notes}\nWhat only the speaker reads.\n:::\n\nWords for all.\n",
    "claim": "- {claim}`page-what` It is so.\n",
    "label": GUESS + "(there)=\n" + CELL + ANSWER + "See [it](#there).\n",
}


class Report:
    """A stream that keeps what Sphinx reports, without its colors."""

    text = ""

    def write(self, text):
        self.text += re.sub(r"\x1b\[[\d;]*m", "", text)

    def flush(self):
        pass


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A book of all these pages, built once: the application, and what it reported."""
    folder, report = tmp_path_factory.mktemp("book"), Report()
    pages = {f"mistake{n}": source for n, (source, *_) in enumerate(MISTAKES)} | PAGES
    for name, source in pages.items():
        (folder / f"{name}.md").write_text(HEAD + source, "utf-8")
    settings = {
        "extensions": ["myst_nb", "extensions.lesson"],
        "root_doc": "guess",
        "nb_execution_mode": "off",
        "myst_enable_extensions": ["colon_fence", "attrs_block", "tasklist"],
        "suppress_warnings": ["myst-nb.lexer"],  # no cell is run, so no kernel names one
        "html_theme": "basic",
    }
    out = folder / "out"
    with docutils_namespace():
        app = Sphinx(folder, None, out, folder / "trees", "html", settings, None, report)
        app.build(force_all=True)
        yield app, report.text


def page_of(built, name):
    """The HTML of a page's own part, and the lines that Sphinx reported about it."""
    app, report = built
    html = (app.outdir / f"{name}.html").read_text("utf-8")
    body = html[html.index('<div class="body"') : html.index('<div class="sphinxsidebar"')]
    return body, [line for line in report.splitlines() if re.search(rf"/{name}\.md:\d", line)]


@pytest.mark.parametrize("number", range(len(MISTAKES)), ids=[said for *_, said in MISTAKES])
def test_a_mistake_is_told_with_its_line(built, number):
    source, at, said = MISTAKES[number]
    _, reported = page_of(built, f"mistake{number}")
    line = (HEAD + source[: source.index(at)]).count("\n") + 1
    assert any(f"mistake{number}.md:{line}: " in told and said in told for told in reported), (
        reported
    )


def test_a_page_shows_the_question_and_folds_the_answer(built):
    page, reported = page_of(built, "guess")
    assert not reported
    page = page[page.index("guess-group") :]
    order = ["How many?", "41", "42", "cell_input", "<details", "It is 42.", "</details>"]
    assert sorted(order, key=page.index) == order
    # Which choice is right is not to be seen: no box, and no word.
    assert "<input" not in page and "[x]" not in page
    assert page.count("data-right") == 1


def test_a_page_leaves_out_what_is_for_the_deck(built):
    page, reported = page_of(built, "deck")
    assert not reported
    app, _ = built
    index = (app.outdir / "searchindex.js").read_text("utf-8")
    assert "Words for all" in page and "word" in index
    assert "speaker" not in page + index and "A slide" not in page + index
    # The deck is made of the same tree.
    tree = app.env.get_and_resolve_doctree("deck", app.builder)
    assert [slide.astext() for slide in tree.findall(nodes.slide)] == ["A slide"]


def test_a_claim_is_an_anchor(built):
    page, reported = page_of(built, "claim")
    assert not reported
    assert '<span id="claim-page-what"></span>' in page


def test_a_label_before_a_cell_of_a_guess_is_kept(built):
    page, reported = page_of(built, "label")
    assert not reported
    assert 'href="#there"' in page and page.count('id="there"') == 1


@pytest.mark.parametrize("page", BOOK.pages(), ids=lambda page: page.name)
def test_at_most_a_tenth_of_a_page_is_for_the_deck_alone(page):
    lines = page.text.split("\n")
    own = 0
    for block in blocks.parse(page.prose):
        box = blocks.directive(block, page.prose.split("\n")) if block.kind == "fence" else None
        if box and box.name in ("slide", "notes"):
            own += block.end - block.start
    options = re.compile(r":(minutes|path|question):|\{\.(slide|step)")
    inside = False
    for line in lines:
        inside = bool(re.match(r":::\{slide\}", line)) or (inside and line != ":::")
        own += bool(options.match(line)) and not inside
    assert own <= len(lines) / 10, (
        f"{page.place}: {own} of {len(lines)} lines are for the deck alone"
    )
