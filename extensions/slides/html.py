"""Makes HTML of a slide."""

import re
from html import escape

from docutils import nodes
from sphinx.application import Sphinx

from extensions.slides.reading import Slide

#: Sizes of code in px, as deck.css has them.
CODE_SIZES = (32, 28, 26, 24, 22, 20)


def section(app: Sphinx, slide: Slide, is_title: bool) -> str:
    """HTML of one slide; the title slide opens the deck."""
    level = 1 if is_title else 2 if slide.first else 3
    classes = ["title"] * is_title + ["question"] * slide.question + [f"code-{_code_size(slide)}"]
    attributes = {
        "id": slide.id,
        "class": " ".join(classes),
        "data-timing": round(slide.minutes * 60),
        **({"data-path": "short"} if slide.short else {}),
    }
    opening = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    blocks = [
        f'<div class="fragment">\n{html}\n</div>' if is_step else html
        for node, is_step in slide.blocks
        for html in [_render(app, node)]
    ]
    lines = [
        f"<section {opening}>",
        '<div class="frame">',
        f"<h{level}>{_title(app, slide)}</h{level}>",
        '<div class="body">',
        *blocks,
        "</div>",
        _foot(app, slide),
        "</div>",
        '<aside class="notes">',
        *_notes(app, slide),
        "</aside>",
        "</section>",
    ]
    return "\n".join(lines)


def _render(app: Sphinx, node: nodes.Element) -> str:
    """HTML of a node of a page, without the ids, which are the page's."""
    node = node.deepcopy()  # copy.deepcopy would copy the page around it, too
    for child in node.findall(nodes.Element):
        child["ids"] = []
    return app.builder.render_partial(node)["fragment"].strip()


def _title(app: Sphinx, slide: Slide) -> str:
    text = _render(app, nodes.paragraph("", "", *slide.title.deepcopy().children))
    return re.sub(r"^<p[^>]*>|</p>$", "", text)


def _foot(app: Sphinx, slide: Slide) -> str:
    """The link to the place of the page that the slide comes from."""
    page, said = app.builder.get_target_uri(slide.docname), app.env.titles[slide.docname].astext()
    if slide.section.parent is not slide.section.document:  # not the page's own section
        page += f"#{slide.section['ids'][0]}"
        said += f": {slide.section.next_node(nodes.title).astext()}"
    mark = ' <span class="mark">20 min</span>' if slide.short else ""
    return f'<p class="foot"><a href="../{page}">{escape(said)}</a>{mark}</p>'


def _notes(app: Sphinx, slide: Slide) -> list[str]:
    """What the speaker reads: the minutes, the answer, then the notes."""
    facts = f"{slide.minutes:g} min" + ", on the 20-minute path" * slide.short
    parts = [f"<p><b>{facts}</b></p>"]
    if slide.answer:
        answer = [_render(app, child) for child in slide.answer.children]
        parts += ["<p><b>Answer</b></p>", *answer]
    if slide.answer and slide.notes:
        parts.append("<p><b>Notes</b></p>")
    return parts + [_render(app, child) for notes in slide.notes for child in notes.children]


def _code_size(slide: Slide) -> int:
    """How large the slide's code is: as large as its longest line and all its lines allow."""
    code = [found for block in slide.blocks for found in block.node.findall(nodes.literal_block)]
    lines = [line for block in code for line in _plain(block).strip("\n").splitlines()]
    longest = max(map(len, lines), default=0)
    # What paragraphs and items leave: a line of theirs has about 65 letters.
    prose = [found for block in slide.blocks for found in block.node.findall(nodes.paragraph)]
    room = 500 - sum(20 + 47 * (1 + len(text.astext()) // 65) for text in prose) - 40 * len(code)
    for size in CODE_SIZES[:-1]:
        if longest * 0.6 * size < 1100 and len(lines) * 1.3 * size < room:
            return size
    return CODE_SIZES[-1]


def _plain(block: nodes.literal_block) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", block.astext())
