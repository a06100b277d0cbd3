"""A run is kept as long as nothing that runs has changed; its scores follow the points."""

import copy
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader import lessons
from grader.classroom.grading_notes import HANDED_IN, RERUN, outputs_origin, set_stopped, stopped
from grader.classroom.run import earlier_run as module
from grader.classroom.run.earlier_run import keep_run, run_key
from grader.classroom.run.judge_notebook import judge_notebook
from grader.classroom.run.settings import Settings
from grader.feedback.render import MIME_TYPE
from grader.judge import missing
from tests.classroom.tiny_lesson import test_cell

LESSON = "03_backpropagation"
EXERCISES = lessons.load(LESSON).exercises
SETTINGS = Settings()


@pytest.fixture
def nb():
    cells = [
        new_markdown_cell("# Title", id="title"),
        new_code_cell("import numpy as np", id="imports"),
        new_code_cell("def backward(): ...", id="backward"),
        test_cell("backward"),
        new_code_cell("print(1)", id="try", outputs=[new_output("stream", text="1\n")]),
    ]
    return new_notebook(cells=cells)


def key(nb, files=None, settings=SETTINGS, seed=7, name="<lesson cell 1>"):
    return run_key(nb, files or {}, settings, seed, EXERCISES, {"import numpy as np": name})


def rewrite_text(nb):
    nb["cells"][0]["source"] = "# Another title"
    nb["cells"].insert(0, new_markdown_cell("A note."))


def rewrite_test(nb):
    nb["cells"][3]["source"] = "check(backward, show=True)"
    nb["cells"][3]["metadata"]["nbgrader"]["points"] = 10


def show_something_else(nb):
    nb["cells"][4]["outputs"] = []


@pytest.mark.parametrize("change", [rewrite_text, rewrite_test, show_something_else])
def test_what_does_not_run_does_not_count(nb, change):
    before = key(nb)
    change(nb)
    assert key(nb) == before


def rewrite_code(nb):
    nb["cells"][2]["source"] += "  # one more word"


def move_the_test(nb):
    nb["cells"].append(nb["cells"].pop(3))


def test_another_exercise(nb):
    nb["cells"][3] = test_cell("hidden_delta")


test_another_exercise.__test__ = False


def add_an_ordinary_test(nb):
    nb["cells"].append(test_cell("unknown"))


def make_it_elsewhere(nb):
    nb["metadata"]["backprop"] = {"made with Python": "3.99"}


@pytest.mark.parametrize(
    "change",
    [rewrite_code, move_the_test, test_another_exercise, add_an_ordinary_test, make_it_elsewhere],
)
def test_what_runs_counts(nb, change):
    before = key(nb)
    change(nb)
    assert key(nb) != before


def test_what_it_runs_with_counts(nb, monkeypatch):
    keys = {
        key(nb),
        key(nb, {"data.csv": b"1"}),
        key(nb, {"data.csv": b"2"}),
        key(nb, {"other.csv": b"2"}),
        key(nb, name="<lesson cell 2>"),
        key(nb, seed=8),
        key(nb, settings=Settings(carries_errors_forward=True)),
        key(nb, settings=Settings(is_isolated=False)),
    }
    assert len(keys) == 8
    assert key(nb, settings=Settings(rerun=True)) in keys  # that comes later, and changes no verdict
    monkeypatch.setattr(module, "edition", lambda: {"the course": "another"})
    assert key(nb) not in keys


class AllDefined:
    hung = ended = False
    defined = tuple(EXERCISES)
    call = print

    def run(self, text, name, *, lazy): ...


def with_verdict(nb, points, score=None):
    """The notebook as graded, its test with a verdict of so many of the exercise's points, or an error."""
    made = copy.deepcopy(nb)
    test = made["cells"][3]
    test["metadata"]["nbgrader"]["points"] = points
    if score is None:
        test["outputs"] = [new_output("error", ename="NotRun", evalue="An earlier cell.", traceback=[])]
    else:
        judge_notebook(
            made, AllDefined(), EXERCISES, lambda exercise, _: replace(missing(exercise), score=score)
        )
    return made


@pytest.mark.parametrize("score", [0.0, 4 / 3, 2.666666667, EXERCISES["backward"].points])
@pytest.mark.parametrize(("before", "now"), [(4, 10), (10, 4), (10, 7.7), (0.3, 0.1), (3, 3), (4, 0)])
def test_the_verdict_is_that_of_a_run_with_the_new_points(nb, before, now, score):
    score = round(score, 9)
    wanted = with_verdict(nb, now, score)
    given = copy.deepcopy(nb)
    given["cells"][3]["metadata"]["nbgrader"]["points"] = now
    assert keep_run(given, with_verdict(nb, before, score), EXERCISES, SETTINGS.limits)
    assert given["cells"] == wanted["cells"]
    assert given["cells"][3]["outputs"][0]["data"][MIME_TYPE]["max_score"] == now


def test_of_a_test_that_had_no_points_nothing_can_be_kept(nb):
    before = copy.deepcopy(nb)
    assert not keep_run(nb, with_verdict(nb, 0, 1.0), EXERCISES, SETTINGS.limits)
    assert nb == before


def test_an_error_stays_one(nb):
    assert keep_run(nb, with_verdict(nb, 3), EXERCISES, SETTINGS.limits)
    assert nb["cells"][3]["outputs"][0]["ename"] == "NotRun"


def test_what_was_stopped_and_what_was_handed_in_stay(nb):
    before = with_verdict(nb, 2, 1.0)
    set_stopped(before, ["It tried to reach a network."])
    before["cells"][4]["outputs"] = [new_output("stream", text="of another run\n")]
    assert keep_run(nb, before, EXERCISES, SETTINGS.limits)
    assert stopped(nb) == ("It tried to reach a network.",)
    assert nb["cells"][4]["outputs"][0]["text"] == "1\n"
    assert outputs_origin(nb) == HANDED_IN


def test_where_there_are_ordinary_tests_all_outputs_are_those_of_the_run(nb):
    add_an_ordinary_test(nb)
    before = with_verdict(nb, 2, 1.0)
    shown = [new_output("stream", text="2\n")]
    before["cells"][4]["outputs"] = before["cells"][5]["outputs"] = shown
    assert keep_run(nb, before, EXERCISES, SETTINGS.limits)
    assert nb["cells"][4]["outputs"] == nb["cells"][5]["outputs"] == shown
    assert [cell["execution_count"] for cell in nb["cells"][1:]] == [1, 2, 3, 4, 5]
    assert outputs_origin(nb) == RERUN
