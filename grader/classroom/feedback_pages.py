"""Feedback pages follow the gradebook: a mark or a comment given by hand reaches the page."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.errors import BadSubmission
from grader.classroom.file_access import naming_what_cannot_be_written
from grader.classroom.noted_failures import read_failures
from grader.classroom.page.shown_grades import grades_key, shown_key
from grader.classroom.preconditions import demand_lesson, find_submissions, open_course
from grader.classroom.receipts import read_receipts, release_fingerprint
from grader.classroom.records import Grades
from grader.classroom.writer_lock import writing


@naming_what_cannot_be_written()
def remake_feedback(
    lesson: str, course: Path = Path("."), students: Iterable[str] | None = None
) -> tuple[list[str], dict[str, str]]:
    """Write the feedback pages anew of graded submissions whose page is not what the gradebook has.

    Returns the students with a new page, and why others, of the `students` named or of all, have none. Raises
    `ClassroomError`.
    """
    demand_lesson(lesson)
    assignment = Assignment(open_course(Path(course)), lesson)
    with writing(assignment.course):
        grades = assignment.course.gradebook().grades(lesson)
        submissions, release = find_submissions(assignment, students), release_fingerprint(assignment)
        graded = [one for one in read_receipts(submissions, release) if one.student in grades]
        made, failures = update_pages(graded, grades)
        noted = read_failures(assignment, submissions, release)
    not_graded = "it is not graded as it is now"
    others = {one: noted.get(one, not_graded) for one in submissions if one not in graded}
    return [one.student for one in made], {one.student: why for one, why in (others | failures).items()}


def update_pages(
    graded: Iterable[Submission], grades: Mapping[str, Grades]
) -> tuple[list[Submission], dict[Submission, str]]:
    """Write the pages of graded submissions that do not show what the gradebook has, or are not there.

    Returns the submissions with a new page, and why others could not have one.
    """
    changed = [
        one
        for one in graded
        if one.student in grades and shown_key(one.page) != grades_key(grades[one.student])
    ]
    made, failures = [], {}
    for submission, why in _write_pages(changed, grades) if changed else ():
        if why:
            failures[submission] = why
        else:
            made.append(submission)
    return sorted(made, key=changed.index), failures


def _write_pages(
    submissions: Sequence[Submission], grades: Mapping[str, Grades]
) -> Iterator[tuple[Submission, str]]:
    """Write pages, and yield each submission with why its page could not be written, or ""."""
    from grader.classroom.answers import Failure  # all slow to import, and rarely needed
    from grader.classroom.grading_pool import GradingProcesses
    from grader.classroom.grading_process import RenderPage
    from grader.classroom.writer import write_feedback

    orders = deque(RenderPage(one.student, grades[one.student]) for one in submissions)
    with GradingProcesses(submissions[0].assignment, min(len(orders), os.cpu_count() or 1)) as pool:
        for _, submission, answer in pool.results(orders):
            if isinstance(answer, Failure):
                yield submission, answer.reason
                continue
            try:
                write_feedback(submission, answer.html)
                yield submission, ""
            except BadSubmission as failure:
                yield submission, str(failure)
