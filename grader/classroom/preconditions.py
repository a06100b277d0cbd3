"""What must hold before a class is graded, and the messages that say what to do where it does not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader import lessons
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_folder import CONFIG_FILE, LOG_FILE, Course
from grader.classroom.errors import ClassroomError
from grader.isolation.foreign_text import inert_line
from grader.lessons import UnknownLesson

_NAMES_LIMIT = 2000
_STEPS = {
    "exporter_class": "TolerantExporter",
    "sanitize_preprocessors": "Repair DeduplicateIds OverwriteKernelspec OverwriteCells CheckCellMetadata",
    "autograde_preprocessors": "Run DemandVerdict IgnorePattern ClearMetadataPreprocessor LimitOutput "
    "SaveAutoGrades AssignLatePenalties CheckCellMetadata",
}
# Sections with options of nbgrader's steps that `grade` does not take.
_SECTIONS = ("ClearMetadataPreprocessor", "IgnorePattern", "LimitOutput", "OverwriteCells")


def demand_lesson(name: str) -> None:
    """Raise `ClassroomError` unless there is a lesson of this name."""
    try:
        lessons.load(name)
    except UnknownLesson as unknown:
        raise ClassroomError(str(unknown)) from None


def demand_shipped_steps(course: Course) -> None:
    """Raise `ClassroomError` if the configuration gives nbgrader's autograding other steps or options.

    `grade` takes the steps that this project's configuration lists, and no others.
    """
    options = course.config.Autograde.items()
    changed = [f"c.Autograde.{name}" for name, value in options if not _is_shipped(name, value)]
    changed += [f"c.{section}" for section in _SECTIONS if course.config[section]]
    if changed:
        raise ClassroomError(
            f"{course.root / CONFIG_FILE} sets {', '.join(changed)}, which `grade` does not follow. "
            "Grade with `nbgrader autograde` and `nbgrader generate_feedback`, or remove it."
        )


def _is_shipped(option: str, value: object) -> bool:
    shipped = _STEPS.get(option)
    names = [value] if isinstance(value, str) else value
    return shipped is not None and [str(name).rpartition(".")[2] for name in names] == shipped.split()


def open_course(root: Path, is_isolated: bool = True) -> Course:
    """Return the course folder `root`. Raises `ClassroomError` if it has no configuration."""
    if not (root / CONFIG_FILE).is_file():
        raise ClassroomError(
            f"{root.resolve()} has no {CONFIG_FILE}, so it is no course folder. "
            "Go to one, or make one: `grader init my-course`."
        )
    return Course(root, log_file=root.resolve() / LOG_FILE, is_isolated=is_isolated)


def find_submissions(assignment: Assignment, students: Iterable[str] | None = None) -> list[Submission]:
    """Return the submissions of the `students`, or of all, sorted by name.

    Raises `ClassroomError` if there is none, or none of one of the students.
    """
    lesson, found = assignment.lesson, assignment.students("submitted")
    if not found:
        place = assignment.notebook("submitted", "STUDENT")
        raise ClassroomError(
            f"There are no submissions for {lesson}. Put each learner's notebook at {place}."
        )
    wanted = sorted(set(students or found))
    unknown = [student for student in wanted if student not in found]
    if unknown:
        raise ClassroomError(
            f"No submission for {lesson} from {inert_line(', '.join(unknown), _NAMES_LIMIT)}. "
            f"There are submissions from: {inert_line(', '.join(found), _NAMES_LIMIT)}."
        )
    return [Submission(assignment, student) for student in wanted]
