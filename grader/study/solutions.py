"""`solution`: the model answer to an exercise or a question, for whoever means it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.feedback.status import CORRECT
from grader.study import learner_at_work
from grader.study.called_exercise import find_exercise, find_lesson
from grader.study.model_answers import NoModelAnswer, WrittenAnswer, code_answer, written_answer
from grader.study.note import Note


def solution(asked: Callable | str, *, show: bool = False, lesson: str | None = None) -> Note | WrittenNote:
    """Show the model answer to one of a lesson's functions, or to a question in words such as "answer".

    Without `show` it says what looking costs and what to try first.
    """
    caller = sys._getframe(1).f_globals
    if isinstance(asked, str):
        lesson = find_lesson(lesson, caller, "solution")
        return _shown(_of_question, lesson, asked) if show else _before_a_question(asked)
    lesson, exercise = find_exercise(asked, lesson, caller, "solution")
    name = exercise.name
    entry = learner_at_work.read_entry(lesson, "exercises", name)
    if not show and entry.get("status") != CORRECT:
        return _before_an_exercise(name, entry, len(exercise.general_hints))
    return _shown(_of_exercise, lesson, name, exercise.reread)


def _shown(make: Callable[..., Any], lesson: str, name: str, *arguments: str) -> Note | WrittenNote:
    """The note with a model answer, or one that says why there is none."""
    try:
        return make(lesson, name, *arguments)
    except NoModelAnswer as error:
        return Note("There is no model answer here", (str(error),))


# --- Exercises --------------------------------------------------------------------------------------


def _before_an_exercise(name: str, entry: dict[str, Any], hints: int) -> Note:
    given, checks = entry.get("hints", 0), entry.get("checks", 0)
    tried = f"{_checked(name, checks)} and taken {given} of {hints} hints."
    paragraphs = ["What you work out yourself stays with you; what you read is gone in a week.", tried]
    if checks == 0:
        paragraphs.append(f"Write something first, however little, and run check({name}).")
    if given < hints:
        paragraphs.append(f"Or ask for the next hint: hint({name}).")
    paragraphs.append(f"If you mean it: solution({name}, show=True).")
    return Note(f"Before you look at {name}", tuple(paragraphs))


def _of_exercise(lesson: str, name: str, section: str) -> Note:
    code = code_answer(lesson, name)

    def edit(entry: dict[str, Any]) -> None:
        entry["shown"] = True

    learner_at_work.change_entry(lesson, "exercises", name, edit)
    paragraphs = (
        "One way to write it. Read it line by line, and say aloud which step of the derivation each line is.",
        "Then close it, derive the step once more with pencil and paper in the section below, and write the "
        f"function from your own notes. check({name}) accepts any way to write it.",
    )
    return Note(f"A model answer: {name}", paragraphs, code, section)


def _checked(name: str, count: int) -> str:
    if count == 0:
        return f"You have not checked {name} yet"
    return f"You have checked {name} { {1: 'once', 2: 'twice'}.get(count, f'{count} times') }"


# --- Questions in words -----------------------------------------------------------------------------


@dataclass(frozen=True)
class WrittenNote:
    """A model answer in words, which a notebook shows as Markdown, with formulas."""

    answer: WrittenAnswer

    def __repr__(self) -> str:
        return self._repr_markdown_()

    def _repr_markdown_(self) -> str:
        points = "\n".join(f"{number}. {point}" for number, point in enumerate(self.answer.points, start=1))
        return (
            f"**A model answer**\n\n{self.answer.text}\n\n**Compare with yours.** Which of these does your "
            f"answer have, in whatever words?\n\n{points}"
        )


def _before_a_question(name: str) -> Note:
    paragraphs = (
        "Write your own answer first, in full sentences, as if to a friend who asked. A model answer that "
        "you read first only feels like your own.",
        f'Then compare: solution("{name}", show=True).',
    )
    return Note("Before you look", paragraphs)


def _of_question(lesson: str, name: str) -> WrittenNote:
    answer = written_answer(lesson, name)

    def edit(entry: dict[str, Any]) -> None:
        entry["shown"] = True

    learner_at_work.change_entry(lesson, "answers", name, edit)
    return WrittenNote(answer)
