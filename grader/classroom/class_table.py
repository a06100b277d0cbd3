"""The class table as data: what each student earned, exercise by exercise, and why not more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader import lessons
from grader.classroom.cells import id_of_test
from grader.classroom.course.assignment import Submission
from grader.classroom.receipts import Receipt
from grader.classroom.records import CellGrade, Grades
from grader.classroom.repair.repair_messages import tells_of_answer_below
from grader.feedback import status
from grader.lessons.misconceptions import MISCONCEPTIONS

IN_PART = "in part"
"""The outcome of an exercise that earned some of its points."""


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
        is_right_for_none = self.max_score == 0 and self.status == status.CORRECT
        return is_right_for_none or self.score >= self.max_score > 0

    @property
    def is_partial(self) -> bool:
        """Whether some points were earned, but not all."""
        return 0 < self.score < self.max_score

    @property
    def outcome(self) -> str:
        """Return `IN_PART`, or the verdict's status unless points given or taken by hand contradict it."""
        if self.is_partial:
            return IN_PART
        if self.is_full:
            return status.CORRECT
        is_known = self.status in status.STATUSES and self.status != status.CORRECT
        return self.status if is_known else status.INCORRECT


@dataclass(frozen=True)
class Row:
    """One student's line.

    `waiting` are the points of answers that nobody has marked yet, `stopped` is what the sandbox kept the
    submission from doing, `failure` says why it was not graded. `to_remark` are the points of cells whose
    mark by hand is of an earlier version, `late_seconds` is by how much it was handed in late.
    """

    student: str
    score: float = 0.0
    max_score: float = 0.0
    waiting: float = 0.0
    marks: tuple[Mark, ...] = ()
    repairs: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    failure: str = ""
    to_remark: float = 0.0
    late_seconds: float = 0.0

    @property
    def finding(self) -> str:
        """What to know first about this submission; empty if all is right."""
        if self.failure:
            return f"Not graded: {self.failure}"
        if self.marks and all(mark.status == status.MISSING for mark in self.marks):
            attempts = () if tells_of_answer_below(self.repairs) else ("Nothing was attempted.",)
            return " ".join([*self.repairs, *self.stopped, *attempts])
        lost = [mark for mark in self.marks if not mark.is_full]
        lost.sort(key=lambda mark: mark.status == status.MISSING)  # an attempt says more than none
        return " ".join([*self.repairs, *self.stopped, *map(_finding, lost[:1])])


def class_table(
    lesson: str,
    submissions: Iterable[Submission],
    receipts: Mapping[Submission, Receipt],
    failures: Mapping[Submission, str],
    grades: Mapping[str, Grades],
) -> list[Row]:
    """Return a row for each submission: scores from the gradebook's `grades`, reasons from the receipts.

    `failures` says for some submissions why they could not be graded.
    """
    rows = []
    for submission in submissions:
        student, receipt = submission.student, receipts.get(submission)
        if submission in failures:
            rows.append(Row(student, failure=failures[submission]))
        elif receipt is None or student not in grades:
            rows.append(Row(student, failure="nothing in the gradebook."))
        else:
            rows.append(_row(student, lesson, grades[student], receipt))
    return rows


def _finding(mark: Mark) -> str:
    slips = [MISCONCEPTIONS[name] for name in mark.diagnosis if name in MISCONCEPTIONS]
    if not slips or mark.diagnosis == ("raises",):
        return f"{mark.exercise}: {_first_sentence(mark.message)}"
    return f"{mark.exercise} {', and '.join(f'{slip.headline} ({slip.name})' for slip in slips)}."


def _first_sentence(message: str) -> str:
    head, stop, _ = message.partition(". ")
    return head + (stop.strip() or "")


def _row(student: str, lesson: str, grades: Grades, receipt: Receipt) -> Row:
    marks = tuple(
        _mark(exercise, grades.cells[id_of_test(exercise)], receipt.verdicts.get(exercise, {}))
        for exercise in lessons.load(lesson).exercises
        if id_of_test(exercise) in grades.cells
    )
    return Row(
        student,
        score=grades.score,
        max_score=grades.max_score,
        waiting=sum(cell.max_score for cell in grades.cells.values() if cell.is_waiting),
        to_remark=sum(cell.max_score for cell in grades.cells.values() if cell.is_to_remark),
        late_seconds=grades.late_seconds,
        marks=marks,
        repairs=receipt.repairs,
        stopped=receipt.stopped,
    )


def _mark(exercise: str, grade: CellGrade, verdict_data: Mapping) -> Mark:
    return Mark(
        exercise,
        score=grade.score,
        max_score=grade.max_score,
        status=verdict_data.get("status", status.ERROR),
        diagnosis=tuple(verdict_data.get("diagnosis", ())),
        message=verdict_data.get("message", ""),
    )
