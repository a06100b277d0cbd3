"""A large class gets a summary within 80 columns and 60 lines; nothing that needs a person is left out."""

import io

import pytest
from rich.console import Console

from grader import lessons
from grader.classroom.class_summary_view import TABLE_LIMIT, render_class
from grader.classroom.class_table import Mark, Row

LESSON = "03_backpropagation"


def row(student, wrong="", **options):
    exercises = lessons.load(LESSON).exercises.values()
    marks = tuple(
        Mark(one.name, 0, one.points, "incorrect", ("missing-mean",))
        if one.name == wrong
        else Mark(one.name, one.points, one.points, "correct")
        for one in exercises
    )
    return Row(student, sum(mark.score for mark in marks), 20, 4, marks, **options)


@pytest.fixture
def rows():
    return [
        *(row(f"student{number}", "backward" if number % 4 == 0 else "") for number in range(100)),
        row("again", to_remark=4, late_seconds=60),
        row("net", stopped=("It tried to open a socket.",), repairs=("A test had been deleted.",)),
        Row("lost", failure="There is no notebook."),
    ]


def rendered(rows, **options):
    file = io.StringIO()
    Console(file=file, width=80, color_system=None).print(render_class(rows, LESSON, **options))
    return file.getvalue()


def test_the_summary(rows):
    text = rendered(rows)
    lines = text.splitlines()
    assert len(lines) < 60 and max(map(len, lines)) <= 80
    words = " ".join(text.split())
    for part in (
        "Backpropagation: 102 submissions graded",
        "0 % │ ▃ █│ 100 % median 100 %, half of the class 100 to 100 %",
        "students by tenths: 0 0 0 0 0 0 0 25 0 77",
        "backward 75% ███████████████····· 25 wrong",
        "missing-mean 25 backward",
        "Not graded: lost: There is no notebook.",
        "To mark by hand: 102 submissions, 408 points.",
        "To mark again: 1: again",
        "Stopped: It tried to open a socket: 1: net",
        "Late: 1: again",
        "Repaired notebooks: 1: net",
        f"grade {LESSON} --all",
        f"report {LESSON}",
    ):
        assert part in words, part


def test_all_rows_when_asked_for_and_of_small_classes(rows):
    assert "student99" in rendered(rows, shows_all=True)
    assert "student39" in rendered(rows[:TABLE_LIMIT]) and "summary" not in rendered(rows[:TABLE_LIMIT])
    assert "student39" not in rendered(rows[: TABLE_LIMIT + 1])


def test_a_large_class_of_which_nothing_was_graded():
    text = rendered([Row(f"lost{number}", failure="There is no notebook.") for number in range(50)])
    assert "0 submissions graded" in text and text.count("Not graded") == 50
