"""The class table can be read without colour and within 80 columns."""

import io

import pytest
from rich.console import Console

from grader import lessons
from grader.classroom.class_table import Mark, Row
from grader.classroom.class_table_view import mark_symbol, render_class_table
from grader.feedback.status import STATUSES, class_table_legend

LESSON = "03_backpropagation"


@pytest.mark.parametrize(
    ("score", "status", "symbol"),
    [
        (2, "correct", "✓"),
        (1, "incorrect", "1/2"),
        (4 / 3, "incorrect", "1.3/2"),
        (0, "incorrect", "✗"),
        (0, "missing", "–"),
        (0, "timeout", "∞"),
        (0, "error", "!"),
        (0, "forbidden", "⊘"),
        (2, "incorrect", "✓"),  # given by hand
        (0, "correct", "✗"),  # taken away by hand
        (0, "unheard of", "✗"),
    ],
)
def test_a_mark_in_a_character_or_two(score, status, symbol):
    assert mark_symbol(Mark("f", score, 2, status)).plain == symbol


def test_the_legend_has_every_symbol():
    assert class_table_legend().startswith("✓ right  2/4 in part  ✗ wrong")
    assert all(mark_symbol(Mark("f", 0, 2, status)).plain in class_table_legend() for status in STATUSES)


def rendered(rows, width):
    file = io.StringIO()
    Console(file=file, width=width, color_system=None).print(render_class_table(rows, LESSON))
    return file.getvalue()


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_table_fits(width):
    marks = tuple(
        Mark(name, 4 / 3, 4, "incorrect", ("missing-activation-derivative",), "A long sentence. " * 9)
        for name in lessons.load(LESSON).exercises
    )
    rows = [
        Row("missing-activation-derivative", 28 / 3, 20, 4, marks),
        Row("somebody", failure="There is no notebook in the submission."),
        Row("[bold]markup[/bold]", 16, 20),
    ]
    text = rendered(rows, width)
    assert max(map(len, text.splitlines())) <= width
    assert "9.33/20 +4" in text and text.count("1.3/4") == 7
    assert "Not graded: There is no notebook in the submission." in " ".join(text.split())
    assert "[bold]markup[/bold]" in text or width < 100
    assert "wait for an answer to be marked by hand" in text
    assert "6:per_example_gradients" in text


def test_late_submissions_and_marks_of_earlier_versions():
    rows = [Row("ada", 16, 20), Row("bob", 18, 20, to_remark=4, late_seconds=2 * 86400 + 5)]
    text = rendered(rows, 80)
    assert "18/20 ↻4" in text and "2 d" in text and "late" in text and "to mark again" in text
    text = rendered(rows[:1], 80)
    assert "late" not in text and "again" not in text


def test_an_empty_class():
    assert "student" in rendered([], 100)
