"""What an author writes: the boxes of a lesson, and the role that names a claim."""

import re

from docutils import nodes as docutils_nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from extensions.lesson import nodes

_CHECKBOX = re.compile(r'<input class="task-list-item-checkbox"( checked="checked")?')


def _minutes(argument: str) -> float:
    """How long a slide takes.

    Raises:
        ValueError: it is no number above 0.
    """
    minutes = float(argument)
    if not minutes > 0:
        raise ValueError("a slide takes more than 0 minutes")
    return minutes


def _path(argument: str) -> str:
    return directives.choice(argument, ("short",))


class Lesson(SphinxDirective):
    """What all boxes share: Markdown inside, and perhaps a title."""

    has_content = True
    final_argument_whitespace = True

    def filled(self, node: docutils_nodes.Element, title: str = "") -> docutils_nodes.Element:
        """Give a node a title, which may be marked up, and the box's contents."""
        self.set_source_info(node)
        if title:
            inline, messages = self.state.inline_text(title, self.lineno)
            node += [docutils_nodes.title(title, "", *inline), *messages]
        self.state.nested_parse(self.content, self.content_offset, node)
        return node

    @property
    def title(self) -> str:
        """The title as it was written, or ""."""
        return self.arguments[0] if self.arguments else ""


class Box(Lesson):
    """A box with a title of its own that an argument replaces."""

    optional_arguments = 1
    kind = ""
    default_title = ""

    def run(self) -> list[docutils_nodes.Node]:
        """Make the admonition."""
        self.assert_has_content()
        return [
            self.filled(
                docutils_nodes.admonition(classes=[self.kind]), self.title or self.default_title
            )
        ]


class Goals(Box):
    """``:::{goals}``: what a reader will be able to do."""

    kind, default_title = "goals", "What you will learn"


class Remember(Box):
    """``:::{remember}``: what a reader should take along."""

    kind, default_title = "remember", "Remember"


class Dropdown(Box):
    """``:::{dropdown} Title``: opens on a click."""

    required_arguments, optional_arguments = 1, 0
    kind = "dropdown"


class Guess(Lesson):
    """``:::{guess} Title``: a question that the cells and the ``{answer}`` after it answer.

    With ``:minutes:`` it is a slide, too. With ``:question:`` it is the one that ends a section.
    A task list in it holds the choices, of which ``[x]`` are right.
    """

    optional_arguments = 1
    option_spec = {"minutes": _minutes, "path": _path, "question": directives.flag}

    def run(self) -> list[docutils_nodes.Node]:
        """Make the guess.

        Raises:
            DirectiveError: a slide has no title, the choices are not complete, or hold a link.
        """
        self.assert_has_content()
        minutes, question = self.options.get("minutes"), "question" in self.options
        if minutes and not self.title:
            raise self.error("a guess with :minutes: is a slide, and needs a title")
        if "path" in self.options and not minutes:
            raise self.error("a guess with :path: is a slide, and needs :minutes:")
        kind = "Question" if question else "Guess"
        node = self.filled(
            nodes.guess(
                classes=["guess"],
                minutes=minutes,
                short="path" in self.options,
                question=question,
            ),
            f"{kind}: {self.title}" if self.title else kind,
        )
        for items in list(node.findall(docutils_nodes.bullet_list)):
            if "contains-task-list" in items["classes"]:
                made = self._choices(items)
                items.replace_self(made)
                made["classes"] = ["choices"]  # a replaced list hands its own on
        return [node]

    def _choices(self, items: docutils_nodes.bullet_list) -> nodes.choices:
        """The choices of a task list, without the boxes that would tell which is right."""
        made = nodes.choices(classes=["choices"], bullet=items["bullet"])
        for item in items.children:
            boxes = [(x, _CHECKBOX.match(x.astext())) for x in item.findall(docutils_nodes.raw)]
            if len(boxes) != 1 or not boxes[0][1]:
                raise self.error("every choice begins with [ ] or [x]")
            if any(item.findall(docutils_nodes.reference)) or any(
                x.get("refdomain") is not None for x in item.findall(docutils_nodes.Element)
            ):
                raise self.error("a choice is pressed, and so holds no link and no term")
            box, match = boxes[0]
            text = box.next_node(docutils_nodes.Text, descend=False, siblings=True)
            box.parent.remove(box)
            if text is not None:
                text.parent.replace(text, docutils_nodes.Text(text.astext().lstrip()))
            made += nodes.choice("", *item.children, right=bool(match[1]))
        if not any(item["right"] for item in made.children):
            raise self.error("none of the choices is right: mark it with [x]")
        return made


class Answer(Lesson):
    """``:::{answer}``: closes a guess."""

    def run(self) -> list[docutils_nodes.Node]:
        """Make the answer."""
        self.assert_has_content()
        return [self.filled(nodes.answer())]


class Slide(Lesson):
    """``:::{slide} Title``: a slide of the deck that is not a guess."""

    required_arguments = 1
    option_spec = {"minutes": _minutes, "path": _path}

    def run(self) -> list[docutils_nodes.Node]:
        """Make the slide.

        Raises:
            DirectiveError: it does not say how long it takes.
        """
        if "minutes" not in self.options:
            raise self.error("a slide needs :minutes:")
        node = nodes.slide(
            minutes=self.options["minutes"],
            short="path" in self.options,
            question=False,
        )
        return [self.filled(node, self.title)]


class Notes(Lesson):
    """``:::{notes}``: what the speaker reads on the slide before it."""

    def run(self) -> list[docutils_nodes.Node]:
        """Make the notes."""
        self.assert_has_content()
        return [self.filled(nodes.speaker_notes())]


class Claim(SphinxRole):
    """``{claim}`identifier```: names the claim that follows, which a test tries to refute."""

    def run(self) -> tuple[list[docutils_nodes.Node], list[docutils_nodes.system_message]]:
        """Make the anchor of the claim."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.text):
            text = f"a claim is named by small letters, digits and hyphens, not {self.text!r}"
            return [], [self.inliner.reporter.error(text, line=self.lineno)]
        return [nodes.claim(ids=[f"claim-{self.text}"])], []


def register(app: Sphinx) -> None:
    """Register the directives and the role with Sphinx."""
    for name, directive in (
        ("goals", Goals),
        ("remember", Remember),
        ("dropdown", Dropdown),
        ("guess", Guess),
        ("answer", Answer),
        ("slide", Slide),
        ("notes", Notes),
    ):
        app.add_directive(name, directive)
    app.add_role("claim", Claim())
