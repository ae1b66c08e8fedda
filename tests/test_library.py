"""The library knows neither Sphinx, make, pytest nor this book's subject; nothing imports up."""

import ast
import re

import pytest

import chapter
from tools import BOOK

#: What each folder may import of the others.
ARROWS = {
    "chapter": set(),
    "extensions": {"chapter"},
    "tools": {"chapter", "extensions"},
}
MACHINERY = {"sphinx", "docutils", "myst_nb", "myst_parser", "pytest", "nbval", "jupyter_book"}
FILES = [
    path
    for folder in ARROWS
    for path in sorted((BOOK.root / folder).rglob("*.py"))
    if "node_modules" not in path.parts
]


def imported(path):
    """The top-level packages that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(BOOK.root).as_posix())
def test_imports_go_one_way(path):
    folder = path.relative_to(BOOK.root).parts[0]
    ours = {*ARROWS, "tests", "conftest"}
    assert set(imported(path)) & ours <= ARROWS[folder] | {folder}
    if folder == "chapter":
        assert set(imported(path)) & MACHINERY == set()


def test_the_list_of_modules_is_complete():
    listed = re.findall(r"`(\w+)`", re.search(r"\|---\|---\|(.*)", chapter.__doc__, re.DOTALL)[1])
    modules = [path.stem for path in (BOOK.root / "chapter").glob("[a-z]*.py")]
    assert sorted(listed) == sorted(modules)


@pytest.mark.parametrize(
    "path", sorted((BOOK.root / "chapter").glob("*.py")), ids=lambda path: path.name
)
def test_a_module_of_the_library_has_one_idea_and_none_of_this_book(path):
    text = path.read_text("utf-8")
    assert text.count("\n") <= 230
    assert not re.search(r"\b(torch|lazy|cascade|placeholder)\b", text, re.IGNORECASE)


@pytest.mark.parametrize(
    "path", sorted((BOOK.root / "tests").glob("*.py")), ids=lambda path: path.name
)
def test_another_book_can_leave_out_the_tests_of_this_one(path):
    used = re.findall(
        r"(?:from|import) tests\.(?:book|site)\b|BOOK\.page\(", path.read_text("utf-8")
    )
    assert not used, f"{path.name} belongs in tests/book"
