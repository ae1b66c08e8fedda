"""What other releases answer: the notes below cells, and the page that lists them."""

import pytest

from chapter import releases
from chapter.twins import code_cells, is_setup, read_twin
from tests.site.helpers import PAGES, SITE, parsed
from tools import BOOK

RECORD = releases.read(BOOK)
NOTEBOOKS = [page.name for page in BOOK.notebooks()]


def expected(name):
    """The answers of other releases to each cell of a page, by the note's anchor."""
    twin = read_twin(BOOK.page(name))
    both = zip(releases.keys(twin), code_cells(twin), strict=True)
    shown = [key for key, cell in both if not is_setup(cell)]
    found = {f"releases-{n}": RECORD.answers(key) for n, key in enumerate(shown, 1)}
    return {anchor: groups for anchor, groups in found.items() if groups}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_note_is_below_each_cell_that_differs_and_no_other(name):
    notes = {note["id"]: note for note in parsed(SITE / f"{name}.html").select("details.releases")}
    wanted = expected(name)
    assert notes.keys() == wanted.keys()
    for anchor, groups in wanted.items():
        text = notes[anchor].get_text()
        assert text.strip().startswith(RECORD.sentence(groups))
        for _, outputs in groups:
            assert releases.shown(outputs) in text


def test_the_page_of_versions_leads_to_every_note():
    table = parsed(SITE / "versions.html").table  # the first
    links = {a["href"] for a in table.find_all("a")}
    wanted = {f"{name}.html#{anchor}" for name in NOTEBOOKS for anchor in expected(name)}
    assert wanted and wanted <= links
    assert links - wanted <= {f"{name}.html" for name in PAGES}


def test_a_note_opens_where_its_link_leads(visit, base):
    name = next(name for name in NOTEBOOKS if expected(name) and not folds_it(name))
    anchor = next(iter(expected(name)))
    page = visit(f"{base}/versions.html")
    page.locator(f'table a[href="{name}.html#{anchor}"]').first.click()
    note = page.locator(f"#{anchor}")
    assert note.is_visible() and note.evaluate("e => e.getBoundingClientRect().top < innerHeight")
    assert not note.locator("pre").first.is_visible()
    note.locator("summary").click()
    assert note.locator("pre").first.is_visible()


def folds_it(name):
    """Whether the first note of a page is in an answer, which is folded."""
    anchor = next(iter(expected(name)))
    return parsed(SITE / f"{name}.html").find(id=anchor).find_parent("details")


def test_the_deck_has_no_notes():
    assert not parsed(SITE / "slides" / "index.html").select(".releases")
