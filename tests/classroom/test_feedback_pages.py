"""What a person writes into the gradebook reaches the feedback pages, and nothing is graded for it."""

import nbformat
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from grader.classroom.cells import grade_id
from grader.classroom.feedback_pages import remake_feedback
from grader.classroom.grading import grade
from grader.cli import app
from grader.demo import LESSON, SampleSubmission
from tests.course_folder import autograded, feedback, short_class, submitted

pytestmark = pytest.mark.slow


@pytest.fixture
def course(tmp_path, quiet):
    folder = short_class(tmp_path / "course", [SampleSubmission("ada"), SampleSubmission("bob")])
    grade(LESSON, folder, console=quiet)
    return folder


def mark(course, student="ada", score=3, comment="Well said."):
    """Mark the written answer as formgrader does."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        written = gradebook.find_grade("answer", LESSON, LESSON, student)
        written.manual_score, written.needs_manual_grade = score, False
        gradebook.find_comment("answer", LESSON, LESSON, student).manual_comment = comment
        gradebook.db.commit()


def test_marks_and_comments_by_hand_reach_the_page(course, quiet):
    before = {name: feedback(course, name).read_text() for name in ("ada", "bob")}
    graded = autograded(course, "ada").stat().st_mtime_ns
    rights = feedback(course, "ada").stat().st_mode
    mark(course)
    ada, bob = grade(LESSON, course, console=quiet)
    page = feedback(course, "ada").read_text()
    assert "<strong>19</strong> of 20 points</p>" in page and "Well said." in page
    assert feedback(course, "bob").read_text() == before["bob"]
    assert (ada.score, ada.waiting, ada.failure) == (19, 0, "")
    assert autograded(course, "ada").stat().st_mtime_ns == graded
    assert feedback(course, "ada").stat().st_mode == rights
    assert remake_feedback(LESSON, course) == ([], {})


def test_the_command_writes_pages_and_grades_nothing(course, monkeypatch):
    monkeypatch.chdir(course)
    mark(course, comment="Neat.")
    feedback(course, "bob").unlink()
    result = CliRunner().invoke(app, ["feedback", LESSON])
    assert (result.exit_code, result.output) == (0, "New pages: ada, bob\n")
    assert "Neat." in feedback(course, "ada").read_text() and feedback(course, "bob").exists()
    result = CliRunner().invoke(app, ["feedback", LESSON])
    assert (result.exit_code, result.output) == (0, "Every page shows what the gradebook has.\n")
    submitted(course, "bob").write_text(submitted(course, "bob").read_text() + "\n")
    result = CliRunner().invoke(app, ["feedback", LESSON])
    assert result.exit_code == 1 and "bob: no new page: it is not graded as it is now" in result.output


def test_a_rewritten_answer_is_to_be_marked_again(course, quiet):
    mark(course)
    nb = nbformat.read(submitted(course, "ada"), as_version=4)
    nb.cells.append(nbformat.v4.new_markdown_cell("More.", id="more"))
    nbformat.write(nb, submitted(course, "ada"))
    ada, _ = grade(LESSON, course, console=quiet)
    assert ada.to_remark == 0  # the answer itself is as it was
    next(cell for cell in nb.cells if grade_id(cell) == "answer").source = "Now I know better."
    nbformat.write(nb, submitted(course, "ada"))
    ada, _ = grade(LESSON, course, console=quiet)
    assert (ada.score, ada.to_remark) == (19, 4)
    assert "to mark again" in feedback(course, "ada").read_text()
    mark(course, score=2)
    ada, _ = grade(LESSON, course, console=quiet)
    assert (ada.score, ada.to_remark) == (18, 0)
    assert "to mark again" not in feedback(course, "ada").read_text()
