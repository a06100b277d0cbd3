"""The tables of the README, and what they point to."""

import jupytext
import pytest

from grader.authoring.questions import QUESTIONS
from grader.authoring.readme import with_tables
from grader.lessons import load, names
from tests.conftest import ROOT


def test_text_around_the_tables_stays():
    empty = "Before\n<!-- lessons -->\n<!-- end of lessons -->\n{}\n<!-- end of questions -->\nAfter"
    text = with_tables(empty.format("<!-- questions -->\nold"), [load(name) for name in names()])
    assert text.startswith("Before\n<!-- lessons -->\n\n| lesson |") and text.endswith("-->\nAfter")
    assert "old" not in text and "| 07 | 3.3 The examination |" in text
    with pytest.raises(ValueError, match="<!-- questions --> and <!-- end of questions -->"):
        with_tables(empty.format(""), [])


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.section)
def test_a_question_leads_to_a_section_that_is_there(question):
    cells = jupytext.read(ROOT / "solutions" / f"{question.lesson}.py").cells
    lines = [line for cell in cells if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    assert question.section in {line.lstrip("# ") for line in lines if line.startswith("##")}
