"""The class table says who got what and why, without colour and within 100 columns."""

import io

import pytest
from rich.console import Console

from grader.classroom import report
from grader.classroom.report import Mark, Row

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
        (0, "forbidden", "!"),
        (2, "incorrect", "✓"),  # given by hand
        (0, "correct", "✗"),  # taken away by hand
        (0, "unheard of", "✗"),
    ],
)
def test_a_mark_in_a_character_or_two(score, status, symbol):
    assert Mark("f", score, 2, status).symbol == symbol


def test_the_first_finding():
    right = Mark("a", 2, 2, "correct")
    missing = Mark("b", 0, 2, "missing", ("not-implemented",), "Not attempted yet. Do it.")
    wrong = Mark("c", 0, 2, "incorrect", ("missing-mean",), "It is 12 times too large. Why?")
    assert Row("s", marks=(right, right)).finding == ""
    assert Row("s", marks=(right, missing, wrong)).finding == (
        "c adds up where a mean is asked for (missing-mean)."
    )
    unknown = Mark("c", 0, 2, "incorrect", (), "It is 12 times too large. Why?")
    assert Row("s", marks=(unknown,)).finding == "c: It is 12 times too large."
    assert Row("s", marks=(missing, missing)).finding == "Nothing was attempted."
    assert (
        Row("s", marks=(right,), repairs=("A test had been deleted.",)).finding == "A test had been deleted."
    )
    assert Row("s", failure="No notebook.").finding == "Not graded: No notebook."


def rendered(rows, width):
    file = io.StringIO()
    Console(file=file, width=width, color_system=None).print(report.table(rows, LESSON))
    return file.getvalue()


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_table_fits(width):
    marks = tuple(
        Mark(name, 4 / 3, 4, "incorrect", ("missing-activation-derivative",), "A long sentence. " * 9)
        for name in report.lessons.load(LESSON).exercises
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


def test_an_empty_class():
    assert "student" in rendered([], 100)
