"""Where a learner stands in each lesson, from what is kept of their work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader import lessons
from grader.feedback.status import CORRECT, STATUSES
from grader.study.progress_file import Lessons

NOT_CHECKED = ""
"""The status of an exercise without any verdict."""


@dataclass(frozen=True)
class LessonProgress:
    """One lesson: the status of its exercises by name, and what was predicted and answered.

    `predicted` and `answered` are pairs: how many, and how many of these were right.
    """

    name: str
    title: str
    minutes: str
    exercises: Mapping[str, str]
    predicted: tuple[int, int]
    answered: tuple[int, int]

    @property
    def number(self) -> str:
        """The number of the lesson, such as "03"."""
        return self.name.partition("_")[0]

    @property
    def right(self) -> int:
        """How many exercises are right."""
        return sum(status == CORRECT for status in self.exercises.values())

    @property
    def next_exercise(self) -> str:
        """The first exercise that is not right, "" if all are."""
        return next((name for name, status in self.exercises.items() if status != CORRECT), "")

    @property
    def is_begun(self) -> bool:
        """Whether anything is kept of it."""
        return any(self.exercises.values()) or self.predicted[0] > 0 or self.answered[0] > 0

    def words(self, exercise: str) -> str:
        """The status of an exercise in words."""
        status = self.exercises[exercise]
        return STATUSES[status].words if status else "not checked yet"


def lesson_progress(kept: Lessons) -> tuple[LessonProgress, ...]:
    """Where a learner stands in each lesson of the course, in its order."""
    return tuple(_of_lesson(lessons.load(name), kept.get(name, {})) for name in lessons.names())


def _of_lesson(lesson: lessons.Lesson, kept: Mapping[str, Mapping[str, Any]]) -> LessonProgress:
    checked = kept.get("exercises", {})
    statuses = {name: checked.get(name, {}).get("status", NOT_CHECKED) for name in lesson.exercises}
    return LessonProgress(
        name=lesson.name,
        title=lesson.title,
        minutes=lesson.minutes,
        exercises={name: status if status in STATUSES else NOT_CHECKED for name, status in statuses.items()},
        predicted=_counts(kept.get("predictions", {}), "prediction"),
        answered=_counts(kept.get("questions", {}), "asked"),
    )


def _counts(entries: Mapping[str, Any], done: str) -> tuple[int, int]:
    """How many entries have the field `done`, and how many of these are right."""
    found = [entry for entry in entries.values() if done in entry]
    return len(found), sum(entry.get("right", False) for entry in found)


def where_to_go_on(progress: tuple[LessonProgress, ...]) -> tuple[LessonProgress, str] | None:
    """The lesson and the exercise to take next: in the last lesson begun, else the first unfinished."""
    open_lessons = [lesson for lesson in progress if lesson.next_exercise]
    begun = [lesson for lesson in open_lessons if lesson.is_begun]
    following = (begun[-1:] or open_lessons)[:1]
    return (following[0], following[0].next_exercise) if following else None
