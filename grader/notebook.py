"""`check`, which learners call in a notebook."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

from grader.diagnosis.references import LIVE, SHIPPED
from grader.feedback import render
from grader.feedback.status import CORRECT
from grader.feedback.verdict import Verdict
from grader.judge import judge_function
from grader.learner import ipython_errors
from grader.study.called_exercise import find_exercise
from grader.study.hints import offer_help_after_this_cell
from grader.study.question_view import ask_after_this_cell
from grader.study.verdicts import keep_verdict
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
    lesson, exercise = find_exercise(function, lesson, caller, "check")
    is_live = caller.get("LIVE_REFERENCES", False) if live is None else live
    references = LIVE if is_live else SHIPPED
    with silence():
        verdict = judge_function(
            exercise, function, seed, references=references, carried_forward=carried_forward
        )
    if keep_verdict(lesson, verdict):  # right for the first time
        ask_after_this_cell(lesson, verdict.name)
    elif verdict.status != CORRECT:
        offer_help_after_this_cell(lesson, verdict.name)
    if verdict.status != CORRECT and os.environ.get("NBGRADER_EXECUTION") == "validate":
        # nbgrader's Validate shows what a test cell writes here, and else says that it passed some tests.
        print(render.short_text(verdict), file=sys.stderr)
    return verdict


def _keep_kernel_log_out_of_cells() -> None:
    """Where nbgrader runs a notebook, drop what the event loop of its kernel logs.

    ipykernel shows it as standard error of the cell that runs at the time, and nbgrader takes that for a
    failure. So a stray message, such as one that was meant for another kernel, would cost a right answer its
    points.
    """
    if "NBGRADER_EXECUTION" in os.environ:
        for name in ("tornado", "asyncio"):
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [logging.NullHandler()], False


_keep_kernel_log_out_of_cells()
ipython_errors.install_exception_handler()
