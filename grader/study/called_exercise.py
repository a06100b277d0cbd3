"""Which exercise a learner means, by the function that they pass."""

from __future__ import annotations

from typing import Any

from grader import lessons


def find_exercise(
    function: Any, lesson: str | None, caller: dict[str, Any], called: str
) -> tuple[str, lessons.Exercise]:
    """The lesson's name and the exercise that `called(function)` is about.

    `caller` are the names of the notebook, whose `LESSON` counts unless `lesson` is given. Raises
    `LookupError` or `TypeError`, with a remedy, if there is no such lesson or exercise.
    """
    lesson = find_lesson(lesson, caller, called)
    if not callable(function):
        raise TypeError(
            f"{called}() takes one of your functions, such as {called}(backward), not "
            f"{type(function).__name__}. Leave out the parentheses after the function's name."
        )
    exercises = lessons.load(lesson).exercises
    for name in (getattr(function, "__name__", None), *_names_of(function, caller)):
        if name in exercises:
            return lesson, exercises[name]
    name = getattr(function, "__name__", type(function).__name__)
    raise LookupError(f"{lesson} has no exercise called {name!r}. Its exercises are: {', '.join(exercises)}.")


def find_lesson(lesson: str | None, caller: dict[str, Any], called: str) -> str:
    """The name of the lesson, from the notebook unless it is given. Raises `LookupError`."""
    lesson = lesson or caller.get("LESSON")
    if lesson is None:
        raise LookupError(
            f"{called}() does not know which lesson this is: run the notebook's first cell, then try again."
        )
    return lesson


def _names_of(function: Any, caller: dict[str, Any]) -> list[str]:
    """The names that the notebook gives to a function, since a lambda or a partial has no name of its own."""
    return [name for name, value in caller.items() if value is function]
