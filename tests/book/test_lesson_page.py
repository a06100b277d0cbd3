"""What the page of a lesson shows of its cells."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader.authoring.first_cell import BADGE_TAG
from grader.book.lesson_page import lesson_page
from grader.feedback.render import MIME_TYPE as VERDICT
from utils.widgets.shared_view import MIME_TYPE as WIDGET

ANSWER = '''def one():
    """Return 1."""
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION'''
AFTER_CHECK = "<details>\n<summary>When the check says that it is right: 1</summary>\n\n$1$\n\n</details>"
STUB = '''def one():
    """Return 1."""
    # YOUR CODE HERE
    raise NotImplementedError()'''


def label(grade_id, **flags):
    return {"nbgrader": {"grade_id": grade_id, "grade": False, "solution": False, **flags}}


def notebook(answer, words):
    cells = [
        new_markdown_cell("[![Open in Colab](https://example.org)]()", metadata={"tags": [BADGE_TAG]}),
        new_markdown_cell("# Tiny\n\n[![A badge](https://example.org/badge.svg)](https://example.org)"),
        new_code_cell("LESSON = 'tiny'", metadata=label("setup", locked=True)),
        new_code_cell(answer, metadata=label("one", solution=True)),
        new_code_cell("check(one)", metadata=label("test_one", grade=True)),
        new_markdown_cell(words, metadata=label("answer", grade=True, solution=True)),
        new_markdown_cell(AFTER_CHECK),
    ]
    return new_notebook(cells=cells, metadata={"widgets": {}})


@pytest.fixture
def page():
    """A function that returns the page's cells, given how to show solutions and the outputs of the test."""

    def make(solutions, *outputs):
        words = "**Your answer (4 points)**\n\n### BEGIN SOLUTION\nBecause $x$.\n### END SOLUTION"
        executed = notebook(ANSWER, words)
        executed.cells[4].outputs = list(outputs)
        released = notebook(STUB, "**Your answer (4 points)**\n\nYOUR ANSWER HERE")
        made = lesson_page(executed, released, solutions)
        assert "widgets" not in made.metadata
        assert len({cell.id for cell in made.cells}) == len(made.cells)
        return made.cells

    return make


def test_solutions_are_folded_below_their_exercise(page):
    _, setup, stub, solution, _, question, answer, after_check = page("folded")
    assert stub.source == STUB and solution.source == "def one():\n    return 1"
    assert solution.metadata.tags == ["hide-input"] and setup.metadata.tags == ["hide-input", "setup"]
    assert after_check.source == AFTER_CHECK
    assert question.source.endswith("YOUR ANSWER HERE")
    assert answer.source.startswith("<details>") and "\n\nBecause $x$.\n\n" in answer.source


def test_solutions_are_left_out(page):
    cells = page("without")
    assert [cell.source for cell in cells[2:4]] == [STUB, "check(one)"]
    assert not [cell for cell in cells if "return 1" in cell.source or "Because" in cell.source]
    assert cells[-1].source == AFTER_CHECK.replace("<details>", '<details class="after-check">')


def test_what_opens_the_lesson_in_colab_is_left_out(page):
    cells = page("folded")
    assert cells[0].source.startswith("# Tiny")
    assert not [cell for cell in cells if "Colab" in cell.source]


def test_no_mark_and_no_picture_from_elsewhere_is_left(page):
    texts = [cell.source for cell in page("folded")]
    assert not [text for text in texts if "SOLUTION" in text or "badge.svg" in text]
    assert "[A badge](https://example.org)" in texts[0]


def test_outputs_that_need_a_kernel_are_left_out(page):
    verdict = new_output("execute_result", {"text/html": "<p>right</p>", VERDICT: {}, "text/plain": "1.0"})
    widget = new_output("display_data", {WIDGET: {"model_id": "a"}, "text/plain": ""})
    both = new_output("display_data", {WIDGET: {"model_id": "a"}, "text/html": "<p>still</p>"})
    stream = new_output("stream", text="printed")
    outputs = page("folded", verdict, widget, both, stream)[4].outputs
    kinds = [output.get("data", output).keys() for output in outputs]
    assert kinds == [{"text/html", "text/plain"}, {"text/html"}, {"output_type", "name", "text"}]
