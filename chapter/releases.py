"""What other releases of a package answer to the pages' cells: the record ``book/releases.json``.

An entry belongs to a cell by its key, which is made of all that its answer depends on: the code
cells of its page up to it, and the answer that the page shows. A cell that changes loses its entry
and never keeps a wrong one. So the record can be incomplete, and it says what it covers.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from chapter.book import Book, BookError, Page
from chapter.files import write
from chapter.outputs import canonical, difference, joined
from chapter.twins import code_cells


def file(book: Book) -> Path:
    """Where a book's record is."""
    return book.folder / "releases.json"


def version(release: str) -> tuple[int, ...]:
    """A release as numbers, to sort by: ``2.14.1`` comes after ``2.9.1``."""
    return tuple(map(int, release.split(".")))


def short(release: str) -> str:
    """A release without its last number, as people name it: 2.9."""
    return ".".join(release.split(".")[:2])


def keys(nb: NotebookNode) -> list[str]:
    """The key of each code cell of an executed notebook."""
    found, before = [], hashlib.sha256()
    for cell in code_cells(nb):
        before.update(f"{cell.source}\0".encode())
        mine = before.copy()
        mine.update(json.dumps(canonical(cell.outputs), sort_keys=True).encode())
        found.append(mine.hexdigest()[:12])
    return found


@dataclass
class Release:
    """What one release answered.

    Attributes:
        where: the day, the Python and the system of the run.
        same: the keys of the cells that it answered as the page does.
        other: its outputs, by the keys of the cells that it answered differently.
    """

    where: str = ""
    same: set[str] = field(default_factory=set)
    other: dict[str, list[dict]] = field(default_factory=dict)

    @property
    def covered(self) -> set[str]:
        """The keys of the cells that it was asked."""
        return self.same | self.other.keys()

    def digest(self) -> str:
        """A digest that changes with every answer."""
        data = json.dumps([sorted(self.same), self.other], sort_keys=True)
        return hashlib.sha256(data.encode()).hexdigest()[:16]

    def take(self, twin: NotebookNode, run: NotebookNode) -> None:
        """Record a page's run: a twin, and the same notebook executed with this release."""
        for key, ours, theirs in zip(keys(twin), code_cells(twin), code_cells(run), strict=True):
            self.same.discard(key)
            self.other.pop(key, None)
            if difference(ours.outputs, theirs.outputs) is None:
                self.same.add(key)
            else:
                self.other[key] = json.loads(json.dumps(joined(theirs.outputs)))

    def forget(self, known: Iterable[str]) -> None:
        """Drop what belongs to no cell any more."""
        kept = set(known)
        self.same &= kept
        self.other = {key: outputs for key, outputs in self.other.items() if key in kept}


@dataclass
class Record:
    """What releases of a package answered.

    Attributes:
        package: the package, as readers know it.
        releases: what each answered, the oldest first.
    """

    package: str
    releases: dict[str, Release] = field(default_factory=dict)

    def entry(self, release: str) -> Release:
        """What a release answered; empty, and part of the record, where it was not asked yet."""
        entry = self.releases.setdefault(release, Release())
        self.releases = dict(sorted(self.releases.items(), key=lambda item: version(item[0])))
        return entry

    def answers(self, key: str) -> list[tuple[list[str], list[dict]]]:
        """The answers to a cell that differ from the page's, each with its releases."""
        groups: list[tuple[list[str], list[dict]]] = []
        for release, entry in self.releases.items():
            if key not in entry.other:
                continue
            outputs = entry.other[key]
            for names, others in groups:
                if difference(others, outputs) is None:
                    names.append(release)
                    break
            else:
                groups.append(([release], outputs))
        return groups

    def named(self, releases: list[str]) -> str:
        """Some releases in words: ``PyTorch 2.9 and earlier``, or ``PyTorch 2.6 and 2.9``."""
        names = list(map(short, sorted(releases, key=version)))
        if len(names) > 1 and len(names) == len(releases) and self._are_the_oldest(releases):
            return f"{self.package} {names[-1]} and earlier"
        if len(names) > 1:
            names = [*names[:-2], f"{names[-2]} and {names[-1]}"]
        return f"{self.package} {', '.join(names)}"

    def _are_the_oldest(self, releases: list[str]) -> bool:
        return set(releases) == set(list(self.releases)[: len(releases)])

    def sentence(self, groups: list[tuple[list[str], list[dict]]]) -> str:
        """What a note says before it is opened: ``PyTorch 2.9 gives a different result``."""
        everyone = [release for names, _ in groups for release in names]
        verb = "gives" if len(everyone) == 1 else "give"
        return f"{self.named(everyone)} {verb} a different result"


def read(book: Book) -> Record:
    """The book's record; without releases where there is none.

    Raises:
        BookError: it is not what `save` wrote.
    """
    path = file(book)
    if not path.exists():
        return Record("")
    place = book.relative(path)
    try:
        data: dict[str, Any] = json.loads(path.read_text("utf-8"))
        record = Record(data["package"])
        broken = []
        for name, stored in data["releases"].items():
            entry = record.entry(name)
            entry.where, entry.other = stored["where"], stored["other"]
            entry.same = set(stored["same"].split())
            broken += [name] * (entry.digest() != stored["digest"])
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise BookError(f"{place} is no record: delete it, and run `make versions`") from error
    if broken:
        raise BookError(
            f"{place} was changed by hand at {broken[0]}:"
            f" delete that entry, and run `make versions RELEASE={broken[0]}`"
        )
    return record


def save(book: Book, record: Record) -> None:
    """Write the record, in one step and the same for the same content."""
    data = {
        name: {
            "where": entry.where,
            "digest": entry.digest(),
            "same": " ".join(sorted(entry.same)),
            "other": dict(sorted(entry.other.items())),
        }
        for name, entry in record.releases.items()
        if entry.covered
    }
    content = {"package": record.package, "releases": data}
    write(f"{json.dumps(content, indent=1, ensure_ascii=False)}\n", file(book))


def pages(book: Book) -> list[Page]:
    """The pages that other releases run: not those whose front matter says ``releases: pinned``."""
    return [page for page in book.notebooks() if page.front_matter.get("releases") != "pinned"]


def coverage(book: Book) -> str:
    """How many cells of those pages the record covers, in a sentence; empty without a record."""
    record = read(book)
    if not record.releases:
        return ""
    known = [
        key
        for page in pages(book)
        if page.twin.exists()
        for key in keys(nbformat.read(page.twin, as_version=4))
    ]
    covered = [key for key in known if all(key in e.covered for e in record.releases.values())]
    return (
        f"{book.relative(file(book))}: {len(covered)} of {len(known)} cells were run on"
        f" {record.package} {', '.join(map(short, record.releases))}"
    )


def shown(outputs: list[dict]) -> str:
    """Outputs as a text: an error as its last line, a figure as what it is."""
    parts = []
    for output in outputs:
        if output["output_type"] == "stream":
            parts.append(output["text"])
        elif output["output_type"] == "error":
            parts.append(f"{output['ename']}: {output['evalue']}")
        elif any(kind.startswith("image/") for kind in output["data"]):
            parts.append("a different figure")
        else:
            parts.append("".join(output["data"].get("text/plain", "")))
    return "\n".join(part.rstrip() for part in parts) or "no output"
