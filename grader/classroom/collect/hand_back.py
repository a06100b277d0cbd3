"""Feedback pages in a zip file for an upload to the LMS, each named as the submission was."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader import lessons
from grader.classroom.collect.archive import open_archive
from grader.classroom.collect.people import People, read_people
from grader.classroom.collect.plan import Handed, make_plan
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.errors import ClassroomError
from grader.classroom.file_access import demand_written, whole_file
from grader.classroom.lms.marks import read_marks
from grader.classroom.preconditions import demand_lesson, open_course

_CANVAS = (
    "In Canvas, the assignment's page, Re-Upload Submissions. Each upload adds a comment with the page, so "
    "upload a file once. Who has handed in again since the download gets none."
)
_MOODLE = (
    "In Moodle, the assignment's page of submissions, Upload multiple feedback files in a zip. The "
    "assignment needs the feedback type “Feedback files”."
)


@dataclass(frozen=True)
class HandedBack:
    """Whose pages are in the file, why those of others in the archive are not, and what the LMS does."""

    sent: Sequence[str]
    left_out: Mapping[str, str]
    advice: str


def hand_back(
    lesson: str,
    archive: Path,
    out: Path,
    course: Path = Path("."),
    *,
    roster: Path | None = None,
    id_column: str | None = None,
) -> HandedBack:
    """Write the pages of a lesson to a zip file, for the students of the archive that was collected.

    Pages whose mark is not final are left out. Students are named as when it was collected. Raises
    `ClassroomError` for an archive of another LMS than Canvas and Moodle, and where a file cannot be used.
    """
    demand_lesson(lesson)
    assignment = Assignment(open_course(Path(course)), lesson)
    if out.exists() and archive.exists() and out.samefile(archive):
        raise ClassroomError(f"{out} is the downloaded archive, which is left as it is. Name another file.")
    people = read_people(roster, id_column) if roster else People()
    with open_archive(archive) as files:
        handed = list(make_plan(files, people, lessons.names(), lesson).handed.values())
    names = {one.student: _name(one) for one in handed}
    if not names or not all(names.values()):
        raise ClassroomError(
            f"{archive} has no submissions for {lesson} that are named as Canvas or Moodle name them. Give "
            "the archive that you collected them from, as it was downloaded."
        )
    if roster is None and handed[0].origin.may_be_of_team:
        raise ClassroomError(
            f"{archive} is of Moodle, where a team's number may be that of a student, who would then see the "
            "team's pages. Say with --roster who is who, such as with the grading worksheet."
        )
    left_out = _left_out(assignment, names)
    pages = {names[one]: Submission(assignment, one).page for one in names if one not in left_out}
    if pages:
        _write(out, pages)
    advice = _MOODLE if handed[0].origin.may_be_of_team else _CANVAS
    return HandedBack([one for one in names if one not in left_out], left_out, advice)


def describe_handed_back(found: HandedBack, out: Path) -> Iterator[str]:
    """Yield lines that say whose pages are in the file, and why others' are not."""
    yield f"Pages for the LMS: {len(found.sent)}."
    for reason in sorted(set(found.left_out.values())):
        students = sorted(one for one, why in found.left_out.items() if why == reason)
        yield f"Left out, {reason}: {', '.join(students)}"
    yield from (f"Written: {out}", found.advice) if found.sent else ("No file is written.",)


def _name(handed: Handed) -> str:
    """Return the path by which the LMS knows whose a page is, "" if it is none that takes pages.

    Canvas takes the first two numbers between `_` for those of the student and the submitted file, and Moodle
    knows a page by the second part of the folder's name, and its kind by the next two. So instead of a
    student's name, which may be a number or have a `_`, there is a fixed word.
    """
    page, origin = f"{handed.lesson}.html", handed.origin
    if origin.number and origin.may_be_of_team:
        return f"feedback_{origin.number}_assignsubmission_file/{page}"
    if origin.number and origin.attempt:
        return f"feedback_{origin.number}_{origin.attempt}_{page}"
    return ""


def _left_out(assignment: Assignment, students: Mapping[str, str]) -> dict[str, str]:
    """Return why some students' pages are not sent."""
    not_final = {mark.student: mark.not_final for mark in read_marks(assignment)}
    reasons = {
        one: not_final.get(one, "not handed in here")
        or ("" if Submission(assignment, one).page.is_file() else "without a page")
        for one in students
    }
    return {one: reason for one, reason in reasons.items() if reason}


def _write(out: Path, pages: Mapping[str, Path]) -> None:
    """Write a zip file in one step. Raises `ClassroomError`."""
    with (
        demand_written(out),
        whole_file(out) as opened,
        zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name, page in sorted(pages.items()):
            packed.writestr(zipfile.ZipInfo(name), page.read_bytes(), zipfile.ZIP_DEFLATED)
