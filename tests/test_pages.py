"""A page as a notebook: its set-up cells, its guesses, what is for the deck alone."""

import pytest

from chapter.book import BookError
from chapter.cells import read_cells
from chapter.guesses import Choice, find_guesses
from chapter.pages import cell_places, read_page
from tests.small import HEAD, code, edit, make_book

GUESS = f"""
:::{{guess}} The sum
:minutes: 1.5
:path: short
What is it?

- [ ] `1`
- [x] `2`, or
  `two`
:::

(sum)=
{code("1 + 1", ":tags: [slide-output]" + chr(10))}
% of the author
{code("print(2)")}
:::{{answer}}
Two.
:::

:::{{notes}}
Wait.
:::
"""
PAGE = f"""{HEAD}# A page

:::{{slide}} A slide
:minutes: 1
:::

{code("0", ":tags: [slide, hide-input]" + chr(10) + ":mystnb: {image: {alt: x}}" + chr(10))}
{GUESS}
"""


@pytest.fixture
def page(tmp_path):
    return make_book(tmp_path, page=PAGE).page("page")


def fresh(page):
    """The page, read again after a change."""
    return page.book.page(page.name)


def problem(page):
    with pytest.raises(BookError) as error:
        read_page(fresh(page))
    assert "\n" not in str(error.value)
    return str(error.value)


def test_set_up_cells_come_before_the_first_code_cell(page):
    cells = read_page(page).cells
    assert [cell.cell_type for cell in cells] == [
        "markdown",
        "code",
        "code",
        "markdown",
        "code",
        "code",
        "markdown",
    ]
    assert cells[1].source == 'get_ipython().InteractiveTB.set_mode("Minimal")'
    assert cells[1].metadata.tags == ["setup"]


def test_several_set_up_cells_keep_their_order(page):
    (page.book.setup / "more.ipy").write_text("%matplotlib inline\n")
    edit(page.path, "[errors]", "[more, errors]")
    assert [cell.source for cell in read_page(fresh(page)).cells[1:3]] == [
        "%matplotlib inline",
        'get_ipython().InteractiveTB.set_mode("Minimal")',
    ]
    assert cell_places(fresh(page))[:3] == [
        "book/setup/more.ipy:1",
        "book/setup/errors.ipy:1",
        "book/page.md:12",
    ]


def test_a_set_up_cell_that_is_not_there(page):
    edit(page.path, "[errors]", "[errors, d3l]")
    assert problem(page) == "book/page.md: the set-up cell d3l has no file book/setup/d3l.ipy"


def test_a_set_up_that_is_no_list(page):
    edit(page.path, "[errors]", "errors")
    assert (
        problem(page)
        == "book/page.md: setup is a list of names, such as [errors, d2l], not 'errors'"
    )


def test_notebooks_fold_what_the_page_folds_and_have_no_tags_of_the_deck(page):
    _, first, one, two = [
        cell.metadata for cell in read_page(page).cells if cell.cell_type == "code"
    ]
    assert first == {
        "tags": ["hide-input"],
        "jupyter": {"source_hidden": True},
        "mystnb": {"image": {"alt": "x"}},
    }
    assert one == two == {"jupyter": {"outputs_hidden": True}}


def test_what_is_for_the_deck_is_in_no_notebook(page):
    text = "\n".join(cell.source for cell in read_page(page).cells)
    assert (
        "A slide" not in text
        and "Wait." not in text
        and "of the author" not in text
        and "Two." in text
    )


def test_a_guess_is_read_with_its_cells_and_its_answer(page):
    (guess,) = find_guesses(page)
    assert (guess.title, guess.question, guess.minutes, guess.path) == (
        "The sum",
        "What is it?",
        1.5,
        "short",
    )
    assert guess.choices == [Choice("`1`", False), Choice("`2`, or\n`two`", True)]
    lines = PAGE.split("\n")
    assert [lines[n - 1] for n in (guess.line, guess.answer_line)] == [
        ":::{guess} The sum",
        ":::{answer}",
    ]
    assert [lines[n] for n in guess.cells] == [":tags: [slide-output]", "print(2)"]
    assert guess.answer == "Two." and not guess.is_question


@pytest.mark.parametrize(
    "old, new, line, what",
    [
        (
            ":::{answer}\nTwo.\n:::\n",
            "",
            ":::{notes}",
            "between a guess and its answer there are only code cells",
        ),
        (":::{guess} The sum", ":::{note}", ":::{answer}", "this answer has no guess before it"),
        (
            "% of the author",
            "Words.",
            "Words.",
            "between a guess and its answer there are only code cells",
        ),
        (
            ":minutes: 1.5",
            ":minutes: long",
            ":::{guess} The sum",
            "minutes are a number, not 'long'",
        ),
        (
            "- [x]",
            "- [ ]",
            ":::{guess} The sum",
            "none of this guess's choices is right: mark one with [x]",
        ),
        (":::{notes}", ":::{guess} Another", ":::{guess} Another", "this guess has no {answer}"),
    ],
)
def test_a_guess_in_pieces(page, old, new, line, what):
    edit(page.path, old, new)
    number = fresh(page).text.split("\n").index(line) + 1
    assert problem(page).startswith(f"book/page.md:{number}: {what}")


@pytest.mark.parametrize(
    "text, what",
    [
        (code(""), "this code cell is empty; delete it"),
        ("> " + code("1").replace("\n", "\n> "), "a code cell cannot be in a list or a quotation"),
        (code("1", ":tags: [a\n"), "the options of this cell: it is not YAML: "),
        ("+++ {tags}\nA.", "what follows +++ is not JSON: "),
    ],
)
def test_a_cell_that_cannot_be_read(tmp_path, text, what):
    page = make_book(tmp_path, page=f"{HEAD}# P\n\n{text}").page("page")
    assert problem(page).startswith(f"book/page.md:8: {what}")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.rstrip(b"\n"),
    ],
    ids=["CRLF", "byte order mark", "no last newline"],
)
def test_how_an_editor_saves_a_page_makes_no_difference(page, change):
    before = read_page(page)
    page.path.write_bytes(change(page.path.read_bytes()))
    assert read_page(fresh(page)) == before


def test_a_page_that_is_no_text(page):
    page.path.write_bytes(b"---\nfile_format: mystnb\n---\n\xff")
    assert problem(page).startswith("book/page.md is not UTF-8 text (")


def test_front_matter_that_is_no_yaml(page):
    edit(page.path, "file_format:", "file_format: [")
    assert problem(page).startswith("book/page.md:1: the front matter: it is not YAML: ")


def test_cells_know_their_lines(page):
    lines = PAGE.split("\n")
    for cell in read_cells(page):
        assert lines[cell.line - 1] == (
            "```{code-cell} ipython3" if cell.kind == "code" else cell.source.split("\n")[0]
        )


def test_a_cell_keeps_its_id_when_others_come(page):
    def ids():
        return {
            cell.source: cell.id
            for cell in read_page(fresh(page)).cells
            if cell.cell_type == "code"
        }

    before = ids()
    edit(page.path, "# A page\n", f"# A page\n\n{code('7')}")
    assert before.items() < ids().items()
