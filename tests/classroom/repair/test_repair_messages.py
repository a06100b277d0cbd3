"""Repairs in words."""

import pytest
from nbformat.v4 import new_code_cell

from grader.classroom.repair.repair_messages import (
    CellRepair,
    labelled_cell_name,
    other_cell_name,
    repair_messages,
    repair_summary,
)
from tests.classroom.tiny_lesson import cell


def test_one_sentence_for_each_kind():
    repairs = [
        CellRepair("deleted", "the test of `one`"),
        CellRepair("tagged", "the setup cell"),
        CellRepair("deleted", "the test of `two`"),
        CellRepair("deleted", "the test of `three`"),
    ]
    assert repair_messages(repairs) == [
        "The test of `one`, the test of `two` and the test of `three` had been deleted.",
        "The setup cell had a tag that changes how it runs.",
    ]


def test_many_cells_are_counted():
    repairs = [CellRepair("label lost", f"the test of `f{number}`") for number in range(5)]
    assert repair_messages(repairs) == ["5 cells had lost their grading labels."]


def test_answers_below_tests_are_not_called_put_back():
    repairs = [CellRepair("answer below", "the answer cell of `one`")]
    text = repair_summary(repairs)
    assert "put back" not in text and "defined again below the test" in text
    assert "put back" in repair_summary([CellRepair("deleted", "the test of `one`"), *repairs])


def test_the_summary_counts_cells():
    repairs = [CellRepair("tagged", "the setup cell"), CellRepair("edited", "the setup cell")]
    assert repair_summary(repairs).startswith("**Before grading, one cell of this notebook was put back:**")
    repairs.append(CellRepair("moved", "the test of `one`"))
    text = repair_summary(repairs)
    assert text.startswith("**Before grading, 2 cells of this notebook were put back:**")
    assert text.count("\n- ") == 3 and text.endswith("No answer was changed.")


@pytest.mark.parametrize(
    ("cell_id", "name"),
    [
        ("setup", "the setup cell"),
        ("one", "the answer cell of `one`"),
        ("test_one", "the test of `one`"),
        ("answer", "the written answer `answer`"),
    ],
)
def test_the_names_of_labelled_cells(release, cell_id, name):
    assert labelled_cell_name(cell(release, cell_id)) == name


def test_the_name_of_another_cell_is_its_first_words():
    assert other_cell_name(new_code_cell("\n  x = `1`\ny")) == "the cell that begins `x = '1'`"
    assert other_cell_name(new_code_cell("x" * 50)) == f"the cell that begins `{'x' * 40}`"
