"""Feedback pages follow the gradebook: a mark or a comment given by hand reaches the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.errors import BadSubmission
from grader.classroom.page.shown_grades import grades_key, shown_key
from grader.classroom.preconditions import demand_lesson, find_submissions, open_course
from grader.classroom.receipts import read_receipt, release_fingerprint
from grader.classroom.records import Grades
from grader.classroom.repair.read_notebook import read_release
from grader.classroom.writer_lock import writing


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
        graded = [one for one in submissions if one.student in grades and read_receipt(one, release)]
        made, failures = update_pages(graded, grades)
    others = {one: "it is not graded as it is now" for one in submissions if one not in graded}
    return [one.student for one in made], {one.student: why for one, why in (others | failures).items()}


def update_pages(
    graded: Iterable[Submission], grades: Mapping[str, Grades]
) -> tuple[list[Submission], dict[Submission, str]]:
    """Write the pages of graded submissions that do not show what the gradebook has, or are not there.

    Returns the submissions with a new page, and why others could not have one.
    """
    made, failures = [], {}
    for submission in graded:
        found = grades.get(submission.student)
        if found is None or shown_key(_page(submission)) == grades_key(found):
            continue
        try:
            _write_page(submission, found)
            made.append(submission)
        except BadSubmission as failure:
            failures[submission] = str(failure)
    return made, failures


def _page(submission: Submission) -> Path:
    return submission.folder("feedback") / f"{submission.assignment.lesson}.html"


def _write_page(submission: Submission, grades: Grades) -> None:
    from grader.classroom.writer import render_feedback  # slow to import, and rarely needed

    page, is_shared = _page(submission), submission.assignment.course.folders.groupshared
    html = render_feedback(submission, read_release(submission.notebook("autograded")), grades)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.unlink(missing_ok=True)
    page.write_text(html, encoding="utf-8")
    page.chmod(0o664 if is_shared else 0o644)
