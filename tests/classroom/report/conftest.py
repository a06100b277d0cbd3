"""A class and the report on it, as data."""

import pytest

from grader import lessons
from grader.classroom.class_table import Mark, Row
from grader.classroom.report.class_report import class_report

LESSON = "03_backpropagation"


def mark(exercise, status="correct", *diagnosis, score=None):
    points = lessons.load(LESSON).exercises[exercise].points
    earned = (points if status == "correct" else 0) if score is None else score
    return Mark(exercise, earned, points, status, diagnosis, "It is wrong. Really.")


def row(student, *wrong, **options):
    """A row in which all is right but what is named."""
    known = {one.exercise: one for one in wrong}
    marks = tuple(known.get(name, mark(name)) for name in lessons.load(LESSON).exercises)
    return Row(student, sum(one.score for one in marks), 20, options.pop("waiting", 4), marks, **options)


@pytest.fixture
def rows():
    sums = mark("output_delta", "incorrect", "missing-mean"), mark("backward", "incorrect", "missing-mean")
    both = mark("parameter_gradients", "incorrect", "bias-gradient-missing", "wrong-sign", score=1)
    return [
        *(row(f"sum{number}", *sums) for number in range(3)),
        *(row(f"both{number}", both) for number in range(2)),
        *(row(f"right{number}", waiting=0) for number in range(20)),
        row("none", *(mark(n, "missing", "not-implemented") for n in lessons.load(LESSON).exercises)),
        row("odd", mark("hidden_delta", "incorrect"), stopped=("It tried to open a socket.",), to_remark=4),
        row("=late", mark("input_gradient", "error", "raises"), late_seconds=90.5),
        Row("<i>lost</i>\x1b[2J", failure="There is no notebook."),
    ]


@pytest.fixture
def report(rows):
    return class_report(LESSON, rows, lambda exercise, messages: f"return {exercise}(<b>)")
