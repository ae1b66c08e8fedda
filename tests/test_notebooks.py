"""The twins: each matches its page; what can go wrong with one is said in one line."""

import asyncio
import re
import shutil

import nbformat
import pytest

from tools import notebooks

HEAD = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
PAGE = HEAD + """
(a-label)=
# A page

Words.

```{code-cell} ipython3
:tags: [remove-cell]
get_ipython().InteractiveTB.set_mode("Minimal")
```

```{code-cell} ipython3
6 * 7
```

```{code-cell} ipython3
:tags: [raises-exception]
1 / 0
```
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A book of one page, executed."""
    folder = tmp_path_factory.mktemp("executed")
    (folder / "page.md").write_text(PAGE)
    (folder / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    notebooks.write(asyncio.run(notebooks.execute(folder / "page.md")), folder / "page.ipynb")
    return folder


@pytest.fixture
def book(executed, tmp_path, monkeypatch):
    """A copy of that book, to break."""
    shutil.copytree(executed, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    return tmp_path


def problems(book):
    return notebooks.check(book, book / "_toc.yml")


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# --- the book itself ----------------------------------------------------------


def test_nothing_is_wrong_with_the_book():
    assert notebooks.check() == []


@pytest.mark.parametrize("page", notebooks.pages(), ids=lambda page: page.stem)
def test_the_prose_of_a_twin_is_that_of_its_page(page):
    assert not notebooks.prose_is_stale(page), f"{notebooks.name(page)} has changed: {notebooks.REMEDY}"


@pytest.mark.parametrize("page", notebooks.pages(), ids=lambda page: page.stem)
def test_no_line_of_code_has_to_be_scrolled(page):
    for cell in notebooks.read_page(page).cells:
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", []):
            assert [line for line in cell.source.splitlines() if len(line) > 74] == []


def test_no_output_tells_of_a_machine_or_a_moment():
    telling = re.compile(r"/(home|root|tmp|Users|usr|var)/|site-packages|0x[0-9a-f]{6,}|\d\d:\d\d:\d\d")
    for page in notebooks.pages():
        for cell in notebooks.read_twin(page).cells:
            for output in cell.get("outputs", []):
                found = telling.search(nbformat.from_dict(output).__repr__())
                assert not found, f"{page.stem}: {found[0]} in an output of {cell.source.splitlines()[0]!r}"
                assert output.get("name") != "stderr", f"{page.stem}: {output.text}"


# --- what can go wrong --------------------------------------------------------


def test_a_good_book_has_no_problems(book):
    assert problems(book) == []


def test_executing_again_gives_the_same_bytes(book):
    twin = book / "page.ipynb"
    before = twin.read_bytes()
    twin.unlink()
    notebooks.write(asyncio.run(notebooks.execute(book / "page.md")), twin)
    assert twin.read_bytes() == before


def test_a_missing_twin(book):
    (book / "page.ipynb").unlink()
    assert problems(book) == ["page.md has no executed twin page.ipynb: run `make notebooks`"]


def test_an_orphaned_twin(book):
    (book / "page.md").rename(book / "other.md")
    assert "page.ipynb has no page page.md: delete it, or bring the page back" in problems(book)


def test_a_stale_twin(book):
    edit(book / "page.md", "6 * 7", "6 * 8")
    assert problems(book) == ["page.ipynb is stale, the cells of page.md have changed: run `make notebooks`"]


def test_a_tag_that_changed(book):
    edit(book / "page.md", ":tags: [raises-exception]\n", "")
    assert "stale" in problems(book)[0]


def test_a_stripped_twin(book):
    twin = nbformat.read(book / "page.ipynb", 4)
    for cell in twin.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    nbformat.write(twin, book / "page.ipynb")
    assert problems(book) == [
        "page.ipynb was not run as it stands "
        "(code cell 1 has execution count None, not 1): run `make notebooks`"
    ]


def test_a_twin_that_is_no_notebook(book):
    (book / "page.ipynb").write_text("<<<<<<< HEAD")
    assert re.fullmatch(r"page\.ipynb is not a valid notebook \(\w+\): run `make notebooks`", problems(book)[0])


def test_a_page_without_a_kernel_name(book):
    edit(book / "page.md", "display_name: Python 3", "language: python")
    assert problems(book)[0].startswith("page.md cannot be read: 'display_name' is a required property")


def test_contents_that_list_a_page_that_is_not_there(book):
    (book / "_toc.yml").write_text("format: jb-book\nroot: page\nchapters:\n- file: gone\n")
    assert problems(book) == ["_toc.yml lists gone, and there is no gone.md: mend one of them"]


def test_prose_needs_no_execution(book):
    page = book / "page.md"
    edit(page, "Words.", "Other words.")
    assert problems(book) == [] and notebooks.prose_is_stale(page)
    assert notebooks.refresh(page) and not notebooks.prose_is_stale(page)
    assert "Other words." in (book / "page.ipynb").read_text()


def test_a_changed_cell_needs_execution(book):
    edit(book / "page.md", "6 * 7", "6 * 8")
    assert not notebooks.refresh(book / "page.md")


def test_changed_pins_need_execution(book, monkeypatch):
    monkeypatch.setattr(notebooks, "pins", lambda: "others")
    assert not notebooks.refresh(book / "page.md")


@pytest.mark.parametrize(
    "old, new, line",
    [
        ("6 * 7", "6 * * 7", "page.md:16: code cell 2 raised SyntaxError"),
        ("6 * 7", "undefined", "page.md:16: code cell 2 raised NameError: name 'undefined' is not defined; mend"),
        ("1 / 0", "1 / 1", "page.md:20: code cell 3 is tagged raises-exception and stores no error"),
    ],
)
def test_a_cell_that_fails(book, old, new, line):
    before = (book / "page.ipynb").read_bytes()
    edit(book / "page.md", old, new)
    with pytest.raises(notebooks.BookError) as error:
        asyncio.run(notebooks.execute(book / "page.md"))
    assert str(error.value).startswith(line) and "\n" not in str(error.value)
    assert (book / "page.ipynb").read_bytes() == before


def test_an_empty_cell(book):
    edit(book / "page.md", "6 * 7\n", "")
    assert problems(book) == ["page.md: cell 3 is an empty code cell; delete it"]


def test_writing_is_all_or_nothing(book, monkeypatch):
    twin, before = book / "page.ipynb", (book / "page.ipynb").read_bytes()

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(notebooks.os, "replace", full)
    with pytest.raises(OSError):
        notebooks.write(nbformat.v4.new_notebook(), twin)
    assert twin.read_bytes() == before
    assert sorted(path.name for path in book.iterdir()) == ["_toc.yml", "page.ipynb", "page.md"]


# --- MyST in a plain notebook -------------------------------------------------


@pytest.mark.parametrize(
    "myst, plain",
    [
        ("(a-label)=", '<a id="a-label"></a>'),
        ("see [there](#a-label)", "see [there](page.ipynb#a-label)"),
        ("see [there](other.md) and [that](https://example.org/a.md)",
         "see [there](other.ipynb) and [that](https://example.org/a.md)"),
        ("see [there](prose.md)", "see [there](prose.md)"),
        ("a {term}`dry run`, {term}`placeholders <placeholder>`", "a dry run, placeholders"),
        ("{cite:t}`zhang2023dive`", "[Zhang *et al.* (2023)](https://d2l.ai)"),
        ("such {cite:p}`simonyan2015very,pytorch_pr_40493`.",
         "such ([Simonyan and Zisserman, 2015](https://arxiv.org/abs/1409.1556); [PyTorch pull request 40493, 2020](https://github.com/pytorch/pytorch/pull/40493))."),
        (":::{admonition} Guess\n:class: guess\nWhat?\n\nSay.\n:::", "> **Guess**\n>\n> What?\n>\n> Say."),
        (":::{dropdown} Hint\nLook.\n:::", "<details>\n<summary>Hint</summary>\n\nLook.\n\n</details>"),
        (":::{figure} a.svg\n:alt: A picture\nIt shows.\n:::", "![A picture](a.svg)\n\n*It shows.*"),
        (":::{note}\n[x](other.md)\n:::", "> **Note**\n>\n> [x](other.ipynb)"),
    ],
)
def test_myst_becomes_plain_markdown(myst, plain):
    where = {"a-label": "page.ipynb", "other.md": "other.ipynb", "prose.md": "prose.md"}
    assert notebooks.plain_markdown(myst, where) == plain


def test_a_source_that_is_not_there():
    with pytest.raises(notebooks.BookError, match="there is no nobody2020 in book/references.bib"):
        notebooks.plain_markdown("{cite:p}`nobody2020`", {})


def test_no_myst_is_left_in_the_twins():
    left = re.compile(r"^(:::|```\{|\([\w-]+\)=)|\{[\w:-]+\}`", re.MULTILINE)
    for page in notebooks.pages():
        for cell in notebooks.read_twin(page).cells:
            if cell.cell_type == "markdown":
                assert not left.search(cell.source), f"{page.stem}: {left.search(cell.source)[0]}"
