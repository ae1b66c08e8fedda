"""The exercises: what each check says to right and wrong answers."""

import contextlib
import io
import re
from pathlib import Path

import pytest
import torch
from torch import nn

from chapter.editions import without_solutions
from chapter.pages import read_page
from chapter.twins import is_setup
from tests.book.exercises import EXERCISES, PAGE, tagged
from tools import BOOK

#: A cell for each answer: ``# %% 8: returns nothing`` means that exercise 8's check says that.
#: Without the words, it is what the next cells of that exercise have in common.
ANSWERS = Path(__file__).parent / "answers"


def run(source, namespace):
    """Run a cell's code and return what it printed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(source, namespace)
    return out.getvalue()


@pytest.fixture(scope="module")
def sheet():
    """The exercises page, as a notebook without outputs."""
    return read_page(PAGE)


def defined(sheet):
    """What the cells of the reader's notebook define, run in this process but for the set-up."""
    torch.set_num_threads(1)  # tests run side by side
    namespace = {}
    for cell in without_solutions(sheet).cells:
        if cell.cell_type == "code" and not is_setup(cell):
            run(cell.source, namespace)
    return namespace


@pytest.fixture(scope="module")
def exercises(sheet):
    """What the reader's notebook defines."""
    return defined(sheet)


def test_every_exercise_has_its_cells_in_order(sheet):
    order = [
        next(t for t in c.metadata.tags if t in ("starter", "check", "solution"))
        for c in sheet.cells
        if c.cell_type == "code"
        and {"starter", "check", "solution"} & set(c.metadata.get("tags", []))
    ]
    assert order == ["starter", "check", "solution"] * len(EXERCISES)
    for kind, ending in (
        ("starter", r"^answer_{n} = None\b"),
        ("check", r"^@check\([^@]*\)\ndef check_{n}\([^@]*^print\(check_{n}\(answer_{n}\)\)$"),
        ("solution", r"^print\(check_{n}\(answer_{n}\)\)$"),
    ):
        for n, cell in zip(EXERCISES, tagged(sheet, kind), strict=True):
            assert re.search(ending.replace("{n}", str(n)), cell.source, re.MULTILINE), (n, kind)


@pytest.mark.parametrize("n", EXERCISES)
def test_a_solution_needs_nothing_but_its_own_exercise_and_passes_its_check(n, sheet, exercises):
    cell = tagged(sheet, "solution")[n - 1]
    said = run(cell.source, dict(exercises))
    assert re.search(r"^Right: ", said, re.MULTILINE), said


def answers(n):
    """Yield the piece of each sentence that is expected, and the answer's code."""
    common = ""
    for path in sorted(ANSWERS.glob("*.py")):
        cells = re.split(r"^# %% ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]
        for head, code in (cell.split("\n", 1) for cell in cells):
            number, _, piece = head.partition(": ")
            if int(number) != n:
                continue
            if piece:
                yield piece, common + code
            else:
                common = code


@pytest.mark.parametrize("n", EXERCISES)
def test_usual_answers_get_the_words_that_help(n, sheet, exercises):
    solution = tagged(sheet, "solution")[n - 1].source
    said = {}
    for piece, code in answers(n):
        namespace = dict(exercises)
        run(solution, namespace)  # answers may be made of it
        run(code, namespace)
        sentence = namespace[f"check_{n}"](namespace[f"answer_{n}"])
        assert piece in sentence, f"{code}\n{sentence}"
        assert sentence.startswith("Right: ") is (piece == "Right"), sentence
        assert re.fullmatch(r"\S.*\.", sentence), sentence
        said.setdefault(piece, sentence)
        module = nn.modules.module
        left = (
            module._global_parameter_registration_hooks or module._global_module_registration_hooks
        )
        assert not left, "a hook is left"
    assert len(said) > 4, f"exercise {n} needs usual answers, right and wrong, in answers/"
    assert "Right" in said, f"exercise {n} needs an answer in answers/ that is right in its way"
    assert len(set(said.values())) == len(said), "two mistakes get the same sentence"


def test_the_chapters_own_dry_run_is_accepted(exercises):
    code = next(c.source for c in read_page(BOOK.page("dryrun")).cells if "def dry_run" in c.source)
    namespace = dict(exercises)
    run(code, namespace)
    assert namespace["check_11"](namespace["dry_run"]).startswith("Right: ")
