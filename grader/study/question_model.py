"""Which questions to ask next, and what is kept of their answers."""

from __future__ import annotations

from typing import Any

from grader import lessons
from grader.lessons.question import Question
from grader.study.progress_file import Lessons

OPENING_COUNT = 3
Asked = tuple[str, Question]
"""A lesson's name and a question of it."""


def opening_questions(lesson: str, kept: Lessons) -> list[Asked]:
    """Three questions from the lessons before this one; before the first, those on what the course needs.

    First come those that were answered wrong the last time, then those of lessons that were begun, which no
    lesson needs to be, and of these those that were asked least often, from the lessons nearest to this one.
    """
    earlier = lessons.names()[: lessons.names().index(lesson)]
    bank = [(name, question) for name in reversed(earlier) for question in lessons.load(name).questions]
    bank = bank or [(lesson, question) for question in lessons.load(lesson).prerequisites]
    return sorted(_one_of_each(bank), key=lambda asked: _urgency(kept, asked))[:OPENING_COUNT]


def _one_of_each(bank: list[Asked]) -> list[Asked]:
    """The same questions, the lessons taking turns."""
    places: dict[str, int] = {}
    turns = []
    for lesson, question in bank:
        places[lesson] = places.get(lesson, 0) + 1
        turns.append((places[lesson], lesson, question))
    return [(lesson, question) for _, lesson, question in sorted(turns, key=lambda turn: turn[0])]


def _urgency(kept: Lessons, asked: Asked) -> tuple[bool, bool, int, int]:
    lesson, question = asked
    is_begun = not kept.get(lesson, {}).keys().isdisjoint(("exercises", "predictions"))
    entry = kept.get(lesson, {}).get("questions", {}).get(question.name, {})
    went_wrong = entry.get("right") is False
    return (not went_wrong, not is_begun, entry.get("asked", 0), entry.get("minutes", 0) if went_wrong else 0)


def question_after(lesson: str, exercise: str, kept: Lessons) -> Asked | None:
    """A question that fits an exercise and was not asked yet; none if all were."""
    answered = kept.get(lesson, {}).get("questions", {})
    fitting = (question for question in lessons.load(lesson).questions if question.exercise == exercise)
    return next(((lesson, question) for question in fitting if question.name not in answered), None)


def keep_answer(entry: dict[str, Any], is_right: bool) -> None:
    """Keep the first answer to a question that was asked once more."""
    entry["asked"] = entry.get("asked", 0) + 1
    entry["wrong"] = entry.get("wrong", 0) + (not is_right)
    entry["right"] = is_right
