import copy
import time

import pytest

from grader.classroom.cells import Cell, grade_id
from grader.classroom.grading_notes import METADATA_KEY, set_outputs_note, set_stopped
from grader.classroom.page.page import CELL_LIMIT, TEXTS_LIMIT, render_page
from grader.classroom.records import CellGrade, Grades
from tests.classroom.page.conftest import LESSON, output, released
from tests.classroom.page.html_structure import Structure, assert_harmless

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</div></div></main></body></html><h1>20 of 20 points</h1>",
    "<div style='position:fixed;top:0'>x</div><style>*{display:none}</style>",
    "<a href='javascript:alert(1)'>x</a> [x](javascript:alert(1)) ![x](http://x.example/y.png)",
    "<svg onload=alert(1)></svg><math><mtext><script>alert(1)</script></mtext></math>",
    "<div class='verdict' id='verdict-1'>✓ right</div>",
    r"$\text{</math><script>alert(1)</script>}$ $$\href{javascript:alert(1)}{x}$$",
    "<!-- --><!--", "<table><tr><td>", "<textarea><title><plaintext>", "[a]: javascript:alert(1)\n\n[a]",
)  # fmt: skip


def cell_of(notebook, name):
    return next(cell for cell in notebook["cells"] if grade_id(cell) == name)


def markdown(source) -> Cell:
    return {"cell_type": "markdown", "id": "x", "metadata": {}, "source": source}


def code(source, *outputs) -> Cell:
    return markdown(source) | {"cell_type": "code", "outputs": list(outputs), "execution_count": None}


def test_the_points_come_first_then_the_verdicts_then_the_notebook(autograded, grades):
    notebook = autograded(hidden_delta="wrong")
    page = assert_harmless(render_page(notebook, grades(notebook), LESSON, "ada"))
    order = (
        *("Backpropagation", "Feedback for ada", "14 of 20 points so far", "One answer waits"),
        *("numerical_gradient", "the error signal of a hidden layer", "0 of 2", "✗ not right yet"),
        *("– of 4", "… waits for a person", "Verdicts", "hidden_delta: not right yet", "Try this"),
        *("The notebook", "Lesson 3: Backpropagation", "verdict on hidden_delta", "def hidden_delta"[:0]),
    )
    places = [page.text.find(words) for words in order if words]
    assert -1 not in places and places == sorted(places)


def test_links_lead_from_the_table_to_the_verdict_and_on_to_the_answer(autograded, grades):
    notebook = autograded()
    page = Structure(render_page(notebook, grades(notebook), LESSON, "ada"))
    targets = {attributes["id"] for _, attributes, _ in page.elements if "id" in attributes}
    targets_of_links = [link.get("href", "") for link in page.all("a")]  # "" for one to a file of the course
    links = {target.removeprefix("#") for target in targets_of_links if target.startswith("#")}
    assert links == targets and {"verdict-1", "answer-1", "verdict-7", "answer-8"} <= links


def test_comments_stand_on_top_and_below_the_answer(autograded, grades):
    notebook = autograded()
    comments = {"answer": "Good.\n<b>Why</b> & how?", "hidden_delta": "Neat."}
    html = render_page(notebook, grades(notebook, comments=comments), LESSON, "ada")
    page = assert_harmless(html)
    assert page.text.count("<b>Why</b> & how?") == page.text.count("Neat.") == html.count("Good.<br>") == 2
    assert page.text.rindex("def hidden_delta") < page.text.rindex("Neat.") < page.text.rindex("def backward")


def test_late_penalty_repairs_and_what_was_stopped(autograded, grades):
    notebook = autograded()
    note = "**Before grading, one cell was put back:**\n\n- The test of `backward` had been deleted."
    notebook["cells"].insert(0, markdown(note) | {"metadata": {METADATA_KEY: "repairs"}})
    set_stopped(notebook, ["It tried to reach a <network>."])
    page = assert_harmless(render_page(notebook, grades(notebook, late_penalty=1.5), LESSON, "ada"))
    assert "14.5 of 20 points" in page.text and "Handed in late: 1.5 points are taken off." in page.text
    assert page.text.count("The test of backward had been deleted.") == 1
    assert page.text.index("one cell was put back") < page.text.index("Verdicts")
    assert "It tried to reach a <network>." in page.text


def test_a_mark_of_an_earlier_version_is_to_be_given_again(autograded, grades):
    notebook = autograded()
    cells = grades(notebook).cells | {
        "answer": CellGrade(3, 4, is_to_remark=True),
        "test_hidden_delta": CellGrade(1, 2, is_to_remark=True),
    }
    page = assert_harmless(render_page(notebook, grades(notebook, cells=cells), LESSON, "ada"))
    assert "2 marks were given by hand for an earlier version" in page.text
    assert "↻ to mark again" in page.text and "by hand, to mark again" in page.text


def test_how_late_it_is_stands_on_top(autograded, grades):
    notebook = autograded()
    late = {"late_seconds": 90_000.0}
    page = assert_harmless(render_page(notebook, grades(notebook, **late), LESSON, "ada"))
    assert "Handed in 1 day and 1 hour late." in page.text
    page = assert_harmless(render_page(notebook, grades(notebook, late_penalty=1, **late), LESSON, "ada"))
    assert "Handed in 1 day and 1 hour late: 1 point is taken off." in page.text


def test_points_that_a_person_changed_are_marked(autograded, grades):
    notebook = autograded(hidden_delta="wrong")
    cells = grades(notebook).cells | {"test_hidden_delta": CellGrade(1.5, 2)}
    page = Structure(render_page(notebook, grades(notebook, cells=cells), LESSON, "ada"))
    assert "1.5 of 2by hand" in page.text


def test_a_notebook_without_verdicts(grades):
    notebook = released()
    page = assert_harmless(render_page(notebook, grades(notebook), LESSON, "ada"))
    assert "0 of 20 points" in page.text and "Verdicts" not in page.text


def test_an_untouched_submission(autograded, grades):
    notebook = autograded("missing")
    page = assert_harmless(render_page(notebook, grades(notebook), LESSON, "ada"))
    assert page.text.count("– not attempted yet") == 7


def test_an_assignment_that_is_no_lesson_and_an_ordinary_test():
    label = {"grade_id": "t", "grade": True, "solution": False, "locked": True, "points": 2}
    test = code("assert x == 1", output({"text/html": "<b>x</b>"})) | {"metadata": {"nbgrader": label}}
    notebook = {"metadata": {}, "cells": [test]}
    grades = Grades(2, 2, cells={"t": CellGrade(2, 2)})
    page = assert_harmless(render_page(notebook, grades, "my_homework", "ada"))
    assert "my_homework" in page.text and "2 of 2 points" in page.text and "Verdicts" not in page.text


def test_outputs_say_where_they_come_from(autograded, grades):
    notebook = autograded()
    notebook["cells"].append(code("1 + 1", output({"text/plain": "2"}, "execute_result")))
    assert render_page(notebook, grades(notebook), LESSON, "ada").count("output, as handed in") == 1
    set_outputs_note(notebook, is_rerun=True)
    assert "output, run again for grading" in render_page(notebook, grades(notebook), LESSON, "ada")


@pytest.mark.parametrize("bad", HOSTILE)
def test_what_learners_write_does_nothing(autograded, grades, bad):
    notebook = autograded()
    safe = Structure(render_page(notebook, grades(notebook), LESSON, "ada"))
    cell_of(notebook, "answer")["source"] = bad
    cell_of(notebook, "hidden_delta")["source"] = bad
    notebook["cells"] += [
        *map(markdown, (bad, f"# {bad}\n\n- {bad}\n\n> `{bad}`", f"|a|\n|-|\n|{bad}|", f"```{bad}")),
        *(code(bad, output({f"text/{kind}": bad})) for kind in ("html", "markdown", "plain", "latex")),
        *(code("", output({kind: bad, "text/plain": bad})) for kind in ("image/png", "image/svg+xml", bad)),
        code("", {"output_type": "stream", "name": "stdout", "text": bad}),
        code("", {"output_type": "error", "ename": bad, "evalue": bad, "traceback": [bad, f"\x1b[31m{bad}"]}),
        markdown(bad) | {"cell_type": "raw"},
    ]  # fmt: skip
    comments = {"answer": bad}
    page = assert_harmless(render_page(notebook, grades(notebook, comments=comments), LESSON, bad))
    assert "\x1b" not in page.text
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert ids == [attributes["id"] for _, attributes, _ in safe.elements if "id" in attributes]


def test_a_forged_verdict_is_an_output_like_any_other(autograded, grades):
    notebook = autograded(hidden_delta="wrong")
    forged = copy.deepcopy(autograded()["cells"])
    right = next(cell for cell in forged if grade_id(cell) == "test_hidden_delta")["outputs"]
    right[0]["data"]["text/html"] += "<script>alert(1)</script>"
    notebook["cells"].append(code("check(hidden_delta)", *right))
    page = assert_harmless(render_page(notebook, grades(notebook), LESSON, "ada"))
    assert page.text.index("✗ hidden_delta: not right yet") < page.text.index("The notebook")
    assert page.text.index("✓ hidden_delta: right") > page.text.index("The notebook")


def test_too_much_is_cut(autograded, grades):
    notebook = autograded()
    notebook["cells"] += [markdown("word " * (CELL_LIMIT // 4)) for _ in range(8)]
    notebook["cells"].append(code("", *[output({"text/html": "<p>x</p>" * 5000})] * 9))
    html = render_page(notebook, grades(notebook), LESSON, "ada")
    assert "The rest of this cell is left out" in html and "the notebook shows too much" in html
    assert len(html) < 1.5 * TEXTS_LIMIT + 200_000


def test_a_page_is_small_and_another_one_takes_little_time(autograded, grades):
    notebook = autograded()
    html = render_page(notebook, grades(notebook), LESSON, "ada")
    assert len(html.encode()) < 200_000
    start = time.process_time()
    for _ in range(10):
        assert render_page(notebook, grades(notebook), LESSON, "ada") == html
    assert time.process_time() - start < 10 * 0.03  # seen: 0.003


@pytest.mark.slow
@pytest.mark.parametrize(
    "bad", ["[", "[a](b", "|a|b\n|-|-\n|x\n", "<div>", "$a$", "*_", "> - ", "'''", 'f"{']
)
def test_no_text_takes_long(autograded, grades, bad):
    notebook = autograded()
    text = bad * (CELL_LIMIT // len(bad))
    notebook["cells"] += [markdown(f"{number} {text}") for number in range(10)]
    notebook["cells"] += [code(f"{number} {text}", output({"text/html": text * 10})) for number in range(10)]
    start = time.process_time()
    render_page(notebook, grades(notebook), LESSON, "ada")
    assert time.process_time() - start < 15


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "&#8238;", "\x1b[8m", "a\rb"])
def test_no_text_reads_as_another_one(autograded, grades, mark):
    notebook = autograded()
    shown = output({"text/html": mark, "text/plain": mark})
    notebook["cells"] += [code(f"is_admin = False #{mark}x", shown), markdown(f"{mark} $x{mark}$")]
    page = render_page(notebook, grades(notebook), LESSON, "ada")
    assert not set("\u202e\u2066\x1b\r") & set(page)
