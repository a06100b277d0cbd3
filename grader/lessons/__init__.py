"""The content of the lessons. The package `topic` in here describes the lesson `NN_topic`.

It has a module for each exercise and modules for what its exercises share. The modules beside these packages
hold what several lessons share: `exercise` the types; `cases`, `draws` and `networks` the cases; `tensors`
the references; `slips` and `misconceptions` what goes wrong; `invariants` and `error_signals` what helps to
diagnose it; `right_answers` what `tests/truth` measures.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from grader.lessons.exercise import TAGS, Case, Exercise, Hint, Invariant, Lesson, Slip, in_order

__all__ = [
    "TAGS",
    "Case",
    "Exercise",
    "Hint",
    "Invariant",
    "Lesson",
    "Slip",
    "UnknownLesson",
    "in_order",
    "load",
    "names",
]


class UnknownLesson(ValueError):
    """No lesson has this name."""


@cache
def _lessons() -> dict[str, Lesson]:
    modules = map(importlib.import_module, _module_names())
    found = {module.LESSON.name: module.LESSON for module in modules if hasattr(module, "LESSON")}
    return dict(sorted(found.items()))


@cache
def _module_names() -> list[str]:
    return [info.name for info in pkgutil.iter_modules(__path__, prefix=f"{__name__}.")]


def names() -> tuple[str, ...]:
    """The names of all lessons in the order of the course."""
    return tuple(_lessons())


def load(name: str) -> Lesson:
    """The lesson called `name`, such as `03_backpropagation`.

    Raises `UnknownLesson`, whose message lists all lessons.
    """
    topic = f"{__name__}.{name.partition('_')[2]}"
    if topic in _module_names():  # imports no other lesson
        lesson = getattr(importlib.import_module(topic), "LESSON", None)
        if lesson and lesson.name == name:
            return lesson
    known = ", ".join(names())
    raise UnknownLesson(f"There is no lesson {name!r}. The lessons are: {known}.")
