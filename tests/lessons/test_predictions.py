"""Before a cell shows a result, each lesson asks what it will be, and then shows both side by side."""

import ast
import re

import nbformat
import pytest

from grader import lessons
from grader.authoring.fold_results import SUMMARY


def cells_of(root, lesson):
    return nbformat.read(root / "solutions" / lesson / f"{lesson}.ipynb", as_version=4).cells


def calls(cells, function):
    """The first argument of each call, with the number of its cell."""
    found = {}
    for i, cell in enumerate(cells):
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(re.sub("(?m)^%", "# %", cell.source))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function:
                    assert node.args[0].value not in found, "a name stands for one prediction of a lesson"
                    found[node.args[0].value] = i
    return found


@pytest.mark.parametrize("lesson", lessons.names())
def test_every_prediction_is_asked_in_a_cell_of_its_own_and_compared_below(root, lesson):
    cells = cells_of(root, lesson)
    asked, compared = calls(cells, "ask_prediction"), calls(cells, "compare_prediction")
    assert list(asked) == list(compared)
    for name, i in asked.items():
        assert 0 < compared[name] - i <= 3
        assert cells[i].source.startswith("ask_prediction(")
        assert "**Predict before you run.**" in cells[i - 1].source
    announced = sum("**Predict before you run.**" in cell.source for cell in cells)
    assert len(asked) == announced >= 3


@pytest.mark.parametrize("lesson", lessons.names())
def test_a_fold_hides_what_came_out_and_not_what_comes_next(root, lesson):
    """Whoever leaves it shut is led on by Markdown in sight, before there is code again."""
    cells = cells_of(root, lesson)
    for i, cell in enumerate(cells):
        if f"<summary>{SUMMARY}</summary>" in cell.source:
            _, hidden, in_sight = re.split("</?details>", cell.source)
            assert "**Predict before you run.**" not in hidden
            assert in_sight.strip() or cells[i + 1].cell_type == "markdown", hidden


@pytest.mark.parametrize("lesson", lessons.names())
def test_no_result_is_typed_in(root, lesson):
    cells = cells_of(root, lesson)
    for i in calls(cells, "compare_prediction").values():
        call = next(
            node
            for node in ast.walk(ast.parse(cells[i].source))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "compare_prediction"
        )
        assert any(isinstance(node, ast.Name) for node in ast.walk(call.args[1]))
