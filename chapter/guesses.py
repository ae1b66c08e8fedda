"""A guess: the question, the cells that answer it, and the answer in words, as one piece.

:::{guess} Title          the question, with choices as a task list where there are any
(label)=                  code cells, none or several
```{code-cell} ipython3
:::{answer}               what they show, and why
"""

import re
from dataclasses import dataclass, field

from chapter import blocks
from chapter.blocks import BlockError, Directive
from chapter.book import Page

_CHOICE = re.compile(r"[-*+] \[([ xX])\] +(.*)$")


@dataclass(frozen=True)
class Choice:
    """One of a guess's choices: its MyST text, and whether it is right."""

    text: str
    is_right: bool


@dataclass(frozen=True)
class Guess:
    """A guess with its answer.

    Args:
        title: the guess in a few words; "" where it has none.
        question: MyST of the question, without the choices.
        choices: what to choose from; empty for an open question.
        minutes: the time it takes in a lecture; None where it is not on the deck.
        path: the shorter lecture that it belongs to, or "".
        is_question: whether it is the question that ends a section.
        line: the line of its box, from 1.
        cells: the lines of its code cells' fences.
        answer: MyST of the answer.
        answer_line: the line of the answer's box.
    """

    title: str
    question: str
    choices: list[Choice]
    minutes: float | None
    path: str
    is_question: bool
    line: int
    cells: list[int] = field(default_factory=list)
    answer: str = ""
    answer_line: int = 0


def split_choices(body: str) -> tuple[str, list[Choice]]:
    """Split a guess's body into the question and the choices, its task list."""
    question, choices = [], []
    for line in body.split("\n"):
        if match := _CHOICE.match(line):
            choices.append(Choice(match[2], match[1] != " "))
        elif choices and line.startswith("  ") and line.strip():
            last = choices.pop()
            choices.append(Choice(f"{last.text}\n{line.strip()}", last.is_right))
        else:
            question.append(line)
    return "\n".join(question).strip("\n"), choices


def read_guess(box: Directive) -> Guess:
    """Read a guess's box; its cells and its answer come after it.

    Raises:
        BlockError: its minutes are not a number, or it has choices and none is right.
    """
    question, choices = split_choices(box.body)
    if choices and not any(choice.is_right for choice in choices):
        raise BlockError(box.line, "none of this guess's choices is right: mark one with [x]")
    minutes = box.options.get("minutes")
    try:
        number = None if minutes is None else float(minutes)
    except ValueError:
        raise BlockError(box.line, f"minutes are a number, not {minutes!r}") from None
    path, is_question = box.options.get("path", ""), "question" in box.options
    return Guess(box.argument, question, choices, number, path, is_question, box.line)


def find_guesses(page: Page) -> list[Guess]:
    """Find a page's guesses.

    Raises:
        BookError: a guess has no answer, an answer no guess, or there is something else between
            them; with the page and the line.
    """
    lines, found, guess, cells = page.prose.split("\n"), [], None, []
    try:
        for block in blocks.parse(page.prose):
            box = (
                blocks.directive(block, lines)
                if block.kind == "fence" and block.level == 0
                else None
            )
            name = box.name if box else None
            if name == "answer":
                if guess is None:
                    raise BlockError(box.line, "this answer has no guess before it")
                found.append(_answered(guess, cells, box))
                guess = None
            elif guess and name == "code-cell":
                cells.append(box.line)
            elif guess and block.kind not in ("target", "comment"):
                raise BlockError(
                    block.start + 1,
                    "between a guess and its answer there are only code cells, and the guess in"
                    f" line {guess.line} has no {{answer}} before this",
                )
            elif name == "guess":
                guess, cells = read_guess(box), []
    except BlockError as error:
        raise page.error(error.line, error.what) from error
    if guess:
        raise page.error(guess.line, "this guess has no {answer}")
    return found


def _answered(guess: Guess, cells: list[int], box: Directive) -> Guess:
    return Guess(**{**vars(guess), "cells": cells, "answer": box.body, "answer_line": box.line})
