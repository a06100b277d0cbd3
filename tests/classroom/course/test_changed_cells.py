"""A lesson that changes in the middle of the term: points, sentences, cells that come and go."""

import copy

import nbformat
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.cli import app
from grader.demo import LESSON, SampleSubmission
from tests.course_folder import autograded, feedback, short_class

pytestmark = pytest.mark.slow


@pytest.fixture
def course(tmp_path, quiet):
    """A course in which ada is graded, and marked by hand."""
    folder = short_class(tmp_path / "course", [SampleSubmission("ada")])
    grade(LESSON, folder, console=quiet)
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        for name, score in (("answer", 3), ("test_output_delta", 0.5)):
            mark = gradebook.find_grade(name, LESSON, LESSON, "ada")
            mark.manual_score, mark.needs_manual_grade = score, False
        gradebook.find_comment("answer", LESSON, LESSON, "ada").manual_comment = "Well said."
        gradebook.db.commit()
    return folder


def change(course, edit):
    """Edit the course folder's own notebook: `edit` gets its cells and returns them."""
    file = course / "solutions" / LESSON / f"{LESSON}.ipynb"
    nb = nbformat.read(file, as_version=4)
    nb.cells = edit(nb.cells)
    nbformat.write(nb, file)


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def give_ten_points(cells):
    for cell in cells:
        if grade_id(cell) == "test_backward":
            cell.metadata.nbgrader.points = 10
    return cells


def test_points_are_taken_from_the_release(course, quiet):
    change(course, give_ten_points)
    [row] = grade(LESSON, course, console=quiet)
    assert row.max_score == 26
    [mark] = [mark for mark in row.marks if mark.exercise == "backward"]
    assert (mark.score, mark.max_score) == (10, 10)
    assert "10 of 10" in feedback(course, "ada").read_text()


def test_a_changed_sentence_regrades_nobody(course, quiet):
    before = autograded(course, "ada").stat().st_mtime_ns
    sentence = nbformat.v4.new_markdown_cell("A better sentence.", id="sentence")
    change(course, lambda cells: [sentence, *cells])
    [row] = grade(LESSON, course, console=quiet)
    assert "A better sentence." in (course / "notebooks" / LESSON / f"{LESSON}.ipynb").read_text()
    assert autograded(course, "ada").stat().st_mtime_ns == before
    assert (row.to_remark, row.score) == (0, 18.5)


def test_a_removed_test_and_a_new_one_keep_the_marks_by_hand(course, quiet, monkeypatch):
    def edit(cells):
        new = copy.deepcopy(next(cell for cell in cells if grade_id(cell) == "answer"))
        new.id = new.metadata.nbgrader.grade_id = "second_answer"
        return [cell for cell in cells if grade_id(cell) != "test_output_delta"] + [new]

    change(course, edit)
    with pytest.raises(ClassroomError, match=f"grader rerelease {LESSON}"):
        grade(LESSON, course, console=quiet)
    monkeypatch.chdir(course)
    result = CliRunner().invoke(app, ["rerelease", LESSON])
    assert result.exit_code == 0, result.output
    assert "Gone: test_output_delta." in result.output and "New: second_answer." in result.output
    assert "Marks by hand that went with them: 1." in result.output
    assert len(list(course.glob("gradebook-*.db"))) == 1

    [row] = grade(LESSON, course, console=quiet)
    assert row.failure == ""
    assert row.to_remark == 0
    assert (row.score, row.max_score) == (18, 23)  # 15 points of tests and 3 by hand
    assert "Well said." in feedback(course, "ada").read_text()
    assert "test_output_delta" not in {mark.exercise for mark in row.marks}
    result = CliRunner().invoke(app, ["rerelease", LESSON])
    assert result.output.startswith(f"{LESSON} is released.")
