"""Prints the verdicts on right and wrong answers, as JSON: `python verdicts.py COURSE [LESSON ...]`.

It needs the course and what the course needs, so that two environments can be compared.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])

import numpy as np

from grader import lessons
from grader.judge import judge_function


def verdicts(course: Path, names: Sequence[str] = ()) -> dict[str, list]:
    """Status, score, names and message of each verdict, by lesson, exercise and answer.

    They are of these lessons, or of all. The right answers are the lesson's own, the wrong ones make one slip
    each.
    """
    return {
        f"{lesson}/{name}/{label}": _verdict(exercise, function)
        for lesson in names or lessons.names()
        for own in [_solutions(course, lesson)]
        for name, exercise in lessons.load(lesson).exercises.items()
        for label, function in [("right", own[name]), *_slipped(exercise)]
    }


def _verdict(exercise, function):
    verdict = judge_function(exercise, function)
    return [verdict.status, verdict.score, list(verdict.diagnosis), verdict.message]


def _slipped(exercise):
    for number, slip in enumerate(exercise.slips):

        def wrong(*arguments, slip=slip):
            return exercise.answer(arguments, (slip,))

        yield f"{number} {slip.name}", wrong


def _solutions(course: Path, lesson: str) -> dict:
    """The functions of the solved notebook."""
    notebook = json.loads((course / "solutions" / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8"))
    namespace = {"np": np, "__name__": "solution"}
    exec("from utils.network import *", namespace)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "### BEGIN SOLUTION" in "".join(cell["source"]):
            exec("".join(cell["source"]), namespace)
    return namespace


if __name__ == "__main__":
    json.dump(verdicts(Path(sys.argv[1]), sys.argv[2:]), sys.stdout)
