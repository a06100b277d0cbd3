"""What grading runs of a lesson: little more than the learner's functions."""

import ast

import pytest

from grader import lessons
from grader.classroom.cells import grade_id
from grader.classroom.repair.read_notebook import read_release
from grader.isolation.inside.lazy_cells import DeferredStatements, Statement
from tests.conftest import ROOT

AT_ONCE = {"tf", "keras", "OPS"}
"""What definitions of the lessons need at once: TensorFlow, which is not there in grading, and a table."""


@pytest.mark.parametrize("lesson", lessons.names())
def test_no_definition_of_the_lesson_loads_data_or_trains(lesson):
    notebook = read_release(ROOT / "notebooks" / lesson / f"{lesson}.ipynb")
    deferred, ran = DeferredStatements(), set()
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or grade_id(cell) or cell["source"].startswith("%"):
            continue
        for node in ast.parse(cell["source"]).body:
            statement = Statement(node, cell["id"], 0)
            if not statement.is_deferrable:
                needed = deferred.pop_needed(statement.immediate_references)
                ran |= {name for one in needed if not one.is_definition for name in one.changed}
            deferred.add(statement, lazy=statement.is_deferrable)
    assert ran <= AT_ONCE
