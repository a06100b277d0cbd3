"""Which answers are as they were at the last grading."""

import json

import pytest
from nbformat.v4 import new_output

from grader.classroom.unchanged_answers import unchanged_answers
from tests.classroom.tiny_lesson import cell

ALL = {"answer", "test_one", "test_two"}


@pytest.fixture
def graded(handed_in):
    for name in ("one", "two"):
        data = {"text/plain": "2.0", "text/html": f"<b>{name}</b>"}
        cell(handed_in, f"test_{name}")["outputs"] = [new_output("execute_result", data)]
    return handed_in


def rewrite(nb, name):
    cell(nb, name)["source"] += "\nNo, otherwise."


def give_points(nb, name):
    cell(nb, name)["metadata"]["nbgrader"]["points"] = 9


def judge_otherwise(nb, name):
    cell(nb, name)["outputs"][0]["data"]["text/html"] = "another verdict"


def run_again(nb, name):
    cell(nb, name)["outputs"][0]["execution_count"] = 7


@pytest.mark.parametrize(
    ("change", "name", "touched"),
    [
        (rewrite, "answer", {"answer"}),
        (rewrite, "one", {"test_one"}),
        (rewrite, "test_one", set()),
        (rewrite, "title", set()),
        (give_points, "answer", {"answer"}),
        (give_points, "test_two", {"test_two"}),
        (judge_otherwise, "test_two", {"test_two"}),
        (run_again, "test_two", set()),
    ],
)
def test_what_a_person_has_looked_at_counts(graded, change, name, touched):
    before = json.dumps(graded).encode()
    change(graded, name)
    assert unchanged_answers(graded, before) == ALL - touched


def test_an_answer_in_no_cell_of_its_own_may_have_changed(graded):
    graded["cells"] = [one for one in graded["cells"] if one["id"] != "one"]
    assert unchanged_answers(graded, json.dumps(graded).encode()) == ALL - {"test_one"}


@pytest.mark.parametrize("before", [None, b"", b"[]", b"no json"])
def test_without_a_notebook_of_last_time(graded, before):
    assert unchanged_answers(graded, before) == frozenset()
