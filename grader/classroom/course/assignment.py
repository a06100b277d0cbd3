"""An assignment (a lesson in a course folder) and its submissions: their folders and notebooks."""

from __future__ import annotations

import datetime as dt
import glob
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.course.course_folder import Course
from grader.classroom.errors import BadSubmission
from grader.classroom.fingerprint import RECEIPT_FILE
from grader.classroom.run.submitted_files import read_data_files

TIMESTAMP_FILE = "timestamp.txt"
NAME_LIMIT = 128
"""Characters of a student's name in nbgrader's gradebook."""
_LONGEST_TIMESTAMP = 100  # characters; nbgrader's own has 33


@dataclass(frozen=True)
class Assignment:
    """The lesson named `lesson` in a course folder.

    The `step` of a path is source, release, submitted, autograded or feedback.
    """

    course: Course
    lesson: str

    def folder(self, step: str, student: str = ".") -> Path:
        """Return the folder of the lesson at a step. Links are not resolved, so that they can be refused."""
        return self.course.folders.path(step, student, self.lesson)

    def notebook(self, step: str, student: str = ".") -> Path:
        """Return the path of the notebook at a step."""
        return self.folder(step, student) / f"{self.lesson}.ipynb"

    def students(self, step: str) -> list[str]:
        """Return the students who have a folder at a step, sorted."""
        pattern = self.folder(step, "*")
        found = self.course.root.glob(str(pattern.relative_to(self.course.root)))
        position = pattern.parts.index("*")
        return sorted(path.parts[position] for path in found if path.is_dir())


@dataclass(frozen=True)
class Submission:
    """What one student hands in for an assignment, and what comes of it."""

    assignment: Assignment
    student: str

    def folder(self, step: str) -> Path:
        """Return the student's folder at a step: submitted, autograded or feedback."""
        return self.assignment.folder(step, self.student)

    def notebook(self, step: str) -> Path:
        """Return the path of the student's notebook at a step."""
        return self.assignment.notebook(step, self.student)

    @property
    def page(self) -> Path:
        """The file of the feedback page."""
        return self.folder("feedback") / f"{self.assignment.lesson}.html"

    def data_files(self) -> dict[str, bytes]:
        """Return the data files that were handed in, replaced by the lesson's own of the same names.

        What has the name of a file that grading writes beside them is left out. Raises `BadSubmission`.
        """
        course = self.assignment.course
        folders = [self.folder("submitted"), self.assignment.folder("source")]
        ignored = [*course.folders.ignore, RECEIPT_FILE, glob.escape(self.page.name)]
        return read_data_files(folders, ignored, course.settings.limits.files_size)

    def timestamp(self) -> dt.datetime | None:
        """Return when it was handed in, in UTC and without a zone, from nbgrader's file; None without one.

        Raises `BadSubmission` if the file holds no time.
        """
        try:
            return read_timestamp(self.folder("submitted"))
        except (ValueError, ArithmeticError, OSError) as failure:
            raise BadSubmission(
                f"{TIMESTAMP_FILE} in the submission does not say when it was handed in, as "
                "2026-01-31 23:59:00 UTC does. Correct the file or remove it, then grade again."
            ) from failure


def read_timestamp(folder: Path) -> dt.datetime | None:
    """Return the time, in UTC and without a zone, in nbgrader's file in a folder; None without one.

    Raises `ValueError`, `ArithmeticError` or `OSError` if the file holds no time.
    """
    file = folder / TIMESTAMP_FILE
    if not file.is_file():
        return None
    with file.open(encoding="utf-8") as opened:
        text = opened.read(_LONGEST_TIMESTAMP + 1).strip()
    return _parse_time(text) if text else None


def is_student_name(text: str) -> bool:
    """Whether the gradebook can have a student of this name, and nbgrader takes it for no pattern."""
    is_text = text == text.encode("utf-8", "ignore").decode()
    return is_text and len(text) <= NAME_LIMIT and not glob.has_magic(text)


def _parse_time(text: str) -> dt.datetime:
    """Return a time in UTC, read as nbgrader's `parse_utc` reads it."""
    from dateutil import parser, tz  # slow to import, and rarely needed

    if len(text) > _LONGEST_TIMESTAMP:
        raise ValueError("too long")
    words = text.split(" ")
    if len(words) == 3:
        zone = int(words[2]) if words[2].lstrip("+-").isdecimal() else tz.gettz(words[2])
        time = parser.parse(f"{words[0]} {words[1]} TZ", tzinfos={"TZ": zone})
    else:
        time = parser.parse(text)
    return time if time.tzinfo is None else (time - time.utcoffset()).replace(tzinfo=None)
