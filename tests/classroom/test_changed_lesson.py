"""A lesson changes after a class was graded: what comes of it is what a grading of all would give."""

import io
import json
import shutil
import sqlite3

import nbformat
import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from grader.classroom import class_grading
from grader.classroom.course.assignment import Assignment
from grader.classroom.course.course_folder import Course
from grader.classroom.course.release import ensure_released
from grader.classroom.errors import Interrupted
from grader.classroom.grading import grade
from grader.demo import LESSON, SampleSubmission
from grader.demo.submissions import DELETED_TEST, MISSING_MEAN
from grader.isolation.submission import SubmissionProcess
from tests.classroom.graded_class import files
from tests.course_folder import short_class, submitted

pytestmark = pytest.mark.slow

STARTS_A_PROGRAM = """def output_delta(A, Y):
    import subprocess
    try:
        subprocess.run(["true"])
    except Exception as error:
        print(type(error).__name__)
    return (A - Y) / A.shape[0]"""
CLASS = [
    MISSING_MEAN,
    DELETED_TEST,
    SampleSubmission("ada", unattempted=("backward",)),
    SampleSubmission("not python", answers={"hidden_delta": "def hidden_delta(a b):"}),
    SampleSubmission("stopped", answers={"output_delta": STARTS_A_PROGRAM}),
    SampleSubmission("untouched", is_untouched=True),
    SampleSubmission("without the cell"),
]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course folder with a graded class, some of whose marks are by hand."""
    folder = short_class(tmp_path_factory.mktemp("graded") / "course", CLASS)
    file = submitted(folder, "without the cell")
    nb = nbformat.read(file, as_version=4)
    nb.cells = [cell for cell in nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") != "backward"]
    nbformat.write(nb, file)
    grade(LESSON, folder, console=Console(file=io.StringIO()))
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        for student in ("ada", "missing-mean"):
            for name, score in (("answer", 3), ("test_output_delta", 0.5)):
                mark = gradebook.find_grade(name, LESSON, LESSON, student)
                mark.manual_score, mark.needs_manual_grade = score, False
            gradebook.find_comment("answer", LESSON, LESSON, student).manual_comment = "Well said."
        gradebook.db.commit()
    return folder


@pytest.fixture
def course(graded, tmp_path):
    return shutil.copytree(graded, tmp_path / "course")


@pytest.fixture
def nothing_runs(monkeypatch):
    def start(process):
        raise AssertionError("it runs again")

    return lambda: monkeypatch.setattr(SubmissionProcess, "__enter__", start)


def change(course, *edits):
    """Edit the cells of the course folder's own notebook, and release it."""
    file = course / "solutions" / LESSON / f"{LESSON}.ipynb"
    nb = nbformat.read(file, as_version=4)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id", cell.id): cell for cell in nb.cells}
    for edit in edits:
        edit(cells)
    nbformat.write(nb, file)
    ensure_released(Assignment(Course(course), LESSON))


def points(cells):
    cells["test_backward"].metadata.nbgrader.points = 10
    cells["test_output_delta"].metadata.nbgrader.points = 0.3


def docstring(cells):
    before = cells["backward"].source
    cells["backward"].source = before.replace('"""', '"""Mind the order of the layers. ', 1)
    assert cells["backward"].source != before


def test_cell(cells):
    cells["test_hidden_delta"].source += "  # the last step"


test_cell.__test__ = False


def question(cells):
    cells["answer"].source = "Why? Say it in five sentences."
    cells["answer"].metadata.nbgrader.points = 6


def setup(cells):
    cells["setup"].source += "\nCHANGED = True"


def outcome(course):
    """All rows of the gradebook, all files, and all receipts."""
    with sqlite3.connect(course / "gradebook.db") as book:
        tables = [name for (name,) in book.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: sorted(map(repr, book.execute(f"SELECT * FROM {name}"))) for name in tables}
    receipts = {
        file.parts[-3]: json.loads(file.read_text())["receipt"] for file in course.rglob(".receipt.json")
    }
    assert len(receipts) == len(CLASS)
    return rows, files(course), receipts


def graded_anew(course, folder):
    """What a grading of all from the beginning gives, in a copy of the course."""
    other = shutil.copytree(course, folder)
    grade(LESSON, other, force=True, console=Console(file=io.StringIO()))
    return outcome(other)


@pytest.mark.parametrize(
    ("edits", "words", "ran"),
    [
        ([points], "the points of `output_delta`, the points of `backward`", "none"),
        ([docstring], "the answer cell of `backward`", "1"),  # who has deleted that cell, gets the new one
        ([question], "the points of `answer`", "none"),
        ([test_cell, points], "the test of `hidden_delta`", "none"),
        ([setup, docstring], "the setup cell, the answer cell of `backward`", "all"),
    ],
    ids=lambda value: "-".join(edit.__name__ for edit in value) if isinstance(value, list) else "",
)
def test_marks_notebooks_and_pages_are_those_of_a_grading_of_all(
    course, tmp_path, nothing_runs, edits, words, ran
):
    change(course, *edits)
    expected = graded_anew(course, tmp_path / "anew")
    console = Console(file=io.StringIO(), width=1000)
    if ran == "none":
        nothing_runs()
    rows = grade(LESSON, course, console=console)
    assert not any(row.failure for row in rows)
    assert outcome(course) == expected
    said = console.file.getvalue()
    assert f"Changed in {LESSON}:" in said and words in said
    assert f"7 graded submissions follow it; {ran} ran again." in said


def test_an_interruption_and_another_change_between(course, tmp_path, quiet, monkeypatch):
    write_receipt, written = class_grading.write_receipt, []

    def interrupt(*arguments):
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(write_receipt(*arguments))

    change(course, points)
    with monkeypatch.context() as patch:
        patch.setattr(class_grading, "write_receipt", interrupt)
        with pytest.raises(Interrupted, match="2 of 7 are graded"):
            grade(LESSON, course, console=quiet)
    change(course, test_cell)
    expected = graded_anew(course, tmp_path / "anew")
    assert not any(row.failure for row in grade(LESSON, course, console=quiet))
    assert outcome(course) == expected


def test_what_is_handed_in_again_with_other_words_does_not_run_again(course, tmp_path, nothing_runs):
    nb = nbformat.read(submitted(course, "ada"), as_version=4)
    nb.cells[-1].source = "Another answer."
    nbformat.write(nb, submitted(course, "ada"))
    expected = graded_anew(course, tmp_path / "anew")
    console = Console(file=io.StringIO())
    nothing_runs()
    assert {row.student: row.to_remark for row in grade(LESSON, course, console=console)}["ada"] > 0
    assert outcome(course) == expected
    assert "Changed in" not in console.file.getvalue()
