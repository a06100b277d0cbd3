"""An assignment (a lesson in a course folder) and its submissions: their folders and notebooks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.classroom.course.course_folder import Course


@dataclass(frozen=True)
class Assignment:
    """The lesson named `lesson` in a course folder.

    The `step` of a path is source, release, submitted, autograded or feedback.
    """

    course: Course
    lesson: str

    def folder(self, step: str, student: str = ".") -> Path:
        """Return the folder of the lesson at a step. Links are not resolved, so that they can be refused."""
        folders = self.course.nbgrader_folders()
        template = getattr(folders, f"{step}_directory")
        return self.course.root / folders.format_path(template, student, self.lesson)

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
