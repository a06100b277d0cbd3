"""`check`, as a learner calls it in a notebook."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable

from grader import lessons
from grader.judge import judge_function
from grader.verdict import Verdict
from utils.tensorflow import silence


def check(function: Callable, *, lesson: str | None = None, seed: int = 0) -> Verdict:
    """Check one of a lesson's functions and say what is right, what is not, and why.

    The exercise is the one of the function's name; the lesson is the `LESSON` that the notebook's
    first cell sets, unless `lesson` names another. `seed` makes other cases.

    Raises `LookupError` or `TypeError`, with what to do, where there is nothing to check.
    """
    caller = sys._getframe(1).f_globals
    exercise = _exercise(function, lesson, caller)
    with silence():
        return judge_function(exercise, function, seed)


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
    for name in (getattr(function, "__name__", None), *_names_of(function, caller)):
        if name in exercises:
            return exercises[name]
    called = getattr(function, "__name__", type(function).__name__)
    raise LookupError(
        f"{lesson} has no exercise called {called!r}. Its exercises are: {', '.join(exercises)}."
    )


def _names_of(function, caller: dict) -> list[str]:
    """What the notebook calls a function that has no name of its own, such as a lambda or a partial."""
    return [name for name, value in caller.items() if value is function]


class NotAttempted(NotImplementedError):
    """Shown by IPython as one calm line instead of a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class _CalmExceptions:
    """Lets what an unfinished exercise causes say so in a line; shows every other exception as usual."""

    KINDS = (NotImplementedError, NameError)

    def __init__(self):
        self.unfinished = ""

    def __call__(self, shell, kind, error, trace, tb_offset=None):
        """Show an exception; the signature is that of IPython's custom exception handlers."""
        calm = self._explained(error, trace)
        if calm is None:
            shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        else:
            shell.showtraceback((NotAttempted, NotAttempted(calm), trace))
        return []

    def _explained(self, error: BaseException, trace) -> str | None:
        *_, last = (frame for frame, _ in traceback.walk_tb(trace))
        if last.f_globals.get("__name__") != "__main__":
            return None
        name = last.f_code.co_name
        if isinstance(error, NameError):
            if self.unfinished and name == "<module>":
                return f"`{error.name}` is not defined yet: an earlier cell waits for {self.unfinished}."
            return None
        self.unfinished = f"the exercise `{name}`" if name.isidentifier() else "an exercise"
        return f"Not attempted yet: this cell needs {self.unfinished}."


def _prepare_notebook() -> None:
    """In IPython, let unfinished exercises say so calmly."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.set_custom_exc(_CalmExceptions.KINDS, _CalmExceptions())


_prepare_notebook()
