"""`check`, which learners call in a notebook."""

from __future__ import annotations

import sys
from collections.abc import Callable

from grader import lessons
from grader.diagnosis.references import LIVE, SHIPPED
from grader.feedback.verdict import Verdict
from grader.judge import judge_function
from grader.learner import ipython_errors
from utils.tensorflow import silence


def check(
    function: Callable,
    *,
    lesson: str | None = None,
    seed: int = 0,
    carried_forward: bool = False,
    live: bool | None = None,
) -> Verdict:
    """Check one of a lesson's functions; the verdict says what is right, what is not, and why.

    The function's name selects the exercise. The lesson is the `LESSON` that the notebook's first cell sets,
    unless `lesson` names another. `seed` draws other cases; `carried_forward` gives points for parts that are
    right given the function's own earlier parts. With `live`, TensorFlow computes the references now, on
    whatever device there is, instead of those that are stored; for all checks of a notebook, set
    `LIVE_REFERENCES = True` in it.

    Raises `LookupError` or `TypeError`, with a remedy, if there is no such lesson or exercise, and
    `ReferencesMissing` if TensorFlow is needed and not installed.
    """
    caller = sys._getframe(1).f_globals
    exercise = _exercise(function, lesson, caller)
    is_live = caller.get("LIVE_REFERENCES", False) if live is None else live
    references = LIVE if is_live else SHIPPED
    with silence():
        return judge_function(
            exercise, function, seed, references=references, carried_forward=carried_forward
        )


def _exercise(function, lesson: str | None, caller: dict) -> lessons.Exercise:
    lesson = lesson or caller.get("LESSON")
    if lesson is None:
        raise LookupError(
            "check() does not know which lesson this is: run the notebook's first cell, then try again."
        )
    if not callable(function):
        raise TypeError(
            f"check() takes one of your functions, such as check(backward), not {type(function).__name__}. "
            "Leave out the parentheses after the function's name."
        )
    exercises = lessons.load(lesson).exercises
    for name in (getattr(function, "__name__", None), *_names_in(function, caller)):
        if name in exercises:
            return exercises[name]
    called = getattr(function, "__name__", type(function).__name__)
    raise LookupError(
        f"{lesson} has no exercise called {called!r}. Its exercises are: {', '.join(exercises)}."
    )


def _names_in(function, caller: dict) -> list[str]:
    """The names that the notebook gives to a function, since a lambda or a partial has no name of its own."""
    return [name for name, value in caller.items() if value is function]


ipython_errors.install_exception_handler()
