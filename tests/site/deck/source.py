"""What the pages' sources say about the deck, read without Sphinx."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chapter import blocks
from chapter.book import Page
from chapter.guesses import split_choices
from chapter.twins import code_cells, is_setup, read_twin

#: Boxes of a page that are on no slide
ON_PAGE = ("goals", "remember", "dropdown")


@dataclass
class Piece:
    """A piece of a page's prose.

    ``place`` is ``page``, ``deck``, ``both``, or ``notes`` for what the speaker alone reads;
    ``answer`` is on the page and read by the speaker.
    """

    text: str
    place: str


@dataclass
class Expected:
    """What a slide must have: its title, its section of the page, its code, its steps."""

    title: str
    section: str
    code: list[str] = field(default_factory=list)
    steps: int = 0


def words(text: str) -> str:
    """A text as its words, so that typography and markup make no difference."""
    text = re.sub(r"\{claim\}`[^`]*`|!\[[^\]]*\]\([^)]*\)", " ", text)  # claims, pictures
    text = re.sub(r"\{[\w:-]+\}`([^`<]*?)(?:\s*<[^`>]*>)?`", r"\1", text)  # roles
    text = re.sub(r"\]\([^)]*\)", " ", text)  # the targets of links
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def sentences(text: str) -> list[str]:
    """The lines of a text that are long enough to be recognized, as their words."""
    lines = (words(line) for line in text.split("\n") if not re.match(r":{3}|`{3}|:\w+:", line))
    return [line for line in lines if len(line.split()) >= 4]


def _marked(text: str, classes: str) -> str:
    """What a slide shows of a block that is marked for it."""
    if "leads" not in classes:
        return text
    return "\n".join(re.findall(r"^(?:-|\d+\.) \*\*(.*?)\*\*", text, re.MULTILINE))


def _parts(text: str) -> Iterator[tuple[blocks.Block, blocks.Directive | None, str, str]]:
    """The blocks of a text: each with its box, the classes of the line before it, its text."""
    lines = text.split("\n")
    for block in blocks.parse(text):
        box = blocks.directive(block, lines) if block.kind == "fence" else None
        before = (
            re.fullmatch(r"\s*\{((?:\.\w+ ?)+)\}", lines[block.start - 1]) if block.start else None
        )
        yield block, box, before[1] if before else "", "\n".join(lines[block.start : block.end])


def pieces(page: Page) -> Iterator[Piece]:
    """The prose of a page, and where it belongs."""
    yield from _pieces(page.prose, "page")


def _pieces(text: str, place: str) -> Iterator[Piece]:
    marked = ""
    for block, box, classes, own in _parts(text):
        # A list has one line before it, and many blocks.
        marked = classes or (marked if re.match(r"\s*(-|\d+\.) ", own) or block.level else "")
        if block.kind == "target" or (box and box.name == "code-cell"):
            continue
        if not box:
            if ".slide" in marked.split():
                yield Piece(_marked(own, marked), "both")
                if "leads" in marked:
                    yield Piece(re.sub(r"\*\*.*?\*\*", "", own, count=1), place)
            else:
                yield Piece(own, place)
        elif box.name == "guess":
            question, choices = split_choices(box.body)
            both = "both" if "minutes" in box.options else "page"
            yield Piece("\n".join([box.argument, question, *(x.text for x in choices)]), both)
        elif box.name == "slide":
            yield Piece(f"{box.argument}\n{box.body}", "deck")
        elif box.name == "notes":
            yield Piece(box.body, "notes")
        elif box.name == "answer":
            yield from _pieces(box.body, "answer")
        else:
            yield Piece(f"{box.argument}\n{box.body}", place)


def slides_of(page: Page) -> list[Expected]:
    """The slides of a page, with the code of its cells and the outputs of its twin."""
    found: list[Expected] = []
    twins = iter([cell for cell in code_cells(read_twin(page)) if not is_setup(cell)])
    section, inside = "", False  # inside a guess that is a slide
    for block, box, _, own in _parts(page.prose):
        if block.kind == "heading" and block.level == 0 and own.startswith("##"):
            section = words(own)
        elif box and box.name in ("slide", "guess") and "minutes" in box.options:
            kind = {"slide": ""}.get(
                box.name, "Question: " if "question" in box.options else "Guess: "
            )
            found.append(Expected(words(kind + box.argument), section))
            found[-1].steps += len(re.findall("^- ", box.body, re.MULTILINE)) * (
                "{.steps}" in box.body
            )
            inside = box.name == "guess"
        elif box and box.name in ("guess", "answer"):
            inside = False
        elif box and box.name == "code-cell":
            _add_cell(found, box, next(twins), "slide" if inside else "no-slide")
    return found


def _add_cell(found: list[Expected], box: blocks.Directive, twin: dict, default: str) -> None:
    tags = re.findall(r"[\w-]+", box.options.get("tags", ""))
    how = next((tag for tag in tags if tag in ("slide", "slide-output", "no-slide")), default)
    if how == "no-slide":
        return
    code = found[-1].code
    if how == "slide" and "hide-input" not in tags:
        code.append(twin.source.strip())
    for output in twin.outputs:
        data = output.get("data", {})
        text = output.get("text") or "\n".join(output.get("traceback", []))
        if not {"text/html", "image/svg+xml"} & set(data):
            code.append(re.sub(r"\x1b\[[\d;]*m", "", text or data.get("text/plain", "")).strip())
