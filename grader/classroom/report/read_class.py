"""Reads what grading left of a class in its course folder, and makes the report of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from grader import lessons
from grader.classroom.answer_code import AnswerCode, Statement, read_answers
from grader.classroom.class_table import Row, class_table
from grader.classroom.course.assignment import Assignment
from grader.classroom.errors import ClassroomError
from grader.classroom.noted_failures import read_failures
from grader.classroom.preconditions import demand_lesson, find_submissions, open_course
from grader.classroom.receipts import read_receipts, release_fingerprint
from grader.classroom.repair.read_notebook import read_release
from grader.classroom.report.class_report import ClassReport, class_report
from grader.classroom.report.typical_lines import anonymous, typical_line, words
from grader.feedback.status import CORRECT

_NOT_GRADED = "It was handed in, or it or the lesson was changed, after the last grading. `grade` grades it."


def report_on_class(lesson: str, course: Path = Path("."), since: str | None = None) -> ClassReport:
    """Return the report on a lesson, with changes since the lesson `since`, or the last graded one before.

    Raises `ClassroomError` if nothing of the lesson has been graded, or nothing of `since`.
    """
    demand_lesson(lesson)
    assignment = Assignment(open_course(Path(course)), lesson)
    rows = read_rows(assignment)
    earlier, earlier_rows = _earlier(assignment, since)
    return class_report(lesson, rows, TypicalLines(assignment, rows), earlier, earlier_rows)


def read_rows(assignment: Assignment) -> list[Row]:
    """Return the class table's rows from what grading left. Raises `ClassroomError` if that is nothing."""
    submissions = find_submissions(assignment)
    release = release_fingerprint(assignment) if assignment.notebook("release").is_file() else ""
    receipts = read_receipts(submissions, release)
    if not receipts:
        raise ClassroomError(
            f"No submission for {assignment.lesson} is graded as it is now. "
            f"Grade them first: grader grade {assignment.lesson}"
        )
    grades = assignment.course.gradebook().grades(assignment.lesson)
    noted = read_failures(assignment, submissions, release)
    failures = {one: noted.get(one, _NOT_GRADED) for one in submissions if one not in receipts}
    return class_table(assignment.lesson, submissions, receipts, failures, grades)


def _earlier(assignment: Assignment, since: str | None) -> tuple[str, Sequence[Row]]:
    if since is not None:
        demand_lesson(since)
        return since, read_rows(Assignment(assignment.course, since))
    names = lessons.names()
    for name in reversed(names[: names.index(assignment.lesson)]):
        other = Assignment(assignment.course, name)
        if other.students("autograded"):
            try:
                return name, read_rows(other)
            except (ClassroomError, FileNotFoundError):  # it has changed since it was graded
                continue
    return "", ()


class TypicalLines:
    """Finds lines typical of misconceptions in the answers of a class, which it reads when first asked."""

    def __init__(self, assignment: Assignment, rows: Sequence[Row]):
        self._assignment = assignment
        self._rows = rows

    def __call__(self, exercise: str, messages: Mapping[str, str]) -> str:
        """Return a line of code, without anything that tells whose it is; "" if no line is typical.

        `messages` has the message of the verdict on each answer that has the misconception, by student.
        """
        wrong = [(self._statements(student, exercise), message) for student, message in messages.items()]
        right = [self._statements(row.student, exercise) for row in self._rows if _is_right(row, exercise)]
        lines = typical_line(wrong, right)
        return anonymous(lines, self._vocabulary, self._uses(exercise)) if lines else ""

    def _statements(self, student: str, exercise: str) -> Sequence[Statement]:
        return self._answers[student].get(exercise, AnswerCode()).statements

    def _uses(self, exercise: str) -> Counter[str]:
        """Return by how many students each word is used in their answers to an exercise."""
        sources = (answers.get(exercise, AnswerCode()).source for answers in self._answers.values())
        return Counter(word for source in sources for word in words(source))

    @cached_property
    def _answers(self) -> dict[str, dict[str, AnswerCode]]:
        return read_answers(self._assignment, (row.student for row in self._rows if not row.failure))

    @cached_property
    def _vocabulary(self) -> set[str]:
        """The words of the lesson's own notebooks."""
        notebooks = (self._assignment.notebook(step) for step in ("release", "source"))
        cells = (cell for notebook in notebooks for cell in read_release(notebook)["cells"])
        return {word for cell in cells for word in words(cell["source"])}


def _is_right(row: Row, exercise: str) -> bool:
    return any(mark.exercise == exercise and mark.status == CORRECT for mark in row.marks)
