"""Releases a lesson: nbgrader makes the learner's notebook out of the instructor's.

To run nbgrader takes seconds, so a file of the course keeps what the last release was made of.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from grader.classroom.cells import label
from grader.classroom.course.assignment import Assignment
from grader.classroom.course.course_folder import Course
from grader.classroom.errors import ClassroomError
from grader.classroom.fingerprint import fingerprint
from grader.classroom.gradebook_lesson import ReleasedCells
from grader.classroom.repair.read_notebook import read_release

STATE_FILE = ".grading.release"


def generate_release(root: Path, lesson: str, config_folder: Path) -> Path:
    """Let nbgrader release `lesson` in the folder `root` with the configuration of `config_folder`.

    No gradebook learns of it. Returns the path of the released notebook. Raises `ConversionFailed`.
    """
    from grader.classroom.course.generate_assignment import generate_assignment

    assignment = Assignment(Course(root, config_folder), lesson)
    generate_assignment(assignment, with_gradebook=False)
    return assignment.notebook("release")


def ensure_released(assignment: Assignment) -> None:
    """Let nbgrader release the lesson, unless release and gradebook are up to date with its source.

    Raises `ClassroomError`.
    """
    source = assignment.notebook("source")
    if not source.is_file():
        raise ClassroomError(
            f"{source}: there is no such notebook, and without it nothing can be released. "
            "Run `make build` in the repository; for a folder of your own, copy the lesson from one that "
            "`grader init` makes."
        )
    if _is_as_left(assignment):
        return
    if not _is_up_to_date(assignment):
        _release(assignment)
    _note_state(assignment)


def _release(assignment: Assignment) -> None:
    from grader.classroom.course.generate_assignment import ConversionFailed, generate_assignment

    try:
        generate_assignment(assignment)
    except ConversionFailed as failure:
        raise ClassroomError(
            f"{assignment.lesson} could not be released: {failure.reason.rstrip('.')}. If tests or answers "
            "came or went since its first submissions were graded, "
            f"`grader rerelease {assignment.lesson}` releases it and keeps the marks of all "
            "others. Then grade again."
        ) from failure


# --- What the last release was made of -----------------------------------------------------------------


def _is_as_left(assignment: Assignment) -> bool:
    """Whether nothing has changed since release and gradebook were last seen to be up to date."""
    noted = _read_states(assignment).get(assignment.lesson)
    return noted is not None and noted == _state(assignment) and _is_in_gradebook(assignment)


def _state(assignment: Assignment) -> dict[str, str]:
    """Return what a release depends on, and the release itself, as fingerprints."""
    configuration = repr(sorted(assignment.course.config.items()))
    return {
        "source": fingerprint(assignment.folder("source")),
        "release": fingerprint(assignment.folder("release")),
        "configuration": sha256(configuration.encode()).hexdigest(),  # it may hold a password
        "nbgrader": version("nbgrader"),
    }


def _note_state(assignment: Assignment) -> None:
    states = _read_states(assignment) | {assignment.lesson: _state(assignment)}
    _state_file(assignment).write_text(json.dumps(states))


def _read_states(assignment: Assignment) -> dict[str, dict[str, str]]:
    try:
        states = json.loads(_state_file(assignment).read_text())
    except (OSError, ValueError):
        return {}
    return states if isinstance(states, dict) else {}


def _state_file(assignment: Assignment) -> Path:
    return assignment.course.root / STATE_FILE


# --- What a release of the source would be ---------------------------------------------------------------


def _is_up_to_date(assignment: Assignment) -> bool:
    released = assignment.notebook("release")
    return (
        released.is_file()
        and released.read_bytes() == expected_release(assignment)
        and _is_in_gradebook(assignment)
    )


def expected_release(assignment: Assignment) -> bytes:
    """Return the notebook that a release of the source gives, made in a temporary course folder."""
    from grader.classroom.course.generate_assignment import ConversionFailed

    root, lesson = assignment.course.root, assignment.lesson
    with tempfile.TemporaryDirectory() as scratch:
        copy = Assignment(Course(scratch, config_folder=root), lesson)
        shutil.copytree(assignment.folder("source"), copy.folder("source"))
        try:
            return generate_release(scratch, lesson, config_folder=root).read_bytes()
        except ConversionFailed as failure:
            raise ClassroomError(f"{lesson} could not be released: {failure.reason}") from failure


def _is_in_gradebook(assignment: Assignment) -> bool:
    """Whether the gradebook has the labelled cells of the release, with their points and checksums."""
    release = read_release(assignment.notebook("release"))
    labels = [label(cell) for cell in release["cells"] if label(cell)]
    return assignment.course.gradebook().released_cells(assignment.lesson) == ReleasedCells(
        names=frozenset(one["grade_id"] for one in labels),
        checksums={one["grade_id"]: one["checksum"] for one in labels if one["locked"]},
        points={one["grade_id"]: one["points"] for one in labels if one["grade"]},
    )
