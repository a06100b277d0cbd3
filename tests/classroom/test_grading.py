"""A class is graded, bad submissions beside good ones; what was graded before is left alone."""

import os

import nbformat
import pytest

from grader import lessons
from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.classroom.grading_notes import HANDED_IN, RERUN
from grader.demo import LESSON, SampleSubmission
from grader.demo.submissions import DELETED_TEST, FULL_SOLUTION, MISSING_MEAN
from grader.isolation.sandbox import SandboxError
from grader.isolation.submission import SubmissionProcess
from tests.course_folder import autograded, feedback, short_class, submitted


@pytest.mark.slow
@pytest.mark.parametrize("lesson", lessons.names())
def test_the_solution_of_every_lesson_gets_full_marks(tmp_path, quiet, lesson):
    course = short_class(tmp_path / "course", [FULL_SOLUTION], lesson)
    (row,) = grade(lesson, course, console=quiet)
    assert not row.failure
    assert row.score == sum(exercise.points for exercise in lessons.load(lesson).exercises.values())
    assert row.waiting == 4


@pytest.mark.slow
def test_grading_resuming_and_forcing(tmp_path, quiet, capfd):
    course = short_class(tmp_path / "course", [FULL_SOLUTION, MISSING_MEAN, DELETED_TEST])
    no_json = submitted(course, "no-json")
    no_json.parent.mkdir(parents=True)
    no_json.write_text("<<<<<<< HEAD")
    misnamed = submitted(course, "misnamed")
    misnamed.parent.mkdir(parents=True)
    (misnamed.parent / "my homework.ipynb").write_text("{}")

    rows = {row.student: row for row in grade(LESSON, course, console=quiet)}

    assert capfd.readouterr() == ("", "")
    assert {name: row.score for name, row in rows.items() if not row.failure} == {
        "full-solution": 16,
        "missing-mean": 9,
        "deleted-test": 16,
    }
    assert rows["missing-mean"].marks[1].diagnosis == ("missing-mean",)
    assert rows["deleted-test"].repairs == ("The test of `hidden_delta` had been deleted.",)
    assert rows["full-solution"].waiting == 4
    assert "not a notebook that can be read" in rows["no-json"].failure
    assert "my homework.ipynb" in rows["misnamed"].failure
    assert "output_delta: not right yet" in feedback(course, "missing-mean").read_text()
    assert "put back" in feedback(course, "deleted-test").read_text()
    assert not feedback(course, "no-json").exists()

    before = {name: autograded(course, name).stat().st_mtime_ns for name in ("full-solution", "missing-mean")}
    notebook = nbformat.read(submitted(course, "deleted-test"), as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("Handed in again."))
    nbformat.write(notebook, submitted(course, "deleted-test"))
    again = {row.student: row for row in grade(LESSON, course, console=quiet)}
    assert again == rows
    assert "Handed in again." in autograded(course, "deleted-test").read_text()
    assert before == {name: autograded(course, name).stat().st_mtime_ns for name in before}

    [row] = grade(LESSON, course, ["missing-mean"], force=True, console=quiet)
    assert row == rows["missing-mean"]
    assert autograded(course, "missing-mean").stat().st_mtime_ns > before["missing-mean"]
    assert autograded(course, "full-solution").stat().st_mtime_ns == before["full-solution"]


def test_folders_with_names_that_nbgrader_cannot_have_count_for_nobody(tmp_path, quiet):
    patterns = ("a*", "?da", "[a-z]da", "a" * 129, os.fsdecode(b"\xff"))
    others = [SampleSubmission(f"zoe{number}", is_untouched=True) for number in range(len(patterns))]
    course = short_class(tmp_path / "course", [SampleSubmission("ada"), *others])
    for other, name in zip(others, patterns, strict=True):
        (course / "submitted" / other.name).rename(course / "submitted" / name)
    rows = {row.student: row for row in grade(LESSON, course, console=quiet)}
    assert rows["ada"].score == 16
    assert all("Rename it" in rows[name].failure for name in patterns)


def test_without_a_sandbox_all_ends_with_one_message(tmp_path, quiet, monkeypatch):
    course = short_class(tmp_path / "course", [SampleSubmission(name) for name in ("ada", "bob", "cyd")])
    start = SubmissionProcess.__enter__

    def start_one(process):
        if started:
            raise SandboxError("No user namespaces.")
        started.append(process)
        return start(process)

    started = []
    monkeypatch.setattr(SubmissionProcess, "__enter__", start_one)
    with pytest.raises(ClassroomError, match=r"No user namespaces\.\nNothing is run without"):
        grade(LESSON, course, jobs=1, console=quiet)
    assert autograded(course, "ada").exists()
    assert (course / "grading.log").read_text().count("No user namespaces") == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_notebooks_run_again_for_their_outputs_on_request(tmp_path, quiet):
    course = short_class(tmp_path / "course", [FULL_SOLUTION])
    nb = nbformat.read(submitted(course, "full-solution"), as_version=4)
    nb.cells.append(nbformat.v4.new_code_cell("print(6 * 7)"))
    nbformat.write(nb, submitted(course, "full-solution"))

    def shown():
        made = nbformat.read(autograded(course, "full-solution"), as_version=4)
        page = feedback(course, "full-solution").read_text()
        return made.cells[-1].outputs, page.count(RERUN), page.count(HANDED_IN)

    [row] = grade(LESSON, course, console=quiet)
    assert shown()[0] == []
    assert grade(LESSON, course, rerun=True, console=quiet) == [row]
    [output], again, handed_in = shown()
    assert output.text == "42\n"
    assert again and not handed_in
    before = autograded(course, "full-solution").stat().st_mtime_ns
    grade(LESSON, course, rerun=True, console=quiet)
    assert autograded(course, "full-solution").stat().st_mtime_ns == before
