"""The deck says what its pages' sources say, and nothing that was not checked."""

import html
import json
import re
from pathlib import Path

import pytest

from tests.site.deck.source import pieces, sentences, slides_of, words
from tools import BOOK, slides

SITE = slides.BUILD / "html"


@pytest.fixture(scope="module")
def prose():
    """Every piece of prose of the book's notebooks."""
    return [piece for page in BOOK.notebooks() for piece in pieces(page)]


def text_of(path):
    """The words of a page, its scripts apart."""
    source = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", path.read_text("utf-8"))
    return words(html.unescape(re.sub(r"<[^>]*>", " ", source)))


def test_slides_have_titles_notes_and_minutes(all_slides):
    assert 24 <= len(all_slides) <= 36
    assert len({slide["id"] for slide in all_slides}) == len(all_slides)
    assert len({slide["title"] for slide in all_slides}) == len(all_slides)
    assert all(f"{slide['minutes']:g} min" in slide["notes"] for slide in all_slides)
    more = [slide for slide in all_slides if "\n" in slide["notes"].strip()]
    assert len(more) >= 0.8 * len(all_slides)  # the answer, or what the speaker does
    assert all(
        slide["minutes"] >= 0.5 and slide["short"] == slide["marked"] for slide in all_slides
    )
    levels = "".join(slide["level"] for slide in all_slides)
    assert re.fullmatch("H1(H2(H3)+)+", levels), levels
    assert sum(slide["minutes"] for slide in all_slides) == 48.5
    assert sum(slide["minutes"] for slide in all_slides if slide["short"]) == 20
    assert all(drawing for slide in all_slides for drawing in slide["drawings"])


def test_each_guess_shows_its_answer_as_a_step(all_slides):
    guesses = [slide for slide in all_slides if slide["title"].startswith("Guess")]
    assert len(guesses) > 10
    assert not [slide["id"] for slide in guesses if not slide["steps"]]


def test_each_section_ends_in_a_question_with_its_answer(all_slides):
    pages = dict.fromkeys(slide["page"] for slide in all_slides if slide["page"] != "index")
    for page in pages:
        last = [slide for slide in all_slides if slide["page"] == page][-1]
        assert last["question"] and "?" in last["text"], page
        assert "Answer" in last["notes"], page


def test_a_slide_shows_its_cells_and_the_outputs_of_their_twins(all_slides):
    expected = {slide.title: slide for page in BOOK.notebooks() for slide in slides_of(page)}
    assert len(expected) == len(all_slides)
    for slide in all_slides:
        want = expected[words(slide["title"])]
        assert [code.strip() for code in slide["code"]] == want.code, slide["id"]
        assert slide["steps"] >= want.steps, slide["id"]
        assert not slide["early"] and not slide["unmarked"], slide["id"]
        # The foot leads to the section that the slide comes from.
        page, _, anchor = (slides.DECK.parent / slide["link"]).as_posix().partition("#")
        section = rf'<section id="{re.escape(anchor)}">.*?<h\d>(.*?)</h\d>'
        place = re.search(section, Path(page).read_text("utf-8"), re.DOTALL)
        said = re.sub(r"<a class=\"headerlink.*?</a>|<[^>]*>", "", place[1]) if anchor else ""
        assert words(html.unescape(said)) == want.section, slide["id"]


def test_only_what_is_for_the_deck_is_on_it(all_slides, prose):
    deck = words(" ".join(slide["prose"] + " " + slide["notes"] for slide in all_slides))
    own = [
        s
        for piece in prose
        if piece.place in ("deck", "notes", "both")
        for s in sentences(piece.text)
    ]
    assert len(own) > 40
    assert [s for s in own if s not in deck] == []
    allowed = " ".join(words(piece.text) for piece in prose if piece.place != "page")
    page_only = [
        s
        for piece in prose
        if piece.place == "page"
        for s in sentences(piece.text)
        if s not in allowed
    ]
    assert len(page_only) > 20
    assert [s for s in page_only if s in deck] == []


def test_no_text_of_the_deck_is_on_a_page_or_in_a_notebook(prose):
    elsewhere = " ".join(words(x.text) for x in prose if x.place not in ("deck", "notes"))
    own = [
        s
        for piece in prose
        if piece.place in ("deck", "notes")
        for s in sentences(piece.text)
        if s not in elsewhere
    ]
    assert len(own) > 20
    notebooks = [*SITE.glob("_sources/*"), *BOOK.folder.glob("*.ipynb")]
    assert notebooks
    wrong = {}
    for path in [*SITE.glob("*.html"), SITE / "_static/search/sections.js", *notebooks]:
        source = path.read_text("utf-8").replace("\\n", " ")
        text = text_of(path) if path.suffix == ".html" else words(source)
        if found := [s for s in own if s in text]:
            wrong[path.name] = found
    assert not wrong, json.dumps(wrong, indent=1)
