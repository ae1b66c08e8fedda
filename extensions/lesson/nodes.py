"""The nodes of a lesson.

Those for the deck alone are comments: no page shows them, and the search does not index them.
"""

from docutils import nodes


class guess(nodes.Admonition, nodes.Element):
    """A question to answer before reading on: a title, the question, perhaps `choices`.

    Attributes: ``minutes`` and ``short`` where it is a slide, ``question`` where it ends a section.
    """


class choices(nodes.bullet_list):
    """The answers that a guess offers."""


class choice(nodes.list_item):
    """One of them; ``right`` says whether it is."""


class answer(nodes.General, nodes.Element):
    """The answer of a guess, in words."""


class guess_group(nodes.General, nodes.Element):
    """A `guess`, the code cells that answer it, and its `answer`, in this order."""


class slide(nodes.comment):
    """A slide that is not a guess: a title, perhaps a text. For the deck alone.

    Attributes: ``minutes`` and ``short``.
    """


class speaker_notes(nodes.comment):
    """What the speaker reads on the slide before it. For the deck alone."""


class claim(nodes.Inline, nodes.Element):
    """The name of the claim that the sentence after it makes; ``ids`` has it."""


class folded(nodes.General, nodes.Element):
    """A part of a page that opens on a click, without a script. Begins with its `summary`."""


class summary(nodes.General, nodes.TextElement):
    """The words to click on."""


class drawing(nodes.Inline, nodes.Element):
    """A drawing of the book's own; ``svg`` has it, ``alt`` says what is on it."""


#: What a page leaves out.
DECK_ONLY = (slide, speaker_notes)
