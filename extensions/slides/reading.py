"""Finds the slides in the tree of a page."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.util import logging

from extensions import messages, releases
from extensions.lesson import nodes as lesson
from extensions.lesson.guesses import is_code_cell

logger = logging.getLogger(__name__)


class Block(NamedTuple):
    """A part of a slide's body, and whether it is a step: comes when the speaker goes on."""

    node: nodes.Element
    is_step: bool


@dataclass
class Slide:
    """A slide, as nodes of the page that it comes from."""

    docname: str
    title: nodes.title
    #: The section of the page that the slide comes from
    section: nodes.Element
    minutes: float
    #: Whether it is on the 20-minute path as well
    short: bool
    #: Whether it ends its section with a question
    question: bool
    #: Whether it is the first of its page
    first: bool
    answer: lesson.answer | None = None
    blocks: list[Block] = field(default_factory=list)
    notes: list[nodes.Element] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its address in the deck."""
        slug = re.sub("[^a-z0-9]+", "-", self.title.astext().lower()).strip("-")
        return self.docname if self.first else f"{self.docname}-{slug}"


def has_slides(doctree: nodes.document) -> bool:
    """Whether a page has a slide."""
    return any(doctree.findall(lesson.slide)) or any(
        guess["minutes"] for guess in doctree.findall(lesson.guess)
    )


def slides_of(app: Sphinx, docname: str) -> list[Slide]:
    """The slides of a page, in order, with links and pictures as the deck's folder needs them."""
    if not has_slides(app.env.get_doctree(docname)):
        return []
    doctree = app.env.get_and_resolve_doctree(docname, app.builder)
    app.builder.post_process_images(doctree)
    _fit_to_folder(app, doctree, docname)
    reader = _Reader(docname)
    reader.read(doctree)
    return reader.slides


def _fit_to_folder(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    page = app.builder.get_target_uri(docname)
    for link in doctree.findall(nodes.reference):
        if "refid" in link:
            link["refuri"] = f"../{page}#{link['refid']}"
            del link["refid"]
        elif link.get("internal"):
            link["refuri"] = f"../{link['refuri']}"
    for image in doctree.findall(nodes.image):
        image["uri"] = f"images/{app.builder.images.get(image['uri'], image['uri'])}"
        for side in ("width", "height"):  # those of a page's column
            image.attributes.pop(side, None)
    for node in list(doctree.findall(_is_for_pages)):
        node.parent.remove(node)


def _is_for_pages(node: nodes.Node) -> bool:
    return isinstance(node, lesson.claim) or (
        isinstance(node, nodes.Element)
        and bool({messages.CLASS, releases.CLASS} & set(node["classes"]))
    )


def _leave_leads(items: nodes.Element) -> None:
    """Leave of each item of a list the bold words that it begins with."""
    for item in items.children:
        lead = item.next_node(nodes.strong)
        if lead is None:
            logger.error("each item of a list with {.leads} begins in bold", location=item)
        else:
            item.children = [nodes.paragraph("", "", *lead.children)]


class _Reader:
    """Goes through the tree of a page and collects its slides."""

    def __init__(self, docname: str) -> None:
        self.docname = docname
        self.slides: list[Slide] = []

    def read(self, node: nodes.Node) -> None:
        """Collect what a part of the tree has for the deck."""
        if isinstance(node, lesson.slide):
            self._start(node)
            for block in node.children[1:]:
                self._add(block)
        elif isinstance(node, lesson.guess_group) and node[0]["minutes"]:
            guess, *cells, answer = node.children
            self._start(guess, answer)
            for block in guess.children[1:]:
                self._add(block)
            for cell in filter(is_code_cell, cells):
                self._add_cell(cell, default="slide")
            self.read(answer)
        elif isinstance(node, lesson.speaker_notes):
            if self._belongs(node):
                self.slides[-1].notes.append(node)
        elif is_code_cell(node):
            self._add_cell(node)
        elif isinstance(node, nodes.Element) and "slide" in node["classes"]:
            self._add(node, is_step="step" in node["classes"])
        else:
            for child in node.children:
                self.read(child)

    def _start(self, node: nodes.Element, answer: lesson.answer | None = None) -> None:
        section = node
        while not isinstance(section, nodes.section | nodes.document):
            section = section.parent
        self.slides.append(
            Slide(
                docname=self.docname,
                title=node[0],
                section=section,
                minutes=node["minutes"],
                short=node["short"],
                question=node["question"],
                first=not self.slides,
                answer=answer,
            )
        )

    def _belongs(self, node: nodes.Element) -> bool:
        if not self.slides:
            logger.error(
                "this is for the deck, and no slide of the page is before it", location=node
            )
        return bool(self.slides)

    def _add(self, node: nodes.Element, is_step: bool = False) -> None:
        if self._belongs(node):
            if "leads" in node["classes"]:
                _leave_leads(node)
            if "steps" in node["classes"]:
                for item in node.children:
                    item["classes"].append("fragment")
            # What a slide opens with is no step.
            blocks = self.slides[-1].blocks
            blocks.append(Block(node, is_step and bool(blocks)))

    def _add_cell(self, cell: nodes.container, default: str = "no-slide") -> None:
        """Add a cell's source and, as a step, its output, as far as its tags say so."""
        tags = cell["cell_metadata"].get("tags", [])
        how = next((tag for tag in tags if tag in ("slide", "slide-output", "no-slide")), default)
        if how == "no-slide":
            return
        source_shows = how == "slide" and "hide-input" not in tags
        for part in cell.children:
            # A folded half is open on the deck.
            inner = part.children[0] if isinstance(part, HideCodeCellNode) else part
            is_output = inner["nb_element"] == "cell_code_output"
            if is_output and "UninitializedParameter" in inner.astext():
                inner["classes"].append("unknown")
            if is_output or source_shows:
                self._add(inner, is_step=is_output)
