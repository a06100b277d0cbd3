"""The class table as data: what each student earned, exercise by exercise, and why not more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook, MissingEntry

from grader import lessons
from grader.classroom.cells import exercise_of, id_of_test, is_test
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.grading_notes import repairs, stopped
from grader.feedback import status
from grader.feedback.render import MIME_TYPE
from grader.lessons.misconceptions import MISCONCEPTIONS


@dataclass(frozen=True)
class Mark:
    """What one exercise earned; marks may be given by hand, `status` and `diagnosis` are the verdict's."""

    exercise: str
    score: float
    max_score: float
    status: str
    diagnosis: tuple[str, ...] = ()
    message: str = ""

    @property
    def is_full(self) -> bool:
        """Whether all points were earned, or given by hand."""
        return self.score >= self.max_score > 0

    @property
    def is_partial(self) -> bool:
        """Whether some points were earned, but not all."""
        return 0 < self.score < self.max_score


@dataclass(frozen=True)
class Row:
    """One student's line.

    `waiting` are the points of answers that nobody has marked yet, `stopped` is what the sandbox kept the
    submission from doing, `failure` says why it was not graded.
    """

    student: str
    score: float = 0.0
    max_score: float = 0.0
    waiting: float = 0.0
    marks: tuple[Mark, ...] = ()
    repairs: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    failure: str = ""

    @property
    def finding(self) -> str:
        """What to know first about this submission; empty if all is right."""
        if self.failure:
            return f"Not graded: {self.failure}"
        if self.marks and all(mark.status == status.MISSING for mark in self.marks):
            return " ".join([*self.repairs, *self.stopped, "Nothing was attempted."])
        lost = [mark for mark in self.marks if not mark.is_full]
        lost.sort(key=lambda mark: mark.status == status.MISSING)  # an attempt says more than none
        return " ".join([*self.repairs, *self.stopped, *map(_finding, lost[:1])])


def class_table(assignment: Assignment, students: Iterable[str], failures: Mapping[str, str]) -> list[Row]:
    """Return a row for each student: scores from the gradebook, reasons from the autograded notebook.

    `failures` says for some students why their submissions could not be graded.
    """
    with Gradebook(assignment.course.folders.db_url, assignment.course.folders.course_id) as gradebook:
        return [
            Row(student, failure=failures[student])
            if student in failures
            else _row(Submission(assignment, student), gradebook)
            for student in students
        ]


def _finding(mark: Mark) -> str:
    slips = [MISCONCEPTIONS[name] for name in mark.diagnosis if name in MISCONCEPTIONS]
    if not slips or mark.diagnosis == ("raises",):
        return f"{mark.exercise}: {_first_sentence(mark.message)}"
    return f"{mark.exercise} {', and '.join(f'{slip.headline} ({slip.name})' for slip in slips)}."


def _first_sentence(message: str) -> str:
    head, stop, _ = message.partition(". ")
    return head + (stop.strip() or "")


def _row(submission: Submission, gradebook: Gradebook) -> Row:
    student, lesson = submission.student, submission.assignment.lesson
    try:
        recorded = gradebook.find_submission_notebook(lesson, lesson, student)
        nb = nbformat.read(submission.notebook("autograded"), as_version=4)
    except (MissingEntry, FileNotFoundError):
        return Row(student, failure="nothing in the gradebook.")
    grades = {grade.name: grade for grade in recorded.grades}
    verdicts = {exercise_of(cell): _verdict(cell) for cell in nb.cells if is_test(cell)}
    marks = tuple(
        _mark(exercise, grades[id_of_test(exercise)], verdicts.get(exercise, {}))
        for exercise in lessons.load(lesson).exercises
        if id_of_test(exercise) in grades
    )
    return Row(
        student,
        score=recorded.score,
        max_score=recorded.max_score,
        waiting=sum(grade.max_score for grade in grades.values() if _is_unmarked(grade)),
        marks=marks,
        repairs=repairs(nb),
        stopped=stopped(nb),
    )


def _is_unmarked(grade: Grade) -> bool:
    return grade.needs_manual_grade and grade.auto_score is None and grade.manual_score is None


def _mark(exercise: str, grade: Grade, verdict_data: Mapping) -> Mark:
    return Mark(
        exercise,
        score=grade.score,
        max_score=grade.max_score,
        status=verdict_data.get("status", status.ERROR),
        diagnosis=tuple(verdict_data.get("diagnosis", ())),
        message=verdict_data.get("message", ""),
    )


def _verdict(test: NotebookNode) -> Mapping:
    """Return the data of the verdict in a test cell's outputs, or the error in its place."""
    for output in test.outputs:
        if output.output_type == "error":
            return {"status": status.ERROR, "message": f"{output.ename}: {output.evalue}"}
        if MIME_TYPE in output.get("data", {}):
            return output.data[MIME_TYPE]
    return {}
