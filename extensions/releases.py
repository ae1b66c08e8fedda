"""What other releases answer: a folded note below a cell, and the table ``{releases}``.

Both are made of the record (`chapter.releases`). A cell that no release answers differently, or
that the record does not cover, has no note.
"""

from functools import lru_cache
from typing import Any

from docutils import nodes as docutils_nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from chapter import releases
from chapter.book import Book
from chapter.twins import code_cells, is_setup, read_twin
from extensions import book_of
from extensions.lesson import nodes
from extensions.lesson.guesses import is_code_cell

#: The class of a note; its anchor is this and the number of its cell on the page.
CLASS = "releases"
#: The key of a cell's metadata with what identifies it in the record.
KEY = "answer-key"


@lru_cache(maxsize=1)
def _read(book: Book, changed: int) -> releases.Record:
    return releases.read(book)


def record_of(book: Book) -> releases.Record:
    """The record, read once for each state of its file."""
    return _read(
        book, releases.file(book).stat().st_mtime_ns if releases.file(book).exists() else 0
    )


class AddAnswers(SphinxPostTransform):
    """Put the note below each cell that some release answers differently."""

    default_priority = 6  # after the links below errors, which lead to what the pinned release says
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Put the notes."""
        record = record_of(book_of(self.app))
        cells = filter(is_code_cell, list(self.document.findall(docutils_nodes.container)))
        for cell in cells:
            key = cell["cell_metadata"].get(KEY, "")
            number, _, key = key.partition(" ")
            if groups := record.answers(key):
                cell.append(_note(record, groups, number))


def _note(
    record: releases.Record, groups: list[tuple[list[str], list[dict]]], number: str
) -> nodes.folded:
    text = record.sentence(groups)
    note = nodes.folded("", nodes.summary("", "", docutils_nodes.Text(text)), classes=[CLASS])
    note["ids"] = [f"{CLASS}-{number}"]
    note["nb_element"] = "cell_code_output"  # a guess folds it together with the outputs
    for names, outputs in groups:
        if len(groups) > 1:
            note.append(docutils_nodes.paragraph("", f"{record.named(names)}:"))
        answer = releases.shown(outputs)
        note.append(docutils_nodes.literal_block(answer, answer, language="none"))
    return note


class ReleasesDirective(SphinxDirective):
    """``{releases}``: for each page and release, links to the cells that it answers differently."""

    def run(self) -> list[docutils_nodes.Node]:
        """Make the table, and the sentence that says what was compared."""
        book = book_of(self.env.app)
        entries = record_of(book).releases
        self.env.note_dependency(str(releases.file(book)))
        pages, cells = [], 0
        for name in book.contents():
            page = book.page(name)
            if not page.is_notebook:
                continue
            self.env.note_dependency(str(page.twin))
            twin = read_twin(page)
            keys = [
                key
                for key, cell in zip(releases.keys(twin), code_cells(twin), strict=True)
                if not is_setup(cell)
            ]
            covered = [key for key in keys if all(key in e.covered for e in entries.values())]
            cells += len(covered)
            if any(key in entry.other for key in keys for entry in entries.values()):
                pages.append((page, keys))
        where = sorted({entry.where for entry in entries.values()})
        said = f"{cells} cells were run on each release. Where and when: {'; '.join(where)}."
        return [self._table(entries, pages), docutils_nodes.paragraph("", said)]

    def _table(self, entries: dict, pages: list) -> docutils_nodes.table:
        group = docutils_nodes.tgroup(cols=len(entries) + 1)
        group += [docutils_nodes.colspec(colwidth=1) for _ in range(len(entries) + 1)]
        head = ["page", *map(releases.short, entries)]
        group += docutils_nodes.thead("", _row([docutils_nodes.Text(text)] for text in head))
        body = docutils_nodes.tbody()
        for page, keys in pages:
            row = [[_page(page.name, page.title, self.env.docname)]]
            for entry in entries.values():
                uri = self.env.app.builder.get_relative_uri(self.env.docname, page.name)
                links: list[docutils_nodes.Node] = []
                for number, key in enumerate(keys, 1):
                    if key in entry.other:
                        target = f"{uri}#{CLASS}-{number}"
                        links.append(
                            docutils_nodes.reference("", str(number), refuri=target, internal=True)
                        )
                        links.append(docutils_nodes.Text(" "))
                row.append(links or [docutils_nodes.Text("–")])
            body += _row(row)
        group += body
        return docutils_nodes.table("", group, classes=["even"])


def _row(cells: Any) -> docutils_nodes.row:
    return docutils_nodes.row(
        "",
        *(docutils_nodes.entry("", docutils_nodes.paragraph("", "", *cell)) for cell in cells),
    )


def _page(name: str, title: str, here: str) -> addnodes.pending_xref:
    return addnodes.pending_xref(
        "",
        docutils_nodes.inline("", title),
        refdomain="std",
        reftype="doc",
        refexplicit=True,
        reftarget=f"/{name}",
        refdoc=here,
        refwarn=True,
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_directive("releases", ReleasesDirective)
    app.add_post_transform(AddAnswers)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
